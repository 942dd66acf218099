import type { Initiation } from './init.ts';
import { forJsonLog, forLog } from './reporters/escape.ts';
import { PLAIN, type Style } from './reporters/style.ts';

/** The outcome of `init` for a terminal or log: what was written, in numbers; the last line is the verdict. */
export function initText(initiation: Initiation, style: Style = PLAIN): string {
  const { result, path, problems, warnings } = initiation;
  const told = [
    ...problems.map(({ message, hint }) => `${style.bold(forLog(message))}\n  ${style.dim(forLog(hint))}`),
    ...contents(initiation),
    ...warnings.map((warning) => `${style.yellow('!')} ${forLog(warning)}`),
  ];
  const verdict =
    result === 'written'
      ? `${style.bold(style.green('✔ Written.'))} ${forLog(path)}. Read it, then run "check". ${style.dim('(exit code 0)')}`
      : `${style.bold(style.yellow('? Could not check: nothing was written.'))} ${style.dim('(exit code 2)')}`;
  return `${[...told, verdict].join('\n\n')}\n`;
}

function contents({ counts, lowered = [] }: Initiation): string[] {
  if (!counts) return [];
  const { users, activeUsers, groups, describedGroups, otherGroups, roles } = counts;
  const left = otherGroups > 0 ? `; ${otherGroups} more have no entry` : '';
  const lines = [
    `${users} users (${activeUsers} active) were read.`,
    `Groups: ${groups}, of which ${describedGroups} described by conditions, the others by lists${left}.`,
    ...(roles === undefined ? [] : [`Access roles: ${roles}.`]),
    ...lowered.map(
      ({ id, people }) =>
        `${id} would fail today (${people === 1 ? '1 person' : `${people} people`}), and is a warning in this policy: see "rules" there.`,
    ),
  ];
  return [lines.join('\n')];
}

/** The same for programs. */
export function initJson(initiation: Initiation): string {
  return `${forJsonLog(JSON.stringify(initiation, null, 2))}\n`;
}
