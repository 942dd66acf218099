import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { CANARIES, DEMO_AS_OF } from '../../demo/company.ts';
import type { Fault } from '../../demo/faults.ts';
import { FORMATS } from '../../src/model/formats.ts';
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
  NODE_DEBUG: 'undici,fetch,http,https,net,tls',
  DEBUG: '*',
};
const BODY = JSON.stringify({
  token: TOKEN,
  birthday: '1903-01-01',
  gender: 'canary-gender',
  note: '+00-555-CANARY',
});

const EVERY_FORMAT = FORMATS.join(',');

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

  test('leaks nothing, with every debug mode on, and only ever reads', async () => {
    const standIn = await start();
    const cwd = workspace({ 'policy.yml': policy });
    const fromAction = action({
      cwd,
      inputs: {
        policy: 'policy.yml',
        'scim-url': standIn.scimUrl,
        'scim-token': TOKEN,
        'as-of': DEMO_AS_OF,
        'personal-data': 'show',
        timeout: '1s',
      },
      env: DEBUG,
    });
    const args = ['--personal-data', 'show', '--timeout', '1s', '--format', 'json', '--report-dir', 'cli'];
    const fromCli = cli(['check', '--policy', 'policy.yml', ...args], {
      cwd,
      env: { ...against(standIn, TOKEN), ...DEBUG },
    });
    const { stdout, stderr, summary, outputs, report } = await fromAction;
    expect(report).toBeDefined();
    expect(stdout).toContain(`::add-mask::${TOKEN}\n`);
    expect(leaks(stdout, stderr, summary, JSON.stringify(outputs), JSON.stringify(report))).toEqual([]);
    const onCli = await fromCli;
    expect(onCli.report).toBeDefined();
    expect(leaks(onCli.stdout, onCli.stderr, JSON.stringify(onCli.report))).toEqual([]);
    for (const { method, query } of standIn.requests) {
      expect(method).toBe('GET');
      expect(leaks(JSON.stringify(query))).toEqual([]);
    }
  });
});

describe('a key in the path of an address', () => {
  test.each([TOKEN, 'KEY-CANARY-4711', encodeURIComponent('KEY CANARY/{4711}')])(
    'is in no file and nothing that is said: %s',
    async (key) => {
      const standIn = await leapsome({ token: TOKEN });
      const url = new URL(standIn.scimUrl);
      url.pathname = `/${key}${url.pathname}`;
      const cwd = workspace({ 'policy.yml': DRIFTING });
      const env = { LEAPSOME_SCIM_URL: url.href, LEAPSOME_SCIM_TOKEN: TOKEN };
      const args = ['--policy', 'policy.yml', '--format', 'json'];
      const checked = await cli(['check', ...args, '--formats', EVERY_FORMAT], { cwd, env });
      const doctored = await cli(['doctor', ...args], { cwd, env });
      const onAction = await action({
        cwd,
        inputs: { policy: 'policy.yml', 'scim-url': url.href, 'scim-token': TOKEN, 'report-dir': 'action' },
      });
      expect([checked.code, doctored.code, onAction.code]).toEqual([2, 2, 2]);
      const shown = key === TOKEN ? '/***' : '/***/scim/v1';
      expect(checked.report?.sources[0]?.endpoint).toBe(`${url.origin}${shown}`);
      const written = checked.files.map((name) => readFileSync(join(cwd, 'leapsome-access-report', name)));
      const said = [checked, doctored, onAction].flatMap(({ stdout, stderr }) => [stdout, stderr]);
      const everything = [...written, ...said, onAction.summary, JSON.stringify(onAction.report)];
      expect(leaks(...everything.map(String))).toEqual([]);
      expect(everything.map(String).join('\n')).not.toContain('4711');
    },
  );
});
