import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { BRIGHTWATER } from '../../demo/company.ts';
import { scimRows } from '../../demo/scim-wire.ts';
import { visible } from '../../src/reporters/escape.ts';
import { claimedTests, countedTests, elements, parseXml } from '../reporters/xml.ts';
import { against, cli, leapsome, SCIM_POLICY, workspace } from './harness.ts';

interface Options {
  readonly policy?: string;
  readonly args?: readonly string[];
  readonly token?: string;
  readonly population?: ReturnType<typeof scimRows>;
}

async function check({ policy = SCIM_POLICY, args = [], token, population }: Options) {
  const standIn = await leapsome(population ? { population } : {});
  const cwd = workspace({ 'policy.yml': policy });
  const finished = await cli(
    ['check', '--policy', 'policy.yml', '--formats', 'json,junit', '--as-of', '2026-11-22', ...args],
    { cwd, env: against(standIn, token) },
  );
  const text = readFileSync(join(cwd, 'leapsome-access-report/report.junit.xml'), 'utf8');
  const root = parseXml(text);
  expect(claimedTests(root)).toEqual(countedTests(root));
  return { ...finished, text, root };
}

describe('report.junit.xml', () => {
  it('fails for the errors of the demo company, and passes the rules that hold', async () => {
    const { code, report, root } = await check({ args: ['--personal-data', 'show'] });
    expect(code).toBe(1);
    expect(elements(root, 'failure')).toHaveLength(report!.counts.error);
    expect(elements(root, 'error')).toEqual([]);
    expect(elements(root, 'testsuite').map(({ attributes }) => attributes.name)).toEqual(
      report!.rules.map(({ id }) => id),
    );
    const passed = elements(root, 'testcase').filter(({ children }) => children.length === 0);
    expect(passed.map(({ attributes }) => attributes.classname)).toEqual(
      report!.rules.filter(({ status }) => status === 'pass').map(({ id }) => id),
    );
    for (const { attributes } of elements(root, 'failure')) {
      expect(report!.findings.map(({ message }) => message)).toContain(attributes.message);
    }
  });

  it('fails for nothing where nothing fails the run', async () => {
    const { code, root } = await check({ args: ['--fail-on', 'never'] });
    expect(code).toBe(0);
    expect(countedTests(root)).toMatchObject({ failures: '0', errors: '0' });
    expect(elements(root, 'skipped').length).toBeGreaterThan(10);
  });

  it('is not green when Leapsome refuses the token', async () => {
    const { code, root } = await check({ token: 'wrong' });
    expect(code).toBe(2);
    expect(countedTests(root).errors).toBe('1');
    expect(elements(root, 'error')[0]!.attributes.type).toMatch(/^auth-rejected$|^token-/);
  });

  it('shows hostile names literally, and masks whom the report masks', async () => {
    const names = [
      '<b>&amp;]]></failure>',
      'nul\u0000',
      'x\n<testcase/>',
      '\u202egnp',
      '"\'',
      '\ufffe',
      '<!--',
    ];
    const groups = names.map((name, i) => ({ id: `group-${i}`, name }));
    const [person] = BRIGHTWATER.people;
    const population = scimRows({
      ...BRIGHTWATER,
      people: [{ ...person!, groupIds: groups.map(({ id }) => id) }],
      groups,
    });
    const policy = 'version: 1\ngroups: [{ name: "*", members: { never: [everyone] } }]\n';
    const { root, text } = await check({ policy, population, args: ['--personal-data', 'mask'] });
    const failures = elements(root, 'failure');
    for (const name of names) {
      expect(failures.some(({ attributes }) => attributes.message!.includes(visible(name)))).toBe(true);
    }
    expect(failures.length).toBeGreaterThanOrEqual(names.length);
    expect(text).not.toContain(person!.userName);
  });
});
