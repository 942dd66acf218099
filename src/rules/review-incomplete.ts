import type { Evaluation } from '../evaluate/evaluation.ts';
import { type Decision, dueOn, type GroupReview } from '../evaluate/reviews.ts';
import { oneLine } from '../model/one-line.ts';
import { shellPattern } from '../model/shell-word.ts';
import { yamlText } from '../model/yaml-text.ts';
import { isOver } from '../policy/dates.ts';
import type { Place } from '../policy/types.ts';
import { decisionYaml, overReviews, removal, roundOf } from './review-rule.ts';
import type { Detected, Rule, Wording } from './rule.ts';

type Detail = { readonly started: string; readonly file: string } & (
  | { readonly lacks: 'decision'; readonly why: string }
  /** The name that the entry shows is that of another account. */
  | { readonly lacks: 'person'; readonly why: string }
  /** The name that the record shows is that of another group. */
  | { readonly lacks: 'group'; readonly called: string }
  /** The record itself is not what the round began with. */
  | { readonly lacks: 'entitlements' }
);

type Found = Omit<Detected<Detail>, 'entry' | 'group'>;

export const reviewIncomplete: Rule<Detail> = {
  id: 'review-incomplete',
  severity: 'error',
  subject: 'group+user',
  finds: 'A round of review lacks a valid decision, or does not hold the entries that it began with.',
  options: { within: 14 },
  check: (evaluation, { within = 0 }) =>
    overReviews(evaluation, (one) => [
      ...altered(one),
      ...ofAnother(one),
      ...undecided(one, within, evaluation),
    ]),
  describe: ({ user, group, detail }, evaluation) => {
    const of = group!.name;
    if (detail.lacks === 'entitlements') return alteredInWords(detail, of);
    if (detail.lacks === 'group') return ofAnotherInWords(detail, of, detail.called);
    const who = evaluation.show(user!);
    return {
      message: `whether ${who} stays in ${of} is not decided in ${roundOf(detail)}: ${detail.why}`,
      ...(detail.lacks === 'person'
        ? mistakenRemedies(detail, evaluation.shownName(user!))
        : { policy: decisionYaml(who), leapsome: removal(user!, of, evaluation) }),
    };
  },
};

function alteredInWords(detail: Detail, group: string): Wording {
  return {
    message: `the record of ${roundOf(detail)} of ${group} does not hold the entitlements that it began with: its sha256 is another`,
    policy: putBack(detail),
    leapsome: 'Nothing to do in Leapsome: the record was altered.',
  };
}

function ofAnotherInWords(detail: Detail, group: string, called: string): Wording {
  return {
    message: `the record of ${roundOf(detail)} of ${group} says that it is about "${called}", which is another group: whoever decided may have meant that one`,
    policy: `${putBack(detail)}\n# or, if the group was renamed since, and everybody knew:\ngroup: ${yamlText(group)}`,
    leapsome: 'Nothing to do in Leapsome: the record names another group.',
  };
}

function mistakenRemedies(detail: Detail, name: string | undefined): Omit<Wording, 'message'> {
  const user = name === undefined ? '…  # what the account is called now' : yamlText(name);
  return {
    policy: `${putBack(detail)}\n# or, if the account was renamed since, and whoever decided knew:\nuser: ${user}`,
    leapsome: 'Nothing to do in Leapsome before it is clear who was meant.',
  };
}

function putBack({ file }: Detail): string {
  return `# put back ${oneLine(file)} as it was: git log -- ${shellPattern(file)}`;
}

/** Also of rounds that are over: what they held is evidence. */
function altered({ rounds }: GroupReview): Found[] {
  return rounds.flatMap(({ record }) =>
    record.intact
      ? []
      : [
          {
            key: `altered ${record.started}`,
            place: record.hashPlace,
            detail: { started: record.started, file: record.file, lacks: 'entitlements' },
          },
        ],
  );
}

/** Names are what people decide by, so that a wrong one is told before they do. */
function ofAnother({ rounds: [newest], isLive }: GroupReview): Found[] {
  if (!newest || !isLive || newest.mistakenFor.length === 0) return [];
  const { started, file, group, startedPlace } = newest.record;
  const detail = { started, file, lacks: 'group', called: group.name } as const;
  return [{ key: `called ${started}`, place: startedPlace, detail }];
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
    const lacks = decision.kind === 'mistaken' ? 'person' : 'decision';
    const detail = { started: record.started, file: record.file, lacks, why: lack.why } as const;
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
    case 'mistaken':
      return decision;
    case 'self':
      // Nobody else would say that it does not count.
      return selfIsOff ? { why: 'the reviewer is the same person', place: decision.place } : undefined;
    default:
      return undefined;
  }
}
