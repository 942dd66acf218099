import { parseArgs, styleText } from 'node:util';
import { onCancel } from './cancellation.ts';
import { formatOf, refuseOption, unexpected } from './command-options.ts';
import { COMMANDS, type Command } from './commands.ts';
import { CheckError, failure } from './errors.ts';
import { type RunContext, readContext } from './github-context.ts';
import { INPUTS, type InputContext, type InputName, type Inputs, readInputs } from './inputs.ts';
import { DIAGNOSIS_EXIT_CODES } from './model/diagnosis.ts';
import { EXPLANATION_EXIT_CODES } from './model/explanation.ts';
import { EXIT_CODES, type Report } from './model/report.ts';
import { didYouMean } from './policy/suggest.ts';
import { enumerate } from './policy/words.ts';
import { createProgress } from './progress.ts';
import { forLog } from './reporters/escape.ts';
import { PLAIN, type Style } from './reporters/style.ts';
import { startedAs } from './started-as.ts';
import { NAME, VERSION } from './version.ts';

type OutputFormat = 'pretty' | 'json' | 'github';

/** These take no inputs: they work from files alone, and have options of their own. */
type InputCommand = Exclude<Command, 'accept' | 'merge' | 'verify'>;

const CREDENTIAL_NAMES = (Object.keys(INPUTS) as InputName[]).filter((name) => 'secret' in INPUTS[name]);
const FLAG_NAMES = (Object.keys(INPUTS) as InputName[]).filter((name) => !CREDENTIAL_NAMES.includes(name));

const FLAGS_OF_SOURCES: readonly InputName[] = ['scim-url', 'api-url', 'stackone-account-id', 'stackone-url'];
const FLAGS_OF_INIT: readonly InputName[] = ['groups', 'force'];
const FLAGS_OF_MERGE: readonly InputName[] = ['reports', 'expect', 'max-age'];
/** Inputs that mean something in a pull request on GitHub only. */
const ONLY_IN_ACTION: readonly InputName[] = [
  'fail-on-existing',
  'comment',
  'issue',
  'issue-label',
  'issue-assignees',
];
/** Options without a value. */
const SWITCHES: readonly string[] = ['help', 'serve', 'force', 'snapshot'];
const INPUT_SWITCHES = SWITCHES.filter((name) => name in INPUTS).map((name) => `--${name}`);

/** Which inputs each command takes. */
const FLAGS_OF: Record<InputCommand, readonly InputName[]> = {
  check: FLAG_NAMES.filter(
    (name) => ![...FLAGS_OF_INIT, ...FLAGS_OF_MERGE, ...ONLY_IN_ACTION].includes(name),
  ),
  validate: ['policy'],
  init: ['policy', ...FLAGS_OF_INIT, ...FLAGS_OF_SOURCES, 'as-of', 'timeout'],
  doctor: ['policy', ...FLAGS_OF_SOURCES, 'timeout'],
  explain: ['policy', ...FLAGS_OF_SOURCES, 'as-of', 'personal-data', 'timeout'],
  review: ['policy', ...FLAGS_OF_INIT, ...FLAGS_OF_SOURCES, 'as-of', 'timeout'],
  demo: [],
};

/** Commands that are followed by a word, and what `--help` calls it. */
const SUBJECTS: Partial<Record<InputCommand, string>> = { explain: 'SUBJECT', review: 'start' };

/** What each command can write to standard output, the default first; none where there is no choice. */
const FORMATS_OF: Record<InputCommand, readonly OutputFormat[]> = {
  check: ['pretty', 'json', 'github'],
  validate: ['pretty', 'json', 'github'],
  init: ['pretty', 'json'],
  doctor: ['pretty', 'json'],
  explain: ['pretty', 'json'],
  review: ['pretty', 'json'],
  demo: [],
};

/** The command line. Gives the exit code; reports go to standard output, everything else to standard error. */
export async function main(args: readonly string[]): Promise<number> {
  // Whoever wants no colours gets none; Node would let FORCE_COLOR go first.
  if (process.env.NO_COLOR) delete process.env.FORCE_COLOR;
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') return print(overview());
  if (name === '--version' || name === '-v') return print(`${VERSION}\n`);
  try {
    const command = commandNamed(name);
    if (command === 'accept') return await runAcceptCommand(rest);
    if (command === 'merge') return await runMergeCommand(rest);
    if (command === 'verify') return await runVerifyCommand(rest);
    const flags = await flagsOf(command, rest);
    if (flags.help) return print(help(command));
    return await run(command, flags);
  } catch (error) {
    if (!(error instanceof CheckError)) throw error;
    for (const problem of error.problems)
      process.stderr.write(`${forLog(problem.message)}\n  ${forLog(problem.hint)}\n`);
    return 2;
  }
}

