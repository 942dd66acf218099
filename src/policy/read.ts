import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { CheckError, failure } from '../errors.ts';
import { preferSmallHeap } from '../memory.ts';
import { POLICY_BYTES } from '../model/limits.ts';
import type { Problem } from '../model/problem.ts';
import { isOutside } from '../paths.ts';
import { sha256 } from '../sha256.ts';
import type { IncludeRequest, PolicyParser } from './parse.ts';
import type { Policy } from './types.ts';

export { isOutside as relativeIsOutside } from '../paths.ts';

const MAX_FILES = 200;
/** A policy of this size speaks of a tenant that is worth saving memory for. */
const LARGE_BYTES = 256 * 1024;

/** A policy, or every reason why there is none, with the files that were read on the way. */
export interface PolicyReading {
  readonly policy?: Policy;
  readonly problems: readonly Problem[];
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
  /** Records of reviews that were read, where the policy asks for reviews. */
  readonly records?: readonly { readonly path: string }[];
  /** One hash for all files: the file's own when there is just one; null when nothing could be read. */
  readonly sha256: string | null;
}

export interface PolicyLocation {
  /** As given by the user. */
  readonly path: string;
  /** Files must stay below this directory. */
  readonly workspace: string;
  /** The command line may name a policy elsewhere by its absolute path; its own directory is then the limit. */
  readonly allowOutside: boolean;
}

/** A file of a policy that was found. */
export interface FoundFile {
  /** For people and annotations: relative to the workspace, with forward slashes. */
  readonly shown: string;
  /** The same for one file, by whatever way it was found. */
  readonly real: string;
}

/** A found file that can be read. */
export interface ReadableFile extends FoundFile {
  readonly read: () => Uint8Array;
}

/** The place that the files of a policy come from. Whatever is wrong with a file is a CheckError. */
export interface PolicyFiles {
  /** The file that the policy begins with. */
  first(): ReadableFile | Promise<ReadableFile>;
  /** A file that another one includes, by the path that is written there. */
  included(path: string, from: FoundFile): ReadableFile | Promise<ReadableFile>;
  /** Told of everything that a file includes before the first of it is asked for. */
  announced?(paths: readonly string[], from: FoundFile): void;
}

/** Reads a policy, everything that it includes, and its records of reviews. Never throws for what a file may hold. */
export async function readPolicy(location: PolicyLocation): Promise<PolicyReading> {
  const reading = await readPolicyFiles(() => localFiles(location));
  const { policy } = reading;
  if (!policy?.review) return reading;
  const { readRounds, withRounds } = await import('../review/read.ts');
  const { problems, ...records } = readRounds(policy, location);
  const { policy: _, ...rest } = reading;
  const files = { records: records.rounds.map(({ file: path }) => ({ path })) };
  if (problems.length > 0) return { ...rest, ...files, problems };
  return { ...rest, ...files, policy: withRounds(policy, records), problems: [] };
}

/** The same for files from anywhere; what is no CheckError goes through to the caller. */
export async function readPolicyFiles(open: () => PolicyFiles): Promise<PolicyReading> {
  let parser: PolicyParser | undefined;
  const hashes: string[] = [];
  try {
    const files = open();
    const first = await files.first();
    // The parser and its libraries are loaded only now: a missing policy is told at once.
    parser = new (await import('./parse.ts')).PolicyParser();
    const reader = new IncludeReader(parser, files, hashes);
    await reader.take(first, [], []);
    return { ...parser.finish(), files: parser.files(), sha256: combined(hashes) };
  } catch (error) {
    if (!(error instanceof CheckError)) throw error;
    return { problems: error.problems, files: parser?.files() ?? [], sha256: combined(hashes) };
  }
}

class IncludeReader {
  readonly #parser: PolicyParser;
  readonly #files: PolicyFiles;
  readonly #hashes: string[];
  readonly #seen = new Set<string>();
  #requests = 0;

  constructor(parser: PolicyParser, files: PolicyFiles, hashes: string[]) {
    this.#parser = parser;
    this.#files = files;
    this.#hashes = hashes;
  }

  async take(
    file: ReadableFile,
    mayDefine: readonly (readonly string[])[],
    chain: readonly string[],
  ): Promise<void> {
    this.#seen.add(file.real);
    const bytes = file.read();
    const digest = sha256(bytes);
    this.#hashes.push(digest);
    const requests = this.#parser.add({
      path: file.shown,
      text: decode(bytes, file.shown),
      sha256: digest,
      mayDefine,
    });
    const ahead = requests.slice(0, MAX_FILES - this.#requests).map(({ path }) => path);
    this.#files.announced?.(ahead, file);
    for (const request of requests) {
      this.#requests++;
      if (this.#requests > MAX_FILES) {
        const message = `the policy includes more than ${MAX_FILES} files`;
        this.#parser.errors.push(request.fail('include', message, 'include fewer files'));
        return;
      }
      const inner = request.mayDefine ? [...mayDefine, request.mayDefine] : mayDefine;
      await this.#include(request, file, inner, [...chain, file.real]);
    }
  }

  async #include(
    request: IncludeRequest,
    from: FoundFile,
    mayDefine: readonly (readonly string[])[],
    chain: readonly string[],
  ): Promise<void> {
    try {
      const file = await this.#files.included(request.path, from);
      if (chain.includes(file.real))
        throw failure(
          'policy-invalid',
          `${file.shown} includes itself, directly or through others`,
          'remove this include',
        );
      if (this.#seen.has(file.real))
        throw failure('policy-invalid', `${file.shown} is included twice`, 'include it once');
      await this.take(file, mayDefine, chain);
    } catch (error) {
      if (!(error instanceof CheckError)) throw error;
      const [problem] = error.problems;
      this.#parser.errors.push(request.fail('include', problem!.message.replace(/\.$/, ''), problem!.hint));
    }
  }
}

