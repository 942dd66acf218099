import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Population } from '../../src/evaluate/population.ts';
import { NO, SelectorCompiler, UNKNOWN, YES } from '../../src/evaluate/selectors.ts';
import { Inquiry, type Why } from '../../src/evaluate/why.ts';
import type { PeopleList, Policy } from '../../src/policy/types.ts';
import { policies, snapshots } from './arbitraries.ts';
import { idOf, parse, policyOf, type SnapshotNotes, snapshot } from './builders.ts';

/** Every list of people in a policy; what requirements say counts as a list of one. */
function listsIn(policy: Policy): PeopleList[] {
  const clauses = [policy.accounts, ...policy.groups.map(({ clause }) => clause)];
  const lists = clauses.flatMap((clause) =>
    clause ? [clause.exactly, clause.atLeast, clause.atMost, clause.never] : [],
  );
  const single = policy.requirements.flatMap(({ when, require }) => [when, require]);
  return [
    ...lists.filter((list) => list !== undefined),
    ...single.map((selector) => ({ selectors: [selector], place: selector.place })),
  ];
}

function nodes(parts: readonly Why[]): Why[] {
  return parts.flatMap((part) => [part, ...nodes(part.parts)]);
}

test('says of every part of every selector what its matcher says, whoever is asked about', () => {
  let seen = 0;
  fc.assert(
    fc.property(policies, snapshots, (written, people) => {
      const { policy } = parse(JSON.stringify(written));
      fc.pre(policy !== undefined);
      const compiler = new SelectorCompiler(new Population(people));
      for (const person of people.people) {
        const inquiry = new Inquiry(person, compiler);
        for (const list of listsIn(policy!)) {
          const why = inquiry.list(list);
          expect(why.truth).toBe(compiler.list(list).test(person));
          for (const node of nodes(why.parts)) {
            seen++;
            expect(node.truth).toBe(compiler.one(node.selector).test(person));
            const isOpenLeaf = node.parts.length === 0 && node.truth === UNKNOWN;
            expect(node.unknown.length > 0).toBe(isOpenLeaf);
          }
        }
      }
    }),
    { numRuns: 300 },
  );
  expect(seen).toBeGreaterThan(1000);
});

describe('by example', () => {
  const people: SnapshotNotes = {
    people: [
      { name: 'jo', department: 'Finance', level: 'Lead' },
      { name: 'sam', department: 'Sales' },
    ],
    unknown: ['lifecycle'],
  };
  const ask = (selector: string, name = 'jo'): Why => {
    const population = new Population(snapshot(people));
    const policy = policyOf(`sets: { inner: [{ department: Finance }], outer: [{ set: inner }] }
requirements: [{ name: one, when: ${selector}, require: everyone }]`);
    const inquiry = new Inquiry(population.person(idOf(name))!, new SelectorCompiler(population));
    return inquiry.one(policy.requirements[0]!.when);
  };
  const shape = ({ selector, truth, parts }: Why): unknown => [
    selector.kind,
    truth,
    ...(parts.length > 0 ? [parts.map(shape)] : []),
  ];

  test('a set leads to the selector inside of it', () => {
    expect(shape(ask('{ set: outer }'))).toEqual(['set', YES, [['set', YES, [['where', YES]]]]]);
  });

  test('conditions are asked one by one', () => {
    expect(shape(ask('{ department: Finance, level: Head }'))).toEqual([
      'where',
      NO,
      [
        ['where', YES],
        ['where', NO],
      ],
    ]);
  });

  test('what is unknown stays unknown, unless another part decides', () => {
    const open = ask('{ department: Finance, lifecycle: active }');
    expect(shape(open)).toEqual([
      'where',
      UNKNOWN,
      [
        ['where', YES],
        ['where', UNKNOWN],
      ],
    ]);
    expect(open.parts[1]!.unknown[0]).toMatch(
      /^lifecycle is unknown: only Leapsome's Content API reports it$/,
    );
    expect(ask('{ department: Finance, lifecycle: active }', 'sam').truth).toBe(NO);
    expect(ask('{ not: { lifecycle: active } }').truth).toBe(UNKNOWN);
    expect(ask('{ any: [{ lifecycle: active }, everyone] }').truth).toBe(YES);
  });
});
