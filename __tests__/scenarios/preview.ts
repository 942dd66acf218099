import { DEMO_AS_OF } from '../../demo/company.ts';
import {
  type Commit,
  GITHUB_TOKEN,
  type Github,
  type GithubOptions,
  github,
  REPOSITORY,
} from './github-api.ts';
import { type ActionFinished, action, leapsome, workspace } from './harness.ts';

export const BASE = 'b'.repeat(40);
export const HEAD = 'c'.repeat(40);
export const MERGE = 'd'.repeat(40);
export const POLICY = 'policy.yml';

export interface PreviewOptions {
  /** Files of the head, as checked out. */
  readonly head: Readonly<Record<string, string>>;
  readonly github?: GithubOptions;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly event?: object;
  readonly cwd?: string;
}

export interface Previewed extends ActionFinished {
  readonly github: Github;
  /** Everything that leaves the program, in one text. */
  readonly everything: string;
  /** How many requests reached Leapsome. */
  readonly asked: number;
}

/** The action in a pull request from HEAD to BASE, with GitHub's API on a socket. */
export async function preview(options: PreviewOptions): Promise<Previewed> {
  const standIn = await leapsome();
  const api = await github(options.github);
  const finished = await action({
    cwd: options.cwd ?? workspace(options.head),
    inputs: {
      policy: POLICY,
      'scim-url': standIn.scimUrl,
      'scim-token': standIn.token,
      'as-of': DEMO_AS_OF,
      'personal-data': 'show',
      'github-token': GITHUB_TOKEN,
      ...options.inputs,
    },
    env: {
      GITHUB_API_URL: api.url,
      GITHUB_REPOSITORY: REPOSITORY,
      GITHUB_EVENT_NAME: 'pull_request',
      ...options.env,
    },
    event: options.event ?? pullRequest(),
  });
  const { stdout, stderr, summary, report, outputs } = finished;
  const everything = [stdout, stderr, summary, JSON.stringify(report), JSON.stringify(outputs)].join('\n');
  return { ...finished, github: api, everything, asked: standIn.requests.length };
}

/** The payload of the event. */
export function pullRequest(change: { readonly fork?: boolean } = {}): object {
  const head = change.fork ? 'mallory/policy' : REPOSITORY;
  return {
    repository: { full_name: REPOSITORY, private: true },
    pull_request: { base: { sha: BASE }, head: { sha: HEAD, repo: { full_name: head } } },
  };
}

/** A repository whose base holds these files. */
export function base(files: Commit['files']): GithubOptions {
  return { commits: { [BASE]: { files } } };
}
