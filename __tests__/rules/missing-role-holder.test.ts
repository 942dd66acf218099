import { describe, expect, test } from '@jest/globals';
import { idOf, judge, only } from '../evaluate/builders.ts';
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
});
