import { describe, expect, test } from '@jest/globals';
import { found, idOf, judge, only, ruleOf } from '../evaluate/builders.ts';
import { keepsContract } from './contract.ts';

keepsContract({
  rule: 'forbidden-member',
  severity: 'error',
  policy:
    'version: 1\ngroups:\n  - { name: Payroll, §members: { ⟦never: [{ employment-type: external }]⟧ } }\n',
  people: { people: [{ name: 'jo', in: ['Payroll'], 'employment-type': 'external' }] },
  finds: 'jo in Payroll',
  message:
    'jo@example.com is in Payroll, which the policy forbids for people where employment-type is external',
  clean: {
    people: [
      { name: 'jo', in: ['Payroll'], 'employment-type': 'internal' },
      { name: 'ex', 'employment-type': 'external' },
    ],
  },
  exception: `user: "${idOf('jo')}", group: "${idOf('Payroll')}"`,
  renamed: {
    people: { people: [{ name: 'joanna', id: idOf('jo'), in: ['Payroll'], 'employment-type': 'external' }] },
  },
});

describe('forbidden-member', () => {
  test('wins over every permission and need, and is told once', () => {
    const policy = 'groups: [{ name: A, members: { at-most: [jo@example.com], never: [{ title: Temp }] } }]';
    expect(found(judge(policy, { people: [{ name: 'jo', in: ['A'], title: 'Temp' }] }))).toEqual([
      'forbidden-member: jo in A',
    ]);
    expect(found(judge(policy, { people: [{ name: 'sam', in: ['A'], title: 'Temp' }] }))).toEqual([
      'forbidden-member: sam in A',
    ]);
  });

  test('does not concern deactivated accounts', () => {
    const evaluated = judge('groups: [{ name: A, members: { never: [jo@example.com] } }]', {
      people: ['-jo: A'],
    });
    expect(found(evaluated)).toEqual(['inactive-member: jo in A']);
  });

  test('is not evaluated when the prohibition is unknown of a member', () => {
    const policy = 'groups: [{ name: A, members: { never: [{ not: { status: active } }] } }]';
    expect(ruleOf(judge(policy, { people: ['jo: A'] }), 'forbidden-member').status).toBe('not-evaluated');
    expect(ruleOf(judge(policy, { people: ['jo'], groups: ['A'] }), 'forbidden-member').status).toBe('pass');
  });
});

test('"exactly" does not require whom "never" of the same clause forbids', () => {
  const policy = `groups: [{ name: A, members: { exactly: [{ department: Finance }], never: [{ title: Temp }] } }]`;
  const people = [
    { name: 'jo', in: ['A'], department: 'Finance' },
    { name: 'sam', department: 'Finance', title: 'Temp' },
  ];
  const outside = judge(policy, { people });
  expect({ found: found(outside), problems: outside.problems }).toEqual({ found: [], problems: [] });
  const inside = judge(policy, { people: [people[0]!, { ...people[1]!, in: ['A'] }] });
  expect({ found: found(inside), problems: inside.problems }).toEqual({
    found: ['forbidden-member: sam in A'],
    problems: [],
  });
});

test('finds somebody who is invited before the first log-in, and says so', () => {
  const policy = 'groups: [{ name: Payroll, members: { never: [{ employment-type: external }] } }]';
  const people = [
    { name: 'jo', pending: 'invited' as const, 'employment-type': 'external', in: ['Payroll'] },
  ];
  expect(only(judge(policy, { people }), 'forbidden-member').message).toBe(
    'jo@example.com (invited) is in Payroll, which the policy forbids for people where employment-type is external',
  );
});
