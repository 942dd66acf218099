import { failure } from '../errors.ts';
import { createLedger, type Ledger, type ListName, type Page, type WalkTally } from './ledger.ts';

/** A list of a service: what every way of reading it page by page has in common. */
export interface List<Row> {
  readonly service: string;
  readonly kind: ListName;
  readonly idOf: (row: Row) => string;
  /** Whether two rows with the same id say the same. */
  readonly same: (a: Row, b: Row) => boolean;
  readonly onPage: (tally: WalkTally) => void;
}

/** What a walk found. `doubt` says why that may not be everything; another walk may settle it. */
export interface Walked<Row> {
  readonly rows: readonly Row[];
  readonly tally: WalkTally;
  readonly doubt: string | undefined;
  readonly warnings: readonly string[];
}

/** A page of a service that announces how many rows there are in all. */
export interface CountedPage<Row> extends Page<Row> {
  readonly total: number;
}

/** A list of which any page can be asked for, by the place of its first row or by its number. Both count from 1. */
export interface CountedList<Row> extends List<Row> {
  /** The most that is asked for at once. */
  readonly pageSize: number;
  /** Pages under way at the same time. */
  readonly parallel: number;
  readonly fetchPage: (at: number, count: number) => Promise<CountedPage<Row>>;
}

/** A list that is being read, with the books that are kept of it. */
export interface Walk<Row> {
  readonly list: CountedList<Row>;
  readonly ledger: Ledger<Row>;
  /** Fetches a page and enters it; `fresh` says how many of its rows were not known yet. */
  readonly visit: (at: number, count: number) => Promise<CountedPage<Row> & { readonly fresh: number }>;
}

/** What depends on how pages are asked for. */
export interface Steps<Row> {
  /** Reads on where the first page seemed to be the only one, and `probe` brought a row that lay behind it. */
  readonly readOnBehind: (walk: Walk<Row>, first: CountedPage<Row>, probe: CountedPage<Row>) => Promise<void>;
  /** Reads what is announced behind the first page. */
  readonly readRest: (walk: Walk<Row>, first: CountedPage<Row>) => Promise<void>;
}

/**
 * Reads a list whose service announces a total, believing nothing that the rows themselves do not bear out. The service
 * may call the length of the page the total, so the walk always asks once more behind the end.
 * @throws CheckError `incomplete` where walking again would not help.
 */
export async function walkCounted<Row>(list: CountedList<Row>, steps: Steps<Row>): Promise<Walked<Row>> {
  const ledger = createLedger(list);
  const visit: Walk<Row>['visit'] = async (at, count) => {
    const page = await list.fetchPage(at, count);
    const fresh = ledger.enter(page);
    list.onPage(ledger.tally());
    return { ...page, fresh };
  };
  const walk: Walk<Row> = { list, ledger, visit };
  const first = await visit(1, list.pageSize);
  const warnings: string[] = [];
  if (first.rows.length === 0) {
    if (first.total > 0) throw nothingShown(list, first.total);
  } else if (first.rows.length >= first.total) {
    warnings.push(...(await askBehindOnlyPage(walk, first, steps)));
  } else {
    await steps.readRest(walk, first);
  }
  return { rows: ledger.rows(), tally: ledger.tally(), doubt: ledger.doubt(), warnings };
}

/** The first page seems to hold everything. The row behind it, as a page of its own, costs next to nothing to ask for. */
async function askBehindOnlyPage<Row>(
  walk: Walk<Row>,
  first: CountedPage<Row>,
  { readOnBehind }: Steps<Row>,
): Promise<string[]> {
  const { list, ledger, visit } = walk;
  const size = first.rows.length;
  const probe = await visit(size + 1, 1);
  if (probe.rows.length === 0) return [];
  if (probe.fresh > 0) {
    await readOnBehind(walk, first, probe);
    return [];
  }
  const isKnown = isOnlyRow(ledger, first, probe) || askedForLast(list, ledger, first, await visit(size, 1));
  if (!isKnown) throw repeats(list, ledger);
  return [
    `${list.service} shows ${list.kind} again where there are no more; the ${size} that it names as the total ${size === 1 ? 'was' : 'were'} taken as all there are.`,
  ];
}

/**
 * There is no row before the last of one that could be asked for. Of any longer list that comes again whatever is asked
 * for, nobody knows whether it is all there is or the beginning: its total may be no more than its length.
 */
function isOnlyRow<Row>(ledger: Ledger<Row>, first: CountedPage<Row>, probe: Page<Row>): boolean {
  return ledger.settled() && first.total === 1 && first.rows.length === 1 && probe.rows.length === 1;
}

/**
 * A server may show known rows behind the end and yet heed the place before it, as some SCIM libraries do. The last
 * row, asked for on its own, tells such a server from one that sends the beginning over and over.
 */
function askedForLast<Row>(list: List<Row>, ledger: Ledger<Row>, first: Page<Row>, last: Page<Row>): boolean {
  const [row, ...more] = last.rows;
  const expected = first.rows.at(-1);
  if (first.rows.length < 2 || row === undefined || expected === undefined || more.length > 0) return false;
  return ledger.settled() && list.idOf(row) === list.idOf(expected);
}

function nothingShown<Row>({ service, kind }: List<Row>, total: number) {
  return failure(
    'incomplete',
    `${service} announces ${total} ${kind} and shows none of them.`,
    'The credential may count people but not see them: use one that an administrator made for provisioning.',
  );
}

export function repeats<Row>({ service, kind }: List<Row>, ledger: Ledger<Row>) {
  const { reported, unique } = ledger.tally();
  return failure(
    'incomplete',
    `${service} repeats ${kind} that it has already sent where the next ones were due: ${unique} different ${kind} came${reported === undefined ? '' : `, and the total was given as ${reported}`}.`,
    'The service, or a cache in between, does not page properly, so nobody can tell whether everybody was read. Run again; if it stays so, report it to the service.',
  );
}
