import { verdict } from '../evaluate/verdict.ts';
import { SOURCE_NAMES } from '../model/facts.ts';
import type {
  MergedFinding,
  MergedProblem,
  MergedReport,
  MergedTenant,
  ReportProblemCode,
} from '../model/merged.ts';
import { PROBLEM_CODES, type Problem } from '../model/problem.ts';
import type { Report, ReportedFinding, RuleResult } from '../model/report.ts';
import type { FailOn } from '../model/severity.ts';
import { cut } from '../reporters/wording.ts';

/** The part of a report that a merge works from. */
export interface Mergeable {
  readonly tool: Pick<Report['tool'], 'version'>;
  readonly result: Report['result'];
  readonly asOf: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly run: Pick<Report['run'], 'repository' | 'sha' | 'runUrl'>;
  readonly policy: Pick<Report['policy'], 'sha256'>;
  readonly sources: readonly { readonly name: string; readonly complete: boolean }[];
  readonly population: { readonly users: number; readonly groups: number } | null;
  readonly preview?: { readonly failOnExisting: boolean };
  readonly personalData: Report['personalData'];
  readonly failOn: FailOn;
  readonly counts: Report['counts'];
  readonly rules: readonly (Pick<RuleResult, 'id' | 'findings'> & {
    readonly severity: string;
    readonly status: string;
  })[];
  /** Heaviest first. */
  readonly findings: readonly (Pick<
    ReportedFinding,
    'fingerprint' | 'rule' | 'severity' | 'status' | 'message' | 'change'
  > & { readonly location: MergedFinding['location'] })[];
  readonly problems: readonly MergedProblem[];
}

/** Where a report lies, and what its file is. */
export interface ReportPlace extends Pick<MergedReport, 'sha256' | 'size' | 'inManifest'> {
  readonly name: string;
  readonly path: string;
}

export interface TenantView {
  readonly personalData: 'show' | 'mask';
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** How old a report may be, in milliseconds; undefined takes any. */
  readonly maxAgeMs?: number | undefined;
}

// What is kept of each report, so that hundreds of them fit into memory and into one summary.
const FINDINGS_KEPT = 20;
const PROBLEMS_KEPT = 5;
const TEXT_LENGTH = 2000;
/** Clocks of two machines differ by less. */
const CLOCKS_MS = 5 * 60 * 1000;

/** What a merge keeps of a report. A report that is too old, or that its own content denies, is not believed. */
export function tenantOf(report: Mergeable, place: ReportPlace, view: TenantView): MergedTenant {
  const odd = staleness(report, place, view) ?? contradiction(report, place);
  if (odd) return unusable(place, odd);
  const { name, path, sha256, size, inManifest } = place;
  return {
    name,
    path,
    result: report.result,
    report: { sha256, size, inManifest, ...factsOf(report) },
    findings: firstFindings(report, view),
    problems: firstProblems(report, view),
    problemCount: report.problems.length,
  };
}

/** A tenant whose report is missing or cannot be used. */
export function unusable(
  { name, path }: { readonly name: string; readonly path: string | null },
  problem: MergedProblem,
): MergedTenant {
  return {
    name,
    path,
    result: 'could-not-check',
    report: null,
    findings: [],
    problems: [problem],
    problemCount: 1,
  };
}

/** A problem with a report, in the words of a merge. */
export function reportProblem(code: ReportProblemCode, message: string, hint: string): MergedProblem {
  return { code, message, hint };
}

function factsOf(report: Mergeable): Omit<MergedReport, 'sha256' | 'size' | 'inManifest'> {
  const { tool, run, policy, population } = report;
  const { asOf, startedAt, finishedAt, failOn, personalData, counts } = report;
  return {
    toolVersion: cut(tool.version, TEXT_LENGTH),
    asOf,
    startedAt,
    finishedAt,
    ...Object.fromEntries(Object.entries(run).map(([key, text]) => [key, cut(text, TEXT_LENGTH)])),
    policySha256: policy.sha256,
    failOn,
    personalData,
    population: population && { users: population.users, groups: population.groups },
    counts,
  };
}

/** False where the texts of a report could name somebody who is masked here. */
function isTold({ personalData }: Mergeable, view: TenantView): boolean {
  return personalData === 'mask' || view.personalData === 'show';
}

