import { failure } from '../errors.ts';
import { type ClientExtras, createHttpClient } from '../http/client.ts';
import type { AdviceByStatus } from '../http/explain.ts';
import type { ClientOptions, HttpDeps } from '../http/types.ts';
import { type Fact, SOURCE_LABELS } from '../model/facts.ts';
import type { Group, Person, SourceEvidence, Tally } from '../model/snapshot.ts';
import { type PagePlace, readEnvelope } from './envelope.ts';
import { FieldError } from './fields.ts';
import type { WalkTally } from './ledger.ts';
import { type PagedList, type Walked, walk } from './paging.ts';
import { createPicker, EXTENSION_ATTRIBUTES, type Picker } from './pick.ts';
import type { Progress, Reading, Source, Wanted } from './types.ts';

export interface ScimConfig {
  readonly baseUrl: URL;
  readonly token: string;
}

/** What a source needs to talk to its service; the same for every source. */
export interface HttpTools {
  readonly deps: HttpDeps;
  readonly userAgent: string;
  /** Aborts with a CheckError when the run is cancelled or out of time. */
  readonly signal: AbortSignal;
  /** On the monotonic clock. */
  readonly deadline: number;
  /** For tests. */
  readonly limits?: ClientExtras['limits'];
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

const NO_TALLY: WalkTally = { pages: 0, reported: 0, received: 0, unique: 0 };

/** Reads people, their memberships and groups from Leapsome's SCIM API. */
export function createScimSource(config: ScimConfig, tools: HttpTools): Source {
  const stop = new AbortController();
  const client = createHttpClient(clientOptions(config, tools, stop.signal), tools.deps, {
    advice: adviceFor(config.token),
    ...(tools.limits && { limits: tools.limits }),
  });
  const tallies: Record<Kind, WalkTally> = { users: NO_TALLY, groups: NO_TALLY };
  const warnings = new Set<string>();
  let complete = false;

  async function read(wanted: Wanted, onProgress: (progress: Progress) => void): Promise<Reading> {
    const both = await readUntilSure((kind) => onProgress(progressOf(kind)), wanted.customAttributes);
    if (both.people.rows.length === 0 && !wanted.mayBeEmpty) throw nobodyThere();
    complete = true;
    return {
      people: both.people.rows,
      groups: both.groups.rows,
      roles: undefined,
      facts: factsOf(both.picker, both.people.rows.length),
      evidence: evidence(),
    };
  }

  /** Reads again, once, when the books do not balance, and once when a person is in a group that is not listed. */
  async function readUntilSure(onPage: (kind: Kind) => void, customAttributes: readonly string[]) {
    let doubted = false;
    let dangled = false;
    for (;;) {
      const both = await readBoth(createPicker(customAttributes), onPage);
      const doubt = both.people.doubt ?? both.groups.doubt;
      if (doubt !== undefined) {
        if (doubted) throw doesNotAddUp(doubt);
        doubted = true;
      } else if (!dangled && hasDanglingGroup(both.people.rows, both.groups.rows)) {
        dangled = true;
      } else {
        note(both.people, both.groups, both.picker);
        return both;
      }
    }
  }

  /** Both lists at the same time; when one fails, the other is not waited for. */
  async function readBoth(picker: Picker, onPage: (kind: Kind) => void) {
    const giveUp = (reason: unknown) => {
      stop.abort(reason);
      throw reason;
    };
    const [people, groups] = await Promise.all([
      walk(listOf('users', picker.person, samePerson, onPage)).catch(giveUp),
      walk(listOf('groups', picker.group, sameGroup, onPage)).catch(giveUp),
    ]);
    return { people, groups, picker };
  }

  function listOf<Row extends { readonly id: string }>(
    kind: Kind,
    pick: (row: unknown) => Row,
    same: (a: Row, b: Row) => boolean,
    onPage: (kind: Kind) => void,
  ): PagedList<Row> {
    const { path, pageSize } = LISTS[kind];
    return {
      service: SERVICE,
      kind,
      pageSize,
      parallel: CONCURRENCY,
      idOf: (row) => row.id,
      same,
      async fetchPage(startIndex, count) {
        const place: PagePlace = { service: SERVICE, kind, startIndex };
        const query = { startIndex: String(startIndex), count: String(count) };
        const { total, rows } = readEnvelope(await client.getJson(path, query), place);
        return { total, rows: rows.map((row, index) => pickRow(pick, row, index, place)) };
      },
      onPage(tally) {
        tallies[kind] = tally;
        onPage(kind);
      },
    };
  }

  function progressOf(kind: Kind): Progress {
    const { received, reported } = tallies[kind];
    return { source: 'scim', kind, received, reported };
  }

  function note(people: Walked<Person>, groups: Walked<Group>, picker: Picker): void {
    for (const warning of [...people.warnings, ...groups.warnings]) warnings.add(warning);
    if (picker.sawMembers) {
      warnings.add(
        `${SERVICE} lists members of groups, which it is documented not to do. They were not used: who is in a group comes from the users.`,
      );
    }
  }

  function evidence(): SourceEvidence {
    const count = (field: keyof WalkTally): Tally => ({
      users: tallies.users[field],
      groups: tallies.groups[field],
    });
    return {
      name: 'scim',
      endpoint: `${config.baseUrl.origin}${config.baseUrl.pathname}`,
      requests: client.requests,
      retries: client.retries,
      pages: count('pages'),
      reported: count('reported'),
      received: count('received'),
      unique: count('unique'),
      complete,
      warnings: [...warnings],
    };
  }

  return { name: 'scim', read, evidence, close: () => client.close() };
}

function clientOptions(config: ScimConfig, tools: HttpTools, stop: AbortSignal): ClientOptions {
  return {
    baseUrl: config.baseUrl,
    service: SERVICE,
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

const ROW_NAMES = { users: 'user', groups: 'group' } as const satisfies Record<Kind, string>;

/** Says where a row is that cannot be understood, and never what is in it. */
function pickRow<Row>(pick: (row: unknown) => Row, row: unknown, index: number, place: PagePlace): Row {
  try {
    return pick(row);
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    throw failure(
      'bad-response',
      `${SERVICE} sent a record that cannot be used: ${ROW_NAMES[place.kind]} ${index + 1} of the page at startIndex ${place.startIndex} has no ${error.field} that can be understood.`,
      'Nothing is guessed about a record. Look at it in Leapsome; if it seems right there, report it.',
    );
  }
}

/** Whether two readings of one account say the same, in whatever order they list its groups. */
function samePerson(a: Person, b: Person): boolean {
  return inOrder(a) === inOrder(b);
}

function inOrder(person: Person): string {
  return JSON.stringify({
    ...person,
    groups: person.groups.toSorted(),
    addresses: person.addresses.toSorted(),
  });
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
  const facts = new Set<Fact>(['membership', 'team', 'domain', 'title']);
  if (picker.sawExtension || people === 0) {
    for (const fact of [...EXTENSION_ATTRIBUTES, 'custom'] as const) facts.add(fact);
  }
  if (picker.sawManager || people === 0) facts.add('manager');
  return facts;
}

function nobodyThere() {
  return failure(
    'empty-population',
    `${SERVICE} reports no people at all.`,
    `Check that ${CREDENTIAL} belongs to the right Leapsome account. If it really has no people yet, say \`min-users: 0\` in the policy.`,
  );
}

function doesNotAddUp(doubt: string) {
  return failure(
    'incomplete',
    `What ${SERVICE} sent does not add up, and did not when it was read a second time: ${doubt}.`,
    'If people are being imported or synchronised just now, run again afterwards. If it stays so, report it to Leapsome with these numbers.',
  );
}
