import { afterEach, describe, expect, test } from '@jest/globals';
import type { Fault } from '../../demo/faults.ts';
import { type StandIn, startStandIn } from '../../demo/stand-in.ts';
import { ask, askContent, type DataPage, employees, logIn, peopleOfAll } from './asking.ts';

let standIn: StandIn;

/** Ten employees, a JWT, and no limit but the faults. */
async function start(...faults: Fault[]): Promise<void> {
  standIn = await startStandIn({ population: peopleOfAll(10), rateLimit: 0 });
  await logIn(standIn);
  standIn.reset();
  standIn.setFaults(faults);
}

afterEach(() => standIn?.close());

const page = (number: number, size = 4) => employees(standIn, `?page=${number}&pageSize=${size}`);
const ids = ({ data }: DataPage) => data.map((row) => row?.id);

async function statuses(times: number, jwt?: string, path = '/employees'): Promise<number[]> {
  const seen: number[] = [];
  for (let i = 0; i < times; i++) seen.push((await askContent(standIn, path, jwt)).status);
  return seen;
}

describe('when a fault applies', () => {
  test('to one service only, counting its requests', async () => {
    await start({ kind: 'answer', status: 500, service: 'content', nth: 2 });
    expect((await ask(standIn, '/Users')).status).toBe(200);
    expect(await statuses(1, undefined, '/access-roles')).toEqual([200]);
    expect((await ask(standIn, '/Users')).status).toBe(200);
    expect(await statuses(2)).toEqual([500, 200]);
  });

  test('to one path of one service', async () => {
    const fault: Fault = { kind: 'answer', status: 500, path: '/employees' };
    await start({ ...fault, service: 'scim' });
    expect(await statuses(1)).toEqual([200]);
    standIn.setFaults([{ ...fault, service: 'content' }]);
    expect(await statuses(1)).toEqual([500]);
    expect(await statuses(1, undefined, '/access-roles')).toEqual([200]);
  });
});

describe('credentials', () => {
  test('token-invalid: 401, also for the secret', async () => {
    await start({ kind: 'token-invalid' });
    expect(await statuses(1)).toEqual([401]);
    expect((await fetch(`${standIn.apiUrl}/token?secret=${standIn.apiSecret}`)).status).toBe(401);
  });

  test('envelope: an answer without a token', async () => {
    await start({ kind: 'envelope', path: '/token', without: ['token'], set: { expiresIn: 'soon' } });
    const response = await fetch(`${standIn.apiUrl}/token?secret=${standIn.apiSecret}`);
    expect(await response.json()).toEqual({ expiresIn: 'soon' });
  });

  test('jwt-expires: the first JWT ends, and the next one does not', async () => {
    await start({ kind: 'jwt-expires', after: 2 });
    expect(await statuses(4)).toEqual([200, 200, 401, 401]);
    const fresh = await logIn(standIn);
    expect(await statuses(4, fresh)).toEqual([200, 200, 200, 200]);
    expect(await statuses(1, standIn.issuedJwts[0])).toEqual([401]);
  });

  test('jwt-expires: the first one is the one that is used first', async () => {
    await start({ kind: 'jwt-expires', after: 1 });
    const fresh = await logIn(standIn);
    expect(await statuses(2, fresh)).toEqual([200, 401]);
    expect(await statuses(2, standIn.issuedJwts[0])).toEqual([200, 200]);
  });

  test('jwt-expires: each one ends with `again`, and counts anew after a reset', async () => {
    await start({ kind: 'jwt-expires', after: 1, again: true });
    expect(await statuses(2)).toEqual([200, 401]);
    const fresh = await logIn(standIn);
    expect(await statuses(2, fresh)).toEqual([200, 401]);
    standIn.reset();
    expect(await statuses(2, fresh)).toEqual([200, 401]);
  });

  test('jwt-expires: none is ever good', async () => {
    await start({ kind: 'jwt-expires', after: 0, again: true });
    expect(await statuses(1)).toEqual([401]);
    expect(await statuses(1, await logIn(standIn), '/access-roles')).toEqual([401]);
  });
});

