import { brotliCompressSync, createGzip, deflateSync, gzipSync } from 'node:zlib';
import type { Row } from './rows.ts';
import { scimError } from './scim-wire.ts';

/*
 * Everything that real servers, proxies and log-in walls were seen to do to a client, as data. A test lists faults; they
 * compose, in the order in which they are written. A request goes through the stages below one after the other.
 */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Which requests a fault is for; without anything, all of them. */
export interface When {
  /** Exactly this path below the base URL, for instance `/Users`. */
  readonly path?: string;
  /** Only the nth request (or these) of those that the path means, from 1. */
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
  /** Whatever token comes is called invalid. */
  | { readonly kind: 'token-invalid' }
  /** A small answer that inflates to this many MiB. */
  | { readonly kind: 'gzip-bomb'; readonly mebibytes: number }
  | { readonly kind: 'never-answer' };

/** Stage 2: another stretch of the list is served than the one that was asked for. */
export type WindowFault =
  | { readonly kind: 'clamp'; readonly max: number }
  /** Page one, again and again; with `echo` the envelope claims to be the page that was asked for. */
  | { readonly kind: 'ignore-start-index'; readonly echo?: boolean }
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
  /** Sets or removes fields: `totalResults`, `Resources`, a `nextCursor`, … */
  | {
      readonly kind: 'envelope';
      readonly set?: Readonly<Record<string, Json>>;
      readonly without?: readonly string[];
    }
  /** The total says how many rows this page has. */
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

/** A fault that applies to the request at hand, which is the nth that the fault's path means. */
export interface Active {
  readonly fault: Fault;
  readonly n: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: readonly Uint8Array[];
}

/** The stretch of a list that a page holds. `from` counts from 0, `startIndex` is what the envelope says. */
export interface Window {
  readonly startIndex: number;
  readonly from: number;
  readonly count: number;
}

/** A page of rows on its way out. */
export interface Page {
  readonly window: Window;
  readonly rows: readonly unknown[];
  /** Any row of the whole list. */
  readonly at: (row: number) => Row | undefined;
}

export type Envelope = Readonly<Record<string, unknown>>;

/** A log-in page as single sign-on walls serve it: status 200, and no JSON anywhere. */
export const LOGIN_PAGE =
  '<!doctype html><html><head><title>Sign in</title></head><body><form>…</form></body></html>';

/** Picks the faults for one request, given how many requests came so far: to its path and in all, itself included. */
export function activeFaults(
  faults: readonly Fault[],
  path: string,
  counts: { readonly path: number; readonly all: number },
): Active[] {
  return faults
    .filter((fault) => fault.path === undefined || fault.path === path)
    .map((fault) => ({ fault, n: fault.path === undefined ? counts.all : counts.path }))
    .filter(
      ({ fault: { nth }, n }) => nth === undefined || (typeof nth === 'number' ? nth === n : nth.includes(n)),
    );
}

/** What happens instead of an answer of the service, if a fault says so. The first such fault wins. */
export async function instead(active: readonly Active[]): Promise<Answer | 'never' | undefined> {
  for (const { fault, n } of active) {
    const answer = await insteadOf(fault, n);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

export function shiftWindow(active: readonly Active[], window: Window): Window {
  return fold<Window, WindowFault>(WINDOW, active, window);
}

export function changeRows(active: readonly Active[], page: Page): readonly unknown[] {
  return fold<Page, RowFault>(ROWS, active, page).rows;
}

export function changeEnvelope(active: readonly Active[], envelope: Envelope): Envelope {
  return fold<Envelope, EnvelopeFault>(ENVELOPE, active, envelope);
}

export function changeBody(active: readonly Active[], answer: Answer): Answer {
  return fold<Answer, BodyFault>(BODY, active, answer);
}

/** True when a fault needs to see rows or envelope, so that serialised pages are of no use. */
export function touchesPage(active: readonly Active[]): boolean {
  return active.some(({ fault }) => fault.kind in ROWS || fault.kind in ENVELOPE);
}

/** The fault of one kind, when it applies. */
export function find<K extends Fault['kind']>(
  active: readonly Active[],
  kind: K,
): Extract<Fault, { kind: K }> | undefined {
  return active.find(({ fault }) => fault.kind === kind)?.fault as Extract<Fault, { kind: K }> | undefined;
}

/** An answer with a body of JSON. */
export function jsonAnswer(status: number, body: object): Answer {
  return { status, headers: JSON_HEADERS, body: [Buffer.from(JSON.stringify(body))] };
}

export const JSON_HEADERS = { 'content-type': 'application/scim+json; charset=utf-8' } as const;

// Stage 1

async function insteadOf(fault: Fault, n: number): Promise<Answer | 'never' | undefined> {
  switch (fault.kind) {
    case 'answer':
      return canned(fault);
    case 'answers':
      return nthAnswer(fault.answers, n, fault.forever === true);
    case 'redirect':
      return canned({ status: fault.status ?? 302, headers: { location: fault.location } });
    case 'login-page':
      return canned({ headers: { 'content-type': 'text/html; charset=utf-8' }, body: LOGIN_PAGE });
    case 'token-invalid':
      return jsonAnswer(403, scimError(403, 'Invalid token passed'));
    case 'gzip-bomb':
      return gzipBomb(fault.mebibytes);
    case 'never-answer':
      return 'never';
    default:
      return undefined;
  }
}

function canned(answer: Canned): Answer {
  return {
    status: answer.status ?? 200,
    headers: answer.headers ?? JSON_HEADERS,
    body: answer.body === undefined ? [] : [Buffer.from(answer.body as Uint8Array)],
  };
}

function nthAnswer(answers: readonly Canned[], n: number, forever: boolean): Answer | undefined {
  const answer = answers[n - 1] ?? (forever ? answers.at(-1) : undefined);
  return answer === undefined ? undefined : canned(answer);
}

/** Valid JSON with very much white space, compressed piece by piece so that the server stays small. */
async function gzipBomb(mebibytes: number): Promise<Answer> {
  const gzip = createGzip({ level: 1 });
  const body: Buffer[] = [];
  gzip.on('data', (part: Buffer) => body.push(part));
  const ended = new Promise<void>((resolve, reject) => gzip.once('end', resolve).once('error', reject));
  const space = Buffer.alloc(1024 * 1024, ' ');
  gzip.write('{"totalResults":1,"Resources":[');
  for (let i = 0; i < mebibytes; i++) {
    await new Promise<void>((resolve) => gzip.write(space, () => resolve()));
  }
  gzip.end(']}');
  await ended;
  return { status: 200, headers: { ...JSON_HEADERS, 'content-encoding': 'gzip' }, body };
}

// Stage 2

const WINDOW: Stage<Window, WindowFault> = {
  clamp: (window, { max }) => ({ ...window, count: Math.min(window.count, max) }),
  'ignore-start-index': (window, { echo }) => ({
    ...window,
    from: 0,
    startIndex: echo === true ? window.startIndex : 1,
  }),
  overlap: (window, { by }) => ({ ...window, from: Math.max(0, window.from - by) }),
  'drop-at-borders': (window, { rows }) =>
    window.from === 0 ? window : { ...window, from: window.from + rows },
};

// Stage 3

const ROWS: Stage<Page, RowFault> = {
  'patch-row': (page, { row, set, without }) => {
    const index = row - page.window.from;
    if (index < 0 || index >= page.rows.length) return page;
    return { ...page, rows: page.rows.with(index, changed(page.rows[index] as Row, set, without)) };
  },
  'repeat-row': (page, { row, set }) => {
    const copy = page.at(row);
    return copy === undefined ? page : { ...page, rows: [...page.rows, changed(copy, set)] };
  },
  junk: (page, { elements, at }) => ({
    ...page,
    rows: page.rows.toSpliced(at ?? page.rows.length, 0, ...elements),
  }),
  'filled-members': (page, { shape }) => ({
    ...page,
    rows: page.rows.map((row, index) => ({
      ...(row as Row),
      members: members(page.rows as Row[], index, shape),
    })),
  }),
};

/** JSON cannot refer to itself, so a circle is one of references, each group naming the next. */
function members(groups: readonly Row[], index: number, shape: 'flat' | 'nested' | 'cyclic'): unknown[] {
  const next = groups[(index + 1) % groups.length]?.id;
  const user = { value: 'ffffffffffffffffffffffff', type: 'User', display: 'Someone' };
  if (shape === 'flat') return [user];
  if (shape === 'cyclic') return [{ value: next, type: 'Group', $ref: `../Groups/${next}` }];
  let inner: unknown[] = [user];
  for (let depth = 0; depth < 50; depth++) inner = [{ value: next, type: 'Group', members: inner }];
  return inner;
}

// Stage 4

const ENVELOPE: Stage<Envelope, EnvelopeFault> = {
  envelope: (envelope, { set, without }) => changed(envelope, set, without),
  'total-is-page-length': (envelope) => ({ ...envelope, totalResults: envelope.itemsPerPage }),
  totals: (envelope, { values }, n) => ({ ...envelope, totalResults: values[n - 1] ?? values.at(-1) }),
};

// Stage 5

const BODY: Stage<Answer, BodyFault> = {
  headers: (answer, { set, without }) => ({
    ...answer,
    headers: changed(answer.headers, set, without) as Record<string, string>,
  }),
  'replace-text': (answer, { find: text, put }) =>
    withBody(answer, Buffer.from(whole(answer).toString().replaceAll(text, put))),
  prefix: (answer, { text }) => ({ ...answer, body: [Buffer.from(text), ...answer.body] }),
  'utf-16': (answer) => withBody(answer, Buffer.from(`\uFEFF${whole(answer)}`, 'utf16le')),
  encode: (answer, { as }) => encoded(answer, as),
};

/** The answer, compressed. */
export function encoded(answer: Answer, as: 'gzip' | 'br' | 'deflate'): Answer {
  const compress = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync }[as];
  return {
    ...answer,
    headers: { ...answer.headers, 'content-encoding': as },
    body: [compress(whole(answer))],
  };
}

function withBody(answer: Answer, body: Uint8Array): Answer {
  return { ...answer, body: [body] };
}

function whole(answer: Answer): Buffer {
  return Buffer.concat(answer.body);
}

// Shared

/** What each kind of fault of a stage makes of a value; a kind that is forgotten does not compile. */
type Stage<Value, F extends { kind: string }> = {
  readonly [K in F['kind']]: (value: Value, fault: Extract<F, { kind: K }>, n: number) => Value;
};

type Step<Value> = (value: Value, fault: Fault, n: number) => Value;

/** Lets every fault that belongs to a stage change the value, in the order in which the faults are listed. */
function fold<Value, F extends { kind: string }>(
  stage: Stage<Value, F>,
  active: readonly Active[],
  value: Value,
): Value {
  const steps = stage as unknown as Readonly<Record<string, Step<Value> | undefined>>;
  return active.reduce((current, { fault, n }) => steps[fault.kind]?.(current, fault, n) ?? current, value);
}

/** Built from entries, so that a key such as `__proto__` becomes a plain field. */
function changed(
  row: Row,
  set: Readonly<Record<string, unknown>> = {},
  without: readonly string[] = [],
): Row {
  const entries = [...Object.entries(row), ...Object.entries(set)];
  return Object.fromEntries(entries.filter(([key]) => !without.includes(key)));
}
