import { rulePlace } from '../evaluate/evaluation.ts';
import type { Rule } from './rule.ts';
import { inLeapsome } from './wording.ts';

export const inactiveMember: Rule<undefined> = {
  id: 'inactive-member',
  severity: 'warning',
  subject: 'user+group',
  finds: 'A deactivated account still sits in a group.',
  check: (evaluation) => {
    const place = new Map(
      evaluation
        .groupBindings()
        .flatMap(({ entry, targets }) => targets.map((group) => [group.id, entry.place] as const)),
    );
    const fallback = rulePlace(evaluation.policy, 'inactive-member');
    return {
      found: evaluation.population.people.flatMap((person) =>
        person.active
          ? []
          : person.groups.flatMap((id) => {
              const group = evaluation.population.group(id);
              return group
                ? [{ user: person, group, place: place.get(id) ?? fallback, detail: undefined }]
                : [];
            }),
      ),
      gaps: [],
    };
  },
  describe: ({ user, group }, evaluation) => ({
    message: `${evaluation.show(user!)} is deactivated, but still in ${group!.name}`,
    policy: 'rules:\n  inactive-member: off  # only if deactivated accounts may stay in groups',
    leapsome: inLeapsome(`Users & Teams → Teams → ${group!.name} → remove ${evaluation.show(user!)}`),
  }),
};
