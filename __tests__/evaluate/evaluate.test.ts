import { describe, expect, test } from '@jest/globals';
import { Hints } from '../../src/evaluate/hints.ts';
import type { SourceName } from '../../src/model/facts.ts';
import { accept } from '../edit/accepting.ts';
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
    const evaluated = judge(
      'groups: [{ name: A, members: { exactly: [jo@example.com, { status: active }] } }]',
      {
        people: ['jo: A', 'sam: A'],
      },
    );
    expect(ruleOf(evaluated, 'unexpected-member').status).toBe('not-evaluated');
    const both = judge(
      'groups: [{ name: A, members: { at-most: [{ status: active }] } }, { name: B, members: [] }]',
      { people: ['jo: A', 'sam: B'] },
    );
    // What was found is found, and what was not evaluated still stands in the way.
    expect(ruleOf(both, 'unexpected-member')).toMatchObject({
      status: 'fail',
      findings: 1,
      reason: expect.stringContaining('status is unknown'),
    });
    expect(both.problems).toMatchObject([{ code: 'not-evaluated' }]);
    expect(evaluated.rules).toHaveLength(35);
  });

  test('that is not evaluated weighs as much as the heaviest part that is open', () => {
    const policy = (first: string, second: string): string =>
      `groups: [{ name: A, severity: ${first}, members: { at-most: [{ status: active }] } }, { name: B, severity: ${second}, members: { at-most: [{ status: active }] } }]`;
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
  test('shows whom the policy names by address, anywhere in it', () => {
    const people = {
      people: ['jo: A', 'sam: A', { name: 'kim', in: ['A'], addresses: ['kim@old.org'] }, 'eve: A'],
    };
    const policy = `sets: { s: [JO@example.com] }
groups: [{ name: A, members: [] }]
requirements: [{ name: r, when: { reports-to: SAM@example.com }, require: everyone }]
exceptions: [{ rule: leaver-active, user: kim@old.org, reason: r, owner: o, expires: 2026-12-31 }]`;
    const masked = judge(policy, people, { personalData: 'mask' });
    expect(found(masked, 'unexpected-member')).toEqual(
      [`${idOf('eve')} in A`, 'jo in A', 'kim@old.org in A', 'sam in A'].sort(),
    );
    expect(JSON.stringify(masked)).not.toContain('eve@');
  });

  test.each([
    ['a set', (id: string) => `sets: { s: [{ id: "${id}" }] }`],
    ['a list', (id: string) => `groups: [{ name: B, members: { never: [{ id: "${id}" }] } }]`],
    [
      'a reporting line',
      (id: string) => `requirements: [{ name: r, when: { reports-to: "${id}" }, require: everyone }]`,
    ],
    [
      'an exception',
      (id: string) =>
        `exceptions: [{ rule: leaver-active, user: "${id}", reason: r, owner: o, expires: 2026-12-31 }]`,
    ],
  ])('an id in %s does not give the address away', (_where, policyWith) => {
    const policy = `${policyWith(idOf('jo'))}\naccounts: []`;
    const masked = judge(policy, { people: ['jo: B'] }, { personalData: 'mask' });
    const finding = only(masked, 'unexpected-account');
    expect(finding.user).toEqual({ id: idOf('jo') });
    expect(finding.message).toContain(`user ${idOf('jo').slice(0, 8)}…${idOf('jo').slice(-4)} has`);
    expect(JSON.stringify(masked)).not.toContain('jo@');
  });

  test('who was accepted by id stays masked', () => {
    const people = { people: ['jo: A'] };
    const policy = 'version: 1\ngroups: [{ name: A, members: { at-most: [] } }]\naccounts: { at-most: [] }\n';
    const before = only(judge(policy, people, { personalData: 'mask' }), 'unexpected-member');
    const outcome = accept(policy, [before]);
    if ('objections' in outcome) throw new Error(JSON.stringify(outcome.objections));
    expect(outcome.text).toContain(idOf('jo'));
    const after = judge(outcome.text, people, { personalData: 'mask' });
    expect(found(after)).toEqual([`unexpected-account: ${idOf('jo')}`]);
    expect(JSON.stringify(after)).not.toContain('jo@');
  });

  test.each([
    ['title', { title: 'Head of Jo' }, '{ title: Head of J }'],
    ['domain', { addresses: ['x@jo-at-home.example'] }, '{ domain: jo-at-hom.example }'],
    ['level', { level: 'Head of Jo' }, '{ level: Head of J }'],
  ])('a warning about the %s of a selector does not tell what somebody has', (name, attribute, selector) => {
    const policy = `accounts: { never: [${selector}] }`;
    const people = { people: [{ name: 'jo', ...attribute }] };
    const warnings = (personalData: 'show' | 'mask') => judge(policy, people, { personalData }).warnings;
    expect(warnings('show')).toEqual([
      expect.stringMatching(/ Did you mean "(?:Head of Jo|jo-at-home.example)"\?$/),
    ]);
    expect(warnings('mask')).toEqual([
      expect.stringMatching(
        new RegExp(`^Nobody has ${name} "[^"]*"\\. Somebody has a similar value, which is masked here\\.$`),
      ),
    ]);
  });

  test('a warning tells what a group is called, which is not masked', () => {
    const people = { people: [{ name: 'jo', department: 'Finance', in: ['Finance'] }] };
    const policy = 'accounts: { never: [{ department: Finanec }] }';
    expect(judge(policy, people, { personalData: 'mask' }).warnings).toEqual([
      'Nobody has department "Finanec". Did you mean "Finance"?',
    ]);
  });
});

