import { describe, expect, test } from '@jest/globals';
import { found, idOf, judge, only, pointedAt, type SnapshotNotes } from '../evaluate/builders.ts';
import { at, type Filled, KEEP, REVOKE, record } from '../review/records.ts';

const POLICY = `groups: [{ name: Payroll, members: { at-most: [everyone] } }]
review: { cadence: 90d, records: access/reviews }
`;
const IN: SnapshotNotes = { people: ['jo: Payroll', 'ada'] };
const LATER = '2026-11-20';
const later = (decision: typeof KEEP) => record({ jo: { ...decision, date: LATER } }, { day: LATER });

function pending(
  records: Readonly<Record<string, string>>,
  { asOf = '2026-11-22', people = IN, policy = POLICY } = {},
) {
  return judge(policy, people, { asOf, records });
}

describe('revocation-pending', () => {
  const revoked = { [at()]: record({ jo: REVOKE }) };

  test('finds whoever is still in, from the day after the decision', () => {
    const on = (asOf: string, policy = POLICY) =>
      found(pending(revoked, { asOf, policy }), 'revocation-pending');
    expect(on('2026-11-03T23:59:59Z')).toEqual([]);
    expect(on('2026-11-04T00:00:00Z')).toEqual(['jo in Payroll']);
    const grace = `${POLICY}rules: { revocation-pending: { grace: 3d } }`;
    expect(on('2026-11-06T23:59:59Z', grace)).toEqual([]);
    expect(on('2026-11-07T00:00:00Z', grace)).toEqual(['jo in Payroll']);
  });

  test('points to the decision, and says how to go on', () => {
    const finding = only(pending(revoked), 'revocation-pending');
    expect(pointedAt(revoked[at()]!, finding)).toBe('decision: revoke');
    expect(finding).toMatchObject({ severity: 'error', location: { file: at() } });
    expect(finding.message).toBe(
      'jo@example.com is still in Payroll, which was revoked on 2026-11-03 in the round of 2026-11-01',
    );
    expect(finding.remedies.leapsome).toContain('Payroll → remove jo@example.com');
    expect(finding.remedies.exception).toEqual({ user: 'jo@example.com', group: 'Payroll' });
  });

  test('finds deactivated accounts too, and nobody who is out', () => {
    expect(
      found(pending(revoked, { people: { people: ['-jo: Payroll', 'ada'] } }), 'revocation-pending'),
    ).toEqual(['jo in Payroll']);
    for (const people of [{ people: ['jo', 'ada'], groups: ['Payroll'] }, { people: ['ada'] }])
      expect(found(pending(revoked, { people }), 'revocation-pending')).toEqual([]);
  });

  test('no later round makes it go without a word', () => {
    const with_ = (text: string) => found(pending({ ...revoked, [at(LATER)]: text }), 'revocation-pending');
    expect(with_(later({}))).toEqual(['jo in Payroll']);
    expect(with_(later({ ...KEEP, reviewer: 'jo@example.com' }))).toEqual(['jo in Payroll']);
    expect(with_(later({ ...KEEP, reviewer: 'nobody@example.com' }))).toEqual(['jo in Payroll']);
    expect(with_(record({}, { day: LATER }))).toEqual(['jo in Payroll']);
    expect(with_(later(KEEP).replace(/sha256: ".{8}/, 'sha256: "00000000'))).toEqual(['jo in Payroll']);
    expect(with_(later(KEEP))).toEqual([]);
  });

  test('stands in a record that was altered: damage gives nobody access back', () => {
    const altered = record({ jo: REVOKE }).replace(/sha256: ".{8}/, 'sha256: "00000000');
    const before = record({ jo: KEEP }, { day: '2026-10-01' }).replace('2026-11-03', '2026-10-03');
    const records = { [at('2026-10-01')]: before, [at()]: altered };
    const policy = `${POLICY}rules: { review-incomplete: off }`;
    expect(found(pending(records, { policy }), 'revocation-pending')).toEqual(['jo in Payroll']);
    expect(found(pending({ ...records, [at(LATER)]: later(KEEP) }), 'revocation-pending')).toEqual([]);
  });

  describe('counts whoever wrote it', () => {
    const second = {
      [at(LATER)]: record({ ada: { ...KEEP, reviewer: 'jo@example.com', date: LATER } }, { day: LATER }),
    };
    const records = { [at()]: record({ jo: { ...REVOKE, reviewer: 'dan@example.com' } }), ...second };
    const on = (people: SnapshotNotes['people']) =>
      found(
        pending(records, { people: { people: ['jo: Payroll', 'ada: Payroll', ...people!] } }),
        'revocation-pending',
      );

    test.each<[string, SnapshotNotes['people']]>([
      ['the reviewer is still there', ['dan']],
      ['the account of the reviewer is deleted', []],
      ['the account of the reviewer is renamed', [{ name: 'dan.new', id: idOf('dan') }]],
      [
        'two accounts have the address of the reviewer',
        [
          { name: 'dan1', addresses: ['dan@example.com'] },
          { name: 'dan2', addresses: ['dan@example.com'] },
        ],
      ],
    ])('%s', (_what, people) => {
      expect(on(people)).toEqual(['jo in Payroll']);
    });

    test('the reviewer has become the same person', () => {
      const people = {
        people: [{ name: 'jo', in: ['Payroll'], addresses: ['dan@example.com'] }, 'ada: Payroll', 'dan'],
      };
      expect(found(pending(records, { people }), 'revocation-pending')).toEqual(['jo in Payroll']);
    });

    test.each<Filled>([
      { decision: 'revoke' },
      { ...REVOKE, reviewer: 'jo@example.com' },
      { ...REVOKE, date: '2026-10-31' },
      { ...REVOKE, date: '2062-11-03' },
      { ...REVOKE, date: 'soon' },
    ])('also where it is no valid decision, from the day on which the round began: %j', (filled) => {
      const own = { [at()]: record({ jo: filled }), ...second };
      const evaluated = pending(own, { people: { people: ['jo: Payroll', 'ada: Payroll'] } });
      const { message } = only(evaluated, 'revocation-pending');
      const day = filled.date === REVOKE.date ? 'on 2026-11-03 ' : '';
      expect(message).toBe(
        `jo@example.com is still in Payroll, which was revoked ${day}in the round of 2026-11-01`,
      );
      expect(evaluated.reviews).toMatchObject([{ state: 'complete' }, { state: 'incomplete', revoked: 0 }]);
    });

    test('it makes no round complete, and is told while the round is the newest', () => {
      const evaluated = pending({ [at()]: record({ jo: { ...REVOKE, reviewer: 'dan@example.com' } }) });
      expect(found(evaluated, 'review-incomplete')).toEqual(['jo in Payroll']);
      expect(found(evaluated, 'review-overdue')).toEqual(['Payroll']);
    });

    test('a valid "keep" takes it back, and no other one', () => {
      const then = (filled: typeof KEEP) =>
        found(pending({ ...records, [at(LATER)]: later(filled) }), 'revocation-pending');
      expect(then(KEEP)).toEqual([]);
      expect(then({ ...KEEP, reviewer: 'dan@example.com' })).toEqual(['jo in Payroll']);
    });
  });

  test('to revoke once more gives no further time', () => {
    const policy = `${POLICY}rules: { revocation-pending: { grace: 14d } }`;
    const twice = { ...revoked, [at(LATER)]: later(REVOKE) };
    const on = (asOf: string) => pending(twice, { asOf, policy });
    expect(found(on('2026-11-17T23:59:59Z'), 'revocation-pending')).toEqual([]);
    const finding = only(on('2026-11-22'), 'revocation-pending');
    expect(finding.message).toContain('which was revoked on 2026-11-03 in the round of 2026-11-01');
    expect(finding.location.file).toBe(at());
  });

  test('what was kept in between begins anew', () => {
    const policy = `${POLICY}rules: { revocation-pending: { grace: 14d } }`;
    const [kept, again] = ['2026-11-10', '2026-11-18'];
    const records = {
      ...revoked,
      [at(kept)]: record({ jo: { ...KEEP, date: kept } }, { day: kept }),
      [at(again)]: record({ jo: { ...REVOKE, date: again } }, { day: again }),
    };
    expect(found(pending(records, { policy }), 'revocation-pending')).toEqual([]);
    const finding = only(pending(records, { policy, asOf: '2026-12-03' }), 'revocation-pending');
    expect(finding.message).toContain('which was revoked on 2026-11-18 in the round of 2026-11-18');
  });

  test('where an entry names somebody else than its id, it is of both', () => {
    const swapped = record({ jo: REVOKE, ada: KEEP })
      .replace('user: jo@example.com', 'user: …')
      .replace('user: ada@example.com', 'user: jo@example.com')
      .replace('user: …', 'user: ada@example.com');
    const people = { people: ['jo: Payroll', 'ada: Payroll'] };
    expect(found(pending({ [at()]: swapped }, { people }), 'revocation-pending')).toEqual([
      'ada in Payroll',
      'jo in Payroll',
    ]);
  });

  test('the last word counts: kept once, revoked now', () => {
    const records = { [at()]: record({ jo: KEEP }), [at(LATER)]: later(REVOKE) };
    expect(found(pending(records), 'revocation-pending')).toEqual(['jo in Payroll']);
  });

  test('the last word is the one that was spoken last: kept in the next round, and revoked after that', () => {
    const last = { [at()]: record({ jo: { ...REVOKE, date: '2026-11-21' } }), [at(LATER)]: later(KEEP) };
    const finding = only(pending(last, { asOf: '2026-11-23' }), 'revocation-pending');
    expect(finding.message).toContain('which was revoked on 2026-11-21 in the round of 2026-11-01');
    const same = { ...last, [at()]: record({ jo: { ...REVOKE, date: LATER } }) };
    expect(found(pending(same, { asOf: '2026-11-23' }), 'revocation-pending')).toEqual([]);
    const kept = { [at()]: record({ jo: { ...KEEP, date: '2026-11-21' } }), [at(LATER)]: later(REVOKE) };
    expect(found(pending(kept, { asOf: '2026-11-23' }), 'revocation-pending')).toEqual(['jo in Payroll']);
  });

  test('also of groups that are no longer under review', () => {
    const policy = POLICY.replace('reviews }', 'reviews, groups: [ada-only] }');
    const people = { people: ['jo: Payroll', 'ada: ada-only'] };
    expect(found(pending(revoked, { policy, people }), 'revocation-pending')).toEqual(['jo in Payroll']);
  });
});
