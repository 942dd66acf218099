import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { checkoutOf, commitAround, rootOf } from './checkout.ts';
import type { Problem } from './model/problem.ts';
import type { RunInfo } from './model/report.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** What the environment tells about the run. */
export interface RunContext {
  readonly run: RunInfo;
  /** False also when nobody can tell. */
  readonly knownPrivate: boolean;
  /** Why there may be no secrets: it is a run for a fork, or of Dependabot, of a kind that GitHub gives none of its own. */
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

/** Where the policy is, as given by the user. */
export interface PolicyPlace {
  readonly path: string;
  readonly workspace: string;
}

/**
 * Reads the environment that GitHub Actions gives to a step; everything is optional, so it works anywhere. With the place of
 * the policy it also tells how files of the workspace are called in the repository of the run.
 */
export function readContext(env: Env, policy?: PolicyPlace): RunContext {
  const payload = readPayload(env);
  return {
    run: { ...runInfo(env), ...policyRoot(env, policy) },
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
  const checkedOut = commitAround(resolve(workspace, policyPath));
  const head = readPayload(env).pull_request?.head?.sha;
  if (checkedOut !== undefined && checkedOut === started && checkedOut !== head) return undefined;
  const stranger = event === 'pull_request_target' ? 'anyone who opens a pull request' : 'a stranger';
  return {
    code: 'policy-invalid',
    message:
      checkedOut === undefined
        ? `The event is ${event}, and it cannot be told which commit the policy comes from.`
        : `The event is ${event}, and the policy comes from commit ${checkedOut.slice(0, 12)}, not from the commit that the run was started for: ${stranger} could have written it.`,
    hint: 'Let actions/checkout take that commit (neither "ref" nor "repository"), or use the event pull_request.',
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

/** Nothing where files are called the same in both, as they are in a plain checkout. */
function policyRoot(
  { GITHUB_REPOSITORY: repository }: Env,
  policy: PolicyPlace | undefined,
): Pick<RunInfo, 'policyRoot'> {
  if (!repository || !policy) return {};
  const root = rootOf(repository, checkoutOf(policy.path, policy.workspace));
  return root === '' ? {} : { policyRoot: root };
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

/** Runs of these get Dependabot's own secrets alone, when it starts them. */
const NONE_FOR_DEPENDABOT: readonly string[] = [
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
  'push',
  'create',
  'deployment',
  'deployment_status',
];

function withoutSecrets(env: Env, payload: Payload): RunContext['withoutSecrets'] {
  const { GITHUB_EVENT_NAME: event = '' } = env;
  if (env.GITHUB_ACTOR === 'dependabot[bot]' && NONE_FOR_DEPENDABOT.includes(event)) return 'dependabot';
  const head = payload.pull_request?.head;
  // That event gives them to anybody, which is what it is for.
  if (!head || event === 'pull_request_target') return undefined;
  const name = head.repo?.full_name;
  return name === undefined || name !== payload.repository?.full_name ? 'fork' : undefined;
}
