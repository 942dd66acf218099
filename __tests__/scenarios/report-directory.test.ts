import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { BRIGHTWATER, type Company, DEMO_AS_OF } from '../../demo/company.ts';
import { action, against, cleanUp, cli, type Finished, leapsome, workspace } from './harness.ts';
import { shell } from './shell.ts';

const CLEAN = readFileSync(new URL('../../demo/clean-policy.yml', import.meta.url), 'utf8');
/** What a check leaves when nothing else is asked for. */
const PACK = ['manifest.json', 'report.json'];
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
    expect(names.sort()).toEqual(PACK);
  });

  test('at an absolute path, on the command line', async () => {
    const elsewhere = workspace();
    const { code } = await check(workspace({ 'policy.yml': CLEAN }), join(elsewhere, 'a/b'));
    expect(code).toBe(0);
    expect(readdirSync(join(elsewhere, 'a/b')).sort()).toEqual(PACK);
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
    [
      'a directory in place of the manifest',
      'there is a directory in its place',
      (cwd) => mkdirSync(join(cwd, 'out/manifest.json'), { recursive: true }),
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
    expect(readdirSync(join(cwd, 'out')).sort()).toEqual(['manifest.json', 'mine.txt', 'report.json']);
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

/** The manifest of a run that could write nothing else. */
function manifestAlone(directory: string, cause: string): void {
  expect(readdirSync(directory)).toEqual(['manifest.json']);
  const manifest = JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8'));
  expect(manifest).toMatchObject({
    result: 'could-not-check',
    problems: ['output-failed'],
    files: [],
    notWritten: [{ name: 'report.json', cause: expect.stringContaining(cause) }],
  });
}

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
  manifestAlone(join(cwd, 'out'), 'too large');
});

const canMount =
  spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' }).status === 0;

/** Runs a check whose report directory is a disk of this size, and says what it left there. */
async function onSmallDisk(
  policy: string,
  size: string,
): Promise<{ code: number | null; stdout: string; left: string }> {
  const cwd = workspace({ 'policy.yml': policy, 'out/keep': '', 'left/keep': '' });
  const inside = `mount -t tmpfs -o size=${size} none out && $program check --policy policy.yml --as-of ${DEMO_AS_OF} --report-dir out --format json; code=$?; cp -r out/. left; exit $code`;
  const line = `unshare -m bash --norc -c '${inside}' "$0" "$1"`;
  const { code, stdout } = await shell(line, { cwd, env: against(await leapsome()) });
  rmSync(join(cwd, 'left/keep'));
  return { code, stdout, left: join(cwd, 'left') };
}

describe('a full disk is output-failed', () => {
  (canMount ? test : test.skip)('when there is no room for the report', async () => {
    const { code, stdout, left } = await onSmallDisk(MANY_FINDINGS, '16k');
    expect(code).toBe(2);
    expect(JSON.parse(stdout).problems).toEqual([
      expect.objectContaining({
        code: 'output-failed',
        message: expect.stringContaining('the disk is full'),
      }),
    ]);
    manifestAlone(left, 'the disk is full');
  });

  (canMount ? test : test.skip)(
    'when there is none for the manifest: a report without one is taken back',
    async () => {
      const cwd = workspace({ 'policy.yml': CLEAN });
      await check(cwd, 'out');
      const pages = Math.ceil(statSync(join(cwd, 'out/report.json')).size / 4096);
      const { code, stdout, left } = await onSmallDisk(CLEAN, `${pages * 4}k`);
      expect(code).toBe(2);
      const { result, problems } = JSON.parse(stdout);
      expect({ result, problems }).toEqual({
        result: 'could-not-check',
        problems: [
          expect.objectContaining({
            code: 'output-failed',
            message: expect.stringMatching(/manifest\.json: the disk is full/),
          }),
        ],
      });
      expect(readdirSync(left)).toEqual([]);
    },
  );
});

describe('one of several files', () => {
  test('that cannot be written leaves the others and the verdict alone, and the manifest says so', async () => {
    const cwd = workspace({ 'policy.yml': CLEAN, 'out/report.junit.xml/mine.txt': 'mine' });
    const { code, stderr } = await check(cwd, 'out', ['--formats', 'json,junit']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/Not written: .*report\.junit\.xml: there is a directory in its place/);
    expect(readdirSync(join(cwd, 'out')).sort()).toEqual([
      'manifest.json',
      'report.json',
      'report.junit.xml',
    ]);
    expect(readFileSync(join(cwd, 'out/report.junit.xml/mine.txt'), 'utf8')).toBe('mine');
    const { result, notWritten } = JSON.parse(readFileSync(join(cwd, 'out/manifest.json'), 'utf8'));
    expect({ result, notWritten }).toEqual({
      result: 'in-sync',
      notWritten: [{ name: 'report.junit.xml', cause: expect.stringContaining('a directory in its place') }],
    });
  });

  test('that is all there would be leaves no verdict', async () => {
    const cwd = workspace({ 'policy.yml': CLEAN, 'out/report.junit.xml/mine.txt': 'mine' });
    const { code, stdout } = await check(cwd, 'out', ['--formats', 'junit', '--format', 'json']);
    expect(code).toBe(2);
    expect(JSON.parse(stdout).problems).toEqual([expect.objectContaining({ code: 'output-failed' })]);
  });

  test('that nobody asked for may be in the way', async () => {
    const cwd = workspace({ 'policy.yml': CLEAN, 'out/report.sarif/mine.txt': 'mine' });
    const { code, stderr } = await check(cwd, 'out', ['--formats', 'json']);
    expect({ code, warned: stderr.includes('Not written') }).toEqual({ code: 0, warned: false });
    expect(readFileSync(join(cwd, 'out/report.sarif/mine.txt'), 'utf8')).toBe('mine');
  });

  test('that needs the report, which cannot be written, is taken back with it', async () => {
    const cwd = workspace({ 'policy.yml': MANY_FINDINGS });
    // The sheet fits, and the report does not.
    const line =
      'ulimit -f 40; exec $program check --policy policy.yml --report-dir out --format json --formats xlsx,json';
    const { code } = await shell(line, { cwd, env: against(await leapsome()) });
    expect(code).toBe(2);
    expect(readdirSync(join(cwd, 'out'))).toEqual(['manifest.json']);
  });
});

/** Brightwater, as if it had taken over itself many times. */
function manyPeople(times: number): Company {
  const people = Array.from({ length: times }, (_, copy) =>
    BRIGHTWATER.people.map((each) => ({
      ...each,
      id: `${String(copy).padStart(4, '0')}${each.id.slice(4)}`,
      userName: `${copy}.${each.userName}`,
      externalId: null,
      managerId: null,
    })),
  ).flat();
  return { ...BRIGHTWATER, people };
}

describe('a run that is ended while it writes', () => {
  test.each(['SIGTERM', 'SIGKILL'] as const)(
    'by %s leaves all or nothing, and the next run tidies up',
    async (signal) => {
      const cwd = workspace({ 'policy.yml': MANY_FINDINGS, 'out/mine.txt': '' });
      const standIn = await leapsome({ company: manyPeople(30) });
      const args = ['check', '--policy', 'policy.yml', '--report-dir', 'out'];
      const options = { cwd, env: against(standIn), reportDir: 'nowhere' };
      const isWriting = () => readdirSync(join(cwd, 'out')).some((name) => /^\.(?!probe).*\.tmp$/.test(name));
      let isOver = false;
      const run = cli([...args, '--formats', 'json,csv', '--snapshot'], {
        ...options,
        onStart: async ({ kill }) => {
          while (!isOver && !isWriting()) await pause(1);
          kill(signal);
        },
      });
      const { code, signal: by } = await run.finally(() => {
        isOver = true;
      });
      const left = readdirSync(join(cwd, 'out')).filter((name) => name !== 'mine.txt');
      // Whoever is killed cannot tidy up; but what is there without a manifest is no pack.
      if (by === 'SIGKILL') expect(left).not.toContain('manifest.json');
      else if (code === 2) expect(left).toEqual([]);
      else expect(left).toContain('manifest.json');
      await cli([...args, '--timeout', '1s'], options);
      const after = readdirSync(join(cwd, 'out')).sort();
      expect(after).toEqual(['manifest.json', 'mine.txt', 'report.json']);
    },
  );
});
