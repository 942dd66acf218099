import { resolve } from 'node:path';
import { type Checked, type CheckOptions, check } from './check.ts';
import { httpDeps, wasCancelled, withinTime } from './deadline.ts';
import { CheckError } from './errors.ts';
import { verdict } from './evaluate/verdict.ts';
import { type InputContext, reportDirOf } from './inputs.ts';
import type { Problem } from './model/problem.ts';
import type { Report } from './model/report.ts';
import type { FailOn } from './model/severity.ts';
import { ReportDirectory, type WrittenFile } from './output.ts';
import { type Previous, readPrevious } from './previous-report.ts';
import { writeFormats } from './report-files.ts';
import type { Progress } from './sources/types.ts';

/** What a check gave: the report, and the files that were written of it. */
export interface RunOutcome {
  readonly report: Report;
  /** `report.json` among them, if that was asked for. */
  readonly files: readonly WrittenFile[];
  /** Why files that were asked for are missing, for a person; none of it changes the verdict. */
  readonly warnings: readonly Problem[];
}

export interface RunDeps {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onProgress: (progress: Progress) => void;
  /** Called with each secret that comes up during the run, before anything else happens with it. */
  readonly onSecret: (secret: string) => void;
  /** Aborts with the signal's name when the user or the runner ends the run. */
  readonly cancelled: AbortSignal;
}

/** Removes the report of an earlier run for one that was refused: it must not be taken for its outcome. */
export function forgetReport(context: InputContext): void {
  const directory = reportDirOf(context);
  if (directory !== undefined) ReportDirectory.forget(directory, context.workspace);
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
    const checked = await check(
      { ...options, problems, previous },
      {
        http: httpDeps(deps.env),
        now: Date.now,
        onProgress: deps.onProgress,
        onSecret: deps.onSecret,
        ...time,
      },
    );
    if (deps.cancelled.aborted) return cancelled(checked.report, options, deps);
    if (directory instanceof CheckError) return { report: checked.report, files: [], warnings: [] };
    return write(checked, directory, options, deps);
  });
}

function previousOf(path: string | undefined, workspace: string): Previous | undefined {
  return path === undefined ? undefined : readPrevious(resolve(workspace, path), path);
}

function openDirectory(path: string, workspace: string): ReportDirectory | CheckError {
  try {
    return ReportDirectory.open(path, workspace);
  } catch (error) {
    if (error instanceof CheckError) return error;
    throw error;
  }
}

async function write(
  { report, access }: Checked,
  directory: ReportDirectory,
  options: CheckOptions,
  deps: RunDeps,
): Promise<RunOutcome> {
  const { formats, failOn } = options.inputs;
  const { RULES } = await import(/* webpackMode: "eager" */ './rules/index.ts');
  const material = { report, access, rules: RULES };
  const { files, failed } = await writeFormats(formats, material, directory, deps.cancelled);
  if (deps.cancelled.aborted) {
    directory.clear();
    return cancelled(report, options, deps);
  }
  // Without report.json, or without any file at all, there is no evidence of what this run came to.
  const fatal = failed.filter(({ format }) => format === 'json' || files.length === 0);
  return {
    report: fatal.length > 0 ? withProblems(report, [fatal[0]!.problem], failOn) : report,
    files,
    warnings: failed.filter((one) => !fatal.includes(one)).map(({ problem }) => problem),
  };
}

function cancelled(report: Report, { inputs }: CheckOptions, { cancelled: { reason } }: RunDeps): RunOutcome {
  const { problems } = wasCancelled(reason);
  return { report: withProblems(report, problems, inputs.failOn), files: [], warnings: [] };
}

function withProblems(report: Report, added: readonly Problem[], failOn: FailOn): Report {
  const codes = new Set(added.map((problem) => problem.code));
  const problems = [...report.problems.filter((problem) => !codes.has(problem.code)), ...added];
  return { ...report, problems, result: verdict(report.findings, problems, failOn) };
}
