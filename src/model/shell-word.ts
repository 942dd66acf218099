/** What nobody can see or type, line breaks among it. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]+/gu;

/**
 * A text as one word on one line for a shell, to be given to a program that takes patterns: what cannot be typed becomes a
 * star there.
 */
export function shellPattern(text: string): string {
  return shellWord(text.replace(UNSEEN, '*'));
}

/** A text as one word for a shell, whatever it holds. */
export function shellWord(text: string): string {
  return /^[\w.:/@+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
