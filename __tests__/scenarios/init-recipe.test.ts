import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { workspace } from './harness.ts';
import { read } from './init.ts';

const recipe = (name: string) => readFileSync(new URL(`../../docs/recipes/${name}`, import.meta.url), 'utf8');
const ACTION = parse(readFileSync(new URL('../../action.yml', import.meta.url), 'utf8'));
const TEXT = recipe('init.yml');
const WORKFLOW = parse(TEXT);
const STEPS = WORKFLOW.jobs.draft.steps as {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
}[];

const POLICY = '.github/leapsome-access-policy.yml';

/** A clone of a repository, and a `gh` that only takes notes. */
function repository() {
  const root = workspace({ 'bin/gh': '#!/bin/sh\necho "$*" >> "$GH_LOG"\n' });
  chmodSync(join(root, 'bin/gh'), 0o755);
  const clone = join(root, 'clone');
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
      cwd: clone,
      encoding: 'utf8',
      env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null' },
    });
  execFileSync('git', ['init', '--quiet', '--bare', join(root, 'origin')]);
  mkdirSync(clone);
  git('init', '--quiet', '--initial-branch', 'main');
  git('remote', 'add', 'origin', join(root, 'origin'));
  writeFileSync(join(clone, 'README.md'), 'x');
  git('add', 'README.md');
  git('commit', '--quiet', '--message', 'one');
  git('push', '--quiet', 'origin', 'main');
  return { root, clone, git };
}

/** The last step, as the runner would run it. */
function openPullRequest({ root, clone }: ReturnType<typeof repository>): string {
  return execFileSync('bash', ['-e', '-o', 'pipefail', '-c', STEPS.at(-1)!.run!], {
    cwd: clone,
    encoding: 'utf8',
    env: {
      PATH: `${join(root, 'bin')}:${process.env.PATH}`,
      HOME: root,
      GH_LOG: join(root, 'gh.log'),
      POLICY,
      BASE: 'main',
      BRANCH: 'draft-1',
    },
  });
}

test('the recipe makes a branch with the file alone, and a pull request of it', () => {
  const repo = repository();
  mkdirSync(join(repo.clone, '.github'));
  writeFileSync(join(repo.clone, POLICY), 'version: 1\n');
  writeFileSync(join(repo.clone, 'other'), 'not meant');
  openPullRequest(repo);
  expect(repo.git('ls-tree', '-r', '--name-only', 'origin/draft-1').trim().split('\n')).toEqual([
    POLICY,
    'README.md',
  ]);
  expect(read(join(repo.root, 'gh.log'))).toMatch(
    /^auth setup-git\npr create --base main --head draft-1 --title Draft access policy --body /,
  );
});

test('the recipe opens nothing where nothing has changed', () => {
  const repo = repository();
  mkdirSync(join(repo.clone, '.github'));
  writeFileSync(join(repo.clone, POLICY), 'version: 1\n');
  repo.git('add', POLICY);
  repo.git('commit', '--quiet', '--message', 'two');
  expect(openPullRequest(repo)).toContain('The policy already says what is so today.');
  expect(read(join(repo.root, 'gh.log'))).toBeUndefined();
});

test('the recipe uses inputs that there are, and the same pinned actions as the others', () => {
  const inputs = STEPS.find(({ uses }) => uses?.startsWith('leapsome-access-policy/'))!.with!;
  expect(Object.keys(inputs).filter((name) => !(name in ACTION.inputs))).toEqual([]);
  expect(inputs).toMatchObject({ command: 'init', policy: POLICY });
  expect(STEPS.at(-1)!.env!.POLICY).toBe(POLICY);
  const checkout = /actions\/checkout@[0-9a-f]{40} # v[\d.]+/.exec(recipe('schedule.yml'))![0];
  expect(TEXT).toContain(checkout);
  expect(WORKFLOW.permissions).toEqual({ contents: 'write', 'pull-requests': 'write' });
  // What comes from outside reaches the shell by its environment alone.
  expect(STEPS.flatMap(({ run }) => run ?? []).join()).not.toContain('${{');
});
