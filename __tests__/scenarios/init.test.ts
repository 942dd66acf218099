import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { BRIGHTWATER, BRIGHTWATER_AGREED, CANARIES, type Company } from '../../demo/company.ts';
import type { SourceName } from '../../src/model/facts.ts';
import { only, personalIn } from './doctor.ts';
import { cli, leapsome, workspace } from './harness.ts';
import { check, init } from './init.ts';

/** What `init` writes. After a change that is meant, run it against `demo --serve` and look at the difference. */
const golden = (name: string) => readFileSync(new URL(`../draft/${name}`, import.meta.url), 'utf8');

const ALL: readonly SourceName[] = ['scim', 'content', 'stackone'];

describe('the policy of Brightwater', () => {
  test.each<[string, readonly SourceName[]]>([
    ['brightwater-scim.yml', ['scim']],
    ['brightwater-all.yml', ALL],
  ])('is %s', async (name, sources) => {
    const { policy, code, stderr } = await init(only(await leapsome(), ...sources));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(policy).toBe(golden(name));
  });

  test('is the same when Leapsome lists everything in another order', async () => {
    const { people, groups, roles } = BRIGHTWATER;
    const turned: Company = {
      ...BRIGHTWATER,
      people: people.map((one) => ({ ...one, groupIds: one.groupIds.toReversed() })).toReversed(),
      groups: groups.toReversed(),
      roles: roles.map((role) => ({ ...role, holderIds: role.holderIds.toReversed() })).toReversed(),
    };
    const { policy } = await init(only(await leapsome({ company: turned }), ...ALL));
    expect(policy).toBe(golden('brightwater-all.yml'));
  });

  test('is the same again with --force', async () => {
    const env = only(await leapsome(), ...ALL);
    const first = await init(env);
    const second = await init(env, ['--force'], first.cwd);
    expect([second.code, second.policy]).toEqual([0, first.policy]);
  });

  test('names nobody but by what a policy may name', () => {
    for (const name of ['brightwater-scim.yml', 'brightwater-all.yml'])
      for (const canary of CANARIES) expect(golden(name)).not.toContain(canary);
  });
});

describe('the next check is green', () => {
  const cases: [string, Company, readonly SourceName[]][] = [
    ['SCIM', BRIGHTWATER, ['scim']],
    ['the Content API', BRIGHTWATER, ['content']],
    ['StackOne', BRIGHTWATER, ['stackone']],
    ['all three, which agree', BRIGHTWATER_AGREED, ALL],
    ['all three, which contradict each other', BRIGHTWATER, ALL],
  ];
  test.each(cases)('with %s', async (_name, company, sources) => {
    const env = only(await leapsome({ company }), ...sources);
    const { cwd, code } = await init(env);
    expect(code).toBe(0);
    const { report, ...checked } = await check(env, cwd);
    expect(report?.problems).toEqual([]);
    expect(report?.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect([report?.result, checked.code]).toEqual(['in-sync', 0]);
    const judged = ['unexpected-member', 'missing-member', 'unexpected-account', 'missing-group'];
    expect(report?.rules.filter(({ id }) => judged.includes(id)).map(({ status }) => status)).toEqual(
      judged.map(() => 'pass'),
    );
  });

  test('and shows what was lowered as warnings', async () => {
    const env = only(await leapsome(), ...ALL);
    const { cwd, stdout } = await init(env);
    const { report } = await check(env, cwd);
    const warned = new Set(report?.findings.map(({ rule, severity }) => `${rule} ${severity}`));
    expect(warned).toContain('leaver-active warning');
    expect(warned).toContain('source-disagreement warning');
    expect(stdout).toContain('leaver-active would fail today (2 people), and is a warning in this policy');
    expect(stdout).toContain('source-disagreement would fail today (3 people)');
  });

  test('and the one after a change is not', async () => {
    const env = only(await leapsome(), 'scim');
    const { cwd } = await init(env);
    const people = BRIGHTWATER.people.map((one) =>
      one.userName.startsWith('rafael.ortiz') ? { ...one, groupIds: one.groupIds.slice(1) } : one,
    );
    const later = await check(only(await leapsome({ company: { ...BRIGHTWATER, people } }), 'scim'), cwd);
    expect([later.code, later.report?.counts.error]).toEqual([1, 1]);
  });
});

describe('what is printed', () => {
  test('is numbers and the path, and nothing of anybody', async () => {
    const { stdout, stderr } = await init(only(await leapsome(), ...ALL));
    expect(stdout).toContain(`${BRIGHTWATER.people.length} users (56 active) were read.`);
    expect(stdout).toContain('Groups: 19, of which 9 described by conditions, the others by lists; 25 more');
    expect(stdout).toContain('Access roles: 6.');
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(
      '✔ Written. policy.yml. Read it, then run "check". (exit code 0)',
    );
    expect(personalIn(stdout + stderr)).toEqual([]);
  });

  test('is JSON for programs', async () => {
    const { stdout } = await init(only(await leapsome(), 'scim'), ['--format', 'json']);
    expect(JSON.parse(stdout)).toEqual({
      result: 'written',
      path: 'policy.yml',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      counts: { users: 62, activeUsers: 58, groups: 18, describedGroups: 9, otherGroups: 0 },
      lowered: [{ id: 'leaver-active', people: 1 }],
      problems: [],
      warnings: [],
    });
    expect(personalIn(stdout)).toEqual([]);
  });
});

test('--groups writes the groups whose name matches', async () => {
  const env = only(await leapsome(), 'scim');
  const { policy, cwd } = await init(env, ['--groups', 'Office *']);
  expect([...policy!.matchAll(/^ {2}- name: (.*)$/gm)].map((match) => match[1])).toEqual([
    'Office Berlin',
    'Office Lisbon',
  ]);
  const { report } = await check(env, cwd);
  expect(report?.result).toBe('in-sync');
  expect(report?.rules.find(({ id }) => id === 'unmanaged-group')).toMatchObject({ findings: 16 });
});

test('everybody is asked with GET alone', async () => {
  const standIn = await leapsome();
  await init(only(standIn, ...ALL));
  expect(new Set(standIn.requests.map(({ method }) => method))).toEqual(new Set(['GET']));
});

test('--help tells what there is to say', async () => {
  const { stdout, code } = await cli(['init', '--help'], { cwd: workspace() });
  expect(code).toBe(0);
  for (const word of [
    '--policy',
    '--groups',
    '--force',
    'LEAPSOME_SCIM_TOKEN',
    '0 written, 2 could not check',
  ])
    expect(stdout).toContain(word);
});
