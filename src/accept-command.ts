import { parseArgs } from 'node:util';
import { ACCEPT_EXIT_CODES, type AcceptOptions, accept } from './accept.ts';
import { acceptJson, acceptText } from './accept-view.ts';
import { failure } from './errors.ts';
import { INPUTS } from './inputs.ts';
import { didYouMean } from './policy/suggest.ts';
import type { Style } from './reporters/style.ts';
import { NAME } from './version.ts';

/** The options of `accept` with a line of help each. */
const OPTIONS = {
  policy: `the policy that the report is about (default ${INPUTS.policy.default})`,
  report: `report.json of a check (default ${INPUTS['report-dir'].default}/report.json)`,
  all: 'accept every open finding',
  finding: 'fingerprints, or their first 8 or more digits; a list, or several times',
  rule: 'findings of these rules',
  group: 'findings about these groups, by name or id; several times',
  until: 'write exceptions that end after this day, YYYY-MM-DD',
  reason: 'why they are granted',
  owner: 'who answers for them',
  ticket: 'where it was decided',
  diff: 'where a unified diff of the change goes; - for standard output',
  format: 'what goes to standard output: pretty or json (default pretty)',
} as const;
type OptionName = keyof typeof OPTIONS;

const LISTS: readonly OptionName[] = ['finding', 'rule', 'group'];
const SWITCHES: readonly string[] = ['all', 'help'];

export interface AcceptStreams {
  readonly workspace: string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly style: Style;
}

/**
 * The command `accept` of the command line. Gives the exit code.
 * @throws CheckError for arguments that cannot be understood
 */
export async function acceptCommand(args: readonly string[], streams: AcceptStreams): Promise<number> {
  const values = parsed(args);
  if (values.help === true) {
    streams.out(acceptHelp());
    return 0;
  }
  const format = one(values, 'format') ?? 'pretty';
  if (format !== 'pretty' && format !== 'json')
    throw failure(
      'input-invalid',
      `--format cannot be "${format}".${didYouMean(format, ['pretty', 'json'])}`,
      'Possible: pretty, json.',
    );
  const options = optionsOf(values, streams.workspace);
  const acceptance = await accept(options);
  if (format === 'json') streams.out(acceptJson(acceptance));
  else if (options.diff === '-') {
    streams.out(acceptance.diff ?? '');
    streams.err(acceptText(acceptance));
  } else streams.out(acceptText(acceptance, streams.style));
  return ACCEPT_EXIT_CODES[acceptance.result];
}

type Values = Readonly<Record<string, unknown>>;

function parsed(args: readonly string[]): Values {
  const { values, tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    allowNegative: false,
    options: {
      ...Object.fromEntries(
        Object.keys(OPTIONS).map((name) => [
          name,
          SWITCHES.includes(name)
            ? { type: 'boolean' as const }
            : { type: 'string' as const, multiple: true as const },
        ]),
      ),
      help: { type: 'boolean', short: 'h' },
    },
  });
  const known = [...Object.keys(OPTIONS), 'help'];
  for (const token of tokens) {
    if (token.kind === 'positional')
      throw failure(
        'input-invalid',
        `"${token.value}" was not expected.`,
        'Options start with "--". Try accept --help.',
      );
    if (token.kind !== 'option') continue;
    if (!known.includes(token.name))
      throw failure(
        'input-invalid',
        `There is no option "${token.rawName}".${didYouMean(token.name, known)}`,
        `Options of accept: ${known.map((name) => `--${name}`).join(', ')}.`,
      );
    // A value that looks like an option is far more often a forgotten value.
    const isMissing = !token.inlineValue && (token.value === undefined || token.value.startsWith('--'));
    if (!SWITCHES.includes(token.name) && (isMissing || token.value?.trim() === ''))
      throw failure('input-invalid', `${token.rawName} needs a value.`, `Write ${token.rawName}=VALUE.`);
  }
  return values;
}

function optionsOf(values: Values, workspace: string): AcceptOptions {
  const terms = (['until', 'reason', 'owner', 'ticket', 'diff'] as const).flatMap((name) => {
    const value = one(values, name);
    return value === undefined ? [] : [[name, value]];
  });
  return {
    policy: one(values, 'policy') ?? INPUTS.policy.default,
    report: one(values, 'report') ?? `${INPUTS['report-dir'].default}/report.json`,
    workspace,
    selection: {
      all: values.all === true,
      findings: several(values, 'finding').flatMap(split),
      rules: several(values, 'rule').flatMap(split),
      // A name may hold a comma.
      groups: several(values, 'group'),
    },
    ...Object.fromEntries(terms),
  };
}

function several(values: Values, name: OptionName): string[] {
  return ((values[name] ?? []) as string[]).map((value) => value.trim());
}

function one(values: Values, name: OptionName): string | undefined {
  const given = several(values, name);
  if (given.length > 1 && !LISTS.includes(name))
    throw failure('input-invalid', `--${name} stands there ${given.length} times.`, 'Keep one of them.');
  return given[0];
}

function split(value: string): string[] {
  return value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function acceptHelp(): string {
  return [
    `${NAME} accept: change the policy so that it says what findings are about`,
    '',
    'Options:',
    ...Object.entries(OPTIONS).map(([name, text]) => `  --${name.padEnd(20)} ${text}`),
    '',
    'Exit codes: 0 changed, or nothing to change, 2 refused.',
    '',
  ].join('\n');
}
