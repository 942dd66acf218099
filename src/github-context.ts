import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Problem } from './model/problem.ts';
import type { RunInfo } from './model/report.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** What the environment tells about the run. */
export interface RunContext {
  readonly run: RunInfo;
  /** False also when nobody can tell. */
  readonly knownPrivate: boolean;
  /** Why there may be no secrets: a fork's or Dependabot's pull request. */
  readonly withoutSecrets: 'fork' | 'dependabot' | undefined;
  /** The two ends of the pull request, or of the group in the merge queue, that the run is for. */
  readonly pullRequest: PullRequest | undefined;
  /** The branch that the repository is about, when the event names it. */
  readonly defaultBranch: string | undefined;
}

export interface PullRequest {
  /** `owner/name` */
  readonly repository: string;
  /** Commits, as the event names them. */
  readonly base: string;
  readonly head: string;
  /** Missing for a group in the merge queue. */
  readonly number?: number;
}

interface Payload {
  readonly repository?: {
    readonly private?: unknown;
    readonly visibility?: unknown;
    readonly full_name?: unknown;
    readonly default_branch?: unknown;
  };
  readonly pull_request?: {
    readonly number?: unknown;
    readonly base?: { readonly sha?: unknown };
    readonly head?: {
      readonly sha?: unknown;
      readonly repo?: { readonly full_name?: unknown; readonly fork?: unknown } | null;
    };
  };
  readonly merge_group?: { readonly base_sha?: unknown; readonly head_sha?: unknown };
}

const MAX_PAYLOAD = 32 * 1024 * 1024;

/** Reads the environment that GitHub Actions gives to a step; everything is optional, so it works anywhere. */
export function readContext(env: Env): RunContext {
  const payload = readPayload(env);
  return {
    run: runInfo(env),
    knownPrivate: isPrivate(payload),
    withoutSecrets: withoutSecrets(env, payload),
    pullRequest: pullRequest(env, payload),
    defaultBranch: defaultBranch(payload),
  };
}

/**
 * Events that give secrets to runs which a stranger can start, and that lead to a stranger's commit: of a pull request, or
 * of what another workflow ran for. Their `GITHUB_SHA` is the base's, or the default branch's.
 */
const BY_STRANGERS: readonly string[] = [
  'pull_request_target',
  'workflow_run',
  'issue_comment',
  'issues',
  'discussion',
  'discussion_comment',
  'check_run',
  'check_suite',
  'status',
];

/**
 * With some events secrets meet what a stranger wrote: the policy must then be the repository's own.
 * Gives the problem unless the checked-out commit is known to be the one that GitHub started the run for.
 */
export function untrustedPolicy(env: Env, policyPath: string, workspace: string): Problem | undefined {
  const { GITHUB_EVENT_NAME: event = '', GITHUB_SHA: started } = env;
  if (!BY_STRANGERS.includes(event)) return undefined;
  const checkedOut = headCommit(dirname(real(resolve(workspace, policyPath))));
  const head = readPayload(env).pull_request?.head?.sha;
  if (checkedOut !== undefined && checkedOut === started && checkedOut !== head) return undefined;
  const ofPullRequest = event === 'pull_request_target';
  const own = ofPullRequest ? 'the base' : 'the commit that the run was started for';
  const stranger = ofPullRequest ? 'anyone who opens a pull request' : 'a stranger';
  return {
    code: 'policy-invalid',
    message:
      checkedOut === undefined
        ? `The event is ${event}, and it cannot be told which commit the policy comes from.`
        : `The event is ${event}, and the policy comes from commit ${checkedOut.slice(0, 12)}, not from ${own}: ${stranger} could have written it.`,
    hint: ofPullRequest
      ? 'Check out the base (actions/checkout without "ref"), or use the event pull_request.'
      : 'Let actions/checkout take that commit (neither "ref" nor "repository"), or use the event pull_request.',
  };
}

function runInfo(env: Env): RunInfo {
  const {
    GITHUB_REPOSITORY: repository,
    GITHUB_SHA: sha,
    GITHUB_REF: ref,
    GITHUB_ACTOR: actor,
    GITHUB_EVENT_NAME: event,
  } = env;
  const runUrl =
    env.GITHUB_SERVER_URL && repository && env.GITHUB_RUN_ID
      ? `${env.GITHUB_SERVER_URL}/${repository}/actions/runs/${env.GITHUB_RUN_ID}`
      : undefined;
  return Object.fromEntries(
    Object.entries({ repository, sha, ref, runUrl, actor, event }).filter(([, value]) => value),
  ) as RunInfo;
}

function readPayload(env: Env): Payload {
  const path = env.GITHUB_EVENT_PATH;
  if (!path) return {};
  try {
    if (statSync(path).size > MAX_PAYLOAD) return {};
    const payload: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof payload === 'object' && payload !== null ? (payload as Payload) : {};
  } catch {
    // The payload only refines: without it people are masked and nothing is trusted.
    return {};
  }
}

function isPrivate({ repository }: Payload): boolean {
  const { visibility } = repository ?? {};
  if (visibility !== undefined) return visibility === 'private' || visibility === 'internal';
  return repository?.private === true;
}

function defaultBranch({ repository }: Payload): string | undefined {
  const branch = repository?.default_branch;
  return typeof branch === 'string' ? branch : undefined;
}

function pullRequest(
  { GITHUB_REPOSITORY: repository }: Env,
  { pull_request, merge_group }: Payload,
): PullRequest | undefined {
  const base = pull_request?.base?.sha ?? merge_group?.base_sha;
  const head = pull_request?.head?.sha ?? merge_group?.head_sha;
  if (!repository || typeof base !== 'string' || typeof head !== 'string') return undefined;
  const number = pull_request?.number;
  return { repository, base, head, ...(Number.isSafeInteger(number) ? { number: number as number } : {}) };
}

function withoutSecrets(env: Env, payload: Payload): RunContext['withoutSecrets'] {
  if (env.GITHUB_ACTOR === 'dependabot[bot]') return 'dependabot';
  const head = payload.pull_request?.head;
  if (!head) return undefined;
  const name = head.repo?.full_name;
  return name === undefined || name !== payload.repository?.full_name ? 'fork' : undefined;
}

/** The commit that is checked out at or above `directory`. */
function headCommit(directory: string): string | undefined {
  for (let at = directory; ; at = dirname(at)) {
    const commit = readHead(join(at, '.git'));
    // A .git that cannot be read, such as that of a worktree: what lies above it is another repository.
    if (commit !== undefined || existsSync(join(at, '.git'))) return commit;
    if (dirname(at) === at) return undefined;
  }
}

/** Where a file really lies: a link may lead from one repository into another. */
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
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
