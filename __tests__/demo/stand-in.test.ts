import { request as httpsRequest } from 'node:https';
import { afterEach, describe, expect, test } from '@jest/globals';
import { generate } from 'selfsigned';
import { population, served } from '../../bench/population.ts';
import { BRIGHTWATER, CANARIES, WORKS_COUNCIL_ID } from '../../demo/company.ts';
import { ENTERPRISE_USER } from '../../demo/scim-wire.ts';
import { type StandIn, type StandInOptions, startStandIn } from '../../demo/stand-in.ts';
import { ask, ids, list, people } from './asking.ts';

let standIn: StandIn;

async function start(options: StandInOptions = {}): Promise<StandIn> {
  standIn = await startStandIn(options);
  return standIn;
}

afterEach(() => standIn?.close());

describe('who may ask', () => {
  test('nobody without a bearer token', async () => {
    await start();
    for (const headers of [{}, { authorization: 'Basic abc' }, { authorization: 'Bearer' }]) {
      expect((await fetch(`${standIn.scimUrl}/Users`, { headers })).status).toBe(401);
    }
  });

  test('nobody with another token', async () => {
    await start({ token: 'right' });
    expect((await ask(standIn, '/Users', { headers: { authorization: 'Bearer wrong' } })).status).toBe(403);
    expect((await ask(standIn, '/Users')).status).toBe(200);
  });

  test('nobody who wants to change something, and it is written down', async () => {
    await start();
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      expect((await ask(standIn, '/Users', { method })).status).toBe(405);
    }
    expect(standIn.requests.map(({ method, status }) => `${method} ${status}`)).toEqual([
      'POST 405',
      'PUT 405',
      'PATCH 405',
      'DELETE 405',
    ]);
  });
});

describe('what Leapsome tells', () => {
  test('memberships stand with the people, and groups look empty', async () => {
    await start();
    const users = await list(standIn, '/Users');
    const groups = await list(standIn, '/Groups');
    expect(users.totalResults).toBe(BRIGHTWATER.people.length);
    expect(groups.Resources.map(({ members }) => members)).toEqual(BRIGHTWATER.groups.map(() => []));
    expect(users.Resources.map(({ groups: of }) => of)).toEqual(
      BRIGHTWATER.people.map(({ groupIds }) => groupIds.map((value) => ({ value }))),
    );
  });

  test('people carry more than anybody should read', async () => {
    await start();
    const users = await list(standIn, '/Users');
    const notInScim = ['+00-555-CANARY', '19031903'];
    for (const user of users.Resources) {
      const text = JSON.stringify(user);
      for (const canary of CANARIES.filter((one) => !notInScim.includes(one))) expect(text).toContain(canary);
      expect(user[ENTERPRISE_USER]).toMatchObject({
        gender: 'canary-gender',
        birthday: expect.stringMatching(/^1903/),
      });
    }
    const council = users.Resources.filter((user) => WORKS_COUNCIL_ID in (user[ENTERPRISE_USER] as object));
    expect(council).toHaveLength(3);
  });

  test('one record by its id, or by the id of another system', async () => {
    await start({ population: people(3) });
    expect(await (await ask(standIn, '/Users/u1')).json()).toMatchObject({ id: 'u1' });
    expect(await (await ask(standIn, '/Users/x2')).json()).toMatchObject({ id: 'u2' });
    expect(await (await ask(standIn, '/Groups/g1')).json()).toMatchObject({ displayName: 'G1' });
    expect((await ask(standIn, '/Users/u9')).status).toBe(404);
    expect((await ask(standIn, '/Roles')).status).toBe(404);
    expect((await ask(standIn, '/ServiceProviderConfig')).status).toBe(200);
  });

  test('a filter by name, and by nothing else', async () => {
    await start({ population: people(3) });
    expect(await ids(standIn, '/Users?filter=userName%20eq%20%22u1@A.example%22')).toEqual(['u1']);
    expect(await ids(standIn, '/Groups?filter=displayName%20eq%20G2')).toEqual(['g2']);
    expect((await ask(standIn, '/Users?filter=active%20eq%20true')).status).toBe(400);
    expect((await ask(standIn, '/Users?filter=userName%20sw%20a')).status).toBe(400);
  });
});

