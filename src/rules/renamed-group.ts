import { yamlQuoted, yamlText } from '../model/yaml-text.ts';
import { normal } from '../policy/glob.ts';
import type { Rule } from './rule.ts';
import { inLeapsome } from './wording.ts';

interface Detail {
  readonly written: string;
}

export const renamedGroup: Rule<Detail> = {
  id: 'renamed-group',
  severity: 'warning',
  subject: 'group',
  finds: 'A group that the policy pins by id has another name than the policy says.',
  check: (evaluation) => ({
    found: evaluation.groupBindings().flatMap(({ entry, targets, unclear }) =>
      entry.id === undefined
        ? []
        : // The id alone decides here, also where the kind is unknown.
          [...targets, ...(unclear?.targets ?? [])]
            .filter((group) => normal(group.name) !== entry.name)
            .map((group) => ({ group, entry, place: entry.place, detail: { written: entry.name } })),
    ),
    gaps: [],
  }),
  describe: ({ group, detail, place }, { policy }) => ({
    message: `the group with id ${group!.id} is called ${group!.name}, not ${detail.written}`,
    policy: `- name: ${yamlText(group!.name)}\n  id: ${yamlQuoted(group!.id)}`,
    leapsome: inLeapsome(`Users & Teams → Teams → ${group!.name} → rename to ${detail.written}`),
    // An entry needs a name.
    ...(group!.name === ''
      ? {}
      : { edits: [{ action: 'set-name', to: group!.name, at: policy.locate(place) }] }),
  }),
};
