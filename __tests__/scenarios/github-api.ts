import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cleanUp } from './harness.ts';

export const REPOSITORY = 'acme/policy';
export const GITHUB_TOKEN = 'ghs_canary0123456789abcdefghijklmnopqrstuv';

/** What a commit holds at a path: a file, or something that is none. */
type Entry = string | Buffer | { readonly type: 'dir' | 'symlink' | 'submodule' };

export interface Commit {
  readonly parents?: readonly string[];
  readonly files: Readonly<Record<string, Entry>>;
}

export interface GithubOptions {
  readonly commits?: Readonly<Record<string, Commit>>;
  /** Files of the comparison of two commits. */
  readonly changed?: readonly { readonly filename: string; readonly patch?: string }[];
  /** Answers in place of the repository; undefined lets it answer. */
  readonly instead?: (path: string, response: ServerResponse) => true | undefined;
}

export interface Github {
  readonly url: string;
  /** Path and query of every request, decoded. */
  readonly requests: readonly string[];
  /** What no request may be: another method, another token, another repository. */
  readonly violations: readonly string[];
}

/** GitHub's REST API on a free port, as far as the program asks it; strict, and stopped after the test. */
export async function github(options: GithubOptions = {}): Promise<Github> {
  const requests: string[] = [];
  const violations: string[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '');
    requests.push(path);
    violations.push(...violationsOf(request));
    if (options.instead?.(path, response)) return;
    const { status, body } = answer(path, options);
    json(response, status, body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, violations };
}

/** The two ways to write it: ours, and that of GitHub's own client. */
const TOKENS = [`Bearer ${GITHUB_TOKEN}`, `token ${GITHUB_TOKEN}`];

function violationsOf({ method, url, headers }: IncomingMessage): string[] {
  const found: string[] = [];
  if (method !== 'GET') found.push(`${method} ${url}`);
  if (!TOKENS.includes(headers.authorization ?? '')) found.push(`authorization of ${url}`);
  if (!url?.startsWith(`/repos/${REPOSITORY}/`)) found.push(`${url} is of another repository`);
  return found;
}

export interface Answer {
  readonly status: number;
  readonly body: object;
}

const NOT_FOUND: Answer = { status: 404, body: { message: 'Not Found' } };

function found(body: object): Answer {
  return { status: 200, body };
}

/** What the repository holds at the path of a request. */
export function answer(path: string, { commits = {}, changed = [] }: GithubOptions): Answer {
  const [, kind, rest = ''] =
    /^\/repos\/[^/]+\/[^/]+\/(git\/commits|git\/blobs|contents|compare)\/(.*)$/.exec(path) ?? [];
  if (kind === 'git/commits') return commit(commits[rest], rest);
  if (kind === 'git/blobs') return blob(rest, commits);
  if (kind === 'compare') return found({ files: changed });
  if (kind !== 'contents') return NOT_FOUND;
  const [file = '', ref = ''] = rest.split('?ref=');
  return content(file, commits[ref]?.files[file]);
}

function commit(known: Commit | undefined, sha: string): Answer {
  return known
    ? found({ sha, parents: (known.parents ?? []).map((parent) => ({ sha: parent })) })
    : NOT_FOUND;
}

const MEGABYTE = 1024 * 1024;

/** Up to one megabyte the text is in the answer, above it only in the blob. */
function content(path: string, entry: Entry | undefined): Answer {
  if (entry === undefined) return NOT_FOUND;
  if (typeof entry === 'object' && 'type' in entry) return found({ path, size: 0, entries: [], ...entry });
  const bytes = Buffer.from(entry as string);
  const inside = bytes.length <= MEGABYTE;
  return found({
    type: 'file',
    path,
    size: bytes.length,
    sha: idOf(bytes),
    encoding: inside ? 'base64' : 'none',
    content: inside ? inLines(bytes) : '',
  });
}

function blob(sha: string, commits: Readonly<Record<string, Commit>>): Answer {
  const entries = Object.values(commits).flatMap(({ files }) => Object.values(files));
  const bytes = entries
    .flatMap((entry) => (typeof entry === 'string' || Buffer.isBuffer(entry) ? [Buffer.from(entry)] : []))
    .find((each) => idOf(each) === sha);
  return bytes ? found({ sha, size: bytes.length, encoding: 'base64', content: inLines(bytes) }) : NOT_FOUND;
}

function idOf(bytes: Buffer): string {
  return createHash('sha1').update(bytes).digest('hex');
}

function inLines(bytes: Buffer): string {
  return bytes.toString('base64').replace(/.{60}/g, '$&\n');
}

/** Answers with a document. */
export function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}
