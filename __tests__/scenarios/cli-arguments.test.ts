import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { cli, leapsome, workspace } from './harness.ts';

const POLICY = 'version: 1\n';
const SECRET = 'sUp3rS3cretT0ken';

describe('help', () => {
  test.each([[], ['--help'], ['-h'], ['help']])('without a command: %j', async (...args) => {
    const { code, stdout, stderr } = await cli(args, { cwd: workspace() });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const word of [
      'check',
      'validate',
      'demo',
      'Usage:',
      'Exit codes: 0 in sync, 1 drift, 2 could not check',
    ])
      expect(stdout).toContain(word);
  });

  test.each([
    [
      'check',
      ['--policy', '--fail-on', '--as-of', '--report-dir', '--timeout', '--format', 'LEAPSOME_SCIM_TOKEN'],
    ],
    ['validate', ['--policy', '--format', '0 valid']],
    ['demo', ['--serve']],
  ])('of %s names every option, and no flag for a secret', async (command, words) => {
    for (const flag of ['--help', '-h']) {
      const { code, stdout, stderr } = await cli([command, flag], { cwd: workspace() });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      for (const word of words) expect(stdout).toContain(word);
      expect(stdout).not.toContain('--scim-token');
    }
  });

  test.each(['--version', '-v'])('%s', async (flag) => {
    const { code, stdout } = await cli([flag], { cwd: workspace() });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('refused with exit code 2, on standard error only, and nobody is asked', () => {
  test.each<[string[], string[]]>([
    [['chek'], ['no command "chek"', 'Did you mean "check"?']],
    [['constructor'], ['no command "constructor"']],
    [['--policy', 'policy.yml'], ['no command "--policy"']],
    [
      ['check', '--polcy', 'policy.yml'],
      ['no option "--polcy"', 'Did you mean "policy"?'],
    ],
    [
      ['check', '--fail-onn=error'],
      ['no option "--fail-onn"', 'Did you mean "fail-on"?'],
    ],
    [['validate', '--fail-on', 'error'], ['no option "--fail-on"']],
    [['demo', '--format', 'json'], ['no option "--format"']],
    [['check', '--serve'], ['no option "--serve"']],
    [['check', '-x'], ['no option "-x"']],
    [['check', '--no-policy'], ['no option "--no-policy"']],
    [
      ['check', 'policy.yml'],
      ['"policy.yml" was not expected', '--help'],
    ],
    [['check', '--', 'policy.yml'], ['"policy.yml" was not expected']],
    [['check', '--policy'], ['--policy needs a value']],
    [['check', '--policy', '--format', 'json'], ['--policy needs a value']],
    [
      ['check', '--format', 'jsn'],
      ['--format cannot be "jsn"', 'Did you mean "json"?', 'pretty, json, github'],
    ],
    [['check', '--format='], ['--format']],
    [
      ['check', '--fail-on', 'erorr'],
      ['--fail-on cannot be "erorr"', 'Did you mean "error"?', 'never'],
    ],
    [['check', '--fail-on', 'Error'], ['Did you mean "error"?']],
    [
      ['check', '--personal-data', 'hide'],
      ['--personal-data cannot be "hide"', 'auto, show, mask'],
    ],
    [['check', '--formats', 'json,cvs'], ['--formats has no "cvs"']],
    [
      ['check', '--timeout', '5'],
      ['--timeout cannot be "5"', '90s'],
    ],
    [['check', '--timeout', '0s'], ['--timeout cannot be "0s"']],
    [['check', '--timeout', '7h'], ['at most 6h']],
    [['check', '--timeout', '-5m'], ['--timeout']],
    [['check', '--timeout', '1e3s'], ['--timeout']],
    [
      ['check', '--as-of', 'tomorrow'],
      ['--as-of', '"tomorrow"', '2026-12-31'],
    ],
    [
      ['check', '--as-of', '2026-02-30'],
      ['--as-of', '"2026-02-30"'],
    ],
    [['check', '--as-of', '2026-13-01T00:00:00Z'], ['--as-of']],
    [['check', '--as-of', '31.12.2026'], ['--as-of']],
    [
      ['check', '--report-dir', '../elsewhere'],
      ['--report-dir', 'out of the working directory'],
    ],
    [
      ['check', '--scim-url', 'http://api.leapsome.com/scim/v1'],
      ['unencrypted to api.leapsome.com', 'https'],
    ],
    [['check', '--scim-url', 'http://127.0.0.1.evil.example/'], ['unencrypted']],
    [['check', '--scim-url', 'http://localhost.evil.example/'], ['unencrypted']],
    [['check', '--scim-url', 'http://0.0.0.0/'], ['unencrypted']],
    [['check', '--scim-url', 'ftp://api.leapsome.com'], ['is not a URL']],
    [['check', '--scim-url', 'file:///etc/passwd'], ['is not a URL']],
    [['check', '--scim-url', 'api.leapsome.com/scim/v1'], ['is not a URL']],
    [['check', '--scim-url', 'https://api.leapsome.com/scim/v1?a=b'], ['query']],
    [
      ['check', '--fail-on', 'x', '--timeout', 'y', '--as-of', 'z'],
      ['--fail-on', '--timeout', '--as-of'],
    ],
    [['check', '--fail-on', 'a\n::error::b'], ['a\\n:\\u003aerror:\\u003ab']],
  ])('%j', async (args, says) => {
    const standIn = await leapsome();
    const { code, stdout, stderr, files } = await cli(args, {
      cwd: workspace({ 'policy.yml': POLICY }),
      env: { LEAPSOME_SCIM_TOKEN: SECRET },
    });
    expect({ code, stdout, files }).toEqual({ code: 2, stdout: '', files: [] });
    for (const each of says) expect(stderr).toContain(each);
    expect(stderr).not.toContain(SECRET);
    expect(standIn.requests).toEqual([]);
  });
});

describe('an option that stands there twice', () => {
  test.each([
    [['check', '--fail-on', 'error', '--fail-on', 'never'], '--fail-on stands there 2 times'],
    [['check', '--fail-on', 'error', '--fail-on=error'], '--fail-on stands there 2 times'],
    [
      ['check', '--policy', 'policy.yml', '--policy', 'a.yml', '--policy', 'b.yml'],
      '--policy stands there 3 times',
    ],
    [['check', '--snapshot', '--snapshot', 'false'], '--snapshot stands there 2 times'],
    [['check', '--format', 'json', '--format', 'pretty'], '--format stands there 2 times'],
    [['validate', '--policy', 'policy.yml', '--policy', 'policy.yml'], '--policy stands there 2 times'],
    [['init', '--force', '--force'], '--force stands there 2 times'],
    [['doctor', '--timeout', '5s', '--timeout', '1h'], '--timeout stands there 2 times'],
    [['explain', 'Payroll', '--kind', 'group', '--kind', 'role'], '--kind stands there 2 times'],
    [['review', 'start', '--as-of', '2026-01-01', '--as-of', '2027-01-01'], '--as-of stands there 2 times'],
    [['demo', '--serve', '--serve'], '--serve stands there 2 times'],
    [['merge', 'a', '--format', 'json', '--format', 'pretty'], '--format stands there 2 times'],
    [['verify', 'a', '--format', 'json', '--format', 'pretty'], '--format stands there 2 times'],
  ])('is refused, since nobody can tell which one is meant: %j', async (args, says) => {
    const { code, stdout, stderr, files } = await cli(args, { cwd: workspace({ 'policy.yml': POLICY }) });
    expect({ code, stdout, files }).toEqual({ code: 2, stdout: '', files: [] });
    expect(stderr).toContain(says);
  });

  test('is not refused where somebody asks for help', async () => {
    expect((await cli(['check', '--help', '-h'], { cwd: workspace() })).code).toBe(0);
  });
});

describe('a check that is refused', () => {
  const LEFT = ['manifest.json', 'report.json'];

  test.each([
    [['--as-of']],
    [['--nope', 'x']],
    [['policy.yml']],
    [['--fail-on', 'error', '--fail-on', 'never']],
    [['--format', 'jsn']],
    [['--scim-token', 'x']],
    [['--formats', 'nope']],
  ])('leaves no report of an earlier one: %j', async (args) => {
    const cwd = workspace();
    for (const directory of ['leapsome-access-report', 'elsewhere', 'other'])
      for (const name of [...LEFT, 'mine.txt']) {
        mkdirSync(join(cwd, directory), { recursive: true });
        writeFileSync(join(cwd, directory, name), '{}');
      }
    const there = (directory: string) => readdirSync(join(cwd, directory)).sort();
    expect((await cli(['check', ...args], { cwd })).code).toBe(2);
    expect([there('leapsome-access-report'), there('elsewhere')]).toEqual([
      ['mine.txt'],
      ['manifest.json', 'mine.txt', 'report.json'],
    ]);
    expect((await cli(['check', '--report-dir', 'elsewhere', ...args], { cwd })).code).toBe(2);
    expect((await cli(['check', ...args, '--report-dir=other'], { cwd })).code).toBe(2);
    expect([there('elsewhere'), there('other')]).toEqual([['mine.txt'], ['mine.txt']]);
  });

  test.each([
    ['of another command', ['validate', '--nope', 'x']],
    ['of a directory outside', ['check', '--nope', 'x', '--report-dir', '../elsewhere']],
    ['of a command that is none', ['chek', '--nope', 'x']],
    ['while it only asks for help', ['check', '--help']],
  ])('leaves the report %s', async (_, args) => {
    const cwd = workspace({
      'here/leapsome-access-report/report.json': '{}',
      'elsewhere/report.json': '{}',
    });
    await cli(args, { cwd: join(cwd, 'here') });
    expect(readdirSync(join(cwd, 'here/leapsome-access-report'))).toEqual(['report.json']);
    expect(readdirSync(join(cwd, 'elsewhere'))).toEqual(['report.json']);
  });
});

describe('a secret on the command line', () => {
  test.each([
    [['--scim-token', SECRET]],
    [[`--scim-token=${SECRET}`]],
    [['--format', 'json', `--scim-token=${SECRET}`]],
  ])('is refused without being shown: %j', async (args) => {
    const { code, stdout, stderr } = await cli(['check', ...args], {
      cwd: workspace({ 'policy.yml': POLICY }),
    });
    expect(code).toBe(2);
    expect(stderr).toContain('LEAPSOME_SCIM_TOKEN');
    expect(stdout + stderr).not.toContain(SECRET);
  });

  test.each([
    [[`--scim_token=${SECRET}`]],
    [['--scim_token', SECRET]],
    [[`--SCIM-TOKEN=${SECRET}`]],
    [['--token', SECRET]],
    [[`-t${SECRET}`]],
    [['--scim-url', `https://user:${SECRET}@api.leapsome.com/scim/v1`]],
    [['--scim-url', `https://api.leapsome.com/scim/v1?token=${SECRET}`]],
    [['--scim-url', `http://api.leapsome.com/${SECRET}`]],
  ])('is not shown in a misspelt option or a URL: %j', async (args) => {
    const { code, stdout, stderr } = await cli(['check', ...args], {
      cwd: workspace({ 'policy.yml': POLICY }),
    });
    expect(code).toBe(2);
    expect(stdout + stderr).not.toContain(SECRET);
  });
});

describe('a token in the environment', () => {
  test.each([
    ['white space inside', `${SECRET} tail`],
    ['a line break inside', `${SECRET}\ntail`],
    ['two line breaks at the end', `${SECRET}\n\n`],
    ['a space in front', ` ${SECRET}`],
    ['a tab at the end', `${SECRET}\t`],
    ['a letter that no header carries', `${SECRET}é`],
    ['a carriage return alone', `${SECRET}\r`],
  ])('with %s is refused and not shown', async (_, token) => {
    const standIn = await leapsome({ token: SECRET });
    const { code, stdout, stderr } = await cli(['check', '--policy', 'policy.yml'], {
      cwd: workspace({ 'policy.yml': POLICY }),
      env: { LEAPSOME_SCIM_URL: standIn.scimUrl, LEAPSOME_SCIM_TOKEN: token },
    });
    expect(code).toBe(2);
    expect(stderr).toContain('scim-token');
    expect(stdout + stderr).not.toContain(SECRET);
    expect(standIn.requests).toEqual([]);
  });

  test.each(['\n', '\r\n'])('loses one line end: %j', async (end) => {
    const standIn = await leapsome({ token: SECRET });
    const { code, report } = await cli(['check', '--policy', 'policy.yml'], {
      cwd: workspace({ 'policy.yml': 'version: 1\nrules: { unmanaged-group: off }\n' }),
      env: { LEAPSOME_SCIM_URL: standIn.scimUrl, LEAPSOME_SCIM_TOKEN: `${SECRET}${end}` },
    });
    expect(report?.problems).toEqual([]);
    expect(code).not.toBe(2);
  });

  test.each(['', '\n'])('of %j is none', async (token) => {
    const { code, report, stdout } = await cli(['check', '--policy', 'policy.yml'], {
      cwd: workspace({ 'policy.yml': POLICY }),
      env: { LEAPSOME_SCIM_TOKEN: token },
    });
    expect(code).toBe(2);
    expect(report?.problems.map((problem) => problem.code)).toEqual(['no-credentials']);
    expect(stdout).toContain('LEAPSOME_SCIM_TOKEN');
  });
});
