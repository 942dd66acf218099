import { getOctokit } from '@actions/github';
import { defaults } from '@actions/github/lib/utils';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { NAME, VERSION } from '../version.ts';

export type Client = ReturnType<typeof getOctokit>;

/** How long the requests may take, all together. */
export interface RequestTime {
  readonly signal: AbortSignal;
  /** When they must be done, on the clock of `performance.now()`. */
  readonly deadline: number;
}

const RETRIES = 2;
const WAITS = 5;
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
export function createClient(token: string, { signal, deadline }: RequestTime): Client {
  // A clock that is wrong makes the time to wait nothing, again and again.
  const mayWait = (seconds: number, _: unknown, __: unknown, attempts: number): boolean =>
    attempts < WAITS && performance.now() + seconds * 1000 < deadline;
  return getOctokit(
    token,
    {
      // Options of ours replace those of the toolkit as a whole, and its way through the proxy is one of them.
      request: { ...defaults.request, signal },
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
    inOtherWords(signal),
    retry,
    throttling,
  );
}

/** Tells the other two plugins what they cannot see for themselves. */
function inOtherWords(signal: AbortSignal): (client: Pick<Client, 'hook'>) => void {
  return ({ hook }) => {
    hook.before('request', ({ url, baseUrl }) => {
      // Lists say where they go on, and the token goes along.
      if (new URL(url, baseUrl).origin !== new URL(baseUrl).origin) throw new Error('that is another host');
    });
    hook.error('request', (error) => {
      // What was given up looks like a failure of the service, which would be tried again.
      if (signal.aborted) throw signal.reason;
      // A limit is known by its words, and a gateway in between may use others, or none.
      const asksToWait = 'response' in error && error.response?.headers['retry-after'] !== undefined;
      if (asksToWait && (error.status === 403 || error.status === 429))
        error.message += ' (secondary rate limit)';
      throw error;
    });
  };
}
