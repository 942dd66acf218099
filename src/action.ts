import * as core from '@actions/core';
import { onCancel } from './cancellation.ts';
import { type ReadBase, shownPath } from './check.ts';
import { ACTION_COMMANDS } from './commands.ts';
import { CheckError, failure } from './errors.ts';
import type { Telling } from './github/tell.ts';
import { type RunContext, readContext, untrustedPolicy } from './github-context.ts';
import { INPUTS, type InputContext, type InputName, type Inputs, readInputs, secretsOf } from './inputs.ts';
import { DIAGNOSIS_EXIT_CODES } from './model/diagnosis.ts';
import { FORMAT_FILES, MANIFEST } from './model/formats.ts';
import { ANNOTATIONS_PER_KIND } from './model/limits.ts';
import type { Problem } from './model/problem.ts';
import { EXIT_CODES, type Report } from './model/report.ts';
import { didYouMean } from './policy/suggest.ts';
import { createProgress } from './progress.ts';
import { annotate, type ChangedLines, toWorkflowCommand } from './reporters/annotations.ts';
import { forLog } from './reporters/escape.ts';
import { githubLog } from './reporters/github-log.ts';
import { summary } from './reporters/summary.ts';
import { forgetReport, type RunOutcome, runCheck, writtenLine } from './run.ts';
import { validate } from './validate.ts';
import { validationText } from './validation-view.ts';

type ActionCommand = (typeof ACTION_COMMANDS)[number];

/** What a command is run with. */
interface Step {
  readonly inputs: Inputs;
  readonly context: RunContext;
  readonly workspace: string;
  /** What is wrong before anything is read. */
  readonly problems: readonly Problem[];
  readonly isAct: boolean;
}

const RUN: Readonly<Record<ActionCommand, (step: Step) => Promise<number>>> = {
  check: runChecked,
  validate: runValidate,
  init: runInit,
  doctor: runDoctor,
  review: runReview,
  merge: runMerge,
};

/** The action: inputs from the runner; log, annotations, summary and outputs back to it. Gives the exit code. */
export async function main(): Promise<number> {
  const inputContext = contextOfAction();
  // First of all, so that nothing that follows can show a secret.
  for (const secret of secretsOf(inputContext)) core.setSecret(secret);
  const isAct = process.env.ACT === 'true';
  const { workspace } = inputContext;
  try {
    const command = readCommand();
    const inputs = readInputs(inputContext);
    const context = readContext(process.env, { path: inputs.policy, workspace });
    const untrusted = untrustedPolicy(process.env, inputs.policy, workspace);
    warnAboutUnknownInputs(isAct);
    warnAboutForeignInputs(command, inputContext, isAct);
    return await RUN[command]({ inputs, context, workspace, problems: untrusted ? [untrusted] : [], isAct });
  } catch (error) {
    if (!(error instanceof CheckError)) throw error;
    await forgetOutcome(inputContext);
    await refuse(error, isAct);
    if (isCheck()) await tellOfRefusal(error, inputContext, isAct);
    return 2;
  }
}

/** What an earlier step wrote must not be taken for the outcome of a run that was refused. */
async function forgetOutcome(inputContext: InputContext): Promise<void> {
  if (core.getInput('command') === 'merge') (await import('./merge-to-file.ts')).forgetMerged(inputContext);
  // The other commands write no report, and leave that of an earlier step alone.
  if (isCheck()) forgetReport(inputContext);
}

/** Whether the command is `check`, or nobody knows which one is meant. */
function isCheck(): boolean {
  const command = core.getInput('command');
  return command === 'check' || !(ACTION_COMMANDS as readonly string[]).includes(command);
}

/** Nor may the comment or the issue go on saying what the last run came to. */
async function tellOfRefusal(
  { problems }: CheckError,
  inputContext: InputContext,
  isAct: boolean,
): Promise<void> {
  const { inputsToTell, refusedReport } = await import('./refusal.ts');
  const inputs = inputsToTell(inputContext);
  if (!inputs) return;
  const { workspace } = inputContext;
  const context = readContext(process.env, { path: inputs.policy, workspace });
  const report = refusedReport(problems, { inputs, context, now: Date.now() });
  await tellGithub({ report, inputs, context, workspace, isAct, cancelled: onCancel() });
}

/** What every command that reads Leapsome gets from the runner. */
function tools() {
  return {
    env: process.env,
    onProgress: progressInLog().update,
    onSecret: core.setSecret,
    cancelled: onCancel(),
  };
}

