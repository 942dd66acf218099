import { describe, expect, test } from '@jest/globals';
import { found, idOf, judge, ruleOf, type SnapshotNotes } from './builders.ts';

/** Whom of these people a selector selects: those whom a prohibition of it finds. */
function selected(selector: string, all: SnapshotNotes, more = ''): string[] {
  return found(judge(`accounts: { never: [${selector}] }\n${more}`, all), 'forbidden-account');
}

const people: SnapshotNotes = {
  people: [
    { name: 'cto', title: 'CTO', department: 'Engineering', level: 'Chief' },
    { name: 'head', manager: 'cto', department: 'Engineering', level: 'Head', 'start-date': '2026-01-01' },
    {
      name: 'dev',
      manager: 'head',
      department: 'Engineering',
      in: ['Payroll'],
      'end-date': '2026-12-31',
      custom: { '5ecba01fb567a5d046582027': 'blue' },
    },
    {
      name: 'fin',
      department: 'Finance',
      level: 'Lead',
      location: 'Berlin',
      'employment-type': 'external',
      'cost-center': '100',
      division: 'Nord',
      addresses: ['fin@old.org'],
    },
    { name: 'ext@other.org', manager: 'cto', active: false, department: 'Finance' },
  ],
};

describe('a selector', () => {
  test.each([
    ['dev@example.com', ['dev']],
    ['DEV@Example.COM', ['dev']],
    ['fin@old.org', ['fin']],
    ['nobody@example.com', []],
    ['ext@other.org', []],
    ['everyone', ['cto', 'dev', 'fin', 'head']],
    [`{ id: "${idOf('dev')}" }`, ['dev']],
    ['{ set: s }', ['cto', 'dev']],
    ['{ group: Payroll }', ['dev']],
    ['{ domain: example.com }', ['cto', 'dev', 'fin', 'head']],
    ['{ domain: [EXAMPLE.com, x.y] }', ['cto', 'dev', 'fin', 'head']],
    ['{ domain: "@example.com" }', ['cto', 'dev', 'fin', 'head']],
    ['{ domain: "*.org" }', ['fin']],
    ['{ domain: ample.com }', []],
    ['{ reports-to: cto@example.com }', ['dev', 'head']],
    ['{ reports-to: CTO@example.com, depth: direct }', ['head']],
    ['{ reports-to: cto@example.com, depth: all }', ['dev', 'head']],
    [`{ reports-to: "${idOf('head')}" }`, ['dev']],
    ['{ department: Engineering }', ['cto', 'dev', 'head']],
    ['{ department: engineering }', []],
    ['{ department: "Eng*" }', ['cto', 'dev', 'head']],
    ['{ department: [Finance, Engineering], level: [Lead, Head] }', ['fin', 'head']],
    ['{ cost-center: "100" }', ['fin']],
    ['{ division: N* }', ['fin']],
    ['{ location: Berlin }', ['fin']],
    ['{ title: CTO }', ['cto']],
    ['{ employment-type: external }', ['fin']],
    ['{ team: Pay* }', ['dev']],
    ['{ team: absent }', ['cto', 'fin', 'head']],
    ['{ team: present }', ['dev']],
    ['{ level: present }', ['cto', 'fin', 'head']],
    ['{ level: absent }', ['dev']],
    ['{ level: [absent, Lead] }', ['dev', 'fin']],
    ['{ level: [absent, Lead], department: Finance }', ['fin']],
    ['{ end-date: present }', ['dev']],
    ['{ end-date: 2026-12-31 }', ['dev']],
    ['{ end-date: "2026-12-31" }', ['dev']],
    ['{ end-date: { before: 2026-12-31 } }', []],
    ['{ end-date: { before: 2027-01-01 } }', ['dev']],
    ['{ end-date: { after: 2026-12-31 } }', []],
    ['{ end-date: { after: 2026-12-30, before: 2027-01-01 } }', ['dev']],
    ['{ start-date: [2026-01-01, absent] }', ['cto', 'dev', 'fin', 'head']],
    ['{ custom: { "5ecba01fb567a5d046582027": blue } }', ['dev']],
    ['{ custom: { "5ECBA01FB567A5D046582027": blue } }', ['dev']],
    ['{ custom: { "5ecba01fb567a5d046582027": absent } }', ['cto', 'fin', 'head']],
    ['{ any: [dev@example.com, { level: Lead }] }', ['dev', 'fin']],
    ['{ all: [{ department: Engineering }, { not: { level: present } }] }', ['dev']],
    ['{ not: { department: Engineering } }', ['fin']],
    ['{ not: { not: dev@example.com } }', ['dev']],
    ['{ not: nobody@example.com }', ['cto', 'dev', 'fin', 'head']],
  ])('%s selects %j', (selector, expected) => {
    const sets = 'sets: { s: [{ set: t }, dev@example.com], t: [{ title: CTO }] }';
    expect(selected(selector, people, sets)).toEqual(expected);
  });

  test('compares attributes, groups and sets after NFC', () => {
    const all = { people: [{ name: 'jo', department: 'Le\u0301gal', in: ['Cafe\u0301'] }] };
    for (const selector of [
      '{ department: "L\u00e9gal" }',
      '{ department: "L\u00e9g*" }',
      '{ group: "Caf\u00e9" }',
      '{ team: "Caf\u00e9" }',
      '{ set: "\u00e9" }',
    ]) {
      expect(selected(selector, all, 'sets: { "e\u0301": [jo@example.com] }')).toEqual(['jo']);
    }
  });

  test('takes a star with a backslash for a star', () => {
    const all = {
      people: [
        { name: 'a', department: 'R*' },
        { name: 'b', department: 'RD' },
      ],
    };
    expect(selected('{ department: "R\\\\*" }', all)).toEqual(['a']);
  });

  test('ends in a reporting cycle, of which nobody is below oneself', () => {
    const cycle = {
      people: [
        { name: 'a', manager: 'c' },
        { name: 'b', manager: 'a' },
        { name: 'c', manager: 'b' },
        { name: 'self', manager: 'self' },
      ],
    };
    expect(selected('{ reports-to: a@example.com }', cycle)).toEqual(['b', 'c']);
    expect(selected('{ reports-to: self@example.com }', cycle)).toEqual([]);
  });

  test('goes down a reporting line through deactivated people', () => {
    const line = {
      people: ['top', { name: 'gone', active: false, manager: 'top' }, { name: 'leaf', manager: 'gone' }],
    };
    expect(selected('{ reports-to: top@example.com }', line)).toEqual(['leaf']);
  });

  test('takes the user name before a further address of somebody else', () => {
    const all = { people: ['jo', { name: 'eve', addresses: ['jo@example.com'] }] };
    expect(selected('jo@example.com', all)).toEqual(['jo']);
  });

  test('named by the id of a manager keeps the case of the id', () => {
    const all = {
      people: [
        { name: 'boss', id: 'ABC' },
        { name: 'jo', manager: '#ABC' },
      ],
    };
    expect(selected('{ reports-to: ABC }', all)).toEqual(['jo']);
  });
});

