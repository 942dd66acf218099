import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseDocument } from 'yaml';
import { toProblems } from '../../src/policy/policy-error.ts';
import { MAX_MARKS } from '../../src/policy/tree.ts';
import { digestText } from '../../src/review/digest.ts';
import { recordText } from '../../src/review/draft.ts';
import { digestOf } from '../../src/review/read.ts';
import { readRecord } from '../../src/review/record.ts';
import { at, DAY, KEEP, record } from './records.ts';

const read = (text: string) => readRecord({ path: at(), text, day: DAY }, MAX_MARKS);

function problemsOf(text: string) {
  const { errors, file } = read(text);
  return toProblems(errors, () => file);
}

const WHOLE = record({ jo: KEEP, sam: {} });

describe('a record', () => {
  test('is read as it was written', () => {
    expect(read(WHOLE)).toMatchObject({
      errors: [],
      record: {
        group: { name: 'Payroll' },
        started: DAY,
        owner: '@acme/finance',
        entries: [{ user: 'jo@example.com', ...KEEP }, { user: 'sam@example.com' }],
      },
    });
    expect(read(WHOLE).record!.entries[1]).not.toHaveProperty('decision');
  });

  const mistakes: Readonly<Record<string, readonly [broken: string, message: string]>> = {
    'an unknown key': [WHOLE.replace('owner:', 'ownr:'), 'a record has no key of this name'],
    'an unknown key of an entry': [
      WHOLE.replace('decision: keep', 'decison: keep'),
      'an entitlement has no key of this name',
    ],
    'a key twice': [WHOLE.replace('comment:', 'decision: revoke'), 'a key stands twice in the same place'],
    'a number for a reviewer': [
      WHOLE.replace('reviewer: ada@example.com', 'reviewer: 7'),
      '"reviewer" is not text',
    ],
    'yes for a decision': [WHOLE.replace('decision: keep', 'decision: true'), '"decision" is not text'],
    'a list of decisions': [WHOLE.replace('decision: keep', 'decision: [keep]'), '"decision" is not text'],
    'no hash': [WHOLE.replace(/^sha256:.*\n/m, ''), '"sha256" is missing in a record'],
    'half a hash': [WHOLE.replace(/^sha256:.*$/m, 'sha256: "00"'), '"sha256" has 64 hexadecimal digits'],
    'no entitlements': [WHOLE.replace(/^entitlements:[\s\S]*/m, ''), '"entitlements" is missing'],
    'nothing for entitlements': [
      WHOLE.replace(/^entitlements:[\s\S]*/m, 'entitlements:\n'),
      '"entitlements" is no list',
    ],
    'an entry without an id': [WHOLE.replace(/^ {4}id:.*\n/m, ''), '"id" is missing in an entitlement'],
    'an entry twice': [WHOLE.replace(/id: "\w+"(?=\n {4}policy)/g, 'id: "x"'), 'an id stands here twice'],
    'an unquoted id': [WHOLE.replace(/^id: .*$/m, 'id: 6140868e26'), '"id" is not text'],
    'another version': [WHOLE.replace('version: 1', 'version: 2'), '"version" can only be 1'],
    'another day than its directory': [
      WHOLE.replace(`started: ${DAY}`, 'started: 2026-11-02'),
      'lies in the directory 2026-11-01',
    ],
    'no day': [WHOLE.replace(`started: ${DAY}`, 'started: 2026-02-30'), '"started" is not a day'],
    'a tag': [WHOLE.replace('decision: keep', 'decision: !!js/function keep'), 'a record has no YAML tags'],
    'a second document': [`${WHOLE}---\nversion: 1\n`, 'more than one YAML document'],
    'an empty file': ['', 'the record is empty'],
    'a list': ['- a\n', 'a record is a map of keys'],
    'a key that is no text': [WHOLE.replace('comment:', '7:'), 'a key must be text'],
    'an alias to nowhere': [WHOLE.replace('comment:', 'comment: *jane'), 'there is no such anchor above'],
    'an alias to itself': [
      WHOLE.replace('comment:', 'comment: &jane [*jane]'),
      'an alias stands inside of what it refers to',
    ],
    'broken YAML': [WHOLE.replace('decision: keep', 'decision: "keep'), 'error[yaml-'],
  };
  test.each(Object.entries(mistakes))('with %s is refused, with its place', (_what, [broken, message]) => {
    expect(broken).not.toBe(WHOLE);
    const problems = problemsOf(broken);
    expect(problems[0]).toMatchObject({ code: 'policy-invalid', location: { file: at() } });
    expect(problems.map((problem) => problem.message).join('\n')).toContain(message);
    expect(problems[0]!.message).toMatch(/--> access\/reviews\/2026-11-01\/payroll\.yml:\d+:\d+\n/);
    expect(read(broken).record).toBeUndefined();
  });

  test.each([
    ['an unknown key', 'Jane Canary: leaves'],
    ['a key twice', 'Jane Canary: x\n    Jane Canary: y'],
    ['a key that is no text', '? [Jane Canary]\n    : x'],
    ['a number with a name behind it', 'reviewer: 7 # Jane Canary'],
    ['a tag', 'comment: !Jane Canary'],
    ['an alias', 'comment: *Jane'],
    ['an alias that is near to another', 'comment: [&Jane x, *Jana]'],
    ['no colon', 'Jane Canary'],
    ['an escape', 'comment: "\\Jane Canary"'],
    ['the head of a block', 'comment: | Jane Canary'],
    ['something behind a quotation', 'comment: "x" Jane Canary'],
    ['a quotation without its end', 'comment: "Jane Canary'],
    ['a bracket too many', 'comment: [x]] Jane Canary'],
    ['a directive', '---\n%Jane Canary\n---'],
  ])('does not say in its messages what was written: %s', (_what, line) => {
    const problems = problemsOf(WHOLE.replace('comment:', line));
    expect(problems.length).toBeGreaterThan(0);
    for (const { message, hint } of problems) {
      const [sentence] = message.split('\n');
      expect(`${sentence} ${hint}`).not.toMatch(/jan[ea]|canary/i);
    }
  });

  test('shows the line, and marks the place', () => {
    const [problem] = problemsOf(WHOLE.replace('decision: keep', 'decison: keep'));
    expect(problem!.message).toBe(
      [
        'error[unknown-key]: an entitlement has no key of this name',
        '  --> access/reviews/2026-11-01/payroll.yml:19:5',
        '   |',
        '19 |     decison: keep',
        '   |     ^^^^^^^ did you mean "decision"?',
      ].join('\n'),
    );
  });
});

