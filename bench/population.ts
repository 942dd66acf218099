import type { CompanyRole } from '../demo/company.ts';
import { accessRole } from '../demo/content-wire.ts';
import type { SerialisedPage } from '../demo/rows.ts';
import { scimGroup, scimUser } from '../demo/scim-wire.ts';
import type { Population } from '../demo/stand-in.ts';

/*
 * Tenants of any size, made from a seed. Nothing is kept: each person is worked out from the seed and a number, so that a
 * hundred thousand people cost no more memory than the pages that are served.
 *
 * Each person draws one of `values` values for each of the attributes below. Each pair of attributes in `FAMILIES` makes a
 * grid of groups, and a person is in exactly one group of each grid: eight groups each, about twenty people to a group
 * name. What is left of the groups are short lists of people by name, who are in a ninth one.
 */

export interface PopulationOptions {
  readonly people: number;
  /** Another seed gives other people in other groups, by the same scheme (1). */
  readonly seed?: number;
}

/** A tenant: its size and scheme, to be handed to the functions of this module. */
export interface BenchPopulation {
  readonly people: number;
  readonly seed: number;
  /** A twentieth of the people, at least one for each family. */
  readonly groups: number;
  /** Different values of each attribute. */
  readonly values: number;
  /** Groups that list their members by name. */
  readonly namedGroups: number;
}

const ATTRIBUTES = ['department', 'cost-center', 'division', 'level', 'location', 'title'] as const;
type Attribute = (typeof ATTRIBUTES)[number];

const WORDS: Record<Attribute, string> = {
  department: 'Department',
  'cost-center': 'Cost Center',
  division: 'Division',
  level: 'Level',
  location: 'Site',
  title: 'Role',
};

const FAMILIES: readonly (readonly [Attribute, Attribute])[] = [
  ['department', 'level'],
  ['department', 'location'],
  ['cost-center', 'level'],
  ['cost-center', 'location'],
  ['division', 'title'],
  ['division', 'location'],
  ['level', 'location'],
  ['level', 'title'],
];

const DOMAIN = 'bench.example';
const NAMED_MEMBERS = 5;
/** One person in so many has left, one in so many comes from outside. */
const ONE_INACTIVE_IN = 33;
const ONE_EXTERNAL_IN = 20;
const REPORTS = 8;

/** Lays out a tenant. */
export function population({ people, seed = 1 }: PopulationOptions): BenchPopulation {
  const groups = Math.max(FAMILIES.length, Math.round(people / 20));
  // Nine tenths of the groups are grids, as far as squares allow; the rest are lists.
  const values = Math.max(1, Math.floor(Math.sqrt((0.92 * groups) / FAMILIES.length)));
  return { people, seed, groups, values, namedGroups: groups - FAMILIES.length * values ** 2 };
}

/** Pages of users as they go over the wire. */
export function* userPages(tenant: BenchPopulation, size = 5000): Generator<SerialisedPage> {
  yield* pages(tenant.people, size, (index) => wireUser(tenant, index));
}

/** Pages of groups as they go over the wire. */
export function* groupPages(tenant: BenchPopulation, size = 1000): Generator<SerialisedPage> {
  yield* pages(tenant.groups, size, (index) =>
    scimGroup({ id: groupId(index), name: groupName(tenant, index) }),
  );
}

/** The tenant as the stand-in serves it: in serialised pages that fit the largest pages of Leapsome. */
export function served(tenant: BenchPopulation): Population {
  return { users: { pages: [...userPages(tenant)] }, groups: { pages: [...groupPages(tenant)] } };
}

/** A policy with one entry for each group, which the tenant satisfies: no finding of any kind. */
export function policyFor(tenant: BenchPopulation): string {
  return policyText(tenant, () => undefined);
}

/**
 * The same policy, stretched to exactly so many lines: as many groups as needed list their members one a line, the way
 * grown policies do.
 */
