import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { readBody } from '../../src/http/body.ts';

const MIB = 1024 ** 2;
const LIMIT = 64 * MIB;
/** The part of a large answer that is read while it has the turn, and others stand. */
const GATE = 20;

/** A body of so many MiB, each of which holds its number, that tells how far it was read. */
function bodyOf(mebibytes: number, before: (mebibyte: number) => Promise<void> | void = () => {}) {
  const read = { mebibytes: 0 };
  async function* chunks() {
    for (let number = 0; number < mebibytes; number += 1) {
      await before(number);
      read.mebibytes += 1;
      yield Buffer.alloc(MIB, number);
    }
  }
  return { read, body: { chunks: chunks(), encoding: undefined, declaredLength: undefined } };
}

/** As long as it takes until nothing more happens by itself. */
async function standstill(read: { mebibytes: number }): Promise<number> {
  let before = -1;
  for (let same = 0; same < 10; same += 1) {
    if (read.mebibytes !== before) same = 0;
    before = read.mebibytes;
    await setImmediate();
  }
  return before;
}

function isWhole(bytes: Buffer, mebibytes: number): void {
  expect(bytes.length).toBe(mebibytes * MIB);
  for (let number = 0; number < mebibytes; number += 1) {
    expect(bytes.subarray(number * MIB, (number + 1) * MIB).equals(Buffer.alloc(MIB, number))).toBe(true);
  }
}

test('of two large answers one waits, half read, until the other is there', async () => {
  const gate = Promise.withResolvers<void>();
  const first = bodyOf(24, (mebibyte) => (mebibyte === GATE ? gate.promise : undefined));
  const second = bodyOf(24);
  const both = [readBody(first.body, LIMIT), readBody(second.body, LIMIT)] as const;
  expect(await standstill(first.read)).toBe(GATE);
  expect(await standstill(second.read)).toBeLessThan(GATE);

  gate.resolve();
  isWhole(await both[0], 24);
  isWhole(await both[1], 24);
});

test('the time of an answer stands still while it waits', async () => {
  const gate = Promise.withResolvers<void>();
  const first = bodyOf(24, (mebibyte) => (mebibyte === GATE ? gate.promise : undefined));
  const second = bodyOf(24);
  const reading = readBody(first.body, LIMIT);
  await standstill(first.read);

  const said: string[] = [];
  const time = { stop: () => said.push('stop'), start: () => said.push('start') };
  const waiting = readBody(second.body, LIMIT, time);
  await standstill(second.read);
  expect(said).toEqual(['stop']);

  gate.resolve();
  await Promise.all([reading, waiting]);
  expect(said).toEqual(['stop', 'start']);
});

test('a small answer waits for no large one', async () => {
  const gate = Promise.withResolvers<void>();
  const large = bodyOf(24, (mebibyte) => (mebibyte === GATE ? gate.promise : undefined));
  const reading = readBody(large.body, LIMIT);
  expect(await standstill(large.read)).toBe(GATE);
  isWhole(await readBody(bodyOf(6).body, LIMIT), 6);

  gate.resolve();
  isWhole(await reading, 24);
});

test.each([
  [
    'breaks off',
    () => bodyOf(24, (mebibyte) => (mebibyte === GATE ? Promise.reject(new Error('gone')) : undefined)),
  ],
  ['is too large', () => bodyOf(80)],
])('a large answer that %s lets the next go on', async (_what, make) => {
  const failing = readBody(make().body, LIMIT);
  const next = readBody(bodyOf(24).body, LIMIT);
  await expect(failing).rejects.toThrow();
  isWhole(await next, 24);
});

test('an answer may be as large as the limit, and no byte larger', async () => {
  isWhole(await readBody(bodyOf(64).body, LIMIT), 64);
  await expect(readBody(bodyOf(64).body, LIMIT - 1)).rejects.toMatchObject({ fault: { kind: 'too-large' } });
});
