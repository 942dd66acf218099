import { type Evaluation, isAskedFor } from '../evaluate/evaluation.ts';
import { compare } from '../model/compare.ts';
import { yamlQuoted } from '../model/yaml-text.ts';
import type { Accountable } from '../policy/types.ts';
import { enumerate, plural } from '../policy/words.ts';
import { remove } from './edits.ts';
import { excuseOf } from './excuse.ts';
import { type Detected, type Gap, type Rule, roleUnseen } from './rule.ts';
import { exceptionFrom, inLeapsome } from './wording.ts';

const MOST_NAMED = 3;

/** What the policy says of a role that is switched off has no effect, and nobody may know why it is off. */
export const inactiveRole: Rule<undefined> = {
  id: 'inactive-role',
  severity: 'warning',
  subject: 'role',
  finds: 'An access role that the policy is about is switched off in Leapsome.',
  check: (evaluation) => ({
    found: evaluation
      .roleBindings()
      .flatMap(({ entry, targets }) =>
        targets
          .filter(({ active }) => active === false)
          .map((role) => ({ role, entry, place: entry.place, detail: undefined })),
      ),
    gaps: [...roleUnseen(evaluation, () => true), ...stateUnknown(evaluation)],
  }),
  describe: (found, evaluation) => {
    const { role, entry, place } = found;
    // What a pattern says of other roles stays.
    const mayGo = isAlone(entry, evaluation);
    return {
      message: `the access role ${role!.name} is in the policy, but it is switched off in Leapsome`,
      policy: mayGo ? '# roles: remove this entry, if the role is to stay off' : exception(found, evaluation),
      leapsome: inLeapsome(`Access roles → ${role!.name} → switch on, or delete`),
      ...(mayGo ? { edits: [remove('entry', place, evaluation)] } : {}),
    };
  },
};

function exception(found: Detected, evaluation: Evaluation): string {
  const { role = '' } = excuseOf('role', found, evaluation)!;
  return exceptionFrom('inactive-role', [`role: ${yamlQuoted(role)}`]);
}

function isAlone(entry: Accountable | undefined, evaluation: Evaluation): boolean {
  const binding = evaluation.roleBindings().find((one) => one.entry === entry);
  return binding?.targets.every(({ active }) => active === false) ?? false;
}

function stateUnknown(evaluation: Evaluation): Gap[] {
  const targets = new Set(evaluation.roleBindings().flatMap((binding) => binding.targets));
  const names = [...targets]
    .filter(({ active }) => active === undefined)
    .map(({ name }) => `"${name}"`)
    .sort(compare);
  if (names.length === 0) return [];
  const shown = names.length > MOST_NAMED ? plural(names.length, 'access role') : enumerate(names, 'and');
  const verb = names.length === 1 ? 'is' : 'are';
  return [
    {
      reason: `no source tells whether ${shown} ${verb} switched on`,
      builtIn: !isAskedFor(evaluation.policy, 'inactive-role'),
    },
  ];
}
