import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { generate } from 'selfsigned';
import { GITHUB_TOKEN } from './github-api.ts';
import { type Refusal, type Request, refused, threads } from './github-threads.ts';
import { cleanUp, workspace } from './harness.ts';
import { commenting, numbered, type Told, warningsOf } from './telling.ts';

/** Without paths and hashes of files, which are of their run alone. */
function steady(outputs: Told['outputs']): Told['outputs'] {
  return Object.fromEntries(Object.entries(outputs).filter(([name]) => !/^(?:report|manifest)-/.test(name)));
}

describe('what goes wrong at GitHub', () => {
  const PERMISSION = 'The job needs "permissions: pull-requests: write"';
  const MAY_NOT = refused(403, 'Resource not accessible by integration CANARY');
  const isIssue = ({ path }: Request) => path.includes('/issues');

  /** GitHub answers so to whatever is about issues and comments. */
  function always(answer: Refusal, only: (request: Request) => boolean = isIssue) {
    return { instead: (request: Request) => (only(request) ? answer : undefined) };
  }

  test.each<[string, Refusal, RegExp]>([
    [
      'a token that GitHub does not know',
      refused(401, 'Bad credentials CANARY'),
      /refused the token \(HTTP 401\)\. It has expired or is wrong: look at "github-token"\. The verdict/,
    ],
    [
      'a token that may not read',
      MAY_NOT,
      /may not do that \(HTTP 403\)\. The job needs "permissions: pull-requests: write"\. The verdict/,
    ],
    [
      'a refusal in other words',
      refused(403, 'CANARY'),
      /may not do that \(HTTP 403\)\. The job needs "[^"]+"\. If it has that, a rule of the organisation or a proxy/,
    ],
    [
      'an organisation with single sign-on',
      refused(403, 'CANARY', { 'x-github-sso': 'required; url=https://github.com/CANARY' }),
      /asks for single sign-on[^.]*\(HTTP 403\)\. Whoever made the token/,
    ],
    [
      'single sign-on, told in words alone',
      refused(403, 'Resource protected by organization SAML enforcement. CANARY'),
      /asks for single sign-on/,
    ],
    [
      'an organisation that keeps addresses out',
      refused(403, 'Although you appear to be fine, the `CANARY` organization has an IP allow list enabled'),
      /IP allow list keeps this runner out \(HTTP 403\)\. Have its owners add/,
    ],
    [
      'an archived repository',
      refused(403, 'Repository was archived so is read-only. CANARY'),
      /the repository is archived \(HTTP 403\)\. Nothing can be written/,
    ],
    [
      'a token that may not see',
      refused(404, 'Not Found CANARY'),
      /may not see it \(HTTP 404\)\. The job needs/,
    ],
    [
      'a locked conversation',
      refused(403, 'Unable to create comment because issue is locked. CANARY'),
      /conversation is locked/,
    ],
    [
      'issues that are switched off',
      refused(410, 'Issues are disabled CANARY'),
      /switched off.*\(HTTP 410\)/,
    ],
    ['a text that GitHub does not take', refused(422, 'Validation Failed CANARY'), /answered with HTTP 422/],
    [
      'a limit that lasts',
      refused(403, 'You have exceeded a secondary rate limit CANARY', { 'retry-after': '3600' }),
      /limits the requests/,
    ],
    [
      'a limit until later',
      refused(403, 'API rate limit exceeded CANARY', {
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 3600),
      }),
      /limits the requests/,
    ],
    ['a limit without a time', refused(429, 'Too Many Requests CANARY'), /limits the requests/],
    ['failures without end', refused(500, 'CANARY'), /answered with HTTP 500/],
    ['an object for a list', { status: 200, body: { CANARY: true } }, /makes no sense/],
    ['a list of nothing', { status: 200, body: [null] }, /makes no sense/],
  ])('%s is a warning', async (_, answer, cause) => {
    const github = await threads(always(answer));
    const [plain, run] = await Promise.all([
      commenting(await threads(), { inputs: { comment: 'never' } }),
      commenting(github),
    ]);
    expect(warningsOf(run)).toHaveLength(1);
    expect(warningsOf(run)[0]).toMatch(cause);
    expect(warningsOf(run)[0]).toMatch(
      /^The comment on the pull request could not be written: .*The verdict is not affected\.$/,
    );
    expect(run.code).toBe(1);
    expect(steady(run.outputs)).toEqual(steady(plain.outputs));
    expect(run.files).toEqual(plain.files);
    expect(run.report?.findings).toEqual(plain.report?.findings);
    expect(run.everything).not.toContain('CANARY');
    expect(run.everything).not.toContain(GITHUB_TOKEN);
    expect(run.stderr).toBe('');
    expect(github.comments).toEqual([]);
  });

  test('an answer without an end is not read to the memory', async () => {
    let sent = 0;
    const github = await threads({
      instead: (request) =>
        isIssue(request)
          ? { status: 200, body: Readable.from(endless((bytes) => (sent += bytes))) }
          : undefined,
    });
    const run = await commenting(github);
    expect(warningsOf(run)).toEqual([
      "The comment on the pull request could not be written: an answer of GitHub's API is far larger than any that was asked for. Look for a proxy in between that alters answers. The verdict is not affected.",
    ]);
    expect(run.code).toBe(1);
    // 64 MiB, and what is on its way; once, too.
    expect(sent).toBeGreaterThan(64 * 1024 ** 2);
    expect(sent).toBeLessThan(96 * 1024 ** 2);
    expect(github.requests.filter((request) => request.includes('/issues'))).toHaveLength(1);
  });

  function* endless(count: (bytes: number) => void): Generator<Buffer> {
    const chunk = Buffer.from(`${JSON.stringify({ id: 1, body: 'x'.repeat(1024 ** 2) })},`);
    yield Buffer.from('[');
    for (;;) {
      count(chunk.length);
      yield chunk;
    }
  }

  const ours = ({ method, path }: Request) => method === 'PATCH' && path.includes('/comments/');

  test('a comment that is listed, but not found when it is to be written, names the permission', async () => {
    const github = await threads(always(refused(404, 'Not Found CANARY'), ours));
    await commenting(github);
    const run = await commenting(github);
    expect(warningsOf(run)).toEqual([
      `The comment on the pull request could not be written: GitHub lists it, but does not find it when it is to be written (HTTP 404). ${PERMISSION}. The verdict is not affected.`,
    ]);
    expect(github.comments).toHaveLength(1);
  });

  test('a limit on the question who we are makes no second comment', async () => {
    let isLimited = false;
    const limit = refused(403, 'You have exceeded a secondary rate limit', { 'retry-after': '3600' });
    const github = await threads({
      login: 'octocat',
      instead: ({ path }) => (isLimited && path === '/user' ? limit : undefined),
    });
    await commenting(github);
    isLimited = true;
    expect(warningsOf(await commenting(github))).toEqual([expect.stringContaining('limits the requests')]);
    expect(github.comments).toHaveLength(1);
  });

  test('the token does not follow a list to another host', async () => {
    const elsewhere = await threads();
    const github = await threads({
      instead: ({ method, path }) =>
        method === 'GET' && path.endsWith('/comments')
          ? { status: 200, body: [], headers: { link: `<${elsewhere.url}/next>; rel="next"` } }
          : undefined,
    });
    expect(warningsOf(await commenting(github))).toEqual([expect.stringContaining('makes no sense')]);
    expect(elsewhere.requests).toEqual([]);
    expect(github.comments).toEqual([]);
  });

  test('a token that can only read is told what it needs', async () => {
    const github = await threads(always(MAY_NOT, ({ method }) => method === 'POST'));
    const run = await commenting(github);
    expect(warningsOf(run)).toEqual([
      `The comment on the pull request could not be written: the token may not do that (HTTP 403). ${PERMISSION}. The verdict is not affected.`,
    ]);
    const fork = await commenting(github, { event: numbered({ fork: true }), leapsomeToken: '' });
    expect(warningsOf(fork).at(-1)).toContain(
      `${PERMISSION}, which GitHub does not give to a pull request of a fork. The verdict`,
    );
  });

  test.each([
    ['Dependabot', numbered(), { GITHUB_ACTOR: 'dependabot[bot]' }],
    [
      'a fork with pull_request_target',
      numbered({ fork: true }),
      { GITHUB_EVENT_NAME: 'pull_request_target' },
    ],
  ])('%s is told what it needs, and no more, since that helps', async (_, event, env) => {
    const github = await threads(always(MAY_NOT, ({ method }) => method === 'POST'));
    const run = await commenting(github, { event, env, leapsomeToken: '' });
    expect(warningsOf(run).at(-1)).toBe(
      `The comment on the pull request could not be written: the token may not do that (HTTP 403). ${PERMISSION}. The verdict is not affected.`,
    );
  });

  test.each([
    ['429', refused(429, 'Too Many Requests', { 'retry-after': '1' })],
    ['a secondary limit', refused(403, 'You have exceeded a secondary rate limit.', { 'retry-after': '1' })],
    ['a failure of the service', refused(503, 'Service Unavailable', { 'retry-after': '3' })],
  ])('%s with Retry-After is obeyed', async (_, answer) => {
    let left = 1;
    const github = await threads({
      instead: (request) => (isIssue(request) && left-- > 0 ? answer : undefined),
    });
    const run = await commenting(github);
    expect(warningsOf(run)).toEqual([]);
    expect(github.comments).toHaveLength(1);
    const first = github.requests.indexOf('GET /repos/acme/policy/issues/7/comments');
    expect(github.requests[first + 1]).toBe(github.requests[first]);
    const asked = Number(answer.headers?.['retry-after']) * 1000;
    expect(github.times[first + 1]! - github.times[first]!).toBeGreaterThanOrEqual(asked - 10);
  });

  test('a failure of the service that lasts longer than there is time for is not tried again', async () => {
    const github = await threads(always(refused(503, 'CANARY', { 'retry-after': '3600' })));
    expect(warningsOf(await commenting(github))).toEqual([expect.stringContaining('answered with HTTP 503')]);
    expect(github.requests.filter((request) => request.includes('/issues'))).toHaveLength(1);
  });

  test('a comment that was made although GitHub says that it failed is the only one in the end', async () => {
    let left = 1;
    const github = await threads({
      afterwards: ({ method }) => (method === 'POST' && left-- > 0 ? refused(502, 'CANARY') : undefined),
    });
    expect(warningsOf(await commenting(github))).toEqual([]);
    expect(github.comments).toHaveLength(1);
    expect(github.violations).toEqual([]);
  });

  test('one failure is tried again', async () => {
    let left = 1;
    const github = await threads({
      instead: (request) => (isIssue(request) && left-- > 0 ? refused(503, '') : undefined),
    });
    expect(warningsOf(await commenting(github))).toEqual([]);
    expect(github.comments).toHaveLength(1);
  });

  test('silence ends with the time of the run', async () => {
    const github = await threads({
      instead: (request) => (isIssue(request) ? new Promise(() => {}) : undefined),
    });
    const run = await commenting(github, { inputs: { timeout: '5s' } });
    expect(warningsOf(run)).toEqual([
      "The comment on the pull request could not be written: GitHub's API took too long. The verdict is not affected.",
    ]);
    expect(run.code).toBe(1);
    expect(run.stderr).toBe('');
  });

  test('nobody there is a warning', async () => {
    const github = await threads();
    const run = await commenting(github, { env: { GITHUB_API_URL: 'http://127.0.0.1:1' } });
    expect(warningsOf(run)).toEqual([
      "The comment on the pull request could not be written: GitHub's API could not be reached. The verdict is not affected.",
    ]);
    expect(run.code).toBe(1);
  });
});

