import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { address, idOf, judge, type PersonNote } from '../evaluate/builders.ts';
import { at, DAY, type Filled, record } from './records.ts';

/*
 * Nothing passes by accident: when the time for decisions is over, every entitlement of a round either has a decision that
 * somebody else made in time, or there is a finding about it. And a revocation is never forgotten.
 */

const POLICY = `groups: [{ name: Payroll, members: { at-most: [everyone] } }]
review: { cadence: 90d, records: access/reviews }
`;
const AS_OF = '2026-11-20';
const NAMES = ['jo', 'sam', 'ada', 'eve', 'max'];
/** Everybody has a second address; that of Eve is Max's, too. */
const FURTHER: Readonly<Record<string, string>> = {
  jo: 'jo2',
  sam: 'sam2',
  ada: 'ada2',
  eve: 'two',
  max: 'two',
};

const filled: fc.Arbitrary<Filled> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      decision: fc.constantFrom('keep', 'revoke'),
      reviewer: fc.constantFrom(...NAMES).map(address),
      date: fc.constantFrom(DAY, '2026-11-10', AS_OF),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record(
      {
        decision: fc.constantFrom('keep', 'revoke', 'Keep', 'yes', 'revoked', '""', 'null'),
        reviewer: fc.constantFrom(
          ...NAMES.map(address),
          ...Object.values(FURTHER).map(address),
          'gone@example.com',
          '"@jo"',
          'JO@EXAMPLE.COM',
          `"${idOf('jo')}"`,
          'ada',
        ),
        date: fc.constantFrom(DAY, '2026-10-31', '2026-11-10', '2026-11-21', '2026-11-31', 'soon', '""'),
      },
      { requiredKeys: [] },
    ),
  },
);

const membership = fc.record({ isIn: fc.boolean(), isActive: fc.boolean(), isThere: fc.boolean() });
const rounds = fc.record({
  people: fc.tuple(...NAMES.map(() => membership)),
  snapshot: fc.subarray(NAMES, { minLength: 1 }),
  decisions: fc.tuple(...NAMES.map(() => filled)),
  removed: fc.option(fc.constantFrom(...NAMES), { freq: 5, nil: undefined }),
});

/** Said once more, as simply as it can be. */
function isDecided(name: string, { decision, reviewer, date }: Filled, there: ReadonlySet<string>): boolean {
  if (decision !== 'keep' && decision !== 'revoke') return false;
  if (date === undefined || !/^2026-11-\d\d$/.test(date) || date > AS_OF) return false;
  const who = NAMES.filter(
    (one) =>
      there.has(one) &&
      [address(one), address(FURTHER[one]!), `"${idOf(one)}"`].includes(reviewer?.toLowerCase() ?? ''),
  );
  const isOne = who.length === 1 && who[0] !== name;
  const isAlter = who.some((one) => FURTHER[one] === FURTHER[name] && there.has(name));
  return isOne && !isAlter;
}

/** The day of a decision; the one on which the round began where it cannot be. */
function dayOf({ date = '' }: Filled): string {
  return /^2026-11-(?:[012]\d|30)$/.test(date) && date <= AS_OF ? date : DAY;
}

test('every entitlement of a round is decided by somebody else, or there is a finding', () => {
  let passed = 0;
  let failed = 0;
  fc.assert(
    fc.property(rounds, ({ people, snapshot, decisions, removed }) => {
      const isThere = new Set(NAMES.filter((_, index) => people[index]!.isThere));
      const isIn = (name: string): boolean => isThere.has(name) && people[NAMES.indexOf(name)]!.isIn;
      const notes = NAMES.flatMap((name, index): PersonNote[] =>
        isThere.has(name)
          ? [
              {
                name,
                active: people[index]!.isActive,
                addresses: [address(FURTHER[name]!)],
                in: isIn(name) ? ['Payroll'] : [],
              },
            ]
          : [],
      );
      const whole = record(
        Object.fromEntries(snapshot.map((name) => [name, decisions[NAMES.indexOf(name)]!])),
      );
      const text = removed && snapshot.includes(removed) ? without(whole, removed) : whole;
      const evaluated = judge(
        POLICY,
        { people: notes, groups: ['Payroll'] },
        { asOf: AS_OF, records: { [at()]: text } },
      );
      const about = (rule: string, name: string): boolean =>
        evaluated.findings.some((one) => one.rule === rule && one.user?.id === idOf(name));
      const isEmpty = !NAMES.some(isIn);
      const isOverdue = evaluated.findings.some(({ rule }) => rule === 'review-overdue');
      if (text !== whole) {
        expect(evaluated.findings.some(({ rule, user }) => rule === 'review-incomplete' && !user)).toBe(true);
        expect(isOverdue).toBe(!isEmpty);
        return;
      }
      let allDecided = true;
      for (const name of snapshot) {
        const own = decisions[NAMES.indexOf(name)]!;
        const decided = isDecided(name, own, isThere);
        allDecided &&= decided;
        const isReported = about('review-incomplete', name) || about('review-self', name);
        const isBlank = [own.decision, own.reviewer, own.date].every(
          (one) => one === undefined || one === '""' || one === 'null',
        );
        // Where nobody is left there is nothing to decide, unless somebody has written what does not count.
        if (!isEmpty || !isBlank) expect({ name, isReported }).toEqual({ name, isReported: !decided });
        // Whoever wrote it, and whether or not it counts as a decision.
        expect(about('revocation-pending', name)).toBe(
          own.decision === 'revoke' && isIn(name) && dayOf(own) < AS_OF,
        );
      }
      expect(isOverdue).toBe(!isEmpty && !allDecided);
      expect(evaluated.problems).toEqual([]);
      expect(evaluated.reviews).toMatchObject([
        { state: allDecided ? 'complete' : 'incomplete', entitlements: snapshot.length },
      ]);
      if (allDecided) passed++;
      else failed++;
    }),
    { numRuns: 1500 },
  );
  expect(Math.min(passed, failed)).toBeGreaterThan(50);
});

/** The record without the entry of somebody; the hash stays. */
function without(text: string, name: string): string {
  const [head, ...entries] = text.split(/(?=^ {2}- user: )/m);
  const left = entries.filter((entry) => !entry.includes(idOf(name)));
  return left.length === 0 ? `${head!.trimEnd()} []\n` : `${head}${left.join('')}`;
}
