import { describe, expect, test } from '@jest/globals';
import { found, idOf, judge, only, ruleOf } from '../evaluate/builders.ts';
import { keepsContract } from './contract.ts';

keepsContract({
  rule: 'unexpected-member',
  severity: 'error',
  policy: 'version: 1\ngroups:\n  - { name: "Pay*", §members: { ⟦at-most: [{ department: Finance }]⟧ } }\n',
  people: { people: [{ name: 'jo', in: ['Payroll'], department: 'Finance' }, 'sam: Payroll'] },
  finds: 'sam in Payroll',
  message: 'sam@example.com is in Payroll, which allows at most people where department is Finance',
  clean: { people: [{ name: 'jo', in: ['Payroll'], department: 'Finance' }, 'sam'] },
  exception: 'user: SAM@example.com, group: Payroll',
  renamed: {
    people: {
      people: [{ name: 'samuel', id: idOf('sam'), in: [`#${idOf('Payroll')}`] }],
      groups: [{ id: idOf('Payroll'), name: 'Payment' }],
    },
  },
});

describe('unexpected-member', () => {
  test('says "exactly" of a plain list, and what to paste or click', () => {
    const finding = only(
      judge('groups: [{ name: A, members: [jo@example.com] }]', { people: ['jo: A', 'sam: A'] }),
      'unexpected-member',
    );
    expect(finding.message).toBe('sam@example.com is in A, which allows exactly jo@example.com');
    expect(finding.remedies).toEqual({
      policy: '# A: add to "exactly"\n- sam@example.com',
      leapsome: 'Leapsome → Settings → Users & Teams → Teams → A → remove sam@example.com',
    });
  });

  test('permits whom at-least requires', () => {
    const policy =
      'groups: [{ name: A, members: { at-least: [cfo@example.com], at-most: [{ department: Finance }] } }]';
    expect(found(judge(policy, { people: ['cfo: A'] }))).toEqual([]);
  });

  test('leaves deactivated accounts to inactive-member', () => {
    const evaluated = judge('groups: [{ name: A, members: [] }]', { people: ['-sam: A'] });
    expect(found(evaluated)).toEqual(['inactive-member: sam in A']);
  });

  test('finds nobody where there is only a minimum, a prohibition or a count', () => {
    for (const clause of ['at-least: []', 'never: [jo@example.com]', 'count: { max: 9 }']) {
      expect(found(judge(`groups: [{ name: A, members: { ${clause} } }]`, { people: ['sam: A'] }))).toEqual(
        [],
      );
    }
  });

  test('is not evaluated while an attribute is unknown, but only for people of whom it matters', () => {
    const policy = 'groups: [{ name: A, members: { at-most: [jo@example.com, { status: active }] } }]';
    expect(ruleOf(judge(policy, { people: ['jo: A'] }), 'unexpected-member').status).toBe('pass');
    const evaluated = judge(policy, { people: ['jo: A', 'sam: A'] });
    expect(ruleOf(evaluated, 'unexpected-member')).toEqual({
      id: 'unexpected-member',
      severity: 'error',
      status: 'not-evaluated',
      findings: 0,
      reason: "status is unknown: only Leapsome's Content API reports it",
    });
    expect(evaluated.problems).toMatchObject([{ code: 'not-evaluated', location: { line: 2 } }]);
  });

  test('is not evaluated when only at-least could permit somebody and is unknown', () => {
    const policy =
      'groups: [{ name: A, members: { at-most: [jo@example.com], at-least: [{ status: active }] } }]';
    const evaluated = judge(policy, { people: ['jo: A', 'sam: A'] });
    expect(ruleOf(evaluated, 'unexpected-member').status).toBe('not-evaluated');
    expect(evaluated.problems).not.toEqual([]);
  });

  test('of a lighter entry that is not evaluated weighs as its entry does, and stands in nobody’s way', () => {
    const policy = 'groups: [{ name: A, severity: warning, members: { at-most: [{ status: active }] } }]';
    const evaluated = judge(policy, { people: ['sam: A'] });
    expect(ruleOf(evaluated, 'unexpected-member')).toMatchObject({
      status: 'not-evaluated',
      severity: 'warning',
    });
    expect(evaluated.problems).toEqual([]);
  });

  test('is not evaluated while nobody knows who is in which group', () => {
    const evaluated = judge('groups: [{ name: A, members: [] }]', {
      people: ['sam: A'],
      unknown: ['membership'],
    });
    expect(ruleOf(evaluated, 'unexpected-member')).toMatchObject({ status: 'not-evaluated', findings: 0 });
    expect(evaluated.problems[0]).toMatchObject({ code: 'not-evaluated' });
  });

  test('masks people whom the policy does not name, in the sentence and in the remedies', () => {
    const finding = only(
      judge('groups: [{ name: A, members: [] }]', { people: ['sam: A'] }, { personalData: 'mask' }),
      'unexpected-member',
    );
    const id = idOf('sam');
    expect(JSON.stringify(finding)).not.toContain('sam');
    expect(finding.user).toEqual({ id });
    expect(finding.message).toBe(
      `user ${id.slice(0, 8)}…${id.slice(-4)} is in A, which allows exactly nobody`,
    );
    expect(finding.remedies.policy).toBe(`# A: add to "exactly"\n- { id: "${id}" }`);
  });

  test.each(['everyone', 'Everyone', 'two words', 'star*', 'a: b', '"', '#x'])(
    'offers YAML that means the account called %j',
    (name) => {
      const all = {
        people: [
          { name: `${name}@example.com`, in: ['A'] },
          { name: 'x', in: ['A'] },
        ],
      };
      const person = { ...all.people[0]!, userName: name };
      const policy = (list: string): string =>
        `groups:\n  - name: A\n    members:\n      - x@example.com\n      ${list}\n`;
      const people = {
        people: [
          {
            id: idOf(person.name),
            userName: name,
            addresses: [],
            active: true,
            groups: [idOf('A')],
            managerId: undefined,
            attributes: {},
            custom: undefined,
          },
          {
            id: idOf('x'),
            userName: 'x@example.com',
            addresses: [],
            active: true,
            groups: [idOf('A')],
            managerId: undefined,
            attributes: {},
            custom: undefined,
          },
        ],
        groups: [{ id: idOf('A'), name: 'A' }],
        roles: undefined,
        sources: ['scim' as const],
        facts: new Set(['membership' as const]),
      };
      const before = only(judge(policy(''), people), 'unexpected-member');
      const line = before.remedies.policy.split('\n')[1]!;
      expect(found(judge(policy(line), people), 'unexpected-member')).toEqual([]);
      expect(found(judge(policy(line), people), 'missing-account')).toEqual([]);
    },
  );
});
