import { decisionYaml, overReviews, removal, roundOf } from './review-rule.ts';
import type { Rule } from './rule.ts';

interface Detail {
  readonly started: string;
}

export const reviewSelf: Rule<Detail> = {
  id: 'review-self',
  severity: 'error',
  subject: 'user+group',
  finds: 'Somebody decided in a review about her or his own access.',
  check: (evaluation) =>
    overReviews(evaluation, ({ isLive, rounds: [newest] }) => {
      if (!newest || !isLive) return [];
      const { started } = newest.record;
      return newest.entries.flatMap(({ person, decision }) =>
        decision.kind === 'self'
          ? [{ user: person, key: started, place: decision.place, detail: { started } }]
          : [],
      );
    }),
  describe: ({ user, group, detail }, evaluation) => ({
    message: `${evaluation.show(user!)} decided in ${roundOf(detail)} about being in ${group!.name}, which somebody else must do`,
    policy: decisionYaml(evaluation.show(user!)),
    leapsome: removal(user!, group!.name, evaluation),
  }),
};
