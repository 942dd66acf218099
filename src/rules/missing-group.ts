import type { Binding, Evaluation } from '../evaluate/evaluation.ts';
import { compare } from '../model/compare.ts';
import type { Group, GroupKind } from '../model/snapshot.ts';
import { yamlText } from '../model/yaml-text.ts';
import { isGlob } from '../policy/glob.ts';
import { enumerate } from '../policy/words.ts';
import { remove } from './edits.ts';
import { type Detected, type Outcome, type Rule, unseenGroups } from './rule.ts';
import { inLeapsome } from './wording.ts';

interface Detail {
  readonly name: string;
  readonly id?: string;
  readonly isPattern: boolean;
  readonly ofKind?: GroupKind;
  /** What answers to the name or id, and is of another kind. */
  readonly ofOtherKind?: readonly Group[];
  readonly stands: 'entry' | 'selector' | 'name';
}

/** Groups that the policy speaks of and Leapsome does not have: entries, selectors and separations. */
export const missingGroup: Rule<Detail> = {
  id: 'missing-group',
  severity: 'error',
  subject: 'none',
  finds: 'The policy speaks of a group that Leapsome does not have.',
  check: (evaluation) => {
    const entries = evaluation
      .groupBindings()
      .filter(({ targets, ambiguous, notAllowed }) => targets.length === 0 && !ambiguous && !notAllowed)
      .map((binding) => missingEntry(binding, evaluation));
    const others = [...selectors(evaluation), ...separations(evaluation)].map((found) =>
      evaluation.listsEveryGroup ? certain(found) : open(found, unseenGroups(evaluation)),
    );
    const outcomes = [...entries, ...others];
    return {
      found: outcomes.flatMap(({ found }) => found),
      gaps: outcomes.flatMap(({ gaps }) => gaps),
    };
  },
  describe: ({ detail, place }, evaluation) => ({
    message: `Leapsome has no group ${inWords(detail)}.${hint(detail, evaluation)}`,
    policy: `# correct the name or id, or remove\n${written(detail)}`,
    leapsome: inLeapsome(`Users & Teams → Teams → create ${detail.name}`),
    edits: [remove(detail.stands, place, evaluation)],
  }),
};

/** The element, as it stands where it is meant. */
function written({ name, stands }: Detail): string {
  if (stands === 'entry') return `- name: ${yamlText(name)}`;
  return stands === 'selector' ? `- { group: ${yamlText(name)} }` : `- ${yamlText(name)}`;
}

function missingEntry(binding: Binding<Group>, evaluation: Evaluation): Outcome<Detail> {
  const { entry, ofOtherKind, unclear } = binding;
  const { name, id, ofKind } = entry;
  const detail: Detail = {
    name,
    isPattern: entry.glob,
    stands: 'entry',
    ...(id === undefined ? {} : { id }),
    ...(ofKind === undefined ? {} : { ofKind }),
    ...(ofOtherKind === undefined ? {} : { ofOtherKind }),
  };
  const found = { entry, place: entry.place, detail };
  if (unclear) return open(found, unclear.reason);
  return evaluation.mayGovernUnseen(binding) ? open(found, unseenGroups(evaluation)) : certain(found);
}

function selectors(evaluation: Evaluation): Detected<Detail>[] {
  return evaluation
    .dangling('group')
    .map(({ name, place }) => ({ place, detail: { name, isPattern: false, stands: 'selector' } }));
}

function separations(evaluation: Evaluation): Detected<Detail>[] {
  return evaluation.policy.separations.flatMap((entry) =>
    entry.groups
      .filter(({ name }) => evaluation.groupsMatching(name).groups.length === 0)
      .map(({ name, place }) => ({
        place,
        entry,
        detail: { name, isPattern: isGlob(name), stands: 'name' },
      })),
  );
}

/** The same name may be missed in several places: the report keeps the heaviest finding of a key. */
function certain(found: Detected<Detail>): Outcome<Detail> {
  const { name, id, ofKind } = found.detail;
  const key = id ?? (ofKind === undefined ? name : `${ofKind} ${name}`);
  return { found: [{ ...found, key }], gaps: [] };
}

function open({ entry, place }: Detected<Detail>, reason: string): Outcome<Detail> {
  return { found: [], gaps: [{ reason, entry: entry ?? { controls: [], place } }] };
}

function inWords({ name, id, isPattern, ofKind }: Detail): string {
  const kind = ofKind === undefined ? '' : `of kind ${ofKind} `;
  if (id !== undefined) return `${kind}with id ${id} ("${name}")`;
  return `${kind}${isPattern ? 'that matches' : 'named'} "${name}"`;
}

/** What comes close, or stands in the place. */
function hint({ name, id, isPattern, ofKind, ofOtherKind = [] }: Detail, evaluation: Evaluation): string {
  const { population } = evaluation;
  const [other] = ofOtherKind;
  if (id !== undefined && other) return ` The id belongs to "${other.name}", a group of kind ${other.kind}.`;
  if (other && !isPattern) {
    const kinds = [...new Set(ofOtherKind.map(({ kind }) => `${kind}`))].sort(compare);
    return ` A group of this name is of kind ${enumerate(kinds, 'and')}.`;
  }
  const namesakes = id === undefined ? [] : population.groupsNamed(name);
  if (namesakes.length > 0) {
    const ids = namesakes.map((group) => group.id).sort(compare);
    return ` A group of this name has the id ${ids.join(', ')}.`;
  }
  return evaluation.didYouMean(name, population.groupNames(ofKind));
}
