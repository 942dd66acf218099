import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { BRIGHTWATER } from '../../demo/company.ts';
import { action, against, cli, leapsome, workspace } from './harness.ts';

// Two groups that differ in a blank at the end, which Leapsome allows.
const [OTHER, MEANT] = ['Payroll', 'Payroll '];
const [first, second] = BRIGHTWATER.groups;
const ADAEZE = BRIGHTWATER.people[0]!;
const COMPANY = {
  ...BRIGHTWATER,
  groups: [
    { ...first!, name: OTHER },
    { ...second!, name: MEANT },
  ],
  people: BRIGHTWATER.people.map((person) => ({
    ...person,
    groupIds: person === ADAEZE ? [first!.id, second!.id] : [],
  })),
};
const POLICY = `version: 1
groups:
  - name: "${OTHER}"
    members: []
  - name: "${MEANT}"
    members: []
review: { cadence: 90d, records: reviews }
`;

async function started(files: Readonly<Record<string, string>> = { 'policy.yml': POLICY }) {
  const standIn = await leapsome({ company: COMPANY });
  const cwd = workspace(files);
  const run = (...args: readonly string[]) => cli(args, { cwd, env: against(standIn) });
  return { standIn, cwd, run };
}

describe('the name of a group is taken exactly', () => {
  test('by accept', async () => {
    const { cwd, run } = await started();
    await run('check', '--policy', 'policy.yml', '--personal-data', 'show');
    const { code } = await run(
      ...['accept', '--policy', 'policy.yml', '--rule', 'unexpected-member', '--group', MEANT],
    );
    expect(code).toBe(0);
    expect(readFileSync(join(cwd, 'policy.yml'), 'utf8')).toBe(
      POLICY.replace(/(?<="Payroll "\n {4}members: )\[\]/, `[${ADAEZE.userName}]`),
    );
  });

  test('by init', async () => {
    const { cwd, run } = await started({});
    await run('init', '--policy', 'policy.yml', `--groups=${MEANT}`);
    expect(readFileSync(join(cwd, 'policy.yml'), 'utf8').match(/^ {2}- name: .*$/gm)).toEqual([
      `  - name: "${MEANT}"`,
    ]);
  });

  test('by review start', async () => {
    const { run } = await started();
    const { stdout } = await run(
      ...['review', 'start', '--policy', 'policy.yml', '--format', 'json', '--groups', MEANT],
    );
    expect(JSON.parse(stdout).records.map(({ group }: { group: object }) => group)).toEqual([
      expect.objectContaining({ name: MEANT }),
    ]);
  });

  test.each(['', '\n', '\r\n'])('by an input of a workflow, but for %j behind it', async (end) => {
    const { standIn, cwd } = await started({});
    await action({
      cwd,
      inputs: {
        ...{ command: 'init', policy: 'policy.yml', groups: `${MEANT}${end}` },
        ...{ 'scim-url': standIn.scimUrl, 'scim-token': standIn.token },
      },
    });
    expect(readFileSync(join(cwd, 'policy.yml'), 'utf8').match(/^ {2}- name: .*$/gm)).toEqual([
      `  - name: "${MEANT}"`,
    ]);
  });

  test.each(['', ' ', '\t'])('and %j is none', async (blank) => {
    const { standIn, run } = await started();
    const pattern = await run('init', '--policy', 'new.yml', `--groups=${blank}`);
    expect([pattern.code, pattern.stdout + pattern.stderr]).toEqual([
      2,
      expect.stringContaining('--groups is there, but names nothing.'),
    ]);
    const group = await run('accept', '--policy', 'policy.yml', `--group=${blank}`);
    expect([group.code, group.stderr]).toEqual([2, expect.stringContaining('--group needs a value.')]);
    expect(standIn.requests).toEqual([]);
  });
});
