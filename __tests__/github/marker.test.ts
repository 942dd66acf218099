import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { firstDayOf, firstDays, packed, unpacked } from '../../src/github/ages.ts';
import {
  isLater,
  keyOf,
  marker,
  NO_TURN,
  readMarker,
  turnIn,
  turnOf,
  withoutMarker,
} from '../../src/github/marker.ts';
import { drift, finding, nasty } from '../reporters/sample.ts';

const KEY = keyOf('policy.yml');

describe('the marker', () => {
  test('gives back what it was given, whatever that is, and the text below it', () => {
    fc.assert(
      fc.property(nasty, nasty, (said, text) => {
        const whole = `${marker('comment', KEY, { said })}${text}`;
        expect(readMarker('comment', KEY, whole)).toEqual({ said: JSON.parse(JSON.stringify(said)) });
        expect(withoutMarker(whole)).toBe(text);
        expect(whole.split('\n')[0]).toMatch(/^<!-- [^<>]* -->$/);
      }),
    );
  });

  test('is that of its kind and its policy alone, and stands first', () => {
    const text = marker('comment', KEY, {});
    expect(readMarker('comment', KEY, text)).toEqual({});
    expect(readMarker('issue', KEY, text)).toBeUndefined();
    expect(readMarker('comment', keyOf('other.yml'), text)).toBeUndefined();
    expect(readMarker('comment', KEY, ` ${text}`)).toBeUndefined();
    expect(readMarker('comment', KEY, undefined)).toBeUndefined();
  });

  test.each(['{"turn":', 'null', '7', ''])('is still one when somebody made it %j', (json) => {
    expect(readMarker('comment', KEY, marker('comment', KEY, {}).replace('{}', json))).toEqual({});
  });
});

test('a later run is one with a higher number, then attempt, then a later start', () => {
  const turn = turnOf({ GITHUB_RUN_ID: '12', GITHUB_RUN_ATTEMPT: '2' }, '2026-11-22T10:00:00.000Z');
  expect(turn).toEqual({ run: 12, attempt: 2, startedAt: '2026-11-22T10:00:00.000Z' });
  expect(isLater({ ...turn, run: 100, attempt: 1 }, turn)).toBe(true);
  expect(isLater({ ...turn, attempt: 10 }, turn)).toBe(true);
  expect(isLater({ ...turn, startedAt: '2026-11-22T10:00:00.001Z' }, turn)).toBe(true);
  expect(isLater(turn, turn)).toBe(false);
  expect(isLater(NO_TURN, turn)).toBe(false);
  expect(turnIn({ turn })).toEqual(turn);
  for (const odd of [undefined, null, 'x', { run: 'x' }]) expect(turnIn({ turn: odd })).toEqual(NO_TURN);
  expect(turnOf({ GITHUB_RUN_ID: 'x' }, '').run).toBe(0);
});

describe('first days', () => {
  const known = finding();
  const fresh = finding({ fingerprint: 'cd'.repeat(32) });

  test('are the earliest that anybody tells', () => {
    const report = drift([{ ...known, firstSeen: '2026-09-20' }, fresh]);
    const days = firstDays(report, unpacked({ '2026-09-10': known.fingerprint.slice(0, 12) }));
    expect(firstDayOf(days, known)).toBe('2026-09-10');
    expect(firstDayOf(days, fresh)).toBe('2026-10-01');
    expect(firstDayOf(firstDays(report, new Map()), known)).toBe('2026-09-20');
  });

  test('survive the marker, and nothing else does', () => {
    const days = firstDays(drift([known, fresh]), new Map([[known.fingerprint.slice(0, 12), '2026-09-10']]));
    expect(unpacked(JSON.parse(JSON.stringify(packed(days))))).toEqual(days);
    for (const odd of [undefined, null, 'x', 7, { '<b>': 'ab'.repeat(6) }, { '2026-09-10': 7 }])
      expect([...unpacked(odd)]).toEqual([]);
  });

  test('of ten thousand findings do not fill the issue', () => {
    const many = Array.from({ length: 10_000 }, (_, index) =>
      finding({ fingerprint: index.toString(16).padStart(12, '0').padEnd(64, '0') }),
    );
    const days = packed(firstDays(drift(many), new Map()));
    expect(JSON.stringify(days).length).toBeLessThan(20_000);
    expect(firstDayOf(unpacked(days), many[0]!)).toBe('2026-10-01');
  });
});
