/** Why one attempt at a request brought no answer that can be used. Data only: `explain.ts` has the words. */
export type Fault =
  /** No connection came about. `code` is Node's or undici's, checked to be a plain identifier. */
  | { readonly kind: 'connect'; readonly code: string }
  /** The certificate or the handshake was refused. */
  | { readonly kind: 'tls'; readonly code: string }
  /** The proxy answered in the service's place. */
  | { readonly kind: 'proxy'; readonly status: number }
  /** The answer began, or was awaited, and then broke off. */
  | { readonly kind: 'cut'; readonly where: 'connection' | 'length' | 'compression' | 'text' }
  /** An answer that another attempt would not change. */
  | { readonly kind: 'unreadable'; readonly what: 'empty' | 'html' | 'encoding' | 'compression' | 'not-json' }
  | { readonly kind: 'too-large'; readonly limit: number }
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter: string | undefined }
  /** `host` is undefined when the answer did not say where to. */
  | { readonly kind: 'redirect'; readonly host: string | undefined; readonly sameHost: boolean }
  | { readonly kind: 'too-many-redirects' }
  | { readonly kind: 'timeout'; readonly scope: 'request' | 'run'; readonly ms: number }
  /** A header that cannot be sent, such as a token with a line break. */
  | { readonly kind: 'unsendable' };

/** Carries a fault out of nested calls; it never leaves this folder. */
export class FaultError extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.kind);
    this.fault = fault;
  }
}
