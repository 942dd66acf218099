import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse as parseYaml } from 'yaml';
import { type Draft, draftPolicy } from '../../src/draft/draft.ts';
import { needsEntry } from '../../src/draft/entries.ts';
import { objection } from '../../src/draft/holds.ts';
import { Population } from '../../src/evaluate/population.ts';
import { verdict } from '../../src/evaluate/verdict.ts';
import { ODD_CLASS } from '../../src/model/odd-characters.ts';
import type { Person, Snapshot } from '../../src/model/snapshot.ts';
import { merge } from '../../src/sources/merge.ts';
import type { Reading } from '../../src/sources/types.ts';
import { judge, parse, ruleOf, sha256 } from '../evaluate/builders.ts';
import { moments, readings, shuffled } from './arbitraries.ts';

const RUNS = Number(process.env.DRAFT_RUNS ?? 400);
const ODD = new RegExp(ODD_CLASS, 'v');

function draftOf(snapshot: Snapshot, asOf: string): Draft {
  return draftPolicy(new Population(snapshot), { asOf: Date.parse(asOf) })!;
}

/** A population that `init` would take: somebody must be active. */
const populations = readings
  .map((all) => ({ all, snapshot: merge(all) }))
  .filter(({ snapshot }) => snapshot.people.some(({ active }) => active));

test('the draft of any population is a valid policy that is green, by rules that were evaluated', () => {
  fc.assert(
    fc.property(populations, moments, ({ snapshot }, asOf) => {
      const { text, lowered } = draftOf(snapshot, asOf);
      const { policy, problems } = parse(text);
      expect(problems).toEqual([]);
      const evaluated = judge(policy!, snapshot, { asOf });
      expect(evaluated.problems).toEqual([]);
      expect(evaluated.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(verdict(evaluated.findings, evaluated.problems, 'error')).toBe('in-sync');
      for (const rule of ['unexpected-account', 'unexpected-member', 'missing-member', 'missing-group'])
        expect([rule, ruleOf(evaluated, rule).status]).toEqual([rule, 'pass']);
      // What was lowered is still found, and nothing was lowered that is not.
      for (const { id } of lowered)
        expect(ruleOf(evaluated, id)).toMatchObject({ severity: 'warning', status: 'fail' });
      expect(Object.keys(policy!.rules)).toEqual(lowered.map(({ id }) => id));
      expect(objection(text, new Population(snapshot), Date.parse(asOf), { sha256 })).toBeUndefined();
    }),
    { numRuns: RUNS },
  );
});

test('every group that is no attribute has its entry under its name and id, and every role of the catalogue', () => {
  fc.assert(
    fc.property(populations, moments, ({ snapshot }, asOf) => {
      const written = parseYaml(draftOf(snapshot, asOf).text);
      const named = (list: readonly { id: string; name: string }[]) =>
        list.map(({ id, name }) => `${id} ${name.normalize('NFC')}`).sort();
      expect(named(written.groups)).toEqual(named(snapshot.groups.filter(needsEntry)));
      expect(named(written.roles ?? [])).toEqual(
        named(snapshot.facts.has('role-catalogue') ? (snapshot.roles ?? []) : []),
      );
    }),
    { numRuns: RUNS },
  );
});

test('the same population gives the same text, in whatever order it was read', () => {
  fc.assert(
    fc.property(populations, moments, fc.nat(1000), ({ all, snapshot }, asOf, seed) => {
      const other = shuffled(all, seed).map(
        (one): Reading => ({
          ...one,
          people: shuffled(one.people, seed + 1).map((person) => ({
            ...person,
            groups: shuffled(person.groups, seed + 2),
          })),
          groups: shuffled(one.groups, seed + 3),
          roles: one.roles && shuffled(one.roles, seed + 4),
        }),
      );
      expect(draftOf(merge(other), asOf).text).toBe(draftOf(snapshot, asOf).text);
    }),
    { numRuns: RUNS },
  );
});

test('nothing in it hides, reorders or breaks text, or is a command to a runner', () => {
  fc.assert(
    fc.property(populations, moments, ({ snapshot }, asOf) => {
      const lines = draftOf(snapshot, asOf).text.split('\n');
      expect(lines.filter((line) => ODD.test(line) || /##\[|^\s*::/.test(line))).toEqual([]);
      expect(lines.filter((line) => line.endsWith(' '))).toEqual([]);
    }),
    { numRuns: RUNS },
  );
});

test('whoever joins or leaves a group afterwards is found', () => {
  const changes = populations.filter(({ snapshot }) => snapshot.facts.has('membership'));
  fc.assert(
    fc.property(changes, moments, fc.nat(), fc.nat(), ({ snapshot }, asOf, who, where) => {
      const groups = snapshot.groups.filter(needsEntry);
      const active = snapshot.people.filter((person) => person.active);
      fc.pre(groups.length > 0);
      const group = groups[where % groups.length]!;
      const person = active[who % active.length]!;
      const wasIn = person.groups.includes(group.id);
      const moved: Person = {
        ...person,
        groups: wasIn ? person.groups.filter((id) => id !== group.id) : [...person.groups, group.id],
      };
      const later = { ...snapshot, people: snapshot.people.map((one) => (one === person ? moved : one)) };
      const { findings } = judge(parse(draftOf(snapshot, asOf).text).policy!, later, { asOf });
      const wanted = { rule: wasIn ? 'missing-member' : 'unexpected-member', severity: 'error' };
      expect(
        findings.filter((finding) => finding.user?.id === person.id && finding.group?.id === group.id),
      ).toMatchObject([wanted]);
    }),
    { numRuns: RUNS },
  );
});
