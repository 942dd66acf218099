import { SOURCE_LABELS } from '../model/facts.ts';
import type { Location, Problem } from '../model/problem.ts';
import type {
  Report,
  ReportedException,
  ReportedFinding,
  ReportedUser,
  RuleResult,
} from '../model/report.ts';
import { SEVERITIES } from '../model/severity.ts';
import { shortId } from '../model/short-id.ts';
import type { SourceEvidence, Tally } from '../model/snapshot.ts';

/** The escape function of the surface on which the words appear. */
export type Show = (text: string) => string;

/** What the run came to, in plain sentences. */
export interface Verdict {
  readonly headline: string;
  readonly meaning: string;
  readonly next: string;
}

const CODES_NAMED = 3;

/** `3120` as `3,120`, whatever the locale of the machine. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `1 group`, `3,120 groups`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** At most `length` UTF-16 units, with an ellipsis where something was cut; never half a surrogate pair. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = /[\ud800-\udbff]/.test(text.charAt(length - 2)) ? length - 2 : length - 1;
  return `${text.slice(0, end)}…`;
}

/** `2026-10-01T00:00:00.000Z` as `2026-10-01 00:00:00 UTC`; anything else as it is. */
export function momentInWords(iso: string): string {
  return iso.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/, '$1 $2 UTC');
}

/** What `tallies` counts, in this order. */
export const TALLY_ORDER = 'reported / received / unique';

/** `62 / 62 / 62`; a dash for what a source does not tell, or did not come to tell. */
export function tallies(source: SourceEvidence, kind: keyof Tally): string {
  if (source.unique[kind] === undefined) return '–';
  const hasCome = source.complete || (source.pages[kind] ?? 0) > 0 || (source.received[kind] ?? 0) > 0;
  if (!hasCome) return '– / – / –';
  return [source.reported, source.received, source.unique]
    .map((tally) => (tally === null ? '–' : count(tally[kind] ?? 0)))
    .join(' / ');
}

/** The lines of a text that may have several on purpose: a code frame, YAML to paste. */
export function linesOf(text: string): string[] {
  return text.split(/\r?\n/);
}

/** `file:line`, as editors and terminals link it. */
export function placeOf(location: Pick<Location, 'file' | 'line'>): string {
  return `${location.file}:${location.line}`;
}

/** A person by address, or by a shortened id when the address is masked. */
export function who(user: ReportedUser): string {
  return user.email ?? `user ${shortId(user.id)}`;
}

/** Findings that no exception excuses; of a pull request, those that exist without it come last. */
export function openFindings(report: Report): readonly ReportedFinding[] {
  const open = report.findings.filter((finding) => finding.status === 'open');
  if (!report.preview) return open;
  const isOld = ({ change }: ReportedFinding) => change === 'existing';
  return [...open.filter((finding) => !isOld(finding)), ...open.filter(isOld)];
}

/** `2 errors, 1 warning`; empty when there is nothing. */
export function countsBySeverity(counts: Report['counts']): string {
  return SEVERITIES.filter((severity) => counts[severity] > 0)
    .map((severity) => counted(counts[severity], severity))
    .join(', ');
}

/** Different problem codes, the first few by name. */
function codes(problems: readonly Problem[]): string {
  const all = [...new Set(problems.map((problem) => problem.code))];
  const named = all.slice(0, CODES_NAMED).join(', ');
  return all.length > CODES_NAMED ? `${named} and ${count(all.length - CODES_NAMED)} more` : named;
}

/** What to do about findings that fail no run. */
export function lookAtThem({ error, warning, notice }: Omit<Report['counts'], 'excepted'>): string {
  return `Look at ${error + warning + notice === 1 ? 'it' : 'them'} when there is time.`;
}

function inSync(report: Report, show: Show): Verdict {
  const open = countsBySeverity(report.counts);
  if (open === '') {
    return { headline: 'In sync', meaning: 'Leapsome and the policy agree.', next: 'Nothing to do.' };
  }
  if (report.preview?.failOnExisting === false && report.preview.existing > 0) {
    const light = report.preview.introduced > 0 ? ', and what it introduces is below what fails one' : '';
    return {
      headline: `In sync (fail-on: ${show(report.failOn)}, fail-on-existing: false)`,
      meaning: `${open} found. What exists without the pull request fails no run of it${light}.`,
      next: lookAtThem(report.counts),
    };
  }
  return {
    headline: `In sync (fail-on: ${show(report.failOn)})`,
    meaning: `${open} found, below what fails a run.`,
    next: lookAtThem(report.counts),
  };
}

function drift(report: Report): Verdict {
  return {
    headline: `Drift: ${countsBySeverity(report.counts)}`,
    meaning: 'Leapsome and the policy differ.',
    next: 'For each finding, change Leapsome, or change the policy in a reviewed pull request.',
  };
}

