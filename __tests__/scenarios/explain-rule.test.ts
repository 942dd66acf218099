import { describe, expect, test } from '@jest/globals';
import { explain, rule } from './explain.ts';

test('a rule needs no policy and no credentials', async () => {
  const explained = await explain({}, ['unexpected-member'], null);
  expect(rule(explained)).toMatchObject({
    id: 'unexpected-member',
    severity: 'error',
    inPolicy: null,
    options: [],
    needs: 'membership',
    exception: { names: ['user', 'group'], mayName: [] },
    docs: 'docs/rules.md#unexpected-member',
  });
  for (const word of [
    'Finds: ',
    'Severity: error',
    'To resolve: remove the person',
    'To excuse: By an exception',
  ])
    expect(explained.text).toContain(word);
  // It must not look as if there were a policy that says something else.
  expect(explained.text).toContain('✔ Explained. There is no policy ');
});

test('with a policy it says what that sets, and where', async () => {
  const policy = 'version: 1\nrules:\n  leaver-active: { severity: warning, grace: 3d }\n';
  const explained = await explain({}, ['leaver-active'], policy);
  expect(rule(explained)).toMatchObject({
    severity: 'error',
    inPolicy: { severity: 'warning', location: { line: 3 } },
    options: [{ name: 'grace', default: 0, set: 3 }],
  });
  expect(explained.text).toContain('in this policy warning');
  expect(explained.text).toContain('Options: grace 3d (default 0d)');
});

test('a rule without exceptions says so', async () => {
  const explained = await explain({}, ['missing-group', '--kind', 'rule'], null);
  expect(rule(explained).exception).toBeNull();
  expect(explained.text).toContain('There are no exceptions from this rule');
});

describe('what stands in the way', () => {
  test('an invalid policy: the rule is explained, and what the policy sets is not', async () => {
    const explained = await explain({}, ['member-count'], 'version: 1\nrule: {}\n');
    expect(explained.explanation.problems.map(({ code }) => code)).toEqual(['policy-invalid']);
    expect(rule(explained).inPolicy).toBeNull();
  });

  test('a policy that was named and is not there', async () => {
    const explained = await explain({}, ['member-count', '--policy', 'other.yml'], null);
    expect(explained.explanation.problems.map(({ code }) => code)).toEqual(['policy-not-found']);
  });

  test('a rule that does not exist, with the one that comes close', async () => {
    const explained = await explain({}, ['unexpected-membr', '--kind', 'rule'], null);
    expect(explained.explanation.problems[0]?.message).toContain('Did you mean "unexpected-member"?');
  });
});
