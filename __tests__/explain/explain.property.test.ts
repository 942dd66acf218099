import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { evaluate } from '../../src/evaluate/evaluate.ts';
import { Evaluation } from '../../src/evaluate/evaluation.ts';
import { Population } from '../../src/evaluate/population.ts';
import { UNKNOWN, YES } from '../../src/evaluate/selectors.ts';
import { Inquiry } from '../../src/evaluate/why.ts';
import { explainPerson } from '../../src/explain/person.ts';
import { listsOf } from '../../src/explain/reasons.ts';
import { explainGroup } from '../../src/explain/target.ts';
import type { EntryStatement, Statement } from '../../src/model/explanation.ts';
import type { Location } from '../../src/model/problem.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import type { Place, Policy } from '../../src/policy/types.ts';
import { explanationText } from '../../src/reporters/explanation.ts';
import { policies, snapshots } from '../evaluate/arbitraries.ts';
import { AS_OF, parse, sha256 } from '../evaluate/builders.ts';

const RUNS = 300;

/** Rules whose findings about a person are exactly what the statements about the person must say. */
const STATED = new Set([
  'unexpected-member',
  'missing-member',
  'forbidden-member',
  'unexpected-account',
  'missing-account',
  'forbidden-account',
  'requirement',
  'separation-of-duties',
]);

function known(policy: Policy, people: Snapshot, personalData: 'show' | 'mask' = 'show') {
  const options = { policy, population: new Population(people), asOf: Date.parse(AS_OF), personalData };
  return { evaluation: new Evaluation(options), evaluated: evaluate(options, { sha256 }) };
}

function worlds(check: (policy: Policy, people: Snapshot) => void, numRuns = RUNS): void {
  fc.assert(
    fc.property(policies, snapshots, (written, people) => {
      const { policy } = parse(JSON.stringify(written));
      fc.pre(policy !== undefined);
      check(policy!, people);
    }),
    { numRuns },
  );
}

test('whatever a check finds of somebody, the explanation states, and nothing else', () => {
  let compared = 0;
  worlds((policy, people) => {
    const all = known(policy, people);
    for (const person of people.people) {
      const { statements, findings } = explainPerson(person, all);
      const contradicted = statements.some(({ judgement }) => judgement === 'contradiction');
      const stated = statements.flatMap((one) => (one.rule ? [`${one.rule.id} ${subjectOf(one)}`] : []));
      const found = findings
        .filter(({ rule }) => STATED.has(rule))
        .map(({ rule, group, location }) => `${rule} ${group?.id ?? elementAt(policy, location)}`);
      compared += found.length;
      // A contradiction says more than the finding beside it.
      if (contradicted) for (const one of new Set(stated)) expect(found).toContain(one);
      else expect([...new Set(stated)].sort()).toEqual([...new Set(found)].sort());
    }
  });
  expect(compared).toBeGreaterThan(100);
});

test('what it calls unknown, no check calls evaluated', () => {
  let open = 0;
  worlds((policy, people) => {
    const all = known(policy, people);
    const unanswered = all.evaluated.rules.some(({ reason }) => reason !== undefined);
    for (const person of people.people) {
      const { statements, others } = explainPerson(person, all);
      expect(others).toBeGreaterThanOrEqual(0);
      if (!statements.some(({ judgement }) => judgement === 'unknown')) continue;
      open++;
      expect(unanswered).toBe(true);
    }
  });
  expect(open).toBeGreaterThan(10);
});

test('what an entry says follows from its lists, and the judgement from both', () => {
  worlds((policy, people) => {
    const all = known(policy, people);
    for (const person of people.people) {
      for (const one of explainPerson(person, all).statements) {
        if (one.about === 'requirement' || one.about === 'separation') continue;
        const answers = Object.fromEntries(one.lists.map(({ word, answer }) => [word, answer]));
        const needed = answers.exactly ?? answers['at-least'];
        const permitted = answers.exactly ?? answers['at-most'];
        const { says, judgement, has } = one;
        expect(says === 'forbidden').toBe(answers.never === 'yes');
        expect(says === 'required').toBe(needed === 'yes' && (answers.never ?? 'no') === 'no');
        if (says === 'permitted') expect(permitted).toBe('yes');
        if (says === 'not-permitted')
          expect([permitted, needed ?? 'no', answers.never ?? 'no']).toEqual(['no', 'no', 'no']);
        if (says === 'open') expect([permitted, needed ?? 'no']).toEqual([undefined, 'no']);
        if (judgement === 'unexpected' || judgement === 'forbidden') expect(has).toBe(true);
        if (judgement === 'missing' && person.active) expect([has, needed]).toEqual([false, 'yes']);
        if (judgement === 'fine' && has) expect(says).not.toMatch(/^(?:forbidden|not-permitted)$/);
        if (judgement === 'fine' && has) expect(answers.never).not.toBe('unknown');
        if (judgement === 'fine' && !has && person.active) expect(says).not.toBe('required');
        if (judgement === 'fine' && has && permitted !== undefined) expect(says).not.toBe('unknown');
        if (judgement === 'unknown' && !has && answers.exactly) expect(answers.never).not.toBe('yes');
      }
    }
  }, 1000);
});