function couldNotCheck(report: Report): Verdict {
  const named = codes(report.problems);
  return {
    headline: named === '' ? 'Could not check' : `Could not check: ${named}`,
    meaning: 'This is neither a pass nor drift: what was read does not allow an honest answer.',
    next: 'Follow the hints, then run the check again.',
  };
}

/** The verdict in words. `show` escapes what comes from outside. */
export function verdict(report: Report, show: Show): Verdict {
  if (report.result === 'in-sync') return inSync(report, show);
  return report.result === 'drift' ? drift(report) : couldNotCheck(report);
}

/** "a", "a and b", "a, b and c". */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** Who and what was read, from where, and whether that was all. */
export function populationLine(report: Report): string {
  const { population, sources } = report;
  if (population === null) return 'No population was read.';
  const { users, activeUsers, pendingUsers, groups, memberships } = population;
  const pending = pendingUsers === undefined ? '' : `, ${count(pendingUsers)} not in use yet`;
  const read = `${counted(users, 'user')} (${count(activeUsers)} active${pending}), ${counted(groups, 'group')}, ${counted(memberships, 'membership')}`;
  const names = sources.map((source) => SOURCE_LABELS[source.name]);
  const proof = sources.every((source) => source.complete) ? 'all pages, counts reconcile' : 'not complete';
  return sources.length === 0 ? `${read} read.` : `${read} read from ${listed(names)}: ${proof}.`;
}

/** How the rules ended, in numbers. */
export function ruleTotals(rules: readonly RuleResult[]): string {
  const on = rules.filter((rule) => rule.severity !== 'off');
  const ended = (status: RuleResult['status']) => on.filter((rule) => rule.status === status).length;
  const parts = [
    [ended('pass'), 'passed'],
    [ended('fail'), 'failed'],
    [ended('not-evaluated'), 'not evaluated'],
    [rules.length - on.length, 'off'],
  ] as const;
  const shown = parts.filter(([number]) => number > 0).map(([number, word]) => `${count(number)} ${word}`);
  return shown.length === 0 ? 'no rule was evaluated' : shown.join(', ');
}

/** Rules that were not evaluated, wholly or in part, unless the policy switched them off. */
export function unevaluated(rules: readonly RuleResult[]): readonly RuleResult[] {
  return rules.filter(
    (rule) => rule.severity !== 'off' && (rule.status === 'not-evaluated' || rule.reason !== undefined),
  );
}

/** How much of a rule was left out, and why. */
export function whyNot(rule: RuleResult): string {
  const reason = rule.reason ?? 'no reason was recorded';
  return rule.status === 'not-evaluated' ? reason : `in part: ${reason}`;
}

const STATE_WORDS = {
  expired: 'expired',
  expiring: 'ends soon',
  'in-force': 'in force',
} as const satisfies Record<ReportedException['state'], string>;
const STATES = Object.keys(STATE_WORDS) as ReportedException['state'][];

/** `expired`, `ends soon` or `in force`. */
export function stateWord(state: ReportedException['state']): string {
  return STATE_WORDS[state];
}

/** Those that need attention first. */
export function exceptionsByUrgency(report: Report): readonly ReportedException[] {
  return STATES.flatMap((state) => report.exceptions.filter((exception) => exception.state === state));
}

/** `1 expired, 2 in force`. */
export function exceptionTotals(report: Report): string {
  return STATES.map(
    (state) => [report.exceptions.filter((each) => each.state === state).length, state] as const,
  )
    .filter(([number]) => number > 0)
    .map(([number, state]) => `${count(number)} ${STATE_WORDS[state]}`)
    .join(', ');
}

/** Odd things of the run and of each source, none of which changes the verdict. */
export function allWarnings(report: Report): readonly string[] {
  const ofSources = report.sources.flatMap((source) =>
    source.warnings.map((warning) => `${SOURCE_LABELS[source.name]}: ${warning}`),
  );
  return [...report.warnings, ...ofSources];
}

/** What to say of things that were left out. */
export function more(left: number, noun: string): string {
  return `${count(left)} more ${noun}${left === 1 ? '' : 's'}, see report.json`;
}

/** What stands before the YAML of a remedy: an alternative only where there is something to choose from. */
export function policyRemedyTitle(remedies: ReportedFinding['remedies']): string {
  return remedies.leapsome === '' ? 'In the policy:' : 'Or in the policy:';
}

/** What to do about a problem, unless its code frame says so already behind the caret. */
export function ownHint({ message, hint }: Problem): string {
  return hint !== '' && message.includes('\n') && message.includes(hint) ? '' : hint;
}
