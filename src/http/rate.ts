import type { HttpDeps } from './types.ts';

export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

export interface Bucket {
  /** Resolves when a request may leave; rejects with the signal's reason when it aborts. */
  take(signal: AbortSignal): Promise<void>;
  /** Nobody leaves before `ms` have passed. */
  pause(ms: number): void;
  /** The most requests that left within one second so far, wherever that second begins. */
  readonly busiestSecond: number;
}

/** A token bucket: no second, wherever it begins, sees more than `burst + perSecond` requests leave. */
export function createBucket(rate: Rate, deps: Pick<HttpDeps, 'monotonic' | 'sleep'>): Bucket {
  let tokens = rate.burst;
  let filledAt = deps.monotonic();
  let pausedUntil = Number.NEGATIVE_INFINITY;
  /** When requests left within the last second. */
  let recent: number[] = [];
  let busiestSecond = 0;

  /** Takes a token and returns 0, or says how long it will be before one can be there. */
  const tryTake = (): number => {
    const now = deps.monotonic();
    tokens = Math.min(rate.burst, tokens + ((now - filledAt) * rate.perSecond) / 1000);
    filledAt = now;
    if (now < pausedUntil) return Math.ceil(pausedUntil - now);
    if (tokens < 1) return Math.ceil(((1 - tokens) * 1000) / rate.perSecond);
    tokens -= 1;
    recent = [...recent.filter((time) => time > now - 1000), now];
    busiestSecond = Math.max(busiestSecond, recent.length);
    return 0;
  };

  return {
    async take(signal) {
      signal.throwIfAborted();
      // Timers may fire early, and somebody else may have been quicker: look again after each sleep.
      for (let wait = tryTake(); wait > 0; wait = tryTake()) await deps.sleep(wait, signal);
    },
    pause(ms) {
      pausedUntil = Math.max(pausedUntil, deps.monotonic() + ms);
    },
    get busiestSecond() {
      return busiestSecond;
    },
  };
}
