import * as core from '@actions/core';
import { onCancel } from './cancellation.ts';
import { shownPath } from './check.ts';
import { ACTION_COMMANDS } from './commands.ts';
import { CheckError, failure } from './errors.ts';
import { type RunContext, readContext, untrustedPolicy } from './github-context.ts';
import { INPUTS, type InputContext, type Inputs, readInputs, secretsOf } from './inputs.ts';
import type { Problem } from './model/problem.ts';
import { EXIT_CODES, type Report } from './model/report.ts';
import { didYouMean } from './policy/suggest.ts';
import { createProgress } from './progress.ts';
import { annotate, toWorkflowCommand } from './reporters/annotations.ts';
import { forLog } from './reporters/escape.ts';
import { githubLog } from './reporters/github-log.ts';
import { summary } from './reporters/summary.ts';
import { type RunOutcome, runCheck } from './run.ts';
import { validate } from './validate.ts';
import { validationText } from './validation-view.ts';

/** The action: inputs from the runner; log, annotations, summary and outputs back to it. Gives the exit code. */
export async function main(): Promise<number> {
  const inputContext = contextOfAction();
  // First of all, so that nothing that follows can show a secret.
  for (const secret of secretsOf(inputContext)) core.setSecret(secret);
  const isAct = process.env.ACT === 'true';
  try {
    const command = readCommand();
    const inputs = readInputs(inputContext);
    const context = readContext(process.env);
    const untrusted = untrustedPolicy(process.env, inputs.policy, inputContext.workspace);
    const problems = untrusted ? [untrusted] : [];
    warnAboutUnknownInputs();
    return command === 'validate'
      ? await runValidate(inputs, inputContext.workspace, problems, isAct)
      : await runChecked(inputs, context, inputContext.workspace, problems, isAct);
  } catch (error) {
    if (!(error instanceof CheckError)) throw error;
    return refuse(error, isAct);
  }
}

async function runChecked(
  inputs: Inputs,
  context: RunContext,
  workspace: string,
  problems: readonly Problem[],
  isAct: boolean,
): Promise<number> {
  const progress = createProgress({
    write: (text) => process.stdout.write(text),
    isTerminal: false,
    now: Date.now,
  });
  const outcome = await runCheck(
    { inputs, context, workspace, commandLine: false, problems },
    { env: process.env, onProgress: progress.update, cancelled: onCancel() },
  );
  process.stdout.write(githubLog(outcome.report, { mode: isAct ? 'plain' : 'github' }));
  setOutputs(outcome);
  await writeSummary(summary(outcome.report), isAct);
  if (outcome.file) process.stdout.write(`Report: ${forLog(shownPath(workspace, outcome.file.path))}\n`);
  return EXIT_CODES[outcome.report.result];
}

async function runValidate(
  inputs: Inputs,
  workspace: string,
  problems: readonly Problem[],
  isAct: boolean,
): Promise<number> {
  const validation = await validate({ path: inputs.policy, workspace, allowOutside: false }, problems);
  if (!isAct) printAnnotations(validation.problems);
  process.stdout.write(validationText(validation));
  core.setOutput('result', validation.result);
  core.setOutput('policy-sha256', validation.sha256 ?? '');
  return validation.result === 'valid' ? 0 : 2;
}

/** Ends a run whose inputs are wrong; there is nothing to report on but that. */
function refuse(error: CheckError, isAct: boolean): number {
  if (isAct)
    for (const { message, hint } of error.problems)
      process.stdout.write(`${forLog(message)} ${forLog(hint)}\n`);
  else printAnnotations(error.problems);
  core.setOutput('result', 'could-not-check');
  return 2;
}

function printAnnotations(problems: readonly Problem[]): void {
  for (const annotation of annotate({ problems, findings: [] }))
    process.stdout.write(`${toWorkflowCommand(annotation)}\n`);
}

function setOutputs({ report, file }: RunOutcome): void {
  for (const [name, value] of Object.entries(outputsOf(report))) core.setOutput(name, value);
  core.setOutput('report-path', file?.path ?? '');
  core.setOutput('report-sha256', file?.sha256 ?? '');
}

function outputsOf({ result, counts, population, policy }: Report): Record<string, string | number> {
  return {
    result,
    'drift-count': counts.error + counts.warning + counts.notice,
    'error-count': counts.error,
    'warning-count': counts.warning,
    'notice-count': counts.notice,
    'excepted-count': counts.excepted,
    'users-checked': population?.users ?? 0,
    'groups-checked': population?.groups ?? 0,
    'policy-sha256': policy.sha256 ?? '',
  };
}

/** The verdict stands, whether or not the summary can be shown. */
async function writeSummary(markdown: string, isAct: boolean): Promise<void> {
  if (isAct) {
    process.stdout.write('act shows no job summary; everything is in the log and the report.\n');
    return;
  }
  if (!process.env.GITHUB_STEP_SUMMARY) return;
  try {
    await core.summary.addRaw(markdown, true).write();
  } catch {
    core.warning(
      'The job summary could not be written. The verdict is not affected; the report has everything.',
    );
  }
}

function readCommand(): (typeof ACTION_COMMANDS)[number] {
  const value = core.getInput('command') || 'check';
  const command = ACTION_COMMANDS.find((candidate) => candidate === value);
  if (command) return command;
  throw failure(
    'input-invalid',
    `The input "command" cannot be "${value}".${didYouMean(value, ACTION_COMMANDS)}`,
    `Possible: ${ACTION_COMMANDS.join(', ')}.`,
  );
}

function contextOfAction(): InputContext {
  return {
    given: (name) => core.getInput(name, { trimWhitespace: false }),
    env: process.env,
    workspace: process.env.GITHUB_WORKSPACE || process.cwd(),
    commandLine: false,
  };
}

/** A misspelt input would otherwise be ignored in silence. */
function warnAboutUnknownInputs(): void {
  const known = [...Object.keys(INPUTS), 'command', 'github-token'];
  for (const key of Object.keys(process.env)) {
    if (!key.startsWith('INPUT_')) continue;
    const name = key.slice('INPUT_'.length).toLowerCase().replaceAll('_', ' ');
    if (known.includes(name) || process.env[key] === '') continue;
    core.warning(`There is no input "${forLog(name)}".${forLog(didYouMean(name, known))} It is ignored.`);
  }
}
