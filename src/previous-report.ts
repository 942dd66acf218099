import { readFileSync, statSync } from 'node:fs';
import { readRoster } from './history/roster.ts';
import { type Earlier, type EarlierFinding, policyKey } from './history/since.ts';
import { REPORT_BYTES } from './model/limits.ts';
import type { ReportedGroup } from './model/report.ts';
import { NAME } from './version.ts';

/** What an earlier run counted and found, or why that cannot be told. */
export type Previous =
  | {
      readonly activeUsers: number;
      /** Missing when that run did not believe its population, so that there is nothing to compare with. */
      readonly earlier: Earlier | undefined;
      /** How messages call the report. */
      readonly shown: string;
      /** Why there is nothing to compare findings with. */
      readonly warning?: string;
    }
  | { readonly missing: true; readonly warning: string }
  | { readonly unusable: true; readonly warning: string };

/** Reads the population of an earlier report.json. A report that cannot be used is said so, and compared with nothing. */
export function readPrevious(path: string, shown: string): Previous {
  let text: string;
  try {
    if (!statSync(path).isFile() || statSync(path).size > REPORT_BYTES)
      return unusable(shown, 'is no report file');
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT')
      return {
        missing: true,
        warning: `There is no previous report at ${shown}: nothing is compared with the last run.`,
      };
    return unusable(shown, `cannot be read (${code ?? 'unknown error'})`);
  }
  return interpret(text, shown);
}

interface Written {
  readonly schemaVersion?: unknown;
  readonly tool?: { readonly name?: unknown };
  readonly result?: unknown;
  readonly startedAt?: unknown;
  readonly personalData?: unknown;
  readonly policy?: { readonly files?: unknown } | null;
  readonly sources?: unknown;
  readonly problems?: unknown;
  readonly population?: { readonly activeUsers?: unknown } | null;
  readonly baseline?: { readonly activeUsers?: unknown };
  readonly findings?: unknown;
  readonly roster?: { readonly groups?: unknown };
}

function interpret(text: string, shown: string): Previous {
  let report: Written;
  try {
    report = JSON.parse(text);
  } catch {
    return unusable(shown, 'is damaged');
  }
  if (report?.tool?.name !== NAME) return unusable(shown, 'is no report of this tool');
  if (report.schemaVersion !== 1) return unusable(shown, 'has a schema that this version does not know');
  // A run that did not believe its population, or read none, hands on what it compared with: else a collapse would be
  // the measure of the run after it.
  const refused = wasRefused(report.problems);
  const counted = refused ? undefined : report.population?.activeUsers;
  const activeUsers = counted ?? report.baseline?.activeUsers;
  if (!Number.isSafeInteger(activeUsers) || (activeUsers as number) < 0)
    return unusable(shown, 'counted no population');
  const measure = { activeUsers: activeUsers as number, shown };
  if (counted === undefined) return { ...measure, earlier: undefined, warning: judgedNobody(shown) };
  const earlier = earlierOf(report);
  if (earlier === 'damaged') return unusable(shown, 'is damaged');
  return { ...measure, earlier };
}

function judgedNobody(shown: string): string {
  return `The previous report ${shown} is of a run that could judge nobody: since when findings are there is counted from this run on. Give the report of a run that came to a verdict.`;
}

/** What can be compared with: nothing in a report that says nothing of when it was made. */
function earlierOf(report: Written): Earlier | undefined | 'damaged' {
  const { startedAt, roster, sources, findings = [] } = report;
  if (startedAt === undefined) return undefined;
  const people = roster === undefined ? undefined : readRoster(roster);
  const known = Array.isArray(findings) ? findings.map((each) => findingOf(each, startedAt)) : [undefined];
  if (!isMoment(startedAt) || known.includes(undefined) || (roster !== undefined && people === undefined))
    return 'damaged';
  return {
    startedAt: new Date(startedAt).toISOString(),
    personalData: report.personalData === 'mask' ? 'mask' : 'show',
    policy: policyOf(report.policy?.files),
    findings: new Map(known as [string, EarlierFinding][]),
    roster: people,
    sources: Array.isArray(sources) ? sources.map((source) => String(source?.name)).join(' ') : '',
    groups: new Map(
      roster ? (roster.groups as ReportedGroup[]).map(({ id, name }) => [id, String(name)]) : [],
    ),
    isWhole: report.result === 'in-sync' || report.result === 'drift',
  };
}

function policyOf(files: unknown): string | undefined {
  if (!Array.isArray(files) || files.length === 0) return undefined;
  return files.every((file) => typeof file?.sha256 === 'string') ? policyKey(files) : undefined;
}

function findingOf(found: unknown, startedAt: unknown): [string, EarlierFinding] | undefined {
  const {
    fingerprint,
    rule,
    status,
    firstSeen = startedAt,
    message,
    user,
  } = (found ?? {}) as Record<string, unknown>;
  const id = (user as { id?: unknown } | undefined)?.id;
  const isWhole =
    typeof fingerprint === 'string' &&
    typeof rule === 'string' &&
    typeof message === 'string' &&
    (status === 'open' || status === 'excepted') &&
    (id === undefined || typeof id === 'string') &&
    isMoment(firstSeen);
  return isWhole
    ? [fingerprint, { rule, status, firstSeen: dayOf(firstSeen), message, user: id }]
    : undefined;
}

/** The day in UTC: reports tell no more of a finding, but its default is the moment of a run. */
function dayOf(moment: string): string {
  return new Date(moment).toISOString().slice(0, 10);
}

// What else `Date.parse` understands, it understands by the clock of the machine.
const MOMENT = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

function isMoment(value: unknown): value is string {
  return typeof value === 'string' && MOMENT.test(value) && !Number.isNaN(Date.parse(value));
}

function wasRefused(problems: unknown): boolean {
  return Array.isArray(problems) && problems.some((problem) => problem?.code === 'implausible-population');
}

/** A report that cannot be compared with; a limit that the policy sets against it cannot be kept then. */
export function unusable(shown: string, why: string): Previous {
  return {
    unusable: true,
    warning: `The previous report ${shown} ${why}: nothing is compared with the last run.`,
  };
}
