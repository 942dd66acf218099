import { FACT_SOURCES, type Fact, SOURCE_LABELS, type SourceName } from '../model/facts.ts';
import { type Group, isLive, type Person, type StoredAttribute } from '../model/snapshot.ts';
import { dayEnd, dayStart } from '../policy/dates.ts';
import { glob, isGlob, literal, normal } from '../policy/glob.ts';
import type { Condition, PeopleList, Place, Selector, Test } from '../policy/types.ts';
import { enumerate } from '../policy/words.ts';
import { Hints } from './hints.ts';
import { domainsOf, foldAddress, type IndexedAttribute, type Population } from './population.ts';

/** Kleene's three values, ordered, so that "or" is the greatest, "and" the least, and "not" the mirror. */
export const NO = 0;
export const UNKNOWN = 1;
export const YES = 2;
export type Truth = typeof NO | typeof UNKNOWN | typeof YES;

/** A selector that is ready to be asked. */
export interface Matcher {
  test(person: Person): Truth;
  /** Every live person for whom `test` may be more than NO, and perhaps others; undefined stands for all of them. */
  candidates(): readonly Person[] | undefined;
  /** The live people for whom `test` is YES, in the order of the population, where that is known without asking each. */
  readonly exact?: () => readonly Person[] | undefined;
}

/** Something a selector names that Leapsome does not have, or has twice. */
export interface Dangling {
  readonly kind: 'account' | 'group';
  readonly name: string;
  readonly place: Place;
}

export interface Ambiguity {
  readonly kind: 'account' | 'group';
  readonly name: string;
  readonly ids: readonly string[];
  readonly place: Place;
  /** It is the name of an entry, which may say of which kind the group is. */
  readonly isEntry?: boolean;
}

/** A list of people, ready to be asked, with what stands in the way of an answer. */
export interface ListMatcher extends Matcher {
  /** Why an answer may be UNKNOWN: facts that no source reports. */
  readonly unknown: readonly string[];
  /** The selector that claims a person, for the exact place of a finding. */
  claimant(person: Person): Selector | undefined;
  /** Addresses and ids that the list names itself, with their accounts. */
  readonly names: readonly {
    readonly name: string;
    readonly place: Place;
    readonly people: readonly Person[];
  }[];
  readonly ambiguous: readonly Ambiguity[];
  readonly dangling: readonly Dangling[];
  /** Addresses and ids that stand anywhere in the list, and that no account has. */
  readonly nobody: readonly string[];
  /** Literal values that nobody has, while somebody has a similar one. */
  readonly doubts: readonly string[];
}

/** A condition over values that can be looked up. */
interface ConditionMatcher extends Matcher {
  readonly indexed?: IndexedAttribute & { readonly matching: ReadonlySet<string> };
}

/** More combinations of values than this are not looked up one by one. */
const MOST_COMBINATIONS = 256;

interface Notes {
  readonly unknown: Set<string>;
  readonly ambiguous: Ambiguity[];
  readonly dangling: Dangling[];
  readonly nobody: Set<string>;
  readonly doubts: Set<string>;
}

const NOBODY: Matcher = { test: () => NO, candidates: () => [] };
const NOT_KNOWN: Matcher = { test: () => UNKNOWN, candidates: () => undefined };

/** Turns selectors into matchers; sets and reporting lines are worked out once. */
export class SelectorCompiler {
  readonly hints = new Hints();
  readonly #population: Population;
  readonly #facts: ReadonlySet<Fact>;
  readonly #lists = new Map<PeopleList, ListMatcher>();
  readonly #below = new Map<string, ReadonlySet<Person>>();
  readonly #unread: ReadonlySet<string>;
  readonly #mask: boolean;

  /** With `mask`, no value is told that people have. */
  constructor(population: Population, unread: ReadonlySet<string> = new Set(), mask = false) {
    this.#population = population;
    this.#unread = unread;
    this.#mask = mask;
    this.#facts = population.snapshot.facts;
  }

