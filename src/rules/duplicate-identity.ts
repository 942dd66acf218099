import { rulePlace } from '../evaluate/evaluation.ts';
import type { Person } from '../model/snapshot.ts';
import { yamlQuoted } from '../model/yaml-text.ts';
import type { Rule } from './rule.ts';
import { inLeapsome } from './wording.ts';

interface Detail {
  readonly people: readonly Person[];
}

export const duplicateIdentity: Rule<Detail> = {
  id: 'duplicate-identity',
  severity: 'warning',
  subject: 'user',
  finds: 'One address belongs to more than one account.',
  check: (evaluation) => {
    const place = rulePlace(evaluation.policy, 'duplicate-identity');
    return {
      found: evaluation.population.sharedAddresses().map(({ people }) => {
        const sorted = [...people].sort((a, b) => (a.id < b.id ? -1 : 1));
        return {
          user: sorted[0]!,
          people: sorted,
          key: sorted.map((person) => person.id).join(' '),
          place,
          detail: { people: sorted },
        };
      }),
      gaps: [],
    };
  },
  describe: ({ user, detail }, evaluation) => {
    const ids = detail.people.map((person) => `${person.id} (${stateOf(person)})`).join(', ');
    return {
      message: `${evaluation.show(user!)}: the same address is on ${detail.people.length} accounts: ${ids}`,
      policy: `# name the account that is meant by its id\n- { id: ${yamlQuoted(user!.id)} }`,
      leapsome: inLeapsome('Users & Teams → Users → merge or remove the account that is not used'),
    };
  },
};

function stateOf(person: Person): string {
  return person.active ? 'active' : (person.pending ?? 'deactivated');
}
