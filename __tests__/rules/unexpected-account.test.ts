import { describe, expect, test } from '@jest/globals';
import { found, idOf, judge, only, ruleOf } from '../evaluate/builders.ts';
import { keepsContract } from './contract.ts';

keepsContract({
  rule: 'unexpected-account',
  severity: 'error',
  policy: 'version: 1\naccounts:\n  ⟦at-most: [{ domain: example.com }]⟧\n',
  people: { people: ['jo', 'eve@other.org', '-old@other.org'] },
  finds: 'eve@other.org',
  message:
    'eve@other.org has an active account in Leapsome, which allows at most people where domain is example.com',
  clean: { people: ['jo', '-old@other.org'] },
  exception: 'user: eve@other.org',
  renamed: { people: { people: [{ name: 'eva@other.org', id: idOf('eve@other.org') }] } },
});

describe('unexpected-account', () => {
  test('points to the place of a plain list', () => {
    const policy = 'version: 1\naccounts: [jo@example.com]\n';
    const finding = only(judge(policy, { people: ['jo', 'sam'] }), 'unexpected-account');
    expect(finding.message).toBe(
      'sam@example.com has an active account in Leapsome, which allows exactly jo@example.com',
    );
    expect(finding.location).toMatchObject({ line: 2, column: 1 });
    expect(finding.remedies.leapsome).toBe(
      'Leapsome → Settings → Users & Teams → Users → sam@example.com → deactivate',
    );
  });

  test('is evaluated only when the policy speaks of accounts', () => {
    expect(found(judge('groups: []', { people: ['jo'] }))).toEqual([]);
  });

  test('is not evaluated while its attributes are unknown', () => {
    const evaluated = judge('accounts: { at-most: [{ lifecycle: hired }] }', { people: ['jo'] });
    expect(ruleOf(evaluated, 'unexpected-account').status).toBe('not-evaluated');
  });

  test('finds an account that is not in use yet, and does not call it active', () => {
    const policy = 'accounts: { at-most: [{ domain: example.com }] }';
    expect(only(judge(policy, { people: ['~eve@other.org'] }), 'unexpected-account').message).toBe(
      'eve@other.org (invited) has an account in Leapsome, which allows at most people where domain is example.com',
    );
    expect(found(judge('accounts: [everyone]', { people: ['jo', '~sam'] }), 'unexpected-account')).toEqual(
      [],
    );
  });
});