async function runChecked({ inputs, context, workspace, problems, isAct }: Step): Promise<number> {
  const deps = tools();
  const outcome = await runCheck(
    {
      inputs,
      context,
      workspace,
      commandLine: false,
      problems,
      untrusted: (path) => untrustedPolicy(process.env, path, workspace),
      readBase: baseReader(inputs, context, workspace),
    },
    deps,
  );
  const otherWarnings = warned + warningsToCome(outcome, inputs);
  const changedLines = isAct ? undefined : await linesOfPullRequest(outcome.report, context, otherWarnings);
  process.stdout.write(
    githubLog(outcome.report, {
      mode: isAct ? 'plain' : 'github',
      otherWarnings,
      ...(changedLines ? { changedLines } : {}),
    }),
  );
  setOutputs(outputsOf(outcome));
  await writeSummary(summary(outcome.report), isAct);
  for (const problem of outcome.warnings) warn(`${problem.message} ${problem.hint}`, isAct);
  for (const file of outcome.files)
    process.stdout.write(`${writtenLine(file, shownPath(workspace, file.path))}\n`);
  const { cancelled } = deps;
  await tellGithub({ report: outcome.report, inputs, context, workspace, isAct, cancelled });
  return EXIT_CODES[outcome.report.result];
}

/** Warnings that may follow those of the findings: files that are missing, and what GitHub refuses. */
function warningsToCome({ warnings }: RunOutcome, { comment, issue }: Inputs): number {
  return warnings.length + [comment, issue].filter((wish) => wish !== 'never').length;
}

/** The comment and the issue, where they are asked for. The verdict stands, whatever comes of them. */
async function tellGithub(run: Omit<Telling, 'env' | 'token'>): Promise<void> {
  if (run.inputs.comment === 'never' && run.inputs.issue === 'never') return;
  try {
    const github = await import('./github/tell.ts');
    for (const { kind, text } of await github.tellGithub({ ...run, env: process.env, token: githubToken() }))
      if (kind === 'warning') warn(text, run.isAct);
      else process.stdout.write(`${forLog(text)}\n`);
  } catch {
    warn('GitHub could not be told what this run came to. The verdict is not affected.', run.isAct);
  }
}

function progressInLog(): ReturnType<typeof createProgress> {
  return createProgress({
    write: (text) => process.stdout.write(text),
    isTerminal: false,
    now: Date.now,
  });
}

async function runValidate({ inputs, context, workspace, problems, isAct }: Step): Promise<number> {
  const validation = await validate({ path: inputs.policy, workspace, allowOutside: false }, problems);
  if (!isAct) printAnnotations(validation.problems, context);
  process.stdout.write(validationText(validation));
  setOutputs({ result: validation.result, 'policy-sha256': validation.sha256 ?? '' });
  await writeProblems(validation.problems, isAct, context);
  return validation.result === 'valid' ? 0 : 2;
}

async function runInit({ inputs, context, workspace, isAct }: Step): Promise<number> {
  const { INIT_EXIT_CODES, init } = await import('./init.ts');
  const initiation = await init({ inputs, context, workspace, commandLine: false }, tools());
  if (!isAct) printAnnotations(initiation.problems, context);
  const { initText } = await import('./init-view.ts');
  process.stdout.write(initText(initiation));
  setOutputs({ result: initiation.result, 'policy-sha256': initiation.sha256 ?? '' });
  await writeProblems(initiation.problems, isAct, context);
  return INIT_EXIT_CODES[initiation.result];
}

async function runDoctor({ inputs, context, workspace, isAct }: Step): Promise<number> {
  const { doctor } = await import('./doctor.ts');
  const diagnosis = await doctor(
    {
      inputs,
      context,
      workspace,
      commandLine: false,
      // The runner fills in the default, so that only another path shows that somebody wants it.
      policyNamed: inputs.policy !== INPUTS.policy.default,
      untrusted: (path) => untrustedPolicy(process.env, path, workspace),
    },
    { ...tools(), machine: process },
  );
  if (!isAct) printAnnotations(diagnosis.problems, context);
  const { diagnosisText } = await import('./reporters/diagnosis.ts');
  process.stdout.write(diagnosisText(diagnosis));
  setOutputs({ result: diagnosis.result, 'policy-sha256': diagnosis.policy.sha256 ?? '' });
  const { diagnosisSummary } = await import('./reporters/diagnosis-summary.ts');
  await writeSummary(diagnosisSummary(diagnosis), isAct, 'the log');
  return DIAGNOSIS_EXIT_CODES[diagnosis.result];
}

