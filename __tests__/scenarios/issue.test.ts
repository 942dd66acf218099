import { describe, expect, test } from '@jest/globals';
import { BRIGHTWATER, type Company } from '../../demo/company.ts';
import { scimRows } from '../../demo/scim-wire.ts';
import { visible } from '../../src/reporters/escape.ts';
import { render, tagsOf, textOf } from '../reporters/markdown.ts';
import { GITHUB_TOKEN } from './github-api.ts';
import { BOT, type Request, refused, type Threads, type ThreadsOptions, threads } from './github-threads.ts';
import { CLEAN, DRIFT, LABEL, numbered, scheduled, together, warningsOf } from './telling.ts';

const on = (day: string) => ({ inputs: { 'as-of': day } });
const unable = (day: string) => ({ leapsomeToken: 'wrong', ...on(day) });

function read(markdown: string | undefined): string {
  return textOf(render((markdown ?? '').split('\n').slice(1).join('\n')));
}

function notes({ comments }: Threads): string[] {
  return comments.map(({ body }) => textOf(render(body)).trim().split('\n')[0]!);
}

/** Another person who must be a member, which makes one more finding. */
const ONE_MORE = DRIFT.replace('[joana.teixeira@', '[nobody@brightwater.example, joana.teixeira@');

describe('one issue', () => {
  test('is opened, updated with ages, kept when nothing can be checked, closed, and opened again', async () => {
    const github = await threads();
    const first = await scheduled(github, on('2026-11-01'));
    expect(first.code).toBe(1);
    expect(first.stdout).toContain('\nOpened issue #1000.\n');
    expect(github.issues).toHaveLength(1);
    const [issue] = github.issues;
    expect(issue).toMatchObject({
      title: 'Leapsome access drift: 8 errors, 3 warnings',
      state: 'open',
      labels: [LABEL],
      login: BOT,
    });
    expect(github.labels).toEqual([LABEL]);
    expect(read(issue!.body)).toContain('Open since 2026-11-01 (new).');

    const second = await scheduled(github, { policy: ONE_MORE, ...on('2026-11-22') });
    expect(second.stdout).toContain('\nUpdated issue #1000.\n');
    expect(issue!.title).toBe('Leapsome access drift: 9 errors, 3 warnings');
    const text = read(issue!.body);
    expect(text).toContain('Open since 2026-11-01 (21 days).');
    expect(text.match(/2026-11-01 \(21 days\)/g)!.length).toBe(12);
    expect(text.match(/2026-11-22 \(new\)/g)).toHaveLength(1);
    expect(github.comments).toEqual([]);

    for (const day of ['2026-11-23', '2026-11-24'])
      expect((await scheduled(github, unable(day))).code).toBe(2);
    expect(notes(github)).toEqual([
      expect.stringContaining(
        'Could not check: token-invalid, on 2026-11-23. This is neither a pass nor drift',
      ),
    ]);
    expect(issue!.state).toBe('open');
    expect(read(issue!.body)).toContain('Open since 2026-11-01 (21 days).');

    await scheduled(github, { policy: ONE_MORE, ...on('2026-11-25') });
    expect(read(issue!.body).match(/2026-11-01 \(24 days\)/g)!.length).toBe(12);
    await scheduled(github, unable('2026-11-26'));
    expect(github.comments).toHaveLength(2);

    const clean = await scheduled(github, { policy: CLEAN, ...on('2026-11-27') });
    expect(clean.code).toBe(0);
    expect(clean.stdout).toContain('\nClosed issue #1000.\n');
    expect(issue).toMatchObject({ state: 'closed', stateReason: 'completed' });
    expect(notes(github).at(-1)).toContain('In sync (fail-on: error) since 2026-11-27.');

    // Neither says anything of a closed issue.
    await scheduled(github, { policy: CLEAN, ...on('2026-11-28') });
    await scheduled(github, unable('2026-11-29'));
    expect(github.comments).toHaveLength(3);

    const again = await scheduled(github, on('2026-11-30'));
    expect(again.stdout).toContain('\nOpened again issue #1000.\n');
    expect(github.issues).toHaveLength(1);
    expect(issue!.state).toBe('open');
    expect(notes(github).at(-1)).toContain('Drift again on 2026-11-30: 8 errors, 3 warnings.');
    expect(read(issue!.body)).toContain('Open since 2026-11-30 (new).');
    expect(github.violations).toEqual([]);
  }, 120_000);

  test.each([
    ['in sync', { policy: CLEAN }],
    ['unable to check', { leapsomeToken: 'wrong' }],
  ])('is not opened by a run that is %s', async (_, options) => {
    const github = await threads();
    await scheduled(github, options);
    expect(github.issues).toEqual([]);
    expect(github.labels).toEqual([]);
  });

  test('an earlier run does not write over a later one', async () => {
    const github = await threads();
    await scheduled(github, { env: { GITHUB_RUN_ID: '7001' } });
    const run = await scheduled(github, { policy: CLEAN, env: { GITHUB_RUN_ID: '7000' } });
    expect(run.stdout).toContain('Left as it is, since a later run has written it: issue #1000.');
    expect(github.issues[0]!.state).toBe('open');
  });

  test('is one, also when two runs open it at the same time', async () => {
    const isPost = ({ method, path }: Request) => method === 'POST' && path.endsWith('/issues');
    const github = await threads({ instead: together(2, isPost) });
    const ids = ['8000', '8001'];
    const runs = await Promise.all(ids.map((id) => scheduled(github, { env: { GITHUB_RUN_ID: id } })));
    expect(runs.flatMap(warningsOf)).toEqual([]);
    expect(github.issues.map(({ state }) => state)).toEqual(['open', 'closed']);
    expect(github.issues[1]).toMatchObject({ stateReason: 'not_planned' });
    expect(github.issues[1]!.body).toContain('#1000');
    expect(github.issues[0]!.body).toContain('"run":8001');
    await scheduled(github, { env: { GITHUB_RUN_ID: '8002' } });
    expect(github.issues[0]!.body).toContain('"run":8002');
    expect(github.issues).toHaveLength(2);
  });
});

