import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { unifiedDiff } from '../../src/edit/diff.ts';
import { workspace } from '../scenarios/harness.ts';

const BEFORE = 'version: 1\ngroups:\n  - name: Payroll\n    members: []\n';
const AFTER = 'version: 1\ngroups:\n  - name: Payroll\n    members: [jo@example.com]\n';

describe.each([
  ['git apply', 'git', ['apply', '--whitespace=nowarn', 'it.diff']],
  ['patch -p1', 'patch', ['-p1', '--input=it.diff']],
])('%s', (_, program, args) => {
  // A machine may have git alone.
  const isThere = spawnSync(program, ['--version']).status === 0;
  (isThere ? test : test.skip).each([
    'policy.yml',
    'access policy.yml',
    'in a folder/of  many blanks.yml',
    ' at the beginning.yml',
    'Zugänge für alle.yml',
    'a "quoted" one.yml',
    '--- a/like a header.yml',
  ])('takes the change of %j', (name) => {
    const cwd = workspace();
    const path = join(cwd, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, BEFORE);
    writeFileSync(
      join(cwd, 'it.diff'),
      unifiedDiff([
        { path: name, before: BEFORE, after: AFTER },
        { path: `${name}.too`, before: BEFORE, after: AFTER },
      ]),
    );
    writeFileSync(`${path}.too`, BEFORE);
    execFileSync(program, args, { cwd, stdio: 'pipe' });
    expect([path, `${path}.too`].map((file) => readFileSync(file, 'utf8'))).toEqual([AFTER, AFTER]);
  });
});

test('has a tab behind names with blanks alone, and none in the text', () => {
  const before = '-- a b\n';
  const diff = (path: string) => unifiedDiff([{ path, before, after: '++ a b\n' }]);
  expect(diff('a b.yml')).toBe('--- a/a b.yml\t\n+++ b/a b.yml\t\n@@ -1,1 +1,1 @@\n--- a b\n+++ a b\n');
  expect(diff('a.yml')).toBe('--- a/a.yml\n+++ b/a.yml\n@@ -1,1 +1,1 @@\n--- a b\n+++ a b\n');
});
