import { describe, expect, test } from '@jest/globals';
import { commandsOf } from '../reporters/runner.ts';
import { cli, SCIM_POLICY, workspace } from './harness.ts';
import { HEAD, POLICY, preview, base as repository } from './preview.ts';

/** What the pull requests of these tests change. */
const PAYROLL = [
  'at-most: [{ department: Finance }]',
  'at-most: [{ department: [Finance, Sales] }]',
] as const;
const ON_CALL = ['count: { min: 3, max: 8 }', 'count: { min: 3, max: 3 }'] as const;
const EXCEPTION = `exceptions:
  - rule: unexpected-member
    user: rafael.ortiz@brightwater.example
    group: Payroll Admins
    reason: Commission run of the second half-year
    owner: "@brightwater/finance"
    expires: 2027-01-31
`;

function changed(...changes: readonly (readonly [string, string])[]): string {
  for (const [from] of changes) expect(SCIM_POLICY).toContain(from);
  return changes.reduce((text, [from, to]) => text.replace(from, to), SCIM_POLICY);
}

function inRepository(head: string, base: string = SCIM_POLICY) {
  return { head: { [POLICY]: head }, github: repository({ [POLICY]: base }) };
}

describe('what merging a pull request changes', () => {
  test('stands first, in one sentence, and beside each finding', async () => {
    const { code, report, summary, stdout, github } = await preview(inRepository(changed(PAYROLL, ON_CALL)));
    expect(code).toBe(1);
    expect(report?.preview).toMatchObject({
      base: 'b'.repeat(40),
      addsPolicy: false,
      introduced: 1,
      existing: 10,
      notCompared: 0,
      failOnExisting: true,
    });
    const sentence = 'Merging this resolves 1 finding and introduces 1. 10 findings exist without it.';
    expect(summary).toMatch(new RegExp(`^\\*\\*${sentence}\\*\\*\n`));
    const log = stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'));
    expect(log.find((line) => line.includes('Merging') || line.startsWith('::group'))).toBe(sentence);
    expect(report?.preview?.resolved).toEqual([
      expect.objectContaining({
        rule: 'unexpected-member',
        by: 'policy',
        user: expect.objectContaining({ email: 'rafael.ortiz@brightwater.example' }),
      }),
    ]);
    const byChange = Object.groupBy(report!.findings, ({ change, status }) => change ?? status);
    expect(byChange.introduced?.map(({ rule }) => rule)).toEqual(['member-count']);
    expect(byChange.existing).toHaveLength(10);
    expect(byChange.excepted).toHaveLength(1);
    expect(summary).toContain('Resolved by merging this');
    expect(summary).toMatch(/member-count.*\| introduced \|/);
    expect(github.violations).toEqual([]);
    expect(github.requests).toHaveLength(1);
  });

  test('is nothing when the policy is the same', async () => {
    const { code, report, summary } = await preview(inRepository(SCIM_POLICY));
    expect(code).toBe(1);
    expect(summary).toMatch(
      /^\*\*Merging this neither resolves nor introduces a finding\. 11 findings exist/,
    );
    expect(report?.preview).toMatchObject({ introduced: 0, existing: 11, resolved: [] });
  });

  test('says when nothing but an exception or a switch resolves a finding', async () => {
    const head = changed(['unmanaged-group: error', 'unmanaged-group: "off"'], ['exceptions:\n', EXCEPTION]);
    const { report, summary } = await preview(inRepository(head));
    expect(report?.preview?.resolved.map(({ rule, by }) => [rule, by]).sort()).toEqual([
      ['unexpected-member', 'exception'],
      ['unmanaged-group', 'rule-off'],
    ]);
    expect(summary).toMatch(/resolves 2 findings \(1 by an exception, 1 by switching the rule off\)/);
  });

  test('counts a finding as introduced whose severity it raises until it fails', async () => {
    const head = changed(['unmanaged-group: error', 'inactive-manager: error\n  unmanaged-group: error']);
    const { report } = await preview(inRepository(head));
    const introduced = report!.findings.filter(({ change }) => change === 'introduced');
    expect(introduced.map(({ rule }) => rule)).toEqual(['inactive-manager']);
    const lowered = await preview(inRepository(SCIM_POLICY, head));
    expect(lowered.report?.preview).toMatchObject({ introduced: 0, existing: 11, resolved: [] });
  });

  test('marks annotations, what is introduced first', async () => {
    const { stdout } = await preview(inRepository(changed(ON_CALL)));
    const errors = commandsOf(stdout).filter(({ name }) => name === 'error');
    expect(errors[0]?.properties.title).toBe('Access drift: member-count');
    for (const { properties } of errors.slice(1)) expect(properties.title).toMatch(/ \(existing\)$/);
  });

  test('does not name people whom neither policy names, when they are masked', async () => {
    const head = changed(['[{ department: Sales }]', '[everyone]']);
    const { report, everything } = await preview({
      ...inRepository(SCIM_POLICY, head),
      inputs: { 'personal-data': 'mask' },
    });
    expect(report!.preview!.resolved.length).toBeGreaterThan(10);
    expect(report!.preview!.resolved.every(({ message }) => /^user |@/.test(message))).toBe(true);
    const named = new Set(SCIM_POLICY.match(/[\w.]+@[\w.]+/g));
    const shown = everything.match(/[\w.]+@(?:brightwater|kestrel)\.example/g)!;
    expect(shown.filter((address) => !named.has(address))).toEqual([]);
  });

  test('under act it is plain text', async () => {
    const { stdout, code } = await preview({ ...inRepository(changed(ON_CALL)), env: { ACT: 'true' } });
    expect(code).toBe(1);
    expect(new Set(commandsOf(stdout).map(({ name }) => name))).toEqual(new Set(['add-mask']));
    expect(stdout).toContain('Merging this introduces 1 finding. 11 findings exist without it.');
  });
});

