import { expect, test } from '@jest/globals';
import { addedLines } from '../src/changed-lines.ts';

test('added lines are counted in the new version, hunk by hunk', () => {
  const patch = [
    '@@ -1,3 +1,4 @@ groups:',
    ' one',
    '-two',
    '+zwei',
    '+drei',
    ' four',
    '@@ -20 +21,2 @@',
    '+late',
    ' same',
    '\\ No newline at end of file',
  ].join('\n');
  expect([...addedLines(patch)]).toEqual([2, 3, 21]);
});

test('a file without a patch has no changed lines', () => {
  expect(addedLines('').size).toBe(0);
});
