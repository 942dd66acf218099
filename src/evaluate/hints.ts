import { didYouMean } from '../policy/suggest.ts';

/** Beyond so many nobody needs a nearest word, which takes time to find. */
const MOST_HINTS = 100;

/** Finds the words that were probably meant: in one evaluation for a limited number of words, each looked for once. */
export class Hints {
  readonly #found = new Map<readonly string[], Map<string, string>>();
  #left = MOST_HINTS;

  /** ` Did you mean "…"?`, or nothing. The same list of candidates is to be the same object. */
  didYouMean(word: string, candidates: readonly string[]): string {
    const hints = this.#found.get(candidates) ?? new Map<string, string>();
    this.#found.set(candidates, hints);
    const known = hints.get(word);
    if (known !== undefined) return known;
    if (this.#left === 0) return '';
    this.#left -= 1;
    const hint = didYouMean(word, candidates);
    hints.set(word, hint);
    return hint;
  }
}
