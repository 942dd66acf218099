import type { Problem } from '../model/problem.ts';
import type { Change, Result } from '../model/report.ts';
import { type FailOn, reaches, type Severity } from '../model/severity.ts';

/**
 * The verdict: a pure function of what was found and of what stood in the way. Nothing turns a problem green, and no
 * finding is trusted beside one. A finding is passed over only where it is known to exist without the pull request, and
 * only when a team has asked for that.
 */
export function verdict(
  open: Iterable<{ readonly severity: Severity; readonly change?: Change }>,
  problems: readonly Problem[],
  failOn: FailOn,
  failOnExisting = true,
): Result {
  if (problems.length > 0) return 'could-not-check';
  for (const { severity, change } of open) {
    if (change === 'existing' && !failOnExisting) continue;
    if (reaches(severity, failOn)) return 'drift';
  }
  return 'in-sync';
}
