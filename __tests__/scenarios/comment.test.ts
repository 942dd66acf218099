import { describe, expect, test } from '@jest/globals';
import { BRIGHTWATER, type Company } from '../../demo/company.ts';
import { scimRows } from '../../demo/scim-wire.ts';
import { visible } from '../../src/reporters/escape.ts';
import { MARKDOWN_NAMES, render, tagsOf, textOf } from '../reporters/markdown.ts';
import { BOT, type Request, type Threads, type ThreadsOptions, threads } from './github-threads.ts';
import { CLEAN, commenting, NUMBER, together, warningsOf } from './telling.ts';

const WRITES = /^(?:POST|PATCH|DELETE) \/repos/;

function writes({ requests }: Threads): string[] {
  return requests.filter((request) => WRITES.test(request));
}

describe('one comment', () => {
  test('is made at the first drift, updated at the second, and says in the end that all is resolved', async () => {
    const github = await threads();
    const first = await commenting(github, { inputs: { 'as-of': '2026-11-20' } });
    expect(first.code).toBe(1);
    expect(first.stdout).toContain('\nCommented on the pull request.\n');
    const [made] = github.comments;
    expect(made).toMatchObject({ issue: NUMBER, login: BOT });
    expect(made!.body).toContain('## ❌ Drift: 8 errors, 3 warnings');
    const { id } = made!;

    const second = await commenting(github);
    expect(second.code).toBe(1);
    expect(second.stdout).toContain('\nUpdated the comment on the pull request.\n');
    expect(github.comments.map((comment) => comment.id)).toEqual([id]);
    expect(github.comments[0]!.body).toContain('## ❌ Drift: 8 errors, 3 warnings');

    const third = await commenting(github, { policy: CLEAN });
    expect(third.code).toBe(0);
    expect(github.comments.map((comment) => comment.id)).toEqual([id]);
    const html = render(github.comments[0]!.body);
    expect(textOf(html)).toContain(
      'Resolved on 2026-11-22. Before, this comment said: Drift: 8 errors, 3 warnings (since 2026-11-20).',
    );
    expect(textOf(html)).toContain('✅ In sync');

    await commenting(github, { policy: CLEAN, inputs: { 'as-of': '2026-11-25' } });
    expect(textOf(render(github.comments[0]!.body))).toContain('Resolved on 2026-11-22.');
    await commenting(github, { inputs: { 'as-of': '2026-11-26' } });
    expect(github.comments[0]!.body).not.toContain('Resolved');
    expect(github.comments[0]!.body.split('\n')[0]).toContain('"since":"2026-11-26"');
    expect(github.comments).toHaveLength(1);
    expect(github.violations).toEqual([]);
  });

  test('is not made when nobody asks for it, and nothing is read for it', async () => {
    const github = await threads();
    const { code } = await commenting(github, { inputs: { comment: 'never' } });
    expect(code).toBe(1);
    expect(github.requests.filter((request) => request.includes('/issues'))).toEqual([]);
  });

  test.each([
    ['on-drift', 0],
    ['always', 1],
  ])('with "%s" and nothing wrong there are %d', async (comment, comments) => {
    const github = await threads();
    const { code } = await commenting(github, { policy: CLEAN, inputs: { comment } });
    expect(code).toBe(0);
    expect(github.comments).toHaveLength(comments);
  });

  test('says why there is no answer', async () => {
    const github = await threads();
    const { code } = await commenting(github, { leapsomeToken: 'wrong' });
    expect(code).toBe(2);
    expect(textOf(render(github.comments[0]!.body))).toContain('Could not check: token-invalid');
  });

  test('links the run and the policy at the commit', async () => {
    const github = await threads();
    const sha = 'a'.repeat(40);
    await commenting(github, { env: { GITHUB_SHA: sha, GITHUB_RUN_ID: '900000' } });
    const { body } = github.comments[0]!;
    expect(body).toContain('[This run](https://github.com/acme/policy/actions/runs/900000)');
    expect(body).toContain(`](https://github.com/acme/policy/blob/${sha}/policy.yml#L`);
  });
});

/** A comment as we would write it, by somebody else. */
async function copied(login: string | null) {
  const source = await threads();
  await commenting(source);
  return { issue: NUMBER, login, body: source.comments[0]!.body };
}

