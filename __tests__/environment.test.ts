import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { environmentOf, NODE_NEEDED } from '../src/environment.ts';

const MACHINE = { versions: { node: '24.21.0' }, platform: 'linux', arch: 'x64' };

function runnerOf(env: Readonly<Record<string, string>>) {
  return environmentOf({ ...MACHINE, env }).runner;
}

describe('the environment', () => {
  test('needs the Node that package.json and the entry ask for', () => {
    const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    expect(engines.node).toBe(`>=${NODE_NEEDED}`);
    const entry = readFileSync(new URL('../src/index.ts', import.meta.url), 'utf8');
    expect(entry).toContain(`MINIMUM = [${NODE_NEEDED.replace('.', ', ')}]`);
  });

  test('holds the machine, and of variables no more than whether they are set', () => {
    const env = { NODE_EXTRA_CA_CERTS: '/canary/ca.pem', HTTPS_PROXY: 'http://canary@proxy.example' };
    const environment = environmentOf({ ...MACHINE, env });
    expect(environment).toEqual({
      node: '24.21.0',
      nodeNeeded: NODE_NEEDED,
      platform: 'linux',
      arch: 'x64',
      runner: null,
      extraCertificates: true,
    });
  });

  test('knows a runner from act and from a command line', () => {
    expect(runnerOf({ RUNNER_OS: 'Linux' })).toBeNull();
    expect(runnerOf({ GITHUB_ACTIONS: 'true' })).toEqual({ os: null, arch: null, kind: null, act: false });
    expect(
      runnerOf({
        GITHUB_ACTIONS: 'true',
        ACT: 'true',
        RUNNER_OS: 'Linux',
        RUNNER_ARCH: 'X64',
        RUNNER_NAME: 'canary',
      }),
    ).toEqual({ os: 'Linux', arch: 'X64', kind: null, act: true });
  });
});
