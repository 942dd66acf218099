import type { Group, Person, Role } from '../model/snapshot.ts';
import type { Reading } from './types.ts';

/**
 * Gives records that came under a source's own ids the ids that Leapsome knows them by: people by their address, groups and
 * roles by their name, and only where there is exactly one to match. What finds no match keeps its id, and so shows as
 * being in one source only.
 */
export function link(readings: readonly Reading[]): readonly Reading[] {
  return readings.map((reading) => {
    const { foreign } = reading;
    const others = readings.filter((other) => other !== reading);
    if (foreign === undefined || others.length === 0 || isEmpty(foreign)) return reading;
    const people = matches(
      reading.people.filter(({ id }) => foreign.people.has(id)),
      others.flatMap((other) => other.people.filter(({ id }) => !other.foreign?.people.has(id))),
      addresses,
    );
    const groups = matches(
      reading.groups.filter(({ id }) => foreign.groups.has(id)),
      others.flatMap((other) => other.groups),
      byName,
    );
    const roles = matches(
      (reading.roles ?? []).filter(({ id }) => foreign.roles.has(id)),
      others.flatMap((other) => other.roles ?? []),
      byName,
    );
    return renamed(reading, people, groups, roles);
  });
}

function isEmpty(foreign: NonNullable<Reading['foreign']>): boolean {
  return foreign.people.size + foreign.groups.size + foreign.roles.size === 0;
}

function addresses(person: Person): readonly string[] {
  return [person.userName, ...person.addresses].map((address) => address.normalize('NFC').toLowerCase());
}

function byName({ name }: Group | Role): readonly string[] {
  return [name.normalize('NFC')];
}

/** From a foreign id to the one id that its names lead to. */
function matches<T extends { readonly id: string }>(
  foreign: readonly T[],
  others: readonly T[],
  namesOf: (record: T) => readonly string[],
): ReadonlyMap<string, string> {
  if (foreign.length === 0) return new Map();
  const targets = idsByName(others, namesOf);
  const claims = idsByName(foreign, namesOf);
  const found = new Map<string, string>();
  for (const record of foreign) {
    const ids = new Set(namesOf(record).flatMap((name) => [...(targets.get(name) ?? [])]));
    const isContested = namesOf(record).some((name) => claims.get(name)!.size > 1);
    const [id] = ids;
    if (ids.size === 1 && !isContested && id !== undefined) found.set(record.id, id);
  }
  return found;
}

function idsByName<T extends { readonly id: string }>(
  records: readonly T[],
  namesOf: (record: T) => readonly string[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const ids = new Map<string, Set<string>>();
  for (const record of records) {
    for (const name of namesOf(record)) {
      const known = ids.get(name);
      if (known) known.add(record.id);
      else ids.set(name, new Set([record.id]));
    }
  }
  return ids;
}

type Ids = ReadonlyMap<string, string>;

function renamed(reading: Reading, people: Ids, groups: Ids, roles: Ids): Reading {
  const taken = new Set(reading.people.map(({ id }) => id));
  // Two records of one source must never become one person.
  const personId = (id: string) => {
    const target = people.get(id);
    return target === undefined || taken.has(target) ? id : target;
  };
  const groupId = (id: string) => groups.get(id) ?? id;
  return {
    ...reading,
    people: reading.people.map((person) => ({
      ...person,
      id: personId(person.id),
      groups: groups.size === 0 ? person.groups : person.groups.map(groupId),
    })),
    groups: reading.groups.map((group) => ({ ...group, id: groupId(group.id) })),
    roles: reading.roles?.map((role) => ({
      ...role,
      id: roles.get(role.id) ?? role.id,
      holders: role.holders?.map(personId),
    })),
  };
}
