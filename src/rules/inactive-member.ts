import { type Evaluation, isAskedFor, rulePlace } from '../evaluate/evaluation.ts';
import { isLive } from '../model/snapshot.ts';
import type { Place } from '../policy/types.ts';
import { type Gap, type Rule, unreported } from './rule.ts';
import { inLeapsome } from './wording.ts';

export const inactiveMember: Rule<undefined> = {
  id: 'inactive-member',
  severity: 'warning',
  subject: 'user+group',
  finds: 'A deactivated account still sits in a group.',
  check: (evaluation) => {
    const place = new Map<string, Place>();
    for (const { entry, targets } of evaluation.groupBindings()) {
      for (const { id } of targets) if (!place.has(id)) place.set(id, entry.place);
    }
    const fallback = rulePlace(evaluation.policy, 'inactive-member');
    return {
      found: evaluation.population.people.flatMap((person) =>
        isLive(person)
          ? []
          : person.groups.flatMap((id) => {
              const group = evaluation.population.group(id);
              // Whoever has left still belongs to a department, on paper.
              return group && !evaluation.isAttribute(group)
                ? [{ user: person, group, place: place.get(id) ?? fallback, detail: undefined }]
                : [];
            }),
      ),
      gaps: gapsOf(evaluation),
    };
  },
  describe: ({ user, group }, evaluation) => ({
    message: `${evaluation.show(user!)} is deactivated, but still in ${group!.name}`,
    policy: 'rules:\n  inactive-member: off  # only if deactivated accounts may stay in groups',
    leapsome: inLeapsome(`Users & Teams → Teams → ${group!.name} → remove ${evaluation.show(user!)}`),
  }),
};

function gapsOf(evaluation: Evaluation): Gap[] {
  const unknown = unreported('inactive-member', 'membership', 'who is in which group', evaluation);
  const { groupsUnknown } = evaluation.population;
  if (unknown.length > 0 || groupsUnknown === undefined) return unknown;
  return [{ reason: groupsUnknown, builtIn: !isAskedFor(evaluation.policy, 'inactive-member') }];
}
