import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { BRIGHTWATER, DEMO_AS_OF } from '../../demo/company.ts';
import { scimRows } from '../../demo/scim-wire.ts';
import type { Report } from '../../src/model/report.ts';
import { against, cli, type Finished, leapsome, workspace } from './harness.ts';

const LENIENT =
  'version: 1\ngroups: [{ name: "*" }]\nrules: { leaver-active: off, inactive-member: off, inactive-manager: off }\n';
const ACTIVE = BRIGHTWATER.people.filter((person) => person.active).length;

/** A check against the first so many active people. */
async function check(
  cwd: string,
  {
    active = ACTIVE,
    policy = LENIENT,
    previous = 'old.json',
  }: { active?: number; policy?: string; previous?: string } = {},
): Promise<Finished> {
  const people = BRIGHTWATER.people.filter((person) => person.active).slice(0, active);
  const standIn = await leapsome({ population: scimRows({ ...BRIGHTWATER, people }) });
  writeFileSync(join(cwd, 'policy.yml'), policy);
  return cli(['check', '--policy', 'policy.yml', '--as-of', DEMO_AS_OF, '--previous-report', previous], {
    cwd,
    env: against(standIn),
  });
}

function earlier(activeUsers: number, more: object = {}): string {
  return JSON.stringify({
    schemaVersion: 1,
    tool: { name: 'leapsome-access-policy', version: '0.1.0' },
    result: 'in-sync',
    population: { users: activeUsers, activeUsers, groups: 1, memberships: 1 },
    problems: [],
    ...more,
  });
}

function codes(report: Report | undefined): string[] | undefined {
  return report?.problems.map((problem) => problem.code);
}

describe('a drop', () => {
  test.each([
    ['of exactly 20%', 40, 50, true],
    ['a little above', 39, 50, false],
    ['of almost all', 12, 400, false],
    ['none, but growth', 50, 10, true],
    ['from nobody', 50, 0, true],
  ])('%s: %d now, %d before', async (_, active, before, believed) => {
    const { code, report } = await check(workspace({ 'old.json': earlier(before) }), { active });
    expect(codes(report)).toEqual(believed ? [] : ['implausible-population']);
    expect(code).toBe(believed ? 0 : 2);
    if (!believed)
      expect(report?.problems[0]?.message).toContain(`${active} active users now, ${before} in the previous`);
  });

  test.each([
    ['max-drop: 50%', 30, 50, true],
    ['max-drop: 0%', 49, 50, false],
    ['max-growth: 10%', 50, 40, false],
    ['min-users: 51', 50, 50, false],
  ])('with %s: %d now, %d before', async (limit, active, before, believed) => {
    const policy = `${LENIENT}population: { ${limit} }\n`;
    const { code, report } = await check(workspace({ 'old.json': earlier(before) }), { active, policy });
    expect(codes(report)).toEqual(believed ? [] : ['implausible-population']);
    expect(code).toBe(believed ? 0 : 2);
  });
});

describe('a report that cannot be compared with', () => {
  const cases: [string, string | undefined, string][] = [
    ['a missing one', undefined, 'no previous report'],
    ['a cut one', earlier(50).slice(0, 40), 'damaged'],
    ['an empty one', '', 'damaged'],
    ['one of another tool', '{"tool":{"name":"x"}}', 'no report of this tool'],
    ['null', 'null', 'no report of this tool'],
    ['another schema', earlier(50, { schemaVersion: 2 }), 'schema'],
    ['no population', earlier(50, { population: null }), 'counted no population'],
    ['an odd population', earlier(50, { population: { activeUsers: '50' } }), 'counted no population'],
    ['a negative population', earlier(50, { population: { activeUsers: -1 } }), 'counted no population'],
  ];

  test.each(cases)('%s is a warning', async (_, text, says) => {
    const { code, report } = await check(workspace(text === undefined ? {} : { 'old.json': text }));
    expect({ code, problems: report?.problems }).toEqual({ code: 0, problems: [] });
    expect(report?.warnings).toEqual([expect.stringContaining(says)]);
  });

  test.each(cases.slice(-3))('%s is no answer where the policy sets a limit', async (_, text, says) => {
    const policy = `${LENIENT}population: { max-drop: 20% }\n`;
    const { code, report } = await check(workspace({ 'old.json': text! }), { policy });
    expect({ code, codes: codes(report) }).toEqual({ code: 2, codes: ['implausible-population'] });
    expect(report?.problems[0]?.message).toContain(says);
  });

  test('a directory and a FIFO do not stop the run', async () => {
    const cwd = workspace();
    mkdirSync(join(cwd, 'directory'));
    execFileSync('mkfifo', [join(cwd, 'fifo')]);
    for (const previous of ['directory', 'fifo']) {
      const { code, report } = await check(cwd, { previous });
      expect(code).toBe(0);
      expect(report?.warnings).toEqual([expect.stringContaining('is no report file')]);
    }
  });

  test('the content of a foreign file is not shown', async () => {
    const { code, stdout, stderr } = await check(workspace(), { previous: '/etc/passwd' });
    expect(code).toBe(0);
    expect(stdout + stderr).not.toContain('root:');
  });
});

describe('the report of the last run, in the place of the next', () => {
  const PLACE = 'leapsome-access-report/report.json';

  test('is compared with before it is replaced', async () => {
    const cwd = workspace({ [PLACE]: earlier(400) });
    const { code, report } = await check(cwd, { previous: PLACE });
    expect({ code, codes: codes(report) }).toEqual({ code: 2, codes: ['implausible-population'] });
  });

  test('a collapse does not become the measure of the run after it', async () => {
    const cwd = workspace();
    expect((await check(cwd, { previous: PLACE })).code).toBe(0);
    for (const _ of [1, 2]) {
      const { code, report } = await check(cwd, { previous: PLACE, active: 12 });
      expect({ code, codes: codes(report) }).toEqual({ code: 2, codes: ['implausible-population'] });
      expect(report?.problems[0]?.message).toContain(`12 active users now, ${ACTIVE} in the previous report`);
    }
    const recovered = await check(cwd, { previous: PLACE });
    expect({ code: recovered.code, problems: recovered.report?.problems }).toEqual({ code: 0, problems: [] });
  });

  test('a run that read nothing hands the measure on', async () => {
    const cwd = workspace();
    expect((await check(cwd, { previous: PLACE })).code).toBe(0);
    const standIn = await leapsome({ token: 'another' });
    const refused = await cli(['check', '--policy', 'policy.yml', '--previous-report', PLACE], {
      cwd,
      env: against(standIn, 'wrong'),
    });
    expect(refused.code).toBe(2);
    const { code, report } = await check(cwd, { previous: PLACE, active: 12 });
    expect({ code, codes: codes(report) }).toEqual({ code: 2, codes: ['implausible-population'] });
  });
});

test('the report says with what it was compared', async () => {
  const { report } = await check(workspace({ 'old.json': earlier(50) }), { active: 50 });
  expect(report?.baseline).toEqual({ activeUsers: 50 });
  const schema = JSON.parse(
    readFileSync(new URL('../../schema/report.schema.json', import.meta.url), 'utf8'),
  );
  expect(schema.properties).toHaveProperty('baseline');
});
