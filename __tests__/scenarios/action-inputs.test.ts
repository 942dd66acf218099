import { execFileSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { DEMO_TOKEN } from '../../demo/stand-in.ts';
import { commandsOf } from '../reporters/runner.ts';
import { action, leapsome, workspace } from './harness.ts';

const POLICY =
  'version: 1\ngroups: [{ name: "*" }]\nrules: { leaver-active: off, inactive-member: off, inactive-manager: off }\n';
const SECRET = 'sUp3rS3cretT0ken';

function errors(stdout: string): string[] {
  return commandsOf(stdout).flatMap(({ name, data }) => (name === 'error' ? [data] : []));
}

describe('refused by name, and nobody is asked', () => {
  test.each<[Record<string, string>, string[]]>([
    [{ command: 'chek' }, ['"command"', '"chek"', 'Did you mean "check"?']],
    [{ command: 'demo' }, ['"command"', '"demo"']],
    [{ 'fail-on': 'warn' }, ['"fail-on"', '"warn"', 'never']],
    [{ 'personal-data': 'yes' }, ['"personal-data"', '"yes"']],
    [{ formats: 'json, cvs' }, ['"formats"', '"cvs"']],
    [{ formats: ',' }, ['"formats"', 'names nothing', 'json']],
    [{ command: 'merge', reports: '.', expect: ' , ' }, ['"expect"', 'names nothing']],
    [{ 'as-of': '2026-02-30' }, ['"as-of"', '2026-02-30']],
    [{ timeout: 'soon' }, ['"timeout"', '"soon"']],
    [{ 'report-dir': '/tmp/x' }, ['"report-dir"', 'workspace']],
    [{ 'scim-url': 'http://api.leapsome.com/scim/v1' }, ['"scim-url"', 'unencrypted', 'api.leapsome.com']],
    [{ 'scim-url': `https://user:${SECRET}@api.leapsome.com/` }, ['"scim-url"', 'credentials']],
    [{ 'scim-url': `https://${SECRET}@api.leapsome.com/` }, ['"scim-url"', 'credentials']],
    [{ 'scim-url': `https://api.leapsome.com/#${SECRET}` }, ['"scim-url"', 'fragment']],
    [{ 'scim-url': SECRET }, ['"scim-url"', 'not a URL']],
    [{ 'scim-token': `${SECRET} ${SECRET}` }, ['"scim-token"', 'white space']],
    [{ 'scim-token': `Bearer ${SECRET}` }, ['"scim-token"', 'white space']],
    [{ 'scim-token': `${SECRET}\n${SECRET}` }, ['"scim-token"']],
    [{ 'scim-token': `"${SECRET}"\n\n` }, ['"scim-token"']],
    [{ 'scim-token': `${SECRET}\u200b` }, ['"scim-token"']],
    [{ 'fail-on': 'a\n::set-output name=result::in-sync\n##[error]b' }, ['"fail-on"']],
  ])('%j', async (inputs, says) => {
    const standIn = await leapsome();
    const { code, stdout, stderr, outputs, files } = await action({
      cwd: workspace({ 'policy.yml': POLICY }),
      inputs: { policy: 'policy.yml', 'scim-url': standIn.scimUrl, 'scim-token': 'token', ...inputs },
    });
    expect({ code, result: outputs.result, stderr, files }).toEqual({
      code: 2,
      result: 'could-not-check',
      stderr: '',
      files: [],
    });
    const [message] = errors(stdout);
    for (const each of says) expect(message).toContain(each);
    const withoutMasks = stdout.replace(/^::add-mask::.*$/gm, '');
    expect(withoutMasks).not.toContain(SECRET);
    expect(new Set(commandsOf(stdout).map(({ name }) => name))).toEqual(new Set(['add-mask', 'error']));
    expect(standIn.requests).toEqual([]);
  });

  test('all of them at once', async () => {
    const { stdout } = await action({
      cwd: workspace({ 'policy.yml': POLICY }),
      inputs: { 'fail-on': 'x', timeout: 'y', 'as-of': 'z', formats: 'w' },
    });
    expect(errors(stdout)).toHaveLength(4);
  });
});

test('a misspelt input is said, and ignored', async () => {
  const standIn = await leapsome();
  const { code, stdout } = await action({
    cwd: workspace({ 'policy.yml': POLICY }),
    inputs: {
      policy: 'policy.yml',
      'scim-url': standIn.scimUrl,
      'scim-token': standIn.token,
      fail_onn: 'never',
    },
  });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^::warning::There is no input "fail onn"\. Did you mean "fail-on"\?/m);
});

