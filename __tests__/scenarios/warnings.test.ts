import { expect, test } from '@jest/globals';
import { commandsOf } from '../reporters/runner.ts';
import { threads } from './github-threads.ts';
import { commenting } from './telling.ts';

/** Twenty people without an account, each a warning. */
const PEOPLE = Array.from({ length: 20 }, (_, index) => `nobody${index}@brightwater.example`);
const MANY = `version: 1
rules: { unmanaged-group: "off", missing-account: warning }
groups:
  - name: Works Council
    members:
      at-least:
${PEOPLE.map((name) => `        - ${name}\n`).join('')}`;

const refusing = () => threads({ instead: () => ({ status: 403, body: { message: 'no' } }) });

function warnings(stdout: string): string[] {
  return commandsOf(stdout).flatMap(({ name, data }) => (name === 'warning' ? [data] : []));
}

test('warnings of the run and of findings are ten together, with that of the runner, and the rest is counted', async () => {
  const { stdout, report } = await commenting(await refusing(), { policy: MANY, inputs: { coment: 'x' } });
  const all = warnings(stdout);
  // The runner has one of its own about an input that action.yml does not know.
  expect(all).toHaveLength(9);
  expect(all[0]).toContain('There is no input "coment".');
  expect(all.at(-1)).toContain('pull-requests: write');
  expect(all.at(-2)).toBe(`${report!.counts.warning - 6} more warnings, see the summary`);
});

test('as many warnings of the run as may be leave room to say how many findings there are', async () => {
  const misspelt = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`coment${index}`, 'x']));
  const { stdout, report } = await commenting(await refusing(), { policy: MANY, inputs: misspelt });
  const all = warnings(stdout);
  expect(all).toHaveLength(9);
  expect(all.at(-1)).toBe(`${report!.counts.warning} more warnings, see the summary`);
  // What GitHub would drop stands in the log.
  expect(stdout).toContain('\nThere is no input "coment11".');
  expect(stdout).toMatch(/^The comment on the pull request could not be written/m);
});
