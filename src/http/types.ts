/** Tools that the HTTP layer receives from the entry, so that tests can hand in their own. */
export interface HttpDeps {
  /** Milliseconds since the epoch; only for `Retry-After` dates. */
  readonly now: () => number;
  /** Milliseconds on a clock that never goes back; for rates and deadlines. */
  readonly monotonic: () => number;
  /** A number in [0, 1), for jitter. */
  readonly random: () => number;
  /** Resolves after `ms`, rejects with the signal's reason when it aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Where proxies are named: `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY` in either case. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export type Headers = Readonly<Record<string, string>>;
export type Query = Readonly<Record<string, string>>;

export interface ClientOptions {
  /** Base URL; paths are resolved below it, and redirects must stay on its origin. */
  readonly baseUrl: URL;
  /** How messages call the service, for instance "Leapsome's SCIM API". */
  readonly service: string;
  /** Sent with every request; their values never appear in an error. */
  readonly headers: Headers;
  /** Media types that the service answers with; JSON is always accepted. */
  readonly accept?: string;
  /** Never shown, wherever they turn up: tokens, secrets, account ids. */
  readonly secrets: readonly string[];
  /** Requests a second that are never exceeded, and how many may leave at once after a pause. */
  readonly rate: { readonly perSecond: number; readonly burst: number };
  /** Requests under way at the same time. */
  readonly concurrency: number;
  readonly userAgent: string;
  /** Ends every request when the run is cancelled or out of time; `reason` is a CheckError (`cancelled`, `timed-out`). */
  readonly signal: AbortSignal;
  /** When the whole run must have ended, on the monotonic clock. A wait beyond it fails at once. */
  readonly deadline: number;
  /** Called once with each answer's size in bytes, for progress lines. */
  readonly onResponse?: (bytes: number) => void;
}

/** One way to ask, and nothing else: there is no method argument, so nothing can be written. */
export interface HttpClient {
  /**
   * Reads JSON from `path` below the base URL, with further headers for this request alone.
   * @throws CheckError with the cause: `auth-rejected`, `token-invalid`, `rate-limited`, `timed-out`, `unreachable`,
   * `tls-failed`, `redirected`, `bad-response`, `too-large`, `cancelled`.
   */
  getJson(path: string, query?: Query, headers?: Headers): Promise<unknown>;
  readonly requests: number;
  readonly retries: number;
  /** Answers that said "too many requests" (HTTP 429). */
  readonly refusals: number;
  /** The most requests that left within one second. */
  readonly busiestSecond: number;
  /** The most that ever leave within one second. */
  readonly ceiling: number;
  close(): Promise<void>;
}
