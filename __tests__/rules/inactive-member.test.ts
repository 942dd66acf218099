import { describe, expect, test } from '@jest/globals';
import { found, idOf, judge, only, ruleOf } from '../evaluate/builders.ts';
import { keepsContract } from './contract.ts';

keepsContract({
  rule: 'inactive-member',
  severity: 'warning',
  policy: 'version: 1\ngroups:\n  - { ⟦name: Payroll⟧ }\n',
  people: { people: ['-jo: Payroll'] },
  finds: 'jo in Payroll',
  message: 'jo@example.com is deactivated, but still in Payroll',
  clean: { people: ['jo: Payroll', '-sam'] },
  exception: 'user: jo@example.com, group: Payroll',
  renamed: {
    policy: 'groups: [{ name: "*" }]',
    people: {
      people: [{ name: 'joanna', id: idOf('jo'), active: false, in: [`#${idOf('Payroll')}`] }],
      groups: [{ id: idOf('Payroll'), name: 'New' }],
    },
  },
});

describe('inactive-member', () => {
  test('is told for groups without an entry too, at the line of the rule or the version', () => {
    expect(only(judge('version: 1\n', { people: ['-jo: A'] }), 'inactive-member').location.line).toBe(1);
    expect(
      only(judge('version: 1\nrules:\n  inactive-member: error\n', { people: ['-jo: A'] }), 'inactive-member')
        .location.line,
    ).toBe(3);
  });

  test('points to the first of several entries about the group', () => {
    const policy = 'version: 1\ngroups:\n  - name: A\n  - name: "*"\n';
    expect(only(judge(policy, { people: ['-jo: A'] }), 'inactive-member').location.line).toBe(3);
  });

  test('leaves group ids that nobody lists to dangling-group', () => {
    expect(found(judge('groups: []', { people: ['-jo: #gone'] }), 'inactive-member')).toEqual([]);
  });

  test('is not evaluated while nobody knows who is in which group', () => {
    const evaluated = judge('groups: []', { people: ['jo'], unknown: ['membership'] });
    expect(ruleOf(evaluated, 'inactive-member')).toMatchObject({
      status: 'not-evaluated',
      severity: 'notice',
    });
  });

  test('leaves accounts alone that are not in use yet', () => {
    expect(found(judge('groups: []', { people: ['~jo: A'] }), 'inactive-member')).toEqual([]);
  });

  test('is open where a source that may show more groups could not be read, and weighs when it is asked for', () => {
    const outcome = (policy: string) => judge(policy, { people: ['jo: A'], failed: ['content'] });
    expect(ruleOf(outcome('groups: [{ name: A }]'), 'inactive-member')).toMatchObject({
      status: 'not-evaluated',
      severity: 'notice',
    });
    expect(outcome('groups: [{ name: A }]').problems).toEqual([]);
    expect(outcome('rules: { inactive-member: error }').problems).toMatchObject([{ code: 'not-evaluated' }]);
  });

  test('does not mind that whoever has left belongs to a department, unless the policy treats it as a group', () => {
    const people = {
      people: ['-jo: Sales'],
      groups: [{ id: idOf('Sales'), name: 'Sales', kind: 'department' as const }],
      sources: ['content' as const],
    };
    expect(found(judge('groups: []', people), 'inactive-member')).toEqual([]);
    expect(found(judge('groups: [{ name: "*" }]', people), 'inactive-member')).toEqual([]);
    expect(found(judge('groups: [{ name: Sales }]', people), 'inactive-member')).toEqual(['jo in Sales']);
    expect(found(judge('groups: [{ name: X, kind: department }]', people), 'inactive-member')).toEqual([
      'jo in Sales',
    ]);
  });
});
