import type { Row } from '../../demo/rows.ts';
import type { StandIn } from '../../demo/stand-in.ts';

export interface Listing {
  readonly totalResults: unknown;
  readonly itemsPerPage: number;
  readonly startIndex: number;
  readonly Resources: readonly Row[];
}

/** Sends a GET with the right token. */
export function ask(standIn: StandIn, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${standIn.token}`, ...(init.headers as Record<string, string>) };
  return fetch(`${standIn.scimUrl}${path}`, { redirect: 'manual', ...init, headers });
}

export async function list(standIn: StandIn, path: string): Promise<Listing> {
  return (await (await ask(standIn, path)).json()) as Listing;
}

export async function ids(standIn: StandIn, path: string): Promise<unknown[]> {
  return (await list(standIn, path)).Resources.map((row) => row.id);
}

/** A population of so many users and two groups, with ids u0, u1, … */
export function people(count: number): { users: object[]; groups: object[] } {
  const user = (index: number) => ({
    id: `u${index}`,
    externalId: `x${index}`,
    userName: `U${index}@a.example`,
    active: true,
    groups: [{ value: 'g0' }],
  });
  return {
    users: Array.from({ length: count }, (_, index) => user(index)),
    groups: ['g0', 'g1', 'g2'].map((id) => ({ id, displayName: id.toUpperCase(), members: [] })),
  };
}
