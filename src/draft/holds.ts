import { type EvaluateDeps, evaluate } from '../evaluate/evaluate.ts';
import type { Population } from '../evaluate/population.ts';
import { PolicyParser } from '../policy/parse.ts';

/**
 * Holds a policy against the population that it describes, as a check does. Gives the rule or the kind of problem by which
 * that would not be green.
 */
export function objection(
  text: string,
  population: Population,
  asOf: number,
  deps: EvaluateDeps,
): string | undefined {
  const parser = new PolicyParser();
  parser.add({ path: 'policy', text: withoutComments(text), sha256: '', mayDefine: [] });
  const { policy, problems } = parser.finish();
  if (!policy) return parser.errors[0]?.code ?? problems[0]!.code;
  const evaluated = evaluate({ policy, population, asOf, personalData: 'mask' }, deps);
  return evaluated.problems[0]?.code ?? evaluated.findings.find(({ severity }) => severity === 'error')?.rule;
}

/** Lines that are comments can be half of a draft. What broke out of its comment would still be there. */
function withoutComments(text: string): string {
  return text.replaceAll(/^ *#.*\n/gm, '');
}
