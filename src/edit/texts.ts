import type { ExceptionSubject, NamedPerson, PolicyEdit } from '../model/policy-edit.ts';
import { yamlQuoted, yamlText } from '../model/yaml-text.ts';
import type { Element } from './list.ts';

/** Somebody as a selector. */
export function personText(person: NamedPerson): string {
  return 'id' in person ? `{ id: ${yamlQuoted(person.id)} }` : yamlText(person.address);
}

/** A selector for everybody else. */
export function notPerson(person: NamedPerson): string {
  return `{ not: ${personText(person)} }`;
}

/** A selector that nobody matches, where leaving the element out would say something else. */
export const NOBODY = '{ not: everyone }';

/** Who answers for an exception, why, and until when. */
export interface Terms {
  readonly until: string;
  readonly reason: string;
  readonly owner: string;
  readonly ticket?: string;
  /** The day on which it is granted. */
  readonly granted: string;
}

/** An exception of a finding. */
export function exceptionElement(rule: string, subject: ExceptionSubject, terms: Terms): Element {
  const { user, group, role, name } = subject;
  const texts = Object.entries({ user, group, role, name }).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}: ${idOrText(value)}`],
  );
  return element([
    `rule: ${rule}`,
    ...texts,
    `reason: ${yamlText(terms.reason)}`,
    `owner: ${yamlText(terms.owner)}`,
    ...(terms.ticket === undefined ? [] : [`ticket: ${yamlText(terms.ticket)}`]),
    `granted: ${terms.granted}`,
    `expires: ${terms.until}`,
  ]);
}

/** An entry for a group or role that had none. */
export function entryElement({ name, id, anybody }: Extract<PolicyEdit, { action: 'add-entry' }>): Element {
  return element([
    `name: ${yamlText(name)}`,
    `id: ${yamlQuoted(id)}`,
    ...(anybody ? ['members: { at-most: [everyone] }'] : []),
  ]);
}

function element(lines: readonly string[]): Element {
  return { flow: `{ ${lines.join(', ')} }`, block: lines };
}

/** Whatever could pass for a number stands in quotes. */
function idOrText(text: string): string {
  return /\d/.test(text) && !text.includes('@') ? yamlQuoted(text) : yamlText(text);
}