test('a rule that is off is off for entries with a severity of their own, too, and says so', () => {
  const policy = `groups: [{ name: A, severity: error, members: [jo@example.com] }]
rules: { unexpected-member: off, missing-member: off }`;
  const evaluated = judge(policy, { people: ['sam: A', 'jo'] });
  expect(found(evaluated)).toEqual([]);
  expect(ruleOf(evaluated, 'unexpected-member')).toMatchObject({
    severity: 'off',
    status: 'not-evaluated',
    reason: 'switched off in the policy',
  });
});

describe('somebody required who is not active yet', () => {
  const PENDING = { name: 'jo', pending: 'invited' as const };
  const warnings = (policy: string, people: SnapshotNotes, options = {}): readonly string[] =>
    judge(policy, people, options).warnings;

  test('is told once, with all places, roles too', () => {
    const policy = `accounts: { at-least: [jo@example.com] }
groups: [{ name: "*", members: { at-least: [jo@example.com] } }]
roles: [{ name: Admin, members: [jo@example.com] }]`;
    expect(warnings(policy, { people: [PENDING], groups: ['C', 'A'], roles: { Admin: [] } })).toEqual([
      'jo@example.com is required in A, C and the role Admin, and is invited, not active yet.',
    ]);
    const many = ['F', 'E', 'D', 'C', 'B', 'A'];
    expect(warnings(policy, { people: [PENDING], groups: many })).toEqual([
      'jo@example.com is required in A, B, C, D and 2 more, and is invited, not active yet.',
    ]);
  });

  test('is told also in a group that is exactly right', () => {
    const people = [
      { ...PENDING, department: 'F', in: ['A'] },
      { name: 'sam', department: 'F', in: ['A'] },
    ];
    const exactly = 'groups: [{ name: A, members: [{ department: F }] }]';
    expect(judge(exactly, { people }).findings).toEqual([]);
    expect(warnings(exactly, { people })).toHaveLength(1);
    expect(warnings('groups: [{ name: A, members: { at-most: [{ department: F }] } }]', { people })).toEqual(
      [],
    );
  });

  test('is not told of who is forbidden, nor where nobody looks for missing people', () => {
    const policy = 'groups: [{ name: A, members: { exactly: [everyone], never: [jo@example.com] } }]';
    expect(warnings(policy, { people: [PENDING], groups: ['A'] })).toEqual([]);
    const off = 'groups: [{ name: A, members: [jo@example.com] }]\nrules: { missing-member: off }';
    expect(warnings(off, { people: [PENDING], groups: ['A'] })).toEqual([]);
  });

  test('is masked, and of many people twenty are told', () => {
    const people = Array.from({ length: 21 }, (_, n) => ({ ...PENDING, name: `p${n}`, department: 'F' }));
    const policy = 'groups: [{ name: A, members: { at-least: [{ department: F }] } }]';
    const masked = warnings(policy, { people, groups: ['A'] }, { personalData: 'mask' });
    expect(masked).toHaveLength(21);
    expect(masked[0]).toMatch(/^user \w{8}…\w{4} is required in A, and is invited, not active yet\.$/);
    expect(masked.at(-1)).toBe('And 1 more person is required, and not active yet.');
    const more = [...people, { ...PENDING, name: 'x', department: 'F' }];
    expect(warnings(policy, { people: more, groups: ['A'] }).at(-1)).toBe(
      'And 2 more people are required, and not active yet.',
    );
  });

  test('and forbidden by another entry is a mistake of the policy already now', () => {
    const policy =
      'groups: [{ name: A, members: [jo@example.com] }, { name: "*", members: { never: [jo@example.com] } }]';
    expect(judge(policy, { people: [PENDING], groups: ['A'] }).problems).toMatchObject([
      { code: 'policy-invalid' },
    ]);
  });
});

