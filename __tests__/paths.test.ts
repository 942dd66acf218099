import { join, resolve, sep } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { checkoutOf } from '../src/checkout.ts';
import { isOutside, shownPath } from '../src/paths.ts';
import { PolicyFile } from '../src/policy-file.ts';
import { workspace } from './scenarios/harness.ts';

describe('a relative path leads out', () => {
  test.each(['..', `..${sep}`, `..${sep}a`, `..${sep}..out`, resolve('/a')])('%j', (path) => {
    expect(isOutside(path)).toBe(true);
  });

  test.each(['', '.', 'a', '..a', '...', `..a${sep}b`, `a${sep}..b`])('not %j', (path) => {
    expect(isOutside(path)).toBe(false);
  });
});

test.each([
  ['out/r', 'out/r'],
  ['..out/r', '..out/r'],
  ['../out/r', resolve('/work/out/r')],
])('%s is shown as %s', (path, shown) => {
  expect(shownPath(resolve('/work/here'), resolve('/work/here', path))).toBe(shown.split(sep).join('/'));
});

test('a checkout in a directory whose name begins with two dots is one', () => {
  const cwd = workspace({ '..tenant/.git/HEAD': `${'a'.repeat(40)}\n`, '..tenant/policy.yml': '' });
  expect(checkoutOf('..tenant/policy.yml', cwd)).toMatchObject({
    prefix: '..tenant',
    commit: 'a'.repeat(40),
  });
});

test('a policy may be written to a directory of such a name', () => {
  const cwd = workspace();
  const target = { path: '..gov/policy.yml', workspace: cwd, allowOutside: false, overwrite: false };
  expect(PolicyFile.at(target).path).toBe(join(cwd, '..gov/policy.yml'));
  expect(() => PolicyFile.at({ ...target, path: '../gov/policy.yml' })).toThrow('outside of the repository');
});
