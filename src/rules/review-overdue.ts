import { countsUntil, type GroupReview, type Round } from '../evaluate/reviews.ts';
import { oneLine } from '../model/one-line.ts';
import { isOver } from '../policy/dates.ts';
import { plural } from '../policy/words.ts';
import { newRound, openScopes, overReviews } from './review-rule.ts';
import type { Rule } from './rule.ts';

interface Detail {
  /** The newest complete round, and the last day on which it counted. */
  readonly complete: Round | undefined;
  readonly until: string | undefined;
  /** A newer one that is not complete. */
  readonly open: Round | undefined;
  readonly people: number;
}

export const reviewOverdue: Rule<Detail> = {
  id: 'review-overdue',
  severity: 'error',
  subject: 'group',
  finds: 'A group under review has no complete round within the cadence.',
  check: (evaluation) => {
    const { found, gaps } = overReviews(evaluation, (one) => {
      const { review } = evaluation.policy;
      const complete = one.rounds.find(({ isComplete }) => isComplete);
      const until = complete && countsUntil(complete.record, review!);
      if (!one.isDue || (until !== undefined && !isOver(until, evaluation.asOf))) return [];
      const open = openRound(one, complete);
      const place = (open ?? complete)?.record.startedPlace ?? review!.place;
      const people = evaluation.population.members(one.group.id).length;
      return [{ place, detail: { complete, until, open, people } }];
    });
    return { found, gaps: [...gaps, ...openScopes(evaluation)] };
  },
  describe: ({ group, detail: { complete, until, open, people } }) => ({
    message: `${complete ? `the last complete review of ${group!.name} began on ${complete.record.started} and counted until ${until}` : `no review of ${group!.name} is complete`}; ${openInWords(open)} (${plural(people, 'person').replace('persons', 'people')} in it)`,
    policy: open
      ? `# complete ${oneLine(open.record.file)}, and merge it`
      : `${newRound(group!.name)}\n# then decide, and merge the record`,
    leapsome: 'Nothing to do in Leapsome before it is decided who may stay.',
  }),
};

function openRound({ rounds: [newest] }: GroupReview, complete: Round | undefined): Round | undefined {
  return newest === complete ? undefined : newest;
}

function openInWords(open: Round | undefined): string {
  if (!open) return 'none is under way';
  if (!open.record.intact)
    return `the round of ${open.record.started} does not count, since its record was altered`;
  if (open.mistakenFor.length > 0)
    return `the round of ${open.record.started} does not count, since its record names another group`;
  const decided = open.entries.filter(
    ({ decision: { kind } }) => kind === 'keep' || kind === 'revoke',
  ).length;
  return `the round of ${open.record.started} is open, ${decided} of ${open.entries.length} decided`;
}