describe('what is unknown', () => {
  const outcome = (selector: string): string => {
    const evaluated = judge(`accounts: { never: [${selector}] }`, {
      people: [{ name: 'jo', department: 'F' }],
    });
    return ruleOf(evaluated, 'forbidden-account').status;
  };

  test.each([
    ['{ status: active }', 'not-evaluated'],
    ['{ not: { status: active } }', 'not-evaluated'],
    ['{ status: absent }', 'not-evaluated'],
    ['{ department: F, status: active }', 'not-evaluated'],
    ['{ department: X, status: active }', 'pass'],
    ['{ all: [{ department: X }, { not: { status: active } }] }', 'pass'],
    ['{ any: [{ department: X }, { status: active }] }', 'not-evaluated'],
    ['{ any: [{ department: F }, { status: active }] }', 'fail'],
    ['{ not: { any: [{ department: F }, { status: active }] } }', 'pass'],
    ['{ not: { all: [{ department: X }, { status: active }] } }', 'fail'],
    ['{ any: [{ all: [{ status: active }, everyone] }, jo@example.com] }', 'fail'],
    ['{ business-unit: x }', 'not-evaluated'],
    ['{ lifecycle: [absent, leave] }', 'not-evaluated'],
  ])('%s ends as %s', (selector, status) => {
    expect(outcome(selector)).toBe(status);
  });

  test('says which source would tell, or that the one that was read does not', () => {
    const reason = (selector: string, notes: SnapshotNotes): string | undefined =>
      ruleOf(judge(`accounts: { never: [${selector}] }`, notes), 'forbidden-account').reason;
    const jo = { people: ['jo'] };
    expect(reason('{ status: active }', jo)).toBe(
      "status is unknown: only Leapsome's Content API reports it",
    );
    expect(reason('{ level: x }', { ...jo, unknown: ['level'] })).toBe(
      "level is unknown: Leapsome's SCIM API reported it for none of the 1 accounts",
    );
    expect(reason('{ reports-to: jo@example.com }', { ...jo, unknown: ['manager'] })).toMatch(
      /^reports-to is unknown/,
    );
    expect(reason('{ custom: { "5ecba01fb567a5d046582027": x } }', { ...jo, unknown: ['custom'] })).toMatch(
      /^custom attribute 5ecba01f/,
    );
    expect(reason('{ group: A }', { ...jo, groups: ['A'], unknown: ['membership'] })).toMatch(
      /^who is in which group is unknown/,
    );
  });

  test('is a name that two accounts or groups have, for these accounts and for everybody', () => {
    const twins = { people: [{ name: 'jo', id: '1' }, { name: 'Jo', id: '2' }, 'sam'] };
    const byAddress = judge('accounts: { never: [jo@example.com] }', twins);
    expect(ruleOf(byAddress, 'forbidden-account')).toMatchObject({
      status: 'not-evaluated',
      reason: '"jo@example.com" is ambiguous: 2 accounts have it (1, 2)',
    });
    expect(found(judge('accounts: { never: [{ id: "2" }] }', twins), 'forbidden-account')).toEqual(['Jo']);
    const groups = [
      { id: '1', name: 'A' },
      { id: '2', name: 'A' },
    ];
    const byGroup = judge('version: 1\naccounts: { never: [{ group: A }] }', { people: ['jo'], groups });
    expect(ruleOf(byGroup, 'forbidden-account').status).toBe('not-evaluated');
    expect(byGroup.problems[0]).toMatchObject({
      code: 'ambiguous-group',
      message: 'Leapsome has 2 groups named "A": 1, 2.',
      location: { line: 2 },
    });
    const manager = judge('accounts: { never: [{ reports-to: jo@example.com }] }', twins);
    expect(ruleOf(manager, 'forbidden-account').status).toBe('not-evaluated');
  });
});