interface Flags {
  readonly help: boolean;
  readonly format: OutputFormat;
  readonly serve: boolean;
  /** What `explain` is asked about, and what that is. */
  readonly subject: string | undefined;
  readonly kind: string | undefined;
  readonly values: Readonly<Partial<Record<InputName, string>>>;
}

function run(command: InputCommand, flags: Flags): Promise<number> {
  switch (command) {
    case 'check':
      return runCheckCommand(flags);
    case 'validate':
      return runValidateCommand(flags);
    case 'init':
      return runInitCommand(flags);
    case 'doctor':
      return runDoctorCommand(flags);
    case 'explain':
      return runExplainCommand(flags);
    case 'review':
      return runReviewCommand(flags);
    case 'demo':
      return runDemoCommand(flags);
  }
}

async function runCheckCommand(flags: Flags): Promise<number> {
  const inputContext = contextOf(flags.values);
  const { forgetReport, runCheck, writtenLine } = await import(/* webpackMode: "eager" */ './run.ts');
  const inputs = inputsOf(inputContext, forgetReport);
  const context: RunContext = readContext(process.env);
  const progress = progressOnStderr();
  const { report, files, warnings } = await runCheck(
    { inputs, context, workspace: inputContext.workspace, commandLine: true, problems: [] },
    tools(progress),
  );
  progress.done();
  await printReport(report, flags.format);
  for (const { message, hint } of warnings)
    process.stderr.write(`Not written: ${forLog(message)}\n  ${forLog(hint)}\n`);
  for (const file of files) process.stderr.write(`${writtenLine(file, file.path)}\n`);
  return EXIT_CODES[report.result];
}

/** What every command that reads Leapsome gets from the terminal; nothing there masks secrets. */
function tools({ update }: ReturnType<typeof createProgress>) {
  return { env: process.env, onProgress: update, onSecret: () => {}, cancelled: onCancel() };
}

function progressOnStderr(): ReturnType<typeof createProgress> {
  return createProgress({
    write: (text) => process.stderr.write(text),
    isTerminal: process.stderr.isTTY === true,
    now: Date.now,
  });
}

function inputsOf(context: InputContext, onRefusal: (context: InputContext) => void): Inputs {
  try {
    return readInputs(context);
  } catch (error) {
    onRefusal(context);
    throw error;
  }
}

async function printReport(report: Report, format: OutputFormat): Promise<void> {
  if (format === 'json') {
    const { jsonLogChunks } = await import(/* webpackMode: "eager" */ './reporters/json.ts');
    for (const chunk of jsonLogChunks(report)) process.stdout.write(chunk);
  } else if (format === 'github') {
    const { githubLog } = await import(/* webpackMode: "eager" */ './reporters/github-log.ts');
    process.stdout.write(githubLog(report, { mode: 'github' }));
  } else {
    const { pretty } = await import(/* webpackMode: "eager" */ './reporters/pretty.ts');
    process.stdout.write(pretty(report, { style: style(process.stdout) }));
  }
}

async function runValidateCommand(flags: Flags): Promise<number> {
  const { validate } = await import(/* webpackMode: "eager" */ './validate.ts');
  const path = flags.values.policy?.trim() || INPUTS.policy.default;
  const validation = await validate({ path, workspace: process.cwd(), allowOutside: true });
  if (flags.format === 'json') {
    const { forJsonLog } = await import(/* webpackMode: "eager" */ './reporters/escape.ts');
    print(`${forJsonLog(JSON.stringify(validation, null, 2))}\n`);
  } else {
    if (flags.format === 'github') {
      const { annotate, toWorkflowCommand } = await import(
        /* webpackMode: "eager" */ './reporters/annotations.ts'
      );
      for (const annotation of annotate({ problems: validation.problems, findings: [] }))
        print(`${toWorkflowCommand(annotation)}\n`);
    }
    const { validationText } = await import(/* webpackMode: "eager" */ './validation-view.ts');
    print(validationText(validation, flags.format === 'pretty' ? style(process.stdout) : PLAIN));
  }
  return validation.result === 'valid' ? 0 : 2;
}

