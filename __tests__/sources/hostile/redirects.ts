import { createServer, request as httpRequest } from 'node:http';
import { type AddressInfo, createServer as createRawServer } from 'node:net';
import { generate } from 'selfsigned';
import { json, serve, serveRaw, serveTls, serveTunnel } from '../../http/fake-service.ts';
import {
  BODY_CANARY,
  COMPLETE,
  type Expected,
  from,
  on,
  onPeople,
  type Row,
  type Server,
  type Setup,
} from './row.ts';
import type { Place } from './subjects.ts';

const away = (to: string): Expected => ({
  is: 'redirected',
  says: new RegExp(`redirects ${to}; credentials are not sent there`),
  hints: /base URL/,
});
const nowhere = away('to no usable address');
const elsewhere = 'https://evil.example/here';

const REDIRECTS: readonly Row[] = [
  {
    case: 24,
    name: 'to the same service',
    each: () => [301, 302, 303, 307, 308],
    when: (s, code) => ({
      faults: [onPeople(s, { kind: 'redirect', status: Number(code), location: `?${s.firstQuery}` }, 1)],
    }),
    must: COMPLETE,
    asks: { scim: { all: 5 }, content: { all: 5 }, stackone: { all: 4 } },
  },
  {
    case: 24,
    name: 'to the same service, with its whole address',
    when: (s) => ({
      faults: (standIn) => {
        const { pathname, origin } = new URL(s.baseUrl(standIn));
        const location = `${origin}${pathname.replace(/\/$/, '')}${s.people}?${s.firstQuery}`;
        return [onPeople(s, { kind: 'redirect', location }, 1)];
      },
    }),
    must: COMPLETE,
  },
  {
    case: 24,
    name: 'to the same service, three times',
    when: (s) => ({ faults: [onPeople(s, { kind: 'redirect', location: `?${s.firstQuery}` }, [1, 2, 3])] }),
    must: COMPLETE,
  },
  {
    case: 24,
    name: 'to the same service, for ever',
    when: (s) => ({ faults: [onPeople(s, { kind: 'redirect', location: `?${s.firstQuery}` })] }),
    must: { is: 'redirected', says: /redirects again and again/ },
    asks: { people: 4 },
  },
  {
    case: 24,
    name: 'to the log-in of the same service',
    when: (s) => ({
      faults: [onPeople(s, { kind: 'redirect', location: '/login' }), on('/login', { kind: 'login-page' })],
    }),
    must: { is: 'bad-response', says: /a web page where data was due/ },
  },
  {
    case: 24,
    name: 'to another host, for everything',
    each: () => [elsewhere, '//evil.example/here', 'http://evil.example/here'],
    when: (_, location) => ({ faults: [{ kind: 'redirect', location: String(location) }] }),
    must: away('to evil\\.example'),
    asks: { scim: { all: [1, 2] }, content: { all: 1 }, stackone: { all: [1, 3] } },
  },
  {
    case: 24,
    name: 'to another host, for people',
    when: (s) => ({ faults: [onPeople(s, { kind: 'redirect', location: elsewhere })] }),
    must: away('to evil\\.example'),
    asks: { people: 1 },
  },
  {
    case: 24,
    name: 'to another host, on the second page',
    when: (s) => ({ pages: 25, faults: [onPeople(s, { kind: 'redirect', location: elsewhere }, from(2))] }),
    must: away('to evil\\.example'),
  },
  {
    case: 24,
    name: 'to another host, for the list beside the people',
    when: (s) => ({ faults: [on(s.other, { kind: 'redirect', location: elsewhere })] }),
    must: away('to evil\\.example'),
    asks: { other: 1 },
  },
  {
    case: 24,
    name: 'to another port, where somebody listens',
    when: async () => {
      const other = await serve((_request, response) => json(response, { token: 'stolen', data: [] }));
      return {
        faults: [{ kind: 'redirect', location: other.url.href }],
        close: other.close,
        also() {
          if (other.seen.length > 0) throw new Error('somebody else was asked');
        },
      };
    },
    must: away('to 127\\.0\\.0\\.1:\\d+'),
  },
  {
    case: 24,
    name: 'to another scheme',
    when: () => ({
      faults: ({ port }) => [{ kind: 'redirect', location: `https://127.0.0.1:${port}/here` }],
    }),
    must: away('to 127\\.0\\.0\\.1:\\d+ over another scheme'),
  },
  {
    case: 24,
    name: 'to an address with credentials in it',
    when: (s) => ({
      faults: (standIn) => {
        const [secret] = s.secrets(standIn) as [string];
        return [
          {
            kind: 'redirect',
            location: `https://user:${secret}@${secret}.example/${BODY_CANARY}?t=${secret}`,
          },
        ];
      },
    }),
    must: away('to \\*\\*\\*\\.example'),
  },
  {
    case: 24,
    name: 'to nowhere',
    each: () => [
      undefined,
      'javascript:alert(1)',
      'http://',
      'http://[',
      'mailto:a@evil.example',
      'data:,{}',
    ],
    when: (_, location) => ({
      faults: [
        {
          kind: 'answer',
          status: 302,
          headers: location === undefined ? {} : { location: String(location) },
        },
      ],
    }),
    must: nowhere,
  },
];

