import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Fault } from '../../src/http/fault.ts';
import { type Attempt, decideRetry, MAX_ATTEMPTS, parseRetryAfter } from '../../src/http/retry.ts';

const NOW = Date.UTC(2025, 0, 15, 12);

function attempt(changes: Partial<Attempt> = {}): Attempt {
  return { number: 1, remainingMs: 300_000, nowMs: NOW, random: 0.5, ...changes };
}

function status(code: number, retryAfter?: string): Fault {
  return { kind: 'status', status: code, retryAfter };
}

describe('a decision to try again', () => {
  it.each([408, 429, 500, 502, 503, 504])('is yes for status %i', (code) => {
    expect(decideRetry(status(code), attempt()).retry).toBe(true);
  });

  it.each([300, 400, 401, 403, 404, 410, 501])('is no for status %i', (code) => {
    expect(decideRetry(status(code), attempt()).retry).toBe(false);
  });

  it.each<Fault>([
    { kind: 'cut', where: 'connection' },
    { kind: 'cut', where: 'length' },
    { kind: 'cut', where: 'compression' },
    { kind: 'cut', where: 'text' },
  ])('is yes, up to the last attempt, for %j', (fault) => {
    expect(decideRetry(fault, attempt({ number: MAX_ATTEMPTS - 1 })).retry).toBe(true);
    expect(decideRetry(fault, attempt({ number: MAX_ATTEMPTS })).retry).toBe(false);
  });

  it.each<Fault>([
    { kind: 'tls', code: 'CERT_HAS_EXPIRED' },
    { kind: 'connect', code: 'ENOTFOUND' },
    { kind: 'proxy', status: 407 },
    { kind: 'unreadable', what: 'html' },
    { kind: 'too-large', limit: 1 },
    { kind: 'redirect', host: 'x', sameHost: false },
    { kind: 'too-many-redirects' },
    { kind: 'timeout', scope: 'request', ms: 1 },
    { kind: 'unsendable' },
  ])('is no for %j', (fault) => {
    expect(decideRetry(fault, attempt())).toEqual({ retry: false, askedMs: undefined });
  });

  it('is yes only twice where nobody listens', () => {
    const fault: Fault = { kind: 'connect', code: 'ECONNREFUSED' };
    expect(decideRetry(fault, attempt({ number: 2 })).retry).toBe(true);
    expect(decideRetry(fault, attempt({ number: 3 })).retry).toBe(false);
  });

  it('backs off between nothing and a limit that doubles up to 8 seconds', () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), random, (number, chance) => {
        const decision = decideRetry(status(503), attempt({ number, random: chance }));
        const limit = Math.min(8_000, 250 * 2 ** (number - 1));
        expect(decision).toEqual({ retry: true, delayMs: Math.floor(chance * limit) });
      }),
    );
  });

  it('waits exactly as long as the service asks', () => {
    expect(decideRetry(status(429, '17'), attempt())).toEqual({ retry: true, delayMs: 17_000 });
    expect(decideRetry(status(503, '0'), attempt())).toEqual({ retry: true, delayMs: 0 });
  });

  it('is no, with the wait, where the service asks for more time than there is', () => {
    const decision = decideRetry(status(429, '86400'), attempt());
    expect(decision).toEqual({ retry: false, askedMs: 86_400_000 });
  });

  it('is no where a backoff would outlast the run', () => {
    const decision = decideRetry(status(503), attempt({ remainingMs: 100 }));
    expect(decision).toEqual({ retry: false, askedMs: undefined });
  });
});

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    [' 120 ', 120_000],
    ['Wed, 15 Jan 2025 12:00:30 GMT', 30_000],
    ['Wednesday, 15-Jan-25 12:00:30 GMT', 30_000],
    ['Wed Jan 15 12:00:30 2025', 30_000],
  ])('%p is understood', (value, ms) => {
    expect(parseRetryAfter(value, NOW)).toBe(ms);
  });

  it.each([
    undefined,
    '',
    'soon',
    '-1',
    '1.5',
    '1e3',
    'in 5',
    'Wed, 99 Foo 2025',
    'Wed, 15 Jan 2025 11:59:59 GMT',
  ])('%p is no wait', (value) => {
    expect(parseRetryAfter(value, NOW)).toBeUndefined();
  });
});