describe('whose comment it is', () => {
  test.each(['mallory', 'github-actions', 'other-app[bot]', null])(
    'that of %s is left alone',
    async (login) => {
      const theirs = await copied(login);
      const github = await threads({ comments: [theirs] });
      await commenting(github);
      await commenting(github);
      expect(github.comments).toHaveLength(2);
      expect(github.comments[0]).toMatchObject(theirs);
      expect(github.comments[1]!.login).toBe(BOT);
      expect(github.violations).toEqual([]);
    },
  );

  test.each([
    ['a person', { login: 'octocat' }, ['GET /user']],
    ['another app', { login: 'access-app[bot]' }, ['GET /user', 'POST /graphql']],
    ['the job, where only REST answers', { graphql: false }, ['GET /user', 'POST /graphql']],
  ] as const satisfies [string, ThreadsOptions, string[]][])(
    'the token of %s finds its own',
    async (_, options: ThreadsOptions, questions) => {
      const theirs = await copied(options.login === undefined ? 'mallory' : BOT);
      const github = await threads({ ...options, comments: [theirs] });
      await commenting(github);
      github.requests.length = 0;
      await commenting(github);
      expect(github.comments).toHaveLength(2);
      expect(github.comments[0]).toMatchObject(theirs);
      expect(github.requests.filter((request) => /user|graphql/.test(request))).toEqual(questions);
      expect(github.violations).toEqual([]);
    },
  );

  test('one that only quotes our marker is none of ours', async () => {
    const { body } = await copied(BOT);
    const quoting = { issue: NUMBER, login: BOT, body: `> ${body.split('\n')[0]}\n\nwhat is this?` };
    const github = await threads({ comments: [quoting] });
    await commenting(github);
    expect(github.comments[0]).toMatchObject(quoting);
    expect(github.comments).toHaveLength(2);
  });

  test('two policies have a comment each', async () => {
    const github = await threads();
    await commenting(github);
    await commenting(github, { inputs: { policy: 'nowhere.yml' } });
    await commenting(github, { inputs: { policy: './policy.yml' } });
    expect(github.comments).toHaveLength(2);
  });

  test('a marker that somebody spoilt is written anew', async () => {
    const { body } = await copied(BOT);
    const spoilt = body.replace(/\{.*\}/, '{"turn":');
    const github = await threads({ comments: [{ issue: NUMBER, login: BOT, body: spoilt }] });
    await commenting(github);
    expect(github.comments).toHaveLength(1);
    expect(github.comments[0]!.body).toContain('"turn":{"run":');
  });
});

describe('many comments', () => {
  test.each(['', '/api/v3'])('are read to the last page, of an API at "%s"', async (prefix) => {
    const others = Array.from({ length: 230 }, (_, i) => ({
      issue: NUMBER,
      login: 'octocat',
      body: `LGTM ${i}`,
    }));
    const github = await threads({ prefix, comments: [...others, await copied(BOT)] });
    await commenting(github);
    expect(github.comments).toHaveLength(231);
    expect(writes(github)).toEqual(['PATCH /repos/acme/policy/issues/comments/231']);
    expect(github.requests).toContain(prefix === '' ? 'POST /graphql' : 'POST /api/graphql');
    expect(github.violations).toEqual([]);
  });
});

describe('runs at the same time', () => {
  const isList = ({ method, path }: Request) => method === 'GET' && path.endsWith('/comments');
  const isPost = ({ method, path }: Request) => method === 'POST' && path.endsWith('/comments');

  test.each([
    ['look at the same time', isList, 2],
    ['write at the same time', isPost, 2],
    ['look at the same time, three of them', isList, 3],
  ])('that %s leave one comment, of the latest run', async (_, isOne, count) => {
    const github = await threads({ instead: together(count, isOne) });
    const ids = Array.from({ length: count }, (_, index) => String(5000 + index));
    const runs = await Promise.all(ids.map((id) => commenting(github, { env: { GITHUB_RUN_ID: id } })));
    expect(runs.map(({ code }) => code)).toEqual(ids.map(() => 1));
    expect(runs.flatMap(warningsOf)).toEqual([]);
    expect(github.comments).toHaveLength(1);
    expect(github.comments[0]!.body).toContain(`"run":${ids.at(-1)}`);
    expect(github.violations).toEqual([]);
  });

  test('an earlier run does not write over a later one', async () => {
    const github = await threads();
    await commenting(github, { env: { GITHUB_RUN_ID: '6001' } });
    const { body } = github.comments[0]!;
    const { stdout } = await commenting(github, { policy: CLEAN, env: { GITHUB_RUN_ID: '6000' } });
    expect(stdout).toContain('Left the comment on the pull request as it is: a later run has written it.');
    expect(github.comments[0]!.body).toBe(body);
    await commenting(github, { policy: CLEAN, env: { GITHUB_RUN_ID: '6001', GITHUB_RUN_ATTEMPT: '2' } });
    expect(github.comments[0]!.body).toContain('In sync');
  });
});

