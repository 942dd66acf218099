import { SOURCE_LABELS } from '../model/facts.ts';
import {
  type Group,
  type GroupKind,
  isLive,
  type Person,
  type Role,
  type Snapshot,
  unheard,
} from '../model/snapshot.ts';
import { normal } from '../policy/glob.ts';

/** The snapshot with the ways in that rules and selectors need, each built once and in time proportional to its size. */
export class Population {
  readonly snapshot: Snapshot;
  readonly people: readonly Person[];
  readonly active: readonly Person[];
  /** Everybody whose account is in use or about to be, in the order of `people`. */
  readonly live: readonly Person[];
  readonly groups: readonly Group[];
  readonly memberships: number;
  /** Why nobody knows which of the active accounts are not in use yet; undefined where that is known, or not asked for. */
  readonly useUnknown: string | undefined;
  /** Why there may be groups, with people in them, that no source shows. */
  readonly groupsUnknown: string | undefined;
  readonly #byId = new Map<string, Person>();
  readonly #byUserName = new Map<string, readonly Person[] | Person>();
  readonly #byFurtherAddress = new Map<string, Person[]>();
  readonly #groupsById = new Map<string, Group>();
  readonly #groupsByName = new Map<string, Group[]>();
  readonly #members = new Map<string, Person[]>();
  readonly #withGone = new Set<string>();
  readonly #names = new Map<GroupKind | undefined, readonly string[]>();
  readonly #columns = new Map<string, Column>();
  readonly #sorted = new Map<string, readonly string[]>();
  readonly #combinations = new Map<string, Combination | undefined>();
  #reports: Map<string, Person[]> | undefined;

