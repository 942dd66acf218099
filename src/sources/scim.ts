import { createHttpClient } from '../http/client.ts';
import type { AdviceByStatus } from '../http/explain.ts';
import type { ClientOptions } from '../http/types.ts';
import { type Fact, SOURCE_LABELS } from '../model/facts.ts';
import type { Group, Person } from '../model/snapshot.ts';
import { Books } from './books.ts';
import { shownEndpoint } from './endpoint.ts';
import { readEnvelope } from './envelope.ts';
import type { WalkTally } from './ledger.ts';
import { walk } from './paging.ts';
import { type PagePlace, pickRows } from './rows.ts';
import { samePerson } from './same.ts';
import { createPicker, EXTENSION_ATTRIBUTES, type Picker } from './scim-pick.ts';
import { nobodyThere, readUntilSure, together } from './sure.ts';
import type { HttpTools, Progress, Reading, Source, Wanted } from './types.ts';
import type { CountedList } from './walk.ts';

export interface ScimConfig {
  readonly baseUrl: URL;
  readonly token: string;
}

const SERVICE = SOURCE_LABELS.scim;
const CREDENTIAL = '`scim-token` (LEAPSOME_SCIM_TOKEN)';
const ADDRESS = '`scim-url` (LEAPSOME_SCIM_URL)';

/**
 * Leapsome's limit is 30 requests a second, shared with the identity provider: half of it must stay free. A small tenant
 * takes four requests, which leave without waiting.
 */
const RATE = { perSecond: 10, burst: 4 } as const;
const CONCURRENCY = 4;
/** The largest `count` that Leapsome documents for each list. */
const LISTS = {
  users: { path: 'Users', pageSize: 5000 },
  groups: { path: 'Groups', pageSize: 1000 },
} as const;
type Kind = keyof typeof LISTS;

/** Reads people, their memberships and groups from Leapsome's SCIM API. */
export function createScimSource(config: ScimConfig, tools: HttpTools): Source {
  const stop = new AbortController();
  const advice = adviceFor(config.token);
  const client = createHttpClient(clientOptions(config, tools, stop.signal), tools.deps, {
    advice: () => advice,
    ...(tools.limits && { limits: tools.limits }),
  });
  const books = new Books('scim', shownEndpoint(config.baseUrl, [config.token]), client);

  async function read(wanted: Wanted, onProgress: (progress: Progress) => void): Promise<Reading> {
    const onPage: OnPage = (kind, { received, reported }) =>
      onProgress({ source: 'scim', kind, received, reported });
    const { people, groups, picker } = await readUntilSure(SERVICE, () =>
      readBoth(createPicker(wanted.customAttributes), onPage),
    );
    if (people.rows.length === 0 && !wanted.mayBeEmpty) throw nobodyThere(SERVICE, CREDENTIAL);
    books.note(people, groups);
    if (picker.sawMembers) books.warnings.add(MEMBERS_IGNORED);
    books.complete = true;
    return {
      source: 'scim',
      people: people.rows,
      groups: groups.rows,
      roles: undefined,
      facts: factsOf(picker, people.rows.length),
    };
  }

  async function readBoth(picker: Picker, onPage: OnPage) {
    const [people, groups] = await together(stop, [
      walk(listOf('users', picker.person, samePerson, onPage)),
      walk(listOf('groups', picker.group, sameGroup, onPage)),
    ]);
    const doubt = people.doubt ?? groups.doubt;
    return { people, groups, picker, doubt, dangles: hasDanglingGroup(people.rows, groups.rows) };
  }

  function listOf<Row extends { readonly id: string }>(
    kind: Kind,
    pick: (row: unknown) => Row,
    same: (a: Row, b: Row) => boolean,
    onPage: OnPage,
  ): CountedList<Row> {
    const { path, pageSize } = LISTS[kind];
    return {
      service: SERVICE,
      kind,
      pageSize,
      parallel: CONCURRENCY,
      idOf: (row) => row.id,
      same,
      async fetchPage(startIndex, count) {
        const place: PagePlace = { service: SERVICE, kind, page: `the page at startIndex ${startIndex}` };
        const query = { startIndex: String(startIndex), count: String(count) };
        const { total, rows } = readEnvelope(await client.getJson(path, query), startIndex, place);
        return { total, rows: pickRows(pick, rows, place) };
      },
      onPage(tally) {
        books.enter(kind, tally);
        onPage(kind, tally);
      },
    };
  }

  return {
    name: 'scim',
    read,
    evidence: () => books.evidence(),
    pace: () => books.pace(),
    close: () => client.close(),
  };
}