test.each<[string, Record<string, string>, string[]]>([
  [
    'validate',
    { comment: 'always', formats: 'json,csv', reports: 'x', 'fail-on': 'error' },
    // What a check takes may be there: without a secret, "validate" stands in for it.
    ['The input "reports" is for the command "merge". With "validate" it does nothing.'],
  ],
  [
    'check',
    { expect: 'acme', groups: 'Pay*', snapshot: 'false', 'issue-label': 'x' },
    [
      'The input "expect" is for the command "merge". With "check" it does nothing.',
      'The input "groups" is for the commands "init" and "review". With "check" it does nothing.',
    ],
  ],
])('inputs that %s does nothing with are said', async (command, inputs, says) => {
  const standIn = await leapsome();
  const { code, stdout } = await action({
    cwd: workspace({ 'policy.yml': POLICY }),
    inputs: {
      command,
      policy: 'policy.yml',
      'scim-url': standIn.scimUrl,
      'scim-token': standIn.token,
      ...inputs,
    },
  });
  expect(code).toBe(0);
  expect(commandsOf(stdout).flatMap(({ name, data }) => (name === 'warning' ? [data] : []))).toEqual(says);
});

describe('secrets', () => {
  test('are masked before anything else, as given and as used', async () => {
    const standIn = await leapsome({ token: SECRET });
    const { code, stdout } = await action({
      cwd: workspace({ 'policy.yml': POLICY }),
      inputs: { policy: 'policy.yml', 'scim-url': standIn.scimUrl, 'scim-token': `${SECRET}\n` },
    });
    expect(code).toBe(0);
    const lines = stdout.split('\n').filter((line) => line !== '');
    const last = lines.findLastIndex((line) => line.startsWith('::add-mask::'));
    expect(lines.slice(0, last + 1).every((line) => line.startsWith('::add-mask::'))).toBe(true);
    expect(lines).toContain(`::add-mask::${SECRET}`);
    expect(lines.slice(last + 1).join('\n')).not.toContain(SECRET);
  });

  test('are masked also where they come from the environment, and where they are wrong', async () => {
    for (const token of [SECRET, `${SECRET} ${SECRET}`]) {
      const { stdout } = await action({
        cwd: workspace({ 'policy.yml': POLICY }),
        inputs: { policy: 'policy.yml', 'scim-url': 'http://127.0.0.1:9', timeout: '1s' },
        env: { LEAPSOME_SCIM_TOKEN: token },
      });
      expect(stdout.split('\n')[0]).toBe(`::add-mask::${token}`);
    }
  });
});

