import type { Evaluation } from '../evaluate/evaluation.ts';
import { unreportedReason } from '../evaluate/selectors.ts';
import { compare } from '../model/compare.ts';
import { type Group, isLive, type Person } from '../model/snapshot.ts';
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

function peopleIn(elements: readonly (readonly Group[])[], evaluation: Evaluation): Iterable<Person> {
  const people = elements.flatMap((groups) =>
    groups.flatMap((group) => evaluation.population.members(group.id)),
  );
  return new Set(people.filter(isLive));
}

/** In the same order whatever the order in which Leapsome lists groups. */
function byName(groups: Group[]): Group[] {
  return groups.sort((a, b) => compare(a.name, b.name) || compare(a.id, b.id));
}
