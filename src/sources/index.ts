import { type ContentConfig, createContentSource } from './content.ts';
import { createScimSource, type ScimConfig } from './scim.ts';
import { createStackOneSource, type StackOneConfig } from './stackone.ts';
import type { HttpTools, Source } from './types.ts';

/** What the inputs hold, a service each; a service without a credential is left out. */
export interface Credentials {
  readonly scim?: ScimConfig;
  readonly content?: ContentConfig;
  readonly stackone?: StackOneConfig;
}

/** Every source there is, in the order in which they are named to people. */
const SOURCES: readonly ((credentials: Credentials, tools: HttpTools) => Source | undefined)[] = [
  ({ scim }, tools) => scim && createScimSource(scim, tools),
  ({ content }, tools) => content && createContentSource(content, tools),
  ({ stackone }, tools) => stackone && createStackOneSource(stackone, tools),
];

/** The sources that the credentials allow; none without any. */
export function createSources(credentials: Credentials, tools: HttpTools): readonly Source[] {
  return SOURCES.flatMap((create) => create(credentials, tools) ?? []);
}