export function longPolicyFor(tenant: BenchPopulation, lines = 50_000): string {
  const short = policyFor(tenant);
  let missing = lines - lineCount(short);
  const rosters = gridRosters(tenant);
  const listed = new Map<number, string[]>();
  for (const [group, members] of rosters) {
    if (members.length > missing || members.length === 0) continue;
    listed.set(group, members);
    missing -= members.length;
  }
  const text = policyText(tenant, (group) => listed.get(group));
  if (missing < 0) throw new Error(`The policy has ${lineCount(short)} lines already`);
  return text + '# …\n'.repeat(missing);
}

/** The tenant as all three services tell it, in agreement. */
export function servedByAll(tenant: BenchPopulation): Population {
  return {
    ...served(tenant),
    employees: { pages: [...pages(tenant.people, 1000, (index) => wireEmployee(tenant, index))] },
    accessRoles: ROLES.map((name, number) => accessRole({ ...roleOf(number), name, active: true })),
    stackone: {
      users: { pages: [...pages(tenant.people, 100, (index) => wireAccount(tenant, index))] },
      groups: {
        pages: [
          ...pages(tenant.groups, 100, (index) => linked('group', groupId(index), groupName(tenant, index))),
        ],
      },
      roles: ROLES.map((name, number) => linked('role', roleOf(number).id, name)),
    },
  };
}

function* pages(total: number, size: number, row: (index: number) => object): Generator<SerialisedPage> {
  for (let from = 0; from < total; from += size) {
    const rows = Math.min(size, total - from);
    const texts = Array.from({ length: rows }, (_, index) => JSON.stringify(row(from + index)));
    yield { rows, body: Buffer.from(texts.join(',')) };
  }
}

// People

function wireUser(tenant: BenchPopulation, index: number): object {
  const value = (attribute: Attribute) => attributeValue(attribute, draw(tenant, index, attribute));
  const external = index % ONE_EXTERNAL_IN === 7;
  const managerId = index === 0 ? null : personId(managerOf(index));
  return scimUser(
    {
      id: personId(index),
      externalId: external ? null : `HR-${index}`,
      userName: userName(tenant, index),
      givenName: pick(GIVEN, tenant, index, 11),
      familyName: pick(FAMILY, tenant, index, 12),
      active: isActive(tenant, index),
      title: value('title'),
      department: value('department'),
      costCenter: value('cost-center'),
      division: value('division'),
      level: value('level'),
      location: value('location'),
      employmentType: external ? 'external' : 'internal',
      startDate: `20${10 + (index % 15)}-0${1 + (index % 9)}-15`,
      endDate: external ? '2039-12-31' : null,
      managerId,
      additionalManagerIds: index % 4 === 3 ? [personId(managerOf(managerOf(index)))] : [],
      groupIds: groupsOf(tenant, index).map(groupId),
      custom: { '6140868326541a4da586db01': 'Hybrid' },
      sensitive: {
        birthday: '1903-05-17',
        gender: 'canary-gender',
        phone: '+00-555-CANARY',
        photo: `https://photos.${DOMAIN}/canary-photo/${index}.png`,
        attachment: `CANARY-attachment-${index}.pdf`,
        salary: 19031903,
        salaryClass: 'Salary Class CANARY-7',
      },
    },
    () => 'Their Manager',
  );
}

function wireEmployee(tenant: BenchPopulation, index: number): object {
  const value = (attribute: Attribute) => attributeValue(attribute, draw(tenant, index, attribute));
  const group = (attribute: Attribute) => {
    const name = value(attribute);
    return [{ id: `cc${Buffer.from(name).toString('hex').slice(-22).padStart(22, '0')}`, name }];
  };
  const external = index % ONE_EXTERNAL_IN === 7;
  return {
    id: personId(index),
    email: userName(tenant, index),
    displayedName: 'Somebody',
    status: isActive(tenant, index) ? 'active' : 'deactivated',
    lifecycleStatus: isActive(tenant, index) ? 'active' : 'deactivated',
    ...(index === 0 ? {} : { manager: { id: personId(managerOf(index)), name: 'Their Manager' } }),
    additionalManagers: [],
    indirectManagers: [],
    startDate: `20${10 + (index % 15)}-0${1 + (index % 9)}-15T00:00:00.000Z`,
    ...(external ? { endDate: '2039-12-31T00:00:00.000Z' } : {}),
    phone: '+00-555-CANARY',
    teams: groupsOf(tenant, index).map((id) => ({ id: groupId(id), name: groupName(tenant, id) })),
    departments: group('department'),
    businessUnits: [],
    costCenters: group('cost-center'),
    divisions: group('division'),
    otherGroups: [],
    level: value('level'),
    title: value('title'),
    workLocation: { id: 'dd0000000000000000000001', name: value('location') },
    compensation: { salary: 19031903, currency: 'EUR', frequency: 'year' },
    customAttributes: { '6140868326541a4da5ca9a12': 'Salary Class CANARY-7' },
  };
}

