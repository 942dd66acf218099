const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r' };

/**
 * Text on one line, its line ends spelled out: a name with one, inside of a message that has lines of its own, could pass
 * for a line of this program's. Line ends are those of Unicode (UAX #14, class BK, CR, LF and NL).
 */
export function oneLine(text: string): string {
  return text.replace(
    /[\n\r\v\f\u0085\u2028\u2029]/g,
    (end) => SHORT[end] ?? `\\u${end.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
