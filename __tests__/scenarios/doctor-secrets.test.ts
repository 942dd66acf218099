import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { CANARIES } from '../../demo/company.ts';
import type { Fault } from '../../demo/faults.ts';
import { environmentOf } from '../../demo/serve.ts';
import type { StandIn, StandInOptions } from '../../demo/stand-in.ts';
import { people, personalIn } from './doctor.ts';
import { action, cli, leapsome, workspace } from './harness.ts';

const SECRETS = {
  token: 'TOKEN-CANARY-c0ffee',
  apiSecret: 'SECRET-CANARY-c0ffee',
  stackoneKey: 'KEY-CANARY-c0ffee',
  stackoneAccountId: 'ACCOUNT-CANARY-c0ffee',
};
const DEBUG = {
  ACTIONS_STEP_DEBUG: 'true',
  RUNNER_DEBUG: '1',
  NODE_DEBUG: 'undici,fetch,http,https,net,tls',
  DEBUG: '*',
};
const POLICY = readFileSync(new URL('../../demo/policy.yml', import.meta.url), 'utf8');
const [jo] = people;
const BODY = JSON.stringify({ ...SECRETS, ...jo });

const SITUATIONS: readonly [string, { faults?: readonly Fault[]; options?: StandInOptions }][] = [
  ['all is well', {}],
  ['nothing is accepted', { options: { token: 'a', apiSecret: 'b', stackoneKey: 'c' } }],
  ['an error quotes everything', { faults: [{ kind: 'answer', status: 401, body: BODY }] }],
  ['a body is no JSON', { faults: [{ kind: 'answer', status: 200, body: `${BODY}}${BODY}` }] }],
  [
    'a redirect quotes a secret',
    { faults: [{ kind: 'redirect', location: `https://evil.example/?${BODY}` }] },
  ],
  [
    'two records claim one id',
    {
      faults: [
        {
          kind: 'repeat-row',
          row: 0,
          set: { id: 'another' },
          service: 'stackone',
          path: '/unified/iam/users',
        },
      ],
    },
  ],
];

/** Everything but the lines by which the runner learns what to mask. */
function leaks(standIn: StandIn, ...texts: readonly string[]): string[] {
  const text = texts.join('\n').replaceAll(/^::add-mask::.*$/gm, '');
  const basic = Buffer.from(`${SECRETS.stackoneKey}:`).toString('base64');
  const secrets = [...Object.values(SECRETS), basic, ...standIn.issuedJwts, ...CANARIES];
  return [...secrets.filter((secret) => text.includes(secret)), ...personalIn(text)];
}

function secretsIn(env: Readonly<Record<string, string>>): Record<string, string> {
  return {
    ...env,
    LEAPSOME_SCIM_TOKEN: SECRETS.token,
    LEAPSOME_API_SECRET: SECRETS.apiSecret,
    STACKONE_API_KEY: SECRETS.stackoneKey,
    STACKONE_ACCOUNT_ID: SECRETS.stackoneAccountId,
  };
}

describe.each(SITUATIONS)('when %s', (_, { faults = [], options = {} }) => {
  test('doctor tells no secret and nothing of anybody, with every debug mode on, and only reads', async () => {
    const standIn = await leapsome({ ...SECRETS, ...options, faults });
    const env = { ...secretsIn(environmentOf(standIn)), ...DEBUG };
    const cwd = workspace({ 'policy.yml': POLICY });
    const args = ['doctor', '--policy', 'policy.yml', '--timeout', '5s'];
    const runs = await Promise.all([
      cli(args, { cwd, env }),
      cli([...args, '--format', 'json'], { cwd, env }),
      action({ cwd, env, inputs: { command: 'doctor', policy: 'policy.yml', timeout: '5s' } }),
    ]);
    for (const run of runs) {
      expect(leaks(standIn, run.stdout, run.stderr, 'summary' in run ? run.summary : '')).toEqual([]);
      expect(run.files).toEqual([]);
    }
    for (const { method } of standIn.requests) expect(method).toBe('GET');
  });
});
