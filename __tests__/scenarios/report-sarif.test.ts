import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { BRIGHTWATER } from '../../demo/company.ts';
import { scimRows } from '../../demo/scim-wire.ts';
import { visible } from '../../src/reporters/escape.ts';
import { SARIF_LINK, type SarifLog, sarifMistakes } from '../reporters/sarif-log.ts';
import { action, against, cli, leapsome, SCIM_POLICY, workspace } from './harness.ts';

const SHA = 'c0ffee'.padEnd(40, '0');

interface Options {
  readonly policy?: string;
  readonly args?: readonly string[];
  readonly token?: string;
  readonly population?: ReturnType<typeof scimRows>;
  readonly path?: string;
}

async function check({ policy = SCIM_POLICY, args = [], token, population, path = 'policy.yml' }: Options) {
  const standIn = await leapsome(population ? { population } : {});
  const cwd = workspace({ [path]: policy });
  const finished = await cli(
    ['check', '--policy', path, '--formats', 'json,sarif', '--as-of', '2026-11-22', ...args],
    { cwd, env: against(standIn, token) },
  );
  const text = readFileSync(join(cwd, 'leapsome-access-report/report.sarif'), 'utf8');
  expect(sarifMistakes(text)).toEqual([]);
  return { ...finished, text, run: (JSON.parse(text) as SarifLog).runs[0]! };
}

/** The text of a region, cut as SARIF counts. */
function cutOut(
  policy: string,
  { startLine, startColumn, endLine, endColumn }: Record<string, number>,
): string {
  const lines = policy.split('\n').slice(startLine! - 1, endLine);
  lines[lines.length - 1] = lines.at(-1)!.slice(0, endColumn! - 1);
  lines[0] = lines[0]!.slice(startColumn! - 1);
  return lines.join('\n');
}

describe('report.sarif', () => {
  it('holds every open finding of the demo company once, with fingerprints of their own', async () => {
    const { code, report, run } = await check({ args: ['--personal-data', 'show'] });
    expect(code).toBe(1);
    const open = report!.findings.filter(({ status }) => status === 'open');
    expect(open.length).toBeGreaterThan(10);
    expect(run.results.map(({ ruleId }) => ruleId)).toEqual(open.map(({ rule }) => rule));
    expect(new Set(run.results.map((each) => each.partialFingerprints.primaryLocationLineHash)).size).toBe(
      open.length,
    );
    expect(report!.counts.excepted).toBeGreaterThan(0);
    expect(run.invocations[0]).toMatchObject({ executionSuccessful: true, exitCode: 1 });
  });

  it('marks the very characters of the policy, also behind such as take two', async () => {
    const policy = `version: 1\ngroups:\n  - { owner: "😀 Zoë", name: "No Such Group", members: [] }\n`;
    const { run } = await check({ policy: policy });
    const missing = run.results.find(({ ruleId }) => ruleId === 'missing-group')!;
    const { region } = missing.locations![0]!.physicalLocation;
    expect(cutOut(policy, region)).toBe('name: "No Such Group"');
  });

  it('encodes the path of the policy, and names the commit', async () => {
    const standIn = await leapsome();
    const cwd = workspace({ 'access policies/Zoë #1.yml': SCIM_POLICY });
    await action({
      cwd,
      inputs: {
        policy: 'access policies/Zoë #1.yml',
        formats: 'sarif',
        'scim-url': standIn.scimUrl,
        'scim-token': standIn.token,
      },
      env: {
        GITHUB_REPOSITORY: 'acme/access',
        GITHUB_SERVER_URL: 'https://github.com',
        GITHUB_RUN_ID: '7',
        GITHUB_SHA: SHA,
      },
    });
    const text = readFileSync(join(cwd, 'leapsome-access-report/report.sarif'), 'utf8');
    expect(sarifMistakes(text)).toEqual([]);
    const { results, versionControlProvenance, automationDetails } = (JSON.parse(text) as SarifLog).runs[0]!;
    const uris = results.map(({ locations }) => locations![0]!.physicalLocation.artifactLocation.uri);
    expect(new Set(uris)).toEqual(new Set(['access%20policies/Zo%C3%AB%20%231.yml']));
    expect(versionControlProvenance).toMatchObject([
      { repositoryUri: 'https://github.com/acme/access', revisionId: SHA },
    ]);
    expect(automationDetails.id).toBe('leapsome-access-policy/access%20policies/Zo%C3%AB%20%231.yml/');
    expect(text).not.toContain(cwd);
  });

  it('masks whom the report masks', async () => {
    const { text, report } = await check({ args: ['--personal-data', 'mask'] });
    const addresses = (of: string) => new Set(of.match(/[\w.]+@brightwater\.example/g));
    const named = addresses(SCIM_POLICY);
    expect(text).toContain('user ');
    expect([...addresses(text)].filter((address) => !named.has(address))).toEqual([]);
    expect(report!.personalData).toBe('mask');
  });

  it('is no success when Leapsome refuses the token, and says so where only results are shown', async () => {
    const { code, run } = await check({ token: 'wrong' });
    expect(code).toBe(2);
    expect(run.invocations[0]).toMatchObject({ executionSuccessful: false, exitCode: 2 });
    expect(run.results.map(({ ruleId, level }) => [ruleId, level])).toEqual([['could-not-check', 'error']]);
    expect(run.results[0]!.locations![0]!.physicalLocation.artifactLocation.uri).toBe('policy.yml');
  });

  it('shows hostile names literally', async () => {
    const names = [
      '[ok](https://evil.example)',
      'a\\](b)[c](d)',
      'x\n::error::y',
      '\u202egnp',
      '{0}',
      '%SRCROOT%',
    ];
    const groups = names.map((name, i) => ({ id: `group-${i}`, name }));
    const company = { ...BRIGHTWATER, people: BRIGHTWATER.people.slice(0, 5), groups: [...groups] };
    const population = scimRows({
      ...company,
      people: company.people.map((person) => ({ ...person, groupIds: groups.map(({ id }) => id) })),
    });
    const policy = 'version: 1\ngroups: [{ name: "*", members: { never: [everyone] } }]\n';
    const { run } = await check({ policy, population });
    const texts = run.results.map(({ message }) => message.text);
    for (const name of names) {
      const shown = visible(name);
      expect(texts.some((text) => text.replace(/\\+\]/g, ']').includes(shown.replace(/\\+\]/g, ']')))).toBe(
        true,
      );
    }
    for (const text of texts) expect(text).not.toMatch(SARIF_LINK);
  });
});
