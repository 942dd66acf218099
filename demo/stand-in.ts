import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { BRIGHTWATER, type Company } from './company.ts';
import { deliver } from './delivery.ts';
import type { Fault, ServiceName } from './faults.ts';
import { type Population, populationOf } from './population.ts';
import { Reception } from './reception.ts';
import { ContentService } from './services/content.ts';
import { ScimService } from './services/scim.ts';
import { StackOneService } from './services/stackone.ts';

export type { ServiceName } from './faults.ts';
export type { Population, Rows } from './population.ts';

/** The credentials that open the stand-in when no others are given. They open nothing else. */
export const DEMO_TOKEN = 'brightwater-demo-token';
export const DEMO_API_SECRET = 'brightwater-demo-api-secret';
const DEMO_STACKONE_KEY = 'brightwater-demo-stackone-key';
/** The linked account at StackOne: a name, not a secret. */
const DEMO_STACKONE_ACCOUNT = 'brightwater-demo-account';

export interface StandInOptions {
  /** Who is served; Brightwater when neither this nor `population` is given. */
  readonly company?: Company;
  readonly population?: Population;
  /** The SCIM token. */
  readonly token?: string;
  /** The Content API's secret. */
  readonly apiSecret?: string;
  /** Whether that secret may read access roles (true). */
  readonly superAdmin?: boolean;
  readonly stackoneKey?: string;
  readonly stackoneAccountId?: string;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Each answer waits this long. */
  readonly latencyMs?: number;
  /**
   * Longest page of SCIM's users (5000) and groups (1000), of the Content API's employees (1000), and of each list of
   * StackOne (100). A request for groups without `count` gets all of them.
   */
  readonly clamp?: {
    readonly users?: number;
    readonly groups?: number;
    readonly employees?: number;
    readonly stackone?: number;
  };
  /**
   * Requests answered in any second by SCIM (30), the Content API (20) and StackOne (0); the next one gets a 429. 0
   * means no limit, and a single number is that of each service by itself.
   */
  readonly rateLimit?: number | Readonly<Partial<Record<ServiceName, number>>>;
  /** Compress answers for clients that accept gzip. */
  readonly gzip?: boolean;
  readonly faults?: readonly Fault[];
  readonly tls?: { readonly key: string | Buffer; readonly cert: string | Buffer };
}

/** A request as it arrived. */
export interface LoggedRequest {
  readonly method: string;
  readonly service: ServiceName;
  /** Below the base URL of the service, for instance `/Users`, `/employees` or `/unified/iam/users`. */
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
  readonly apiUrl: string;
  readonly stackoneUrl: string;
  readonly port: number;
  readonly token: string;
  readonly apiSecret: string;
  readonly stackoneKey: string;
  readonly stackoneAccountId: string;
  /** Every JWT that the Content API has given out since the start, also before a `reset`. */
  readonly issuedJwts: readonly string[];
  /** Every request since the start or the last `reset`, oldest first. */
  readonly requests: readonly LoggedRequest[];
  /** Replaces the faults; what "the nth request" means goes on. */
  setFaults(faults: readonly Fault[]): void;
  /** Forgets the requests, and with them the counts that faults and rate limits go by. Faults and JWTs stay. */
  reset(): void;
  /** Ends at once, also connections that are kept alive and requests that are never answered. */
  close(): Promise<void>;
}

/** Starts a stand-in of Leapsome's SCIM API, its Content API and StackOne on one real socket of this machine. */
export async function startStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const credentials = {
    token: options.token ?? DEMO_TOKEN,
    apiSecret: options.apiSecret ?? DEMO_API_SECRET,
    stackoneKey: options.stackoneKey ?? DEMO_STACKONE_KEY,
    stackoneAccountId: options.stackoneAccountId ?? DEMO_STACKONE_ACCOUNT,
  };
  const services = staff(options, credentials);
  const reception = new Reception({
    services,
    faults: options.faults ?? [],
    rateLimits: rateLimits(options.rateLimit, services),
    gzip: options.gzip ?? false,
  });
  const closing = new AbortController();
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    void serve(reception, options.latencyMs ?? 0, request, response, closing.signal);
  };
  const server =
    options.tls === undefined ? createServer(listener) : createTlsServer({ ...options.tls }, listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const origin = `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  return {
    scimUrl: `${origin}/scim/v1`,
    apiUrl: `${origin}/v1`,
    stackoneUrl: origin,
    port,
    ...credentials,
    issuedJwts: services.content.jwts.issued,
    get requests() {
      return reception.requests;
    },
    setFaults: (faults) => reception.setFaults(faults),
    reset: () => reception.reset(),
    async close() {
      closing.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

type Credentials = Pick<StandIn, 'token' | 'apiSecret' | 'stackoneKey' | 'stackoneAccountId'>;

interface Services {
  readonly scim: ScimService;
  readonly content: ContentService;
  readonly stackone: StackOneService;
}

/** The three services, which all tell of the same population. */
function staff(options: StandInOptions, credentials: Credentials): Services {
  const population = options.population ?? populationOf(options.company ?? BRIGHTWATER);
  const clamp = options.clamp ?? {};
  const { token, apiSecret: secret, stackoneKey: key, stackoneAccountId: accountId } = credentials;
  return {
    scim: new ScimService({ population, token, clamp }),
    content: new ContentService({ population, secret, clamp, superAdmin: options.superAdmin ?? true }),
    stackone: new StackOneService({ population, key, accountId, clamp }),
  };
}

function rateLimits(asked: StandInOptions['rateLimit'], services: Services): Record<ServiceName, number> {
  const limit = (name: ServiceName) =>
    (typeof asked === 'number' ? asked : asked?.[name]) ?? services[name].rateLimit;
  return { scim: limit('scim'), content: limit('content'), stackone: limit('stackone') };
}

/** One request from its arrival to the last byte. */
async function serve(
  reception: Reception,
  latencyMs: number,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  request.resume();
  try {
    const arrival = reception.arrive(request);
    const answer = await reception.answer(arrival);
    if (answer === 'never') return;
    if (latencyMs > 0) await pause(latencyMs, undefined, { signal });
    arrival.logged.status = answer.status;
    await deliver(response, reception.finish(arrival, answer), arrival.active, signal);
  } catch {
    // An address that is none (`/%ff`), or the stand-in is closing: nothing that is worth an answer.
    response.destroy();
  }
}
