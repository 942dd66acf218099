import {
  ATTRIBUTE_NAMES,
  BEYOND_SCIM,
  FACT_SOURCES,
  type Fact,
  SOURCE_NAMES,
  type SourceName,
} from '../model/facts.ts';
import {
  type Attributes,
  type Group,
  type Person,
  type Role,
  type Snapshot,
  type SourceView,
  type StoredAttribute,
  unheard,
} from '../model/snapshot.ts';
import { link } from './link.ts';
import type { Reading } from './types.ts';

/**
 * Puts together what the sources said at one moment. Everybody whom one of them lists is in; for each fact one source
 * is the authority, and the others are kept beside it, to be held against it. `failed` are sources that were to be read
 * and could not be, although the policy lets them fail: what they are the authority for is then unknown, and nobody
 * else is asked in their place.
 */
export function merge(readings: readonly Reading[], failed: readonly SourceName[] = []): Snapshot {
  const linked = link(inOrder(readings));
  const authorities = new Authorities(linked, failed);
  const sources = linked.map(({ source }) => source);
  const facts = authorities.facts;
  const rest = { sources, facts, ...(failed.length > 0 ? { failed } : {}) };
  const [only, second] = linked;
  if (only !== undefined && second === undefined)
    return { people: only.people, groups: only.groups, roles: only.roles, ...rest };
  const views = linked.map(viewOf);
  return {
    people: mergePeople(linked, views, authorities, unheard(rest) === undefined),
    groups: mergeGroups(linked),
    roles: mergeRoles(linked),
    ...rest,
    views,
  };
}

function inOrder(readings: readonly Reading[]): Reading[] {
  return readings.toSorted((a, b) => SOURCE_NAMES.indexOf(a.source) - SOURCE_NAMES.indexOf(b.source));
}

/** Who has the last word on each fact. */
class Authorities {
  readonly facts: ReadonlySet<Fact>;
  readonly #failed: readonly SourceName[];
  readonly #readings: readonly Reading[];

  constructor(readings: readonly Reading[], failed: readonly SourceName[]) {
    this.#readings = readings;
    this.#failed = failed;
    const facts = Object.keys(FACT_SOURCES) as Fact[];
    this.facts = new Set(facts.filter((fact) => this.tellers(fact).length > 0));
  }

