import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { GITHUB_TOKEN, type GithubOptions, json } from './github-api.ts';
import { SCIM_POLICY, workspace } from './harness.ts';
import { BASE, base, HEAD, POLICY, preview, pullRequest } from './preview.ts';

const head = { [POLICY]: SCIM_POLICY };
const inputs = { 'fail-on-existing': 'false' };

function instead(status: number): GithubOptions {
  return {
    instead(_, response) {
      json(response, status, { message: 'CANARY of the server' });
      return true;
    },
  };
}

/** Repeats itself until nobody listens any more. */
const ENDLESS: GithubOptions['instead'] = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
  const more = (): void => {
    while (response.write(`"${'x'.repeat(1024 * 1024)}",`));
    response.once('drain', more);
  };
  more();
  return true;
};

describe('without the policy of the base', () => {
  test.each<[string, Parameters<typeof preview>[0], RegExp]>([
    ['no token', { head, inputs: { 'github-token': '' } }, /there is no "github-token"/],
    ['401', { head, github: instead(401) }, /HTTP 401: the token has expired or is wrong/],
    [
      '403',
      { head, github: instead(403) },
      /HTTP 403: the job needs "permissions: contents: read"; if it has that, GitHub limits/,
    ],
    [
      '404 for everything',
      { head, github: instead(404) },
      /does not see the commit of the base; the job needs/,
    ],
    ['500', { head, github: instead(500) }, /HTTP 500/],
    ['nobody there', { head, env: { GITHUB_API_URL: 'http://127.0.0.1:9' } }, /could not be reached/],
    ['an address that is none', { head, env: { GITHUB_API_URL: 'nonsense' } }, /is not a URL/],
    [
      'another host',
      {
        head,
        github: {
          instead(_, response) {
            response.writeHead(302, { location: 'http://localhost:9/elsewhere' }).end();
            return true;
          },
        },
      },
      /credentials are not sent there/,
    ],
    [
      'a page instead of JSON',
      {
        head,
        github: {
          instead(_, response) {
            response.writeHead(200, { 'content-type': 'text/html' }).end('<p>CANARY</p>');
            return true;
          },
        },
      },
      /a web page where data was due/,
    ],
    ['an endless answer', { head, github: { instead: ENDLESS } }, /larger than 24 MiB/],
    [
      'half a file',
      {
        head,
        github: {
          instead(_, response) {
            json(response, 200, { type: 'file', size: 900, encoding: 'base64', content: 'YWJj' });
            return true;
          },
        },
      },
      /makes no sense/,
    ],
    [
      'mistakes',
      { head, github: base({ [POLICY]: 'version: 1\nx: 1\ny: 2\n' }) },
      /not valid \(2 mistakes\)/,
    ],
    ['a directory', { head, github: base({ [POLICY]: { type: 'dir' } }) }, /not valid \(one mistake\)/],
    ['a submodule', { head, github: base({ [POLICY]: { type: 'submodule' } }) }, /not valid/],
    ['a link that leads out', { head, github: base({ [POLICY]: { type: 'symlink' } }) }, /not valid/],
    [
      'an include that leads out',
      { head, github: base({ [POLICY]: `${SCIM_POLICY}include: [{ path: ../x.yml }]\n` }) },
      /not valid \(one mistake\)/,
    ],
    [
      'includes in a circle',
      { head, github: base({ [POLICY]: `${SCIM_POLICY}include: [{ path: ${POLICY} }]\n` }) },
      /not valid \(one mistake\)/,
    ],
    [
      'a name that two groups have',
      {
        head,
        github: base({
          [POLICY]: SCIM_POLICY.replace(
            'name: Finance\n',
            'id: "05e5a8ff322232197192cb09"\n    name: x\n  - name: Weekend Cycling Club\n',
          ),
        }),
      },
      /cannot be applied to what is in Leapsome \(policy-invalid\)/,
    ],
  ])('%s: one line, and everything counts', async (_, options, says) => {
    const { code, report, stdout, everything, github } = await preview({
      ...options,
      inputs: { ...inputs, ...options.inputs },
    });
    expect({ code, result: report?.result }).toEqual({ code: 1, result: 'drift' });
    expect(report?.preview).toBeUndefined();
    expect(report?.findings.some(({ change }) => change)).toBe(false);
    const about = report!.warnings.filter((warning) => warning.includes('base of the pull request'));
    expect(about).toEqual([expect.stringMatching(says)]);
    expect(about[0]).toContain('All of them count, and "fail-on-existing: false" has no effect.');
    expect(stdout).toContain(about[0]);
    expect(everything).not.toContain('CANARY');
    expect(everything.replaceAll(`::add-mask::${GITHUB_TOKEN}`, '')).not.toContain(GITHUB_TOKEN);
    expect(github.violations).toEqual([]);
  });

  test('GitHub that never answers is waited for ten seconds, not longer', async () => {
    const started = Date.now();
    const { code, report } = await preview({ head, github: { instead: () => true } });
    expect(code).toBe(1);
    expect(report?.warnings).toEqual(
      expect.arrayContaining([
        expect.stringContaining('GitHub took longer than 10 seconds. All of them count.'),
      ]),
    );
    expect(Date.now() - started).toBeLessThan(30_000);
  }, 60_000);

  test('nor does the whole run take longer than its own time', async () => {
    const { code, report } = await preview({
      head,
      github: { instead: () => true },
      inputs: { timeout: '3s' },
    });
    expect({ code, result: report?.result }).toEqual({ code: 1, result: 'drift' });
    expect(report?.warnings.join()).toContain('the run ended before');
  }, 30_000);
});

