import type { Company, CompanyPerson } from '../../../demo/company.ts';
import { contentError, contentRows } from '../../../demo/content-wire.ts';
import type { Fault, Json } from '../../../demo/faults.ts';
import { ENTERPRISE_USER, scimError, scimRows } from '../../../demo/scim-wire.ts';
import { stackOneError, stackOneId, stackOneRows } from '../../../demo/stackone-wire.ts';
import type { StandIn } from '../../../demo/stand-in.ts';
import type { SourceName } from '../../../src/model/facts.ts';
import type { PendingState, Person } from '../../../src/model/snapshot.ts';
import type { Credentials } from '../../../src/sources/index.ts';

/** Where the services are, and what opens them. */
export type Place = Pick<
  StandIn,
  'scimUrl' | 'apiUrl' | 'stackoneUrl' | 'token' | 'apiSecret' | 'stackoneKey' | 'stackoneAccountId'
>;

/** An account's state as a source writes it, and what it says. */
export interface Written {
  readonly value: Json;
  readonly active: boolean;
  readonly pending?: PendingState;
}

/** One source in the words that the table is written in. */
export interface Subject {
  readonly name: SourceName;
  /** The list of people, below the base URL of the service. */
  readonly people: string;
  /** Another list: of groups, or where there is none, of roles. */
  readonly other: string;
  /** The list of roles. */
  readonly roles: string | undefined;
  /** What messages call people. */
  readonly noun: 'users' | 'employees';
  readonly one: 'user' | 'employee';
  /** The field of a page that holds its rows. */
  readonly rows: 'Resources' | 'data';
  /** What the first request for people asks for, as far as it counts. */
  readonly firstQuery: string;
  /** What messages call the page that begins with a row, counted from 1, where pages have so many rows. */
  readonly page: (first: number, size: number) => string;
  /** Sets the total, or with `undefined` takes it away; undefined where the service announces none. */
  readonly total: ((value: Json | undefined) => Fault) | undefined;
  /** What messages call the total. */
  readonly totalField: string;
  /** Fields in which a cursor may come where none is expected. */
  readonly cursors: readonly string[];

  readonly id: 'id' | 'remote_id';
  /** Every field that a user name is read from, the first one as messages name it. */
  readonly userName: readonly [string, ...string[]];
  readonly state: 'active' | 'status';
  readonly belongs: 'groups' | 'teams';
  /** Fields that may be null or absent. */
  readonly optional: readonly string[];
  /** Takes from a person what those fields say. */
  readonly withoutOptional: (person: Person) => Person;
  /** A group as a person's record names it. */
  readonly reference: (id: string, name: string) => Json;
  /** Entries among the groups of a person that name none. */
  readonly noReferences: readonly Json[];
  readonly states: { readonly on: Written; readonly off: Written };
  /** Other ways in which the service may write a state. */
  readonly spellings: readonly Written[];
  /** States that nobody can understand. */
  readonly unclear: readonly Json[];

  /** Everybody as they go over the wire. */
  readonly everybody: (company: Company) => readonly object[];
  /** A page with these rows that claims to be all there is. */
  readonly wholePage: (rows: readonly object[]) => string;
  /** What the service says when something is wrong. */
  readonly error: (message: string) => object;
  readonly baseUrl: (place: Place) => string;
  readonly credentials: (place: Place) => Credentials;
  /** Everything that must never be seen. */
  readonly secrets: (place: Place) => readonly string[];
}

/** The id as it stands in the records of a source, beside `Subject.id` for StackOne's own. */
export function wireId(subject: Subject, person: CompanyPerson): string {
  return subject.name === 'stackone' ? stackOneId('user', person.id) : person.id;
}

/** A value of none of the kinds that a state can be. */
const NO_STATES: readonly Json[] = [null, '', 'yes', 'BODY-CANARY-4711', {}, [], 2];

const scim: Subject = {
  name: 'scim',
  people: '/Users',
  other: '/Groups',
  roles: undefined,
  noun: 'users',
  one: 'user',
  rows: 'Resources',
  firstQuery: 'startIndex=1&count=5000',
  page: (first) => `the page at startIndex ${first}`,
  total: (value) =>
    value === undefined
      ? { kind: 'envelope', without: ['totalResults'] }
      : { kind: 'envelope', set: { totalResults: value } },
  totalField: 'totalResults',
  cursors: ['nextCursor', 'next', 'links.next', 'meta.next', 'meta.nextCursor', '_links.next'],
  id: 'id',
  userName: ['userName'],
  state: 'active',
  belongs: 'groups',
  optional: [
    ...['name', 'emails', 'displayName', 'externalId', 'title', 'manager', 'meta', 'photos', 'schemas'],
    ENTERPRISE_USER,
  ],
  withoutOptional: (person) => ({ ...person, attributes: {}, managerId: undefined }),
  reference: (value) => ({ value }),
  noReferences: [{}, { value: null }, { value: '' }, { display: 'BODY-CANARY-4711' }, null, 'x', 7],
  states: { on: { value: true, active: true }, off: { value: false, active: false } },
  spellings: [
    ...['True', 'TRUE', 'true', 1].map((value) => ({ value, active: true })),
    ...['False', 'false', 0].map((value) => ({ value, active: false })),
  ],
  unclear: [...NO_STATES, 'on', -1],
  everybody: (company) => scimRows(company).users,
  wholePage: (rows) => JSON.stringify({ totalResults: rows.length, Resources: rows }),
  error: (message) => scimError(500, message),
  baseUrl: (place) => place.scimUrl,
  credentials: (place) => ({ scim: { baseUrl: new URL(place.scimUrl), token: place.token } }),
  secrets: (place) => [place.token],
};

