import { dayAfter, lastDecisions } from '../evaluate/reviews.ts';
import { isOver } from '../policy/dates.ts';
import { newRound, overReviews, removal, roundOf } from './review-rule.ts';
import type { Rule } from './rule.ts';

interface Detail {
  readonly started: string;
  readonly decided: string;
}

export const revocationPending: Rule<Detail> = {
  id: 'revocation-pending',
  severity: 'error',
  subject: 'user+group',
  finds: 'A review took a group from somebody who is still in it.',
  options: { grace: 0 },
  check: (evaluation, { grace = 0 }) =>
    overReviews(evaluation, (one) =>
      lastDecisions(one).flatMap(({ person, decision, record: { started }, entry }) => {
        const isStillIn = person.groups.includes(one.group.id);
        if (decision.kind !== 'revoke' || !isStillIn) return [];
        if (!isOver(dayAfter(decision.date, grace), evaluation.asOf)) return [];
        const detail = { started, decided: decision.date };
        return [{ user: person, key: started, place: entry.places.decision, detail }];
      }),
    ),
  describe: ({ user, group, detail }, evaluation) => ({
    message: `${evaluation.show(user!)} is still in ${group!.name}, which was revoked on ${detail.decided} in ${roundOf(detail)}`,
    policy: `# only if the access is to stay after all\n${newRound(group!.name)}`,
    leapsome: removal(user!, group!.name, evaluation),
  }),
};
