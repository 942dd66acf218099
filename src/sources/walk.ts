import { failure } from '../errors.ts';
import type { Ledger, ListName, Page, WalkTally } from './ledger.ts';

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

/** A server that always returns the whole list gives itself away by returning all of it where one row was due. */
export function ignoresPaging<Row>(
  list: List<Row>,
  ledger: Ledger<Row>,
  first: CountedPage<Row>,
  probe: Page<Row>,
): boolean {
  if (!ledger.settled() || probe.rows.length !== first.rows.length) return false;
  if (first.total !== 1 && probe.rows.length === 1) return false;
  return probe.rows.every((row, index) => list.idOf(row) === list.idOf(first.rows[index] as Row));
}

/**
 * A server may show known rows behind the end and yet heed the place before it, as some SCIM libraries do. The last
 * row, asked for on its own, tells such a server from one that sends the beginning over and over.
 */
export function askedForLast<Row>(
  list: List<Row>,
  ledger: Ledger<Row>,
  first: Page<Row>,
  last: Page<Row>,
): boolean {
  const [row, ...more] = last.rows;
  const expected = first.rows.at(-1);
  if (first.rows.length < 2 || row === undefined || expected === undefined || more.length > 0) return false;
  return ledger.settled() && list.idOf(row) === list.idOf(expected);
}

export function nothingShown<Row>({ service, kind }: List<Row>, total: number) {
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