/** Begins a round: what `review start` does on the command line. */
async function runReview({ inputs, context, workspace, problems, isAct }: Step): Promise<number> {
  const { START_EXIT_CODES, startReview } = await import('./review/start.ts');
  const started = await startReview({ inputs, context, workspace, commandLine: false, problems }, tools());
  if (!isAct) printAnnotations(started.problems, context);
  const { startText } = await import('./review/view.ts');
  process.stdout.write(startText(started));
  setOutputs({ result: started.result });
  await writeProblems(started.problems, isAct, context);
  return START_EXIT_CODES[started.result];
}

async function runMerge({ inputs, context, workspace, isAct }: Step): Promise<number> {
  const { mergeToFile } = await import('./merge-to-file.ts');
  const { merged, file } = await mergeToFile({ inputs, context, workspace, now: Date.now() });
  const { annotateMerged } = await import('./reporters/merged-annotations.ts');
  if (!isAct)
    for (const annotation of annotateMerged(merged))
      process.stdout.write(`${toWorkflowCommand(annotation)}\n`);
  const { mergedText } = await import('./reporters/merged.ts');
  process.stdout.write(mergedText(merged));
  setOutputs({
    ...countsOf(merged),
    'policy-sha256': '',
    'report-path': file?.path ?? '',
    'report-sha256': file?.sha256 ?? '',
  });
  const { mergedSummary } = await import('./reporters/merged-summary.ts');
  await writeSummary(mergedSummary(merged), isAct, 'the log');
  return EXIT_CODES[merged.result];
}

/** Ends a run whose inputs are wrong; there is nothing to report on but that. */
async function refuse(error: CheckError, isAct: boolean): Promise<void> {
  if (isAct)
    for (const { message, hint } of error.problems)
      process.stdout.write(`${forLog(message)} ${forLog(hint)}\n`);
  else printAnnotations(error.problems);
  setOutputs({ result: 'could-not-check' });
  const { withoutValue } = await import('./refusal.ts');
  await writeProblems(error.problems.map(withoutValue), isAct);
}

function printAnnotations(problems: readonly Problem[], context?: RunContext): void {
  for (const annotation of annotate({ problems, findings: [], ...(context && { run: context.run }) }))
    process.stdout.write(`${toWorkflowCommand(annotation)}\n`);
}

/** The verdict stands, whether or not the steps that follow can be told. */
function setOutputs(outputs: Readonly<Record<string, string | number>>): void {
  try {
    for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
  } catch {
    core.warning('The outputs of this step could not be set. The verdict is not affected.');
  }
}

function outputsOf({ report, files }: RunOutcome): Record<string, string | number> {
  const file = files.find(({ name }) => name === FORMAT_FILES.json);
  const manifest = files.find(({ name }) => name === MANIFEST);
  return {
    ...countsOf(report),
    'policy-sha256': report.policy.sha256 ?? '',
    'report-path': file?.path ?? '',
    'report-sha256': file?.sha256 ?? '',
    'manifest-path': manifest?.path ?? '',
    'manifest-sha256': manifest?.sha256 ?? '',
  };
}

/** The verdict and its numbers, of one tenant or of many. */
function countsOf({
  result,
  counts: { error, warning, notice, excepted },
  population,
}: Pick<Report, 'result' | 'counts'> & {
  readonly population: { readonly users: number; readonly groups: number } | null;
}): Record<string, string | number> {
  return {
    result,
    'drift-count': error + warning + notice,
    'error-count': error,
    'warning-count': warning,
    'notice-count': notice,
    'excepted-count': excepted,
    'users-checked': population?.users ?? 0,
    'groups-checked': population?.groups ?? 0,
  };
}

/** How the policy of a pull request's base is read; undefined where there is nothing to compare with. */
function baseReader(
  { policy, failOnExisting }: Inputs,
  { run, pullRequest }: RunContext,
  workspace: string,
): ReadBase | undefined {
  if (!pullRequest) return undefined;
  if (run.event === 'pull_request_target') {
    // That commit is of the default branch, and was the base before December 2025: of the head nothing is known.
    const why =
      'with pull_request_target the policy that is checked is that of the commit that the run was started for, and not of the pull request';
    return failOnExisting ? undefined : async () => ({ kind: 'unreadable', why });
  }
  const token = githubToken();
  if (token === undefined) return async () => ({ kind: 'unreadable', why: 'there is no "github-token"' });
  return async (head, tools) => {
    const { readBase } = await import('./base-policy.ts');
    return readBase({ pullRequest, started: run.sha, path: policy, workspace, head }, token, tools);
  };
}

function githubToken(): string | undefined {
  const token = core.getInput('github-token');
  if (token === '') return undefined;
  core.setSecret(token);
  return token;
}

