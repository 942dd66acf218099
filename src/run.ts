import { resolve } from 'node:path';
import type { CheckOptions } from './check.ts';
import { check } from './check.ts';
import { httpDeps, wasCancelled, withinTime } from './deadline.ts';
import { CheckError } from './errors.ts';
import { verdict } from './evaluate/verdict.ts';
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
  /** Called with each secret that comes up during the run, before anything else happens with it. */
  readonly onSecret: (secret: string) => void;
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
  return withinTime(inputs.timeoutMs, deps.cancelled, async (time) => {
    // Before the directory is cleared: it may hold the previous report.
    const previous = previousOf(inputs.previousReport, workspace);
    const directory = openDirectory(inputs.reportDir, workspace);
    const problems =
      directory instanceof CheckError ? [...options.problems, ...directory.problems] : options.problems;
    const report = await check(
      { ...options, problems, previous },
      {
        http: httpDeps(deps.env),
        now: Date.now,
        onProgress: deps.onProgress,
        onSecret: deps.onSecret,
        ...time,
      },
    );
    if (deps.cancelled.aborted)
      return {
        report: withProblem(report, wasCancelled(deps.cancelled.reason), inputs.failOn),
        file: undefined,
      };
    return directory instanceof CheckError
      ? { report, file: undefined }
      : write(report, directory, inputs.failOn);
  });
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
