import { describe, expect, test } from '@jest/globals';
import type { SourceName } from '../../src/model/facts.ts';
import { found, idOf, judge, only, ruleOf } from '../evaluate/builders.ts';
import { keepsContract } from './contract.ts';

keepsContract({
  rule: 'unexpected-member',
  severity: 'error',
  policy: 'version: 1\ngroups:\n  - { name: "Pay*", §members: { ⟦at-most: [{ department: Finance }]⟧ } }\n',
  people: { people: [{ name: 'jo', in: ['Payroll'], department: 'Finance' }, 'sam: Payroll'] },
  finds: 'sam in Payroll',
  message: 'sam@example.com is in Payroll, which allows at most people where department is Finance',
  clean: { people: [{ name: 'jo', in: ['Payroll'], department: 'Finance' }, 'sam'] },
  exception: 'user: SAM@example.com, group: Payroll',
  renamed: {
    people: {
      people: [{ name: 'samuel', id: idOf('sam'), in: [`#${idOf('Payroll')}`] }],
      groups: [{ id: idOf('Payroll'), name: 'Payment' }],
    },
  },
});

describe('unexpected-member', () => {
  test('says "exactly" of a plain list, and what to paste or click', () => {
    const finding = only(
      judge('groups: [{ name: A, members: [jo@example.com] }]', { people: ['jo: A', 'sam: A'] }),
      'unexpected-member',
    );
    expect(finding.message).toBe('sam@example.com is in A, which allows exactly jo@example.com');
    expect(finding.remedies).toMatchObject({
      policy: '# A: add to "exactly"\n- sam@example.com',
      leapsome: 'Leapsome → Settings → Users & Teams → Teams → A → remove sam@example.com',
    });
  });

  test('permits whom at-least requires', () => {
    const policy =
      'groups: [{ name: A, members: { at-least: [cfo@example.com], at-most: [{ department: Finance }] } }]';
    expect(found(judge(policy, { people: ['cfo: A'] }))).toEqual([]);
  });

  test('leaves deactivated accounts to inactive-member', () => {
    const evaluated = judge('groups: [{ name: A, members: [] }]', { people: ['-sam: A'] });
    expect(found(evaluated)).toEqual(['inactive-member: sam in A']);
  });

  test('finds nobody where there is only a minimum, a prohibition or a count', () => {
    for (const clause of ['at-least: []', 'never: [jo@example.com]', 'count: { max: 9 }']) {
      expect(found(judge(`groups: [{ name: A, members: { ${clause} } }]`, { people: ['sam: A'] }))).toEqual(
        [],
      );
    }
  });

  test('is not evaluated while an attribute is unknown, but only for people of whom it matters', () => {
    const policy = 'groups: [{ name: A, members: { at-most: [jo@example.com, { status: active }] } }]';
    expect(ruleOf(judge(policy, { people: ['jo: A'] }), 'unexpected-member').status).toBe('pass');
    const evaluated = judge(policy, { people: ['jo: A', 'sam: A'] });
    expect(ruleOf(evaluated, 'unexpected-member')).toEqual({
      id: 'unexpected-member',
      severity: 'error',
      status: 'not-evaluated',
      findings: 0,
      reason: "status is unknown: only Leapsome's Content API reports it",
    });
    expect(evaluated.problems).toMatchObject([{ code: 'not-evaluated', location: { line: 2 } }]);
  });

  test('is not evaluated when only at-least could permit somebody and is unknown', () => {
    const policy =
      'groups: [{ name: A, members: { at-most: [jo@example.com], at-least: [{ status: active }] } }]';
    const evaluated = judge(policy, { people: ['jo: A', 'sam: A'] });
    expect(ruleOf(evaluated, 'unexpected-member').status).toBe('not-evaluated');
    expect(evaluated.problems).not.toEqual([]);
  });

  test('of a lighter entry that is not evaluated weighs as its entry does, and stands in nobody’s way', () => {
    const policy = 'groups: [{ name: A, severity: warning, members: { at-most: [{ status: active }] } }]';
    const evaluated = judge(policy, { people: ['sam: A'] });
    expect(ruleOf(evaluated, 'unexpected-member')).toMatchObject({
      status: 'not-evaluated',
      severity: 'warning',
    });
    expect(evaluated.problems).toEqual([]);
  });

  test('is not evaluated while nobody knows who is in which group', () => {
    const evaluated = judge('groups: [{ name: A, members: [] }]', {
      people: ['sam: A'],
      unknown: ['membership'],
    });
    expect(ruleOf(evaluated, 'unexpected-member')).toMatchObject({ status: 'not-evaluated', findings: 0 });
    expect(evaluated.problems[0]).toMatchObject({ code: 'not-evaluated' });
  });

  test('masks people whom the policy does not name, in the sentence and in the remedies', () => {
    const finding = only(
      judge('groups: [{ name: A, members: [] }]', { people: ['sam: A'] }, { personalData: 'mask' }),
      'unexpected-member',
    );
    const id = idOf('sam');
    expect(JSON.stringify(finding)).not.toContain('sam');
    expect(finding.user).toEqual({ id });
    expect(finding.message).toBe(
      `user ${id.slice(0, 8)}…${id.slice(-4)} is in A, which allows exactly nobody`,
    );
    expect(finding.remedies.policy).toBe(`# A: add to "exactly"\n- { id: "${id}" }`);
  });

  test.each(['everyone', 'Everyone', 'two words', 'star*', 'a: b', '"', '#x'])(
    'offers YAML that means the account called %j',
    (name) => {
      const all = {
        people: [
          { name: `${name}@example.com`, in: ['A'] },
          { name: 'x', in: ['A'] },
        ],
      };
      const person = { ...all.people[0]!, userName: name };
      const policy = (list: string): string =>
        `groups:\n  - name: A\n    members:\n      - x@example.com\n      ${list}\n`;
      const people = {
        people: [
          {
            id: idOf(person.name),
            userName: name,
            addresses: [],
            active: true,
            groups: [idOf('A')],
            managerId: undefined,
            attributes: {},
            custom: undefined,
          },
          {
            id: idOf('x'),
            userName: 'x@example.com',
            addresses: [],
            active: true,
            groups: [idOf('A')],
            managerId: undefined,
            attributes: {},
            custom: undefined,
          },
        ],
        groups: [{ id: idOf('A'), name: 'A' }],
        roles: undefined,
        sources: ['scim' as const],
        facts: new Set(['membership' as const]),
      };
      const before = only(judge(policy(''), people), 'unexpected-member');
      const line = before.remedies.policy.split('\n')[1]!;
      expect(found(judge(policy(line), people), 'unexpected-member')).toEqual([]);
      expect(found(judge(policy(line), people), 'missing-account')).toEqual([]);
    },
  );

  test('finds somebody who is invited before the first log-in, and says so', () => {
    const evaluated = judge('groups: [{ name: A, members: [{ department: F }] }]', {
      people: [
        '~jo: A',
        { name: 'sam', pending: 'pre-boarding', department: 'F', in: ['A'] },
        { name: 'kim', pending: 'created', in: ['A'] },
      ],
    });
    expect(evaluated.findings.map(({ message }) => message)).toEqual([
      'jo@example.com (invited) is in A, which allows exactly people where department is F',
      'kim@example.com (created) is in A, which allows exactly people where department is F',
    ]);
    expect(
      only(judge('groups: [{ name: A, members: [] }]', { people: ['~jo: A'] }), 'unexpected-member'),
    ).toMatchObject({
      user: { email: 'jo@example.com' },
      remedies: { leapsome: 'Leapsome → Settings → Users & Teams → Teams → A → remove jo@example.com' },
    });
  });

  test('finds somebody beside people who are exactly right', () => {
    const people = [
      { name: 'a', department: 'F', in: ['A'] },
      { name: 'b', department: 'F', in: ['A'] },
    ];
    const policy = 'groups: [{ name: A, members: [{ department: F }] }]';
    expect(found(judge(policy, { people }))).toEqual([]);
    expect(found(judge(policy, { people: [...people, '~jo: A'] }))).toEqual(['unexpected-member: jo in A']);
  });
});