describe('a value that nobody has', () => {
  test('is doubted when somebody has a similar one, and changes nothing else', () => {
    const evaluated = judge('accounts: { never: [{ department: [Fnance, Zebra] }, { team: payroll }] }', {
      people: [{ name: 'jo', department: 'Finance', in: ['Payroll'] }],
    });
    expect(evaluated.warnings).toEqual([
      'Nobody has department "Fnance". Did you mean "Finance"?',
      'There is no team "payroll". Did you mean "Payroll"?',
    ]);
    expect(found(evaluated, 'forbidden-account')).toEqual([]);
    expect(evaluated.problems).toEqual([]);
  });
});

describe('an attribute of several values', () => {
  const all: SnapshotNotes = {
    people: [
      { name: 'both', department: ['Finance', 'People'], 'cost-center': ['1', '2'] },
      { name: 'one', department: 'People', 'cost-center': '2' },
      { name: 'single', department: ['Finance'], 'cost-center': ['1'] },
      { name: 'none', department: [] },
      { name: 'twice', department: ['Le\u0301gal', 'L\u00e9gal'] },
    ],
  };

  test.each([
    ['{ department: Finance }', ['both', 'single']],
    ['{ department: People }', ['both', 'one']],
    ['{ department: [People, Finance] }', ['both', 'one', 'single']],
    ['{ department: "*n*" }', ['both', 'single']],
    ['{ department: "L\u00e9gal" }', ['twice']],
    ['{ department: present }', ['both', 'one', 'single', 'twice']],
    ['{ department: absent }', ['none']],
    ['{ department: [absent, Finance] }', ['both', 'none', 'single']],
    ['{ not: { department: Finance } }', ['none', 'one', 'twice']],
    ['{ department: Finance, cost-center: "2" }', ['both']],
    ['{ department: People, cost-center: "1" }', ['both']],
    ['{ department: [Finance, People], cost-center: ["1", "2"] }', ['both', 'one', 'single']],
    ['{ department: Finance, cost-center: absent }', []],
    ['{ department: "L\u00e9gal", cost-center: absent }', ['twice']],
  ])('%s selects %j', (selector, expected) => {
    expect(selected(selector, all)).toEqual(expected);
  });

  test('is required of whoever has one of them', () => {
    const evaluated = judge(
      'groups: [{ name: A, members: { at-least: [{ department: Finance, cost-center: "2" }] } }]',
      {
        ...all,
        groups: ['A'],
      },
    );
    expect(found(evaluated, 'missing-member')).toEqual(['both in A']);
  });
});

