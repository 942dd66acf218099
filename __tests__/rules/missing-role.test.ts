import { describe, expect, test } from '@jest/globals';
import { found, judge, ruleOf } from '../evaluate/builders.ts';
import { keepsContract } from './contract.ts';

keepsContract({
  rule: 'missing-role',
  severity: 'error',
  policy: 'version: 1\nroles:\n  - { ⟦name: Admn⟧, §owner: me }\n',
  people: { roles: { Admin: [] } },
  finds: 'Leapsome has no access role named "Admn". Did you mean "Admin"?',
  message: 'Leapsome has no access role named "Admn". Did you mean "Admin"?',
  clean: { roles: { Admn: [] } },
});

describe('missing-role', () => {
  test('is not evaluated without a source that knows the roles', () => {
    const evaluated = judge('roles: [{ name: Admin }]', {});
    expect(ruleOf(evaluated, 'missing-role')).toMatchObject({ status: 'not-evaluated', severity: 'error' });
    expect(evaluated.problems).toMatchObject([{ code: 'not-evaluated', location: { line: 2 } }]);
  });

  test('finds nothing for a glob that matches, or a name that two roles have', () => {
    const roles = ['1', '2'].map((id) => ({ id, name: 'Admin', active: true, holders: [] }));
    expect(found(judge('roles: [{ name: "Ad*" }, { name: Admin }]', { roles }), 'missing-role')).toEqual([]);
  });
});
