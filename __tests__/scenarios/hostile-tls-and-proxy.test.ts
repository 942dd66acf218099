import { createServer as createHttpServer } from 'node:http';
import { connect, createServer as createRawServer, type Socket } from 'node:net';
import { expect } from '@jest/globals';
import { generate } from 'selfsigned';
import { DEMO_TOKEN, startStandIn } from '../../demo/stand-in.ts';
import { BODY_CANARY, type Custom, FINE, type Hostile, hostileTable, listening, raw } from './hostile.ts';

const YEAR = 365 * 24 * 3600 * 1000;
const ALT_NAMES = [
  { type: 7, ip: '127.0.0.1' },
  { type: 2, value: 'scim.tunnel.example' },
] as const;

async function certificate(names: readonly { type: 2 | 7; ip?: string; value?: string }[], end: Date) {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'hostile' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - 3 * YEAR),
    notAfterDate: end,
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [...names] },
    ],
  });
  return { key, cert };
}

const good = await certificate(ALT_NAMES, new Date(Date.now() + YEAR));
const expired = await certificate(ALT_NAMES, new Date(Date.now() - YEAR));
const foreign = await certificate([{ type: 2, value: 'other.example' }], new Date(Date.now() + YEAR));

/** Makes the program trust a certificate, the way people do it behind a company proxy. */
function trusting({ cert }: { cert: string }): Pick<Hostile, 'files' | 'env'> {
  return { files: { 'authority.pem': cert }, env: { NODE_EXTRA_CA_CERTS: 'authority.pem' } };
}

function untrusted(code: string) {
  return {
    is: 'tls-failed',
    says: new RegExp(`No trusted connection to .* at 127\\.0\\.0\\.1:\\d+: .*\\(${code}\\)`),
    hints: /NODE_EXTRA_CA_CERTS/,
  } as const;
}

hostileTable('certificates', [
  {
    name: 'that the environment vouches for',
    options: { tls: good },
    ...trusting(good),
    expect: FINE,
    asks: 4,
  },
  {
    name: 'that nobody vouches for',
    options: { tls: good },
    expect: untrusted('DEPTH_ZERO_SELF_SIGNED_CERT'),
    asks: 0,
  },
  {
    name: 'that expired',
    options: { tls: expired },
    ...trusting(expired),
    expect: untrusted('CERT_HAS_EXPIRED'),
    asks: 0,
  },
  {
    name: 'of another host',
    options: { tls: foreign },
    ...trusting(foreign),
    expect: untrusted('ERR_TLS_CERT_ALTNAME_INVALID'),
    asks: 0,
  },
  {
    name: 'where there is no TLS',
    server: async () => ({ ...(await overTls(await startStandIn())) }),
    expect: untrusted('ERR_SSL_[A-Z_]+|EPROTO'),
  },
  {
    name: 'and a hang-up in the handshake',
    server: async () => overTls(await raw((socket) => socket.destroy())),
    expect: { is: 'unreachable', says: /closed the connection|no connection/ },
  },
  {
    name: 'and silence in the handshake',
    server: async () => overTls(await raw(() => {})),
    args: ['--timeout', '2s'],
    expect: { is: 'timed-out', says: /2 seconds|time for the whole run/ },
  },
  {
    name: 'where plain text is spoken',
    server: async () => {
      const standIn = await startStandIn({ tls: good });
      return { scimUrl: standIn.scimUrl.replace('https:', 'http:'), close: standIn.close };
    },
    expect: { is: 'unreachable', says: /closed the connection/ },
  },
] satisfies Hostile[]);

async function overTls(server: Custom): Promise<Custom> {
  return { scimUrl: server.scimUrl.replace('http:', 'https:'), close: server.close };
}

const at = (scimUrl: string): Pick<Hostile, 'server'> => ({
  server: async () => ({ scimUrl, close: async () => {} }),
});

