import { describe, expect, test } from '@jest/globals';
import { judge, only } from '../evaluate/builders.ts';
import { keepsContract } from './contract.ts';

keepsContract({
  rule: 'dangling-group',
  severity: 'warning',
  policy: '⟦version⟧: 1\n',
  people: { people: ['jo: #gone', '-sam: #gone', 'x: #gone', 'y: #gone'] },
  finds: '',
  message:
    '4 accounts (jo@example.com, sam@example.com, x@example.com and 1 more) refer to the group id gone, which Leapsome does not list',
  clean: { people: ['jo: A'] },
  exception: 'group: gone',
});

describe('dangling-group', () => {
  test('offers an exception where it is a notice already', () => {
    const remedy = (policy: string): string =>
      only(judge(policy, { people: ['jo: #gone'] }), 'dangling-group').remedies.policy;
    expect(remedy('rules: {}')).toBe('rules:\n  dangling-group: notice  # if this is known');
    expect(remedy('rules: { dangling-group: notice }')).toBe(
      'exceptions:\n  - rule: dangling-group\n    group: "gone"\n    reason: …\n    owner: …\n    expires: …',
    );
  });

  test('finds each id once, and names the only account', () => {
    const evaluated = judge('rules: {}', { people: ['jo: #b, #a'] });
    expect(evaluated.findings.map(({ group }) => group!.id).sort()).toEqual(['a', 'b']);
    expect(evaluated.findings[0]!.message).toMatch(/^1 account \(jo@example.com\) refers to the group id/);
  });
});
