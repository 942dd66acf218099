import { expect, test } from '@jest/globals';
import { shortId } from '../../src/model/short-id.ts';
import { who } from '../../src/reporters/wording.ts';

test.each([
  ['5ecba01fb567a5d046582027', '5ecba01f…2027'],
  ['12345678901234', '12345678…1234'],
  ['1234567890123', '1234567890123'],
  ['short', 'short'],
])('shortens %s where that makes it shorter, in the same way everywhere', (id, shown) => {
  expect(shortId(id)).toBe(shown);
  expect(who({ id })).toBe(`user ${shown}`);
});
