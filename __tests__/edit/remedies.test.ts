import { describe, expect, test } from '@jest/globals';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { idOf, judge, only, parse, type SnapshotNotes, snapshot } from '../evaluate/builders.ts';
import { accept, editable, TERMS } from './accepting.ts';

describe('a name that holds line breaks', () => {
  const name = 'Payroll\n- everyone\r- x\u2028#';
  const people: SnapshotNotes = {
    people: [{ name: 'jo', in: [`#${idOf('A')}`] }, { name: 'kim', in: [`#${idOf('A')}`] }, 'sam'],
    groups: [{ id: idOf('A'), name }],
    roles: [{ id: idOf('R'), name, active: true, holders: [idOf('jo'), idOf('kim')] }],
  };
  const entry = (key: string): string =>
    `${key}:\n  - { name: A, id: "${idOf(key === 'groups' ? 'A' : 'R')}", members: { exactly: [sam@example.com], never: [kim@example.com], count: { min: 9 } } }\n`;

  test('says nothing in the YAML that people paste, whatever the finding', () => {
    const { findings } = judge(`${entry('groups')}${entry('roles')}`, people);
    expect([...new Set(findings.map(({ rule }) => rule))].sort()).toEqual([
      'forbidden-member',
      'forbidden-role-holder',
      'member-count',
      'missing-member',
      'missing-role-holder',
      'renamed-group',
      'renamed-role',
      'role-holder-count',
      'unexpected-member',
      'unexpected-role-holder',
    ]);
    for (const { remedies } of findings) {
      expect(remedies.policy.split(/[\n\r\u2028]/)).not.toContainEqual(
        expect.stringMatching(/^\s*(?:- everyone|- x|#)$/),
      );
      expect(remedies.leapsome).not.toMatch(/[\n\r\u2028]/);
    }
    const [unexpected] = findings.filter(({ rule }) => rule === 'unexpected-member');
    expect(unexpected!.remedies.policy).toBe(
      '# Payroll\\n- everyone\\r- x\\u2028#: add to "exactly"\n- jo@example.com',
    );
  });

  test.each(['unmanaged-group', 'unmanaged-role'])('nor in what %s offers', (rule) => {
    const { policy } = only(judge('roles: []', people), rule).remedies;
    expect(policy).toContain('- name: "Payroll\\n- everyone\\r- x\\u2028#"');
  });
});

describe('an account whose user name is the id of another', () => {
  const people: SnapshotNotes = {
    people: [
      { name: 'jo', in: ['A'] },
      { name: idOf('jo'), id: idOf('twin'), in: ['A'] },
    ],
  };
  // The notes make addresses of names; here the name is all.
  const twins = (): Snapshot => {
    const all = snapshot(people);
    return {
      ...all,
      people: all.people.map((one) => (one.id === idOf('twin') ? { ...one, userName: idOf('jo') } : one)),
    };
  };
  const text = 'version: 1\ngroups: [{ name: A, members: [] }]\n';

  test('is accepted by its own id', () => {
    const twin = judge(text, twins()).findings.filter(({ user }) => user?.id === idOf('twin'));
    expect(twin.map(({ remedies }) => remedies.exception)).toEqual([{ user: idOf('twin'), group: 'A' }]);
    const { text: after } = accept(text, twin, TERMS) as { text: string };
    const excused = judge(after, twins()).findings.filter(({ status }) => status === 'excepted');
    expect(excused.map(({ user }) => user?.id)).toEqual([idOf('twin')]);
  });

  test('and a name without an account that is the id of somebody is nobody to an exception', () => {
    const policy = `accounts: { at-least: [${idOf('sam')}, nobody@example.com] }`;
    const { findings } = judge(policy, { people: ['sam'] });
    const missing = findings.filter(({ rule }) => rule === 'missing-account');
    expect(missing.map(({ remedies }) => remedies.exception)).toEqual([
      undefined,
      { user: 'nobody@example.com' },
    ]);
  });
});

describe('access roles', () => {
  const role = (name: string, holders: readonly string[], active = true) => ({
    id: idOf(name),
    name,
    active,
    holders: holders.map(idOf),
  });
  const people: SnapshotNotes = {
    people: ['jo', 'sam'],
    roles: [role('Admin', ['sam']), role('Auditor', []), role('Off', [], false), role('New', [])],
  };
  const text = `version: 1
roles:
  - name: Admin
    members: { exactly: [jo@example.com], count: { max: 0 } }
  - { name: Old, id: "${idOf('Auditor')}" }
  - name: Gone
  - name: "O*f"
`;

  test('are edited like groups', () => {
    const { findings } = judge(text, people);
    expect(findings.map(({ rule }) => rule).sort()).toEqual([
      'inactive-role',
      'missing-role',
      'missing-role-holder',
      'renamed-role',
      'role-holder-count',
      'unexpected-role-holder',
      'unmanaged-role',
    ]);
    const outcome = accept(text, findings);
    expect(outcome).toEqual({
      text: `version: 1
roles:
  - name: Admin
    members: { exactly: [sam@example.com], count: { max: 1 } }
  - { name: Auditor, id: "${idOf('Auditor')}" }
  - name: New
    id: "${idOf('New')}"
`,
    });
    expect(judge((outcome as { text: string }).text, people).findings).toEqual([]);
  });

  test('are excepted by name, or by id where two have it', () => {
    const twins: SnapshotNotes = {
      people: ['sam'],
      roles: [role('Admin', ['sam']), { ...role('Admin', []), id: 'other' }],
    };
    const policy = `version: 1\nroles: [{ name: Admin, id: "${idOf('Admin')}", members: [] }]\n`;
    const finding = only(judge(policy, twins), 'unexpected-role-holder');
    expect(finding.remedies.exception).toEqual({ user: 'sam@example.com', role: idOf('Admin') });
    const { text: after } = accept(policy, [finding], TERMS) as { text: string };
    expect(after).toContain(`    role: "${idOf('Admin')}"\n`);
    expect(only(judge(after, twins), 'unexpected-role-holder').status).toBe('excepted');
  });
});

describe('a pattern that governs several groups', () => {
  const judged = (members: string, people: readonly string[], rule: string) =>
    only(judge(`groups: [{ name: "*", members: ${members} }]`, { people, groups: ['A', 'B'] }), rule);

  test('that says "exactly" has no edit for one of them alone', () => {
    expect(editable(judged('[jo@example.com]', ['jo: A, B', 'sam: A'], 'unexpected-member'))).toBe(false);
    expect(editable(judged('[jo@example.com]', ['jo: A'], 'missing-member'))).toBe(false);
    expect(
      editable(judged('{ exactly: [everyone], never: [jo@example.com] }', ['jo: A'], 'forbidden-member')),
    ).toBe(false);
  });

  test('keeps permitting elsewhere whom it no longer requires', () => {
    const text =
      'version: 1\ngroups: [{ name: "*", members: { at-least: [jo@example.com], at-most: [] } }]\n';
    const people = { people: ['jo: A'], groups: ['A', 'B'] };
    const { text: after } = accept(text, judge(text, people).findings) as { text: string };
    expect(after).toContain('{ at-least: [], at-most: [jo@example.com] }');
    expect(judge(after, people).findings).toEqual([]);
  });
});

test('two entries that complain of the same are both edited', () => {
  const text =
    'version: 1\ngroups: [{ name: A, members: { at-most: [] } }, { name: "A*", members: { at-most: [] }, severity: notice }]\n';
  const finding = only(judge(text, { people: ['jo: A'] }), 'unexpected-member');
  const { text: after } = accept(text, [finding]) as { text: string };
  expect(judge(after, { people: ['jo: A'] }).findings).toEqual([]);
});

test('what "exactly" would require is not permitted by an edit while another entry forbids it', () => {
  const text = 'groups: [{ name: A, members: [] }, { name: "A*", members: { never: [jo@example.com] } }]';
  expect(editable(only(judge(text, { people: ['jo: A'] }), 'unexpected-member'))).toBe(false);
});

describe('the YAML of a remedy', () => {
  const policyOf = (members: string, people: readonly string[], rule: string): string =>
    only(judge(`groups:\n  - name: A\n    members:\n${members}`, { people, groups: ['A'] }), rule).remedies
      .policy;

  test('says what comes in place of what', () => {
    expect(policyOf('      never: [everyone]\n', ['jo: A'], 'forbidden-member')).toBe(
      '# A, "never": in place of everyone\n- { all: [everyone, { not: jo@example.com }] }',
    );
    expect(policyOf('      - JO@example.com\n      - everyone\n', ['jo'], 'missing-member')).toBe(
      '# A, "exactly": remove\n- JO@example.com\n# A, "exactly": in place of everyone\n- { all: [everyone, { not: jo@example.com }] }',
    );
  });

  test('does not repeat a selector of several lines', () => {
    expect(
      policyOf('      never:\n        - any:\n            - jo@example.com\n', ['jo: A'], 'forbidden-member'),
    ).toBe(
      '# A, "never": in place of what stands in line 6 (here …)\n- { all: […, { not: jo@example.com }] }',
    );
  });
});

test('changes that cannot both be made are refused with both findings', () => {
  const text = `version: 1\ngroups: [{ name: Old, id: "${idOf('A')}" }]\n`;
  const finding = only(judge(text, { groups: ['A'] }), 'renamed-group');
  const [edit] = finding.remedies.edits!;
  const other = {
    ...finding,
    fingerprint: 'other',
    remedies: { ...finding.remedies, edits: [{ ...edit!, to: 'B' } as typeof edit & object] },
  };
  expect(accept(text, [finding, other as never])).toEqual({
    objections: [
      { findings: [finding.fingerprint, 'other'], reason: 'line 2 would have to be both A and B' },
    ],
  });
});

describe('sections that are not there yet', () => {
  const people = { people: ['jo: A'] };
  const quiet = 'rules: { inactive-member: off }';

  test.each([
    ['{ version: 1 }', '{ version: 1, groups: [{ name: A, id: "ID", members: { at-most: [everyone] } }] }'],
    ['version: 1', 'version: 1\ngroups:\n  - name: A\n    id: "ID"\n    members: { at-most: [everyone] }'],
    [
      `version: 1\n\n${quiet}\n# the end\n`,
      `version: 1\n\n${quiet}\n# the end\n\ngroups:\n  - name: A\n    id: "ID"\n    members: { at-most: [everyone] }\n`,
    ],
    [
      'version: 1\ngroups: [] # none\nrules: {}\n',
      'version: 1\ngroups: # none\n  - name: A\n    id: "ID"\n    members: { at-most: [everyone] }\nrules: {}\n',
    ],
    [
      'version: 1\n...\n',
      'version: 1\ngroups:\n  - name: A\n    id: "ID"\n    members: { at-most: [everyone] }\n...\n',
    ],
  ])('%j', (before, after) => {
    const { findings } = judge(before, people);
    const outcome = accept(before, findings) as { text: string };
    expect(outcome.text).toBe(after.replace('ID', idOf('A')));
    expect(parse(outcome.text).problems).toEqual([]);
  });
});

test('whom "never" takes from an entry is not required where another entry forbids it, in use or not', () => {
  const people: SnapshotNotes = {
    people: [{ name: 'jo', pending: 'created', in: [`#${idOf('A')}`] }],
    groups: [
      { id: idOf('A'), name: 'Payroll' },
      { id: idOf('B'), name: 'Payroll' },
    ],
  };
  const text = `groups:
  - { name: "*", members: { exactly: [], never: [{ not: x@example.com }] } }
  - { name: Payroll, id: "${idOf('B')}", members: { exactly: [], never: [everyone] } }
`;
  const { findings, problems } = judge(text, people);
  expect(problems).toEqual([]);
  const [forbidden] = findings.filter(({ rule }) => rule === 'forbidden-member');
  expect(forbidden!.remedies.edits).toBeUndefined();
});
