import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { commandsOf } from '../reporters/runner.ts';
import type { SarifLog } from '../reporters/sarif-log.ts';
import { SCIM_POLICY, workspace } from './harness.ts';
import { BASE, base, MERGE, type PreviewOptions, preview } from './preview.ts';

const SHA = MERGE;

function git(origin: string | undefined, commit = SHA): Record<string, string> {
  const remote = origin === undefined ? '' : `[remote "origin"]\n\turl = ${origin}\n`;
  return { HEAD: `${commit}\n`, config: `[core]\n\tbare = false\n${remote}` };
}

/** The action on a policy in a checkout, null for one without git, and where every surface says that it is. */
async function checked(
  path: string,
  directory: string,
  origin: string | undefined | null,
  more: Partial<PreviewOptions> = {},
) {
  const files = Object.entries(origin === null ? {} : git(origin)).map(([name, text]) => [
    join(directory, '.git', name),
    text,
  ]);
  const cwd = workspace({ [path]: SCIM_POLICY, ...Object.fromEntries(files) });
  const finished = await preview({
    head: {},
    cwd,
    ...more,
    inputs: { policy: path, formats: 'json,sarif,html', ...more.inputs },
    env: {
      GITHUB_SHA: SHA,
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_RUN_ID: '7',
      ...more.env,
    },
  });
  const read = (name: string) => readFileSync(join(cwd, 'leapsome-access-report', name), 'utf8');
  const linked = (text: string) =>
    [...new Set(text.match(/https:\/\/github\.com\/acme\/policy\/blob\/[^)"#]+/g))].map((url) =>
      url.replace(/.*\/blob\/[0-9a-f]+\//, ''),
    );
  const sarif = (JSON.parse(read('report.sarif')) as SarifLog).runs[0]!;
  const places = sarif.results.map(({ locations }) => locations![0]!.physicalLocation.artifactLocation);
  return {
    ...finished,
    summaryLinks: linked(finished.summary),
    pageLinks: linked(read('report.html')),
    annotated: [
      ...new Set(
        commandsOf(finished.stdout)
          .filter(({ name }) => name === 'error')
          .map(({ properties }) => properties.file),
      ),
    ],
    uris: [...new Set(places.map(({ uri, uriBaseId }) => `${uriBaseId} ${uri}`))],
    provenance: sarif.versionControlProvenance,
    files: [...new Set(finished.report!.findings.map(({ location }) => location.file))],
  };
}

describe('a place in the policy', () => {
  test.each([
    ['without git', null],
    ['that does not tell where it is from', undefined],
    ['by https', 'https://github.com/acme/policy'],
    ['by ssh', 'git@github.com:acme/policy.git'],
  ])('is its path in a plain checkout %s', async (_, origin) => {
    const place = 'access/policy.yml';
    const run = await checked(place, '', origin);
    expect(run.code).toBe(1);
    expect([run.summaryLinks, run.pageLinks, run.annotated, run.files]).toEqual(Array(4).fill([place]));
    expect(run.uris).toEqual([`%SRCROOT% ${place}`]);
    expect(run.provenance).toMatchObject([{ revisionId: SHA }]);
    expect(run.report!.run).not.toHaveProperty('policyRoot');
  });

  test('has the name of the repository where that is checked out into a directory', async () => {
    const path = 'checkout/access/policy.yml';
    const run = await checked(path, 'checkout', 'https://github.com/acme/policy', {
      github: base({ 'access/policy.yml': SCIM_POLICY }),
    });
    const place = ['access/policy.yml'];
    expect([run.summaryLinks, run.pageLinks, run.annotated]).toEqual([place, place, place]);
    expect(run.uris).toEqual(['%SRCROOT% access/policy.yml']);
    expect(run.provenance).toMatchObject([{ repositoryUri: 'https://github.com/acme/policy' }]);
    expect(run.files).toEqual([path]);
    expect(run.report!.run.policyRoot).toBe('checkout');
    expect(run.report!.preview?.base).toBe(BASE);
  });

  test.each([
    ['in the workspace', 'access/policy.yml', '', 'https://github.com/other/tenant'],
    ['in a directory', 'tenant/access/policy.yml', 'tenant', 'https://github.com/other/tenant'],
    ['that does not tell whose it is', 'tenant/access/policy.yml', 'tenant', undefined],
  ])('of another repository %s is not one of this', async (_, path, directory, origin) => {
    const run = await checked(path, directory, origin);
    expect(run.code).toBe(1);
    expect([run.summaryLinks, run.pageLinks]).toEqual([[], []]);
    expect(run.annotated).toEqual([undefined]);
    expect(run.stdout).toContain(`::${path}:`);
    expect(run.uris).toEqual([`WORKSPACE ${path}`]);
    expect(run.provenance).toBeUndefined();
    expect(run.files).toEqual([path]);
    expect(run.report!.run.policyRoot).toBeNull();
  });

  test('is marked so by validate, too, also where a mistake is', async () => {
    const mistake = { 'tenant/policy.yml': 'version: 1\nx: 1\n', 'tenant/.git/HEAD': `${SHA}\n` };
    const options = { head: mistake, inputs: { command: 'validate', policy: 'tenant/policy.yml' } };
    const [error] = commandsOf((await preview(options)).stdout).filter(({ name }) => name === 'error');
    expect(error!.properties.file).toBeUndefined();
    const own = { ...mistake, 'tenant/.git/config': git('https://github.com/acme/policy').config! };
    const [mine] = commandsOf((await preview({ ...options, head: own })).stdout).filter(
      ({ name }) => name === 'error',
    );
    expect(mine!.properties).toMatchObject({ file: 'policy.yml', line: '2' });
  });
});
