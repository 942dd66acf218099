import { describe, expect, test } from '@jest/globals';
import { cli, leapsome, workspace } from './harness.ts';

const SECRET = 'sUp3rS3cretT0ken';

test('help names every option, every variable, and what the exit codes mean', async () => {
  const { code, stdout, stderr } = await cli(['doctor', '--help'], { cwd: workspace() });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const options = [
    'policy',
    'scim-url',
    'api-url',
    'stackone-account-id',
    'stackone-url',
    'timeout',
    'format',
  ];
  for (const option of options) expect(stdout).toMatch(new RegExp(`^  --${option} +\\S`, 'm'));
  for (const name of ['LEAPSOME_SCIM_TOKEN', 'LEAPSOME_API_SECRET', 'STACKONE_API_KEY'])
    expect(stdout).toContain(name);
  expect(stdout).toContain('pretty or json');
  expect(stdout).toContain('Exit codes: 0 ready, 2 could not check.');
});

test('the help of the program names it', async () => {
  const { stdout } = await cli(['--help'], { cwd: workspace() });
  expect(stdout).toMatch(/^ {2}doctor +\S/m);
});

describe('refused with exit code 2, on standard error only, and nobody is asked', () => {
  test.each<[string[], string[]]>([
    [['--fail-on', 'error'], ['no option "--fail-on"']],
    [['--report-dir', 'out'], ['no option "--report-dir"']],
    [['--serve'], ['no option "--serve"']],
    [
      ['--format', 'github'],
      ['--format cannot be "github"', 'pretty, json'],
    ],
    [['--timeout', 'soon'], ['--timeout cannot be "soon"']],
    [['--scim-token', SECRET], ['LEAPSOME_SCIM_TOKEN']],
    [['--api-url', 'http://api.leapsome.com/v1'], ['unencrypted']],
  ])('%j', async (args, says) => {
    const standIn = await leapsome();
    const { code, stdout, stderr, files } = await cli(['doctor', ...args], {
      cwd: workspace(),
      env: { LEAPSOME_SCIM_URL: standIn.scimUrl, LEAPSOME_SCIM_TOKEN: SECRET },
    });
    expect({ code, stdout, files }).toEqual({ code: 2, stdout: '', files: [] });
    for (const each of says) expect(stderr).toContain(each);
    expect(stderr).not.toContain(SECRET);
    expect(standIn.requests).toEqual([]);
  });
});
