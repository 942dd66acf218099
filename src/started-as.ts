import { relative, sep } from 'node:path';
import { shellWord } from './model/shell-word.ts';
import { NAME } from './version.ts';

/**
 * How this program was started, for the commands that a message tells somebody to run: `node dist/index.js` from a
 * clone, and its name where it is installed.
 */
export function startedAs(script: string | undefined, directory: string): string {
  if (script === undefined || !/[\\/]index\.[jt]s$/.test(script)) return NAME;
  return `node ${shellWord(relative(directory, script).split(sep).join('/'))}`;
}
