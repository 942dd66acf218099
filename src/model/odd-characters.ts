/**
 * Characters that hide, reorder or break text: controls, format characters (bidi, zero-width, tags, byte-order mark),
 * lone surrogates, private use, noncharacters, and all white space but the plain space. For a regular expression with `v`.
 */
export const ODD_CLASS =
  '[[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Z}\\p{Default_Ignorable_Code_Point}\\p{Noncharacter_Code_Point}\\u2800]--[ ]]';

/** Escapes that are known by a letter. */
export const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** The escape of one character, as it would be typed in JavaScript: `\u202e`, `\u{e0001}`. */
export function escaped(character: string): string {
  const code = character.codePointAt(0)!;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
