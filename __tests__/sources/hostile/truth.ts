import { BRIGHTWATER_AGREED, type Company, type CompanyPerson, stableId } from '../../../demo/company.ts';
import type { Fact, SourceName } from '../../../src/model/facts.ts';
import type { Attributes, Group, Person, Role } from '../../../src/model/snapshot.ts';
import type { Reading } from '../../../src/sources/types.ts';

/** Everything that a source says of a company, with every list in an order of its own. */
export interface Told {
  /** People in the order of the company, until they are held against a reading. */
  people: Person[];
  groups: Group[];
  roles: Role[] | undefined;
  facts: Fact[];
}

/** Brightwater with so many people: some of it, or with copies of people under other names. */
export function companyOf(count: number): Company {
  const { people } = BRIGHTWATER_AGREED;
  const copy = (index: number): CompanyPerson => ({
    ...people[index % people.length]!,
    id: stableId(`copy:${index}`),
    userName: `copy.${index}@brightwater.example`,
  });
  return {
    ...BRIGHTWATER_AGREED,
    people: Array.from({ length: count }, (_, index) => people[index] ?? copy(index)),
  };
}

/** What a source must report of a company, made of the company itself and not of what goes over the wire. */
export function truthOf(company: Company, source: SourceName, custom: readonly string[]): Told {
  const { people, groups, roles } = TRUTHS[source](company, custom);
  return { people, groups, roles, facts: factsOf(company, source, custom) };
}

/** What a source reported, in the same form. */
export function toldBy({ people, groups, roles, facts }: Reading): Told {
  return { people: [...people], groups: [...groups], roles: roles && [...roles], facts: [...facts] };
}

/** The same with every list and all fields sorted, so that two of them can be compared as texts. */
export function inOrder({ people, groups, roles, facts }: Told): Told {
  return {
    people: people
      .map((person) => ({
        ...person,
        groups: person.groups.toSorted(),
        addresses: person.addresses.toSorted(),
        attributes: byKey(person.attributes),
        custom: person.custom && byKey(person.custom),
      }))
      .map(byKey)
      .toSorted(byId),
    groups: groups.map(byKey).toSorted(byId),
    roles: roles?.map((role) => byKey({ ...role, holders: role.holders?.toSorted() })).toSorted(byId),
    facts: facts.toSorted(),
  };
}

function byKey<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) as T;
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}

type Truth = (company: Company, custom: readonly string[]) => Omit<Told, 'facts'>;

const TRUTHS: Readonly<Record<SourceName, Truth>> = {
  scim: (company, custom) => ({
    people: company.people.map((person) => ({
      ...account(person),
      active: person.active,
      groups: person.groupIds,
      managerId: person.managerId ?? undefined,
      attributes: { ...common(person), 'employment-type': person.employmentType, ...departments(person) },
      custom: named(person, custom),
    })),
    groups: company.groups.map(({ id, name }) => ({ id, name })),
    roles: undefined,
  }),

  content: (company, custom) => {
    const known = new Set(company.people.map(({ id }) => id));
    const groups = new Map<string, Group>();
    for (const person of company.people)
      for (const group of groupsInContent(company, person)) groups.set(group.id, group);
    return {
      people: company.people.map((person) => ({
        ...account(person),
        ...accountState(person),
        groups: groupsInContent(company, person).map(({ id }) => id),
        managerId: known.has(person.managerId ?? '') ? person.managerId! : undefined,
        attributes: {
          ...common(person),
          ...departments(person),
          'business-unit': person.businessUnit,
          status: person.status,
          lifecycle: person.lifecycle,
        },
        custom: named(person, custom),
      })),
      groups: [...groups.values()],
      roles: company.roles.map(({ id, name, active }) => ({ id, name, active, holders: undefined })),
    };
  },

  stackone: (company) => {
    const known = new Set(company.people.map(({ id }) => id));
    return {
      people: company.people.map((person) => {
        const { active, pending } = accountState(person);
        return {
          ...account(person),
          active,
          // StackOne has one word for everybody who is about to begin.
          ...(pending ? { pending: 'invited' } : {}),
          groups: person.groupIds,
          managerId: undefined,
          attributes: {},
          custom: undefined,
        };
      }),
      groups: company.groups.map(({ id, name }) => ({ id, name, kind: 'team' })),
      roles: company.roles.map(({ id, name, holderIds }) => ({
        id,
        name,
        active: undefined,
        holders: holderIds.filter((holder) => known.has(holder)),
      })),
    };
  },
};

function account({ id, userName }: CompanyPerson): Pick<Person, 'id' | 'userName' | 'addresses'> {
  return { id, userName, addresses: [] };
}

function accountState({ status }: CompanyPerson): Pick<Person, 'active' | 'pending'> {
  if (status === 'invited') return { active: false, pending: 'invited' };
  if (status === 'preBoardingInvited') return { active: false, pending: 'pre-boarding' };
  return { active: status === 'active' };
}

function common(person: CompanyPerson): Attributes {
  return {
    title: person.title,
    level: person.level,
    location: person.location,
    'start-date': person.startDate,
    ...(person.endDate === null ? {} : { 'end-date': person.endDate }),
  };
}

function departments(person: CompanyPerson): Attributes {
  return { department: person.department, division: person.division, 'cost-center': person.costCenter };
}

function groupsInContent(company: Company, person: CompanyPerson): Group[] {
  const made = (kind: Group['kind'] & string, name: string): Group => ({
    id: stableId(`${kind}:${name}`),
    name,
    kind,
  });
  return [
    ...company.groups
      .filter(({ id }) => person.groupIds.includes(id))
      .map(({ id, name }): Group => ({ id, name, kind: 'team' })),
    made('department', person.department),
    made('business-unit', person.businessUnit),
    made('cost-center', person.costCenter),
    made('division', person.division),
    ...person.otherGroups.map((name) => made('other', name)),
  ];
}

function named({ custom }: CompanyPerson, wanted: readonly string[]): Person['custom'] {
  if (wanted.length === 0) return undefined;
  return Object.fromEntries(Object.entries(custom).filter(([id]) => wanted.includes(id)));
}

const IN_BOTH = [
  ...['membership', 'team', 'domain', 'department', 'division', 'cost-center'],
  ...['location', 'level', 'title', 'start-date', 'end-date', 'manager'],
] as Fact[];
const FACTS: Readonly<Record<SourceName, readonly Fact[]>> = {
  scim: [...IN_BOTH, 'group-catalogue', 'employment-type', 'custom'],
  content: [...IN_BOTH, 'group-kind', 'business-unit', 'status', 'lifecycle', 'role-catalogue'],
  stackone: ['membership', 'team', 'domain', 'group-catalogue', 'role-catalogue', 'role-holders'],
};

function factsOf({ people }: Company, source: SourceName, custom: readonly string[]): Fact[] {
  if (source !== 'content') return [...FACTS[source]];
  // The Content API leaves out what it does not know, and what it never tells nobody knows.
  const nobody = people.length === 0;
  const hasCustom = nobody || people.some((person) => Object.keys(named(person, custom) ?? {}).length > 0);
  return [...FACTS.content, ...(hasCustom ? (['custom'] as const) : [])];
}