async function runInitCommand(flags: Flags): Promise<number> {
  const inputContext = contextOf(flags.values);
  const inputs = readInputs(inputContext);
  const { INIT_EXIT_CODES, init } = await import('./init.ts');
  const progress = progressOnStderr();
  const initiation = await init(
    { inputs, context: readContext(process.env), workspace: inputContext.workspace, commandLine: true },
    tools(progress),
  );
  progress.done();
  const { initJson, initText } = await import('./init-view.ts');
  print(flags.format === 'json' ? initJson(initiation) : initText(initiation, style(process.stdout)));
  return INIT_EXIT_CODES[initiation.result];
}

async function runDoctorCommand(flags: Flags): Promise<number> {
  const inputContext = contextOf(flags.values);
  const inputs = readInputs(inputContext);
  const { doctor } = await import('./doctor.ts');
  const progress = progressOnStderr();
  const diagnosis = await doctor(
    {
      inputs,
      context: readContext(process.env),
      workspace: inputContext.workspace,
      commandLine: true,
      policyNamed: Boolean(flags.values.policy?.trim()),
    },
    { ...tools(progress), machine: process },
  );
  progress.done();
  const { diagnosisJson, diagnosisText } = await import('./reporters/diagnosis.ts');
  print(flags.format === 'json' ? diagnosisJson(diagnosis) : diagnosisText(diagnosis, style(process.stdout)));
  return DIAGNOSIS_EXIT_CODES[diagnosis.result];
}

async function runExplainCommand(flags: Flags): Promise<number> {
  const { explain, readQuestion } = await import('./explain.ts');
  const question = readQuestion(flags);
  const inputContext = contextOf(flags.values);
  const inputs = readInputs(inputContext);
  const progress = progressOnStderr();
  const explanation = await explain(
    {
      ...question,
      inputs,
      context: readContext(process.env),
      workspace: inputContext.workspace,
      commandLine: true,
      policyNamed: Boolean(flags.values.policy?.trim()),
    },
    tools(progress),
  );
  progress.done();
  const { explanationJson, explanationText } = await import('./reporters/explanation.ts');
  print(
    flags.format === 'json'
      ? explanationJson(explanation)
      : explanationText(explanation, style(process.stdout)),
  );
  return EXPLANATION_EXIT_CODES[explanation.result];
}

async function runReviewCommand(flags: Flags): Promise<number> {
  if (flags.subject !== 'start')
    throw failure(
      'input-invalid',
      flags.subject === undefined
        ? 'review needs to know what to do.'
        : `There is no review "${flags.subject}".`,
      'Write: review start.',
    );
  const inputContext = contextOf(flags.values);
  const inputs = readInputs(inputContext);
  const { START_EXIT_CODES, startReview } = await import('./review/start.ts');
  const progress = progressOnStderr();
  const { workspace } = inputContext;
  const started = await startReview(
    { inputs, context: readContext(process.env), workspace, commandLine: true, problems: [] },
    tools(progress),
  );
  progress.done();
  const { startJson, startText } = await import('./review/view.ts');
  print(flags.format === 'json' ? startJson(started) : startText(started, style(process.stdout)));
  return START_EXIT_CODES[started.result];
}

async function runAcceptCommand(args: readonly string[]): Promise<number> {
  const { acceptCommand } = await import('./accept-command.ts');
  return acceptCommand(args, {
    workspace: process.cwd(),
    program: program(),
    out: print,
    err: (text) => process.stderr.write(text),
    style: style(process.stdout),
  });
}

async function runMergeCommand(args: readonly string[]): Promise<number> {
  const { mergeCommand } = await import('./merge-command.ts');
  return mergeCommand(args, {
    env: process.env,
    workspace: process.cwd(),
    program: program(),
    now: Date.now(),
    out: print,
    style: style(process.stdout),
  });
}

async function runVerifyCommand(args: readonly string[]): Promise<number> {
  const { verifyCommand } = await import('./verify-command.ts');
  return verifyCommand(args, {
    workspace: process.cwd(),
    program: program(),
    out: print,
    style: style(process.stdout),
  });
}

async function runDemoCommand(flags: Flags): Promise<number> {
  const { demo } = await import('./demo.ts');
  return demo({
    serveOnly: flags.serve,
    program: program(),
    cancelled: onCancel(),
  });
}

// ---- arguments

