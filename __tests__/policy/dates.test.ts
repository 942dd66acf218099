import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dayEnd, dayOf, dayStart, days } from '../../src/policy/dates.ts';

test.each([
  ['2026-02-28', Date.UTC(2026, 1, 28)],
  ['2024-02-29', Date.UTC(2024, 1, 29)],
  ['2026-02-29', undefined],
  ['2026-13-01', undefined],
  ['2026-00-10', undefined],
  ['2026-1-1', undefined],
  ['2026-01-01T00:00:00Z', undefined],
  ['+002026-01-01', undefined],
  ['', undefined],
])('%j starts at %j', (text, expected) => {
  expect(dayStart(text)).toBe(expected);
});

test('a day of the calendar begins where the one before it ends', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date('0001-01-02'), max: new Date('9999-12-30'), noInvalidDate: true }),
      (date) => {
        const day = dayOf(date.getTime());
        expect(dayStart(day)).toBeLessThanOrEqual(date.getTime());
        expect(dayEnd(day)).toBeGreaterThan(date.getTime());
        expect(dayOf(dayEnd(day)!)).not.toBe(day);
      },
    ),
  );
});

test.each([
  ['3d', 3],
  ['2w', 14],
  ['0d', 0],
  ['3', undefined],
  ['-3d', undefined],
  ['3.5d', undefined],
  ['3m', undefined],
])('%j is %j days', (text, expected) => {
  expect(days(text)).toBe(expected);
});
