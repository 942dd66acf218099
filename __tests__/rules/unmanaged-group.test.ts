import { describe, expect, test } from '@jest/globals';
import { found, idOf, judge, only, ruleOf } from '../evaluate/builders.ts';
import { keepsContract } from './contract.ts';

keepsContract({
  rule: 'unmanaged-group',
  severity: 'warning',
  policy: 'version: 1\n⟦groups⟧:\n  - name: Payroll\n',
  people: { people: ['jo: Payroll', 'sam: Cycling Club', '-old: Cycling Club'] },
  finds: 'Cycling Club',
  message: 'the group Cycling Club (1 active) is in Leapsome, but no entry of the policy is about it',
  clean: { people: ['jo: Payroll'] },
  exception: 'group: Cycling Club',
  renamed: {
    people: {
      people: [{ name: 'sam', in: [`#${idOf('Cycling Club')}`] }],
      groups: ['Payroll', { id: idOf('Cycling Club'), name: 'Bikes' }],
    },
  },
});

describe('unmanaged-group', () => {
  test('is satisfied by any entry: a glob, a pin, one without members, one that is ambiguous', () => {
    const groups = [
      { id: '1', name: 'A' },
      { id: '2', name: 'B one' },
      { id: '3', name: 'C' },
      { id: '4', name: 'C' },
    ];
    const evaluated = judge('groups: [{ name: Old A, id: "1" }, { name: "B*" }, { name: C }]', { groups });
    expect(found(evaluated, 'unmanaged-group')).toEqual([]);
  });

  test('points to the version where the policy has no groups', () => {
    expect(only(judge('version: 1\n', { groups: ['A'] }), 'unmanaged-group').location).toMatchObject({
      line: 1,
      column: 1,
      endColumn: 8,
    });
  });

  test('offers an entry that manages the group, whatever its name and id look like', () => {
    for (const group of [
      { id: '6140868e26', name: 'a: [b] # "c" *' },
      { id: '1', name: 'everyone' },
      { id: 'x', name: 'yes' },
      { id: '0', name: '1\n- name: x' },
    ]) {
      const { remedies } = only(judge('groups: []', { groups: [group] }), 'unmanaged-group');
      expect(found(judge(`groups:\n${remedies.policy}`, { groups: [group] }))).toEqual([]);
    }
    const { remedies } = only(
      judge('groups: []', { groups: [{ id: '1', name: 'everyone' }] }),
      'unmanaged-group',
    );
    expect(remedies.policy).toContain('- name: everyone\n');
  });

  test('is open, as heavy as it is, where a source that may show more groups could not be read', () => {
    const outcome = (severity: string) =>
      judge(`groups: [{ name: A }]\nrules: { unmanaged-group: ${severity} }`, {
        people: ['jo: A'],
        failed: ['content'],
      });
    expect(ruleOf(outcome('warning'), 'unmanaged-group')).toMatchObject({
      status: 'not-evaluated',
      severity: 'warning',
    });
    expect(outcome('warning').problems).toEqual([]);
    expect(outcome('error').problems).toMatchObject([{ code: 'not-evaluated' }]);
  });

  test('counts the active members only', () => {
    const all = { people: ['jo: A', '~new: A', '-old: A'] };
    expect(only(judge('rules: {}', all), 'unmanaged-group').message).toContain('A (1 active)');
    const unknown = { groups: ['A'], unknown: ['membership'] as const };
    expect(only(judge('rules: {}', unknown), 'unmanaged-group').message).toMatch(
      /^the group A is in Leapsome/,
    );
  });

  test('is no pass where groups that nobody is in are unknown, and no hindrance either', () => {
    for (const policy of [
      'groups: [{ name: A }]',
      'groups: [{ name: A }]\nrules: { unmanaged-group: error }',
    ]) {
      const evaluated = judge(policy, { people: ['jo: A'], sources: ['content'] });
      expect(ruleOf(evaluated, 'unmanaged-group')).toMatchObject({
        status: 'not-evaluated',
        severity: 'notice',
        reason: expect.stringMatching(/^groups that nobody is in are unknown/),
      });
      expect(evaluated.problems).toEqual([]);
    }
  });

  test('takes a group for managed of which nobody tells whether it is of the kind, and none of another kind', () => {
    const groups = [
      { id: '1', name: 'A' },
      { id: '2', name: 'B', kind: 'other' as const },
    ];
    const policy = 'groups: [{ name: A, kind: team }, { name: B, kind: team }]';
    expect(found(judge(policy, { groups, sources: ['scim', 'content'] }), 'unmanaged-group')).toEqual(['B']);
    expect(found(judge(policy, { groups: ['A', 'B'] }), 'unmanaged-group')).toEqual([]);
  });

  test('leaves departments and their like alone, until an entry is about their kind or about one of them', () => {
    const groups = [
      { id: '1', name: 'Sales', kind: 'department' as const },
      { id: '2', name: 'CC-1', kind: 'cost-center' as const },
      { id: '3', name: 'CC-2', kind: 'cost-center' as const },
      { id: '4', name: 'Choir', kind: 'other' as const },
    ];
    const unmanaged = (policy: string) =>
      found(judge(policy, { groups, sources: ['scim', 'content'] }), 'unmanaged-group');
    expect(unmanaged('groups: []')).toEqual(['Choir']);
    expect(unmanaged('groups: [{ name: CC-1, kind: cost-center }]')).toEqual(['CC-2', 'Choir']);
    expect(unmanaged('groups: [{ name: Choir }, { name: Sales }]')).toEqual([]);
  });
});
