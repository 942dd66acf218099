import { ACCEPT_EXIT_CODES, type AcceptOptions, accept } from './accept.ts';
import { acceptJson, acceptText } from './accept-view.ts';
import { formatOf, type GivenOptions, optionLines, readOptions, split } from './command-options.ts';
import { INPUTS } from './inputs.ts';
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
  diff: 'leave the policy as it is, and write the change here as a unified diff; - for standard output',
  format: 'what goes to standard output: pretty or json (default pretty)',
} as const;

export interface AcceptStreams {
  readonly workspace: string;
  /** How this program was started. */
  readonly program: string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly style: Style;
}

/**
 * The command `accept` of the command line. Gives the exit code.
 * @throws CheckError for arguments that cannot be understood
 */
export async function acceptCommand(args: readonly string[], streams: AcceptStreams): Promise<number> {
  const given = readOptions(
    { command: 'accept', options: OPTIONS, switches: ['all'], lists: ['finding', 'rule', 'group'] },
    args,
  );
  if (given.wantsHelp) {
    streams.out(acceptHelp());
    return 0;
  }
  const format = formatOf(given.one('format'), ['pretty', 'json']);
  const options = optionsOf(given, streams);
  const acceptance = await accept(options);
  if (format === 'json') streams.out(acceptJson(acceptance));
  else if (options.diff === '-') {
    streams.out(acceptance.diff ?? '');
    streams.err(acceptText(acceptance));
  } else streams.out(acceptText(acceptance, streams.style, options.diff));
  return ACCEPT_EXIT_CODES[acceptance.result];
}

function optionsOf(
  given: GivenOptions<keyof typeof OPTIONS>,
  { workspace, program }: AcceptStreams,
): AcceptOptions {
  const terms = (['until', 'reason', 'owner', 'ticket', 'diff'] as const).flatMap((name) => {
    const value = given.one(name);
    return value === undefined ? [] : [[name, value]];
  });
  return {
    policy: given.one('policy') ?? INPUTS.policy.default,
    report: given.one('report') ?? `${INPUTS['report-dir'].default}/report.json`,
    workspace,
    program,
    selection: {
      all: given.has('all'),
      findings: given.several('finding').flatMap(split),
      rules: given.several('rule').flatMap(split),
      // A name may hold a comma.
      groups: given.several('group'),
    },
    ...Object.fromEntries(terms),
  };
}

function acceptHelp(): string {
  return [
    `${NAME} accept: change the policy so that it says what findings are about`,
    '',
    'Options:',
    ...optionLines(OPTIONS),
    '',
    'Exit codes: 0 changed, or the diff is written, or nothing to change, 2 refused.',
    '',
  ].join('\n');
}