function wireAccount(tenant: BenchPopulation, index: number): object {
  const roles =
    index % 50 === 3 ? [linked('role', roleOf(index % ROLES.length).id, ROLES[index % ROLES.length]!)] : [];
  return {
    ...linked('user', personId(index), 'Somebody'),
    primary_email_address: userName(tenant, index),
    username: userName(tenant, index),
    status: { value: isActive(tenant, index) ? 'enabled' : 'disabled', source_value: null },
    groups: groupsOf(tenant, index).map((id) => linked('group', groupId(id), groupName(tenant, id))),
    roles,
    last_login_at: '2026-10-04T08:05:00.000Z',
  };
}

const ROLES = ['Super Admin', 'HR Admin', 'Payroll Viewer', 'Survey Admin'];

function roleOf(number: number): CompanyRole {
  return {
    id: `ee${String(number).padStart(22, '0')}`,
    name: ROLES[number]!,
    active: true,
    holderIds: [],
    scope: 'none',
    systemType: null,
  };
}

function linked(kind: string, remoteId: string, name: string): object {
  return { id: `${kind}-${remoteId}`, remote_id: remoteId, name };
}

/** Everybody has at most eight reports; the first person is at the top. */
function managerOf(index: number): number {
  return index === 0 ? 0 : Math.floor((index - 1) / REPORTS);
}

/** Only people without reports leave, so that nobody reports to a deactivated account. */
function isActive(tenant: BenchPopulation, index: number): boolean {
  const leads = index * REPORTS + 1 < tenant.people;
  return leads || index % ONE_INACTIVE_IN !== 5;
}

/** The groups that a person is in; whoever has left is in none. */
function groupsOf(tenant: BenchPopulation, index: number): number[] {
  if (!isActive(tenant, index)) return [];
  const grids = FAMILIES.map((family, number) => gridGroup(tenant, number, family, index));
  const named = namedGroupOf(tenant, index);
  return named === undefined ? grids : [...grids, named];
}

function gridGroup(
  tenant: BenchPopulation,
  family: number,
  [first, second]: readonly [Attribute, Attribute],
  index: number,
): number {
  const { values } = tenant;
  return (family * values + draw(tenant, index, first)) * values + draw(tenant, index, second);
}

/** People are dealt to the named groups in blocks of five, spread over the whole tenant. */
function namedGroupOf(tenant: BenchPopulation, index: number): number | undefined {
  const stride = namedStride(tenant);
  const number = Math.floor(index / stride);
  const isListed = index % stride < NAMED_MEMBERS && number < tenant.namedGroups;
  return isListed ? firstNamed(tenant) + number : undefined;
}

function namedMembers(tenant: BenchPopulation, number: number): string[] {
  const first = number * namedStride(tenant);
  const block = Array.from({ length: NAMED_MEMBERS }, (_, offset) => first + offset);
  return block
    .filter((index) => index < tenant.people && isActive(tenant, index))
    .map((index) => userName(tenant, index));
}

function namedStride(tenant: BenchPopulation): number {
  return Math.max(NAMED_MEMBERS, Math.floor(tenant.people / Math.max(1, tenant.namedGroups)));
}

function firstNamed(tenant: BenchPopulation): number {
  return FAMILIES.length * tenant.values ** 2;
}

// Policy

