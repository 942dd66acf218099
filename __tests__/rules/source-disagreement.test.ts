import { describe, expect, test } from '@jest/globals';
import { found, judge, parse, ruleOf } from '../evaluate/builders.ts';

describe('source-disagreement', () => {
  test('with one source cannot be evaluated, which is a notice unless the policy asks for it', () => {
    const quiet = judge('rules: {}', { people: ['jo'] });
    expect(ruleOf(quiet, 'source-disagreement')).toEqual({
      id: 'source-disagreement',
      severity: 'notice',
      status: 'not-evaluated',
      findings: 0,
      reason: "only Leapsome's SCIM API was read, so that nothing can contradict it",
    });
    expect(quiet.problems).toEqual([]);
    expect(judge('rules: { source-disagreement: warning }', { people: ['jo'] }).problems).toEqual([]);
    expect(judge('rules: { source-disagreement: error }', { people: ['jo'] }).problems).toMatchObject([
      { code: 'not-evaluated' },
    ]);
    expect(found(judge('rules: { source-disagreement: off }', { people: ['jo'] }))).toEqual([]);
  });

  test('can be named by an exception about a person', () => {
    expect(
      parse(
        'exceptions: [{ rule: source-disagreement, user: jo@example.com, reason: r, owner: o, expires: 2026-12-31 }]',
      ).problems,
    ).toEqual([]);
  });
});