describe('a policy of another repository', () => {
  const git = (cwd: string, ...args: string[]) => execFileSync('git', args, { cwd, stdio: 'ignore' });

  test('has no base here', async () => {
    const cwd = workspace({ 'policies/policy.yml': SCIM_POLICY });
    git(join(cwd, 'policies'), 'init', '-q');
    git(join(cwd, 'policies'), 'remote', 'add', 'origin', 'https://github.com/acme/elsewhere');
    const { report, github } = await preview({ head: {}, cwd, inputs: { policy: 'policies/policy.yml' } });
    expect(report?.warnings.join()).toContain('of another repository');
    expect(github.requests).toEqual([]);
  });

  test('but one that is checked out into a directory has', async () => {
    const cwd = workspace({ 'checkout/access/policy.yml': SCIM_POLICY });
    git(join(cwd, 'checkout'), 'init', '-q');
    git(join(cwd, 'checkout'), 'remote', 'add', 'origin', 'git@github.com:acme/policy.git');
    const { report } = await preview({
      head: {},
      cwd,
      inputs: { policy: 'checkout/access/policy.yml' },
      github: base({ 'access/policy.yml': SCIM_POLICY }),
    });
    expect(report?.preview).toMatchObject({ introduced: 0, existing: 11 });
  });
});

test('a fork gets no secrets, and nobody is asked anything', async () => {
  const { code, report, github, asked } = await preview({
    head,
    inputs: { ...inputs, 'scim-token': '' },
    event: pullRequest({ fork: true }),
    github: base(head),
  });
  expect({ code, asked, github: github.requests }).toEqual({ code: 2, asked: 0, github: [] });
  expect(report?.problems.map(({ code }) => code)).toEqual(['no-credentials']);
});

describe('pull_request_target', () => {
  test('compares nothing: what is checked is not the policy of the pull request', async () => {
    const cwd = workspace(head);
    execFileSync('git', ['init', '-q', '-b', 'main'], { cwd });
    writeFileSync(join(cwd, '.git/refs/heads/main'), `${BASE}\n`);
    const { code, report, github } = await preview({
      head,
      cwd,
      inputs,
      env: { GITHUB_EVENT_NAME: 'pull_request_target', GITHUB_SHA: BASE },
      github: base(head),
    });
    expect({ code, github: github.requests }).toEqual({ code: 1, github: [] });
    expect(report?.warnings.join()).toContain(
      'with pull_request_target the policy that is checked is that of the commit that the run was started for, and not of the pull request.',
    );
  });

  test('with the policy of the head is refused as before', async () => {
    const { code, asked, github } = await preview({
      head,
      env: { GITHUB_EVENT_NAME: 'pull_request_target', GITHUB_SHA: HEAD },
      github: base(head),
    });
    expect({ code, asked, github: github.requests }).toEqual({ code: 2, asked: 0, github: [] });
  });
});
