import { afterEach, describe, expect, it } from '@jest/globals';
import { BRIGHTWATER, CANARIES } from '../../demo/company.ts';
import { type StandInOptions, startStandIn } from '../../demo/stand-in.ts';
import { createStackOneSource } from '../../src/sources/stackone.ts';
import { jumpingTime } from '../http/fake-service.ts';
import { EVERYTHING } from './fake-scim.ts';

const USERS = '/unified/iam/users';
const ROLES = '/unified/iam/roles';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function open(options: StandInOptions = {}) {
  const standIn = await startStandIn(options);
  const secrets: string[] = [];
  const deps = jumpingTime();
  const source = createStackOneSource(
    {
      baseUrl: new URL(standIn.stackoneUrl),
      apiKey: standIn.stackoneKey,
      accountId: standIn.stackoneAccountId,
    },
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

async function read(options: StandInOptions = {}) {
  const opened = await open(options);
  const reading = await opened.source.read(EVERYTHING, () => {});
  return { ...opened, reading, evidence: opened.source.evidence() };
}

async function refusal(options: StandInOptions): Promise<{ code: string; message: string; hint: string }> {
  const { source } = await open(options);
  const error = (await source.read(EVERYTHING, () => {}).catch((reason: unknown) => reason)) as {
    problems: readonly { code: string; message: string; hint: string }[];
  };
  return error.problems[0]!;
}

describe('StackOne', () => {
  it('is read under the ids of Leapsome, with the key masked and only the fields that are needed', async () => {
    const { reading, evidence, standIn, secrets } = await read();
    expect(reading.people.map(({ id }) => id).toSorted()).toEqual(
      BRIGHTWATER.people.map(({ id }) => id).toSorted(),
    );
    expect(reading.groups.map(({ id }) => id).toSorted()).toEqual(
      BRIGHTWATER.groups.map(({ id }) => id).toSorted(),
    );
    expect(secrets).toEqual([Buffer.from(`${standIn.stackoneKey}:`).toString('base64')]);
    expect(evidence).toMatchObject({
      name: 'stackone',
      reported: null,
      unique: {
        users: BRIGHTWATER.people.length,
        groups: BRIGHTWATER.groups.length,
        roles: BRIGHTWATER.roles.length,
      },
      complete: true,
    });
    const text = JSON.stringify([reading, evidence]);
    for (const canary of [...CANARIES, standIn.stackoneKey, ...secrets]) expect(text).not.toContain(canary);
    expect(standIn.requests.find(({ path }) => path === USERS)?.query.fields).not.toMatch(/,name|last_login/);
  });

  it('tells who holds which role, and whose invitation is still open', async () => {
    const { reading } = await read();
    for (const role of BRIGHTWATER.roles) {
      const found = reading.roles?.find(({ id }) => id === role.id);
      expect([found?.name, found?.holders?.toSorted()]).toEqual([role.name, role.holderIds.toSorted()]);
    }
    expect(reading.people.find(({ userName }) => userName.startsWith('patrick.byrne'))).toMatchObject({
      active: false,
      pending: 'invited',
    });
  });

  it('keeps a role that somebody holds although it is not listed', async () => {
    const roles = [{ id: 'r-1', remote_id: null, name: 'Hidden Role' }];
    const { reading } = await read({ faults: [{ kind: 'patch-row', path: USERS, row: 0, set: { roles } }] });
    const holder = reading.people.find(({ id }) => id === BRIGHTWATER.people[0]!.id)!;
    expect(reading.roles?.find(({ name }) => name === 'Hidden Role')?.holders).toEqual([holder.id]);
  });

  it('goes on without roles where the linked account offers none, and says what to do', async () => {
    const { reading, evidence } = await read({ faults: [{ kind: 'answer', path: ROLES, status: 501 }] });
    expect(reading.roles).toBeUndefined();
    expect(reading.facts.has('role-holders')).toBe(false);
    expect(evidence.warnings).toEqual([expect.stringMatching(/HTTP 501.*API secret/)]);
  });

  it('does not know the holders of roles where nobody’s record speaks of roles', async () => {
    const faults = [...BRIGHTWATER.people.keys()].map(
      (row) => ({ kind: 'patch-row', path: USERS, row, set: { roles: null } }) as const,
    );
    const { reading } = await read({ faults });
    expect(reading.facts.has('role-holders')).toBe(false);
    expect(reading.facts.has('role-catalogue')).toBe(true);
    expect(reading.roles?.every(({ holders }) => holders === undefined)).toBe(true);
  });

  it('asks for whole records where a service cannot leave fields out', async () => {
    const { reading, standIn } = await read({
      faults: [{ kind: 'answers', path: USERS, answers: [{ status: 400 }] }],
    });
    expect(reading.people).toHaveLength(BRIGHTWATER.people.length);
    const queries = standIn.requests
      .filter(({ path }) => path === USERS)
      .map(({ query }) => Object.keys(query));
    expect(queries).toEqual([['page_size', 'fields', 'expand'], ['page_size']]);
  });

  it('names what has no id in Leapsome, so that it can be linked otherwise', async () => {
    const { reading } = await read({
      faults: [{ kind: 'patch-row', path: USERS, row: 0, set: { remote_id: null } }],
    });
    expect(reading.foreign?.people.size).toBe(1);
    const [id] = reading.foreign!.people;
    expect(reading.people.filter((person) => person.id === id)).toHaveLength(1);
  });

  it('refuses two records for one account of Leapsome', async () => {
    const remote = BRIGHTWATER.people[1]!.id;
    expect(
      await refusal({ faults: [{ kind: 'patch-row', path: USERS, row: 0, set: { remote_id: remote } }] }),
    ).toMatchObject({ code: 'bad-response', message: expect.stringContaining('the same `remote_id`') });
  });

  it('refuses roles that only some records have', async () => {
    expect(
      await refusal({ faults: [{ kind: 'patch-row', path: USERS, row: 2, set: { roles: null } }] }),
    ).toMatchObject({ code: 'bad-response', message: expect.stringContaining('lacks `roles` for 1 of') });
  });

  it.each([
    [401, 'auth-rejected', 'stackone-api-key'],
    [403, 'auth-rejected', 'may not read this linked account'],
    [404, 'bad-response', 'stackone-account-id'],
    [408, 'timed-out', 'waited for Leapsome in vain'],
    [412, 'auth-rejected', 'not ready to be read'],
    [501, 'bad-response', 'does not offer this list'],
    [502, 'bad-response', 'Leapsome answered StackOne with an error'],
  ])('tells HTTP %i apart', async (status, code, says) => {
    const problem = await refusal({ faults: [{ kind: 'answer', service: 'stackone', status, path: USERS }] });
    expect(problem).toMatchObject({ code, message: expect.stringContaining(says) });
    expect(problem.hint).not.toBe('');
  });
});
