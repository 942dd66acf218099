import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { inChunks, jsonPieces } from '../../src/reporters/chunks.ts';

/** A JSON value, and the same with some of its lists made while they are written. */
const withListings = fc
  .jsonValue({ maxDepth: 4 })
  .chain((value) => fc.infiniteStream(fc.boolean()).map((coin) => [value, listed(value, coin)] as const));

function listed(value: unknown, coin: Iterator<boolean>): unknown {
  if (Array.isArray(value)) {
    const list = value.map((element) => listed(element, coin));
    return coin.next().value ? () => list : list;
  }
  if (typeof value !== 'object' || value === null) return value;
  // Not fromEntries of a plain object: a key may be `__proto__`.
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, listed(member, coin)]));
}

describe('a JSON document that is made while it is written', () => {
  test('is the document with its lists in place', () => {
    fc.assert(
      fc.property(withListings, ([value, lazy]) => {
        expect(JSON.parse([...jsonPieces(lazy)].join(''))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('has each element of a list on a line of its own, and leaves out what is undefined', () => {
    const value = { a: 1, none: undefined, list: () => [{ x: [1] }, 'y'], empty: () => [] };
    expect([...jsonPieces(value)].join('')).toBe(
      '{\n  "a": 1,\n  "list": [\n    {"x":[1]},\n    "y"\n  ],\n  "empty": []\n}\n',
    );
  });

  test('holds no half of a surrogate pair, which strict readers refuse', () => {
    const text = [...jsonPieces({ list: () => [{ bad: 'a\ud800b', fine: '\\ud800 👩‍👧' }] })].join('');
    expect(text).toContain('"bad":"a\ufffdb"');
    expect(text).toContain('"fine":"\\\\ud800 👩‍👧"');
  });

  test('comes in chunks of bounded size', () => {
    const chunks = [...inChunks(jsonPieces(() => Array.from({ length: 40_000 }, (_, id) => ({ id }))))];
    expect(chunks.length).toBeGreaterThan(5);
    expect(Math.max(...chunks.map((chunk) => chunk.length))).toBeLessThan(70_000);
    expect(JSON.parse(chunks.join(''))).toHaveLength(40_000);
  });
});
