import type { Report, ReportedFinding, Since } from '../model/report.ts';
import { counted, type Show, who } from './wording.ts';

const DAY_MS = 86_400_000;

/** What has changed since an earlier run, one line each, most telling first. */
export interface Change {
  readonly what: 'gone' | 'joined' | 'left' | 'moved';
  readonly text: string;
}

/** "Since 2026-11-20: 2 findings new, 1 gone; 3 people joined, 1 left, 4 in other groups." */
export function sinceInWords({ startedAt, newFindings, goneFindings, people }: Since): string {
  const findings = `${counted(newFindings, 'finding')} new, ${goneFindings.length} gone`;
  const moves = people
    ? `; ${counted(people.joined.length, 'account')} joined, ${people.left.length} left, ${people.moved.length} in other groups`
    : '';
  return `Since ${startedAt.slice(0, 10)}: ${findings}${moves}.`;
}

/** Every change but the new findings, which stand among the findings. `show` escapes what comes from outside. */
export function changes({ goneFindings, people }: Since, show: Show): Change[] {
  const gone = goneFindings.map(({ rule, message, user, firstSeen }) => {
    const what = message ?? `${rule}${user ? `: ${who(user)}` : ''}`;
    return { what: 'gone' as const, text: `${show(what)} (there since ${show(firstSeen)})` };
  });
  if (!people) return gone;
  const names = (groups: readonly { name: string; id: string }[]) =>
    groups.map(({ name, id }) => show(name === '' ? id : name)).join(', ');
  const moved = people.moved.map(({ user, into, outOf }) => {
    const parts = [
      ...(into.length > 0 ? [`into ${names(into)}`] : []),
      ...(outOf.length > 0 ? [`out of ${names(outOf)}`] : []),
    ];
    return { what: 'moved' as const, text: `${show(who(user))}: ${parts.join('; ')}` };
  });
  return [
    ...gone,
    ...people.joined.map((user) => ({ what: 'joined' as const, text: show(who(user)) })),
    ...people.left.map((user) => ({ what: 'left' as const, text: show(who(user)) })),
    ...moved,
  ];
}

/** "new", "1 day", "12 days": how long a finding has been there; undefined without an earlier run to tell. */
export function ageOf(finding: ReportedFinding, report: Report): string | undefined {
  if (!report.since || finding.firstSeen === undefined) return undefined;
  return ageInWords(finding.firstSeen, report);
}

/** How long ago a day was at the moment that the report is about: "1 day", "12 days", or "new" for that very day. */
export function ageInWords(day: string, { asOf }: Report): string {
  const days = Math.round((Date.parse(asOf.slice(0, 10)) - Date.parse(day)) / DAY_MS);
  return days > 0 ? counted(days, 'day') : 'new';
}
