import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpDeps } from '../../src/http/types.ts';
import type { SourceEvidence } from '../../src/model/snapshot.ts';
import { createScimSource } from '../../src/sources/scim.ts';
import type { Reading, Source, Wanted } from '../../src/sources/types.ts';
import { json, jumpingTime, type Service, serve } from '../http/fake-service.ts';

export const SCIM_TOKEN = 'canary-scim-token-0123456789';
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
export const EVERYTHING: Wanted = { customAttributes: [], mayBeEmpty: false };

export interface ScimUser extends Record<string, unknown> {
  readonly id: string;
  readonly groups: readonly { readonly value: string }[];
}

/** A user as Leapsome writes one, with the personal data that must go no further. */
export function user(number: number, changes: Record<string, unknown> = {}): ScimUser {
  return {
    id: `user-${number}`,
    userName: `user${number}@example.com`,
    active: true,
    title: 'Colleague',
    emails: [{ primary: true, type: 'work', value: `user${number}@example.com` }],
    groups: [{ value: `group-${number % 3}` }],
    name: { givenName: 'canary-given', familyName: 'canary-family' },
    [ENTERPRISE]: {
      department: 'Finance',
      birthday: '1985-07-20',
      gender: 'canary-gender',
      abc123: 'canary-salary',
    },
    ...changes,
  };
}

export function users(count: number): ScimUser[] {
  return Array.from({ length: count }, (_, index) => user(index + 1));
}

export const GROUPS = [0, 1, 2].map((number) => ({ id: `group-${number}`, displayName: `Group ${number}` }));

/** One page of a list, as a well-behaved server shows it. */
export function page(
  rows: readonly unknown[],
  request: IncomingMessage,
  most = 5000,
): Record<string, unknown> {
  const query = new URL(request.url ?? '', 'http://x').searchParams;
  const from = Number(query.get('startIndex')) - 1;
  const Resources = rows.slice(from, from + Math.min(most, Number(query.get('count'))));
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: rows.length,
    itemsPerPage: Resources.length,
    startIndex: from + 1,
    Resources,
  };
}

export type Answer = (request: IncomingMessage, response: ServerResponse, number: number) => unknown;

export interface ScimAnswers {
  readonly users?: Answer | undefined;
  readonly groups?: Answer | undefined;
}

/** A SCIM server; an answer that is returned is sent as JSON, and numbers count the requests of a kind. */
export function serveScim(answers: ScimAnswers = {}): Promise<Service> {
  const counts = { users: 0, groups: 0 };
  return serve((request, response) => {
    const kind = request.url?.includes('/Users') ? 'users' : 'groups';
    counts[kind] += 1;
    const answer = answers[kind] ?? ((asked) => page(kind === 'users' ? users(3) : GROUPS, asked));
    const body = answer(request, response, counts[kind]);
    if (body !== undefined) json(response, body);
  });
}

/** A source that reads the service; time jumps over waits. */
export function sourceOf(
  service: Pick<Service, 'url'>,
  token = SCIM_TOKEN,
  deps: HttpDeps = jumpingTime(),
): Source {
  const signal = new AbortController().signal;
  const baseUrl = new URL('/scim/v1', service.url);
  const deadline = deps.monotonic() + 300_000;
  return createScimSource(
    { baseUrl, token },
    {
      deps,
      userAgent: 'tests/1',
      signal,
      deadline,
      onSecret: () => {},
    },
  );
}

/** Reads a server once and closes both. */
export async function readScim(
  answers: ScimAnswers,
  wanted: Wanted = EVERYTHING,
): Promise<{ reading: Reading; evidence: SourceEvidence; service: Service }> {
  const service = await serveScim(answers);
  const source = sourceOf(service);
  try {
    const reading = await source.read(wanted, () => {});
    return { reading, evidence: source.evidence(), service };
  } finally {
    await source.close();
    await service.close();
  }
}
