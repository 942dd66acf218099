import { isLive, type Person } from '../model/snapshot.ts';
import type { Clause, PeopleList, Place } from '../policy/types.ts';
import type { Population } from './population.ts';
import {
  type Ambiguity,
  type Dangling,
  type ListMatcher,
  NO,
  nobodyInWords,
  type SelectorCompiler,
  UNKNOWN,
  YES,
} from './selectors.ts';

/** One group's, role's or the tenant's people held against a clause. */
export interface ClauseResult {
  readonly unexpected: readonly { readonly person: Person; readonly list: PeopleList }[];
  readonly missing: readonly { readonly person: Person; readonly place: Place }[];
  /** Names in a list of required people that no account has. */
  readonly noAccount: readonly { readonly name: string; readonly place: Place }[];
  readonly forbidden: readonly { readonly person: Person; readonly list: PeopleList }[];
  /** Required people whose account is not in use yet: expected, and neither there nor missing. */
  readonly awaited: readonly Person[];
  readonly count:
    | { readonly actual: number; readonly min?: number; readonly max?: number; readonly place: Place }
    | undefined;
  /** Required and forbidden at once, as it turns out from live data. */
  readonly contradictions: readonly {
    readonly person: Person;
    readonly required: Place;
    readonly forbidden: Place;
  }[];
  /** Why the permission, need or prohibition could not be judged for somebody. */
  readonly gaps: {
    readonly permission: readonly string[];
    readonly need: readonly string[];
    readonly never: readonly string[];
    /** Of the number of people. */
    readonly count: readonly string[];
  };
  readonly ambiguous: readonly Ambiguity[];
  readonly dangling: readonly Dangling[];
  readonly doubts: readonly string[];
}

export interface Subject {
  /** Everybody with a live account who is in, in the order of the population. */
  readonly live: readonly Person[];
  /** How many of them are active: only they count. */
  readonly active: number;
  readonly has: (person: Person) => boolean;
}

/**
 * Holds `subject` against `clause`. Only active accounts count and satisfy. Pending ones are judged as members, and are
 * never missing; deactivated ones are the business of `inactive-member`. `never` wins over every permission; whom
 * `at-least` requires is thereby also permitted.
 */
export function checkClause(
  clause: Clause,
  subject: Subject,
  population: Population,
  compiler: SelectorCompiler,
  /** What this clause and others about the same subject forbid. */
  forbids: readonly PeopleList[] = clause.never ? [clause.never] : [],
): ClauseResult {
  const lists = compileLists(clause, compiler);
  const prohibitions = forbids.map((list) => compiled(list, compiler));
  const counted = judgeNumber(clause, subject.active, population);
  if (prohibitions.length === 0 && isExactlyRight(clause, subject.live, lists)) {
    const { gaps, ...nothing } = nothingWrong(lists, subject);
    return { ...nothing, count: counted.outOfBounds, gaps: { ...gaps, count: counted.gaps } };
  }
  const members = judgeMembers(subject.live, lists);
  const needs = judgeNeeds(subject, lists, prohibitions, population);
  return {
    ...members.found,
    ...needs.found,
    noAccount: namedInVain(lists),
    count: counted.outOfBounds,
    gaps: {
      count: counted.gaps,
      // Whom at-least requires is permitted, so what is unknown of the one leaves the other open.
      permission: union(
        reasons(lists.permitted, members.unknown.permission),
        members.unknown.permission ? reasons(lists.needed, true) : [],
      ),
      never: reasons(lists.never, members.unknown.never),
      need: union(
        reasons(lists.needed, needs.unknown),
        needs.unknownSpared ? reasons(lists.never, true) : [],
      ),
    },
    ...notes(lists),
  };
}

/**
 * True when the members are, one by one and in the same order, the people whom the clause selects: the usual case of a
 * group in order, told without asking anything of anybody.
 */
function isExactlyRight(clause: Clause, live: readonly Person[], { permitted }: Lists): boolean {
  if (!permitted || clause.atLeast) return false;
  const exact = permitted.matcher.exact?.();
  return (
    exact !== undefined &&
    exact.length === live.length &&
    exact.every((person, index) => person === live[index])
  );
}

function nothingWrong(lists: Lists, { live, active }: Subject) {
  const hasPending = lists.needed !== undefined && active < live.length;
  const awaited = hasPending ? live.filter((person) => !person.active) : [];
  const none = { unexpected: [], missing: [], forbidden: [], contradictions: [] };
  const gaps = { permission: reasons(lists.permitted, false), never: [], need: reasons(lists.needed, false) };
  return { ...none, awaited, noAccount: namedInVain(lists), gaps, ...notes(lists) };
}

interface Compiled {
  readonly list: PeopleList;
  readonly matcher: ListMatcher;
}

interface Lists {
  readonly permitted: Compiled | undefined;
  readonly needed: Compiled | undefined;
  readonly never: Compiled | undefined;
}

function compileLists(clause: Clause, compiler: SelectorCompiler): Lists {
  const exactly = clause.exactly && compiled(clause.exactly, compiler);
  return {
    permitted: exactly ?? (clause.atMost && compiled(clause.atMost, compiler)),
    needed: exactly ?? (clause.atLeast && compiled(clause.atLeast, compiler)),
    never: clause.never && compiled(clause.never, compiler),
  };
}

function compiled(list: PeopleList, compiler: SelectorCompiler): Compiled {
  return { list, matcher: compiler.list(list) };
}

