import { expect, test } from '@jest/globals';
import { count, counted, cut, linesOf, more, who } from '../../src/reporters/wording.ts';

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
