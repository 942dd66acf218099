import { CheckError, failure } from '../errors.ts';
import { createHttpClient } from '../http/client.ts';
import type { AdviceByStatus } from '../http/explain.ts';
import type { HttpClient, Query } from '../http/types.ts';
import { SOURCE_LABELS } from '../model/facts.ts';
import type { Person, Role } from '../model/snapshot.ts';
import { Books } from './books.ts';
import { createEmployeePicker, type EmployeePicker, type Patch, pickAccessRole } from './content-pick.ts';
import { shownEndpoint } from './endpoint.ts';
import type { WalkTally } from './ledger.ts';
import { walkPages } from './page-numbers.ts';
import { malformed, type PagePlace, pickRows, readObject, readTotal, refuseCursors } from './rows.ts';
import { samePerson } from './same.ts';
import { nobodyThere, readUntilSure, together } from './sure.ts';
import type { HttpTools, Progress, Reading, Source, Wanted } from './types.ts';

export interface ContentConfig {
  readonly baseUrl: URL;
  readonly secret: string;
}

const SERVICE = SOURCE_LABELS.content;
const CREDENTIAL = '`api-secret` (LEAPSOME_API_SECRET)';
const ADDRESS = '`api-url` (LEAPSOME_API_URL)';
const WHERE = 'Settings → Integrations and Imports → API Access';

/** Leapsome's limit is 20 requests a second for everything that uses the API: half of it stays free. */
const RATE = { perSecond: 6, burst: 3 } as const;
const CONCURRENCY = 4;
/** The largest `pageSize` that Leapsome documents. */
const PAGE_SIZE = 1000;

/** Reads people, their status, the six kinds of group and the catalogue of access roles from Leapsome's Content API. */
export function createContentSource(config: ContentConfig, tools: HttpTools): Source {
  const stop = new AbortController();
  const client = createHttpClient(
    {
      baseUrl: config.baseUrl,
      service: SERVICE,
      headers: {},
      secrets: [config.secret],
      rate: RATE,
      concurrency: CONCURRENCY,
      userAgent: tools.userAgent,
      signal: AbortSignal.any([tools.signal, stop.signal]),
      deadline: tools.deadline,
    },
    tools.deps,
    { advice: adviceFor, ...(tools.limits && { limits: tools.limits }) },
  );
  const ask = withAccessToken(client, config.secret, tools.onSecret);
  const books = new Books('content', shownEndpoint(config.baseUrl, [config.secret]), client);

  async function read(wanted: Wanted, onProgress: (progress: Progress) => void): Promise<Reading> {
    const onPage = ({ received, reported }: WalkTally) =>
      onProgress({ source: 'content', kind: 'users', received, reported });
    const [{ people, picker }, roles] = await together(stop, [
      readUntilSure(SERVICE, () => readEmployees(createEmployeePicker(wanted.customAttributes), onPage)),
      readRoles(),
    ]);
    if (people.rows.length === 0 && !wanted.mayBeEmpty) throw nobodyThere(SERVICE, CREDENTIAL);
    books.note(people);
    const patches = picker.patchy();
    for (const patch of patches) books.warnings.add(patchInWords(patch));
    books.complete = true;
    const facts = new Set(picker.facts());
    if (roles) facts.add('role-catalogue');
    const told = withoutPatches({ people: people.rows, groups: picker.groups(), facts }, patches);
    return { source: 'content', ...told, roles };
  }

  async function readEmployees(picker: EmployeePicker, onPage: (tally: WalkTally) => void) {
    const people = await walkPages<Person>({
      service: SERVICE,
      kind: 'employees',
      pageSize: PAGE_SIZE,
      parallel: CONCURRENCY,
      idOf: (person) => person.id,
      same: samePerson,
      async fetchPage(page, pageSize) {
        const place: PagePlace = { service: SERVICE, kind: 'employees', page: `page ${page}` };
        const query = { page: String(page), pageSize: String(pageSize) };
        const { total, rows } = readPage(await ask('employees', query), place);
        return { total, rows: pickRows(picker.person, rows, place) };
      },
      onPage(tally) {
        books.enter('users', tally);
        onPage(tally);
      },
    });
    const groups = picker.groups().length;
    // Groups come with the people and not on pages of their own.
    books.enter('groups', { pages: 0, reported: groups, received: groups, unique: groups });
    return { people, picker, doubt: people.doubt ?? picker.doubt(), dangles: false };
  }

  /** The catalogue, or undefined when the key may not see it: that is a right of its own. */
  async function readRoles(): Promise<readonly Role[] | undefined> {
    const place: PagePlace = { service: SERVICE, kind: 'roles', page: 'the list' };
    let body: unknown;
    try {
      body = await ask('access-roles', {});
    } catch (error) {
      if (!(error instanceof CheckError) || error.status !== 403) throw error;
      books.warnings.add(NO_SUPER_ADMIN);
      return undefined;
    }
    if (!Array.isArray(body)) throw malformed(place, 'is not a list');
    const roles = pickRows(pickAccessRole, body, place);
    const ids = new Set(roles.map((role) => role.id));
    if (ids.size < roles.length) throw malformed(place, 'names the same role twice');
    books.enter('roles', {
      pages: 1,
      reported: roles.length,
      received: roles.length,
      unique: ids.size,
    });
    return roles;
  }

  return {
    name: 'content',
    read,
    evidence: () => books.evidence(),
    pace: () => books.pace(),
    close: () => client.close(),
  };
}

