import {
  accessSync,
  closeSync,
  constants,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { CheckError, failure } from './errors.ts';
import {
  existing,
  makeDirectories,
  REASONS,
  refuseDetours,
  temporaryName,
  type WrittenFile,
} from './output.ts';
import { isOutside } from './paths.ts';
import type { PolicyLocation } from './policy/read.ts';
import { sha256 } from './sha256.ts';

export interface PolicyTarget extends PolicyLocation {
  /** A file that is there already may be replaced. */
  readonly overwrite: boolean;
  /** What the file is to people, when it is no policy, and how they free its place. */
  readonly what?: { readonly noun: string; readonly wayOut: string };
}

const POLICY = { noun: 'policy', wayOut: 'Free the place, or name another file with "policy" (--policy).' };

/** The place of a policy that is to be written: nothing there is touched before the whole text is on the disk. */
export class PolicyFile {
  readonly path: string;
  readonly #target: PolicyTarget;

  private constructor(path: string, target: PolicyTarget) {
    this.path = path;
    this.#target = target;
  }

  /** @throws CheckError when a policy cannot be written there, or must not. */
  static at(target: PolicyTarget): PolicyFile {
    const file = new PolicyFile(placeOf(target), target);
    file.#look();
    return file;
  }

  /**
   * Writes the file as a whole or not at all: under another name first, then renamed.
   * @throws CheckError
   */
  write(text: string): Pick<WrittenFile, 'path' | 'sha256'> {
    const directory = dirname(this.path);
    const temporary = join(directory, temporaryName('policy'));
    try {
      makeDirectories(existing(directory), directory);
      // Much time may have passed since somebody looked.
      const mode = this.#look();
      const bytes = Buffer.from(text, 'utf8');
      const file = openSync(temporary, 'wx', mode);
      try {
        for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      } finally {
        closeSync(file);
      }
      renameSync(temporary, this.path);
      return { path: this.path, sha256: sha256(bytes) };
    } catch (error) {
      rmSync(temporary, { force: true });
      throw this.#failed(error);
    }
  }

  /** Refuses a place that is taken. Gives the mode that the file should have: that of the one that it replaces. */
  #look(): number {
    const { workspace, overwrite, path } = this.#target;
    let found: Stats | undefined;
    try {
      const directory = existing(dirname(this.path));
      refuseDetours(directory, workspace);
      if (!statSync(directory).isDirectory()) throw Object.assign(new Error('file'), { code: 'ENOTDIR' });
      accessSync(directory, constants.W_OK);
      found = lstatSync(this.path, { throwIfNoEntry: false });
      if (found?.isSymbolicLink()) throw Object.assign(new Error('link'), { code: 'ELOOP' });
      if (found?.isDirectory()) throw Object.assign(new Error('directory'), { code: 'EISDIR' });
      if (found && !found.isFile()) throw Object.assign(new Error('device'), { code: 'ENOTSUP' });
    } catch (error) {
      throw this.#failed(error);
    }
    if (found && !overwrite)
      throw failure(
        'input-invalid',
        `There is a file already: ${path}. It was left as it is.`,
        'Name another file with "policy" (--policy), or give "force" (--force) to replace this one.',
      );
    return found ? found.mode & 0o777 : 0o644;
  }

  #failed(error: unknown): CheckError {
    if (error instanceof CheckError) return error;
    const { code } = error as NodeJS.ErrnoException;
    const { noun, wayOut } = this.#target.what ?? POLICY;
    const reason =
      code === 'ENOTSUP' ? 'there is something else in its place' : (REASONS[code ?? ''] ?? code);
    return failure(
      'output-failed',
      `The ${noun} cannot be written to ${this.#target.path}: ${reason ?? 'unknown error'}.`,
      wayOut,
      error,
    );
  }
}

/** Where a check would read it: inside of the workspace, or on the command line at an absolute path. */
function placeOf({ path, workspace, allowOutside }: PolicyTarget): string {
  const place = resolve(workspace, path);
  const isInside = !isOutside(relative(workspace, place));
  if (isInside || (allowOutside && isAbsolute(path) && /\.ya?ml$/i.test(path))) return place;
  throw failure(
    'input-invalid',
    `${path} is outside of the ${allowOutside ? 'working directory' : 'repository'}.`,
    allowOutside
      ? 'Name a file inside of it, or one elsewhere by its absolute path, ending in .yml.'
      : 'Name a file inside of it with "policy".',
  );
}
