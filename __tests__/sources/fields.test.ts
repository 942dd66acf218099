import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FieldError, optionalDate } from '../../src/sources/fields.ts';

/** A day, or `refused`. */
function read(text: string): string | undefined {
  try {
    return optionalDate(text, 'day');
  } catch (error) {
    if (error instanceof FieldError) return 'refused';
    throw error;
  }
}

test('a day is one that the calendar has, in any year', () => {
  const number = (max: number, digits: number) =>
    fc.integer({ min: 0, max }).map((value) => `${value}`.padStart(digits, '0'));
  fc.assert(
    fc.property(number(9999, 4), number(13, 2), number(32, 2), (year, month, day) => {
      const text = `${year}-${month}-${day}`;
      const at = new Date(`${text}T00:00:00Z`);
      const exists = !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
      expect(read(text)).toBe(exists ? text : 'refused');
    }),
    { numRuns: 5000 },
  );
});

test.each([
  ['2024-02-29', '2024-02-29'],
  ['2023-02-29', 'refused'],
  ['1900-02-29', 'refused'],
  ['2000-02-29', '2000-02-29'],
  ['2026-04-31', 'refused'],
  ['2026-12-31T23:59:59Z', '2026-12-31'],
  ['2026-12-31x', 'refused'],
])('%s is read as %s', (text, expected) => {
  expect(read(text)).toBe(expected);
});
