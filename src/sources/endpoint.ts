import { createRedactor } from '../http/redact.ts';

/** What stands in the path of an API's address: a word or a version, or some of them. */
const PART = /^(?:[A-Z]?[a-z]{0,19}|[A-Z]{1,20})\d{0,2}$/;
const LONGEST = 40;

/**
 * An address as reports show it. Some gateways take a key as a part of the path, and nobody can tell by its looks what
 * is a secret: so only what is plainly none is shown, and no path at all that holds one of the credentials.
 */
export function shownEndpoint({ origin, pathname }: URL, secrets: readonly (string | undefined)[]): string {
  const redact = createRedactor(secrets.filter((secret) => secret !== undefined));
  if ([pathname, decoded(pathname)].some((path) => redact(path) !== path)) return `${origin}/***`;
  const parts = pathname.split('/').map((part) => (isPlain(part) ? part : '***'));
  return `${origin}${parts.join('/')}`;
}

function isPlain(part: string): boolean {
  return part.length <= LONGEST && part.split(/[-_.]/).every((word) => PART.test(word));
}

/** As it was before it became a part of an address, where that can be told. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
