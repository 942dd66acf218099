import { posix, relative, resolve, sep } from 'node:path';
import { type Checkout, checkoutOf, isOf } from './checkout.ts';
import { CheckError, failure } from './errors.ts';
import type { PullRequest } from './github-context.ts';
import { Repository, type RepositoryTools, Unavailable } from './github-repository.ts';
import {
  type FoundFile,
  firstThere,
  type PolicyFiles,
  type PolicyReading,
  type ReadableFile,
  readPolicyFiles,
} from './policy/read.ts';
import { sha256 } from './sha256.ts';

/** The policy at the base of a pull request, that it is the same or that there is none, or why nobody can tell. */
export type BasePolicy =
  | { readonly kind: 'read'; readonly commit: string; readonly reading: PolicyReading }
  | { readonly kind: 'same'; readonly commit: string }
  | { readonly kind: 'absent'; readonly commit: string }
  | { readonly kind: 'unreadable'; readonly why: string };

export interface BaseRequest {
  readonly pullRequest: PullRequest;
  /** The commit that GitHub started the run for: of a pull request, its merge with the base. */
  readonly started: string | undefined;
  /** The policy, as given by the user. */
  readonly path: string;
  readonly workspace: string;
  /** Files of the policy of the head, the first one first: those of the base are likely the same. */
  readonly head: readonly HeadFile[];
}

interface HeadFile {
  /** As shown. */
  readonly path: string;
  readonly sha256: string;
}

const TIMEOUT_MS = 10_000;

/**
 * Reads the policy of the base through GitHub's API (`contents: read`), with everything that it includes. Only ever GETs,
 * within ten seconds, and never throws: whatever goes wrong is a reason not to compare.
 */
export async function readBase(
  request: BaseRequest,
  token: string,
  tools: RepositoryTools,
): Promise<BasePolicy> {
  const { path, workspace, pullRequest } = request;
  const checkout = checkoutOf(path, workspace);
  if (checkout.origin !== undefined && !isOf(checkout.origin, pullRequest.repository))
    return unreadable('the policy is of another repository than the pull request');
  const { http } = tools;
  const deadline = Math.min(tools.deadline, http.monotonic() + TIMEOUT_MS);
  let repository: Repository | undefined;
  try {
    repository = new Repository(pullRequest.repository, token, { ...tools, deadline });
    return await readAt(repository, await baseOf(repository, checkout, request), checkout, request);
  } catch (error) {
    if (http.monotonic() >= deadline || tools.signal.aborted)
      return unreadable(deadline < tools.deadline ? TOO_SLOW : 'the run ended before');
    return unreadable(error instanceof Unavailable ? error.message : 'it could not be read');
  } finally {
    await repository?.close();
  }
}

const TOO_SLOW = `GitHub took longer than ${TIMEOUT_MS / 1000} seconds`;

function unreadable(why: string): BasePolicy {
  return { kind: 'unreadable', why };
}

/**
 * The commit that the head is merged with. The event names the base as it was when the pull request last changed; the
 * merge that GitHub started the run for may have a later one, and the changes of others since then are not to be taken
 * for changes of this pull request. Where something else is checked out, that merge says nothing about it.
 */
async function baseOf(
  repository: Repository,
  { commit }: Checkout,
  { pullRequest, started }: BaseRequest,
): Promise<string> {
  const { base, head } = pullRequest;
  if (started === undefined || started === head) return base;
  // Without git, actions/checkout leaves nothing that tells the commit, and takes the one of the run.
  if (commit !== undefined && commit !== started) return base;
  const [first, second] = (await repository.parents(started)) ?? [];
  return first !== undefined && second === head ? first : base;
}

async function readAt(
  repository: Repository,
  commit: string,
  { prefix }: Checkout,
  { path, workspace, head }: BaseRequest,
): Promise<BasePolicy> {
  const files = new CommittedFiles(
    repository,
    commit,
    prefix,
    relative(workspace, resolve(workspace, path)),
    head,
  );
  const hasAll = await files.haveHead();
  if (hasAll && head.length === 1) return { kind: 'same', commit };
  const reading = await readPolicyFiles(() => files);
  if (hasAll && areSame(head, reading.files)) return { kind: 'same', commit };
  if (reading.files.length > 0 || reading.problems[0]?.code !== 'policy-not-found')
    return { kind: 'read', commit, reading };
  // "Not found" is said also to whoever may not look: only who sees the commit knows that the file is not in it.
  if (await repository.parents(commit)) return { kind: 'absent', commit };
  return unreadable(
    'the token does not see the commit of the base; the job needs "permissions: contents: read"',
  );
}

