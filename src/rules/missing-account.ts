import type { Evaluation } from '../evaluate/evaluation.ts';
import { yamlText } from '../model/yaml-text.ts';
import type { Place } from '../policy/types.ts';
import { ACCOUNTS, missingRule } from './clause-rule.ts';
import type { Rule } from './rule.ts';
import { inLeapsome } from './wording.ts';

const requiredAccounts = missingRule({
  id: 'missing-account',
  subject: 'user',
  finds: 'The policy requires somebody who has no account, or no active one where `accounts` wants it.',
  domain: ACCOUNTS,
});

type Detail = { readonly name: string } | undefined;

/** Whom the policy requires by name and nobody is: once a name, however many groups want it. */
export const missingAccount: Rule<Detail> = {
  ...requiredAccounts,
  check: (evaluation) => {
    const { found, gaps } = requiredAccounts.check(evaluation, {});
    const named = nobody(evaluation).map(({ name, place }) => ({ place, key: name, detail: { name } }));
    return { found: [...found, ...named], gaps };
  },
  describe: (detected, evaluation) => {
    if (detected.detail === undefined)
      return requiredAccounts.describe({ ...detected, detail: undefined }, evaluation);
    const { name } = detected.detail;
    return {
      message: `the policy names ${name}, but no account in Leapsome has this address or id`,
      policy: `# correct the address, or remove the line\n- ${yamlText(name)}`,
      leapsome: inLeapsome(`Users & Teams → Users → invite ${name}`),
    };
  },
};

/** Each name where it stands first. */
function nobody(evaluation: Evaluation): readonly { name: string; place: Place }[] {
  const first = new Map<string, { name: string; place: Place }>();
  const required = evaluation.results().flatMap((result) => result.noAccount);
  for (const { name, place } of [...required, ...evaluation.dangling('account')]) {
    if (!first.has(name)) first.set(name, { name, place });
  }
  return [...first.values()];
}
