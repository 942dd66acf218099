import type { Fault } from './fault.ts';

/** What a decision to try again depends on, beside the fault. */
export interface Attempt {
  /** 1 for the first. */
  readonly number: number;
  /** Milliseconds until the whole run must have ended. */
  readonly remainingMs: number;
  /** Milliseconds since the epoch, for `Retry-After` dates. */
  readonly nowMs: number;
  /** In [0, 1), for jitter. */
  readonly random: number;
}

export type Decision =
  | { readonly retry: true; readonly delayMs: number }
  /** `askedMs`: how long the service wants us to wait, when that is longer than the run may last. */
  | { readonly retry: false; readonly askedMs: number | undefined };

/** Attempts at a request, the first included: a service that stumbles four times in a row is still read. */
export const MAX_ATTEMPTS = 6;
/** An address that cannot be reached is more likely wrong than resting. */
const MAX_CONNECT_ATTEMPTS = 3;
const FIRST_BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 8_000;

const PASSING_STATUS = new Set([408, 429, 500, 502, 503, 504]);
const PASSING_CONNECT = new Set(['ECONNREFUSED', 'EAI_AGAIN', 'ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT']);

/** Whether, and after how long, to ask again. */
export function decideRetry(fault: Fault, attempt: Attempt): Decision {
  const stop = { retry: false, askedMs: undefined } as const;
  if (attempt.number >= attemptsAllowed(fault)) return stop;
  const asked = fault.kind === 'status' ? parseRetryAfter(fault.retryAfter, attempt.nowMs) : undefined;
  if (asked !== undefined && asked >= attempt.remainingMs) return { retry: false, askedMs: asked };
  const delayMs = asked ?? backoff(attempt);
  return delayMs < attempt.remainingMs ? { retry: true, delayMs } : stop;
}

function attemptsAllowed(fault: Fault): number {
  switch (fault.kind) {
    case 'cut':
      return MAX_ATTEMPTS;
    case 'status':
      return PASSING_STATUS.has(fault.status) ? MAX_ATTEMPTS : 1;
    case 'connect':
      return PASSING_CONNECT.has(fault.code) ? MAX_CONNECT_ATTEMPTS : 1;
    default:
      return 1;
  }
}

/** Exponential backoff with full jitter, so that parallel requests do not come back together. */
function backoff(attempt: Attempt): number {
  const ceiling = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (attempt.number - 1));
  return Math.floor(attempt.random * ceiling);
}

const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /;

/**
 * The wait in milliseconds that a `Retry-After` asks for: seconds or one of the three HTTP date forms
 * (RFC 9110 §10.2.3 and §5.6.7). Undefined when absent, junk or past.
 */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d{1,12}$/.test(text)) return Number(text) * 1000;
  // Date.parse alone would read years into almost any text that holds a number.
  if (!HTTP_DATE.test(text)) return undefined;
  const time = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isFinite(time) && time > nowMs ? time - nowMs : undefined;
}
