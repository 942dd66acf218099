import { describe, expect, test } from '@jest/globals';
import { render, textOf } from '../reporters/markdown.ts';
import { threads } from './github-threads.ts';
import { CLEAN, commenting, DRIFT, scheduled, warningsOf } from './telling.ts';

const CANARY = 'cAnArY-0123456789';
const always = { comment: 'always' };

describe('a run whose inputs are wrong', () => {
  test('says so in the comment, which no longer says that all is in sync', async () => {
    const github = await threads();
    await commenting(github, { policy: CLEAN, inputs: always });
    expect(textOf(render(github.comments[0]!.body))).toContain('In sync');
    const { code, outputs, stdout } = await commenting(github, {
      policy: CLEAN,
      inputs: always,
      leapsomeToken: 'abc def',
    });
    expect({ code, result: outputs.result }).toEqual({ code: 2, result: 'could-not-check' });
    expect(stdout).toContain('\nUpdated the comment on the pull request.\n');
    expect(github.comments).toHaveLength(1);
    const text = textOf(render(github.comments[0]!.body));
    expect(text).toContain('Could not check: input-invalid');
    expect(text).toContain('The input "scim-token" holds white space');
    expect(text).not.toContain('In sync');
    expect(github.violations).toEqual([]);
  });

  test('makes a comment with "on-drift", too, and the next run that can check rewrites it', async () => {
    const github = await threads();
    await commenting(github, { inputs: { timeout: 'soon' } });
    expect(textOf(render(github.comments[0]!.body))).toContain('Could not check: input-invalid');
    await commenting(github, { policy: CLEAN });
    expect(textOf(render(github.comments[0]!.body))).toContain('Before, this comment said: Could not check');
    expect(github.comments).toHaveLength(1);
  });

  test('notes it in the issue that is open, once', async () => {
    const github = await threads();
    await scheduled(github, { policy: DRIFT });
    for (const timeout of ['soon', 'soon'])
      expect((await scheduled(github, { policy: DRIFT, inputs: { timeout } })).code).toBe(2);
    expect(github.issues.map(({ state }) => state)).toEqual(['open']);
    expect(github.comments).toHaveLength(1);
    expect(textOf(render(github.comments[0]!.body))).toContain('Could not check: input-invalid');
    expect(github.violations).toEqual([]);
  });

  test.each([
    { timeout: CANARY },
    { 'fail-on': `${CANARY}"x"` },
    { 'as-of': `${CANARY}\n"` },
    { 'report-dir': `/${CANARY}` },
    { formats: CANARY },
    { command: CANARY },
    { 'scim-token': `${CANARY} x` },
    { 'scim-url': `https://x:${CANARY}@api.leapsome.com/` },
  ])('shows nothing of what was put into it, which could be a secret: %j', async (inputs) => {
    const github = await threads();
    const { code } = await commenting(github, { inputs });
    expect(code).toBe(2);
    const text = textOf(render(github.comments[0]!.body));
    expect(text).toContain(`The input "${Object.keys(inputs)[0]}"`);
    expect(text).not.toContain(CANARY);
  });

  test('says so also when it is found wrong only later', async () => {
    const github = await threads();
    await commenting(github, { inputs: { snapshot: 'true', 'encrypt-to': 'AGE-SECRET-KEY-1' } });
    expect(textOf(render(github.comments[0]!.body))).toContain('holds a private key');
  });

  test.each([
    ['of what the comment needs', { comment: 'allways' }],
    ['where no comment is asked for', { comment: 'never', timeout: 'soon' }],
    ['of a command that has no comment', { command: 'validate', timeout: 'soon' }],
  ])('tells GitHub nothing: %s', async (_, inputs) => {
    const github = await threads();
    expect((await commenting(github, { inputs })).code).toBe(2);
    expect(github.requests).toEqual([]);
  });

  test('is refused all the same where GitHub takes no comment', async () => {
    const github = await threads({
      instead: () => ({ status: 403, body: { message: 'Resource not accessible by integration' } }),
    });
    const told = await commenting(github, { inputs: { timeout: 'soon' } });
    expect({ code: told.code, result: told.outputs.result }).toEqual({ code: 2, result: 'could-not-check' });
    expect(warningsOf(told)).toEqual([expect.stringContaining('pull-requests: write')]);
  });
});
