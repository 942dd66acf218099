import { describe, expect, it } from '@jest/globals';
import { credentialProblems, credentialsOf } from '../src/credentials.ts';
import { type Inputs, readInputs } from '../src/inputs.ts';
import type { SourceName } from '../src/model/facts.ts';

const ALL = {
  LEAPSOME_SCIM_TOKEN: 'canary-scim',
  LEAPSOME_API_SECRET: 'canary-secret',
  STACKONE_API_KEY: 'canary-key',
  STACKONE_ACCOUNT_ID: 'account-1',
};

function inputs(env: Readonly<Record<string, string>>): Inputs {
  return readInputs({
    given: () => undefined,
    env,
    workspace: '/workspace',
    commandLine: true,
    reportsAnywhere: true,
  });
}

function problems(
  env: Readonly<Record<string, string>>,
  required: readonly SourceName[] = [],
  withoutSecrets: 'fork' | 'dependabot' | undefined = undefined,
): string[] {
  return credentialProblems(inputs(env), required, { withoutSecrets }).map(
    ({ code, message }) => `${code}: ${message}`,
  );
}

describe('credentials', () => {
  it('open a source each', () => {
    expect(Object.keys(credentialsOf(inputs(ALL)))).toEqual(['scim', 'content', 'stackone']);
    expect(problems(ALL, ['scim', 'content', 'stackone'])).toEqual([]);
  });

  it.each(Object.keys(credentialsOf(inputs(ALL))))('of %s alone are enough', (name) => {
    const keys = { scim: 'LEAPSOME_SCIM', content: 'LEAPSOME_API', stackone: 'STACKONE' }[name]!;
    const env = Object.fromEntries(Object.entries(ALL).filter(([key]) => key.startsWith(keys)));
    expect(Object.keys(credentialsOf(inputs(env)))).toEqual([name]);
    expect(problems(env)).toEqual([]);
  });

  it.each([
    [undefined, 'there are no credentials, so'],
    ['fork', 'there are no credentials (forks get none), so'],
    ['dependabot', 'there are no credentials (runs of Dependabot get none'],
  ] as const)('that are all missing are said to be missing once (%s)', (withoutSecrets, says) => {
    const found = problems({}, ['scim', 'content'], withoutSecrets);
    expect(found).toEqual([expect.stringContaining(says)]);
    expect(found[0]).toContain('no-credentials');
  });

  it('that are half are named, and what the other half is', () => {
    const { STACKONE_API_KEY, STACKONE_ACCOUNT_ID, ...rest } = ALL;
    expect(problems({ ...rest, STACKONE_API_KEY })).toEqual([
      expect.stringContaining(
        '`stackone-api-key` is given without `stackone-account-id` (STACKONE_ACCOUNT_ID)',
      ),
    ]);
    expect(problems({ STACKONE_ACCOUNT_ID }, ['stackone'])).toEqual([
      expect.stringContaining('`stackone-account-id` is given without `stackone-api-key` (STACKONE_API_KEY)'),
    ]);
  });

  it('whose secret half a fork does not get are not called half', () => {
    const { STACKONE_ACCOUNT_ID } = ALL;
    expect(problems({ STACKONE_ACCOUNT_ID }, [], 'fork')).toEqual([
      expect.stringContaining('forks get none'),
    ]);
  });

  it.each(['fork', 'dependabot'] as const)(
    'that are half are named also to a run of a %s, when any secret has come',
    (withoutSecrets) => {
      const { STACKONE_ACCOUNT_ID, STACKONE_API_KEY, ...rest } = ALL;
      expect(problems({ ...rest, STACKONE_ACCOUNT_ID }, [], withoutSecrets)).toEqual([
        expect.stringContaining('`stackone-account-id` is given without `stackone-api-key`'),
      ]);
      expect(problems({ STACKONE_API_KEY }, [], withoutSecrets)).toEqual([
        expect.stringContaining('`stackone-api-key` is given without `stackone-account-id`'),
      ]);
    },
  );

  it('that are missing beside others are not said to be those that a fork does not get', () => {
    const { LEAPSOME_SCIM_TOKEN } = ALL;
    const [ofFork] = problems({ LEAPSOME_SCIM_TOKEN }, ['content'], 'fork');
    expect(ofFork).not.toContain('forks');
    const [ofDependabot] = problems({ LEAPSOME_SCIM_TOKEN }, ['content'], 'dependabot');
    expect(ofDependabot).toContain('runs of Dependabot');
  });

  it('that are the same for two services are of the wrong kind, whichever it is', () => {
    const found = problems({ LEAPSOME_SCIM_TOKEN: 'canary-same', LEAPSOME_API_SECRET: 'canary-same' });
    expect(found).toEqual([expect.stringContaining('token-kind')]);
    expect(found[0]).not.toContain('canary');
  });

  it.each(['LEAPSOME_SCIM_TOKEN', 'LEAPSOME_API_SECRET', 'STACKONE_ACCOUNT_ID'] as const)(
    'of %s are never taken to StackOne as a key',
    (name) => {
      const env = { ...ALL, STACKONE_API_KEY: ALL[name] };
      expect(credentialsOf(inputs(env)).stackone).toBeUndefined();
      expect(problems(env)).toEqual([
        expect.stringContaining('token-kind: `stackone-api-key` holds the same value'),
      ]);
    },
  );

  it('that the policy requires are missed by name', () => {
    const { LEAPSOME_SCIM_TOKEN } = ALL;
    expect(problems({ LEAPSOME_SCIM_TOKEN }, ['scim', 'content', 'stackone'])).toEqual([
      expect.stringContaining("requires Leapsome's Content API to be read"),
      expect.stringContaining("requires StackOne's IAM API to be read"),
    ]);
  });
});
