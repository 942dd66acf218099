import { describe, expect, test } from '@jest/globals';
import { found, idOf, judge, only, ruleOf, type SnapshotNotes } from './builders.ts';

describe('which entry is about which group', () => {
  test('a name is exact, after NFC; a glob governs every group that it matches; both apply', () => {
    const policy =
      'groups: [{ name: Payroll, members: { at-most: [everyone] } }, { name: "Pay*", members: { never: [sam@example.com] } }]';
    const evaluated = judge(policy, { people: ['jo: Payroll', 'sam: Payroll, Payments', 'x: payroll'] });
    expect(found(evaluated)).toEqual([
      'forbidden-member: sam in Payments',
      'forbidden-member: sam in Payroll',
      'unmanaged-group: payroll',
    ]);
  });

  test('two globs that complain of the same thing complain once, the heavier one', () => {
    const policy =
      'version: 1\ngroups:\n  - { name: "*", severity: notice, members: [] }\n  - { name: "A*", severity: error, members: [] }\n';
    const finding = only(judge(policy, { people: ['jo: A'] }), 'unexpected-member');
    expect(finding).toMatchObject({ severity: 'error', location: { line: 4 } });
  });

  test('a name that two groups have is ambiguous for its entry, with both ids; a pinned entry is fine', () => {
    const groups = [
      { id: '1', name: 'A' },
      { id: '2', name: 'A' },
    ];
    const people = ['jo', 'sam'].map((name) => ({ name, in: ['#1', '#2'] }));
    const byName = judge('version: 1\ngroups:\n  - name: A\n    members: []\n', { people, groups });
    expect(byName.problems[0]).toMatchObject({
      code: 'ambiguous-group',
      message: 'Leapsome has 2 groups named "A": 1, 2.',
      location: { line: 3, column: 5 },
    });
    expect(found(byName)).toEqual([]);
    const pinned = judge(
      'groups: [{ name: A, id: "1", members: [jo@example.com] }, { name: A, id: "2", members: [everyone] }]',
      { people, groups },
    );
    expect(pinned.problems).toEqual([]);
    expect(pinned.findings.map(({ user, group }) => `${user!.email} ${group!.id}`)).toEqual([
      'sam@example.com 1',
    ]);
    const glob = judge('groups: [{ name: "A*", members: [jo@example.com, sam@example.com] }]', {
      people,
      groups,
    });
    expect({ findings: glob.findings, problems: glob.problems }).toEqual({ findings: [], problems: [] });
  });

  test('an id and a name that turn out to be one group are two exact entries', () => {
    const policy = 'version: 1\ngroups:\n  - { name: Old, id: "1" }\n  - name: New\n';
    const { problems } = judge(policy, { groups: [{ id: '1', name: 'New' }] });
    expect(problems).toMatchObject([
      {
        code: 'policy-invalid',
        message: 'Two entries are about the group "New" (1): this one and the one at line 3.',
        location: { line: 4 },
      },
    ]);
  });
});

describe('somebody required and forbidden', () => {
  const problems = (policy: string, people: SnapshotNotes, options = {}) =>
    judge(policy, people, options).problems;

  test('as live data shows, is a mistake of the policy with both lines', () => {
    const policy =
      'version: 1\ngroups:\n  - name: A\n    members:\n      at-least: [jo@example.com]\n      never: [{ title: Temp }]\n';
    const temp = { name: 'jo', title: 'Temp' };
    for (const person of [temp, { ...temp, in: ['A'] }]) {
      expect(problems(policy, { people: [person], groups: ['A'] })).toMatchObject([
        {
          code: 'policy-invalid',
          message:
            'jo@example.com is both required (line 5) and forbidden (line 6): no state of Leapsome can satisfy the policy.',
          location: { line: 5, column: 18 },
        },
      ]);
    }
    expect(problems(policy, { people: ['jo: A'] })).toEqual([]);
    expect(problems(policy, { people: [{ ...temp, active: false }], groups: ['A'] })).toEqual([]);
  });

  test('by two entries about one group, too', () => {
    const policy =
      'version: 1\ngroups:\n  - { name: A, members: { at-least: [jo@example.com] } }\n  - { name: "*", members: { never: [jo@example.com] } }\n';
    const [problem] = problems(policy, { people: ['jo'], groups: ['A', 'B'] });
    expect(problem!.message).toContain('both required (line 3) and forbidden (line 4)');
    expect(found(judge(policy, { people: ['jo'], groups: ['A'] }), 'missing-member')).toEqual([]);
  });

  test('also where the group is exactly right otherwise', () => {
    const policy =
      'groups: [{ name: A, members: [{ department: F }] }, { name: "*", members: { never: [{ department: F }] } }]';
    expect(problems(policy, { people: [{ name: 'jo', in: ['A'], department: 'F' }] })).toMatchObject([
      { code: 'policy-invalid' },
    ]);
  });

  test('is told with files where there are several, once a person, and masked', () => {
    const files = {
      'b.yml':
        'groups: [{ name: A, members: [{ department: F }] }, { name: B, members: [{ department: F }] }]',
    };
    const policy = 'include: [{ path: b.yml }]\ngroups: [{ name: "*", members: { never: [everyone] } }]';
    const people = {
      people: Array.from({ length: 30 }, (_, index) => ({ name: `p${index}`, department: 'F' })),
      groups: ['A', 'B'],
    };
    const all = problems(policy, people, { files, personalData: 'mask' });
    expect(all).toHaveLength(20);
    expect(all[0]!.message).toMatch(
      /^user \w{8}…\w{4} is both required \(b\.yml:2\) and forbidden \(policy\.yml:3\)/,
    );
  });
});

