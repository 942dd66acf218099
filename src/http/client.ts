import { type Countdown, parseJson, readBody } from './body.ts';
import { type AdviceByStatus, explain } from './explain.ts';
import { type Fault, FaultError } from './fault.ts';
import { classifyNetworkError } from './network.ts';
import { createBucket } from './rate.ts';
import { createRedactor } from './redact.ts';
import { decideRetry } from './retry.ts';
import { createSlots } from './slots.ts';
import type { ClientOptions, Headers, HttpClient, HttpDeps, Query } from './types.ts';
import { openTransport, type RawAnswer, type Transport } from './undici.ts';

export interface Limits {
  /**
   * One attempt at a request, from its leaving to the last byte: no drip of bytes can stretch it. A large answer that
   * waits for its turn has as much again, since the waiting is none of its doing.
   */
  readonly requestMs: number;
  /** The largest answer, on the wire as well as unpacked. */
  readonly bodyBytes: number;
}

const LIMITS: Limits = { requestMs: 30_000, bodyBytes: 64 * 1024 ** 2 };
const MAX_REDIRECTS = 3;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** What a service may add to the common behaviour. */
export interface ClientExtras {
  /** What particular statuses mean at this service, for a path below its base URL. */
  readonly advice?: (path: string) => AdviceByStatus;
  /** For tests: smaller limits than a real service needs. */
  readonly limits?: Partial<Limits>;
}

/**
 * A reader of one service: it sends GET below one base URL and nothing else. It owns deadlines, retries, the rate,
 * the size of answers, and turning whatever goes wrong into a CheckError without secrets.
 */
export function createHttpClient(
  options: ClientOptions,
  deps: HttpDeps,
  extras: ClientExtras = {},
): HttpClient {
  const { baseUrl, signal } = options;
  const limits = { ...LIMITS, ...extras.limits };
  const common = {
    accept: [options.accept, 'application/json'].filter(Boolean).join(', '),
    'accept-encoding': 'gzip, br',
    ...options.headers,
    'user-agent': options.userAgent,
  };
  const inSlot = createSlots(options.concurrency);
  const bucket = createBucket(options.rate, deps);
  let transport: Promise<Transport> | undefined;
  let requests = 0;
  let retries = 0;
  let refusals = 0;

  /** Asks until there is an answer, or no hope of one. */
  async function ask(path: string, query: Query, own: Headers): Promise<unknown> {
    const url = resolve(baseUrl, path, query);
    for (let number = 1; ; number += 1) {
      const fault = await attempt(url, own).catch(faultOf);
      if ('value' in fault) return fault.value;
      const decision = decideRetry(fault, {
        number,
        remainingMs: options.deadline - deps.monotonic(),
        nowMs: deps.now(),
        random: deps.random(),
      });
      const isRefusal = fault.kind === 'status' && fault.status === 429;
      if (isRefusal) refusals += 1;
      if (!decision.retry) throw await explained(fault, path, own, number, decision.askedMs);
      // A limit that one request has hit holds for all the others as well.
      if (isRefusal) bucket.pause(decision.delayMs);
      else await deps.sleep(decision.delayMs, signal);
      retries += 1;
    }
  }

  /** One attempt, through a few redirects if need be: each is a request with a token and a time of its own. */
  async function attempt(url: URL, own: Headers): Promise<{ value: unknown }> {
    let target = url;
    for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
      await bucket.take(signal);
      const answer = await exchange(target, own);
      if ('body' in answer) return { value: parseJson(answer.body) };
      target = answer.movedTo;
    }
    throw new FaultError({ kind: 'too-many-redirects' });
  }

  /** One request and its answer, within its time. */
  async function exchange(url: URL, own: Headers): Promise<{ body: Buffer } | { movedTo: URL }> {
    transport ??= openTransport(baseUrl.origin, options.concurrency, deps.env);
    const { get, proxyHost } = await transport;
    signal.throwIfAborted();
    const ending = new AbortController();
    const stop = () => ending.abort();
    const left = () => Math.max(0, options.deadline - deps.monotonic());
    const time = requestTime(limits.requestMs, left, stop);
    if (left() === 0) throw new FaultError(time.fault);
    signal.addEventListener('abort', stop, { once: true });
    try {
      requests += 1;
      time.start();
      return await receive(await get(url, { ...common, ...own }, ending.signal), url, time);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof FaultError) throw error;
      throw new FaultError(
        ending.signal.aborted ? time.fault : classifyNetworkError(error, proxyHost !== undefined),
      );
    } finally {
      time.stop();
      signal.removeEventListener('abort', stop);
    }
  }

  async function receive(
    answer: RawAnswer,
    url: URL,
    time: Countdown,
  ): Promise<{ body: Buffer } | { movedTo: URL }> {
    const { status } = answer;
    if (status !== 200 && status !== 203) {
      answer.discard();
      if (REDIRECTS.has(status)) return { movedTo: sameOrigin(answer.location, url) };
      if (status === 204) throw new FaultError({ kind: 'unreadable', what: 'empty' });
      throw new FaultError({ kind: 'status', status, retryAfter: answer.retryAfter });
    }
    const body = await readBody(answer, limits.bodyBytes, time);
    options.onResponse?.(body.length);
    return { body };
  }

  async function explained(
    fault: Fault,
    path: string,
    own: Headers,
    attempts: number,
    askedMs: number | undefined,
  ): Promise<Error> {
    const redact = createRedactor([
      ...options.secrets,
      ...Object.values(options.headers),
      ...Object.values(own),
    ]);
    const proxyHost = (await transport)?.proxyHost;
    const { service } = options;
    const advice = extras.advice?.(path) ?? {};
    return explain(fault, { service, host: baseUrl.host, proxyHost, advice, attempts, askedMs }, redact);
  }

  return {
    getJson: (path, query = {}, own = {}) => inSlot(() => ask(path, query, own)),
    get requests() {
      return requests;
    },
    get retries() {
      return retries;
    },
    get refusals() {
      return refusals;
    },
    get busiestSecond() {
      return bucket.busiestSecond;
    },
    ceiling: options.rate.burst + options.rate.perSecond,
    async close() {
      await transport?.then((opened) => opened.close()).catch(() => {});
    },
  };
}

