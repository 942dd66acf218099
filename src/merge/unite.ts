import { compare } from '../model/compare.ts';
import type { Merged, MergedTenant } from '../model/merged.ts';
import { EXIT_CODES, type Result } from '../model/report.ts';
import { reportProblem, unusable } from './tenant.ts';

export interface UniteOptions {
  readonly tool: Merged['tool'];
  /** ISO 8601 in UTC. */
  readonly mergedAt: string;
  /** Names of the tenants that there have to be; undefined when nobody said. */
  readonly expected?: readonly string[] | undefined;
}

/**
 * The reports of all tenants as one. The worst result wins, and nothing is left out: a tenant that was expected and has
 * no report counts as could-not-check, and so does a merge of nothing. The order in which tenants come does not matter.
 */
export function unite(tenants: readonly MergedTenant[], options: UniteOptions): Merged {
  const { tool, mergedAt, expected } = options;
  const sorted = onceEach([...tenants].sort(byPath), new Set(expected));
  const found = new Set(sorted.map(({ name }) => name));
  const missing = [...new Set(expected)].filter((name) => !found.has(name)).map(missingTenant);
  const all = [...toldApart(withoutCopies(sorted)), ...missing].sort(worstFirst);
  const problems =
    all.length === 0
      ? [reportProblem('report-missing', 'There is no report to merge.', 'Name directories of reports.')]
      : [];
  return {
    schemaVersion: 1,
    tool,
    result: worst([...all.map(({ result }) => result), ...problems.map(() => 'could-not-check' as const)]),
    mergedAt,
    results: {
      'in-sync': ended(all, 'in-sync'),
      drift: ended(all, 'drift'),
      'could-not-check': ended(all, 'could-not-check'),
    },
    counts: {
      error: sum(all, ({ counts }) => counts.error),
      warning: sum(all, ({ counts }) => counts.warning),
      notice: sum(all, ({ counts }) => counts.notice),
      excepted: sum(all, ({ counts }) => counts.excepted),
    },
    population: {
      users: sum(all, ({ population }) => population?.users ?? 0),
      groups: sum(all, ({ population }) => population?.groups ?? 0),
    },
    tenants: all,
    problems,
    warnings: expected === undefined ? [] : surplus(sorted, new Set(expected)),
  };
}

function worst(results: readonly Result[]): Result {
  return results.reduce<Result>((a, b) => (EXIT_CODES[b] > EXIT_CODES[a] ? b : a), 'in-sync');
}

function missingTenant(name: string): MergedTenant {
  return unusable(
    { name, path: null },
    reportProblem(
      'report-missing',
      `There is no report of ${name}, which was expected.`,
      'Look at the job that should have checked it: it was skipped, cancelled, or ended before it wrote a report.',
    ),
  );
}

/**
 * The same report of a tenant that was expected, for instance in a directory and in a copy of it, is one. Where nobody said
 * what tenants are called, directories of one name may be those of two, as those of the default name are.
 */
function onceEach(sorted: readonly MergedTenant[], expected: ReadonlySet<string>): MergedTenant[] {
  const seen = new Set<string>();
  return sorted.filter(({ name, report }) => {
    if (report === null || !expected.has(name)) return true;
    const key = `${report.sha256} ${name}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Two tenants cannot have the very same report, down to the millisecond: one of them was not checked. */
function withoutCopies(tenants: readonly MergedTenant[]): MergedTenant[] {
  const byHash = Map.groupBy(tenants, ({ report, path }) => report?.sha256 ?? `none ${path}`);
  return tenants.map((tenant) => {
    const others = tenant.report ? byHash.get(tenant.report.sha256)!.filter((one) => one !== tenant) : [];
    if (others.length === 0) return tenant;
    return unusable(
      tenant,
      reportProblem(
        'report-copied',
        `The report in ${tenant.path} is the very same file as that in ${others[0]!.path}.`,
        'A report was copied, or uploaded under two names. Check both tenants again.',
      ),
    );
  });
}

/** Where two tenants have the same name, both are called by their paths. */
function toldApart(tenants: readonly MergedTenant[]): MergedTenant[] {
  const byName = Map.groupBy(tenants, ({ name }) => name);
  return tenants.map((tenant) =>
    byName.get(tenant.name)!.length > 1 ? { ...tenant, name: tenant.path ?? tenant.name } : tenant,
  );
}

function surplus(tenants: readonly MergedTenant[], expected: ReadonlySet<string>): string[] {
  return tenants
    .filter(({ name, report }) => report !== null && !expected.has(name))
    .map(({ path }) => `The report in ${path} was not expected. It counts all the same.`);
}

function ended(tenants: readonly MergedTenant[], result: Result): number {
  return tenants.filter((tenant) => tenant.result === result).length;
}

function sum(
  tenants: readonly MergedTenant[],
  of: (report: NonNullable<MergedTenant['report']>) => number,
): number {
  return tenants.reduce((total, { report }) => total + (report ? of(report) : 0), 0);
}

function byPath(a: MergedTenant, b: MergedTenant): number {
  return compare(a.path ?? '', b.path ?? '') || compare(a.name, b.name);
}

/** What could not be checked, then drift, then the rest; within these what has the most and heaviest findings. */
function worstFirst(a: MergedTenant, b: MergedTenant): number {
  const count = (severity: 'error' | 'warning' | 'notice') =>
    (b.report?.counts[severity] ?? 0) - (a.report?.counts[severity] ?? 0);
  return (
    EXIT_CODES[b.result] - EXIT_CODES[a.result] ||
    count('error') ||
    count('warning') ||
    count('notice') ||
    compare(a.name, b.name) ||
    byPath(a, b)
  );
}
