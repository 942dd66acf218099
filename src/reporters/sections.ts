import { SOURCE_LABELS } from '../model/facts.ts';
import type { Location, Problem } from '../model/problem.ts';
import type { Report, ReportedFinding, Result, RunInfo } from '../model/report.ts';
import type { Severity } from '../model/severity.ts';
import { bytes, fitInto, type Section } from './budget.ts';
import { forMarkdown, forMarkdownBlock } from './escape.ts';
import { ageOf, changes, sinceInWords } from './history.ts';
import { policyUrl, runPage } from './links.ts';
import { previewInWords, wayOf } from './preview.ts';
import {
  allWarnings,
  count,
  cut,
  exceptionsByUrgency,
  exceptionTotals,
  linesOf,
  momentInWords,
  more,
  placeOf,
  policyRemedyTitle,
  populationLine,
  ruleTotals,
  stateWord,
  TALLY_ORDER,
  tallies,
  unevaluated,
  verdict,
  who,
  whyNot,
} from './wording.ts';

const VALUE_LENGTH = 1000;
const BLOCK_LINES = 40;
const BLOCK_WIDTH = 300;
const HINT_LINES = 10;
const REMEDIES_SHOWN = 20;
const ROWS_SHOWN = 100;

/** What stands before a verdict. */
export const RESULT_SIGNS = {
  'in-sync': '✅',
  drift: '❌',
  'could-not-check': '⚠️',
} as const satisfies Record<Result, string>;
/** A severity in a table. */
export const SEVERITY_CELLS = {
  error: '🔴 error',
  warning: '🟡 warning',
  notice: '🔵 notice',
} as const satisfies Record<Severity, string>;

/** A value from outside, cut to a length at which it cannot push everything else out. */
export function value(text: string): string {
  return forMarkdown(cut(text, VALUE_LENGTH));
}

function block(text: string, language: 'yaml' | 'text'): string {
  const lines = linesOf(text);
  const kept = lines.slice(0, BLOCK_LINES).map((line) => cut(line, BLOCK_WIDTH));
  return forMarkdownBlock(lines.length > BLOCK_LINES ? [...kept, '…'] : kept, language);
}

/** One row of a table; the cells are markdown already. */
export function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

function tableHead(title: string, columns: readonly string[]): string {
  return `### ${title}\n\n${row(columns)}${row(columns.map(() => '---'))}`;
}

interface Table<T> {
  readonly title: string;
  readonly columns: readonly string[];
  readonly items: readonly T[];
  readonly cells: (item: T) => readonly string[];
  readonly noun: string;
}

function* rowsOf<T>(table: Table<T>, length: number): Iterable<string> {
  for (const item of table.items.slice(0, length)) yield row(table.cells(item));
}

/** A table that can be cut between its rows; undefined when it would be empty. */
function tableSection<T>(table: Table<T>, length = ROWS_SHOWN): Section | undefined {
  if (table.items.length === 0) return undefined;
  return {
    head: tableHead(table.title, table.columns),
    rows: rowsOf(table, length),
    total: table.items.length,
    foot: '\n',
    cut: (left) => `\n${more(left, table.noun)}\n`,
  };
}

/** A place in the policy, linked to the commit that was checked where that is known. */
function place(location: Location, run: RunInfo): string {
  const text = value(placeOf(location));
  const url = policyUrl(location, run);
  return url === undefined ? text : `[${text}](${url})`;
}

/** Verdict, what it means, who was read, and how the rules ended. */
export function heading(report: Report): string {
  const { headline, meaning, next } = verdict(report, value);
  const opening = report.preview ? `**${previewInWords(report.preview)}**\n\n` : '';
  // No rule has passed where nobody knows.
  const rules = report.result === 'could-not-check' ? '' : ` Rules: ${ruleTotals(report.rules)}.`;
  return `${opening}## ${RESULT_SIGNS[report.result]} ${headline}\n\n${meaning} ${next}\n\n${populationLine(report)}${rules}${report.since ? ` ${sinceInWords(report.since)}` : ''}\n\n`;
}

/** A problem with its code, place and remedy. */
export function problemBlock(problem: Problem, run: RunInfo): string {
  const where = problem.location === undefined ? '' : ` at ${place(problem.location, run)}`;
  const manyLines = linesOf(problem.message).length > 1;
  const message = manyLines ? `\n\n${block(problem.message, 'text')}` : ` ${value(problem.message)}`;
  const hint = linesOf(problem.hint).slice(0, HINT_LINES).map(value).join('<br>');
  return `**${problem.code}**${where}:${message}\n\nWhat to do: ${hint}\n\n`;
}