describe('a domain', () => {
  const all: SnapshotNotes = {
    people: [
      { name: 'both', addresses: ['both@Rival.example', 'both@example.com', 'other@rival.example'] },
      { name: 'one@example.com', addresses: ['one@example.org'] },
      { name: 'plain', level: 'Lead' },
      { name: 'x@', id: 'no-domain', addresses: ['no at sign'] },
    ],
  };

  test.each([
    ['{ domain: rival.example }', ['both']],
    ['{ domain: example.com }', ['both', 'one', 'plain']],
    ['{ domain: [rival.example, example.org] }', ['both', 'one']],
    ['{ domain: "*.example", level: absent }', ['both']],
    ['{ domain: example.com, level: Lead }', ['plain']],
    ['{ not: { domain: rival.example } }', ['one', 'plain', 'x@']],
  ])('is that of any address: %s selects %j', (selector, expected) => {
    expect(selected(selector, all)).toEqual(expected);
  });

  test('is found in a further address of a member, too', () => {
    const members = '{ at-most: [{ domain: example.com }], never: [{ domain: rival.example }] }';
    const people = [{ name: 'ann', addresses: ['ann@rival.example'], in: ['A'] }, 'bob: A'];
    expect(found(judge(`groups: [{ name: A, members: ${members} }]`, { people }))).toEqual([
      'forbidden-member: ann in A',
    ]);
  });
});

describe('an address that one account has as its user name', () => {
  test('means that account, whoever else carries it', () => {
    const all = { people: ['cfo: A', { name: 'cfo2', addresses: ['CFO@example.com'], in: ['A'] }] };
    const evaluated = judge('groups: [{ name: A, members: [cfo@example.com] }]', all);
    expect(found(evaluated, 'unexpected-member')).toEqual(['cfo2 in A']);
    expect(found(evaluated, 'duplicate-identity')).toHaveLength(1);
    expect(evaluated.problems).toEqual([]);
  });
});

