import { expect, test } from '@jest/globals';
import {
  count,
  counted,
  cut,
  linesOf,
  momentInWords,
  more,
  tallies,
  verdict,
  who,
} from '../../src/reporters/wording.ts';
import { report, source } from './sample.ts';

test('numbers are grouped the same everywhere', () => {
  expect([0, 999, 1000, 3120, 1234567].map(count)).toEqual(['0', '999', '1,000', '3,120', '1,234,567']);
  expect(counted(1, 'group')).toBe('1 group');
  expect(counted(0, 'group')).toBe('0 groups');
  expect(more(1, 'finding')).toBe('1 more finding, see report.json');
});

test('a cut text has the length that was asked for, and no half characters', () => {
  expect(cut('abcdef', 6)).toBe('abcdef');
  expect(cut('abcdefg', 6)).toBe('abcde…');
  expect(cut('abcd😀g', 6)).toBe('abcd…');
});

test('a masked person is a shortened id', () => {
  expect(who({ id: '5ecba01fb567a5d046582027' })).toBe('user 5ecba01f…2027');
  expect(who({ id: 'short' })).toBe('user short');
  expect(who({ id: 'x', email: 'a@b.example' })).toBe('a@b.example');
});

test('line ends of Windows are line ends', () => {
  expect(linesOf('a\r\nb\nc\rd')).toEqual(['a', 'b', 'c\rd']);
});

test('a moment is readable, and what is none stays as it is', () => {
  expect(momentInWords('2026-11-22T08:15:30.250Z')).toBe('2026-11-22 08:15:30 UTC');
  expect(momentInWords('2026-11-22T08:15:30Z')).toBe('2026-11-22 08:15:30 UTC');
  expect(momentInWords('some day')).toBe('some day');
});

test('of a source that could not be read, no number is told', () => {
  const none = { users: 0, groups: 0 };
  const unread = { complete: false, pages: none, reported: none, received: none, unique: none };
  expect(tallies(source(unread), 'users')).toBe('– / – / –');
  expect(tallies(source({ ...unread, pages: { users: 1, groups: 1 } }), 'users')).toBe('0 / 0 / 0');
  expect(tallies(source({ ...unread, complete: true }), 'users')).toBe('0 / 0 / 0');
  expect(tallies(source(unread), 'roles')).toBe('–');
});

test.each([
  [1, 'Look at it when there is time.'],
  [2, 'Look at them when there is time.'],
])('of %p light findings: %s', (notice, next) => {
  const counts = { error: 0, warning: 0, notice, excepted: 5 };
  expect(verdict(report({ counts }), String).next).toBe(next);
});