function areSame(head: readonly HeadFile[], base: readonly HeadFile[]): boolean {
  return (
    head.length === base.length &&
    head.every(({ path, sha256: digest }, at) => path === base[at]!.path && digest === base[at]!.sha256)
  );
}

// ---- the files of one commit

/** The policy's files at one commit, each asked for once. */
class CommittedFiles implements PolicyFiles {
  readonly #repository: Repository;
  readonly #commit: string;
  readonly #prefix: string;
  readonly #path: string;
  readonly #head: readonly HeadFile[];
  readonly #asked = new Map<string, Promise<ReadableFile>>();

  /** `prefix` leads from the workspace to the repository; empty when they are the same. */
  constructor(
    repository: Repository,
    commit: string,
    prefix: string,
    path: string,
    head: readonly HeadFile[],
  ) {
    this.#repository = repository;
    this.#commit = commit;
    this.#prefix = prefix;
    this.#path = path;
    this.#head = head;
  }

  first(): Promise<ReadableFile> {
    return this.#open(this.#below(this.#path), this.#path);
  }

  /**
   * True when every file of the head's policy is here, byte by byte. Of one with includes that does not make it the same
   * policy: an include may lead to another file here, which the head no longer has. Asks for all of them at once; a round
   * trip for each include, one after the other, could take longer than there is time for.
   */
  async haveHead(): Promise<boolean> {
    // Without the first file the others need not be asked for.
    if (!(await this.#isThere())) return false;
    const same = await Promise.all(this.#head.map((file) => this.#isAsInHead(file)));
    return same.every((isSame) => isSame);
  }

  /** Asks for all of them at once, as above. */
  announced(paths: readonly string[], from: FoundFile): void {
    for (const path of paths) {
      // Whatever is wrong with one is said when its turn comes.
      if (!posix.isAbsolute(path)) this.#open(beside(from, path), path).catch(() => {});
    }
  }

  included(path: string, from: FoundFile): Promise<ReadableFile> {
    if (posix.isAbsolute(path)) throw outside(path);
    return firstThere(path, [
      () => this.#open(beside(from, path), path),
      () => this.#open(this.#below(path), path),
    ]);
  }

  async #isThere(): Promise<boolean> {
    return (await orUndefined(this.first())) !== undefined;
  }

  async #isAsInHead({ path, sha256: digest }: HeadFile): Promise<boolean> {
    const file = await orUndefined(this.#open(this.#below(path), path));
    return file !== undefined && sha256(file.read()) === digest;
  }

  /** A path of the workspace as one of the repository. */
  #below(path: string): string {
    return posix.relative(this.#prefix, posix.normalize(path.split(sep).join('/')));
  }

  #open(path: string, given: string): Promise<ReadableFile> {
    const known = this.#asked.get(path);
    if (known) return known;
    const asked = this.#read(path, given);
    this.#asked.set(path, asked);
    return asked;
  }

  async #read(path: string, given: string): Promise<ReadableFile> {
    if (path === '..' || path.startsWith('../')) throw outside(given);
    const bytes = await this.#repository.file(path, this.#commit);
    if (!bytes) throw failure('policy-not-found', `There is no file ${given}.`, 'add it');
    return { shown: posix.join(this.#prefix, path), real: path, read: () => bytes };
  }
}

function beside(from: FoundFile, path: string): string {
  return posix.join(posix.dirname(from.real), path);
}

/** A file that is not there, or cannot be one of a policy, is undefined here; the reading itself will say why. */
async function orUndefined<T>(file: Promise<T>): Promise<T | undefined> {
  try {
    return await file;
  } catch (error) {
    if (error instanceof CheckError) return undefined;
    throw error;
  }
}

function outside(given: string): CheckError {
  return failure('policy-invalid', `${given} is outside of the repository.`, 'name a file inside of it');
}
