import { resolve } from 'node:path';
import { formatOf, optionLines, readOptions } from './command-options.ts';
import { failure } from './errors.ts';
import { VERIFY_EXIT_CODES, verify } from './evidence/verify.ts';
import { verificationJson, verificationText } from './evidence/verify-view.ts';
import type { Style } from './reporters/style.ts';
import { NAME } from './version.ts';

/** The options of `verify` with a line of help each. */
const OPTIONS = {
  'manifest-sha256': 'SHA-256 that manifest.json must have: from the log of the run, or its outputs',
  format: 'what goes to standard output: pretty or json (default pretty)',
} as const;

export interface VerifyStreams {
  readonly workspace: string;
  /** How this program was started, for its help. */
  readonly program: string;
  readonly out: (text: string) => void;
  readonly style: Style;
}

/**
 * The command `verify` of the command line: files alone, no network. Gives the exit code.
 * @throws CheckError for arguments that cannot be understood
 */
export function verifyCommand(
  args: readonly string[],
  { workspace, program, out, style }: VerifyStreams,
): number {
  const given = readOptions({ command: 'verify', options: OPTIONS, operands: 'DIR' }, args);
  if (given.wantsHelp) {
    out(verifyHelp(program));
    return 0;
  }
  const [directory, ...further] = given.operands;
  if (!directory || further.length > 0)
    throw failure(
      'input-invalid',
      directory ? `"${further[0]}" was not expected.` : 'No directory was named.',
      'Write verify DIR, the directory of one pack; a name with spaces stands in quotes.',
    );
  const format = formatOf(given.one('format'), ['pretty', 'json']);
  const verification = verify({
    path: resolve(workspace, directory),
    shown: directory,
    knownSha256: knownSha256(given.one('manifest-sha256')),
  });
  out(format === 'json' ? verificationJson(verification) : verificationText(verification, style));
  return VERIFY_EXIT_CODES[verification.result];
}

function knownSha256(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  // GitHub writes the kind of digest before it.
  const [, hex] = /^(?:sha256:)?([0-9a-f]{64})$/i.exec(value.trim()) ?? [];
  if (hex !== undefined) return hex.toLowerCase();
  throw failure(
    'input-invalid',
    '--manifest-sha256 is no SHA-256.',
    'It has 64 hexadecimal digits. The log of the run shows it, and its output "manifest-sha256" is it.',
  );
}

function verifyHelp(program: string): string {
  return [
    `${NAME} verify: say whether the files of a run are as it left them`,
    '',
    `Usage: ${program} verify DIR [OPTIONS]`,
    '',
    'DIR holds the manifest.json of a check, and the files that it lists. No network is used.',
    '',
    'Options:',
    ...optionLines(OPTIONS),
    '',
    'Exit codes: 0 intact, 1 changed, 2 could not check.',
    '',
  ].join('\n');
}
