import type { Problem } from '../model/problem.ts';
import { EXIT_CODES, type Report, type ReportedException, type ReportedFinding } from '../model/report.ts';
import { SEVERITIES, type Severity } from '../model/severity.ts';
import { forLog } from './escape.ts';
import { ageOf, changes, sinceInWords } from './history.ts';
import { previewInWords, wayOf } from './preview.ts';
import { type Paint, PLAIN, RESULT_PAINTS, RESULT_SYMBOLS, SEVERITY_PAINTS, type Style } from './style.ts';
import {
  allWarnings,
  count,
  counted,
  cut,
  exceptionsByUrgency,
  exceptionTotals,
  linesOf,
  more,
  openFindings,
  ownHint,
  placeOf,
  policyRemedyTitle,
  populationLine,
  ruleTotals,
  stateWord,
  unevaluated,
  verdict,
  whyNot,
} from './wording.ts';

export interface PrettyOptions {
  readonly style?: Style;
  /** Findings that are written out; the rest is counted. */
  readonly findings?: number;
}

/** The findings at one place of the policy. */
export interface Entry {
  /** `file:line`, not escaped. */
  readonly place: string;
  /** `2 errors, 1 warning`. */
  readonly counts: string;
  /** Escaped and painted. */
  readonly lines: readonly string[];
}

/** The rendering in parts, for surfaces that put something between them. All lines are escaped and painted. */
export interface PrettyParts {
  /** What comes first: what merging a pull request would change. */
  readonly opening: readonly string[];
  readonly entries: readonly Entry[];
  /** Everything between the findings and the verdict. */
  readonly facts: readonly string[];
  readonly verdict: readonly string[];
}

const FINDINGS_SHOWN = 200;
const ITEMS_SHOWN = 50;
const BLOCK_LINES = 60;
const LINE_LENGTH = 4000;

const SYMBOLS = { error: '✖', warning: '▲', notice: '●' } as const satisfies Record<Severity, string>;

function shown(text: string): string {
  return forLog(cut(text, LINE_LENGTH));
}

/** Text that may have several lines on purpose: each is escaped and indented by itself, so the shape stays. */
function indented(text: string, indent: string, paint: Paint): string[] {
  const lines = linesOf(text);
  const kept = lines
    .slice(0, BLOCK_LINES)
    .map((line) => (line === '' ? '' : `${indent}${paint(shown(line))}`));
  return lines.length > BLOCK_LINES ? [...kept, `${indent}${paint('…')}`] : kept;
}

/** What else there is to say of a finding: since when it is there, and what the pull request does to it. */
function marksOf(finding: ReportedFinding, report: Report): string {
  const change = report.preview ? (finding.change ?? 'not compared') : undefined;
  return [ageOf(finding, report), change].filter((mark) => mark !== undefined).join(', ');
}

function findingLines(finding: ReportedFinding, marks: string, style: Style): string[] {
  const paint = style[SEVERITY_PAINTS[finding.severity]];
  const { leapsome, policy } = finding.remedies;
  const mark = paint(`${SYMBOLS[finding.severity]} ${finding.severity}`);
  const since = marks === '' ? '' : style.dim(` (${marks})`);
  const lines = [`  ${mark} ${style.bold(shown(finding.rule))}${since}`, `    ${shown(finding.message)}`];
  if (leapsome !== '') lines.push(`    ${style.dim(`To resolve: ${shown(leapsome)}`)}`);
  if (policy !== '') {
    lines.push(
      `    ${style.dim(policyRemedyTitle(finding.remedies))}`,
      ...indented(policy, '      ', style.dim),
    );
  }
  return lines;
}

function tally(findings: readonly ReportedFinding[]): string {
  return SEVERITIES.map(
    (severity) => [severity, findings.filter((each) => each.severity === severity).length] as const,
  )
    .filter(([, number]) => number > 0)
    .map(([severity, number]) => counted(number, severity))
    .join(', ');
}

function entriesOf(report: Report, findings: readonly ReportedFinding[], style: Style): Entry[] {
  const byPlace = Map.groupBy(findings, (finding) => placeOf(finding.location));
  return Array.from(byPlace, ([place, group]) => ({
    place,
    counts: tally(group),
    lines: group.flatMap((finding) => findingLines(finding, marksOf(finding, report), style)),
  }));
}

