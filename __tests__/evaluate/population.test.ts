import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { implausible } from '../../src/evaluate/evaluate.ts';
import { Population } from '../../src/evaluate/population.ts';
import { SelectorCompiler, YES } from '../../src/evaluate/selectors.ts';
import { verdict } from '../../src/evaluate/verdict.ts';
import type { Problem } from '../../src/model/problem.ts';
import { SEVERITIES, type Severity } from '../../src/model/severity.ts';
import { isLive, type Person } from '../../src/model/snapshot.ts';
import { policies, snapshots } from './arbitraries.ts';
import { found, judge, parse, policyOf, snapshot } from './builders.ts';

const crowd = (active: number, inactive = 0): Population =>
  new Population(
    snapshot({
      people: [
        ...Array.from({ length: active }, (_, n) => `p${n}`),
        ...Array.from({ length: inactive }, (_, n) => `-q${n}`),
      ],
    }),
  );

describe('a population is plausible', () => {
  const problem = (policy: string, active: number, previous?: number): Problem | undefined =>
    implausible(
      crowd(active, 5),
      policyOf(policy),
      previous === undefined ? undefined : { activeUsers: previous },
    );

  test.each([
    ['population: { min-users: 3 }', 3, undefined, true],
    ['population: { min-users: 3 }', 2, undefined, false],
    ['population: { min-users: 0 }', 0, undefined, true],
    ['population: {}', 8, 10, true],
    ['population: {}', 7, 10, false],
    ['groups: []', 7, 10, false],
    ['groups: []', 1, undefined, true],
    ['population: { max-drop: 50% }', 5, 10, true],
    ['population: { max-drop: 0% }', 9, 10, false],
    ['population: { max-drop: 0% }', 10, 10, true],
    ['population: { max-drop: 100% }', 0, 10, true],
    ['population: { max-drop: 12.5% }', 7, 8, true],
    ['population: {}', 100, 10, true],
    ['population: { max-growth: 10% }', 11, 10, true],
    ['population: { max-growth: 10% }', 12, 10, false],
    ['population: { max-drop: 0% }', 5, 0, true],
    ['population: { max-growth: 10% }', 1, 0, false],
    ['population: { max-growth: 10% }', 0, 0, true],
    ['population: { max-drop: 0% }', 0, 0, true],
  ])('%s with %i active users, %j before: %j', (policy, active, previous, plausible) => {
    expect(problem(policy, active, previous)?.code).toBe(plausible ? undefined : 'implausible-population');
  });

  test('says both numbers', () => {
    expect(problem('population: { min-users: 40 }', 3)!.message).toBe(
      'Leapsome reports 3 active users; the policy expects at least 40.',
    );
    expect(problem('groups: []', 6, 10)!.message).toBe(
      'The population dropped by 40%: 6 active users now, 10 in the previous report; at most 20% is believed.',
    );
    expect(problem('population: { max-growth: 10% }', 15, 10)!.message).toMatch(
      /^The population grew by 50%/,
    );
    expect(problem('population: { max-growth: 10% }', 501, 0)!.message).toBe(
      'The population grew from nobody: 501 active users now, 0 in the previous report; at most 10% is believed.',
    );
  });

  test('a share is met exactly, whatever numbers can be written in binary', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 1, max: 20 }), (permille, factor) => {
        const policy = policyOf(`population: { max-drop: ${permille / 10}% }`);
        expect(
          implausible(stub(1000 * factor - permille * factor), policy, { activeUsers: 1000 * factor }),
        ).toBeUndefined();
      }),
    );
  });
});

describe('the verdict', () => {
  const open = (...severities: Severity[]) => severities.map((severity) => ({ severity }));
  const problem: Problem = { code: 'not-evaluated', message: '', hint: '' };

  test.each([
    [open(), 'error', 'in-sync'],
    [open('warning', 'notice'), 'error', 'in-sync'],
    [open('notice', 'error'), 'error', 'drift'],
    [open('warning'), 'warning', 'drift'],
    [open('notice'), 'warning', 'in-sync'],
    [open('notice'), 'notice', 'drift'],
    [open('error'), 'never', 'in-sync'],
  ] as const)('of %j that fails on %s is %s', (findings, failOn, result) => {
    expect(verdict(findings, [], failOn)).toBe(result);
  });

  test('is never green, nor drift, beside a problem', () => {
    for (const failOn of [...SEVERITIES, 'never'] as const) {
      expect(verdict([], [problem], failOn)).toBe('could-not-check');
      expect(verdict(open('error'), [problem], failOn)).toBe('could-not-check');
    }
  });
});

/** Only the number of active people counts here. */
function stub(active: number): Population {
  return { active: { length: active } } as unknown as Population;
}