/** A file by the first of these ways on which there is one. @throws CheckError */
export async function firstThere(
  path: string,
  ways: readonly (() => ReadableFile | Promise<ReadableFile>)[],
): Promise<ReadableFile> {
  for (const way of ways) {
    try {
      return await way();
    } catch (error) {
      if (!(error instanceof CheckError) || error.problems[0]?.code !== 'policy-not-found') throw error;
    }
  }
  throw failure(
    'policy-not-found',
    `There is no file ${path}.`,
    'a path is relative to this file, or else to the repository',
  );
}

/** Files of this machine. */
export function localFiles(location: PolicyLocation): PolicyFiles {
  const root = rootOf(location);
  const open = (path: string, given: string): ReadableFile => {
    const file = find(path, root, given);
    return { ...file, read: () => readFile(file) };
  };
  return {
    first: () => open(resolve(location.workspace, location.path), location.path),
    included(path, from) {
      if (isAbsolute(path)) throw outside(path, root);
      return firstThere(path, [
        () => open(resolve(dirname(from.real), path), path),
        () => open(resolve(root.directory, path), path),
      ]);
    },
  };
}

/** What the files of a policy must stay below. */
export interface Root {
  readonly directory: string;
  readonly real: string;
  readonly workspace: string;
}

/** @throws CheckError for a policy that lies where none may */
export function rootOf({ path, workspace, allowOutside }: PolicyLocation): Root {
  const inside = !isOutside(relative(workspace, resolve(workspace, path)));
  if (!inside && !(allowOutside && isAbsolute(path) && /\.ya?ml$/i.test(path))) {
    throw outside(path, { directory: workspace, real: workspace, workspace });
  }
  const directory = inside ? workspace : dirname(path);
  return { directory, real: realOrSame(directory), workspace };
}

function realOrSame(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/**
 * What lies at a path, with all links followed.
 * @throws CheckError when there is nothing, or when the way to it leaves the root
 */
export function find(path: string, root: Root, given: string): FoundFile {
  if (isOutside(relative(root.directory, path)) && isOutside(relative(root.real, path)))
    throw outside(given, root);
  let real: string;
  try {
    real = realpathSync(path);
  } catch (error) {
    throw notReadable(error, given);
  }
  if (isOutside(relative(root.real, real))) throw outside(given, root);
  const below = relative(root.directory, path);
  const fromWorkspace = relative(root.workspace, path);
  const shown = isOutside(fromWorkspace)
    ? isOutside(below)
      ? path
      : join(root.directory, below)
    : fromWorkspace;
  return { real, shown: shown.split(sep).join('/') };
}

/** @throws CheckError for what is no regular file of a size that a policy file may have */
export function readFile(file: FoundFile): Buffer {
  let handle: number;
  try {
    // Without O_NONBLOCK the opening of a FIFO waits for a writer for ever.
    handle = openSync(file.real, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    throw notReadable(error, file.shown);
  }
  try {
    const stat = fstatSync(handle);
    if (!stat.isFile()) {
      throw failure(
        'policy-invalid',
        `${file.shown} is ${stat.isDirectory() ? 'a directory' : 'not a regular file'}.`,
        'name the policy file itself',
      );
    }
    if (stat.size > POLICY_BYTES) {
      throw failure(
        'policy-invalid',
        `${file.shown} has ${stat.size} bytes; a policy file has at most ${POLICY_BYTES} (16 MiB).`,
        'split it with "include"',
      );
    }
    if (stat.size > LARGE_BYTES) preferSmallHeap();
    return readFileSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** @throws CheckError for what is not UTF-8 */
export function decode(bytes: Uint8Array, shown: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw failure('policy-invalid', `${shown} is not UTF-8 text.`, 'save it as UTF-8');
  }
}

export function outside(given: string, root: Root): CheckError {
  const limit = root.directory === root.workspace ? 'the repository' : 'the directory of the policy';
  return failure(
    'policy-invalid',
    `${given} is outside of ${limit}.`,
    'policy files must lie inside of the repository, symbolic links included',
  );
}

function notReadable(error: unknown, given: string): CheckError {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return failure(
      'policy-not-found',
      `There is no file ${given}.`,
      'Create the policy there, let "init" write it, or name another place with the input "policy" (--policy). In a workflow, actions/checkout must run before.',
    );
  }
  if (code === 'ELOOP')
    return failure(
      'policy-invalid',
      `${given} is a symbolic link that leads to itself.`,
      'replace it by the file',
    );
  return failure(
    'policy-invalid',
    `${given} cannot be read (${code ?? 'unknown error'}).`,
    'check the permissions of the file',
  );
}

function combined(hashes: readonly string[]): string | null {
  if (hashes.length <= 1) return hashes[0] ?? null;
  return sha256(hashes.join('\n'));
}