describe('another stretch of the list', () => {
  test('clamp: smaller pages with borders of their own', async () => {
    await start({ kind: 'clamp', max: 3 });
    const second = await page(2, 1000);
    expect(ids(second)).toEqual(['e3', 'e4', 'e5']);
    expect(second.meta).toEqual({ page: 2, pageSize: 3, totalCount: 10 });
  });

  test('clamp: smaller pages that skip what is between them', async () => {
    await start({ kind: 'clamp', max: 3, skips: true });
    expect(ids(await page(1))).toEqual(['e0', 'e1', 'e2']);
    expect(ids(await page(2))).toEqual(['e4', 'e5', 'e6']);
  });

  test('ignore-start-index: page one again and again, under its own name or another', async () => {
    await start(
      { kind: 'ignore-start-index', nth: [1, 2] },
      { kind: 'ignore-start-index', echo: true, nth: 3 },
    );
    const first = await page(1);
    expect(first.meta).toEqual({ page: 1, pageSize: 4, totalCount: 10 });
    expect(await page(2)).toEqual(first);
    expect(await page(2)).toEqual({ ...first, meta: { ...first.meta, page: 2 } });
  });

  test('overlap', async () => {
    await start({ kind: 'overlap', by: 1 });
    expect([ids(await page(1)), ids(await page(2))]).toEqual([
      ['e0', 'e1', 'e2', 'e3'],
      ['e3', 'e4', 'e5', 'e6'],
    ]);
    expect((await page(2)).meta!.page).toBe(2);
  });

  test('drop-at-borders', async () => {
    await start({ kind: 'drop-at-borders', rows: 1 });
    expect([ids(await page(1)), ids(await page(2)), ids(await page(3))]).toEqual([
      ['e0', 'e1', 'e2', 'e3'],
      ['e5', 'e6', 'e7', 'e8'],
      ['e9'],
    ]);
  });

  test('empty-page', async () => {
    await start({ kind: 'empty-page', nth: 2 });
    expect(ids(await page(1))).toHaveLength(4);
    expect(await page(2)).toEqual({ data: [], meta: { page: 2, pageSize: 4, totalCount: 10 } });
    expect(ids(await page(2))).toHaveLength(4);
  });
});

describe('other rows', () => {
  test('patch-row, repeat-row, junk', async () => {
    await start(
      { kind: 'patch-row', row: 5, set: { status: 'removed', teams: null }, without: ['id'] },
      { kind: 'repeat-row', row: 0, set: { status: 'invited' } },
      { kind: 'junk', elements: [null, 'x'], at: 0 },
    );
    const { data } = await page(2);
    expect(data.slice(0, 4)).toEqual([
      null,
      'x',
      { id: 'e4', status: 'active', teams: [] },
      { status: 'removed', teams: null },
    ]);
    expect(data.at(-1)).toEqual({ id: 'e0', status: 'invited', teams: [] });
  });

  test('of access roles, too', async () => {
    await start(
      { kind: 'patch-row', row: 1, set: { name: 7 }, path: '/access-roles' },
      { kind: 'junk', elements: [[]], path: '/access-roles' },
    );
    expect(await (await askContent(standIn, '/access-roles')).json()).toEqual([
      { id: 'r0', name: 'R0' },
      { id: 'r1', name: 7 },
      [],
    ]);
  });
});

describe('another envelope', () => {
  test('envelope: no rows, no meta', async () => {
    await start(
      { kind: 'envelope', without: ['data'], nth: 1 },
      { kind: 'envelope', set: { data: null, nextPage: 'https://a.example' }, nth: 2 },
      { kind: 'envelope', without: ['meta'], nth: 3 },
      { kind: 'envelope', set: { meta: null }, nth: 4 },
    );
    expect(Object.keys(await page(1))).toEqual(['meta']);
    expect(await page(1)).toMatchObject({ data: null, nextPage: 'https://a.example' });
    expect(Object.keys(await page(1))).toEqual(['data']);
    expect((await page(1)).meta).toBeNull();
  });

  test('meta: fields of it set and left out', async () => {
    await start({ kind: 'meta', set: { totalCount: '10', page: 7 }, without: ['pageSize'] });
    expect((await page(1)).meta).toEqual({ page: 7, totalCount: '10' });
    // SCIM has no meta around its rows, and gets none.
    expect(await (await ask(standIn, '/Users?count=1')).json()).not.toHaveProperty('meta');
  });

  test('total-is-page-length', async () => {
    await start({ kind: 'total-is-page-length' });
    const totals = [(await page(1)).meta!.totalCount, (await page(3)).meta!.totalCount];
    expect(totals).toEqual([4, 2]);
  });

  test('totals: a total that changes during the walk', async () => {
    await start({ kind: 'totals', values: [10, 11], path: '/employees' });
    const totals = [];
    for (const number of [1, 2, 3]) totals.push((await page(number)).meta!.totalCount);
    expect(totals).toEqual([10, 11, 11]);
  });
});
