import { describe, expect, test } from '@jest/globals';
import { found, idOf, judge, only, ruleOf } from '../evaluate/builders.ts';
import { keepsContract } from './contract.ts';

keepsContract({
  rule: 'inactive-manager',
  severity: 'warning',
  policy: '⟦version⟧: 1\n',
  people: { people: [{ name: 'jo', manager: 'boss' }, '-boss'] },
  finds: 'jo',
  message: 'jo@example.com reports to boss@example.com, whose account is deactivated',
  clean: {
    people: [{ name: 'jo', manager: 'boss' }, 'boss', { name: 'old', active: false, manager: 'gone' }],
  },
  exception: 'user: jo@example.com',
  renamed: { people: { people: [{ name: 'joanna', id: idOf('jo'), manager: 'boss' }, '-boss'] } },
});

describe('inactive-manager', () => {
  test('offers an exception where it is a notice already', () => {
    const people = [{ name: 'jo', manager: 'boss' }, '-boss'];
    const remedy = (policy: string): string =>
      only(judge(policy, { people }), 'inactive-manager').remedies.policy;
    for (const policy of ['rules: {}', 'rules: { inactive-manager: error }'])
      expect(remedy(policy)).toBe('rules:\n  inactive-manager: notice  # if this is expected');
    expect(remedy('rules: { inactive-manager: notice }')).toBe(
      'exceptions:\n  - rule: inactive-manager\n    user: jo@example.com\n    reason: …\n    owner: …\n    expires: …',
    );
  });

  test('finds managers whom nobody lists', () => {
    const evaluated = judge('rules: {}', { people: [{ name: 'jo', manager: '#gone' }] });
    expect(only(evaluated, 'inactive-manager').message).toBe(
      'jo@example.com reports to account gone, which Leapsome does not list',
    );
  });

  test('is not evaluated without managers, which matters only to who asks for it', () => {
    const all = { people: ['jo'], unknown: ['manager' as const] };
    const quiet = judge('rules: {}', all);
    expect(ruleOf(quiet, 'inactive-manager')).toMatchObject({ status: 'not-evaluated', severity: 'notice' });
    expect(quiet.problems).toEqual([]);
    expect(judge('rules: { inactive-manager: error }', all).problems).toMatchObject([
      { code: 'not-evaluated', message: expect.stringContaining('reported it for none of the 1 accounts') },
    ]);
    expect(found(quiet)).toEqual([]);
  });

  test('leaves people and managers alone who are not active yet', () => {
    const people = [
      { name: 'jo', manager: 'boss' },
      '~boss',
      { name: 'new', pending: 'invited' as const, manager: 'gone' },
    ];
    expect(found(judge('rules: {}', { people }), 'inactive-manager')).toEqual([]);
  });
});
