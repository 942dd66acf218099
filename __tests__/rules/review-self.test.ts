import { describe, expect, test } from '@jest/globals';
import { found, idOf, judge, only, pointedAt, type SnapshotNotes } from '../evaluate/builders.ts';
import { at, KEEP, record } from '../review/records.ts';

const POLICY = `groups: [{ name: Payroll, members: { at-most: [everyone] } }]
review: { cadence: 90d, records: access/reviews }
`;

const PEOPLE: SnapshotNotes = {
  people: [
    { name: 'jo', in: ['Payroll'], addresses: ['joanna@example.com', 'both@example.com'] },
    'sam: Payroll',
    'ada',
    { name: 'jo.admin', addresses: ['both@example.com'] },
  ],
};

function judged(reviewer: string, more: { people?: SnapshotNotes; policy?: string } = {}) {
  const text = record({ jo: { ...KEEP, reviewer }, sam: KEEP });
  const evaluated = judge(more.policy ?? POLICY, more.people ?? PEOPLE, {
    asOf: '2026-11-10',
    records: { [at()]: text },
  });
  return { text, evaluated };
}

describe('review-self', () => {
  test.each([
    ['the user name', 'jo@example.com'],
    ['another case', 'JO@Example.COM'],
    ['a further address', 'joanna@example.com'],
    ['the id', `"${idOf('jo')}"`],
    ['the id in capitals', `"${idOf('jo').toUpperCase()}"`],
    ['an address that two accounts have', 'both@example.com'],
    ['a second account with the same address', 'jo.admin@example.com'],
  ])('finds %s', (_what, reviewer) => {
    const { text, evaluated } = judged(reviewer);
    const finding = only(evaluated, 'review-self');
    expect(finding).toMatchObject({
      severity: 'error',
      user: { email: 'jo@example.com' },
      group: { name: 'Payroll' },
    });
    expect(finding.message).toBe(
      'jo@example.com decided in the round of 2026-11-01 about being in Payroll, which somebody else must do',
    );
    expect(pointedAt(text, finding)).toBe(`reviewer: ${reviewer}`);
    expect(found(evaluated, 'review-incomplete')).toEqual([]);
    expect(found(evaluated, 'review-overdue')).toEqual(['Payroll']);
  });

  test('lets anybody else decide, members of the group as well', () => {
    for (const reviewer of ['ada@example.com', 'sam@example.com']) {
      const { evaluated } = judged(reviewer);
      expect(found(evaluated, 'review-self')).toEqual([]);
      expect(found(evaluated, 'review-overdue')).toEqual([]);
    }
  });

  test('knows somebody who is gone by the record alone', () => {
    const people = { people: ['sam: Payroll', 'ada'] };
    expect(found(judged('jo@example.com', { people }).evaluated, 'review-self')).toEqual(['jo in Payroll']);
  });

  test.each([
    ['was renamed', []],
    ['was renamed, and the address given to somebody else', [{ name: 'jo', id: idOf('new') }]],
  ])('knows the name that the record has of somebody who %s', (_what, others) => {
    const people = {
      people: [{ name: 'jo.new', id: idOf('jo'), in: ['Payroll'] }, 'sam: Payroll', 'ada', ...others],
    };
    for (const reviewer of ['jo@example.com', 'JO@example.com'])
      expect(found(judged(reviewer, { people }).evaluated, 'review-self')).toEqual(['jo.new in Payroll']);
  });

  test('an exception names the person and the group', () => {
    const policy = `${POLICY}exceptions: [{ rule: review-self, user: jo@example.com, group: Payroll, reason: r, owner: o, expires: 2026-12-31 }]`;
    expect(found(judged('jo@example.com', { policy }).evaluated, 'review-self')).toEqual([
      'jo in Payroll (excepted)',
    ]);
  });

  test('without people who share nothing but an empty address', () => {
    const people: SnapshotNotes = {
      people: [
        { name: 'jo', in: ['Payroll'], addresses: [''] },
        'sam: Payroll',
        { name: 'ada', addresses: [''] },
      ],
    };
    expect(found(judged('ada@example.com', { people }).evaluated, 'review-self')).toEqual([]);
  });
});
