import {
  type Active,
  type Answer,
  changeEnvelope,
  changeRows,
  type Envelope,
  jsonAnswer,
  shiftWindow,
  touchesPage,
  type Window,
} from '../fault-effects.ts';
import type { RowStore } from '../rows.ts';

/** A page that a service is about to give. */
export interface Listing {
  readonly store: RowStore;
  /** What was asked for. */
  readonly window: Window;
  /** The field that holds the rows. */
  readonly field: 'Resources' | 'data';
  /** The other fields, given what is served and how many rows that is. */
  readonly around: (window: Window, rows: number) => Envelope;
  readonly headers: Readonly<Record<string, string>>;
}

/** A page of rows with what faults make of it. */
export function listingAnswer(listing: Listing, active: readonly Active[]): Answer {
  const window = shiftWindow(active, listing.window);
  return touchesPage(active) ? changedPage(listing, window, active) : plainPage(listing, window);
}

/** All rows as a bare array: nothing stands around them that a fault could change. */
export function arrayAnswer(
  store: RowStore,
  active: readonly Active[],
  headers: Readonly<Record<string, string>>,
): Answer {
  const window = { from: 0, count: store.total, startIndex: 1 };
  return jsonAnswer(200, rowsOf(store, window, active), headers);
}

/** The common case: serialised rows between the two ends of an envelope, and nothing is copied. */
function plainPage({ store, field, around, headers }: Listing, window: Window): Answer {
  const rows = Math.max(0, Math.min(window.count, store.total - window.from));
  const head = JSON.stringify(around(window, rows)).slice(0, -1);
  const body = [
    Buffer.from(`${head},"${field}":[`),
    ...store.serialised(window.from, window.count),
    Buffer.from(']}'),
  ];
  return { status: 200, headers, body };
}

function changedPage(
  { store, field, around, headers }: Listing,
  window: Window,
  active: readonly Active[],
): Answer {
  const rows = rowsOf(store, window, active);
  const fields = { ...around(window, rows.length), [field]: rows };
  return jsonAnswer(200, changeEnvelope(active, fields, rows.length), headers);
}

function rowsOf(store: RowStore, window: Window, active: readonly Active[]): readonly unknown[] {
  const rows = store.objects(window.from, window.count);
  return changeRows(active, { window, rows, at: (row) => store.objects(row, 1)[0] });
}
