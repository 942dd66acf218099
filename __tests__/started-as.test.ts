import { describe, expect, test } from '@jest/globals';
import { shellWord } from '../src/model/shell-word.ts';
import { startedAs } from '../src/started-as.ts';

describe('startedAs', () => {
  test.each([
    ['/home/jo/clone/dist/index.js', '/home/jo/clone', 'node dist/index.js'],
    ['/home/jo/clone/dist/index.js', '/home/jo/policy', 'node ../clone/dist/index.js'],
    ["/home/jo/Jo's clone/dist/index.js", '/home/jo', `node 'Jo'\\''s clone/dist/index.js'`],
    ['/usr/local/bin/leapsome-access-policy', '/home/jo', 'leapsome-access-policy'],
    [undefined, '/home/jo', 'leapsome-access-policy'],
  ])('says of %s in %s how to start it again', (script, directory, command) => {
    expect(startedAs(script, directory)).toBe(command);
  });
});

test('a word of a shell stays one', () => {
  expect(['a/b.yml', 'a b', "it's", ''].map(shellWord)).toEqual(['a/b.yml', "'a b'", `'it'\\''s'`, "''"]);
});
