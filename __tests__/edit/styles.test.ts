import { describe, expect, test } from '@jest/globals';
import { applyPatch } from 'diff';
import { unifiedDiff } from '../../src/edit/diff.ts';
import { idOf, judge, parse, type SnapshotNotes } from '../evaluate/builders.ts';
import { accept, TERMS } from './accepting.ts';

/** Accepts all open findings; `«…»` in what is expected marks what the edit wrote. */
function accepts(before: string, after: string, people: SnapshotNotes, terms?: typeof TERMS): void {
  const { policy, problems } = parse(before);
  expect(problems.map(({ message }) => message)).toEqual([]);
  const { findings } = judge(policy!, people);
  const open = findings.filter(({ status }) => status === 'open');
  const outcome = accept(before, open, terms);
  if ('objections' in outcome) throw new Error(JSON.stringify(outcome.objections));
  expect(outcome.text).toBe(after.replace(/[«»]/gu, ''));
  const again = judge(parse(outcome.text).policy!, people);
  expect(again.findings.filter(({ status }) => status === 'open')).toEqual([]);
  const diff = unifiedDiff([{ path: 'policy.yml', before, after: outcome.text }]);
  expect(applyPatch(before, diff, { autoConvertLineEndings: false })).toBe(outcome.text);
}

function refuses(before: string, reason: RegExp, people: SnapshotNotes): void {
  const { findings } = judge(parse(before).policy!, people);
  const outcome = accept(before, findings);
  expect('objections' in outcome && outcome.objections.map((one) => one.reason).join()).toMatch(reason);
}

describe('somebody is added to a list', () => {
  const people = { people: ['jo: A', 'sam: A'] };

  test.each([
    ['in brackets', 'members: [jo@example.com]', 'members: [jo@example.com«, sam@example.com»]'],
    [
      'in brackets, in quotes, with space',
      "members: [ 'jo@example.com' ] # who",
      "members: [ 'jo@example.com'«, sam@example.com» ] # who",
    ],
    [
      'in braces',
      'members: { at-most: [jo@example.com], count: { max: 9 } }',
      'members: { at-most: [jo@example.com«, sam@example.com»], count: { max: 9 } }',
    ],
    [
      'with dashes',
      'members:\n      - jo@example.com # me',
      'members:\n      - jo@example.com # me«\n      - sam@example.com»',
    ],
    [
      'with dashes that are not indented',
      'members:\n    - jo@example.com',
      'members:\n    - jo@example.com«\n    - sam@example.com»',
    ],
    [
      'on lines between brackets',
      'members: [\n      jo@example.com, # me\n    ]',
      'members: [\n      jo@example.com, # me«\n      sam@example.com,»\n    ]',
    ],
    [
      'on lines without a comma at the end',
      'members: [\n      jo@example.com # me\n    ]',
      'members: [\n      jo@example.com«,» # me«\n      sam@example.com»\n    ]',
    ],
    ['of another place, by an alias', 'members: *list', 'members: «[{ any: »*list« }, sam@example.com]»'],
  ])('%s', (_style, before, after) => {
    const wrapped = (text: string): string =>
      `version: 1\nsets: { s: &list [jo@example.com] }\ngroups:\n  - name: A # the group\n    ${text}\n    owner: me\n`;
    accepts(wrapped(before), wrapped(after), people);
  });

  test('at the end of a file without a line break, with a mark and Windows line ends', () => {
    const before =
      '\uFEFF# top\r\nversion: 1\r\ngroups:\r\n  - name: A\r\n    members:\r\n      - jo@example.com';
    accepts(before, `${before}«\r\n      - sam@example.com»`, people);
  });

  test('in place of nobody', () => {
    const text = (list: string): string =>
      `version: 1\ngroups:\n  - { name: A, members: ${list} } # closed\n`;
    accepts(text('[]'), text('«[jo@example.com, sam@example.com]»'), people);
  });

  test('beside a list that is repeated elsewhere, and not where a whole clause is', () => {
    const text = (list: string): string =>
      `version: 1\ngroups:\n  - { name: A, members: { exactly: ${list} } }\n  - { name: B, members: { at-most: *l } }\n`;
    accepts(
      text('&l [jo@example.com]'),
      text('«[{ any: »&l [jo@example.com]« }, sam@example.com]»'),
      people2(),
    );
    refuses(
      'version: 1\ngroups:\n  - name: A\n    members: &c { at-most: [jo@example.com] }\n  - name: B\n    members: *c\n',
      /^what stands in line 4 is repeated by an alias in line 6/,
      people2(),
    );
  });

  function people2(): SnapshotNotes {
    return { people: ['jo: A, B', 'sam: A'] };
  }
});

