import { closest, distance } from 'fastest-levenshtein';

/**
 * The candidate that a person most likely meant by `word`, or undefined when none is near.
 * Near means: the same but for case, spaces and compatibility forms, or at most a third of the letters differ.
 */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  const folded = fold(word);
  const same = candidates.find((candidate) => fold(candidate) === folded);
  if (same !== undefined) return same;
  if (candidates.length === 0 || word.length === 0) return undefined;
  const near = closest(
    folded,
    candidates.map((candidate) => fold(candidate)),
  );
  const limit = Math.max(1, Math.floor(folded.length / 3));
  if (distance(folded, near) > limit) return undefined;
  return candidates.find((candidate) => fold(candidate) === near);
}

/** ` Did you mean "…"?`, or nothing. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const near = suggest(word, candidates);
  return near === undefined ? '' : ` Did you mean "${near}"?`;
}

function fold(word: string): string {
  return word
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_]+/g, ' ')
    .trim();
}
