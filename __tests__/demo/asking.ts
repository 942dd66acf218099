import type { Row } from '../../demo/rows.ts';
import type { Population, StandIn } from '../../demo/stand-in.ts';

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

/** What one list of the Content API or of StackOne answers. */
export interface DataPage {
  readonly data: readonly Row[];
  readonly meta?: { readonly page: number; readonly pageSize: number; readonly totalCount: unknown };
  readonly next?: string | null;
}

/** Exchanges the secret for a JWT. */
export async function logIn(standIn: StandIn): Promise<string> {
  const response = await fetch(`${standIn.apiUrl}/token?secret=${standIn.apiSecret}`);
  return ((await response.json()) as { token: string }).token;
}

/** Asks the Content API, with the JWT that came last unless another one is given. */
export function askContent(
  standIn: StandIn,
  path: string,
  jwt: string = standIn.issuedJwts.at(-1) ?? '',
): Promise<Response> {
  return fetch(`${standIn.apiUrl}${path}`, {
    redirect: 'manual',
    headers: jwt === '' ? {} : { authorization: `Bearer ${jwt}` },
  });
}

/** What StackOne wants to see of everybody who asks. */
export function stackOneHeaders(standIn: StandIn): Record<string, string> {
  return {
    authorization: `Basic ${Buffer.from(`${standIn.stackoneKey}:`).toString('base64')}`,
    'x-account-id': standIn.stackoneAccountId,
  };
}

/** Asks StackOne for a list of the IAM API, for instance `users?page_size=2`. */
export function askStackOne(
  standIn: StandIn,
  list: string,
  headers: Record<string, string> = stackOneHeaders(standIn),
): Promise<Response> {
  return fetch(`${standIn.stackoneUrl}/unified/iam/${list}`, { redirect: 'manual', headers });
}

export async function employees(standIn: StandIn, query = ''): Promise<DataPage> {
  return (await (await askContent(standIn, `/employees${query}`)).json()) as DataPage;
}

export async function stackOnePage(standIn: StandIn, list: string): Promise<DataPage> {
  return (await (await askStackOne(standIn, list)).json()) as DataPage;
}

/** All rows of a list of StackOne, page after page. */
export async function stackOneRows(standIn: StandIn, list: string, size = 100): Promise<Row[]> {
  const rows: Row[] = [];
  let next: string | null | undefined = '';
  while (typeof next === 'string') {
    const page: DataPage = await stackOnePage(standIn, `${list}?page_size=${size}${next && `&next=${next}`}`);
    rows.push(...page.data);
    next = page.next;
  }
  return rows;
}

/** So many people in all three services, with the ids e0, e1, … in Content and s0, s1, … at StackOne. */
export function peopleOfAll(count: number): Population {
  const numbers = Array.from({ length: count }, (_, index) => index);
  return {
    ...people(count),
    employees: numbers.map((index) => ({
      id: `e${index}`,
      status: index === 3 ? 'invited' : 'active',
      teams: [],
    })),
    accessRoles: ['r0', 'r1'].map((id) => ({ id, name: id.toUpperCase() })),
    stackone: {
      users: numbers.map((index) => ({ id: `s${index}`, remote_id: `u${index}`, groups: [], roles: [] })),
      groups: ['sg0', 'sg1', 'sg2'].map((id) => ({ id, name: id })),
      roles: [{ id: 'sr0', name: 'R0' }],
    },
  };
}
