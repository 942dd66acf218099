import { compare } from '../model/compare.ts';
import type { Problem } from '../model/problem.ts';
import { dayStart } from '../policy/dates.ts';
import type { Place, Policy, ReviewEntry, ReviewRecord } from '../policy/types.ts';

/**
 * What is filled in and could not count whoever decided, in the newest round of each group; of older rounds nothing is
 * awaited any more. It is not repeated, since it may name somebody.
 */
export function misfilled(policy: Policy): Problem[] {
  return newest(policy.review?.rounds ?? []).flatMap(({ entries }) =>
    entries.flatMap((entry) =>
      mistakes(entry).map(({ place, message, hint }) => {
        const location = policy.locate(place);
        return {
          code: 'policy-invalid' as const,
          message: `${location.file}:${location.line}: ${message}.`,
          hint,
          location,
        };
      }),
    ),
  );
}

function newest(rounds: readonly ReviewRecord[]): readonly ReviewRecord[] {
  const byGroup = new Map<string, ReviewRecord>();
  for (const record of rounds) {
    const known = byGroup.get(record.group.id);
    if (!known || compare(known.started, record.started) < 0) byGroup.set(record.group.id, record);
  }
  return [...byGroup.values()];
}

interface Mistake {
  readonly place: Place;
  readonly message: string;
  readonly hint: string;
}

function mistakes({ decision, date, places }: ReviewEntry): Mistake[] {
  const isWord = decision === undefined || decision === 'keep' || decision === 'revoke';
  const isDay = date === undefined || dayStart(date) !== undefined;
  return [
    ...(isWord ? [] : [{ place: places.decision, ...NO_DECISION }]),
    ...(isDay ? [] : [{ place: places.date, ...NO_DAY }]),
  ];
}

const NO_DECISION = {
  message: 'the decision is neither "keep" nor "revoke"',
  hint: 'Write keep or revoke, in small letters.',
};
const NO_DAY = { message: 'the date is not a day', hint: 'Write YYYY-MM-DD, a day that exists.' };
