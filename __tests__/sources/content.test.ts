import { afterEach, describe, expect, it } from '@jest/globals';
import { BRIGHTWATER, CANARIES } from '../../demo/company.ts';
import { type StandIn, type StandInOptions, startStandIn } from '../../demo/stand-in.ts';
import { createContentSource } from '../../src/sources/content.ts';
import type { Reading } from '../../src/sources/types.ts';
import { jumpingTime } from '../http/fake-service.ts';
import { EVERYTHING } from './fake-scim.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function open(options: StandInOptions = {}) {
  const standIn = await startStandIn({ rateLimit: 0, ...options });
  const secrets: string[] = [];
  const deps = jumpingTime();
  const source = createContentSource(
    { baseUrl: new URL(standIn.apiUrl), secret: standIn.apiSecret },
    {
      deps,
      userAgent: 'tests/1',
      signal: new AbortController().signal,
      deadline: deps.monotonic() + 300_000,
      onSecret: (secret) => secrets.push(secret),
    },
  );
  cleanups.push(async () => {
    await source.close();
    await standIn.close();
  });
  return { standIn, source, secrets };
}

async function read(options: StandInOptions = {}, customAttributes: readonly string[] = []) {
  const opened = await open(options);
  const reading = await opened.source.read({ ...EVERYTHING, customAttributes }, () => {});
  return { ...opened, reading, evidence: opened.source.evidence() };
}

function somebody({ people }: Reading, name: string) {
  return people.find(({ userName }) => userName.startsWith(name))!;
}

function paths({ requests }: StandIn): string[] {
  return requests.map(({ path }) => path).toSorted();
}

