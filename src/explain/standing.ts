import type { ClauseResult } from '../evaluate/clauses.ts';
import { NO, type SelectorCompiler, type Truth, UNKNOWN, YES } from '../evaluate/selectors.ts';
import type { Judgement, Saying } from '../model/explanation.ts';
import { isLive, type Person } from '../model/snapshot.ts';
import type { Clause, PeopleList } from '../policy/types.ts';

/** What a clause says of one person, and what came of it. */
export interface Standing {
  readonly says: Saying;
  readonly judgement: Judgement;
  /** The entry has to be shown to whoever asks about the person, who need not be in the group. */
  readonly concerns: boolean;
}

/** Reads one person's part from the outcome of a clause. `has`: is in the group, holds the role, has the account. */
export function standing(
  person: Person,
  has: boolean,
  { clause, result }: { readonly clause: Clause; readonly result: ClauseResult },
  compiler: SelectorCompiler,
): Standing {
  const truths = truthsOf(clause, person, compiler);
  const says = saying(clause, truths);
  const judgement = judged(person, has, result) ?? undisputed(person, has, clause, truths);
  const isSaid = says === 'required' || says === 'forbidden';
  const concerns = has || judgement === 'unknown' || (isSaid && isLive(person)) || isFault(judgement);
  return { says, judgement, concerns };
}

/** True for what a rule reports, or what stands in the way of a verdict. */
export function isFault(judgement: Judgement): boolean {
  return ['unexpected', 'missing', 'forbidden', 'contradiction'].includes(judgement);
}

interface Truths {
  readonly permitted: Truth;
  readonly needed: Truth;
  readonly never: Truth;
}

function truthsOf(clause: Clause, person: Person, compiler: SelectorCompiler): Truths {
  const ask = (list: PeopleList | undefined): Truth => (list ? compiler.list(list).test(person) : NO);
  return {
    permitted: ask(clause.exactly ?? clause.atMost),
    needed: ask(clause.exactly ?? clause.atLeast),
    never: ask(clause.never),
  };
}

/** `never` wins over everything else, and whom `at-least` requires is thereby permitted. */
function saying(clause: Clause, { permitted, needed, never }: Truths): Saying {
  if (never === YES) return 'forbidden';
  if (never === UNKNOWN) return 'unknown';
  if (needed === YES) return 'required';
  if (permitted === UNKNOWN || needed === UNKNOWN) return permitted === YES ? 'permitted' : 'unknown';
  if (!clause.exactly && !clause.atMost) return 'open';
  return permitted === YES ? 'permitted' : 'not-permitted';
}

function judged(person: Person, has: boolean, result: ClauseResult): Judgement | undefined {
  const names = (list: readonly { readonly person: Person }[]): boolean =>
    list.some((one) => one.person === person);
  if (names(result.contradictions)) return 'contradiction';
  if (names(result.forbidden)) return 'forbidden';
  if (names(result.unexpected)) return 'unexpected';
  if (names(result.missing)) return 'missing';
  return result.awaited.includes(person) && !has ? 'awaited' : undefined;
}

/** What is left when nothing was found: an honest yes, or no answer. */
function undisputed(person: Person, has: boolean, clause: Clause, truths: Truths): Judgement {
  if (!isLive(person)) return 'not-judged';
  return (has ? isStayOpen(clause, truths) : person.active && isNeedOpen(clause, truths))
    ? 'unknown'
    : 'fine';
}

/** Whether somebody who is in may be there. */
function isStayOpen({ exactly, atMost }: Clause, { permitted, needed, never }: Truths): boolean {
  const isLimited = exactly !== undefined || atMost !== undefined;
  return never === UNKNOWN || (isLimited && Math.max(permitted, needed) === UNKNOWN);
}

/** Whether somebody who is not in should be. "Exactly" wants nobody whom the same clause forbids. */
function isNeedOpen({ exactly }: Clause, { needed, never }: Truths): boolean {
  if (exactly && never === YES) return false;
  return needed === UNKNOWN || (exactly !== undefined && needed === YES && never === UNKNOWN);
}