describe('a name that no account has', () => {
  const warning = 'The policy names "gone@example.com", but no account has this name.';
  const warnings = (policy: string): readonly string[] =>
    judge(policy, { people: [{ name: 'jo', in: ['A'], title: 'Lead' }] }).warnings;

  test.each([
    ['at-most: [gone@example.com, everyone]'],
    ['never: [GONE@example.com]'],
    ['at-most: [{ all: [everyone, { not: gone@example.com }] }]'],
    ['never: [{ all: [{ title: Lead }, { any: [gone@example.com] }] }]'],
    ['exactly: [{ all: [everyone, { not: gone@example.com }] }]'],
    ['never: [{ set: s }]'],
  ])('is worth one warning: %s', (clause) => {
    const sets = 'sets: { s: [{ not: { set: t } }], t: [{ not: gone@example.com }] }';
    expect(warnings(`${sets}\ngroups: [{ name: A, members: { ${clause} } }]`)).toEqual([warning]);
  });

  test('is worth one in a requirement, and one however often it stands in the policy', () => {
    const requirement = (when: string, require: string): string =>
      `requirements: [{ name: r, when: ${when}, require: ${require} }]`;
    expect(warnings(requirement('gone@example.com', '{ title: Lead }'))).toEqual([warning]);
    expect(warnings(requirement('everyone', '{ any: [{ not: gone@example.com }] }'))).toEqual([warning]);
    const often = `${requirement('gone@example.com', 'everyone')}
accounts: { never: [gone@example.com] }
groups: [{ name: A, members: { never: [{ any: [gone@example.com] }] } }]`;
    expect(warnings(often)).toEqual([warning]);
    expect(warnings(requirement('{ id: "17" }', 'everyone'))).toEqual([
      'The policy names "17", but no account has this name.',
    ]);
  });

  test('is a finding, and no second word, where the clause requires it', () => {
    const evaluated = judge(
      'groups: [{ name: A, members: { at-least: [gone@example.com], at-most: [gone@example.com, everyone] } }]',
      { people: ['jo: A'] },
    );
    expect(found(evaluated, 'missing-account')).toHaveLength(1);
    expect(evaluated.warnings).toEqual([]);
  });
});

describe('a group that no source shows', () => {
  const policy = 'groups: [{ name: A, members: { at-most: [{ group: Gone }] } }]';

  test('selects nobody, and anybody perhaps where a source that may show it was not heard', () => {
    const all = { people: ['jo: A'] };
    expect(found(judge(policy, all), 'unexpected-member')).toEqual(['jo in A']);
    const failed = judge(policy, { ...all, failed: ['content'] });
    expect(failed.findings).toEqual([]);
    expect(ruleOf(failed, 'unexpected-member')).toMatchObject({
      status: 'not-evaluated',
      reason:
        "which groups there are is unknown: Leapsome's Content API may show more of them, and could not be read in this run",
    });
    // Whatever the Content API shows of a person is all that there is.
    const heard = judge(policy, { ...all, sources: ['scim', 'content'], failed: ['stackone'] });
    expect(found(heard, 'unexpected-member')).toEqual(['jo in A']);
  });
});

describe('people who are not active yet', () => {
  const all: SnapshotNotes = {
    people: [
      'jo',
      { name: 'new', pending: 'invited', department: 'Only Here', in: ['A'] },
      { name: 'old', active: false, department: 'Nowhere' },
    ],
  };

  test.each([
    ['everyone', ['jo', 'new']],
    ['{ department: "Only Here" }', ['new']],
    ['{ department: "Only *" }', ['new']],
    ['{ department: present }', ['new']],
    ['{ not: { department: present } }', ['jo']],
    ['{ group: A }', ['new']],
    ['{ team: A }', ['new']],
    ['new@example.com', ['new']],
  ])('%s selects %j', (selector, expected) => {
    expect(selected(selector, all)).toEqual(expected);
  });

  test('have values that exist, so that nobody doubts them', () => {
    const { warnings } = judge('accounts: { never: [{ department: Only Here }] }', {
      people: ['jo', { name: 'new', pending: 'invited', department: 'Only Here' }],
    });
    expect(warnings).toEqual([]);
  });
});

