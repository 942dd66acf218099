import type { CheckDeps } from './check.ts';
import { CheckError } from './errors.ts';
import type { Inputs } from './inputs.ts';
import { preferSmallHeap } from './memory.ts';
import type { Problem } from './model/problem.ts';
import type { Snapshot, SourceEvidence } from './model/snapshot.ts';
import type { Policy } from './policy/types.ts';
import { createSources } from './sources/index.ts';
import { NAME, VERSION } from './version.ts';

export interface PopulationReading {
  /** Missing when the population could not be read completely. */
  readonly snapshot?: Snapshot;
  readonly sources: readonly SourceEvidence[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/** Reads the whole population from every source for which there is a credential, or says why not. */
export async function readPopulation(
  policy: Policy,
  inputs: Inputs,
  deps: CheckDeps,
): Promise<PopulationReading> {
  const { token, baseUrl } = inputs.scim;
  const [source] = createSources(
    { scim: { baseUrl, token: token! } },
    { deps: deps.http, userAgent: `${NAME}/${VERSION}`, signal: deps.signal, deadline: deps.deadline },
  );
  const wanted = { customAttributes: policy.customAttributes, mayBeEmpty: policy.population.minUsers === 0 };
  try {
    const { people, groups, roles, facts, evidence } = await source!.read(wanted, watched(deps.onProgress));
    return {
      snapshot: { people, groups, roles, sources: [source!.name], facts },
      sources: [evidence],
      problems: [],
      warnings: [],
    };
  } catch (error) {
    if (!(error instanceof CheckError)) throw error;
    return { sources: [source!.evidence()], problems: error.problems, warnings: [] };
  } finally {
    await source!.close();
  }
}

/** More people than this are worth saving memory for. */
const LARGE_POPULATION = 20_000;

function watched(onProgress: CheckDeps['onProgress']): CheckDeps['onProgress'] {
  return (progress) => {
    if ((progress.reported ?? 0) > LARGE_POPULATION) preferSmallHeap();
    onProgress(progress);
  };
}
