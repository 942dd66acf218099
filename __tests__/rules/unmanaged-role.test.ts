import { describe, expect, test } from '@jest/globals';
import { found, judge, ruleOf } from '../evaluate/builders.ts';
import { keepsContract } from './contract.ts';

keepsContract({
  rule: 'unmanaged-role',
  severity: 'warning',
  policy: 'version: 1\n⟦roles⟧:\n  - name: Admin\n',
  people: { roles: { Admin: [], Reader: [] } },
  finds: 'Reader',
  message: 'the access role Reader is in Leapsome, but no entry of the policy is about it',
  clean: { roles: { Admin: [] } },
  exception: 'role: Reader',
});

describe('unmanaged-role', () => {
  test('is silent when the policy does not speak of roles, and finds all when it lists none', () => {
    expect(found(judge('groups: []', { roles: { Reader: [] } }))).toEqual([]);
    expect(found(judge('roles: []', { roles: { Reader: [] } }))).toEqual(['unmanaged-role: Reader']);
  });

  test('is not evaluated without a source that knows the roles', () => {
    const evaluated = judge('roles: []', {});
    expect(ruleOf(evaluated, 'unmanaged-role')).toMatchObject({
      status: 'not-evaluated',
      severity: 'warning',
      reason:
        "which access roles there are is unknown: only Leapsome's Content API or StackOne's IAM API reports it",
    });
    expect(evaluated.problems).toEqual([]);
    expect(judge('roles: []\nrules: { unmanaged-role: error }', {}).problems).toMatchObject([
      { code: 'not-evaluated' },
    ]);
  });
});
