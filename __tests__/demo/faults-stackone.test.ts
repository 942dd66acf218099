import { afterEach, describe, expect, test } from '@jest/globals';
import type { Fault } from '../../demo/faults.ts';
import { type StandIn, startStandIn } from '../../demo/stand-in.ts';
import { askStackOne, type DataPage, peopleOfAll, stackOnePage, stackOneRows } from './asking.ts';

let standIn: StandIn;

/** Ten users, and no limit but the faults. */
async function start(...faults: Fault[]): Promise<void> {
  standIn = await startStandIn({ population: peopleOfAll(10), faults });
}

afterEach(() => standIn?.close());

const ids = ({ data }: DataPage) => data.map((row) => row?.id);

/** A page of four users: the first one, or the one that a cursor leads to. */
function page(cursor?: string | null): Promise<DataPage> {
  return stackOnePage(standIn, `users?page_size=4${cursor ? `&next=${cursor}` : ''}`);
}

/** So many pages, each by the cursor of the one before. */
async function walk(pages: number): Promise<DataPage[]> {
  const seen = [await page()];
  while (seen.length < pages) seen.push(await page(seen.at(-1)!.next));
  return seen;
}

test('token-invalid: 401', async () => {
  await start({ kind: 'token-invalid', service: 'stackone' });
  expect((await askStackOne(standIn, 'users')).status).toBe(401);
});

describe('cursors', () => {
  test('cursor: any value instead of the next one', async () => {
    await start(
      { kind: 'cursor', value: 7, nth: 1 },
      { kind: 'cursor', value: 'made-up', nth: 2 },
      { kind: 'cursor', value: null, nth: 3 },
    );
    expect([(await page()).next, (await page()).next, (await page()).next]).toEqual([7, 'made-up', null]);
    expect(ids(await page())).toHaveLength(4);
  });

  test('cursor: the same one for ever', async () => {
    await start();
    const { next } = await page();
    standIn.setFaults([{ kind: 'cursor', value: next! }]);
    const [, second, third] = await walk(3);
    expect(third).toEqual(second);
    expect(ids(second!)).toEqual(['s4', 's5', 's6', 's7']);
  });

  test('cursor: one after the last page', async () => {
    await start({ kind: 'cursor', value: 'more', path: '/unified/iam/groups' });
    expect((await stackOnePage(standIn, 'groups')).next).toBe('more');
    expect((await stackOnePage(standIn, 'roles')).next).toBeNull();
  });

  test('envelope: no cursor, or no rows', async () => {
    await start(
      { kind: 'envelope', without: ['next'], nth: 1 },
      { kind: 'envelope', without: ['data'], nth: 2 },
      { kind: 'envelope', set: { data: {}, next: [] }, nth: 3 },
    );
    expect(Object.keys(await page())).toEqual(['data']);
    expect(Object.keys(await page())).toEqual(['next']);
    expect(await page()).toEqual({ data: {}, next: [] });
  });

  test('totals: there are none to change', async () => {
    await start(
      { kind: 'totals', values: [1] },
      { kind: 'total-is-page-length' },
      { kind: 'meta', set: { page: 1 } },
    );
    expect(Object.keys(await page())).toEqual(['next', 'data']);
  });
});

describe('another stretch of the list', () => {
  test('clamp: short pages with a next one', async () => {
    await start({ kind: 'clamp', max: 3 });
    expect((await walk(4)).map(ids)).toEqual([
      ['s0', 's1', 's2'],
      ['s3', 's4', 's5'],
      ['s6', 's7', 's8'],
      ['s9'],
    ]);
    standIn.reset();
    standIn.setFaults([{ kind: 'clamp', max: 1, nth: 2 }]);
    expect((await walk(3)).map((one) => ids(one).length)).toEqual([4, 1, 4]);
  });

  test('empty-page: nothing, and a cursor that leads to what should have been there', async () => {
    await start({ kind: 'empty-page', nth: [2, 3] });
    const pages = await walk(5);
    expect(pages.map(ids)).toEqual([
      ['s0', 's1', 's2', 's3'],
      [],
      [],
      ['s4', 's5', 's6', 's7'],
      ['s8', 's9'],
    ]);
    expect(new Set(pages.map(({ next }) => next)).size).toBe(5);
  });

  test('empty-page: for ever, and no cursor twice', async () => {
    await start({ kind: 'empty-page' });
    const pages = await walk(6);
    expect(pages.flatMap(ids)).toEqual([]);
    expect(new Set(pages.map(({ next }) => next)).size).toBe(6);
  });

  test('ignore-start-index: page one and its cursor, again and again', async () => {
    await start({ kind: 'ignore-start-index' });
    const [first, second, third] = await walk(3);
    expect([second, third]).toEqual([first, first]);
  });

  test('ignore-start-index: page one until the cursors end', async () => {
    await start({ kind: 'ignore-start-index', echo: true });
    const pages = await walk(3);
    expect(pages.map(ids)).toEqual(pages.map(() => ['s0', 's1', 's2', 's3']));
    expect(pages.map(({ next }) => typeof next)).toEqual(['string', 'string', 'object']);
  });

  test('overlap', async () => {
    await start({ kind: 'overlap', by: 1 });
    const rows = (await stackOneRows(standIn, 'users', 4)).map(({ id }) => id);
    expect(rows).toEqual(['s0', 's1', 's2', 's3', 's3', 's4', 's5', 's6', 's7', 's8', 's9']);
  });

  test('drop-at-borders', async () => {
    await start({ kind: 'drop-at-borders', rows: 1 });
    const rows = (await stackOneRows(standIn, 'users', 4)).map(({ id }) => id);
    expect(rows).toEqual(['s0', 's1', 's2', 's3', 's5', 's6', 's7', 's8', 's9']);
  });
});

test('other rows: patch-row, repeat-row, junk, filled-members', async () => {
  await start(
    { kind: 'patch-row', row: 5, set: { status: { value: 'unknown' } }, without: ['remote_id'] },
    { kind: 'repeat-row', row: 0, set: { roles: [{ id: 'sr0' }] }, nth: 2 },
    { kind: 'junk', elements: [null], at: 1, nth: 2 },
    { kind: 'filled-members', shape: 'cyclic', path: '/unified/iam/groups' },
  );
  const [, { data }] = (await walk(2)) as [DataPage, DataPage];
  expect(data).toEqual([
    { id: 's4', remote_id: 'u4', groups: [], roles: [] },
    null,
    { id: 's5', groups: [], roles: [], status: { value: 'unknown' } },
    { id: 's6', remote_id: 'u6', groups: [], roles: [] },
    { id: 's7', remote_id: 'u7', groups: [], roles: [] },
    { id: 's0', remote_id: 'u0', groups: [], roles: [{ id: 'sr0' }] },
  ]);
  expect((await stackOnePage(standIn, 'groups')).data[0]).toMatchObject({ members: [{ value: 'sg1' }] });
});
