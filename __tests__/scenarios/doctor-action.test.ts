import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { StandIn } from '../../demo/stand-in.ts';
import { render, tagsOf, textOf } from '../reporters/markdown.ts';
import { commandsOf } from '../reporters/runner.ts';
import { people } from './doctor.ts';
import { action, leapsome, workspace } from './harness.ts';

function inputs(standIn: StandIn, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    command: 'doctor',
    policy: '.github/leapsome-access-policy.yml',
    'scim-url': standIn.scimUrl,
    'scim-token': standIn.token,
    'api-url': standIn.apiUrl,
    'api-secret': standIn.apiSecret,
    ...more,
  };
}

const RUNNER = {
  RUNNER_OS: 'Linux\n::error::x',
  RUNNER_ARCH: 'X64|<img>',
  RUNNER_ENVIRONMENT: 'github-hosted',
};

describe('in a workflow', () => {
  test('ready: the result, a plain log, a summary, and no file', async () => {
    const standIn = await leapsome();
    const run = await action({ cwd: workspace(), inputs: inputs(standIn), env: RUNNER });
    expect({ code: run.code, stderr: run.stderr, files: run.files }).toEqual({
      code: 0,
      stderr: '',
      files: [],
    });
    expect(run.outputs).toEqual({ result: 'ready', 'policy-sha256': '' });
    expect(new Set(commandsOf(run.stdout).map(({ name }) => name))).toEqual(new Set(['add-mask']));
    expect(run.stdout).toContain(`${people.length} users (`);
    expect(run.stdout).toContain('Runner: github-hosted, Linux\\n');
    const html = render(run.summary);
    expect(textOf(html)).toContain('Ready');
    expect(textOf(html)).toContain(`${people.length} users (`);
    expect(tagsOf(html)).not.toContain('img');
  });

  test('not ready: an error annotation for each problem', async () => {
    const standIn = await leapsome();
    const run = await action({
      cwd: workspace(),
      inputs: inputs(standIn, { 'scim-token': standIn.apiSecret, 'api-secret': standIn.token }),
    });
    expect(run.code).toBe(2);
    expect(run.outputs.result).toBe('could-not-check');
    const errors = commandsOf(run.stdout).filter(({ name }) => name === 'error');
    expect(errors.map(({ data }) => data)).toEqual([
      expect.stringMatching(/`scim-token`.*holds an API secret[\s\S]*Hand this value to `api-secret`/),
      expect.stringMatching(/`api-secret`.*holds a SCIM token[\s\S]*Hand this value to `scim-token`/),
    ]);
    expect(textOf(render(run.summary))).toContain('Hand this value to `scim-token`');
    const shown = run.stdout.replaceAll(/^::add-mask::.*$/gm, '') + run.summary;
    expect(shown).not.toContain(standIn.token);
    expect(shown).not.toContain(standIn.apiSecret);
  });

  test('the policy is looked at where it stands, and is a problem only when another one was named', async () => {
    const standIn = await leapsome();
    const cwd = workspace({ '.github/leapsome-access-policy.yml': 'version: 1\ngruops: []\n' });
    const wrong = await action({ cwd, inputs: inputs(standIn) });
    expect(wrong.code).toBe(2);
    const [mark] = commandsOf(wrong.stdout).filter(({ name }) => name === 'error');
    expect(mark!.properties).toMatchObject({ file: '.github/leapsome-access-policy.yml', line: '2' });
    const named = await action({ cwd, inputs: inputs(standIn, { policy: 'other.yml' }) });
    expect(named.code).toBe(2);
    expect(named.stdout).toContain('policy-not-found');
  });

  test('forks get no secrets', async () => {
    const event = {
      repository: { full_name: 'acme/policy' },
      pull_request: { head: { sha: 'a'.repeat(40), repo: { full_name: 'mallory/policy', fork: true } } },
    };
    const run = await action({
      cwd: workspace(),
      event,
      inputs: { command: 'doctor', 'stackone-account-id': 'account' },
    });
    expect(run.code).toBe(2);
    expect(run.stdout).toContain('There are no credentials (forks get none)');
    expect(commandsOf(run.stdout).filter(({ name }) => name === 'error')).toHaveLength(1);
  });

  test("a stranger's policy is not followed, and the credentials are tried all the same", async () => {
    const standIn = await leapsome();
    const run = await action({
      cwd: workspace({ '.github/leapsome-access-policy.yml': 'version: 1\n' }),
      inputs: inputs(standIn),
      env: { GITHUB_EVENT_NAME: 'pull_request_target', GITHUB_SHA: 'b'.repeat(40) },
    });
    expect(run.code).toBe(2);
    expect(run.stdout).toContain('pull_request_target');
    expect(run.stdout).toContain('the SCIM token works');
  });

  test('the report of an earlier step is left alone, also when an input is wrong', async () => {
    const standIn = await leapsome();
    const cwd = workspace({ 'leapsome-access-report/report.json': '{}' });
    await action({ cwd, inputs: inputs(standIn) });
    await action({ cwd, inputs: inputs(standIn, { timeout: 'soon' }) });
    const path = join(cwd, 'leapsome-access-report/report.json');
    expect(readFileSync(path, 'utf8')).toBe('{}');
    writeFileSync(path, '');
  });

  test('under act there is neither a command nor a summary', async () => {
    const standIn = await leapsome();
    const run = await action({
      cwd: workspace(),
      inputs: inputs(standIn, { 'scim-token': 'wrong' }),
      env: { ACT: 'true' },
    });
    expect(run.code).toBe(2);
    expect(new Set(commandsOf(run.stdout).map(({ name }) => name))).toEqual(new Set(['add-mask']));
    expect(run.stdout).toContain('Runner: act');
    expect(run.stdout).toContain('token-invalid');
    expect(run.summary).toBe('');
  });
});
