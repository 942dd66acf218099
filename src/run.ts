import { resolve } from 'node:path';
import { type Checked, type CheckOptions, check } from './check.ts';
import { checkDeps, wasCancelled, withinTime } from './deadline.ts';
import { CheckError } from './errors.ts';
import type { NotWritten } from './evidence/manifest.ts';
import type { PackWish, SnapshotWish, WrittenPack } from './evidence/pack.ts';
import { type InputContext, type Inputs, reportDirOf } from './inputs.ts';
import { FORMAT_FILES, type Format, isReportFile, MANIFEST, SNAPSHOT_FILES } from './model/formats.ts';
import type { Material } from './model/material.ts';
import type { Problem } from './model/problem.ts';
import type { Report } from './model/report.ts';
import { ReportDirectory, type WrittenFile } from './output.ts';
import { type Previous, readPrevious } from './previous-report.ts';
import { type WrittenReport, writeFormats } from './report-files.ts';
import { forLog } from './reporters/escape.ts';
import type { Progress } from './sources/types.ts';

/** What a check gave: the report, and the files that were written of it. */
export interface RunOutcome {
  readonly report: Report;
  /** `report.json` among them, if that was asked for; `manifest.json` as the last. */
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

/**
 * What a log says of a file: of the manifest its hash, so that the log can testify to it; of a snapshot in the clear who
 * can read it, since whoever believes it to be encrypted looks here.
 */
export function writtenLine({ name, sha256 }: WrittenFile, shown: string): string {
  if (name === MANIFEST) return `Manifest: ${forLog(shown)}, SHA-256 ${sha256}`;
  if (name === SNAPSHOT_FILES[0]) return `Snapshot, not encrypted: ${forLog(shown)}. ${IN_THE_CLEAR}`;
  return `Report: ${forLog(shown)}`;
}

const IN_THE_CLEAR =
  'Whoever can read this file, or download it with an artifact, sees who has what. "encrypt-to" (--encrypt-to) encrypts it.';

/** Removes the report of an earlier run for one that was refused: it must not be taken for its outcome. */
export function forgetReport(context: InputContext): void {
  const directory = reportDirOf(context);
  if (directory !== undefined) ReportDirectory.forget(directory, context.workspace);
}

/**
 * Runs a check under its deadline and writes what it came to, whole or not at all.
 * @throws CheckError `input-invalid` before anything is read, when the snapshot cannot be encrypted as asked
 */
export async function runCheck(options: CheckOptions, deps: RunDeps): Promise<RunOutcome> {
  const { inputs, workspace } = options;
  const encryption = await encryptionOf(inputs, workspace);
  return withinTime(inputs.timeoutMs, deps.cancelled, async (time) => {
    // Before the directory is cleared: it may hold the previous report.
    const previous = previousOf(inputs.previousReport, workspace);
    const directory = openDirectory(inputs, workspace);
    const problems =
      directory instanceof CheckError ? [...options.problems, ...directory.problems] : options.problems;
    const checked = await check({ ...options, problems, previous }, checkDeps(deps, time));
    if (deps.cancelled.aborted) return cancelled(checked.report, deps);
    if (directory instanceof CheckError) return { report: checked.report, files: [], warnings: [] };
    const outcome = await write(checked, directory, encryption, options, deps);
    if (!deps.cancelled.aborted) return outcome;
    directory.clear();
    return cancelled(checked.report, deps);
  });
}

async function encryptionOf(
  { encryptTo, reportDir }: Inputs,
  workspace: string,
): Promise<SnapshotWish['encryption']> {
  if (encryptTo.length === 0) return undefined;
  const { encryptionTo } = await import('./evidence/encrypt.ts');
  try {
    return { recipients: encryptTo, encrypt: await encryptionTo(encryptTo) };
  } catch (error) {
    ReportDirectory.forget(reportDir, workspace);
    throw error;
  }
}

function previousOf(path: string | undefined, workspace: string): Previous | undefined {
  return path === undefined ? undefined : readPrevious(resolve(workspace, path), path);
}

function openDirectory({ reportDir, formats }: Inputs, workspace: string): ReportDirectory | CheckError {
  const needed = [MANIFEST, ...(formats.includes('json') ? [FORMAT_FILES.json] : [])];
  try {
    return ReportDirectory.open(reportDir, workspace, isReportFile, needed);
  } catch (error) {
    if (error instanceof CheckError) return error;
    throw error;
  }
}

async function write(
  { report, access, snapshot }: Checked,
  directory: ReportDirectory,
  encryption: SnapshotWish['encryption'],
  { inputs }: CheckOptions,
  { cancelled }: RunDeps,
): Promise<RunOutcome> {
  const { formats } = inputs;
  const material = { report, access, rules: await rulesFor(formats) };
  const written = await writeFormats(formats, material, directory, cancelled);
  // Without report.json, or without any file at all, there is no evidence of what this run came to.
  const fatal = written.failed.find(({ format }) => format === 'json' || written.files.length === 0);
  // What could be written tells of another verdict.
  if (fatal) directory.clear();
  const files = fatal ? [] : written.files;
  const final = fatal ? withProblems(report, [fatal.problem]) : report;
  const pack = await packed(
    {
      report: final,
      formats,
      files,
      notWritten: missing(formats, files, written.failed),
      snapshot: { chunks: snapshot, write: inputs.snapshot, encryption },
    },
    directory,
    cancelled,
  );
  if (pack instanceof CheckError)
    return { report: withProblems(final, pack.problems), files: [], warnings: [] };
  const failed = written.failed.filter((one) => one !== fatal).map(({ problem }) => problem);
  return { report: final, files: [...files, ...pack.files], warnings: [...failed, ...pack.warnings] };
}

/** `report.json` carries no rule texts, and a run that ended early has had no use for the rules. */
async function rulesFor(formats: readonly Format[]): Promise<Material['rules']> {
  if (formats.every((format) => format === 'json')) return [];
  return (await import(/* webpackMode: "eager" */ './rules/index.ts')).RULES;
}

/** Files that no manifest ties to the run are no evidence of it: without one, all of them are taken back. */
async function packed(
  wish: PackWish,
  directory: ReportDirectory,
  cancelled: AbortSignal,
): Promise<WrittenPack | CheckError> {
  const { writePack } = await import(/* webpackMode: "eager" */ './evidence/pack.ts');
  try {
    return await writePack(wish, directory, cancelled);
  } catch (error) {
    directory.clear();
    if (error instanceof CheckError) return error;
    throw error;
  }
}

/** What was asked for and is not there, with the cause. */
function missing(
  formats: readonly Format[],
  files: readonly WrittenFile[],
  failed: WrittenReport['failed'],
): readonly NotWritten[] {
  const names = files.map(({ name }) => name);
  return formats
    .filter((format) => !names.includes(FORMAT_FILES[format]))
    .map((format) => ({
      name: FORMAT_FILES[format],
      cause:
        failed.find((one) => one.format === format)?.problem.message ??
        (files.length > 0 ? NOTHING_TO_TELL : TAKEN_BACK),
    }));
}

const NOTHING_TO_TELL = 'There is nothing to put into it: nobody was read, or nobody could be judged.';
const TAKEN_BACK = 'Taken back: without the others it would tell of another verdict.';

function cancelled(report: Report, { cancelled: { reason } }: RunDeps): RunOutcome {
  const { problems } = wasCancelled(reason);
  return { report: withProblems(report, problems), files: [], warnings: [] };
}

function withProblems(report: Report, added: readonly Problem[]): Report {
  const codes = new Set(added.map((problem) => problem.code));
  const problems = [...report.problems.filter((problem) => !codes.has(problem.code)), ...added];
  return { ...report, problems, result: 'could-not-check' };
}
