import { failure } from '../errors.ts';

/** A list of a service, by the word that its messages use. */
export type ListName = 'users' | 'groups' | 'roles' | 'employees';

/** One page: what the service said there is in all, if it says so, and the rows that came. */
export interface Page<Row> {
  readonly total: number | undefined;
  readonly rows: readonly Row[];
}

/** The counts of a walk so far. */
export interface WalkTally {
  readonly pages: number;
  /** Undefined where the service announces no total. */
  readonly reported: number | undefined;
  readonly received: number;
  readonly unique: number;
}

/** Keeps the books of one walk: which rows came, and whether the pages agree with each other. */
export interface Ledger<Row> {
  /** Enters a page and returns how many of its rows were not known yet. */
  enter(page: Page<Row>): number;
  /** Every page named the same total, and that many different rows came. */
  settled(): boolean;
  /** Why the rows may not be everything; undefined when the books balance. */
  doubt(): string | undefined;
  rows(): readonly Row[];
  tally(): WalkTally;
}

/** More rows of a kind than this are not taken for a population: the service would never come to an end. */
export const MOST_ROWS = 2_000_000;

interface Identity<Row> {
  readonly kind: ListName;
  readonly idOf: (row: Row) => string;
  readonly same: (a: Row, b: Row) => boolean;
}

export function createLedger<Row>({ kind, idOf, same }: Identity<Row>): Ledger<Row> {
  const rows = new Map<string, Row>();
  let pages = 0;
  let received = 0;
  let sum = 0;
  let announced: number | undefined;
  let changedTo: number | undefined;
  let conflict = false;
  /** Every page named its own length as the total, as some servers do. */
  let ownLengths = true;

  const enter = ({ total, rows: arrived }: Page<Row>): number => {
    const before = rows.size;
    pages += 1;
    received += arrived.length;
    sum += total ?? 0;
    announced ??= total;
    ownLengths &&= total === new Set(arrived.map(idOf)).size;
    // Behind the end some servers find nothing, and so count nothing.
    const nothingLeft = arrived.length === 0 && total === 0;
    if (total !== announced && !nothingLeft) changedTo = total;
    for (const row of arrived) {
      const id = idOf(row);
      const known = rows.get(id);
      if (known === undefined) rows.set(id, row);
      else conflict ||= !same(known, row);
    }
    if (rows.size > MOST_ROWS) throw tooMany(kind);
    return rows.size - before;
  };
  const settled = () => changedTo === undefined && rows.size === announced;
  /** Totals that are page lengths prove nothing, but then the walk went on until nothing came any more. */
  const readToTheEnd = () => ownLengths && rows.size > (announced ?? 0);

  return {
    enter,
    settled,
    doubt() {
      if (conflict) return `the same id came twice with different content among the ${kind}`;
      if (announced === undefined || settled() || readToTheEnd()) return undefined;
      if (changedTo !== undefined) {
        return `the total of ${kind} changed from ${announced} to ${changedTo} while they were read (${received} rows came, ${rows.size} different)`;
      }
      return `${announced} ${kind} were announced, but ${received} rows came, ${rows.size} of them different`;
    },
    rows: () => [...rows.values()],
    tally: () => ({
      pages,
      reported: announced !== undefined && readToTheEnd() ? sum : announced,
      received,
      unique: rows.size,
    }),
  };
}

function tooMany(kind: string) {
  return failure(
    'too-large',
    `More than ${MOST_ROWS} ${kind} came, and the list has no end.`,
    'Look at the service, or at a cache in between: no tenant is that large.',
  );
}
