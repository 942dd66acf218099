import { describe, expect, test } from '@jest/globals';
import { environmentOf } from '../../demo/serve.ts';
import { examine, groups, only, people, problemsOf, roles, sourceOf, statesOf } from './doctor.ts';
import { leapsome } from './harness.ts';

const deactivated = people.filter(({ status }) => status === 'deactivated').length;
const waiting = people.filter(({ status }) => status !== 'deactivated' && status !== 'active').length;
const memberships = people.reduce((sum, { groupIds }) => sum + groupIds.length, 0);

describe('credentials that all work', () => {
  test('are ready, with exact counts of what each can read', async () => {
    const standIn = await leapsome();
    const run = await examine(environmentOf(standIn));
    expect(run.diagnosis.result).toBe('ready');
    expect(statesOf(run)).toEqual({ scim: 'works', content: 'works', stackone: 'works' });
    expect(sourceOf(run, 'scim').reading!.counts).toEqual({
      users: people.length,
      active: people.length - deactivated,
      deactivated,
      groups: groups.length,
      memberships,
    });
    expect(sourceOf(run, 'stackone').reading!.counts).toEqual({
      users: people.length,
      active: people.length - deactivated - waiting,
      pending: waiting,
      deactivated,
      groups: groups.length,
      memberships,
      roles: roles.length,
    });
    expect(sourceOf(run, 'content').reading!.counts.roles).toBe(roles.length);
    for (const { method } of standIn.requests) expect(method).toBe('GET');
    expect(run.text).toContain(`${people.length} users (${people.length - deactivated} active`);
  });

  test('tell what only one of them tells, and how far from the limits they stay', async () => {
    const standIn = await leapsome();
    const run = await examine(environmentOf(standIn));
    const [scim, content, stackone] = run.diagnosis.sources;
    expect(scim!.reading!.onlyTells).toEqual(['employment-type']);
    expect(content!.reading!.onlyTells).toEqual(
      expect.arrayContaining(['lifecycle', 'status', 'group-kind']),
    );
    expect(stackone!.reading!.onlyTells).toEqual(['role-holders']);
    expect([scim, content, stackone].map((source) => source!.traffic)).toEqual([
      expect.objectContaining({ limit: 30, ceiling: 14, refusals: 0, retries: 0 }),
      expect.objectContaining({ limit: 20, ceiling: 9, refusals: 0, retries: 0 }),
      expect.objectContaining({ limit: null, ceiling: 14, refusals: 0, retries: 0 }),
    ]);
    // Two runs, the same requests each.
    const sent = run.diagnosis.sources.reduce((sum, { traffic }) => sum + traffic!.requests, 0);
    expect(2 * sent).toBe(standIn.requests.length);
    for (const { traffic } of run.diagnosis.sources) {
      expect(traffic!.busiestSecond).toBeGreaterThan(0);
      expect(traffic!.busiestSecond).toBeLessThanOrEqual(Math.min(traffic!.requests, traffic!.ceiling));
    }
    expect(run.text).toMatch(/below Leapsome's limit of 30, which your identity provider shares/);
    expect(run.text).toMatch(/StackOne publishes no limit/);
  });

  test('are ready alone, and say what the others would add', async () => {
    const run = await examine(only(await leapsome(), 'scim'));
    expect(run.diagnosis.result).toBe('ready');
    expect(statesOf(run)).toEqual({ scim: 'works', content: 'not-given', stackone: 'not-given' });
    expect(sourceOf(run, 'content')).toMatchObject({ endpoint: null, traffic: null, reading: null });
    expect(sourceOf(run, 'content').wouldTell).toContain('lifecycle');
    expect(sourceOf(run, 'stackone').wouldTell).toEqual(['role-catalogue', 'role-holders']);
    expect(run.text).toContain('give `api-secret` (LEAPSOME_API_SECRET)');
  });

  test('keep to the limit also where there is much to read, and say so', async () => {
    const standIn = await leapsome({ clamp: { users: 3 } });
    const { diagnosis } = await examine(only(standIn, 'scim'));
    const { requests, busiestSecond } = diagnosis.sources[0]!.traffic!;
    expect(requests).toBeGreaterThan(14);
    expect(busiestSecond).toBeGreaterThan(4);
    expect(busiestSecond).toBeLessThanOrEqual(14);
  });
});

describe('what is missing although the credential works', () => {
  test('access roles without the Super Admin role', async () => {
    const run = await examine(only(await leapsome({ superAdmin: false }), 'content'));
    expect(run.diagnosis.result).toBe('ready');
    const { reading, warnings } = sourceOf(run, 'content');
    expect(reading!.silent).toContainEqual({ fact: 'role-catalogue', why: 'not shown to this key' });
    expect(reading!.counts).not.toHaveProperty('roles');
    expect(warnings).toEqual([expect.stringMatching(/HTTP 403.*Super Admin role/)]);
    expect(run.text).toMatch(/Does not tell the access roles \(not shown to this key\)/);
    expect(run.text).toMatch(/▲ .*Super Admin role/);
  });

  test('roles that StackOne does not offer', async () => {
    const faults = [{ kind: 'answer', status: 501, path: '/unified/iam/roles' }] as const;
    const run = await examine(only(await leapsome({ faults }), 'stackone'));
    expect(run.diagnosis.result).toBe('ready');
    expect(sourceOf(run, 'stackone').reading!.silent).toEqual([
      { fact: 'role-catalogue', why: 'not offered for this linked account' },
      { fact: 'role-holders', why: 'reported for nobody' },
    ]);
  });

  test('refusals of a limit that something else uses up', async () => {
    const faults = [
      { kind: 'answer', status: 429, headers: { 'retry-after': '0' }, path: '/Users', nth: [1, 4] },
    ] as const;
    const run = await examine(only(await leapsome({ faults }), 'scim'));
    expect(problemsOf(run)).toEqual([]);
    expect(sourceOf(run, 'scim').traffic).toMatchObject({ refusals: 1, retries: 1 });
    expect(run.text).toMatch(/ refused as too many/);
  });
});
