import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CheckOptions } from './check.ts';
import { check } from './check.ts';
import { CheckError, failure } from './errors.ts';
import { verdict } from './evaluate/verdict.ts';
import type { HttpDeps } from './http/types.ts';
import { type InputContext, reportDirOf } from './inputs.ts';
import type { Report } from './model/report.ts';
import type { FailOn } from './model/severity.ts';
import { ReportDirectory, type WrittenFile } from './output.ts';
import { type Previous, readPrevious } from './previous-report.ts';
import { jsonChunks } from './reporters/json.ts';
import type { Progress } from './sources/types.ts';

/** What a check gave: the report, and the file that holds it unless none could be written. */
export interface RunOutcome {
  readonly report: Report;
  readonly file: WrittenFile | undefined;
}

export interface RunDeps {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onProgress: (progress: Progress) => void;
  /** Aborts with the signal's name when the user or the runner ends the run. */
  readonly cancelled: AbortSignal;
}

const REPORT = 'report.json';

/** Removes the report of an earlier run for one that was refused: it must not be taken for its outcome. */
export function forgetReport(context: InputContext): void {
  const directory = reportDirOf(context);
  if (directory !== undefined) ReportDirectory.forget(directory, context.workspace, [REPORT]);
}

/** Runs a check under its deadline and writes its report, whole or not at all. */
export async function runCheck(options: CheckOptions, deps: RunDeps): Promise<RunOutcome> {
  const { inputs, workspace } = options;
  const deadline = performance.now() + inputs.timeoutMs;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(timedOut(inputs.timeoutMs)), inputs.timeoutMs);
  const cancel = (): void => stop.abort(cancelled(deps.cancelled.reason));
  if (deps.cancelled.aborted) cancel();
  deps.cancelled.addEventListener('abort', cancel, { once: true });
  try {
    // Before the directory is cleared: it may hold the previous report.
    const previous = previousOf(inputs.previousReport, workspace);
    const directory = openDirectory(inputs.reportDir, workspace);
    const problems =
      directory instanceof CheckError ? [...options.problems, ...directory.problems] : options.problems;
    const report = await check(
      { ...options, problems, previous },
      { http: httpDeps(deps.env), now: Date.now, onProgress: deps.onProgress, signal: stop.signal, deadline },
    );
    if (deps.cancelled.aborted)
      return {
        report: withProblem(report, cancelled(deps.cancelled.reason), inputs.failOn),
        file: undefined,
      };
    return directory instanceof CheckError
      ? { report, file: undefined }
      : write(report, directory, inputs.failOn);
  } finally {
    clearTimeout(timer);
    deps.cancelled.removeEventListener('abort', cancel);
  }
}

function previousOf(path: string | undefined, workspace: string): Previous | undefined {
  return path === undefined ? undefined : readPrevious(resolve(workspace, path), path);
}

function openDirectory(path: string, workspace: string): ReportDirectory | CheckError {
  try {
    return ReportDirectory.open(path, workspace, [REPORT]);
  } catch (error) {
    if (error instanceof CheckError) return error;
    throw error;
  }
}

function write(report: Report, directory: ReportDirectory, failOn: FailOn): RunOutcome {
  try {
    return { report, file: directory.write(REPORT, jsonChunks(report)) };
  } catch (error) {
    if (!(error instanceof CheckError)) throw error;
    return { report: withProblem(report, error, failOn), file: undefined };
  }
}

function withProblem(report: Report, error: CheckError, failOn: FailOn): Report {
  const codes = new Set(error.problems.map((problem) => problem.code));
  const problems = [...report.problems.filter((problem) => !codes.has(problem.code)), ...error.problems];
  return { ...report, problems, result: verdict(report.findings, problems, failOn) };
}

function timedOut(ms: number): CheckError {
  return failure(
    'timed-out',
    `The run took longer than ${ms / 1000} seconds and was ended.`,
    'Raise "timeout" (--timeout) if the tenant is very large; else look at what kept the service waiting.',
  );
}

function cancelled(reason: unknown): CheckError {
  const by = typeof reason === 'string' ? ` by ${reason}` : '';
  return failure(
    'cancelled',
    `The run was cancelled${by} before it was complete.`,
    'Run it again: nothing was decided and no report was written.',
  );
}

function httpDeps(env: RunDeps['env']): HttpDeps {
  return {
    now: Date.now,
    monotonic: () => performance.now(),
    random: Math.random,
    sleep: async (ms, signal) => {
      try {
        await sleep(ms, undefined, { signal });
      } catch {
        throw signal.reason;
      }
    },
    env,
  };
}
