import { COMMENT_BYTES } from '../model/limits.ts';
import type { Report, ReportedFinding } from '../model/report.ts';
import {
  findings,
  footer,
  heading,
  layOut,
  notEvaluated,
  problems,
  remedies,
  runLink,
  value,
} from './sections.ts';
import { counted, countsBySeverity, openFindings, verdict } from './wording.ts';

const DAY_MS = 86_400_000;

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

/** "2026-11-01 (21 days)", relative to the moment that the report is about. */
function aged(day: string, { asOf }: Report): string {
  const days = Math.round((Date.parse(asOf.slice(0, 10)) - Date.parse(day)) / DAY_MS);
  return days > 0 ? `${value(day)} (${counted(days, 'day')})` : `${value(day)} (new)`;
}

function end(report: Report): string {
  const link = runLink(report.run);
  return `${link === '' ? '' : `${link} · `}${footer(report)}`;
}

/** The text of an issue about drift: GitHub-flavoured markdown of at most `limit` bytes, cut between rows. */
export function issueBody(report: Report, { since, firstSeen }: Ages, limit: number): string {
  const open = openFindings(report);
  const [file] = report.policy.files;
  const about = file ? `Leapsome access, compared with ${value(file.path)}\n\n` : '';
  return layOut(
    {
      top: `${about}${heading(report)}Open since ${aged(since, report)}.\n\n`,
      before: [],
      findings: findings(report, open, {
        title: 'Open since',
        of: (finding) => aged(firstSeen(finding), report),
      }),
      after: [remedies(report, open), notEvaluated(report)],
      bottom: `This text is written anew by each run, and the issue is closed by the first that finds no drift.\n\n${end(report)}`,
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
  return `✅ ${headline} since ${dayOf(report)}. ${meaning}\n\n${end(report)}`;
}

/** What is said when an issue is opened again. */
export function driftAgainNote(report: Report): string {
  return `❌ Drift again on ${dayOf(report)}: ${countsBySeverity(report.counts)}. The findings are in the text of this issue.\n\n${end(report)}`;
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
      bottom: end(report),
    },
    limit,
  );
}
