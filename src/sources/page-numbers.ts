import { type CountedList, type CountedPage, repeats, type Walk, type Walked, walkCounted } from './walk.ts';

/**
 * Reads a list by page number. The first page tells the total and, should the service give fewer rows than were asked
 * for, the size that all further pages are asked in: only pages of one size fit together.
 * @throws CheckError `incomplete` where walking again would not help.
 */
export function walkPages<Row>(list: CountedList<Row>): Promise<Walked<Row>> {
  return walkCounted(list, {
    async readOnBehind(walking, { rows: { length: size } }) {
      // The second page begins with the row that is known by now, and may hold no other.
      await walking.visit(2, size);
      await readOn(walking, 3, size);
    },
    readRest,
  });
}

/** Reads the rest several pages at a time, and the one behind the last. */
async function readRest<Row>(walking: Walk<Row>, first: CountedPage<Row>): Promise<void> {
  const { list, ledger, visit } = walking;
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
  if (beyond > 0) await readOn(walking, behind + 1, size);
}

/** Reads on, page by page, until nothing comes any more. */
async function readOn<Row>(
  { list, ledger, visit }: Walk<Row>,
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
