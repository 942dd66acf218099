const CHUNK_LENGTH = 64 * 1024;
const INDENT = 2;

/** Joins small pieces to chunks of bounded size, so that writing half a million findings neither stutters nor fills the memory. */
export function* inChunks(pieces: Iterable<string>): Iterable<string> {
  let chunk = '';
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < CHUNK_LENGTH) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

/** A list of a JSON document that is made while it is written: a function, as JSON itself knows none. */
export type Listing = () => Iterable<unknown>;

/**
 * The pieces of a JSON document that may hold listings at any depth, with a line end. What holds one is indented; what
 * holds none takes one line, so that every element of a long list can be found, compared and cut out by its line.
 */
export function* jsonPieces(value: unknown): Iterable<string> {
  yield* pieces(value, 0);
  yield '\n';
}

function* pieces(value: unknown, depth: number): Iterable<string> {
  if (!isOpen(value)) {
    yield wellFormed(value);
  } else if (typeof value === 'function') {
    yield* bracketed('[', elements((value as Listing)(), depth), ']', depth);
  } else if (Array.isArray(value)) {
    yield* bracketed('[', elements(value, depth), ']', depth);
  } else {
    yield* bracketed('{', members(value as object, depth), '}', depth);
  }
}

/** JSON without lone halves of surrogate pairs: JSON knows how to write them, and many readers refuse them. */
function wellFormed(value: unknown): string {
  const json = JSON.stringify(value) ?? 'null';
  if (!/\\ud[89a-f]/.test(json)) return json;
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'string' ? part.toWellFormed() : part));
}

function* elements(list: Iterable<unknown>, depth: number): Iterable<Iterable<string>> {
  for (const element of list) yield pieces(element, depth + 1);
}

function* members(value: object, depth: number): Iterable<Iterable<string>> {
  for (const [key, member] of Object.entries(value)) {
    if (member !== undefined) yield keyed(key, pieces(member, depth + 1));
  }
}

function* keyed(key: string, value: Iterable<string>): Iterable<string> {
  yield `${JSON.stringify(key)}: `;
  yield* value;
}

function* bracketed(
  open: string,
  parts: Iterable<Iterable<string>>,
  close: string,
  depth: number,
): Iterable<string> {
  yield open;
  let before = `\n${' '.repeat(INDENT * (depth + 1))}`;
  let after = '';
  for (const part of parts) {
    yield before;
    yield* part;
    before = `,\n${' '.repeat(INDENT * (depth + 1))}`;
    after = `\n${' '.repeat(INDENT * depth)}`;
  }
  yield `${after}${close}`;
}

function isOpen(value: unknown): boolean {
  if (typeof value === 'function') return true;
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(isOpen);
}
