import { domainsOf, type Population } from '../evaluate/population.ts';
import { compare } from '../model/compare.ts';
import type { AttributeName } from '../model/facts.ts';
import type { Person } from '../model/snapshot.ts';
import { normal } from '../policy/glob.ts';

/** An attribute with the values of which somebody must have one. */
export interface Trait {
  readonly attribute: AttributeName;
  readonly values: readonly string[];
}

/** Traits that all hold; none at all stands for everybody. */
export type Description = readonly Trait[];

/**
 * Attributes that say who somebody is, the most telling first. Dates, status and lifecycle pass, and `team` would describe
 * groups by each other, which says nothing of who is in them.
 */
export const DESCRIBING = [
  'department',
  'business-unit',
  'division',
  'cost-center',
  'level',
  'location',
  'employment-type',
  'title',
  'domain',
] as const satisfies readonly AttributeName[];

/** For fewer people than this for each value that is named, a match is too likely to be chance. */
export const PEOPLE_PER_VALUE = 3;
/** A longer list of values is no shorter to read than the people. */
const MOST_VALUES = 4;
/** People of so many different values of an attribute are not described by it. */
const MOST_TALLIED = 16;
/** A table of more pairs of values than this is kept by the pairs that somebody has. */
const LARGE_TABLE = 1 << 22;
/** People with several values stand under each pair of them: with more places than this for each person, pairs are not tried. */
const MOST_PLACES = 16;

/** Finds the conditions that match some people and nobody else. */
export class Describer {
  readonly #live: readonly Person[];
  readonly #rows: ReadonlyMap<Person, number>;
  readonly #columns: readonly Column[];
  readonly #pairs = new Map<number, PairCount | undefined>();

  constructor({ live, snapshot }: Pick<Population, 'live' | 'snapshot'>) {
    this.#live = live;
    this.#rows = new Map(live.map((person, row) => [person, row]));
    this.#columns = DESCRIBING.filter((name) => snapshot.facts.has(name)).map((name) => column(name, live));
  }

