import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CheckError } from '../../src/errors.ts';
import { walk } from '../../src/sources/paging.ts';
import type { CountedList, CountedPage, Walked } from '../../src/sources/walk.ts';

interface Row {
  readonly id: string;
  readonly groups: string;
}

function rowsOf(count: number): Row[] {
  return Array.from({ length: count }, (_, index) => ({ id: `id-${index + 1}`, groups: '' }));
}

type Fetch = (startIndex: number, count: number) => CountedPage<Row>;

/** Walks over a list that answers as `fetch` does; `asked` lists the requests. */
async function walkOver(fetch: Fetch, pageSize = 100, kind: 'users' | 'groups' = 'users') {
  const asked: [startIndex: number, count: number][] = [];
  const list: CountedList<Row> = {
    service: 'the list',
    kind,
    pageSize,
    parallel: 4,
    idOf: (row) => row.id,
    same: (a, b) => a.groups === b.groups,
    onPage: () => {},
    fetchPage: async (startIndex, count) => {
      asked.push([startIndex, count]);
      if (asked.length > 5_000) throw new Error('an endless walk');
      await new Promise((resolve) => setImmediate(resolve));
      return fetch(startIndex, count);
    },
  };
  return { walked: await walk(list), asked };
}

/** An honest list that shows at most `most` rows at once. */
function honest(rows: readonly Row[], most = Number.POSITIVE_INFINITY): Fetch {
  return (startIndex, count) => ({
    total: rows.length,
    rows: rows.slice(startIndex - 1, startIndex - 1 + Math.min(count, most)),
  });
}

async function refusal(walking: Promise<unknown>): Promise<string> {
  const error = await walking.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CheckError);
  expect((error as CheckError).problems[0]?.code).toBe('incomplete');
  return (error as CheckError).message;
}

describe('a walk', () => {
  it('asks once more behind a single page', async () => {
    const { walked, asked } = await walkOver(honest(rowsOf(7)));
    expect(walked).toMatchObject({
      doubt: undefined,
      tally: { pages: 2, reported: 7, received: 7, unique: 7 },
    });
    expect(asked).toEqual([
      [1, 100],
      [8, 1],
    ]);
  });

  it('advances by what was received where the server shows less than asked for', async () => {
    const { walked, asked } = await walkOver(honest(rowsOf(250), 100), 5000);
    expect(walked.rows.map(({ id }) => id).toSorted()).toEqual(
      rowsOf(250)
        .map(({ id }) => id)
        .toSorted(),
    );
    expect(asked.toSorted(([a], [b]) => a - b)).toEqual([
      [1, 5000],
      [101, 100],
      [201, 50],
      [251, 100],
    ]);
  });

  it('reads the pages behind the first at the same time, but not too many', async () => {
    let now = 0;
    let most = 0;
    const rows = rowsOf(95);
    const list: CountedList<Row> = {
      service: 'the list',
      kind: 'users',
      pageSize: 10,
      parallel: 4,
      idOf: (row) => row.id,
      same: () => true,
      onPage: () => {},
      fetchPage: async (startIndex, count) => {
        now += 1;
        most = Math.max(most, now);
        await new Promise((resolve) => setImmediate(resolve));
        now -= 1;
        return honest(rows)(startIndex, count);
      },
    };
    expect((await walk(list)).rows).toHaveLength(95);
    expect(most).toBe(4);
  });

  it('believes an empty list', async () => {
    const { walked, asked } = await walkOver(() => ({ total: 0, rows: [] }));
    expect([walked.rows, walked.doubt, asked.length]).toEqual([[], undefined, 1]);
  });

  it('goes on where the total is only the length of the page', async () => {
    const rows = rowsOf(250);
    const { walked } = await walkOver((startIndex, count) => {
      const page = rows.slice(startIndex - 1, startIndex - 1 + Math.min(count, 100));
      return { total: page.length, rows: page };
    });
    expect(walked).toMatchObject({ doubt: undefined, tally: { reported: 250, received: 250, unique: 250 } });
  });

  it('doubts a total that is too small', async () => {
    const { walked } = await walkOver((...place) => ({ ...honest(rowsOf(250), 100)(...place), total: 200 }));
    expect(walked.doubt).toContain('200');
  });

  it('doubts when rows are missing', async () => {
    const rows = rowsOf(250);
    const { walked } = await walkOver((startIndex, count) => {
      const page = honest(rows, 100)(startIndex, count);
      return { ...page, rows: page.rows.filter(({ id }) => id !== 'id-100') };
    });
    expect(walked.doubt).toBe('250 users were announced, but 250 rows came, 249 of them different');
  });

  it('doubts a page that holds somebody twice and so lacks somebody else', async () => {
    const rows = [...rowsOf(4), ...rowsOf(1)];
    const { walked } = await walkOver((startIndex) =>
      startIndex === 1 ? { total: 5, rows } : { total: 0, rows: [] },
    );
    expect(walked.doubt).toBeDefined();
  });

  it('doubts a total that changes', async () => {
    const rows = rowsOf(250);
    const { walked } = await walkOver((startIndex, count) => ({
      ...honest(rows, 100)(startIndex, count),
      total: startIndex === 1 ? 250 : 251,
    }));
    expect(walked.doubt).toContain('changed from 250 to 251');
  });

  it('doubts the same id with different content', async () => {
    const rows = rowsOf(150);
    const { walked } = await walkOver((startIndex, count) => {
      const from = Math.max(0, startIndex - 2);
      const page = rows.slice(from, from + Math.min(count, 100));
      return { total: 150, rows: page.map((row) => ({ ...row, groups: `as of ${startIndex}` })) };
    });
    expect(walked.doubt).toContain('different content');
  });

  it('takes pages that overlap', async () => {
    const rows = rowsOf(250);
    const { walked } = await walkOver((startIndex, count) => {
      const from = Math.max(0, startIndex - 1 - 5);
      return { total: 250, rows: rows.slice(from, from + Math.min(count, 100)) };
    });
    expect(walked.doubt).toBeUndefined();
    expect(walked.tally.unique).toBe(250);
  });

  it('takes a last row that is repeated behind the end of a list in pages', async () => {
    const rows = rowsOf(150);
    const { walked } = await walkOver((startIndex, count) =>
      honest(rows, 100)(Math.min(startIndex, 150), count),
    );
    expect([walked.doubt, walked.tally.unique]).toEqual([undefined, 150]);
  });
});

