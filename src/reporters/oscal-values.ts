import { forCommonMark, visible } from './escape.ts';
import { stableUuid } from './identity.ts';

/**
 * Qualifies the names of our properties. A name, not an address: below `.invalid` there is nothing to fetch (RFC 6761,
 * section 6.4). A URN would do by the specification, but compliance-trestle takes none.
 */
export const NAMESPACE = 'https://leapsome-access-policy.invalid/ns/oscal';

/** A property of OSCAL. Those without `ns` would be NIST's. */
export interface Property {
  readonly name: string;
  readonly ns: string;
  readonly value: string;
  readonly class?: string;
}

/**
 * A token of OSCAL (NCName), for any text: `SOC2:CC6.3` becomes `SOC2_CC6.3`. Where more than that is lost, a hash is
 * added, so that different texts stay different.
 */
export function token(text: string): string {
  const plain = text.replaceAll(':', '_');
  const safe = plain.replace(/[^\w.-]/g, '_');
  const begun = /^[A-Za-z_]/.test(safe) ? safe : `_${safe}`;
  return safe === plain ? begun : `${begun}-${stableUuid('oscal-token', text).slice(0, 8)}`;
}

/** A string of OSCAL: one line, neither empty nor with blanks around it; undefined where nothing is left. */
export function line(text: string): string | undefined {
  const shown = visible(text).trim();
  return shown === '' ? undefined : shown;
}

/** A line of markup, which must not be empty. */
export function markup(text: string, otherwise: string): string {
  const shown = forCommonMark(text);
  return shown === '' ? otherwise : shown;
}

/** Name, value, and the class where one name stands for several things. */
export type Pair = readonly [name: string, value: string | number | boolean | undefined, of?: string];

/** Properties of those pairs that have a value, to be spread: OSCAL has no empty lists. */
export function props(pairs: readonly Pair[]): { readonly props?: readonly Property[] } {
  const list = pairs.flatMap(([name, value, of]) => {
    const shown = value === undefined ? undefined : line(String(value));
    return shown === undefined
      ? []
      : [{ name, ns: NAMESPACE, value: shown, ...(of === undefined ? {} : { class: of }) }];
  });
  return list.length > 0 ? { props: list } : {};
}

/** A path as a reference to a file beside the document (RFC 3986); undefined where it cannot be one. */
export function fileReference(path: string): string | undefined {
  if (path === '') return undefined;
  // Two slashes at the start would be the name of a host.
  const local = path.toWellFormed().replace(/^\/+/, '/');
  return local.split('/').map(encodeURIComponent).join('/');
}