  /**
   * The description of these live people that names the fewest values, of equal ones the one with fewer conditions, then
   * the one by the more telling attribute. Undefined where nothing matches exactly, or where it may well be chance.
   */
  describe(people: readonly Person[]): Description | undefined {
    const size = people.length;
    if (size < PEOPLE_PER_VALUE) return undefined;
    if (size === this.#live.length) return [];
    const rows = people.map((person) => this.#rows.get(person)!);
    const tallies = this.#columns.map((each) => tally(each, rows));
    const covers = this.#columns.map((each, index) => cover(each, rows, tallies[index]));
    const byValues = (count: number) => this.#byValues(covers, count);
    const most = Math.min(MOST_VALUES, Math.floor(size / PEOPLE_PER_VALUE));
    for (let count = 1; count <= most; count++) {
      const found = byValues(count) ?? (count === 2 ? this.#byPair(tallies, size) : undefined);
      if (found) return found;
    }
    return undefined;
  }

  #byValues(covers: readonly (readonly number[] | undefined)[], count: number): Description | undefined {
    const index = covers.findIndex((codes) => codes?.length === count);
    if (index < 0) return undefined;
    const { attribute, values } = this.#columns[index]!;
    return [{ attribute, values: covers[index]!.map((code) => values[code]!) }];
  }

  /** Two attributes, one value each: everybody here has both, and nobody else does. */
  #byPair(tallies: readonly (Tally | undefined)[], size: number): Description | undefined {
    const shared = this.#columns.map((each, index) => sharedValues(each, tallies[index], size, this.#live));
    for (let one = 0; one < shared.length; one++) {
      for (let other = one + 1; other < shared.length; other++) {
        const pairs = shared[one]!.flatMap((a) => shared[other]!.map((b) => [a, b] as const));
        const match = pairs.find(([a, b]) => this.#pairCount(one, other)?.(a, b) === size);
        if (match) return [this.#trait(one, match[0]), this.#trait(other, match[1])];
      }
    }
    return undefined;
  }

  #trait(index: number, code: number): Trait {
    const { attribute, values } = this.#columns[index]!;
    return { attribute, values: [values[code]!] };
  }

  #pairCount(one: number, other: number): PairCount | undefined {
    const key = one * DESCRIBING.length + other;
    if (!this.#pairs.has(key))
      this.#pairs.set(key, countPairs(this.#columns[one]!, this.#columns[other]!, this.#live.length));
    return this.#pairs.get(key);
  }
}

/** One attribute of everybody, as numbers. */
interface Column {
  readonly attribute: AttributeName;
  /** The different values that a policy can name, after NFC. */
  readonly values: readonly string[];
  /** For each person the place of the value in `values`, NO_VALUE, or below it the place of a list in `several`. */
  readonly codes: Int32Array;
  readonly several: readonly (readonly number[])[];
  /** How many people have each value. */
  readonly counts: readonly number[];
}

const NO_VALUE = -1;
const FIRST_OF_SEVERAL = -2;

function column(attribute: (typeof DESCRIBING)[number], live: readonly Person[]): Column {
  const values: string[] = [];
  const counts: number[] = [];
  const several: (readonly number[])[] = [];
  const codeOf = new Map<string, number>();
  const written = new Map<string, number>();
  const code = (value: string): number => {
    const known = written.get(value);
    if (known !== undefined) return known;
    const name = normal(value);
    const found = codeOf.get(name) ?? (canBeNamed(name) ? values.push(name) - 1 : NO_VALUE);
    codeOf.set(name, found);
    written.set(value, found);
    return found;
  };
  const codes = new Int32Array(live.length);
  for (const [row, person] of live.entries()) {
    const value = attribute === 'domain' ? domainsOf(person) : person.attributes[attribute];
    if (value === undefined) codes[row] = NO_VALUE;
    else if (typeof value === 'string') codes[row] = code(value);
    else codes[row] = ofSeveral([...new Set(value.map(code))], several);
    for (const each of codesOf({ several }, codes[row]!)) counts[each] = (counts[each] ?? 0) + 1;
  }
  return { attribute, values, codes, several, counts };
}

function ofSeveral(codes: readonly number[], several: (readonly number[])[]): number {
  const named = codes.filter((code) => code !== NO_VALUE);
  return named.length > 1 ? FIRST_OF_SEVERAL - (several.push(named) - 1) : (named[0] ?? NO_VALUE);
}

/** `present` and `absent` are words of the language wherever a value stands, and an empty text is no value there. */
export function canBeNamed(value: string): boolean {
  return value !== '' && value !== 'present' && value !== 'absent';
}

/** How many of some people have each value. */
type Tally = ReadonlyMap<number, number>;

/** Undefined where there are too many different values. */
function tally({ codes, several }: Column, rows: readonly number[]): Tally | undefined {
  const found = new Map<number, number>();
  for (const row of rows) {
    for (const code of codesOf({ several }, codes[row]!)) found.set(code, (found.get(code) ?? 0) + 1);
    if (found.size > MOST_TALLIED) return undefined;
  }
  return found;
}

/** Values, by name, of which each of these people has one and nobody else has any, and none of which could be left out. */
function cover(
  each: Column,
  rows: readonly number[],
  counted: Tally | undefined,
): readonly number[] | undefined {
  const own = [...(counted ?? [])].filter(([code, count]) => each.counts[code] === count);
  const sorted = own.map(([code]) => code).sort((a, b) => compare(each.values[a]!, each.values[b]!));
  const whole = sorted.find((code) => counted!.get(code) === rows.length);
  if (whole !== undefined) return [whole];
  if (!covers(each, rows, new Set(sorted))) return undefined;
  const kept = new Set(sorted);
  if (each.several.length === 0) return sorted;
  for (const code of sorted.toReversed()) {
    kept.delete(code);
    if (!covers(each, rows, kept)) kept.add(code);
  }
  return sorted.filter((code) => kept.has(code));
}

function covers({ codes, several }: Column, rows: readonly number[], chosen: ReadonlySet<number>): boolean {
  if (chosen.size === 0) return false;
  return rows.every((row) => codesOf({ several }, codes[row]!).some((code) => chosen.has(code)));
}

/** Values that all of these people have, and not everybody, by name. */
function sharedValues(
  { values, counts }: Column,
  counted: Tally | undefined,
  size: number,
  live: readonly Person[],
): readonly number[] {
  return [...(counted ?? [])]
    .flatMap(([code, count]) => (count === size && counts[code]! < live.length ? [code] : []))
    .sort((a, b) => compare(values[a]!, values[b]!));
}

/** How many people have the one value and the other. */
type PairCount = (a: number, b: number) => number;

/** Undefined where some people have so many values that counting their pairs would take too long. */
function countPairs(one: Column, other: Column, people: number): PairCount | undefined {
  const width = other.values.length;
  const isLarge = one.values.length * width > LARGE_TABLE;
  const sparse = new Map<number, number>();
  const dense = new Int32Array(isLarge ? 0 : one.values.length * width);
  let places = people * MOST_PLACES;
  const count = (key: number): void => {
    if (isLarge) sparse.set(key, (sparse.get(key) ?? 0) + 1);
    else dense[key]!++;
  };
  for (let row = 0; row < people; row++) {
    const a = one.codes[row]!;
    const b = other.codes[row]!;
    if (a > NO_VALUE && b > NO_VALUE) {
      count(a * width + b);
      continue;
    }
    const ofOne = codesOf(one, a);
    const ofOther = codesOf(other, b);
    places -= ofOne.length * ofOther.length;
    if (places < 0) return undefined;
    for (const x of ofOne) for (const y of ofOther) count(x * width + y);
  }
  return (x, y) => (isLarge ? (sparse.get(x * width + y) ?? 0) : dense[x * width + y]!);
}

function codesOf({ several }: Pick<Column, 'several'>, code: number): readonly number[] {
  if (code < NO_VALUE) return several[FIRST_OF_SEVERAL - code]!;
  return code === NO_VALUE ? NONE : [code];
}

const NONE: readonly number[] = [];
