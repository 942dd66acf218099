import type { Person } from '../model/snapshot.ts';
import type { PeopleList, Selector } from '../policy/types.ts';
import { NO, type SelectorCompiler, type Truth, UNKNOWN, YES } from './selectors.ts';

/** A selector held against one person, with what each part of it says. */
export interface Why {
  readonly selector: Selector;
  readonly truth: Truth;
  /** Elements, conditions, or the selectors of a set; none where there is nothing smaller to ask. */
  readonly parts: readonly Why[];
  /** Why a selector without parts has no answer. */
  readonly unknown: readonly string[];
}

/** A list of people held against one person. */
export interface WhyList {
  readonly list: PeopleList;
  readonly truth: Truth;
  readonly parts: readonly Why[];
}

/**
 * Says of one person why a selector matches or not. Matchers answer yes or no for many people and keep no reasons, which
 * is what makes them fast; here every part is asked by itself, and the answers are put together again.
 */
export class Inquiry {
  readonly #person: Person;
  readonly #compiler: SelectorCompiler;
  /** Sets may share sets many times over: each is asked once. */
  readonly #lists = new Map<PeopleList, WhyList>();

  constructor(person: Person, compiler: SelectorCompiler) {
    this.#person = person;
    this.#compiler = compiler;
  }

  list(list: PeopleList): WhyList {
    const known = this.#lists.get(list);
    if (known) return known;
    const parts = list.selectors.map((selector) => this.one(selector));
    const why = { list, truth: greatest(parts), parts };
    this.#lists.set(list, why);
    return why;
  }

  one(selector: Selector): Why {
    switch (selector.kind) {
      case 'set': {
        const { truth, parts } = this.list(selector.set);
        return { selector, truth, parts, unknown: [] };
      }
      case 'any': {
        const parts = selector.of.map((element) => this.one(element));
        return { selector, truth: greatest(parts), parts, unknown: [] };
      }
      case 'all': {
        const parts = selector.of.map((element) => this.one(element));
        return { selector, truth: least(parts), parts, unknown: [] };
      }
      case 'not': {
        const part = this.one(selector.of);
        return { selector, truth: (YES - part.truth) as Truth, parts: [part], unknown: [] };
      }
      case 'where':
        return this.#where(selector);
      default:
        return this.#ask(selector);
    }
  }

  #where(selector: Extract<Selector, { kind: 'where' }>): Why {
    if (selector.conditions.length === 1) return this.#ask(selector);
    const parts = selector.conditions.map((condition) =>
      this.#ask({ kind: 'where', conditions: [condition], place: condition.place }),
    );
    return { selector, truth: least(parts), parts, unknown: [] };
  }

  #ask(selector: Selector): Why {
    const matcher = this.#compiler.one(selector);
    const truth = matcher.test(this.#person);
    const ambiguous = matcher.ambiguous.map(
      ({ kind, name, ids }) =>
        `"${name}" is the name of ${ids.length} ${kind}s (${ids.slice(0, 5).join(', ')})`,
    );
    return {
      selector,
      truth,
      parts: [],
      unknown: truth === UNKNOWN ? [...matcher.unknown, ...ambiguous] : [],
    };
  }
}

/** "Or" of Kleene's three values: no element, no match. */
function greatest(parts: readonly Why[]): Truth {
  return parts.reduce<Truth>((truth, part) => (part.truth > truth ? part.truth : truth), NO);
}

/** "And" of Kleene's three values. */
function least(parts: readonly Why[]): Truth {
  return parts.reduce<Truth>((truth, part) => (part.truth < truth ? part.truth : truth), YES);
}
