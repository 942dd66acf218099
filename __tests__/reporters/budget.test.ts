import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bytes, fitInto } from '../../src/reporters/budget.ts';

const section = (rows: readonly string[]) => ({
  head: 'head\n',
  rows,
  total: rows.length,
  foot: 'foot\n',
  cut: (left: number) => `${left} more\n`,
});

describe('fitting a section', () => {
  test('keeps whole rows and says how many are left', () => {
    const rows = ['one\n', 'two\n', 'three\n'];
    expect(fitInto(section(rows), 100)).toEqual({ text: 'head\none\ntwo\nthree\nfoot\n', left: 0 });
    expect(fitInto(section(rows), 25)).toEqual({ text: 'head\none\ntwo\n1 more\nfoot\n', left: 1 });
    expect(fitInto(section(rows), 20)).toEqual({ text: '', left: 3 });
  });

  test('counts bytes, not characters, and never exceeds them', () => {
    expect(bytes('界')).toBe(3);
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a\n', '界\n', '😀😀\n')), fc.nat(80), (rows, budget) => {
        const { text, left } = fitInto(section(rows), budget);
        expect(bytes(text)).toBeLessThanOrEqual(budget);
        if (text !== '') expect(text.split('\n').length).toBe(rows.length - left + (left > 0 ? 4 : 3));
      }),
    );
  });

  test('stops reading rows when it is full', () => {
    function* endless(): Iterable<string> {
      for (;;) yield 'row\n';
    }
    expect(fitInto({ ...section([]), rows: endless(), total: 1e9 }, 100).text).toMatch(/ more\nfoot\n$/);
  });
});
