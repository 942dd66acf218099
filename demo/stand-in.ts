import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { BRIGHTWATER, type Company } from './company.ts';
import { deliver } from './delivery.ts';
import {
  type Active,
  type Answer,
  activeFaults,
  changeBody,
  changeEnvelope,
  changeRows,
  encoded,
  type Fault,
  instead,
  JSON_HEADERS,
  jsonAnswer,
  shiftWindow,
  touchesPage,
  type Window,
} from './faults.ts';
import { objectRows, type Row, type RowStore, type SerialisedPage, serialisedRows } from './rows.ts';
import { envelope, scimError, scimRows, serviceProviderConfig } from './scim-wire.ts';

/** The token that opens the stand-in when no other one is given. It opens nothing else. */
export const DEMO_TOKEN = 'brightwater-demo-token';

const BASE_PATH = '/scim/v1';

/** Rows of one kind: objects, or pages that were serialised before, for populations that are too big for objects. */
export type Rows = readonly object[] | { readonly pages: readonly SerialisedPage[] };

/** What the stand-in serves, in Leapsome's wire shape. */
export interface Population {
  readonly users: Rows;
  readonly groups: Rows;
}

export interface StandInOptions {
  /** Who is served; Brightwater when neither this nor `population` is given. */
  readonly company?: Company;
  readonly population?: Population;
  readonly token?: string;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Each answer waits this long. */
  readonly latencyMs?: number;
  /** Longest page of users (5000) and of groups (1000). A request for groups without `count` gets all of them. */
  readonly clamp?: { readonly users?: number; readonly groups?: number };
  /** Requests answered in any second (30); the next one gets a 429. 0 means no limit. */
  readonly rateLimit?: number;
  /** Compress answers for clients that accept gzip. */
  readonly gzip?: boolean;
  readonly faults?: readonly Fault[];
  readonly tls?: { readonly key: string | Buffer; readonly cert: string | Buffer };
}

/** A request as it arrived. */
export interface LoggedRequest {
  readonly method: string;
  /** Below the base URL, for instance `/Users`. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  /** Milliseconds on the clock of `performance.now()`. */
  readonly time: number;
  /** 0 until there is an answer. */
  readonly status: number;
}

export interface StandIn {
  readonly scimUrl: string;
  readonly port: number;
  readonly token: string;
  /** Every request since the start or the last `reset`, oldest first. */
  readonly requests: readonly LoggedRequest[];
  /** Replaces the faults; what "the nth request" means goes on. */
  setFaults(faults: readonly Fault[]): void;
  /** Forgets the requests, and with them the counts that faults and the rate limit go by. Faults stay. */
  reset(): void;
  /** Ends at once, also connections that are kept alive and requests that are never answered. */
  close(): Promise<void>;
}

