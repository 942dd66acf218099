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

  test.each(['content', 'stackone'] as const)('judges by the catalogue of %s', (source) => {
    const roles = [{ id: '1', name: 'Admin', active: true, holders: undefined }];
    const all = { roles, sources: [source] };
    const said = (entry: string): string[] => found(judge(`roles: [{ ${entry} }]`, all), 'missing-role');
    expect(said('name: Admin')).toEqual([]);
    expect(said('name: admin')).toEqual(['Leapsome has no access role named "admin". Did you mean "Admin"?']);
    expect(said('name: "Re*"')).toEqual(['Leapsome has no access role that matches "Re*".']);
    expect(said('name: Admin, id: "2"')).toEqual([
      'Leapsome has no access role with id 2 ("Admin"). A role of this name has the id 1.',
    ]);
  });

  test('says that a source was read and told nothing, or could not be read', () => {
    const reason = (all: Parameters<typeof judge>[1]) =>
      ruleOf(judge('roles: [{ name: Admin }]', all), 'missing-role').reason;
    expect(reason({ sources: ['content'], unknown: ['role-catalogue'] })).toBe(
      "which access roles there are is unknown: Leapsome's Content API shows the access roles only to keys with the role Super Admin, and this key lacks it",
    );
    expect(reason({ failed: ['content', 'stackone'] })).toBe(
      "which access roles there are is unknown: Leapsome's Content API has the last word on it, and could not be read in this run",
    );
  });

  test('is open for what another source does not list while the authority could not be read', () => {
    const roles = [{ id: '1', name: 'Admin', active: undefined, holders: [] }];
    const all = {
      roles,
      sources: ['stackone'] as const,
      failed: ['content'] as const,
      unknown: ['role-catalogue'] as const,
    };
    const evaluated = judge('roles: [{ name: Admin }, { name: Reader }]', all);
    expect(found(evaluated, 'missing-role')).toEqual([]);
    expect(evaluated.problems).toContainEqual(
      expect.objectContaining({
        message: expect.stringContaining('missing-role could not be evaluated'),
        location: expect.objectContaining({ line: 2, column: 28 }),
      }),
    );
    expect(ruleOf(judge('roles: [{ name: Admin }]', all), 'missing-role').status).toBe('pass');
  });
});
