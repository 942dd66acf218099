import { describe, expect, test } from '@jest/globals';
import { found, judge, only, ruleOf } from '../evaluate/builders.ts';
import { keepsContract } from './contract.ts';

keepsContract({
  rule: 'account-count',
  severity: 'error',
  policy: 'version: 1\naccounts: { ⟦count: { max: 1 }⟧ }\n',
  people: { people: ['jo', 'sam', '-old'] },
  finds: 'Leapsome has 2 active accounts; the policy wants at most 1',
  message: 'Leapsome has 2 active accounts; the policy wants at most 1',
  clean: { people: ['jo', '-old'] },
  exception: '',
});

describe('account-count', () => {
  test('says how many there are, and how many are wanted', () => {
    const evaluated = judge('accounts: { count: { min: 2 } }', { people: ['jo'] });
    expect(only(evaluated, 'account-count')).toMatchObject({
      message: 'Leapsome has 1 active account; the policy wants at least 2',
    });
    expect(found(evaluated)).toHaveLength(1);
    expect(ruleOf(evaluated, 'account-count').findings).toBe(1);
  });

  test('is open where nobody knows which accounts are not in use yet', () => {
    const evaluated = judge('accounts: { count: { max: 1 } }', {
      people: ['jo', 'sam'],
      failed: ['content'],
    });
    expect(ruleOf(evaluated, 'account-count').status).toBe('not-evaluated');
    expect(evaluated.problems).toMatchObject([{ code: 'not-evaluated' }]);
  });
});