function judgeMembers(live: readonly Person[], { permitted, needed, never }: Lists) {
  const unexpected: { person: Person; list: PeopleList }[] = [];
  const forbidden: { person: Person; list: PeopleList }[] = [];
  const unknown = { permission: false, never: false };
  for (const person of live) {
    const prohibited = never ? never.matcher.test(person) : NO;
    if (prohibited === UNKNOWN) unknown.never = true;
    if (never && prohibited === YES) {
      forbidden.push({ person, list: never.list });
      continue;
    }
    if (!permitted) continue;
    let allowed = permitted.matcher.test(person);
    if (allowed !== YES && needed && needed !== permitted) {
      const required = needed.matcher.test(person);
      if (required > allowed) allowed = required;
    }
    if (allowed === UNKNOWN) unknown.permission = true;
    if (allowed === NO) unexpected.push({ person, list: permitted.list });
  }
  return { found: { unexpected, forbidden }, unknown };
}

function judgeNeeds(
  subject: Subject,
  { needed, permitted, never: own }: Lists,
  prohibitions: readonly Compiled[],
  population: Population,
) {
  const missing: { person: Person; place: Place }[] = [];
  const contradictions: { person: Person; required: Place; forbidden: Place }[] = [];
  const awaited: Person[] = [];
  let unknown = false;
  let unknownSpared = false;
  if (!needed) return { found: { missing, contradictions, awaited }, unknown, unknownSpared };
  const { list, matcher } = needed;
  const spared = needed === permitted ? own : undefined;
  for (const person of matcher.candidates() ?? population.live) {
    if (!isLive(person)) continue;
    // A pending account satisfies nothing, and is never missing: what is unknown of it leaves nothing open.
    const isIn = person.active && subject.has(person);
    if (isIn && prohibitions.length === 0) continue;
    const required = matcher.test(person);
    if (required === UNKNOWN && person.active && !isIn) unknown = true;
    if (required !== YES) continue;
    // "Exactly these" means these without the ones that the same clause forbids: never wins.
    const prohibited = spared ? spared.matcher.test(person) : NO;
    const isOpen = prohibited === UNKNOWN && !isIn;
    if (isOpen && person.active) unknownSpared = true;
    if (prohibited === YES || isOpen) continue;
    const place = matcher.claimant(person)?.place ?? list.place;
    const never = prohibitions.find(({ matcher }) => matcher.test(person) === YES);
    if (never) {
      contradictions.push({ person, required: place, forbidden: never.list.place });
    } else if (!person.active) {
      awaited.push(person);
    } else if (!isIn) {
      missing.push({ person, place });
    }
  }
  for (const { place, people } of matcher.names) {
    // A deactivated account that is named does not satisfy the clause, whether or not it still sits in the group.
    if (people.length === 1 && !isLive(people[0]!)) missing.push({ person: people[0]!, place });
  }
  return { found: { missing, contradictions, awaited }, unknown, unknownSpared };
}

/** Names of required people that no account has. */
function namedInVain({ needed }: Lists): ClauseResult['noAccount'] {
  return needed ? needed.matcher.names.filter(({ people }) => people.length === 0) : [];
}

/** Names that no account has, but for those of required people: they are a finding of their own. */
function emptyNames(lists: Lists): string[] {
  const { permitted, needed, never } = lists;
  const required = new Set(namedInVain(lists).map(({ name }) => name));
  const names = [permitted, needed, never].flatMap((list) => list?.matcher.nobody ?? []);
  return [...new Set(names)].filter((name) => !required.has(name)).map(nobodyInWords);
}

/** Where nobody knows which accounts are not in use yet, there are at most so many active ones, and perhaps none. */
function judgeNumber(
  { count }: Clause,
  active: number,
  { useUnknown }: Population,
): { outOfBounds: ClauseResult['count']; gaps: readonly string[] } {
  if (!count) return { outOfBounds: undefined, gaps: [] };
  const { min = 0, max = Number.POSITIVE_INFINITY } = count;
  const isTooFew = active < min;
  const mayDiffer = useUnknown !== undefined && !isTooFew && (min > 0 || active > max);
  if (mayDiffer) return { outOfBounds: undefined, gaps: [useUnknown] };
  const outOfBounds = isTooFew || active > max ? { actual: active, ...count } : undefined;
  return { outOfBounds, gaps: [] };
}

function reasons(list: { matcher: ListMatcher } | undefined, unknown: boolean): string[] {
  if (!list) return [];
  const ambiguous = list.matcher.ambiguous.map(
    ({ kind, name, ids }) =>
      `"${name}" is ambiguous: ${ids.length} ${kind}s have it (${ids.slice(0, 5).join(', ')})`,
  );
  // Somebody named by an ambiguous address cannot be judged at all, even where it would not matter today.
  return unknown ? [...list.matcher.unknown, ...ambiguous] : ambiguous;
}

function union(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])];
}

function notes(lists: Lists): Pick<ClauseResult, 'ambiguous' | 'dangling' | 'doubts'> {
  const { permitted, needed, never } = lists;
  const matchers = [...new Set([permitted, needed, never].flatMap((list) => (list ? [list.matcher] : [])))];
  return {
    ambiguous: matchers.flatMap((matcher) => matcher.ambiguous),
    dangling: matchers.flatMap((matcher) => matcher.dangling),
    doubts: [...matchers.flatMap((matcher) => matcher.doubts), ...emptyNames(lists)],
  };
}
