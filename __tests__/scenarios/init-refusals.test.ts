import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { BRIGHTWATER } from '../../demo/company.ts';
import type { Fault } from '../../demo/faults.ts';
import { only, personalIn } from './doctor.ts';
import { cleanUp, cli, leapsome, workspace } from './harness.ts';
import { filesIn, type Initiated, init, read } from './init.ts';

const LAST_LINE = '? Could not check: nothing was written. (exit code 2)';

function refused({ code, stdout, stderr }: Pick<Initiated, 'code' | 'stdout' | 'stderr'>): void {
  expect({ code, last: stdout.trimEnd().split('\n').at(-1) }).toEqual({ code: 2, last: LAST_LINE });
  expect(personalIn(stdout + stderr)).toEqual([]);
}

/** `init` to some path. */
async function initTo(path: string, cwd: string, args: readonly string[] = []) {
  const standIn = await leapsome();
  const run = await cli(['init', '--policy', path, ...args], { cwd, env: only(standIn, 'scim') });
  return { ...run, requests: standIn.requests.length };
}

describe('a place that is taken is left as it is, and nobody is asked', () => {
  test('by a file', async () => {
    const cwd = workspace({ 'policy.yml': 'mine' });
    const run = await initTo('policy.yml', cwd);
    refused(run);
    expect(run.stdout).toContain('There is a file already: policy.yml. It was left as it is.');
    expect(run.stdout).toContain('--force');
    expect(run.requests).toBe(0);
    expect([filesIn(cwd), read(join(cwd, 'policy.yml'))]).toEqual([['policy.yml'], 'mine']);
  });

  test.each<[string, string, (cwd: string) => void]>([
    ['a directory', 'there is a directory in its place', (cwd) => mkdirSync(join(cwd, 'policy.yml'))],
    [
      'a link to a file',
      'it is, or leads through, a symbolic link',
      (cwd) => {
        writeFileSync(join(cwd, 'target'), 'mine');
        symlinkSync('target', join(cwd, 'policy.yml'));
      },
    ],
    ['a link to nothing', 'a symbolic link', (cwd) => symlinkSync('nothing', join(cwd, 'policy.yml'))],
    ['a pipe', 'something else in its place', (cwd) => spawnSync('mkfifo', [join(cwd, 'policy.yml')])],
  ])('by %s, also with --force', async (_name, reason, prepare) => {
    const cwd = workspace();
    prepare(cwd);
    const before = filesIn(cwd);
    const run = await initTo('policy.yml', cwd, ['--force']);
    refused(run);
    expect(run.stdout).toContain(`The policy cannot be written to policy.yml: `);
    expect(run.stdout).toContain(reason);
    expect([run.requests, filesIn(cwd)]).toEqual([0, before]);
    if (before.includes('target')) expect(read(join(cwd, 'target'))).toBe('mine');
  });

  test.each<[string, string, (cwd: string) => void]>([
    ['a file', 'a part of the path is a file', (cwd) => writeFileSync(join(cwd, 'access'), 'mine')],
    [
      'a link out of the directory',
      'a symbolic link',
      (cwd) => symlinkSync(workspace(), join(cwd, 'access')),
    ],
    [
      'a link within the directory',
      'a symbolic link',
      (cwd) => {
        mkdirSync(join(cwd, 'elsewhere'));
        symlinkSync('elsewhere', join(cwd, 'access'));
      },
    ],
  ])('on the way by %s', async (_name, reason, prepare) => {
    const cwd = workspace();
    prepare(cwd);
    const before = filesIn(cwd);
    const run = await initTo('access/policy.yml', cwd);
    refused(run);
    expect(run.stdout).toContain(reason);
    expect([run.requests, filesIn(cwd)]).toEqual([0, before]);
  });

  test('where nothing may be written', async () => {
    const cwd = workspace();
    mkdirSync(join(cwd, 'closed'));
    chmodSync(join(cwd, 'closed'), 0o500);
    cleanUp(() => chmodSync(join(cwd, 'closed'), 0o700));
    // Nothing is closed to the superuser, who runs some of the machines that tests run on.
    if (process.getuid?.() === 0) return;
    const run = await initTo('closed/policy.yml', cwd);
    refused(run);
    expect(run.stdout).toContain('permission denied');
  });
});

