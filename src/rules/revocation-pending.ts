import { dayAfter, standingRevocations } from '../evaluate/reviews.ts';
import { isOver } from '../policy/dates.ts';
import { newRound, overReviews, removal, roundOf } from './review-rule.ts';
import type { Rule } from './rule.ts';

interface Detail {
  readonly started: string;
  /** Undefined where the record does not say, or says what cannot be. */
  readonly decided: string | undefined;
}

export const revocationPending: Rule<Detail> = {
  id: 'revocation-pending',
  severity: 'error',
  subject: 'user+group',
  finds: 'A review took a group from somebody who is still in it.',
  options: { grace: 0 },
  check: (evaluation, { grace = 0 }) =>
    overReviews(evaluation, (one) =>
      standingRevocations(one).flatMap(({ person, day, isDated, record: { started }, entry }) => {
        const isStillIn = person.groups.includes(one.group.id);
        if (!isStillIn || !isOver(dayAfter(day, grace), evaluation.asOf)) return [];
        const detail = { started, decided: isDated ? day : undefined };
        return [{ user: person, key: started, place: entry.places.decision, detail }];
      }),
    ),
  describe: ({ user, group, detail }, evaluation) => ({
    message: `${evaluation.show(user!)} is still in ${group!.name}, which was revoked ${detail.decided === undefined ? '' : `on ${detail.decided} `}in ${roundOf(detail)}`,
    policy: `# only if the access is to stay after all\n${newRound(group!.name)}`,
    leapsome: removal(user!, group!.name, evaluation),
  }),
};
