import type { Merged, MergedProblem, MergedTenant } from '../model/merged.ts';
import { bytes, fitInto, type Section, SUMMARY_LIMIT } from './budget.ts';
import {
  byNeed,
  checkedAt,
  mergedVerdict,
  moreOfTenant,
  policyOf,
  tenantVerdict,
  totals,
} from './merged-words.ts';
import { RESULT_SIGNS, row, SEVERITY_CELLS, value } from './sections.ts';
import { count, cut, linesOf, placeOf } from './wording.ts';

const CELL_LENGTH = 200;
const FINDINGS_SHOWN = 5;
const PROBLEMS_SHOWN = 3;
const MESSAGE_LINES = 15;
const COLUMNS = [
  'Tenant',
  'Verdict',
  'Errors',
  'Warnings',
  'Notices',
  'Excepted',
  'Users',
  'Groups',
  'Checked at',
  'Policy',
  'Version',
] as const;
/** What a part may take of the space that is still free when its turn comes. */
const SHARES = { bad: 0.4, details: 0.7, good: 1 } as const;

/** The job summary of a merge: GitHub-flavoured markdown of at most `limit` bytes. What needs attention comes first. */
export function mergedSummary(merged: Merged, limit: number = SUMMARY_LIMIT): string {
  const { bad, good } = byNeed(merged);
  const top = heading(merged);
  const bottom = `Merged at ${value(merged.mergedAt)} by ${merged.tool.name} ${value(merged.tool.version)}\n`;
  let free = limit - bytes(top) - bytes(bottom) - bytes(NOT_ALL);
  if (free < 0) return bytes(NOT_ALL) <= limit ? NOT_ALL : '';
  let left = 0;
  const take = (section: Section | undefined, share: number): string => {
    if (section === undefined) return '';
    const fitted = fitInto(section, Math.floor(free * share));
    free -= bytes(fitted.text);
    left += fitted.text === '' ? section.total : 0;
    return fitted.text;
  };
  const body = [
    take(tableOf('Tenants that need attention', bad), SHARES.bad),
    take(details(bad), SHARES.details),
    take(collapsed(good), SHARES.good),
    take(warnings(merged), SHARES.good),
  ];
  return `${top}${body.join('')}${bottom}${left > 0 ? NOT_ALL : ''}`;
}

const NOT_ALL = `\nNot everything fits here, see merged.json\n`;

function heading(merged: Merged): string {
  const { headline, meaning, next } = mergedVerdict(merged);
  const problems = merged.problems.map(problemText).join('');
  return `## ${RESULT_SIGNS[merged.result]} ${headline}\n\n${meaning} ${next}\n\n${totals(merged)}\n\n${problems}`;
}

function cell(text: string): string {
  return value(cut(text, CELL_LENGTH));
}

function cells(tenant: MergedTenant): string[] {
  const { name, result, report } = tenant;
  const verdict = `${RESULT_SIGNS[result]} ${result === 'could-not-check' ? tenantVerdict(tenant, cell) : result}`;
  if (report === null) return [cell(name), verdict, ...COLUMNS.slice(2).map(() => '–')];
  const { counts, population, toolVersion } = report;
  return [
    cell(name),
    verdict,
    count(counts.error),
    count(counts.warning),
    count(counts.notice),
    count(counts.excepted),
    population ? count(population.users) : '–',
    population ? count(population.groups) : '–',
    checkedAt(report),
    policyOf(report, cell),
    cell(toolVersion),
  ];
}

const TABLE_HEAD = `${row(COLUMNS)}${row(COLUMNS.map(() => '---'))}`;

function tableOf(title: string, tenants: readonly MergedTenant[]): Section | undefined {
  if (tenants.length === 0) return undefined;
  return {
    head: `### ${title}\n\n${TABLE_HEAD}`,
    rows: rowsOf(tenants),
    total: tenants.length,
    foot: '\n',
    cut: moreTenants,
  };
}

function* rowsOf(tenants: readonly MergedTenant[]): Iterable<string> {
  for (const tenant of tenants) yield row(cells(tenant));
}

function details(bad: readonly MergedTenant[]): Section | undefined {
  if (bad.length === 0) return undefined;
  return {
    head: '### What was found there\n\n',
    rows: detailsOf(bad),
    total: bad.length,
    foot: '',
    cut: moreTenants,
  };
}

function* detailsOf(tenants: readonly MergedTenant[]): Iterable<string> {
  for (const tenant of tenants) yield tenantText(tenant);
}

function tenantText(tenant: MergedTenant): string {
  const findings = tenant.findings.slice(0, FINDINGS_SHOWN);
  const problems = tenant.problems.slice(0, PROBLEMS_SHOWN);
  const lines = findings.map(({ severity, rule, message, location }) => {
    const what = message === undefined ? '' : ` ${value(message)}`;
    return `- ${SEVERITY_CELLS[severity]} ${value(rule)}${what} (${value(placeOf(location))})\n`;
  });
  const left = moreOfTenant(tenant, findings.length, problems.length);
  const where = tenant.path === null ? '' : ` (${value(tenant.path)})`;
  return [
    `**${cell(tenant.name)}**${left === '' ? '' : `: ${left}${where}`}\n\n`,
    ...problems.map(problemText),
    ...lines,
    lines.length > 0 ? '\n' : '',
  ].join('');
}

function problemText({ code, message, hint }: MergedProblem): string {
  const said = linesOf(message).slice(0, MESSAGE_LINES).map(value).join('<br>');
  return `- ${value(code)}: ${said}<br>What to do: ${linesOf(hint).slice(0, MESSAGE_LINES).map(value).join('<br>')}\n\n`;
}

function collapsed(good: readonly MergedTenant[]): Section | undefined {
  if (good.length === 0) return undefined;
  return {
    head: `<details><summary>In sync: ${count(good.length)}</summary>\n\n${TABLE_HEAD}`,
    rows: rowsOf(good),
    total: good.length,
    foot: '\n</details>\n\n',
    cut: moreTenants,
  };
}

function warnings({ warnings: all }: Merged): Section | undefined {
  if (all.length === 0) return undefined;
  return {
    head: '### Worth knowing\n\n',
    rows: all.map((warning) => `- ${value(warning)}\n`),
    total: all.length,
    foot: '\n',
    cut: (left) => `- ${count(left)} more\n`,
  };
}

function moreTenants(left: number): string {
  return `\n${count(left)} more tenant${left === 1 ? '' : 's'}, see merged.json\n\n`;
}
