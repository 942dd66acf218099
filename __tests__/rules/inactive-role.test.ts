import { describe, expect, test } from '@jest/globals';
import { found, idOf, judge, only, ruleOf } from '../evaluate/builders.ts';
import { keepsContract } from './contract.ts';

const role = (name: string, active: boolean | undefined) => ({
  id: idOf(name),
  name,
  active,
  holders: [],
});

keepsContract({
  rule: 'inactive-role',
  severity: 'warning',
  policy: 'version: 1\nroles:\n  - { ⟦name: Auditor⟧, §owner: me }\n',
  people: { roles: [role('Auditor', false)] },
  finds: 'Auditor',
  message: 'the access role Auditor is in the policy, but it is switched off in Leapsome',
  clean: { roles: { Auditor: [] } },
  exception: 'role: Auditor',
  renamed: {
    policy: 'roles: [{ name: Other }]',
    people: { roles: [{ ...role('Auditor', false), name: 'Other' }] },
  },
});

describe('inactive-role', () => {
  test('offers to remove the entry only where it says nothing of other roles', () => {
    const roles = [role('Audit one', false), role('Audit two', true)];
    const remedy = (name: string): string =>
      only(judge(`roles: [{ name: "${name}" }]`, { roles }), 'inactive-role').remedies.policy;
    expect(remedy('Audit one')).toBe('# roles: remove this entry, if the role is to stay off');
    expect(remedy('Audit*')).toBe(
      'exceptions:\n  - rule: inactive-role\n    role: "Audit one"\n    reason: …\n    owner: …\n    expires: …',
    );
  });

  test('finds each role that a glob matches, and none that the policy does not speak of', () => {
    const roles = [role('Audit one', false), role('Audit two', true), role('Other', false)];
    const policy = 'roles: [{ name: "Audit*" }]\nrules: { unmanaged-role: off }';
    expect(found(judge(policy, { roles }))).toEqual(['inactive-role: Audit one']);
    expect(found(judge('groups: []', { roles }))).toEqual([]);
  });

  test('finds a role once, however many entries are about it', () => {
    expect(found(judge('roles: [{ name: A }, { name: "*" }]', { roles: [role('A', false)] }))).toEqual([
      'inactive-role: A',
    ]);
  });

  test('is no pass where nobody tells, which matters only to who asks for it', () => {
    const all = { roles: [role('B', undefined), role('A', undefined)] };
    const quiet = judge('roles: [{ name: "*" }]', all);
    expect(ruleOf(quiet, 'inactive-role')).toEqual({
      id: 'inactive-role',
      severity: 'notice',
      status: 'not-evaluated',
      findings: 0,
      reason: 'no source tells whether "A" and "B" are switched on',
    });
    expect(quiet.problems).toEqual([]);
    const asked = judge('roles: [{ name: A }]\nrules: { inactive-role: error, unmanaged-role: off }', all);
    expect(asked.problems).toMatchObject([
      {
        code: 'not-evaluated',
        message: expect.stringContaining('no source tells whether "A" is switched on'),
      },
    ]);
    const many = ['a', 'b', 'c', 'd'].map((name) => role(name, undefined));
    expect(ruleOf(judge('roles: [{ name: "*" }]', { roles: many }), 'inactive-role').reason).toBe(
      'no source tells whether 4 access roles are switched on',
    );
  });

  test('is not evaluated without a source that knows the roles', () => {
    expect(ruleOf(judge('roles: [{ name: A }]', {}), 'inactive-role')).toMatchObject({
      status: 'not-evaluated',
      severity: 'warning',
    });
  });
});
