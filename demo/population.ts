import type { Company } from './company.ts';
import { contentRows } from './content-wire.ts';
import { objectRows, type RowStore, type SerialisedPage, serialisedRows } from './rows.ts';
import { scimRows } from './scim-wire.ts';
import { stackOneRows } from './stackone-wire.ts';

/** Rows of one kind: objects, or pages that were serialised before, for populations that are too big for objects. */
export type Rows = readonly object[] | { readonly pages: readonly SerialisedPage[] };

/** What the stand-in serves, row by row in the wire shape of each service. What is left out is an empty list. */
export interface Population {
  /** SCIM. */
  readonly users: Rows;
  readonly groups: Rows;
  /** Content API. */
  readonly employees?: Rows;
  readonly accessRoles?: readonly object[];
  readonly stackone?: { readonly users?: Rows; readonly groups?: Rows; readonly roles?: Rows };
}

/** Everything that the three services tell of one company. */
export function populationOf(company: Company): Population {
  return { ...scimRows(company), ...contentRows(company), stackone: stackOneRows(company) };
}

export function rowStore(rows: Rows = []): RowStore {
  return 'pages' in rows ? serialisedRows(rows.pages) : objectRows(rows);
}