describe('a rule', () => {
  test('ends as fail, not-evaluated or pass, and is listed in any case', () => {
    const evaluated = judge('groups: [{ name: A, members: { exactly: [jo@example.com, { status: x }] } }]', {
      people: ['jo: A', 'sam: A'],
    });
    expect(ruleOf(evaluated, 'unexpected-member').status).toBe('not-evaluated');
    const both = judge(
      'groups: [{ name: A, members: { at-most: [{ status: x }] } }, { name: B, members: [] }]',
      { people: ['jo: A', 'sam: B'] },
    );
    // What was found is found, and what was not evaluated still stands in the way.
    expect(ruleOf(both, 'unexpected-member')).toMatchObject({
      status: 'fail',
      findings: 1,
      reason: expect.stringContaining('status is unknown'),
    });
    expect(both.problems).toMatchObject([{ code: 'not-evaluated' }]);
    expect(evaluated.rules).toHaveLength(29);
  });

  test('that is not evaluated weighs as much as the heaviest part that is open', () => {
    const policy = (first: string, second: string): string =>
      `groups: [{ name: A, severity: ${first}, members: { at-most: [{ status: x }] } }, { name: B, severity: ${second}, members: { at-most: [{ status: x }] } }]`;
    const weight = (first: string, second: string): string =>
      ruleOf(judge(policy(first, second), { people: ['jo: A, B'] }), 'unexpected-member').severity;
    expect(weight('notice', 'notice')).toBe('notice');
    expect(weight('notice', 'warning')).toBe('warning');
    expect(weight('error', 'warning')).toBe('error');
  });
});

