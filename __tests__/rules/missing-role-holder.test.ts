import { describe, expect, test } from '@jest/globals';
import { idOf, judge, only, ruleOf } from '../evaluate/builders.ts';
import { keepsContract } from './contract.ts';

keepsContract({
  rule: 'missing-role-holder',
  severity: 'error',
  policy: 'version: 1\nroles:\n  - { name: Admin, §members: { at-least: [⟦jo@example.com⟧] } }\n',
  people: { people: ['jo'], roles: { Admin: [] } },
  finds: 'jo in Admin',
  message: 'jo@example.com does not hold the role Admin, but the policy requires it',
  clean: { people: ['jo'], roles: { Admin: ['jo'] } },
  exception: `user: jo@example.com, role: "${idOf('Admin')}"`,
});

describe('missing-role-holder', () => {
  test('says of a deactivated holder that the account does not count', () => {
    const evaluated = judge('roles: [{ name: Admin, members: [jo@example.com] }]', {
      people: ['-jo'],
      roles: { Admin: ['jo'] },
    });
    expect(only(evaluated, 'missing-role-holder').message).toBe(
      'jo@example.com is deactivated, but the policy requires an active account in the role Admin',
    );
  });

  test('does not find a holder who is not active yet, but warns', () => {
    const evaluated = judge('roles: [{ name: Admin, members: [jo@example.com] }]', {
      people: ['~jo'],
      roles: { Admin: ['jo'] },
    });
    expect(evaluated.findings).toEqual([]);
    expect(evaluated.warnings).toEqual([
      'jo@example.com is required in the role Admin, and is invited, not active yet.',
    ]);
  });

  test('is open for a role that may exist unseen', () => {
    const outcome = (entry: string, rule = 'missing-role-holder'): string =>
      ruleOf(
        judge(`roles: [{ ${entry} }]`, {
          people: ['jo'],
          roles: { Admin: ['jo'] },
          unknown: ['role-catalogue'],
          failed: ['content'],
        }),
        rule,
      ).status;
    expect(outcome('name: Reader, members: [jo@example.com]')).toBe('not-evaluated');
    expect(outcome('name: "Adm*", members: [jo@example.com]')).toBe('not-evaluated');
    expect(outcome('name: Reader, members: [jo@example.com]', 'unexpected-role-holder')).toBe('pass');
    expect(outcome('name: Reader, members: { count: { min: 1 } }', 'role-holder-count')).toBe(
      'not-evaluated',
    );
    expect(outcome('name: Admin, members: [jo@example.com]')).toBe('pass');
  });
});
