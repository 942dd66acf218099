import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { manifestText, type Pack } from '../../src/evidence/manifest.ts';
import { type Verification, verify } from '../../src/evidence/verify.ts';
import { verificationJson, verificationText } from '../../src/evidence/verify-view.ts';
import type { Report } from '../../src/model/report.ts';
import { jsonChunks } from '../../src/reporters/json.ts';
import { commandsOf } from '../reporters/runner.ts';
import { drift, finding, nasty, problem, report } from '../reporters/sample.ts';
import { workspace } from '../scenarios/harness.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const listed = (name: string, content: string) => ({
  name,
  size: Buffer.byteLength(content),
  sha256: sha256(content),
});

interface Wanted {
  readonly report?: Report;
  /** What report.json holds, when that is not the report of the manifest. */
  readonly written?: Report;
  readonly pack?: Partial<Pack>;
}

const SNAPSHOT = '{"people":[]}';

/** A directory with a report, a snapshot and a sheet, and the manifest over them. */
function packed({ report: told = drift([finding()]), written = told, pack = {} }: Wanted = {}): string {
  const files = {
    'report.json': [...jsonChunks(written)].join(''),
    'snapshot.json': SNAPSHOT,
    'access-review.csv': 'a,b\r\n',
  };
  const { name: _, ...digest } = listed('', SNAPSHOT);
  const manifest = manifestText(
    told,
    {
      distSha256: null,
      formats: ['json', 'csv'],
      snapshot: { ...digest, file: 'snapshot.json' },
      files: Object.entries(files).map(([name, content]) => listed(name, content)),
      notWritten: [],
      ...pack,
    },
    sha256,
  );
  return workspace({ ...files, 'manifest.json': manifest });
}

function verified(directory: string, knownSha256?: string): Verification {
  return verify({ path: directory, shown: 'pack', knownSha256 });
}

/** `result`, and every file that is not as it should be. */
function outcome(directory: string, knownSha256?: string): readonly unknown[] {
  const { result, files } = verified(directory, knownSha256);
  return [
    result,
    ...files.filter(({ status }) => status !== 'ok').map(({ name, status }) => `${status} ${name}`),
  ];
}

const NAMES = ['manifest.json', 'report.json', 'snapshot.json', 'access-review.csv'] as const;

test('a pack as the run left it is intact', () => {
  const { result, files, notes, problems, pack } = verified(packed());
  expect({ result, notes, problems }).toEqual({ result: 'intact', notes: [], problems: [] });
  expect(files.map(({ name }) => name)).toEqual(NAMES);
  expect(pack?.result).toBe('drift');
});

describe.each(NAMES)('of %s', (name) => {
  const missing = name === 'manifest.json' ? ['could-not-check'] : ['changed', `missing ${name}`];

  test('a byte that is another', () => {
    const directory = packed();
    const bytes = readFileSync(join(directory, name));
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Buffer.from(bytes);
        changed[at]! ^= flip;
        writeFileSync(join(directory, name), changed);
        // A manifest that is no manifest any more can be held against nothing.
        const [result, ...rest] = outcome(directory);
        if (name === 'manifest.json' && result === 'could-not-check') return;
        expect([result, ...rest]).toEqual(expect.arrayContaining(['changed', `changed ${name}`]));
      }),
      { numRuns: 60 },
    );
  });

  test('the end, cut off', () => {
    const directory = packed();
    const bytes = readFileSync(join(directory, name));
    writeFileSync(join(directory, name), bytes.subarray(0, -1));
    expect(outcome(directory)).toEqual(['changed', `changed ${name}`]);
    writeFileSync(join(directory, name), '');
    expect(outcome(directory)[0]).toBe(name === 'manifest.json' ? 'could-not-check' : 'changed');
  });

  test('more at the end', () => {
    const directory = packed();
    writeFileSync(join(directory, name), `${readFileSync(join(directory, name), 'utf8')} `);
    expect(outcome(directory)).toEqual(['changed', `changed ${name}`]);
  });

  test('nothing', () => {
    const directory = packed();
    rmSync(join(directory, name));
    expect(outcome(directory)).toEqual(missing);
  });

  test('the content under another name', () => {
    const directory = packed();
    renameSync(join(directory, name), join(directory, `x-${name}`));
    expect(outcome(directory)).toEqual(name === 'manifest.json' ? missing : [...missing, `added x-${name}`]);
  });

  test.each<[string, (path: string) => void]>([
    [
      'a link to the same content',
      (path) => {
        renameSync(path, `${path}.real`);
        symlinkSync(`${path}.real`, path);
      },
    ],
    ['a link to nothing', (path) => symlinkSync('nowhere', path)],
    ['a directory', (path) => mkdirSync(path)],
    ['a pipe', (path) => void spawnSync('mkfifo', [path])],
  ])('%s in its place', (_, put) => {
    const directory = packed();
    const path = join(directory, name);
    const before = readFileSync(path);
    rmSync(path);
    if (_ === 'a link to the same content') writeFileSync(path, before);
    put(path);
    const [result, ...rest] = outcome(directory);
    expect(result).toBe(name === 'manifest.json' ? 'could-not-check' : 'changed');
    if (name !== 'manifest.json') expect(rest).toContain(`changed ${name}`);
  });
});

