import { type CoverageGap, coverage, type RuleCoverage } from './evaluate/coverage.ts';
import { implausible } from './evaluate/evaluate.ts';
import { Population } from './evaluate/population.ts';
import type { RuleDiagnosis } from './model/diagnosis.ts';
import type { SourceName } from './model/facts.ts';
import type { Problem } from './model/problem.ts';
import type { Policy } from './policy/types.ts';
import { enumerate } from './policy/words.ts';
import { merge } from './sources/merge.ts';
import type { Reading } from './sources/types.ts';

/** What a check with this policy could say, as far as that depends on what was read and not on what it would find. */
export interface RulesDiagnosis {
  readonly rules: readonly RuleDiagnosis[];
  /** Rules that could not be evaluated without a source. */
  readonly enables: ReadonlyMap<SourceName, readonly string[]>;
  /** Why a check would come to no verdict although everything could be read. */
  readonly problems: readonly Problem[];
}

/** Holds the policy against what was read; `failed` are sources that were asked in vain. */
export function diagnoseRules(
  policy: Policy,
  readings: readonly Reading[],
  failed: readonly SourceName[],
  asOf: number,
): RulesDiagnosis {
  const covered = (some: readonly Reading[]) =>
    coverage({ policy, population: new Population(merge(some, failed)), asOf });
  const population = new Population(merge(readings, failed));
  const rules = coverage({ policy, population, asOf });
  const enables = readings.map(({ source }) => {
    const others = readings.filter((reading) => reading.source !== source);
    return [source, others.length === 0 ? [] : lost(rules, covered(others))] as const;
  });
  return {
    rules: rules.map(ruleDiagnosis),
    enables: new Map(enables),
    // A source that failed has already said why there would be no verdict.
    problems: failed.length > 0 ? [] : foreseen(policy, population, rules),
  };
}

/** Rules that can be evaluated now, and could not with the rest alone. */
function lost(rules: readonly RuleCoverage[], rest: readonly RuleCoverage[]): string[] {
  const open = new Set(rest.filter(({ gaps }) => gaps.length > 0).map(({ id }) => id));
  return rules.filter(({ id, gaps }) => gaps.length === 0 && open.has(id)).map(({ id }) => id);
}

const MOST_REASONS = 5;

function ruleDiagnosis({ id, severity, gaps }: RuleCoverage): RuleDiagnosis {
  const state = severity === 'off' ? 'off' : gaps.length > 0 ? 'not-evaluated' : 'evaluated';
  const reasons = [...new Set(gaps.map(({ reason }) => reason))].slice(0, MOST_REASONS);
  return { id, severity, state, reasons };
}

function foreseen(policy: Policy, population: Population, rules: readonly RuleCoverage[]): Problem[] {
  const doubt = implausible(population, policy);
  const open = rules.flatMap(({ id, gaps }) =>
    gaps.filter(({ severity }) => severity === 'error').map((gap) => ({ id, ...gap })),
  );
  const byReason = Map.groupBy(open, ({ reason }) => reason);
  return [...(doubt ? [doubt] : []), ...[...byReason].map(([reason, gaps]) => notEvaluated(reason, gaps))];
}

/** What is missing once may keep many entries of many rules open: it is one thing to put right. */
function notEvaluated(reason: string, gaps: readonly (CoverageGap & { readonly id: string })[]): Problem {
  const rules = [...new Set(gaps.map(({ id }) => id))];
  const location = gaps.find((gap) => gap.location)?.location;
  return {
    code: 'not-evaluated',
    message: `${enumerate(rules, 'and')} could not be evaluated: ${reason}.`,
    hint: 'Give the source that would tell, correct what the policy asks, or lower the severity of its entries to say that they may stay open.',
    ...(location ? { location } : {}),
  };
}
