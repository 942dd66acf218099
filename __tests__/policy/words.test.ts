import { expect, test } from '@jest/globals';
import { listInWords } from '../../src/policy/words.ts';
import { policyOf } from '../evaluate/builders.ts';

test.each([
  ['[]', 'nobody'],
  ['[everyone]', 'everyone'],
  ['[Jo@Example.com]', 'jo@example.com'],
  ['[jo@example.com, { id: "58d5" }]', 'jo@example.com and account 58d5'],
  [
    '[{ set: s }, { group: A }, { reports-to: b@c.d }, a@b.c]',
    'the set s, members of A, everyone below b@c.d and a@b.c',
  ],
  ['[a@b.c, b@b.c, c@b.c, d@b.c, e@b.c, f@b.c]', 'a@b.c, b@b.c, c@b.c, d@b.c and 2 more'],
  ['[{ reports-to: b@c.d, depth: direct }]', 'direct reports of b@c.d'],
  ['[{ department: [A, B, C], level: absent }]', 'people where department is A, B or C and level is absent'],
  [
    '[{ end-date: { after: 2026-01-01, before: 2026-02-01 } }]',
    'people where end-date is after 2026-01-01 and before 2026-02-01',
  ],
  [
    '[{ custom: { "5ecba01fb567a5d046582027": x } }]',
    'people where custom attribute 5ecba01fb567a5d046582027 is x',
  ],
  ['[{ any: [everyone, a@b.c] }, { not: a@b.c }]', '(everyone or a@b.c) and everyone but a@b.c'],
  ['[{ all: [everyone, { domain: b.c }] }]', '(everyone who are also people where domain is b.c)'],
])('%s is %s', (list, words) => {
  const { accounts } = policyOf(`accounts: ${list}\nsets: { s: [] }`);
  expect(listInWords(accounts!.exactly!)).toBe(words);
});
