import { CheckError, failure } from '../errors.ts';
import { createHttpClient } from '../http/client.ts';
import type { AdviceByStatus } from '../http/explain.ts';
import type { Query } from '../http/types.ts';
import { type Fact, SOURCE_LABELS } from '../model/facts.ts';
import type { Group, Person, Role } from '../model/snapshot.ts';
import { Books } from './books.ts';
import { type CursorPage, walkCursors } from './cursor.ts';
import { shownEndpoint } from './endpoint.ts';
import { malformed, type PagePlace, pickRows, readObject, refuseCursors } from './rows.ts';
import {
  createStackOnePicker,
  type Linked,
  type StackOneEntry,
  type StackOnePicker,
  type StackOneUser,
} from './stackone-pick.ts';
import { nobodyThere, readUntilSure, together } from './sure.ts';
import type { HttpTools, Progress, Reading, Source, Wanted } from './types.ts';
import type { Walked } from './walk.ts';

export interface StackOneConfig {
  readonly baseUrl: URL;
  readonly apiKey: string;
  /** Which linked Leapsome account is meant. */
  readonly accountId: string;
}

const SERVICE = SOURCE_LABELS.stackone;
const KEY = '`stackone-api-key` (STACKONE_API_KEY)';
const ACCOUNT = '`stackone-account-id` (STACKONE_ACCOUNT_ID)';
const ADDRESS = '`stackone-url` (STACKONE_URL)';

const RATE = { perSecond: 10, burst: 4 } as const;
const CONCURRENCY = 3;
const PAGE_SIZE = '100';

/** Only these fields are asked for: what is not needed does not even travel. */
const FIELDS = {
  users: 'id,remote_id,username,primary_email_address,status,groups,roles',
  groups: 'id,remote_id,name,type',
  roles: 'id,remote_id,name',
} as const;
type Kind = keyof typeof FIELDS;
type OnPage = (kind: Kind, received: number) => void;

interface Everything {
  readonly users: Walked<StackOneUser>;
  readonly groups: Walked<StackOneEntry>;
  /** Undefined where the linked account offers no roles. */
  readonly roles: Walked<StackOneEntry> | undefined;
}

/** Reads people, groups, and access roles with their holders, of a Leapsome account that is linked in StackOne. */
export function createStackOneSource(config: StackOneConfig, tools: HttpTools): Source {
  const stop = new AbortController();
  const basic = Buffer.from(`${config.apiKey}:`).toString('base64');
  const client = createHttpClient(
    {
      baseUrl: config.baseUrl,
      service: SERVICE,
      headers: { authorization: `Basic ${basic}`, 'x-account-id': config.accountId },
      secrets: [config.apiKey, config.accountId],
      rate: RATE,
      concurrency: CONCURRENCY,
      userAgent: tools.userAgent,
      signal: AbortSignal.any([tools.signal, stop.signal]),
      deadline: tools.deadline,
    },
    tools.deps,
    { advice: () => ADVICE, ...(tools.limits && { limits: tools.limits }) },
  );
  const books = new Books(
    'stackone',
    shownEndpoint(config.baseUrl, [config.apiKey, config.accountId]),
    client,
  );
  let choosesFields = true;

  async function read(wanted: Wanted, onProgress: (progress: Progress) => void): Promise<Reading> {
    tools.onSecret(basic);
    const onPage: OnPage = (kind, received) =>
      onProgress({ source: 'stackone', kind, received, reported: undefined });
    const { users, groups, roles } = await readUntilSure(SERVICE, () => readAll(onPage));
    if (users.rows.length === 0 && !wanted.mayBeEmpty) throw nobodyThere(SERVICE, ACCOUNT);
    refusePatches(users.rows, 'groups');
    refusePatches(users.rows, 'roles');
    for (const walked of [users, groups, roles]) refuseTwins(walked?.rows ?? []);
    if (roles === undefined) books.warnings.add(NO_ROLES);
    books.complete = true;
    return readingOf(users.rows, groups.rows, roles?.rows);
  }

  async function readAll(onPage: OnPage) {
    const picker: StackOnePicker = createStackOnePicker();
    const [users, groups, roles] = await together(stop, [
      list('users', picker.user, onPage),
      list('groups', picker.entry, onPage),
      list('roles', picker.entry, onPage).catch(unlessNotOffered),
    ]);
    const doubt = users.doubt ?? groups.doubt ?? roles?.doubt;
    return { users, groups, roles, doubt, dangles: dangles({ users, groups, roles }) };
  }

  function list<Row extends Linked>(
    kind: Kind,
    pick: (row: unknown) => Row,
    onPage: OnPage,
  ): Promise<Walked<Row>> {
    let number = 0;
    return walkCursors<Row>({
      service: SERVICE,
      kind,
      idOf: (row) => row.id,
      same: (a, b) => JSON.stringify(inOrder(a)) === JSON.stringify(inOrder(b)),
      async fetchPage(cursor) {
        number += 1;
        const place: PagePlace = { service: SERVICE, kind, page: `page ${number}` };
        const { next, rows } = readPage(await ask(kind, cursor), place);
        return { total: undefined, next, rows: pickRows(pick, rows, place) };
      },
      onPage(tally) {
        books.enter(kind, tally);
        onPage(kind, tally.received);
      },
    });
  }

  /** A service that does not know how to leave fields out is asked for whole records. */
  async function ask(kind: Kind, cursor: string | undefined): Promise<unknown> {
    const path = `unified/iam/${kind}`;
    const chosen = choosesFields;
    try {
      return await client.getJson(path, queryFor(kind, cursor, chosen));
    } catch (error) {
      if (!chosen || cursor !== undefined || !isStatus(error, 400)) throw error;
      const body = await client.getJson(path, queryFor(kind, cursor, false));
      choosesFields = false;
      return body;
    }
  }

  return {
    name: 'stackone',
    read,
    evidence: () => books.evidence(),
    pace: () => books.pace(),
    close: () => client.close(),
  };
}

