import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type PolicyReading, readPolicy } from '../../src/policy/read.ts';

let base: string;
let workspace: string;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'policy-'));
  workspace = join(base, 'repository');
  mkdirSync(workspace);
});
afterEach(() => rmSync(base, { recursive: true }));

function write(path: string, text: string | Buffer): string {
  const full = join(workspace, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
  return full;
}

function read(path = 'policy.yml', allowOutside = false): Promise<PolicyReading> {
  return readPolicy({ path, workspace, allowOutside });
}

async function refusal(path?: string, allowOutside?: boolean): Promise<string> {
  const { policy, problems } = await read(path, allowOutside);
  expect(policy).toBeUndefined();
  expect(problems).toHaveLength(1);
  return `${problems[0]!.code}: ${problems[0]!.message.split('\n')[0]}`;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('a policy is read', () => {
  test('with its files and one hash', async () => {
    const [root, team] = [
      'version: 1\ninclude: [{ path: access/team.yml }]\n',
      'version: 1\ngroups: [{ name: A }]\n',
    ];
    write('.github/policy.yml', root);
    write('.github/access/team.yml', team);
    const reading = await read('.github/policy.yml');
    expect(reading.problems).toEqual([]);
    expect(reading.files).toEqual([
      { path: '.github/policy.yml', sha256: sha256(root) },
      { path: '.github/access/team.yml', sha256: sha256(team) },
    ]);
    expect(reading.sha256).toBe(sha256(`${sha256(root)}\n${sha256(team)}`));
    expect(reading.policy!.groups[0]!.place.file).toBe('.github/access/team.yml');
  });

  test('alone with the hash of its file, byte-order mark and all', async () => {
    const text = '\uFEFFversion: 1\r\n';
    write('policy.yml', text);
    expect(await read()).toMatchObject({ problems: [], sha256: sha256(text) });
  });

  test('with includes relative to the file, or else to the repository', async () => {
    write('.github/policy.yml', 'version: 1\ninclude: [{ path: access/team.yml }]\n');
    write('access/team.yml', 'version: 1\n');
    expect((await read('.github/policy.yml')).files.map(({ path }) => path)).toEqual([
      '.github/policy.yml',
      'access/team.yml',
    ]);
  });

  test('through a symbolic link that stays inside', async () => {
    write('real.yml', 'version: 1\n');
    symlinkSync(join(workspace, 'real.yml'), join(workspace, 'policy.yml'));
    expect((await read()).problems).toEqual([]);
  });

  test('from anywhere by its absolute path, on the command line only', async () => {
    const outside = join(base, 'other.yml');
    writeFileSync(outside, 'version: 1\n');
    expect((await read(outside, true)).problems).toEqual([]);
    expect(await refusal(outside)).toMatch(/^policy-invalid: .* is outside of the repository/);
  });
});

describe('a policy is refused, without a word of what the file holds', () => {
  const SECRET = 'root:x:0:0:secret';

  test('when there is none', async () => {
    expect(await refusal('nowhere.yml')).toBe('policy-not-found: There is no file nowhere.yml.');
    expect((await read('nowhere.yml')).sha256).toBeNull();
  });

  test.each(['../other.yml', '../../../../../../etc/passwd', '/etc/passwd'])('at %s', async (path) => {
    writeFileSync(join(base, 'other.yml'), SECRET);
    const reason = await refusal(path);
    expect(reason).toMatch(/^policy-invalid: .* is outside of the repository/);
    expect(reason).not.toContain('root:');
  });

  test('through a link out of the repository, of the file or of its folder', async () => {
    writeFileSync(join(base, 'other.yml'), SECRET);
    symlinkSync(join(base, 'other.yml'), join(workspace, 'policy.yml'));
    expect(await refusal()).toMatch(/^policy-invalid: policy.yml is outside of the repository/);
    symlinkSync(base, join(workspace, 'folder'));
    expect(await refusal('folder/other.yml')).toMatch(/is outside of the repository/);
  });

  test('when it is a folder, a FIFO, a link to itself, not UTF-8, or too large', async () => {
    mkdirSync(join(workspace, 'folder.yml'));
    expect(await refusal('folder.yml')).toMatch(/is a directory/);
    execFileSync('mkfifo', [join(workspace, 'fifo.yml')]);
    expect(await refusal('fifo.yml')).toMatch(/is not a regular file/);
    symlinkSync('loop.yml', join(workspace, 'loop.yml'));
    expect(await refusal('loop.yml')).toMatch(/leads to itself/);
    write('latin.yml', Buffer.from([0x61, 0x3a, 0x20, 0xe9]));
    expect(await refusal('latin.yml')).toMatch(/is not UTF-8 text/);
    write('utf16.yml', Buffer.from('\uFEFFversion: 1\n', 'utf16le'));
    expect(await refusal('utf16.yml')).toMatch(/is not UTF-8 text/);
    truncateSync(write('large.yml', ''), 100 * 1024 * 1024);
    expect(await refusal('large.yml')).toMatch(/has 104857600 bytes; a policy file has at most 16777216/);
  });
});

describe('an include is refused at its line', () => {
  const including = (path: string): string => `version: 1\ninclude:\n  - path: ${path}\n`;

  test.each([
    ['../other.yml', 'is outside of the repository'],
    ['/etc/passwd', 'is outside of the repository'],
    ['nowhere.yml', 'There is no file nowhere.yml'],
    ['policy.yml', 'policy.yml includes itself'],
    ['folder', 'is a directory'],
    ['link.yml', 'is outside of the repository'],
  ])('%s: %s', async (path, reason) => {
    writeFileSync(join(base, 'other.yml'), 'secret');
    mkdirSync(join(workspace, 'folder'));
    symlinkSync(join(base, 'other.yml'), join(workspace, 'link.yml'));
    write('policy.yml', including(path));
    const { policy, problems } = await read();
    expect(policy).toBeUndefined();
    expect(problems).toMatchObject([
      { code: 'policy-invalid', location: { file: 'policy.yml', line: 3, column: 11 } },
    ]);
    expect(problems[0]!.message).toContain(reason);
    expect(problems[0]!.message).not.toContain('secret');
  });

  test('in a circle, or twice', async () => {
    write('policy.yml', including('a.yml'));
    write('a.yml', including('policy.yml'));
    expect((await read()).problems).toMatchObject([
      {
        location: { file: 'a.yml', line: 3 },
        message: expect.stringContaining('includes itself, directly or through others'),
      },
    ]);
    write('policy.yml', 'version: 1\ninclude: [{ path: b.yml }, { path: ./b.yml }]\n');
    write('b.yml', 'version: 1\n');
    expect((await read()).problems).toMatchObject([
      { message: expect.stringContaining('b.yml is included twice') },
    ]);
  });

  test('together with the mistakes of all files', async () => {
    write('policy.yml', 'version: 1\ngrups: []\ninclude: [{ path: nowhere.yml }, { path: b.yml }]\n');
    write('b.yml', 'version: 1\nrules: {}\n');
    const { problems } = await read();
    expect(problems.map(({ location }) => `${location!.file}:${location!.line}`)).toEqual([
      'b.yml:2',
      'policy.yml:2',
      'policy.yml:3',
    ]);
  });
});