/** A titled list of limited length; nothing when it is empty. */
function list<T>(
  title: string,
  items: readonly T[],
  noun: string,
  style: Style,
  render: (item: T) => string[],
): string[] {
  if (items.length === 0) return [];
  const left = items.length - ITEMS_SHOWN;
  const lines = items.slice(0, ITEMS_SHOWN).flatMap(render);
  return ['', style.bold(title), ...lines, ...(left > 0 ? [`  ${more(left, noun)}`] : [])];
}

/** A problem with its code, place and remedy. */
export function problemLines(problem: Problem, style: Style): string[] {
  const where = problem.location === undefined ? '' : ` ${shown(placeOf(problem.location))}`;
  return [
    `  ${style.red(`✖ ${problem.code}`)}${where}`,
    ...indented(problem.message, '    ', (line) => line),
    ...indented(ownHint(problem), '    ', style.cyan),
  ];
}

function exceptionLines(exception: ReportedException, style: Style): string[] {
  const { state, rule, subject, owner, reason, ticket, expires, findings } = exception;
  const word = state === 'in-force' ? stateWord(state) : style.yellow(stateWord(state));
  const why = `${reason}${ticket === undefined ? '' : ` (${ticket})`}`;
  const place = placeOf(exception.location);
  return [
    `  ${word}, until ${shown(expires)}: ${shown(rule)}, ${shown(subject)}`,
    `    ${style.dim(`${shown(owner)}, ${shown(why)}. Excuses ${counted(findings, 'finding')}. ${shown(place)}`)}`,
  ];
}

function facts(report: Report, left: number, style: Style): string[] {
  return [
    ...(left > 0 ? ['', more(left, 'finding')] : []),
    ...list('Not evaluated', unevaluated(report.rules), 'rule', style, (rule) => [
      `  ${style.yellow(`${shown(rule.id)} (${rule.severity})`)}: ${shown(whyNot(rule))}`,
    ]),
    ...list(
      `Exceptions: ${exceptionTotals(report)}`,
      exceptionsByUrgency(report),
      'exception',
      style,
      (each) => exceptionLines(each, style),
    ),
    ...list('Resolved by merging this', report.preview?.resolved ?? [], 'finding', style, (each) => [
      `  ${shown(each.rule)} (${each.severity}), ${wayOf(each)}`,
      `    ${shown(each.message)}`,
    ]),
    ...list(
      'Since the last run',
      report.since ? changes(report.since, shown) : [],
      'change',
      style,
      ({ what, text }) => [`  ${what}: ${text}`],
    ),
    ...list('Worth knowing', allWarnings(report), 'warning', style, (text) => [`  ${shown(text)}`]),
    ...list('Why there is no answer', report.problems, 'problem', style, (each) => problemLines(each, style)),
    '',
    // No rule has passed where there is no verdict.
    ...(report.result === 'could-not-check' ? [] : [`Rules: ${ruleTotals(report.rules)}.`]),
    populationLine(report),
    ...(report.since ? [sinceInWords(report.since)] : []),
  ];
}

function verdictLines(report: Report, style: Style): string[] {
  const { headline, meaning, next } = verdict(report, shown);
  const paint = style[RESULT_PAINTS[report.result]];
  const title = style.bold(paint(`${RESULT_SYMBOLS[report.result]} ${headline}.`));
  const excused = report.counts.excepted > 0 ? ` ${count(report.counts.excepted)} excepted.` : '';
  return [
    '',
    `${title}${excused} ${meaning} ${next} ${style.dim(`(exit code ${EXIT_CODES[report.result]})`)}`,
  ];
}

/** The parts of the terminal rendering: findings by policy entry, then the facts, then the verdict. */
export function prettyParts(report: Report, options: PrettyOptions = {}): PrettyParts {
  const { style = PLAIN, findings = FINDINGS_SHOWN } = options;
  const open = openFindings(report);
  return {
    opening: report.preview ? [style.bold(previewInWords(report.preview))] : [],
    entries: entriesOf(report, open.slice(0, findings), style),
    facts: facts(report, Math.max(0, open.length - findings), style),
    verdict: verdictLines(report, style),
  };
}

/** The report for a terminal or a plain log. The last line is the verdict. */
export function pretty(report: Report, options: PrettyOptions = {}): string {
  const { style = PLAIN } = options;
  const parts = prettyParts(report, options);
  const entries = parts.entries.flatMap((entry) => [
    '',
    `${style.bold(forLog(entry.place))}  ${style.dim(entry.counts)}`,
    ...entry.lines,
  ]);
  return `${[...parts.opening, ...entries, ...parts.facts, ...parts.verdict].join('\n').replace(/^\n+/, '')}\n`;
}