describe('pages', () => {
  test('follow startIndex and count', async () => {
    await start({ population: people(5) });
    expect(await list(standIn, '/Users?startIndex=4&count=3')).toMatchObject({
      totalResults: 5,
      itemsPerPage: 2,
      startIndex: 4,
      Resources: [{ id: 'u3' }, { id: 'u4' }],
    });
    expect(await list(standIn, '/Users?count=0')).toMatchObject({
      totalResults: 5,
      itemsPerPage: 0,
      Resources: [],
    });
    expect(await list(standIn, '/Users?startIndex=6')).toMatchObject({ totalResults: 5, Resources: [] });
  });

  test('are clamped', async () => {
    await start({ population: people(5), clamp: { users: 2, groups: 1 } });
    expect(await ids(standIn, '/Users')).toEqual(['u0', 'u1']);
    expect(await ids(standIn, '/Users?startIndex=2&count=5000')).toEqual(['u1', 'u2']);
    expect(await ids(standIn, '/Groups?count=3')).toEqual(['g0']);
  });

  test.each(['count=-1', 'count=x', 'count=1.5', 'startIndex=0', 'startIndex='])(
    'refuse %s',
    async (query) => {
      await start();
      expect((await ask(standIn, `/Users?${query}`)).status).toBe(400);
    },
  );

  test('have the sizes of Leapsome: 5,000 users, 1,000 groups, and all groups when nobody counts', async () => {
    const groups = Array.from({ length: 1001 }, (_, index) => ({ id: `g${index}` }));
    await start({ population: { users: people(5001).users, groups } });
    expect(await ids(standIn, '/Users')).toHaveLength(5000);
    expect(await ids(standIn, '/Groups?count=1000')).toHaveLength(1000);
    expect(await ids(standIn, '/Groups')).toHaveLength(1001);
  });

  test('come from serialised rows as well, whatever the borders', async () => {
    const tenant = population({ people: 200 });
    await start({ population: served(tenant), rateLimit: 0 });
    const all = await ids(standIn, '/Users');
    expect(all).toHaveLength(200);
    for (const [from, count] of [
      [1, 200],
      [1, 7],
      [150, 100],
      [200, 1],
      [201, 5],
    ] as const) {
      expect(await ids(standIn, `/Users?startIndex=${from}&count=${count}`)).toEqual(
        all.slice(from - 1, from - 1 + count),
      );
    }
    expect(await ids(standIn, '/Groups?startIndex=2&count=3')).toHaveLength(3);
  });
});

describe('the server', () => {
  test('answers 30 requests a second and no more', async () => {
    await start();
    const statuses = await Promise.all(
      Array.from({ length: 32 }, async () => (await ask(standIn, '/ServiceProviderConfig')).status),
    );
    expect(statuses.filter((status) => status === 429)).toHaveLength(2);
    standIn.reset();
    expect((await ask(standIn, '/Users')).status).toBe(200);
  });

  test('remembers what it was asked', async () => {
    await start();
    await ask(standIn, '/Users?startIndex=3&count=4', { headers: { 'x-test': 'yes' } });
    const [request] = standIn.requests;
    expect(request).toMatchObject({
      method: 'GET',
      path: '/Users',
      query: { startIndex: '3', count: '4' },
      status: 200,
    });
    expect(request!.headers).toMatchObject({ authorization: `Bearer ${standIn.token}`, 'x-test': 'yes' });
    standIn.reset();
    expect(standIn.requests).toEqual([]);
  });

  test('waits and compresses when told to', async () => {
    await start({ latencyMs: 30, gzip: true });
    const began = performance.now();
    const response = await ask(standIn, '/Users');
    expect(performance.now() - began).toBeGreaterThanOrEqual(25);
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(await response.json()).toMatchObject({ totalResults: BRIGHTWATER.people.length });
  });

  test('survives an address that is none', async () => {
    await start();
    await expect(ask(standIn, '/Users/%ff')).rejects.toThrow();
    expect((await ask(standIn, '/Users')).status).toBe(200);
  });

  test('closes with connections kept alive and answers outstanding', async () => {
    await start({ latencyMs: 60_000 });
    const pending = ask(standIn, '/Users').catch(() => 'ended');
    await new Promise((resolve) => setTimeout(resolve, 50));
    await standIn.close();
    expect(await pending).toBe('ended');
  });

  test('speaks TLS', async () => {
    const pems = await generate([{ name: 'commonName', value: 'localhost' }], {
      keyType: 'ec',
      algorithm: 'sha256',
    });
    await start({ tls: { key: pems.private, cert: pems.cert } });
    expect(standIn.scimUrl).toMatch(/^https:/);
    const status = await new Promise((resolve, reject) => {
      const options = { rejectUnauthorized: false, headers: { authorization: `Bearer ${standIn.token}` } };
      httpsRequest(`${standIn.scimUrl}/Users?count=1`, options, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
  });
});
