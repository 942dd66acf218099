import { afterEach, describe, expect, test } from '@jest/globals';
import { BRIGHTWATER, CANARIES } from '../../demo/company.ts';
import { type StandIn, type StandInOptions, startStandIn } from '../../demo/stand-in.ts';
import { askStackOne, people, peopleOfAll, stackOneHeaders, stackOnePage, stackOneRows } from './asking.ts';

let standIn: StandIn;

async function start(options: StandInOptions = {}): Promise<void> {
  standIn = await startStandIn(options);
}

afterEach(() => standIn?.close());

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

/** Status and message of an answer to these headers. */
async function refused(list: string, headers?: Record<string, string>): Promise<unknown> {
  const response = await askStackOne(standIn, list, headers);
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  const { statusCode, message } = (await response.json()) as { statusCode: number; message: unknown };
  expect([statusCode, typeof message]).toEqual([response.status, 'string']);
  return response.status;
}

describe('who may ask', () => {
  test('whoever has the key and names the account', async () => {
    await start({ stackoneKey: 'key-of-a-test', stackoneAccountId: 'account-of-a-test' });
    expect((await askStackOne(standIn, 'users')).status).toBe(200);
    expect(stackOneHeaders(standIn)).toEqual({
      authorization: basic('key-of-a-test:'),
      'x-account-id': 'account-of-a-test',
    });
  });

  test('nobody without the key, with another one, or with a password', async () => {
    await start();
    const account = { 'x-account-id': standIn.stackoneAccountId };
    expect(await refused('users', account)).toBe(401);
    for (const authorization of [
      basic('wrong:'),
      basic(standIn.stackoneKey),
      basic(`${standIn.stackoneKey}:password`),
      `Bearer ${standIn.stackoneKey}`,
      'Basic',
    ]) {
      expect(await refused('users', { ...account, authorization })).toBe(401);
    }
  });

  test('nobody without the account, or with another one', async () => {
    await start();
    const { authorization } = stackOneHeaders(standIn) as { authorization: string };
    expect(await refused('users', { authorization })).toBe(400);
    expect(await refused('users', { authorization, 'x-account-id': '1' })).toBe(404);
  });
});

describe('what StackOne tells', () => {
  test('people with their groups and roles, by ids of its own and of Leapsome', async () => {
    await start();
    const users = await stackOneRows(standIn, 'users');
    const bjoern = users.find(({ username }) => username === 'bjoern.angstroem@brightwater.example')!;
    const person = BRIGHTWATER.people.find(({ userName }) => userName === bjoern.username)!;
    expect(bjoern).toMatchObject({
      remote_id: person.id,
      name: 'Björn Ångström',
      first_name: 'Björn',
      last_name: 'Ångström',
      primary_email_address: person.userName,
      status: { value: 'enabled', source_value: 'active' },
      last_login_at: expect.stringMatching(/^2026-/),
    });
    expect(bjoern.id).toMatch(/^[\w-]{27}$/);
    expect((bjoern.groups as { remote_id: string }[]).map((group) => group.remote_id)).toEqual(
      person.groupIds,
    );
    expect((bjoern.roles as { name: string }[]).map(({ name }) => name)).toEqual([
      'Super Admin',
      'HR Admin',
      'Review Admin',
    ]);
  });

  test('people as enabled, disabled or pending', async () => {
    await start();
    const users = await stackOneRows(standIn, 'users');
    const of = (value: string) => users.filter(({ status }) => (status as { value: string }).value === value);
    expect(of('pending').map(({ username }) => username)).toEqual([
      'patrick.byrne@brightwater.example',
      'emre.aydin@brightwater.example',
    ]);
    expect(of('disabled')).toHaveLength(BRIGHTWATER.people.filter(({ active }) => !active).length);
    expect(of('enabled')).toHaveLength(users.length - 2 - of('disabled').length);
  });

  test('more of people than anybody should read', async () => {
    await start();
    for (const user of await stackOneRows(standIn, 'users')) {
      for (const canary of CANARIES) expect(JSON.stringify(user)).toContain(canary);
      expect(user.avatar).toMatchObject({ url: expect.stringContaining('canary-photo') });
    }
  });

  test('groups and roles to which the people refer', async () => {
    await start();
    const [users, groups, roles] = [
      await stackOneRows(standIn, 'users'),
      await stackOneRows(standIn, 'groups'),
      await stackOneRows(standIn, 'roles'),
    ];
    const references = { groups: asReferences(groups), roles: asReferences(roles) };
    for (const user of users) {
      for (const kind of ['groups', 'roles'] as const) {
        for (const reference of user[kind] as object[]) expect(references[kind]).toContainEqual(reference);
      }
    }
    expect(groups[0]).toMatchObject({ type: { value: 'team' }, parent_id: null });
  });

  test('empty lists where a population says nothing of it', async () => {
    await start({ population: people(3) });
    for (const list of ['users', 'groups', 'roles']) {
      expect(await stackOnePage(standIn, list)).toEqual({ next: null, data: [] });
    }
  });
});

