import { describe, expect, test } from '@jest/globals';
import { judge, ruleOf } from '../evaluate/builders.ts';
import { keepsContract } from './contract.ts';

keepsContract({
  rule: 'role-holder-count',
  severity: 'error',
  policy: 'version: 1\nroles:\n  - { name: Admin, §members: { ⟦count: { max: 1 }⟧ } }\n',
  people: { people: ['jo', 'sam', '-old'], roles: { Admin: ['jo', 'sam', 'old'] } },
  finds: 'Admin',
  message: 'the role Admin has 2 active holders; the policy wants at most 1',
  clean: { people: ['jo', '-old'], roles: { Admin: ['jo', 'old'] } },
  exception: 'role: Admin',
});

describe('role-holder-count', () => {
  test('is not evaluated with a holder whom no source lists', () => {
    const evaluated = judge('roles: [{ name: Admin, members: { count: { max: 1 } } }]', {
      roles: { Admin: ['#stranger'] },
    });
    expect(ruleOf(evaluated, 'role-holder-count').status).toBe('not-evaluated');
  });
});
