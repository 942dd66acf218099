import type { CheckDeps } from './check.ts';
import { credentialsOf } from './credentials.ts';
import { CheckError } from './errors.ts';
import type { Inputs } from './inputs.ts';
import { preferSmallHeap } from './memory.ts';
import { SOURCE_LABELS } from './model/facts.ts';
import type { Problem } from './model/problem.ts';
import type { Snapshot, SourceEvidence } from './model/snapshot.ts';
import type { Policy } from './policy/types.ts';
import { createSources } from './sources/index.ts';
import { merge } from './sources/merge.ts';
import { recognise } from './sources/recognise.ts';
import type { HttpTools, Reading, Source, Wanted } from './sources/types.ts';
import { NAME, VERSION } from './version.ts';

export interface PopulationReading {
  /** Missing when the population could not be read completely. */
  readonly snapshot?: Snapshot;
  readonly sources: readonly SourceEvidence[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/** How the reading of one source ended. */
export interface Attempt {
  readonly source: Source;
  readonly ended: Reading | CheckError;
}

/** Reads the whole population from every source for which there is a credential, all at the same time, or says why not. */
export async function readPopulation(
  policy: Policy,
  inputs: Inputs,
  deps: CheckDeps,
): Promise<PopulationReading> {
  const wanted = { customAttributes: policy.customAttributes, mayBeEmpty: policy.population.minUsers === 0 };
  const attempts = await readSources(inputs, wanted, deps);
  const evidence = attempts.map(({ source }) => source.evidence());
  const readings = attempts.flatMap(({ ended }) => (ended instanceof CheckError ? [] : [ended]));
  const failures = attempts.flatMap(({ source, ended }) =>
    ended instanceof CheckError ? [{ name: source.name, error: ended }] : [],
  );
  const { optional } = policy.sources;
  const fatal = readings.length === 0 ? failures : failures.filter(({ name }) => !optional.includes(name));
  if (fatal.length > 0)
    return {
      sources: evidence,
      problems: different(fatal.flatMap(({ error }) => error.problems)),
      warnings: [],
    };
  return {
    snapshot: merge(
      readings,
      failures.map(({ name }) => name),
    ),
    sources: evidence,
    problems: [],
    warnings: failures.map(
      ({ name, error }) =>
        `${SOURCE_LABELS[name]} was not read, which the policy allows (sources: optional). ${error.message} What only it tells is not evaluated.`,
    ),
  };
}

/** A run that is cancelled or out of time ends every source in the same words. */
function different(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [problem.message, problem])).values()];
}

/** Reads every source to its end or its failure: whoever set up several credentials wants to hear of all that are wrong. */
export async function readSources(
  inputs: Inputs,
  wanted: Wanted,
  deps: CheckDeps,
): Promise<readonly Attempt[]> {
  const credentials = credentialsOf(inputs);
  const tools: HttpTools = {
    deps: deps.http,
    userAgent: `${NAME}/${VERSION}`,
    signal: deps.signal,
    deadline: deps.deadline,
    onSecret: deps.onSecret,
  };
  const doors = { scimUrl: inputs.scim.baseUrl, apiUrl: inputs.content.baseUrl };
  const onProgress = watched(deps.onProgress);
  const read = async (source: Source): Promise<Attempt> => {
    try {
      return { source, ended: await source.read(wanted, onProgress) };
    } catch (error) {
      if (!(error instanceof CheckError)) throw error;
      return { source, ended: await recognise(source.name, error, credentials, doors, tools) };
    } finally {
      await source.close();
    }
  };
  return Promise.all(createSources(credentials, tools).map(read));
}

/** More people than this are worth saving memory for. */
const LARGE_POPULATION = 20_000;

function watched(onProgress: CheckDeps['onProgress']): CheckDeps['onProgress'] {
  return (progress) => {
    if (Math.max(progress.reported ?? 0, progress.received) > LARGE_POPULATION) preferSmallHeap();
    onProgress(progress);
  };
}
