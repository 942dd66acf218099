import { escaped, ODD_CLASS, SHORT_ESCAPES } from './odd-characters.ts';

// Starts with a letter, so it is no number or date; holds nothing that YAML reads as structure in block or flow style.
const WORD = /^[A-Za-z][A-Za-z0-9]*(?:[ ._+@-]+[A-Za-z0-9]+)*$/;
const RESERVED = /^(?:true|false|yes|no|on|off|null|y|n)$/i;
const ODD = new RegExp(`${ODD_CLASS}|#(?=\\[)|(?<=:):|(?<=[#:])\\p{M}`, 'gv');

/**
 * One YAML scalar: plain when it is a plain safe word, else in double quotes. What a log would have to break (`##[`, `::`)
 * is already written as a YAML escape, so text copied from a log means the same.
 */
export function yamlText(text: string): string {
  if (WORD.test(text) && !RESERVED.test(text)) return text;
  return yamlQuoted(text);
}

/** The same, always in quotes: ids look like numbers often enough that people should see them quoted throughout. */
export function yamlQuoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&').replace(ODD, yamlEscape)}"`;
}

function yamlEscape(character: string): string {
  const code = character.codePointAt(0)!;
  if (code > 0xffff) return `\\U${code.toString(16).padStart(8, '0')}`;
  return SHORT_ESCAPES[character] ?? escaped(character);
}
