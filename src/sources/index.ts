import { failure } from '../errors.ts';
import { createScimSource, type HttpTools, type ScimConfig } from './scim.ts';
import type { Source } from './types.ts';

export type { HttpTools, ScimConfig };

/** What the inputs hold, a service each; a service without a credential is left out. */
export interface Credentials {
  readonly scim?: ScimConfig | undefined;
}

/** Every source there is, in the order in which they are asked. */
const SOURCES: readonly ((credentials: Credentials, tools: HttpTools) => Source | undefined)[] = [
  ({ scim }, tools) => scim && createScimSource(scim, tools),
];

/**
 * Chooses the sources that the credentials allow.
 * @throws CheckError `no-credentials` when there are none.
 */
export function createSources(credentials: Credentials, tools: HttpTools): readonly Source[] {
  const sources = SOURCES.map((create) => create(credentials, tools)).filter(
    (source) => source !== undefined,
  );
  if (sources.length > 0) return sources;
  throw failure(
    'no-credentials',
    'No credentials: neither `scim-token` nor LEAPSOME_SCIM_TOKEN is set (runs from forks and Dependabot get no secrets).',
    'Store the SCIM token as a secret and hand it to `scim-token`. Where there can be no secret, use `command: validate`, which looks at the policy alone.',
  );
}
