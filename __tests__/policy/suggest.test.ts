import { expect, test } from '@jest/globals';
import { didYouMean, suggest } from '../../src/policy/suggest.ts';

test.each([
  ['memebers', ['members', 'name'], 'members'],
  ['payroll admins', ['Payroll Admins', 'Payroll'], 'Payroll Admins'],
  ['Payroll  Admins', ['Payroll Admins'], 'Payroll Admins'],
  ['at_least', ['at-least', 'at-most'], 'at-least'],
  ['Ｐayroll', ['Payroll'], 'Payroll'],
  ['zebra', ['members', 'name'], undefined],
  ['', ['members'], undefined],
  ['members', [], undefined],
])('%j among %j suggests %j', (word, candidates, expected) => {
  expect(suggest(word, candidates)).toBe(expected);
});

test('a suggestion is a question, and none is nothing', () => {
  expect(didYouMean('Payrol', ['Payroll'])).toBe(' Did you mean "Payroll"?');
  expect(didYouMean('zebra', ['Payroll'])).toBe('');
});
