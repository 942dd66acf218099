import { escaped, ODD_CLASS, SHORT_ESCAPES } from '../model/odd-characters.ts';

export { yamlText as forYaml } from '../model/yaml-text.ts';

const ODD = new RegExp(ODD_CLASS, 'v');
// Knowing every emoji takes a sixth of a short run, so the pattern is made for the first odd character only.
let emojiOrOdd: RegExp | undefined;
const PLAIN_ASCII = /^[ -~]*$/;

function escapedAll(characters: string): string {
  return Array.from(characters, escaped).join('');
}

/**
 * Shows what cannot be seen: `\n`, `\u001b`, `\u202e`, `\u00a0` … Letters of every script, emoji and the plain space stay.
 * Applying it twice changes nothing, so writers need not know whether a text was shown before.
 */
export function visible(text: string): string {
  if (PLAIN_ASCII.test(text) || !ODD.test(text)) return text;
  // An emoji may hold joiners and selectors that would be odd alone; whole sequences are tried first and stay.
  emojiOrOdd ??= new RegExp(`(\\p{RGI_Emoji})|${ODD_CLASS}`, 'gv');
  return text.replace(emojiOrOdd, (odd, emoji) => emoji ?? SHORT_ESCAPES[odd] ?? escaped(odd));
}

// The runner obeys `##[` wherever it stands in a line, and compares by culture, which skips some combining marks.
// No value keeps a `#` before `[` or at its end, so none can be completed by what is printed next to it.
const HASHES = /#(?=\[|$)|(?<=#)\p{M}+/gu;
// The runner obeys `::` at the start of a trimmed line. A leading colon could meet one of ours, so it goes as well.
const COLONS = /(?<=^ *|:):|(?<=:)\p{M}+/gu;

/**
 * One line for a log or terminal: visible, and no workflow command whatever stands before or after it in the line.
 * `##[` becomes `#\u0023[` and `::` becomes `:\u003a`.
 */
export function forLog(text: string): string {
  return visible(text).replace(HASHES, escapedAll).replace(COLONS, escapedAll);
}

/** The message of a workflow command, one line of it. Join lines with `%0A`. */
export function forCommandData(text: string): string {
  // A percent sign of the data must not be read as an escape. Line ends are visible by now.
  return visible(text).replace(HASHES, escapedAll).replaceAll('%', '%25');
}

/** The value of a property of a workflow command. */
export function forCommandProperty(text: string): string {
  return forCommandData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

const MARKDOWN_SPECIAL = /[^A-Za-z0-9 ,()\u0080-\u{10ffff}-]/gu;

/**
 * Literal text anywhere in GitHub-flavoured markdown, tables included.
 * In `<code>` nobody is pinged and no reference is linked; entities keep the rest from being markup. GitHub looks for
 * addresses after it has decoded entities, so a word-break opportunity (invisible, not copied) cuts them at the `@`.
 */
export function forMarkdown(text: string): string {
  const inner = visible(text).replace(MARKDOWN_SPECIAL, (character) =>
    character === '@' ? '&#64;<wbr>' : `&#${character.codePointAt(0)};`,
  );
  return `<code>${inner}</code>`;
}

// A full stop only where it makes a list or a link: sentences stay readable.
const COMMONMARK_SPECIAL = /[!"#&*:<>@[\\\]^_`{|}~]|^[-+=]|(?<=^\d{1,9})[.)]|(?<=www)\./gi;

/**
 * Literal text in CommonMark without HTML, as markup fields of OSCAL take it (Metaschema, "Specialized Character
 * Mapping" and "Parameter Insertion"). One line; blanks around it would be markup, and go. Empty for blank text.
 */
export function forCommonMark(text: string): string {
  return visible(text).trim().replace(COMMONMARK_SPECIAL, '\\$&');
}

/** Lines in a fenced block, where nothing is interpreted; the fence is longer than any run of backticks inside. */
export function forMarkdownBlock(lines: readonly string[], language: 'yaml' | 'text'): string {
  const shown = lines.map(visible);
  const runs = shown.flatMap((line) => line.match(/`+/g) ?? []);
  // One after the other: a call takes only so many arguments, and a text may have more runs.
  const length = runs.reduce((longest, run) => Math.max(longest, run.length + 1), 3);
  const fence = '`'.repeat(length);
  return [`${fence}${language}`, ...shown, fence].join('\n');
}

// In a plain message of SARIF `[text](target)` is a link (2.1.0, section 3.11.6), and a backslash keeps a bracket from
// ending its text. No other bracket is touched: viewers that know no links show the backslash. A match can only begin
// where a run of backslashes does, else each of them would be looked at once for every one before it.
const LINK_MIDDLE = /(?<!\\)(\\*)\](?=\()/g;

/** One line of a plain message of SARIF; what follows it in the same message begins on a line of its own. */
export function forSarif(text: string): string {
  return visible(text).replace(LINK_MIDDLE, '$1$1\\]');
}

const JSON_ODD = new RegExp(`[${ODD_CLASS}--[\\n]]|#(?=\\[)|(?<=#)\\p{M}`, 'gv');

/** JSON for a log: the same value, but nothing in it hides or is a workflow command. Line ends between tokens stay. */
export function forJsonLog(json: string): string {
  return json.replace(JSON_ODD, (odd) => odd.split('').map(escaped).join(''));
}