test('a run that is cancelled meanwhile keeps its verdict', async () => {
  let kill = (): void => {};
  const github = await threads({
    instead(request) {
      if (!request.path.includes('/issues')) return undefined;
      kill();
      return new Promise(() => {});
    },
  });
  const run = await commenting(github, {
    onStart(process) {
      kill = () => process.kill('SIGTERM');
    },
  });
  expect(run.stdout).toContain(
    'The comment on the pull request could not be written: the run was cancelled.\n',
  );
  expect(run.code).toBe(1);
});

test('the way to GitHub leads through the proxy of the environment', async () => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'stand-in' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: 'github.acme.example' }] },
    ],
  });
  const github = await threads({ prefix: '/api/v3', tls: { key, cert } });
  const { asked, port } = await tunnel(Number(new URL(github.url).port));
  const run = await commenting(github, {
    env: {
      GITHUB_API_URL: 'https://github.acme.example/api/v3',
      HTTPS_PROXY: `http://127.0.0.1:${port}`,
      NODE_EXTRA_CA_CERTS: join(workspace({ 'authority.pem': cert }), 'authority.pem'),
    },
  });
  expect(warningsOf(run)).toEqual([]);
  expect(github.comments).toHaveLength(1);
  expect(new Set(asked)).toEqual(new Set(['github.acme.example:443']));
  expect(github.violations).toEqual([]);
});

/** A proxy that knows CONNECT alone, and leads to one port whatever it is asked for. */
async function tunnel(to: number) {
  const asked: string[] = [];
  const proxy = createServer().on('connect', (request, client, head) => {
    asked.push(request.url ?? '');
    const target = connect(to, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      target.write(head);
      target.pipe(client).pipe(target);
    });
    client.on('error', () => target.destroy()).on('close', () => target.destroy());
    target.on('error', () => client.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  cleanUp(() => void proxy.close());
  return { asked, port: (proxy.address() as AddressInfo).port };
}
