import { MANIFEST } from '../model/formats.ts';
import { forJsonLog, forLog } from '../reporters/escape.ts';
import { PLAIN, type Style } from '../reporters/style.ts';
import { momentInWords } from '../reporters/wording.ts';
import type { Verification, VerifiedFile } from './verify.ts';

/** Files of one status that are named; of more, their number is said. */
const MOST_NAMED = 50;

/** The outcome of `verify` for a terminal or log: each file, what the pack is of; the last line is the verdict. */
export function verificationText(verification: Verification, style: Style = PLAIN): string {
  const { result, files, problems, notes, manifest } = verification;
  const parts = [
    problems.map(({ message, hint }) => `${style.bold(forLog(message))}\n  ${style.dim(forLog(hint))}`),
    fileLines(files, style),
    whatToDo(files, style),
    originLines(verification),
    notes.map(forLog),
    manifest ? manifestLines(manifest) : [],
    [
      {
        intact: `${style.bold(style.green('✔ Intact.'))} Every file is as the manifest says. ${style.dim('(exit code 0)')}`,
        changed: `${style.bold(style.red('✖ Changed.'))} These files are not what the run wrote. ${style.dim('(exit code 1)')}`,
        'could-not-check': `${style.bold(style.yellow('? Could not check.'))} Nothing was decided. ${style.dim('(exit code 2)')}`,
      }[result],
    ],
  ];
  return `${parts
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n')}\n`;
}

/** The same for programs. */
export function verificationJson(verification: Verification): string {
  return `${forJsonLog(JSON.stringify(verification, null, 2))}\n`;
}

type Status = VerifiedFile['status'];

const STATUSES: readonly Status[] = ['ok', 'changed', 'missing', 'added', 'unreadable'];

function fileLines(files: readonly VerifiedFile[], style: Style): string[] {
  return STATUSES.flatMap((status) => {
    const those = files.filter((file) => file.status === status);
    const lines = those
      .slice(0, MOST_NAMED)
      .flatMap(({ name, causes }) => [
        `${paint(status, style)(status.padEnd(10))} ${forLog(name)}`,
        ...causes.map((cause) => `           ${style.dim(forLog(cause))}`),
      ]);
    const further = those.length - MOST_NAMED;
    return further > 0 ? [...lines, `${status.padEnd(10)} … and ${further} more`] : lines;
  });
}

function paint(status: Status, { green, red, yellow }: Style) {
  return { ok: green, changed: red, missing: red, added: red, unreadable: yellow }[status];
}

const WHAT_TO_DO: Readonly<Record<Exclude<Status, 'ok'>, string>> = {
  changed:
    'A changed file is no evidence. Fetch it again from where the run put it, and find out who changed it.',
  missing: 'Fetch a missing file again from where the run put it; its hash stands in the manifest.',
  added: 'Move an added file out of the directory, unless it was put there to pass for a part of the pack.',
  unreadable: 'Make an unreadable file readable, and verify again.',
};

function whatToDo(files: readonly VerifiedFile[], style: Style): string[] {
  const found = new Set(files.map(({ status }) => status));
  return STATUSES.filter((status) => status !== 'ok')
    .filter((status) => found.has(status))
    .map((status) => style.dim(WHAT_TO_DO[status]));
}

/** An intact pack may be that of a run that found drift: nobody shall take the one for the other. */
function originLines({ pack, sameProgram }: Verification): string[] {
  if (!pack) return [];
  const { result, run, policy, startedAt, finishedAt, tool, notWritten } = pack;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Result', result],
    ['Time', `${momentInWords(startedAt)} to ${momentInWords(finishedAt)}`],
    ['Repository', run.repository],
    ['Commit', run.sha],
    ['Run', run.runUrl],
    ['Actor', run.actor],
    ['Policy', policy.sha256 ?? 'none that could be read'],
    ['Tool', `${tool.name} ${tool.version}, ${program(sameProgram, tool.distSha256)}`],
  ];
  return [
    'The run, as the manifest tells:',
    ...facts.flatMap(([name, value]) =>
      value === undefined ? [] : [`  ${name.padEnd(11)} ${forLog(value)}`],
    ),
    ...notWritten.map(({ name, cause }) => `  ${'Not written'.padEnd(11)} ${forLog(name)}: ${forLog(cause)}`),
  ];
}

function program(same: boolean | null, distSha256: string | null): string {
  if (distSha256 === null) return 'from its sources';
  return same ? `the same program as this one` : `program ${distSha256}`;
}

function manifestLines({ sha256, isKnown }: NonNullable<Verification['manifest']>): string[] {
  return isKnown
    ? [`SHA-256 of ${MANIFEST}: ${sha256}`]
    : [
        `SHA-256 of ${MANIFEST}: ${sha256}`,
        'Compare it with the one in the log of the run, or its attestation: whoever can change files can make a manifest for them.',
        `With --manifest-sha256 that is done here.`,
      ];
}
