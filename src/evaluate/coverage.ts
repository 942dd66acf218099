import { compare } from '../model/compare.ts';
import type { Location } from '../model/problem.ts';
import { type RuleSeverity, rank, type Severity } from '../model/severity.ts';
import { RULES } from '../rules/index.ts';
import type { Gap, Rule } from '../rules/rule.ts';
import { optionsOf, severityOf, weight } from './evaluate.ts';
import { Evaluation, type EvaluationOptions } from './evaluation.ts';

/** How far a rule can be evaluated with what was read. What it would find is left out, and nobody is named. */
export interface RuleCoverage {
  readonly id: string;
  readonly severity: RuleSeverity;
  /** Why it cannot be evaluated, wholly or in part; none when it can. */
  readonly gaps: readonly CoverageGap[];
}

export interface CoverageGap {
  readonly reason: string;
  /** Of an error nobody gets a verdict: `check` then says that it could not check. */
  readonly severity: Severity;
  /** Place in the policy, where the gap belongs to an entry of it. */
  readonly location?: Location;
}

/** Says of every rule whether it can be evaluated. */
export function coverage(options: Omit<EvaluationOptions, 'personalData'>): RuleCoverage[] {
  const evaluation = new Evaluation({ ...options, personalData: 'mask' });
  return (RULES as unknown as readonly Rule<unknown>[]).map((rule) => coverageOf(rule, evaluation));
}

function coverageOf(rule: Rule<unknown>, evaluation: Evaluation): RuleCoverage {
  const { policy } = evaluation;
  const { id } = rule;
  const severity = severityOf(rule, policy);
  if (severity === 'off') return { id, severity, gaps: [] };
  const { gaps } = rule.check(evaluation, optionsOf(rule, policy));
  return { id, severity, gaps: different(gaps.map((gap) => gapOf(gap, severity, evaluation))) };
}

function gapOf(gap: Gap, severity: Severity, { policy }: Evaluation): CoverageGap {
  return {
    reason: withoutNames(gap.reason),
    severity: weight(gap, severity),
    ...(gap.entry ? { location: policy.locate(gap.entry.place) } : {}),
  };
}

/** One a reason and place, the heaviest first, then in the order of the policy. */
function different(gaps: readonly CoverageGap[]): CoverageGap[] {
  const sorted = gaps.toSorted(
    (a, b) =>
      rank(a.severity) - rank(b.severity) ||
      compare(a.location?.file ?? '', b.location?.file ?? '') ||
      (a.location?.line ?? 0) - (b.location?.line ?? 0) ||
      compare(a.reason, b.reason),
  );
  const kept = new Map<string, CoverageGap>();
  for (const gap of sorted) {
    const key = `${gap.location?.file} ${gap.location?.line} ${gap.reason}`;
    if (!kept.has(key)) kept.set(key, gap);
  }
  return [...kept.values()];
}

/** Sentences about sources and what they tell. Those about groups, roles and people hold quotation marks or ids. */
const NAMELESS =
  /^(?:[a-z][a-z ,-]* (?:is|are) unknown: |only |Leapsome's |StackOne's |no source tells whether \d)[A-Za-z0-9 ',;-]*$/;
const CUSTOM = /^custom attribute .* is unknown: /;

function withoutNames(reason: string): string {
  const text = reason.replace(CUSTOM, 'a custom attribute is unknown: ');
  if (NAMELESS.test(text)) return text;
  return 'it depends on something in Leapsome that is not clear at present, which "check" names';
}
