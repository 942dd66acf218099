import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Evaluation } from '../../src/evaluate/evaluation.ts';
import { Population } from '../../src/evaluate/population.ts';
import { rank } from '../../src/model/severity.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { policies, snapshots } from './arbitraries.ts';
import { judge, parse, sha256 } from './builders.ts';
import { Reference, type RefPolicy } from './reference.ts';

const RUNS = { numRuns: 500 };
const COMPARED = new Set([
  'unexpected-member',
  'missing-member',
  'forbidden-member',
  'member-count',
  'unexpected-account',
  'missing-account',
  'forbidden-account',
  'account-count',
  'unmanaged-group',
  'missing-group',
  'inactive-member',
  'inactive-manager',
  'separation-of-duties',
  'requirement',
]);

/** What these rules leave open stands in nobody's way. */
const NOT_ASKED = new Set(['inactive-manager', 'unmanaged-group']);

describe('random populations against random policies', () => {
  test('give what a walk through everybody gives', () => {
    fc.assert(
      fc.property(policies, snapshots, (written, people) => {
        const policy = valid(written);
        const reference = new Reference(written, people);
        const evaluated = judge(policy, people);
        const compared = evaluated.findings.filter(({ rule }) => COMPARED.has(rule));
        expect(compared.map(({ fingerprint }) => fingerprint).sort()).toEqual(fingerprints(reference));
        const gaps = evaluated.rules.filter(
          ({ id, reason }) => COMPARED.has(id) && !NOT_ASKED.has(id) && reason !== undefined,
        );
        expect(gaps.map(({ id }) => id).sort()).toEqual([...reference.unanswered].sort());
        const codes = new Set(
          evaluated.problems.map(({ code, message }) => (message.includes('Two entries') ? 'twice' : code)),
        );
        const awaited = evaluated.warnings.filter((warning) => warning.endsWith('not active yet.'));
        expect(awaited.map((warning) => warning.split(' is required in ')[0]).sort()).toEqual(
          [...reference.awaited.values()].sort(),
        );
        expect(codes.has('policy-invalid')).toBe(reference.contradiction);
        expect(codes.has('ambiguous-group')).toBe(reference.ambiguousGroup);
        expect(codes.has('not-evaluated')).toBe(reference.unanswered.size > 0);
      }),
      RUNS,
    );
  });

  test('do not depend on the order in which people, groups and memberships arrive', () => {
    fc.assert(
      fc.property(
        policies,
        snapshots,
        fc.infiniteStream(fc.nat()),
        fc.constantFrom('show', 'mask'),
        (written, people, keys, personalData) => {
          const policy = valid(written);
          const options = { personalData } as const;
          expect(judge(policy, shuffled(people, keys), options)).toEqual(judge(policy, people, options));
        },
      ),
      RUNS,
    );
  });

  test('give sorted findings with unique fingerprints, and masked ones without any address', () => {
    fc.assert(
      fc.property(policies, snapshots, (written, people) => {
        const policy = valid(written);
        const { findings } = judge(policy, people, { personalData: 'mask' });
        expect(new Set(findings.map(({ fingerprint }) => fingerprint)).size).toBe(findings.length);
        const places = findings.map(({ severity, location }) => [
          rank(severity),
          location.line,
          location.column,
        ]);
        expect(places).toEqual([...places].sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]! || a[2]! - b[2]!));
        const evaluation = new Evaluation({
          policy,
          population: new Population(people),
          asOf: 0,
          personalData: 'mask',
        });
        const hidden = people.people.filter(
          (person) => evaluation.shownName(person) === undefined && person.userName.includes('@'),
        );
        const text = JSON.stringify(findings).toLowerCase();
        // Of two accounts with one user name, one may be named by another address.
        const shown = people.people
          .filter((person) => evaluation.shownName(person) !== undefined)
          .map((one) => fold(one.userName));
        for (const { userName } of hidden)
          if (!named(written).has(fold(userName)) && !shown.includes(fold(userName)))
            expect(text).not.toContain(fold(userName));
      }),
      RUNS,
    );
  });

  test('keep their fingerprints when everything is renamed that has an id, and the policy moves', () => {
    fc.assert(
      fc.property(snapshots, (people) => {
        const text =
          'version: 1\ngroups:\n  - name: "*"\n    members: { at-most: [{ department: Finance }], count: { max: 1 } }\n';
        const moved = `# moved\n\nversion: 1\n\ngroups:\n\n  - members:\n      count: { max: 1 }\n      at-most:\n        - { department: Finance }\n    name: "*"\n`;
        const prints = (policy: string, all: Snapshot): string[] =>
          judge(policy, all)
            .findings.filter(({ rule }) => rule !== 'duplicate-identity')
            .map(({ fingerprint }) => fingerprint)
            .sort();
        expect(prints(moved, renamed(people))).toEqual(prints(text, people));
      }),
    );
  });
});

test('never throws, whatever a service may call people and groups', () => {
  const policy =
    'groups:\n  - name: "*"\n    members: { exactly: [jo@example.com], count: { min: 2 } }\naccounts: [everyone]';
  const text = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text, text, text), { maxLength: 5 }), (rows) => {
      const people = rows.map(([id, userName, group, managerId]) => ({
        id,
        userName,
        addresses: [group],
        active: true,
        groups: [group],
        managerId,
        attributes: { 'end-date': userName, lifecycle: group },
        custom: undefined,
      }));
      const groups = rows.map(([id, name]) => ({ id, name }));
      const evaluated = judge(policy, {
        people,
        groups,
        roles: undefined,
        sources: ['scim'],
        facts: new Set(['membership']),
      });
      expect(evaluated.rules.length).toBeGreaterThan(20);
    }),
  );
});

/** A policy whose mistakes, if any, can only be that it wants and forbids the same name: those are left out. */
function valid(written: RefPolicy) {
  const { policy, problems } = parse(JSON.stringify(written));
  if (!policy) for (const { message } of problems) expect(message).toMatch(/^error\[contradiction\]/);
  fc.pre(policy !== undefined);
  return policy!;
}

function fingerprints(reference: Reference): string[] {
  return [...reference.findings]
    .map((finding) => {
      const [rule, user, group, key] = finding.split('|').map((part) => part || null);
      const isName = rule === 'requirement' || rule === 'separation-of-duties';
      return sha256(JSON.stringify([rule, user, group, null, isName ? key : null, isName ? null : key]));
    })
    .sort();
}

function shuffled(all: Snapshot, keys: Iterator<number>): Snapshot {
  const shuffle = <T>(list: readonly T[]): T[] =>
    list
      .map((element) => ({ element, key: keys.next().value as number }))
      .sort((a, b) => a.key - b.key)
      .map(({ element }) => element);
  return {
    ...all,
    people: shuffle(all.people).map((one) => ({ ...one, groups: shuffle(one.groups) })),
    groups: shuffle(all.groups),
  };
}

function renamed(all: Snapshot): Snapshot {
  return {
    ...all,
    people: [...all.people]
      .reverse()
      .map((one, index) => ({ ...one, userName: `new-${index}@example.com`, addresses: [] })),
    groups: all.groups.map((group, index) => ({ ...group, name: `New ${index}` })),
  };
}

function named(written: RefPolicy): Set<string> {
  return new Set([...JSON.stringify(written).matchAll(/[^"\s]+@[^"\s]+/g)].map(([one]) => fold(one)));
}

function fold(text: string): string {
  return text.normalize('NFC').toLowerCase();
}