describe('fail-on-existing: false', () => {
  const inputs = { 'fail-on-existing': 'false' };

  test('lets a pull request pass that introduces nothing', async () => {
    const { code, outputs, report, summary } = await preview({ ...inRepository(SCIM_POLICY), inputs });
    expect({ code, result: outputs.result }).toEqual({ code: 0, result: 'in-sync' });
    expect(report?.preview?.failOnExisting).toBe(false);
    expect(outputs['error-count']).toBe('8');
    expect(summary).toContain('fail-on-existing: false');
    expect(summary).not.toContain('Leapsome and the policy agree');
  });

  test('fails it for what it introduces', async () => {
    const { code, outputs } = await preview({ ...inRepository(changed(ON_CALL)), inputs });
    expect({ code, result: outputs.result }).toEqual({ code: 1, result: 'drift' });
  });

  test('changes nothing about a population that is not plausible', async () => {
    const policy = SCIM_POLICY.replace('min-users: 40', 'min-users: 400');
    const { code, report, summary } = await preview({ ...inRepository(policy, policy), inputs });
    expect({ code, result: report?.result }).toEqual({ code: 2, result: 'could-not-check' });
    expect(report?.preview).toBeUndefined();
    expect(summary).not.toContain('Merging');
  });

  test('has no effect outside of a pull request', async () => {
    const { code, github, report } = await preview({
      ...inRepository(SCIM_POLICY),
      inputs,
      event: {},
      env: { GITHUB_EVENT_NAME: 'push' },
    });
    expect({ code, asked: github.requests }).toEqual({ code: 1, asked: [] });
    expect(report?.warnings.join()).not.toContain('base');
  });

  test('cannot be misspelt', async () => {
    const { code, stdout } = await preview({
      ...inRepository(SCIM_POLICY),
      inputs: { 'fail-on-existing': 'no' },
    });
    expect(code).toBe(2);
    expect(stdout).toContain('fail-on-existing');
  });

  test('is no option of the command line, which says so', async () => {
    const { code, stderr } = await cli(['check', '--fail-on-existing', 'false'], { cwd: workspace() });
    expect(code).toBe(2);
    expect(stderr).toContain('--fail-on-existing exists in a workflow only');
    const help = await cli(['check', '--help'], { cwd: workspace() });
    expect(help.stdout).not.toContain('fail-on-existing');
  });
});

