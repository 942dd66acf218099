import { givenCredentials } from './credentials.ts';
import { CheckError } from './errors.ts';
import { proxiesFor } from './http/proxy.ts';
import type { HttpDeps } from './http/types.ts';
import type { Inputs } from './inputs.ts';
import type { Counts, ReadingDiagnosis, SourceDiagnosis } from './model/diagnosis.ts';
import { FACT_SOURCES, type Fact, type SourceName } from './model/facts.ts';
import type { Policy } from './policy/types.ts';
import type { Attempt } from './read-population.ts';
import { shownEndpoint } from './sources/endpoint.ts';
import type { Reading } from './sources/types.ts';

/** What is known once every source was tried. */
export interface Tried {
  readonly inputs: Inputs;
  readonly env: HttpDeps['env'];
  readonly attempts: readonly Attempt[];
  readonly policy: Policy | undefined;
  /** Rules that could not be evaluated without a source. */
  readonly enables: ReadonlyMap<SourceName, readonly string[]>;
}

/** What one source is good for here. Of people there are numbers, and nothing else. */
export function diagnoseSource(name: SourceName, tried: Tried): SourceDiagnosis {
  const { inputs, env, attempts, policy } = tried;
  const isGiven = givenCredentials(inputs).includes(name);
  const attempt = attempts.find(({ source }) => source.name === name);
  const readings = readingsOf(attempts);
  const reading = readings.find(({ source }) => source === name);
  const { baseUrl } = inputs[name];
  return {
    name,
    state: reading ? 'works' : isGiven ? 'fails' : 'not-given',
    endpoint: isGiven ? shownEndpoint(baseUrl, secretsOf(inputs)) : null,
    proxy: isGiven ? proxyHost(baseUrl.origin, env) : null,
    traffic: attempt ? trafficOf(attempt) : null,
    reading: reading ? readingDiagnosis(reading, readings, tried) : null,
    wouldTell: isGiven || readings.length === 0 ? [] : untold(factsOf(name, policy), readings),
    warnings: attempt?.source.evidence().warnings ?? [],
  };
}

function secretsOf({ scim, content, stackone }: Inputs): readonly (string | undefined)[] {
  return [scim.token, content.secret, stackone.apiKey, stackone.accountId];
}

/** What could be read. */
export function readingsOf(attempts: readonly Attempt[]): Reading[] {
  return attempts.flatMap(({ ended }) => (ended instanceof CheckError ? [] : [ended]));
}

/** Null also where the variable holds no address: then the source itself has failed, and says so. */
function proxyHost(origin: string, env: HttpDeps['env']): string | null {
  try {
    return proxiesFor(origin, env)?.host ?? null;
  } catch (error) {
    if (error instanceof CheckError) return null;
    throw error;
  }
}

function trafficOf({ source }: Attempt): SourceDiagnosis['traffic'] {
  const { requests, retries, refusals } = source.evidence();
  const { busiestSecond, ceiling, limit = null } = source.pace();
  return { requests, retries, refusals, busiestSecond, ceiling, limit };
}

function readingDiagnosis(
  reading: Reading,
  readings: readonly Reading[],
  { policy, enables }: Tried,
): ReadingDiagnosis {
  const others = readings.filter((other) => other !== reading);
  const facts = factsOf(reading.source, policy);
  const tells = facts.filter((fact) => reading.facts.has(fact));
  return {
    counts: countsOf(reading),
    tells,
    silent: untold(facts, [reading]).map((fact) => ({ fact, why: whySilent(fact, reading.source) })),
    onlyTells: others.length === 0 ? [] : untold(tells, others),
    enables: enables.get(reading.source) ?? [],
  };
}

/** What a source can tell at all. Custom attributes are looked for only when the policy names one. */
function factsOf(name: SourceName, policy: Policy | undefined): Fact[] {
  const asksCustom = (policy?.customAttributes.length ?? 0) > 0;
  const facts = Object.keys(FACT_SOURCES) as Fact[];
  return facts.filter((fact) => FACT_SOURCES[fact].includes(name) && (fact !== 'custom' || asksCustom));
}

function untold(facts: readonly Fact[], readings: readonly Reading[]): Fact[] {
  return facts.filter((fact) => !readings.some((reading) => reading.facts.has(fact)));
}

function whySilent(fact: Fact, source: SourceName): string {
  if (fact !== 'role-catalogue') return 'reported for nobody';
  return source === 'content' ? 'not shown to this key' : 'not offered for this linked account';
}

function countsOf({ source, people, groups, roles }: Reading): Counts {
  const active = people.filter((person) => person.active).length;
  const pending = people.filter((person) => person.pending !== undefined).length;
  return {
    users: people.length,
    active,
    // To SCIM an account that waits for its owner looks like one in use.
    ...(source === 'scim' ? {} : { pending }),
    deactivated: people.length - active - pending,
    groups: groups.length,
    memberships: people.reduce((sum, person) => sum + person.groups.length, 0),
    ...(roles ? { roles: roles.length } : {}),
  };
}