function firstProblems(report: Mergeable, view: TenantView): MergedProblem[] {
  const tells = isTold(report, view);
  return report.problems.slice(0, PROBLEMS_KEPT).map(({ code, message, hint }) => {
    const text = tells || NAMELESS.has(code) ? { message, hint } : ELSEWHERE;
    return {
      code: cut(code, TEXT_LENGTH),
      message: cut(text.message, TEXT_LENGTH),
      hint: cut(text.hint, TEXT_LENGTH),
    };
  });
}

/** Problems that are about no person, whatever the report shows. A mistake in a policy may be about whom it meets. */
const NAMELESS: ReadonlySet<string> = new Set(PROBLEM_CODES.filter((code) => code !== 'policy-invalid'));
const ELSEWHERE = {
  message: 'What exactly is left out here: the report shows people.',
  hint: 'Look at the report.json of this tenant.',
};

function firstFindings(report: Mergeable, view: TenantView): MergedFinding[] {
  const tells = isTold(report, view);
  return report.findings
    .filter(({ status }) => status === 'open')
    .slice(0, FINDINGS_KEPT)
    .map(({ fingerprint, rule, severity, message, location: { file, line } }) => ({
      fingerprint,
      rule: cut(rule, TEXT_LENGTH),
      severity,
      ...(tells ? { message: cut(message, TEXT_LENGTH) } : {}),
      location: { file: cut(file, TEXT_LENGTH), line },
    }));
}

function staleness(
  { finishedAt }: Mergeable,
  { path }: ReportPlace,
  { now, maxAgeMs }: TenantView,
): MergedProblem | undefined {
  const age = now - Date.parse(finishedAt);
  if (maxAgeMs !== undefined && age > maxAgeMs)
    return reportProblem(
      'report-stale',
      `The report in ${path} is too old: its run ended at ${finishedAt}.`,
      'Check that tenant again, or allow more with "max-age" (--max-age).',
    );
  if (age < -CLOCKS_MS)
    return reportProblem(
      'report-stale',
      `The report in ${path} is from the future: its run ended at ${finishedAt}, says the report.`,
      'Look at the clock of the machine that checked, and of this one.',
    );
  return undefined;
}

/** A verdict is believed only where the rest of the report bears it out, as it does in every report of this program. */
function contradiction(report: Mergeable, { path }: ReportPlace): MergedProblem | undefined {
  const denial = denialIn(report);
  return denial === undefined
    ? undefined
    : reportProblem(
        'report-contradictory',
        `The report in ${path} says ${report.result}, but ${denial}.`,
        'Somebody or something changed it. Check that tenant again.',
      );
}

function denialIn(report: Mergeable): string | undefined {
  const { result, counts, rules, findings, problems, failOn, preview, population, sources } = report;
  const open = findings.filter(({ status }) => status === 'open');
  const has = (severity: string) => open.filter((finding) => finding.severity === severity).length;
  const isCounted =
    counts.error === has('error') &&
    counts.warning === has('warning') &&
    counts.notice === has('notice') &&
    counts.excepted === findings.length - open.length;
  if (!isCounted) return 'its counts are not those of its findings';
  const byRule = Map.groupBy(open, ({ rule }) => rule);
  if (rules.some(({ id, findings }) => findings !== (byRule.get(id)?.length ?? 0)))
    return 'its rules found something else';
  // Only whether there is one matters to the verdict, and codes of other versions are no concern of it.
  const due = verdict(open, problems as readonly Problem[], failOn, preview?.failOnExisting ?? true);
  if (due !== result) return `its findings and problems come to ${due}`;
  if (result === 'could-not-check') return undefined;
  if (rules.length === 0) return 'no rule was evaluated';
  if (rules.some(({ severity, status }) => severity === 'error' && status === 'not-evaluated'))
    return 'not every rule was evaluated';
  if (population === null) return 'nobody was read';
  // The first of them says who there is. Others may fail where the policy calls them optional; their gaps are problems.
  const byRank = SOURCE_NAMES.flatMap((source) => sources.filter(({ name }) => name === source));
  if (byRank[0]?.complete !== true) return 'not everybody was read';
  return undefined;
}