describe('where there are no secrets', () => {
  const pullRequest = (head: object | null) => ({
    repository: { full_name: 'acme/policy', private: true },
    pull_request: { head: { sha: 'a'.repeat(40), repo: head }, base: { repo: { full_name: 'acme/policy' } } },
  });

  test.each<[string, object, Record<string, string>, RegExp]>([
    [
      'a fork',
      pullRequest({ full_name: 'mallory/policy', fork: true }),
      {},
      /no credentials \(forks get none\)/,
    ],
    ['a fork that was deleted', pullRequest(null), {}, /no credentials \(forks get none\)/],
    [
      'Dependabot',
      pullRequest({ full_name: 'acme/policy' }),
      { GITHUB_ACTOR: 'dependabot[bot]' },
      /Dependabot/,
    ],
    [
      'somebody who forgot them',
      pullRequest({ full_name: 'acme/policy' }),
      {},
      /no credentials, so Leapsome/,
    ],
    ['a push', { repository: { full_name: 'acme/policy' } }, {}, /no credentials, so Leapsome/],
  ])('%s: the policy alone is looked at, and it is never a pass', async (_, event, env, says) => {
    const standIn = await leapsome();
    const options = {
      event,
      env: { GITHUB_EVENT_NAME: 'pull_request', ...env },
      inputs: { policy: 'policy.yml', 'scim-url': standIn.scimUrl, 'fail-on': 'never' },
    };
    const good = await action({ ...options, cwd: workspace({ 'policy.yml': POLICY }) });
    expect({ code: good.code, result: good.outputs.result }).toEqual({ code: 2, result: 'could-not-check' });
    expect(good.report?.problems).toEqual([
      expect.objectContaining({ code: 'no-credentials', message: expect.stringMatching(says) }),
    ]);
    if (says.source.includes('forks')) {
      const bad = await action({ ...options, cwd: workspace({ 'policy.yml': `${POLICY}x: 1\n` }) });
      expect(bad.report?.problems).toEqual([expect.objectContaining({ code: 'policy-invalid' })]);
      const alone = await action({
        ...options,
        inputs: { ...options.inputs, command: 'validate' },
        cwd: workspace({ 'policy.yml': POLICY }),
      });
      expect({ code: alone.code, result: alone.outputs.result }).toEqual({ code: 0, result: 'valid' });
    }
    expect(standIn.requests).toEqual([]);
  });
});

describe('half of a credential, where secrets have come', () => {
  const sha = 'a'.repeat(40);
  const ofFork = {
    repository: { full_name: 'acme/policy', private: true },
    pull_request: {
      head: { sha: 'b'.repeat(40), repo: { full_name: 'mallory/policy', fork: true } },
      base: { sha },
    },
  };

  test.each<[string, string, object, Record<string, string>]>([
    ['a fork with pull_request_target', 'pull_request_target', ofFork, {}],
    ['a fork that secrets are sent to', 'pull_request', ofFork, {}],
    ['Dependabot with secrets of its own', 'pull_request', {}, { GITHUB_ACTOR: 'dependabot[bot]' }],
    ['a schedule of Dependabot', 'schedule', {}, { GITHUB_ACTOR: 'dependabot[bot]' }],
    ['a schedule', 'schedule', {}, {}],
  ])('%s: it is no pass', async (_, name, event, env) => {
    for (const command of ['check', 'init', 'doctor']) {
      const standIn = await leapsome();
      const { code, outputs, stdout } = await action({
        cwd: workspace({ 'policy.yml': POLICY, '.git/HEAD': `${sha}\n` }),
        inputs: {
          command,
          policy: command === 'init' ? 'new.yml' : 'policy.yml',
          'scim-url': standIn.scimUrl,
          'scim-token': standIn.token,
          'stackone-account-id': 'account',
        },
        env: { GITHUB_EVENT_NAME: name, GITHUB_SHA: sha, ...env },
        event,
      });
      expect({ code, result: outputs.result }).toEqual({ code: 2, result: 'could-not-check' });
      expect(stdout).toContain('`stackone-account-id` is given without `stackone-api-key`');
      expect(stdout).not.toContain('forks get none');
    }
  });

  test.each([
    ['pull_request_target', ofFork, {}],
    ['schedule', {}, { GITHUB_ACTOR: 'dependabot[bot]' }],
  ])(
    'none at all with %s, which gives them to everybody, is said without an excuse',
    async (name, event, env) => {
      const { report } = await action({
        cwd: workspace({ 'policy.yml': POLICY, '.git/HEAD': `${sha}\n` }),
        inputs: { policy: 'policy.yml' },
        env: { GITHUB_EVENT_NAME: name, GITHUB_SHA: sha, ...env },
        event,
      });
      expect(report?.problems.map(({ message }) => message)).toEqual([
        expect.stringContaining('there are no credentials, so Leapsome'),
      ]);
    },
  );
});

