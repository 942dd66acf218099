import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CheckError } from '../../src/errors.ts';
import { type CursorPage, walkCursors } from '../../src/sources/cursor.ts';

interface Row {
  readonly id: string;
  readonly says?: string;
}

type Fetch = (cursor: string | undefined) => Omit<CursorPage<Row>, 'total'>;

async function walkOver(fetch: Fetch) {
  const asked: (string | undefined)[] = [];
  const walked = await walkCursors<Row>({
    service: 'the list',
    kind: 'users',
    idOf: (row) => row.id,
    same: (a, b) => a.says === b.says,
    onPage: () => {},
    fetchPage: async (cursor) => {
      asked.push(cursor);
      if (asked.length > 500) throw new Error('an endless walk');
      return { total: undefined, ...fetch(cursor) };
    },
  });
  return { walked, asked };
}

/** Pages one after the other; the cursor of each is its number. */
function pagesOf(pages: readonly (readonly Row[])[]): Fetch {
  return (cursor) => {
    const at = Number(cursor ?? 0);
    return { rows: pages[at] ?? [], next: at + 1 < pages.length ? String(at + 1) : undefined };
  };
}

function rows(...ids: number[]): Row[] {
  return ids.map((id) => ({ id: `id-${id}` }));
}

async function refusal(walking: Promise<unknown>): Promise<string> {
  const error = await walking.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(CheckError);
  expect((error as CheckError).problems[0]?.code).toBe('incomplete');
  return (error as CheckError).message;
}

describe('a walk by cursors', () => {
  it('follows short and empty pages to the last one', async () => {
    const { walked, asked } = await walkOver(pagesOf([rows(1, 2), [], rows(3), rows(3, 4), []]));
    expect(walked.rows.map(({ id }) => id)).toEqual(['id-1', 'id-2', 'id-3', 'id-4']);
    expect(walked).toMatchObject({
      doubt: undefined,
      tally: { pages: 5, reported: undefined, received: 5, unique: 4 },
    });
    expect(asked).toEqual([undefined, '1', '2', '3', '4']);
  });

  it('believes an empty list', async () => {
    const { walked } = await walkOver(() => ({ rows: [], next: undefined }));
    expect([walked.doubt, walked.rows]).toEqual([undefined, []]);
  });

  it('doubts one id with two contents', async () => {
    const { walked } = await walkOver(
      pagesOf([[{ id: 'a', says: 'x' }], [{ id: 'a', says: 'y' }, ...rows(1)]]),
    );
    expect(walked.doubt).toContain('came twice with different content');
  });

  it.each([
    ['at once', ['a', 'a']],
    ['in a circle', ['a', 'b', 'c', 'a']],
  ])('refuses a cursor that comes again %s', async (_, cursors) => {
    let page = 0;
    const message = await refusal(
      walkOver(() => {
        page += 1;
        return { rows: rows(page), next: cursors[(page - 1) % cursors.length] };
      }),
    );
    expect(message).toContain('the same cursor twice');
  });

  it('refuses pages that bring nothing new under ever new cursors', async () => {
    let page = 0;
    const message = await refusal(walkOver(() => ({ rows: rows(1, 2), next: `c${++page}` })));
    expect(message).toContain('repeats users');
  });

  it('refuses empty pages without end', async () => {
    let page = 0;
    expect(await refusal(walkOver(() => ({ rows: [], next: `c${++page}` })))).toContain('empty pages');
  });

  it('reads everybody, however the pages are cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 4 }), { maxLength: 15 }), async (sizes) => {
        let id = 0;
        const pages = sizes.map((size) => Array.from({ length: size }, () => ({ id: `id-${++id}` })));
        const { walked } = await walkOver(pagesOf(pages));
        expect([walked.doubt, walked.rows.length]).toEqual([undefined, id]);
      }),
    );
  });
});