/** Why there is no answer. */
export function problems(report: Pick<Report, 'problems' | 'run'>): Section | undefined {
  if (report.problems.length === 0) return undefined;
  return {
    head: '### Why there is no answer\n\n',
    rows: report.problems.slice(0, ROWS_SHOWN).map((problem) => problemBlock(problem, report.run)),
    total: report.problems.length,
    foot: '',
    cut: (left) => `${more(left, 'problem')}\n\n`,
  };
}

/** What the column about the age of a finding says, and is called. */
export interface AgeColumn {
  readonly title: string;
  readonly of: (finding: ReportedFinding) => string;
}

/** Open findings, a row each. */
export function findings(
  report: Report,
  open: readonly ReportedFinding[],
  age: AgeColumn | undefined = agesOf(report),
): Section | undefined {
  const cells = (finding: ReportedFinding) => [
    SEVERITY_CELLS[finding.severity],
    value(finding.rule),
    finding.user === undefined ? '' : value(who(finding.user)),
    [finding.group, finding.role].map((each) => (each === undefined ? '' : value(each.name))).join(''),
    value(finding.message),
    place(finding.location, report.run),
    ...(age ? [age.of(finding)] : []),
    ...(report.preview ? [finding.change ?? 'not compared'] : []),
  ];
  const change = report.preview ? ['Change'] : [];
  const columns = [
    'Severity',
    'Rule',
    'Who',
    'Group or role',
    'What',
    'Policy',
    ...(age ? [age.title] : []),
    ...change,
  ];
  return tableSection({ title: 'Findings', columns, items: open, cells, noun: 'finding' }, open.length);
}

function agesOf(report: Report): AgeColumn | undefined {
  return report.since && { title: 'Age', of: (finding) => ageOf(finding, report) ?? '' };
}

function remedyBlock(finding: ReportedFinding, run: RunInfo): string {
  const { leapsome, policy } = finding.remedies;
  const parts = [`${value(finding.message)} (${place(finding.location, run)})`];
  if (leapsome !== '') parts.push(`To resolve: ${value(leapsome)}`);
  if (policy !== '') parts.push(policyRemedyTitle(finding.remedies), block(policy, 'yaml'));
  return `${parts.join('\n\n')}\n\n`;
}

/** How the findings, or the first of many, can be resolved, folded up. */
export function remedies(report: Report, open: readonly ReportedFinding[]): Section | undefined {
  const shown = open
    .slice(0, REMEDIES_SHOWN)
    .filter(({ remedies: { leapsome, policy } }) => leapsome !== '' || policy !== '');
  if (shown.length === 0) return undefined;
  return {
    head: `<details><summary>How to resolve${open.length > REMEDIES_SHOWN ? ` the first ${count(REMEDIES_SHOWN)} findings` : ''}</summary>\n\n`,
    rows: shown.map((finding) => remedyBlock(finding, report.run)),
    total: shown.length,
    foot: '</details>\n\n',
    cut: () => '',
  };
}

/** What merging the pull request does away with; what it introduces is marked among the findings. */
export function resolved(report: Report): Section | undefined {
  return tableSection({
    title: 'Resolved by merging this',
    columns: ['Severity', 'Rule', 'What', 'How'],
    items: report.preview?.resolved ?? [],
    cells: (each) => [SEVERITY_CELLS[each.severity], value(each.rule), value(each.message), wayOf(each)],
    noun: 'finding',
  });
}

/** What has changed since the last run; the new findings are marked among the findings. */
export function history(report: Report): Section | undefined {
  return tableSection({
    title: 'Since the last run',
    columns: ['', 'Who or what'],
    items: report.since ? changes(report.since, value) : [],
    cells: ({ what, text }) => [what, text],
    noun: 'change',
  });
}

/** How many findings each rule has that failed. */
export function failedRules(report: Report): Section | undefined {
  const items = report.rules.filter((rule) => rule.status === 'fail');
  const title = 'Findings by rule';
  return tableSection({
    title,
    columns: ['Rule', 'Severity', 'Findings'],
    items,
    cells: (rule) => [value(rule.id), rule.severity, count(rule.findings)],
    noun: 'rule',
  });
}

/** Rules that could not be judged, wholly or in part. */
export function notEvaluated(report: Report): Section | undefined {
  return tableSection({
    title: 'Not evaluated',
    columns: ['Rule', 'Severity', 'Why'],
    items: unevaluated(report.rules),
    cells: (rule) => [value(rule.id), rule.severity, value(whyNot(rule))],
    noun: 'rule',
  });
}