/** Starts a stand-in of Leapsome's SCIM API on a real socket of this machine. */
export async function startStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const service = new Service(options);
  const closing = new AbortController();
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    void serve(service, request, response, closing.signal);
  };
  const server =
    options.tls === undefined ? createServer(listener) : createTlsServer({ ...options.tls }, listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    scimUrl: `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}${BASE_PATH}`,
    port,
    token: service.token,
    get requests() {
      return service.requests;
    },
    setFaults: (faults) => service.setFaults(faults),
    reset: () => service.reset(),
    async close() {
      closing.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** One request from its arrival to the last byte. */
async function serve(
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  request.resume();
  try {
    const arrival = service.arrive(request);
    const answer = await service.answer(arrival);
    if (answer === 'never') return;
    if (service.latencyMs > 0) await pause(service.latencyMs, undefined, { signal });
    arrival.logged.status = answer.status;
    await deliver(response, service.finish(arrival, answer), arrival.active, signal);
  } catch {
    // An address that is none (`/%ff`), or the stand-in is closing: nothing that is worth an answer.
    response.destroy();
  }
}

/** A request with everything that an answer depends on. */
interface Arrival {
  readonly logged: LoggedRequest & { status: number };
  readonly active: readonly Active[];
}

/** Leapsome's behaviour, apart from sockets. */
class Service {
  readonly token: string;
  readonly latencyMs: number;
  requests: LoggedRequest[] = [];
  readonly #options: StandInOptions;
  readonly #users: RowStore;
  readonly #groups: RowStore;
  #faults: readonly Fault[];
  /** When the answers of the last second were given. */
  #recent: number[] = [];

  constructor(options: StandInOptions) {
    const population = options.population ?? scimRows(options.company ?? BRIGHTWATER);
    this.#options = options;
    this.#users = rowStore(population.users);
    this.#groups = rowStore(population.groups);
    this.#faults = options.faults ?? [];
    this.token = options.token ?? DEMO_TOKEN;
    this.latencyMs = options.latencyMs ?? 0;
  }

  setFaults(faults: readonly Fault[]): void {
    this.#faults = faults;
  }

  reset(): void {
    this.requests = [];
    this.#recent = [];
  }

  arrive(request: IncomingMessage): Arrival {
    const url = new URL(request.url ?? '/', 'http://stand-in');
    const logged = {
      method: request.method ?? '',
      path: url.pathname.startsWith(`${BASE_PATH}/`) ? url.pathname.slice(BASE_PATH.length) : url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: request.headers,
      time: performance.now(),
      status: 0,
    };
    this.requests.push(logged);
    const counts = {
      path: this.requests.filter(({ path }) => path === logged.path).length,
      all: this.requests.length,
    };
    return { logged, active: activeFaults(this.#faults, logged.path, counts) };
  }

  async answer({ logged, active }: Arrival): Promise<Answer | 'never'> {
    if (logged.method !== 'GET') return refusal(405, 'The stand-in can only be read');
    if (this.#tooMany(logged.time)) return refusal(429, 'Too many requests');
    const other = await instead(active);
    if (other !== undefined) return other;
    const denied = this.#denied(logged.headers.authorization);
    if (denied !== undefined) return denied;
    return this.#route(logged.path, logged.query, active);
  }

  /** The answer as it is sent: with what faults do to its bytes, and compressed if that was asked for. */
  finish({ logged, active }: Arrival, answer: Answer): Answer {
    const done = changeBody(active, answer);
    const accepted = /\bgzip\b/.test(String(logged.headers['accept-encoding'] ?? ''));
    const wanted = this.#options.gzip === true && accepted && done.body.length > 0;
    return wanted && !('content-encoding' in done.headers) ? encoded(done, 'gzip') : done;
  }

  #tooMany(now: number): boolean {
    const limit = this.#options.rateLimit ?? 30;
    if (limit === 0) return false;
    this.#recent = this.#recent.filter((time) => time > now - 1000);
    if (this.#recent.length >= limit) return true;
    this.#recent.push(now);
    return false;
  }

  #denied(authorization: string | undefined): Answer | undefined {
    const given = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
    if (given === undefined) return refusal(401, 'Client is not sufficiently authorized');
    return given === this.token ? undefined : refusal(403, 'Invalid token passed');
  }

  #route(path: string, query: Readonly<Record<string, string>>, active: readonly Active[]): Answer {
    const [, kind = '', id, ...rest] = path.split('/');
    if (path === '/ServiceProviderConfig') return jsonAnswer(200, serviceProviderConfig());
    const list = this.#list(kind);
    if (list === undefined || rest.length > 0) return refusal(404, 'Resource not found');
    return id === undefined ? page(list, query, active) : single(list.store, decodeURIComponent(id));
  }

  #list(kind: string): List | undefined {
    const { clamp } = this.#options;
    if (kind === 'Users') {
      const limit = clamp?.users ?? 5000;
      return { store: this.#users, limit, preset: limit, filterable: 'userName' };
    }
    if (kind === 'Groups') {
      // Leapsome returns every group when no number is asked for; a tighter clamp of a test still holds.
      const preset = clamp?.groups ?? Number.POSITIVE_INFINITY;
      return { store: this.#groups, limit: clamp?.groups ?? 1000, preset, filterable: 'displayName' };
    }
    return undefined;
  }
}

interface List {
  readonly store: RowStore;
  /** Rows at most, whatever is asked for. */
  readonly limit: number;
  /** Rows when no number is asked for. */
  readonly preset: number;
  readonly filterable: 'userName' | 'displayName';
}

function page(list: List, query: Readonly<Record<string, string>>, active: readonly Active[]): Answer {
  const count = whole(query.count, 0);
  const startIndex = whole(query.startIndex, 1);
  if (count === 'bad' || startIndex === 'bad') return refusal(400, 'count or startIndex is not valid');
  const store = query.filter === undefined ? list.store : filtered(list, query.filter);
  if (store === undefined) return refusal(400, 'This filter is not supported');
  const asked: Window = {
    startIndex: startIndex ?? 1,
    from: (startIndex ?? 1) - 1,
    count: count === undefined ? list.preset : Math.min(count, list.limit),
  };
  const window = shiftWindow(active, asked);
  return touchesPage(active) ? changedPage(store, window, active) : plainPage(store, window);
}

/** The common case: serialised rows between the two ends of an envelope, and nothing is copied. */
function plainPage(store: RowStore, window: Window): Answer {
  const rows = Math.max(0, Math.min(window.count, store.total - window.from));
  const head = JSON.stringify(envelope(store.total, window.startIndex, rows)).slice(0, -1);
  const body = [
    Buffer.from(`${head},"Resources":[`),
    ...store.serialised(window.from, window.count),
    Buffer.from(']}'),
  ];
  return { status: 200, headers: JSON_HEADERS, body };
}

function changedPage(store: RowStore, window: Window, active: readonly Active[]): Answer {
  const rows = changeRows(active, {
    window,
    rows: store.objects(window.from, window.count),
    at: (row) => store.objects(row, 1)[0],
  });
  const body = { ...envelope(store.total, window.startIndex, rows.length), Resources: rows };
  return jsonAnswer(200, changeEnvelope(active, body));
}

function single(store: RowStore, id: string): Answer {
  const rows = store.objects(0, store.total);
  const found = rows.find((row) => row.id === id) ?? rows.find((row) => row.externalId === id);
  return found === undefined ? refusal(404, 'Resource not found') : jsonAnswer(200, found);
}

/** The rows that `field eq "value"` means; undefined for any other filter. */
function filtered({ store, filterable }: List, filter: string): RowStore | undefined {
  const [, field, quoted, bare] = /^\s*(\w+)\s+eq\s+(?:"([^"]*)"|(\S+))\s*$/i.exec(filter) ?? [];
  if (field?.toLowerCase() !== filterable.toLowerCase()) return undefined;
  const wanted = (quoted ?? bare ?? '').toLowerCase();
  const hit = (row: Row) => String(row[filterable]).toLowerCase() === wanted;
  return objectRows(store.objects(0, store.total).filter(hit));
}

/** A whole number of at least `least`, or undefined when it is not given. */
function whole(text: string | undefined, least: number): number | 'bad' | undefined {
  if (text === undefined) return undefined;
  return /^\d{1,9}$/.test(text) && Number(text) >= least ? Number(text) : 'bad';
}

function refusal(status: number, detail: string): Answer {
  return jsonAnswer(status, scimError(status, detail));
}

function rowStore(rows: Rows): RowStore {
  return 'pages' in rows ? serialisedRows(rows.pages) : objectRows(rows);
}