/** The three services at another origin. */
function at(origin: string): Partial<Place> {
  return { scimUrl: `${origin}/scim/v1`, apiUrl: `${origin}/v1`, stackoneUrl: origin };
}

/** A port of this machine where nobody listens any more. */
async function closedPort(): Promise<number> {
  const server = createRawServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

const CANARY_IN_URL = 'URL-CANARY-4711';

/** The same address with everything that does not belong into one. */
function overloaded(place: Place): Partial<Place> {
  const more = (url: string) =>
    `${url.replace('://', `://user:${CANARY_IN_URL}@`)}?x=${CANARY_IN_URL}#${CANARY_IN_URL}`;
  return {
    scimUrl: more(place.scimUrl),
    apiUrl: more(place.apiUrl),
    stackoneUrl: more(`${place.stackoneUrl}/`),
  };
}

let certificate: Promise<{ key: string; cert: string }> | undefined;

/** One that nobody vouches for, made once. */
async function selfSigned(): Promise<{ key: string; cert: string }> {
  const attributes = [{ name: 'commonName', value: 'localhost' }];
  certificate ??= generate(attributes, { keyType: 'ec', algorithm: 'sha256' }).then(
    ({ private: key, cert }) => ({ key, cert }),
  );
  return certificate;
}

const noTrust: Expected = {
  is: 'tls-failed',
  says: /No trusted connection to .* at 127\.0\.0\.1:\d+: the certificate or the handshake was not accepted \([A-Z_]+\)/,
  hints: /NODE_EXTRA_CA_CERTS/,
};

const CONNECTIONS: readonly Row[] = [
  {
    case: 25,
    name: 'a port where nobody listens',
    when: async () => {
      const port = await closedPort();
      return {
        place: () => overloaded({ ...at(`http://127.0.0.1:${port}`) } as Place),
        secrets: [CANARY_IN_URL],
      };
    },
    must: {
      is: 'unreachable',
      says: /at 127\.0\.0\.1:\d+ could not be reached: the connection was refused \(ECONNREFUSED\)\.$/,
      hints: /proxy/,
    },
  },
  {
    case: 25,
    name: 'a host that there is not',
    when: () => ({ place: () => at('http://nobody.invalid') }),
    must: {
      is: 'unreachable',
      says: /at nobody\.invalid could not be reached: .* \((?:ENOTFOUND|EAI_AGAIN)\)\.$/,
    },
    asks: { all: 0 },
  },
  {
    case: 25,
    name: 'a certificate that nobody vouches for',
    when: async () => ({ options: { tls: await selfSigned() } }),
    must: noTrust,
    asks: { all: 0 },
  },
  {
    case: 25,
    name: 'a port that does not speak TLS',
    when: () => ({ place: ({ scimUrl }) => at(new URL(scimUrl).origin.replace('http:', 'https:')) }),
    must: noTrust,
  },
  {
    case: 25,
    name: 'an address that holds credentials and more, of which nothing is sent or shown',
    when: () => ({
      place: overloaded,
      secrets: [CANARY_IN_URL],
      also({ requests }) {
        const sent = requests.map(({ headers, query, path }) => JSON.stringify({ headers, query, path }));
        if (sent.some((text) => text.includes(CANARY_IN_URL))) throw new Error('it was sent');
      },
    }),
    must: COMPLETE,
  },
];

/** A proxy for plain HTTP, which asks in the client's stead, and how often it did. */
async function forwarding(): Promise<Server & { asked: number }> {
  const proxy = {
    asked: 0,
    url: new URL('http://x'),
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  const server = createServer((request, response) => {
    proxy.asked += 1;
    const onward = httpRequest(request.url ?? '', { headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy()).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy.url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return proxy;
}

/** Reads the stand-in with a proxy in the environment, which must or must not be asked. */
async function through(
  env: (proxy: URL) => Readonly<Record<string, string>>,
  isAsked: boolean,
): Promise<Setup> {
  const proxy = await forwarding();
  return {
    env: env(proxy.url),
    close: proxy.close,
    also() {
      if (proxy.asked > 0 !== isAsked) throw new Error(`the proxy was asked ${proxy.asked} times`);
    },
  };
}

const PASSWORD = 'PROXY-CANARY-4711';
const DISTANT = 'https://service.invalid';

const PROXIES: readonly Row[] = [
  {
    case: 27,
    name: 'that pass on',
    when: () => through(({ host }) => ({ HTTP_PROXY: host }), true),
    must: COMPLETE,
  },
  {
    case: 27,
    name: 'that NO_PROXY takes back',
    when: () => through(({ href }) => ({ http_proxy: href, no_proxy: 'example.com,127.0.0.1' }), false),
    must: COMPLETE,
  },
  {
    case: 27,
    name: 'elsewhere, which never see what is not encrypted',
    when: () => ({ env: { HTTP_PROXY: 'http://proxy.invalid:1', HTTPS_PROXY: 'http://proxy.invalid:1' } }),
    must: COMPLETE,
  },
  {
    case: 27,
    name: 'that want a password',
    each: () => ['https_proxy', 'HTTPS_PROXY', 'HTTP_PROXY'],
    when: async (_, variable) => {
      const proxy = await serveRaw((socket) =>
        socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n'),
      );
      return {
        place: () => at(DISTANT),
        env: { [String(variable)]: `http://user:${PASSWORD}@${proxy.url.host}` },
        secrets: [PASSWORD],
        close: proxy.close,
      };
    },
    must: {
      is: 'unreachable',
      says: /The proxy at 127\.0\.0\.1:\d+ asks for credentials \(HTTP 407\) on the way to .* at service\.invalid/,
      hints: /password in HTTPS_PROXY/,
    },
  },
  {
    case: 27,
    name: 'that tunnel to a service whose certificate nobody vouches for',
    when: async () => {
      const service = await serveTls();
      const tunnel = await serveTunnel(service.url.port);
      return {
        place: () => at(DISTANT),
        env: { HTTPS_PROXY: tunnel.url.href },
        close: async () => {
          await tunnel.close();
          await service.close();
        },
      };
    },
    must: { is: 'tls-failed', says: /No trusted connection to .* at service\.invalid/ },
    asks: { all: 0 },
  },
  {
    case: 27,
    name: 'that are no address',
    each: () => [`http://user:${PASSWORD}@:bad`, `http://user:${PASSWORD}@[`],
    when: (_, address) => ({
      place: () => at(DISTANT),
      env: { HTTPS_PROXY: String(address) },
      secrets: [PASSWORD],
    }),
    must: { is: 'unreachable', says: /proxy variable of the environment does not hold an address/ },
    asks: { all: 0 },
  },
];

/** Cases 24, 25 and 27: other places than the one that was meant, and the way there. */
export const REDIRECTS_AND_CONNECTIONS: readonly Row[] = [...REDIRECTS, ...CONNECTIONS, ...PROXIES];
