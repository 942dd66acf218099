import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type Answer, answer, GITHUB_TOKEN, type GithubOptions, REPOSITORY } from './github-api.ts';
import { cleanUp } from './harness.ts';

/** The account of a job's own token. */
export const BOT = 'github-actions[bot]';

export interface Comment {
  readonly id: number;
  readonly issue: number;
  /** Null for an account that is gone. */
  readonly login: string | null;
  body: string;
}

export interface Issue {
  readonly number: number;
  readonly login: string;
  /** The API lists pull requests among the issues. */
  readonly isPullRequest: boolean;
  title: string;
  body: string;
  state: string;
  stateReason: string | null;
  labels: string[];
  assignees: string[];
}

export interface Request {
  readonly method: string;
  /** Without the prefix; the query is decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A body that is a stream is sent as it comes. */
export interface Refusal extends Answer {
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ThreadsOptions extends Pick<GithubOptions, 'commits'> {
  /** What stands before every path: that of an Enterprise Server is `/api/v3`. */
  readonly prefix?: string;
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Whose the token is. An app, such as that of a job's own token, may not ask `/user`. */
  readonly login?: string;
  /** False where only REST answers. */
  readonly graphql?: boolean;
  readonly comments?: readonly Omit<Comment, 'id'>[];
  readonly issues?: readonly Partial<Issue>[];
  readonly labels?: readonly string[];
  readonly assignable?: readonly string[];
  /** Answers in place of the repository, or waits before it does. */
  readonly instead?: (request: Request) => Promise<Refusal | undefined> | Refusal | undefined;
  /** Answers so although the repository did what it was asked for. */
  readonly afterwards?: (request: Request) => Refusal | undefined;
  /** False where issues are switched off: they are listed as none, and labels are as ever. */
  readonly hasIssues?: boolean;
}

export interface Threads {
  readonly url: string;
  readonly comments: Comment[];
  readonly issues: Issue[];
  readonly labels: string[];
  /** Each as `METHOD /path`. */
  readonly requests: string[];
  /** When each came, on the monotonic clock. */
  readonly times: number[];
  /** What no request may be or do. */
  readonly violations: string[];
}

interface State extends Omit<Threads, 'url' | 'requests' | 'times'> {
  readonly options: ThreadsOptions;
  readonly login: string;
  /** Where this is, with the prefix. */
  readonly url: () => string;
  nextId: number;
}

/** Comments, issues and labels of GitHub's REST API, strict about who may do what; stopped after the test. */
export async function threads(options: ThreadsOptions = {}): Promise<Threads> {
  const { prefix = '', login = BOT, tls } = options;
  const requests: string[] = [];
  const times: number[] = [];
  const issues = (options.issues ?? []).map((issue, index) => issueOf({ number: index + 1, ...issue }));
  const state: State = {
    options,
    login,
    issues,
    comments: (options.comments ?? []).map((comment, index) => ({ ...comment, id: index + 1 })),
    labels: [...new Set([...issues.flatMap((issue) => issue.labels), ...(options.labels ?? [])])],
    violations: [],
    url: () => `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`,
    nextId: 1000,
  };
  const listener = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await read(incoming, prefix);
    requests.push(`${request.method} ${request.path}`);
    times.push(performance.now());
    state.violations.push(...violationsOf(incoming, request, prefix));
    const instead = await options.instead?.(request);
    const answered = instead ?? handle(request, state);
    const { status, body, headers = {} } = options.afterwards?.(request) ?? answered;
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
    if (body instanceof Readable) body.pipe(response).on('close', () => body.destroy());
    else response.end(status === 204 ? undefined : JSON.stringify(body));
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp(() => {
    server.closeAllConnections();
    server.close();
  });
  const { comments, labels, violations } = state;
  return { url: state.url(), comments, issues, labels, requests, times, violations };
}

export function issueOf(change: Partial<Issue>): Issue {
  return {
    number: 1,
    login: BOT,
    isPullRequest: false,
    title: '',
    body: '',
    state: 'open',
    stateReason: null,
    labels: [],
    assignees: [],
    ...change,
  };
}

async function read(incoming: IncomingMessage, prefix: string): Promise<Request> {
  const { pathname, searchParams } = new URL(incoming.url ?? '', 'http://stand-in');
  const path = pathname.startsWith(prefix) ? pathname.slice(prefix.length) : pathname;
  const body = await text(incoming);
  return {
    method: incoming.method ?? '',
    path: decodeURIComponent(path),
    query: searchParams,
    body: body === '' ? {} : (JSON.parse(body) as Record<string, unknown>),
  };
}

/** The two ways to write it: ours, and that of GitHub's own client. */
const TOKENS = [`Bearer ${GITHUB_TOKEN}`, `token ${GITHUB_TOKEN}`, `bearer ${GITHUB_TOKEN}`];
const GRAPHQL = ['/graphql', '/api/graphql'];

function violationsOf(
  { url = '', headers }: IncomingMessage,
  { method, path }: Request,
  prefix: string,
): string[] {
  const found: string[] = [];
  if (!TOKENS.includes(headers.authorization ?? '')) found.push(`authorization of ${url}`);
  const isAtHome = `${path}/`.startsWith(`/repos/${REPOSITORY}/`) && url.startsWith(prefix);
  const isAboutUs = (method === 'GET' && path === '/user') || (method === 'POST' && GRAPHQL.includes(path));
  if (!isAtHome && !isAboutUs) found.push(`${method} ${url}`);
  if (!['GET', 'POST', 'PATCH', 'DELETE'].includes(method)) found.push(`${method} ${url}`);
  return found;
}

function done(body: object, status = 200, headers: Readonly<Record<string, string>> = {}): Refusal {
  return { status, body, headers };
}

/** An error in GitHub's words. */
export function refused(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Refusal {
  return done(
    { message, documentation_url: 'https://docs.github.com/rest', status: String(status) },
    status,
    headers,
  );
}

const NOT_FOUND = refused(404, 'Not Found');
const INVALID = refused(422, 'Validation Failed');

type Handler = (request: Request, state: State, found: readonly string[]) => Refusal;

/** Method and path, after `/repos/OWNER/NAME`. */
const ROUTES: readonly (readonly [RegExp, Handler])[] = [
  [/^GET $/, (_, { options }) => done({ full_name: REPOSITORY, has_issues: options.hasIssues ?? true })],
  [
    /^GET \/issues\/(\d+)\/comments$/,
    (request, state, [number]) => paged(request, state, commentsOf(state, number)),
  ],
  [/^POST \/issues\/(\d+)\/comments$/, addComment],
  [/^GET \/issues\/comments\/(\d+)$/, oneComment],
  [/^PATCH \/issues\/comments\/(\d+)$/, changeComment],
  [/^DELETE \/issues\/comments\/(\d+)$/, removeComment],
  [/^GET \/issues$/, listIssues],
  [/^POST \/issues$/, addIssue],
  [/^PATCH \/issues\/(\d+)$/, changeIssue],
  [/^GET \/labels\/(.+)$/, (_, { labels }, [name]) => (labels.includes(name!) ? done({ name }) : NOT_FOUND)],
  [/^POST \/labels$/, addLabel],
  [
    /^GET \/assignees\/(.+)$/,
    (_, { options }, [login]) => (assignable(options, login) ? done({}, 204) : NOT_FOUND),
  ],
];

function handle(request: Request, state: State): Refusal {
  const { method, path } = request;
  if (path === '/user') return user(state);
  if (GRAPHQL.includes(path)) return graphql(state);
  const below = path.replace(`/repos/${REPOSITORY}`, '');
  if (method === 'GET' && /^\/(?:git|contents|compare)\//.test(below))
    return answer(path, { commits: state.options.commits ?? {} });
  for (const [pattern, handler] of ROUTES) {
    const found = pattern.exec(`${method} ${below}`);
    if (found) return handler(request, state, found.slice(1));
  }
  state.violations.push(`unknown: ${method} ${path}`);
  return NOT_FOUND;
}

function user({ login }: State): Refusal {
  return login.endsWith('[bot]') ? refused(403, 'Resource not accessible by integration') : done({ login });
}

function graphql({ options, login }: State): Refusal {
  return options.graphql === false ? NOT_FOUND : done({ data: { viewer: { login } } });
}

function writer(login: string | null): object | null {
  return login === null ? null : { login, type: login.endsWith('[bot]') ? 'Bot' : 'User' };
}

function commentsOf({ comments }: State, number: string | undefined): object[] {
  return comments.filter(({ issue }) => issue === Number(number)).map(commentBody);
}

function commentBody({ id, login, body }: Comment): object {
  return { id, body, user: writer(login) };
}

const PAGE = { usual: 30, largest: 100 } as const;

/** A page of a list, with links to the others as GitHub writes them: absolute, in a header. */
function paged({ path, query }: Request, { url }: State, all: readonly object[]): Refusal {
  const size = Math.min(Number(query.get('per_page') ?? PAGE.usual), PAGE.largest);
  const page = Number(query.get('page') ?? 1);
  const last = Math.max(1, Math.ceil(all.length / size));
  const link = (to: number, rel: string): string => {
    const next = new URLSearchParams(query);
    next.set('page', String(to));
    return `<${url()}${path}?${next}>; rel="${rel}"`;
  };
  const links = page < last ? [link(page + 1, 'next'), link(last, 'last')] : [];
  const headers = links.length > 0 ? { link: links.join(', ') } : {};
  return done(all.slice((page - 1) * size, page * size), 200, headers as Record<string, string>);
}

/** GitHub counts characters, not bytes. */
const BODY_CHARACTERS = 65_536;

function isBody(body: unknown): body is string {
  return typeof body === 'string' && body.trim() !== '' && Array.from(body).length <= BODY_CHARACTERS;
}

function addComment({ body: { body } }: Request, state: State, [number]: readonly string[]): Refusal {
  if (!isBody(body)) return INVALID;
  const comment = { id: state.nextId++, issue: Number(number), login: state.login, body };
  state.comments.push(comment);
  return done(commentBody(comment), 201);
}

/** Who may write may change what others wrote: that is exactly what must not happen. */
function ownComment({ comments, login, violations }: State, id: string | undefined): Comment | undefined {
  const comment = comments.find((each) => each.id === Number(id));
  if (comment && comment.login !== login) violations.push(`touched the comment of ${comment.login}`);
  return comment;
}

function oneComment(_: Request, { comments }: State, [id]: readonly string[]): Refusal {
  const comment = comments.find((each) => each.id === Number(id));
  return comment ? done(commentBody(comment)) : NOT_FOUND;
}

function changeComment({ body: { body } }: Request, state: State, [id]: readonly string[]): Refusal {
  const comment = ownComment(state, id);
  if (!comment) return NOT_FOUND;
  if (!isBody(body)) return INVALID;
  comment.body = body;
  return done(commentBody(comment));
}

function removeComment(_: Request, state: State, [id]: readonly string[]): Refusal {
  const comment = ownComment(state, id);
  if (!comment) return NOT_FOUND;
  state.comments.splice(state.comments.indexOf(comment), 1);
  return done({}, 204);
}

function listIssues(request: Request, state: State): Refusal {
  const { query } = request;
  const labels = (query.get('labels') ?? '').split(',').filter((label) => label !== '');
  const wanted = query.get('state') ?? 'open';
  const found = state.issues.filter(
    (issue) =>
      (wanted === 'all' || issue.state === wanted) && labels.every((label) => issue.labels.includes(label)),
  );
  const ordered = query.get('direction') === 'asc' ? found : found.toReversed();
  return paged(request, state, ordered.map(issueBody));
}

function issueBody({ isPullRequest, login, labels, assignees, stateReason, ...issue }: Issue): object {
  return {
    ...issue,
    state_reason: stateReason,
    user: writer(login),
    labels: labels.map((name) => ({ name })),
    assignees: assignees.map((each) => ({ login: each })),
    ...(isPullRequest ? { pull_request: {} } : {}),
  };
}

function assignable({ assignable: all = [] }: ThreadsOptions, login: unknown): boolean {
  return all.some((each) => each === login);
}

function addIssue({ body }: Request, state: State): Refusal {
  const {
    title,
    labels = [],
    assignees = [],
  } = body as { title?: unknown; labels?: string[]; assignees?: string[] };
  if (state.options.hasIssues === false) return refused(410, 'Issues are disabled for this repo');
  if (typeof title !== 'string' || title === '' || !isBody(body.body)) return INVALID;
  if (!assignees.every((login) => assignable(state.options, login)))
    return done({ message: 'Validation Failed', errors: [{ field: 'assignees', code: 'invalid' }] }, 422);
  const issue = issueOf({
    number: state.nextId++,
    login: state.login,
    title,
    body: body.body,
    labels,
    assignees,
  });
  state.issues.push(issue);
  return done(issueBody(issue), 201);
}

function changeIssue({ body }: Request, state: State, [number]: readonly string[]): Refusal {
  const issue = state.issues.find((each) => each.number === Number(number));
  if (!issue) return NOT_FOUND;
  if (issue.login !== state.login || issue.isPullRequest) state.violations.push(`touched issue ${number}`);
  const { title, state: to, state_reason: reason } = body;
  if (body.body !== undefined && !isBody(body.body)) return INVALID;
  if (to !== undefined && to !== 'open' && to !== 'closed') return INVALID;
  if (typeof title === 'string') issue.title = title;
  if (typeof body.body === 'string') issue.body = body.body;
  if (typeof to === 'string') {
    issue.state = to;
    issue.stateReason = typeof reason === 'string' ? reason : null;
  }
  return done(issueBody(issue));
}

function addLabel({ body: { name } }: Request, { labels }: State): Refusal {
  if (typeof name !== 'string' || name === '' || name.length > 50 || labels.includes(name)) return INVALID;
  labels.push(name);
  return done({ name }, 201);
}
