import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { implausible } from '../../src/evaluate/evaluate.ts';
import { Population } from '../../src/evaluate/population.ts';
import { verdict } from '../../src/evaluate/verdict.ts';
import type { Problem } from '../../src/model/problem.ts';
import { SEVERITIES, type Severity } from '../../src/model/severity.ts';
import { policyOf, snapshot } from './builders.ts';

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
