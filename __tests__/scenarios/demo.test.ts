import { spawn, spawnSync } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { PLANTED } from '../../demo/company.ts';
import { cli, DIST, workspace } from './harness.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PROGRAM = basename(dirname(DIST));

test('the demo shows every planted drift, says what to try next, and ends well', async () => {
  const { code, stdout, stderr } = await cli(['demo'], { cwd: workspace() });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const { rule } of PLANTED) expect(stdout).toContain(rule);
  // What is shipped shows drift: the exit code of `npm run demo` alone would not tell.
  expect(stdout).toContain('In a workflow this check would have failed with exit code 1. What to try next');
});

describe('the demo of a policy that somebody has changed', () => {
  test.each([
    ['in sync', clean(), 'would have passed, with exit code 0.', 'that is drift'],
    [
      'no policy',
      'gruops: []\n',
      'would have failed with exit code 2: it came',
      'git checkout demo/policy.yml',
    ],
  ])('shows it, ends well, and says what to try next: %s', (_, policy, meaning, next) => {
    const { status, stdout } = demoOf(policy);
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining(meaning) });
    expect(stdout.split('What to try next:')[1]).toContain(next);
    // A command that can be copied.
    expect(stdout).toContain(`  3. node ${PROGRAM}/${basename(DIST)} check --help`);
  });
});

test('the demo that is ended in the middle does not end well', async () => {
  const child = spawn(process.execPath, [DIST, 'demo'], {
    cwd: workspace(),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (stdout === '') child.kill('SIGTERM');
    stdout += text;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect({ code, stdout }).toEqual({ code: 2, stdout: expect.stringContaining('The demo failed') });
});

/** The demo as a clone has it, with another policy. */
function demoOf(policy: string) {
  const clone = workspace();
  for (const name of [PROGRAM, 'demo', 'package.json'])
    cpSync(join(ROOT, name), join(clone, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'));
  writeFileSync(join(clone, 'demo', 'policy.yml'), policy);
  return spawnSync(process.execPath, [join(PROGRAM, basename(DIST)), 'demo'], {
    cwd: clone,
    encoding: 'utf8',
  });
}

/** What the three services agree with, as far as they agree with each other. */
function clean(): string {
  const text = readFileSync(join(ROOT, 'demo', 'clean-policy-all.yml'), 'utf8');
  return text.replace('rules:\n', 'rules:\n  source-disagreement: notice\n');
}
