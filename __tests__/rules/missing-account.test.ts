import { describe, expect, test } from '@jest/globals';
import { found, judge } from '../evaluate/builders.ts';
import { keepsContract } from './contract.ts';

keepsContract({
  rule: 'missing-account',
  severity: 'error',
  policy:
    'version: 1\ngroups:\n  - name: A\n    members: [⟦nobody@example.com⟧]\n  - name: B\n    members: { at-least: [nobody@example.com, jo@example.com] }\n',
  people: { people: ['jo: B'], groups: ['A'] },
  finds: 'the policy names nobody@example.com, but no account in Leapsome has this address or id',
  message: 'the policy names nobody@example.com, but no account in Leapsome has this address or id',
  clean: { people: ['jo: B', 'nobody: A, B'] },
  exception: 'user: Nobody@example.com',
});

describe('missing-account', () => {
  test('finds a name once: in sets, groups and accounts, whatever its case', () => {
    const policy = `sets: { s: [nobody@example.com] }
accounts: { at-least: [NOBODY@example.com] }
groups: [{ name: A, members: [{ set: s }] }, { name: B, members: [{ any: [Nobody@example.com] }] }]`;
    expect(found(judge(policy, { groups: ['A', 'B'] }), 'missing-account')).toHaveLength(1);
  });

  test('finds accounts that are deactivated or not there where `accounts` wants them', () => {
    const policy = 'version: 1\naccounts: { at-least: [jo@example.com, { id: "x1" }] }\n';
    const evaluated = judge(policy, { people: ['-jo'] });
    expect(evaluated.findings.map(({ message }) => message)).toEqual([
      'jo@example.com is deactivated, but the policy requires an active account in Leapsome',
      'the policy names x1, but no account in Leapsome has this address or id',
    ]);
    expect(evaluated.findings[0]!.location).toMatchObject({ line: 2, column: 24 });
  });

  test('finds managers that selectors name in vain, in conditions of requirements too', () => {
    const policy = 'requirements: [{ name: r, when: { reports-to: gone@example.com }, require: everyone }]';
    expect(found(judge(policy, { people: ['jo'] }), 'missing-account')).toHaveLength(1);
  });

  test('does not mind names that are only permitted or forbidden, but mentions them', () => {
    const policy = 'accounts: { at-most: [everyone, x@example.com], never: [y@example.com] }';
    const evaluated = judge(policy, { people: ['jo'] });
    expect(found(evaluated)).toEqual([]);
    expect(evaluated.warnings.join()).toMatch(/"x@example\.com".*"y@example\.com"/);
  });

  test('at a lighter severity lets no selector select nobody in silence', () => {
    const policy =
      'accounts: { never: [{ reports-to: gone@example.com }] }\nrules: { missing-account: warning }';
    expect(judge(policy, { people: ['jo'] }).problems).toMatchObject([
      { code: 'not-evaluated', location: { line: 2 } },
    ]);
  });

  test('does not find an account that is not in use yet, but warns of it', () => {
    const evaluated = judge('accounts: { at-least: [jo@example.com] }', { people: ['~jo'] });
    expect(found(evaluated)).toEqual([]);
    expect(evaluated.warnings).toEqual([
      'jo@example.com is required in Leapsome, and is invited, not active yet.',
    ]);
  });
});
