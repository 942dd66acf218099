import type { Report, ReportedFinding } from '../model/report.ts';
import { isDay } from './marker.ts';

/** Enough to tell the findings of a report apart: 48 bits. */
const DIGITS = 12;
/** What is remembered takes a share of the text: about 18 KB of 64. The first findings are the heaviest, and shown. */
const REMEMBERED = 1500;

/** First days by the beginning of the fingerprint. */
export type FirstDays = ReadonlyMap<string, string>;

/** The day on which each open finding was first seen, as an earlier report and the issue itself tell. */
export function firstDays(report: Report, earlier: FirstDays): FirstDays {
  const today = report.asOf.slice(0, 10);
  return new Map(
    report.findings
      .filter(({ status }) => status === 'open')
      .map(({ fingerprint, firstSeen = today }) => {
        const id = fingerprint.slice(0, DIGITS);
        const known = earlier.get(id) ?? today;
        return [id, [known, firstSeen, today].reduce((one, other) => (other < one ? other : one))];
      }),
  );
}

/** The day of one finding; undefined for one that is not among them. */
export function firstDayOf(days: FirstDays, { fingerprint }: ReportedFinding): string | undefined {
  return days.get(fingerprint.slice(0, DIGITS));
}

/** For the marker: by day, the findings in one string. */
export function packed(days: FirstDays): Record<string, string> {
  const byDay: Record<string, string> = {};
  for (const [id, day] of [...days].slice(0, REMEMBERED)) byDay[day] = `${byDay[day] ?? ''}${id}`;
  return byDay;
}

/** What a marker holds; whatever somebody made of it, only days and digits come out. */
export function unpacked(value: unknown): FirstDays {
  const days = new Map<string, string>();
  for (const [day, ids] of Object.entries(typeof value === 'object' && value !== null ? value : {}))
    if (isDay(day) && typeof ids === 'string')
      for (const id of ids.match(/[0-9a-f]{12}/g) ?? []) days.set(id, day);
  return days;
}