const NO_ROLES = `${SERVICE} does not offer the roles of this linked account (HTTP 501), so rules about roles cannot be judged by it. Roles need the account to be linked with an API secret, not with a SCIM token alone.`;

/** An account that is linked without access to roles is still an account whose users and groups can be read. */
function unlessNotOffered(error: unknown): undefined {
  if (!isStatus(error, 501)) throw error;
}

function isStatus(error: unknown, status: number): boolean {
  return error instanceof CheckError && error.status === status;
}

function queryFor(kind: Kind, cursor: string | undefined, choosesFields: boolean): Query {
  return {
    page_size: PAGE_SIZE,
    ...(choosesFields ? { fields: FIELDS[kind] } : {}),
    ...(choosesFields && kind === 'users' ? { expand: 'groups,roles' } : {}),
    ...(cursor === undefined ? {} : { next: cursor }),
  };
}

function readPage(body: unknown, place: PagePlace): Omit<CursorPage<unknown>, 'total'> {
  const fields = readObject(body, place, 'a list');
  const { data, next } = fields;
  if (!Array.isArray(data)) throw malformed(place, 'has no `data` that is a list');
  if (next === undefined || next === null || next === '') {
    // The last page, unless another name says that it is not.
    refuseCursors(fields, place, 'next');
    return { rows: data, next: undefined };
  }
  if (typeof next !== 'string') throw malformed(place, 'has a `next` that is no cursor');
  return { rows: data, next };
}

/** A record's lists in an order of their own. */
function inOrder(row: Linked): unknown {
  const { groups, roles } = row as Partial<StackOneUser>;
  const ids = (list: readonly Linked[] | undefined) => list?.map((one) => idOf(one)).sort();
  return { ...row, groups: ids(groups), roles: ids(roles) };
}

/** The id by which other sources know a record, where StackOne tells it. */
function idOf({ id, remoteId }: Linked): string {
  return remoteId ?? id;
}

function dangles({ users, groups, roles }: Everything): boolean {
  const groupIds = idsOf(groups.rows);
  const roleIds = roles && idsOf(roles.rows);
  return users.rows.some(
    (user) =>
      user.groups?.some((group) => resolve(group, groupIds) === undefined) ||
      (roleIds && user.roles?.some((role) => resolve(role, roleIds) === undefined)),
  );
}

type Ids = ReadonlyMap<string, string>;

/** Both ids of a record lead to the one that counts. */
function idsOf(entries: readonly StackOneEntry[]): Ids {
  const ids = new Map<string, string>();
  for (const entry of entries) {
    ids.set(entry.id, idOf(entry));
    if (entry.remoteId !== undefined) ids.set(entry.remoteId, entry.remoteId);
  }
  return ids;
}

/** What a reference of a user points to; undefined when it is not listed. */
function resolve({ id, remoteId }: Linked, ids: Ids): string | undefined {
  return ids.get(id) ?? (remoteId === undefined ? undefined : ids.get(remoteId));
}

const NOTHING: readonly never[] = Object.freeze([]);

function readingOf(
  users: readonly StackOneUser[],
  groups: readonly StackOneEntry[],
  roles: readonly StackOneEntry[] | undefined,
): Reading {
  const groupIds = idsOf(groups);
  const nobody = users.length === 0;
  const tellsGroups = nobody || users.some((user) => user.groups !== undefined);
  const tellsRoles = nobody || users.some((user) => user.roles !== undefined);
  const facts = new Set<Fact>(['domain', 'group-catalogue']);
  if (tellsGroups) facts.add('membership').add('team');
  if (roles) facts.add('role-catalogue');
  if (roles && tellsRoles) facts.add('role-holders');
  return {
    source: 'stackone',
    people: users.map((user) => personOf(user, groupIds)),
    groups: groups.map((group) => groupOf(group)),
    roles: roles && withHolders(users, roles, tellsRoles),
    facts,
    foreign: { people: foreign(users), groups: foreign(groups), roles: foreign(roles ?? []) },
  };
}

