import type { Problem } from '../model/problem.ts';
import type { Result } from '../model/report.ts';
import { type FailOn, reaches, type Severity } from '../model/severity.ts';

/**
 * The verdict: a pure function of what was found and of what stood in the way. Nothing turns a problem green, and no
 * finding is trusted beside one.
 */
export function verdict(
  open: Iterable<{ readonly severity: Severity }>,
  problems: readonly Problem[],
  failOn: FailOn,
): Result {
  if (problems.length > 0) return 'could-not-check';
  for (const { severity } of open) if (reaches(severity, failOn)) return 'drift';
  return 'in-sync';
}
