import { describe, expect, test } from '@jest/globals';
import { found, idOf, judge, parse, policyOf } from '../evaluate/builders.ts';

const ROOT = 'include: [{ path: finance.yml, may-define: ["Payroll*", Finance] }]\n';
const mistakes = (finance: string, root = ROOT, more: Record<string, string> = {}): string[] =>
  parse(root, { 'finance.yml': finance, ...more }).problems.map(
    ({ message, location }) => `${location!.file}:${location!.line} ${message.split('\n')[0]}`,
  );

describe('an included file', () => {
  test('governs groups and roles like the root policy, and stands behind it in the report', () => {
    const files = {
      'finance.yml': 'groups: [{ name: "Payroll*", members: [] }]\nroles: [{ name: Finance, members: [] }]',
    };
    const evaluated = judge(
      `${ROOT}groups: [{ name: A, members: [] }]`,
      { people: ['jo: Payroll, A'], roles: { Finance: ['jo'] } },
      { files },
    );
    expect(found(evaluated)).toEqual([
      'unexpected-member: jo in A',
      'unexpected-member: jo in Payroll',
      'unexpected-role-holder: jo in Finance',
    ]);
    expect(evaluated.findings.map(({ location }) => location.file)).toEqual([
      'policy.yml',
      'finance.yml',
      'finance.yml',
    ]);
    expect(policyOf(ROOT, files).files.map(({ path }) => path)).toEqual(['policy.yml', 'finance.yml']);
  });

  test.each([
    ['Payroll', true],
    ['Payroll Admins', true],
    ['Payroll A*', true],
    ['Payroll*', true],
    ['Finance', true],
    ['Finance*', false],
    ['Pay*', false],
    ['*', false],
    ['*Payroll', false],
    ['payroll', false],
    ['People Ops', false],
  ])('may define %s: %j', (name, allowed) => {
    const expected = `finance.yml:2 error[may-not-define]: finance.yml may not govern the group "${name}"`;
    expect(mistakes(`groups: [{ name: "${name}" }]`)).toEqual(allowed ? [] : [expected]);
    expect(mistakes(`roles: [{ name: "${name}" }]`)).toHaveLength(allowed ? 0 : 1);
  });

  test('may not reach another group by a pin: neither by the name it writes nor by the name that the id has', () => {
    expect(mistakes('groups: [{ name: Super Admins, id: "1" }]')).toHaveLength(1);
    // With an id the name is literal: a star in it stands for a star.
    expect(mistakes('groups: [{ name: "Payroll*", id: "1" }]')).toEqual([]);
    const files = {
      'finance.yml': `groups: [{ name: Payroll, id: "${idOf('Super Admins')}", members: [everyone] }]`,
    };
    const evaluated = judge(
      `${ROOT}rules: { missing-group: off }`,
      { people: ['jo: Super Admins', 'sam'] },
      { files },
    );
    expect(evaluated.findings).toEqual([]);
    expect(evaluated.problems).toMatchObject([
      {
        code: 'policy-invalid',
        message: `finance.yml pins the group "Payroll" to the id ${idOf('Super Admins')}, which is "Super Admins": the file may not govern that group.`,
        hint: 'Correct the id, or widen "may-define" (now: Payroll*, Finance).',
        location: { file: 'finance.yml', line: 2 },
      },
    ]);
    const roles = { 'finance.yml': `roles: [{ name: Payroll, id: "${idOf('Super Admin')}", members: [] }]` };
    const held = judge(ROOT, { roles: { 'Super Admin': [] } }, { files: roles });
    expect(held.problems).toMatchObject([
      { code: 'policy-invalid', message: expect.stringContaining('pins the role "Payroll"') },
    ]);
    expect(found(held, 'missing-role')).toEqual([]);
  });

  test('may follow its own group through a rename within its limits', () => {
    const files = { 'finance.yml': 'groups: [{ name: Payroll, id: "1", members: [] }]' };
    const evaluated = judge(
      ROOT,
      { people: [{ name: 'jo', in: ['#1'] }], groups: [{ id: '1', name: 'Payroll 2' }] },
      { files },
    );
    expect(found(evaluated)).toEqual(['renamed-group: Payroll 2', 'unexpected-member: jo in Payroll 2']);
    expect(evaluated.problems).toEqual([]);
  });

  test('governs under every limit on the way, and any name without one', () => {
    const chain = 'include: [{ path: deep.yml, may-define: ["*Admins"] }]';
    expect(mistakes(chain, ROOT, { 'deep.yml': 'groups: [{ name: Payroll Admins }]' })).toEqual([]);
    expect(mistakes(chain, ROOT, { 'deep.yml': 'groups: [{ name: Payroll }]' })).toHaveLength(1);
    expect(mistakes(chain, ROOT, { 'deep.yml': 'groups: [{ name: Super Admins }]' })).toHaveLength(1);
    expect(mistakes('groups: [{ name: "*" }]', 'include: [{ path: finance.yml }]')).toEqual([]);
  });

  test.each([
    'population: {}',
    'accounts: []',
    'rules: {}',
    'requirements: []',
    'separation-of-duties: []',
    'sources: {}',
    'review: {}',
  ])('has no %s', (section) => {
    const [key] = section.split(':');
    expect(mistakes(section)).toEqual([
      `finance.yml:2 error[not-in-include]: "${key}" can stand in the root policy only, not in an included file`,
    ]);
  });

  describe('makes exceptions', () => {
    const exception = (subject: string): string =>
      `exceptions: [{ ${subject}, reason: r, owner: o, expires: 2026-12-31 }]`;

    test.each([
      ['rule: unexpected-member, user: jo@example.com, group: Payroll', true],
      ['rule: unexpected-member, user: jo@example.com, group: Super Admins', false],
      ['rule: unexpected-member, user: jo@example.com, group: "*"', false],
      [`rule: unexpected-member, user: jo@example.com, group: "${idOf('Super Admins')}"`, false],
      ['rule: unmanaged-group, group: Finance', true],
      ['rule: unexpected-role-holder, user: jo@example.com, role: Super Admin', false],
      ['rule: leaver-active, user: jo@example.com', false],
      ['rule: account-count', false],
      ['rule: separation-of-duties, user: jo@example.com', false],
    ])('%s: %j', (subject, allowed) => {
      const errors = mistakes(exception(subject));
      expect(errors.length).toBe(allowed ? 0 : 1);
      for (const error of errors) expect(error).toContain('error[may-not-define]');
    });

    test('for anything without a limit', () => {
      expect(
        mistakes(exception('rule: leaver-active, user: jo@example.com'), 'include: [{ path: finance.yml }]'),
      ).toEqual([]);
    });
  });

  describe('has sets', () => {
    test('of the root policy and of its own, which nobody else sees', () => {
      const two = 'sets: { shared: [jo@example.com] }\ninclude: [{ path: a.yml }, { path: b.yml }]\n';
      const ok = {
        'a.yml': 'sets: { own: [everyone] }\ngroups: [{ name: A, members: [{ set: own }, { set: shared }] }]',
        'b.yml': 'sets: { own: [] }',
      };
      expect(parse(two, ok).problems).toEqual([]);
      const foreign = {
        'a.yml': 'sets: { own: [] }',
        'b.yml': 'groups: [{ name: B, members: [{ set: own }] }]',
      };
      expect(parse(two, foreign).problems).toMatchObject([
        { location: { file: 'b.yml' }, hint: 'sets here: shared' },
      ]);
      expect(parse(`${two}accounts: [{ set: own }]`, ok).problems).toHaveLength(1);
    });

    test('of one name in two files apart', () => {
      const files = {
        'a.yml': 'sets: { own: [jo@example.com] }\ngroups: [{ name: A, members: [{ set: own }] }]',
        'b.yml': 'sets: { own: [sam@example.com] }\ngroups: [{ name: B, members: [{ set: own }] }]',
      };
      const root = 'include: [{ path: a.yml }, { path: b.yml }]';
      expect(found(judge(root, { people: ['jo: A', 'sam: B'] }, { files }))).toEqual([]);
    });

    test('but not of a name that the root policy has', () => {
      expect(mistakes('sets: { s: [] }', `sets: { s: [everyone] }\n${ROOT}`)).toEqual([
        'finance.yml:2 error[duplicate-set]: the set "s" is defined already',
      ]);
    });
  });

  test('has no second exact entry for a group of another file', () => {
    const root = `${ROOT}groups: [{ name: Payroll }]`;
    expect(mistakes('groups: [{ name: Payroll }]', root)).toEqual(
      ['policy.yml:3 error[duplicate-entry]: two entries are about the group "Payroll"'].map((line) =>
        line.replace('policy.yml:3', 'finance.yml:2'),
      ),
    );
  });
});