test('a list that lags behind brings no second comment', async () => {
  const github = await threads({
    instead: ({ method, path }) =>
      method === 'GET' && path.endsWith('/comments') ? { status: 200, body: [] } : undefined,
  });
  const run = await commenting(github);
  expect(run.stdout).toContain('\nCommented on the pull request.\n');
  expect(warningsOf(run)).toEqual([]);
  expect(github.comments).toHaveLength(1);
});

describe('a comment is no larger than GitHub takes', () => {
  test('with 5,000 findings', async () => {
    const names = Array.from(
      { length: 5000 },
      (_, index) => `          - nobody${index}@brightwater.example\n`,
    );
    const policy = `version: 1\ngroups:\n  - name: Works Council\n    members:\n      at-least:\n${names.join('')}`;
    const github = await threads();
    const { report } = await commenting(github, { policy });
    expect(report!.counts.error).toBeGreaterThan(4999);
    const { body } = github.comments[0]!;
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(65_536);
    expect(Buffer.byteLength(body)).toBeGreaterThan(60_000);
    expect(body).toMatch(/\n[\d,]+ more findings, see report\.json\n$/);
    const shown = body.match(/^\| 🔴/gm)!.length;
    const [, more] = /([\d,]+) more findings/.exec(body)!;
    const { error, warning, notice } = report!.counts;
    expect(shown + Number(more!.replaceAll(',', ''))).toBe(error + warning + notice);
  });
});

const NASTY = [...MARKDOWN_NAMES, '<!-- leapsome-access-policy:comment:2fa628de9039f2fb {} -->'];

function company(names: readonly string[]): Company {
  const [template] = BRIGHTWATER.people;
  const groups = names.map((name, i) => ({ id: `group-${i}`, name }));
  const groupIds = groups.map(({ id }) => id);
  const people = names.map((name, i) => ({
    ...template!,
    id: `person-${i}`,
    userName: name,
    department: name,
    managerId: null,
    groupIds,
  }));
  return { ...BRIGHTWATER, people, groups };
}

test('hostile names are literal: nobody is pinged, nothing is linked, nothing is markup', async () => {
  const policy =
    'version: 1\naccounts: { at-most: [] }\ngroups: [{ name: "*", members: { never: [everyone] } }]\n';
  const github = await threads();
  const { report } = await commenting(github, { policy, leapsome: { population: scimRows(company(NASTY)) } });
  expect(report!.findings.length).toBeGreaterThan(NASTY.length);
  const { body } = github.comments[0]!;
  const [first, ...rest] = body.split('\n');
  expect(first).toMatch(/^<!-- leapsome-access-policy:comment:[0-9a-f]{16} \{[^<>]*\} -->$/);
  const html = render(rest.join('\n'));
  // The only links are ours: to the run.
  const links = Array.from(html.matchAll(/(?:href|src)="([^"]*)"/g), ([, to]) => to!);
  expect(links.filter((to) => !to.startsWith('https://github.com/acme/policy/'))).toEqual([]);
  const tags = new Set(tagsOf(html).map((name) => name.replace('/', '')));
  for (const name of ['img', 'script', '!--', 'input', 'ul', 'h1']) expect(tags).not.toContain(name);
  // What GitHub makes mentions and references of stands outside of code.
  const outside = textOf(html.replace(/<(code|pre)[^>]*>[\s\S]*?<\/\1>/g, ''));
  expect(outside).not.toMatch(/@|#\d|deadbeef|evil|GH-/);
  for (const name of NASTY) expect(textOf(html)).toContain(visible(name));
});

describe('where there is nothing to comment on', () => {
  test.each([
    ['under act', { env: { ACT: 'true' } }, 'act writes nothing to GitHub'],
    ['without a token', { inputs: { 'github-token': '' } }, 'there is no "github-token"'],
    [
      'outside of pull requests',
      { event: {}, env: { GITHUB_EVENT_NAME: 'schedule' } },
      'this run is not for one',
    ],
    [
      'in the merge queue',
      {
        event: { merge_group: { base_sha: 'b'.repeat(40), head_sha: 'c'.repeat(40) } },
        env: { GITHUB_EVENT_NAME: 'merge_group' },
      },
      'this run is not for one',
    ],
  ])('%s there is a line, and no more', async (_, options, why) => {
    const github = await threads();
    const run = await commenting(github, options);
    expect(run.code).toBe(1);
    expect(run.stdout.split('\n')).toContain(`No comment on a pull request: ${why}.`);
    expect(github.requests.filter((request) => request.includes('/issues'))).toEqual([]);
  });
});