describe('events by strangers, with secrets', () => {
  function git(cwd: string, ...args: string[]): string {
    const who = {
      GIT_AUTHOR_NAME: 'a',
      GIT_AUTHOR_EMAIL: 'a@b.c',
      GIT_COMMITTER_NAME: 'a',
      GIT_COMMITTER_EMAIL: 'a@b.c',
    };
    const env = { PATH: process.env.PATH, HOME: cwd, GIT_CONFIG_NOSYSTEM: '1', ...who };
    return execFileSync('git', args, {
      cwd,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  }

  function repository(): { cwd: string; base: string; head: string } {
    const cwd = workspace({ 'policy.yml': POLICY });
    git(cwd, 'init', '-q', '-b', 'main');
    git(cwd, 'add', '.');
    git(cwd, 'commit', '-qm', 'base');
    const base = git(cwd, 'rev-parse', 'HEAD');
    git(cwd, 'checkout', '-qb', 'evil');
    writeFileSync(join(cwd, 'policy.yml'), `${POLICY}# anybody may do anything\n`);
    git(cwd, 'commit', '-qam', 'head');
    return { cwd, base, head: git(cwd, 'rev-parse', 'HEAD') };
  }

  async function run(
    { cwd, base, head }: { cwd: string; base: string; head: string },
    policy = 'policy.yml',
    command = 'check',
    event = 'pull_request_target',
  ) {
    const standIn = await leapsome();
    const change = { head: { sha: head, repo: { full_name: 'mallory/policy' } }, base: { sha: base } };
    const payload = {
      pull_request_target: { pull_request: change },
      workflow_run: { workflow_run: { head_sha: head } },
    };
    const finished = await action({
      cwd,
      inputs: { command, policy, 'scim-url': standIn.scimUrl, 'scim-token': DEMO_TOKEN },
      env: { GITHUB_EVENT_NAME: event, GITHUB_SHA: base },
      event: payload[event as keyof typeof payload] ?? {},
    });
    return { ...finished, asked: standIn.requests.length };
  }

  test('with the base checked out it is a check like any other', async () => {
    const repo = repository();
    for (const checkout of [
      ['-q', 'main'],
      ['-q', '--detach', repo.base],
      ['-qb', 'feature/zürich#1', repo.base],
    ]) {
      git(repo.cwd, 'checkout', ...checkout);
      const { code, outputs, asked } = await run(repo);
      expect({ code, result: outputs.result }).toEqual({ code: 0, result: 'in-sync' });
      expect(asked).toBeGreaterThan(0);
    }
    git(repo.cwd, 'checkout', '-q', 'main');
    git(repo.cwd, 'pack-refs', '--all');
    expect((await run(repo)).code).toBe(0);
  });

  test.each<[string, (repo: ReturnType<typeof repository>) => string | undefined]>([
    ['the head', () => undefined],
    ['the head, detached', ({ cwd, head }) => void git(cwd, 'checkout', '-q', '--detach', head)],
    [
      'the head in a directory of its own',
      ({ cwd, head }) => {
        git(cwd, 'checkout', '-q', 'main');
        git(cwd, 'clone', '-q', '.', 'pr');
        git(join(cwd, 'pr'), 'checkout', '-q', head);
        return 'pr/policy.yml';
      },
    ],
    [
      'a worktree of the head',
      ({ cwd, head }) => {
        git(cwd, 'checkout', '-q', 'main');
        git(cwd, 'worktree', 'add', '-q', '--detach', 'pr', head);
        return 'pr/policy.yml';
      },
    ],
    [
      'a merge of both',
      ({ cwd, base }) => {
        git(cwd, 'checkout', '-q', '--detach', base);
        git(cwd, 'merge', '-q', '--no-ff', '-m', 'merge', 'evil');
        return undefined;
      },
    ],
    ['no repository at all', ({ cwd }) => void execFileSync('rm', ['-rf', join(cwd, '.git')])],
  ])('with %s it is refused, and nobody is asked', async (_, prepare) => {
    const repo = repository();
    const policy = prepare(repo) ?? 'policy.yml';
    for (const command of policy === 'policy.yml' ? ['check', 'validate'] : ['check']) {
      const { code, outputs, stdout, asked } = await run(repo, policy, command);
      expect({ code, result: outputs.result, asked }).toEqual({
        code: 2,
        result: 'could-not-check',
        asked: 0,
      });
      expect(stdout).toContain('pull_request_target');
      // Since December 2025 that commit is of the default branch, whatever the base is.
      expect(stdout).not.toMatch(/the base/);
    }
  });

  test('a link, or an include, from the base to the head is refused', async () => {
    const repo = repository();
    git(repo.cwd, 'checkout', '-q', 'main');
    git(repo.cwd, 'clone', '-q', '.', 'pr');
    git(join(repo.cwd, 'pr'), 'checkout', '-q', repo.head);
    symlinkSync('pr/policy.yml', join(repo.cwd, 'link.yml'));
    writeFileSync(join(repo.cwd, 'including.yml'), 'version: 1\ninclude: [{ path: pr/groups.yml }]\n');
    writeFileSync(join(repo.cwd, 'pr/groups.yml'), 'version: 1\ngroups: [{ name: "*" }]\n');
    for (const policy of ['link.yml', 'including.yml']) {
      const { code, asked, stdout } = await run(repo, policy);
      expect({ code, asked }).toEqual({ code: 2, asked: 0 });
      expect(stdout).toContain('pull_request_target');
    }
  });

  test.each(
    'workflow_run issue_comment issues discussion discussion_comment check_run check_suite status'.split(' '),
  )('%s takes the policy of the commit that the run was started for, and no other', async (event) => {
    const repo = repository();
    const refused = await run(repo, 'policy.yml', 'check', event);
    expect({ code: refused.code, asked: refused.asked }).toEqual({ code: 2, asked: 0 });
    expect(refused.outputs.result).toBe('could-not-check');
    expect(refused.report?.problems).toEqual([
      expect.objectContaining({
        code: 'policy-invalid',
        message: `The event is ${event}, and the policy comes from commit ${repo.head.slice(0, 12)}, not from the commit that the run was started for: a stranger could have written it.`,
      }),
    ]);
    git(repo.cwd, 'checkout', '-q', '--detach', repo.base);
    expect((await run(repo, 'policy.yml', 'check', event)).outputs.result).toBe('in-sync');
    execFileSync('rm', ['-rf', join(repo.cwd, '.git')]);
    const unknown = await run(repo, 'policy.yml', 'check', event);
    expect({ code: unknown.code, asked: unknown.asked }).toEqual({ code: 2, asked: 0 });
    expect(unknown.report?.problems[0]?.message).toBe(
      `The event is ${event}, and it cannot be told which commit the policy comes from.`,
    );
  });

  test('what is no commit is not called one', async () => {
    const repo = repository();
    for (const head of ['::error::x\n', 'ref: refs/heads/../../p', 'ref: refs/heads/gone']) {
      writeFileSync(join(repo.cwd, '.git/HEAD'), head);
      const { code, report } = await run(repo, 'policy.yml', 'check', 'workflow_run');
      expect(code).toBe(2);
      expect(report?.problems[0]?.message).toBe(
        'The event is workflow_run, and it cannot be told which commit the policy comes from.',
      );
    }
  });

  test('a workflow_run after a push to the default branch is a check like any other', async () => {
    const repo = repository();
    git(repo.cwd, 'checkout', '-q', 'main');
    const { outputs } = await run({ ...repo, head: repo.base }, 'policy.yml', 'check', 'workflow_run');
    expect(outputs.result).toBe('in-sync');
  });

  test.each(['schedule', 'push', 'workflow_dispatch', 'pull_request_review'])(
    '%s, which no stranger starts with secrets, may check out what it likes',
    async (event) => {
      expect((await run(repository(), 'policy.yml', 'check', event)).outputs.result).toBe('in-sync');
    },
  );
});

test('the environment says more than the default that a runner hands in', async () => {
  const standIn = await leapsome();
  const run = (url: string) =>
    action({
      cwd: workspace({ 'policy.yml': 'version: 1\ngroups: [{ name: "*" }]\n' }),
      inputs: { policy: 'policy.yml', 'scim-token': standIn.token, 'scim-url': url, timeout: '20s' },
      env: { LEAPSOME_SCIM_URL: standIn.scimUrl },
    });
  const { report } = await run('https://api.leapsome.com/scim/v1');
  expect(report?.sources[0]?.endpoint).toBe(standIn.scimUrl);
  // What somebody wrote down counts.
  const written = await run('http://127.0.0.1:9/scim/v1');
  expect(written.report?.problems.map(({ code }) => code)).toEqual(['unreachable']);
});
