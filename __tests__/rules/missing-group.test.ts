import { describe, expect, test } from '@jest/globals';
import type { SourceName } from '../../src/model/facts.ts';
import { found, idOf, judge, only, ruleOf } from '../evaluate/builders.ts';
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

  test('is no finding but an open question where groups that nobody is in are unknown', () => {
    const policy = `version: 1
groups:
  - { name: Empty, severity: notice }
  - { name: "Fin*" }
  - { name: A, members: { never: [{ group: Gone }] } }
separation-of-duties: [{ name: x, severity: warning, never-together: [A, Lost] }]
`;
    const evaluated = judge(policy, { people: ['jo: A'], sources: ['content'] });
    expect(found(evaluated, 'missing-group')).toEqual([]);
    const reason =
      "groups that nobody is in are unknown: only Leapsome's SCIM API or StackOne's IAM API reports them";
    expect(ruleOf(evaluated, 'missing-group')).toEqual({
      id: 'missing-group',
      severity: 'error',
      status: 'not-evaluated',
      findings: 0,
      reason,
    });
    // The entry of severity notice and the separation stand in nobody's way; the glob and the selector do.
    expect(evaluated.problems.map(({ code, location }) => [code, location?.line])).toEqual([
      ['not-evaluated', 4],
      ['not-evaluated', 5],
    ]);
    expect(
      ruleOf(judge('groups: [{ name: A }]', { people: ['jo: A'], sources: ['content'] }), 'missing-group')
        .status,
    ).toBe('pass');
  });

  test('is no finding but an open question where a source that may show more groups could not be read', () => {
    const policy = `version: 1
groups:
  - { name: Mentors }
  - { name: "*tors" }
  - { name: Pinned, id: "17" }
  - { name: A, members: { never: [{ group: Gone }] } }
separation-of-duties: [{ name: x, never-together: [A, Lost] }]
`;
    const lines = (failed: readonly SourceName[]) => {
      const evaluated = judge(policy, { people: ['jo: A'], failed });
      return [
        found(evaluated, 'missing-group').length,
        evaluated.problems
          .filter(({ message }) => message.startsWith('missing-group'))
          .map(({ location }) => location?.line),
      ];
    };
    expect(lines([])).toEqual([5, []]);
    expect(lines(['content'])).toEqual([0, [3, 4, 5, 6, 7]]);
  });

  test('says of a selector for a group that no source shows no more than that, at a lighter severity', () => {
    const policy =
      'groups: [{ name: A, members: { never: [{ group: Gone }] } }]\nrules: { missing-group: off }';
    const [problem] = judge(policy, { people: ['jo: A'], sources: ['content'] }).problems;
    expect(problem!.message).toContain('the group "Gone", which no source shows');
  });

  test('takes an id for missing too where groups that nobody is in are unknown', () => {
    const all = { people: ['jo: A'], sources: ['content'] as const };
    expect(ruleOf(judge('groups: [{ name: A, id: "42" }]', all), 'missing-group').status).toBe(
      'not-evaluated',
    );
  });

  test('does not take a name with a star in it for a pattern', () => {
    expect(only(judge('groups: [{ name: "A\\\\*" }]', { groups: ['B'] }), 'missing-group').message).toBe(
      'Leapsome has no group named "A*".',
    );
  });
});

describe('missing-group of an entry with a kind', () => {
  const groups = [
    { id: '1', name: 'People', kind: 'department' as const },
    { id: '2', name: 'Payroll', kind: 'team' as const },
    { id: '3', name: 'Silent' },
  ];
  const all = { groups, sources: ['scim', 'content'] as const };
  const said = (entry: string): string[] => found(judge(`groups: [{ ${entry} }]`, all), 'missing-group');

  test.each([
    ['name: Payroll, kind: team', []],
    [
      'name: People, kind: team',
      ['Leapsome has no group of kind team named "People". A group of this name is of kind department.'],
    ],
    ['name: "P*", kind: division', ['Leapsome has no group of kind division that matches "P*".']],
    [
      'name: Peeple, kind: department',
      ['Leapsome has no group of kind department named "Peeple". Did you mean "People"?'],
    ],
    ['name: Peeple, kind: team', ['Leapsome has no group of kind team named "Peeple".']],
    ['name: People, id: "1", kind: department', []],
    [
      'name: People, id: "1", kind: team',
      [
        'Leapsome has no group of kind team with id 1 ("People"). The id belongs to "People", a group of kind department.',
      ],
    ],
    [
      'name: Payroll, id: "9", kind: team',
      ['Leapsome has no group of kind team with id 9 ("Payroll"). A group of this name has the id 2.'],
    ],
  ])('%s: %j', (entry, expected) => {
    expect(said(entry)).toEqual(expected);
  });

  test('tells namesakes of two kinds apart', () => {
    const policy = 'groups: [{ name: Gone, kind: team }, { name: Gone, kind: department }]';
    expect(found(judge(policy, all), 'missing-group')).toHaveLength(2);
  });

  test('is open when nobody tells the kind of the group that has the name or id', () => {
    for (const entry of [
      'name: Silent, kind: team',
      'name: Other, id: "3", kind: team',
      'name: "S*", kind: team',
    ]) {
      const evaluated = judge(`groups: [{ ${entry} }]`, all);
      expect(ruleOf(evaluated, 'missing-group')).toMatchObject({
        status: 'not-evaluated',
        reason: `the kind of "Silent" (3) is unknown: Leapsome's Content API tells it only of groups that somebody is in`,
      });
      expect(evaluated.problems).toMatchObject([{ code: 'not-evaluated' }]);
    }
  });

  test('is open when no source tells kinds', () => {
    const plain = { groups: ['Payroll'] };
    for (const entry of [
      'name: Payroll, kind: team',
      `name: Payroll, id: "${idOf('Payroll')}", kind: team`,
    ]) {
      expect(ruleOf(judge(`groups: [{ ${entry} }]`, plain), 'missing-group')).toMatchObject({
        status: 'not-evaluated',
        reason: "the kind of a group is unknown: only Leapsome's Content API reports it",
      });
    }
    const failed = judge('groups: [{ name: Payroll, kind: team }]', { ...plain, failed: ['content'] });
    expect(ruleOf(failed, 'missing-group').reason).toBe(
      "the kind of a group is unknown: Leapsome's Content API has the last word on it, and could not be read in this run",
    );
  });

  test('is certain of a pinned group of another kind, whatever else is not shown', () => {
    const content = { ...all, people: ['jo: #1'], sources: ['content'] as const };
    expect(found(judge('groups: [{ name: P, id: "1", kind: team }]', content), 'missing-group')).toHaveLength(
      1,
    );
    expect(found(judge('groups: [{ name: People, kind: team }]', content), 'missing-group')).toEqual([]);
  });
});
