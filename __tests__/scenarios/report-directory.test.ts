import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { DEMO_AS_OF } from '../../demo/company.ts';
import { action, against, cleanUp, cli, type Finished, leapsome, workspace } from './harness.ts';
import { shell } from './shell.ts';

const CLEAN = readFileSync(new URL('../../demo/clean-policy.yml', import.meta.url), 'utf8');
const STALE = '{"schemaVersion":1,"result":"in-sync"}';

async function check(cwd: string, reportDir: string, args: readonly string[] = []): Promise<Finished> {
  const standIn = await leapsome();
  return cli(['check', '--policy', 'policy.yml', '--as-of', DEMO_AS_OF, '--report-dir', reportDir, ...args], {
    cwd,
    env: against(standIn),
    // A test may have put anything at all into the place of the report.
    ...(args.length > 0 ? { reportDir: 'nowhere' } : {}),
  });
}

describe('made', () => {
  test.each(['reports', 'a/b/c/d', './x/../y', '.', 'ü n i/c ö d e'])('%j', async (directory) => {
    const cwd = workspace({ 'policy.yml': CLEAN });
    const { code } = await check(cwd, directory);
    expect(code).toBe(0);
    const names = readdirSync(join(cwd, directory)).filter((name) => name !== 'policy.yml');
    expect(names).toEqual(['report.json']);
  });

  test('at an absolute path, on the command line', async () => {
    const elsewhere = workspace();
    const { code } = await check(workspace({ 'policy.yml': CLEAN }), join(elsewhere, 'a/b'));
    expect(code).toBe(0);
    expect(readdirSync(join(elsewhere, 'a/b'))).toEqual(['report.json']);
  });

  test('behind a link, where the command line names that place by its absolute path', async () => {
    const elsewhere = workspace({ 'real/keep': '' });
    symlinkSync('real', join(elsewhere, 'link'));
    const { code } = await check(workspace({ 'policy.yml': CLEAN }), join(elsewhere, 'link/new'));
    expect(code).toBe(0);
    expect(existsSync(join(elsewhere, 'real/new/report.json'))).toBe(true);
  });
});

describe('output-failed, exit code 2', () => {
  test.each<[string, string, (cwd: string) => void]>([
    ['a file in its place', 'there is a file in its place', (cwd) => writeFileSync(join(cwd, 'out'), 'mine')],
    ['a file on the way', 'a part of the path is a file', (cwd) => writeFileSync(join(cwd, 'out'), 'mine')],
    ['a link', 'symbolic link', (cwd) => symlinkSync('../elsewhere', join(cwd, 'out'))],
    ['a link to nowhere', '', (cwd) => symlinkSync('nowhere', join(cwd, 'out'))],
    ['a link on the way', 'symbolic link', (cwd) => symlinkSync('../elsewhere', join(cwd, 'out'))],
    [
      'a directory in place of the report',
      'there is a directory in its place',
      (cwd) => mkdirSync(join(cwd, 'out/report.json'), { recursive: true }),
    ],
  ])('%s', async (name, says, prepare) => {
    const outer = workspace({ 'work/policy.yml': CLEAN, 'elsewhere/keep': '' });
    const cwd = join(outer, 'work');
    prepare(cwd);
    const { code, stdout } = await check(cwd, name.endsWith('on the way') ? 'out/further/down' : 'out', [
      '--format',
      'json',
    ]);
    expect(code).toBe(2);
    const report = JSON.parse(stdout);
    expect(report.result).toBe('could-not-check');
    expect(report.problems).toEqual([expect.objectContaining({ code: 'output-failed' })]);
    expect(report.problems[0].message).toContain(says);
    expect(readdirSync(join(outer, 'elsewhere'))).toEqual(['keep']);
    if (existsSync(join(cwd, 'out')) && lstatSync(join(cwd, 'out')).isFile())
      expect(readFileSync(join(cwd, 'out'), 'utf8')).toBe('mine');
  });

  test('a place where nothing can be made', async () => {
    const { code, stdout } = await check(workspace({ 'policy.yml': CLEAN }), '/proc/leapsome', [
      '--format',
      'json',
    ]);
    expect(code).toBe(2);
    expect(JSON.parse(stdout).problems).toEqual([expect.objectContaining({ code: 'output-failed' })]);
  });

  test('without the right to write', async () => {
    const cwd = workspace({ 'policy.yml': CLEAN, 'out/report.json': STALE });
    chmodSync(join(cwd, 'out'), 0o555);
    cleanUp(() => chmodSync(join(cwd, 'out'), 0o755));
    chmodSync(cwd, 0o755);
    // Root may write anywhere: then the check runs as nobody.
    const nobody = process.getuid?.() === 0 ? { uid: 65534 } : {};
    const line = '$program check --policy policy.yml --report-dir out';
    const { code, stdout } = await shell(line, { cwd, env: against(await leapsome()), ...nobody });
    expect(stdout).toContain('permission denied');
    expect(code).toBe(2);
  });
});

