import { yamlText } from '../model/yaml-text.ts';
import { isGlob } from '../policy/glob.ts';
import { didYouMean } from '../policy/suggest.ts';
import type { Detected, Rule } from './rule.ts';
import { inLeapsome } from './wording.ts';

interface Detail {
  readonly name: string;
  readonly id?: string;
}

/** Groups that the policy speaks of and Leapsome does not have: entries, selectors and separations. */
export const missingGroup: Rule<Detail> = {
  id: 'missing-group',
  severity: 'error',
  subject: 'none',
  finds: 'The policy speaks of a group that Leapsome does not have.',
  check: (evaluation) => {
    const found: Detected<Detail>[] = [];
    // The same name may be missed in several places: the report keeps the heaviest finding of a key.
    const add = (detected: Detected<Detail>): void => {
      found.push({ ...detected, key: detected.detail.id ?? detected.detail.name });
    };
    for (const { entry, targets, ambiguous, notAllowed } of evaluation.groupBindings()) {
      if (targets.length > 0 || ambiguous || notAllowed) continue;
      add({
        entry,
        place: entry.place,
        detail: { name: entry.name, ...(entry.id === undefined ? {} : { id: entry.id }) },
      });
    }
    for (const { name, place } of evaluation.dangling('group')) add({ place, detail: { name } });
    for (const separation of evaluation.policy.separations) {
      for (const { name, place } of separation.groups) {
        if (evaluation.groupsMatching(name).groups.length === 0)
          add({ place, entry: separation, detail: { name } });
      }
    }
    return { found, gaps: [] };
  },
  describe: ({ detail }, evaluation) => {
    const { name, id } = detail;
    const namesakes = id === undefined ? [] : evaluation.population.groupsNamed(name);
    const near = namesakes.length > 0 ? '' : didYouMean(name, evaluation.population.groupNames());
    const other =
      namesakes.length > 0
        ? ` A group of this name has the id ${namesakes
            .map((group) => group.id)
            .sort()
            .join(', ')}.`
        : '';
    const what =
      id !== undefined
        ? `with id ${id} ("${name}")`
        : isGlob(name)
          ? `that matches "${name}"`
          : `named "${name}"`;
    return {
      message: `Leapsome has no group ${what}.${near}${other}`,
      policy: `# correct the name or id, or remove this entry\n- name: ${yamlText(name)}`,
      leapsome: inLeapsome(`Users & Teams → Teams → create ${name}`),
    };
  },
};
