import { expect, test } from '@jest/globals';
import { oneLine } from '../../src/model/one-line.ts';
import { visible } from '../../src/reporters/escape.ts';

test.each([
  ['Fin\n✔ In sync.', 'Fin\\n✔ In sync.'],
  ['a\r\nb\vc\fd', 'a\\r\\nb\\u000bc\\u000cd'],
  ['a\u0085b\u2028c\u2029d', 'a\\u0085b\\u2028c\\u2029d'],
  ['Müller\tund "Söhne"', 'Müller\tund "Söhne"'],
])('%j', (text, shown) => {
  expect(oneLine(text)).toBe(shown);
  // As everywhere else.
  expect(visible(oneLine(text))).toBe(visible(text));
});
