import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { shellPattern } from '../../src/model/shell-word.ts';

describe('a word for a shell', () => {
  test.each([
    'access/reviews/2026-11-01/payroll.yml',
    '$(touch pwned).yml',
    '`id`; "x" && y',
    "jo's",
    '-x # *',
    'ä b',
    '',
  ])('says %j to a program, and nothing to the shell', (text) => {
    const { stdout } = spawnSync('sh', ['-c', `printf %s ${shellPattern(text)}`], { encoding: 'utf8' });
    expect(stdout).toBe(text);
  });

  test('stays on one line, with a star for what cannot be typed', () => {
    expect(shellPattern('a\n- everyone\r\u2028\u202e.yml')).toBe("'a*- everyone*.yml'");
  });
});
