import { createClient } from './github/client.ts';
import type { PullRequest } from './github-context.ts';
import type { ChangedLines } from './reporters/annotations.ts';

const TIMEOUT_MS = 10_000;

/**
 * The lines that a pull request adds or changes, by file, from GitHub's comparison of two commits (`contents: read`).
 * Large or binary files have no patch there and count as unchanged.
 * @throws whatever the request throws; the caller goes on without
 */
export async function changedLines(
  { repository, base, head }: PullRequest,
  token: string,
): Promise<ChangedLines> {
  const [owner = '', repo = ''] = repository.split('/');
  const client = createClient(token, {
    signal: AbortSignal.timeout(TIMEOUT_MS),
    deadline: performance.now() + TIMEOUT_MS,
  });
  const { data } = await client.rest.repos.compareCommitsWithBasehead({
    owner,
    repo,
    basehead: `${base}...${head}`,
  });
  return new Map((data.files ?? []).map(({ filename, patch }) => [filename, addedLines(patch ?? '')]));
}

/** Line numbers, in the new version, of the lines that a unified diff adds. */
export function addedLines(patch: string): Set<number> {
  const lines = new Set<number>();
  let at = 0;
  for (const text of patch.split('\n')) {
    const hunk = /^@@ -\d+(?:,\d+)? \+(\d+)/.exec(text);
    if (hunk) {
      at = Number(hunk[1]);
    } else if (text.startsWith('+')) {
      lines.add(at++);
    } else if (text.startsWith(' ')) {
      at++;
    }
  }
  return lines;
}
