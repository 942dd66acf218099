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

  test.each(['content', 'stackone'] as const)(
    'judges by the catalogue of %s, and excepts by id',
    (source) => {
      const roles = [{ id: '1', name: 'Reader', active: true, holders: undefined }];
      const exception =
        'exceptions: [{ rule: unmanaged-role, role: "1", reason: r, owner: o, expires: 2026-12-31 }]';
      const all = { roles, sources: [source] };
      expect(found(judge('roles: []', all), 'unmanaged-role')).toEqual(['Reader']);
      expect(found(judge(`roles: []\n${exception}`, all), 'unmanaged-role')).toEqual(['Reader (excepted)']);
    },
  );

  test('finds what one source lists, and stays open while the authority could not be read', () => {
    const roles = [{ id: '1', name: 'Reader', active: true, holders: undefined }];
    const evaluated = judge('roles: []', { roles, unknown: ['role-catalogue'], failed: ['content'] });
    expect(found(evaluated, 'unmanaged-role')).toEqual(['Reader']);
    expect(ruleOf(evaluated, 'unmanaged-role').reason).toMatch(/^which access roles there are is unknown/);
  });
});
