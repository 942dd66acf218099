import type { Fault } from './fault.ts';

const TLS_CODE =
  /^(?:CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_|EPROTO$|UND_ERR_PRX_TLS$)/;
const CONNECT_CODE =
  /^(?:ENOTFOUND|EAI_[A-Z]+|ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EACCES|EPERM|EINVAL|UND_ERR_CONNECT_TIMEOUT|UND_ERR_PRX_CONN|UND_ERR_SOCKS5.*)$/;

/** What came is not HTTP, or contradicts itself. undici gives its parser's errors a name, but no code. */
const NOT_HTTP_CODE = /^(?:UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES_CONTENT_LENGTH_MISMATCH)$/;
const NOT_HTTP_NAME = 'HTTPParserError';

/**
 * Sorts an error of Node or undici by its code. Messages are only searched for a proxy's status: they may hold
 * the URL or a header's value, and so they go no further.
 */
export function classifyNetworkError(error: unknown, proxied: boolean): Fault {
  const code = codeOf(error);
  const proxyStatus = proxied ? statusOfProxy(error) : undefined;
  if (proxyStatus !== undefined) return { kind: 'proxy', status: proxyStatus };
  if (TLS_CODE.test(code)) return { kind: 'tls', code };
  if (CONNECT_CODE.test(code)) return { kind: 'connect', code };
  if (code === 'UND_ERR_INVALID_ARG') return { kind: 'unsendable' };
  const name = error instanceof Error ? error.name : '';
  if (NOT_HTTP_CODE.test(code) || name === NOT_HTTP_NAME) return { kind: 'cut', where: 'length' };
  return { kind: 'cut', where: 'connection' };
}

/** The first code on the error, on the errors that it bundles (several addresses tried) or on its causes. */
function codeOf(error: unknown, depth = 0): string {
  if (typeof error !== 'object' || error === null || depth > 4) return 'UNKNOWN';
  const { code, errors, cause } = error as { code?: unknown; errors?: unknown; cause?: unknown };
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code)) return code;
  return codeOf(Array.isArray(errors) && errors.length > 0 ? errors[0] : cause, depth + 1);
}

/** undici tells a proxy's refusal only in a message: "Proxy response (407)…", "Proxy Authentication Required (407)". */
function statusOfProxy(error: unknown, depth = 0): number | undefined {
  if (!(error instanceof Error) || depth > 4) return undefined;
  const digits = /^Proxy [A-Za-z ]+\((\d{3})\)/.exec(error.message)?.[1];
  return digits === undefined ? statusOfProxy(error.cause, depth + 1) : Number(digits);
}