  /** The sources that tell a fact, the authority first; none when the authority failed. */
  tellers(fact: Fact): readonly SourceName[] {
    const order = FACT_SOURCES[fact];
    const told = order.filter((name) => this.#readings.some((r) => r.source === name && r.facts.has(fact)));
    // Every source knows addresses: nobody's authority is missing there.
    if (fact === 'domain') return told;
    const first = order.find((name) => this.#failed.includes(name) || told.includes(name));
    return first !== undefined && this.#failed.includes(first) ? [] : told;
  }
}

function viewOf({ source, facts, people, groups }: Reading): SourceView {
  return {
    source,
    facts,
    people: new Map(people.map((person) => [person.id, person])),
    // The Content API shows groups by their people alone, so that it would show any.
    groups: facts.has('group-catalogue') ? new Set(groups.map(({ id }) => id)) : undefined,
  };
}

const STORED = ATTRIBUTE_NAMES.filter(
  (name): name is StoredAttribute => name !== 'domain' && name !== 'team',
);

function mergePeople(
  readings: readonly Reading[],
  views: readonly SourceView[],
  authorities: Authorities,
  isUseKnown: boolean,
): readonly Person[] {
  const ids = new Set(readings.flatMap(({ people }) => people.map(({ id }) => id)));
  const byName = new Map(views.map((view) => [view.source, view]));
  const viewsOf = (fact: Fact) => authorities.tellers(fact).map((name) => byName.get(name)!);
  const tellers: Tellers = {
    use: isUseKnown ? BEYOND_SCIM.flatMap((name) => byName.get(name) ?? []) : [],
    membership: viewsOf('membership'),
    manager: viewsOf('manager'),
    custom: viewsOf('custom'),
    attributes: STORED.map((name) => [name, viewsOf(name)] as const).filter(([, told]) => told.length > 0),
  };
  return [...ids].map((id) => mergePerson(id, views, tellers));
}

interface Tellers {
  /** Who tells accounts in use from those that wait for their first day. */
  readonly use: readonly SourceView[];
  readonly membership: readonly SourceView[];
  readonly manager: readonly SourceView[];
  readonly custom: readonly SourceView[];
  readonly attributes: readonly (readonly [StoredAttribute, readonly SourceView[]])[];
}

function mergePerson(id: string, views: readonly SourceView[], tellers: Tellers): Person {
  const records = views.flatMap((view) => view.people.get(id) ?? []);
  const first = records[0]!;
  // SCIM calls both active. Without a word of the others it is left at what the first of the records says.
  const { pending } = told(id, tellers.use) ?? first;
  return {
    id,
    userName: first.userName,
    addresses: addressesOf(records),
    active: first.active && pending === undefined,
    ...(pending ? { pending } : {}),
    groups: groupsOf(id, tellers.membership),
    managerId: told(id, tellers.manager)?.managerId,
    attributes: attributesOf(id, tellers.attributes),
    custom: told(id, tellers.custom)?.custom,
  };
}

/** The record of the first source that knows somebody. */
function told(id: string, views: readonly SourceView[]): Person | undefined {
  for (const view of views) {
    const person = view.people.get(id);
    if (person !== undefined) return person;
  }
  return undefined;
}

function addressesOf([first, ...others]: readonly Person[]): readonly string[] {
  const known = first!.userName.toLowerCase();
  let addresses = first!.addresses;
  for (const other of others) {
    for (const address of [other.userName, ...other.addresses]) {
      const folded = address.toLowerCase();
      if (folded !== known && folded.includes('@') && !addresses.includes(folded))
        addresses = [...addresses, folded];
    }
  }
  return addresses;
}

/** The authority's word for every group that it lists; the others add groups that it does not know of. */
function groupsOf(id: string, views: readonly SourceView[]): readonly string[] {
  const knowing = views.filter((view) => view.people.has(id));
  const [authority, ...others] = knowing;
  if (authority === undefined) return [];
  let { groups } = authority.people.get(id)!;
  let earlier: readonly SourceView[] = [authority];
  for (const view of others) {
    const more = view.people
      .get(id)!
      .groups.filter((group) =>
        earlier.every((other) => other.groups !== undefined && !other.groups.has(group)),
      );
    if (more.length > 0) groups = [...new Set([...groups, ...more])];
    earlier = [...earlier, view];
  }
  return groups;
}

function attributesOf(id: string, tellers: Tellers['attributes']): Attributes {
  const attributes: Record<string, string | readonly string[]> = {};
  for (const [name, views] of tellers) {
    const value = told(id, views)?.attributes[name];
    if (value !== undefined) attributes[name] = value;
  }
  return attributes as Attributes;
}

/** Every group that a source knows: named by the first, and of the kind that the one says that tells kinds. */
function mergeGroups(readings: readonly Reading[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const reading of readings) {
    for (const group of reading.groups) {
      const known = groups.get(group.id);
      if (known === undefined) groups.set(group.id, group);
      else if (known.kind === undefined && group.kind !== undefined)
        groups.set(group.id, { ...known, kind: group.kind });
    }
  }
  return [...groups.values()];
}

/** The catalogue with the holders that another source may know. */
function mergeRoles(readings: readonly Reading[]): readonly Role[] | undefined {
  const known = readings.filter((reading) => reading.roles !== undefined);
  if (known.length === 0) return undefined;
  const roles = new Map<string, Role>();
  for (const { roles: list = [] } of known) {
    for (const role of list) {
      const before = roles.get(role.id);
      roles.set(role.id, before ? { ...before, holders: before.holders ?? role.holders } : role);
    }
  }
  return [...roles.values()];
}
