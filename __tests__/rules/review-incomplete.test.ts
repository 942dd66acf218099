import { describe, expect, test } from '@jest/globals';
import { found, idOf, judge, only, pointedAt } from '../evaluate/builders.ts';
import { at, DAY, type Filled, KEEP, record } from '../review/records.ts';

const POLICY = `groups: [{ name: Payroll, members: { at-most: [everyone] } }]
review: { cadence: 90d, records: access/reviews }
`;
const PEOPLE = {
  people: [
    'jo: Payroll',
    'sam: Payroll',
    { name: 'ada', addresses: ['shared@example.com'] },
    { name: 'eve', addresses: ['shared@example.com'] },
  ],
};

function judged(
  text: string,
  { asOf = '2026-11-10T12:00:00Z', policy = POLICY, people = PEOPLE as Parameters<typeof judge>[1] } = {},
) {
  return judge(policy, people, { asOf, records: { [at()]: text } });
}

describe('review-incomplete', () => {
  test('what is blank is due at the end of the last day of "within"', () => {
    const text = record({ jo: KEEP, sam: {} });
    const on = (asOf: string, policy = POLICY) => found(judged(text, { asOf, policy }), 'review-incomplete');
    expect(on('2026-11-15T23:59:59Z')).toEqual([]);
    expect(on('2026-11-16T00:00:00Z')).toEqual(['sam in Payroll']);
    const sooner = `${POLICY}rules: { review-incomplete: { within: 3d } }`;
    expect(on('2026-11-04T23:59:59Z', sooner)).toEqual([]);
    expect(on('2026-11-05T00:00:00Z', sooner)).toEqual(['sam in Payroll']);
    const finding = only(judged(text, { asOf: '2026-11-16' }), 'review-incomplete');
    expect(finding.message).toBe(
      'whether sam@example.com stays in Payroll is not decided in the round of 2026-11-01: nothing is filled in, and it was due on 2026-11-15',
    );
    expect(finding.location).toMatchObject({ file: at() });
    expect(text.split('\n').slice(0, finding.location.line).join('\n')).toMatch(
      /sam@example\.com[^@]*decision:$/,
    );
  });

  test('says how far a round in time has come', () => {
    expect(judged(record({ jo: KEEP, sam: {} })).warnings).toEqual([
      'The review of one group is under way since 2026-11-01: 1 of 2 decided, the rest is due on 2026-11-15.',
    ]);
  });

  test.each<[string, Filled, string, string]>([
    [
      'another word',
      { ...KEEP, decision: 'approve' },
      'the decision "approve" is neither "keep" nor "revoke"',
      'decision: approve',
    ],
    ['another case', { ...KEEP, decision: 'Keep' }, 'the decision "Keep" is neither', 'decision: Keep'],
    ['no decision', { reviewer: 'ada@example.com', date: '2026-11-03' }, 'there is no decision', 'decision:'],
    ['no reviewer', { decision: 'keep', date: '2026-11-03' }, 'nobody says who decided', 'reviewer:'],
    [
      'a handle',
      { ...KEEP, reviewer: '"@ada"' },
      'the reviewer "@ada" is the address of no account',
      'reviewer: "@ada"',
    ],
    [
      'an address of two',
      { ...KEEP, reviewer: 'shared@example.com' },
      "the reviewer's address belongs to several accounts",
      'reviewer: shared@example.com',
    ],
    ['no date', { decision: 'keep', reviewer: 'ada@example.com' }, 'there is no date', 'date:'],
    [
      'a date before the round',
      { ...KEEP, date: '2026-10-31' },
      'it was decided on 2026-10-31, before the round began',
      'date: 2026-10-31',
    ],
    [
      'tomorrow',
      { ...KEEP, date: '2026-11-11' },
      'the day of the decision, 2026-11-11, has not come yet',
      'date: 2026-11-11',
    ],
    ['no day', { ...KEEP, date: '2026-02-30' }, 'the date "2026-02-30" is not a day', 'date: 2026-02-30'],
    ['an earlier year', { ...KEEP, date: '1.12.2026' }, 'is not a day', 'date: 1.12.2026'],
  ])('%s is told at once, at its place', (_what, filled, why, marked) => {
    const text = record({ jo: filled, sam: KEEP });
    const finding = only(judged(text), 'review-incomplete');
    expect(finding).toMatchObject({ user: { email: 'jo@example.com' }, severity: 'error', status: 'open' });
    expect(finding.message).toContain(why);
    expect(pointedAt(text, finding)).toBe(marked);
  });

  test.each(['ada@example.com', 'ADA@Example.com', `"${idOf('ada')}"`])(
    'takes the reviewer %s',
    (reviewer) => {
      expect(found(judged(record({ jo: { ...KEEP, reviewer }, sam: KEEP })), 'review-incomplete')).toEqual(
        [],
      );
    },
  );

  test('takes the day of the round and that of the run', () => {
    for (const date of [DAY, '2026-11-10'])
      expect(found(judged(record({ jo: { ...KEEP, date }, sam: KEEP })), 'review-incomplete')).toEqual([]);
  });

  describe('the record is what the round began with', () => {
    const whole = record({ jo: KEEP, sam: KEEP });
    const [head, sam] = whole.split(/\n\n(?= {2}- user: sam)/) as [string, string];
    const altered = {
      'an entry less': `${head}\n`,
      'an entry more': `${whole}\n${sam.replace(idOf('sam'), idOf('eve'))}`,
      'another person': whole.replace(idOf('sam'), idOf('eve')),
      'another group': whole.replace(idOf('Payroll'), idOf('Finance')),
      'another hash': whole.replace(/sha256: "./, 'sha256: "0').replace(/sha256: "00/, 'sha256: "11'),
    };
    test.each(Object.entries(altered))('%s is told at once', (_what, text) => {
      expect(text).not.toBe(whole);
      const finding = only(judged(text), 'review-incomplete');
      expect(finding.message).toContain('does not hold the entitlements that it began with');
      expect(pointedAt(text, finding)).toMatch(/^sha256: "[0-9a-f]{64}"$/);
      expect(finding.user).toBeUndefined();
      expect(finding.remedies.exception).toEqual({ group: expect.any(String) });
    });

    test('its order, comments, names and blank lines may be others', () => {
      const turned = whole
        .replace(/entitlements:\n([\s\S]*?)\n\n([\s\S]*)$/, 'entitlements:\n$2\n$1\n')
        .replaceAll('jo@example.com', 'someone');
      expect(turned).not.toBe(whole);
      expect(found(judged(`# moved\n${turned}`), 'review-incomplete')).toEqual([]);
    });

    test('also when a later round is complete', () => {
      const later = {
        [at('2026-11-08')]: record(
          { jo: { ...KEEP, date: '2026-11-08' }, sam: { ...KEEP, date: '2026-11-08' } },
          { day: '2026-11-08' },
        ),
      };
      const evaluated = judge(POLICY, PEOPLE, {
        asOf: '2026-11-10',
        records: { [at()]: `${head}\n`, ...later },
      });
      expect(found(evaluated, 'review-incomplete')).toEqual(['Payroll']);
      expect(found(evaluated, 'review-overdue')).toEqual([]);
    });
  });

  test.each([
    ["jo's $(touch pwned)", "'access/reviews/2026-11-01/jo'\\''s $(touch pwned).yml'"],
    ['a\n- everyone', "'access/reviews/2026-11-01/a*- everyone.yml'"],
  ])('the command for a record called %j is one line that a shell can be given', (name, word) => {
    const text = record({ jo: KEEP }).replace(/sha256: ".{8}/, 'sha256: "00000000');
    const records = { [at('2026-11-01', name)]: text };
    const altered = only(judge(POLICY, PEOPLE, { asOf: '2026-11-05', records }), 'review-incomplete');
    const [line, ...rest] = altered.remedies.policy.split('\n');
    expect([line!.split('git log -- ')[1], rest]).toEqual([word, []]);
    const renamed = { [at('2026-11-01', name)]: record({ jo: KEEP }).replace('jo@', 'joanna@') };
    const [warning] = judge(POLICY, PEOPLE, { asOf: '2026-11-05', records: renamed }).warnings;
    expect(warning).toContain(`git log -- ${word}.`);
  });

  describe('names and ids mean the same', () => {
    const NOTES = { people: ['jo: Payroll', 'sam: Payroll', 'ada', 'eve: Finance'] };
    const calling = (name: string, text = record({ jo: KEEP, sam: KEEP })) =>
      text.replace('user: jo@example.com', `user: ${name}`);

    test.each<[string, string, string]>([
      ['somebody else in the group', 'sam@example.com', 'sam@example.com'],
      ['somebody who is in no group', 'ada@example.com', 'ada@example.com'],
      ['the id of somebody else', `"${idOf('ada')}"`, idOf('ada')],
    ])('an entry that is called as %s is no decision', (_what, name, shown) => {
      const other = { ...KEEP, reviewer: 'eve@example.com' };
      const text = calling(name, record({ jo: other, sam: other }));
      const evaluated = judged(text, { people: NOTES });
      const finding = only(evaluated, 'review-incomplete');
      expect(finding).toMatchObject({ severity: 'error', user: { email: 'jo@example.com' } });
      expect(finding.message).toBe(
        `whether jo@example.com stays in Payroll is not decided in the round of 2026-11-01: the record calls this account by the name of another one ("${shown}")`,
      );
      expect(pointedAt(text, finding)).toBe(`id: "${idOf('jo')}"`);
      expect(finding.remedies.policy).toContain(`git log -- ${at()}`);
      expect(finding.remedies.policy).toMatch(/^user: jo@example\.com$/m);
      expect(found(evaluated, 'review-overdue')).toEqual(['Payroll']);
    });

    test('also before anybody has decided', () => {
      const text = calling('sam@example.com', record({ jo: {}, sam: {} }));
      expect(found(judged(text, { people: NOTES }), 'review-incomplete')).toEqual(['jo in Payroll']);
    });

    test('names nobody who is masked', () => {
      const masked = judge(POLICY, NOTES, {
        asOf: '2026-11-10',
        personalData: 'mask',
        records: { [at()]: calling('sam@example.com') },
      });
      const finding = only(masked, 'review-incomplete');
      expect(finding.message).toMatch(/the record calls this account by the name of another one$/);
      expect(JSON.stringify([masked.findings, masked.warnings])).not.toContain('example.com');
    });

    test('of somebody who is gone, a newcomer may have the address, and nobody who was there then', () => {
      const again = { people: [{ name: 'jo', id: idOf('newcomer') }, 'sam: Payroll', 'ada'] };
      expect(found(judged(calling('jo@example.com'), { people: again }), 'review-incomplete')).toEqual([]);
      const out = { people: ['sam: Payroll', 'ada'] };
      const finding = only(judged(calling('sam@example.com'), { people: out }), 'review-incomplete');
      expect(finding.user).toEqual({ id: idOf('jo'), email: idOf('jo') });
    });

    test('takes a further address, another case, and no name', () => {
      const people = {
        people: [{ name: 'jo', in: ['Payroll'], addresses: ['j@example.com'] }, 'sam: Payroll', 'ada'],
      };
      const whole = record({ jo: KEEP, sam: KEEP });
      for (const text of [
        calling('j@example.com'),
        calling('JO@EXAMPLE.com'),
        whole.replace('  - user: jo@example.com\n    id', '  - id'),
      ]) {
        const { findings, warnings } = judged(text, { people });
        expect([findings, warnings]).toEqual([[], []]);
      }
    });

    test('a name that nobody has is worth a look: people are renamed', () => {
      const people = { people: [{ name: 'jo.new', id: idOf('jo'), in: ['Payroll'] }, 'sam: Payroll', 'ada'] };
      const text = record({ jo: KEEP, sam: KEEP });
      const line = text.split('\n').findIndex((one) => one.includes(idOf('jo'))) + 1;
      const { findings, warnings } = judged(text, { people });
      expect(findings).toEqual([]);
      expect(warnings).toEqual([
        `${at()}:${line} calls jo.new@example.com by a name that no account in Leapsome has ("jo@example.com"). That is in order after a renaming; else see who changed it: git log -- ${at()}.`,
      ]);
      const masked = judge(POLICY, people, {
        asOf: '2026-11-10',
        personalData: 'mask',
        records: { [at()]: text },
      });
      expect(masked.warnings).toEqual([
        expect.stringMatching(/ calls user \w{8}…\w{4} by a name that no account in Leapsome has\. /),
      ]);
    });

    test('one sentence a record, however many were renamed, and none of earlier rounds', () => {
      const people = {
        people: ['jo', 'sam', 'max'].map((name) => ({
          name: `${name}.new`,
          id: idOf(name),
          in: ['Payroll'],
        })),
      };
      const decided = { ...KEEP, reviewer: 'ada@example.com' };
      const all = { people: [...people.people, { name: 'ada' }] };
      const text = record({ jo: decided, sam: decided, max: decided });
      const { warnings } = judged(text, { people: all });
      expect(warnings).toEqual([expect.stringContaining('), and so do 2 more entries. ')]);
      const renewed = record({}, { day: '2026-11-08' });
      const records = { [at()]: text, [at('2026-11-08')]: renewed };
      expect(judge(POLICY, all, { asOf: '2026-11-10', records }).warnings).toEqual([]);
    });

    test('a record that is called as another group is told at once, and its "keep" does not count', () => {
      const text = record({ jo: KEEP, sam: KEEP }).replace('group: Payroll', 'group: Finance');
      const evaluated = judged(text, { people: NOTES });
      const finding = only(evaluated, 'review-incomplete');
      expect(finding).toMatchObject({ severity: 'error', group: { name: 'Payroll' } });
      expect(finding.message).toBe(
        'the record of the round of 2026-11-01 of Payroll says that it is about "Finance", which is another group: whoever decided may have meant that one',
      );
      expect(pointedAt(text, finding)).toBe('started: 2026-11-01');
      expect(finding.remedies.policy).toContain('group: Payroll');
      expect(only(evaluated, 'review-overdue').message).toContain('since its record names another group');
      expect(evaluated.warnings).toEqual([]);
    });

    test('a group that was renamed is worth a look', () => {
      const text = record({ jo: KEEP, sam: KEEP }).replace('group: Payroll', 'group: Lohn');
      const evaluated = judged(text, { people: NOTES });
      expect(found(evaluated, 'review-incomplete')).toEqual([]);
      expect(evaluated.warnings).toEqual([
        expect.stringContaining(' calls Payroll by a name that no group in Leapsome has ("Lohn"). '),
      ]);
    });
  });

  test('an exception excuses one person, or the whole group', () => {
    const text = record({ jo: {}, sam: {} });
    const excepted = (user: string) =>
      found(
        judged(text, {
          asOf: '2026-11-20',
          policy: `${POLICY}exceptions: [{ rule: review-incomplete, ${user}group: Payroll, reason: r, owner: o, expires: 2026-12-31 }]`,
        }),
        'review-incomplete',
      );
    expect(excepted('user: jo@example.com, ')).toEqual(['jo in Payroll (excepted)', 'sam in Payroll']);
    expect(excepted('')).toEqual(['jo in Payroll (excepted)', 'sam in Payroll (excepted)']);
  });

  test('who came later is left to the next round, and counted', () => {
    const evaluated = judged(record({ sam: KEEP }));
    expect(found(evaluated, 'review-incomplete')).toEqual([]);
    expect(found(evaluated, 'review-overdue')).toEqual([]);
    expect(evaluated.reviews).toMatchObject([{ state: 'complete', entitlements: 1, decided: 1, joined: 1 }]);
  });

  test('who has left is still to be decided, by the name that the record has', () => {
    const finding = only(
      judged(record({ jo: KEEP, sam: KEEP, old: {} }), { asOf: '2026-11-20' }),
      'review-incomplete',
    );
    expect(finding.message).toContain('whether old@example.com stays in Payroll');
    const masked = judge(POLICY, PEOPLE, {
      asOf: '2026-11-20',
      personalData: 'mask',
      records: { [at()]: record({ jo: KEEP, sam: KEEP, old: {} }) },
    });
    expect(JSON.stringify(masked.findings)).not.toContain('example.com');
  });

  test.each([
    { reviewer: 'old@example.com' },
    { decision: 'ask old@example.com' },
    { date: 'old@example.com' },
  ])('what people wrote names nobody where people are masked: %j', (filled) => {
    const text = record({ jo: { ...KEEP, ...filled }, sam: KEEP });
    const messageOf = (policy: string, personalData: 'show' | 'mask') =>
      only(
        judge(policy, PEOPLE, { asOf: '2026-11-10', personalData, records: { [at()]: text } }),
        'review-incomplete',
      ).message;
    expect(messageOf(POLICY, 'show')).toContain('old@example.com');
    expect(messageOf(POLICY, 'mask')).not.toContain('example.com');
    expect(messageOf(POLICY, 'mask')).toMatch(/: the (reviewer|decision|date) is /);
  });

  test('takes over from review-self where that is switched off', () => {
    const text = record({ jo: { ...KEEP, reviewer: 'jo@example.com' }, sam: KEEP });
    expect(found(judged(text), 'review-incomplete')).toEqual([]);
    expect(
      found(judged(text, { policy: `${POLICY}rules: { review-self: off }` }), 'review-incomplete'),
    ).toEqual(['jo in Payroll']);
  });

  test('is as heavy as the policy says, and carries the controls of the review', () => {
    const policy = POLICY.replace(
      'reviews }',
      'reviews, controls: ["SOC2:CC6.2"] }\nrules: { review-incomplete: warning }',
    );
    const finding = only(
      judged(record({ jo: { ...KEEP, decision: 'x' }, sam: KEEP }), { policy }),
      'review-incomplete',
    );
    expect(finding).toMatchObject({ severity: 'warning', controls: ['SOC2:CC6.2'] });
  });

  test('has a fingerprint that lines and names do not change', () => {
    const text = record({ jo: { ...KEEP, decision: 'x' }, sam: KEEP });
    const { fingerprint } = only(judged(text), 'review-incomplete');
    expect(
      only(judged(`# moved\n${text.replaceAll('Payroll', 'Lohn')}`), 'review-incomplete').fingerprint,
    ).toBe(fingerprint);
  });
});
