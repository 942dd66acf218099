import { isAbsolute, relative, sep } from 'node:path';

/** True for a relative path that leads out of where it begins. A name alone may begin with two dots, as `..out` does. */
export function isOutside(path: string): boolean {
  return path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path);
}

/** A path as people read it: below the workspace, with forward slashes, where that is possible. */
export function shownPath(workspace: string, path: string): string {
  const below = relative(workspace, path);
  return (isOutside(below) ? path : below).split(sep).join('/');
}
