import { describe, expect, test } from '@jest/globals';
import { environmentOf } from '../../demo/serve.ts';
import type { Diagnosis } from '../../src/model/diagnosis.ts';
import { examine, only, problemsOf, sourceOf, statesOf } from './doctor.ts';
import { cli, leapsome, workspace } from './harness.ts';

describe('credentials of the wrong kind', () => {
  test('are recognised when they are swapped', async () => {
    const standIn = await leapsome();
    const run = await examine({
      ...only(standIn, 'scim', 'content'),
      LEAPSOME_SCIM_TOKEN: standIn.apiSecret,
      LEAPSOME_API_SECRET: standIn.token,
    });
    expect(statesOf(run)).toEqual({ scim: 'fails', content: 'fails', stackone: 'not-given' });
    expect(problemsOf(run)).toEqual(['scim: token-kind', 'content: token-kind']);
    const [scim, content] = run.diagnosis.problems;
    expect(scim!.message).toContain('holds an API secret');
    expect(scim!.hint).toContain('Hand this value to `api-secret`');
    expect(content!.message).toContain('holds a SCIM token');
    expect(content!.hint).toContain('Hand this value to `scim-token`');
  });

  test.each(['scim', 'content'] as const)('are recognised when only %s is wrong', async (name) => {
    const standIn = await leapsome();
    const wrong =
      name === 'scim' ? { LEAPSOME_SCIM_TOKEN: standIn.apiSecret } : { LEAPSOME_API_SECRET: standIn.token };
    const { scimUrl: LEAPSOME_SCIM_URL, apiUrl: LEAPSOME_API_URL } = standIn;
    const run = await examine({ LEAPSOME_SCIM_URL, LEAPSOME_API_URL, ...wrong });
    expect(problemsOf(run)).toEqual([`${name}: token-kind`]);
  });

  test.each(['token', 'apiSecret'] as const)(
    'are told apart when the %s stands in both places',
    async (which) => {
      const standIn = await leapsome();
      const value = standIn[which];
      const run = await examine({
        ...only(standIn, 'scim', 'content'),
        LEAPSOME_SCIM_TOKEN: value,
        LEAPSOME_API_SECRET: value,
      });
      const wrong = which === 'token' ? 'content' : 'scim';
      expect(problemsOf(run)).toEqual([`${wrong}: token-kind`]);
      expect(statesOf(run)).toMatchObject({ scim: 'works', content: 'works', [wrong]: 'fails' });
    },
  );

  test('go to one host only when they are the same and the hosts are two', async () => {
    const [one, other] = [await leapsome(), await leapsome()];
    const run = await examine({
      ...only(one, 'scim', 'content'),
      LEAPSOME_API_SECRET: one.token,
      LEAPSOME_API_URL: other.apiUrl.replace('127.0.0.1', 'localhost'),
    });
    expect(problemsOf(run)).toEqual(['token-kind']);
    expect(statesOf(run)).toMatchObject({ scim: 'fails', content: 'fails' });
    expect(run.diagnosis.problems[0]!.message).toContain('hold the same value');
    expect([...one.requests, ...other.requests]).toEqual([]);
  });
});

