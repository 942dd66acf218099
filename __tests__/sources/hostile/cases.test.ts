import { existsSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { SOURCE_NAMES } from '../../../src/model/facts.ts';
import { BODIES } from './bodies.ts';
import { CASES, type Case, ELSEWHERE } from './cases.ts';
import { CREDENTIALS } from './credentials.ts';
import { PAGING } from './paging.ts';
import { REDIRECTS_AND_CONNECTIONS } from './redirects.ts';
import type { Row } from './row.ts';
import { SHAPES } from './shapes.ts';
import { SLOW } from './slow.ts';
import { STATUSES } from './statuses.ts';

const ROWS: readonly Row[] = [
  ...[PAGING, SHAPES, CREDENTIALS, STATUSES, BODIES, SLOW, REDIRECTS_AND_CONNECTIONS].flat(),
];
const NUMBERS = Object.keys(CASES).map(Number) as Case[];

describe('every case', () => {
  test('from the first to the last has its number', () => {
    expect(NUMBERS).toEqual(Array.from({ length: 28 }, (_, index) => index + 1));
  });

  test.each(NUMBERS.flatMap((number) => SOURCE_NAMES.map((source) => [number, source] as const)))(
    '%i is tried out with %s, or there is a reason why not',
    (number, source) => {
      const rows = ROWS.filter((row) => row.case === number);
      const reasons = rows.flatMap(({ except }) => except?.[source] ?? []);
      const isTried = rows.length > reasons.length;
      const isExcused = ELSEWHERE[number] !== undefined || reasons.length > 0;
      expect({ isCovered: isTried || isExcused }).toEqual({ isCovered: true });
    },
  );

  test('that no source can meet is tested elsewhere', () => {
    for (const { reason, test: file } of Object.values(ELSEWHERE)) {
      expect(reason.length).toBeGreaterThan(20);
      expect(existsSync(new URL(file, import.meta.url))).toBe(true);
    }
  });
});

describe('every row', () => {
  test('is another one', () => {
    const titles = ROWS.map((row) => `${row.case} ${row.name} ${Object.keys(row.except ?? {})}`);
    expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
  });

  test('is for some source, and says why it is not for another', () => {
    for (const { except = {} } of ROWS) {
      expect(Object.keys(except).length).toBeLessThan(SOURCE_NAMES.length);
      for (const reason of Object.values(except)) expect(reason.split(' ').length).toBeGreaterThan(2);
    }
  });
});