/** What the pull request changes, which annotations then show first: asked for only when not all of them fit. */
async function linesOfPullRequest(
  report: Report,
  { pullRequest, run }: RunContext,
  otherWarnings: number,
): Promise<ChangedLines | undefined> {
  // A policy of another repository has no lines in this one.
  const token = pullRequest && run.policyRoot !== null ? githubToken() : undefined;
  const { error, warning, notice } = report.counts;
  const most = Math.max(error + report.problems.length, warning + otherWarnings, notice);
  if (!pullRequest || token === undefined || most < ANNOTATIONS_PER_KIND) return undefined;
  try {
    return await (await import('./changed-lines.ts')).changedLines(pullRequest, token);
  } catch {
    process.stdout.write(
      'GitHub did not tell which lines this pull request changes; annotations are ordered by severity alone.\n',
    );
    return undefined;
  }
}

/** The summary to which the annotations refer, of a command that writes no other. */
async function writeProblems(
  problems: readonly Problem[],
  isAct: boolean,
  context?: RunContext,
): Promise<void> {
  if (isAct || problems.length === 0) return;
  const { problemsSummary } = await import('./reporters/problems-summary.ts');
  await writeSummary(problemsSummary(problems, context?.run ?? {}), isAct, 'the log');
}

/** The verdict stands, whether or not the summary can be shown. */
async function writeSummary(
  markdown: string,
  isAct: boolean,
  elsewhere: 'the report' | 'the log' = 'the report',
): Promise<void> {
  if (isAct) {
    process.stdout.write(`act shows no job summary; ${elsewhere} has everything.\n`);
    return;
  }
  if (!process.env.GITHUB_STEP_SUMMARY) return;
  try {
    await core.summary.addRaw(markdown, true).write();
  } catch {
    core.warning(
      `The job summary could not be written. The verdict is not affected; ${elsewhere} has everything.`,
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
    reportsAnywhere: process.env.ACT === 'true',
  };
}

/** A misspelt input would otherwise be ignored in silence. */
function warnAboutUnknownInputs(isAct: boolean): void {
  const known = [...Object.keys(INPUTS), 'command', 'github-token'];
  const unknown = Object.keys(process.env)
    .filter((key) => key.startsWith('INPUT_') && process.env[key] !== '')
    .map((key) => key.slice('INPUT_'.length).toLowerCase().replaceAll('_', ' '))
    .filter((name) => !known.includes(name));
  // The runner has said something of its own about all of them, once.
  if (unknown.length > 0) warned += 1;
  for (const name of unknown)
    warn(`There is no input "${name}".${didYouMean(name, known)} It is ignored.`, isAct);
}

/** Inputs that mean something to some commands only. */
const COMMANDS_OF: Partial<Record<InputName, readonly ActionCommand[]>> = {
  ...only(['merge'], ['reports', 'expect', 'max-age']),
  ...only(['init', 'review'], ['groups', 'force']),
  ...only(
    // Where there is no secret, "validate" stands in for the check, with the same inputs.
    ['check', 'validate'],
    [
      'fail-on',
      'fail-on-existing',
      'formats',
      'snapshot',
      'encrypt-to',
      'previous-report',
      'comment',
      'issue',
      'issue-label',
      'issue-assignees',
    ],
  ),
};

function only(
  commands: readonly ActionCommand[],
  names: readonly InputName[],
): Partial<Record<InputName, readonly ActionCommand[]>> {
  return Object.fromEntries(names.map((name) => [name, commands]));
}

/** So would one of another command: the runner hands in all of them, and only what is no default was written down. */
function warnAboutForeignInputs(command: ActionCommand, { given }: InputContext, isAct: boolean): void {
  for (const [name, commands] of Object.entries(COMMANDS_OF) as [InputName, readonly ActionCommand[]][]) {
    const value = given(name)?.trim() ?? '';
    const { default: fallback = '' } = INPUTS[name] as { default?: string };
    if (commands.includes(command) || value === '' || value === fallback) continue;
    const owners = `${commands.length === 1 ? 'command' : 'commands'} ${commands.map((owner) => `"${owner}"`).join(' and ')}`;
    warn(`The input "${name}" is for the ${owners}. With "${command}" it does nothing.`, isAct);
  }
}

/** Warnings of this step that are not about findings: GitHub keeps ten in all, and drops the rest. */
let warned = 0;

function warn(message: string, isAct: boolean): void {
  // One is left for the findings, to say how many there are: more than that are told in the log alone.
  if (isAct || warned >= ANNOTATIONS_PER_KIND - 1) {
    process.stdout.write(`${forLog(message)}\n`);
    return;
  }
  warned += 1;
  core.warning(forLog(message));
}