describe('which issue it is', () => {
  test('the oldest of several stays, and the others are put away, but for those of somebody else', async () => {
    const source = await threads();
    await scheduled(source);
    const [one] = source.issues;
    const github = await threads({
      issues: [
        { ...one, number: 1 },
        { ...one, number: 2 },
        { ...one, number: 3, login: 'mallory' },
        { ...one, number: 4, state: 'closed' },
      ],
    });
    await scheduled(github, { leapsomeToken: 'wrong' });
    expect(github.issues.map(({ state }) => state)).toEqual(['open', 'open', 'open', 'closed']);
    const run = await scheduled(github, { policy: CLEAN });
    expect(run.stdout).toContain('Closed issue #1.');
    expect(github.issues.map(({ state, stateReason }) => [state, stateReason])).toEqual([
      ['closed', 'completed'],
      ['closed', 'not_planned'],
      ['open', null],
      ['closed', null],
    ]);
    expect(github.issues[1]!.body).toContain('#1');
    expect(github.issues[3]!.body).toBe(one!.body);
    expect(github.violations).toEqual([]);
  });

  test.each([
    ['by somebody else', { login: 'mallory' }],
    ['a pull request', { isPullRequest: true }],
    ['without the label', { labels: [] }],
  ])('one that is %s is left alone', async (_, change) => {
    const source = await threads();
    await scheduled(source);
    const theirs = { ...source.issues[0]!, number: 1, ...change };
    const github = await threads({ issues: [theirs] });
    await scheduled(github);
    await scheduled(github);
    expect(github.issues).toHaveLength(2);
    expect(github.issues[0]).toEqual(theirs);
    expect(github.violations).toEqual([]);
  });

  test('ours is found behind hundreds of others, of an Enterprise Server', async () => {
    const source = await threads();
    await scheduled(source);
    const others = Array.from({ length: 250 }, () => ({ login: 'octocat', labels: [LABEL], body: 'drift?' }));
    const github = await threads({
      prefix: '/api/v3',
      issues: [...others, { ...source.issues[0]!, number: 251 }],
    });
    const run = await scheduled(github);
    expect(run.stdout).toContain('Updated issue #251.');
    expect(github.issues).toHaveLength(251);
    expect(github.violations).toEqual([]);
  });
});

describe('whom it is for', () => {
  test('those whom GitHub takes, and a warning names the others', async () => {
    const github = await threads({ assignable: ['ada', 'grace'] });
    const run = await scheduled(github, {
      inputs: { 'issue-assignees': 'ada, @grace, nobody', 'issue-label': 'access review' },
    });
    expect(github.issues[0]).toMatchObject({ assignees: ['ada', 'grace'], labels: ['access review'] });
    expect(warningsOf(run)).toEqual([expect.stringMatching(/^The issue is not assigned to "nobody": /)]);
    github.issues[0]!.assignees = [];
    await scheduled(github, { inputs: { 'issue-assignees': 'ada', 'issue-label': 'access review' } });
    expect(github.issues[0]!.assignees).toEqual([]);
  });

  test('a label that is there already is taken', async () => {
    const github = await threads({ labels: [LABEL] });
    await scheduled(github);
    expect(github.issues).toHaveLength(1);
    expect(github.requests).not.toContain('POST /repos/acme/policy/labels');
  });
});

