import type { Page } from './ledger.ts';
import { type CountedList, type CountedPage, repeats, type Walk, type Walked, walkCounted } from './walk.ts';

/**
 * Reads a list from its first row to its last by index paging (RFC 7644 §3.4.2.4). A server may return fewer rows than
 * asked for, so the walk advances by what came.
 * @throws CheckError `incomplete` where walking again would not help.
 */
export function walk<Row>(list: CountedList<Row>): Promise<Walked<Row>> {
  return walkCounted(list, {
    readOnBehind: (walking, first, probe) => readOn(walking, first.rows.length + 1 + probe.rows.length),
    readRest: readSegments,
  });
}

/** Reads the rest in segments as long as the first page was, several at a time, and asks behind the last. */
async function readSegments<Row>(walking: Walk<Row>, first: CountedPage<Row>): Promise<void> {
  const { list, ledger, visit } = walking;
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
  if (beyond > 0) await readOn(walking, end + beyond);
}

/** Reads on, page by page, until nothing comes any more. */
async function readOn<Row>({ list, ledger, visit }: Walk<Row>, from: number): Promise<void> {
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