describe('looking people up', () => {
  test('gives exactly the people, in order, whom asking each of them gives', () => {
    let shortcuts = 0;
    fc.assert(
      fc.property(snapshots, policies, (all, written) => {
        const { policy } = parse(JSON.stringify(written));
        fc.pre(policy !== undefined);
        const population = new Population(all);
        const compiler = new SelectorCompiler(population);
        const lists = [
          ...policy!.groups.flatMap(({ clause }) => clause ?? []),
          ...(policy!.accounts ? [policy!.accounts] : []),
        ].flatMap(({ exactly, atLeast, atMost, never }) => [exactly, atLeast, atMost, never]);
        for (const list of lists) {
          if (!list) continue;
          const matcher = compiler.list(list);
          const live = all.people.filter(isLive);
          const candidates = matcher.candidates();
          if (candidates)
            for (const person of live.filter((one) => matcher.test(one) > 0))
              expect(candidates).toContain(person);
          const exact = matcher.exact?.();
          if (!exact) continue;
          shortcuts++;
          expect(exact).toEqual(live.filter((person) => matcher.test(person) === YES));
        }
      }),
      { numRuns: 500 },
    );
    expect(shortcuts).toBeGreaterThan(20);
  });

  const attribute = (name: string) => ({
    name,
    valueOf: ({ attributes }: Person) => (attributes as Record<string, string | string[]>)[name],
  });
  const holder = (name: string, values: number, of: readonly string[]) => ({
    name,
    ...Object.fromEntries(
      of.map((one) => [one, Array.from({ length: values }, (_, index) => `${one} ${index}`)]),
    ),
  });

  test('finds somebody with several values under each of them, and under each pair of two attributes', () => {
    const of = ['department', 'division'] as const;
    const population = new Population(
      snapshot({ people: [holder('a', 3, of), '-gone', holder('b', 2, of), holder('c', 3, of)] }),
    );
    const names = (attributes: readonly string[], values: readonly string[]) =>
      population.withValues(attributes.map(attribute), values).map(({ userName }) => userName[0]);
    expect(names(['department'], ['department 1'])).toEqual(['a', 'b', 'c']);
    expect(names(['department'], ['department 2'])).toEqual(['a', 'c']);
    expect(names(of, ['department 2', 'division 0'])).toEqual(['a', 'c']);
    expect(names(of, ['department 1', 'division 1'])).toEqual(['a', 'b', 'c']);
    expect(names(of, ['department 1', 'division 9'])).toEqual([]);
  });

  test('finds somebody once whose values are the same but for their normal form', () => {
    const jo = { name: 'jo', department: ['Le\u0301gal', 'L\u00e9gal'], division: ['N', 'N'] };
    const population = new Population(snapshot({ people: [jo] }));
    const names = (attributes: readonly string[], values: readonly string[]) =>
      population.withValues(attributes.map(attribute), values).map(({ userName }) => userName);
    expect(names(['department'], ['L\u00e9gal'])).toEqual(['jo@example.com']);
    expect(names(['department', 'division'], ['L\u00e9gal', 'N'])).toEqual(['jo@example.com']);
  });

  test('gives up keeping people under thousands of pairs of values, and judges them all the same', () => {
    const of = ['department', 'division', 'cost-center'] as const;
    const people = [holder('jo', 1000, of), 'sam'];
    const population = new Population(snapshot({ people }));
    expect(population.canCombine(of.map(attribute))).toBe(false);
    const selector = '{ department: department 7, division: division 8, cost-center: cost-center 9 }';
    const evaluated = judge(`groups: [{ name: A, members: { at-least: [${selector}] } }]`, {
      people,
      groups: ['A'],
    });
    expect(found(evaluated, 'missing-member')).toEqual(['jo in A']);
  });

  test('does not mix people up whose values make numbers too large to tell apart', () => {
    const of = ['department', 'division', 'cost-center', 'level'] as const;
    const at = (name: string, ...values: number[]) => ({
      name,
      ...Object.fromEntries(of.map((one, index) => [one, `${values[index] ?? values[0]}`])),
    });
    const crowd = Array.from({ length: 9_999 }, (_, index) => at(`p${index}`, index));
    const last = [9999, 9999, 9999];
    // As one number, the values of these two would be rounded to the same one.
    const people = [
      ...crowd,
      { ...at('jo', ...last, 9996), in: ['A'] },
      { ...at('kim', ...last, 9997), in: ['A'] },
    ];
    const selector = 'department: "9999", division: "9999", cost-center: "9999", level: "9996"';
    const evaluated = judge(`groups: [{ name: A, members: [{ ${selector} }] }]`, { people });
    expect(found(evaluated)).toEqual(['unexpected-member: kim in A']);
  });
});
