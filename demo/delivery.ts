import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { type Active, type Answer, encoded, find } from './fault-effects.ts';

/**
 * Sends an answer, as badly as the faults say. Resolves when nothing is left to do, and early when `signal` aborts or the
 * client has gone; it never rejects.
 */
export async function deliver(
  response: ServerResponse,
  answer: Answer,
  active: readonly Active[],
  signal: AbortSignal,
): Promise<void> {
  try {
    const delay = find(active, 'delay');
    if (delay !== undefined) await pause(delay.ms, undefined, { signal });
    await send(response, answer, active, signal);
  } catch {
    // The stand-in is closing, or the client hung up in the middle: neither is the server's failure.
    response.destroy();
  }
}

async function send(
  response: ServerResponse,
  answer: Answer,
  active: readonly Active[],
  signal: AbortSignal,
): Promise<void> {
  const reset = find(active, 'reset');
  const cut = find(active, 'cut');
  const drip = find(active, 'drip');
  if (reset !== undefined) return resetAfter(response, answer, reset.after);
  if (cut !== undefined) return cutAfter(response, answer, cut.after, cut.framing);
  if (drip !== undefined) return dripOut(response, answer, drip.bytes ?? 1, drip.everyMs, signal);
  const wrong = find(active, 'wrong-length');
  if (wrong !== undefined) return claimLength(response, answer, length(answer) + wrong.by);
  return plainly(response, answer);
}

function plainly(response: ServerResponse, answer: Answer): void {
  const bodiless = answer.status === 204 || answer.status === 304;
  response.writeHead(answer.status, {
    ...answer.headers,
    ...(bodiless ? {} : { 'content-length': length(answer) }),
  });
  for (const part of bodiless ? [] : answer.body) response.write(part);
  response.end();
}

async function resetAfter(
  response: ServerResponse,
  answer: Answer,
  after: number | undefined,
): Promise<void> {
  const { socket } = response;
  if (after !== undefined) {
    response.writeHead(answer.status, { ...answer.headers, 'content-length': length(answer) });
    await flushed(response, Buffer.concat(answer.body).subarray(0, after));
    // A reset overtakes what the client has not read yet: leave it a moment, so that the bytes count.
    await pause(20);
  }
  socket?.resetAndDestroy();
}

async function cutAfter(
  response: ServerResponse,
  answer: Answer,
  after: number,
  framing: 'content-length' | 'chunked' | 'gzip' | 'close' | 'none',
): Promise<void> {
  const source = framing === 'gzip' ? encoded(answer, 'gzip') : answer;
  const body = Buffer.concat(source.body).subarray(0, after);
  if (framing === 'gzip' || framing === 'none') return plainly(response, { ...source, body: [body] });
  if (framing === 'content-length') return claim(response, source, length(source), body);
  // Without a length, Node sends chunks, or marks the end of the body by the end of the connection.
  response.useChunkedEncodingByDefault = framing === 'chunked';
  if (framing === 'close') response.shouldKeepAlive = false;
  response.writeHead(source.status, { ...source.headers });
  await flushed(response, body);
  response.socket?.destroySoon();
}

function claimLength(response: ServerResponse, answer: Answer, claimed: number): Promise<void> {
  return claim(response, answer, claimed, Buffer.concat(answer.body));
}

/** Announces one length, sends another, and hangs up. */
async function claim(response: ServerResponse, answer: Answer, claimed: number, body: Buffer): Promise<void> {
  response.writeHead(answer.status, { ...answer.headers, 'content-length': claimed });
  await flushed(response, body);
  response.socket?.destroySoon();
}

async function dripOut(
  response: ServerResponse,
  answer: Answer,
  bytes: number,
  everyMs: number,
  signal: AbortSignal,
): Promise<void> {
  const body = Buffer.concat(answer.body);
  response.writeHead(answer.status, { ...answer.headers, 'content-length': body.length });
  response.flushHeaders();
  for (let sent = 0; sent < body.length && !response.destroyed; sent += bytes) {
    await pause(everyMs, undefined, { signal });
    response.write(body.subarray(sent, sent + bytes));
  }
  response.end();
}

/** Hands bytes to the system. Headers alone are flushed, too. */
function flushed(response: ServerResponse, body: Buffer): Promise<void> {
  if (body.length === 0) {
    response.flushHeaders();
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    response.write(body, () => resolve());
  });
}

function length(answer: Answer): number {
  return answer.body.reduce((sum, part) => sum + part.length, 0);
}