  list(list: PeopleList): ListMatcher {
    const known = this.#lists.get(list);
    if (known) return known;
    const notes: Notes = {
      unknown: new Set(),
      ambiguous: [],
      dangling: [],
      nobody: new Set(),
      doubts: new Set(),
    };
    const parts = list.selectors.map((selector) => ({ selector, matcher: this.#compile(selector, notes) }));
    const compiled = listMatcher(parts, notes, this.#names(list));
    this.#lists.set(list, compiled);
    return compiled;
  }

  /** A single selector, such as a requirement's `when`. */
  one(selector: Selector): ListMatcher {
    return this.list({ selectors: [selector], place: selector.place });
  }

  #names(list: PeopleList): ListMatcher['names'] {
    const names: { name: string; place: Place; people: readonly Person[] }[] = [];
    const seen = new Set<string>();
    const sets = new Set<PeopleList>();
    const visit = (selector: Selector): void => {
      if (selector.kind === 'set' && !sets.has(selector.set)) {
        sets.add(selector.set);
        selector.set.selectors.forEach(visit);
      } else if (selector.kind === 'any') {
        selector.of.forEach(visit);
      } else if (selector.kind === 'address' || selector.kind === 'id') {
        const name = selector.kind === 'address' ? selector.address : selector.id;
        if (seen.has(name)) return;
        seen.add(name);
        names.push({ name, place: selector.place, people: this.#accounts(selector) });
      }
    };
    list.selectors.forEach(visit);
    return names;
  }

  #accounts(selector: Extract<Selector, { kind: 'address' | 'id' }>): readonly Person[] {
    if (selector.kind === 'address') return this.#population.accounts(selector.address);
    const person = this.#population.person(selector.id);
    return person ? [person] : [];
  }

  #compile(selector: Selector, notes: Notes): Matcher {
    switch (selector.kind) {
      case 'everyone':
        return {
          test: (person) => (isLive(person) ? YES : NO),
          candidates: () => this.#population.live,
          exact: () => this.#population.live,
        };
      case 'address':
      case 'id':
        return this.#named(selector, notes);
      case 'set':
        return this.#set(selector.set, notes);
      case 'group':
        return this.#group(selector.name, selector.place, notes);
      case 'reports-to':
        return this.#reportsTo(selector, notes);
      case 'where':
        return this.#where(selector.conditions, notes);
      case 'any':
        return any(selector.of.map((element) => this.#compile(element, notes)));
      case 'all':
        return all(selector.of.map((element) => this.#compile(element, notes)));
      case 'not': {
        const inner = this.#compile(selector.of, notes);
        return { test: (person) => (YES - inner.test(person)) as Truth, candidates: () => undefined };
      }
    }
  }

  #named(selector: Extract<Selector, { kind: 'address' | 'id' }>, notes: Notes): Matcher {
    const people = this.#accounts(selector);
    const name = selector.kind === 'address' ? selector.address : selector.id;
    if (people.length === 0) {
      notes.nobody.add(name);
      return NOBODY;
    }
    if (people.length > 1) {
      notes.ambiguous.push({
        kind: 'account',
        name,
        ids: people.map((person) => person.id).sort(),
        place: selector.place,
      });
      return { test: (person) => (people.includes(person) ? UNKNOWN : NO), candidates: () => people };
    }
    const [only] = people;
    return { test: (person) => (person === only ? YES : NO), candidates: () => people };
  }

  #set(set: PeopleList, notes: Notes): Matcher {
    const inner = this.list(set);
    for (const reason of inner.unknown) notes.unknown.add(reason);
    for (const name of inner.nobody) notes.nobody.add(name);
    for (const doubt of inner.doubts) notes.doubts.add(doubt);
    notes.ambiguous.push(...inner.ambiguous);
    notes.dangling.push(...inner.dangling);
    return inner;
  }

  #group(name: string, place: Place, notes: Notes): Matcher {
    if (!this.#facts.has('membership')) return this.#unreported('membership', 'who is in which group', notes);
    const groups = this.#population.groupsCalled(name);
    if (groups.length === 0) {
      notes.dangling.push({ kind: 'group', name, place });
      // A group that nobody is in selects nobody. One that a source would show, had it been heard, may hold anybody.
      const { groupsUnknown } = this.#population;
      if (groupsUnknown === undefined) return NOBODY;
      notes.unknown.add(groupsUnknown);
      return NOT_KNOWN;
    }
    if (groups.length > 1) {
      notes.ambiguous.push({ kind: 'group', name, ids: groups.map((group) => group.id).sort(), place });
      return NOT_KNOWN;
    }
    return this.#inGroups(groups);
  }

  #inGroups(groups: readonly Group[]): Matcher {
    const ids = new Set(groups.map((group) => group.id));
    const people = lazy(() => unique(groups.map((group) => this.#population.members(group.id))));
    return { test: (person) => (person.groups.some((id) => ids.has(id)) ? YES : NO), candidates: people };
  }

  #reportsTo(selector: Extract<Selector, { kind: 'reports-to' }>, notes: Notes): Matcher {
    if (!this.#facts.has('manager')) return this.#unreported('manager', 'reports-to', notes);
    const managers = this.#population.named(selector.manager);
    if (managers.length === 0) {
      notes.dangling.push({ kind: 'account', name: foldAddress(selector.manager), place: selector.place });
      return NOBODY;
    }
    if (managers.length > 1) {
      notes.ambiguous.push({
        kind: 'account',
        name: foldAddress(selector.manager),
        ids: managers.map((person) => person.id).sort(),
        place: selector.place,
      });
      return NOT_KNOWN;
    }
    const below = this.#peopleBelow(managers[0]!, selector.direct);
    return { test: (person) => (below.has(person) ? YES : NO), candidates: lazy(() => [...below]) };
  }

  #peopleBelow(manager: Person, direct: boolean): ReadonlySet<Person> {
    const key = `${manager.id} ${direct}`;
    const known = this.#below.get(key);
    if (known) return known;
    const below = new Set<Person>(this.#population.directReports(manager.id));
    // A set grows while it is walked: each person is visited once, so a reporting cycle ends.
    if (!direct)
      for (const person of below)
        for (const report of this.#population.directReports(person.id)) below.add(report);
    below.delete(manager);
    this.#below.set(key, below);
    return below;
  }

  #where(conditions: readonly Condition[], notes: Notes): Matcher {
    const parts = conditions.map((condition) => this.#condition(condition, notes));
    const whole = all(parts);
    const exact = lazy(() => this.#lookUp(parts));
    return {
      test: whole.test,
      candidates: lazy(() => exact() ?? this.#combined(parts) ?? whole.candidates()),
      exact,
    };
  }

  /** Everyone with one certain value in each of these conditions. */
  #lookUp(parts: readonly ConditionMatcher[]): readonly Person[] | undefined {
    const indexed = parts.flatMap((part) => part.indexed ?? []);
    // Several values would have to be merged into the order of the population.
    if (indexed.length < parts.length || indexed.some(({ matching }) => matching.size !== 1))
      return undefined;
    if (!this.#population.canCombine(indexed)) return undefined;
    const values = indexed.map(({ matching }) => [...matching][0]!);
    return this.#population.withValues(indexed, values);
  }

  /**
   * Everyone whose values match all of these conditions, looked up in one index over their attributes together. Thousands
   * of groups, each "department A, level B, location C", would else each walk the whole department.
   */
  #combined(parts: readonly ConditionMatcher[]): readonly Person[] | undefined {
    const indexed = parts.flatMap((part) => part.indexed ?? []);
    const combinations = indexed.reduce((product, { matching }) => product * matching.size, 1);
    if (indexed.length < 2 || combinations > MOST_COMBINATIONS || !this.#population.canCombine(indexed))
      return undefined;
    let paths: readonly string[][] = [[]];
    for (const { matching } of indexed)
      paths = paths.flatMap((path) => [...matching].map((value) => [...path, value]));
    return unique(paths.map((path) => this.#population.withValues(indexed, path)));
  }

  #condition(condition: Condition, notes: Notes): ConditionMatcher {
    const { attribute, test } = condition;
    const fact: Fact = 'custom' in attribute ? 'custom' : attribute.name;
    const label = 'custom' in attribute ? `custom attribute ${attribute.custom}` : attribute.name;
    if (!this.#facts.has(fact)) return this.#unreported(fact, label, notes);
    if ('custom' in attribute && this.#unread.has(attribute.custom)) {
      notes.unknown.add(`${label} is unknown: it was not read`);
      return NOT_KNOWN;
    }
    if ('name' in attribute && attribute.name === 'team') return this.#team(test, notes);
    const indexed = indexedAttribute(attribute as Exclude<Condition['attribute'], { name: 'team' }>);
    const values = this.#population.values(indexed);
    this.#doubt(indexed, test, label, notes);
    return this.#valueMatcher(indexed, values, test);
  }

  /** Asks for the value itself, not for the person in a set: sets of people for each selector would cost far more. */
  #valueMatcher(attribute: IndexedAttribute, values: readonly string[], test: Test): ConditionMatcher {
    if (test.kind === 'absent')
      return {
        test: (person) => (hasValue(attribute.valueOf(person)) ? NO : YES),
        candidates: () => undefined,
      };
    const matching = matchingValues(values, test);
    const judge = isLiteral(test) ? amongst(matching) : remembered((value) => accepts(test, value));
    return {
      test: (person) => {
        const value = attribute.valueOf(person);
        if (value === undefined) return NO;
        const isMatch = typeof value === 'string' ? judge(value) : value.some(judge);
        return isMatch ? YES : NO;
      },
      candidates: lazy(() =>
        unique([...matching].map((value) => this.#population.withValues([attribute], [value]))),
      ),
      indexed: { ...attribute, matching },
    };
  }

  /** A literal value that nobody has may be a slip of the pen, and would make a `never` pass without a sound. */
  #doubt(attribute: IndexedAttribute, test: Test, label: string, notes: Notes): void {
    if (test.kind !== 'one-of') return;
    const population = this.#population;
    if (population.values(attribute).length === 0)
      notes.doubts.add(`No account has a value for ${label}, so no condition on it can match anybody.`);
    // "internal" and "external" are all that Leapsome knows, and a tenant may well have none of one.
    if (label === 'employment-type') return;
    for (const pattern of test.patterns) {
      if (isGlob(pattern) || population.hasValue(attribute, normal(literal(pattern)))) continue;
      const near = this.hints.nearest(pattern, population.sortedValues(attribute));
      if (near !== undefined) notes.doubts.add(`Nobody has ${label} "${pattern}". ${this.#hint(near)}`);
    }
  }

  /** What somebody has may say who it is: masked, it is told only where a group is called the same. */
  #hint(value: string): string {
    if (!this.#mask || this.#population.groupsNamed(value).length > 0) return `Did you mean "${value}"?`;
    return 'Somebody has a similar value, which is masked here.';
  }

  #team(test: Test, notes: Notes): Matcher {
    if (test.kind === 'present' || test.kind === 'absent') {
      const wanted = test.kind === 'present';
      const inTeam = (id: string): boolean => mayBeTeam(this.#population.group(id));
      return {
        test: (person) => (person.groups.some(inTeam) === wanted ? YES : NO),
        candidates: () => undefined,
      };
    }
    if (test.kind === 'dates') return NOBODY;
    return this.#inGroups(test.patterns.flatMap((pattern) => this.#teams(pattern, notes)));
  }

  #teams(pattern: string, notes: Notes): readonly Group[] {
    if (isGlob(pattern)) {
      const matches = glob(pattern);
      return this.#population.groups.filter((group) => mayBeTeam(group) && matches(group.name));
    }
    const namesakes = this.#population.groupsNamed(literal(pattern));
    const teams = namesakes.filter(mayBeTeam);
    if (teams.length === 0) this.#doubtTeam(pattern, namesakes, notes);
    return teams;
  }

  #doubtTeam(pattern: string, [namesake]: readonly Group[], notes: Notes): void {
    const hint = namesake
      ? ` The group of this name is of kind ${namesake.kind}.`
      : this.hints.didYouMean(pattern, this.#population.groupNames('team'));
    if (hint) notes.doubts.add(`There is no team "${pattern}".${hint}`);
  }

  #unreported(fact: Fact, label: string, notes: Notes): Matcher {
    notes.unknown.add(unreportedReason(fact, label, this.#population));
    return NOT_KNOWN;
  }
}

/** What is told of accounts one by one; the other facts are told once. */
const OF_NO_ACCOUNT: ReadonlySet<Fact> = new Set(['group-catalogue', 'group-kind', 'role-catalogue']);

/** Why a fact is unknown, and which source would tell. */
export function unreportedReason(
  fact: Fact,
  label: string,
  population: Population,
  /** As it goes with `label`. */
  verb: 'is' | 'are' = 'is',
): string {
  return `${label} ${verb} unknown: ${whyUnreported(fact, verb === 'is' ? 'it' : 'them', population)}`;
}

/** Why a source that tells a fact elsewhere does not tell it here, where that has one cause. */
const SILENCES: Partial<Record<Fact, Partial<Record<SourceName, string>>>> = {
  'role-catalogue': {
    content: `${SOURCE_LABELS.content} shows the access roles only to keys with the role Super Admin, and this key lacks it`,
    stackone: `${SOURCE_LABELS.stackone} offers the roles only of accounts that are linked with an API secret`,
  },
  'role-holders': {
    stackone: `${SOURCE_LABELS.stackone} offers the roles only of accounts that are linked with an API secret`,
  },
};

function whyUnreported(fact: Fact, it: 'it' | 'them', { snapshot, people }: Population): string {
  const { sources, failed = [] } = snapshot;
  const tellers = FACT_SOURCES[fact];
  const authority = tellers.find((source) => sources.includes(source) || failed.includes(source));
  if (authority === undefined) return `only ${labels(tellers, 'or')} reports ${it}`;
  // What another source says of it does not count while the authority is not heard.
  if (failed.includes(authority))
    return `${SOURCE_LABELS[authority]} has the last word on ${it}, and could not be read in this run`;
  const silent = tellers.filter((source) => sources.includes(source));
  const broken = tellers.filter((source) => failed.includes(source));
  const known = silent.flatMap((source) => SILENCES[fact]?.[source] ?? []);
  if (known.length > 0) return `${known.join(', and ')}${notRead(broken, '; ')}`;
  const what = OF_NO_ACCOUNT.has(fact)
    ? `did not report ${it}`
    : `reported ${it} for none of the ${people.length} accounts`;
  return `${labels(silent, 'and')} ${what}${notRead(broken, '; ')}`;
}

/** "; Leapsome's Content API could not be read in this run", or nothing. */
export function notRead(failed: readonly SourceName[], before: string): string {
  return failed.length === 0 ? '' : `${before}${labels(failed, 'and')} could not be read in this run`;
}

function labels(sources: readonly SourceName[], word: 'and' | 'or'): string {
  return enumerate(
    sources.map((source) => SOURCE_LABELS[source]),
    word,
  );
}

/** A group of which nobody tells the kind may be a team, as all are that only SCIM or StackOne lists. */
function mayBeTeam(group: Group | undefined): boolean {
  return group?.kind === undefined || group.kind === 'team';
}

function hasValue(value: string | readonly string[] | undefined): boolean {
  return value !== undefined && value.length > 0;
}

function indexedAttribute(attribute: Condition['attribute']): IndexedAttribute {
  if ('custom' in attribute)
    return { name: `custom:${attribute.custom}`, valueOf: (person) => person.custom?.[attribute.custom] };
  if (attribute.name === 'domain') return { name: 'domain', valueOf: domainsOf };
  const name = attribute.name as StoredAttribute;
  return { name, valueOf: (person) => person.attributes[name] };
}

function matchingValues(values: readonly string[], test: Test): ReadonlySet<string> {
  if (isLiteral(test)) return new Set(test.patterns.map((pattern) => normal(literal(pattern))));
  return new Set(values.filter((value) => accepts(test, value)));
}

function isLiteral(test: Test): test is Extract<Test, { kind: 'one-of' }> {
  return test.kind === 'one-of' && !test.patterns.some(isGlob);
}

/** Values without a star need no memory: thousands of conditions, each remembering thousands of values, would fill it. */
function amongst(matching: ReadonlySet<string>): (value: string) => boolean {
  return (value) => matching.has(normal(value));
}

function remembered(judge: (value: string) => boolean): (value: string) => boolean {
  const known = new Map<string, boolean>();
  return (value) => {
    const told = known.get(value);
    if (told !== undefined) return told;
    const truth = judge(value);
    known.set(value, truth);
    return truth;
  };
}

/** Whether a value that is there satisfies the test. */
function accepts(test: Test, value: string): boolean {
  switch (test.kind) {
    case 'present':
      return true;
    case 'absent':
      return false;
    case 'dates': {
      const before = test.before === undefined ? Number.POSITIVE_INFINITY : dayStart(test.before)!;
      const after = test.after === undefined ? Number.NEGATIVE_INFINITY : dayEnd(test.after)!;
      return within(dayStart(value), after, before);
    }
    case 'one-of':
      return test.patterns.some((pattern) => glob(pattern)(value));
  }
}

function within(day: number | undefined, after: number, before: number): boolean {
  return day !== undefined && day >= after && day < before;
}

/** To name somebody who is not there may be a slip of the pen, and make a `never` or `not` pass without a sound. */
export function nobodyInWords(name: string): string {
  return `The policy names "${name}", but no account has this name.`;
}

function any(parts: readonly Matcher[]): Matcher {
  return {
    test: (person) => {
      let truth: Truth = NO;
      for (const part of parts) {
        const value = part.test(person);
        if (value === YES) return YES;
        if (value > truth) truth = value;
      }
      return truth;
    },
    candidates: lazy(() => {
      const lists = parts.map((part) => part.candidates());
      return lists.some((list) => list === undefined) ? undefined : unique(lists as (readonly Person[])[]);
    }),
  };
}

function all(parts: readonly Matcher[]): Matcher {
  return {
    test: (person) => {
      let truth: Truth = YES;
      for (const part of parts) {
        const value = part.test(person);
        if (value === NO) return NO;
        if (value < truth) truth = value;
      }
      return truth;
    },
    candidates: lazy(() => {
      let smallest: readonly Person[] | undefined;
      for (const part of parts) {
        const list = part.candidates();
        if (list && (!smallest || list.length < smallest.length)) smallest = list;
      }
      return smallest;
    }),
  };
}

function listMatcher(
  parts: readonly { selector: Selector; matcher: Matcher }[],
  notes: Notes,
  names: ListMatcher['names'],
): ListMatcher {
  const plain = new Map<Person, Selector>();
  const others: { selector: Selector; matcher: Matcher }[] = [];
  for (const part of parts) {
    const { selector } = part;
    const people =
      selector.kind === 'address' || selector.kind === 'id' ? part.matcher.candidates() : undefined;
    // Long lists of names are looked up, not walked for each person.
    if (people && people.length <= 1)
      for (const person of people) plain.has(person) || plain.set(person, selector);
    else others.push(part);
  }
  const rest = any(others.map((part) => part.matcher));
  return {
    test: (person) => (plain.has(person) ? YES : rest.test(person)),
    candidates: lazy(() => {
      const list = rest.candidates();
      if (plain.size === 0) return list;
      return list && unique([[...plain.keys()], list]);
    }),
    // A second part may name somebody without an account, which is worth a finding of its own.
    exact: () => (parts.length === 1 ? parts[0]!.matcher.exact?.() : undefined),
    claimant: (person) =>
      plain.get(person) ?? others.find((part) => part.matcher.test(person) === YES)?.selector,
    unknown: [...notes.unknown],
    ambiguous: notes.ambiguous,
    dangling: notes.dangling,
    nobody: [...notes.nobody],
    doubts: [...notes.doubts],
    names,
  };
}

function unique(lists: readonly (readonly Person[])[]): readonly Person[] {
  if (lists.length === 0) return [];
  if (lists.length === 1) return lists[0]!;
  return [...new Set(lists.flat())];
}

function lazy<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
