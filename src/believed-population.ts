import type { CheckOptions } from './check.ts';
import { credentialProblems } from './credentials.ts';
import { checkDeps, type RunTime } from './deadline.ts';
import { CheckError } from './errors.ts';
import { implausible } from './evaluate/evaluate.ts';
import { Population } from './evaluate/population.ts';
import type { Policy } from './policy/types.ts';
import { readPopulation } from './read-population.ts';
import type { RunDeps } from './run.ts';

/**
 * The whole population, read as for a check, for commands that have nothing to say without one.
 * @throws CheckError when it could not be read completely, or is not to be believed
 */
export async function believedPopulation(
  policy: Policy,
  { inputs, context }: Pick<CheckOptions, 'inputs' | 'context'>,
  deps: RunDeps,
  time: RunTime,
): Promise<{ readonly population: Population; readonly warnings: readonly string[] }> {
  const wrong = credentialProblems(inputs, policy.sources.required, context);
  if (wrong.length > 0) throw new CheckError(wrong);
  const { snapshot, problems, warnings } = await readPopulation(policy, inputs, checkDeps(deps, time));
  if (!snapshot) throw new CheckError(problems);
  const population = new Population(snapshot);
  const doubt = implausible(population, policy);
  if (doubt) throw new CheckError([doubt]);
  return { population, warnings };
}