const NO_SUPER_ADMIN = `${SERVICE} does not show the access roles to this key (HTTP 403), so rules about roles cannot be judged by it. To have them judged, give the API key the Super Admin role in Leapsome (${WHERE}).`;

type Ask = (path: string, query: Query) => Promise<unknown>;

/**
 * Exchanges the secret for an access token when one is needed first, and once more when the service no longer accepts
 * it. Requests that were under way with the old one share the new one.
 */
function withAccessToken(client: HttpClient, secret: string, onSecret: HttpTools['onSecret']): Ask {
  let current: Promise<string> | undefined;
  let refreshed = false;

  return async (path, query) => {
    current ??= fetchToken(client, secret, onSecret);
    const used = current;
    const token = await used;
    try {
      return await client.getJson(path, query, bearer(token));
    } catch (error) {
      if (!(error instanceof CheckError) || error.status !== 401) throw error;
      if (current === used) {
        if (refreshed) throw error;
        refreshed = true;
        current = fetchToken(client, secret, onSecret);
      }
      return client.getJson(path, query, bearer(await current));
    }
  };
}

function bearer(token: string) {
  return { authorization: `Bearer ${token}` };
}

async function fetchToken(
  client: HttpClient,
  secret: string,
  onSecret: HttpTools['onSecret'],
): Promise<string> {
  const body = await client.getJson(TOKEN_PATH, { secret });
  const token = typeof body === 'object' && body !== null ? (body as { token?: unknown }).token : undefined;
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) {
    throw failure(
      'bad-response',
      `${SERVICE} accepted the secret and gave no access token for it.`,
      `Check that ${ADDRESS} is the address of the Content API, usually https://api.leapsome.com/v1.`,
    );
  }
  onSecret(token);
  return token;
}

const TOKEN_PATH = 'token';

function adviceFor(path: string): AdviceByStatus {
  const nothingHere = {
    code: 'bad-response',
    cause: `there is no Content API at the address in ${ADDRESS}`,
    hint: 'The usual address is https://api.leapsome.com/v1.',
  } as const;
  if (path === TOKEN_PATH) {
    const invalid = {
      code: 'token-invalid',
      cause: `the secret in ${CREDENTIAL} is not valid`,
      hint: `It may have been deleted, cut when it was stored, or be a SCIM token, which is another credential. Make an API secret: ${WHERE} → Create API Secret.`,
    } as const;
    return { 400: invalid, 401: invalid, 403: invalid, 404: nothingHere };
  }
  return {
    401: {
      code: 'auth-rejected',
      cause: 'the access token that the secret was just exchanged for is not accepted, nor was a second one',
      hint: `Check in Leapsome that the API key behind ${CREDENTIAL} is active: ${WHERE}.`,
    },
    403: {
      code: 'auth-rejected',
      cause: `the API key behind ${CREDENTIAL} may not read this`,
      hint: `Ask a Leapsome administrator to look at the rights of the key: ${WHERE}.`,
    },
    404: nothingHere,
  };
}

function readPage(body: unknown, place: PagePlace): { total: number; rows: readonly unknown[] } {
  const fields = readObject(body, place, 'a list');
  const { data, meta } = fields;
  const about = readObject(meta, place, 'a list with `meta`');
  refuseCursors(fields, place);
  const total = readTotal(about.totalCount, 'meta.totalCount', place);
  if (Array.isArray(data)) return { total, rows: data };
  throw malformed(place, 'has no `data` that is a list');
}

/**
 * Where some records have a list and others lack it, nobody knows what the others are in: so nothing is said about that
 * kind of group at all.
 */
function withoutPatches(
  { people, groups, facts }: Pick<Reading, 'people' | 'groups' | 'facts'>,
  patches: readonly Patch[],
): Pick<Reading, 'people' | 'groups' | 'facts'> {
  if (patches.length === 0) return { people, groups, facts };
  const kinds = new Set<unknown>(patches.map(({ kind }) => kind));
  const known = groups.filter(({ kind }) => !kinds.has(kind));
  const ids = new Set(known.map(({ id }) => id));
  const unknown = new Set<unknown>(patches.map(({ attribute }) => attribute));
  return {
    people: people.map((person) => ({
      ...person,
      groups: person.groups.filter((id) => ids.has(id)),
      attributes: Object.fromEntries(
        Object.entries(person.attributes).filter(([name]) => !unknown.has(name)),
      ),
    })),
    groups: known,
    facts: new Set([...facts].filter((fact) => !unknown.has(fact))),
  };
}

function patchInWords({ field, missing, records }: Patch): string {
  return `${SERVICE} sent ${missing} of ${records} employees without \`${field}\`, so nobody knows what those are in: nothing was taken from that list.`;
}
