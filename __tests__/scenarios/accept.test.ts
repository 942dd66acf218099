import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Report } from '../../src/model/report.ts';
import { sha256 } from '../../src/sha256.ts';
import { against, cli, leapsome, SCIM_POLICY, workspace } from './harness.ts';

const REPORT = 'leapsome-access-report/report.json';
const AS_OF = '2026-11-22';
const TERMS = [
  '--until',
  '2027-03-31',
  '--reason',
  'Known: it #1 is ours',
  '--owner',
  '@acme/it',
  '--ticket',
  'IT-1',
];
const REFUSED = '? Refused: nothing was written. (exit code 2)';

/** A policy, and the report of a check of it. */
async function checked(files: Readonly<Record<string, string>> = { 'policy.yml': SCIM_POLICY }) {
  const standIn = await leapsome();
  const cwd = workspace(files);
  const check = async (...args: readonly string[]): Promise<Report> => {
    const run = await cli(
      ['check', '--policy', 'policy.yml', '--personal-data', 'show', '--as-of', AS_OF, ...args],
      { cwd, env: against(standIn) },
    );
    return run.report!;
  };
  const report = await check();
  return {
    cwd,
    check,
    report,
    accept: (...args: readonly string[]) => cli(['accept', '--policy', 'policy.yml', ...args], { cwd }),
    text: (path = 'policy.yml') => readFileSync(join(cwd, path), 'utf8'),
  };
}

function open(report: Report, rule?: string) {
  return report.findings.filter((one) => one.status === 'open' && (rule === undefined || one.rule === rule));
}

function lastLine(stdout: string): string {
  return stdout.trimEnd().split('\n').at(-1)!;
}

