import type { Group, Person, Role, Snapshot } from '../model/snapshot.ts';
import { normal } from '../policy/glob.ts';

/** The snapshot with the ways in that rules and selectors need, each built once and in time proportional to its size. */
export class Population {
  readonly snapshot: Snapshot;
  readonly people: readonly Person[];
  readonly active: readonly Person[];
  readonly groups: readonly Group[];
  readonly memberships: number;
  readonly #byId = new Map<string, Person>();
  readonly #byUserName = new Map<string, readonly Person[] | Person>();
  readonly #byFurtherAddress = new Map<string, Person[]>();
  readonly #groupsById = new Map<string, Group>();
  readonly #groupsByName = new Map<string, Group[]>();
  readonly #members = new Map<string, Person[]>();
  readonly #withInactive = new Set<string>();
  readonly #columns = new Map<string, Column>();
  readonly #combinations = new Map<string, ReadonlyMap<number, readonly Person[]>>();
  #reports: Map<string, Person[]> | undefined;

  constructor(snapshot: Snapshot) {
    this.snapshot = snapshot;
    this.people = snapshot.people;
    this.groups = snapshot.groups;
    this.active = snapshot.people.filter((person) => person.active);
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
      if (!person.active) for (const id of person.groups) this.#withInactive.add(id);
      memberships += person.groups.length;
    }
    this.memberships = memberships;
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

  groupNames(): readonly string[] {
    return [...this.#groupsByName.keys()].sort();
  }

  /** Everyone who is in the group, deactivated accounts too. */
  members(groupId: string): readonly Person[] {
    return this.#members.get(groupId) ?? [];
  }

  /** Everyone with an active account who is in the group, in the order of the population. */
  activeMembers(groupId: string): readonly Person[] {
    const members = this.members(groupId);
    return this.#withInactive.has(groupId) ? members.filter((person) => person.active) : members;
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

  /** The values, after NFC, that active people have of an attribute. */
  values(attribute: IndexedAttribute): readonly string[] {
    return this.#column(attribute).values;
  }

  /** False when there are more combinations of values than numbers to tell them apart. */
  canCombine(attributes: readonly IndexedAttribute[]): boolean {
    return (
      attributes.reduce((product, attribute) => product * this.values(attribute).length, 1) <=
      Number.MAX_SAFE_INTEGER
    );
  }

  /** Active people with exactly these values of these attributes, which must be combinable, in the order of the population. */
  withValues(attributes: readonly IndexedAttribute[], values: readonly string[]): readonly Person[] {
    const columns = attributes.map((attribute) => this.#column(attribute));
    let key = 0;
    for (const [index, column] of columns.entries()) {
      const code = column.codeOf.get(values[index]!);
      if (code === undefined) return [];
      key = key * column.values.length + code;
    }
    return this.#combination(attributes, columns).get(key) ?? [];
  }

  /** One number a person for each attribute: comparing texts person by person would cost far more. */
  #column(attribute: IndexedAttribute): Column {
    const known = this.#columns.get(attribute.name);
    if (known) return known;
    const values: string[] = [];
    const codeOf = new Map<string, number>();
    // Values as the source wrote them: each is brought to NFC once, instead of once a person.
    const written = new Map<string, number>();
    const codes = new Int32Array(this.active.length);
    for (const [index, person] of this.active.entries()) {
      const value = attribute.valueOf(person);
      let code = value === undefined ? NO_VALUE : written.get(value);
      if (code === undefined) {
        const name = normal(value!);
        code = codeOf.get(name) ?? values.push(name) - 1;
        codeOf.set(name, code);
        written.set(value!, code);
      }
      codes[index] = code;
    }
    const column = { values, codeOf, codes };
    this.#columns.set(attribute.name, column);
    return column;
  }

  #combination(
    attributes: readonly IndexedAttribute[],
    columns: readonly Column[],
  ): ReadonlyMap<number, readonly Person[]> {
    const name = attributes.map((attribute) => attribute.name).join(' ');
    const known = this.#combinations.get(name);
    if (known) return known;
    const people = new Map<number, Person[]>();
    for (const [index, person] of this.active.entries()) {
      let key = 0;
      for (const { codes, values } of columns) {
        const code = codes[index]!;
        key = code === NO_VALUE ? Number.NaN : key * values.length + code;
      }
      if (!Number.isNaN(key)) push(people, key, person);
    }
    this.#combinations.set(name, people);
    return people;
  }

  roles(): readonly Role[] | undefined {
    return this.snapshot.roles;
  }
}

/** An attribute with which people can be looked up. */
export interface IndexedAttribute {
  /** Tells it apart from the others. */
  readonly name: string;
  readonly valueOf: (person: Person) => string | undefined;
}

/** The values of an attribute, and for each active person which of them it is. */
interface Column {
  readonly values: readonly string[];
  readonly codeOf: ReadonlyMap<string, number>;
  readonly codes: Int32Array;
}

const NO_VALUE = -1;

/** The domain of a person's user name, else of the first address, in lower case. */
export function domainOf(person: Person): string | undefined {
  const address = person.userName.includes('@') ? person.userName : person.addresses[0];
  if (address === undefined) return undefined;
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
