import { setTimeout as sleep } from 'node:timers/promises';
import { getOctokit } from '@actions/github';
import { defaults } from '@actions/github/lib/utils';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { readBody } from '../http/body.ts';
import { FaultError } from '../http/fault.ts';
import { parseRetryAfter } from '../http/retry.ts';
import { NAME, VERSION } from '../version.ts';
import { TooLarge } from './failure.ts';

export type Client = ReturnType<typeof getOctokit>;

/** How long the requests may take, all together. */
export interface RequestTime {
  readonly signal: AbortSignal;
  /** When they must be done, on the clock of `performance.now()`. */
  readonly deadline: number;
}

const RETRIES = 2;
const WAITS = 5;
/** The largest answer. A page of a hundred comments, each as long as GitHub lets it be, is smaller. */
const BODY_BYTES = 64 * 1024 ** 2;
const silent = (): void => {};
/**
 * In place of the plugin's queues, which keep writes one second apart, and three where people are notified. GitHub asks
 * for that of those who make many writes. A run makes a handful, one after the other, and would be slower for nothing.
 */
const atOnce = { key: () => ({ schedule: async (): Promise<void> => {} }) } as never;

/**
 * GitHub's own client, for the API that the runner names (`GITHUB_API_URL`) and through its proxy. It asks again after
 * a failure of the service, and waits when GitHub asks for that, unless the time would be over by then.
 */
export function createClient(token: string, time: RequestTime): Client {
  const { signal, deadline } = time;
  // A clock that is wrong makes the time to wait nothing, again and again.
  const mayWait = (seconds: number, _: unknown, __: unknown, attempts: number): boolean =>
    attempts < WAITS && performance.now() + seconds * 1000 < deadline;
  return getOctokit(
    token,
    {
      // Options of ours replace those of the toolkit as a whole, and its way through the proxy is one of them.
      request: { ...defaults.request, fetch: bounded(defaults.request?.fetch), signal },
      userAgent: `${NAME}/${VERSION}`,
      // Its warnings would quote addresses in the log.
      log: { debug: silent, info: silent, warn: silent, error: silent },
      // The other plugin waits as long as the answer to 429 says, this one would not.
      retry: { retries: RETRIES, doNotRetry: [400, 401, 403, 404, 410, 422, 429, 451] },
      throttle: {
        write: atOnce,
        notifications: atOnce,
        onRateLimit: mayWait,
        onSecondaryRateLimit: mayWait,
      },
    },
    patience(time),
    inOtherWords(signal),
    retry,
    throttling,
  );
}

/** Reads each answer up to its limit; GitHub's own client would read one without an end until the memory is full. */
function bounded(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    const { status, statusText, headers, body } = response;
    if (body === null) return response;
    // The compression is undone by now, and the length that the headers tell is that of before.
    const plain = { chunks: body, encoding: undefined, declaredLength: undefined };
    const bytes = await readBody(plain, BODY_BYTES).catch(inOurWords);
    return new Response(bytes as Uint8Array<ArrayBuffer>, { status, statusText, headers: [...headers] });
  };
}

function inOurWords(error: unknown): never {
  throw error instanceof FaultError ? new TooLarge() : error;
}

type Plugin = (client: Pick<Client, 'hook'>) => void;

/** After a failure of the service, waits as long as its answer asks for: the plugin that tries again never looks. */
function patience({ signal, deadline }: RequestTime): Plugin {
  return ({ hook }) => {
    hook.error('request', async (error, { request = {} }) => {
      const { retries = RETRIES, retryCount = 0 } = request as { retries?: number; retryCount?: number };
      // How long the plugin waits by itself.
      const ownMs = (retryCount + 1) ** 2 * 1000;
      const askedMs = 'response' in error && error.status >= 500 ? retryAfterMs(error.response) : 0;
      if (retryCount < retries && askedMs > ownMs) {
        if (performance.now() + askedMs >= deadline) request.retries = 0;
        else await sleep(askedMs - ownMs, undefined, { signal });
      }
      throw error;
    });
  };
}

function retryAfterMs(response: { readonly headers: object } | undefined): number {
  const { 'retry-after': value } = (response?.headers ?? {}) as { 'retry-after'?: unknown };
  return parseRetryAfter(String(value), Date.now()) ?? 0;
}

/** Tells the plugins of Octokit what they cannot see for themselves. */
function inOtherWords(signal: AbortSignal): Plugin {
  return ({ hook }) => {
    hook.before('request', ({ url, baseUrl }) => {
      // Lists say where they go on, and the token goes along.
      if (new URL(url, baseUrl).origin !== new URL(baseUrl).origin) throw new Error('that is another host');
    });
    hook.error('request', (error) => {
      // What was given up looks like a failure of the service, which would be tried again.
      if (signal.aborted) throw signal.reason;
      // So does what was not read to its end, and the next answer would be no smaller.
      if (error.cause instanceof TooLarge) throw error.cause;
      // A limit is known by its words, and a gateway in between may use others, or none.
      const asksToWait = 'response' in error && error.response?.headers['retry-after'] !== undefined;
      if (asksToWait && (error.status === 403 || error.status === 429))
        error.message += ' (secondary rate limit)';
      throw error;
    });
  };
}
