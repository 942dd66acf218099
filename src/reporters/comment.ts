import { COMMENT_BYTES } from '../model/limits.ts';
import type { Report } from '../model/report.ts';
import {
  findings,
  footerWithRun,
  heading,
  layOut,
  notEvaluated,
  problems,
  remedies,
  resolved,
  subject,
  value,
} from './sections.ts';
import { openFindings } from './wording.ts';

/** What a comment said before everything was put right. */
export interface Before {
  /** The headline, such as "Drift: 3 errors". */
  readonly said: string;
  /** The day in UTC on which it was first said. */
  readonly since: string;
  /** The day in UTC on which it was no longer so. */
  readonly resolved: string;
}

function resolution({ said, since, resolved: day }: Before): string {
  return `**Resolved on ${value(day)}.** Before, this comment said: ${value(said)} (since ${value(since)}).\n\n`;
}

/**
 * The comment on a pull request: GitHub-flavoured markdown of at most `limit` bytes, cut between rows.
 * What comes from outside stands in code, where GitHub neither mentions anybody nor links anything.
 */
export function comment(report: Report, before?: Before, limit: number = COMMENT_BYTES): string {
  const open = openFindings(report);
  return layOut(
    {
      top: `${subject(report)}${heading(report)}${before ? resolution(before) : ''}`,
      before: [problems(report)],
      findings: findings(report, open),
      after: [remedies(report, open), resolved(report), notEvaluated(report)],
      bottom: footerWithRun(report),
    },
    limit,
  );
}
