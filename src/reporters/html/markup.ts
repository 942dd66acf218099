import { raw, html as template } from 'hono/html';
import { visible } from '../escape.ts';
import { cut, linesOf } from '../wording.ts';

/** Markup of this program, with values in it that are already escaped. */
export type Markup = ReturnType<typeof raw>;
/** What may stand in a template. Text is escaped, lists are joined, nothing comes of `undefined` and `false`. */
export type Content = Markup | string | number | undefined | false | readonly Content[];

/** Characters of one value. Whatever is longer ends with an ellipsis; report.json has all of it. */
const VALUE_LENGTH = 2000;
const BLOCK_LINES = 200;

/**
 * The only way from a value to markup: whatever is put in is shown literally, as text or in a quoted attribute. Controls,
 * bidirectional overrides and the like are spelled out, so that no name can pass for another.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  // It is a promise only where a value is one, which the types rule out.
  return template(strings, ...values.map(shown)) as Markup;
}

function shown(value: Content): Content {
  if (typeof value === 'string') return visible(cut(value, VALUE_LENGTH));
  return Array.isArray(value) ? value.map(shown) : value;
}

/** Text of the program itself, such as its style sheet, that is put in as it is. */
export function constant(text: string): Markup {
  return raw(text);
}

/** A name of any script, which must not turn around the text beside it. */
export function name(text: string): Markup {
  return html`<bdi>${text}</bdi>`;
}

// Unicode's own way to say the same, for text that is yet to be markup and where no element may stand. No text that comes
// from outside has these characters once it is visible.
const ISOLATE = '\u2068';
const END = '\u2069';

/** Marks a name in a text for `withNames`. */
export function isolate(text: string): string {
  return `${ISOLATE}${visible(text)}${END}`;
}

/** A text in which each name that `isolate` marked must not turn around what stands beside it. */
export function withNames(text: string): Markup {
  const parts = cut(text, VALUE_LENGTH).split(/[\u2068\u2069]/);
  return html`${parts.map((part, index) => (index % 2 === 1 ? name(part) : part))}`;
}

/** A text of ours, such as a message, that has its own direction, whatever it begins with. */
export function withoutMarks(text: string): string {
  return text.replace(/[\u2068\u2069]/g, '');
}

/** A name where nothing but text may stand, such as in a list to choose from. */
export function bareName(text: string): Markup {
  return html`${constant(ISOLATE)}${text}${constant(END)}`;
}

/** Text that has several lines on purpose. */
export function block(text: string): Markup {
  const lines = linesOf(text);
  const kept = lines.length > BLOCK_LINES ? [...lines.slice(0, BLOCK_LINES), '…'] : lines;
  return html`<pre>${kept.map((line, index) => [index > 0 && constant('\n'), line])}</pre>`;
}
