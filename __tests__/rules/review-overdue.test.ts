import { describe, expect, test } from '@jest/globals';
import { found, idOf, judge, only, pointedAt, policyOf, ruleOf } from '../evaluate/builders.ts';
import { at, KEEP, record } from '../review/records.ts';
import { keepsContract } from './contract.ts';

const POLICY = `groups: [{ name: Payroll, members: { at-most: [everyone] } }]
review: { cadence: 90d, records: access/reviews }
`;
const PEOPLE = { people: ['jo: Payroll', 'ada'] };

keepsContract({
  rule: 'review-overdue',
  severity: 'error',
  policy: `version: 1\ngroups: [{ name: "Pay*", members: { at-most: [everyone] } }]\n⟦review⟧: { cadence: 90d, records: r }\n`,
  people: PEOPLE,
  finds: 'Payroll',
  message: 'no review of Payroll is complete; none is under way (1 person in it)',
  clean: { people: ['jo', 'ada'], groups: ['Payroll'] },
  exception: 'group: Payroll',
  renamed: {
    people: {
      people: [{ name: 'jo', in: [`#${idOf('Payroll')}`] }],
      groups: [{ id: idOf('Payroll'), name: 'Pay' }],
    },
  },
});

describe('review-overdue', () => {
  const overdue = (asOf: string, records: Record<string, string>) =>
    found(judge(POLICY, PEOPLE, { asOf, records }), 'review-overdue');
  const complete = { [at()]: record({ jo: KEEP }) };

  test('a complete round counts through the last day of the cadence', () => {
    expect(overdue('2026-11-04T00:00:00Z', complete)).toEqual([]);
    expect(overdue('2027-01-30T23:59:59Z', complete)).toEqual([]);
    expect(overdue('2027-01-31T00:00:00Z', complete)).toEqual(['Payroll']);
  });

  test('points to the round that has run out, or to the open one', () => {
    const late = { asOf: '2027-03-01T00:00:00Z', records: complete };
    const first = only(judge(POLICY, PEOPLE, late), 'review-overdue');
    expect(first.location.file).toBe(at());
    expect(pointedAt(complete[at()]!, first)).toBe('started: 2026-11-01');
    expect(first.message).toContain('began on 2026-11-01 and counted until 2027-01-30; none is under way');
    const open = record({ jo: {} }, { day: '2027-02-28' });
    const records = { ...complete, [at('2027-02-28')]: open };
    const second = only(judge(POLICY, PEOPLE, { ...late, records }), 'review-overdue');
    expect(second.location.file).toBe(at('2027-02-28'));
    expect(second.message).toContain('the round of 2027-02-28 is open, 0 of 1 decided');
  });

  test.each([
    ['Payroll', 'Payroll'],
    ['Payroll Admins', "'Payroll Admins'"],
    ['*$(id)`id` "x" \\', `'\\*$(id)\`id\` "x" \\\\'`],
    ["jo's; id", "'jo'\\''s; id'"],
    ['-x\nid\u202e #', "'-x*id* #'"],
  ])('the command for %j is one that a shell can be given', (name, word) => {
    const people = { people: [{ name: 'jo', in: ['#1'] }, 'ada'], groups: [{ id: '1', name }] };
    const policy =
      'groups: [{ name: "*", members: { at-most: [everyone] } }]\nreview: { cadence: 90d, records: r }';
    const [command] = only(judge(policy, people), 'review-overdue').remedies.policy.split('\n');
    expect(command).toBe(`# begin a new round: review start --groups=${word}`);
  });

  test('the name of a record stays on its line', () => {
    const path = at('2026-11-01', '$(id)\n- everyone');
    const records = { [path]: record({ jo: {} }) };
    const { policy } = only(
      judge(POLICY, PEOPLE, { asOf: '2026-11-20', records }),
      'review-overdue',
    ).remedies;
    expect(policy).toBe('# complete access/reviews/2026-11-01/$(id)\\n- everyone.yml, and merge it');
  });

  test('a round counts only when all of it is decided, and it is what it was', () => {
    const two = { people: ['jo: Payroll', 'sam: Payroll', 'ada'] };
    const judged = (text: string) =>
      found(judge(POLICY, two, { asOf: '2026-11-05', records: { [at()]: text } }), 'review-overdue');
    expect(judged(record({ jo: KEEP, sam: KEEP }))).toEqual([]);
    expect(judged(record({ jo: KEEP, sam: {} }))).toEqual(['Payroll']);
    const [head, entry] = record({ jo: KEEP, sam: KEEP }).split(/\n\n(?= {2}- user: sam)/);
    expect(entry).toContain('sam@');
    expect(judged(`${head}\n`)).toEqual(['Payroll']);
  });

  test('a round that begins tomorrow is no review', () => {
    const records = {
      [at('2026-11-23')]: record({ jo: { ...KEEP, date: '2026-11-23' } }, { day: '2026-11-23' }),
    };
    expect(overdue('2026-11-22T10:00:00Z', records)).toEqual(['Payroll']);
    expect(overdue('2026-11-23T00:00:00Z', records)).toEqual([]);
  });

  test('groups without a clause, and departments that a pattern matches, are not under review', () => {
    const people = {
      people: ['jo: Payroll, Chess', { name: 'sam', in: ['Payroll', '#d'] }],
      groups: [{ id: 'd', name: 'Pay', kind: 'department' as const }],
    };
    const groups = 'groups: [{ name: Payroll, members: { at-most: [everyone] } }, { name: Chess }]\n';
    const of = (scope: string) =>
      found(judge(`${groups}review: { cadence: 90d, records: r${scope} }`, people), 'review-overdue');
    expect(of('')).toEqual(['Payroll']);
    expect(of(', groups: ["P*"]')).toEqual(['Payroll']);
    expect(of(', groups: [Pay, Chess]')).toEqual(['Chess', 'Pay']);
  });

  test('a name that leads nowhere, or to two groups, is no silent pass', () => {
    const scoped = (name: string) => POLICY.replace('reviews }', `reviews, groups: [${name}] }`);
    const nowhere = judge(scoped('Payrol'), PEOPLE);
    expect(nowhere.problems).toMatchObject([{ code: 'not-evaluated', location: { line: 3, column: 59 } }]);
    expect(nowhere.problems[0]!.message).toContain(
      '"review" is about "Payrol", and Leapsome has no group of this name (there is "Payroll")',
    );
    const people = {
      people: ['jo: #1'],
      groups: [
        { id: '1', name: 'A' },
        { id: '2', name: 'A' },
      ],
    };
    const twice = judge('review: { cadence: 90d, records: r, groups: [A] }', people);
    expect(ruleOf(twice, 'review-overdue').status).toBe('not-evaluated');
    expect(twice.problems).toHaveLength(1);
  });

  test('a review of nothing is no pass', () => {
    const people = {
      people: ['jo: Payroll', { name: 'sam', in: ['#d'] }],
      groups: [{ id: 'd', name: 'Finance', kind: 'department' as const }],
    };
    const of = (groups: string, scope = '') =>
      judge(`groups: [{ name: Payroll${groups} }]\nreview: { cadence: 90d, records: r${scope} }`, people);
    const nothing = of('');
    expect(ruleOf(nothing, 'review-overdue').status).toBe('not-evaluated');
    expect(nothing.problems).toMatchObject([{ code: 'not-evaluated', location: { line: 3 } }]);
    expect(nothing.problems[0]!.message).toContain('"review" puts no group under review');
    const departments = of('', ', groups: ["Fin*"]');
    expect(departments.problems).toMatchObject([{ code: 'not-evaluated', location: { line: 3 } }]);
    expect(departments.problems[0]!.message).toContain(
      'which groups "Fin*" puts under review is unknown: all that it matches are departments or the like',
    );
    expect(of(', members: { at-most: [everyone] }').problems).toEqual([]);
    expect(of('', ', groups: [Finance]').problems).toEqual([]);
  });

  test('is not evaluated where nobody knows who is where, or nobody read the records', () => {
    const unknown = judge(POLICY, { ...PEOPLE, unknown: ['membership'] });
    const unread = judge(policyOf(POLICY), PEOPLE);
    for (const evaluated of [unknown, unread])
      for (const rule of ['review-overdue', 'review-incomplete', 'review-self', 'revocation-pending'])
        expect(ruleOf(evaluated, rule).status).toBe('not-evaluated');
    expect(unread.problems.map(({ code }) => code)).toContain('not-evaluated');
  });

  test('is not evaluated where nobody knows which groups an entry means', () => {
    const policy =
      'groups: [{ name: Pay, kind: department, members: { at-most: [everyone] }, severity: warning }]\n';
    const groups = [{ id: 'd', name: 'Pay', kind: 'department' as const }];
    const people = { people: ['jo: #d', 'ada'], groups, sources: ['scim', 'content'] as const };
    const review = 'review: { cadence: 90d, records: r }';
    expect(found(judge(`${policy}${review}`, people), 'review-overdue')).toEqual(['Pay']);
    const unknown = judge(`${policy}${review}`, { ...people, unknown: ['group-kind'] });
    expect(ruleOf(unknown, 'review-overdue').status).toBe('not-evaluated');
    expect(unknown.problems.map(({ message }) => message)).toEqual([
      expect.stringContaining(
        'which groups "Pay" puts under review is unknown: the kind of a group is unknown',
      ),
    ]);
  });

  test('a group that was reviewed, and that a source that failed may have shown, is no silent pass', () => {
    const policy = `groups: [{ name: "P*", members: { at-most: [everyone] }, severity: notice }]
review: { cadence: 90d, records: access/reviews }
`;
    const people = { people: ['jo', 'ada'], sources: ['scim'] as const };
    const records = { [at()]: record({ jo: { ...KEEP, decision: 'revoke' } }) };
    const judged = (failed: readonly 'content'[]) =>
      judge(policy, { ...people, failed }, { asOf: '2026-11-20', records });
    expect(judged([]).problems).toEqual([]);
    const open = judged(['content']);
    for (const rule of ['review-overdue', 'revocation-pending'])
      expect(ruleOf(open, rule).status).toBe('not-evaluated');
    expect(open.problems[0]).toMatchObject({
      code: 'not-evaluated',
      message: expect.stringContaining(
        `whether there still is anybody in "Payroll", which was reviewed, is unknown: Leapsome's Content API could not be read`,
      ),
      location: { file: at() },
    });
  });

  test.each([
    ['a pattern of the review', 'groups: []', 'groups: ["P*"], '],
    ['a pattern of the policy', 'groups: [{ name: "P*", members: { at-most: [everyone] } }]', ''],
  ])('%s is open while a source that may show more groups could not be read', (_what, groups, scope) => {
    const policy = `${groups}\nreview: { ${scope}cadence: 90d, records: access/reviews }\n`;
    const people = { people: ['jo: Payroll', 'ada'], sources: ['scim'] as const };
    const records = { [at()]: record({ jo: KEEP }) };
    const judged = (failed: readonly 'content'[]) =>
      judge(policy, { ...people, failed }, { asOf: '2026-11-20', records });
    expect(ruleOf(judged([]), 'review-overdue').status).toBe('pass');
    expect(ruleOf(judged(['content']), 'review-overdue').status).toBe('not-evaluated');
  });

  test('passes where the policy asks for no reviews', () => {
    expect(ruleOf(judge('groups: []', PEOPLE), 'review-overdue')).toMatchObject({
      status: 'pass',
      findings: 0,
    });
  });
});
