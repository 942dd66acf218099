import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { BRIGHTWATER, DEMO_AS_OF } from '../../demo/company.ts';
import { scimRows } from '../../demo/scim-wire.ts';
import type { StandIn } from '../../demo/stand-in.ts';
import { commandsOf } from '../reporters/runner.ts';
import { against, checkPolicy, cli, leapsome, SCIM_POLICY, workspace } from './harness.ts';
import { shell } from './shell.ts';

const CLEAN = readFileSync(new URL('../../demo/clean-policy.yml', import.meta.url), 'utf8');
const AT_DEMO = ['--as-of', DEMO_AS_OF];
const ESCAPE = '\u001b';

/** A policy whose heaviest open finding has this severity. */
function lightest(severity: string): string {
  return `version: 1\ngroups: [{ name: "*" }, { name: Nobody }]\nrules: { missing-group: ${severity}, inactive-member: off, inactive-manager: off, leaver-active: off }\n`;
}

describe('--format', () => {
  test('json is the report of the file, and alone on standard output', async () => {
    const { code, stdout, stderr, report } = await checkPolicy(SCIM_POLICY, await leapsome(), [
      ...AT_DEMO,
      '--format',
      'json',
    ]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual(report);
    expect(stderr).toMatch(/^Report: .*report\.json\nManifest: .*manifest\.json, SHA-256 [0-9a-f]{64}\n$/);
  });

  test('json when there is no answer', async () => {
    const standIn = await leapsome({ token: 'another' });
    const { code, stdout, report } = await checkPolicy(SCIM_POLICY, standIn, ['--format', 'json']);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toEqual(report);
    expect(report?.result).toBe('could-not-check');
  });

  test('json of validate', async () => {
    const cwd = workspace({ 'policy.yml': 'version: 1\n', 'wrong.yml': 'version: 1\nx: 1\n' });
    const valid = await cli(['validate', '--policy', 'policy.yml', '--format', 'json'], { cwd });
    expect(JSON.parse(valid.stdout)).toMatchObject({ result: 'valid', problems: [] });
    const wrong = await cli(['validate', '--policy', 'wrong.yml', '--format', 'json'], { cwd });
    expect(wrong.code).toBe(2);
    expect(JSON.parse(wrong.stdout)).toMatchObject({
      result: 'could-not-check',
      problems: [{ code: 'policy-invalid', location: { file: 'wrong.yml', line: 2, column: 1 } }],
    });
  });

  test('github has annotations at the lines of the policy', async () => {
    const { code, stdout } = await checkPolicy(SCIM_POLICY, await leapsome(), [
      ...AT_DEMO,
      '--format',
      'github',
    ]);
    expect(code).toBe(1);
    const names = new Set(commandsOf(stdout).map((command) => command.name));
    expect([...names].sort()).toEqual(['endgroup', 'error', 'group', 'warning']);
  });

  test('pretty ends with the verdict and writes no commands', async () => {
    const { stdout } = await checkPolicy(SCIM_POLICY, await leapsome(), AT_DEMO);
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^✖ .*\(exit code 1\)$/);
    expect(commandsOf(stdout)).toEqual([]);
  });
});

