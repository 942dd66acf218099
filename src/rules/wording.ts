import type { Evaluation } from '../evaluate/evaluation.ts';
import type { Person } from '../model/snapshot.ts';
import { yamlText } from '../policy/words.ts';

/** The list element that names a person: the address, or the id when the person must not be shown. */
export function personYaml(person: Person, evaluation: Evaluation): string {
  return `- ${personSelector(person, evaluation)}`;
}

/** A selector for exactly this person. */
export function personSelector(person: Person, evaluation: Evaluation): string {
  const unambiguous = evaluation.population.accounts(person.userName).length === 1 && !/\s|\*/.test(person.userName);
  return evaluation.mayShow(person) && unambiguous ? yamlText(person.userName) : `{ id: ${JSON.stringify(person.id)} }`;
}

/** Steps in Leapsome's settings. */
export function inLeapsome(steps: string): string {
  return `Leapsome → Settings → ${steps}`;
}
