import { statSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { CheckError, failure } from '../errors.ts';
import {
  type FoundFile,
  find,
  outside,
  type PolicyLocation,
  relativeIsOutside,
  rootOf,
} from '../policy/read.ts';

export interface RecordsDirectory {
  /** Where it is; undefined when there is none yet. */
  readonly found: FoundFile | undefined;
  /** Where it is, or is to be made; all links followed as far as there is something. */
  readonly path: string;
  /** The same for people. */
  readonly shown: string;
  /** Nothing may be written outside of this. */
  readonly root: string;
}

/**
 * The directory that `records` of a policy names: seen from the policy, or else from the root of the repository, as paths
 * of includes are. Two of them are refused, since a decision in the one that is not read would be overlooked.
 * @throws CheckError
 */
export function recordsDirectory(location: PolicyLocation, written: string): RecordsDirectory {
  const root = rootOf(location);
  if (isAbsolute(written)) throw outside(written, root);
  const policy = find(resolve(location.workspace, location.path), root, location.path);
  // The root first: that is where one is made.
  const inside = [
    resolve(root.directory, written),
    resolve(root.directory, relative(root.real, dirname(policy.real)), written),
  ].filter((path) => !relativeIsOutside(relative(root.directory, path)));
  const [first] = inside;
  if (first === undefined) throw outside(written, root);
  const paths = new Set(inside);
  const [found, other] = [...paths].flatMap((path) => existing(path, written, root) ?? []);
  if (found && other && found.real !== other.real)
    throw failure(
      'policy-invalid',
      `There are two directories ${written}: ${found.shown} and ${other.shown}.`,
      'Move all records into one of them, and remove the other.',
    );
  const below = relative(root.directory, first);
  const shown = root.directory === root.workspace ? below : first;
  return {
    found,
    path: found?.real ?? resolve(root.real, below),
    shown: found?.shown ?? shown.split(sep).join('/'),
    root: root.real,
  };
}

function existing(path: string, written: string, root: ReturnType<typeof rootOf>): FoundFile | undefined {
  try {
    const found = find(path, root, written);
    if (statSync(found.real).isDirectory()) return found;
  } catch (error) {
    if (!(error instanceof CheckError)) throw error;
    const [problem] = error.problems;
    if (problem?.code === 'policy-not-found') return undefined;
    throw error;
  }
  throw failure(
    'policy-invalid',
    `${written} is not a directory.`,
    'name a directory for records of reviews',
  );
}
