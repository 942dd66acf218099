import type { Location } from '../model/problem.ts';
import type { RunInfo } from '../model/report.ts';

const LONGEST_PATH = 1000;

/** `https://host/owner/name` of the repository that was checked, when the run tells, and tells nothing odd. */
export function repositoryUrl(run: RunInfo): string | undefined {
  const host = /^https:\/\/[A-Za-z0-9.-]+(?::\d+)?(?=\/)/.exec(run.runUrl ?? '')?.[0];
  const repository = /^[\w.-]+\/[\w.-]+$/.exec(run.repository ?? '')?.[0];
  return host && repository ? `${host}/${repository}` : undefined;
}

/** The hash of the commit that was checked, likewise. */
export function commitOf(run: RunInfo): string | undefined {
  return /^[0-9a-f]{40,64}$/.exec(run.sha ?? '')?.[0];
}

/** False for a path that is absolute or leads out of the directory that it is relative to. */
export function isInRepository(path: string): boolean {
  return !/^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)/.test(path);
}

/** How a file of the workspace is called in the repository of the run; undefined for one that is not of it. */
export function pathInRepository(file: string, { policyRoot = '' }: RunInfo): string | undefined {
  if (policyRoot === null || !isInRepository(file)) return undefined;
  if (policyRoot === '') return file;
  return file.startsWith(`${policyRoot}/`) ? file.slice(policyRoot.length + 1) : undefined;
}

/** A path as a part of a URL: everything is percent-encoded but letters, digits, `-`, `.`, `_`, `~` and the slashes. */
export function urlPath(path: string): string {
  const odd = /[!'()*]/g;
  const segments = path.toWellFormed().split('/').map(encodeURIComponent);
  return segments.join('/').replace(odd, (character) => `%${character.charCodeAt(0).toString(16)}`);
}

/** Where a place in the policy can be read in the commit that was checked; undefined where that is not known. */
export function policyUrl(location: Location, run: RunInfo): string | undefined {
  const [repository, commit, path] = [
    repositoryUrl(run),
    commitOf(run),
    pathInRepository(location.file, run),
  ];
  if (!repository || !commit || path === undefined || path.length > LONGEST_PATH) return undefined;
  return `${repository}/blob/${commit}/${urlPath(path)}#L${location.line}`;
}

/** The page of the run, when it tells where that is, and tells nothing odd. */
export function runPage({ runUrl = '' }: RunInfo): string | undefined {
  const isPlain = /^https:\/\/[A-Za-z0-9.-]+(?::\d+)?\/[\w.-]+\/[\w.-]+\/actions\/runs\/\d+$/.test(runUrl);
  return isPlain ? runUrl : undefined;
}
