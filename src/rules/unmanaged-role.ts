import { yamlQuoted, yamlText } from '../model/yaml-text.ts';
import { NOTHING, type Rule, rolesUnknown } from './rule.ts';
import { inLeapsome } from './wording.ts';

export const unmanagedRole: Rule<undefined> = {
  id: 'unmanaged-role',
  severity: 'warning',
  subject: 'role',
  finds: 'An access role exists in Leapsome that no entry of the policy is about.',
  check: (evaluation) => {
    if (evaluation.policy.roles === undefined) return NOTHING;
    const managed = new Set(
      evaluation
        .roleBindings()
        .flatMap(({ targets, ambiguous = [], notAllowed = [] }) =>
          [...targets, ...ambiguous, ...notAllowed].map(({ id }) => id),
        ),
    );
    const reason = rolesUnknown(evaluation);
    return {
      found: (evaluation.population.roles() ?? [])
        // A role that is switched off gives nobody anything.
        .filter((role) => !managed.has(role.id) && role.active !== false)
        .map((role) => ({ role, place: evaluation.policy.rolesPlace, detail: undefined })),
      gaps: reason === undefined ? [] : [{ reason }],
    };
  },
  describe: ({ role, place }, { policy }) => ({
    message: `the access role ${role!.name} is in Leapsome, but no entry of the policy is about it`,
    policy: `# roles:\n- name: ${yamlText(role!.name || role!.id)}\n  id: ${yamlQuoted(role!.id)}`,
    leapsome: inLeapsome(`Access roles → ${role!.name} → delete, if nobody needs it`),
    edits: [
      {
        action: 'add-entry',
        list: 'roles',
        name: role!.name || role!.id,
        id: role!.id,
        anybody: false,
        at: policy.locate(place),
      },
    ],
  }),
};