describe('an entry with a kind', () => {
  const groups = [
    { id: '1', name: 'People', kind: 'department' as const },
    { id: '2', name: 'People', kind: 'team' as const },
    { id: '3', name: 'Pets', kind: 'other' as const },
    { id: '4', name: 'Silent' },
  ];
  const all = {
    people: [
      { name: 'jo', in: ['#1'] },
      { name: 'sam', in: ['#2'] },
      { name: 'kim', in: ['#3'] },
    ],
    groups,
    sources: ['scim', 'content'] as const,
  };
  const idsFound = (entry: string): (string | undefined)[] =>
    judge(`groups: [{ ${entry}, members: [] }]`, all)
      .findings.filter(({ rule }) => rule === 'unexpected-member')
      .map(({ group }) => group?.id)
      .sort();

  test.each([
    ['name: People, kind: department', ['1']],
    ['name: People, kind: team', ['2']],
    ['name: People, kind: division', []],
    ['name: "P*"', ['1', '2', '3']],
    ['name: "P*", kind: other', ['3']],
    ['name: "*", kind: team', ['2']],
    ['name: People, id: "1", kind: department', ['1']],
    ['name: People, id: "1", kind: team', []],
    ['name: People, id: "2"', ['2']],
  ])('%s is about %j', (entry, ids) => {
    expect(idsFound(entry)).toEqual(ids);
  });

  test('is about one of several namesakes, and two such entries are no duplicates', () => {
    const policy =
      'groups: [{ name: People, kind: team, members: [sam@example.com] }, { name: People, kind: department, members: [jo@example.com] }]';
    const evaluated = judge(policy, all);
    expect(evaluated.problems).toEqual([]);
    expect(found(evaluated, 'unexpected-member')).toEqual([]);
  });

  test('is not evaluated in any part while no source tells kinds', () => {
    const clause = '{ exactly: [jo@example.com], never: [sam@example.com], count: { min: 1 } }';
    const evaluated = judge(`groups: [{ name: A, kind: team, members: ${clause} }]`, { people: ['sam: A'] });
    for (const rule of ['unexpected-member', 'missing-member', 'forbidden-member', 'member-count']) {
      expect(ruleOf(evaluated, rule)).toMatchObject({
        status: 'not-evaluated',
        reason: "the kind of a group is unknown: only Leapsome's Content API reports it",
      });
    }
    expect(evaluated.findings).toEqual([]);
  });

  test('is not evaluated where only groups of no known kind have the name', () => {
    const evaluated = judge('groups: [{ name: Silent, kind: team, members: [] }]', all);
    expect(ruleOf(evaluated, 'unexpected-member')).toMatchObject({
      status: 'not-evaluated',
      reason: `the kind of "Silent" (4) is unknown: Leapsome's Content API tells it only of groups that somebody is in`,
    });
  });

  test('passes over an empty group of no known kind beside one of the kind, but not over people in it', () => {
    const two = [
      { id: '1', name: 'A', kind: 'team' as const },
      { id: '2', name: 'A' },
    ];
    const policy = 'groups: [{ name: A, kind: team, members: [] }]';
    const rest = { groups: two, sources: ['scim', 'content'] as const };
    const empty = judge(policy, {
      ...rest,
      people: [
        { name: 'jo', in: ['#1'] },
        { name: 'old', active: false, in: ['#2'] },
      ],
    });
    expect(ruleOf(empty, 'unexpected-member')).toMatchObject({ status: 'fail', findings: 1 });
    expect(empty.problems).toEqual([]);
    const full = judge(policy, { ...rest, people: [{ name: 'jo', in: ['#2'] }] });
    expect(ruleOf(full, 'unexpected-member')).toMatchObject({ status: 'not-evaluated' });
    expect(full.problems).not.toEqual([]);
  });

  describe('where a source that may show more groups could not be read', () => {
    const outcome = (
      entry: string,
      failed: readonly SourceName[],
      sources: readonly SourceName[] = ['scim'],
    ) =>
      judge(
        `groups: [{ ${entry}, members: { at-most: [], never: [everyone] } }]\nrules: { unmanaged-group: off }`,
        {
          people: ['jo'],
          groups: ['A'],
          sources,
          failed,
        },
      );

    test.each([
      ['name: "*tors"', 'not-evaluated'],
      ['name: "A*"', 'not-evaluated'],
      ['name: Mentors', 'not-evaluated'],
      ['name: Mentors, id: "17"', 'not-evaluated'],
      ['name: A', 'pass'],
      [`name: A, id: "${idOf('A')}"`, 'pass'],
    ])('an entry with %s is %s', (entry, status) => {
      for (const failed of ['content', 'stackone'] as const) {
        const evaluated = outcome(entry, [failed]);
        for (const rule of ['unexpected-member', 'forbidden-member'])
          expect([rule, ruleOf(evaluated, rule).status]).toEqual([rule, status]);
        expect(found(evaluated)).toEqual([]);
        expect(evaluated.problems.length > 0).toBe(status === 'not-evaluated');
      }
    });

    test('nothing is open where it was not to be read, or where the Content API was', () => {
      expect(ruleOf(outcome('name: "A*"', []), 'unexpected-member').status).toBe('pass');
      const heard = outcome('name: "A*"', ['stackone'], ['scim', 'content']);
      expect(ruleOf(heard, 'unexpected-member').status).toBe('pass');
    });
  });

  test('names a few groups of no known kind, and counts the others', () => {
    const many = Array.from({ length: 5 }, (_, index) => ({ id: `${index}`, name: `G${index}` }));
    const evaluated = judge('groups: [{ name: "G*", kind: team, members: [] }]', {
      groups: many,
      sources: ['scim', 'content'],
    });
    expect(ruleOf(evaluated, 'unexpected-member').reason).toMatch(
      /^the kind of "G0" \(0\), "G1" \(1\), "G2" \(2\) and 2 more is unknown/,
    );
  });
});
