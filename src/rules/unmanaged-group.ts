import { yamlQuoted, yamlText } from '../model/yaml-text.ts';
import { NOTHING, type Rule } from './rule.ts';
import { inLeapsome } from './wording.ts';

export const unmanagedGroup: Rule<undefined> = {
  id: 'unmanaged-group',
  severity: 'warning',
  subject: 'group',
  finds: 'A group exists in Leapsome that no entry of the policy is about.',
  check: (evaluation) => {
    const managed = new Set<string>();
    for (const { targets, ambiguous, notAllowed } of evaluation.groupBindings()) {
      for (const group of [...targets, ...(ambiguous ?? []), ...(notAllowed ?? [])]) managed.add(group.id);
    }
    const found = evaluation.population.groups
      .filter((group) => !managed.has(group.id))
      .map((group) => ({ group, place: evaluation.policy.groupsPlace, detail: undefined }));
    return found.length === 0 ? NOTHING : { found, gaps: [] };
  },
  describe: ({ group }, evaluation) => {
    const members = evaluation.population.members(group!.id).filter((person) => person.active).length;
    return {
      message: `the group ${group!.name} (${members} active) is in Leapsome, but no entry of the policy is about it`,
      policy: `# groups:\n- name: ${yamlText(group!.name)}\n  id: ${yamlQuoted(group!.id)}\n  members: { at-most: [everyone] }`,
      leapsome: inLeapsome(`Users & Teams → Teams → ${group!.name} → delete, if nobody needs it`),
    };
  },
};