describe('somebody is left out', () => {
  const people = {
    people: [
      { name: 'jo', department: 'Finance', level: 'Lead', in: ['A'] },
      { name: 'sam', department: 'Finance', level: 'Lead' },
    ],
    groups: ['A'],
  };
  const text = (members: string): string =>
    `version: 1\ngroups:\n  - name: A\n    members:\n      at-least: # everybody here\n${members}    owner: me\n`;

  test.each([
    [
      'of a condition',
      '        - { department: Finance } # all\n',
      '        - «{ all: [»{ department: Finance }«, { not: sam@example.com }] }» # all\n',
    ],
    [
      'of a condition on lines of its own',
      '        - department: Finance # of\n          # those\n          level: Lead # the leads\n',
      '        - «all:\n            - »department: Finance # of\n«    »          # those\n«    »          level: Lead # the leads«\n            - { not: sam@example.com }»\n',
    ],
    [
      'by name',
      '        - jo@example.com\n        # and\n        - sam@example.com # too\n',
      '        - jo@example.com\n        # and\n',
    ],
    [
      'of what somebody was left out before',
      '        - { all: [everyone, { not: kim@example.com }] }\n',
      '        - { all: [everyone, { not: kim@example.com }«, { not: sam@example.com }»] }\n',
    ],
    [
      'of two at once',
      '        - { level: Lead }\n        - sam@example.com\n        - jo@example.com\n',
      '        - «{ all: [»{ level: Lead }«, { not: sam@example.com }] }»\n        - jo@example.com\n',
    ],
    [
      'of a set, which others use',
      '        - { set: leads }\n',
      '        - «{ all: [»{ set: leads }«, { not: sam@example.com }] }»\n',
    ],
  ])('%s', (_name, before, after) => {
    const sets = 'sets: { leads: [{ level: Lead }] }\n';
    accepts(text(before) + sets, text(after) + sets, people);
  });

  test('so that the list is empty', () => {
    accepts(
      text('        - sam@example.com\n'),
      'version: 1\ngroups:\n  - name: A\n    members:\n      at-least:« []» # everybody here\n    owner: me\n',
      people,
    );
  });

  test('of a prohibition, and permitted by that', () => {
    const policy = (members: string): string =>
      `version: 1\ngroups: [{ name: A, members: { ${members} } }]\n`;
    accepts(
      policy('at-most: [sam@example.com], never: [{ level: Lead }]'),
      policy(
        'at-most: [sam@example.com«, jo@example.com»], never: [«{ all: [»{ level: Lead }«, { not: jo@example.com }] }»]',
      ),
      people,
    );
  });
});

describe('what Leapsome does not have', () => {
  test('goes from lists, sets and separations, with what is left of them alone', () => {
    accepts(
      `version: 1
sets:
  s: [gone@example.com, jo@example.com]
groups:
  - name: Gone # no more

  - name: B
  - name: A
    members: [{ set: s }, { any: [gone@example.com] }, { all: [{ group: Gone }, everyone] }]
separation-of-duties:
  - { name: x, never-together: [A, Gone, Lost] }
  - name: y
    never-together:
      - A
      - B
      - Lost
`,
      `version: 1
sets:
  s: [jo@example.com]
groups:

  - name: B
  - name: A
    members: [{ set: s }, { all: [«{ not: everyone }», everyone] }]
separation-of-duties:
  - name: y
    never-together:
      - A
      - B
`,
      { people: ['jo: A'], groups: ['B'] },
    );
  });

  test('leaves an empty list of entries', () => {
    accepts('version: 1\ngroups:\n- name: Gone\n  owner: me\n', 'version: 1\ngroups:« []»\n', {});
  });
});

describe('numbers, names and days', () => {
  test('a bound of several groups becomes the widest', () => {
    accepts(
      'version: 1\ngroups:\n  - name: "*"\n    members: { count: { min: 2, max: 3 } } # few\n',
      'version: 1\ngroups:\n  - name: "*"\n    members: { count: { min: «0», max: «4» } } # few\n',
      { people: ['a: A', 'b: B', 'c: B', 'd: B', 'e: B'], groups: ['C'] },
    );
  });

  test('a name changes where it stands', () => {
    const text = (name: string): string =>
      `version: 1\ngroups: [{ id: "${idOf('A')}", name: ${name} }] # pinned\n`;
    accepts(text("'Old name'"), text('«"yes"»'), { groups: [{ id: idOf('A'), name: 'yes' }] });
  });

  test('exceptions end, go, or last as long as they may', () => {
    const one = (user: string, days: string): string =>
      `  - rule: unexpected-member\n    user: ${user}\n    group: A\n    reason: r\n    owner: o\n    ${days}\n`;
    accepts(
      `version: 1\ngroups: [{ name: A, members: { at-most: [] } }]\nexceptions:\n${one('jo', 'expires: 2026-01-01')}${one('sam', 'expires: "2099-01-01"')}${one('nobody@example.com', 'expires: 2027-02-01')}`,
      `version: 1\ngroups: [{ name: A, members: { at-most: [«jo@x»] } }]\nexceptions:\n${one('sam', 'expires: «2027-11-22»')}`,
      {
        people: [
          { name: 'jo@x', id: 'jo', in: ['A'] },
          { name: 'sam@x', id: 'sam', in: ['A'] },
        ],
      },
    );
  });

  test('an exception that ends soon lasts until the day that is said', () => {
    const text = (day: string): string =>
      `version: 1\ngroups: [{ name: A, members: [] }]\nexceptions: [{ rule: unexpected-member, user: jo@example.com, group: A, reason: r, owner: o, expires: ${day} }]\n`;
    const people = { people: ['jo: A'] };
    const expiring = judge(parse(text('"2026-11-30"')).policy!, people).findings;
    expect(accept(text('"2026-11-30"'), expiring.slice(-1))).toEqual({
      objections: [{ findings: [], reason: 'lacks until' }],
    });
    accepts(text('"2026-11-30"'), text('«2027-06-30»'), people, TERMS);
  });
});