describe('refused before anything is asked', () => {
  test.each(['..', '../out', 'a/../../out', '/tmp'])(
    'the action does not leave its workspace: %s',
    async (directory) => {
      const standIn = await leapsome();
      const outer = workspace({ 'work/policy.yml': CLEAN });
      const { code, outputs } = await action({
        cwd: join(outer, 'work'),
        inputs: {
          policy: 'policy.yml',
          'scim-url': standIn.scimUrl,
          'scim-token': standIn.token,
          'report-dir': directory,
        },
      });
      expect({ code, result: outputs.result }).toEqual({ code: 2, result: 'could-not-check' });
      expect(standIn.requests).toEqual([]);
      expect(readdirSync(outer)).toEqual(['work']);
    },
  );
});

describe('an old report', () => {
  const withStale = (policy = CLEAN) =>
    workspace({ 'policy.yml': policy, 'out/report.json': STALE, 'out/mine.txt': 'mine' });

  test('is replaced', async () => {
    const cwd = withStale();
    await check(cwd, 'out');
    expect(readdirSync(join(cwd, 'out')).sort()).toEqual(['mine.txt', 'report.json']);
    expect(JSON.parse(readFileSync(join(cwd, 'out/report.json'), 'utf8')).result).toBe('in-sync');
    expect(readFileSync(join(cwd, 'out/report.json'), 'utf8')).not.toBe(STALE);
  });

  test('that is a link is replaced, not followed', async () => {
    const cwd = workspace({ 'policy.yml': CLEAN, 'target.json': 'mine', 'out/keep': '' });
    symlinkSync('../target.json', join(cwd, 'out/report.json'));
    expect((await check(cwd, 'out')).code).toBe(0);
    expect(readFileSync(join(cwd, 'target.json'), 'utf8')).toBe('mine');
    expect(lstatSync(join(cwd, 'out/report.json')).isFile()).toBe(true);
  });

  test.each<[string, string, string[]]>([
    ['the policy is wrong', 'version: 1\nx: 1\n', []],
    ['an input is wrong', CLEAN, ['--fail-on', 'sometimes']],
    ['the time is over', CLEAN, ['--timeout', '1s']],
  ])('is gone when %s', async (name, policy, args) => {
    const cwd = withStale(policy);
    const standIn = await leapsome(name.includes('time') ? { faults: [{ kind: 'never-answer' }] } : {});
    const { code } = await cli(['check', '--policy', 'policy.yml', '--report-dir', 'out', ...args], {
      cwd,
      env: against(standIn),
    });
    expect(code).toBe(2);
    const path = join(cwd, 'out/report.json');
    if (existsSync(path)) expect(JSON.parse(readFileSync(path, 'utf8')).result).toBe('could-not-check');
    expect(readdirSync(join(cwd, 'out')).filter((file) => file.includes('tmp'))).toEqual([]);
  });

  test('is gone in the action, too, when an input is wrong', async () => {
    const cwd = withStale();
    const { code } = await action({ cwd, inputs: { 'report-dir': 'out', 'fail-on': 'sometimes' } });
    expect(code).toBe(2);
    expect(readdirSync(join(cwd, 'out'))).toEqual(['mine.txt']);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('is gone after %s, and no new one is there', async (signal) => {
    const cwd = withStale();
    const standIn = await leapsome({ faults: [{ kind: 'never-answer' }] });
    const { code, stdout } = await cli(
      ['check', '--policy', 'policy.yml', '--report-dir', 'out', '--format', 'json'],
      {
        cwd,
        env: against(standIn),
        onStart: async ({ kill }) => {
          while (standIn.requests.length === 0) await pause(20);
          kill(signal);
        },
      },
    );
    expect(code).toBe(2);
    expect(JSON.parse(stdout).problems).toEqual([expect.objectContaining({ code: 'cancelled' })]);
    expect(readdirSync(join(cwd, 'out'))).toEqual(['mine.txt']);
  });
});

const MANY_FINDINGS =
  'version: 1\naccounts: { at-most: [] }\ngroups: [{ name: "*", members: { never: [everyone] } }]\n';

test('a file that cannot become large enough is no report: nothing half-written stays', async () => {
  const cwd = workspace({ 'policy.yml': MANY_FINDINGS });
  const line = 'ulimit -f 16; exec $program check --policy policy.yml --report-dir out --format json';
  const { code, stdout } = await shell(line, { cwd, env: against(await leapsome()) });
  expect(code).toBe(2);
  const report = JSON.parse(stdout);
  expect(report.problems).toEqual([
    expect.objectContaining({ code: 'output-failed', message: expect.stringContaining('too large') }),
  ]);
  expect(report.findings.length).toBeGreaterThan(50);
  expect(readdirSync(join(cwd, 'out'))).toEqual([]);
});

const canMount =
  spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' }).status === 0;
(canMount ? test : test.skip)('a full disk is output-failed', async () => {
  const cwd = workspace({ 'policy.yml': MANY_FINDINGS, 'out/keep': '' });
  const inside =
    'mount -t tmpfs -o size=16k none out && $program check --policy policy.yml --report-dir out --format json; code=$?; ls -A out >&2; exit $code';
  const line = `unshare -m bash --norc -c '${inside}' "$0" "$1"`;
  const { code, stdout, stderr } = await shell(line, { cwd, env: against(await leapsome()) });
  expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
  expect(JSON.parse(stdout).problems).toEqual([
    expect.objectContaining({ code: 'output-failed', message: expect.stringContaining('the disk is full') }),
  ]);
});
