import { createLedger, type Ledger, type Page } from './ledger.ts';
import {
  askedForLast,
  type CountedPage,
  ignoresPaging,
  type List,
  nothingShown,
  repeats,
  type Walked,
} from './walk.ts';

/** A list that can be read from any row on. */
export interface PagedList<Row> extends List<Row> {
  /** The most that is asked for at once. */
  readonly pageSize: number;
  /** Pages under way at the same time. */
  readonly parallel: number;
  readonly fetchPage: (startIndex: number, count: number) => Promise<CountedPage<Row>>;
}

type Visit<Row> = (
  startIndex: number,
  count: number,
) => Promise<CountedPage<Row> & { readonly fresh: number }>;

/**
 * Reads a list from its first row to its last by index paging (RFC 7644 §3.4.2.4), believing nothing that the
 * rows themselves do not bear out. A server may return fewer rows than asked for, so the walk advances by what
 * came. It may call the length of the page the total, so the walk always asks once more behind the end.
 * @throws CheckError `incomplete` where walking again would not help.
 */
export async function walk<Row>(list: PagedList<Row>): Promise<Walked<Row>> {
  const ledger = createLedger(list);
  const visit: Visit<Row> = async (startIndex, count) => {
    const page = await list.fetchPage(startIndex, count);
    const fresh = ledger.enter(page);
    list.onPage(ledger.tally());
    return { ...page, fresh };
  };
  const first = await visit(1, list.pageSize);
  const warnings: string[] = [];
  if (first.rows.length === 0) {
    if (first.total > 0) throw nothingShown(list, first.total);
  } else if (first.rows.length >= first.total) {
    warnings.push(...(await askBehindOnlyPage(list, ledger, visit, first)));
  } else {
    await readSegments(list, ledger, visit, first);
  }
  return { rows: ledger.rows(), tally: ledger.tally(), doubt: ledger.doubt(), warnings };
}

/** The first page seems to hold everything. One row is asked for behind it, which costs next to nothing. */
async function askBehindOnlyPage<Row>(
  list: PagedList<Row>,
  ledger: Ledger<Row>,
  visit: Visit<Row>,
  first: CountedPage<Row>,
): Promise<string[]> {
  const next = first.rows.length + 1;
  const probe = await visit(next, 1);
  if (probe.rows.length === 0) return [];
  if (probe.fresh > 0) {
    await readOn(list, ledger, visit, next + probe.rows.length);
    return [];
  }
  if (ignoresPaging(list, ledger, first, probe)) {
    return [
      `${list.service} answers every request for ${list.kind} with the same ${first.rows.length}, whatever page is asked for; they were taken as all there are.`,
    ];
  }
  const last = await visit(first.rows.length, 1);
  if (!askedForLast(list, ledger, first, last)) throw repeats(list, ledger);
  return [
    `${list.service} shows ${list.kind} again where there are no more; the ${first.rows.length} that it names as the total were taken as all there are.`,
  ];
}

/** Reads the rest in segments as long as the first page was, several at a time, and asks behind the last. */
async function readSegments<Row>(
  list: PagedList<Row>,
  ledger: Ledger<Row>,
  visit: Visit<Row>,
  first: CountedPage<Row>,
): Promise<void> {
  const length = first.rows.length;
  const end = first.total + 1;
  const firstId = list.idOf(first.rows[0] as Row);
  let next = length + 1;
  let stopped = false;
  let behind: Page<Row> | undefined;

  /** A segment may itself come in several pages. */
  const readSegment = async (from: number, to: number): Promise<void> => {
    for (let at = from; at < to && !stopped; ) {
      const page = await visit(at, to - at);
      if (page.rows.length === 0) {
        // Fewer rows than announced: the ledger will not add up, so there is no need to read on.
        stopped = true;
        return;
      }
      if (page.fresh === 0 && list.idOf(page.rows[0] as Row) === firstId) throw repeats(list, ledger);
      at += page.rows.length;
    }
  };
  const work = async (): Promise<void> => {
    while (!stopped && next <= end) {
      const from = next;
      if (from === end) {
        next += 1;
        behind = await visit(end, length);
      } else {
        next = Math.min(from + length, end);
        await readSegment(from, next);
      }
    }
  };
  const workers = Array.from({ length: list.parallel }, () =>
    work().catch((error: unknown) => {
      stopped = true;
      throw error;
    }),
  );
  await Promise.all(workers);
  const beyond = (behind as Page<Row> | undefined)?.rows.length ?? 0;
  if (beyond > 0) await readOn(list, ledger, visit, end + beyond);
}

/** Reads on, page by page, until nothing comes any more. */
async function readOn<Row>(
  list: PagedList<Row>,
  ledger: Ledger<Row>,
  visit: Visit<Row>,
  from: number,
): Promise<void> {
  for (let at = from; ; ) {
    const page = await visit(at, list.pageSize);
    if (page.rows.length === 0) return;
    if (page.fresh === 0) {
      if (ledger.settled()) return;
      throw repeats(list, ledger);
    }
    at += page.rows.length;
  }
}