describe('accept', () => {
  test('writes exceptions and edits for all that is open, and the next check is green', async () => {
    const { accept, check, report, text } = await checked();
    expect(report.result).toBe('drift');
    const run = await accept('--all', ...TERMS);
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
    expect(lastLine(run.stdout)).toBe(
      '✔ Changed. policy.yml. Read the change, then run "check". (exit code 0)',
    );
    expect(run.stdout).toContain('(by an exception)');
    expect(run.stdout).toContain('(by an edit)');
    const next = await check('--fail-on', 'warning');
    expect([next.result, open(next).map(({ message }) => message)]).toEqual(['in-sync', []]);
    expect(text()).toContain(
      '    reason: "Known: it #1 is ours"\n    owner: "@acme/it"\n    ticket: IT-1\n    granted: 2026-11-22\n    expires: 2027-03-31\n',
    );
  });

  test('edits for one finding by the first digits of its fingerprint, and every other byte stays', async () => {
    const { accept, check, report, text } = await checked();
    const [finding] = open(report, 'unexpected-member');
    const before = text();
    const run = await accept('--finding', finding!.fingerprint.slice(0, 8), '--format', 'json');
    expect(JSON.parse(run.stdout)).toMatchObject({
      result: 'changed',
      accepted: [{ fingerprint: finding!.fingerprint, rule: 'unexpected-member', by: 'edit' }],
      files: [{ path: 'policy.yml' }],
      problems: [],
    });
    const changed = text()
      .split('\n')
      .filter((line, index) => line !== before.split('\n')[index]);
    expect(changed).toEqual(['      at-most: [{ department: Finance }, rafael.ortiz@brightwater.example]']);
    expect(open(await check(), 'unexpected-member')).toEqual([]);
  });

  test('with a diff leaves the policy as it is, and git applies the diff to it', async () => {
    const { cwd, accept, check, report, text } = await checked();
    const [finding] = open(report, 'unexpected-member');
    const before = text();
    const chosen = ['--finding', finding!.fingerprint, '--diff', 'my change.diff'];
    const run = await accept(...chosen);
    expect([run.code, text()]).toEqual([0, before]);
    expect(lastLine(run.stdout)).toBe(
      `✔ Proposed. policy.yml is as before. Read the diff, hand it to "git apply 'my change.diff'", then run "check". (exit code 0)`,
    );
    // Nothing has changed, so that the same report is good for another look.
    const again = JSON.parse((await accept(...chosen, '--format', 'json')).stdout);
    expect(again).toMatchObject({ result: 'proposed', accepted: [{ by: 'edit' }], problems: [] });
    for (const args of [['--check'], []]) {
      const applied = spawnSync('git', ['apply', ...args, 'my change.diff'], { cwd, encoding: 'utf8' });
      expect([applied.status, applied.stderr]).toEqual([0, '']);
    }
    expect(again.files).toEqual([{ path: 'policy.yml', sha256: sha256(text()) }]);
    expect(open(await check(), 'unexpected-member')).toEqual([]);
  });

  test('says on standard output what would change, and the rest on standard error', async () => {
    const { accept, text } = await checked();
    const run = await accept('--rule', 'unmanaged-group,forbidden-member', '--diff', '-');
    expect([run.code, text()]).toEqual([0, SCIM_POLICY]);
    expect(run.stdout).toMatch(/^--- a\/policy\.yml\n\+\+\+ b\/policy\.yml\n@@ /);
    expect(run.stdout.match(/^\+ .*$/gm)).toHaveLength(4);
    expect(lastLine(run.stderr)).toContain('✔ Proposed. policy.yml is as before.');
  });

  test('takes what is about a group, of some rules', async () => {
    const { accept, check } = await checked();
    const run = await accept('--group', 'Payroll Admins', '--rule', 'unexpected-member');
    expect(run.stdout.match(/^\+ /gm)).toHaveLength(1);
    expect(open(await check(), 'unexpected-member')).toEqual([]);
    expect(open(await check(), 'missing-member')).not.toEqual([]);
  });

  test('edits the included file that holds the place, and writes its exceptions there', async () => {
    const files = {
      'policy.yml':
        'version: 1\ninclude:\n  - path: finance.yml\n    may-define: ["Payroll*"]\nrules: { unmanaged-group: off, inactive-member: off, inactive-manager: off, leaver-active: off, duplicate-identity: off }\n',
      'finance.yml': 'groups:\n  - name: Payroll Admins\n    members: [{ department: Finance }]\n',
    };
    for (const args of [[], TERMS]) {
      const { accept, check, text } = await checked(files);
      const run = await accept('--all', ...args);
      expect([run.code, lastLine(run.stdout)]).toEqual([
        0,
        expect.stringContaining('✔ Changed. finance.yml.'),
      ]);
      expect(text()).toBe(files['policy.yml']);
      expect((await check()).result).toBe('in-sync');
    }
  });

  test('has nothing to do where nothing is open, and says so', async () => {
    const { accept, text } = await checked({
      'policy.yml':
        'version: 1\nrules: { unmanaged-group: off, inactive-member: off, inactive-manager: off, leaver-active: off, duplicate-identity: off }\n',
    });
    const before = text();
    const run = await accept('--all');
    expect([run.code, run.stdout]).toEqual([
      0,
      '✔ Nothing to change. None of the chosen findings is open. (exit code 0)\n',
    ]);
    expect(text()).toBe(before);
  });

  test('refuses, with the reason, and leaves everything as it was', async () => {
    const { cwd, accept, report, text } = await checked();
    const before = text();
    const names = readdirSync(cwd).sort();
    const refused = async (
      args: readonly string[],
      ...reasons: readonly (string | RegExp)[]
    ): Promise<void> => {
      const run = await accept(...args);
      expect({ code: run.code, last: lastLine(run.stdout) }).toEqual({ code: 2, last: REFUSED });
      for (const reason of reasons) expect(run.stdout).toMatch(reason);
      expect([text(), readdirSync(cwd).sort()]).toEqual([before, names]);
    };
    const [leaver] = open(report, 'leaver-active');
    const [member] = open(report, 'unexpected-member');
    const digits = member!.fingerprint.slice(0, 12);
    const mistyped = `${digits.slice(0, -1)}${digits.endsWith('0') ? '1' : '0'}`;
    await refused([], 'It is not said what to accept.');
    await refused(['--all', '--rule', 'requirement'], '--all cannot stand beside');
    await refused(['--finding', mistyped], `no finding ${mistyped}. Did you mean "${digits}"?`);
    await refused(['--finding', 'abc'], '"abc" is no fingerprint.');
    await refused(['--rule', 'unexpectd-member'], 'Did you mean "unexpected-member"?');
    await refused(['--group', 'Payroll admins'], 'Did you mean "Payroll Admins"?');
    await refused(
      ['--all'],
      'only an exception could say so: ',
      /For the others: node \S*index\.[jt]s accept --policy policy\.yml /,
    );
    await refused(
      ['--finding', leaver!.fingerprint],
      `--finding ${leaver!.fingerprint.slice(0, 12)} --until YYYY-MM-DD --reason "…" --owner "…"`,
    );
    await refused(['--all', '--reason', 'r'], '--until and --owner are missing');
    await refused(
      ['--all', '--until', '2027-02-30', '--reason', 'r', '--owner', 'o'],
      '"2027-02-30" is not a day.',
    );
    await refused(['--all', '--until', '2026-11-21', '--reason', 'r', '--owner', 'o'], '2026-11-21 is over.');
    await refused(
      ['--all', '--until', '2030-01-01', '--reason', 'r', '--owner', 'o'],
      'is too long: the policy allows 365 days',
      'not after 2027-11-22',
    );
    await refused(['--finding', digits, '--diff', 'policy.yml'], '--diff would overwrite policy.yml');
    await refused(
      ['--finding', digits, '--diff', 'no/where.diff'],
      'The diff cannot be written to no/where.diff',
    );
    await refused(['--all', '--report', 'none.json'], 'There is no report none.json.');
    await refused(['--all', '--report', 'policy.yml'], 'The report policy.yml is damaged.');
  });

  test('writes its diff over nothing that it has read, whatever the name for it', async () => {
    const { cwd, accept, report, text } = await checked({
      'policy.yml': `${SCIM_POLICY}include: [{ path: rest.yml }]\n`,
      'rest.yml': 'version: 1\n',
    });
    const [member] = open(report, 'unexpected-member');
    symlinkSync('.', join(cwd, 'linked'));
    const before = [text('policy.yml'), text('rest.yml'), text(REPORT)];
    for (const target of ['rest.yml', 'linked/policy.yml', 'linked/rest.yml', REPORT]) {
      const run = await accept('--finding', member!.fingerprint, '--diff', target);
      expect([run.code, run.stdout]).toEqual([2, expect.stringContaining('--diff would overwrite ')]);
    }
    expect([text('policy.yml'), text('rest.yml'), text(REPORT)]).toEqual(before);
  });

  test('refuses a file that somebody has edited since, and a report that is none', async () => {
    const { cwd, accept, report, text } = await checked();
    const [member] = open(report, 'unexpected-member');
    writeFileSync(join(cwd, 'policy.yml'), `${SCIM_POLICY}# mine\n`);
    const run = await accept('--finding', member!.fingerprint);
    expect([run.code, run.stdout.split('\n')[0]]).toEqual([
      2,
      'policy.yml has changed since the report was made.',
    ]);
    expect(text()).toBe(`${SCIM_POLICY}# mine\n`);
    writeFileSync(join(cwd, 'policy.yml'), SCIM_POLICY);
    const forged = (change: (copy: Record<string, unknown>) => void): void => {
      const copy = structuredClone(report) as unknown as Record<string, unknown>;
      change(copy);
      writeFileSync(join(cwd, REPORT), JSON.stringify(copy));
    };
    for (const [change, reason] of [
      [(copy) => Object.assign(copy, { schemaVersion: 2 }), 'has a schema that this version does not know'],
      [(copy) => Object.assign(copy, { tool: { name: 'other' } }), 'is no report of this tool'],
      [(copy) => Object.assign(copy, { findings: [{}] }), 'is damaged'],
      [(copy) => Object.assign(copy, { findings: moved(report) }), 'does not hold a list of people'],
    ] as [(copy: Record<string, unknown>) => void, string][]) {
      forged(change);
      const refused = await accept('--rule', 'unexpected-member');
      expect([refused.code, refused.stdout]).toEqual([2, expect.stringContaining(reason)]);
      expect(text()).toBe(SCIM_POLICY);
    }
  });

  test('refuses what it cannot write, and what would be no policy any more', async () => {
    const { cwd, accept, report, text } = await checked();
    const [member] = open(report, 'unexpected-member');
    const [group] = open(report, 'unmanaged-group');
    const edits = group!.remedies.edits!.map((edit) => ({ ...edit, name: 'People Ops*', id: '' }));
    const findings = [{ ...group!, remedies: { ...group!.remedies, edits } }];
    writeFileSync(join(cwd, 'forged.json'), JSON.stringify({ ...report, findings }));
    const invalid = await accept('--all', '--report', 'forged.json');
    expect([invalid.code, invalid.stdout]).toEqual([
      2,
      expect.stringContaining('the policy would have a mistake'),
    ]);
    expect(text()).toBe(SCIM_POLICY);
    if (process.getuid?.() !== 0) {
      chmodSync(cwd, 0o555);
      const readonly = await accept('--finding', member!.fingerprint);
      chmodSync(cwd, 0o755);
      expect([readonly.code, text()]).toEqual([2, SCIM_POLICY]);
    }
    writeFileSync(join(cwd, 'real.yml'), SCIM_POLICY);
    spawnSync('rm', [join(cwd, 'policy.yml')]);
    symlinkSync('real.yml', join(cwd, 'policy.yml'));
    const linked = await accept('--finding', member!.fingerprint);
    expect([linked.code, linked.stdout]).toEqual([2, expect.stringContaining('symbolic link')]);
    expect(existsSync(join(cwd, 'real.yml')) && text('real.yml')).toBe(SCIM_POLICY);
  });
});