hostileTable('places that do not answer', [
  {
    name: 'an unknown host',
    ...at('https://leapsome.invalid/scim/v1/a-secret-path'),
    expect: {
      is: 'unreachable',
      says: /at leapsome\.invalid could not be reached: .*\((?:ENOTFOUND|EAI_AGAIN)\)/,
      hints: /HTTPS_PROXY/,
    },
    secrets: ['a-secret-token'],
  },
  {
    name: 'a closed port',
    ...at('http://127.0.0.1:9/scim/v1'),
    expect: {
      is: 'unreachable',
      says: /at 127\.0\.0\.1:9 could not be reached: the connection was refused \(ECONNREFUSED\)/,
    },
  },
  {
    name: 'a closed port, over TLS',
    ...at('https://127.0.0.1:9/scim/v1'),
    expect: { is: 'unreachable', says: /the connection was refused/ },
  },
] satisfies Hostile[]);

interface Proxy extends Custom {
  readonly port: number;
  /** First lines and headers of what came. */
  readonly seen: string[];
}

/** A proxy that only knows CONNECT: it answers as told, and after a 200 it is a tunnel to that port. */
async function tunnel(to: number, answer = 'HTTP/1.1 200 Connection Established\r\n\r\n'): Promise<Proxy> {
  const seen: string[] = [];
  const server = createHttpServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`);
    response.end(BODY_CANARY);
  });
  server.on('connect', (request, client) => {
    seen.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`);
    client.on('error', () => {});
    if (!answer.includes(' 200 ')) return client.end(answer);
    const target = connect(to, '127.0.0.1', () => {
      client.write(answer);
      target.pipe(client).pipe(target as Socket);
    });
    client.on('close', () => target.destroy());
    return target.on('error', () => client.destroy());
  });
  return { ...(await listening(server)), seen };
}

/** A stand-in behind a proxy; the environment of the program names the proxy. */
function behind(
  proxies: { proxy?: Proxy },
  name: string,
  answer: string | undefined,
  trusts: boolean,
): { readonly server: () => Promise<Custom>; readonly env: Record<string, string> } {
  const env: Record<string, string> = trusts ? { ...trusting(good).env } : {};
  const server = async () => {
    const standIn = await startStandIn({ tls: good });
    const proxy = await tunnel(standIn.port, answer);
    proxies.proxy = proxy;
    env[name] = `http://proxy-user:proxy-passw0rd@127.0.0.1:${proxy.port}`;
    return {
      scimUrl: standIn.scimUrl.replace('127.0.0.1', 'scim.tunnel.example'),
      close: async () => {
        await proxy.close();
        await standIn.close();
      },
    };
  };
  return { server, env };
}

const PASSWORD = ['proxy-passw0rd', Buffer.from('proxy-user:proxy-passw0rd').toString('base64')];

