/** Rows that were serialised before: the JSON of `rows` objects, joined by commas, without brackets. */
export interface SerialisedPage {
  readonly rows: number;
  readonly body: Buffer;
}

/** One kind of record, ready to be served page by page. */
export interface RowStore {
  readonly total: number;
  /** The JSON of the rows from `from` (the first is 0), joined by commas, perhaps in several parts. */
  serialised(from: number, count: number): readonly Buffer[];
  /** The same rows as objects, for whoever wants to change them. */
  objects(from: number, count: number): readonly Row[];
}

export type Row = Readonly<Record<string, unknown>>;

// Enough for the pages of one walk in any order; a test that asks for every page size must not fill the memory.
const CACHED_PAGES = 64;

/** Serves objects. Each page is serialised once, so the objects must not change afterwards. */
export function objectRows(rows: readonly object[]): RowStore {
  const cache = new Map<string, readonly Buffer[]>();
  const objects = (from: number, count: number) => rows.slice(from, from + count) as Row[];
  return {
    total: rows.length,
    objects,
    serialised(from, count) {
      const key = `${from}:${count}`;
      const known = cache.get(key);
      if (known !== undefined) return known;
      const parts = [Buffer.from(withoutBrackets(JSON.stringify(objects(from, count))))];
      if (cache.size >= CACHED_PAGES) cache.clear();
      cache.set(key, parts);
      return parts;
    },
  };
}

/** Serves serialised pages as they are; only a page that begins or ends inside of one of them costs parsing. */
export function serialisedRows(pages: readonly SerialisedPage[]): RowStore {
  const total = pages.reduce((sum, page) => sum + page.rows, 0);
  const store: RowStore = {
    total,
    serialised(from, count) {
      if (count <= 0 || from >= total) return [];
      const whole = wholePages(pages, from, Math.min(count, total - from));
      if (whole !== undefined) return whole;
      return [Buffer.from(withoutBrackets(JSON.stringify(store.objects(from, count))))];
    },
    objects(from, count) {
      const found: Row[] = [];
      let start = 0;
      for (const page of pages) {
        const overlaps = start < from + count && start + page.rows > from;
        if (overlaps) {
          const rows = JSON.parse(`[${page.body}]`) as Row[];
          found.push(...rows.slice(Math.max(0, from - start), from + count - start));
        }
        start += page.rows;
      }
      return found;
    },
  };
  return store;
}

/** The bodies of the pages that make up exactly this range, if there are such pages. */
function wholePages(pages: readonly SerialisedPage[], from: number, count: number): Buffer[] | undefined {
  const parts: Buffer[] = [];
  let start = 0;
  for (const page of pages) {
    if (page.rows === 0) continue;
    const end = start + page.rows;
    if (start >= from && end <= from + count) {
      if (parts.length > 0) parts.push(COMMA);
      parts.push(page.body);
    } else if (start < from + count && end > from) {
      return undefined;
    }
    start = end;
  }
  return parts;
}

const COMMA = Buffer.from(',');

function withoutBrackets(json: string): string {
  return json.slice(1, -1);
}