describe('where there is no issue to keep', () => {
  const branch = { repository: { full_name: 'acme/policy', default_branch: 'main' } };
  test.each([
    [
      'in a pull request',
      { event: numbered(), env: { GITHUB_EVENT_NAME: 'pull_request' } },
      /outside of pull requests/,
    ],
    [
      'in the merge queue',
      { event: {}, env: { GITHUB_EVENT_NAME: 'merge_group' } },
      /outside of pull requests/,
    ],
    [
      'on a branch',
      { event: branch, env: { GITHUB_EVENT_NAME: 'push', GITHUB_REF: 'refs/heads/x' } },
      /default branch/,
    ],
    ['under act', { env: { ACT: 'true' } }, /act writes nothing/],
    ['without a token', { inputs: { 'github-token': '' } }, /there is no "github-token"/],
  ])('%s there is a line, and no more', async (_, options, why) => {
    const github = await threads();
    const run = await scheduled(github, options);
    expect(run.code).toBe(1);
    expect(run.stdout.split('\n').filter((line) => line.startsWith('No issue: '))).toEqual([
      expect.stringMatching(why),
    ]);
    expect(github.requests.filter((request) => /issues|labels/.test(request))).toEqual([]);
  });
});

describe('what goes wrong', () => {
  test.each([
    ['a,b', 'a label with a comma cannot be searched for'],
    ['x'.repeat(51), 'a label has at most 50 characters'],
  ])('the label "%s", which cannot be had, is a warning, and nothing is asked', async (label, says) => {
    const github = await threads();
    const run = await scheduled(github, { inputs: { 'issue-label': label } });
    expect(run.code).toBe(1);
    expect(warningsOf(run)).toEqual([
      `No issue: ${says}, so choose another "issue-label". The verdict is not affected.`,
    ]);
    expect(github.requests).toEqual([]);
  });

  test.each([
    ['POST /repos/acme/policy/labels', 403, 'The job needs "permissions: issues: write".'],
    ['POST /repos/acme/policy/issues', 403, 'The job needs "permissions: issues: write".'],
    ['GET /repos/acme/policy/issues', 410, 'HTTP 410'],
    ['POST /repos/acme/policy/issues', 500, 'HTTP 500'],
  ])('%s answered with HTTP %d is a warning', async (asked, status, says) => {
    const github = await threads({
      instead: ({ method, path }) => (`${method} ${path}` === asked ? refused(status, 'CANARY') : undefined),
    });
    const run = await scheduled(github);
    expect(run.code).toBe(1);
    expect(run.outputs.result).toBe('drift');
    expect(warningsOf(run)).toEqual([
      expect.stringMatching(
        /^The issue about the drift could not be kept up to date: .* The verdict is not affected\.$/,
      ),
    ]);
    expect(warningsOf(run)[0]).toContain(says);
    expect(
      github.requests.filter((request) => request === 'POST /repos/acme/policy/issues').length,
    ).toBeLessThan(2);
    expect(run.everything).not.toContain('CANARY');
    expect(run.everything).not.toContain(GITHUB_TOKEN);
    expect(github.issues).toEqual([]);
  });

  test('a repository without issues gets no label for them', async () => {
    const github = await threads({ hasIssues: false });
    const run = await scheduled(github);
    expect(run.code).toBe(1);
    expect(warningsOf(run)).toEqual([
      'The issue about the drift could not be kept up to date: issues are switched off in this repository. Allow them in its settings. The verdict is not affected.',
    ]);
    expect(github.labels).toEqual([]);
    expect(github.requests.filter((request) => request.startsWith('POST /repos'))).toEqual([]);
    expect(github.violations).toEqual([]);
  });

  const isNote = ({ method, path }: Request) => method === 'POST' && path.endsWith('/comments');

  /** An open and a surplus issue of ours, in a repository where notes are answered so. */
  async function withNotes(options: ThreadsOptions) {
    const source = await threads();
    await scheduled(source);
    const [one] = source.issues;
    return threads({ ...options, issues: [1, 2].map((number) => ({ ...one, number })) });
  }

  const LOCKED = refused(403, 'Unable to create comment because issue is locked. CANARY');

  test('what was done is told, and the rest is done, although the conversation is locked', async () => {
    const github = await withNotes({ instead: (request) => (isNote(request) ? LOCKED : undefined) });
    const warning =
      'The note in issue #1 could not be written: the conversation is locked (HTTP 403). Unlock it to see the outcome there. The verdict is not affected.';
    const closed = await scheduled(github, { policy: CLEAN });
    expect(closed.stdout).toContain('\nClosed issue #1.\n');
    expect(warningsOf(closed)).toEqual([warning]);
    expect(closed.code).toBe(0);
    expect(github.issues.map(({ state, stateReason }) => [state, stateReason])).toEqual([
      ['closed', 'completed'],
      ['closed', 'not_planned'],
    ]);
    const again = await scheduled(github);
    expect(again.stdout).toContain('\nOpened again issue #1.\n');
    expect(warningsOf(again)).toEqual([warning]);
    expect(github.comments).toEqual([]);
  });

  test('a note that cannot be written when nothing could be checked is tried again by the next run', async () => {
    let isLocked = true;
    const github = await withNotes({
      instead: (request) => (isLocked && isNote(request) ? LOCKED : undefined),
    });
    expect(warningsOf(await scheduled(github, { leapsomeToken: 'wrong' }))).toEqual([
      expect.stringContaining('conversation is locked'),
    ]);
    isLocked = false;
    const run = await scheduled(github, { leapsomeToken: 'wrong' });
    expect(run.stdout).toContain('Said that nothing could be checked in issue #1.');
    expect(github.comments).toHaveLength(1);
  });

  test('a note that was made although GitHub says that it failed is not made twice', async () => {
    const github = await withNotes({
      afterwards: (request) => (isNote(request) ? refused(502, 'CANARY') : undefined),
    });
    const run = await scheduled(github, { policy: CLEAN });
    expect(run.stdout).toContain('\nClosed issue #1.\n');
    expect(warningsOf(run)).toEqual([
      "The note in issue #1 could not be written: GitHub's API answered with HTTP 502. The verdict is not affected.",
    ]);
    expect(github.comments).toHaveLength(1);
  });
});