test('what is there and not listed is named, whatever it is', () => {
  const directory = packed();
  writeFileSync(join(directory, 'extra.txt'), '');
  writeFileSync(join(directory, '.hidden'), '');
  mkdirSync(join(directory, 'sub'));
  symlinkSync('nowhere', join(directory, 'link'));
  expect(outcome(directory)).toEqual([
    'changed',
    'added .hidden',
    'added extra.txt',
    'added link',
    'added sub',
  ]);
});

describe('could-not-check', () => {
  test.each<[string, (directory: string) => string]>([
    ['no directory', (directory) => join(directory, 'nowhere')],
    ['a file', (directory) => join(directory, 'report.json')],
    [
      'an empty directory',
      (directory) => {
        mkdirSync(join(directory, 'empty'));
        return join(directory, 'empty');
      },
    ],
    [
      'a manifest that is no JSON',
      (directory) => {
        writeFileSync(join(directory, 'manifest.json'), '{');
        return directory;
      },
    ],
    [
      'a manifest that is no text',
      (directory) => {
        writeFileSync(join(directory, 'manifest.json'), Buffer.from([0xff, 0xfe, 0x7b]));
        return directory;
      },
    ],
    [
      'a manifest of something else',
      (directory) => {
        writeFileSync(join(directory, 'manifest.json'), '{"name":"an extension","files":[]}');
        return directory;
      },
    ],
    [
      'a manifest of a later version',
      (directory) => {
        const path = join(directory, 'manifest.json');
        writeFileSync(path, readFileSync(path, 'utf8').replace('"schemaVersion": 1', '"schemaVersion": 2'));
        return directory;
      },
    ],
    [
      'a manifest without end',
      (directory) => {
        spawnSync('truncate', ['-s', '65M', join(directory, 'manifest.json')]);
        return directory;
      },
    ],
  ])('%s', (_, prepare) => {
    const verification = verified(prepare(packed()));
    expect(verification.result).toBe('could-not-check');
    expect(verification.problems).toHaveLength(1);
    expect(verificationText(verification)).toMatch(/Could not check.*\(exit code 2\)\n$/);
  });

  test('a manifest that lists nothing', () => {
    const directory = packed({
      report: report({ result: 'could-not-check', problems: [problem({ code: 'output-failed' })] }),
      pack: {
        files: [],
        formats: ['json'],
        snapshot: { sha256: 'ab'.repeat(32), size: 1 },
        notWritten: [{ name: 'report.json', cause: 'The disk is full.' }],
      },
    });
    for (const name of NAMES.slice(1)) rmSync(join(directory, name));
    const verification = verified(directory);
    expect(verification.result).toBe('could-not-check');
    expect(verificationText(verification)).toContain('The disk is full.');
  });

  test('a file that must not be read', () => {
    const directory = packed();
    chmodSync(join(directory, 'access-review.csv'), 0);
    // Root may read everything: nobody else is asked then.
    if (process.getuid?.() === 0) return;
    expect(outcome(directory)).toEqual(['could-not-check', 'unreadable access-review.csv']);
  });
});

