import { describe, expect, test } from '@jest/globals';
import { found, idOf, judge, only, ruleOf } from '../evaluate/builders.ts';
import { keepsContract } from './contract.ts';

const apart = (groups: string): string =>
  `separation-of-duties: [{ name: four-eyes, never-together: [${groups}] }]`;

keepsContract({
  rule: 'separation-of-duties',
  severity: 'error',
  policy:
    'version: 1\nseparation-of-duties:\n  - { §name: ⟦four-eyes⟧, never-together: [Payroll, Compensation] }\n',
  people: { people: ['jo: Payroll, Compensation', 'sam: Payroll', '-old: Payroll, Compensation'] },
  finds: 'jo',
  message: 'jo@example.com is in Compensation and Payroll, which four-eyes keeps apart',
  clean: { people: ['jo: Payroll', 'sam: Compensation'] },
  exception: 'user: jo@example.com, name: four-eyes',
  renamed: {
    policy: 'separation-of-duties: [{ name: four-eyes, never-together: [P, C] }]',
    people: {
      people: [{ name: 'joanna', id: idOf('jo'), in: [`#${idOf('Payroll')}`, `#${idOf('Compensation')}`] }],
      groups: [
        { id: idOf('Payroll'), name: 'P' },
        { id: idOf('Compensation'), name: 'C' },
      ],
    },
  },
});

describe('separation-of-duties', () => {
  test('an exception without a name excuses every separation of the person, one with another name none', () => {
    const exception = (more: string): string =>
      `exceptions: [{ rule: separation-of-duties, user: jo@example.com, ${more}reason: r, owner: o, expires: 2026-12-31 }]`;
    const people = { people: ['jo: A, B'] };
    expect(found(judge(`${apart('A, B')}\n${exception('')}`, people), 'separation-of-duties')).toEqual([
      'jo (excepted)',
    ]);
    expect(
      found(judge(`${apart('A, B')}\n${exception('name: other, ')}`, people), 'separation-of-duties'),
    ).toEqual(['jo']);
  });

  test.each([
    ['A, B, C', 'jo: B, C', ['jo']],
    ['A, B', 'jo: A', []],
    ['"Pay*", Finance', 'jo: Payroll, Finance', ['jo']],
    ['"Pay*", Payroll', 'jo: Payroll', []],
    ['"Pay*", Payroll', 'jo: Payroll, Payments', ['jo']],
    ['"A\\\\*", B', 'jo: A*, B', ['jo']],
    ['"A\\\\*", B', 'jo: AB, B', []],
  ])('of [%s] for %s finds %j', (groups, person, expected) => {
    expect(
      found(judge(apart(groups), { people: [person], groups: ['A', 'B', 'C'] }), 'separation-of-duties'),
    ).toEqual(expected);
  });

  test('is not switched off by a group that is called like the glob', () => {
    const people = ['jo: Payroll Admins, Finance', 'x: Pay*'];
    expect(found(judge(apart('"Pay*", Finance'), { people }), 'separation-of-duties')).toEqual(['jo']);
  });

  test('is not evaluated for a name that two groups have', () => {
    const groups = [
      { id: '1', name: 'A' },
      { id: '2', name: 'A' },
      { id: '3', name: 'B' },
    ];
    const evaluated = judge(apart('A, B'), { people: ['jo: #1, #3'], groups });
    expect(ruleOf(evaluated, 'separation-of-duties')).toMatchObject({
      status: 'not-evaluated',
      reason: '"A" is the name of 2 groups (1, 2)',
    });
    expect(evaluated.problems).toMatchObject([{ code: 'not-evaluated' }]);
    const without = judge(apart('A, B'), { people: ['jo'], unknown: ['membership'] });
    expect(ruleOf(without, 'separation-of-duties').status).toBe('not-evaluated');
  });

  test('is not evaluated where a name and an id turn out to be one group', () => {
    const people = { people: ['jo: A, B'] };
    const evaluated = judge(apart(`A, "${idOf('A')}"`), people);
    expect(found(evaluated, 'separation-of-duties')).toEqual([]);
    expect(ruleOf(evaluated, 'separation-of-duties').reason).toBe(
      `"A" and "${idOf('A')}" are one and the same group (${idOf('A')}), which nothing keeps apart`,
    );
    expect(evaluated.problems).toMatchObject([{ code: 'not-evaluated' }]);
    const three = judge(apart(`A, B, "${idOf('A')}"`), people);
    expect(found(three, 'separation-of-duties')).toEqual(['jo']);
    expect(three.problems).toMatchObject([{ code: 'not-evaluated' }]);
  });

  test.each([
    ['A, B', 'pass'],
    ['A, "B*"', 'not-evaluated'],
    ['A, Mentors', 'not-evaluated'],
  ])('of [%s] is %s where a source that may show more groups could not be read', (groups, status) => {
    const evaluated = judge(apart(groups), { people: ['jo: A'], groups: ['B'], failed: ['content'] });
    expect(ruleOf(evaluated, 'separation-of-duties').status).toBe(status);
  });

  test('offers an exception that is valid and excuses it', () => {
    const name = 'a: "b" # c';
    const policy = `separation-of-duties: [{ name: ${JSON.stringify(name)}, never-together: [A, B] }]\n`;
    for (const personalData of ['show', 'mask'] as const) {
      const { remedies } = only(
        judge(policy, { people: ['jo: A, B'] }, { personalData }),
        'separation-of-duties',
      );
      const pasted = remedies.policy
        .replace('reason: …', 'reason: r')
        .replace('owner: …', 'owner: o')
        .replace('expires: …', 'expires: 2026-12-31');
      expect(found(judge(`${policy}${pasted}\n`, { people: ['jo: A, B'] }), 'separation-of-duties')).toEqual([
        'jo (excepted)',
      ]);
    }
  });

  test('finds somebody who is not active yet, and says so', () => {
    expect(only(judge(apart('A, B'), { people: ['~jo: A, B'] }), 'separation-of-duties').message).toBe(
      'jo@example.com (invited) is in A and B, which four-eyes keeps apart',
    );
  });
});
