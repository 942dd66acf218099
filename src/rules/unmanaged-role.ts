import { unreportedReason } from '../evaluate/selectors.ts';
import { yamlQuoted, yamlText } from '../model/yaml-text.ts';
import { NOTHING, type Rule } from './rule.ts';
import { inLeapsome } from './wording.ts';

export const unmanagedRole: Rule<undefined> = {
  id: 'unmanaged-role',
  severity: 'warning',
  subject: 'role',
  finds: 'An access role exists in Leapsome that no entry of the policy is about.',
  check: (evaluation) => {
    if (evaluation.policy.roles === undefined) return NOTHING;
    const roles = evaluation.population.roles();
    if (roles === undefined)
      return {
        found: [],
        gaps: [
          {
            reason: unreportedReason('role-catalogue', 'which access roles there are', evaluation.population),
          },
        ],
      };
    const managed = new Set(
      evaluation
        .roleBindings()
        .flatMap(({ targets, ambiguous }) => [...targets, ...(ambiguous ?? [])].map((role) => role.id)),
    );
    return {
      found: roles
        .filter((role) => !managed.has(role.id))
        .map((role) => ({ role, place: evaluation.policy.rolesPlace, detail: undefined })),
      gaps: [],
    };
  },
  describe: ({ role }) => ({
    message: `the access role ${role!.name} is in Leapsome, but no entry of the policy is about it`,
    policy: `# roles:\n- name: ${yamlText(role!.name)}\n  id: ${yamlQuoted(role!.id)}`,
    leapsome: inLeapsome(`Access roles → ${role!.name} → delete, if nobody needs it`),
  }),
};
