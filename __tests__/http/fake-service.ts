import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import {
  type AddressInfo,
  connect,
  createServer as createRawServer,
  type Server,
  type Socket,
} from 'node:net';
import type { Duplex } from 'node:stream';
import { generate } from 'selfsigned';
import { type ClientExtras, createHttpClient } from '../../src/http/client.ts';
import type { ClientOptions, HttpClient, HttpDeps } from '../../src/http/types.ts';

/** What a request brought with it, as the service saw it. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
}

export interface Service {
  readonly url: URL;
  readonly seen: Seen[];
  close(): Promise<void>;
}

/** A service on a real socket. `handle` gets the number of the request, from 1 on. */
export async function serve(
  handle: (request: IncomingMessage, response: ServerResponse, number: number) => void,
): Promise<Service> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
    handle(request, response, seen.length);
  });
  return { url: await listen(server), seen, close: () => end(server) };
}

/** A service that writes bytes as it pleases. */
export async function serveRaw(
  handle: (socket: Socket, number: number, request: string) => void,
): Promise<Service> {
  let count = 0;
  const sockets = new Set<Socket>();
  const server = createRawServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', (request) => {
      count += 1;
      handle(socket, count, String(request));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${port}`),
    seen: [],
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** A service with a certificate that nobody vouches for. */
export async function serveTls(): Promise<Service> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }]);
  const server = createTlsServer({ key, cert }, (_request, response) => response.end('{}'));
  const url = await listen(server);
  url.protocol = 'https:';
  return { url, seen: [], close: () => end(server) };
}

/** A proxy that tunnels everything to one local port. */
export async function serveTunnel(port: string): Promise<Service> {
  const seen: Seen[] = [];
  const sockets = new Set<Duplex>();
  const server = createServer();
  server.on('connect', (request: IncomingMessage, client: Duplex) => {
    seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
    const target = connect(Number(port), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      target.pipe(client).pipe(target);
    });
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.on('error', () => {});
    }
  });
  const close = () => {
    for (const socket of sockets) socket.destroy();
    return end(server);
  };
  return { url: await listen(server), seen, close };
}

async function listen(server: Server): Promise<URL> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

function end(server: Server & { closeAllConnections(): void }): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

/** Time that jumps ahead instead of passing when somebody sleeps. `slept` lists the naps. */
export function jumpingTime(): HttpDeps & { readonly slept: number[] } {
  const slept: number[] = [];
  let ahead = 0;
  return {
    slept,
    now: () => Date.UTC(2025, 0, 15) + ahead,
    monotonic: () => performance.now() + ahead,
    random: () => 0.5,
    async sleep(ms, signal) {
      signal.throwIfAborted();
      slept.push(ms);
      ahead += ms;
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
    },
    env: {},
  };
}

export const TOKEN = 'canary-Token/with+odd=signs';

/** A client of the service, with a token to watch. */
export function clientOf(
  service: Pick<Service, 'url'>,
  deps: HttpDeps = jumpingTime(),
  options: Partial<ClientOptions> = {},
  extras?: ClientExtras,
): HttpClient {
  return createHttpClient(
    {
      baseUrl: new URL('/base', service.url),
      service: 'the test service',
      headers: { authorization: `Bearer ${TOKEN}` },
      secrets: [TOKEN],
      rate: { perSecond: 1000, burst: 1000 },
      concurrency: 4,
      userAgent: 'tests/1',
      signal: new AbortController().signal,
      deadline: deps.monotonic() + 300_000,
      ...options,
    },
    deps,
    extras,
  );
}

/** Everything that a person or a log could see of an error: message, hint, stack, properties and causes. */
export function everythingIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const properties = Object.getOwnPropertyNames(error).map((name) =>
    JSON.stringify(Reflect.get(error, name)),
  );
  const cause = error.cause === undefined ? '' : everythingIn(error.cause);
  return [String(error), error.stack, ...properties, cause].join('\n');
}

/** Sends JSON. */
export function json(response: ServerResponse, value: unknown): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(value));
}

/** Sends nothing but a status. */
export function status(response: ServerResponse, code: number, headers: Record<string, string> = {}): void {
  response.writeHead(code, headers).end('{"detail":"canary-body"}');
}