describe('one credential that does not work', () => {
  test.each([
    ['scim', { LEAPSOME_SCIM_TOKEN: 'wrong' }, 'token-invalid', /regenerated/],
    ['content', { LEAPSOME_API_SECRET: 'wrong' }, 'token-invalid', /Create API Secret/],
    ['stackone', { STACKONE_API_KEY: 'wrong' }, 'auth-rejected', /API keys/],
  ] as const)('leaves the others alone: %s', async (name, wrong, code, hint) => {
    const run = await examine({ ...environmentOf(await leapsome()), ...wrong });
    expect(run.diagnosis.result).toBe('could-not-check');
    expect(problemsOf(run)).toEqual([`${name}: ${code}`]);
    expect(run.diagnosis.problems[0]!.hint).toMatch(hint);
    expect(statesOf(run)).toEqual({ scim: 'works', content: 'works', stackone: 'works', [name]: 'fails' });
    expect(sourceOf(run, name)).toMatchObject({ reading: null });
  });

  test.each([
    ['STACKONE_ACCOUNT_ID', /Linked accounts/],
    ['STACKONE_API_KEY', /Store an API key/],
  ])('because its other half is not there: %s', async (missing, hint) => {
    const standIn = await leapsome();
    const run = await examine({ ...environmentOf(standIn), [missing]: '' });
    expect(problemsOf(run)).toEqual(['stackone: no-credentials']);
    expect(run.diagnosis.problems[0]!.hint).toMatch(hint);
    expect(statesOf(run)).toEqual({ scim: 'works', content: 'works', stackone: 'fails' });
    expect(standIn.requests.filter(({ service }) => service === 'stackone')).toEqual([]);
  });

  test('because nobody is there to answer', async () => {
    const closed = await leapsome();
    await closed.close();
    const standIn = await leapsome();
    const run = await examine({ ...only(standIn, 'scim', 'content'), LEAPSOME_API_URL: closed.apiUrl }, [
      '--timeout',
      '20s',
    ]);
    expect(problemsOf(run)).toEqual(['content: unreachable']);
    expect(statesOf(run)).toMatchObject({ scim: 'works', content: 'fails' });
  });

  test('because it sees nobody', async () => {
    const standIn = await leapsome({ population: { users: [], groups: [] } });
    const run = await examine(only(standIn, 'scim'));
    expect(problemsOf(run)).toEqual(['scim: empty-population']);
    const allowed = 'version: 1\npopulation: { min-users: 0 }\n';
    const fine = await examine(only(standIn, 'scim'), ['--policy', 'p.yml'], { 'p.yml': allowed });
    expect(fine.diagnosis.result).toBe('ready');
    expect(sourceOf(fine, 'scim').reading!.counts.users).toBe(0);
  });

  test('because the answers take too long', async () => {
    const standIn = await leapsome({ faults: [{ kind: 'never-answer' }] });
    const { code, stdout } = await cli(['doctor', '--timeout', '1s', '--format', 'json'], {
      cwd: workspace(),
      env: environmentOf(standIn),
    });
    const diagnosis: Diagnosis = JSON.parse(stdout);
    expect(code).toBe(2);
    // Whichever clock strikes first: that of the run, or that of the request that it ends.
    expect(new Set(diagnosis.problems.map((problem) => problem.code))).toEqual(new Set(['timed-out']));
    expect(statesOf({ diagnosis })).toEqual({ scim: 'fails', content: 'fails', stackone: 'fails' });
  });
});

describe('no credentials', () => {
  test('say what to give, and ask nobody', async () => {
    const standIn = await leapsome();
    const run = await examine({ LEAPSOME_SCIM_URL: standIn.scimUrl });
    expect(problemsOf(run)).toEqual(['no-credentials']);
    expect(statesOf(run)).toEqual({ scim: 'not-given', content: 'not-given', stackone: 'not-given' });
    for (const name of ['LEAPSOME_SCIM_TOKEN', 'LEAPSOME_API_SECRET', 'STACKONE_API_KEY'])
      expect(run.diagnosis.problems[0]!.hint).toContain(name);
    expect(standIn.requests).toEqual([]);
  });
});

test('a run that is ended says so, with exit code 2', async () => {
  const standIn = await leapsome({ faults: [{ kind: 'never-answer' }] });
  const { code, stdout } = await cli(['doctor', '--format', 'json'], {
    cwd: workspace(),
    env: environmentOf(standIn),
    onStart: async ({ kill }) => {
      while (standIn.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
      kill('SIGTERM');
    },
  });
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({
    result: 'could-not-check',
    problems: [{ code: 'cancelled', message: expect.stringContaining('SIGTERM') }],
  });
});

describe('the environment', () => {
  test('is told, with the proxy and without its password', async () => {
    const standIn = await leapsome();
    const run = await examine(
      {
        ...only(standIn, 'scim', 'content'),
        LEAPSOME_API_URL: 'https://api.leapsome.invalid/v1',
        HTTPS_PROXY: 'http://canary-user:canary-password@127.0.0.1:9',
        NODE_EXTRA_CA_CERTS: '',
      },
      ['--timeout', '20s'],
    );
    expect(run.diagnosis.environment).toMatchObject({
      node: process.versions.node,
      platform: process.platform,
      arch: process.arch,
      runner: null,
      extraCertificates: false,
    });
    expect(sourceOf(run, 'scim').proxy).toBeNull();
    expect(sourceOf(run, 'content').proxy).toBe('127.0.0.1:9');
    expect(problemsOf(run)).toEqual(['content: unreachable']);
    expect(run.text).toContain('Proxy: 127.0.0.1:9 on the way to api.leapsome.invalid');
    expect(run.text + run.stdout + run.stderr).not.toContain('canary');
  });

  test('may except a host from the proxy', async () => {
    const run = await examine({
      ...only(await leapsome(), 'scim'),
      HTTP_PROXY: 'http://127.0.0.1:9',
      NO_PROXY: '127.0.0.1',
    });
    expect(run.diagnosis.result).toBe('ready');
    expect(sourceOf(run, 'scim').proxy).toBeNull();
  });
});
