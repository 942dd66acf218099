import { NO, UNKNOWN, YES } from '../evaluate/selectors.ts';
import type { Inquiry, Why } from '../evaluate/why.ts';
import type { Answer, ListReason, ListWord, Reason } from '../model/explanation.ts';
import type { Clause, PeopleList, Policy, Selector } from '../policy/types.ts';
import { listInWords, selectorInWords } from '../policy/words.ts';

/** Parts of one selector that are shown. */
const MOST_PARTS = 5;
/** Reasons for one list: sets that share sets could be written out without end. */
const MOST_REASONS = 60;

interface Budget {
  left: number;
}

/** Why a selector matches the person of the inquiry, or does not. */
export function reason(selector: Selector, inquiry: Inquiry, policy: Policy): Reason {
  return shownReason(inquiry.one(selector), policy, { left: MOST_REASONS });
}

/** Every list of a clause, in the order of the language, with why it covers the person of the inquiry. */
export function listReasons(clause: Clause, inquiry: Inquiry, policy: Policy): ListReason[] {
  return listsOf(clause).map(({ word, list }) => {
    const { truth, parts } = inquiry.list(list);
    return {
      word,
      text: listInWords(list),
      location: policy.locate(list.place),
      answer: answer(truth),
      ...shownParts(decisive('any', truth, parts), policy, { left: MOST_REASONS }),
    };
  });
}

/** The lists that a clause has, each with its word. */
export function listsOf(clause: Clause): { word: ListWord; list: PeopleList }[] {
  const lists = {
    exactly: clause.exactly,
    'at-least': clause.atLeast,
    'at-most': clause.atMost,
    never: clause.never,
  } satisfies Record<ListWord, PeopleList | undefined>;
  return Object.entries(lists).flatMap(([word, list]) => (list ? [{ word: word as ListWord, list }] : []));
}

export function answer(truth: Why['truth']): Answer {
  if (truth === YES) return 'yes';
  return truth === UNKNOWN ? 'unknown' : 'no';
}

function shownReason(why: Why, policy: Policy, budget: Budget): Reason {
  budget.left--;
  return {
    text: selectorInWords(why.selector),
    location: policy.locate(why.selector.place),
    answer: answer(why.truth),
    unknown: why.unknown,
    ...shownParts(decisive(why.selector.kind, why.truth, why.parts), policy, budget),
  };
}

function shownParts(
  { deciding, telling }: Deciding,
  policy: Policy,
  budget: Budget,
): Pick<Reason, 'parts' | 'more'> {
  const parts: Reason[] = [];
  for (const part of telling.slice(0, MOST_PARTS)) {
    if (budget.left <= 0) break;
    parts.push(shownReason(part, policy, budget));
  }
  return { parts, more: deciding.length - parts.length };
}

interface Deciding {
  /** The parts that make the whole what it is: one yes is enough for "or", one no for "and". */
  readonly deciding: readonly Why[];
  /** Those among them that are worth a line. */
  readonly telling: readonly Why[];
}

function decisive(kind: Selector['kind'], truth: Why['truth'], parts: readonly Why[]): Deciding {
  if (kind === 'not') return { deciding: parts, telling: parts };
  const deciding = parts.filter((part) => part.truth === truth);
  const isAnd = kind === 'all' || kind === 'where';
  if (isAnd || truth !== NO) return { deciding, telling: deciding };
  // That somebody is not one of a hundred others needs no line for each.
  const isName = ({ selector }: Why): boolean => selector.kind === 'address' || selector.kind === 'id';
  return { deciding, telling: deciding.filter((part) => !isName(part)) };
}
