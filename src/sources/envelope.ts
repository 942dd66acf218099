import { malformed, type PagePlace, readObject, readTotal, refuseCursors } from './rows.ts';

/** A list answer of SCIM, checked on the outside only: the rows are still as they came. */
export interface Envelope {
  readonly total: number;
  readonly rows: readonly unknown[];
}

const ERROR_SCHEMAS = new Set([
  'urn:ietf:params:scim:api:messages:2.0:Error',
  'urn:scim:schemas:core:1.0:Error',
]);

/**
 * Reads a ListResponse (RFC 7644 §3.4.2). `Resources` may be absent where there is nothing to list: with a total
 * of 0, or on a page that begins beyond the total (§3.4.2.4). A cursor would be that of RFC 9865.
 */
export function readEnvelope(body: unknown, startIndex: number, place: PagePlace): Envelope {
  const fields = readObject(body, place, 'a SCIM list');
  if (isErrorBody(fields)) throw malformed(place, 'is a SCIM error in spite of HTTP 200');
  refuseCursors(fields, place);
  const total = readTotal(fields.totalResults, 'totalResults', place);
  const rows = fields.Resources ?? undefined;
  if (Array.isArray(rows)) return { total, rows };
  if (rows !== undefined) throw malformed(place, 'has `Resources` that are not a list');
  if (startIndex <= total) throw malformed(place, `has no \`Resources\`, though its total is ${total}`);
  return { total, rows: [] };
}

/** RFC 7644 §3.12, and the `Errors` list of SCIM 1.1. */
function isErrorBody(fields: Readonly<Record<string, unknown>>): boolean {
  const { schemas } = fields;
  if (Array.isArray(schemas) && schemas.some((schema) => ERROR_SCHEMAS.has(schema))) return true;
  return Array.isArray(fields.Errors) && fields.totalResults === undefined;
}