describe('behind a single page', () => {
  it('a server may begin again, if it heeds the place otherwise', async () => {
    const rows = rowsOf(30);
    const { walked, asked } = await walkOver((startIndex, count) =>
      honest(rows)(startIndex > 30 ? 1 : startIndex, count),
    );
    expect([walked.doubt, walked.tally.unique, asked.length]).toEqual([undefined, 30, 3]);
    expect(walked.warnings).toEqual([expect.stringContaining('shows users again')]);
  });

  it('a server may repeat its last row, if it heeds the place otherwise', async () => {
    const rows = rowsOf(30);
    const { walked } = await walkOver((startIndex, count) => honest(rows)(Math.min(startIndex, 30), count));
    expect([walked.doubt, walked.tally.unique]).toEqual([undefined, 30]);
  });

  it('a server that never heeds the place is refused', async () => {
    const rows = rowsOf(30);
    await refusal(walkOver((_startIndex, count) => honest(rows)(1, count)));
  });
});

describe('a walk ends at once', () => {
  it('where people are counted but not shown', async () => {
    expect(await refusal(walkOver(() => ({ total: 1, rows: [] })))).toContain('announces 1 users');
  });

  it('where the first page is repeated for ever', async () => {
    const first = rowsOf(100);
    let asked = 0;
    const message = await refusal(
      walkOver(() => {
        asked += 1;
        return { total: 250, rows: first };
      }),
    );
    expect(message).toContain('100 different users came, and the total was given as 250');
    expect(asked).toBeLessThanOrEqual(4);
  });

  it('where startIndex is ignored and the total is the length of the page', async () => {
    const rows = rowsOf(250);
    await refusal(
      walkOver((_startIndex, count) => {
        const page = rows.slice(0, Math.min(count, 100));
        return { total: page.length, rows: page };
      }),
    );
  });

  it('where a part of the list comes whatever is asked for, and is called all of it', async () => {
    const first = rowsOf(250).slice(0, 100);
    let asked = 0;
    const message = await refusal(
      walkOver(() => {
        asked += 1;
        return { total: 100, rows: first };
      }),
    );
    expect(message).toContain('repeats users that it has already sent');
    expect(asked).toBeLessThanOrEqual(3);
  });

  it('where the first row comes whatever is asked for, and more came before', async () => {
    const rows = rowsOf(25);
    await refusal(
      walkOver((startIndex) => ({ total: 25, rows: startIndex === 1 ? rows : rows.slice(0, 1) })),
    );
  });

  it('where a walk that goes on meets only known rows', async () => {
    const rows = rowsOf(250);
    await refusal(
      walkOver((startIndex, count) => {
        const from = Math.min(startIndex - 1, 249);
        const page = rows.slice(from, from + Math.min(count, 100));
        return { total: page.length, rows: page };
      }),
    );
  });

  it('where a huge total leads nowhere', async () => {
    const rows = rowsOf(10);
    const { walked, asked } = await walkOver((...place) => ({ ...honest(rows)(...place), total: 1_000_000 }));
    expect(walked.doubt).toBeDefined();
    expect(asked.length).toBeLessThan(10);
  });
});

