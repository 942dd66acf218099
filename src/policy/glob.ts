/** The form in which names are compared: Unicode NFC, nothing else folded. */
export function normal(name: string): string {
  return name.normalize('NFC');
}

/** True when a pattern of the policy has a `*` that is not escaped by a backslash. */
export function isGlob(pattern: string): boolean {
  return tokens(pattern).includes(STAR);
}

/** The text that a pattern without a star stands for: escapes are taken away. */
export function literal(pattern: string): string {
  return tokens(pattern).join('');
}

/**
 * Compiles a pattern in which `*` stands for any run of characters, also an empty one, and `\*` for a star.
 * Time is at most pattern length × text length: there is no backtracking to attack.
 */
export function glob(pattern: string): (text: string) => boolean {
  const parts = tokens(normal(pattern));
  if (!parts.includes(STAR)) {
    const wanted = parts.join('');
    return (text) => normal(text) === wanted;
  }
  return (text) => matches(parts, [...normal(text)]);
}

/** True when every name that `inner` matches is surely matched by `outer` too. */
export function covers(outer: string, inner: string): boolean {
  // A star of the inner pattern may become any text, so only a star of the outer one can answer for it.
  return matches(tokens(normal(outer)), tokens(normal(inner)));
}

const STAR = Symbol('*');
type Token = string | typeof STAR;

function tokens(pattern: string): Token[] {
  const out: Token[] = [];
  const characters = [...pattern];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i]!;
    const next = characters[i + 1];
    if (character === '\\' && (next === '*' || next === '\\')) {
      out.push(next);
      i++;
    } else if (character === '*') {
      if (out.at(-1) !== STAR) out.push(STAR);
    } else {
      out.push(character);
    }
  }
  return out;
}

function matches(pattern: readonly Token[], text: readonly Token[]): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    if (pattern[p] === STAR) {
      star = p++;
      resume = t;
    } else if (p < pattern.length && pattern[p] === text[t]) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === STAR) p++;
  return p === pattern.length;
}