describe('a manifest that was made for the files', () => {
  test.each<[string, Partial<Report>]>([
    ['result', { result: 'in-sync' }],
    ['counts', { counts: { error: 0, warning: 0, notice: 0, excepted: 0 } }],
    ['policy', { policy: { sha256: 'ee'.repeat(32), files: [] } }],
    ['startedAt', { startedAt: '2026-10-02T00:00:00.000Z' }],
    ['run', { run: { actor: 'somebody-else' } }],
    ['sources', { sources: [] }],
    ['tool', { tool: { name: 'leapsome-access-policy', version: '9.9.9' } }],
    ['problems', { problems: [problem()] }],
    ['personalData', { personalData: 'mask' }],
  ])('contradicts the report in "%s"', (fact, change) => {
    const written = drift([finding()]);
    const directory = packed({ report: { ...written, ...change }, written });
    expect(outcome(directory)).toEqual(['changed', 'changed manifest.json']);
    expect(verified(directory).files[0]?.causes).toEqual([expect.stringContaining(`"${fact}"`)]);
  });

  test.each<[string, Partial<Pack>]>([
    ['without a file that was asked for', { files: [listed('snapshot.json', SNAPSHOT)] }],
    [
      'with another hash of the snapshot',
      { snapshot: { sha256: 'ee'.repeat(32), size: 13, file: 'snapshot.json' } },
    ],
    ['without the snapshot that it lists', { snapshot: { sha256: sha256(SNAPSHOT), size: 13 } }],
    ['with people, and no snapshot', { snapshot: null }],
    ['with a file twice', { files: [listed('snapshot.json', SNAPSHOT), listed('snapshot.json', SNAPSHOT)] }],
  ])('is not consistent: %s', (_, pack) => {
    const [result, ...rest] = outcome(packed({ pack }));
    expect([result, rest[0]]).toEqual(['changed', 'changed manifest.json']);
  });

  test.each([
    '../secret',
    '/etc/passwd',
    'a/b',
    'a\\b',
    '..',
    '.',
    '',
    'manifest.json',
    'x\0y',
    '.hidden',
    '-rf',
  ])('leads nowhere: %j', (name) => {
    const directory = packed({ pack: { files: [listed(name, 'content')] } });
    writeFileSync(join(directory, '../secret'), 'content');
    try {
      const { result, files } = verified(directory);
      expect(result).toBe('changed');
      expect(files.find((file) => file.name === name && file.status === 'changed')).toBeDefined();
    } finally {
      rmSync(join(directory, '../secret'));
    }
  });
});

describe('a hash that is known from elsewhere', () => {
  test('fits', () => {
    const directory = packed();
    const known = sha256(readFileSync(join(directory, 'manifest.json'), 'utf8'));
    expect(outcome(directory, known)).toEqual(['intact']);
    expect(verified(directory, known).manifest).toEqual({ sha256: known, isKnown: true });
  });

  test.each([
    ['a pack of another run', (_: string) => {}],
    [
      'a manifest that is damaged',
      (directory: string) => writeFileSync(join(directory, 'manifest.json'), '{'),
    ],
  ])('does not fit %s', (_, damage) => {
    const directory = packed();
    damage(directory);
    expect(outcome(directory, 'ab'.repeat(32))).toEqual(['changed', 'changed manifest.json']);
  });
});

describe('what is said', () => {
  test('is what the run came to, beside what became of the pack', () => {
    const text = verificationText(verified(packed()));
    expect(text).toContain('Result      drift');
    expect(text).toMatch(
      /Time {8}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC to \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\n/,
    );
    expect(text).toMatch(/Intact.*\(exit code 0\)\n$/);
    expect(text).toContain('--manifest-sha256');
  });

  test('names many files without end by their number', () => {
    const directory = packed();
    for (let at = 0; at < 60; at++) writeFileSync(join(directory, `extra-${at}`), '');
    const text = verificationText(verified(directory));
    expect(text).toContain('and 10 more');
    expect(JSON.parse(verificationJson(verified(directory))).files).toHaveLength(64);
  });

  test('holds nothing that a terminal or a runner obeys', () => {
    fc.assert(
      fc.property(nasty, nasty, (name, value) => {
        const directory = packed({
          report: report({ run: { repository: value, sha: value, runUrl: value, actor: value } }),
          pack: { files: [listed(name, 'x')], notWritten: [{ name, cause: value }] },
        });
        const verification = verified(directory);
        for (const text of [verificationText(verification), verificationJson(verification)]) {
          expect(commandsOf(text)).toEqual([]);
          expect(text).not.toMatch(/[\0-\x09\x0b-\x1f\u202e]/);
        }
      }),
      { numRuns: 60 },
    );
  });
});
