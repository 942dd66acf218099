import { closest, distance } from 'fastest-levenshtein';

/** No word that somebody mistyped is longer. */
const LONGEST = 500;

/**
 * The candidate that a person most likely meant by `word`, or undefined when none is near.
 * Near means: the same but for case, spaces and compatibility forms, or at most a third of the letters differ.
 */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > LONGEST) return undefined;
  const folded = fold(word);
  const same = candidates.find((candidate) => fold(candidate) === folded);
  if (same !== undefined) return same;
  if (candidates.length === 0 || word.length === 0) return undefined;
  const limit = Math.max(1, Math.floor(folded.length / 3));
  const possible = candidates.filter((candidate) => Math.abs(candidate.length - word.length) <= 2 * limit);
  if (possible.length === 0) return undefined;
  const near = closest(
    folded,
    possible.map((candidate) => fold(candidate)),
  );
  if (distance(folded, near) > limit && !isSwap(folded, near)) return undefined;
  return candidates.find((candidate) => fold(candidate) === near);
}

/** ` Did you mean "…"?`, or nothing. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const near = suggest(word, candidates);
  return near === undefined ? '' : ` Did you mean "${near}"?`;
}

/** Two neighbouring letters changed places: the commonest slip, and two edits by the usual count. */
function isSwap(word: string, other: string): boolean {
  if (word.length !== other.length) return false;
  let at = 0;
  while (at < word.length && word[at] === other[at]) at++;
  const swapped = `${word.slice(0, at)}${word[at + 1] ?? ''}${word[at] ?? ''}${word.slice(at + 2)}`;
  return word.length > 2 && swapped === other;
}

function fold(word: string): string {
  return word
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_]+/g, ' ')
    .trim();
}
