import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { action, cli, type Finished, workspace } from './harness.ts';

const FOREIGN = 'root:x:0:0:FOREIGN-CONTENT';
const VALID = 'version: 1\ngroups:\n  - name: Payroll\n    members: [jo@example.com]\n';

function validate(cwd: string, path = 'policy.yml'): Promise<Finished> {
  return cli(['validate', '--policy', path], { cwd });
}

/** A file and what is said about it, with the place. */
const REFUSED: readonly [name: string, text: string | Buffer, says: string[]][] = [
  ['an empty file', '', ['error[empty]', 'policy.yml:1:1', 'version: 1']],
  ['white space', ' \n\t\n \n', ['error']],
  ['comments only', '# nothing\n# here\n', ['error[empty]', 'policy.yml:1:1']],
  ['nothing but a document mark', '---\n', ['error[empty]']],
  ['a second document', `${VALID}---\nversion: 1\n`, ['error[second-document]', 'policy.yml:5:1']],
  ['a duplicate key', 'version: 1\nsets: {}\nsets: {}\n', ['policy.yml:3:1', '"sets"']],
  [
    'a duplicate key deep inside',
    'version: 1\nsets:\n  a: [x@y.z]\n  "a": [u@v.w]\n',
    ['policy.yml:4:3', '"a"'],
  ],
  [
    'an unknown key',
    VALID.replace('members', 'memebers'),
    ['error[unknown-key]', 'policy.yml:4:5', '^^^^^^^^ did you mean "members"?'],
  ],
  ['a directive', `%YAML 1.1\n---\n${VALID}`, ['error[directive]', 'policy.yml:1:1']],
  ['a tag', 'version: 1\nsets:\n  a: [!!js/function x]\n', ['error[tag]', 'policy.yml:3:7', '!!js/function']],
  ['a harmless tag', 'version: !!int "1"\n', ['error[tag]', 'policy.yml:1:10']],
  [
    'a merge key',
    'version: 1\nsets: &s\n  a: [x@y.z]\ngroups:\n  - name: A\n    <<: *s\n',
    ['error[merge-key]', 'policy.yml:6:5'],
  ],
  [
    'an alias loop',
    'version: 1\nsets:\n  a: &a [{ any: *a }]\n',
    ['error[alias-loop]', 'policy.yml:3:17', 'stands inside of what it refers to'],
  ],
  ['an alias without its anchor', 'version: 1\nsets:\n  a: *b\n', ['error[unknown-alias]', 'policy.yml:3:6']],
  [
    'an unquoted id that is a number',
    'version: 1\ngroups:\n  - name: A\n    id: 6140868e26\n',
    ['error[unquoted-id]', 'policy.yml:4:9', 'quote this id: "6140868e26"'],
  ],
  [
    'an unquoted id that is infinity',
    'version: 1\nsets:\n  a: [{ id: 614086832654123456789e99 }]\n',
    ['error[unquoted-id]', 'quote this id: "614086832654123456789e99"'],
  ],
  [
    'an unquoted id of digits',
    'version: 1\nsets:\n  a: [{ id: 123456789012345678901234 }]\n',
    ['error[unquoted-id]', 'policy.yml:3:13', '"123456789012345678901234"'],
  ],
  ['a name that is no text', 'version: 1\ngroups:\n  - name: 42\n', ['policy.yml:3:11', '"42"']],
  ['UTF-16', Buffer.from(`\ufeff${VALID}`, 'utf16le'), ['not UTF-8']],
  ['bytes that are no text', Buffer.from([0x76, 0xff, 0xfe, 0x80]), ['not UTF-8']],
  ['NUL bytes', 'version: 1\nsets: { a\0: [x@y.z], a: 1 }\n', ['policy.yml:2']],
  ['a list', '- version: 1\n', ['error[wrong-type]', 'policy.yml:1:1']],
  ['a scalar', 'just words\n', ['error[wrong-type]', 'policy.yml:1:1']],
  ['version 2', 'version: 2\n', ['policy.yml:1:10']],
  ['no version', 'sets: {}\n', ['"version" is missing']],
  ['tabs as indentation', 'version: 1\nsets:\n\ta: []\n', ['policy.yml:3:1']],
  ['an unclosed bracket', 'version: 1\nsets: { a: [x@y.z\n', ['policy.yml:']],
  [
    'a key that is a map',
    'version: 1\nsets:\n  ? { a: b }\n  : [x@y.z]\n',
    ['error[key-not-text]', 'policy.yml:3:5'],
  ],
  [
    'prototype keys',
    'version: 1\n__proto__: { min-users: 0 }\nconstructor: 1\n',
    ['"__proto__"', 'policy.yml:2:1', '"constructor"', 'policy.yml:3:1'],
  ],
  [
    'personal data that is never read',
    'version: 1\nsets:\n  a: [{ birthday: 1990 }, { gender: x }, { salary: 1 }]\n',
    ['"birthday"', '"gender"', '"salary"', 'never read'],
  ],
  ['20,000 brackets', `version: 1\nsets: ${'['.repeat(20_000)}`, ['error[too-deep]', 'policy.yml:2:']],
  [
    '20,000 closed brackets',
    `version: 1\nsets: ${'['.repeat(20_000)}${']'.repeat(20_000)}`,
    ['error[too-deep]'],
  ],
  ['20,000 dashes', `${'- '.repeat(20_000)}x`, ['error[too-deep]', 'policy.yml:1:']],
  ['20,000 question marks', `${'? '.repeat(20_000)}x`, ['error[too-deep]']],
  ['20,000 braces', `${'{a: '.repeat(20_000)}`, ['error[too-deep]']],
  [
    'deep indentation',
    Array.from({ length: 1000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
    ['error[too-deep]'],
  ],
];

describe('refused with its place', () => {
  const finished: Finished[] = [];
  beforeAll(async () => {
    const cwd = workspace(
      Object.fromEntries(REFUSED.map(([, text], index) => [`${index}/policy.yml`, text])),
    );
    const left = [...REFUSED.keys()];
    const work = async (): Promise<void> => {
      for (let at = left.shift(); at !== undefined; at = left.shift())
        finished[at] = await validate(join(cwd, `${at}`));
    };
    await Promise.all([work(), work(), work()]);
  });

  test.each(REFUSED.map(([name, , says], index) => [name, says, index] as const))('%s', (_, says, index) => {
    const { code, stdout, stderr } = finished[index]!;
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    for (const each of says) expect(stdout).toContain(each);
    expect(stdout).toContain('Could not check');
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });
});

describe('tolerated', () => {
  test.each([
    ['CRLF', VALID.replaceAll('\n', '\r\n')],
    ['a byte-order mark', `\ufeff${VALID}`],
    ['a byte-order mark and CRLF', `\ufeff${VALID.replaceAll('\n', '\r\n')}`],
    ['JSON', JSON.stringify({ version: 1, groups: [{ name: 'A', members: ['a@b.c'] }] })],
    ['a document end', `${VALID}...\n`],
    ['64 levels', `version: 1\nsets: { a: [${'{ not: '.repeat(60)}everyone${' }'.repeat(60)}] }\n`],
    [
      '120 aliases of one address',
      `version: 1\nsets:\n  a:\n    - &jo jo@example.com\n  b: [${Array(120).fill('*jo').join(', ')}]\n`,
    ],
    [
      'dates, quoted or not',
      exception('2026-12-31') + exception('"2026-12-31"').replace(/^[\s\S]*exceptions:\n/, ''),
    ],
  ])('%s', async (_, text) => {
    const { code, stdout } = await validate(workspace({ 'policy.yml': text }));
    expect(stdout).toContain('The policy is valid');
    expect(code).toBe(0);
  });

  test.each(['\n', '\r\n'])(
    'lines and columns are right with a byte-order mark and line ends %j',
    async (end) => {
      const text = `\ufeffversion: 1\ngroups:\n  - name: Ärzte 🩺\n    memebers: []\n`.replaceAll('\n', end);
      const { stdout } = await validate(workspace({ 'policy.yml': text }));
      expect(stdout).toContain('--> policy.yml:4:5\n');
      expect(stdout).toContain('4 |     memebers: []\n');
    },
  );
});

function exception(expires: string): string {
  return `version: 1\nexceptions:\n  - { rule: unexpected-member, user: a@b.c, group: G, reason: r, owner: o, expires: ${expires} }\n`;
}

describe('billion laughs', () => {
  test('are refused in no time', async () => {
    const levels = Array.from(
      { length: 30 },
      (_, i) =>
        `  s${i}: &s${i} [${
          i === 0
            ? 'a@b.c'
            : Array(10)
                .fill(`{ any: *s${i - 1} }`)
                .join(', ')
        }]`,
    );
    const { code, stdout } = await validate(
      workspace({ 'policy.yml': `version: 1\nsets:\n${levels.join('\n')}\n` }),
    );
    expect(code).toBe(2);
    expect(stdout).toMatch(/error\[(alias-bomb|too-deep)\]: .*\n --> policy\.yml:\d+:\d+|--> policy.yml/);
    expect(stdout).toContain('multiply into too much');
  });

  test('made of sets in place of aliases do not grow either', async () => {
    const levels = Array.from(
      { length: 60 },
      (_, i) => `  s${i}: [${i === 0 ? 'a@b.c' : `{ set: s${i - 1} }, { not: { set: s${i - 1} } }`}]`,
    );
    const { code } = await validate(workspace({ 'policy.yml': `version: 1\nsets:\n${levels.join('\n')}\n` }));
    expect(code).toBe(0);
  });
});

describe('a file that is too much', () => {
  test.each<[string, string, string]>([
    ['millions of lines', '#\n'.repeat(3_000_000), 'error[too-many]'],
    ['5,000 mistakes', `version: 1\nsets:\n  a:\n${'  - {b: 1}\n'.repeat(5000)}`, '4000 more mistakes'],
    [
      'words of half a megabyte that are alike',
      `version: 1\nsets:\n  ? ${'a'.repeat(1000)}\n  : [{ set: ${'b'.repeat(500_000)} }]\n`,
      'there is no set',
    ],
    [
      '5,000 sets that name the next one',
      `version: 1\nsets:\n${Array.from({ length: 5000 }, (_, i) => `  s${i}: [{ set: s${i + 1} }]`).join('\n')}\n  s5000: []\n`,
      'error[sets-too-deep]',
    ],
  ])('%s', async (_, text, says) => {
    const { code, stdout, stderr } = await validate(workspace({ 'policy.yml': text }));
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(stdout).toContain(says);
  });

  test('120,000 addresses in one set are not too much', async () => {
    const people = Array.from({ length: 130_000 }, (_, i) => `  - p${i}@example.com`);
    const { code } = await validate(
      workspace({ 'policy.yml': `version: 1\nsets:\n  a:\n${people.join('\n')}\n` }),
    );
    expect(code).toBe(0);
  });

  test.each([17, 100])('%d MiB, without reading them', async (mebibytes) => {
    const cwd = workspace({ 'policy.yml': VALID });
    truncateSync(join(cwd, 'policy.yml'), mebibytes * 1024 * 1024);
    const { code, stdout } = await validate(cwd);
    expect(code).toBe(2);
    expect(stdout).toContain('16 MiB');
  });
});

describe('what is no policy file', () => {
  test('a missing file says what to do', async () => {
    const { code, stdout } = await validate(workspace(), 'nowhere/policy.yml');
    expect(code).toBe(2);
    expect(stdout).toContain('There is no file nowhere/policy.yml.');
    expect(stdout).toContain('let "init" write it');
    expect(stdout).toContain('actions/checkout');
  });

  test('the default place is named', async () => {
    const { code, stdout } = await cli(['validate'], { cwd: workspace() });
    expect(code).toBe(2);
    expect(stdout).toContain('.github/leapsome-access-policy.yml');
  });

  test('a directory', async () => {
    const cwd = workspace({ 'policy.yml/inside': '' });
    const { code, stdout } = await validate(cwd);
    expect(code).toBe(2);
    expect(stdout).toContain('policy.yml is a directory');
  });

  test('a part of the path is a file', async () => {
    const { code, stdout } = await validate(workspace({ file: '' }), 'file/policy.yml');
    expect(code).toBe(2);
    expect(stdout).toContain('There is no file file/policy.yml');
  });

  test('a FIFO that nobody writes to, also behind a link', async () => {
    const cwd = workspace();
    execFileSync('mkfifo', [join(cwd, 'fifo.yml')]);
    symlinkSync('fifo.yml', join(cwd, 'policy.yml'));
    for (const path of ['fifo.yml', 'policy.yml']) {
      const { code, stdout } = await validate(cwd, path);
      expect(code).toBe(2);
      expect(stdout).toContain('not a regular file');
    }
  });

  test('a link to itself', async () => {
    const cwd = workspace();
    symlinkSync('policy.yml', join(cwd, 'policy.yml'));
    const { code, stdout } = await validate(cwd);
    expect(code).toBe(2);
    expect(stdout).toContain('leads to itself');
  });

  test('a device', async () => {
    const cwd = workspace();
    symlinkSync('/dev/zero', join(cwd, 'policy.yml'));
    const { code, stdout } = await validate(cwd);
    expect(code).toBe(2);
    expect(stdout).toContain('outside');
  });
});

describe('a way out of the workspace', () => {
  function nested(): { cwd: string; outer: string } {
    const outer = workspace({
      'foreign.yml': FOREIGN,
      'foreign/policy.yml': FOREIGN,
      'work/fine.yml': VALID,
    });
    return { outer, cwd: join(outer, 'work') };
  }

  test.each<[string, (places: { cwd: string; outer: string }) => string]>([
    ['dots', () => '../foreign.yml'],
    ['dots to /etc/passwd', () => '../../../../../../../../etc/passwd'],
    ['dots behind a directory', () => 'a/../../foreign.yml'],
    ['an absolute path', ({ outer }) => join(outer, 'foreign')],
    ['/etc/passwd', () => '/etc/passwd'],
    [
      'a link',
      ({ cwd }) => {
        symlinkSync('../foreign.yml', join(cwd, 'link.yml'));
        return 'link.yml';
      },
    ],
    [
      'a link on the way',
      ({ cwd }) => {
        symlinkSync('../foreign', join(cwd, 'directory'));
        return 'directory/policy.yml';
      },
    ],
    [
      'a chain of links',
      ({ cwd }) => {
        symlinkSync('../foreign.yml', join(cwd, 'b.yml'));
        symlinkSync('b.yml', join(cwd, 'a.yml'));
        return 'a.yml';
      },
    ],
  ])('%s, in the action and where it matters on the command line', async (_, path) => {
    const places = nested();
    const policy = path(places);
    const finished = await action({ cwd: places.cwd, inputs: { command: 'validate', policy } });
    const onCommandLine = await validate(places.cwd, policy);
    for (const { code, stdout, stderr } of [finished, onCommandLine]) {
      expect(code).toBe(2);
      expect(`${stdout}${stderr}`).not.toContain('FOREIGN');
      expect(stdout).not.toContain('root:');
    }
    expect(finished.stdout).toContain('outside');
    expect(finished.outputs.result).toBe('could-not-check');
  });

  test('the command line may name a policy elsewhere, but that may not lead further', async () => {
    const { cwd, outer } = nested();
    mkdirSync(join(outer, 'other'));
    writeFileSync(join(outer, 'other/policy.yml'), VALID);
    const elsewhere = join(outer, 'other/policy.yml');
    expect((await validate(cwd, elsewhere)).code).toBe(0);
    const finished = await action({ cwd, inputs: { command: 'validate', policy: elsewhere } });
    expect([finished.code, finished.stdout]).toEqual([
      2,
      expect.stringContaining('is outside of the repository'),
    ]);
    symlinkSync('/etc/passwd', join(outer, 'other/link.yml'));
    const linked = await validate(cwd, join(outer, 'other/link.yml'));
    expect(linked.code).toBe(2);
    expect(linked.stdout).not.toContain('root:');
    writeFileSync(join(outer, 'other/policy.yml'), 'version: 1\ninclude: [{ path: ../foreign.yml }]\n');
    const included = await validate(cwd, join(outer, 'other/policy.yml'));
    expect(included.code).toBe(2);
    expect(included.stdout).not.toContain('FOREIGN');
  });

  test('a link inside of the workspace is fine', async () => {
    const { cwd } = nested();
    symlinkSync('fine.yml', join(cwd, 'policy.yml'));
    expect((await validate(cwd)).code).toBe(0);
  });

  test('a workspace that is itself a link is fine', async () => {
    const { cwd, outer } = nested();
    symlinkSync(cwd, join(outer, 'alias'));
    const { code, outputs } = await action({
      cwd: join(outer, 'alias'),
      inputs: { command: 'validate', policy: 'fine.yml' },
    });
    expect({ code, result: outputs.result }).toEqual({ code: 0, result: 'valid' });
  });
});
