/*
 * Everything that real servers, proxies and log-in walls were seen to do to a client, as data. A test lists faults; they
 * compose, in the order in which they are written. A request goes through the stages below one after the other. What
 * they do is in `fault-effects.ts`, and for the last stage in `delivery.ts`.
 */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** The services of the stand-in. */
export type ServiceName = 'scim' | 'content' | 'stackone';

/** Which requests a fault is for; without anything, all of them. */
export interface When {
  readonly service?: ServiceName;
  /** Exactly this path below the service's base URL, for instance `/Users`, `/token` or `/unified/iam/users`. */
  readonly path?: string;
  /** Only the nth request (or these) of those that path and service mean, from 1. */
  readonly nth?: number | readonly number[];
}

/** An answer that was made up beforehand. */
export interface Canned {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** Stage 1: something else happens instead of an answer of the service. */
export type InsteadFault =
  | ({ readonly kind: 'answer' } & Canned)
  /** The first requests get these answers, one each; later ones are served, or with `forever` get the last one again. */
  | { readonly kind: 'answers'; readonly answers: readonly Canned[]; readonly forever?: boolean }
  | { readonly kind: 'redirect'; readonly location: string; readonly status?: number }
  /** The HTML of a single sign-on wall, under status 200. */
  | { readonly kind: 'login-page' }
  /** Whatever token, secret or key comes is called invalid: 403 from SCIM, 401 from the others. */
  | { readonly kind: 'token-invalid' }
  /**
   * Content API: the JWT that is used first gets a 401 after so many answers other than tokens; with `again` each JWT
   * does.
   */
  | { readonly kind: 'jwt-expires'; readonly after: number; readonly again?: boolean }
  /** A small answer that inflates to this many MiB. */
  | { readonly kind: 'gzip-bomb'; readonly mebibytes: number }
  | { readonly kind: 'never-answer' };

/** Stage 2: another stretch of the list is served than the one that was asked for. */
export type WindowFault =
  /**
   * At most so many rows. Numbered pages (Content API) become smaller with it; with `skips` they begin where whole
   * pages would, and the rows between are on no page.
   */
  | { readonly kind: 'clamp'; readonly max: number; readonly skips?: boolean }
  /**
   * Page one, again and again, with the page number or the cursor (`next`) of page one; with `echo` the envelope claims
   * to be the page that was asked for.
   */
  | { readonly kind: 'ignore-start-index'; readonly echo?: boolean }
  /** No rows; a cursor then leads to the same place again, and is another one each time. */
  | { readonly kind: 'empty-page' }
  /** Every page after the first begins this many rows too early. */
  | { readonly kind: 'overlap'; readonly by: number }
  /** Every page after the first begins this many rows too late: those rows are on no page. */
  | { readonly kind: 'drop-at-borders'; readonly rows: number };

/** Stage 3: the rows of a page are changed. */
export type RowFault =
  /** Changes fields of one row of the whole list, counted from 0. */
  | {
      readonly kind: 'patch-row';
      readonly row: number;
      readonly set?: Readonly<Record<string, Json>>;
      readonly without?: readonly string[];
    }
  /** Ends the page with a copy of one row of the whole list, perhaps with other fields. */
  | { readonly kind: 'repeat-row'; readonly row: number; readonly set?: Readonly<Record<string, Json>> }
  /** Puts anything among the rows, before the row `at` of the page or at its end. */
  | { readonly kind: 'junk'; readonly elements: readonly Json[]; readonly at?: number }
  /** Groups come with members: plain ones, groups in groups, or groups that hold each other in a circle. */
  | { readonly kind: 'filled-members'; readonly shape: 'flat' | 'nested' | 'cyclic' };

/** Stage 4: the fields around the rows are changed. */
export type EnvelopeFault =
  /** Sets or removes fields around the rows, or of the answer with a token: `totalResults`, `data`, `token`, … */
  | {
      readonly kind: 'envelope';
      readonly set?: Readonly<Record<string, Json>>;
      readonly without?: readonly string[];
    }
  /** Sets or removes fields of the Content API's `meta`: `page`, `pageSize`, `totalCount`. */
  | {
      readonly kind: 'meta';
      readonly set?: Readonly<Record<string, Json>>;
      readonly without?: readonly string[];
    }
  /** StackOne: `next` is this, whatever the page. */
  | { readonly kind: 'cursor'; readonly value: Json }
  /** The total (`totalResults`, `meta.totalCount`) says how many rows this page has. */
  | { readonly kind: 'total-is-page-length' }
  /** The total of the first request, the second, …; the last one stays. */
  | { readonly kind: 'totals'; readonly values: readonly Json[] };

/** Stage 5: the bytes and headers of the answer are changed. */
export type BodyFault =
  | {
      readonly kind: 'headers';
      readonly set?: Readonly<Record<string, string>>;
      readonly without?: readonly string[];
    }
  | { readonly kind: 'replace-text'; readonly find: string; readonly put: string }
  /** For instance a byte-order mark, or a PHP warning. */
  | { readonly kind: 'prefix'; readonly text: string }
  | { readonly kind: 'utf-16' }
  | { readonly kind: 'encode'; readonly as: 'gzip' | 'br' | 'deflate' };

/** Stage 6: the answer is sent badly. */
export type DeliveryFault =
  | { readonly kind: 'delay'; readonly ms: number }
  /** The connection is reset: at once, or after so many bytes of the body. */
  | { readonly kind: 'reset'; readonly after?: number }
  /**
   * Only so many bytes of the body arrive. The connection then closes where HTTP expects more (`content-length`,
   * `chunked`), or it ends in a way that HTTP cannot tell from a whole answer (`close`: the end of the connection is the
   * end of the body; `none`: the length is that of the rest; `gzip`: so is it, of a compressed body).
   */
  | {
      readonly kind: 'cut';
      readonly after: number;
      readonly framing: 'content-length' | 'chunked' | 'gzip' | 'close' | 'none';
    }
  /** Content-Length is off by so many bytes. */
  | { readonly kind: 'wrong-length'; readonly by: number }
  /** A few bytes (1) at a time, with a pause between them. */
  | { readonly kind: 'drip'; readonly everyMs: number; readonly bytes?: number };

export type Fault = When &
  (InsteadFault | WindowFault | RowFault | EnvelopeFault | BodyFault | DeliveryFault);

/** A log-in page as single sign-on walls serve it: status 200, and no JSON anywhere. */
export const LOGIN_PAGE =
  '<!doctype html><html><head><title>Sign in</title></head><body><form>…</form></body></html>';
