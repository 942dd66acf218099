import type { Evaluation } from '../evaluate/evaluation.ts';
import { compare } from '../model/compare.ts';
import { oneLine } from '../model/one-line.ts';
import type { Severity } from '../model/severity.ts';
import type { Person } from '../model/snapshot.ts';
import { yamlQuoted, yamlText } from '../model/yaml-text.ts';

/** The list element that names a person: the address, or the id when the person must not be shown. */
export function personYaml(person: Person, evaluation: Evaluation): string {
  return `- ${personSelector(person, evaluation)}`;
}

/** A selector for exactly this person. */
export function personSelector(person: Person, evaluation: Evaluation): string {
  return canBeNamed(person, evaluation) ? yamlText(person.userName) : `{ id: ${yamlQuoted(person.id)} }`;
}

/** How an exception names exactly this person. */
export function exceptionUser(person: Person, evaluation: Evaluation): string {
  return canBeNamed(person, evaluation) ? yamlText(person.userName) : yamlQuoted(person.id);
}

/** An exception from a rule about a person, and perhaps a named element of the policy, to be completed by its owner. */
export function exceptionYaml(
  rule: string,
  person: Person,
  name: string | undefined,
  evaluation: Evaluation,
): string {
  return exceptionFrom(rule, [
    `user: ${exceptionUser(person, evaluation)}`,
    ...(name === undefined ? [] : [`name: ${yamlText(name)}`]),
  ]);
}

/** An exception from a rule for whatever these lines name, to be completed by its owner. */
export function exceptionFrom(rule: string, names: readonly string[]): string {
  const keys = [...names, 'reason: …', 'owner: …', 'expires: …'];
  return ['exceptions:', `  - rule: ${rule}`, ...keys.map((line) => `    ${line}`)].join('\n');
}

/** Where a rule is heavier than a notice it can be made one; where it is one already, only an exception is left. */
export function noticeOrException(
  rule: { readonly id: string; readonly severity: Severity },
  why: string,
  exception: string,
  { policy }: Evaluation,
): string {
  const severity = policy.rules[rule.id]?.severity ?? rule.severity;
  return severity === 'notice' ? exception : `rules:\n  ${rule.id}: notice  # ${why}`;
}

/** Why an entry by name cannot be judged. */
export function ambiguousName(
  name: string,
  namesakes: readonly { readonly id: string }[],
  what = 'groups',
): string {
  const ids = namesakes.map(({ id }) => id).sort(compare);
  return `"${name}" is the name of ${ids.length} ${what} (${ids.join(', ')})`;
}

/** The person as people may see them, with the state of an account that is not in use yet. */
export function withState(person: Person, evaluation: Evaluation): string {
  const who = evaluation.show(person);
  return person.pending === undefined ? who : `${who} (${person.pending})`;
}

/** Steps in Leapsome's settings, on one line whatever a name holds: remedies are shown line by line. */
export function inLeapsome(steps: string): string {
  return oneLine(`Leapsome → Settings → ${steps}`);
}

/**
 * True when the user name may be shown, is nobody else's and can be written: no white space, no star, not `everyone`. Nor
 * may it be the id of somebody else, for whom an exception would take it.
 */
export function canBeNamed(person: Person, evaluation: Evaluation): boolean {
  const { userName } = person;
  const { population } = evaluation;
  return (
    evaluation.shownName(person) === userName &&
    population.accounts(userName).length === 1 &&
    population.named(userName)[0]!.id === person.id &&
    !/\s|\*/.test(userName) &&
    userName.toLowerCase() !== 'everyone'
  );
}
