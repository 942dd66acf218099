import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { distHash } from '../../src/evidence/dist-hash.ts';
import { workspace } from '../scenarios/harness.ts';

/** As auditors are told. */
const LINE = /^cd dist && (sha256sum .*)$/m.exec(
  readFileSync(new URL('../../docs/evidence.md', import.meta.url), 'utf8'),
)![1]!;

function byShell(directory: string): string {
  return spawnSync('sh', ['-c', LINE], { cwd: directory, encoding: 'utf8' }).stdout.slice(0, 64);
}

describe('the hash of the program', () => {
  const program = () =>
    workspace({ 'index.js': 'a', '56.index.js': 'b', '137.index.js': 'c', 'package.json': '{}' });

  test('is one that a shell can recompute', () => {
    const directory = program();
    expect(distHash(join(directory, 'index.js'))).toBe(byShell(directory));
    const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
    expect(distHash(join(dist, 'index.js'))).toBe(byShell(dist));
  });

  test('is another one when a file is changed, added, or another name', () => {
    const directory = program();
    const hashes = [distHash(join(directory, 'index.js'))];
    appendFileSync(join(directory, '56.index.js'), ' ');
    hashes.push(distHash(join(directory, 'index.js')));
    writeFileSync(join(directory, 'extra.js'), '');
    hashes.push(distHash(join(directory, 'index.js')));
    expect(new Set(hashes).size).toBe(3);
  });

  test('leaves out what is no file of the program', () => {
    const directory = program();
    const before = distHash(join(directory, 'index.js'));
    mkdirSync(join(directory, 'directory'));
    writeFileSync(join(directory, '.hidden'), '');
    expect(distHash(join(directory, 'index.js'))).toBe(before);
  });

  test('is missing for a program that runs from its sources, or cannot read itself', () => {
    expect(distHash()).toBeNull();
    expect(distHash('/nowhere/index.js')).toBeNull();
  });
});
