import type { Evaluation } from '../evaluate/evaluation.ts';
import { type GroupReview, type OpenScope, type Reviews, reviewsOf } from '../evaluate/reviews.ts';
import { unreportedReason } from '../evaluate/selectors.ts';
import type { Person } from '../model/snapshot.ts';
import { yamlText } from '../model/yaml-text.ts';
import { suggest } from '../policy/suggest.ts';
import { type Detected, type Gap, NOTHING, type Outcome } from './rule.ts';
import { ambiguousName, inLeapsome } from './wording.ts';

/** Holds the reviews of a policy against a rule; without records, or without knowing who is where, it has no answer. */
export function overReviews<Detail>(
  evaluation: Evaluation,
  find: (review: GroupReview) => readonly Omit<Detected<Detail>, 'entry' | 'group'>[],
): Outcome<Detail> {
  const { review } = evaluation.policy;
  if (!review) return NOTHING;
  const { population } = evaluation;
  const unanswered = (reason: string): Outcome<Detail> => ({ found: [], gaps: [{ reason, entry: review }] });
  if (!population.snapshot.facts.has('membership'))
    return unanswered(unreportedReason('membership', 'who is in which group', population));
  const reviews = reviewsOf(evaluation);
  if (!reviews) return unanswered('the records of reviews were not read');
  return {
    found: reviews.groups.flatMap((one) =>
      find(one).map((found) => ({ ...found, group: one.group, entry: review })),
    ),
    gaps: [],
  };
}

/** What `groups` of a review names, and nobody can tell which group that is. */
export function openScopes(evaluation: Evaluation): Gap[] {
  const open: Reviews['open'] = reviewsOf(evaluation)?.open ?? [];
  return open.map((scope) => ({
    reason: scopeReason(scope, evaluation),
    entry: { controls: [], place: scope.place },
  }));
}

function scopeReason({ name, matches }: OpenScope, { population, listsEveryGroup }: Evaluation): string {
  if (matches.length > 1) return ambiguousName(name, matches);
  const lacks = listsEveryGroup ? 'Leapsome has no group' : 'no source shows a group';
  const near = suggest(name, population.groupNames());
  return `"review" is about "${name}", and ${lacks} of this name${near === undefined ? '' : ` (there is "${near}")`}`;
}

/** The round, as a message speaks of it. */
export function roundOf({ started }: { readonly started: string }): string {
  return `the round of ${started}`;
}

/** What stands in a record where a decision is valid. */
export function decisionYaml(who: string): string {
  return [
    'decision: keep  # or revoke',
    `reviewer: …  # the address of whoever decides, and not ${yamlText(who)}`,
    'date: …  # YYYY-MM-DD',
  ].join('\n');
}

/** The command that begins a new round of a group. */
export function newRound(group: string): string {
  return `# begin a new round: leapsome-access-policy review start --groups ${yamlText(group.replace(/[\\*]/g, '\\$&'))}`;
}

export function removal(person: Person, group: string, evaluation: Evaluation): string {
  return inLeapsome(`Users & Teams → Teams → ${group} → remove ${evaluation.show(person)}`);
}
