import { unreportedReason } from '../evaluate/selectors.ts';
import { yamlText } from '../model/yaml-text.ts';
import { didYouMean } from '../policy/suggest.ts';
import { NOTHING, type Rule } from './rule.ts';
import { inLeapsome } from './wording.ts';

interface Detail {
  readonly name: string;
}

export const missingRole: Rule<Detail> = {
  id: 'missing-role',
  severity: 'error',
  subject: 'none',
  finds: 'The policy speaks of an access role that Leapsome does not have.',
  check: (evaluation) => {
    const { roles } = evaluation.policy;
    if (roles === undefined || roles.length === 0) return NOTHING;
    if (evaluation.population.roles() === undefined) {
      const reason = unreportedReason(
        'role-catalogue',
        'which access roles there are',
        evaluation.population,
      );
      return { found: [], gaps: roles.map((entry) => ({ reason, entry })) };
    }
    return {
      found: evaluation
        .roleBindings()
        .flatMap(({ entry, targets, ambiguous, notAllowed }) =>
          targets.length > 0 || ambiguous || notAllowed
            ? []
            : [{ entry, place: entry.place, key: entry.id ?? entry.name, detail: { name: entry.name } }],
        ),
      gaps: [],
    };
  },
  describe: ({ detail }, evaluation) => ({
    message: `Leapsome has no access role named "${detail.name}".${didYouMean(
      detail.name,
      (evaluation.population.roles() ?? []).map((role) => role.name).sort(),
    )}`,
    policy: `# correct the name, or remove this entry\n- name: ${yamlText(detail.name)}`,
    leapsome: inLeapsome(`Access roles → create ${detail.name}`),
  }),
};
