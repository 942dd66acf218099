import { describe, expect, test } from '@jest/globals';
import { found, idOf, judge, only, ruleOf } from '../evaluate/builders.ts';
import { keepsContract } from './contract.ts';

const role = (id: string, name: string) => ({ id, name, active: true, holders: [] });

keepsContract({
  rule: 'renamed-role',
  severity: 'warning',
  policy: `version: 1\nroles:\n  - { ⟦name: Admin⟧, §id: "${idOf('Admin')}" }\n`,
  people: { roles: [role(idOf('Admin'), 'Super Admin')] },
  finds: 'Super Admin',
  message: `the access role with id ${idOf('Admin')} is called Super Admin, not Admin`,
  clean: { roles: { Admin: [] } },
  exception: `role: "${idOf('Admin')}"`,
  renamed: {
    policy: `roles: [{ name: Other, id: "${idOf('Admin')}" }]`,
    people: { roles: [role(idOf('Admin'), 'Third')] },
  },
});

describe('renamed-role', () => {
  test('still governs the role', () => {
    const policy = 'roles: [{ name: Old, id: "1", members: [] }]';
    const roles = [{ ...role('1', 'New'), holders: [idOf('jo')] }];
    expect(found(judge(policy, { people: ['jo'], roles }))).toEqual([
      'renamed-role: New',
      'unexpected-role-holder: jo in New',
    ]);
  });

  test('does not mind another normal form, and offers the new name', () => {
    const policy = 'roles: [{ name: "Cafe\u0301", id: "1" }]';
    expect(found(judge(policy, { roles: [role('1', 'Caf\u00e9')] }))).toEqual([]);
    expect(only(judge(policy, { roles: [role('1', 'yes')] }), 'renamed-role').remedies.policy).toBe(
      '- name: "yes"\n  id: "1"',
    );
  });

  test('is not evaluated without a source that knows the roles, if there is a pin to look at', () => {
    expect(ruleOf(judge('roles: [{ name: A, id: "1" }]', {}), 'renamed-role')).toMatchObject({
      status: 'not-evaluated',
      severity: 'warning',
      reason: expect.stringMatching(/^which access roles there are is unknown/),
    });
    expect(ruleOf(judge('roles: [{ name: A }]', {}), 'renamed-role').status).toBe('pass');
    expect(ruleOf(judge('groups: []', {}), 'renamed-role').status).toBe('pass');
  });
});
