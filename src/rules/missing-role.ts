import { compare } from '../model/compare.ts';
import type { Role } from '../model/snapshot.ts';
import { yamlText } from '../model/yaml-text.ts';
import { normal } from '../policy/glob.ts';
import { didYouMean } from '../policy/suggest.ts';
import { remove } from './edits.ts';
import { type Rule, rolesUnknown } from './rule.ts';
import { inLeapsome } from './wording.ts';

interface Detail {
  readonly name: string;
  readonly id: string | undefined;
  readonly isPattern: boolean;
}

export const missingRole: Rule<Detail> = {
  id: 'missing-role',
  severity: 'error',
  subject: 'none',
  finds: 'The policy speaks of an access role that Leapsome does not have.',
  check: (evaluation) => {
    const missing = evaluation
      .roleBindings()
      .filter(({ targets, ambiguous, notAllowed }) => targets.length === 0 && !ambiguous && !notAllowed);
    const reason = rolesUnknown(evaluation);
    if (reason !== undefined) return { found: [], gaps: missing.map(({ entry }) => ({ reason, entry })) };
    const found = missing.map(({ entry }) => {
      const { name, id, glob, place } = entry;
      return { entry, place, key: id ?? name, detail: { name, id, isPattern: glob } };
    });
    return { found, gaps: [] };
  },
  describe: ({ detail, place }, evaluation) => {
    const roles = evaluation.population.roles() ?? [];
    return {
      message: `Leapsome has no access role ${inWords(detail)}.${hint(detail, roles)}`,
      policy: `# correct the name or id, or remove this entry\n- name: ${yamlText(detail.name)}`,
      leapsome: inLeapsome(`Access roles → create ${detail.name}`),
      edits: [remove('entry', place, evaluation)],
    };
  },
};

function inWords({ name, id, isPattern }: Detail): string {
  if (id !== undefined) return `with id ${id} ("${name}")`;
  return `${isPattern ? 'that matches' : 'named'} "${name}"`;
}

/** What comes close. */
function hint({ name, id }: Detail, roles: readonly Role[]): string {
  const namesakes = id === undefined ? [] : roles.filter((role) => normal(role.name) === normal(name));
  if (namesakes.length > 0) {
    const ids = namesakes.map((role) => role.id).sort(compare);
    return ` A role of this name has the id ${ids.join(', ')}.`;
  }
  return didYouMean(name, roles.map((role) => role.name).sort());
}
