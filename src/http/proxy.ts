import { failure } from '../errors.ts';
import { isLoopback } from '../model/loopback.ts';
import type { HttpDeps } from './types.ts';

/** What the environment says about the way to an origin that lies behind a proxy. */
export interface Proxies {
  /** Always text: where one is undefined, undici would look at the environment on its own. */
  readonly variables: { readonly httpProxy: string; readonly httpsProxy: string; readonly noProxy: string };
  /** Host and port, without its credentials. */
  readonly host: string;
}

/**
 * Undefined when the way to this origin leads through no proxy, which is the usual case and saves loading the code.
 * @throws CheckError `unreachable` when a variable does not hold an address
 */
export function proxiesFor(origin: string, env: HttpDeps['env']): Proxies | undefined {
  const httpProxy = withScheme(env.http_proxy || env.HTTP_PROXY || '');
  const httpsProxy = withScheme(env.https_proxy || env.HTTPS_PROXY || '');
  const isTls = origin.startsWith('https:');
  const proxy = isTls ? httpsProxy || httpProxy : httpProxy;
  if (proxy === '') return undefined;
  // Plain http is for this machine only: through a proxy elsewhere the token would leave it unencrypted.
  if (!isTls && !isOnThisMachine(proxy)) return undefined;
  const noProxy = env.no_proxy || env.NO_PROXY || '';
  if (isExcepted(new URL(origin), noProxy)) return undefined;
  return { variables: { httpProxy, httpsProxy, noProxy }, host: hostOf(proxy) };
}

export function badProxy() {
  return failure(
    'unreachable',
    'A proxy variable of the environment does not hold an address that can be used.',
    'Set HTTPS_PROXY to something like http://proxy.example:8080, or unset it.',
  );
}

/** `proxy.example:8080` is a common way to write it. */
function withScheme(proxy: string): string {
  const trimmed = proxy.trim();
  return trimmed === '' || trimmed.includes('://') ? trimmed : `http://${trimmed}`;
}

function isOnThisMachine(proxy: string): boolean {
  return URL.canParse(proxy) && isLoopback(new URL(proxy).hostname);
}

function hostOf(proxy: string): string {
  if (!URL.canParse(proxy)) throw badProxy();
  return new URL(proxy).host;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/** Whether NO_PROXY names the host: read as undici reads it, which is asked again for every request. */
function isExcepted({ protocol, hostname, port }: URL, noProxy: string): boolean {
  const host = withoutDot(withoutBrackets(hostname.toLowerCase()));
  const number = Number(port) || DEFAULT_PORTS[protocol];
  return noProxy
    .split(/[,\s]/)
    .filter((entry) => entry !== '')
    .map(exception)
    .some(({ name, isWildcard, onlyPort }) => {
      if (onlyPort !== undefined && onlyPort !== number) return false;
      return name === '*' || (!isWildcard && host === name) || host.endsWith(`.${name}`);
    });
}

interface ProxyException {
  readonly name: string;
  /** `*.example.com` leaves out `example.com` itself. */
  readonly isWildcard: boolean;
  readonly onlyPort: number | undefined;
}

function exception(entry: string): ProxyException {
  // An IPv6 address has colons of its own, so a port behind it needs brackets around it.
  const [, bracketed, plain, digits] = /^(?:(\[.+\])|([^:]+)):(\d+)$/.exec(entry) ?? [];
  return {
    name: withoutDot(withoutBrackets(bracketed ?? plain ?? entry).replace(/^\*?\./, '')).toLowerCase(),
    isWildcard: entry.startsWith('*'),
    onlyPort: Number(digits) || undefined,
  };
}

/** Without those around an IPv6 address. */
function withoutBrackets(host: string): string {
  return host.replace(/^\[(.+)\]$/, '$1');
}

/** Without the one that ends a full name. */
function withoutDot(host: string): string {
  return host.replace(/^(.+)\.$/, '$1');
}
