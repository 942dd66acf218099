import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compare } from '../model/compare.ts';
import { sha256 } from '../sha256.ts';

/**
 * Digest over the files of the program that runs, the same as of a release: SHA-256 over a line `DIGEST  NAME` for each
 * file beside the program, sorted by name, as `sha256sum` writes them. Null for a program that runs from its sources, and
 * where its files cannot be read.
 */
export function distHash(running: string = fileURLToPath(import.meta.url)): string | null {
  if (!running.endsWith('.js')) return null;
  const directory = dirname(running);
  const hash = createHash('sha256');
  try {
    const files = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isFile());
    const names = files.map(({ name }) => name).filter((name) => !name.startsWith('.'));
    for (const name of names.sort(compare))
      hash.update(`${sha256(readFileSync(join(directory, name)))}  ${name}\n`);
  } catch {
    return null;
  }
  return hash.digest('hex');
}
