import { describe, expect, test } from '@jest/globals';
import { found, idOf, judge, only, ruleOf } from '../evaluate/builders.ts';
import { keepsContract } from './contract.ts';

keepsContract({
  rule: 'forbidden-account',
  severity: 'error',
  policy: 'version: 1\naccounts: { ⟦never: [{ department: Contractors, employment-type: external }]⟧ }\n',
  people: {
    people: [
      { name: 'jo', department: 'Contractors', 'employment-type': 'external' },
      { name: 'sam', department: 'Contractors' },
    ],
  },
  finds: 'jo',
  message:
    'jo@example.com has an active account in Leapsome, which the policy forbids for people where department is Contractors and employment-type is external',
  clean: {
    people: [{ name: 'jo', active: false, department: 'Contractors', 'employment-type': 'external' }],
  },
  exception: 'user: jo@example.com',
  renamed: {
    people: {
      people: [{ name: 'joanna', id: idOf('jo'), department: 'Contractors', 'employment-type': 'external' }],
    },
  },
});

describe('forbidden-account', () => {
  test('is not evaluated while the prohibition is unknown', () => {
    const evaluated = judge('accounts: { never: [{ status: invited }] }', { people: ['jo'] });
    expect(ruleOf(evaluated, 'forbidden-account').status).toBe('not-evaluated');
    expect(found(evaluated)).toEqual([]);
    expect(
      only(judge('accounts: { never: [everyone] }', { people: ['jo'] }), 'forbidden-account').severity,
    ).toBe('error');
  });

  test('finds an account that is not in use yet', () => {
    const policy = 'accounts: { never: [{ domain: other.org }] }';
    expect(only(judge(policy, { people: ['~eve@other.org'] }), 'forbidden-account').message).toBe(
      'eve@other.org (invited) has an account in Leapsome, which the policy forbids for people where domain is other.org',
    );
  });
});
