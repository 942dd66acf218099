import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { validate } from '../../src/validate.ts';
import { at, DAY, type Filled, KEEP, REVOKE, record } from './records.ts';

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'records-')));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** What `validate` says of a policy with these records. */
async function said(records: Readonly<Record<string, string>>) {
  const policy = 'version: 1\nreview: { cadence: 90d, records: access/reviews }\n';
  for (const [path, content] of Object.entries({ ...records, 'policy.yml': policy })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  const { result, problems } = await validate({ path: 'policy.yml', workspace: root, allowOutside: false });
  expect(result).toBe(problems.length === 0 ? 'valid' : 'could-not-check');
  return problems;
}

describe('validate, of what is filled in', () => {
  test.each<[string, Filled, string]>([
    ['a word in capitals', { ...KEEP, decision: 'Keep' }, 'the decision is neither "keep" nor "revoke"'],
    ['another word', { ...KEEP, decision: 'ok' }, 'the decision is neither "keep" nor "revoke"'],
    ['a day that does not exist', { ...KEEP, date: '2026-11-31' }, 'the date is not a day'],
    ['a day in another form', { ...KEEP, date: '"3.11.2026"' }, 'the date is not a day'],
  ])('refuses %s, at its line, and does not repeat it', async (_, filled, message) => {
    const problems = await said({ [at()]: record({ sam: REVOKE, jo: filled }) });
    expect(problems).toEqual([
      {
        code: 'policy-invalid',
        message: `${at()}:${problems[0]!.location!.line}: ${message}.`,
        hint: expect.any(String),
        location: expect.objectContaining({ file: at() }),
      },
    ]);
    const line = record({ sam: REVOKE, jo: filled }).split('\n')[problems[0]!.location!.line - 1]!;
    expect(line).toMatch(/^ {4}(?:decision: (?:Keep|ok)|date: )/);
  });

  test('lets blanks, both decisions and a reviewer whom it cannot know pass', async () => {
    expect(
      await said({ [at()]: record({ jo: {}, sam: KEEP, kim: { ...REVOKE, reviewer: 'nobody' } }) }),
    ).toEqual([]);
  });

  test('looks at the newest round of each group alone', async () => {
    const wrong = { jo: { ...KEEP, decision: 'Keep' } };
    const older = '2026-08-01';
    const files = {
      [at(older)]: record(wrong, { day: older }),
      [at()]: record({ jo: KEEP }),
      [at(older, 'sales')]: record(wrong, { group: 'Sales', day: older }),
    };
    const problems = await said(files);
    expect(problems.map(({ location }) => location!.file)).toEqual([at(older, 'sales')]);
    expect(DAY > older).toBe(true);
  });
});
