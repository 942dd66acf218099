import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { DEMO_AS_OF } from '../demo/company.ts';
import { environmentOf } from '../demo/serve.ts';
import { against, cli, type Finished, leapsome, workspace } from './scenarios/harness.ts';

const ROOT = new URL('..', import.meta.url).pathname;

interface Example {
  readonly path: string;
  readonly all?: boolean;
  /** What it finds at severity error. */
  readonly errors: readonly string[];
}

const EXAMPLES: readonly Example[] = [
  {
    path: 'start-up/leapsome-access-policy.yml',
    errors: ['leaver-active silvia.moretti', 'unexpected-member rafael.ortiz'],
  },
  { path: 'owners-and-includes/leapsome-access-policy.yml', errors: [] },
  { path: 'multi-tenant/europe.yml', errors: [] },
  { path: 'multi-tenant/americas.yml', errors: [] },
  {
    path: 'soc2-iso27001/leapsome-access-policy.yml',
    all: true,
    errors: [
      'forbidden-member kai.lang',
      'leaver-active giulia.ferri',
      'leaver-active silvia.moretti',
      'requirement lena.vogt',
      'separation-of-duties yuki.tanaka',
      'source-disagreement agnieszka.nowak',
      'source-disagreement giulia.ferri',
      'source-disagreement quynh.tran',
      'unexpected-member rafael.ortiz',
    ],
  },
];

async function check({ path, all = false }: Example): Promise<Finished> {
  const standIn = await leapsome();
  const reports = workspace();
  return cli(
    [
      'check',
      '--policy',
      `examples/${path}`,
      '--as-of',
      DEMO_AS_OF,
      '--personal-data',
      'show',
      '--report-dir',
      reports,
    ],
    { cwd: ROOT, env: all ? environmentOf(standIn) : against(standIn), reportDir: reports },
  );
}

describe.each(EXAMPLES)('the example $path', (example) => {
  test('is valid', async () => {
    const { code, stdout } = await cli(['validate', '--policy', `examples/${example.path}`], { cwd: ROOT });
    expect([code, stdout]).toEqual([0, expect.stringContaining('valid')]);
  });

  test('finds what its page says', async () => {
    const { stdout } = await check(example);
    const errors = [
      ...stdout.matchAll(/✖ error (\S+)\n\s+(?:sources disagree about (?:the groups of )?)?([\w.]+)@/g),
    ];
    expect(errors.map(([, rule, user]) => `${rule} ${user}`).toSorted()).toEqual(example.errors);
    expect(stdout).toMatch(example.errors.length > 0 ? /^✖ Drift/m : /^✔ In sync/m);
  });
});

test('every example stands in the list of examples', () => {
  const page = readFileSync(new URL('../examples/README.md', import.meta.url), 'utf8');
  for (const { path } of EXAMPLES) expect(page).toContain(path.split('/')[0]!);
});