function asReferences(rows: readonly object[]): object[] {
  return rows.map((row) => {
    const { id, remote_id, name } = row as Record<string, string>;
    return { id, remote_id, name };
  });
}

describe('pages', () => {
  test('are linked by cursors that say nothing', async () => {
    await start({ population: peopleOfAll(5) });
    const first = await stackOnePage(standIn, 'users?page_size=2');
    expect(first.data.map(({ id }) => id)).toEqual(['s0', 's1']);
    expect(first.next).toMatch(/^[\w-]{12,}$/);
    const second = await stackOnePage(standIn, `users?page_size=2&next=${first.next}`);
    const third = await stackOnePage(standIn, `users?page_size=2&next=${second.next}`);
    expect([second, third].map(({ data }) => data.map(({ id }) => id))).toEqual([['s2', 's3'], ['s4']]);
    expect(second.next).not.toBe(first.next);
    expect(third.next).toBeNull();
  });

  test('end without an empty one', async () => {
    await start({ population: peopleOfAll(4) });
    expect(await stackOneRows(standIn, 'users', 2)).toHaveLength(4);
    expect(standIn.requests).toHaveLength(2);
  });

  test('hold 25 rows when nobody counts, and never more than 100', async () => {
    await start({ population: peopleOfAll(130) });
    expect((await stackOnePage(standIn, 'users')).data).toHaveLength(25);
    expect((await stackOnePage(standIn, 'users?page_size=1000')).data).toHaveLength(100);
    await standIn.close();
    await start({ population: peopleOfAll(130), clamp: { stackone: 7 } });
    expect((await stackOnePage(standIn, 'users')).data).toHaveLength(7);
  });

  test.each(['0', '-1', 'many', '1.5', ''])('refuse the size "%s"', async (size) => {
    await start();
    expect(await refused(`users?page_size=${size}`)).toBe(400);
  });

  test('refuse a cursor that is made up, changed, or of another list', async () => {
    await start({ population: peopleOfAll(5) });
    const { next } = await stackOnePage(standIn, 'users?page_size=2');
    const made = Buffer.from('2.0.00000000').toString('base64url');
    for (const cursor of ['', 'x', made]) expect(await refused(`users?next=${cursor}`)).toBe(400);
    expect(await refused(`groups?next=${next}`)).toBe(400);
  });

  test('do not mind parameters that they do not know', async () => {
    await start({ population: peopleOfAll(5) });
    const query = 'users?fields=id,status&expand=groups,roles&page_size=2&x=y';
    expect(await stackOnePage(standIn, query)).toEqual(await stackOnePage(standIn, 'users?page_size=2'));
  });
});

describe('the service', () => {
  test('has nothing else, and can only be read', async () => {
    await start();
    expect(await refused('policies')).toBe(404);
    expect(await refused('users/x')).toBe(404);
    const url = `${standIn.stackoneUrl}/unified/iam/users`;
    const response = await fetch(url, { method: 'POST', headers: stackOneHeaders(standIn) });
    expect(response.status).toBe(405);
  });

  test('sets no limit unless a test does', async () => {
    await start({ population: peopleOfAll(1) });
    const ask = async () => (await askStackOne(standIn, 'roles')).status;
    expect(new Set(await Promise.all(Array.from({ length: 40 }, ask)))).toEqual(new Set([200]));
    await standIn.close();
    await start({ population: peopleOfAll(1), rateLimit: { stackone: 1 } });
    expect([await ask(), await ask()]).toEqual([200, 429]);
  });

  test('writes down what it was asked', async () => {
    await start();
    await stackOnePage(standIn, 'users?page_size=2');
    expect(standIn.requests).toMatchObject([
      { service: 'stackone', path: '/unified/iam/users', query: { page_size: '2' }, status: 200 },
    ]);
  });
});
