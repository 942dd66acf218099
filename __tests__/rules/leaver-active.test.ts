import { describe, expect, test } from '@jest/globals';
import { ATTRIBUTE_WORDS } from '../../src/model/facts.ts';
import { found, idOf, judge, only, ruleOf } from '../evaluate/builders.ts';
import { keepsContract } from './contract.ts';

const left = (day: string) => ({
  people: [{ name: 'jo', 'end-date': day }],
  facts: new Set(['end-date', 'lifecycle'] as const),
});

keepsContract({
  rule: 'leaver-active',
  severity: 'error',
  policy: '⟦version⟧: 1\n',
  people: left('2026-11-21'),
  finds: 'jo',
  message: 'jo@example.com has an active account, but the employment ended on 2026-11-21',
  clean: {
    people: [
      { name: 'jo', 'end-date': '2026-11-22' },
      { name: 'sam', active: false, 'end-date': '2020-01-01' },
      'x',
    ],
    facts: new Set(['end-date', 'lifecycle']),
  },
  exception: 'user: jo@example.com',
  renamed: { people: { people: [{ name: 'joanna', id: idOf('jo'), 'end-date': '2026-11-21' }] } },
});

describe('leaver-active', () => {
  test.each([
    ['2026-11-22T00:00:00Z', '2026-11-22', 0],
    ['2026-11-22T23:59:59.999Z', '2026-11-22', 0],
    ['2026-11-23T00:00:00Z', '2026-11-22', 1],
  ])('at %s finds of somebody whose last day is %s: %i', (asOf, day, findings) => {
    expect(found(judge('rules: {}', left(day), { asOf }), 'leaver-active')).toHaveLength(findings);
  });

  test.each([
    ['3d', '2026-11-25T23:59:59Z', 0],
    ['3d', '2026-11-26T00:00:00Z', 1],
    ['2w', '2026-12-06T23:59:59Z', 0],
    ['2w', '2026-12-07T00:00:00Z', 1],
  ])('with %s of grace at %s finds %i', (grace, asOf, findings) => {
    const policy = `rules: { leaver-active: { grace: ${grace} } }`;
    expect(found(judge(policy, left('2026-11-22'), { asOf }), 'leaver-active')).toHaveLength(findings);
  });

  test.each(ATTRIBUTE_WORDS.lifecycle!)('of the lifecycle %s', (lifecycle) => {
    const all = { people: [{ name: 'jo', lifecycle }], facts: new Set(['end-date', 'lifecycle'] as const) };
    const isLeaver = ['offboarding', 'terminated', 'deactivated'].includes(lifecycle);
    expect(found(judge('rules: {}', all), 'leaver-active')).toEqual(isLeaver ? ['jo'] : []);
  });

  describe('offers', () => {
    const facts = new Set(['end-date', 'lifecycle'] as const);
    const exception =
      'exceptions:\n  - rule: leaver-active\n    user: jo@example.com\n    reason: …\n    owner: …\n    expires: …';
    const remedy = (policy: string, jo: Readonly<Record<string, string>>): string =>
      only(judge(policy, { people: [{ name: 'jo', ...jo }], facts }, { asOf: '2026-11-22' }), 'leaver-active')
        .remedies.policy;

    test.each([
      ['rules: {}', 'grace: 14d'],
      ['rules: { leaver-active: warning }', 'severity: warning, grace: 14d'],
      ['rules: { leaver-active: { severity: error, grace: 3d } }', 'severity: error, grace: 14d'],
    ])('days of grace to a policy with %s, and leaves the severity as it is', (policy, setting) => {
      const yaml = remedy(policy, { 'end-date': '2026-11-10' });
      expect(yaml).toBe(`rules:\n  leaver-active: { ${setting} }  # if leavers keep access for some days`);
      const pasted = judge(yaml, { people: [{ name: 'jo', 'end-date': '2026-11-10' }], facts });
      expect(found(pasted, 'leaver-active')).toEqual([]);
    });

    test.each([
      ['an end date that is longer ago', { 'end-date': '2026-01-20' }],
      ['the last day that they would not cover', { 'end-date': '2026-11-07' }],
      ['a lifecycle', { lifecycle: 'terminated' }],
      ['an end date beside a lifecycle', { 'end-date': '2026-11-20', lifecycle: 'terminated' }],
    ])('an exception where they would not help: %s', (_, jo) => {
      expect(remedy('rules: { leaver-active: warning }', jo)).toBe(exception);
    });
  });

  test('points to the line of the rule', () => {
    const policy = 'version: 1\nrules:\n  leaver-active: { severity: warning, grace: 1d }\n';
    expect(only(judge(policy, left('2026-01-01')), 'leaver-active')).toMatchObject({
      severity: 'warning',
      location: { line: 3, column: 3 },
    });
  });

  test('without the lifecycle is no pass, and no hindrance either', () => {
    for (const policy of ['rules: {}', 'rules: { leaver-active: { severity: error, grace: 3d } }']) {
      const evaluated = judge(policy, { people: ['jo'] });
      expect(ruleOf(evaluated, 'leaver-active')).toMatchObject({
        status: 'not-evaluated',
        severity: 'notice',
      });
      expect(evaluated.problems).toEqual([]);
    }
  });

  test('without any fact stands in the way when the policy asks for it as an error', () => {
    const all = { people: ['jo'], unknown: ['end-date' as const] };
    expect(judge('rules: {}', all).problems).toEqual([]);
    expect(judge('rules: { leaver-active: { grace: 3d } }', all).problems).toEqual([]);
    expect(judge('rules: { leaver-active: warning }', all).problems).toEqual([]);
    const evaluated = judge('rules: { leaver-active: error }', all);
    expect(ruleOf(evaluated, 'leaver-active')).toMatchObject({ status: 'not-evaluated', severity: 'error' });
    expect(evaluated.problems.map(({ code }) => code)).toEqual(['not-evaluated', 'not-evaluated']);
  });

  test('does not overlook an invitation that can still be accepted', () => {
    const people = [
      { name: 'jo', pending: 'invited' as const, 'end-date': '2026-01-01', lifecycle: 'terminated' },
    ];
    const evaluated = judge('rules: {}', { ...left('2026-01-01'), people });
    expect(only(evaluated, 'leaver-active').message).toContain(
      'has an account (invited), but the employment ended',
    );
  });

  test('with StackOne alone says of both halves who would tell them', () => {
    const evaluated = judge('rules: {}', { people: ['jo'], sources: ['stackone'], failed: ['content'] });
    expect(ruleOf(evaluated, 'leaver-active')).toMatchObject({
      status: 'not-evaluated',
      severity: 'notice',
      reason:
        "end-date is unknown: Leapsome's Content API has the last word on it, and could not be read in this run; lifecycle is unknown: Leapsome's Content API has the last word on it, and could not be read in this run",
    });
  });
});
