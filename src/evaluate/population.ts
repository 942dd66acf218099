import type { StoredAttribute } from '../model/snapshot.ts';
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
  readonly #byUserName = new Map<string, Person[]>();
  readonly #byFurtherAddress = new Map<string, Person[]>();
  readonly #groupsById = new Map<string, Group>();
  readonly #groupsByName = new Map<string, Group[]>();
  readonly #members = new Map<string, Person[]>();
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
      push(this.#byUserName, foldAddress(person.userName), person);
      for (const address of person.addresses) push(this.#byFurtherAddress, foldAddress(address), person);
      for (const id of person.groups) push(this.#members, id, person);
      memberships += person.groups.length;
    }
    this.memberships = memberships;
  }

  person(id: string): Person | undefined {
    return this.#byId.get(id);
  }

  /** Accounts with that user name, else with that address; more than one when the address is ambiguous. */
  accounts(address: string): readonly Person[] {
    const folded = foldAddress(address);
    return this.#byUserName.get(folded) ?? this.#byFurtherAddress.get(folded) ?? [];
  }

  /** Every address, in lower case, that more than one account carries. */
  sharedAddresses(): { address: string; people: readonly Person[] }[] {
    const shared: { address: string; people: readonly Person[] }[] = [];
    for (const [address, people] of this.#byUserName) {
      const others = (this.#byFurtherAddress.get(address) ?? []).filter((person) => !people.includes(person));
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

  /** People by their value of an attribute, or of a custom attribute's id. */
  byValue(attribute: StoredAttribute | { custom: string }): ReadonlyMap<string, readonly Person[]> {
    const key = typeof attribute === 'string' ? attribute : `custom:${attribute.custom}`;
    const known = this.#values.get(key);
    if (known) return known;
    const values = new Map<string, Person[]>();
    for (const person of this.people) {
      const value = typeof attribute === 'string' ? person.attributes[attribute] : person.custom?.[attribute.custom];
      if (value !== undefined) push(values, normal(value), person);
    }
    this.#values.set(key, values);
    return values;
  }

  /** People by the domain of their user name, in lower case. */
  byDomain(): ReadonlyMap<string, readonly Person[]> {
    const known = this.#values.get('domain');
    if (known) return known;
    const values = new Map<string, Person[]>();
    for (const person of this.people) {
      const domain = domainOf(person);
      if (domain !== undefined) push(values, domain, person);
    }
    this.#values.set('domain', values);
    return values;
  }

  roles(): readonly Role[] | undefined {
    return this.snapshot.roles;
  }
}

/** The domain of a person's user name, else of the first address, in lower case. */
export function domainOf(person: Person): string | undefined {
  const address = person.userName.includes('@') ? person.userName : person.addresses[0];
  if (address === undefined) return undefined;
  const at = address.lastIndexOf('@');
  return at < 0 ? undefined : address.slice(at + 1).toLowerCase();
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
