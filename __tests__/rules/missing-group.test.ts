import { describe, expect, test } from '@jest/globals';
import { found, idOf, judge, only } from '../evaluate/builders.ts';
import { keepsContract } from './contract.ts';

keepsContract({
  rule: 'missing-group',
  severity: 'error',
  policy: 'version: 1\ngroups:\n  - { ⟦name: Payroll admins⟧, §owner: me }\n',
  people: { groups: ['Payroll Admins'] },
  finds: 'Leapsome has no group named "Payroll admins". Did you mean "Payroll Admins"?',
  message: 'Leapsome has no group named "Payroll admins". Did you mean "Payroll Admins"?',
  clean: { groups: ['Payroll admins'] },
});

describe('missing-group', () => {
  test.each([
    ['case', 'Payroll admins'],
    ['spaces', 'Payroll  Admins'],
    ['a space at the end', 'Payroll Admins '],
    ['look-alikes', 'Ｐayroll Admins'],
    ['a letter', 'Payrol Admins'],
  ])('tells a near miss by %s from a match, and names it', (_, name) => {
    const { message } = only(
      judge(`groups: [{ name: "${name}" }]`, { groups: ['Payroll Admins'] }),
      'missing-group',
    );
    expect(message).toBe(`Leapsome has no group named "${name}". Did you mean "Payroll Admins"?`);
  });

  test('knows a name in another normal form of Unicode', () => {
    expect(found(judge('groups: [{ name: "Cafe\u0301" }]', { groups: ['Caf\u00e9'] }))).toEqual([]);
  });

  test('finds globs, pins, selectors and separations without a group, each name once', () => {
    const policy = `version: 1
groups:
  - name: "Fin*"
  - name: Ops
    id: "42"
  - name: A
    members: { at-most: [{ group: Gone }, { any: [{ not: { group: Gone } }] }] }
separation-of-duties: [{ name: x, never-together: [A, Gone] }]
requirements: [{ name: r, when: { group: Lost }, require: everyone }]
`;
    const evaluated = judge(policy, { groups: ['A', 'Ops'] });
    expect(
      evaluated.findings
        .filter(({ rule }) => rule === 'missing-group')
        .map(({ message, location }) => `${location.line} ${message}`),
    ).toEqual([
      '3 Leapsome has no group that matches "Fin*".',
      `4 Leapsome has no group with id 42 ("Ops"). A group of this name has the id ${idOf('Ops')}.`,
      '7 Leapsome has no group named "Gone".',
      '9 Leapsome has no group named "Lost".',
    ]);
  });

  test('takes the heaviest of the places that miss the same group', () => {
    const policy =
      'groups: [{ name: Gone, severity: notice }, { name: A, members: { never: [{ group: Gone }] } }]';
    expect(only(judge(policy, { groups: ['A'] }), 'missing-group').severity).toBe('error');
  });

  test('at a lighter severity lets no selector select nobody in silence', () => {
    const policy =
      'groups: [{ name: A, members: { never: [{ group: Gone }] } }]\nrules: { missing-group: off }';
    expect(judge(policy, { groups: ['A'] }).problems).toMatchObject([
      {
        code: 'not-evaluated',
        message: expect.stringContaining('the group "Gone", which Leapsome does not have'),
      },
    ]);
  });
});
