import { suggest } from '../policy/suggest.ts';

/** Beyond so many nobody needs a nearest word, which takes time to find. */
const MOST_HINTS = 100;

/** Finds the words that were probably meant: in one evaluation for a limited number of words, each looked for once. */
export class Hints {
  readonly #found = new Map<readonly string[], Map<string, string | undefined>>();
  #left = MOST_HINTS;

  /** ` Did you mean "…"?`, or nothing. The same list of candidates is to be the same object. */
  didYouMean(word: string, candidates: readonly string[]): string {
    const near = this.nearest(word, candidates);
    return near === undefined ? '' : ` Did you mean "${near}"?`;
  }

  /** The same word alone. */
  nearest(word: string, candidates: readonly string[]): string | undefined {
    const found = this.#found.get(candidates) ?? new Map<string, string | undefined>();
    this.#found.set(candidates, found);
    if (found.has(word)) return found.get(word);
    if (this.#left === 0) return undefined;
    this.#left -= 1;
    const near = suggest(word, candidates);
    found.set(word, near);
    return near;
  }
}