function proxied(
  name: string,
  variable: string,
  more: Partial<Hostile> & Pick<Hostile, 'expect'>,
  answer?: string,
  trusts = true,
): Hostile {
  const used: { proxy?: Proxy } = {};
  return {
    name,
    ...behind(used, variable, answer, trusts),
    files: { 'authority.pem': good.cert },
    secrets: PASSWORD,
    ...more,
    also: () => {
      const seen = used.proxy!.seen.join('\n');
      expect(seen).toMatch(/^CONNECT scim\.tunnel\.example:\d+ .*"proxy-authorization":"Basic /);
      expect(seen).not.toMatch(/GET |"authorization"/);
      expect(seen).not.toContain(DEMO_TOKEN);
    },
  };
}

const refusal = (status: number, why: string) =>
  ({
    is: 'unreachable',
    says: new RegExp(`The proxy at 127\\.0\\.0\\.1:\\d+ ${why} \\(HTTP ${status}\\) on the way to`),
    hints: /HTTPS_PROXY/,
  }) as const;
const status = (code: number) =>
  `HTTP/1.1 ${code} No\r\nContent-Length: 17\r\nProxy-Authenticate: Basic realm="${BODY_CANARY}"\r\n\r\n${BODY_CANARY}!`;
const viaProxy = (address: string) => ({
  ...at('https://scim.tunnel.example/scim/v1'),
  env: { HTTPS_PROXY: address },
  secrets: PASSWORD,
});

hostileTable('proxies', [
  proxied('that tunnel', 'HTTPS_PROXY', { expect: FINE }),
  proxied('that tunnel, in small letters', 'https_proxy', { expect: FINE }),
  proxied(
    'that want other credentials',
    'HTTPS_PROXY',
    { expect: refusal(407, 'asks for credentials') },
    status(407),
  ),
  proxied('that forbid the way', 'HTTPS_PROXY', { expect: refusal(403, 'refused to connect') }, status(403)),
  proxied(
    'that do not get through',
    'HTTPS_PROXY',
    { expect: refusal(502, 'refused to connect') },
    status(502),
  ),
  proxied(
    'that tunnel to somebody whom nobody vouches for',
    'HTTPS_PROXY',
    { expect: { is: 'tls-failed', says: /No trusted connection to .* at scim\.tunnel\.example:\d+/ } },
    undefined,
    false,
  ),
  {
    name: 'that NO_PROXY excepts',
    options: { tls: good },
    ...trusting(good),
    env: {
      ...trusting(good).env,
      HTTPS_PROXY: 'http://proxy-user:proxy-passw0rd@127.0.0.1:9',
      NO_PROXY: 'localhost,127.0.0.1',
    },
    expect: FINE,
    secrets: PASSWORD,
  },
  {
    name: 'that are not there',
    ...viaProxy('http://proxy-user:proxy-passw0rd@127.0.0.1:9'),
    expect: {
      is: 'unreachable',
      says: /could not be reached, through the proxy at 127\.0\.0\.1:9: the connection was refused/,
      hints: /NO_PROXY/,
    },
  },
  {
    name: 'that nobody knows',
    ...viaProxy('http://proxy-user:proxy-passw0rd@proxy.invalid:3128'),
    expect: { is: 'unreachable', says: /through the proxy at proxy\.invalid:3128/ },
  },
  {
    name: 'that are no address',
    ...viaProxy('http://proxy-user:proxy-passw0rd@[nowhere'),
    expect: {
      is: 'unreachable',
      says: /proxy variable of the environment does not hold an address/,
      hints: /HTTPS_PROXY/,
    },
  },
  {
    name: 'of a kind that there is not',
    ...viaProxy('gopher://proxy-user:proxy-passw0rd@127.0.0.1:9'),
    expect: { is: 'unreachable', says: /proxy/ },
  },
  proxySaying('that say nothing', () => {}, {
    args: ['--timeout', '2s'],
    expect: { is: 'timed-out', says: /2 seconds|whole run/ },
  }),
  proxySaying('that hang up', (socket) => socket.destroy(), {
    expect: { is: 'unreachable', says: /closed the connection|could not be reached/ },
  }),
  proxySaying(
    'that let through and then babble',
    (socket) => socket.write(`HTTP/1.1 200 OK\r\n\r\n${BODY_CANARY}`),
    { expect: { is: 'tls-failed', says: /No trusted connection/ } },
  ),
  proxySaying('that speak another language', (socket) => socket.end(`SSH-2.0-${BODY_CANARY}\r\n`), {
    expect: { is: 'bad-response', says: /cut short or damaged/, hints: /proxy in between/ },
  }),
] satisfies Hostile[]);

/** A proxy that does one thing whatever it is asked for. */
function proxySaying(
  name: string,
  say: (socket: Socket) => void,
  more: Partial<Hostile> & Pick<Hostile, 'expect'>,
): Hostile {
  const env: Record<string, string> = {};
  const server = async () => {
    const proxy = await listening(
      createRawServer((socket) => {
        socket.on('error', () => {}).once('data', () => say(socket));
      }),
    );
    env.HTTPS_PROXY = `http://proxy-user:proxy-passw0rd@127.0.0.1:${proxy.port}`;
    return { scimUrl: 'https://scim.tunnel.example/scim/v1', close: proxy.close };
  };
  return { name, server, env, secrets: PASSWORD, ...more };
}
