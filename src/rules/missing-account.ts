import type { Evaluation } from '../evaluate/evaluation.ts';
import { yamlText } from '../model/yaml-text.ts';
import type { PeopleList, Place, Selector } from '../policy/types.ts';
import { ACCOUNTS, missingRule } from './clause-rule.ts';
import { remove } from './edits.ts';
import type { Detected, Rule } from './rule.ts';
import { inLeapsome } from './wording.ts';

const requiredAccounts = missingRule({
  id: 'missing-account',
  subject: 'user',
  finds: 'The policy requires somebody who has no account, or no active one where `accounts` wants it.',
  domain: ACCOUNTS,
});

/** A name without an account, and everywhere it stands. */
interface Nobody {
  readonly name: string;
  readonly places: readonly Place[];
}

type Deactivated = Parameters<typeof requiredAccounts.describe>[0];
type Detail = Nobody | Deactivated['detail'];

/** Whom the policy requires by name and nobody is: once a name, however many groups want it. */
export const missingAccount: Rule<Detail> = {
  ...requiredAccounts,
  check: (evaluation) => {
    const { found, gaps } = requiredAccounts.check(evaluation, {});
    const named = nobody(evaluation).map((one) => ({ place: one.places[0]!, key: one.name, detail: one }));
    return { found: [...found, ...named], gaps };
  },
  describe: (detected, evaluation) => {
    if (!isNobody(detected)) return requiredAccounts.describe(detected as Deactivated, evaluation);
    const { name, places } = detected.detail;
    return {
      message: `the policy names ${name}, but no account in Leapsome has this address or id`,
      policy: `# correct the address, or remove the line\n- ${yamlText(name)}`,
      leapsome: inLeapsome(`Users & Teams → Users → invite ${name}`),
      edits: places.map((place) => remove('selector', place, evaluation)),
    };
  },
};

function isNobody(detected: Detected<Detail>): detected is Detected<Nobody> {
  return 'places' in detected.detail;
}

/** Each name with its places in the order in which they are met; a set that many groups share is one place. */
function nobody(evaluation: Evaluation): readonly Nobody[] {
  const places = new Map<string, Set<Place>>();
  const required = evaluation.results().flatMap((result) => result.noAccount);
  for (const { name, place } of [...required, ...evaluation.dangling('account')]) {
    const known = places.get(name);
    if (known) known.add(place);
    else places.set(name, new Set([place]));
  }
  // A list tells a name once, however often it stands there.
  if (places.size > 0) for (const { name, place } of requiredNames(evaluation)) places.get(name)?.add(place);
  return [...places].map(([name, all]) => ({ name, places: [...all] }));
}

/** Every place in which the policy requires somebody by name. */
function requiredNames({ policy }: Evaluation): { name: string; place: Place }[] {
  const names: { name: string; place: Place }[] = [];
  const seen = new Set<PeopleList>();
  const visit = (selector: Selector): void => {
    if (selector.kind === 'address') names.push({ name: selector.address, place: selector.place });
    else if (selector.kind === 'id') names.push({ name: selector.id, place: selector.place });
    else if (selector.kind === 'any') selector.of.forEach(visit);
    else if (selector.kind === 'set' && !seen.has(selector.set)) {
      seen.add(selector.set);
      selector.set.selectors.forEach(visit);
    }
  };
  const clauses = [
    policy.accounts,
    ...[...policy.groups, ...(policy.roles ?? [])].map(({ clause }) => clause),
  ];
  for (const clause of clauses) (clause?.exactly ?? clause?.atLeast)?.selectors.forEach(visit);
  return names;
}
