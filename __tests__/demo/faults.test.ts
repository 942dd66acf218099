import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type Fault, LOGIN_PAGE } from '../../demo/faults.ts';
import { type StandIn, startStandIn } from '../../demo/stand-in.ts';
import { ask, ids, list, people } from './asking.ts';

let standIn: StandIn;

/** Ten people on pages of four, and no limit but the faults. */
async function start(...faults: Fault[]): Promise<void> {
  standIn = await startStandIn({ population: people(10), clamp: { users: 4 }, rateLimit: 0, faults });
}

afterEach(() => standIn?.close());

const page = (number: number) => `/Users?startIndex=${number * 4 - 3}&count=4`;

async function statuses(times: number, path = '/Users'): Promise<number[]> {
  const seen: number[] = [];
  for (let i = 0; i < times; i++) seen.push((await ask(standIn, path)).status);
  return seen;
}

/** The bytes of an answer as they come, to the end of the connection. */
function raw(path: string): Promise<{ head: string; body: Buffer; error: string | undefined }> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let error: string | undefined;
    const socket = connect(standIn.port, '127.0.0.1');
    socket.write(`GET /scim/v1${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${standIn.token}\r\n`);
    socket.write('connection: close\r\n\r\n');
    socket.on('data', (part) => parts.push(part as Buffer));
    socket.on('error', (cause: NodeJS.ErrnoException) => {
      error = cause.code;
    });
    socket.on('close', () => {
      const all = Buffer.concat(parts);
      const border = all.indexOf('\r\n\r\n');
      resolve({ head: all.subarray(0, border).toString(), body: all.subarray(border + 4), error });
    });
  });
}

async function wholeBody(path: string): Promise<string> {
  return (await ask(standIn, path)).text();
}

describe('when a fault applies', () => {
  test('only to its path and its requests', async () => {
    await start({ kind: 'answer', status: 500, path: '/Users', nth: [1, 3] });
    expect(await statuses(1, '/Groups')).toEqual([200]);
    expect(await statuses(4)).toEqual([500, 200, 500, 200]);
  });

  test('counts all requests when it has no path, and begins again after a reset', async () => {
    await start({ kind: 'answer', status: 500, nth: 2 });
    expect([...(await statuses(1, '/Groups')), ...(await statuses(2))]).toEqual([200, 500, 200]);
    standIn.reset();
    expect(await statuses(2)).toEqual([200, 500]);
    standIn.setFaults([]);
    standIn.reset();
    expect(await statuses(2)).toEqual([200, 200]);
  });
});

describe('instead of an answer', () => {
  test('answers: a sequence, then the service', async () => {
    const answers = [{ status: 500 }, { status: 429, headers: { 'retry-after': '7' } }, { status: 503 }];
    await start({ kind: 'answers', answers });
    expect((await ask(standIn, '/Users')).status).toBe(500);
    expect((await ask(standIn, '/Users')).headers.get('retry-after')).toBe('7');
    expect(await statuses(2)).toEqual([503, 200]);
  });

  test('answers: for ever', async () => {
    await start({ kind: 'answers', answers: [{ status: 500 }, { status: 503 }], forever: true });
    expect(await statuses(4)).toEqual([500, 503, 503, 503]);
  });

  test('answer: any body, or none', async () => {
    await start(
      { kind: 'answer', body: 'plain', headers: { 'content-type': 'text/plain' }, nth: 1 },
      { kind: 'answer', body: Buffer.from([0xff, 0x00]), nth: 2 },
      { kind: 'answer', status: 204, nth: 3 },
    );
    expect(await wholeBody('/Users')).toBe('plain');
    expect([...(await (await ask(standIn, '/Users')).bytes())]).toEqual([0xff, 0x00]);
    expect((await ask(standIn, '/Users')).status).toBe(204);
  });

  test('redirect', async () => {
    await start({ kind: 'redirect', location: 'http://other.example/', status: 307 });
    const response = await ask(standIn, '/Users');
    expect([response.status, response.headers.get('location')]).toEqual([307, 'http://other.example/']);
  });

  test('login-page', async () => {
    await start({ kind: 'login-page' });
    const response = await ask(standIn, '/Users');
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/html; charset=utf-8',
    ]);
    expect(await response.text()).toBe(LOGIN_PAGE);
  });

  test('token-invalid', async () => {
    await start({ kind: 'token-invalid' });
    expect(await statuses(1)).toEqual([403]);
  });

  test('gzip-bomb', async () => {
    await start({ kind: 'gzip-bomb', mebibytes: 3 });
    const { head, body } = await raw('/Users');
    expect(head).toContain('content-encoding: gzip');
    expect(body.length).toBeLessThan(50_000);
    const text = gunzipSync(body).toString();
    expect(text.length).toBeGreaterThan(3 * 1024 * 1024);
    expect(JSON.parse(text)).toEqual({ totalResults: 1, Resources: [] });
  });

  test('never-answer', async () => {
    await start({ kind: 'never-answer' });
    await expect(ask(standIn, '/Users', { signal: AbortSignal.timeout(80) })).rejects.toThrow();
    expect(standIn.requests[0]!.status).toBe(0);
  });
});

