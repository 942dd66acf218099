import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { DEMO_AS_OF } from '../../demo/company.ts';
import type { StandIn } from '../../demo/stand-in.ts';
import { commandsOf } from '../reporters/runner.ts';
import { personalIn } from './doctor.ts';
import { action, leapsome, workspace } from './harness.ts';
import { filesIn, read } from './init.ts';

const PATH = '.github/leapsome-access-policy.yml';

/** What the runner fills in for a step that says nothing else. */
function inputs(standIn: StandIn, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    command: 'init',
    policy: PATH,
    'scim-url': standIn.scimUrl,
    'scim-token': standIn.token,
    'as-of': DEMO_AS_OF,
    groups: '',
    force: 'false',
    ...more,
  };
}

const PRIVATE = { repository: { private: true, visibility: 'private' } };

describe('in a workflow', () => {
  test('writes the file, sets its hash, and logs numbers alone', async () => {
    const cwd = workspace();
    const run = await action({ cwd, inputs: inputs(await leapsome()), event: PRIVATE });
    const policy = read(join(cwd, PATH))!;
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
    expect(run.outputs).toEqual({
      result: 'written',
      'policy-sha256': createHash('sha256').update(policy).digest('hex'),
    });
    expect(new Set(commandsOf(run.stdout).map(({ name }) => name))).toEqual(new Set(['add-mask']));
    expect(run.stdout).toContain(`✔ Written. ${PATH}.`);
    expect(personalIn(run.stdout + run.summary)).toEqual([]);
    expect(filesIn(cwd)).toEqual(['.github', PATH]);
  });

  test('the check of the next step is green, and has the same hash', async () => {
    const cwd = workspace();
    const standIn = await leapsome();
    const written = await action({ cwd, inputs: inputs(standIn) });
    const checked = await action({ cwd, inputs: inputs(standIn, { command: 'check' }) });
    expect(checked.outputs).toMatchObject({
      result: 'in-sync',
      'policy-sha256': written.outputs['policy-sha256'],
    });
  });

  test('refuses a file that is there, with an annotation, and replaces it with force', async () => {
    const cwd = workspace({ [PATH]: 'mine' });
    const standIn = await leapsome();
    const refused = await action({ cwd, inputs: inputs(standIn) });
    expect([refused.code, refused.outputs]).toEqual([2, { result: 'could-not-check', 'policy-sha256': '' }]);
    const [error, ...others] = commandsOf(refused.stdout).filter(({ name }) => name === 'error');
    expect([error?.data, others]).toEqual([expect.stringContaining('There is a file already'), []]);
    expect([read(join(cwd, PATH)), standIn.requests.length]).toEqual(['mine', 0]);
    const forced = await action({ cwd, inputs: inputs(standIn, { force: 'true' }) });
    expect(forced.outputs.result).toBe('written');
    const wrong = await action({ cwd, inputs: inputs(standIn, { force: 'yes' }) });
    expect([wrong.code, wrong.stdout]).toEqual([
      2,
      expect.stringContaining('The input "force" cannot be "yes"'),
    ]);
  });

  test('writes only the groups that are asked for', async () => {
    const cwd = workspace();
    await action({ cwd, inputs: inputs(await leapsome(), { groups: 'Pay*' }) });
    expect(read(join(cwd, PATH))!.match(/^ {2}- name: .*$/gm)).toEqual(['  - name: Payroll Admins']);
  });

  test('warns where the repository is not known to be private', async () => {
    const standIn = await leapsome();
    const open = await action({ cwd: workspace(), inputs: inputs(standIn) });
    expect(open.stdout).toContain('it is not known that this repository is private');
    const closed = await action({ cwd: workspace(), inputs: inputs(standIn), event: PRIVATE });
    expect(closed.stdout).not.toContain('is private');
  });

  test('never leaves the workspace', async () => {
    const standIn = await leapsome();
    for (const policy of ['../policy.yml', '/tmp/policy.yml']) {
      const run = await action({ cwd: workspace(), inputs: inputs(standIn, { policy }) });
      expect([run.code, run.stdout]).toEqual([2, expect.stringContaining('is outside of the repository')]);
    }
    expect(standIn.requests).toEqual([]);
  });

  test('leaves the report of an earlier step alone, also when an input is wrong', async () => {
    const cwd = workspace({ 'leapsome-access-report/report.json': '{}' });
    const standIn = await leapsome();
    await action({ cwd, inputs: inputs(standIn) });
    await action({ cwd, inputs: inputs(standIn, { timeout: 'soon' }) });
    expect(read(join(cwd, 'leapsome-access-report/report.json'))).toBe('{}');
  });

  test('says so where a fork has no secrets', async () => {
    const event = {
      repository: { full_name: 'acme/policy' },
      pull_request: { head: { sha: 'a'.repeat(40), repo: { full_name: 'mallory/policy', fork: true } } },
    };
    const run = await action({ cwd: workspace(), event, inputs: { command: 'init', policy: PATH } });
    expect([run.code, run.stdout]).toEqual([
      2,
      expect.stringContaining('There are no credentials (forks get none)'),
    ]);
  });
});
