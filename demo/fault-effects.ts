import { brotliCompressSync, createGzip, deflateSync, gzipSync } from 'node:zlib';
import {
  type BodyFault,
  type Canned,
  type EnvelopeFault,
  type Fault,
  LOGIN_PAGE,
  type RowFault,
  type ServiceName,
  type WindowFault,
} from './faults.ts';
import type { Row } from './rows.ts';

/* What the faults of `faults.ts` do to a request, stage by stage. */

/** A fault that applies to the request at hand, which is the nth that the fault's path and service mean. */
export interface Active {
  readonly fault: Fault;
  readonly n: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: readonly Uint8Array[];
}

/** The stretch of a list that a page holds. */
export interface Window {
  /** The first row in truth, from 0. */
  readonly from: number;
  readonly count: number;
  /** The first row as the envelope tells it, from 1; a cursor continues after the rows that it promises. */
  readonly startIndex: number;
  /** The number of the page, where pages have one. */
  readonly page?: number;
  /** Makes the cursor differ from every other one that leads to the same place. */
  readonly turn?: number;
}

/** A page of rows on its way out. */
export interface Page {
  readonly window: Window;
  readonly rows: readonly unknown[];
  /** Any row of the whole list. */
  readonly at: (row: number) => Row | undefined;
}

export type Envelope = Readonly<Record<string, unknown>>;

/** The fields of an answer on their way out, with or without rows. */
export interface Wrapped {
  readonly fields: Envelope;
  /** How many rows there are among the fields. */
  readonly rows: number;
}

/** How a service puts what every service has to say. */
export interface Voice {
  readonly headers: Readonly<Record<string, string>>;
  /** An answer that is not a success. */
  refusal(status: number, message: string): Answer;
  /** What is said to a credential that opens nothing. */
  tokenInvalid(): Answer;
}

/** A request, in as much as it decides which faults apply. */
export interface Addressed {
  readonly service: ServiceName;
  readonly path: string;
}

/** Picks the faults for the last of these requests, which came in this order. */
export function activeFaults(faults: readonly Fault[], requests: readonly Addressed[]): Active[] {
  const request = requests.at(-1);
  if (request === undefined) return [];
  return faults
    .filter((fault) => isMeant(fault, request))
    .map((fault) => ({ fault, n: requests.filter((one) => isMeant(fault, one)).length }))
    .filter(
      ({ fault: { nth }, n }) => nth === undefined || (typeof nth === 'number' ? nth === n : nth.includes(n)),
    );
}

function isMeant(fault: Fault, { service, path }: Addressed): boolean {
  return (
    (fault.service === undefined || fault.service === service) &&
    (fault.path === undefined || fault.path === path)
  );
}

/** What happens instead of an answer of the service, if a fault says so. The first such fault wins. */
export async function instead(
  active: readonly Active[],
  voice: Voice,
): Promise<Answer | 'never' | undefined> {
  for (const { fault, n } of active) {
    const answer = await insteadOf(fault, n, voice);
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

export function changeEnvelope(active: readonly Active[], fields: Envelope, rows = 0): Envelope {
  return fold<Wrapped, EnvelopeFault>(ENVELOPE, active, { fields, rows }).fields;
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
export function jsonAnswer(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = JSON_HEADERS,
): Answer {
  return { status, headers, body: [Buffer.from(JSON.stringify(body))] };
}

export const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' } as const;

// Stage 1

async function insteadOf(fault: Fault, n: number, voice: Voice): Promise<Answer | 'never' | undefined> {
  switch (fault.kind) {
    case 'answer':
      return canned(fault, voice);
    case 'answers':
      return nthAnswer(fault.answers, n, fault.forever === true, voice);
    case 'redirect':
      return canned({ status: fault.status ?? 302, headers: { location: fault.location } }, voice);
    case 'login-page':
      return canned({ headers: { 'content-type': 'text/html; charset=utf-8' }, body: LOGIN_PAGE }, voice);
    case 'token-invalid':
      return voice.tokenInvalid();
    case 'gzip-bomb':
      return gzipBomb(fault.mebibytes, voice);
    case 'never-answer':
      return 'never';
    default:
      return undefined;
  }
}

function canned(answer: Canned, voice: Voice): Answer {
  return {
    status: answer.status ?? 200,
    headers: answer.headers ?? voice.headers,
    body: answer.body === undefined ? [] : [Buffer.from(answer.body as Uint8Array)],
  };
}

function nthAnswer(
  answers: readonly Canned[],
  n: number,
  forever: boolean,
  voice: Voice,
): Answer | undefined {
  const answer = answers[n - 1] ?? (forever ? answers.at(-1) : undefined);
  return answer === undefined ? undefined : canned(answer, voice);
}

/** Valid JSON with very much white space, compressed piece by piece so that the server stays small. */
async function gzipBomb(mebibytes: number, voice: Voice): Promise<Answer> {
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
  return { status: 200, headers: { ...voice.headers, 'content-encoding': 'gzip' }, body };
}

// Stage 2

const WINDOW: Stage<Window, WindowFault> = {
  clamp: (window, { max, skips }) => {
    const count = Math.min(window.count, max);
    if (window.page === undefined || skips === true) return { ...window, count };
    const from = (window.page - 1) * count;
    return { ...window, count, from, startIndex: from + 1 };
  },
  'ignore-start-index': (window, { echo }) => {
    if (echo === true) return { ...window, from: 0 };
    return { ...window, from: 0, startIndex: 1, ...(window.page === undefined ? {} : { page: 1 }) };
  },
  'empty-page': (window, _, n) => ({ ...window, count: 0, turn: n }),
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

const ENVELOPE: Stage<Wrapped, EnvelopeFault> = {
  envelope: (wrapped, { set, without }) => ({ ...wrapped, fields: changed(wrapped.fields, set, without) }),
  meta: (wrapped, { set, without }) => withMeta(wrapped, (meta) => changed(meta, set, without)),
  cursor: (wrapped, { value }) =>
    'next' in wrapped.fields ? { ...wrapped, fields: { ...wrapped.fields, next: value } } : wrapped,
  'total-is-page-length': (wrapped) => withTotal(wrapped, wrapped.rows),
  totals: (wrapped, { values }, n) => withTotal(wrapped, values[n - 1] ?? values.at(-1)),
};

/** Puts the total where the service has one. */
function withTotal(wrapped: Wrapped, total: unknown): Wrapped {
  const { fields } = wrapped;
  if (typeof fields.meta === 'object') return withMeta(wrapped, (meta) => ({ ...meta, totalCount: total }));
  // StackOne counts nothing.
  return 'next' in fields ? wrapped : { ...wrapped, fields: { ...fields, totalResults: total } };
}

function withMeta(wrapped: Wrapped, change: (meta: Row) => Row): Wrapped {
  const { meta } = wrapped.fields;
  if (typeof meta !== 'object' || meta === null) return wrapped;
  return { ...wrapped, fields: { ...wrapped.fields, meta: change(meta as Row) } };
}

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
