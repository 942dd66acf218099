import type { Evaluation } from '../evaluate/evaluation.ts';
import { unreportedReason } from '../evaluate/selectors.ts';
import { compare } from '../model/compare.ts';
import { type Group, isLive, type Person } from '../model/snapshot.ts';
import { isGlob, literal } from '../policy/glob.ts';
import type { Separation } from '../policy/types.ts';
import { enumerate } from '../policy/words.ts';
import type { Detected, Gap, Rule } from './rule.ts';
import { ambiguousName, exceptionYaml, inLeapsome, withState } from './wording.ts';

interface Detail {
  readonly groups: readonly Group[];
}

export const separationOfDuties: Rule<Detail> = {
  id: 'separation-of-duties',
  severity: 'error',
  subject: 'user+name',
  finds: 'One person is in two groups that the policy keeps apart.',
  check: (evaluation) => {
    const outcomes = evaluation.policy.separations.map((separation) => judge(separation, evaluation));
    return {
      found: outcomes.flatMap((outcome) => outcome.found),
      gaps: outcomes.flatMap((outcome) => outcome.gaps),
    };
  },
  describe: ({ user, name, detail }, evaluation) => {
    const who = evaluation.show(user!);
    const groups = enumerate(
      detail.groups.map((group) => group.name),
      'and',
    );
    return {
      message: `${withState(user!, evaluation)} is in ${groups}, which ${name} keeps apart`,
      policy: exceptionYaml('separation-of-duties', user!, name!, evaluation),
      leapsome: inLeapsome(`Users & Teams → Teams → remove ${who} from all but one of ${groups}`),
    };
  },
};

function judge(separation: Separation, evaluation: Evaluation): { found: Detected<Detail>[]; gaps: Gap[] } {
  const { population } = evaluation;
  if (!population.snapshot.facts.has('membership')) {
    const reason = unreportedReason('membership', 'who is in which group', population);
    return { found: [], gaps: [{ reason, entry: separation }] };
  }
  const gaps: Gap[] = [];
  const elements = separation.groups.map(({ name }) => {
    const { groups, ambiguous } = evaluation.groupsMatching(name);
    if (ambiguous) {
      gaps.push({
        reason: ambiguousName(name, groups),
        entry: separation,
      });
    }
    return ambiguous ? [] : groups;
  });
  for (const reason of [...unseen(separation, elements, evaluation), ...sameTwice(separation, elements)])
    gaps.push({ reason, entry: separation });
  const found: Detected<Detail>[] = [];
  for (const person of peopleIn(elements, evaluation)) {
    const held = elements.map((groups) => groups.filter((group) => person.groups.includes(group.id)));
    const groups = byName([...new Set(held.flat())]);
    if (held.filter((hits) => hits.length > 0).length < 2 || groups.length < 2) continue;
    found.push({
      user: person,
      name: separation.name,
      entry: separation,
      place: separation.place,
      detail: { groups },
    });
  }
  return { found, gaps };
}

type Elements = readonly (readonly Group[])[];

/** Somebody may be in a group that one of the elements is about, and that a source would have shown. */
function unseen({ groups }: Separation, elements: Elements, { population }: Evaluation): string[] {
  const { groupsUnknown } = population;
  if (groupsUnknown === undefined) return [];
  return groups.some(({ name }, index) => isGlob(name) || elements[index]!.length === 0)
    ? [groupsUnknown]
    : [];
}

/** A name and the id of the same group: nobody could ever be in both of them. */
function sameTwice({ groups }: Separation, elements: Elements): string[] {
  const names = new Map<Group, string[]>();
  for (const [index, { name }] of groups.entries()) {
    const [group] = elements[index]!;
    if (group && !isGlob(name)) names.set(group, [...(names.get(group) ?? []), `"${literal(name)}"`]);
  }
  return [...names].flatMap(([{ id }, called]) =>
    called.length > 1
      ? [`${enumerate(called, 'and')} are one and the same group (${id}), which nothing keeps apart`]
      : [],
  );
}

function peopleIn(elements: Elements, evaluation: Evaluation): Iterable<Person> {
  const people = elements.flatMap((groups) =>
    groups.flatMap((group) => evaluation.population.members(group.id)),
  );
  return new Set(people.filter(isLive));
}

/** In the same order whatever the order in which Leapsome lists groups. */
function byName(groups: Group[]): Group[] {
  return groups.sort((a, b) => compare(a.name, b.name) || compare(a.id, b.id));
}
