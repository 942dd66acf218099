import { personalData } from './check.ts';
import { CheckError, failure } from './errors.ts';
import type { RunContext } from './github-context.ts';
import { type InputContext, type Inputs, reportDirOf } from './inputs.ts';
import { merge } from './merge.ts';
import { MERGED_FILE, type Merged } from './model/merged.ts';
import { ReportDirectory, type WrittenFile } from './output.ts';

export interface MergeRun {
  readonly inputs: Inputs;
  readonly context: RunContext;
  readonly workspace: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Merges the reports that the inputs name, and writes `merged.json` into the report directory. What else lies there stays:
 * it may be the reports. A merge that cannot be written has no evidence, and so no answer.
 * @throws CheckError for inputs that say nothing to merge
 */
export async function mergeToFile(run: MergeRun): Promise<{ merged: Merged; file: WrittenFile | undefined }> {
  const { inputs, workspace, now } = run;
  if (inputs.reports.length === 0)
    throw failure(
      'input-invalid',
      'The input "reports" is empty: there is nothing to merge.',
      'Write the directories of the reports, one a line.',
    );
  const merged = merge({
    directories: inputs.reports,
    workspace,
    allowOutside: false,
    expected: inputs.expect,
    maxAgeMs: inputs.maxAgeMs,
    personalData: personalData(run),
    now,
  });
  try {
    const directory = ReportDirectory.open(inputs.reportDir, workspace, isMerged);
    const file = await directory.write(MERGED_FILE, [`${JSON.stringify(merged, null, 2)}\n`]);
    return { merged, file };
  } catch (error) {
    if (!(error instanceof CheckError)) throw error;
    const problems = [...merged.problems, ...error.problems];
    return { merged: { ...merged, problems, result: 'could-not-check' }, file: undefined };
  }
}

/** Removes the merge of an earlier run for one that was refused: it must not be taken for its outcome. */
export function forgetMerged(context: InputContext): void {
  const directory = reportDirOf(context);
  if (directory !== undefined) ReportDirectory.forget(directory, context.workspace, isMerged);
}

function isMerged(name: string): boolean {
  return name === MERGED_FILE;
}
