import type { Report } from '../model/report.ts';
import { SUMMARY_LIMIT } from './budget.ts';
import {
  evidence,
  exceptions,
  failedRules,
  findings,
  footer,
  heading,
  history,
  layOut,
  notEvaluated,
  problems,
  remedies,
  resolved,
  warnings,
} from './sections.ts';
import { openFindings } from './wording.ts';

/**
 * The job summary: GitHub-flavoured markdown of at most `limit` bytes.
 * The runner drops a summary that is too large as a whole, so this one is cut between rows and says what it leaves out.
 */
export function summary(report: Report, limit: number = SUMMARY_LIMIT): string {
  const open = openFindings(report);
  return layOut(
    {
      top: heading(report),
      before: [problems(report), failedRules(report)],
      findings: findings(report, open),
      after: [
        remedies(report, open),
        resolved(report),
        history(report),
        notEvaluated(report),
        exceptions(report),
        evidence(report),
        warnings(report),
      ],
      bottom: footer(report),
    },
    limit,
  );
}
