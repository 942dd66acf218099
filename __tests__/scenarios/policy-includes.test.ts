import { execFileSync } from 'node:child_process';
import { symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { action, cli, type Finished, workspace } from './harness.ts';

const PART = 'version: 1\ngroups:\n  - name: Payroll Admins\n    members: [jo@example.com]\n';

function root(...includes: string[]): string {
  return `version: 1\ninclude:\n${includes.map((include) => `  - ${include}\n`).join('')}`;
}

function validate(cwd: string): Promise<Finished> {
  return cli(['validate', '--policy', 'policy.yml'], { cwd });
}

test('files are taken together, with one digest each and one for all', async () => {
  const cwd = workspace({ 'policy.yml': root('path: access/pay.yml'), 'access/pay.yml': PART });
  const { code, stdout } = await cli(['validate', '--policy', 'policy.yml', '--format', 'json'], { cwd });
  expect(code).toBe(0);
  const { result, files, sha256 } = JSON.parse(stdout);
  expect(result).toBe('valid');
  expect(files.map((file: { path: string }) => file.path)).toEqual(['policy.yml', 'access/pay.yml']);
  expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(files.map((file: { sha256: string }) => file.sha256)).not.toContain(sha256);
});

describe('refused at the line of the include', () => {
  test.each<[string, Record<string, string>, string[]]>([
    ['itself', { 'policy.yml': root('path: policy.yml') }, ['policy.yml:3:11', 'includes itself']],
    [
      'a loop of two',
      { 'policy.yml': root('path: a.yml'), 'a.yml': root('path: policy.yml') },
      ['a.yml:3:11', 'includes itself, directly or through others'],
    ],
    [
      'the same file twice',
      { 'policy.yml': root('path: a.yml', 'path: ./x/../a.yml'), 'a.yml': PART, 'x/keep': '' },
      ['policy.yml:4:11', 'included twice'],
    ],
    ['nothing there', { 'policy.yml': root('path: a.yml') }, ['policy.yml:3:11', 'no file a.yml']],
    [
      'a directory',
      { 'policy.yml': root('path: a'), 'a/b.yml': PART },
      ['policy.yml:3:11', 'a is a directory'],
    ],
    ['an address', { 'policy.yml': root('path: https://x.example/a.yml') }, ['policy.yml:3:11']],
    ['outside', { 'policy.yml': root('path: ../a.yml') }, ['policy.yml:3:11', 'outside']],
    ['/etc/passwd', { 'policy.yml': root('path: /etc/passwd') }, ['policy.yml:3:11', 'outside']],
    [
      'dots to /etc/passwd',
      { 'policy.yml': root('path: ../../../../etc/passwd') },
      ['policy.yml:3:11', 'outside'],
    ],
    ['a NUL', { 'policy.yml': root('path: "a\\0b"') }, ['policy.yml:3:11']],
    ['a path of 5000 letters', { 'policy.yml': root(`path: ${'a'.repeat(5000)}`) }, ['policy.yml:3:11']],
    ['an empty file', { 'policy.yml': root('path: a.yml'), 'a.yml': '' }, ['error[empty]', 'a.yml:1:1']],
    [
      'what an included file cannot say',
      { 'policy.yml': root('path: a.yml'), 'a.yml': 'version: 1\npopulation: { min-users: 0 }\n' },
      ['error[not-in-include]', 'a.yml:2:1'],
    ],
  ])('%s', async (_, files, says) => {
    const { code, stdout, stderr } = await validate(workspace(files));
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    for (const each of says) expect(stdout).toContain(each);
    expect(stdout).not.toContain('root:');
  });

  test('a FIFO, a link out, and 17 MiB', async () => {
    const outer = workspace({ 'foreign.yml': 'FOREIGN: [', 'work/big.yml': PART });
    const cwd = join(outer, 'work');
    execFileSync('mkfifo', [join(cwd, 'fifo.yml')]);
    symlinkSync('../foreign.yml', join(cwd, 'link.yml'));
    truncateSync(join(cwd, 'big.yml'), 17 * 1024 * 1024);
    const policy = root('path: fifo.yml', 'path: link.yml', 'path: big.yml');
    execFileSync('tee', [join(cwd, 'policy.yml')], { input: policy, stdio: ['pipe', 'ignore', 'ignore'] });
    const { code, stdout } = await validate(cwd);
    expect(code).toBe(2);
    expect(stdout).toMatch(/fifo\.yml is not a regular file[\s\S]*policy\.yml:3:11/);
    expect(stdout).toMatch(/link\.yml is outside[\s\S]*policy\.yml:4:11/);
    expect(stdout).toMatch(/big\.yml has 17825792 bytes[\s\S]*policy\.yml:5:11/);
    expect(stdout).not.toContain('FOREIGN');
  });

  test('more files than anybody needs, without looking at all of them', async () => {
    const includes = Array.from({ length: 5000 }, (_, i) => `path: a${i}.yml`);
    const { code, stdout } = await validate(workspace({ 'policy.yml': root(...includes) }));
    expect(code).toBe(2);
    expect(stdout).toContain('more than 200 files');
    expect(stdout.length).toBeLessThan(200_000);
  });
});

describe('may-define', () => {
  const limited = (part: string, ...more: string[]) =>
    workspace({
      'policy.yml': root('{ path: a.yml, may-define: ["Payroll*", "Pay \\\\*"] }', ...more),
      'a.yml': part,
      'b.yml': 'version: 1\ngroups: [{ name: Payroll Two }]\n',
    });

  test('lets a team govern what it owns', async () => {
    expect((await validate(limited(PART))).code).toBe(0);
  });

  test.each<[string, string, string[]]>([
    ['another name', 'groups:\n  - name: Finance\n', ['may not govern the group "Finance"', 'a.yml:3:5']],
    ['a wider pattern', 'groups:\n  - name: "*"\n', ['"*"', 'a.yml:3:5']],
    ['a pattern that reaches further', 'groups:\n  - name: "Pay*"\n', ['"Pay*"']],
    ['another case', 'groups:\n  - name: payroll admins\n', ['"payroll admins"']],
    ['a name behind an id', 'groups:\n  - { name: Super, id: "5ecba01fb567a5d046582027" }\n', ['"Super"']],
    ['a role', 'roles:\n  - name: Super Admin\n', ['the role "Super Admin"']],
    [
      'an exception for a group of others',
      'exceptions:\n  - { rule: unexpected-member, user: a@b.c, group: Finance, reason: r, owner: o, expires: 2099-01-01 }\n',
      ['"Finance"'],
    ],
    [
      'an exception without a group',
      'exceptions:\n  - { rule: leaver-active, user: a@b.c, reason: r, owner: o, expires: 2099-01-01 }\n',
      ['exceptions for its own groups'],
    ],
    [
      'an include that would widen it',
      'include:\n  - { path: b.yml, may-define: ["*"] }\ngroups:\n  - name: Sales\n',
      ['"Sales"', 'a.yml:5:5'],
    ],
  ])('refuses %s', async (_, text, says) => {
    const { code, stdout } = await validate(limited(`version: 1\n${text}`));
    expect(code).toBe(2);
    expect(stdout).toContain('may-not-define');
    for (const each of says) expect(stdout).toContain(each);
  });

  test('holds for what an included file includes', async () => {
    const cwd = workspace({
      'policy.yml': root('{ path: a.yml, may-define: ["Payroll*"] }'),
      'a.yml': root('{ path: b.yml, may-define: ["*"] }'),
      'b.yml': 'version: 1\ngroups: [{ name: Sales }]\n',
    });
    const { code, stdout } = await validate(cwd);
    expect(code).toBe(2);
    expect(stdout).toContain('b.yml may not govern the group "Sales"');
  });
});

test('the action annotates the mistake in the file in which it stands', async () => {
  const cwd = workspace({
    'policy.yml': root('path: access/pay.yml'),
    'access/pay.yml': PART.replace('members', 'membrs'),
  });
  const { code, stdout, outputs } = await action({
    cwd,
    inputs: { command: 'validate', policy: 'policy.yml' },
  });
  expect(code).toBe(2);
  expect(stdout).toMatch(/^::error file=access\/pay\.yml,line=4,col=5,endLine=4,endColumn=11,title=/m);
  expect(outputs.result).toBe('could-not-check');
});