type OnPage = (kind: Kind, tally: WalkTally) => void;

const MEMBERS_IGNORED = `${SERVICE} lists members of groups, which it is documented not to do. They were not used: who is in a group comes from the users.`;

function clientOptions(config: ScimConfig, tools: HttpTools, stop: AbortSignal): ClientOptions {
  return {
    baseUrl: config.baseUrl,
    service: SERVICE,
    accept: 'application/scim+json',
    headers: { authorization: `Bearer ${config.token}` },
    secrets: [config.token],
    rate: RATE,
    concurrency: CONCURRENCY,
    userAgent: tools.userAgent,
    signal: AbortSignal.any([tools.signal, stop]),
    deadline: tools.deadline,
  };
}

/** Leapsome's documents tell 401 and 403 apart, and so do we. */
function adviceFor(token: string): AdviceByStatus {
  const notAuthorised = {
    code: 'auth-rejected',
    cause: `the token in ${CREDENTIAL} is not sufficiently authorised`,
    hint: 'Use a SCIM token that an administrator made: Settings → Integrations and Imports → HRIS Integrations → SCIM. Take care: a new token replaces the one that your identity provider uses.',
  } as const;
  const invalid = {
    code: 'token-invalid',
    cause: `the token in ${CREDENTIAL} is not valid`,
    hint: 'It may have been regenerated, or cut when it was stored, or be an API secret, which is another credential. A new token from Settings → Integrations and Imports → HRIS Integrations → SCIM also has to be given to your identity provider.',
  } as const;
  const otherKind = {
    code: 'token-kind',
    cause: `${CREDENTIAL} holds a short-lived access token of another API, not a SCIM token`,
    hint: 'Use the token from Settings → Integrations and Imports → HRIS Integrations → SCIM.',
  } as const;
  const nothingHere = {
    code: 'bad-response',
    cause: `there is no SCIM API at the address in ${ADDRESS}`,
    hint: 'The usual address is https://api.leapsome.com/scim/v1; older guides name https://www.leapsome.com/api/scim.',
  } as const;
  const shortLived = isShortLivedJwt(token);
  return {
    401: shortLived ? otherKind : notAuthorised,
    403: shortLived ? otherKind : invalid,
    404: nothingHere,
  };
}

const ONE_DAY_IN_SECONDS = 86_400;

/** A provisioning token lasts until it is replaced. A JWT that lasts hours is what the Content API hands out. */
function isShortLivedJwt(token: string): boolean {
  const payload = /^eyJ[\w-]*\.(eyJ[\w-]*)\.[\w-]*$/.exec(token)?.[1];
  if (payload === undefined) return false;
  try {
    const { iat, exp } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof iat === 'number' && typeof exp === 'number' && exp - iat <= ONE_DAY_IN_SECONDS;
  } catch {
    return false;
  }
}

function sameGroup(a: Group, b: Group): boolean {
  return a.name === b.name;
}

function hasDanglingGroup(people: readonly Person[], groups: readonly Group[]): boolean {
  const known = new Set(groups.map(({ id }) => id));
  return people.some((person) => person.groups.some((id) => !known.has(id)));
}

/**
 * Membership, title and the address come with every account. Of the rest nobody can say whether it is empty or
 * not reported until one account has it.
 */
function factsOf(picker: Picker, people: number): ReadonlySet<Fact> {
  const facts = new Set<Fact>(['membership', 'team', 'group-catalogue', 'domain', 'title']);
  if (picker.sawExtension || people === 0) {
    for (const fact of [...EXTENSION_ATTRIBUTES, 'custom'] as const) facts.add(fact);
  }
  if (picker.sawManager || people === 0) facts.add('manager');
  return facts;
}
