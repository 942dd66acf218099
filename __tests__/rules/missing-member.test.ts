import { describe, expect, test } from '@jest/globals';
import { found, idOf, judge, only, ruleOf } from '../evaluate/builders.ts';
import { keepsContract } from './contract.ts';

keepsContract({
  rule: 'missing-member',
  severity: 'error',
  policy: 'version: 1\ngroups:\n  - { name: Payroll, §members: { at-least: [⟦{ department: Finance }⟧] } }\n',
  people: { people: [{ name: 'jo', department: 'Finance' }, 'sam: Payroll'] },
  finds: 'jo in Payroll',
  message: 'jo@example.com is not in Payroll, but the policy requires it',
  clean: { people: [{ name: 'jo', in: ['Payroll'], department: 'Finance' }] },
  exception: 'user: jo@example.com, group: Payroll',
  renamed: {
    people: { people: [{ name: 'joanna', id: idOf('jo'), department: 'Finance' }], groups: ['Payroll'] },
  },
});

describe('missing-member', () => {
  test('takes severity and controls from its entry', () => {
    const policy = 'groups: [{ name: A, severity: notice, controls: [C1], members: [jo@example.com] }]';
    expect(only(judge(policy, { people: ['jo'], groups: ['A'] }), 'missing-member')).toMatchObject({
      severity: 'notice',
      controls: ['C1'],
    });
  });

  test('says of a deactivated account that it does not count, in the group or not', () => {
    const policy = 'groups: [{ name: A, members: [jo@example.com] }]';
    for (const people of [['-jo: A'], ['-jo', 'x: A']]) {
      const evaluated = judge(policy, { people });
      const finding = only(evaluated, 'missing-member');
      expect(finding.message).toBe(
        'jo@example.com is deactivated, but the policy requires an active account in A',
      );
      expect(finding.remedies.leapsome).toContain('reactivate jo@example.com');
    }
  });

  test('does not ask for deactivated accounts that an attribute or set of everyone matches', () => {
    const policy = 'groups: [{ name: A, members: [everyone, { department: F }] }]';
    expect(found(judge(policy, { people: ['x: A', { name: 'y', active: false, department: 'F' }] }))).toEqual(
      [],
    );
  });

  test('finds somebody named twice once, and through a set and any', () => {
    const policy = `sets: { s: [{ any: [jo@example.com] }] }
groups: [{ name: A, members: [{ set: s }, JO@example.com, { id: "${idOf('jo')}" }] }]`;
    expect(found(judge(policy, { people: ['jo'], groups: ['A'] }))).toEqual(['missing-member: jo in A']);
  });

  test('is open for an account that may not be in use yet, and certain of a deactivated one', () => {
    const policy = 'groups: [{ name: A, members: { at-least: [jo@example.com, old@example.com] } }]';
    const all = { people: ['jo', '-old'], groups: ['A'], failed: ['content'] as const };
    const evaluated = judge(policy, all);
    expect(found(evaluated, 'missing-member')).toEqual(['old in A']);
    expect(ruleOf(evaluated, 'missing-member').reason).toMatch(
      /^which accounts are not in use yet is unknown/,
    );
    expect(evaluated.problems).toMatchObject([{ code: 'not-evaluated' }]);
    const isIn = judge(policy, { ...all, people: ['jo: A', 'old: A'] });
    expect(ruleOf(isIn, 'missing-member').status).toBe('pass');
  });

  test('is not evaluated when a need is unknown, unless the person is in anyway', () => {
    const policy = 'groups: [{ name: A, members: { at-least: [{ status: active }] } }]';
    expect(ruleOf(judge(policy, { people: ['jo: A'] }), 'missing-member').status).toBe('pass');
    expect(ruleOf(judge(policy, { people: ['jo'], groups: ['A'] }), 'missing-member').status).toBe(
      'not-evaluated',
    );
  });

  test('leaves somebody without any account to missing-account', () => {
    const evaluated = judge('groups: [{ name: A, members: [nobody@example.com] }]', { groups: ['A'] });
    expect(found(evaluated, 'missing-member')).toEqual([]);
    expect(found(evaluated, 'missing-account')).toHaveLength(1);
  });

  test('never finds somebody who is not active yet, but warns once a person where the person is expected', () => {
    const policy = `groups:
  - { name: Payroll, members: [jo@example.com, { department: F }] }
  - { name: People Ops, members: { at-least: [jo@example.com] } }
`;
    const evaluated = judge(policy, {
      people: [
        '~jo: People Ops',
        { name: 'sam', pending: 'pre-boarding', department: 'F' },
        { name: 'kim', pending: 'created', department: 'G' },
      ],
      groups: ['Payroll'],
    });
    expect(found(evaluated)).toEqual([]);
    expect(evaluated.warnings).toEqual([
      'jo@example.com is required in Payroll and People Ops, and is invited, not active yet.',
      'sam@example.com is required in Payroll, and is pre-boarding, not active yet.',
    ]);
  });

  test('is not open because something is unknown of somebody who is not active yet', () => {
    const policy = 'groups: [{ name: A, members: { at-least: [{ status: active }] } }]';
    const evaluated = judge(policy, { people: ['~jo'], groups: ['A'] });
    expect(ruleOf(evaluated, 'missing-member').status).toBe('pass');
    expect(evaluated.warnings).toEqual([]);
  });

  test('is open for a group that may exist unseen because nobody is in it', () => {
    const outcome = (entry: string, rule = 'missing-member'): string =>
      ruleOf(judge(`groups: [{ ${entry} }]`, { people: ['jo: A'], sources: ['content'] }), rule).status;
    expect(outcome('name: Empty, members: { at-least: [jo@example.com] }')).toBe('not-evaluated');
    expect(outcome('name: Empty, members: [jo@example.com]')).toBe('not-evaluated');
    expect(outcome('name: Empty, members: []')).toBe('pass');
    expect(outcome('name: Empty, members: [jo@example.com]', 'unexpected-member')).toBe('pass');
    expect(outcome('name: Empty, members: { never: [jo@example.com] }', 'forbidden-member')).toBe('pass');
    expect(outcome('name: Empty, members: { count: { min: 1 } }', 'member-count')).toBe('not-evaluated');
    expect(outcome('name: Empty, members: { count: { max: 1 } }', 'member-count')).toBe('pass');
    expect(outcome('name: "A*", members: { at-least: [jo@example.com] }')).toBe('not-evaluated');
    expect(outcome('name: A, members: { at-least: [jo@example.com] }')).toBe('pass');
  });

  test('is not open for a group that is there, and that the file may not govern', () => {
    const files = { 'b.yml': 'groups: [{ name: Pay, id: "1", members: [jo@example.com] }]' };
    const all = { groups: [{ id: '1', name: 'Other' }], people: ['jo: #1'], sources: ['content'] as const };
    const evaluated = judge('include: [{ path: b.yml, may-define: [Pay] }]', all, { files });
    expect(ruleOf(evaluated, 'missing-member').status).toBe('pass');
    expect(evaluated.problems).toMatchObject([{ code: 'policy-invalid' }]);
  });
});
