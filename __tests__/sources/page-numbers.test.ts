import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CheckError } from '../../src/errors.ts';
import { walkPages } from '../../src/sources/page-numbers.ts';
import type { CountedList, CountedPage, Walked } from '../../src/sources/walk.ts';

interface Row {
  readonly id: string;
}

type Fetch = (page: number, pageSize: number) => CountedPage<Row>;

function rowsOf(count: number): Row[] {
  return Array.from({ length: count }, (_, index) => ({ id: `id-${index + 1}` }));
}

function idsOf(rows: readonly Row[]): string[] {
  return rows.map(({ id }) => id).toSorted();
}

async function walkOver(fetch: Fetch, pageSize = 100) {
  const asked: [page: number, pageSize: number][] = [];
  const list: CountedList<Row> = {
    service: 'the list',
    kind: 'employees',
    pageSize,
    parallel: 4,
    idOf: (row) => row.id,
    same: () => true,
    onPage: () => {},
    fetchPage: async (page, size) => {
      asked.push([page, size]);
      if (asked.length > 2_000) throw new Error('an endless walk');
      await new Promise((resolve) => setImmediate(resolve));
      return fetch(page, size);
    },
  };
  return { walked: await walkPages(list), asked };
}

/** A list whose pages have at most `most` rows, whatever is asked for. */
function honest(rows: readonly Row[], most = Number.POSITIVE_INFINITY): Fetch {
  return (page, pageSize) => {
    const size = Math.min(pageSize, most);
    return { total: rows.length, rows: rows.slice((page - 1) * size, page * size) };
  };
}

async function refusal(walking: Promise<unknown>): Promise<string> {
  const error = await walking.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(CheckError);
  expect((error as CheckError).problems[0]?.code).toBe('incomplete');
  return (error as CheckError).message;
}

describe('a walk over numbered pages', () => {
  it('asks for the one row behind a single page', async () => {
    const { walked, asked } = await walkOver(honest(rowsOf(7)));
    expect(walked).toMatchObject({ doubt: undefined, tally: { pages: 2, reported: 7, unique: 7 } });
    expect(asked).toEqual([
      [1, 100],
      [8, 1],
    ]);
  });

  it('asks for all further pages in the size that the first one came in', async () => {
    const { walked, asked } = await walkOver(honest(rowsOf(250), 100), 1000);
    expect(idsOf(walked.rows)).toEqual(idsOf(rowsOf(250)));
    expect(asked.toSorted(([a], [b]) => a - b)).toEqual([
      [1, 1000],
      [2, 100],
      [3, 100],
      [4, 100],
    ]);
  });

  it('goes on where the total is only the length of the page', async () => {
    const rows = rowsOf(25);
    const { walked } = await walkOver((page, size) => {
      const shown = rows.slice((page - 1) * size, page * size);
      return { total: shown.length, rows: shown };
    }, 10);
    expect([walked.doubt, walked.rows.length]).toEqual([undefined, 25]);
  });

  it('doubts a total that changes, rows that are missing, and an id with two contents', async () => {
    const changing = await walkOver((page, size) => {
      const all = honest(rowsOf(25))(page, size);
      return { ...all, total: page === 1 ? 25 : 26 };
    }, 10);
    expect(changing.walked.doubt).toContain('changed from 25 to 26');
    const lacking = await walkOver((page, size) => {
      const all = honest(rowsOf(25))(page, size);
      return page === 2 ? { ...all, rows: all.rows.slice(1) } : all;
    }, 10);
    expect(lacking.walked.doubt).toContain('25 employees were announced, but 24 rows came');
  });

  it('stops where a page is empty too early', async () => {
    const { walked, asked } = await walkOver((page, size) =>
      page === 1 ? honest(rowsOf(10))(page, size) : { total: 100_000, rows: [] },
    );
    expect(walked.doubt).toBeDefined();
    expect(asked.length).toBeLessThan(8);
  });

  it('believes an empty list, and refuses one that counts people without showing them', async () => {
    const { walked } = await walkOver(() => ({ total: 0, rows: [] }));
    expect([walked.doubt, walked.rows]).toEqual([undefined, []]);
    expect(await refusal(walkOver(() => ({ total: 3, rows: [] })))).toContain('announces 3 employees');
  });

  it('refuses a first page that comes again and again', async () => {
    const message = await refusal(walkOver(() => ({ total: 50, rows: rowsOf(10) })));
    expect(message).toContain('repeats employees');
  });

  it('refuses a page that comes whatever is asked for, also when it is called everything', async () => {
    const message = await refusal(walkOver(() => ({ total: 5, rows: rowsOf(5) })));
    expect(message).toContain('repeats employees');
  });

  it('takes the only row when it comes again behind the end, and says so', async () => {
    const { walked } = await walkOver(() => ({ total: 1, rows: rowsOf(1) }));
    expect([walked.rows.length, walked.doubt]).toEqual([1, undefined]);
    expect(walked.warnings).toEqual([expect.stringContaining('shows employees again')]);
  });
});

