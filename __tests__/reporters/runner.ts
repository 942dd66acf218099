/** A command as the runner understood it. */
export interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

function decoded(text: string, pairs: readonly (readonly [string, string])[]): string {
  return pairs.reduce((all, [from, to]) => all.replaceAll(from, to), text);
}

const DATA = [
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%25', '%'],
] as const;
const PROPERTY = [
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%3A', ':'],
  ['%2C', ','],
  ['%25', '%'],
] as const;

/**
 * Reads a line as the runner does, but obeys more: any command name, marks that a comparison by culture skips,
 * and `##[` even without its closing bracket.
 */
function commandOf(raw: string): Command | undefined {
  const line = raw
    .replace(/^[\s\u0085\u180e\u200b\ufeff]+/, '')
    .replace(/[\u0000-\u001f\u007f-\u009f\p{M}\p{Cf}]/gu, '');
  if (line.startsWith('::')) {
    const end = line.indexOf('::', 2);
    if (end < 0) return { name: line, properties: {}, data: '' };
    const info = line.slice(2, end);
    const [name, ...words] = info.split(' ');
    const pairs = words
      .join(' ')
      .split(',')
      .filter((pair) => pair.includes('='));
    const properties = pairs.map((pair) => {
      const equals = pair.indexOf('=');
      return [pair.slice(0, equals), decoded(pair.slice(equals + 1), PROPERTY)];
    });
    return {
      name: name!,
      properties: Object.fromEntries(properties),
      data: decoded(line.slice(end + 2), DATA),
    };
  }
  const old = line.indexOf('##[');
  return old < 0 ? undefined : { name: line.slice(old), properties: {}, data: '' };
}

/** Every command in a log. The runner's process reads lines that end with CR, LF or both. */
export function commandsOf(log: string): Command[] {
  return log.split(/\r\n|\r|\n/).flatMap((line) => commandOf(line) ?? []);
}
