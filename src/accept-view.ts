import type { Acceptance } from './accept.ts';
import { shellWord } from './model/shell-word.ts';
import { forJsonLog, forLog } from './reporters/escape.ts';
import { PLAIN, type Style } from './reporters/style.ts';

/** The outcome of `accept` for a terminal or log: what is accepted, and how; the last line is the verdict. */
export function acceptText(acceptance: Acceptance, style: Style = PLAIN, diff = '-'): string {
  const { result, accepted, files, problems } = acceptance;
  const told = [
    ...problems.map((problem) => problemText(problem.message, problem.hint, style)),
    ...(accepted.length === 0 ? [] : [accepted.map((one) => acceptedLine(one, style)).join('\n')]),
  ];
  const names = files.map(({ path }) => forLog(path)).join(', ');
  const verdict = {
    changed: `${style.bold(style.green('✔ Changed.'))} ${names}. Read the change, then run "check". ${style.dim('(exit code 0)')}`,
    proposed: `${style.bold(style.green('✔ Proposed.'))} ${names} ${files.length === 1 ? 'is' : 'are'} as before. ${nextOf(diff)} ${style.dim('(exit code 0)')}`,
    unchanged: `${style.bold(style.green('✔ Nothing to change.'))} None of the chosen findings is open. ${style.dim('(exit code 0)')}`,
    refused: `${style.bold(style.yellow('? Refused: nothing was written.'))} ${style.dim('(exit code 2)')}`,
  }[result];
  return `${[...told, verdict].join('\n\n')}\n`;
}

function nextOf(diff: string): string {
  const apply = diff === '-' ? 'git apply' : `git apply ${forLog(shellWord(diff))}`;
  return `Read the diff, hand it to "${apply}", then run "check".`;
}

function acceptedLine({ rule, message, by }: Acceptance['accepted'][number], style: Style): string {
  return `${style.green('+')} ${style.bold(rule)} ${forLog(message)} ${style.dim(`(by ${by === 'edit' ? 'an edit' : 'an exception'})`)}`;
}

function problemText(message: string, hint: string, style: Style): string {
  const [first, ...rest] = message.split('\n').map(forLog);
  // A code frame carries its hint behind the caret already.
  const own = rest.length > 0 ? [] : [`  ${style.dim(forLog(hint))}`];
  return [style.bold(first!), ...rest, ...own].join('\n');
}

/** The same for programs. */
export function acceptJson(acceptance: Acceptance): string {
  return `${forJsonLog(JSON.stringify(acceptance, null, 2))}\n`;
}
