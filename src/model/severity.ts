/** How much a finding weighs, heaviest first. */
export const SEVERITIES = ['error', 'warning', 'notice'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What a policy may say of a rule: a severity, or that it is not to be evaluated at all. */
export type RuleSeverity = Severity | 'off';

/** The lightest severity that turns a run into `drift`; `never` lets drift pass. */
export type FailOn = Severity | 'never';

/** Sort order: 0 is the heaviest. */
export function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/** True when a finding of `severity` is enough to fail a run that fails on `failOn`. */
export function reaches(severity: Severity, failOn: FailOn): boolean {
  return failOn !== 'never' && rank(severity) <= rank(failOn);
}
