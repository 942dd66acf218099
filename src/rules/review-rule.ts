import type { Evaluation } from '../evaluate/evaluation.ts';
import { type GroupReview, type OpenScope, type Reviews, reviewsOf } from '../evaluate/reviews.ts';
import { notRead, unreportedReason } from '../evaluate/selectors.ts';
import { shellPattern } from '../model/shell-word.ts';
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
    gaps: reviews.groups.flatMap((one) => unseen(one, evaluation)),
  };
}

/** A group that was reviewed and that no source shows is gone, unless one that could show it was not heard. */
function unseen({ group, isLive, rounds }: GroupReview, { population, policy }: Evaluation): Gap[] {
  const { failed = [] } = population.snapshot;
  if (isLive || failed.length === 0) return [];
  const reason = `whether there still is anybody in "${group.name}", which was reviewed, is unknown${notRead(failed, ': ')}`;
  const { controls } = policy.review!;
  return rounds
    .slice(0, 1)
    .map(({ record }) => ({ reason, entry: { controls, place: record.startedPlace } }));
}

/** What `groups` of a review names, and nobody can tell which group that is. */
export function openScopes(evaluation: Evaluation): Gap[] {
  const open: Reviews['open'] = reviewsOf(evaluation)?.open ?? [];
  return open.map((scope) => ({
    reason: scopeReason(scope, evaluation),
    entry: { controls: [], place: scope.place },
  }));
}

function scopeReason(
  { name, matches, reason, isWhole }: OpenScope,
  { population, listsEveryGroup }: Evaluation,
): string {
  if (isWhole)
    return '"review" puts no group under review: no entry of "groups" has "members", and the review has no "groups" of its own';
  if (reason !== undefined) return `which groups "${name}" puts under review is unknown: ${reason}`;
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

/** The command that begins a new round of a group, for a shell: whatever the name holds, it stays one word there. */
export function newRound(group: string): string {
  const pattern = shellPattern(group.replace(/[\\*]/g, '\\$&'));
  // Without the name of the program: whoever reads the report may have started it in another way.
  return `# begin a new round: review start --groups=${pattern}`;
}

export function removal(person: Person, group: string, evaluation: Evaluation): string {
  return inLeapsome(`Users & Teams → Teams → ${group} → remove ${evaluation.show(person)}`);
}
