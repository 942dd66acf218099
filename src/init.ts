import { resolve } from 'node:path';
import { shownPath } from './check.ts';
import { credentialsOf, halfCredentials, noCredentials, sameValue, whyNone } from './credentials.ts';
import { checkDeps, type RunTime, wasCancelled, withinTime } from './deadline.ts';
import { type Draft, type DraftCounts, draftPolicy } from './draft/draft.ts';
import { objection } from './draft/holds.ts';
import type { LoweredRule } from './draft/lowered.ts';
import { CheckError, failure } from './errors.ts';
import { Population } from './evaluate/population.ts';
import type { RunContext } from './github-context.ts';
import type { Inputs } from './inputs.ts';
import type { Problem } from './model/problem.ts';
import type { Snapshot } from './model/snapshot.ts';
import { PolicyFile } from './policy-file.ts';
import type { RunDeps } from './run.ts';
import { sha256 } from './sha256.ts';
import { merge } from './sources/merge.ts';

export interface InitOptions {
  readonly inputs: Inputs;
  readonly context: Pick<RunContext, 'withoutSecrets' | 'knownPrivate'>;
  readonly workspace: string;
  readonly commandLine: boolean;
}

/** What `init` did: numbers and the path, nothing of anybody's data. Its JSON output has this shape. */
export interface Initiation {
  readonly result: 'written' | 'could-not-check';
  /** Where the policy is, or should have been. */
  readonly path: string;
  /** Missing when nothing was written, like the two below. */
  readonly sha256?: string;
  readonly counts?: DraftCounts & { readonly users: number; readonly activeUsers: number };
  /** Rules that fail today, and are warnings in the new policy. */
  readonly lowered?: readonly Pick<LoweredRule, 'id' | 'people'>[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/** The exit code of each result. */
export const INIT_EXIT_CODES = { written: 0, 'could-not-check': 2 } as const satisfies Record<
  Initiation['result'],
  number
>;

/**
 * Writes a policy that says what is so in Leapsome today, so that the next check is green. Writes nothing when anything is
 * in doubt. Throws only for a mistake of this program itself.
 */
export async function init(options: InitOptions, deps: RunDeps): Promise<Initiation> {
  const { inputs, workspace } = options;
  try {
    return await withinTime(inputs.timeoutMs, deps.cancelled, (time) => write(options, deps, time));
  } catch (error) {
    if (!(error instanceof CheckError)) throw error;
    const path = shownPath(workspace, resolve(workspace, inputs.policy));
    return { result: 'could-not-check', path, problems: error.problems, warnings: [] };
  }
}

async function write(options: InitOptions, deps: RunDeps, time: RunTime): Promise<Initiation> {
  const { inputs, workspace, commandLine } = options;
  const file = PolicyFile.at({
    path: inputs.policy,
    workspace,
    allowOutside: commandLine,
    overwrite: inputs.force,
  });
  const problems = credentialProblems(options);
  if (problems.length > 0) throw new CheckError(problems);
  const population = new Population(await read(inputs, deps, time));
  const draft = draftOf(population, inputs);
  if (deps.cancelled.aborted) throw wasCancelled(deps.cancelled.reason);
  const { path, sha256 } = file.write(draft.text);
  return {
    result: 'written',
    path: shownPath(workspace, path),
    sha256,
    counts: {
      users: population.people.length,
      activeUsers: population.active.length,
      ...draft.counts,
    },
    lowered: draft.lowered.map(({ id, people }) => ({ id, people })),
    problems: [],
    warnings: warningsOf(options),
  };
}

function credentialProblems({ inputs, context: { withoutSecrets } }: InitOptions): Problem[] {
  const credentials = credentialsOf(inputs);
  const halves = halfCredentials(inputs, withoutSecrets);
  if (Object.keys(credentials).length === 0 && halves.length === 0)
    return [noCredentials(`There are no credentials${whyNone(withoutSecrets)}, so nobody was asked.`)];
  return [...halves, ...sameValue(credentials)];
}

/** Everybody, from every source for which there is a credential: a draft of half of them would lock the others out. */
async function read(inputs: Inputs, deps: RunDeps, time: RunTime): Promise<Snapshot> {
  const { readSources } = await import('./read-population.ts');
  const wanted = { customAttributes: [], mayBeEmpty: false };
  const attempts = await readSources(inputs, wanted, checkDeps(deps, time));
  const problems = attempts.flatMap(({ ended }) => (ended instanceof CheckError ? ended.problems : []));
  // A run that is cancelled or out of time ends every source in the same words.
  if (problems.length > 0)
    throw new CheckError([...new Map(problems.map((problem) => [problem.message, problem])).values()]);
  return merge(attempts.flatMap(({ ended }) => (ended instanceof CheckError ? [] : [ended])));
}

function draftOf(population: Population, { asOf: moment, groups }: Inputs): Draft {
  if (population.active.length === 0)
    throw failure(
      'empty-population',
      `Leapsome reports ${population.people.length} users, and none of them is active.`,
      'Look at Leapsome → Settings → Users & Teams. A policy is drafted from people who have access.',
    );
  const asOf = moment ?? Date.now();
  const draft = draftPolicy(population, { asOf, groups });
  if (!draft)
    throw failure(
      'too-large',
      'The policy would be larger than a policy file may be (16 MiB, or 2,000,000 lines and elements).',
      'Make several files with "groups" (--groups), and put them together with "include".',
    );
  if (groups !== undefined && draft.counts.groups === 0)
    throw failure(
      'input-invalid',
      `No group is named like "${groups}".`,
      'Write the name as it is in Leapsome; upper and lower case differ, and * stands for any text.',
    );
  const doubt = objection(draft.text, population, asOf, { sha256 });
  if (doubt !== undefined)
    throw failure(
      'policy-invalid',
      `The draft does not hold for the people that it was made from (${doubt}), so it was not written.`,
      'This is a mistake of the program. Please report it, without personal data.',
    );
  return draft;
}

/** A policy names people by their addresses, which is its purpose, and not for everybody. */
function warningsOf({ commandLine, context }: InitOptions): string[] {
  if (commandLine || context.knownPrivate) return [];
  return [
    'The policy names people by their addresses, and it is not known that this repository is private. Look before you push.',
  ];
}
