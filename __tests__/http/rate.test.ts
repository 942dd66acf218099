import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createBucket } from '../../src/http/rate.ts';

/** Time that passes only in sleep; sleeps may end early, as timers do. */
function fakeTime(early: () => number = () => 0) {
  const clock = { time: 0 };
  return {
    clock,
    monotonic: () => clock.time,
    sleep: async (ms: number, signal: AbortSignal) => {
      signal.throwIfAborted();
      clock.time += Math.max(0.1, ms - early());
    },
  };
}

const signal = new AbortController().signal;

describe('the rate', () => {
  it('is never exceeded in any second, whatever the arrivals', async () => {
    const arrivals = fc.array(fc.double({ min: 0, max: 700, noNaN: true }), { minLength: 1, maxLength: 80 });
    const rate = fc.record({
      perSecond: fc.integer({ min: 1, max: 20 }),
      burst: fc.integer({ min: 1, max: 8 }),
    });
    const early = fc.double({ min: 0, max: 3, noNaN: true });
    await fc.assert(
      fc.asyncProperty(arrivals, rate, early, async (gaps, limit, haste) => {
        const { clock, ...deps } = fakeTime(() => haste);
        const bucket = createBucket(limit, deps);
        const left: number[] = [];
        for (const gap of gaps) {
          clock.time += gap;
          await bucket.take(signal);
          left.push(clock.time);
        }
        for (const from of left) {
          const within = left.filter((time) => time >= from && time < from + 1000);
          expect(within.length).toBeLessThanOrEqual(limit.burst + limit.perSecond);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('lets a burst leave at once', async () => {
    const { clock, ...deps } = fakeTime();
    const bucket = createBucket({ perSecond: 10, burst: 4 }, deps);
    for (let count = 0; count < 4; count += 1) await bucket.take(signal);
    expect(clock.time).toBe(0);
    await bucket.take(signal);
    expect(clock.time).toBe(100);
  });

  it('lets nobody leave during a pause', async () => {
    const { clock, ...deps } = fakeTime();
    const bucket = createBucket({ perSecond: 10, burst: 4 }, deps);
    bucket.pause(5_000);
    bucket.pause(100);
    await bucket.take(signal);
    expect(clock.time).toBe(5_000);
  });

  it('ends waiting when the run ends', async () => {
    const bucket = createBucket({ perSecond: 1, burst: 1 }, fakeTime());
    const reason = new Error('over');
    await bucket.take(signal);
    await expect(bucket.take(AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it('knows its busiest second, wherever that began', async () => {
    const arrivals = fc.array(fc.double({ min: 0, max: 700, noNaN: true }), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(arrivals, async (gaps) => {
        const { clock, ...deps } = fakeTime();
        const bucket = createBucket({ perSecond: 6, burst: 3 }, deps);
        expect(bucket.busiestSecond).toBe(0);
        const left: number[] = [];
        for (const gap of gaps) {
          clock.time += gap;
          await bucket.take(signal);
          left.push(clock.time);
        }
        const within = left.map((to) => left.filter((time) => time > to - 1000 && time <= to).length);
        expect(bucket.busiestSecond).toBe(Math.max(...within));
      }),
      { numRuns: 100 },
    );
  });
});
