import { personalData } from './check.ts';
import { formatOf, optionLines, readOptions } from './command-options.ts';
import { failure } from './errors.ts';
import { readContext } from './github-context.ts';
import { INPUTS, readInputs } from './inputs.ts';
import { merge } from './merge.ts';
import { EXIT_CODES } from './model/report.ts';
import { toWorkflowCommand } from './reporters/annotations.ts';
import { mergedJson, mergedText } from './reporters/merged.ts';
import { annotateMerged } from './reporters/merged-annotations.ts';
import { PLAIN, type Style } from './reporters/style.ts';
import { NAME } from './version.ts';

/** The options of `merge` with a line of help each. */
const OPTIONS = {
  expect: 'tenants that there have to be, by the names of their directories; a list, or several times',
  'max-age': INPUTS['max-age'].help,
  'personal-data':
    'show or mask what unmasked reports say of people; auto masks unless the repository is private',
  format: 'what goes to standard output: pretty, json or github (default pretty)',
} as const;

export interface MergeStreams {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workspace: string;
  /** How this program was started, for its help. */
  readonly program: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly out: (text: string) => void;
  readonly style: Style;
}

/**
 * The command `merge` of the command line. Gives the exit code.
 * @throws CheckError for arguments that cannot be understood
 */
export function mergeCommand(args: readonly string[], streams: MergeStreams): number {
  const given = readOptions({ command: 'merge', options: OPTIONS, lists: ['expect'], operands: 'DIR' }, args);
  if (given.wantsHelp) {
    streams.out(mergeHelp(streams.program));
    return 0;
  }
  // An empty name would be that of the working directory, and an unset variable would merge whatever lies there.
  if (given.operands.length === 0 || given.operands.some((directory) => directory.trim() === ''))
    throw failure(
      'input-invalid',
      given.operands.length === 0 ? 'No directory was named.' : 'The name of a directory is empty.',
      'Write merge DIR…, the directories of the reports; a variable that should hold one may be unset.',
    );
  const format = formatOf(given.one('format'), ['pretty', 'json', 'github']);
  const values: Readonly<Record<string, string | undefined>> = {
    expect: given.several('expect').join(','),
    'max-age': given.one('max-age'),
    'personal-data': given.one('personal-data'),
  };
  const inputs = readInputs({
    given: (name) => values[name],
    env: {},
    workspace: streams.workspace,
    commandLine: true,
    reportsAnywhere: true,
  });
  const merged = merge({
    directories: given.operands,
    workspace: streams.workspace,
    allowOutside: true,
    expected: inputs.expect,
    maxAgeMs: inputs.maxAgeMs,
    personalData: personalData({ inputs, context: readContext(streams.env) }),
    now: streams.now,
  });
  if (format === 'json') streams.out(mergedJson(merged));
  else {
    if (format === 'github')
      for (const annotation of annotateMerged(merged)) streams.out(`${toWorkflowCommand(annotation)}\n`);
    streams.out(mergedText(merged, format === 'pretty' ? streams.style : PLAIN));
  }
  return EXIT_CODES[merged.result];
}

function mergeHelp(program: string): string {
  return [
    `${NAME} merge: unite the reports of many tenants into one summary and one exit code`,
    '',
    `Usage: ${program} merge DIR… [OPTIONS]`,
    '',
    'Each DIR holds a report.json, or directories that do, one for each tenant.',
    '',
    'Options:',
    ...optionLines(OPTIONS),
    '',
    'Exit codes: 0 all in sync, 1 drift somewhere, 2 some tenant could not be checked.',
    '',
  ].join('\n');
}
