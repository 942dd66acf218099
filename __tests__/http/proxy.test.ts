import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Dispatcher } from 'undici';
import EnvHttpProxyAgent from 'undici/lib/dispatcher/env-http-proxy-agent.js';
import { CheckError } from '../../src/errors.ts';
import { proxiesFor } from '../../src/http/proxy.ts';

const PROXY = 'http://user:canary-password@proxy.example:3128';

function hostFor(origin: string, env: Record<string, string>): string | undefined {
  return proxiesFor(origin, env)?.host;
}

describe('the proxy of an origin', () => {
  it.each<[string, string, Record<string, string>, string | undefined]>([
    ['nothing is set', 'https://api.example', {}, undefined],
    ['one is set', 'https://api.example', { HTTPS_PROXY: PROXY }, 'proxy.example:3128'],
    ['it is written small', 'https://api.example', { https_proxy: PROXY }, 'proxy.example:3128'],
    ['it has no scheme', 'https://api.example', { HTTPS_PROXY: 'proxy.example:3128' }, 'proxy.example:3128'],
    ['only HTTP_PROXY is set', 'https://api.example', { HTTP_PROXY: PROXY }, 'proxy.example:3128'],
    ['plain http would leave the machine', 'http://127.0.0.1:8080', { HTTP_PROXY: PROXY }, undefined],
    ['plain http stays here', 'http://127.0.0.1:1', { HTTP_PROXY: 'localhost:9' }, 'localhost:9'],
    [
      'the host is excepted',
      'https://api.example',
      { HTTPS_PROXY: PROXY, NO_PROXY: 'api.example' },
      undefined,
    ],
    [
      'another host is excepted',
      'https://api.example',
      { HTTPS_PROXY: PROXY, NO_PROXY: 'ample' },
      'proxy.example:3128',
    ],
  ])('when %s', (_, origin, env, host) => {
    expect(hostFor(origin, env)).toBe(host);
  });

  it('is refused without its text when it is no address', () => {
    const env = { HTTPS_PROXY: 'http://user:canary-password@:bad' };
    expect(() => hostFor('https://api.example', env)).toThrow(CheckError);
    expect(() => hostFor('https://api.example', env)).toThrow(/^[^@]*does not hold an address[^@]*$/);
  });
});

/** Whether undici itself takes the proxy: a tunnel is then what it connects by. */
function undiciProxies(origin: string, noProxy: string): boolean {
  let isProxied: boolean | undefined;
  const factory = (_origin: unknown, options: { connect?: unknown }): never => {
    isProxied = typeof options.connect === 'function';
    throw new Error('far enough');
  };
  const settings = { httpsProxy: 'http://proxy.invalid:1', httpProxy: '', noProxy, factory };
  const agent: Dispatcher = new EnvHttpProxyAgent(settings);
  expect(() => agent.dispatch({ origin, path: '/', method: 'GET' }, {})).toThrow('far enough');
  void agent.destroy();
  return isProxied!;
}

describe('NO_PROXY is read as undici reads it', () => {
  const HOSTS = [
    'api.example',
    'API.example',
    'deep.api.example',
    'api.example.',
    'example',
    '[::1]',
    '10.0.0.1',
  ];
  const PORTS = ['', ':443', ':8443'];
  const entry = fc
    .tuple(
      fc.constantFrom('', '.', '*.', '*', '**'),
      fc.constantFrom('api.example', 'Example', 'ample', 'api.example.', '::1', '[::1]', '10.0.0.1', '*', ''),
      fc.constantFrom('', ':443', ':8443', ':', ':0', ':x'),
    )
    .map((parts) => parts.join(''));
  const list = fc
    .tuple(fc.array(entry, { maxLength: 3 }), fc.constantFrom(',', ' ', ', ', ',,'))
    .map(([entries, separator]) => entries.join(separator));

  it('whatever it says', () => {
    fc.assert(
      fc.property(fc.constantFrom(...HOSTS), fc.constantFrom(...PORTS), list, (host, port, noProxy) => {
        const origin = new URL(`https://${host}${port}`).origin;
        const env = { HTTPS_PROXY: 'http://proxy.invalid:1', NO_PROXY: noProxy };
        expect({ origin, noProxy, proxied: hostFor(origin, env) !== undefined }).toEqual({
          origin,
          noProxy,
          proxied: undiciProxies(origin, noProxy),
        });
      }),
      { numRuns: 500 },
    );
  });
});
