import type { Evaluation } from '../evaluate/evaluation.ts';
import { type Decision, dueOn, type GroupReview } from '../evaluate/reviews.ts';
import { isOver } from '../policy/dates.ts';
import type { Place } from '../policy/types.ts';
import { decisionYaml, overReviews, removal, roundOf } from './review-rule.ts';
import type { Detected, Rule } from './rule.ts';

interface Detail {
  readonly started: string;
  readonly file: string;
  /** What is wrong with the decision; undefined when the record itself is not what the round began with. */
  readonly why: string | undefined;
}

type Found = Omit<Detected<Detail>, 'entry' | 'group'>;

export const reviewIncomplete: Rule<Detail> = {
  id: 'review-incomplete',
  severity: 'error',
  subject: 'group+user',
  finds: 'A round of review lacks a valid decision, or does not hold the entries that it began with.',
  options: { within: 14 },
  check: (evaluation, { within = 0 }) =>
    overReviews(evaluation, (one) => [...altered(one), ...undecided(one, within, evaluation)]),
  describe: ({ user, group, detail: { started, file, why } }, evaluation) =>
    why === undefined
      ? {
          message: `the record of ${roundOf({ started })} of ${group!.name} does not hold the entitlements that it began with: its sha256 is another`,
          policy: `# put back ${file} as it was: git log -- ${file}`,
          leapsome: 'Nothing to do in Leapsome: the record was altered.',
        }
      : {
          message: `whether ${evaluation.show(user!)} stays in ${group!.name} is not decided in ${roundOf({ started })}: ${why}`,
          policy: decisionYaml(evaluation.show(user!)),
          leapsome: removal(user!, group!.name, evaluation),
        },
};

/** Also of rounds that are over: what they held is evidence. */
function altered({ rounds }: GroupReview): Found[] {
  return rounds.flatMap(({ record }) =>
    record.intact
      ? []
      : [
          {
            key: `altered ${record.started}`,
            place: record.hashPlace,
            detail: { started: record.started, file: record.file, why: undefined },
          },
        ],
  );
}

/** What is blank may stay so for a while. A decision that does not count is told at once, to whoever wrote it. */
function undecided(
  { rounds: [newest], isLive, isDue }: GroupReview,
  within: number,
  evaluation: Evaluation,
): Found[] {
  if (!newest || !isLive) return [];
  const { record, entries } = newest;
  const due = dueOn(record, within);
  const isLate = isDue && isOver(due, evaluation.asOf);
  const selfIsOff = evaluation.policy.rules['review-self']?.severity === 'off';
  return entries.flatMap(({ person, decision }) => {
    const lack = lackOf(decision, { isLate, due, selfIsOff });
    if (!lack) return [];
    const detail = { started: record.started, file: record.file, why: lack.why };
    return [{ user: person, key: record.started, place: lack.place, detail }];
  });
}

function lackOf(
  decision: Decision,
  { isLate, due, selfIsOff }: { isLate: boolean; due: string; selfIsOff: boolean },
): { readonly why: string; readonly place: Place } | undefined {
  switch (decision.kind) {
    case 'blank':
      return isLate
        ? { why: `nothing is filled in, and it was due on ${due}`, place: decision.place }
        : undefined;
    case 'invalid':
      return decision;
    case 'self':
      // Nobody else would say that it does not count.
      return selfIsOff ? { why: 'the reviewer is the same person', place: decision.place } : undefined;
    default:
      return undefined;
  }
}
