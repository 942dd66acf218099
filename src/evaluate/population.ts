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
  readonly #values = new Map<string, ReadonlyMap<string, readonly Person[]>>();
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
    return [...this.#groupsByName.keys()];
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
      for (const person of this.people) if (person.managerId !== undefined) push(this.#reports, person.managerId, person);
    }
    return this.#reports.get(managerId) ?? [];
  }

  /** Active people by their value of an attribute, after NFC; each list in the order of the population. */
  byValue(attribute: IndexedAttribute): ReadonlyMap<string, readonly Person[]> {
    return this.byValues([attribute]);
  }

  /** The same for several attributes together; the key is made of the values with `combineKey`. */
  byValues(attributes: readonly IndexedAttribute[]): ReadonlyMap<string, readonly Person[]> {
    const name = attributes.map((attribute) => attribute.name).join(' ');
    const known = this.#values.get(name);
    if (known) return known;
    const values = new Map<string, Person[]>();
    collect(new Map(), this.active, attributes, (path, people) => {
      const key = path.length === 1 ? path[0]! : path.reduce(combineKey, '');
      const list = values.get(key);
      if (list) for (const person of people) list.push(person);
      else values.set(key, people);
    });
    this.#values.set(name, values);
    return values;
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

/** Adds a value to the key of a combination of values, so that no two combinations have the same key. */
export function combineKey(key: string, value: string): string {
  return `${key}${value.length}:${value}`;
}

/** The domain of a person's user name, else of the first address, in lower case. */
export function domainOf(person: Person): string | undefined {
  const address = person.userName.includes('@') ? person.userName : person.addresses[0];
  if (address === undefined) return undefined;
  const at = address.lastIndexOf('@');
  return at < 0 ? undefined : address.slice(at + 1).toLowerCase();
}

type Branch = Map<string, Branch> & { people?: Person[] };

/**
 * Sorts people into a tree of their values and hands out its leaves. Values as the source wrote them are looked up as
 * they are, and brought to NFC once each instead of once a person.
 */
function collect(
  root: Branch,
  people: readonly Person[],
  attributes: readonly IndexedAttribute[],
  leaf: (path: readonly string[], people: Person[]) => void,
): void {
  for (const person of people) {
    let branch: Branch | undefined = root;
    for (const { valueOf } of attributes) {
      const value = valueOf(person);
      if (value === undefined) {
        branch = undefined;
        break;
      }
      let next: Branch | undefined = branch.get(value);
      if (!next) {
        next = new Map() as Branch;
        branch.set(value, next);
      }
      branch = next;
    }
    if (!branch) continue;
    branch.people ??= [];
    branch.people.push(person);
  }
  const visit = (branch: Branch, path: readonly string[]): void => {
    if (branch.people) leaf(path, branch.people);
    for (const [value, next] of branch) visit(next, [...path, normal(value)]);
  };
  visit(root, []);
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
