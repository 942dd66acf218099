import type { Binding, Evaluation } from '../evaluate/evaluation.ts';
import { UNKNOWN, unreportedReason, YES } from '../evaluate/selectors.ts';
import { compare } from '../model/compare.ts';
import type { ListShown, People, TargetEntry, TargetExplanation } from '../model/explanation.ts';
import { type Group, isLive, type Person, type Role } from '../model/snapshot.ts';
import { normal } from '../policy/glob.ts';
import type { Entry, PeopleList } from '../policy/types.ts';
import { listInWords } from '../policy/words.ts';
import { listsOf } from './reasons.ts';
import { bond, entryShown, exceptionsShown, type Known } from './shared.ts';

/** People of one kind that are named; the rest is counted. */
const MOST_MEMBERS = 20;
const MOST_SELECTED = 5;

/** Who is in a group, and what the policy says of it. */
export function explainGroup(group: Group, known: Known): TargetExplanation {
  const { evaluation } = known;
  const { population } = evaluation;
  const isKnown = population.snapshot.facts.has('membership');
  const why = isKnown ? [] : [unreportedReason('membership', 'who is in which group', population)];
  return {
    kind: 'group',
    ...explainTarget(group, evaluation.groupBindings(), known),
    isAttribute: evaluation.isAttribute(group),
    members: isKnown ? membersOf(population.members(group.id), 0, evaluation) : null,
    why,
    separations: separationsOf(group, evaluation),
    findings: known.evaluated.findings.filter((finding) => finding.group?.id === group.id),
    exceptions: exceptionsShown(known, (exception) => isCalled(exception.group, group)),
  };
}

/** Who holds an access role, and what the policy says of it. */
export function explainRole(role: Role, known: Known): TargetExplanation {
  const { evaluation } = known;
  const { population } = evaluation;
  const holders = role.holders?.flatMap((id) => population.person(id) ?? []);
  const why = holders ? [] : [unreportedReason('role-holders', 'who holds an access role', population)];
  return {
    kind: 'role',
    ...explainTarget(role, evaluation.roleBindings(), known),
    isAttribute: false,
    members: holders ? membersOf(holders, role.holders!.length - holders.length, evaluation) : null,
    why,
    separations: [],
    findings: known.evaluated.findings.filter((finding) => finding.role?.id === role.id),
    exceptions: exceptionsShown(known, (exception) => isCalled(exception.role, role)),
  };
}

function explainTarget<T extends Group | Role>(
  target: T,
  bindings: readonly Binding<T>[],
  { evaluation }: Known,
): Pick<TargetExplanation, 'target' | 'isManaged' | 'entries'> {
  const entries = bindings.flatMap((binding) => {
    const bound = bond(binding, target);
    return bound ? [entryOf(binding.entry, bound.unknown, evaluation)] : [];
  });
  const { id, name } = target;
  return {
    target: {
      id,
      name,
      ...('kind' in target && target.kind !== undefined ? { kind: target.kind } : {}),
      ...('active' in target && target.active !== undefined ? { active: target.active } : {}),
    },
    isManaged: entries.length > 0,
    entries,
  };
}

function entryOf(entry: Entry, unknown: readonly string[], evaluation: Evaluation): TargetEntry {
  const { policy } = evaluation;
  const { clause } = entry;
  const { count } = clause ?? {};
  return {
    entry: entryShown(entry, policy),
    severity: entry.severity ?? null,
    lists: clause ? listsOf(clause).map(({ word, list }) => listShown(word, list, evaluation)) : null,
    bounds: count
      ? {
          ...(count.min === undefined ? {} : { min: count.min }),
          ...(count.max === undefined ? {} : { max: count.max }),
          location: policy.locate(count.place),
        }
      : null,
    unknown,
  };
}

function listShown(word: ListShown['word'], list: PeopleList, evaluation: Evaluation): ListShown {
  const matcher = evaluation.compiler.list(list);
  const selected: Person[] = [];
  let unknown = 0;
  for (const person of matcher.candidates() ?? evaluation.population.live) {
    if (!isLive(person)) continue;
    const truth = matcher.test(person);
    if (truth === YES) selected.push(person);
    if (truth === UNKNOWN) unknown++;
  }
  return {
    word,
    text: listInWords(list),
    location: evaluation.policy.locate(list.place),
    selects: people(selected, MOST_SELECTED, evaluation),
    unknown,
    why: unknown > 0 ? matcher.unknown : [],
  };
}

function membersOf(
  members: readonly Person[],
  unlisted: number,
  evaluation: Evaluation,
): TargetExplanation['members'] {
  const show = (test: (person: Person) => boolean): People =>
    people(members.filter(test), MOST_MEMBERS, evaluation);
  return {
    active: show((person) => person.active),
    pending: show((person) => person.pending !== undefined),
    deactivated: show((person) => !isLive(person)),
    unlisted,
  };
}

/** Whoever is masked is counted, and not named. */
function people(list: readonly Person[], most: number, evaluation: Evaluation): People {
  const names = list.flatMap((person) => evaluation.shownName(person) ?? []);
  return { count: list.length, names: names.sort(compare).slice(0, most) };
}

function separationsOf(group: Group, evaluation: Evaluation): TargetExplanation['separations'] {
  const { policy } = evaluation;
  return policy.separations
    .filter((one) => one.groups.some(({ name }) => evaluation.groupsMatching(name).groups.includes(group)))
    .map((one) => entryShown(one, policy));
}

function isCalled(name: string | undefined, target: Group | Role): boolean {
  return name !== undefined && (name === target.id || normal(name) === normal(target.name));
}
