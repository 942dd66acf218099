import { readFileSync, statSync } from 'node:fs';
import { NAME } from './version.ts';

/** What an earlier run counted, or why that cannot be told. */
export type Previous =
  | { readonly activeUsers: number }
  | { readonly missing: true; readonly warning: string }
  | { readonly unusable: true; readonly warning: string };

const MAX_BYTES = 1024 * 1024 * 1024;

/** Reads the population of an earlier report.json. A report that cannot be used is said so, and compared with nothing. */
export function readPrevious(path: string, shown: string): Previous {
  let text: string;
  try {
    if (!statSync(path).isFile() || statSync(path).size > MAX_BYTES)
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

function interpret(text: string, shown: string): Previous {
  let report: {
    schemaVersion?: unknown;
    tool?: { name?: unknown };
    problems?: unknown;
    population?: { activeUsers?: unknown } | null;
    baseline?: { activeUsers?: unknown };
  };
  try {
    report = JSON.parse(text);
  } catch {
    return unusable(shown, 'is damaged');
  }
  if (report?.tool?.name !== NAME) return unusable(shown, 'is no report of this tool');
  if (report.schemaVersion !== 1) return unusable(shown, 'has a schema that this version does not know');
  // A run that did not believe its population, or read none, hands on what it compared with: else a collapse would be
  // the measure of the run after it.
  const counted = wasRefused(report.problems) ? undefined : report.population?.activeUsers;
  const activeUsers = counted ?? report.baseline?.activeUsers;
  if (!Number.isSafeInteger(activeUsers) || (activeUsers as number) < 0)
    return unusable(shown, 'counted no population');
  return { activeUsers: activeUsers as number };
}

function wasRefused(problems: unknown): boolean {
  return Array.isArray(problems) && problems.some((problem) => problem?.code === 'implausible-population');
}

function unusable(shown: string, why: string): Previous {
  return {
    unusable: true,
    warning: `The previous report ${shown} ${why}: nothing is compared with the last run.`,
  };
}