/** Exceptions of the policy, those first that end first. */
export function exceptions(report: Report): Section | undefined {
  return tableSection({
    title: `Exceptions: ${exceptionTotals(report)}`,
    columns: ['State', 'Until', 'Rule', 'Who and what', 'Owner', 'Reason', 'Excuses', 'Policy'],
    items: exceptionsByUrgency(report),
    cells: (each) => [
      stateWord(each.state),
      value(each.expires),
      value(each.rule),
      value(each.subject),
      value(each.owner),
      `${value(each.reason)}${each.ticket === undefined ? '' : ` ${value(each.ticket)}`}`,
      count(each.findings),
      place(each.location, report.run),
    ],
    noun: 'exception',
  });
}

/** What each source reported and gave. */
export function evidence(report: Report): Section | undefined {
  const withRoles = report.sources.some((source) => source.unique.roles !== undefined);
  return tableSection({
    title: 'What was read',
    columns: [
      'Source',
      'Endpoint',
      `Users: ${TALLY_ORDER}`,
      `Groups: ${TALLY_ORDER}`,
      ...(withRoles ? [`Roles: ${TALLY_ORDER}`] : []),
      'Requests',
      'Retries',
      'Complete',
    ],
    items: report.sources,
    cells: (source) => [
      SOURCE_LABELS[source.name],
      value(source.endpoint),
      tallies(source, 'users'),
      tallies(source, 'groups'),
      ...(withRoles ? [tallies(source, 'roles')] : []),
      count(source.requests),
      count(source.retries),
      source.complete ? 'yes' : '**no**',
    ],
    noun: 'source',
  });
}

/** Odd things that do not change the verdict. */
export function warnings(report: Report): Section | undefined {
  const items = allWarnings(report);
  if (items.length === 0) return undefined;
  return {
    head: '### Worth knowing\n\n',
    rows: items.slice(0, ROWS_SHOWN).map((warning) => `- ${value(warning)}\n`),
    total: items.length,
    foot: '\n',
    cut: (left) => `\n${more(left, 'warning')}\n`,
  };
}

/** The first words of a text that stands by itself: what was compared. */
export function subject({ policy }: Report): string {
  const [file] = policy.files;
  return file ? `Leapsome access, compared with ${value(file.path)}\n\n` : '';
}

/** What the answer is about: when, by which version, for which policy. */
export function footer(report: Report): string {
  const { policy, tool } = report;
  const parts = [`As of ${value(momentInWords(report.asOf))}`, `${tool.name} ${value(tool.version)}`];
  if (policy.sha256 !== null) parts.push(`policy sha256 ${value(policy.sha256)}`);
  if (report.personalData === 'mask') parts.push('people whom the policy does not name are masked');
  return `${parts.join(' · ')}\n`;
}

/** The footer of a text that stands apart from its run, and so links to it. */
export function footerWithRun(report: Report): string {
  const page = runPage(report.run);
  return `${page === undefined ? '' : `[This run](${page}) · `}${footer(report)}`;
}

/** What a section other than the findings may take of the space that is still free. */
const SHARE = 0.2;

/** The parts of a text, in the order in which they are read. */
export interface Layout {
  readonly top: string;
  readonly before: readonly (Section | undefined)[];
  readonly findings: Section | undefined;
  readonly after: readonly (Section | undefined)[];
  readonly bottom: string;
}

/** The very last line, when something is missing. */
function remark(left: number, dropped: boolean): string {
  if (left > 0) return `\n${more(left, 'finding')}\n`;
  return dropped ? '\nNot everything fits here, see report.json\n' : '';
}

/** Puts the parts together in at most `limit` bytes, cut between rows; the end says what is missing. */
export function layOut({ top, before, findings, after, bottom }: Layout, limit: number): string {
  const open = findings?.total ?? 0;
  const longest = Math.max(bytes(remark(open, true)), bytes(remark(0, true)));
  let free = limit - bytes(top) - bytes(bottom) - longest;
  let dropped = false;
  if (free < 0) return longest <= limit ? remark(open, true) : '';
  const take = (section: Section | undefined, share: number) => {
    if (section === undefined) return { text: '', left: 0 };
    const fitted = fitInto(section, Math.floor(free * share));
    free -= bytes(fitted.text);
    dropped ||= fitted.text === '';
    return fitted;
  };
  const together = (sections: readonly (Section | undefined)[]) =>
    sections.map((section) => take(section, SHARE).text).join('');
  const early = together(before);
  const late = together(after);
  // Findings come early for the reader and last for the space: they take whatever the others leave.
  const table = take(findings, 1);
  return `${top}${early}${table.text}${late}${bottom}${remark(table.left, dropped)}`;
}
