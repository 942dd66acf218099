import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { isOutside } from './paths.ts';

/** The repository that the policy was checked out from. */
export interface Checkout {
  /** From the workspace to where the repository begins, with forward slashes; empty when they are the same. */
  readonly prefix: string;
  /** Where it was cloned from, when that can be told. */
  readonly origin: string | undefined;
  /** The commit that is checked out, likewise. */
  readonly commit: string | undefined;
}

/** The checkout that a path leads into: the nearest one, and at the latest the workspace itself. */
export function checkoutOf(path: string, workspace: string): Checkout {
  const policy = dirname(resolve(workspace, path));
  for (let at = policy; ; at = dirname(at)) {
    const isRoot = at === workspace || dirname(at) === at;
    if (!isRoot && !existsSync(join(at, '.git'))) continue;
    const below = relative(workspace, at);
    return {
      prefix: isOutside(below) ? '' : below.split(sep).join('/'),
      origin: originOf(at),
      commit: readHead(join(at, '.git')),
    };
  }
}

/** Whether an address is that of a repository, `owner/name`, on whatever server and by whatever protocol. */
export function isOf(origin: string, repository: string): boolean {
  const path = origin
    .replace(/\/$/, '')
    .replace(/\.git$/, '')
    .toLowerCase();
  return path.endsWith(`/${repository.toLowerCase()}`) || path.endsWith(`:${repository.toLowerCase()}`);
}

/**
 * From the workspace to where this repository begins, as far as the policy is of it; null when the policy is of another
 * one. What lies in the workspace itself and does not tell where it is from is taken for this repository: git may be
 * missing where it was checked out. A checkout in a directory, such as a submodule, has to tell.
 */
export function rootOf(repository: string, { prefix, origin }: Checkout): string | null {
  if (origin === undefined) return prefix === '' ? '' : null;
  return isOf(origin, repository) ? prefix : null;
}

/** The commit that is checked out where a file really lies: a link may lead from one repository into another. */
export function commitAround(file: string): string | undefined {
  for (let at = dirname(real(file)); ; at = dirname(at)) {
    const commit = readHead(join(at, '.git'));
    // A .git that cannot be read, such as that of a worktree: what lies above it is another repository.
    if (commit !== undefined || existsSync(join(at, '.git'))) return commit;
    if (dirname(at) === at) return undefined;
  }
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function originOf(root: string): string | undefined {
  try {
    const config = readFileSync(join(root, '.git/config'), 'utf8');
    return /^\[remote "origin"\][^[]*?^\s*url\s*=\s*(\S+)\s*$/m.exec(config)?.[1];
  } catch {
    return undefined;
  }
}

function readHead(git: string): string | undefined {
  try {
    const head = readFileSync(join(git, 'HEAD'), 'utf8').trim();
    const ref = /^ref: (refs\/\S+)$/.exec(head)?.[1];
    if (ref?.includes('..')) return undefined;
    const commit = ref === undefined ? head : readRef(git, ref);
    return commit !== undefined && /^[0-9a-f]{40,64}$/.test(commit) ? commit : undefined;
  } catch {
    return undefined;
  }
}

function readRef(git: string, ref: string): string | undefined {
  try {
    return readFileSync(join(git, ref), 'utf8').trim();
  } catch {
    const packed = readFileSync(join(git, 'packed-refs'), 'utf8');
    return packed
      .split('\n')
      .find((line) => line.endsWith(` ${ref}`))
      ?.split(' ')[0];
  }
}