describe('words and exit codes', () => {
  test.each(['error', 'warning', 'notice', 'never'] as const)('fail-on %s', async (failOn) => {
    const standIn = await leapsome();
    const order = ['error', 'warning', 'notice'];
    await Promise.all(
      order.map(async (severity) => {
        const { code, report } = await checkPolicy(lightest(severity), standIn, [
          ...AT_DEMO,
          '--fail-on',
          failOn,
        ]);
        const fails = failOn !== 'never' && order.indexOf(severity) <= order.indexOf(failOn);
        expect({ severity, code, result: report?.result, failOn: report?.failOn }).toEqual({
          severity,
          code: fails ? 1 : 0,
          result: fails ? 'drift' : 'in-sync',
          failOn,
        });
      }),
    );
  });

  test('nothing turns could-not-check green', async () => {
    const standIn = await leapsome({ faults: [{ kind: 'login-page' }] });
    const { code, report } = await checkPolicy(CLEAN, standIn, ['--fail-on', 'never']);
    expect({ code, result: report?.result }).toEqual({ code: 2, result: 'could-not-check' });
  });

  test('validate says valid, never in-sync, and asks nobody', async () => {
    const standIn = await leapsome();
    const { code, stdout, files } = await cli(['validate', '--policy', 'policy.yml'], {
      cwd: workspace({ 'policy.yml': CLEAN }),
      env: against(standIn),
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/valid/);
    expect(stdout).not.toMatch(/in sync|in-sync/i);
    expect(standIn.requests).toEqual([]);
    expect(files).toEqual([]);
  });
});

describe('as-of', () => {
  const policy = (expires: string) => `version: 1
groups: [{ name: "*" }, { name: Payroll Admins, members: { never: [rafael.ortiz@brightwater.example] } }]
rules: { leaver-active: off, inactive-member: off, inactive-manager: off, exception-expiring: off }
exceptions:
  - { rule: forbidden-member, user: rafael.ortiz@brightwater.example, group: Payroll Admins, owner: o, reason: r, granted: 2026-11-01, expires: ${expires} }
`;

  test.each([
    ['2026-12-31T23:59:59.999Z', 0],
    ['2027-01-01', 1],
    ['2027-01-01T00:30:00+01:00', 0],
    ['2026-12-31T23:30:00-01:00', 1],
  ])('%s', async (asOf, code) => {
    const finished = await checkPolicy(policy('2026-12-31'), await leapsome(), ['--as-of', asOf]);
    expect(finished.report?.problems).toEqual([]);
    expect(finished.code).toBe(code);
    expect(finished.report?.counts.excepted).toBe(1 - code);
  });
});

describe('timeout', () => {
  test('ends a run that waits for an answer', async () => {
    const standIn = await leapsome({ faults: [{ kind: 'never-answer' }] });
    const started = Date.now();
    const { code, report } = await checkPolicy(CLEAN, standIn, ['--timeout', '1s']);
    expect(Date.now() - started).toBeLessThan(25_000);
    expect(code).toBe(2);
    expect(report?.problems).toEqual([expect.objectContaining({ code: 'timed-out' })]);
    expect(report?.problems[0]?.message).toMatch(/whole run|took longer/);
  });
});

describe('colours', () => {
  const run = async (env: Record<string, string>) => {
    const { stdout, stderr } = await checkPolicy(CLEAN, await leapsome(), AT_DEMO, env);
    return stdout + stderr;
  };

  test('none into a pipe', async () => {
    expect(await run({})).not.toContain(ESCAPE);
  });

  test('FORCE_COLOR asks for them', async () => {
    expect(await run({ FORCE_COLOR: '1' })).toContain(`${ESCAPE}[`);
  });

  test.each(['check', 'merge', 'verify'])('NO_COLOR goes before FORCE_COLOR: %s', async (command) => {
    const cwd = workspace({ 'policy.yml': CLEAN });
    const args = command === 'check' ? ['--policy', 'policy.yml'] : ['.'];
    const { stdout, stderr } = await cli([command, ...args], {
      cwd,
      env: { FORCE_COLOR: '1', NO_COLOR: '1' },
    });
    expect(stdout).not.toBe('');
    expect(stdout + stderr).not.toContain(ESCAPE);
  });

  test('NO_COLOR goes before FORCE_COLOR where a service is asked', async () => {
    expect(await run({ FORCE_COLOR: '1', NO_COLOR: '1' })).not.toContain(ESCAPE);
  });

  test('an empty NO_COLOR says nothing', async () => {
    expect(await run({ FORCE_COLOR: '1', NO_COLOR: '' })).toContain(`${ESCAPE}[`);
  });

  test.each([{ NO_COLOR: '1' }, { FORCE_COLOR: '0' }, { TERM: 'dumb' }])('none with %j', async (env) => {
    expect(await run(env)).not.toContain(ESCAPE);
  });

  test('JSON and commands have none even then', async () => {
    for (const format of ['json', 'github']) {
      const { stdout } = await checkPolicy(CLEAN, await leapsome(), [...AT_DEMO, '--format', format], {
        FORCE_COLOR: '1',
      });
      expect(stdout).not.toContain(ESCAPE);
    }
  });
});

test('a reader that goes away is no mistake: the exit code is the verdict', async () => {
  const people = BRIGHTWATER.people.map((person, i) => ({
    ...person,
    userName: `${'x'.repeat(2000)}${i}@a.example`,
  }));
  const standIn = await leapsome({ population: scimRows({ ...BRIGHTWATER, people }) });
  const cwd = workspace({
    'policy.yml':
      'version: 1\naccounts: { at-most: [] }\ngroups: [{ name: "*", members: { never: [everyone] } }]\n',
  });
  const line = '$program check --policy policy.yml --personal-data show | head -c 10; echo " $PIPESTATUS"';
  const { stdout, stderr } = await shell(line, { cwd, env: against(standIn) });
  expect(stdout).toMatch(/ 1\n$/);
  expect(stderr).toMatch(/^Report: [^\n]*\nManifest: [^\n]*, SHA-256 [0-9a-f]{64}\n$/);
  expect(JSON.parse(readFileSync(join(cwd, 'leapsome-access-report/report.json'), 'utf8')).result).toBe(
    'drift',
  );
});

describe('the environment', () => {
  const stable = async (standIn: StandIn, env: Record<string, string>) => {
    const { code, stdout, report } = await checkPolicy(SCIM_POLICY, standIn, AT_DEMO, env);
    const { startedAt, finishedAt, sources, ...rest } = report!;
    expect(startedAt).toMatch(/Z$/);
    expect(finishedAt).toMatch(/Z$/);
    expect(sources).toHaveLength(1);
    return { code, stdout, rest };
  };

  test('a foreign locale and time zone change nothing', async () => {
    const standIn = await leapsome();
    const [here, ...others] = await Promise.all(
      [
        ['C.UTF-8', 'UTC'],
        ['tr_TR.UTF-8', 'Pacific/Kiritimati'],
        ['ar_EG.UTF-8', 'America/Adak'],
        ['C', 'Asia/Kathmandu'],
      ].map(([locale = '', TZ = '']) =>
        stable(standIn, { LANG: locale, LC_ALL: locale, LANGUAGE: locale, TZ }),
      ),
    );
    expect(here!.code).toBe(1);
    for (const there of others) expect(there).toEqual(here);
  });

  test('an old Node says so in one line', async () => {
    const cwd = workspace({
      'policy.yml': CLEAN,
      'old.cjs': `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: process.env.FAKE_NODE } });`,
    });
    const standIn = await leapsome();
    for (const [version, works] of [
      ['20.19.0', false],
      ['22.18.9', false],
      ['22.19.0', true],
    ] as const) {
      const { code, stdout, stderr } = await cli(['check', '--policy', 'policy.yml', ...AT_DEMO], {
        cwd,
        env: { ...against(standIn), FAKE_NODE: version },
        nodeArgs: ['--require', join(cwd, 'old.cjs')],
      });
      if (works) expect(code).toBe(0);
      else expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      if (!works)
        expect(stderr).toBe(`leapsome-access-policy needs Node 22.19 or later; this is Node ${version}.\n`);
    }
  });

  test('Windows line ends give the same findings', async () => {
    const standIn = await leapsome();
    const unix = await checkPolicy(SCIM_POLICY, standIn, AT_DEMO);
    const windows = await checkPolicy(SCIM_POLICY.replaceAll('\n', '\r\n'), standIn, AT_DEMO);
    expect(windows.report?.findings).toEqual(unix.report?.findings);
  });

  test('a mistake of the program itself is exit code 2, not Node’s 1, and tells no data', async () => {
    const cwd = workspace({ 'policy.yml': CLEAN });
    writeFileSync(
      join(cwd, 'broken.cjs'),
      `const { parse } = JSON; JSON.parse = (text, ...rest) => { if (text.includes('Resources')) throw Object.assign(new SyntaxError('LEAK ' + text), { code: 'E_BROKEN' }); return parse(text, ...rest); };
       const { stringify } = JSON; JSON.stringify = (...args) => { if (args[0]?.rule) throw new TypeError('LEAK jo@brightwater.example'); return stringify(...args); };`,
    );
    const { code, stdout, stderr } = await cli(['check', '--policy', 'policy.yml', ...AT_DEMO], {
      cwd,
      env: against(await leapsome()),
      nodeArgs: ['--require', join(cwd, 'broken.cjs')],
    });
    expect(code).toBe(2);
    expect(stdout + stderr).not.toContain('LEAK');
  });
});

test('a check only ever reads: every request is a GET', async () => {
  const standIn = await leapsome({
    clamp: { users: 20, groups: 9 },
    faults: [{ kind: 'answers', answers: [{ status: 500 }] }],
  });
  const { code } = await checkPolicy(SCIM_POLICY, standIn, AT_DEMO);
  expect(code).toBe(1);
  expect(standIn.requests.length).toBeGreaterThan(6);
  expect(new Set(standIn.requests.map((request) => request.method))).toEqual(new Set(['GET']));
});
