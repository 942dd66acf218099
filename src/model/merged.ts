import type { Location } from './problem.ts';
import type { Report, Result } from './report.ts';
import type { Severity } from './severity.ts';

/** Why the report of a tenant cannot be used. Documented in docs/many-tenants.md. */
export const REPORT_PROBLEM_CODES = [
  'report-missing',
  'report-unreadable',
  'report-damaged',
  'report-altered',
  'report-contradictory',
  'report-copied',
  'report-stale',
] as const;
export type ReportProblemCode = (typeof REPORT_PROBLEM_CODES)[number];

/** Why there is no honest answer about a tenant: what its own report says, or what is wrong with that report. */
export interface MergedProblem {
  /** A code of the report's problems, which may be one of another version, or a `ReportProblemCode`. */
  readonly code: string;
  /** Hostile text that is not yet escaped, as in a report. */
  readonly message: string;
  readonly hint: string;
}

export interface MergedFinding {
  /** As in the tenant's report. */
  readonly fingerprint: string;
  readonly rule: string;
  readonly severity: Severity;
  /** Missing where it could name somebody who is masked here. */
  readonly message?: string;
  readonly location: Pick<Location, 'file' | 'line'>;
}

/** What a tenant's report says of itself. */
export interface MergedReport {
  /** Of report.json, in hexadecimal. */
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
  /** True when a manifest.json beside it names the same hash. */
  readonly inManifest: boolean;
  readonly toolVersion: string;
  /** ISO 8601 in UTC, like the two below. */
  readonly asOf: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly repository?: string;
  readonly sha?: string;
  readonly runUrl?: string;
  readonly policySha256: string | null;
  readonly failOn: string;
  readonly personalData: 'show' | 'mask';
  readonly population: { readonly users: number; readonly groups: number } | null;
  readonly counts: Report['counts'];
}

/** One tenant of a merge. */
export interface MergedTenant {
  /** Name of the directory that holds its report; its path where two have the same name. */
  readonly name: string;
  /** That directory, as the merge was given it; null for a tenant that was expected and has none. */
  readonly path: string | null;
  readonly result: Result;
  /** Null when the report is missing or cannot be used. */
  readonly report: MergedReport | null;
  /** The first open findings, heaviest first; `report.counts` says how many there are. */
  readonly findings: readonly MergedFinding[];
  /** The first problems; empty unless the result is `could-not-check`. */
  readonly problems: readonly MergedProblem[];
  /** How many problems there are. */
  readonly problemCount: number;
}

/** The reports of many tenants as one: what every surface shows, and what `merged.json` holds. */
export interface Merged {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: 'leapsome-access-policy'; readonly version: string };
  /** The worst result of all tenants. */
  readonly result: Result;
  /** ISO 8601 in UTC. */
  readonly mergedAt: string;
  /** How many tenants ended how. */
  readonly results: Readonly<Record<Result, number>>;
  /** Sums over all reports that can be used. */
  readonly counts: Report['counts'];
  readonly population: { readonly users: number; readonly groups: number };
  /** The worst first. */
  readonly tenants: readonly MergedTenant[];
  /** Why the merge itself could not be done; with any of these the result is `could-not-check`. */
  readonly problems: readonly MergedProblem[];
  /** Odd things that do not change the verdict. */
  readonly warnings: readonly string[];
}

/** The name of the file that holds a merge. */
export const MERGED_FILE = 'merged.json';
