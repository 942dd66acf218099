import { describe, expect, test } from '@jest/globals';
import { commandsOf } from '../reporters/runner.ts';
import { GITHUB_TOKEN, json } from './github-api.ts';
import { BASE, base, HEAD, POLICY, preview } from './preview.ts';

/** Thirty people without an account, one a line, from line 8 on. */
const PEOPLE = Array.from({ length: 30 }, (_, index) => `nobody${index}@brightwater.example`);
const MANY = `version: 1
rules: { unmanaged-group: "off" }
groups:
  - name: Works Council
    members:
      at-least:
        # one a line
${PEOPLE.map((name) => `        - ${name}\n`).join('')}`;
const head = { [POLICY]: MANY };

function errorLines(stdout: string): number[] {
  return commandsOf(stdout).flatMap(({ name, properties }) =>
    name === 'error' ? Number(properties.line) : [],
  );
}

describe('more annotations than GitHub keeps', () => {
  test('begin with the lines that the pull request changes', async () => {
    const { stdout, github, report } = await preview({
      head,
      github: {
        ...base(head),
        changed: [{ filename: POLICY, patch: '@@ -29,2 +29,3 @@\n same\n+new\n+new\n' }, { filename: 'big' }],
      },
    });
    expect(report!.counts.error).toBeGreaterThan(10);
    expect(errorLines(stdout).slice(0, 2)).toEqual([30, 31]);
    expect(github.requests.at(-1)).toBe(`/repos/acme/policy/compare/${BASE}...${HEAD}`);
    expect(github.violations).toEqual([]);
  });

  test.each([403, 500])('keep their order when GitHub answers with HTTP %d', async (status) => {
    const { stdout, everything, code } = await preview({
      head,
      github: {
        ...base(head),
        instead(path, response) {
          if (!path.includes('/compare/')) return undefined;
          json(response, status, { message: 'CANARY' });
          return true;
        },
      },
    });
    expect(code).toBe(1);
    expect(stdout).toContain('GitHub did not tell which lines this pull request changes');
    expect(errorLines(stdout).slice(0, 3)).toEqual([1, 8, 9]);
    expect(everything).not.toContain('CANARY');
    expect(everything.replaceAll(`::add-mask::${GITHUB_TOKEN}`, '')).not.toContain(GITHUB_TOKEN);
  });
});

test('few annotations are not worth a question', async () => {
  const few = { [POLICY]: MANY.split('\n').slice(0, 10).join('\n') };
  const { github } = await preview({ head: few, github: base(few) });
  expect(github.requests.filter((path) => path.includes('/compare/'))).toEqual([]);
});
