import { describe, expect, test } from '@jest/globals';
import { action, cli, leapsome, workspace } from './harness.ts';

const MANY = `version: 1
populaton: { min-users: 10 }
sets:
  leads: [{ departmnt: People }]
groups:
  - name: Payroll
    memebers: [jo@example.com]
    severity: errr
  - name: People Ops
    members: [{ set: leeds }]
rules:
  unmanaged-grup: error
exceptions:
  - rule: unexpected-membr
    user: jo@example.com
    group: Payroll
    reason: r
    owner: o
    expires: 31.12.2026
`;

const EXPECTED: readonly [line: number, column: number, wrong: string, near: string][] = [
  [2, 1, 'populaton', 'population'],
  [4, 13, 'departmnt', 'department'],
  [7, 5, 'memebers', 'members'],
  [8, 15, 'errr', 'error'],
  [10, 22, 'leeds', 'leads'],
  [12, 3, 'unmanaged-grup', 'unmanaged-group'],
  [14, 11, 'unexpected-membr', 'unexpected-member'],
];

describe('all mistakes at once', () => {
  test('each with file, line, column, frame, caret and the nearest word', async () => {
    const { code, stdout } = await cli(['validate', '--policy', 'policy.yml'], {
      cwd: workspace({ 'policy.yml': MANY }),
    });
    expect(code).toBe(2);
    const lines = MANY.split('\n');
    for (const [line, column, wrong, near] of EXPECTED) {
      const gutter = ' '.repeat(String(line).length);
      expect(stdout).toContain(`${gutter}--> policy.yml:${line}:${column}\n`);
      expect(stdout).toContain(
        `${line} | ${lines[line - 1]}\n${gutter} | ${' '.repeat(column - 1)}${'^'.repeat(wrong.length)} did you mean "${near}"?`,
      );
    }
    expect(stdout).toContain('--> policy.yml:19:14');
    expect(stdout).toContain('YYYY-MM-DD');
    expect(stdout).toMatch(/8 mistakes/);
  });

  test('a check says the same, asks nobody, and has them in its report', async () => {
    const standIn = await leapsome();
    const cwd = workspace({ 'policy.yml': MANY });
    const { code, report, stdout, outputs } = await action({
      cwd,
      inputs: { policy: 'policy.yml', 'scim-url': standIn.scimUrl, 'scim-token': standIn.token },
    });
    expect(code).toBe(2);
    expect(standIn.requests).toEqual([]);
    expect(outputs.result).toBe('could-not-check');
    expect(report?.result).toBe('could-not-check');
    for (const [line, column] of EXPECTED) {
      expect(report?.problems).toContainEqual(
        expect.objectContaining({
          code: 'policy-invalid',
          location: expect.objectContaining({ file: 'policy.yml', line, column }),
        }),
      );
      expect(stdout).toMatch(new RegExp(`^::error file=policy\\.yml,line=${line},col=${column},`, 'm'));
    }
  });
});

test('someone both required and forbidden: both lines', async () => {
  const policy = `version: 1
groups:
  - name: Payroll
    members:
      at-least: [Jo@example.com]
      never:
        - jo@example.com
`;
  const { code, stdout } = await cli(['validate', '--policy', 'policy.yml'], {
    cwd: workspace({ 'policy.yml': policy }),
  });
  expect(code).toBe(2);
  expect(stdout).toContain('jo@example.com is both required and forbidden');
  expect(stdout).toMatch(
    /policy\.yml:5:18\n[\s\S]*required here\n[\s\S]*policy\.yml:7:11\n[\s\S]*forbidden here/,
  );
});

describe('contradictions through other words', () => {
  const group = (members: string) =>
    `version: 1\nsets: { a: [jo@example.com] }\ngroups:\n  - name: G\n    members:\n${members}`;
  test.each([
    [
      'a set',
      group('      exactly: [{ set: a }]\n      never: [jo@example.com]\n'),
      'required and forbidden',
    ],
    [
      'an id',
      group('      at-least: [{ id: "5ecba01f" }]\n      never: [{ id: "5ecba01f" }]\n'),
      'required and forbidden',
    ],
    ['exactly and at-most', group('      exactly: []\n      at-most: [everyone]\n'), 'exactly'],
    ['min above max', group('      count: { min: 3, max: 2 }\n'), 'at least 3'],
    ['a clause that says nothing', group('      {}\n'), 'nothing'],
    ['two entries for a name', `version: 1\ngroups:\n  - name: G\n  - name: G\n`, 'two entries'],
    [
      'two entries for an id',
      `version: 1\ngroups:\n  - { name: G, id: "a1" }\n  - { name: H, id: "a1" }\n`,
      'two entries',
    ],
    ['a set of itself', 'version: 1\nsets:\n  a: [{ set: b }]\n  b: [{ set: a }]\n', 'contains itself'],
    ['two forms in one selector', 'version: 1\nsets:\n  a: [{ set: a, department: x }]\n', 'one form only'],
    ['a star in an address', 'version: 1\nsets:\n  a: ["*@example.com"]\n', 'domain'],
    ['a day that does not exist', exception('2026-02-30'), '2026-02-30'],
    ['an exception without an owner', exception('2026-12-31').replace('owner: o, ', ''), '"owner"'],
    ['an exception without a reason', exception('2026-12-31').replace('reason: r', 'reason: ""'), '"reason"'],
    [
      'an exception without an end',
      exception('2026-12-31').replace(', expires: 2026-12-31', ''),
      '"expires"',
    ],
  ])('%s', async (_, text, says) => {
    const { code, stdout } = await cli(['validate', '--policy', 'policy.yml'], {
      cwd: workspace({ 'policy.yml': text }),
    });
    expect(stdout).toContain(says);
    expect(stdout).toMatch(/--> policy\.yml:\d+:\d+/);
    expect(code).toBe(2);
  });
});

function exception(expires: string): string {
  return `version: 1\nexceptions:\n  - { rule: unexpected-member, user: a@b.c, group: G, owner: o, reason: r, expires: ${expires} }\n`;
}

test('a line of a megabyte is shown around the mistake only', async () => {
  const people = Array(40_000).fill('someone@example.com').join(', ');
  const text = `version: 1\nsets: { a: [${people}, { departmnt: x }] }\n`;
  const { code, stdout } = await cli(['validate', '--policy', 'policy.yml'], {
    cwd: workspace({ 'policy.yml': text }),
  });
  expect(code).toBe(2);
  expect(stdout).toContain('did you mean "department"?');
  expect(stdout.length).toBeLessThan(2000);
});

test('the words of a policy are shown as they are, never obeyed', async () => {
  const text = 'version: 1\n"::error::x": 1\n"##[stop-commands]t": 2\n"\\e[31mred": 3\n# ::warning::y\n';
  const { code, stdout } = await cli(['validate', '--policy', 'policy.yml', '--format', 'github'], {
    cwd: workspace({ 'policy.yml': text }),
  });
  expect(code).toBe(2);
  const commands = stdout.split('\n').filter((line) => line.trimStart().startsWith('::'));
  expect(commands).toHaveLength(3);
  for (const line of commands) expect(line).toMatch(/^::error file=policy\.yml,line=\d,/);
  expect(stdout).not.toContain('##[');
  expect(stdout).not.toContain('\u001b');
});
