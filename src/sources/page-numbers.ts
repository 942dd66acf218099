import { createLedger, type Ledger } from './ledger.ts';
import {
  askedForLast,
  type CountedPage,
  ignoresPaging,
  type List,
  nothingShown,
  repeats,
  type Walked,
} from './walk.ts';

/** A list that comes in numbered pages of a size that the client chooses. */
export interface NumberedList<Row> extends List<Row> {
  /** The most that is asked for at once. */
  readonly pageSize: number;
  /** Pages under way at the same time. */
  readonly parallel: number;
  /** Pages count from 1. */
  readonly fetchPage: (page: number, pageSize: number) => Promise<CountedPage<Row>>;
}

type Visit<Row> = (page: number, pageSize: number) => Promise<CountedPage<Row> & { readonly fresh: number }>;

/**
 * Reads a list by page number. The first page tells the total and, should the service give fewer rows than were asked
 * for, the size that all further pages are asked in: only pages of one size fit together. As with any other list, the
 * walk asks once more behind the end.
 * @throws CheckError `incomplete` where walking again would not help.
 */
export async function walkPages<Row>(list: NumberedList<Row>): Promise<Walked<Row>> {
  const ledger = createLedger(list);
  const visit: Visit<Row> = async (page, pageSize) => {
    const answer = await list.fetchPage(page, pageSize);
    const fresh = ledger.enter(answer);
    list.onPage(ledger.tally());
    return { ...answer, fresh };
  };
  const first = await visit(1, list.pageSize);
  const warnings: string[] = [];
  if (first.rows.length === 0) {
    if (first.total > 0) throw nothingShown(list, first.total);
  } else if (first.rows.length >= first.total) {
    warnings.push(...(await askBehindOnlyPage(list, ledger, visit, first)));
  } else {
    await readRest(list, ledger, visit, first);
  }
  return { rows: ledger.rows(), tally: ledger.tally(), doubt: ledger.doubt(), warnings };
}

/** The first page seems to hold everything. The row behind it, as a page of its own, costs next to nothing to ask for. */
async function askBehindOnlyPage<Row>(
  list: NumberedList<Row>,
  ledger: Ledger<Row>,
  visit: Visit<Row>,
  first: CountedPage<Row>,
): Promise<string[]> {
  const size = first.rows.length;
  const probe = await visit(size + 1, 1);
  if (probe.rows.length === 0) return [];
  if (probe.fresh > 0) {
    // The second page begins with the row that is known by now, and may hold no other.
    await visit(2, size);
    await readOn(list, ledger, visit, 3, size);
    return [];
  }
  if (ignoresPaging(list, ledger, first, probe)) {
    return [
      `${list.service} answers every request for ${list.kind} with the same ${size}, whatever page is asked for; they were taken as all there are.`,
    ];
  }
  if (!askedForLast(list, ledger, first, await visit(size, 1))) throw repeats(list, ledger);
  return [
    `${list.service} shows ${list.kind} again where there are no more; the ${size} that it names as the total were taken as all there are.`,
  ];
}

/** Reads the rest several pages at a time, and the one behind the last. */
async function readRest<Row>(
  list: NumberedList<Row>,
  ledger: Ledger<Row>,
  visit: Visit<Row>,
  first: CountedPage<Row>,
): Promise<void> {
  const size = first.rows.length;
  const behind = Math.ceil(first.total / size) + 1;
  const firstId = list.idOf(first.rows[0] as Row);
  let next = 2;
  let stopped = false;
  let beyond = 0;
  const work = async (): Promise<void> => {
    while (!stopped && next <= behind) {
      const number = next;
      next += 1;
      const page = await visit(number, size);
      const isRepeat = page.rows.length > 0 && page.fresh === 0;
      if (isRepeat && list.idOf(page.rows[0] as Row) === firstId) throw repeats(list, ledger);
      if (number === behind) beyond = page.rows.length;
      // Fewer rows than announced: the ledger will not add up, so there is no need to read on.
      else if (page.rows.length === 0) stopped = true;
    }
  };
  const workers = Array.from({ length: list.parallel }, () =>
    work().catch((error: unknown) => {
      stopped = true;
      throw error;
    }),
  );
  await Promise.all(workers);
  if (beyond > 0) await readOn(list, ledger, visit, behind + 1, size);
}

/** Reads on, page by page, until nothing comes any more. */
async function readOn<Row>(
  list: NumberedList<Row>,
  ledger: Ledger<Row>,
  visit: Visit<Row>,
  from: number,
  pageSize: number,
): Promise<void> {
  for (let page = from; ; page += 1) {
    const { rows, fresh } = await visit(page, pageSize);
    if (rows.length === 0) return;
    if (fresh > 0) continue;
    if (ledger.settled()) return;
    throw repeats(list, ledger);
  }
}