describe('the Content API', () => {
  it('is read with one token, which is masked, and without anything that is nobody else’s business', async () => {
    const { reading, evidence, standIn, secrets } = await read();
    expect(paths(standIn)).toEqual(['/access-roles', '/employees', '/employees', '/token']);
    expect(secrets).toEqual(standIn.issuedJwts);
    expect(evidence).toMatchObject({
      name: 'content',
      endpoint: standIn.apiUrl,
      requests: 4,
      complete: true,
      pages: { users: 2, groups: 0, roles: 1 },
      warnings: [],
    });
    const text = JSON.stringify([reading, evidence]);
    for (const canary of [...CANARIES, ...standIn.issuedJwts, standIn.apiSecret])
      expect(text).not.toContain(canary);
  });

  it('tells status, lifecycle, the six kinds of group and the catalogue of roles', async () => {
    const { reading } = await read();
    expect(somebody(reading, 'lukas.brandt')).toMatchObject({
      active: true,
      attributes: { department: 'Engineering', status: 'active', lifecycle: 'active', location: 'Lisbon' },
    });
    expect(somebody(reading, 'patrick.byrne')).toMatchObject({ active: false, pending: 'invited' });
    expect(somebody(reading, 'emre.aydin')).toMatchObject({
      active: false,
      pending: 'pre-boarding',
      attributes: { status: 'preBoardingInvited', lifecycle: 'preBoarding' },
    });
    expect(new Set(reading.groups.map(({ kind }) => kind))).toEqual(
      new Set(['team', 'department', 'business-unit', 'cost-center', 'division', 'other']),
    );
    expect(reading.roles?.map(({ name, active }) => [name, active])).toEqual(
      BRIGHTWATER.roles.map(({ name, active }) => [name, active]),
    );
    expect(reading.facts.has('group-kind')).toBe(true);
    expect(reading.facts.has('group-catalogue')).toBe(false);
  });

  it('goes on without the roles where the key lacks the right to see them, and says what to do', async () => {
    const { reading, evidence } = await read({ superAdmin: false });
    expect(reading.roles).toBeUndefined();
    expect(reading.facts.has('role-catalogue')).toBe(false);
    expect(evidence.warnings).toEqual([expect.stringMatching(/HTTP 403.*Super Admin/)]);
    expect(evidence.complete).toBe(true);
  });

  it('gets a second token, once, for all requests that were under way with the first', async () => {
    const { reading, standIn, secrets } = await read({
      clamp: { employees: 5 },
      faults: [{ kind: 'jwt-expires', after: 3 }],
    });
    expect(reading.people.length).toBeGreaterThan(60);
    expect(paths(standIn).filter((path) => path === '/token')).toHaveLength(2);
    expect(secrets).toHaveLength(2);
  });

  it('gives up where the second token is not accepted either', async () => {
    const { source, standIn } = await open({ faults: [{ kind: 'token-invalid', path: '/employees' }] });
    await expect(source.read(EVERYTHING, () => {})).rejects.toMatchObject({
      problems: [{ code: 'auth-rejected', message: expect.stringContaining('nor was a second one') }],
    });
    expect(paths(standIn).filter((path) => path === '/token')).toHaveLength(2);
  });

  it('says which of several departments somebody is in', async () => {
    const departments = [
      { id: 'd1', name: 'People' },
      { id: 'd2', name: 'Legal' },
    ];
    const { reading } = await read({
      faults: [{ kind: 'patch-row', path: '/employees', row: 0, set: { departments } }],
    });
    expect(reading.people[0]?.attributes.department).toEqual(['People', 'Legal']);
    expect(reading.people[0]?.groups).toEqual(expect.arrayContaining(['d1', 'd2']));
  });

  it('leaves a kind of group unknown of which not all records speak', async () => {
    const without = (rows: readonly number[]) =>
      rows.map((row) => ({ kind: 'patch-row', path: '/employees', row, without: ['divisions'] }) as const);
    const { reading } = await read({ faults: without([...BRIGHTWATER.people.keys()]) });
    expect(reading.facts.has('division')).toBe(false);
    expect(reading.facts.has('department')).toBe(true);
    const some = await read({ faults: without([3, 4]) });
    expect(some.reading.facts.has('division')).toBe(false);
    expect(some.reading.groups.some(({ kind }) => kind === 'division')).toBe(false);
    expect(some.reading.people.some(({ attributes }) => 'division' in attributes)).toBe(false);
    expect(some.evidence.warnings).toEqual([
      expect.stringMatching(/2 of \d+ employees without `divisions`, so nobody knows/),
    ]);
  });

  it('knows that nobody has an end date where there are start dates, and knows no dates where there are none', async () => {
    const without = (...fields: string[]) =>
      [...BRIGHTWATER.people.keys()].map(
        (row) => ({ kind: 'patch-row', path: '/employees', row, without: fields }) as const,
      );
    const tells = async (...fields: string[]) => {
      const { facts } = (await read({ faults: without(...fields) })).reading;
      return [facts.has('start-date'), facts.has('end-date')];
    };
    expect(await tells('endDate')).toEqual([true, true]);
    expect(await tells('endDate', 'startDate')).toEqual([false, false]);
  });

  it('holds a custom attribute that the policy names', async () => {
    const id = '6140868326541a4da5c0ffee';
    const { reading } = await read({}, [id]);
    expect(somebody(reading, 'stefan.kraus').custom).toEqual({ [id]: 'Member' });
    expect(reading.facts.has('custom')).toBe(true);
    expect((await read({}, ['ffffffffffffffffffffffff'])).reading.facts.has('custom')).toBe(false);
  });

  it.each([
    [{}, 'bad-response', 'no access token'],
    [{ token: '' }, 'bad-response', 'no access token'],
    [{ token: 'two\r\nlines' }, 'bad-response', 'no access token'],
    [{ token: 7 }, 'bad-response', 'no access token'],
  ])('refuses %j in place of a token', async (body, code, says) => {
    const { source, standIn } = await open({
      faults: [{ kind: 'answer', path: '/token', body: JSON.stringify(body) }],
    });
    await expect(source.read(EVERYTHING, () => {})).rejects.toMatchObject({
      problems: [{ code, message: expect.stringContaining(says) }],
    });
    expect(paths(standIn)).toEqual(['/token']);
  });
});