function groupOf({ kind, name, ...ids }: StackOneEntry): Group {
  return { id: idOf(ids), name, ...(kind ? { kind } : {}) };
}

function personOf(user: StackOneUser, groupIds: Ids): Person {
  const groups = (user.groups ?? NOTHING).map((group) => resolve(group, groupIds) ?? idOf(group));
  return {
    id: idOf(user),
    userName: user.userName,
    addresses: user.addresses,
    active: user.active,
    ...(user.pending ? { pending: user.pending } : {}),
    groups: groups.length === 0 ? NOTHING : [...new Set(groups)],
    managerId: undefined,
    attributes: {},
    custom: undefined,
  };
}

/** The roles with their holders. A role that somebody holds and that is not listed is a role all the same. */
function withHolders(
  users: readonly StackOneUser[],
  roles: readonly StackOneEntry[],
  known: boolean,
): readonly Role[] {
  const ids = idsOf(roles);
  const found = new Map<string, { name: string; holders: Set<string> }>();
  for (const role of roles) found.set(idOf(role), { name: role.name, holders: new Set() });
  for (const user of users) {
    for (const role of user.roles ?? NOTHING) {
      const id = resolve(role, ids) ?? idOf(role);
      if (!found.has(id)) found.set(id, { name: role.name ?? id, holders: new Set() });
      found.get(id)!.holders.add(idOf(user));
    }
  }
  return [...found].map(([id, { name, holders }]) => ({
    id,
    name,
    active: undefined,
    holders: known ? [...holders] : undefined,
  }));
}

function foreign(entries: readonly Linked[]): ReadonlySet<string> {
  return new Set(entries.filter(({ remoteId }) => remoteId === undefined).map(({ id }) => id));
}

/** Where some records have a list and others lack it, nobody knows what the others are in. */
function refusePatches(users: readonly StackOneUser[], field: 'groups' | 'roles'): void {
  const missing = users.filter((user) => user[field] === undefined).length;
  if (missing === 0 || missing === users.length) return;
  throw malformed(
    { service: SERVICE, kind: 'users', page: 'the list' },
    `lacks \`${field}\` for ${missing} of ${users.length}, so nobody knows what those are in`,
  );
}

/** Two records for one Leapsome id would be two people in one. */
function refuseTwins(entries: readonly Linked[]): void {
  const seen = new Set<string>();
  for (const entry of entries) {
    const id = idOf(entry);
    if (seen.has(id))
      throw failure(
        'bad-response',
        `${SERVICE} sent two records with the same \`remote_id\` ${id}, so nobody knows which of them is right.`,
        'Look at the linked account in StackOne; if it seems right there, report it to StackOne.',
      );
    seen.add(id);
  }
}

const LINK = 'StackOne → Linked accounts';

/** The first of these are about us and StackOne; the rest StackOne says of the Leapsome account behind it. */
const ADVICE: AdviceByStatus = {
  400: {
    code: 'bad-response',
    cause: 'StackOne does not understand the request',
    hint: `Look at the state of the Leapsome account under ${LINK}, and whether ${ACCOUNT} is its id. If both seem right, report it to StackOne.`,
  },
  401: {
    code: 'auth-rejected',
    cause: `the key in ${KEY} is not valid`,
    hint: 'Use an API key of the StackOne project in which the Leapsome account is linked: StackOne → Configuration → API keys.',
  },
  403: {
    code: 'auth-rejected',
    cause: `the key in ${KEY} may not read this linked account`,
    hint: `Check that ${KEY} and ${ACCOUNT} belong to the same StackOne project, and that the key may read IAM data.`,
  },
  404: {
    code: 'bad-response',
    cause: `there is no linked account with the id in ${ACCOUNT}, or no StackOne API at the address in ${ADDRESS}`,
    hint: `Copy the id of the Leapsome account from ${LINK}. The usual address is https://api.stackone.com.`,
  },
  408: {
    code: 'timed-out',
    cause: 'StackOne waited for Leapsome in vain',
    hint: 'The linked account is slow or its service is. Run again later.',
  },
  412: {
    code: 'auth-rejected',
    cause: 'the linked Leapsome account is not ready to be read',
    hint: `Open ${LINK}, look at the state of the Leapsome account, and connect it again, with a SCIM token and an API secret.`,
  },
  422: {
    code: 'bad-response',
    cause: 'StackOne cannot do what was asked of this linked account',
    hint: `Look at the state of the Leapsome account: ${LINK}.`,
  },
  501: {
    code: 'bad-response',
    cause: 'the linked account does not offer this list: StackOne reads no users, groups or roles of it',
    hint: `Check that the account behind ${ACCOUNT} is Leapsome, and how it was linked: roles need the API secret, not the SCIM token alone.`,
  },
  502: {
    code: 'bad-response',
    cause: 'Leapsome answered StackOne with an error',
    hint: `Run again later. If it stays so, the credentials with which the account was linked may be out of date: ${LINK}.`,
  },
};
