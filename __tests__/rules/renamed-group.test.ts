import { describe, expect, test } from '@jest/globals';
import { found, idOf, judge, only } from '../evaluate/builders.ts';
import { keepsContract } from './contract.ts';

keepsContract({
  rule: 'renamed-group',
  severity: 'warning',
  policy: `version: 1\ngroups:\n  - { ⟦name: Payroll⟧, §id: "${idOf('Payroll')}" }\n`,
  people: { groups: [{ id: idOf('Payroll'), name: 'Payroll Admins' }] },
  finds: 'Payroll Admins',
  message: `the group with id ${idOf('Payroll')} is called Payroll Admins, not Payroll`,
  clean: { groups: ['Payroll'] },
  exception: `group: "${idOf('Payroll')}"`,
  renamed: {
    policy: `groups: [{ name: Other, id: "${idOf('Payroll')}" }]`,
    people: { groups: [{ id: idOf('Payroll'), name: 'Third' }] },
  },
});

describe('renamed-group', () => {
  test('still governs the group', () => {
    const policy = 'groups: [{ name: Old, id: "1", members: [] }]';
    const all = { people: [{ name: 'jo', in: ['#1'] }], groups: [{ id: '1', name: 'New' }] };
    expect(found(judge(policy, all))).toEqual(['renamed-group: New', 'unexpected-member: jo in New']);
  });

  test('does not mind another normal form, and offers the new name', () => {
    expect(
      found(judge('groups: [{ name: "Cafe\u0301", id: "1" }]', { groups: [{ id: '1', name: 'Caf\u00e9' }] })),
    ).toEqual([]);
    const { remedies } = only(
      judge('groups: [{ name: A, id: "1" }]', { groups: [{ id: '1', name: 'yes' }] }),
      'renamed-group',
    );
    expect(remedies.policy).toBe('- name: "yes"\n  id: "1"');
  });

  test('takes the name of a pinned entry literally', () => {
    expect(
      found(judge('groups: [{ name: "Pay*", id: "1" }]', { groups: [{ id: '1', name: 'Payroll' }] })),
    ).toEqual(['renamed-group: Payroll']);
    expect(
      found(judge('groups: [{ name: "Pay*", id: "1" }]', { groups: [{ id: '1', name: 'Pay*' }] })),
    ).toEqual([]);
  });

  test('goes by the id also where nobody tells the kind', () => {
    const policy = 'groups: [{ name: Old, id: "1", kind: team }]';
    expect(found(judge(policy, { groups: [{ id: '1', name: 'New' }] }), 'renamed-group')).toEqual(['New']);
  });
});