function commandNamed(name: string): Command {
  if (Object.hasOwn(COMMANDS, name)) return name as Command;
  const names = Object.keys(COMMANDS);
  throw failure(
    'input-invalid',
    `There is no command "${name}".${didYouMean(name, names)}`,
    `Commands: ${names.join(', ')}. Try --help.`,
  );
}

/** A check that is refused for its options is a run like any other: no report of an earlier one may be taken for its own. */
async function flagsOf(command: InputCommand, args: readonly string[]): Promise<Flags> {
  try {
    return parseFlags(command, args);
  } catch (error) {
    if (command === 'check') await forgetReports(args);
    throw error;
  }
}

/** Wherever the report would have gone, as far as arguments that are not understood as a whole can tell. */
async function forgetReports(args: readonly string[]): Promise<void> {
  const { forgetReport } = await import(/* webpackMode: "eager" */ './run.ts');
  const { values } = parseArgs({
    args: [...args],
    strict: false,
    allowNegative: false,
    options: { 'report-dir': { type: 'string', multiple: true } },
  });
  for (const directory of values['report-dir'] ?? [true]) {
    const isNamed = typeof directory === 'string' && !directory.startsWith('--');
    forgetReport(contextOf(isNamed ? { 'report-dir': directory } : {}));
  }
}

function parseFlags(command: InputCommand, args: readonly string[]): Flags {
  refuseElsewhere(args);
  const names: readonly string[] = FLAGS_OF[command];
  const formats = FORMATS_OF[command];
  const own = [formats.length === 0 ? 'serve' : 'format', ...(command === 'explain' ? ['kind'] : [])];
  const { values, tokens } = parseArgs({
    args: withValues(args),
    strict: false,
    tokens: true,
    allowNegative: false,
    options: {
      ...Object.fromEntries([...names, 'format', 'kind'].map((name) => [name, { type: 'string' as const }])),
      ...Object.fromEntries(SWITCHES.map((name) => [name, { type: 'boolean' as const }])),
      help: { type: 'boolean', short: 'h' },
    },
  });
  const known = [...names, ...own, 'help'];
  const isSwitch = (name: string) => SWITCHES.includes(name);
  let subject: string | undefined;
  for (const token of tokens) {
    if (token.kind === 'option') refuseOption(token, { command, known, isSwitch });
    if (token.kind !== 'positional') continue;
    if (SUBJECTS[command] === undefined || subject !== undefined)
      throw unexpected(
        token.value,
        command,
        command === 'explain' ? ', and a name with spaces stands in quotes' : '',
      );
    subject = token.value;
  }
  refuseRepeats(tokens.flatMap((token) => (token.kind === 'option' ? token.name : [])));
  const { help: wantsHelp, serve, kind, format, ...rest } = values;
  return {
    help: wantsHelp === true,
    serve: serve === true,
    format: format === undefined ? 'pretty' : formatOf(String(format), formats),
    subject,
    kind: kind as string | undefined,
    // A switch that is there says true.
    values: Object.fromEntries(
      Object.entries(rest).map(([name, value]) => [name, String(value)]),
    ) as Flags['values'],
  };
}

/** @throws CheckError for an option that stands there twice: nobody can tell which one is meant */
function refuseRepeats(names: readonly string[]): void {
  for (const name of new Set(names)) {
    const times = names.filter((each) => each === name).length;
    if (times > 1 && name !== 'help')
      throw failure('input-invalid', `--${name} stands there ${times} times.`, 'Keep one of them.');
  }
}

/** @throws CheckError for what is an input, and yet no option of any command: it says where it belongs */
function refuseElsewhere(args: readonly string[]): void {
  const given = args.map((arg) => /^--([a-z-]+)/.exec(arg)?.[1] as InputName);
  const secret = given.find((name) => CREDENTIAL_NAMES.includes(name));
  if (secret !== undefined) {
    const { env } = INPUTS[secret] as { env: string };
    throw failure(
      'input-invalid',
      `--${secret} does not exist: a secret on the command line can be read by other programs.`,
      `Set the environment variable ${env} instead.`,
    );
  }
  const foreign = given.find((name) => ONLY_IN_ACTION.includes(name));
  if (foreign !== undefined) {
    throw failure(
      'input-invalid',
      `--${foreign} exists in a workflow only: it is about a pull request or an issue on GitHub.`,
      `There it is the input "${foreign}". Here leave it out; every finding counts, as far as --fail-on says.`,
    );
  }
}