describe('a walk warns', () => {
  it('of a server that sends everything behind the end, if it heeds the place before it', async () => {
    const rows = rowsOf(25);
    const { walked } = await walkOver((startIndex) => ({
      total: 25,
      rows: startIndex > 25 ? rows : rows.slice(startIndex - 1),
    }));
    expect(walked.doubt).toBeUndefined();
    expect(walked.warnings).toEqual([
      expect.stringContaining('the 25 that it names as the total were taken'),
    ]);
  });

  it('of a server that repeats the only row', async () => {
    const { walked } = await walkOver(() => ({ total: 1, rows: rowsOf(1) }));
    expect([walked.rows.length, walked.doubt]).toEqual([1, undefined]);
    expect(walked.warnings).toEqual([expect.stringContaining('the 1 that it names as the total was taken')]);
  });
});

/** How a list server may misbehave. */
interface Server {
  readonly people: number;
  readonly pageSize: number;
  /** The most rows that each request gets, in turn. */
  readonly clamps: readonly number[];
  readonly overlap: number;
  /** Positions that are never shown, though they are counted. */
  readonly dropped: readonly number[];
  readonly total: 'true' | 'page' | number;
  readonly ignoresStart: boolean;
  readonly ignoresCount: boolean;
  readonly forgetsTotalBehindEnd: boolean;
  readonly behindEnd: 'nothing' | 'first' | 'last';
}

const server: fc.Arbitrary<Server> = fc.record({
  people: fc.integer({ min: 0, max: 60 }),
  pageSize: fc.integer({ min: 1, max: 40 }),
  clamps: fc.oneof(
    fc.constant([1000]),
    fc.integer({ min: 1, max: 30 }).map((most) => [most]),
    fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 2, maxLength: 6 }),
  ),
  overlap: fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 4 }) },
  ),
  dropped: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 3 }) },
  ),
  total: fc.oneof(
    fc.constant('true' as const),
    fc.constant('page' as const),
    fc.integer({ min: 0, max: 70 }),
  ),
  ignoresStart: fc.boolean(),
  ignoresCount: fc.boolean(),
  forgetsTotalBehindEnd: fc.boolean(),
  behindEnd: fc.constantFrom('nothing', 'nothing', 'first', 'last'),
});

function fetchFrom(model: Server): Fetch {
  const rows = rowsOf(model.people);
  let request = 0;
  return (asked, count) => {
    const places = { nothing: asked, first: 1, last: model.people };
    const startIndex = asked > model.people ? places[model.behindEnd] : asked;
    const most = model.clamps[request++ % model.clamps.length] as number;
    const from = model.ignoresStart ? 0 : Math.max(0, startIndex - 1 - model.overlap);
    const window = rows.slice(from, from + (model.ignoresCount ? most : Math.min(count, most)));
    const shown = window.filter(({ id }) => !model.dropped.some((place) => id === `id-${place}`));
    const named =
      { true: model.people, page: shown.length }[model.total as 'true' | 'page'] ?? Number(model.total);
    const behind = startIndex > model.people && shown.length === 0 && model.forgetsTotalBehindEnd;
    return { total: behind ? 0 : named, rows: shown };
  };
}

/**
 * Whether the answers hold enough to tell. When a server hides rows and also lies about the total, every answer is what
 * an honest server with fewer people would send. So it is when it heeds no place, lies about the total, and shows one and
 * the same row at a time, or more at one time than at another whatever was asked for.
 */
function canBeTold(model: Server): boolean {
  if (model.total === 'true' || model.total === model.people) return true;
  if (model.dropped.some((place) => place <= model.people)) return false;
  const shortest = Math.min(model.pageSize, ...model.clamps);
  const repeatsFirstPage = model.ignoresStart || model.overlap >= shortest;
  const isSteady = !model.ignoresCount || new Set(model.clamps).size === 1;
  return !repeatsFirstPage || (isSteady && shortest > 1);
}

describe('whatever a server does', () => {
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
        expect(walked.rows.map(({ id }) => id).toSorted()).toEqual(
          rowsOf(model.people)
            .map(({ id }) => id)
            .toSorted(),
        );
      }),
      { numRuns: 3_000 },
    );
    expect(read).toBeGreaterThan(300);
  });

  it('an honest server is always read, whatever its pages', async () => {
    const tame = {
      overlap: 0,
      dropped: [],
      total: 'true',
      ignoresStart: false,
      ignoresCount: false,
    } as const;
    await fc.assert(
      fc.asyncProperty(server, async (wild) => {
        const model: Server = { ...wild, ...tame };
        const { walked } = await walkOver(fetchFrom(model), model.pageSize);
        expect([walked.doubt, walked.rows.length]).toEqual([undefined, model.people]);
      }),
      { numRuns: 500 },
    );
  });
});
