import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { failure } from './errors.ts';
import { isReportFile } from './model/formats.ts';
import type { ReportFile } from './model/material.ts';
import { isOutside } from './paths.ts';

export interface WrittenFile {
  readonly name: string;
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  readonly sha256: string;
}

export interface WriteOptions {
  /** Ends the writing when it aborts: nothing is left then. */
  readonly cancelled?: AbortSignal;
  /** Who may read the file; everybody, where nothing else is said. */
  readonly mode?: number;
}

/** A signal is heard between two turns of the event loop only: after so many bytes there is one. */
const BYTES_PER_TURN = 1024 * 1024;

/**
 * A directory for reports that is known to be writable. Whatever an earlier run left under the name of a report's file
 * is removed at once, so that nothing old can be taken for the outcome of this run.
 */
export class ReportDirectory {
  readonly path: string;
  readonly #isOurs: (name: string) => boolean;

  private constructor(path: string, isOurs: (name: string) => boolean) {
    this.path = path;
    this.#isOurs = isOurs;
  }

  /**
   * The directory for files whose names `isOurs` knows; others that lie there stay. `needed` are those without which a run
   * comes to nothing.
   * @throws CheckError `output-failed` when files cannot be written there.
   */
  static open(
    path: string,
    workspace: string,
    isOurs: (name: string) => boolean = isReportFile,
    needed: readonly string[] = [],
  ): ReportDirectory {
    try {
      // Before anything is made, since a link may lead out; and after it, for the whole way.
      refuseDetours(existing(path), workspace);
      makeDirectories(existing(path), path);
      refuseLinks(path, workspace);
      removeReports(path, isOurs);
      // Said before anything is read, and not when all is done.
      for (const name of needed) refuseDirectory(join(path, name));
      const probe = join(path, temporaryName(PROBE));
      closeSync(openSync(probe, 'wx', 0o600));
      rmSync(probe);
    } catch (error) {
      throw outputFailed(path, error);
    }
    return new ReportDirectory(path, isOurs);
  }

  /** Removes what an earlier run left, as far as that is possible. For a run that ends before it has a directory. */
  static forget(path: string, workspace: string, isOurs: (name: string) => boolean = isReportFile): void {
    try {
      refuseLinks(path, workspace);
      removeReports(path, isOurs);
    } catch {
      // There is no directory, or none in which anybody would look for this run's report.
    }
  }

  /**
   * Writes a file as a whole or not at all: under another name first, then renamed.
   * @throws CheckError `output-failed`; the reason of `cancelled` when it aborts
   */
  async write(
    name: string,
    chunks: ReportFile['chunks'],
    { cancelled, mode = 0o644 }: WriteOptions = {},
  ): Promise<WrittenFile> {
    // Under any other name a later run would leave it.
    if (!this.#isOurs(name)) throw new TypeError('not the name of a report file');
    const path = join(this.path, name);
    const temporary = join(this.path, temporaryName(name));
    const hash = createHash('sha256');
    let size = 0;
    let sinceTurn = 0;
    try {
      const file = openSync(temporary, 'wx', mode);
      try {
        for await (const chunk of chunks) {
          const bytes = typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk;
          hash.update(bytes);
          size += bytes.length;
          sinceTurn += bytes.length;
          for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
          if (sinceTurn < BYTES_PER_TURN) continue;
          sinceTurn = 0;
          await turn();
          cancelled?.throwIfAborted();
        }
      } finally {
        closeSync(file);
      }
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { force: true });
      // What the system says is about the disk; anything else went wrong while the chunks were made.
      throw (error as NodeJS.ErrnoException)?.syscall ? outputFailed(path, error) : error;
    }
    return { name, path, size, sha256: hash.digest('hex') };
  }

  /** Takes back these files, as far as that is possible. */
  remove(files: readonly WrittenFile[]): void {
    for (const { path } of files) {
      try {
        rmSync(path, { force: true });
      } catch {
        // Whoever keeps it from being removed has it now.
      }
    }
  }

  /** Takes back everything that was written, for a run that ends without it. */
  clear(): void {
    try {
      removeReports(this.path, this.#isOurs);
    } catch {
      // The directory itself is gone, or is no longer ours.
    }
  }
}

const PROBE = 'probe';
/** What a run leaves that is killed while it writes. */
const TEMPORARY = /^\.(.+)\.[0-9a-f]{12}\.tmp$/;

/** A directory under such a name is not of a run, and stays. */
function removeReports(directory: string, isOurs: (name: string) => boolean): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const unfinished = TEMPORARY.exec(entry.name)?.[1];
    const isOfARun = unfinished === PROBE || isOurs(unfinished ?? entry.name);
    if (isOfARun && !entry.isDirectory()) rmSync(join(directory, entry.name), { force: true });
  }
}

function refuseDirectory(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw Object.assign(new Error('directory'), { code: 'EISDIR' });
}

/** Below the workspace no part of the way may be a link: it could lead the report anywhere. */
function refuseLinks(path: string, workspace: string): void {
  if (lstatSync(path).isSymbolicLink()) throw Object.assign(new Error('link'), { code: 'ELOOP' });
  refuseDetours(path, workspace);
}

/** Refuses a path below the workspace that leads through a link. */
export function refuseDetours(path: string, workspace: string): void {
  const below = relative(workspace, path);
  if (below === '' || isOutside(below)) return;
  const expected = join(realpathSync(workspace), below);
  if (realpathSync(path) !== expected) throw Object.assign(new Error('link'), { code: 'ELOOP' });
}

/** One by one: Node's own `recursive` never comes back where nothing can be made, as in /proc. */
export function makeDirectories(from: string, path: string): void {
  const missing: string[] = [];
  for (let at = path; at !== from; at = dirname(at)) missing.push(at);
  for (const each of missing.reverse()) {
    try {
      mkdirSync(each);
    } catch (error) {
      // Another run may have been quicker.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  if (!statSync(path).isDirectory())
    throw Object.assign(new Error('file'), { code: missing.length > 0 ? 'ENOTDIR' : 'EEXIST' });
}

/** The longest part of a path that is there already. */
export function existing(path: string): string {
  for (let at = path; ; at = dirname(at)) {
    if (lstatSync(at, { throwIfNoEntry: false }) || dirname(at) === at) return at;
  }
}

/** A name that nobody else uses, for a file that is renamed when it is complete. */
export function temporaryName(name: string): string {
  return `.${name}.${randomBytes(6).toString('hex')}.tmp`;
}

/** Why a file cannot be written, by the code of the system's error. */
export const REASONS: Record<string, string> = {
  EEXIST: 'there is a file in its place',
  ENOENT: 'no directory can be made there',
  ENOTDIR: 'a part of the path is a file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be too large',
  ELOOP: 'it is, or leads through, a symbolic link',
  EISDIR: 'there is a directory in its place',
  ERR_FS_EISDIR: 'there is a directory in its place',
};

function outputFailed(path: string, error: unknown) {
  const { code } = error as NodeJS.ErrnoException;
  const reason = REASONS[code ?? ''] ?? code ?? 'unknown error';
  return failure(
    'output-failed',
    `The report cannot be written to ${path}: ${reason}.`,
    'Free the place, or choose another directory with "report-dir" (--report-dir).',
    error,
  );
}
