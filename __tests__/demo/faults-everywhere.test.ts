import { afterEach, describe, expect, test } from '@jest/globals';
import { type Fault, LOGIN_PAGE } from '../../demo/faults.ts';
import { type StandIn, startStandIn } from '../../demo/stand-in.ts';
import { ask, askContent, askStackOne, logIn, peopleOfAll } from './asking.ts';

/* Faults of any server, at each path that is not SCIM's: `faults.test.ts` looks at what they do in detail. */

let standIn: StandIn;

async function start(...faults: Fault[]): Promise<void> {
  standIn = await startStandIn({ population: peopleOfAll(10), rateLimit: 0 });
  await logIn(standIn);
  standIn.reset();
  standIn.setFaults(faults);
}

afterEach(() => standIn?.close());

const PLACES: Record<string, { path: string; get: () => Promise<Response> }> = {
  'the token of the Content API': {
    path: '/token',
    get: () => fetch(`${standIn.apiUrl}/token?secret=${standIn.apiSecret}`, { redirect: 'manual' }),
  },
  'the employees of the Content API': {
    path: '/employees',
    get: () => askContent(standIn, '/employees'),
  },
  'the access roles of the Content API': {
    path: '/access-roles',
    get: () => askContent(standIn, '/access-roles'),
  },
  'the users of StackOne': {
    path: '/unified/iam/users',
    get: () => askStackOne(standIn, 'users'),
  },
  'the roles of StackOne': {
    path: '/unified/iam/roles',
    get: () => askStackOne(standIn, 'roles'),
  },
};

describe.each(Object.entries(PLACES))('%s', (_name, { path, get }) => {
  const text = async () => (await get()).text();

  test('answer, answers, redirect and login-page, and nothing elsewhere', async () => {
    await start(
      { kind: 'answers', path, answers: [{ status: 500 }, { status: 429, headers: { 'retry-after': '7' } }] },
      { kind: 'redirect', path, location: 'http://other.example/', nth: 3 },
      { kind: 'login-page', path, nth: 4 },
      { kind: 'answer', path, body: 'plain', nth: 5 },
    );
    expect((await get()).status).toBe(500);
    expect((await get()).headers.get('retry-after')).toBe('7');
    expect((await get()).headers.get('location')).toBe('http://other.example/');
    expect(await text()).toBe(LOGIN_PAGE);
    const plain = await get();
    expect(plain.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await plain.text()).toBe('plain');
    expect((await get()).status).toBe(200);
    expect((await ask(standIn, '/Users')).status).toBe(200);
  });

  test('gzip-bomb and never-answer', async () => {
    await start({ kind: 'gzip-bomb', mebibytes: 2, path, nth: 1 }, { kind: 'never-answer', path, nth: 2 });
    const bomb = await get();
    expect(bomb.headers.get('content-encoding')).toBe('gzip');
    expect((await bomb.text()).length).toBeGreaterThan(2 * 1024 * 1024);
    const late = await Promise.race([
      get().catch(() => 'ended'),
      new Promise((resolve) => setTimeout(resolve, 60, 'nothing')),
    ]);
    expect(late).toBe('nothing');
    expect(standIn.requests.at(-1)!.status).toBe(0);
  });

  test('other bytes: headers, replace-text, prefix, utf-16, encode', async () => {
    await start(
      { kind: 'headers', path, set: { 'content-type': 'text/plain' }, nth: 1 },
      { kind: 'replace-text', path, find: '"', put: "'", nth: 2 },
      { kind: 'prefix', path, text: '\uFEFF', nth: 3 },
      { kind: 'utf-16', path, nth: 4 },
      { kind: 'encode', path, as: 'br', nth: 5 },
    );
    expect((await get()).headers.get('content-type')).toBe('text/plain');
    expect(await text()).toMatch(/^[[{]+'/);
    expect([...(await (await get()).bytes()).subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect([...(await (await get()).bytes()).subarray(0, 2)]).toEqual([0xff, 0xfe]);
    const compressed = await get();
    expect(compressed.headers.get('content-encoding')).toBe('br');
    expect(await compressed.json()).toBeTruthy();
  });

  test('bad delivery: reset, cut, wrong-length, delay, drip', async () => {
    await start(
      { kind: 'reset', path, nth: 1 },
      { kind: 'cut', path, after: 10, framing: 'content-length', nth: 2 },
      { kind: 'cut', path, after: 10, framing: 'none', nth: 3 },
      { kind: 'wrong-length', path, by: 5, nth: 4 },
      { kind: 'delay', path, ms: 30, nth: 5 },
      { kind: 'drip', path, everyMs: 1, bytes: 400, nth: 6 },
    );
    await expect(get()).rejects.toThrow();
    await expect(text()).rejects.toThrow();
    expect(await text()).toHaveLength(10);
    await expect(text()).rejects.toThrow();
    const began = performance.now();
    await text();
    expect(performance.now() - began).toBeGreaterThanOrEqual(25);
    expect(JSON.parse(await text())).toBeTruthy();
  });
});
