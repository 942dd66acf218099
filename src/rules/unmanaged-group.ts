import { yamlQuoted, yamlText } from '../model/yaml-text.ts';
import { type Rule, unseenGroups } from './rule.ts';
import { inLeapsome } from './wording.ts';

export const unmanagedGroup: Rule<undefined> = {
  id: 'unmanaged-group',
  severity: 'warning',
  subject: 'group',
  finds: 'A group exists in Leapsome that no entry of the policy is about.',
  check: (evaluation) => {
    const managed = new Set<string>();
    for (const { targets, ambiguous = [], notAllowed = [], unclear } of evaluation.groupBindings()) {
      for (const group of [...targets, ...ambiguous, ...notAllowed, ...(unclear?.targets ?? [])])
        managed.add(group.id);
    }
    const found = evaluation.population.groups
      .filter((group) => !managed.has(group.id) && !evaluation.isAttribute(group))
      .map((group) => ({ group, place: evaluation.policy.groupsPlace, detail: undefined }));
    // A group that nobody is in opens no door yet, so that it is no more than mentioned.
    const builtIn = evaluation.population.groupsUnknown === undefined;
    const gaps = evaluation.listsEveryGroup ? [] : [{ reason: unseenGroups(evaluation), builtIn }];
    return { found, gaps };
  },
  describe: ({ group, place }, evaluation) => {
    const { population } = evaluation;
    const members = population.countActive(population.liveMembers(group!.id));
    // Where nobody knows who is in, a clause would be a question without an answer.
    const anybody = population.snapshot.facts.has('membership');
    const count = anybody ? ` (${members} active)` : '';
    const { id, name } = group!;
    return {
      message: `the group ${group!.name}${count} is in Leapsome, but no entry of the policy is about it`,
      policy: `# groups:\n- name: ${yamlText(name || id)}\n  id: ${yamlQuoted(id)}${anybody ? '\n  members: { at-most: [everyone] }' : ''}`,
      leapsome: inLeapsome(`Users & Teams → Teams → ${group!.name} → delete, if nobody needs it`),
      edits: [
        {
          action: 'add-entry',
          list: 'groups',
          name: name || id,
          id,
          anybody,
          at: evaluation.policy.locate(place),
        },
      ],
    };
  },
};