const content: Subject = {
  name: 'content',
  people: '/employees',
  other: '/access-roles',
  roles: '/access-roles',
  noun: 'employees',
  one: 'employee',
  rows: 'data',
  firstQuery: 'page=1&pageSize=1000',
  page: (first, size) => `page ${Math.ceil(first / size)}`,
  total: (value) =>
    value === undefined
      ? { kind: 'meta', without: ['totalCount'] }
      : { kind: 'meta', set: { totalCount: value } },
  totalField: 'meta\\.totalCount',
  cursors: [
    ...['meta.nextPage', 'meta.cursor', 'meta.nextCursor', 'meta.next', 'meta.links.next'],
    ...['nextCursor', 'next', 'nextPage', 'links.next', '_links.next'],
  ],
  id: 'id',
  userName: ['email'],
  state: 'status',
  belongs: 'teams',
  optional: [
    ...['firstname', 'lastname', 'fullname', 'displayedName', 'lifecycleStatus', 'manager'],
    ...['additionalManagers', 'indirectManagers', 'startDate', 'endDate', 'level', 'title', 'workLocation'],
    ...['phone', 'picture', 'birthday', 'gender', 'attachments', 'compensation', 'additionalCompensations'],
    'customAttributes',
  ],
  withoutOptional: ({ attributes, ...person }) => {
    const { lifecycle, level, title, location, 'start-date': start, 'end-date': end, ...kept } = attributes;
    return { ...person, attributes: kept, managerId: undefined };
  },
  reference: (id, name) => ({ id, name }),
  noReferences: [
    {},
    { id: null, name: 'x' },
    { id: 'x' },
    { id: 'x', name: '' },
    { name: 'x' },
    null,
    'x',
    7,
  ],
  states: { on: { value: 'active', active: true }, off: { value: 'deactivated', active: false } },
  spellings: [
    { value: 'created', active: false, pending: 'created' },
    { value: 'invited', active: false, pending: 'invited' },
    { value: 'preBoardingInvited', active: false, pending: 'pre-boarding' },
    { value: 'preBoardingActive', active: false, pending: 'pre-boarding' },
    { value: 'removed', active: false },
  ],
  unclear: [...NO_STATES, true, 'ACTIVE', 'onHold', 'constructor', '__proto__'],
  everybody: (company) => contentRows(company).employees,
  wholePage: (rows) => JSON.stringify({ data: rows, meta: { page: 1, totalCount: rows.length } }),
  error: (message) => contentError(500, message),
  baseUrl: (place) => place.apiUrl,
  credentials: (place) => ({ content: { baseUrl: new URL(place.apiUrl), secret: place.apiSecret } }),
  secrets: (place) => [place.apiSecret],
};

const stackone: Subject = {
  name: 'stackone',
  people: '/unified/iam/users',
  other: '/unified/iam/groups',
  roles: '/unified/iam/roles',
  noun: 'users',
  one: 'user',
  rows: 'data',
  firstQuery: 'page_size=100&expand=groups,roles',
  page: (first, size) => `page ${Math.ceil(first / size)}`,
  total: undefined,
  totalField: '',
  cursors: ['nextCursor', 'links.next', 'meta.next', 'meta.nextCursor', '_links.next'],
  id: 'remote_id',
  userName: ['username', 'primary_email_address'],
  state: 'status',
  belongs: 'groups',
  optional: [
    ...['name', 'first_name', 'last_name', 'primary_email_address', 'is_bot_user', 'avatar', 'created_at'],
    ...['multi_factor_enabled', 'last_active_at', 'last_login_at', 'updated_at', 'unified_custom_fields'],
  ],
  withoutOptional: (person) => person,
  reference: (id, name) => ({ id: stackOneId('group', id), remote_id: id, name }),
  noReferences: [{}, { id: null, remote_id: null }, { id: '' }, { name: 'BODY-CANARY-4711' }, null, 'x', 7],
  states: {
    on: { value: { value: 'enabled' }, active: true },
    off: { value: { value: 'disabled' }, active: false },
  },
  spellings: [
    { value: { value: 'ENABLED', source_value: 'x' }, active: true },
    { value: { value: 'Disabled' }, active: false },
    { value: { value: 'pending' }, active: false, pending: 'invited' },
  ],
  unclear: [
    ...NO_STATES,
    ...['', null, 'suspended', 'unmapped_value', '__proto__', 1, true].map((value) => ({ value })),
  ],
  everybody: (company) => stackOneRows(company).users,
  wholePage: (rows) => JSON.stringify({ data: rows, next: null }),
  error: (message) => stackOneError(500, message),
  baseUrl: (place) => place.stackoneUrl,
  credentials: (place) => ({
    stackone: {
      baseUrl: new URL(place.stackoneUrl),
      apiKey: place.stackoneKey,
      accountId: place.stackoneAccountId,
    },
  }),
  secrets: (place) => [place.stackoneKey, place.stackoneAccountId],
};

/** All of them, in the order in which they are named to people. */
export const SUBJECTS: readonly Subject[] = [scim, content, stackone];