describe('exceptions', () => {
  const A = 'groups: [{ name: A, members: [] }]\n';
  const exception = (more: string): string =>
    `exceptions: [{ rule: unexpected-member, reason: r, owner: o, expires: 2026-12-31, ${more} }]\n`;

  test('excuse by address, further address or id, and by name or id of the group', () => {
    const people = { people: [{ name: 'jo', in: ['A'], addresses: ['jo@old.org'] }] };
    for (const user of ['jo@example.com', 'JO@OLD.org', `"${idOf('jo')}"`]) {
      for (const group of ['A', `"${idOf('A')}"`]) {
        expect(found(judge(`${A}${exception(`user: ${user}, group: ${group}`)}`, people))).toEqual([
          'unexpected-member: jo in A (excepted)',
        ]);
      }
    }
  });

  test('excuse nobody else, nowhere else, from nothing else', () => {
    const people = { people: ['jo: A, B', 'sam: A'] };
    const policy = `groups: [{ name: "*", members: { at-most: [], never: [sam@example.com] } }]\n`;
    expect(found(judge(`${policy}${exception('user: jo@example.com, group: A')}`, people))).toEqual([
      'forbidden-member: sam in A',
      'unexpected-member: jo in A (excepted)',
      'unexpected-member: jo in B',
    ]);
  });

  test('do not excuse somebody who took on the address of the person who is meant', () => {
    const people = { people: ['jo', { name: 'eve', in: ['A'], addresses: ['jo@example.com'] }] };
    expect(
      found(judge(`${A}${exception('user: jo@example.com, group: A')}`, people), 'unexpected-member'),
    ).toEqual(['eve in A']);
  });

  test('excuse nothing by a name that two accounts or groups have, and say so', () => {
    const twins = {
      people: [
        { name: 'jo', id: '1', in: ['A'] },
        { name: 'Jo', id: '2', in: ['A'] },
      ],
    };
    const evaluated = judge(`${A}${exception('user: jo@example.com, group: A')}`, twins);
    expect(found(evaluated, 'unexpected-member')).toEqual(['Jo in A', 'jo in A']);
    expect(evaluated.warnings).toEqual([
      'The exception from unexpected-member names "jo@example.com", which 2 accounts have (1, 2): it excuses nothing. Name one of them by its id.',
    ]);
    const groups = [
      { id: '1', name: 'A' },
      { id: '2', name: 'A' },
    ];
    const two = judge(
      `groups: [{ name: "A*", members: [] }]\n${exception('user: jo@example.com, group: A')}`,
      { people: [{ name: 'jo', in: ['#1'] }], groups },
    );
    expect(two.findings.find(({ rule }) => rule === 'unexpected-member')!.status).toBe('open');
    expect(two.warnings).toEqual([expect.stringContaining('names "A", which 2 groups have (1, 2)')]);
  });

  test('granted later excuse nothing yet, and are not listed', () => {
    const policy = `${A}${exception('user: jo@example.com, group: A, granted: 2026-11-23')}`;
    const before = judge(policy, { people: ['jo: A'] }, { asOf: '2026-11-22T23:59:59Z' });
    expect(found(before)).toEqual(['unexpected-member: jo in A']);
    expect(before.exceptions).toEqual([]);
    const after = judge(policy, { people: ['jo: A'] }, { asOf: '2026-11-23T00:00:00Z' });
    expect(found(after)).toEqual(['unexpected-member: jo in A (excepted)']);
  });

  test('count a finding once, however many entries make it', () => {
    const policy = `groups: [{ name: "*", members: [] }, { name: "A*", members: [] }]\n${exception('user: jo@example.com, group: A')}`;
    expect(judge(policy, { people: ['jo: A'] }).exceptions).toMatchObject([{ findings: 1 }]);
  });

  test.each([
    ['rule: unexpected-member, user: jo@example.com, group: A', 'jo@example.com in A'],
    ['rule: unexpected-role-holder, user: jo@example.com, role: Admin', 'jo@example.com in the role Admin'],
    ['rule: unmanaged-group, group: A', 'A'],
    ['rule: role-holder-count, role: Admin', 'the role Admin'],
    ['rule: leaver-active, user: jo@example.com', 'jo@example.com'],
    ['rule: requirement, user: jo@example.com, name: r', 'jo@example.com for r'],
    ['rule: account-count', 'all accounts'],
  ])('%s are about %s', (subject, words) => {
    const evaluated = judge(
      `exceptions: [{ ${subject}, reason: r, owner: o, ticket: T, expires: 2026-12-31 }]`,
      {},
    );
    expect(evaluated.exceptions).toEqual([
      {
        rule: /rule: ([a-z-]+)/.exec(subject)![1],
        subject: words,
        owner: 'o',
        reason: 'r',
        ticket: 'T',
        expires: '2026-12-31',
        state: 'in-force',
        findings: 0,
        location: expect.objectContaining({ line: 2 }),
      },
    ]);
  });
});

describe('masking', () => {
  test('shows whom the policy names, anywhere in it', () => {
    const people = {
      people: ['jo: A', 'sam: A', { name: 'kim', in: ['A'], addresses: ['kim@old.org'] }, 'eve: A'],
    };
    const policy = `sets: { s: [{ id: "${idOf('jo')}" }] }
groups: [{ name: A, members: [] }]
requirements: [{ name: r, when: { reports-to: SAM@example.com }, require: everyone }]
exceptions: [{ rule: leaver-active, user: kim@old.org, reason: r, owner: o, expires: 2026-12-31 }]`;
    const masked = judge(policy, people, { personalData: 'mask' });
    expect(found(masked, 'unexpected-member')).toEqual(
      [`${idOf('eve')} in A`, 'jo in A', 'kim@old.org in A', 'sam in A'].sort(),
    );
    expect(JSON.stringify(masked)).not.toContain('eve@');
  });
});
