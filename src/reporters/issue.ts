import { COMMENT_BYTES } from '../model/limits.ts';
import type { Report, ReportedFinding } from '../model/report.ts';
import { ageInWords } from './history.ts';
import {
  findings,
  footerWithRun,
  heading,
  layOut,
  notEvaluated,
  problems,
  remedies,
  subject,
  value,
} from './sections.ts';
import { countsBySeverity, openFindings, verdict } from './wording.ts';

/** Since when there is something to put right. */
export interface Ages {
  /** The day in UTC on which the drift began. */
  readonly since: string;
  /** The day in UTC on which a finding was first seen. */
  readonly firstSeen: (finding: ReportedFinding) => string;
}

/** "Leapsome access drift: 3 errors, 1 warning" */
export function issueTitle(report: Report): string {
  return `Leapsome access drift: ${countsBySeverity(report.counts)}`;
}

/** "2026-11-01 (21 days)" */
function aged(day: string, report: Report): string {
  return `${value(day)} (${ageInWords(day, report)})`;
}

/** The text of an issue about drift: GitHub-flavoured markdown of at most `limit` bytes, cut between rows. */
export function issueBody(report: Report, { since, firstSeen }: Ages, limit: number): string {
  const open = openFindings(report);
  return layOut(
    {
      top: `${subject(report)}${heading(report)}Open since ${aged(since, report)}.\n\n`,
      before: [],
      findings: findings(report, open, {
        title: 'Open since',
        of: (finding) => aged(firstSeen(finding), report),
      }),
      after: [remedies(report, open), notEvaluated(report)],
      bottom: `This text is written anew by each run, and the issue is closed by the first that finds no drift.\n\n${footerWithRun(report)}`,
    },
    limit,
  );
}

function dayOf(report: Report): string {
  return value(report.asOf.slice(0, 10));
}

/** What is said when an issue is closed. */
export function inSyncNote(report: Report): string {
  const { headline, meaning } = verdict(report, value);
  return `✅ ${headline} since ${dayOf(report)}. ${meaning}\n\n${footerWithRun(report)}`;
}

/** What is said when an issue is opened again. */
export function driftAgainNote(report: Report): string {
  return `❌ Drift again on ${dayOf(report)}: ${countsBySeverity(report.counts)}. The findings are in the text of this issue.\n\n${footerWithRun(report)}`;
}

/** What is said when nobody knows whether there is still drift. */
export function couldNotCheckNote(report: Report, limit: number = COMMENT_BYTES): string {
  const { headline, meaning } = verdict(report, value);
  return layOut(
    {
      top: `⚠️ ${headline}, on ${dayOf(report)}. ${meaning} The issue stays as it is.\n\n`,
      before: [problems(report)],
      findings: undefined,
      after: [],
      bottom: footerWithRun(report),
    },
    limit,
  );
}