describe('the base', () => {
  const MERGE = 'd'.repeat(40);
  const NEWER = 'e'.repeat(40);
  /** The base has moved on since the event. */
  const MERGED = {
    ['b'.repeat(40)]: { files: { [POLICY]: SCIM_POLICY } },
    [NEWER]: { files: { [POLICY]: changed(PAYROLL) } },
    [MERGE]: { parents: [NEWER, HEAD], files: {} },
  };

  test('is the one that GitHub merged with, when it has moved on', async () => {
    const { report, github } = await preview({
      head: { [POLICY]: changed(PAYROLL, ON_CALL) },
      env: { GITHUB_SHA: MERGE },
      github: { commits: MERGED },
    });
    expect(report?.preview).toMatchObject({ base: NEWER, introduced: 1, resolved: [] });
    expect(github.violations).toEqual([]);
  });

  test.each([
    ['is not known', {}],
    ['is no merge of the head', { [MERGE]: { parents: [NEWER], files: {} } }],
  ])('is that of the event when the commit of the run %s', async (_, more) => {
    const { report } = await preview({
      head: { [POLICY]: SCIM_POLICY },
      env: { GITHUB_SHA: MERGE },
      github: { commits: { ['b'.repeat(40)]: { files: { [POLICY]: SCIM_POLICY } }, ...more } },
    });
    expect(report?.preview?.base).toBe('b'.repeat(40));
  });

  test.each([
    ['the merge, on a branch', { HEAD: 'ref: refs/heads/x\n', 'refs/heads/x': `${MERGE}\n` }, NEWER],
    ['the merge', { HEAD: `${MERGE}\n` }, NEWER],
    ['the head', { HEAD: `${HEAD}\n` }, 'b'.repeat(40)],
    ['something else', { HEAD: `${'f'.repeat(40)}\n` }, 'b'.repeat(40)],
  ])('with %s checked out is the one that this was merged with', async (_, git, expected) => {
    const files = Object.entries(git).map(([name, text]) => [`.git/${name}`, text]);
    const { report } = await preview({
      head: { [POLICY]: SCIM_POLICY, ...Object.fromEntries(files) },
      env: { GITHUB_SHA: MERGE },
      github: { commits: MERGED },
    });
    expect(report?.preview).toMatchObject(
      expected === NEWER ? { base: NEWER } : { base: expected, introduced: 0, resolved: [] },
    );
  });

  test('of a merge queue is compared with as well', async () => {
    const { report } = await preview({
      ...inRepository(changed(ON_CALL)),
      env: { GITHUB_EVENT_NAME: 'merge_group', GITHUB_SHA: HEAD },
      event: { merge_group: { base_sha: 'b'.repeat(40), head_sha: HEAD } },
    });
    expect(report?.preview).toMatchObject({ introduced: 1, existing: 11 });
  });

  test('has no policy yet: everything is introduced, and it says so', async () => {
    const { code, report, summary } = await preview({
      head: { [POLICY]: SCIM_POLICY },
      github: repository({ 'README.md': 'hello' }),
      inputs: { 'fail-on-existing': 'false' },
    });
    expect(code).toBe(1);
    expect(report?.preview).toMatchObject({ addsPolicy: true, introduced: 11, existing: 0, resolved: [] });
    expect(summary).toMatch(/^\*\*This pull request adds the policy: merging this introduces 11 findings\./);
  });

  test('brings its includes along', async () => {
    const include = 'include:\n  - path: access/payroll.yml\n    may-define: ["Payroll*"]\n';
    const payroll = (count: string) =>
      `groups:\n  - name: Payroll Admins\n    members: { count: { ${count} } }\n`;
    const rest = SCIM_POLICY.replace(/ {2}- name: Payroll Admins[\s\S]*?controls: .*\n\n/, '');
    const { report, github } = await preview({
      head: { [POLICY]: rest + include, 'access/payroll.yml': payroll('max: 1') },
      github: repository({ [POLICY]: rest + include, 'access/payroll.yml': payroll('max: 9') }),
    });
    expect(report?.problems).toEqual([]);
    expect(report?.preview).toMatchObject({ introduced: 1, resolved: [] });
    expect(github.requests.map((path) => /contents\/(.*)\?/.exec(path)?.[1])).toEqual([
      POLICY,
      'access/payroll.yml',
    ]);
  });

  /** A policy in `gov` that finds the rules about payroll beside it, or else at the root. */
  const elsewhere = () => {
    const include = 'include:\n  - path: access/payroll.yml\n    may-define: ["Payroll*"]\n';
    const payroll = (count: string) =>
      `groups:\n  - name: Payroll Admins\n    members: { count: { ${count} } }\n`;
    const rest = SCIM_POLICY.replace(/ {2}- name: Payroll Admins[\s\S]*?controls: .*\n\n/, '');
    const policy = { 'gov/policy.yml': rest + include };
    return { policy, loose: payroll('max: 9'), strict: payroll('max: 1') };
  };
  const inputs = { policy: 'gov/policy.yml' };

  test('may lead an include to a file that the pull request deletes', async () => {
    const { policy, loose, strict } = elsewhere();
    const { report, github } = await preview({
      head: { ...policy, 'access/payroll.yml': strict },
      github: repository({ ...policy, 'gov/access/payroll.yml': loose, 'access/payroll.yml': strict }),
      inputs,
    });
    expect(report?.problems).toEqual([]);
    expect(report?.preview).toMatchObject({ introduced: 1, resolved: [] });
    const [introduced] = report!.findings.filter(({ change }) => change === 'introduced');
    expect(introduced).toMatchObject({ rule: 'member-count', group: { name: 'Payroll Admins' } });
    expect(github.violations).toEqual([]);
  });

  test('is the same where its includes lead to the same files, beside it or at the root', async () => {
    const { policy, strict } = elsewhere();
    const files = { ...policy, 'access/payroll.yml': strict };
    const { report, github } = await preview({ head: files, github: repository(files), inputs });
    expect(report?.preview).toMatchObject({ introduced: 0, notCompared: 0, resolved: [] });
    expect(github.requests.map((path) => /contents\/(.*)\?/.exec(path)?.[1])).toEqual([
      'gov/policy.yml',
      'access/payroll.yml',
      'gov/access/payroll.yml',
    ]);
  });

  test('is the same where an include is written as seen from the workspace', async () => {
    const { policy, strict } = elsewhere();
    const text = policy['gov/policy.yml'].replace('access/payroll.yml', 'tenant/access/payroll.yml');
    const files = { 'gov/policy.yml': text, 'access/payroll.yml': strict };
    const { report } = await preview({
      head: {
        ...Object.fromEntries(Object.entries(files).map(([path, file]) => [`tenant/${path}`, file])),
        'tenant/.git/config': '[remote "origin"]\n\turl = https://github.com/acme/policy\n',
      },
      github: repository(files),
      inputs: { policy: 'tenant/gov/policy.yml' },
    });
    expect(report?.problems).toEqual([]);
    expect(report?.warnings.join()).not.toContain('not compared');
    expect(report?.preview).toMatchObject({ introduced: 0, notCompared: 0, resolved: [] });
  });

  test('may name a custom attribute that was not read: what depends on it is not compared', async () => {
    const condition = '[{ custom: { "6140868326541a4da5c0ffee": Member } }]';
    const head = changed([condition, '[joana.teixeira@brightwater.example]'], ON_CALL);
    const { report, summary } = await preview({
      ...inRepository(head),
      inputs: { 'fail-on-existing': 'false' },
    });
    expect(report?.preview?.notCompared).toBeGreaterThan(0);
    expect(report?.preview?.introduced).toBe(1);
    for (const { rule, change } of report!.findings)
      if (change === undefined) expect(['unexpected-member', 'missing-member']).toContain(rule);
    expect(summary).toContain('could not be compared');
  });

  test('may be larger than a megabyte', async () => {
    const large = `${SCIM_POLICY}# ${'x'.repeat(1024 * 1024)}\n`;
    const { report, github } = await preview(inRepository(SCIM_POLICY, large));
    expect(report?.preview).toMatchObject({ introduced: 0, existing: 11 });
    expect(github.requests.at(-1)).toContain('/git/blobs/');
    expect(github.violations).toEqual([]);
  });
});
