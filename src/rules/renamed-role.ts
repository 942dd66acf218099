import { yamlQuoted, yamlText } from '../model/yaml-text.ts';
import { normal } from '../policy/glob.ts';
import { type Rule, roleUnseen } from './rule.ts';
import { inLeapsome } from './wording.ts';

interface Detail {
  readonly written: string;
}

export const renamedRole: Rule<Detail> = {
  id: 'renamed-role',
  severity: 'warning',
  subject: 'role',
  finds: 'An access role that the policy pins by id has another name than the policy says.',
  check: (evaluation) => ({
    found: evaluation
      .roleBindings()
      .flatMap(({ entry, targets }) =>
        entry.id === undefined
          ? []
          : targets
              .filter((role) => normal(role.name) !== entry.name)
              .map((role) => ({ role, entry, place: entry.place, detail: { written: entry.name } })),
      ),
    gaps: roleUnseen(evaluation, ({ id }) => id !== undefined),
  }),
  describe: ({ role, detail, place }, { policy }) => ({
    message: `the access role with id ${role!.id} is called ${role!.name}, not ${detail.written}`,
    policy: `- name: ${yamlText(role!.name)}\n  id: ${yamlQuoted(role!.id)}`,
    leapsome: inLeapsome(`Access roles → ${role!.name} → rename to ${detail.written}`),
    // An entry needs a name.
    ...(role!.name === ''
      ? {}
      : { edits: [{ action: 'set-name', to: role!.name, at: policy.locate(place) }] }),
  }),
};