describe('another stretch of the list', () => {
  test('clamp', async () => {
    await start({ kind: 'clamp', max: 3 });
    expect(await ids(standIn, '/Users?startIndex=2&count=4')).toEqual(['u1', 'u2', 'u3']);
  });

  test('ignore-start-index', async () => {
    await start(
      { kind: 'ignore-start-index', nth: [1, 2] },
      { kind: 'ignore-start-index', echo: true, nth: 3 },
    );
    const first = await list(standIn, page(1));
    expect(await list(standIn, page(2))).toEqual(first);
    expect(await list(standIn, page(2))).toEqual({ ...first, startIndex: 5 });
  });

  test('overlap', async () => {
    await start({ kind: 'overlap', by: 1 });
    expect(await ids(standIn, page(1))).toEqual(['u0', 'u1', 'u2', 'u3']);
    expect(await ids(standIn, page(2))).toEqual(['u3', 'u4', 'u5', 'u6']);
    expect(await list(standIn, page(2))).toMatchObject({ startIndex: 5 });
  });

  test('drop-at-borders', async () => {
    await start({ kind: 'drop-at-borders', rows: 1 });
    const seen = [
      await ids(standIn, page(1)),
      await ids(standIn, page(2)),
      await ids(standIn, page(3)),
    ].flat();
    expect(seen).not.toContain('u4');
    expect((await list(standIn, page(3))).totalResults).toBe(10);
  });
});

describe('other rows', () => {
  test('patch-row: any value, on whichever page the row is', async () => {
    const set = { active: 'True', groups: null, ...JSON.parse('{"__proto__":{"x":1}}') };
    await start({ kind: 'patch-row', row: 5, set, without: ['userName'] });
    expect(await wholeBody(page(1))).not.toContain('"True"');
    const text = await wholeBody(page(2));
    const row = JSON.parse(text).Resources[1];
    expect(row).toMatchObject({ id: 'u5', active: 'True', groups: null });
    expect('userName' in row).toBe(false);
    expect(text).toContain('"__proto__":{"x":1}');
  });

  test('repeat-row', async () => {
    await start({ kind: 'repeat-row', row: 0, set: { groups: [{ value: 'g1' }] }, nth: 2 });
    await list(standIn, page(1));
    const { Resources, itemsPerPage } = await list(standIn, page(2));
    expect(itemsPerPage).toBe(5);
    expect(Resources.at(-1)).toMatchObject({ id: 'u0', groups: [{ value: 'g1' }] });
  });

  test('junk', async () => {
    await start({ kind: 'junk', elements: [null, 'x', []], at: 1 });
    const { Resources } = await list(standIn, page(1));
    expect(Resources.slice(1, 4)).toEqual([null, 'x', []]);
    expect(Resources).toHaveLength(7);
  });

  test('filled-members: flat, nested and in a circle', async () => {
    const shapes = ['flat', 'nested', 'cyclic'] as const;
    await start(...shapes.map((shape, index): Fault => ({ kind: 'filled-members', shape, nth: index + 1 })));
    const members = async () => (await list(standIn, '/Groups')).Resources.map((group) => group.members);
    expect((await members())[0]).toMatchObject([{ type: 'User' }]);
    expect((await members())[0]).toMatchObject([{ type: 'Group', members: [{ type: 'Group' }] }]);
    expect((await members()).flat()).toMatchObject([{ value: 'g1' }, { value: 'g2' }, { value: 'g0' }]);
  });
});

describe('another envelope', () => {
  test('envelope: fields set and left out', async () => {
    await start(
      { kind: 'envelope', set: { totalResults: '10', nextCursor: 'abc' }, nth: 1 },
      { kind: 'envelope', without: ['totalResults', 'Resources'], nth: 2 },
      { kind: 'envelope', set: { Resources: null }, nth: 3 },
    );
    expect(await list(standIn, page(1))).toMatchObject({ totalResults: '10', nextCursor: 'abc' });
    expect(Object.keys(await list(standIn, page(1)))).toEqual(['schemas', 'itemsPerPage', 'startIndex']);
    expect(await list(standIn, page(1))).toMatchObject({ totalResults: 10, Resources: null });
  });

  test('total-is-page-length', async () => {
    await start({ kind: 'total-is-page-length' });
    expect([
      (await list(standIn, page(1))).totalResults,
      (await list(standIn, page(3))).totalResults,
    ]).toEqual([4, 2]);
  });

  test('totals: a total that changes during the walk', async () => {
    await start({ kind: 'totals', values: [10, 11], path: '/Users' });
    const totals = [];
    for (const number of [1, 2, 3]) totals.push((await list(standIn, page(number))).totalResults);
    expect(totals).toEqual([10, 11, 11]);
  });
});

