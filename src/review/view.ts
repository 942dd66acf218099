import { forJsonLog, forLog } from '../reporters/escape.ts';
import { PLAIN, type Style } from '../reporters/style.ts';
import { linesOf, ownHint } from '../reporters/wording.ts';
import type { Start } from './start.ts';

/** The outcome of `review start` for a terminal or log: files and numbers, nobody's name; the last line is the verdict. */
export function startText(start: Start, style: Style = PLAIN): string {
  const told = [
    ...start.problems.map((problem) => {
      const [first = '', ...frame] = linesOf(problem.message).map(forLog);
      const hint = ownHint(problem);
      return [style.bold(first), ...frame, ...(hint === '' ? [] : [`  ${style.dim(forLog(hint))}`])].join(
        '\n',
      );
    }),
    ...lines(start),
    ...start.warnings.map((warning) => `${style.yellow('!')} ${forLog(warning)}`),
  ];
  return `${[...told, verdict(start, style)].join('\n\n')}\n`;
}

function lines({ records, left }: Start): string[] {
  const written = records.map(
    ({ path, group, entitlements }) => `${forLog(path)}: ${forLog(group.name)}, ${entitlements} to decide`,
  );
  const others = left.map(({ group, why }) => `Left as it is: ${forLog(group.name)}; ${forLog(why)}.`);
  return [written, others].filter((part) => part.length > 0).map((part) => part.join('\n'));
}

function verdict({ result, records, startedOn, dueOn }: Start, style: Style): string {
  if (result === 'could-not-check')
    return `${style.bold(style.yellow('? Could not check: nothing was written.'))} ${style.dim('(exit code 2)')}`;
  if (result === 'unchanged')
    return `${style.bold(style.green('✔ Nothing to begin.'))} ${style.dim('(exit code 0)')}`;
  const groups = records.length === 1 ? 'one group' : `${records.length} groups`;
  return `${style.bold(style.green('✔ Begun.'))} The round of ${startedOn} is about ${groups}; fill in the decisions in a pull request until ${dueOn}. ${style.dim('(exit code 0)')}`;
}

/** The same for programs. */
export function startJson(start: Start): string {
  return `${forJsonLog(JSON.stringify(start, null, 2))}\n`;
}
