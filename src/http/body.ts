import { isUtf8 } from 'node:buffer';
import { FaultError } from './fault.ts';

/** An answer's bytes as they come from the socket, and what its headers say of them. */
export interface RawBody {
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly encoding: string | undefined;
  /** `Content-Length`, as sent. */
  readonly declaredLength: string | undefined;
}

const FIRST_SIZE = 64 * 1024;
/** Beyond this many bytes answers take turns; a page of five thousand people has two thirds of it. */
const LARGE = 12 * 1024 ** 2;

/** The time that an answer has: it stands still while the answer waits for others. */
export interface Countdown {
  stop(): void;
  start(): void;
}

/** Reads a body to its end and undoes its compression; neither form may exceed `limit` bytes. */
export async function readBody(body: RawBody, limit: number, time?: Countdown): Promise<Buffer> {
  const encoding = body.encoding?.trim().toLowerCase() ?? '';
  if (Number(body.declaredLength) > limit) throw new FaultError({ kind: 'too-large', limit });
  const declared = Number(body.declaredLength ?? Number.NaN);
  const bytes = await collect(
    inTurn(body.chunks, time),
    Number.isSafeInteger(declared) ? declared : undefined,
    limit,
  );
  if (encoding === '' || encoding === 'identity' || bytes.length === 0) return bytes;
  return inflate(bytes, encoding, limit);
}

async function collect(
  chunks: AsyncIterable<Uint8Array>,
  expected: number | undefined,
  limit: number,
): Promise<Buffer> {
  // One buffer that is filled as chunks arrive: a list to be joined at the end would hold every large answer twice.
  let buffer: Buffer = Buffer.allocUnsafeSlow(Math.min(expected ?? FIRST_SIZE, limit));
  let size = 0;
  for await (const chunk of chunks) {
    if (size + chunk.length > limit) throw new FaultError({ kind: 'too-large', limit });
    if (size + chunk.length > buffer.length) buffer = grown(buffer, size, size + chunk.length, limit);
    buffer.set(chunk, size);
    size += chunk.length;
  }
  return buffer.subarray(0, size);
}

function grown(buffer: Buffer, used: number, needed: number, limit: number): Buffer {
  // What is large gets all that it may have, once: the system hands memory out only as it is written to.
  const size = needed > LARGE ? limit : Math.min(limit, Math.max(needed, buffer.length * 2));
  const larger = Buffer.allocUnsafeSlow(size);
  buffer.copy(larger, 0, 0, used);
  // Gives it back at once: the collector lets many MiB outside of its own heap wait.
  (buffer.buffer as ArrayBuffer).transfer(0);
  return larger;
}

/** Lets go on with one large answer at a time: requests run side by side, and several without an end would add up. */
async function* inTurn(
  chunks: AsyncIterable<Uint8Array>,
  time: Countdown | undefined,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  let endTurn: (() => void) | undefined;
  try {
    for await (const chunk of chunks) {
      size += chunk.length;
      if (size > LARGE) endTurn ??= await takeTurn(time);
      yield chunk;
    }
  } finally {
    endTurn?.();
  }
}

let lastTurn: Promise<void> = Promise.resolve();

/** Waits for those who came before; what it gives must be called for the next to go on. */
async function takeTurn(time: Countdown | undefined): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const before = lastTurn;
  lastTurn = promise;
  time?.stop();
  // Each of them has a time of its own, which ends with that of the run.
  await before;
  time?.start();
  return resolve;
}

type Unpack = (
  bytes: Buffer,
  options: { maxOutputLength: number },
  done: (error: NodeJS.ErrnoException | null, plain: Buffer) => void,
) => void;

async function inflate(bytes: Buffer, encoding: string, limit: number): Promise<Buffer> {
  const { brotliDecompress, unzip } = await import('node:zlib');
  const tools = new Map<string, Unpack>([
    ['br', brotliDecompress],
    ['gzip', unzip],
    ['x-gzip', unzip],
    ['deflate', unzip],
  ]);
  const unpack = tools.get(encoding);
  if (unpack === undefined) throw new FaultError({ kind: 'unreadable', what: 'compression' });
  return new Promise((resolve, reject) => {
    unpack(bytes, { maxOutputLength: limit }, (error, plain) => {
      if (error === null) resolve(plain);
      else if (error.code === 'ERR_BUFFER_TOO_LARGE') reject(new FaultError({ kind: 'too-large', limit }));
      else reject(new FaultError({ kind: 'cut', where: 'compression' }));
    });
  });
}

/** Parses a body as JSON. What was in it never leaves, not even in part: V8's own messages quote the text. */
export function parseJson(bytes: Buffer): unknown {
  const text = decode(bytes);
  try {
    return JSON.parse(text);
  } catch {
    throw new FaultError(whyNotJson(text));
  }
}

function whyNotJson(text: string): FaultError['fault'] {
  const first = /\S/.exec(text)?.[0];
  if (first === undefined) return { kind: 'unreadable', what: 'empty' };
  if (first === '<') return { kind: 'unreadable', what: 'html' };
  // It began as JSON does: more likely cut short than meant so.
  if (first === '{' || first === '[') return { kind: 'cut', where: 'text' };
  return { kind: 'unreadable', what: 'not-json' };
}

/** UTF-8 and nothing else (RFC 8259 §8.1); a byte-order mark is ignored, as the same section allows. */
function decode(bytes: Buffer): string {
  const text = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
  if (text.length > 1 && (text[0] === 0 || text[1] === 0)) {
    throw new FaultError({ kind: 'unreadable', what: 'encoding' });
  }
  if (isUtf8(text)) return text.toString('utf8');
  throw new FaultError(
    isCutUtf8(text) ? { kind: 'cut', where: 'text' } : { kind: 'unreadable', what: 'encoding' },
  );
}

/** Right but for a last character that is not all there. */
function isCutUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
