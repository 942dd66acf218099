import { describe, expect, test } from '@jest/globals';
import type { SourceName } from '../../src/model/facts.ts';
import { found, judge, only, ruleOf } from '../evaluate/builders.ts';
import { keepsContract } from './contract.ts';

keepsContract({
  rule: 'member-count',
  severity: 'error',
  policy: 'version: 1\ngroups:\n  - { name: Payroll, §members: { ⟦count: { min: 2, max: 3 }⟧ } }\n',
  people: { people: ['jo: Payroll', '-sam: Payroll'] },
  finds: 'Payroll',
  message: 'Payroll has 1 active member; the policy wants at least 2',
  clean: { people: ['jo: Payroll', 'sam: Payroll'] },
  exception: 'group: Payroll',
});

describe('member-count', () => {
  const count = (bounds: string, members: number) =>
    found(
      judge(`groups: [{ name: A, members: { count: { ${bounds} } } }]`, {
        people: Array.from({ length: members }, (_, index) => `p${index}: A`),
        groups: ['A'],
      }),
      'member-count',
    ).length;

  test.each([
    ['min: 2', 1, 1],
    ['min: 2', 2, 0],
    ['max: 2', 2, 0],
    ['max: 2', 3, 1],
    ['max: 0', 0, 0],
    ['min: 0', 0, 0],
    ['min: 2, max: 2', 2, 0],
  ])('of %s with %i active members finds %i', (bounds, members, findings) => {
    expect(count(bounds, members)).toBe(findings);
  });

  describe('where the source that knows which accounts are not in use yet could not be read', () => {
    const outcome = (
      bounds: string,
      failed: readonly SourceName[],
      sources: readonly SourceName[] = ['scim'],
    ) =>
      judge(`groups: [{ name: A, members: { count: { ${bounds} } } }]`, {
        people: ['a: A', 'b: A', '-c: A'],
        sources,
        failed,
      });

    test.each([
      ['min: 1', 'not-evaluated'],
      ['min: 2', 'not-evaluated'],
      ['max: 1', 'not-evaluated'],
      ['min: 1, max: 2', 'not-evaluated'],
      // There are at most as many as look active.
      ['min: 3', 'fail'],
      ['max: 2', 'pass'],
      ['min: 0, max: 2', 'pass'],
    ])('%s with two who look active is %s', (bounds, status) => {
      for (const failed of ['content', 'stackone'] as const)
        expect(ruleOf(outcome(bounds, [failed]), 'member-count').status).toBe(status);
    });

    test('says which one, and stands in the way of a verdict', () => {
      const reason =
        "which accounts are not in use yet is unknown: Leapsome's Content API has the last word on it, and could not be read in this run";
      const evaluated = outcome('min: 1', ['content', 'stackone']);
      expect(ruleOf(evaluated, 'member-count').reason).toBe(reason);
      expect(evaluated.problems).toMatchObject([
        { code: 'not-evaluated', message: `member-count could not be evaluated: ${reason}.` },
      ]);
      const exactly = judge('groups: [{ name: A, members: { exactly: [everyone], count: { min: 1 } } }]', {
        people: ['a: A'],
        failed: ['content'],
      });
      expect(ruleOf(exactly, 'member-count').reason).toBe(reason);
    });

    test('nothing is open where it was not to be read, or where another one comes before it', () => {
      expect(ruleOf(outcome('min: 1', []), 'member-count').status).toBe('pass');
      expect(ruleOf(outcome('min: 1', ['stackone'], ['scim', 'content']), 'member-count').status).toBe(
        'pass',
      );
    });
  });

  test('says what to do about too many', () => {
    const finding = only(
      judge('groups: [{ name: A, members: { count: { max: 1 } } }]', { people: ['a: A', 'b: A', 'c: A'] }),
      'member-count',
    );
    expect(finding.message).toBe('A has 3 active members; the policy wants at most 1');
    expect(finding.remedies).toMatchObject({
      policy: 'count: { max: 3 }',
      leapsome: 'Leapsome → Settings → remove 2 people',
    });
    expect(finding.user).toBeUndefined();
  });

  test.each([
    ['min: 2, max: 3', 1, 'count: { min: 1, max: 3 }'],
    ['min: 1, max: 2', 3, 'count: { min: 1, max: 3 }'],
    ['min: 2', 1, 'count: { min: 1 }'],
  ])('of %s with %i members offers to paste %s, the other bound with it', (bounds, members, yaml) => {
    const people = Array.from({ length: members }, (_, index) => `p${index}: A`);
    const policy = `groups: [{ name: A, members: { count: { ${bounds} } } }]`;
    expect(only(judge(policy, { people }), 'member-count').remedies.policy).toBe(yaml);
  });

  test('tells the bound of each of two entries about one group', () => {
    const policy =
      'groups: [{ name: "A*", members: { count: { min: 5 } } }, { name: "*", members: { count: { max: 1 } } }]';
    expect(judge(policy, { people: ['a: A', 'b: A'] }).findings.map(({ message }) => message)).toEqual([
      'A has 2 active members; the policy wants at least 5',
      'A has 2 active members; the policy wants at most 1',
    ]);
  });

  test('is not evaluated for a name that two groups have', () => {
    const groups = [
      { id: '1', name: 'A' },
      { id: '2', name: 'A' },
    ];
    const evaluated = judge('groups: [{ name: A, members: { count: { min: 1 } } }]', { groups });
    expect(ruleOf(evaluated, 'member-count')).toMatchObject({
      status: 'not-evaluated',
      reason: '"A" is the name of 2 groups (1, 2)',
    });
  });

  test('does not count accounts that are not in use yet', () => {
    const policy = (bounds: string) => `groups: [{ name: A, members: { count: { ${bounds} } } }]`;
    const all = { people: ['jo: A', '~sam: A', '~kim: A'] };
    expect(found(judge(policy('min: 1, max: 1'), all))).toEqual([]);
    expect(only(judge(policy('min: 2'), all), 'member-count').message).toContain('has 1 active member;');
    const right = 'groups: [{ name: A, members: { exactly: [everyone], count: { max: 1 } } }]';
    expect(found(judge(right, all))).toEqual([]);
  });
});