describe('namesakes of several kinds', () => {
  const groups = [
    { id: '2', name: 'A', kind: 'team' as const },
    { id: '1', name: 'A', kind: 'department' as const },
  ];
  const problems = (policy: string, all: SnapshotNotes = { groups, sources: ['scim', 'content'] }) =>
    judge(policy, all).problems;

  test('are told with their kinds, and that the kind would do', () => {
    expect(problems('groups: [{ name: A }]')).toMatchObject([
      {
        code: 'ambiguous-group',
        message: 'Leapsome has 2 groups named "A": 1 (department), 2 (team).',
        hint: 'Say which one is meant with "kind", or pin the entry to the group that is meant with "id", or rename one of the groups in Leapsome.',
      },
    ]);
    expect(problems('groups: [{ name: A, kind: team }]')).toEqual([]);
  });

  test('are told from one another in a selector or separation by the id', () => {
    const [selector] = problems('groups: [{ name: "A*", members: { at-most: [{ group: A }] } }]');
    expect(selector).toMatchObject({
      code: 'ambiguous-group',
      hint: 'Write the id of the group that is meant in place of its name, or rename one of the groups in Leapsome.',
    });
    const all = {
      people: [
        { name: 'jo', in: ['#1', '#3'] },
        { name: 'sam', in: ['#2', '#3'] },
      ],
      groups: [...groups, { id: '3', name: 'B' }],
      sources: ['scim', 'content'] as const,
    };
    const evaluated = judge(
      'accounts: { never: [{ group: "2" }] }\nseparation-of-duties: [{ name: x, never-together: ["1", B] }]',
      all,
    );
    expect(found(evaluated, 'forbidden-account')).toEqual(['sam']);
    expect(found(evaluated, 'separation-of-duties')).toEqual(['jo']);
    expect(evaluated.problems).toEqual([]);
  });

  test('of one kind are told apart by the id alone', () => {
    const PIN =
      'Pin the entry to the group that is meant with "id", or rename one of the groups in Leapsome.';
    const teams = groups.map((group) => ({ ...group, kind: 'team' as const }));
    const [entry] = problems('groups: [{ name: A, kind: team }]', {
      groups: teams,
      sources: ['scim', 'content'],
    });
    expect(entry).toMatchObject({
      message: 'Leapsome has 2 groups named "A": 1 (team), 2 (team).',
      hint: PIN,
    });
  });
});

describe('the least number of active accounts', () => {
  const problems = (
    minUsers: string,
    failed: readonly SourceName[],
    sources: readonly SourceName[] = ['scim'],
  ) => judge(`population: { ${minUsers} }\ngroups: []`, { people: ['jo', 'sam'], sources, failed }).problems;

  test('is not known to be there while nobody knows which accounts are not in use yet', () => {
    expect(problems('min-users: 1', ['content'])).toEqual([
      {
        code: 'not-evaluated',
        message:
          '"min-users" could not be evaluated: which accounts are not in use yet is unknown: Leapsome\'s Content API has the last word on it, and could not be read in this run.',
        hint: 'Run again when it can be read. A run without it cannot tell how many accounts are in use.',
      },
    ]);
    expect(problems('min-users: 1', ['stackone'])).toHaveLength(1);
  });

  test('is as the sources say where none of them failed, or where any number would do', () => {
    expect(problems('min-users: 1', [])).toEqual([]);
    expect(problems('min-users: 1', ['stackone'], ['scim', 'content'])).toEqual([]);
    expect(problems('min-users: 0', ['content'])).toEqual([]);
    expect(problems('max-drop: 10%', ['content'])).toEqual([]);
  });
});

describe('words that were probably meant', () => {
  test('are looked for a hundred times at most, and findings go on without them', () => {
    const names = Array.from({ length: 150 }, (_, index) => `  - name: Groop ${index}\n`);
    const groups = Array.from({ length: 150 }, (_, index) => `Group ${index}`);
    const messages = judge(`version: 1\ngroups:\n${names.join('')}`, { groups })
      .findings.filter(({ rule }) => rule === 'missing-group')
      .map(({ message }) => message);
    expect(messages).toHaveLength(150);
    expect(messages.filter((message) => message.includes('Did you mean'))).toHaveLength(100);
  });

  test('are offered again for a word that was looked for before', () => {
    const hints = new Hints();
    const candidates = ['Payroll'];
    for (let index = 0; index < 150; index++) hints.didYouMean(`other ${index}`, []);
    expect(hints.didYouMean('Payrol', candidates)).toBe('');
    const fresh = new Hints();
    for (let index = 0; index < 150; index++)
      expect(fresh.didYouMean('Payrol', candidates)).toBe(' Did you mean "Payroll"?');
  });
});

test('a name with line ends gets no line of its own in a problem', () => {
  const name = 'Fin\n✔ In sync.\u2028Nothing to do.';
  const groups = ['1', '2'].map((id) => ({ id, name }));
  const { problems } = judge(`groups: [{ name: ${JSON.stringify(name)}, members: [] }]`, {
    people: ['jo'],
    groups,
  });
  expect(problems).toHaveLength(3);
  for (const { message } of problems) {
    expect(message).toContain('"Fin\\n✔ In sync.\\u2028Nothing to do."');
    expect(message).not.toMatch(/[\n\u2028]/);
  }
});
