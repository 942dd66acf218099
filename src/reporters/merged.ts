import type { Merged, MergedFinding, MergedProblem, MergedTenant } from '../model/merged.ts';
import { EXIT_CODES } from '../model/report.ts';
import { forJsonLog, forLog } from './escape.ts';
import {
  byNeed,
  checkedAt,
  mergedVerdict,
  moreOfTenant,
  policyOf,
  tenantVerdict,
  totals,
} from './merged-words.ts';
import { PLAIN, RESULT_PAINTS, RESULT_SYMBOLS, SEVERITY_PAINTS, type Style } from './style.ts';
import { count, counted, countsBySeverity, cut, linesOf, placeOf } from './wording.ts';

const TENANTS_SHOWN = 200;
const NAMES_SHOWN = 300;
const FINDINGS_SHOWN = 5;
const PROBLEMS_SHOWN = 3;
const MESSAGE_LINES = 15;
const LINE_LENGTH = 1000;

/** The merge for a terminal or log: what needs attention first, then the names of the rest; the last line is the verdict. */
export function mergedText(merged: Merged, style: Style = PLAIN): string {
  const { bad, good } = byNeed(merged);
  const blocks = [
    ...bad.slice(0, TENANTS_SHOWN).map((tenant) => tenantLines(tenant, style)),
    ...(bad.length > TENANTS_SHOWN
      ? [[`${count(bad.length - TENANTS_SHOWN)} more tenants that are not in sync`]]
      : []),
    ...(good.length > 0 ? [[goodLine(good, style)]] : []),
    ...(merged.warnings.length > 0 ? [warningLines(merged, style)] : []),
    ...merged.problems.map((problem) => problemLines(problem, style)),
    [totals(merged)],
    [verdictLine(merged, style)],
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** The same for programs; a value that is the same, and safe in a log. */
export function mergedJson(merged: Merged): string {
  return `${forJsonLog(JSON.stringify(merged, null, 2))}\n`;
}

function shown(text: string): string {
  return forLog(cut(text, LINE_LENGTH));
}

function tenantLines(tenant: MergedTenant, style: Style): string[] {
  const { name, result, report, findings, problems } = tenant;
  const paint = style[RESULT_PAINTS[result]];
  const facts = report && [
    `checked ${checkedAt(report)}`,
    ...(report.population
      ? [counted(report.population.users, 'user'), counted(report.population.groups, 'group')]
      : []),
    `policy ${policyOf(report, shown)}`,
    `version ${shown(report.toolVersion)}`,
  ];
  const firstFindings = findings.slice(0, FINDINGS_SHOWN);
  const firstProblems = problems.slice(0, PROBLEMS_SHOWN);
  const left = moreOfTenant(tenant, firstFindings.length, firstProblems.length);
  return [
    `${paint(RESULT_SYMBOLS[result])} ${style.bold(shown(name))}  ${paint(tenantVerdict(tenant, shown))}`,
    ...(facts ? [`  ${style.dim(facts.join(', '))}`] : []),
    ...firstProblems.flatMap((problem) => problemLines(problem, style)),
    ...firstFindings.map((finding) => findingLine(finding, style)),
    ...(left === '' ? [] : [`  ${style.dim(left)}`]),
  ];
}

function problemLines({ code, message, hint }: MergedProblem, style: Style): string[] {
  const [first = '', ...rest] = linesOf(message).slice(0, MESSAGE_LINES).map(shown);
  const hints = linesOf(hint).map((line) => `    ${style.cyan(shown(line))}`);
  return [`  ${style.red(shown(code))}  ${first}`, ...rest.map((line) => `    ${line}`), ...hints];
}

function findingLine({ severity, rule, message, location }: MergedFinding, style: Style): string {
  const what = message === undefined ? '' : `  ${shown(message)}`;
  const place = style.dim(`(${shown(placeOf(location))})`);
  return `  ${style[SEVERITY_PAINTS[severity]](severity)} ${style.bold(shown(rule))}${what} ${place}`;
}

function goodLine(good: readonly MergedTenant[], style: Style): string {
  const names = good.slice(0, NAMES_SHOWN).map(({ name, report }) => {
    const light = report ? countsBySeverity(report.counts) : '';
    return light === '' ? shown(name) : `${shown(name)} (${light})`;
  });
  const left = good.length - names.length;
  const rest = left > 0 ? ` and ${count(left)} more` : '';
  return `${style.green(RESULT_SYMBOLS['in-sync'])} In sync: ${names.join(', ')}${rest}`;
}

function warningLines({ warnings }: Merged, style: Style): string[] {
  const first = warnings.slice(0, TENANTS_SHOWN).map((warning) => `  ${shown(warning)}`);
  const left = warnings.length - first.length;
  return [style.bold('Worth knowing'), ...first, ...(left > 0 ? [`  ${count(left)} more`] : [])];
}

function verdictLine(merged: Merged, style: Style): string {
  const { headline, meaning, next } = mergedVerdict(merged);
  const title = style.bold(
    style[RESULT_PAINTS[merged.result]](`${RESULT_SYMBOLS[merged.result]} ${headline}.`),
  );
  return `${title} ${meaning} ${next} ${style.dim(`(exit code ${EXIT_CODES[merged.result]})`)}`;
}
