import { readFileSync } from 'node:fs';
import { DEMO_AS_OF } from '../../demo/company.ts';
import type { StandInOptions } from '../../demo/stand-in.ts';
import { commandsOf } from '../reporters/runner.ts';
import { GITHUB_TOKEN, REPOSITORY } from './github-api.ts';
import type { Request, Threads } from './github-threads.ts';
import {
  type ActionFinished,
  type ActionOptions,
  action,
  leapsome,
  SCIM_POLICY,
  workspace,
} from './harness.ts';
import { POLICY, pullRequest } from './preview.ts';

export const NUMBER = 7;
export const DRIFT = SCIM_POLICY;
export const CLEAN = readFileSync(new URL('../../demo/clean-policy.yml', import.meta.url), 'utf8');

export interface TellingOptions {
  readonly policy?: string;
  /** Makes the run unable to check, without anything being asked of Leapsome for long. */
  readonly leapsomeToken?: string;
  readonly leapsome?: StandInOptions;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly event?: object;
  readonly onStart?: ActionOptions['onStart'];
}

export interface Told extends ActionFinished {
  /** Everything that leaves the program but for GitHub, in one text, without the command that hides the token. */
  readonly everything: string;
}

let runs = 0;

/** The action, whose GitHub is the stand-in; each run is later than the one before. */
export async function telling(github: Threads, options: TellingOptions = {}): Promise<Told> {
  const standIn = await leapsome(options.leapsome);
  const finished = await action({
    cwd: workspace({ [POLICY]: options.policy ?? DRIFT }),
    inputs: {
      policy: POLICY,
      'scim-url': standIn.scimUrl,
      'scim-token': options.leapsomeToken ?? standIn.token,
      'as-of': DEMO_AS_OF,
      'personal-data': 'show',
      'github-token': GITHUB_TOKEN,
      ...options.inputs,
    },
    env: {
      GITHUB_API_URL: github.url,
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: REPOSITORY,
      GITHUB_RUN_ID: String(100 + runs++),
      GITHUB_RUN_ATTEMPT: '1',
      ...options.env,
    },
    event: options.event ?? {},
    ...(options.onStart ? { onStart: options.onStart } : {}),
  });
  const { stdout, stderr, summary, report, outputs } = finished;
  const everything = [stdout, stderr, summary, JSON.stringify(report), JSON.stringify(outputs)].join('\n');
  return { ...finished, everything: everything.replaceAll(`::add-mask::${GITHUB_TOKEN}`, '') };
}

/** A run of pull request 7 that is asked to comment on it. */
export function commenting(github: Threads, options: TellingOptions = {}): Promise<Told> {
  return telling(github, {
    ...options,
    inputs: { comment: 'on-drift', ...options.inputs },
    env: { GITHUB_EVENT_NAME: 'pull_request', ...options.env },
    event: options.event ?? numbered(),
  });
}

export const LABEL = 'leapsome-access-drift';

/** A scheduled run of the default branch that is asked to keep an issue. */
export function scheduled(github: Threads, options: TellingOptions = {}): Promise<Told> {
  return telling(github, {
    ...options,
    inputs: { issue: 'on-drift', ...options.inputs },
    env: { GITHUB_EVENT_NAME: 'schedule', GITHUB_REF: 'refs/heads/main', ...options.env },
    event: options.event ?? {
      schedule: '0 6 * * *',
      repository: { full_name: REPOSITORY, private: true, default_branch: 'main' },
    },
  });
}

/** Warnings of the run itself; those that annotate findings have a title. */
export function warningsOf({ stdout }: Told): string[] {
  return commandsOf(stdout)
    .filter(({ name, properties }) => name === 'warning' && properties.title === undefined)
    .map(({ data }) => data);
}

/** Lets requests of a kind through only when there are as many of them. */
export function together(count: number, isOne: (request: Request) => boolean) {
  const waiting: (() => void)[] = [];
  return async (request: Request): Promise<undefined> => {
    if (!isOne(request) || waiting.length === count) return;
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      if (waiting.length === count) for (const go of waiting) go();
    });
  };
}

/** The payload of a pull request, its number included. */
export function numbered(change: { readonly fork?: boolean } = {}): object {
  const event = pullRequest(change) as { pull_request: object };
  return { ...event, pull_request: { ...event.pull_request, number: NUMBER } };
}
