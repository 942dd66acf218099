import { failure } from '../errors.ts';
import { MOST_ROWS } from './ledger.ts';

/** A list answer, checked on the outside only: the rows are still as they came. */
export interface Envelope {
  readonly total: number;
  readonly rows: readonly unknown[];
}

/** Which page of what is being read, for messages. */
export interface PagePlace {
  /** The service as people know it. */
  readonly service: string;
  readonly kind: 'users' | 'groups';
  readonly startIndex: number;
}

const ERROR_SCHEMAS = new Set([
  'urn:ietf:params:scim:api:messages:2.0:Error',
  'urn:scim:schemas:core:1.0:Error',
]);
/** More than any organisation has; a larger number is a mistake, and memory is not to be the judge of it. */

/**
 * Reads a ListResponse (RFC 7644 §3.4.2). `Resources` may be absent where there is nothing to list: with a total
 * of 0, or on a page that begins beyond the total (§3.4.2.4).
 */
export function readEnvelope(body: unknown, place: PagePlace): Envelope {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw malformed(place, 'is not a SCIM list');
  }
  const fields = body as Readonly<Record<string, unknown>>;
  if (isErrorBody(fields)) throw malformed(place, 'is a SCIM error in spite of HTTP 200');
  refuseCursor(fields.nextCursor, place);
  const total = readTotal(fields.totalResults, place);
  const rows = fields.Resources ?? undefined;
  if (Array.isArray(rows)) return { total, rows };
  if (rows !== undefined) throw malformed(place, 'has `Resources` that are not a list');
  if (place.startIndex <= total) throw malformed(place, `has no \`Resources\`, though its total is ${total}`);
  return { total, rows: [] };
}

/** RFC 7644 §3.12, and the `Errors` list of SCIM 1.1. */
function isErrorBody(fields: Readonly<Record<string, unknown>>): boolean {
  const { schemas } = fields;
  if (Array.isArray(schemas) && schemas.some((schema) => ERROR_SCHEMAS.has(schema))) return true;
  return Array.isArray(fields.Errors) && fields.totalResults === undefined;
}

/** A cursor (RFC 9865) would mean that there is more than index paging shows. */
function refuseCursor(cursor: unknown, place: PagePlace): void {
  if (cursor === undefined || cursor === null || cursor === '') return;
  throw failure(
    'incomplete',
    `${describe(place)} points to more by a cursor, which was not asked for.`,
    'The service pages in a way that this version cannot follow to the end. Please report it.',
  );
}

function readTotal(value: unknown, place: PagePlace): number {
  const total = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof total !== 'number' || !Number.isSafeInteger(total) || total < 0) {
    throw malformed(place, 'has no usable `totalResults`');
  }
  if (total <= MOST_ROWS) return total;
  throw failure(
    'too-large',
    `${describe(place)} announces ${total} ${place.kind}, more than the ${MOST_ROWS} that are read.`,
    'Check that the base URL is that of the API.',
  );
}

function malformed(place: PagePlace, what: string) {
  return failure(
    'bad-response',
    `${describe(place)} ${what}.`,
    'Check that the base URL is that of the API, and that no proxy in between alters answers.',
  );
}

/** "The users page at startIndex 5001 of Leapsome's SCIM API". */
function describe({ service, kind, startIndex }: PagePlace): string {
  return `The ${kind} page at startIndex ${startIndex} of ${service}`;
}