/** A switch may be given its value as other options are: `--snapshot true` is `--snapshot=true`. */
function withValues(args: readonly string[]): string[] {
  const isValue = (at: number): boolean =>
    ['true', 'false'].includes(args[at] ?? '') && INPUT_SWITCHES.includes(args[at - 1] ?? '');
  return args.flatMap((arg, at) => {
    if (isValue(at)) return [];
    return isValue(at + 1) ? [`${arg}=${args[at + 1]}`] : [arg];
  });
}

function contextOf(values: Flags['values']): InputContext {
  return {
    given: (name) => values[name],
    env: process.env,
    workspace: process.cwd(),
    commandLine: true,
    reportsAnywhere: true,
  };
}

// ---- texts

const EXIT_CODES_OF: Record<InputCommand, string> = {
  check: '0 in sync, 1 drift, 2 could not check',
  validate: '0 valid, 2 could not check',
  init: '0 written, 2 could not check',
  doctor: '0 ready, 2 could not check',
  explain: '0 explained, 2 could not check',
  review: '0 begun, or nothing to begin, 2 could not check',
  demo: '0 shown, whatever the check in it found; 2 the demo itself failed',
};

/** Where an option means something else than for other commands. */
const HELP_OF: Partial<Record<InputCommand, Partial<Record<InputName, string>>>> = {
  review: {
    force: 'begin a round also where one is under way; replaces records of the same day, decisions and all',
    'as-of': 'day on which the round begins, such as 2026-12-31; default: today',
  },
};

const KIND_HELP = 'what SUBJECT is, where its name fits several: person, group, role or rule';

function overview(): string {
  const commands = Object.entries(COMMANDS).map(([name, text]) => `  ${name.padEnd(10)} ${text}`);
  return [
    `${NAME} ${VERSION}: who has access to what in Leapsome, compared with the policy in your repository`,
    '',
    `Usage: ${program()} COMMAND [OPTIONS]`,
    '',
    ...commands,
    '',
    'COMMAND --help tells the options. Exit codes: 0 in sync, 1 drift, 2 could not check.',
    '',
  ].join('\n');
}

function help(command: InputCommand): string {
  const options = FLAGS_OF[command].map((name) => {
    const { help: common, default: fallback } = INPUTS[name] as { help: string; default?: string };
    const text = HELP_OF[command]?.[name] ?? common;
    const isShown = fallback !== undefined && !SWITCHES.includes(name);
    return `  --${name.padEnd(20)} ${text}${isShown ? ` (default ${fallback})` : ''}`;
  });
  const formats = FORMATS_OF[command];
  const format =
    formats.length === 0
      ? '  --serve                keep the stand-in running, for trying things out'
      : `  --${'format'.padEnd(20)} what goes to standard output: ${enumerate(formats, 'or')} (default ${formats[0]})`;
  const environment = FLAGS_OF[command].includes('scim-url')
    ? [
        '',
        'Environment:',
        ...CREDENTIAL_NAMES.map(
          (name) => `  ${(INPUTS[name] as { env: string }).env.padEnd(20)} ${INPUTS[name].help}`,
        ),
        '  HTTPS_PROXY, NO_PROXY, NODE_EXTRA_CA_CERTS, NO_COLOR are honoured.',
      ]
    : [];
  return [
    `leapsome-access-policy ${command}: ${COMMANDS[command]}`,
    ...(SUBJECTS[command] ? ['', `Usage: ${program()} ${command} ${SUBJECTS[command]} [OPTIONS]`] : []),
    '',
    'Options:',
    ...options,
    ...(command === 'explain' ? [`  --${'kind'.padEnd(20)} ${KIND_HELP}`] : []),
    format,
    ...environment,
    '',
    `Exit codes: ${EXIT_CODES_OF[command]}.`,
    '',
  ].join('\n');
}

/** How to start this program again from here. */
function program(): string {
  return startedAs(process.argv[1], process.cwd());
}

function print(text: string): 0 {
  process.stdout.write(text);
  return 0;
}

/** Colours for a stream; `styleText` itself honours NO_COLOR, FORCE_COLOR and whether it is a terminal. */
function style(stream: NodeJS.WriteStream): Style {
  const paint = (format: 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'cyan') => (text: string) =>
    styleText(format, text, { stream, validateStream: true });
  return {
    bold: paint('bold'),
    dim: paint('dim'),
    red: paint('red'),
    yellow: paint('yellow'),
    green: paint('green'),
    cyan: paint('cyan'),
  };
}
