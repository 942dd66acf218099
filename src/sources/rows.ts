import { failure } from '../errors.ts';
import { FieldError } from './fields.ts';
import { type ListName, MOST_ROWS } from './ledger.ts';

/** Which page of what is being read, for messages. */
export interface PagePlace {
  /** The service as people know it. */
  readonly service: string;
  readonly kind: ListName;
  /** "the page at startIndex 5001", "page 2". */
  readonly page: string;
}

const ONE = {
  users: 'user',
  groups: 'group',
  roles: 'role',
  employees: 'employee',
} as const satisfies Record<ListName, string>;

/** Takes from each row what is wanted. Says where a row is that cannot be understood, and never what is in it. */
export function pickRows<Row>(
  pick: (row: unknown) => Row,
  rows: readonly unknown[],
  { service, kind, page }: PagePlace,
): Row[] {
  return rows.map((row, index) => {
    try {
      return pick(row);
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      throw failure(
        'bad-response',
        `${service} sent a record that cannot be used: ${ONE[kind]} ${index + 1} of ${page} has no ${error.field} that can be understood.`,
        'Nothing is guessed about a record. Look at it in Leapsome; if it seems right there, report it.',
      );
    }
  });
}

/** The fields around a page of rows. */
export function readObject(body: unknown, place: PagePlace, what: string): Readonly<Record<string, unknown>> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body))
    return body as Readonly<Record<string, unknown>>;
  throw malformed(place, `is not ${what}`);
}

/** A total as a number or as its digits; no organisation has more than `MOST_ROWS` of anything. */
export function readTotal(value: unknown, field: string, place: PagePlace): number {
  const total = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof total !== 'number' || !Number.isSafeInteger(total) || total < 0) {
    throw malformed(place, `has no usable \`${field}\``);
  }
  if (total <= MOST_ROWS) return total;
  throw failure(
    'too-large',
    `${describe(place)} announces ${total} ${place.kind}, more than the ${MOST_ROWS} that are read.`,
    'Check that the base URL is that of the API.',
  );
}

/** What services call the place of the next page, and where around the rows they put it. */
const CURSORS = ['next', 'nextCursor', 'nextPage', 'cursor'];
const AROUND: readonly (readonly string[])[] = [[], ['meta'], ['links'], ['_links'], ['meta', 'links']];

/**
 * A cursor, or a link, would mean that there is more than the paging in use shows.
 * @param used the one that is followed, where lists are read by cursors
 * @throws CheckError `incomplete`
 */
export function refuseCursors(
  body: Readonly<Record<string, unknown>>,
  place: PagePlace,
  used?: string,
): void {
  for (const path of AROUND) {
    for (const name of CURSORS) {
      const field = [...path, name].join('.');
      if (field !== used && !isNone(valueAt(body, [...path, name]))) throw pointsToMore(field, place);
    }
  }
}

function valueAt(body: unknown, path: readonly string[]): unknown {
  let value = body;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

function isNone(cursor: unknown): boolean {
  return cursor === undefined || cursor === null || cursor === '';
}

function pointsToMore(field: string, place: PagePlace) {
  return failure(
    'incomplete',
    `${describe(place)} points to more by a cursor, which was not asked for: \`${field}\`.`,
    'The service pages in a way that this version cannot follow to the end. Please report it.',
  );
}

export function malformed(place: PagePlace, what: string) {
  return failure(
    'bad-response',
    `${describe(place)} ${what}.`,
    'Check that the base URL is that of the API, and that no proxy in between alters answers.',
  );
}

/** "The page at startIndex 5001 of the users of Leapsome's SCIM API". */
function describe({ service, kind, page }: PagePlace): string {
  return `${page.charAt(0).toUpperCase()}${page.slice(1)} of the ${kind} of ${service}`;
}