describe('its hash', () => {
  test('is that of lines which an auditor can write', () => {
    const content = { groupId: '5ecba01fb567a5d046582027', started: DAY, people: ['b', 'a'] };
    const lines = 'group 5ecba01fb567a5d046582027\nstarted 2026-11-01\nuser a\nuser b\n';
    expect(digestText(content)).toBe(lines);
    expect(digestOf(content)).toBe(createHash('sha256').update(lines).digest('hex'));
  });

  test('differs for whatever differs, also where ids hold line ends', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.constantFrom('a', 'a\nuser b', 'b', '%0A'),
    );
    const content = fc.record({
      groupId: text,
      started: fc.constant(DAY),
      people: fc.uniqueArray(text, { maxLength: 3 }),
    });
    const canonical = ({ groupId, people }: { groupId: string; people: readonly string[] }) =>
      JSON.stringify([groupId.toWellFormed(), people.map((id) => id.toWellFormed()).sort()]);
    fc.assert(
      fc.property(content, content, (one, other) => {
        expect(digestText(one) === digestText(other)).toBe(canonical(one) === canonical(other));
      }),
      { numRuns: 2000 },
    );
  });
});

test('whatever names and ids Leapsome has, they are names and ids in the record, and nothing else', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom(
      'a\ndecision: keep',
      '"',
      "'",
      '# x',
      '- x',
      '{a: b}',
      '!!js/function x',
      '*a',
      '&a',
      '<<',
      'null',
      'true',
      '2026-11-01',
      '1e3',
      '',
      ' a ',
      '\u202e',
      '\u2028',
      '\ud800',
      '::error::x',
      '##[x]',
      '---',
      '%YAML 1.1',
    ),
  );
  const groups = fc.record({
    group: fc.record({ id: hostile.filter((id) => id !== ''), name: hostile }),
    owner: fc.option(
      hostile.filter((owner) => owner.trim() !== ''),
      { nil: undefined },
    ),
    entries: fc.uniqueArray(fc.record({ id: hostile.filter((id) => id !== ''), userName: hostile }), {
      selector: ({ id }) => id,
      maxLength: 4,
    }),
  });
  fc.assert(
    fc.property(groups, ({ group, owner, entries }) => {
      const people = entries.map(({ id }) => id);
      const sha256 = digestOf({ groupId: group.id, started: DAY, people });
      const text = recordText({
        group,
        owner,
        started: DAY,
        due: DAY,
        sha256,
        entries: entries.map((entry) => ({ ...entry, state: 'invited', expectation: 'expected' })),
      });
      const document = parseDocument(text);
      expect([document.errors, document.warnings]).toEqual([[], []]);
      const values = document.toJS() as {
        group: string;
        id: string;
        entitlements: Record<string, unknown>[];
      };
      expect([values.group, values.id]).toEqual([group.name, group.id]);
      expect(values.entitlements.map(({ id, user, decision }) => ({ id, userName: user, decision }))).toEqual(
        entries.map((entry) => ({ ...entry, decision: null })),
      );
      const { record: own, errors } = read(text);
      expect(errors).toEqual([]);
      expect(own!.claimed).toBe(
        digestOf({ groupId: own!.group.id, started: DAY, people: own!.entries.map(({ id }) => id) }),
      );
      expect(text).not.toMatch(/^::|##\[/m);
    }),
    { numRuns: 500 },
  );
});
