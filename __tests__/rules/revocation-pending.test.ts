import { describe, expect, test } from '@jest/globals';
import { found, judge, only, pointedAt, type SnapshotNotes } from '../evaluate/builders.ts';
import { at, KEEP, REVOKE, record } from '../review/records.ts';

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