interface RequestTime extends Countdown {
  /** What it means that the time is over. */
  readonly fault: Fault;
}

/** The time of one request, in milliseconds, which never goes beyond what is left to the run. */
function requestTime(mostMs: number, left: () => number, end: () => void): RequestTime {
  let ms = Math.min(mostMs, left());
  let timer: NodeJS.Timeout | undefined;
  return {
    start() {
      ms = Math.min(mostMs, left());
      timer = setTimeout(end, ms);
    },
    stop: () => clearTimeout(timer),
    get fault(): Fault {
      return { kind: 'timeout', scope: ms < mostMs ? 'run' : 'request', ms };
    },
  };
}

/** Faults are what retries are decided on; anything else, such as the reason of a cancelled run, passes by. */
function faultOf(error: unknown): Fault {
  if (error instanceof FaultError) return error.fault;
  throw error;
}

/** `path` below the base URL; a query, fragment or credentials in the base URL are not sent. */
function resolve(base: URL, path: string, query: Query): URL {
  const url = new URL(base.origin);
  url.pathname = `${base.pathname.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`;
  url.search = new URLSearchParams(query).toString();
  return url;
}

/** Where a redirect points to. Headers, with the credentials, go along: so only to the same scheme, host and port. */
function sameOrigin(location: string | undefined, from: URL): URL {
  if (location === undefined || !URL.canParse(location, from.href)) {
    throw new FaultError({ kind: 'redirect', host: undefined, sameHost: false });
  }
  const target = new URL(location, from);
  if (target.origin === from.origin) return target;
  const host = target.host === '' ? undefined : target.host;
  throw new FaultError({ kind: 'redirect', host, sameHost: host === from.host });
}
