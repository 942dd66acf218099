import { describe, expect, test } from '@jest/globals';
import { idOf, judge, only, ruleOf } from '../evaluate/builders.ts';
import { keepsContract } from './contract.ts';

keepsContract({
  rule: 'unexpected-role-holder',
  severity: 'error',
  policy: 'version: 1\nroles:\n  - { name: Super Admin, §members: { ⟦at-most: [jo@example.com]⟧ } }\n',
  people: { people: ['jo', 'sam', '-old'], roles: { 'Super Admin': ['jo', 'sam', 'old'] } },
  finds: 'sam in Super Admin',
  message: 'sam@example.com holds the role Super Admin, which allows at most jo@example.com',
  clean: { people: ['jo', 'sam'], roles: { 'Super Admin': ['jo'] } },
  exception: 'user: sam@example.com, role: Super Admin',
  renamed: {
    policy: `roles:\n  - { name: Ultra Admin, id: "${idOf('Super Admin')}", members: { at-most: [jo@example.com] } }\n`,
    people: {
      people: ['jo', { name: 'samuel', id: idOf('sam') }],
      roles: [
        { id: idOf('Super Admin'), name: 'Ultra Admin', active: true, holders: [idOf('jo'), idOf('sam')] },
      ],
    },
  },
});

describe('unexpected-role-holder', () => {
  const policy = 'roles: [{ name: Admin, members: [jo@example.com] }]';

  test('is not evaluated with SCIM alone, which knows of no holders', () => {
    const evaluated = judge(policy, { people: ['jo'] });
    for (const rule of ['unexpected-role-holder', 'missing-role-holder']) {
      expect(ruleOf(evaluated, rule)).toMatchObject({
        status: 'not-evaluated',
        severity: 'error',
        reason: "who holds an access role is unknown: only StackOne's IAM API reports it",
      });
    }
    expect(ruleOf(evaluated, 'forbidden-role-holder').status).toBe('pass');
    expect(evaluated.problems.every(({ code }) => code === 'not-evaluated')).toBe(true);
    expect(evaluated.problems).not.toEqual([]);
  });

  test('is not evaluated where nobody tells who holds this one role', () => {
    const evaluated = judge(policy, { people: ['jo'], roles: { Admin: null } });
    expect(ruleOf(evaluated, 'unexpected-role-holder')).toMatchObject({
      status: 'not-evaluated',
      reason: 'no source tells who holds the role "Admin"',
    });
  });

  test('takes no holder for nobody whom no source lists as a person', () => {
    const evaluated = judge(policy, { people: ['jo'], roles: { Admin: ['jo', '#stranger'] } });
    expect(ruleOf(evaluated, 'unexpected-role-holder')).toMatchObject({
      status: 'not-evaluated',
      reason: '"Admin" is held by 1 account that no source lists (stranger)',
    });
  });

  test('is not evaluated for a name that two roles have', () => {
    const roles = ['1', '2'].map((id) => ({ id, name: 'Admin', active: true, holders: [] }));
    expect(ruleOf(judge(policy, { people: ['jo'], roles }), 'unexpected-role-holder')).toMatchObject({
      status: 'not-evaluated',
      reason: '"Admin" is the name of 2 access roles (1, 2)',
    });
  });

  test('finds a holder who is not active yet, and says so', () => {
    const all = { people: ['jo', '~sam'], roles: { Admin: ['jo', 'sam'] } };
    expect(only(judge(policy, all), 'unexpected-role-holder').message).toBe(
      'sam@example.com (invited) holds the role Admin, which allows exactly jo@example.com',
    );
  });

  test('is not evaluated with the catalogue of the Content API alone', () => {
    const roles = [{ id: '1', name: 'Admin', active: true, holders: undefined }];
    const evaluated = judge(policy, { people: ['jo'], roles, sources: ['scim', 'content'] });
    expect(ruleOf(evaluated, 'unexpected-role-holder')).toMatchObject({
      status: 'not-evaluated',
      reason: "who holds an access role is unknown: only StackOne's IAM API reports it",
    });
    expect(ruleOf(evaluated, 'missing-role').status).toBe('pass');
  });
});
