import { parseArgs, styleText } from 'node:util';
import { onCancel } from './cancellation.ts';
import { COMMANDS, type Command } from './commands.ts';
import { CheckError, failure } from './errors.ts';
import { type RunContext, readContext } from './github-context.ts';
import { INPUTS, type InputContext, type InputName, type Inputs, readInputs } from './inputs.ts';
import { EXIT_CODES, type Report } from './model/report.ts';
import { didYouMean } from './policy/suggest.ts';
import { createProgress } from './progress.ts';
import { forLog } from './reporters/escape.ts';
import { PLAIN, type Style } from './reporters/style.ts';
import { NAME, VERSION } from './version.ts';

const OUTPUT_FORMATS = ['pretty', 'json', 'github'] as const;
type OutputFormat = (typeof OUTPUT_FORMATS)[number];

const CREDENTIAL_NAMES = (Object.keys(INPUTS) as InputName[]).filter((name) => 'secret' in INPUTS[name]);
const FLAG_NAMES = (Object.keys(INPUTS) as InputName[]).filter((name) => !CREDENTIAL_NAMES.includes(name));

/** Which inputs each command takes. */
const FLAGS_OF: Record<Command, readonly InputName[]> = { check: FLAG_NAMES, validate: ['policy'], demo: [] };

/** The command line. Gives the exit code; reports go to standard output, everything else to standard error. */
export async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') return print(help());
  if (name === '--version' || name === '-v') return print(`${VERSION}\n`);
  try {
    const command = commandNamed(name);
    const flags = parseFlags(command, rest);
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
  readonly values: Readonly<Partial<Record<InputName, string>>>;
}

function run(command: Command, flags: Flags): Promise<number> {
  switch (command) {
    case 'check':
      return runCheckCommand(flags);
    case 'validate':
      return runValidateCommand(flags);
    case 'demo':
      return runDemoCommand(flags);
  }
}

async function runCheckCommand(flags: Flags): Promise<number> {
  const inputContext = contextOf(flags);
  const { forgetReport, runCheck } = await import(/* webpackMode: "eager" */ './run.ts');
  const inputs = inputsOf(inputContext, forgetReport);
  const context: RunContext = readContext(process.env);
  const progress = createProgress({
    write: (text) => process.stderr.write(text),
    isTerminal: process.stderr.isTTY === true,
    now: Date.now,
  });
  const { report, file } = await runCheck(
    { inputs, context, workspace: inputContext.workspace, commandLine: true, problems: [] },
    { env: process.env, onProgress: progress.update, cancelled: onCancel() },
  );
  progress.done();
  await printReport(report, flags.format);
  if (file) process.stderr.write(`Report: ${forLog(file.path)}\n`);
  return EXIT_CODES[report.result];
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

async function runDemoCommand(flags: Flags): Promise<number> {
  const { demo } = await import('./demo.ts');
  return demo({ serveOnly: flags.serve, cancelled: onCancel() });
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

function parseFlags(command: Command, args: readonly string[]): Flags {
  const names: readonly string[] = FLAGS_OF[command];
  const own = command === 'demo' ? ['serve'] : ['format'];
  const secret = args
    .map((arg) => /^--([a-z-]+)/.exec(arg)?.[1])
    .find((name) => CREDENTIAL_NAMES.includes(name as InputName));
  if (secret !== undefined) {
    const { env } = INPUTS[secret as InputName] as { env: string };
    throw failure(
      'input-invalid',
      `--${secret} does not exist: a secret on the command line can be read by other programs.`,
      `Set the environment variable ${env} instead.`,
    );
  }
  const { values, tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    allowNegative: false,
    options: {
      ...Object.fromEntries([...names, 'format'].map((name) => [name, { type: 'string' as const }])),
      help: { type: 'boolean', short: 'h' },
      serve: { type: 'boolean' },
    },
  });
  const known = [...names, ...own, 'help'];
  for (const token of tokens) {
    if (token.kind === 'positional')
      throw failure(
        'input-invalid',
        `"${token.value}" was not expected.`,
        `Options start with "--". Try ${command} --help.`,
      );
    if (token.kind !== 'option') continue;
    if (!known.includes(token.name)) {
      throw failure(
        'input-invalid',
        `There is no option "${token.rawName}".${didYouMean(token.name, known)}`,
        `Options of ${command}: ${known.map((name) => `--${name}`).join(', ')}.`,
      );
    }
    const isFlag = token.name === 'help' || token.name === 'serve';
    // A value that looks like an option is far more often a forgotten value.
    if (!isFlag && (token.value === undefined || (!token.inlineValue && token.value.startsWith('--')))) {
      throw failure('input-invalid', `${token.rawName} needs a value.`, `Write ${token.rawName}=VALUE.`);
    }
  }
  const { help: wantsHelp, serve, format = 'pretty', ...rest } = values;
  if (!(OUTPUT_FORMATS as readonly unknown[]).includes(format)) {
    throw failure(
      'input-invalid',
      `--format cannot be "${String(format)}".${didYouMean(String(format), OUTPUT_FORMATS)}`,
      `Possible: ${OUTPUT_FORMATS.join(', ')}.`,
    );
  }
  return {
    help: wantsHelp === true,
    serve: serve === true,
    format: format as OutputFormat,
    values: rest as Flags['values'],
  };
}

function contextOf(flags: Flags): InputContext {
  return {
    given: (name) => flags.values[name],
    env: process.env,
    workspace: process.cwd(),
    commandLine: true,
    reportsAnywhere: true,
  };
}

// ---- texts

function help(command?: Command): string {
  if (command === undefined) {
    const commands = Object.entries(COMMANDS).map(([name, text]) => `  ${name.padEnd(10)} ${text}`);
    return [
      `${NAME} ${VERSION}: who has access to what in Leapsome, compared with the policy in your repository`,
      '',
      'Usage: leapsome-access-policy COMMAND [OPTIONS]',
      '',
      ...commands,
      '',
      'COMMAND --help tells the options. Exit codes: 0 in sync, 1 drift, 2 could not check.',
      '',
    ].join('\n');
  }
  const options = FLAGS_OF[command].map((name) => {
    const { help: text, default: fallback } = INPUTS[name] as { help: string; default?: string };
    return `  --${name.padEnd(16)} ${text}${fallback === undefined ? '' : ` (default ${fallback})`}`;
  });
  const format =
    command === 'demo'
      ? '  --serve            keep the stand-in running, for trying things out'
      : `  --${'format'.padEnd(16)} what goes to standard output: pretty, json or github (default pretty)`;
  const environment =
    command === 'check'
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
    '',
    'Options:',
    ...options,
    format,
    ...environment,
    '',
    command === 'validate'
      ? 'Exit codes: 0 valid, 2 could not check.'
      : 'Exit codes: 0 in sync, 1 drift, 2 could not check.',
    '',
  ].join('\n');
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