describe('where it is written', () => {
  test.each([
    'policy.yml',
    '.github/leapsome-access-policy.yml',
    'a/b/c/policy.yaml',
    './x/../y.yml',
    'ü n/i.yml',
  ])('%s, with the directories that it needs', async (path) => {
    const cwd = workspace();
    expect((await initTo(path, cwd)).code).toBe(0);
    expect(read(join(cwd, path))).toContain('version: 1');
    expect(filesIn(cwd).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('the usual place, when nothing else is said', async () => {
    const cwd = workspace();
    const standIn = await leapsome();
    expect((await cli(['init'], { cwd, env: only(standIn, 'scim') })).code).toBe(0);
    expect(read(join(cwd, '.github/leapsome-access-policy.yml'))).toContain('version: 1');
  });

  test('elsewhere by an absolute path, and only there', async () => {
    const elsewhere = workspace();
    const cwd = workspace();
    expect((await initTo(join(elsewhere, 'new/policy.yml'), cwd)).code).toBe(0);
    expect(read(join(elsewhere, 'new/policy.yml'))).toContain('version: 1');
    for (const path of ['../policy.yml', join(elsewhere, 'policy.txt')]) {
      const run = await initTo(path, cwd);
      refused(run);
      expect(run.stdout).toContain(`${path} is outside of the working directory.`);
      expect(run.requests).toBe(0);
    }
  });

  test('over a file with --force, which keeps its mode', async () => {
    const cwd = workspace({ 'policy.yml': 'mine' });
    chmodSync(join(cwd, 'policy.yml'), 0o600);
    expect((await initTo('policy.yml', cwd, ['--force'])).code).toBe(0);
    expect(readFileSync(join(cwd, 'policy.yml'), 'utf8')).toContain('version: 1');
    expect(statSync(join(cwd, 'policy.yml')).mode & 0o777).toBe(0o600);
    expect(filesIn(cwd)).toEqual(['policy.yml']);
  });
});

describe('a population that is in doubt writes nothing, not even over a file', () => {
  const users = { service: 'scim', path: '/Users' } as const;
  test.each<[string, string, readonly Fault[]]>([
    ['refused', 'token-invalid', [{ service: 'scim', kind: 'token-invalid' }]],
    ['cut short', 'incomplete', [{ ...users, kind: 'totals', values: [70] }]],
    ['broken', 'bad-response', [{ ...users, kind: 'patch-row', row: 3, without: ['active'] }]],
  ])('that was %s', async (_name, code, faults) => {
    const cwd = workspace({ 'policy.yml': 'mine' });
    const run = await init(only(await leapsome({ faults }), 'scim'), ['--force', '--format', 'json'], cwd);
    expect(run.code).toBe(2);
    const { result, problems, path } = JSON.parse(run.stdout);
    expect({ result, path, codes: problems.map((problem: { code: string }) => problem.code) }).toEqual({
      result: 'could-not-check',
      path: 'policy.yml',
      codes: [code],
    });
    expect([filesIn(cwd), run.policy]).toEqual([['policy.yml'], 'mine']);
  });

  test('that one of several sources did not tell', async () => {
    const standIn = await leapsome({ faults: [{ service: 'content', kind: 'token-invalid' }] });
    const run = await init(only(standIn, 'scim', 'content', 'stackone'));
    refused(run);
    expect(run.stdout).toContain('api-secret');
    expect(filesIn(run.cwd)).toEqual([]);
  });

  test('that is empty, or of which nobody is active', async () => {
    const nobody = await init(only(await leapsome({ company: { ...BRIGHTWATER, people: [] } }), 'scim'));
    refused(nobody);
    const gone = BRIGHTWATER.people.map((one) => ({ ...one, active: false }));
    const left = await init(only(await leapsome({ company: { ...BRIGHTWATER, people: gone } }), 'scim'));
    refused(left);
    expect(left.stdout).toContain('Leapsome reports 62 users, and none of them is active.');
    expect([filesIn(nobody.cwd), filesIn(left.cwd)]).toEqual([[], []]);
  });

  test('that was not read to the end when the run was ended', async () => {
    const standIn = await leapsome({ faults: [{ ...users, kind: 'never-answer' }] });
    const cwd = workspace();
    const run = await cli(['init', '--policy', 'policy.yml'], {
      cwd,
      env: only(standIn, 'scim'),
      onStart: ({ kill }) => {
        const watch = setInterval(() => standIn.requests.length > 0 && kill('SIGTERM'), 50);
        cleanUp(() => clearInterval(watch));
      },
    });
    refused(run);
    expect(run.stdout).toContain('The run was cancelled by SIGTERM');
    expect(filesIn(cwd)).toEqual([]);
  });
});

describe('mistakes of the caller', () => {
  test('no credentials', async () => {
    const run = await init({});
    refused(run);
    expect(run.stdout).toContain('There are no credentials, so nobody was asked.');
  });

  test('half of a credential, and one value as two', async () => {
    const half = await init({ STACKONE_API_KEY: 'key' });
    refused(half);
    expect(half.stdout).toContain('stackone-account-id');
    const same = await init({ LEAPSOME_SCIM_TOKEN: 'same', LEAPSOME_API_SECRET: 'same' });
    refused(same);
    expect(same.stdout).toContain('hold the same value');
  });

  test('a pattern that no group matches, whatever the pattern holds', async () => {
    const standIn = await leapsome();
    for (const pattern of ['Payrol', '*\u001b[31m', '::error::']) {
      const run = await init(only(standIn, 'scim'), [`--groups=${pattern}`]);
      refused(run);
      expect(run.stdout).toContain('No group is named like');
      expect(run.stdout).not.toContain('\u001b[31m');
      expect(filesIn(run.cwd)).toEqual([]);
    }
  });

  test('options that it does not have', async () => {
    for (const args of [
      ['--fail-on', 'never'],
      ['--groups'],
      ['extra'],
      ['--force=perhaps'],
      ['--format', 'github'],
    ]) {
      const { code, stdout, stderr, cwd } = await init({}, args);
      expect({ args, code, stdout }).toEqual({ args, code: 2, stdout: '' });
      expect(stderr).not.toBe('');
      expect(filesIn(cwd)).toEqual([]);
    }
    const { stderr, code } = await cli(['check', '--force'], { cwd: workspace() });
    expect([code, stderr]).toEqual([2, expect.stringContaining('There is no option "--force"')]);
  });
});
