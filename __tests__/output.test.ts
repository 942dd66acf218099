import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { CheckError } from '../src/errors.ts';
import { ReportDirectory } from '../src/output.ts';
import { workspace } from './scenarios/harness.ts';

const MIB = 'x'.repeat(1024 * 1024);

function opened(files: Readonly<Record<string, string>> = {}): ReportDirectory {
  const directory = workspace(files);
  return ReportDirectory.open(directory, directory);
}

describe('a file that is being written', () => {
  test('stops when the run is cancelled, between two pieces of it', async () => {
    const directory = opened();
    const cancel = new AbortController();
    let made = 0;
    function* chunks(): Iterable<string> {
      for (; made < 50; made++) {
        // As a signal, it is heard only when the program lets the event loop turn.
        if (made === 1) setTimeout(() => cancel.abort('SIGTERM'), 0);
        yield MIB;
      }
    }
    const written = directory.write('report.json', chunks(), { cancelled: cancel.signal });
    await expect(written).rejects.toBe('SIGTERM');
    expect(made).toBeLessThan(10);
    expect(readdirSync(directory.path)).toEqual([]);
  });

  test('leaves nothing when what makes it fails', async () => {
    const directory = opened();
    function* chunks(): Iterable<string> {
      yield 'half';
      throw new Error('made wrong');
    }
    await expect(directory.write('report.json', chunks())).rejects.toThrow('made wrong');
    expect(readdirSync(directory.path)).toEqual([]);
  });

  test('replaces a link that somebody put there meanwhile, and does not follow it', async () => {
    const directory = opened();
    const outside = workspace({ 'target.json': 'mine' });
    symlinkSync(join(outside, 'target.json'), join(directory.path, 'report.json'));
    await directory.write('report.json', ['{}']);
    expect(readFileSync(join(outside, 'target.json'), 'utf8')).toBe('mine');
    expect(lstatSync(join(directory.path, 'report.json')).isFile()).toBe(true);
  });

  test.each(['../report.json', 'report.json/x', 'notes.txt', '.report.json', ''])(
    'has a name that a later run knows, and not %j',
    async (name) => {
      const directory = opened();
      await expect(directory.write(name, ['{}'])).rejects.toThrow(TypeError);
      expect(readdirSync(directory.path)).toEqual([]);
    },
  );

  test('cannot be where a directory is', async () => {
    const directory = opened();
    mkdirSync(join(directory.path, 'report.sarif'));
    const error = await directory.write('report.sarif', ['{}']).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(CheckError);
    expect((error as CheckError).message).toContain('there is a directory in its place');
    expect(readdirSync(directory.path)).toEqual(['report.sarif']);
  });

  test('cannot be written any more when the directory is gone', async () => {
    const directory = opened();
    rmSync(directory.path, { recursive: true });
    await expect(directory.write('report.json', ['{}'])).rejects.toThrow(CheckError);
    directory.clear();
  });
});

describe('a link on the way to it', () => {
  test.each(['out', '..out', '...', '..'.repeat(3)])('is refused, whatever it is called: %s', (link) => {
    const cwd = workspace({ 'elsewhere/mine.txt': '' });
    symlinkSync('elsewhere', join(cwd, link));
    expect(() => ReportDirectory.open(join(cwd, link, 'r'), cwd)).toThrow('symbolic link');
    expect(() => ReportDirectory.open(join(cwd, link), cwd)).toThrow('symbolic link');
    expect(readdirSync(join(cwd, 'elsewhere'))).toEqual(['mine.txt']);
  });

  test('keeps a refused run from taking away what lies behind it', () => {
    const cwd = workspace({ 'elsewhere/r/report.json': '' });
    symlinkSync('elsewhere', join(cwd, '..out'));
    ReportDirectory.forget(join(cwd, '..out/r'), cwd);
    expect(readdirSync(join(cwd, 'elsewhere/r'))).toEqual(['report.json']);
  });

  test('is taken where the whole place lies outside of the workspace', () => {
    const cwd = workspace({ 'elsewhere/mine.txt': '', 'here/mine.txt': '' });
    symlinkSync('elsewhere', join(cwd, 'link'));
    ReportDirectory.open(join(cwd, 'link/r'), join(cwd, 'here'));
    expect(readdirSync(join(cwd, 'elsewhere')).sort()).toEqual(['mine.txt', 'r']);
  });
});

describe('a directory that is opened', () => {
  const OURS = {
    'report.json': '',
    'manifest.json': '',
    'snapshot.json': '',
    'snapshot.json.age': '',
    'access-review-2.csv': '',
    '.snapshot.json.0123456789ab.tmp': '{"people":[',
    '.access-review-17.csv.0123456789ab.tmp': '',
    '.probe.0123456789ab.tmp': '',
  };
  const OTHERS = [
    '.hidden.0123456789ab.tmp',
    '.report.json.tmp',
    'access-review-2.txt',
    'mine.txt',
    'report-2.json',
  ];

  test('loses what runs left there, killed ones too, and nothing else', () => {
    const directory = opened({ ...OURS, ...Object.fromEntries(OTHERS.map((name) => [name, ''])) });
    expect(readdirSync(directory.path).sort()).toEqual(OTHERS.toSorted());
  });

  test('keeps directories, whatever they are called', () => {
    const directory = opened({ 'report.sarif/mine.txt': 'mine' });
    expect(readFileSync(join(directory.path, 'report.sarif/mine.txt'), 'utf8')).toBe('mine');
    directory.clear();
    expect(readdirSync(directory.path)).toEqual(['report.sarif']);
  });

  test('is refused when one of them is where a file has to be', () => {
    const path = workspace({ 'report.json/mine.txt': 'mine' });
    expect(() => ReportDirectory.open(path, path, undefined, ['report.json'])).toThrow(
      'directory in its place',
    );
    expect(readFileSync(join(path, 'report.json/mine.txt'), 'utf8')).toBe('mine');
  });

  test('takes back what it is told to, and what it can', async () => {
    const directory = opened();
    const file = await directory.write('report.json', ['{}']);
    writeFileSync(join(directory.path, 'mine.txt'), '');
    directory.remove([file, { ...file, path: join(directory.path, 'never/there') }]);
    expect(readdirSync(directory.path)).toEqual(['mine.txt']);
  });
});