interface Server {
  readonly people: number;
  readonly pageSize: number;
  /** The most rows that a page has. */
  readonly clamp: number;
  readonly overlap: number;
  readonly dropped: readonly number[];
  readonly total: 'true' | 'page' | number;
  readonly ignoresPage: boolean;
}

const server: fc.Arbitrary<Server> = fc.record({
  people: fc.integer({ min: 0, max: 60 }),
  pageSize: fc.integer({ min: 1, max: 40 }),
  clamp: fc.oneof(fc.constant(1000), fc.integer({ min: 1, max: 30 })),
  overlap: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 4 })),
  dropped: fc.oneof(fc.constant([]), fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 3 })),
  total: fc.oneof(
    fc.constant('true' as const),
    fc.constant('page' as const),
    fc.integer({ min: 0, max: 70 }),
  ),
  ignoresPage: fc.boolean(),
});

function fetchFrom(model: Server): Fetch {
  const rows = rowsOf(model.people);
  return (asked, pageSize) => {
    const size = Math.min(pageSize, model.clamp);
    const page = model.ignoresPage ? 1 : asked;
    const from = Math.max(0, (page - 1) * size - (page > 1 ? model.overlap : 0));
    const shown = rows
      .slice(from, from + size)
      .filter(({ id }) => !model.dropped.some((place) => id === `id-${place}`));
    const totals = { true: model.people, page: shown.length };
    return { total: typeof model.total === 'number' ? model.total : totals[model.total], rows: shown };
  };
}

/** A server that hides rows, or shifts its pages, and also lies about the total cannot be found out by anybody. */
function canBeTold(model: Server): boolean {
  if (model.total === 'true' || model.total === model.people) return true;
  const hides = model.dropped.some((place) => place <= model.people) || model.overlap > 0;
  return !hides && !(model.ignoresPage && Math.min(model.clamp, model.pageSize) === 1);
}

describe('whatever a server with numbered pages does', () => {
  it('the whole population is read, or none', async () => {
    let read = 0;
    await fc.assert(
      fc.asyncProperty(server.filter(canBeTold), async (model) => {
        let walked: Walked<Row>;
        try {
          ({ walked } = await walkOver(fetchFrom(model), model.pageSize));
        } catch (error) {
          expect(error).toBeInstanceOf(CheckError);
          return;
        }
        if (walked.doubt !== undefined) return;
        read += 1;
        expect(idsOf(walked.rows)).toEqual(idsOf(rowsOf(model.people)));
      }),
      { numRuns: 2_000 },
    );
    expect(read).toBeGreaterThan(200);
  });

  it('an honest server is always read, whatever its pages', async () => {
    const tame = { overlap: 0, dropped: [], total: 'true', ignoresPage: false } as const;
    await fc.assert(
      fc.asyncProperty(server, async (wild) => {
        const { walked } = await walkOver(fetchFrom({ ...wild, ...tame }), wild.pageSize);
        expect([walked.doubt, walked.rows.length]).toEqual([undefined, wild.people]);
      }),
      { numRuns: 500 },
    );
  });
});
