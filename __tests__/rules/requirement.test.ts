import { describe, expect, test } from '@jest/globals';
import { found, idOf, judge, only, ruleOf } from '../evaluate/builders.ts';
import { keepsContract } from './contract.ts';

const rule = (when: string, require: string): string =>
  `requirements: [{ name: r, when: ${when}, require: ${require} }]`;

keepsContract({
  rule: 'requirement',
  severity: 'error',
  policy:
    'version: 1\nrequirements:\n  - { §name: ⟦externals-end⟧, when: { employment-type: external }, require: { end-date: present } }\n',
  people: {
    people: [
      { name: 'jo', 'employment-type': 'external' },
      { name: 'sam', 'employment-type': 'internal' },
    ],
  },
  finds: 'jo',
  message: 'jo@example.com must be among people where end-date is present (externals-end), but is not',
  clean: {
    people: [
      { name: 'jo', 'employment-type': 'external', 'end-date': '2027-01-01' },
      { name: 'old', active: false, 'employment-type': 'external' },
    ],
  },
  exception: 'user: jo@example.com, name: externals-end',
  renamed: { people: { people: [{ name: 'joanna', id: idOf('jo'), 'employment-type': 'external' }] } },
});

describe('requirement', () => {
  test('is "when implies require" in three values', () => {
    const yes = 'everyone';
    const no = '{ not: everyone }';
    const unknown = '{ status: active }';
    const outcome = (when: string, require: string): string => {
      const evaluated = judge(rule(when, require), { people: ['jo'] });
      return ruleOf(evaluated, 'requirement').status;
    };
    expect(
      [yes, no, unknown].map((when) => [yes, no, unknown].map((require) => outcome(when, require))),
    ).toEqual([
      ['pass', 'fail', 'not-evaluated'],
      ['pass', 'pass', 'pass'],
      ['pass', 'not-evaluated', 'not-evaluated'],
    ]);
  });

  test('of a lighter severity that is not evaluated stands in nobody’s way', () => {
    const policy =
      'requirements: [{ name: r, severity: warning, when: everyone, require: { status: active } }]';
    expect(judge(policy, { people: ['jo'] }).problems).toEqual([]);
    expect(judge(rule('everyone', '{ status: active }'), { people: ['jo'] }).problems).toMatchObject([
      { code: 'not-evaluated' },
    ]);
  });

  test('finds two requirements of one person apart', () => {
    const policy =
      'requirements: [{ name: a, when: everyone, require: { title: x } }, { name: b, when: everyone, require: { title: y } }]';
    expect(found(judge(policy, { people: ['jo'] }))).toEqual(['requirement: jo', 'requirement: jo']);
  });

  test('knows the name of an exception in another normal form', () => {
    const policy = `requirements: [{ name: "Caf\u00e9", when: everyone, require: { title: x } }]
exceptions: [{ rule: requirement, user: jo@example.com, name: "Cafe\u0301", reason: r, owner: o, expires: 2026-12-31 }]`;
    expect(only(judge(policy, { people: ['jo'] }), 'requirement').status).toBe('excepted');
  });

  test('finds somebody who is not active yet, by the conditions and through everybody', () => {
    const people = [{ name: 'jo', pending: 'invited' as const, 'employment-type': 'external' }];
    for (const when of ['everyone', '{ employment-type: external }', '{ not: { title: x } }']) {
      expect(only(judge(rule(when, '{ end-date: present }'), { people }), 'requirement').message).toBe(
        'jo@example.com (invited) must be among people where end-date is present (r), but is not',
      );
    }
  });
});