test('5,000 findings fit, and the heaviest keep their age', async () => {
  const names = Array.from(
    { length: 5000 },
    (_, index) => `          - nobody${index}@brightwater.example\n`,
  );
  const policy = `version: 1\ngroups:\n  - name: Works Council\n    members:\n      at-least:\n${names.join('')}`;
  const github = await threads();
  await scheduled(github, { policy, ...on('2026-11-01') });
  await scheduled(github, { policy, ...on('2026-11-03') });
  const { body } = github.issues[0]!;
  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(65_536);
  expect(body).toMatch(/[\d,]+ more findings, see report\.json\n$/);
  const shown = body.match(/^\| 🔴.*$/gm)!;
  expect(shown.length).toBeGreaterThan(30);
  expect(shown.filter((row) => !row.includes('(2 days)'))).toEqual([]);
  // What a run adds to the marker alone still fits.
  await scheduled(github, { policy, leapsomeToken: 'wrong', ...on('2026-11-04') });
  expect(github.comments).toHaveLength(1);
  expect(Buffer.byteLength(github.issues[0]!.body)).toBeLessThanOrEqual(65_536);
});

const NASTY = [
  'a|b',
  '`a``b```c',
  '</table></details>',
  '<img src=x onerror=alert(1)>',
  '[ok](https://evil.example)',
  'https://evil.example/auto',
  '<!-- hidden',
  '--> shown',
  '@org/team',
  'someone@evil.example',
  '#123',
];

test('hostile names are literal in the issue and in what is said in it', async () => {
  const [template] = BRIGHTWATER.people;
  const groups = NASTY.map((name, i) => ({ id: `group-${i}`, name }));
  const people = NASTY.map((userName, i) => ({
    ...template!,
    id: `person-${i}`,
    userName,
    managerId: null,
    groupIds: groups.map(({ id }) => id),
  }));
  const company: Company = { ...BRIGHTWATER, people, groups };
  const github = await threads();
  await scheduled(github, {
    policy:
      'version: 1\naccounts: { at-most: [] }\ngroups: [{ name: "*", members: { never: [everyone] } }]\n',
    leapsome: { population: scimRows(company) },
  });
  const { body, title } = github.issues[0]!;
  expect(title).toMatch(/^Leapsome access drift: [\d a-z,]+$/);
  const [first, ...rest] = body.split('\n');
  expect(first).toMatch(/^<!-- leapsome-access-policy:issue:[0-9a-f]{16} \{[^<>]*\} -->$/);
  const html = render(rest.join('\n'));
  expect(html).not.toMatch(/(?:href|src)="(?!https:\/\/github\.com\/acme\/policy\/)/);
  expect(tagsOf(html).filter((name) => ['img', '!--', 'h1', 'ul'].includes(name))).toEqual([]);
  const outside = textOf(html.replace(/<(code|pre)[^>]*>[\s\S]*?<\/\1>/g, ''));
  expect(outside).not.toMatch(/@|#\d|evil/);
  for (const name of NASTY) expect(textOf(html)).toContain(visible(name));
});