test('what a check leaves open is told to somebody', () => {
  let open = 0;
  worlds((policy, people) => {
    const all = known(policy, people);
    const statements = people.people.flatMap((person) => explainPerson(person, all).statements);
    for (const { place, target, result } of checksOf(all.evaluation)) {
      // A name that fits two accounts is open even where it would not matter.
      if (result.ambiguous.length > 0) continue;
      const told = statements.filter(
        (one): one is EntryStatement =>
          'lists' in one && one.target?.id === target && isAt(policy, place, one.entry.location),
      );
      const { permission, never, need } = result.gaps;
      open += permission.length + never.length + need.length;
      const isUnknown = (word: string) => (one: EntryStatement) =>
        one.lists.some((list) => list.word === word && list.answer === 'unknown');
      if (permission.length + never.length > 0)
        expect(told.some(({ has, says }) => has && says === 'unknown')).toBe(true);
      if (never.length > 0) expect(told.some(isUnknown('never'))).toBe(true);
      if (need.length > 0)
        expect(
          told.some(({ has, says, judgement }) => !has && (judgement === 'unknown' || says === 'forbidden')),
        ).toBe(true);
    }
  }, 1000);
  expect(open).toBeGreaterThan(10);
});

test('a list selects the people of whom each of them is told yes, and members add up', () => {
  worlds((policy, people) => {
    const all = known(policy, people);
    const { compiler, population } = all.evaluation;
    const inquiries = population.live.map((person) => new Inquiry(person, compiler));
    for (const group of people.groups) {
      const { members, entries } = explainGroup(group, all);
      const { active, pending, deactivated } = members!;
      const inGroup = people.people.filter(({ groups }) => groups.includes(group.id));
      expect(active.count + pending.count + deactivated.count).toBe(inGroup.length);
      for (const { entry, lists } of entries) {
        const { clause } = policy.groups.find(({ place }) => isAt(policy, place, entry.location))!;
        const written = clause ? listsOf(clause) : [];
        expect(lists?.map(({ word }) => word) ?? []).toEqual(written.map(({ word }) => word));
        for (const [index, { selects, unknown }] of (lists ?? []).entries()) {
          const truths = inquiries.map((inquiry) => inquiry.list(written[index]!.list).truth);
          expect(selects.count).toBe(truths.filter((truth) => truth === YES).length);
          expect(unknown).toBe(truths.filter((truth) => truth === UNKNOWN).length);
        }
      }
    }
  });
});

test('masked, nobody is named whom the policy does not name', () => {
  worlds((policy, people) => {
    const all = known(policy, people, 'mask');
    const { evaluation } = all;
    const hidden = people.people.filter(
      (person) => evaluation.shownName(person) === undefined && person.userName.includes('@'),
    );
    const shown = people.people.map((person) => evaluation.shownName(person)?.toLowerCase().normalize('NFC'));
    const about = [
      ...people.people.map((person) => explainPerson(person, all)),
      ...people.groups.map((group) => explainGroup(group, all)),
    ];
    const text = about
      .map((one) => explanationText(explanation(one)) + JSON.stringify(one))
      .join('\n')
      .toLowerCase();
    for (const { userName } of hidden) {
      const name = userName.toLowerCase().normalize('NFC');
      if (!shown.includes(name) && !policy.named.has(name)) expect(text).not.toContain(name);
    }
  });
});

/** All accounts and every governed group, each held against its clause. */
function checksOf(evaluation: Evaluation) {
  const accounts = evaluation.accountsCheck();
  return [
    ...(accounts ? [{ place: accounts.clause.place, target: undefined, result: accounts.result }] : []),
    ...evaluation
      .groupChecks()
      .map(({ entry, target, result }) => ({ place: entry.place, target: target.id, result })),
  ];
}

function subjectOf(one: Statement): string {
  if (one.about === 'requirement' || one.about === 'separation') return one.entry.name;
  return one.target?.id ?? '';
}

/** The name of the requirement or separation that stands there; empty where there is none. */
function elementAt(policy: Policy, location: Location): string {
  const elements = [...policy.requirements, ...policy.separations];
  return elements.find(({ place }) => isAt(policy, place, location))?.name ?? '';
}

function isAt(policy: Policy, place: Place, { line, column }: Location): boolean {
  const at = policy.locate(place);
  return at.line === line && at.column === column;
}

function explanation(about: Parameters<typeof explanationText>[0]['about']) {
  return {
    schemaVersion: 1 as const,
    tool: { name: 'leapsome-access-policy' as const, version: '0' },
    result: 'explained' as const,
    subject: 'x',
    asOf: AS_OF,
    personalData: 'mask' as const,
    policy: { path: 'policy.yml', sha256: null },
    about,
    problems: [],
    warnings: [],
  };
}