describe('{ team: … }', () => {
  const groups = [
    { id: '1', name: 'People', kind: 'team' as const },
    { id: '2', name: 'People', kind: 'department' as const },
    { id: '3', name: 'Legal', kind: 'department' as const },
    { id: '4', name: 'Lost' },
  ];
  const all: SnapshotNotes = {
    people: [
      { name: 'team', in: ['#1'] },
      { name: 'dept', in: ['#2'] },
      { name: 'legal', in: ['#3'] },
      { name: 'lost', in: ['#4'] },
      { name: 'hidden', in: ['#99'] },
    ],
    groups,
    sources: ['scim', 'content'],
  };

  test.each([
    ['{ team: People }', ['team']],
    ['{ team: Lost }', ['lost']],
    ['{ team: "*" }', ['lost', 'team']],
    ['{ team: present }', ['hidden', 'lost', 'team']],
    ['{ team: absent }', ['dept', 'legal']],
  ])('%s selects %j: groups of kind team, or of no known kind', (selector, expected) => {
    expect(selected(selector, all)).toEqual(expected);
  });

  test('that names a group of another kind is doubted', () => {
    expect(
      judge('accounts: { never: [{ team: Legal }, { team: Peple }, { team: Leggal }] }', all).warnings,
    ).toEqual([
      'There is no team "Legal". The group of this name is of kind department.',
      'There is no team "Peple". Did you mean "People"?',
    ]);
  });
});

describe('a reason why something is unknown', () => {
  const reason = (notes: SnapshotNotes, selector = '{ level: x }'): string | undefined =>
    ruleOf(judge(`accounts: { never: [${selector}] }`, { people: ['jo'], ...notes }), 'forbidden-account')
      .reason;

  test('names the sources that would tell, and those that could not be read', () => {
    expect(reason({ sources: ['stackone'] })).toBe(
      "level is unknown: only Leapsome's SCIM API or Leapsome's Content API reports it",
    );
    expect(reason({ sources: ['stackone'], failed: ['content'] })).toBe(
      "level is unknown: Leapsome's Content API has the last word on it, and could not be read in this run",
    );
    expect(reason({ unknown: ['level'], failed: ['content'] })).toBe(
      "level is unknown: Leapsome's SCIM API reported it for none of the 1 accounts; Leapsome's Content API could not be read in this run",
    );
    expect(reason({ sources: ['scim', 'content'], unknown: ['level'] })).toBe(
      "level is unknown: Leapsome's SCIM API and Leapsome's Content API reported it for none of the 1 accounts",
    );
    expect(reason({ failed: ['stackone'] }, '{ status: active }')).toBe(
      "status is unknown: only Leapsome's Content API reports it",
    );
  });

  test('is that the authority could not be read, whatever another source says', () => {
    const all: SnapshotNotes = { sources: ['content', 'stackone'], failed: ['scim'], unknown: ['level'] };
    expect(reason(all)).toBe(
      "level is unknown: Leapsome's SCIM API has the last word on it, and could not be read in this run",
    );
  });

  test('is given with StackOne alone for everything but the domain and the teams', () => {
    const all: SnapshotNotes = { people: ['jo: A'], sources: ['stackone'] };
    expect(reason(all, '{ reports-to: jo@example.com }')).toMatch(/^reports-to is unknown/);
    expect(reason(all, '{ department: x }')).toMatch(/^department is unknown/);
    expect(selected('{ domain: example.com }', all)).toEqual(['jo']);
    expect(selected('{ team: A }', all)).toEqual(['jo']);
    expect(selected('{ group: A }', all)).toEqual(['jo']);
  });
});
