import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { workspace } from './harness.ts';
import { read } from './init.ts';

const file = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const TEXT = file('docs/recipes/review.yml');
const WORKFLOW = parse(TEXT);
const STEPS = WORKFLOW.jobs.begin.steps as {
  id?: string;
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
}[];

/** The last step in a clone, as the runner would run it, with a `gh` that only takes notes. */
function openPullRequest(
  files: Readonly<Record<string, string>>,
  result: 'started' | 'unchanged' = 'started',
) {
  const root = workspace({ 'bin/gh': '#!/bin/sh\necho "$*" >> "$GH_LOG"\n' });
  chmodSync(join(root, 'bin/gh'), 0o755);
  const clone = join(root, 'clone');
  mkdirSync(clone);
  const run = (command: string, args: readonly string[], env: Record<string, string> = {}) =>
    execFileSync(command, args, {
      cwd: clone,
      encoding: 'utf8',
      env: {
        PATH: `${join(root, 'bin')}:${process.env.PATH}`,
        HOME: root,
        GH_LOG: join(root, 'gh.log'),
        ...env,
      },
    });
  const git = (...args: readonly string[]) =>
    run('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args]);
  git('init', '--quiet', '--bare', join(root, 'origin'));
  git('init', '--quiet', '--initial-branch', 'main');
  git('remote', 'add', 'origin', join(root, 'origin'));
  git('commit', '--quiet', '--allow-empty', '--message', 'one');
  git('push', '--quiet', 'origin', 'main');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(clone, path, '..'), { recursive: true });
    writeFileSync(join(clone, path), text);
  }
  const { RECORDS } = STEPS.at(-1)!.env!;
  const stdout = run('bash', ['-e', '-o', 'pipefail', '-c', STEPS.at(-1)!.run!], {
    RESULT: result,
    RECORDS: RECORDS!,
    BASE: 'main',
    BRANCH: 'review-1',
  });
  return { stdout, log: read(join(root, 'gh.log')), git };
}

test('the recipe makes a branch with the records alone, and a pull request of it', () => {
  const { log, git } = openPullRequest({ 'access/reviews/2026-11-01/a.yml': 'a', other: 'not meant' });
  expect(git('ls-tree', '-r', '--name-only', 'origin/review-1').trim()).toBe(
    'access/reviews/2026-11-01/a.yml',
  );
  expect(log).toMatch(/^auth setup-git\npr create --base main --head review-1 --title Access review --body /);
});

test('the recipe opens nothing where no round has begun', () => {
  const { stdout, log } = openPullRequest({ other: 'not meant' }, 'unchanged');
  expect([stdout, log]).toEqual(['There is no round to decide.\n', undefined]);
});

test('the recipe fails where a round has begun in another directory than it looks in', () => {
  expect(() => openPullRequest({ 'reviews/2026-11-01/a.yml': 'a' })).toThrow();
  const step = STEPS.find(({ with: given }) => given?.command === 'review')!;
  expect(STEPS.at(-1)!.env!.RESULT).toBe(`\${{ steps.${step.id}.outputs.result }}`);
});

test('the recipe uses inputs that there are, and the same pinned actions as the others', () => {
  const { inputs } = parse(file('action.yml')) as { inputs: object };
  const own = STEPS.find(({ uses }) => uses?.startsWith('leapsome-access-policy/'))!.with!;
  expect(Object.keys(own).filter((name) => !(name in inputs))).toEqual([]);
  expect(own).toMatchObject({ command: 'review' });
  const checkout = /actions\/checkout@[0-9a-f]{40} # v[\d.]+/.exec(file('docs/recipes/schedule.yml'))![0];
  expect(TEXT).toContain(checkout);
  expect(WORKFLOW.permissions).toEqual({ contents: 'write', 'pull-requests': 'write' });
  // What comes from outside reaches the shell by its environment alone.
  expect(STEPS.flatMap(({ run }) => run ?? []).join()).not.toContain('${{');
});
