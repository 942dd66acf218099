import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { CANARIES, DEMO_AS_OF } from '../../demo/company.ts';
import type { Fault } from '../../demo/faults.ts';
import { action, against, cli, leapsome, workspace } from './harness.ts';

const DRIFTING = readFileSync(new URL('../../demo/policy.yml', import.meta.url), 'utf8');
const TOKEN = 'TOKEN-CANARY-c0ffee';
const SECRETS = [
  ...CANARIES,
  TOKEN,
  Buffer.from(TOKEN).toString('base64'),
  encodeURIComponent(`Bearer ${TOKEN}`),
];
const DEBUG = {
  ACTIONS_STEP_DEBUG: 'true',
  ACTIONS_RUNNER_DEBUG: 'true',
  RUNNER_DEBUG: '1',
  NODE_DEBUG: 'undici,fetch,http,https,net,tls,timer,stream,module',
  DEBUG: '*',
};
const BODY = JSON.stringify({
  token: TOKEN,
  birthday: '1903-01-01',
  gender: 'canary-gender',
  note: '+00-555-CANARY',
});

const SITUATIONS: readonly [string, { faults?: readonly Fault[]; policy?: string; token?: string }][] = [
  ['drift', {}],
  ['a wrong policy', { policy: 'version: 1\nx: 1\n' }],
  ['a refused token', { token: 'another' }],
  ['an error that quotes everything', { faults: [{ kind: 'answer', status: 401, body: BODY }] }],
  ['a body that is no JSON', { faults: [{ kind: 'answer', status: 200, body: `${BODY}}${BODY}` }] }],
  ['a body of another shape', { faults: [{ kind: 'answer', status: 200, body: BODY }] }],
  [
    'a redirect with a secret',
    { faults: [{ kind: 'redirect', location: `https://evil.example/?t=${TOKEN}` }] },
  ],
  [
    'a header that quotes the token',
    {
      faults: [
        { kind: 'answer', status: 429, headers: { 'retry-after': TOKEN, 'x-echo': TOKEN }, body: BODY },
      ],
    },
  ],
];

/** Everything but the line by which the runner learns what to mask. */
function leaks(...texts: readonly string[]): string[] {
  const text = texts.join('\n').replaceAll(`::add-mask::${TOKEN}\n`, '');
  return SECRETS.filter((secret) => text.includes(secret));
}

describe.each(SITUATIONS)('%s', (_, { faults, policy = DRIFTING, token = TOKEN }) => {
  const start = () => leapsome({ token, ...(faults ? { faults } : {}) });

  test('leaks nothing from the action, with every debug mode on', async () => {
    const standIn = await start();
    const { stdout, stderr, summary, outputs, report } = await action({
      cwd: workspace({ 'policy.yml': policy }),
      inputs: {
        policy: 'policy.yml',
        'scim-url': standIn.scimUrl,
        'scim-token': TOKEN,
        'as-of': DEMO_AS_OF,
        'personal-data': 'show',
        timeout: '2s',
      },
      env: DEBUG,
    });
    expect(report).toBeDefined();
    expect(stdout).toContain(`::add-mask::${TOKEN}\n`);
    expect(leaks(stdout, stderr, summary, JSON.stringify(outputs), JSON.stringify(report))).toEqual([]);
  });

  test('leaks nothing from the command line', async () => {
    const standIn = await start();
    for (const format of ['pretty', 'json']) {
      const { stdout, stderr, report } = await cli(
        ['check', '--policy', 'policy.yml', '--personal-data', 'show', '--timeout', '2s', '--format', format],
        { cwd: workspace({ 'policy.yml': policy }), env: { ...against(standIn, TOKEN), ...DEBUG } },
      );
      expect(leaks(stdout, stderr, JSON.stringify(report))).toEqual([]);
    }
    for (const { method, query } of standIn.requests) {
      expect(method).toBe('GET');
      expect(leaks(JSON.stringify(query))).toEqual([]);
    }
  });
});
