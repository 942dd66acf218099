import { describe, expect, test } from '@jest/globals';
import { found, judge, only, ruleOf } from '../evaluate/builders.ts';
import { keepsContract } from './contract.ts';

const twins = {
  people: [
    { name: 'jo', id: '1' },
    { name: 'Jo', id: '2', active: false },
  ],
};

keepsContract({
  rule: 'duplicate-identity',
  severity: 'warning',
  policy: '⟦version⟧: 1\n',
  people: twins,
  finds: 'jo',
  message: 'jo@example.com: the same address is on 2 accounts: 1 (active), 2 (deactivated)',
  clean: { people: ['jo', { name: 'sam', addresses: ['sam@other.org'] }] },
  exception: 'user: JO@example.com',
  renamed: {
    people: {
      people: [
        { name: 'joanna', id: '1' },
        { name: 'Joanna', id: '2' },
      ],
    },
  },
});

describe('duplicate-identity', () => {
  test('finds one account’s user name among the addresses of another, and two with one further address', () => {
    expect(
      found(
        judge('rules: {}', { people: [{ name: 'jo' }, { name: 'sam', addresses: ['jo@example.com'] }] }),
        'duplicate-identity',
      ),
    ).toHaveLength(1);
    const shared = { people: ['a', 'b', 'c'].map((name) => ({ name, addresses: ['team@example.com'] })) };
    expect(only(judge('rules: {}', shared), 'duplicate-identity').message).toContain('on 3 accounts');
  });

  test('can be excepted by the id of either account', () => {
    for (const id of ['1', '2']) {
      const policy = `exceptions: [{ rule: duplicate-identity, user: "${id}", reason: r, owner: o, expires: 2026-12-31 }]`;
      expect(found(judge(policy, twins), 'duplicate-identity')).toEqual(['jo (excepted)']);
    }
  });

  test('makes entries that name the address not evaluated', () => {
    const evaluated = judge('groups: [{ name: A, members: [jo@example.com] }]', { ...twins, groups: ['A'] });
    expect(ruleOf(evaluated, 'missing-member')).toMatchObject({
      status: 'not-evaluated',
      reason: '"jo@example.com" is ambiguous: 2 accounts have it (1, 2)',
    });
    expect(evaluated.problems).not.toEqual([]);
  });

  test('tells an account that is not in use yet from a deactivated one', () => {
    const people = [
      { name: 'jo', id: '1', pending: 'pre-boarding' as const },
      { name: 'jo', id: '2' },
    ];
    expect(only(judge('rules: {}', { people }), 'duplicate-identity').message).toContain(
      '1 (pre-boarding), 2 (active)',
    );
  });
});
