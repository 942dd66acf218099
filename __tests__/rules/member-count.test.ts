import { describe, expect, test } from '@jest/globals';
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