describe('other bytes', () => {
  test('headers', async () => {
    await start(
      { kind: 'headers', set: { 'content-type': 'text/plain' }, nth: 1 },
      { kind: 'headers', without: ['content-type'], nth: 2 },
    );
    expect((await ask(standIn, '/Users')).headers.get('content-type')).toBe('text/plain');
    expect((await ask(standIn, '/Users')).headers.get('content-type')).toBeNull();
  });

  test('replace-text: for what JSON.stringify cannot say', async () => {
    await start({ kind: 'replace-text', find: '"u1"', put: '12345678901234567890' });
    expect(await wholeBody('/Users')).toContain('"id":12345678901234567890');
  });

  test('prefix: a byte-order mark', async () => {
    await start({ kind: 'prefix', text: '\uFEFF' });
    expect([...(await raw('/Users')).body.subarray(0, 4)]).toEqual([0xef, 0xbb, 0xbf, 0x7b]);
  });

  test('utf-16', async () => {
    await start({ kind: 'utf-16' });
    const { body } = await raw('/Users');
    expect([...body.subarray(0, 4)]).toEqual([0xff, 0xfe, 0x7b, 0x00]);
    expect(JSON.parse(body.toString('utf16le').slice(1))).toMatchObject({ totalResults: 10 });
  });

  test.each(['gzip', 'br', 'deflate'] as const)('encode: %s', async (as) => {
    await start({ kind: 'encode', as });
    const response = await ask(standIn, '/Users');
    expect(response.headers.get('content-encoding')).toBe(as);
    expect(await response.json()).toMatchObject({ totalResults: 10 });
  });
});

describe('bad delivery', () => {
  test('delay', async () => {
    await start({ kind: 'delay', ms: 40 });
    const began = performance.now();
    await ask(standIn, '/Users');
    expect(performance.now() - began).toBeGreaterThanOrEqual(35);
  });

  test('reset: at once', async () => {
    await start({ kind: 'reset' });
    expect(await raw('/Users')).toMatchObject({ error: 'ECONNRESET', body: Buffer.alloc(0) });
  });

  test('reset: in the middle', async () => {
    await start({ kind: 'reset', after: 9 });
    const { error, body } = await raw('/Users');
    expect([error, body.length]).toEqual(['ECONNRESET', 9]);
  });

  test('cut where HTTP expects more', async () => {
    await start(
      { kind: 'cut', after: 10, framing: 'content-length', nth: [1, 2] },
      { kind: 'cut', after: 10, framing: 'chunked', nth: [3, 4] },
      { kind: 'cut', after: 0, framing: 'chunked', nth: 5 },
    );
    const { head, body } = await raw('/Users');
    expect([/content-length: \d{3,}/i.test(head), body.length]).toEqual([true, 10]);
    await expect(wholeBody('/Users')).rejects.toThrow();
    const chunked = await raw('/Users');
    expect(chunked.head).toMatch(/transfer-encoding: chunked/i);
    expect(chunked.body.toString()).toBe('a\r\n{"schemas"\r\n');
    await expect(wholeBody('/Users')).rejects.toThrow();
    await expect(wholeBody('/Users')).rejects.toThrow();
  });

  test('cut where HTTP sees a whole answer', async () => {
    await start(
      { kind: 'cut', after: 10, framing: 'none', nth: 1 },
      { kind: 'cut', after: 10, framing: 'close', nth: 2 },
      { kind: 'cut', after: 30, framing: 'gzip', nth: 3 },
    );
    expect(await wholeBody('/Users')).toBe('{"schemas"');
    const closed = await ask(standIn, '/Users');
    expect([closed.headers.get('content-length'), closed.headers.get('transfer-encoding')]).toEqual([
      null,
      null,
    ]);
    expect(await closed.text()).toBe('{"schemas"');
    const zipped = await raw('/Users');
    expect(zipped.head).toMatch(/content-length: 30\b/);
    // fetch itself takes a cut gzip stream for a whole one.
    expect(() => gunzipSync(zipped.body)).toThrow();
  });

  test('wrong-length', async () => {
    await start({ kind: 'wrong-length', by: 5, nth: 1 }, { kind: 'wrong-length', by: -5, nth: 2 });
    await expect(wholeBody('/Users')).rejects.toThrow();
    await expect(ask(standIn, '/Users').then((response) => response.json())).rejects.toThrow();
  });

  test('drip', async () => {
    await start({ kind: 'answer', body: '{"a":1}' }, { kind: 'drip', everyMs: 5, bytes: 2 });
    const began = performance.now();
    expect(await wholeBody('/Users')).toBe('{"a":1}');
    expect(performance.now() - began).toBeGreaterThanOrEqual(15);
  });

  test('drip: the stand-in closes in the middle of it', async () => {
    await start({ kind: 'drip', everyMs: 1000 });
    const response = await ask(standIn, '/Users');
    await standIn.close();
    await expect(response.text()).rejects.toThrow();
  });
});