  constructor(snapshot: Snapshot) {
    this.snapshot = snapshot;
    this.people = snapshot.people;
    this.groups = snapshot.groups;
    this.active = snapshot.people.filter((person) => person.active);
    const live = snapshot.people.filter(isLive);
    this.live = live.length === this.active.length ? this.active : live;
    for (const group of snapshot.groups) {
      this.#groupsById.set(group.id, group);
      push(this.#groupsByName, normal(group.name), group);
    }
    let memberships = 0;
    for (const person of snapshot.people) {
      this.#byId.set(person.id, person);
      this.#addUserName(foldAddress(person.userName), person);
      for (const address of person.addresses) push(this.#byFurtherAddress, foldAddress(address), person);
      for (const id of person.groups) push(this.#members, id, person);
      if (!isLive(person)) for (const id of person.groups) this.#withGone.add(id);
      memberships += person.groups.length;
    }
    this.memberships = memberships;
    const silent = unheard(snapshot);
    if (silent === undefined) return;
    const notRead = 'and could not be read in this run';
    this.useUnknown = `which accounts are not in use yet is unknown: ${SOURCE_LABELS[silent]} has the last word on it, ${notRead}`;
    this.groupsUnknown = `which groups there are is unknown: ${SOURCE_LABELS[silent]} may show more of them, ${notRead}`;
  }

  /** Nearly every name has one account: a list each would cost more than all the rest. */
  #addUserName(name: string, person: Person): void {
    const known = this.#byUserName.get(name);
    if (known === undefined) this.#byUserName.set(name, person);
    else this.#byUserName.set(name, [...asList(known), person]);
  }

  person(id: string): Person | undefined {
    return this.#byId.get(id);
  }

  /** Accounts with that user name, else with that address; more than one when the address is ambiguous. */
  accounts(address: string): readonly Person[] {
    const folded = foldAddress(address);
    const named = this.#byUserName.get(folded);
    return named ? asList(named) : (this.#byFurtherAddress.get(folded) ?? []);
  }

  /** Whom a name stands for that may be an id, a user name or an address. */
  named(name: string): readonly Person[] {
    const person = this.person(name);
    return person ? [person] : this.accounts(name);
  }

  /** Every address, in lower case, that more than one account carries. */
  sharedAddresses(): { address: string; people: readonly Person[] }[] {
    const shared: { address: string; people: readonly Person[] }[] = [];
    for (const [address, named] of this.#byUserName) {
      const further = this.#byFurtherAddress.get(address);
      if (!further && !Array.isArray(named)) continue;
      const people = asList(named);
      const others = (further ?? []).filter((person) => !people.includes(person));
      if (people.length + others.length > 1) shared.push({ address, people: [...people, ...others] });
    }
    for (const [address, people] of this.#byFurtherAddress) {
      if (people.length > 1 && !this.#byUserName.has(address)) shared.push({ address, people });
    }
    return shared;
  }

  group(id: string): Group | undefined {
    return this.#groupsById.get(id);
  }

  groupsNamed(name: string): readonly Group[] {
    return this.#groupsByName.get(normal(name)) ?? [];
  }

  /** The group of this id, else all groups of this name. */
  groupsCalled(text: string): readonly Group[] {
    const group = this.group(text);
    return group ? [group] : this.groupsNamed(text);
  }

  /** The names, after NFC, of all groups that are of the kind, or may be. */
  groupNames(ofKind?: GroupKind): readonly string[] {
    const known = this.#names.get(ofKind);
    if (known) return known;
    const names = this.groups
      .filter(({ kind }) => ofKind === undefined || kind === undefined || kind === ofKind)
      .map(({ name }) => normal(name));
    const sorted = [...new Set(names)].sort();
    this.#names.set(ofKind, sorted);
    return sorted;
  }

  /** Everyone who is in the group, deactivated accounts too. */
  members(groupId: string): readonly Person[] {
    return this.#members.get(groupId) ?? [];
  }

  /** Everyone with a live account who is in the group, in the order of the population. */
  liveMembers(groupId: string): readonly Person[] {
    const members = this.members(groupId);
    return this.#withGone.has(groupId) ? members.filter(isLive) : members;
  }

  /** How many of these live people are active. */
  countActive(live: readonly Person[]): number {
    return this.live === this.active ? live.length : live.filter((person) => person.active).length;
  }

  /** Group ids that people refer to. */
  referredGroups(): Iterable<string> {
    return this.#members.keys();
  }

  directReports(managerId: string): readonly Person[] {
    if (!this.#reports) {
      this.#reports = new Map();
      for (const person of this.people)
        if (person.managerId !== undefined) push(this.#reports, person.managerId, person);
    }
    return this.#reports.get(managerId) ?? [];
  }

  /** The values, after NFC, that live people have of an attribute. */
  values(attribute: IndexedAttribute): readonly string[] {
    return this.#column(attribute).values;
  }

  /** The same values in their order. */
  sortedValues(attribute: IndexedAttribute): readonly string[] {
    const sorted = this.#sorted.get(attribute.name) ?? this.values(attribute).toSorted();
    this.#sorted.set(attribute.name, sorted);
    return sorted;
  }

  /** True for a value, after NFC, that some live person has. */
  hasValue(attribute: IndexedAttribute, value: string): boolean {
    return this.#column(attribute).codeOf.has(value);
  }

  /** False when people cannot be looked up by these attributes together, because there would be too much to keep. */
  canCombine(attributes: readonly IndexedAttribute[]): boolean {
    return this.#combination(attributes) !== undefined;
  }

  /**
   * Live people who have each of these values among those of its attribute, in the order of the population. The attributes
   * must be combinable; a single one always is.
   */
  withValues(attributes: readonly IndexedAttribute[], values: readonly string[]): readonly Person[] {
    let key = 0;
    for (const [index, attribute] of attributes.entries()) {
      const column = this.#column(attribute);
      const code = column.codeOf.get(values[index]!);
      if (code === undefined) return [];
      key = key * column.values.length + code;
    }
    return this.#combination(attributes)!.get(key) ?? [];
  }

  /** One number a person for each attribute: comparing texts person by person would cost far more. */
  #column(attribute: IndexedAttribute): Column {
    const known = this.#columns.get(attribute.name);
    if (known) return known;
    const values: string[] = [];
    const codeOf = new Map<string, number>();
    // Values as the source wrote them: each is brought to NFC once, instead of once a person.
    const written = new Map<string, number>();
    const encode = (value: string): number => {
      const told = written.get(value);
      if (told !== undefined) return told;
      const name = normal(value);
      const code = codeOf.get(name) ?? values.push(name) - 1;
      codeOf.set(name, code);
      written.set(value, code);
      return code;
    };
    const several: (readonly number[])[] = [];
    const codes = new Int32Array(this.live.length);
    for (const [index, person] of this.live.entries()) {
      const value = attribute.valueOf(person);
      if (value === undefined) codes[index] = NO_VALUE;
      else if (typeof value === 'string') codes[index] = encode(value);
      else codes[index] = codeOfSeveral([...new Set(value.map(encode))], several);
    }
    const column = { values, codeOf, codes, several };
    this.#columns.set(attribute.name, column);
    return column;
  }

  #combination(attributes: readonly IndexedAttribute[]): Combination | undefined {
    const name = attributes.map((attribute) => attribute.name).join(' ');
    if (this.#combinations.has(name)) return this.#combinations.get(name);
    const columns = attributes.map((attribute) => this.#column(attribute));
    const combination = combine(columns, this.live);
    this.#combinations.set(name, combination);
    return combination;
  }

  roles(): readonly Role[] | undefined {
    return this.snapshot.roles;
  }
}

/** An attribute with which people can be looked up. */
export interface IndexedAttribute {
  /** Tells it apart from the others. */
  readonly name: string;
  readonly valueOf: (person: Person) => string | readonly string[] | undefined;
}

/** The values of an attribute, and for each live person which of them it is. */
interface Column {
  readonly values: readonly string[];
  readonly codeOf: ReadonlyMap<string, number>;
  /** The place of the value in `values`, NO_VALUE, or below it the place of a list in `several`. */
  readonly codes: Int32Array;
  /** The values of people who have more than one. */
  readonly several: readonly (readonly number[])[];
}

const NO_VALUE = -1;
const FIRST_OF_SEVERAL = -2;

/** People by their values of several attributes, which are put together into one number. */
type Combination = ReadonlyMap<number, readonly Person[]>;

/** People with several values stand under each: with more places than this for each person, walking is cheaper. */
const MOST_PLACES = 16;

function codeOfSeveral(codes: readonly number[], several: (readonly number[])[]): number {
  if (codes.length === 0) return NO_VALUE;
  if (codes.length === 1) return codes[0]!;
  return FIRST_OF_SEVERAL - (several.push(codes) - 1);
}

/** Undefined when there are more combinations than numbers to tell them apart, or too many places to keep. */
function combine(columns: readonly Column[], people: readonly Person[]): Combination | undefined {
  const size = columns.reduce((product, { values }) => product * values.length, 1);
  if (columns.length > 1 && size > Number.MAX_SAFE_INTEGER) return undefined;
  const found = new Map<number, Person[]>();
  let places = columns.length > 1 ? people.length * MOST_PLACES : Number.POSITIVE_INFINITY;
  for (const [index, person] of people.entries()) {
    const key = keyOf(columns, index);
    if (key === NO_VALUE) continue;
    if (key > NO_VALUE) {
      push(found, key, person);
      continue;
    }
    places -= columns.reduce((product, column) => product * codesOf(column, index).length, 1);
    if (places < 0) return undefined;
    for (const one of keysOf(columns, index)) push(found, one, person);
  }
  return found;
}

/** One number for all values of a person; below NO_VALUE for somebody who stands under several. */
function keyOf(columns: readonly Column[], index: number): number {
  let key = 0;
  let isOne = true;
  for (const { codes, values } of columns) {
    const code = codes[index]!;
    if (code === NO_VALUE) return NO_VALUE;
    if (code < NO_VALUE) isOne = false;
    key = key * values.length + code;
  }
  return isOne ? key : FIRST_OF_SEVERAL;
}

function keysOf(columns: readonly Column[], index: number): readonly number[] {
  let keys: readonly number[] = [0];
  for (const column of columns) {
    const codes = codesOf(column, index);
    keys = keys.flatMap((key) => codes.map((code) => key * column.values.length + code));
  }
  return keys;
}

function codesOf({ codes, several }: Column, index: number): readonly number[] {
  const code = codes[index]!;
  return code < NO_VALUE ? several[FIRST_OF_SEVERAL - code]! : [code];
}

/** The domain that a person is known by, in lower case: that of the user name, else of the first address. */
export function domainOf(person: Person): string | undefined {
  const address = person.userName.includes('@') ? person.userName : person.addresses[0];
  return address === undefined ? undefined : domainIn(address);
}

/** The domains of all addresses of a person, in lower case; nearly everybody has one. */
export function domainsOf(person: Person): string | readonly string[] | undefined {
  const own = domainIn(person.userName);
  if (person.addresses.length === 0) return own;
  const domains = new Set(own === undefined ? [] : [own]);
  for (const address of person.addresses) {
    const domain = domainIn(address);
    if (domain !== undefined) domains.add(domain);
  }
  return domains.size > 1 ? [...domains] : domains.values().next().value;
}

function domainIn(address: string): string | undefined {
  const at = address.lastIndexOf('@');
  return at < 0 ? undefined : foldAddress(address.slice(at + 1));
}

function asList(named: readonly Person[] | Person): readonly Person[] {
  return Array.isArray(named) ? named : [named as Person];
}

/** The form in which user names and addresses are compared. */
export function foldAddress(address: string): string {
  return normal(address).toLowerCase();
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