test('accept --help tells its options, and arguments that are none are refused by name', async () => {
  const cwd = workspace();
  const help = await cli(['accept', '--help'], { cwd });
  expect(help.code).toBe(0);
  for (const name of [
    'policy',
    'report',
    'all',
    'finding',
    'rule',
    'group',
    'until',
    'reason',
    'owner',
    'ticket',
    'diff',
  ])
    expect(help.stdout).toContain(`--${name} `);
  const said = async (...args: readonly string[]): Promise<string> => {
    const { code, stderr } = await cli(['accept', ...args], { cwd });
    expect(code).toBe(2);
    return stderr;
  };
  expect(await said('--al')).toContain('There is no option "--al". Did you mean "all"?');
  expect(await said('--until', '--all')).toContain('--until needs a value.');
  expect(await said('now')).toContain('"now" was not expected.');
  expect(await said('--until', '2027-01-01', '--until', '2027-01-02')).toContain(
    '--until stands there 2 times.',
  );
  expect(await said('--format', 'xml')).toContain('--format cannot be "xml".');
});

/** The findings, each with its edits at the first line. */
function moved(report: Report) {
  return report.findings.map((finding) => ({
    ...finding,
    remedies: {
      ...finding.remedies,
      edits: finding.remedies.edits?.map((edit) => ({ ...edit, at: { ...edit.at, line: 1, column: 1 } })),
    },
  }));
}
