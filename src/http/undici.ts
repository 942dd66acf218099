import './quiet.ts';

import { Socket } from 'node:net';
import type { buildConnector, Dispatcher } from 'undici';
import request from 'undici/lib/api/api-request.js';
import createConnector from 'undici/lib/core/connect.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import type { RawBody } from './body.ts';
import { badProxy, proxiesFor } from './proxy.ts';
import type { HttpDeps } from './types.ts';

/** An answer whose body is still to come. */
export interface RawAnswer extends RawBody {
  readonly status: number;
  readonly location: string | undefined;
  readonly retryAfter: string | undefined;
  /** Gives up the body, and with it the connection. */
  discard(): void;
}

/** The one way to the network: it knows no method but GET. */
export interface Transport {
  /** Host of the proxy that the way leads through, without its credentials. */
  readonly proxyHost: string | undefined;
  get(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<RawAnswer>;
  close(): Promise<void>;
}

/** Opens connections to one origin, through a proxy where the environment names one. */
export async function openTransport(
  origin: string,
  connections: number,
  env: HttpDeps['env'],
): Promise<Transport> {
  const sockets = new Set<Socket>();
  // HTTP/1.1 has fewer ways to fail; the total deadline of a request replaces undici's idle timeouts.
  const settings = { connections, allowH2: false, headersTimeout: 0, bodyTimeout: 0 };
  const openPool: OpenPool = (to, { connect, ...more }) =>
    new Pool(to, { ...more, connect: remembering(connect ?? createConnector({ allowH2: false }), sockets) });
  const proxies = proxiesFor(origin, env);
  const dispatcher =
    proxies === undefined
      ? openPool(origin, settings)
      : await openProxy({ ...settings, ...proxies.variables, factory: openPool, clientFactory: openPool });
  return {
    proxyHost: proxies?.host,
    get: (url, headers, signal) => unlessAborted(get(dispatcher, url, headers, signal), signal),
    async close() {
      const destroyed = dispatcher.destroy();
      for (const socket of sockets) socket.destroy(new Error('no longer needed'));
      await destroyed;
    },
  };
}

type Connect = buildConnector.connector;
type OpenPool = (origin: string | URL, options: Pool.Options & { readonly connect?: Connect }) => Dispatcher;

/** Keeps what it opens: undici lets a connection that does not come about go on, and with it the process. */
function remembering(connect: Connect, sockets: Set<Socket>): Connect {
  return (options, callback) => {
    const socket: unknown = connect(options, callback);
    // A tunnel through a proxy has none of its own.
    if (!(socket instanceof Socket)) return;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  };
}

/** undici notices an abort only when there is a connection; nobody must wait for one that does not come about. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}

async function get(
  dispatcher: Dispatcher,
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<RawAnswer> {
  const path = `${url.pathname}${url.search}`;
  const {
    statusCode,
    headers: sent,
    body,
  } = await request.call(dispatcher, {
    origin: url.origin,
    path,
    method: 'GET',
    headers: { ...headers },
    signal,
  });
  // A body that is given up reports it as an error; without a listener that would end the process.
  body.on('error', () => {});
  return {
    status: statusCode,
    location: single(sent.location),
    retryAfter: single(sent['retry-after']),
    encoding: single(sent['content-encoding']),
    declaredLength: single(sent['content-length']),
    chunks: body,
    discard: () => body.destroy(),
  };
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

/** Loaded only here, for the few that have a proxy. */
async function openProxy(settings: object): Promise<Dispatcher> {
  const { default: EnvHttpProxyAgent } = await import('undici/lib/dispatcher/env-http-proxy-agent.js');
  const { default: Base } = await import('undici/lib/dispatcher/dispatcher.js');
  const { default: connect } = await import('undici/lib/api/api-connect.js');
  // undici's index lends its dispatchers their methods; tunnels need this one of them.
  Base.prototype.connect ??= connect;
  try {
    return new EnvHttpProxyAgent(settings);
  } catch {
    // The error would quote the variable, password included.
    throw badProxy();
  }
}
