import { setTimeout as sleep } from 'node:timers/promises';
import type { CheckDeps } from './check.ts';
import { type CheckError, failure } from './errors.ts';
import type { HttpDeps } from './http/types.ts';
import type { RunDeps } from './run.ts';

/** How long a run may go on. */
export interface RunTime {
  /** Aborts with a CheckError when the run is cancelled or out of time. */
  readonly signal: AbortSignal;
  /** When the run must have ended, on the monotonic clock of `httpDeps`. */
  readonly deadline: number;
}

/** Does the work of a run, which is told when its time is over, or when `cancelled` aborts. */
export async function withinTime<T>(
  timeoutMs: number,
  cancelled: AbortSignal,
  work: (time: RunTime) => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(timedOut(timeoutMs)), timeoutMs);
  const cancel = (): void => stop.abort(wasCancelled(cancelled.reason));
  if (cancelled.aborted) cancel();
  cancelled.addEventListener('abort', cancel, { once: true });
  try {
    return await work({ signal: stop.signal, deadline });
  } finally {
    clearTimeout(timer);
    cancelled.removeEventListener('abort', cancel);
  }
}

/** The failure of a run that the user or the runner ended; `reason` is the signal's name. */
export function wasCancelled(reason: unknown): CheckError {
  const by = typeof reason === 'string' ? ` by ${reason}` : '';
  return failure(
    'cancelled',
    `The run was cancelled${by} before it was complete.`,
    'Run it again: nothing was decided and no report was written.',
  );
}

function timedOut(ms: number): CheckError {
  return failure(
    'timed-out',
    `The run took longer than ${ms / 1000} ${ms === 1000 ? 'second' : 'seconds'} and was ended.`,
    'Raise "timeout" (--timeout) if the tenant is very large; else look at what kept the service waiting.',
  );
}

/** What a check works with, from what its run was given. */
export function checkDeps(
  { env, onProgress, onSecret }: Pick<RunDeps, 'env' | 'onProgress' | 'onSecret'>,
  time: RunTime,
): CheckDeps {
  return { http: httpDeps(env), now: Date.now, onProgress, onSecret, ...time };
}

/** The real clocks and the real chance, for the HTTP layer. */
function httpDeps(env: HttpDeps['env']): HttpDeps {
  return {
    now: Date.now,
    monotonic: () => performance.now(),
    random: Math.random,
    sleep: async (ms, signal) => {
      try {
        await sleep(ms, undefined, { signal });
      } catch {
        throw signal.reason;
      }
    },
    env,
  };
}