function policyText(
  tenant: BenchPopulation,
  roster: (group: number) => readonly string[] | undefined,
): string {
  const active = Math.floor(tenant.people * 0.9);
  const lines = [
    'version: 1',
    'population:',
    `  min-users: ${active}`,
    'accounts:',
    `  at-most: [{ domain: ${DOMAIN} }]`,
  ];
  lines.push('groups:');
  for (let group = 0; group < tenant.groups; group++) {
    lines.push(`  - name: ${groupName(tenant, group)}`);
    const listed = roster(group);
    if (listed === undefined) lines.push(`    members: [${membersOf(tenant, group)}]`);
    else lines.push('    members:', ...listed.map((member) => `      - ${member}`));
  }
  return `${lines.join('\n')}\n`;
}

/** Who is in a group, as selectors. */
function membersOf(tenant: BenchPopulation, group: number): string {
  if (group >= firstNamed(tenant)) return namedMembers(tenant, group - firstNamed(tenant)).join(', ');
  const { family, first, second } = gridPlace(tenant, group);
  const [one, other] = FAMILIES[family]!;
  return `{ ${one}: ${attributeValue(one, first)}, ${other}: ${attributeValue(other, second)} }`;
}

/** Members of the grid groups by name. */
function gridRosters(tenant: BenchPopulation): Map<number, string[]> {
  const rosters = new Map<number, string[]>();
  for (let index = 0; index < tenant.people; index++) {
    for (const group of groupsOf(tenant, index)) {
      if (group >= firstNamed(tenant)) continue;
      const members = rosters.get(group);
      if (members === undefined) rosters.set(group, [userName(tenant, index)]);
      else members.push(userName(tenant, index));
    }
  }
  return rosters;
}

function lineCount(text: string): number {
  return text.split('\n').length - 1;
}

// Names and numbers

function groupName(tenant: BenchPopulation, group: number): string {
  if (group >= firstNamed(tenant)) return `List ${group - firstNamed(tenant) + 1}`;
  const { family, first, second } = gridPlace(tenant, group);
  const [one, other] = FAMILIES[family]!;
  return `${attributeValue(one, first)} in ${attributeValue(other, second)}`;
}

function gridPlace(
  { values }: BenchPopulation,
  group: number,
): { family: number; first: number; second: number } {
  const square = values ** 2;
  return {
    family: Math.floor(group / square),
    first: Math.floor((group % square) / values),
    second: group % values,
  };
}

function attributeValue(attribute: Attribute, value: number): string {
  return `${WORDS[attribute]} ${String(value + 1).padStart(2, '0')}`;
}

function draw(tenant: BenchPopulation, index: number, attribute: Attribute): number {
  return mix(tenant.seed, index, ATTRIBUTES.indexOf(attribute)) % tenant.values;
}

function userName(tenant: BenchPopulation, index: number): string {
  const local = `${pick(GIVEN, tenant, index, 11)}.${pick(FAMILY, tenant, index, 12)}.${index}`;
  return `${local.toLowerCase()}@${DOMAIN}`;
}

function pick(names: readonly string[], tenant: BenchPopulation, index: number, salt: number): string {
  return names[mix(tenant.seed, index, salt) % names.length]!;
}

function personId(index: number): string {
  return `aa${index.toString(16).padStart(22, '0')}`;
}

function groupId(group: number): string {
  return `bb${group.toString(16).padStart(22, '0')}`;
}

/** A number that looks random and depends only on its arguments (the finaliser of MurmurHash3). */
function mix(seed: number, index: number, salt: number): number {
  let hash =
    (Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b) ^ Math.imul(salt + 1, 0xc2b2ae35)) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const GIVEN = [
  'Ada',
  'Bela',
  'Chidi',
  'Dana',
  'Emil',
  'Farah',
  'Goran',
  'Hana',
  'Ivo',
  'Jun',
  'Kofi',
  'Lea',
  'Mira',
];
const FAMILY = [
  'Abara',
  'Berg',
  'Costa',
  'Dubois',
  'Eriksen',
  'Fischer',
  'Garcia',
  'Haas',
  'Ito',
  'Jansen',
  'Keller',
];
