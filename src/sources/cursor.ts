import { failure } from '../errors.ts';
import { createLedger, type Page } from './ledger.ts';
import { type List, repeats, type Walked } from './walk.ts';

/** A page, and the cursor of the next one; undefined on the last. */
export interface CursorPage<Row> extends Page<Row> {
  readonly next: string | undefined;
}

/** A list that is read by following cursors, one page after the other. */
export interface CursorList<Row> extends List<Row> {
  readonly fetchPage: (cursor: string | undefined) => Promise<CursorPage<Row>>;
}

/** A service may filter behind its paging, so that a page is empty; so many in a row lead nowhere. */
const MOST_EMPTY_PAGES = 20;

/**
 * Reads a list by its cursors until a page names no next one. A page may be short, or empty, and still have a next.
 * There is no total to hold the rows against; what can be told is a cursor that comes twice, and pages that bring
 * nothing new.
 * @throws CheckError `incomplete`.
 */
export async function walkCursors<Row>(list: CursorList<Row>): Promise<Walked<Row>> {
  const ledger = createLedger(list);
  const seen = new Set<string>();
  let empty = 0;
  for (let cursor: string | undefined; ; ) {
    const page: CursorPage<Row> = await list.fetchPage(cursor);
    const fresh = ledger.enter(page);
    list.onPage(ledger.tally());
    const { next } = page;
    if (next === undefined) break;
    if (seen.has(next)) throw goesInCircles(list);
    if (page.rows.length > 0 && fresh === 0) throw repeats(list, ledger);
    empty = page.rows.length === 0 ? empty + 1 : 0;
    if (empty > MOST_EMPTY_PAGES) throw leadsNowhere(list);
    seen.add(next);
    cursor = next;
  }
  return { rows: ledger.rows(), tally: ledger.tally(), doubt: ledger.doubt(), warnings: [] };
}

const HINT =
  'Nobody can tell whether everybody was read. Run again; if it stays so, report it to the service with these words.';

function goesInCircles<Row>({ service, kind }: List<Row>) {
  return failure(
    'incomplete',
    `${service} named the same cursor twice while its ${kind} were read, so the list never comes to an end.`,
    HINT,
  );
}

function leadsNowhere<Row>({ service, kind }: List<Row>) {
  return failure(
    'incomplete',
    `${service} sent ${MOST_EMPTY_PAGES + 1} empty pages of ${kind} one after the other, each pointing to a next one.`,
    HINT,
  );
}
