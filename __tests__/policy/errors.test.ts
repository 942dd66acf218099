import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Location, Problem } from '../../src/model/problem.ts';
import { PolicyParser } from '../../src/policy/parse.ts';
import { parse, ROOT } from '../evaluate/builders.ts';

const EXCEPTION =
  'rule: unexpected-member, user: sam@example.com, group: A, reason: r, owner: o, expires: 2026-12-31';

/** One mistake each: its code, the policy with the place in ⟦ ⟧, a part of the message, and the way out behind the caret. */
const MISTAKES: readonly (readonly [code: string, marked: string, message: string, label: string])[] = [
  // The file
  ['empty', '⟦\n⟧', 'the policy is empty', 'start with "version: 1"'],
  ['empty', '⟦#⟧ comments only\n', 'the policy is empty', 'start with "version: 1"'],
  ['empty', '⟦n⟧ull\n', 'the policy is empty', 'start with "version: 1"'],
  ['wrong-type', '⟦-⟧ version: 1\n', 'a policy is a map of keys', 'start with "version: 1"'],
  ['wrong-type', '⟦j⟧ust a sentence\n', 'a policy is a map of keys', 'start with "version: 1"'],
  [
    'second-document',
    'version: 1\n⟦-⟧--\nversion: 1\n',
    'more than one YAML document',
    'remove the "---" and what follows, or move it to a file of its own',
  ],
  ['directive', '⟦%YAML 1.1⟧\n---\nversion: 1\n', 'no YAML directives', 'remove this line'],
  [
    'directive',
    '⟦%TAG ! tag:example.com,2000:⟧\n---\nversion: 1\n',
    'no YAML directives',
    'remove this line',
  ],
  [
    'tag',
    'version: 1\nsets: { a: [⟦!!js/function⟧ "x"] }\n',
    'no YAML tags, such as !!js/function',
    'remove the tag',
  ],
  ['tag', 'version: 1\nsets: ⟦!mine⟧ { a: [everyone] }\n', 'no YAML tags', 'remove the tag'],
  [
    'merge-key',
    'version: 1\nsets:\n  ⟦<<⟧: { a: [everyone] }\n',
    'no "<<" merge keys',
    'write the keys out, or use a set',
  ],
  [
    'duplicate-key',
    'version: 1\n⟦version⟧: 1\n',
    '"version" stands twice in the same place',
    'keep one of the two',
  ],
  ['key-not-text', 'version: 1\nsets:\n  ⟦123⟧: [everyone]\n', 'a key must be text', 'write "123" in quotes'],
  ['key-not-text', 'version: 1\nsets:\n  ⟦[a]⟧: [everyone]\n', 'a key must be text', 'write a word here'],
  [
    'unknown-key',
    'version: 1\nsets:\n  ⟦__proto__⟧: [everyone]\n',
    '"__proto__" is never a key',
    'choose another name',
  ],
  [
    'unknown-alias',
    'version: 1\nsets:\n  first: &first [everyone]\n  other: ⟦*frist⟧\n',
    'there is no anchor &frist above. Did you mean "first"?',
    'an alias must follow its anchor',
  ],
  [
    'alias-loop',
    'version: 1\nsets:\n  a: &a [{ any: ⟦*a⟧ }]\n',
    '*a stands inside of what it refers to',
    'remove this alias',
  ],
  // Keys and values
  ['missing-key', '⟦s⟧ets: {}\n', '"version" is missing in a policy', 'add "version: 1"'],
  ['wrong-value', 'version: ⟦2⟧\n', '"version" cannot be 2', 'possible: 1'],
  ['wrong-value', 'version: ⟦"1"⟧\n', '"version" cannot be "1"', 'write 1, without quotes'],
  ['unknown-key', 'version: 1\n⟦grups⟧: []\n', 'there is no "grups" in a policy', 'did you mean "groups"?'],
  [
    'unknown-key',
    'version: 1\n⟦constructor⟧: 1\n',
    'there is no "constructor" in a policy',
    'possible here: version, population, sources, sets, accounts, groups, roles, separation-of-duties, requirements, review, rules, exceptions, include',
  ],
  [
    'unknown-key',
    'version: 1\ngroups:\n  - name: A\n    ⟦memebers⟧: [jo@example.com]\n',
    'there is no "memebers" in a group',
    'did you mean "members"?',
  ],
  [
    'wrong-value',
    'version: 1\ngroups: [{ name: A, kind: ⟦departmnt⟧ }]\n',
    '"kind" cannot be "departmnt"',
    'did you mean "department"?',
  ],
  [
    'wrong-value',
    'version: 1\ngroups: [{ name: A, kind: ⟦xyz⟧ }]\n',
    '"kind" cannot be "xyz"',
    'possible: team, department, business-unit, cost-center, division, other',
  ],
  [
    'unknown-key',
    'version: 1\nroles: [{ name: A, ⟦kind⟧: team }]\n',
    'there is no "kind" in a role',
    'possible here: name, id, members, owner, severity, controls, description',
  ],
  [
    'unknown-key',
    'version: 1\nsources: { ⟦requird⟧: [scim] }\n',
    'there is no "requird" in "sources"',
    'did you mean "required"?',
  ],
  [
    'wrong-value',
    'version: 1\nsources: { required: [scim, ⟦contnt⟧] }\n',
    'an element of "required" cannot be "contnt"',
    'did you mean "content"?',
  ],
  [
    'wrong-value',
    'version: 1\nsources: { optional: [⟦workday⟧] }\n',
    'an element of "optional" cannot be "workday"',
    'possible: scim, content, stackone',
  ],
  ['wrong-type', 'version: 1\nsources: { required: ⟦scim⟧ }\n', '"required" is text', 'write a list'],
  ['wrong-type', 'version: 1\nsources: ⟦[scim]⟧\n', '"sources" is a list', 'write a map of keys'],
  [
    'contradiction',
    'version: 1\nsources: { required: [content, scim], optional: [stackone, ⟦scim⟧] }\n',
    'the source "scim" is both required and optional',
    'remove it from one of the two',
  ],
  [
    'unknown-key',
    'version: 1\nroles: [{ name: A, ⟦ower⟧: me }]\n',
    'there is no "ower" in a role',
    'did you mean "owner"?',
  ],
  [
    'unknown-key',
    'version: 1\naccounts: { ⟦atleast⟧: [everyone] }\n',
    'there is no "atleast" in "accounts"',
    'did you mean "at-least"?',
  ],
  [
    'unknown-key',
    'version: 1\npopulation: { ⟦min_users⟧: 3 }\n',
    'there is no "min_users" in "population"',
    'did you mean "min-users"?',
  ],
  [
    'unknown-key',
    'version: 1\nrules: { ⟦unmanagd-group⟧: error }\n',
    'there is no "unmanagd-group" in "rules"',
    'did you mean "unmanaged-group"?',
  ],
  [
    'unknown-key',
    'version: 1\nrules: { unmanaged-group: { ⟦grace⟧: 3d } }\n',
    'there is no "grace" in the rule "unmanaged-group"',
    'possible here: severity',
  ],
  [
    'unknown-key',
    `version: 1\nexceptions: [{ ${EXCEPTION}, ⟦tiket⟧: T }]\n`,
    'there is no "tiket" in an exception',
    'did you mean "ticket"?',
  ],
  ['missing-key', 'version: 1\ngroups:\n  - ⟦owner: me⟧\n', '"name" is missing in a group', 'add "name"'],
  [
    'missing-key',
    `version: 1\nexceptions: [⟦{ ${EXCEPTION.replace(', owner: o', '')} }⟧]\n`,
    '"owner" is missing in an exception',
    'add "owner"',
  ],
  [
    'missing-key',
    `version: 1\nexceptions: [⟦{ ${EXCEPTION.replace(', reason: r', '')} }⟧]\n`,
    '"reason" is missing in an exception',
    'add "reason"',
  ],
  [
    'missing-key',
    `version: 1\nexceptions: [⟦{ ${EXCEPTION.replace(', expires: 2026-12-31', '')} }⟧]\n`,
    '"expires" is missing in an exception',
    'add "expires"',
  ],
  [
    'missing-key',
    'version: 1\nrequirements: [⟦{ name: r, when: everyone }⟧]\n',
    '"require" is missing in a requirement',
    'add "require"',
  ],
  ['wrong-type', 'version: 1\nsets: ⟦[]⟧\n', '"sets" is a list', 'write a map of names'],
  ['wrong-type', 'version: 1\ngroups: ⟦{ name: A }⟧\n', '"groups" is a map', 'write a list'],
  ['wrong-type', 'version: 1\npopulation: { min-users: ⟦"3"⟧ }\n', '"min-users" is text', 'write a number'],
  [
    'wrong-value',
    'version: 1\npopulation: { min-users: ⟦-1⟧ }\n',
    '"min-users" cannot be below 0',
    'Correct the policy at the marked place.',
  ],
  [
    'unquoted',
    'version: 1\npopulation: { max-drop: ⟦20⟧ }\n',
    'YAML reads 20 as a number, not as text',
    'write it like 20%',
  ],
  [
    'wrong-value',
    'version: 1\npopulation: { max-drop: ⟦120%⟧ }\n',
    '"max-drop": a share is written like 20%',
    'a share is written like 20%',
  ],
  [
    'unquoted',
    'version: 1\ngroups: [{ name: ⟦2026⟧ }]\n',
    'YAML reads 2026 as a number, not as text',
    'write it in quotes: "2026"',
  ],
  [
    'unquoted',
    'version: 1\ngroups: [{ name: ⟦true⟧ }]\n',
    'YAML reads true as true or false, not as text',
    'write it in quotes: "true"',
  ],
  [
    'unquoted',
    'version: 1\ngroups:\n  - name:⟦⟧\n',
    'YAML reads this as nothing, not as text',
    'write a value',
  ],
  [
    'empty-value',
    'version: 1\ngroups:\n  - name: A\n    members:⟦⟧\n',
    '"members" is empty',
    'write [] for nobody, or name people',
  ],
  [
    'empty-value',
    'version: 1\naccounts:\n  never:⟦⟧\n',
    '"never" is empty',
    'write [] for nobody, or name people',
  ],
  ['empty-value', 'version: 1\nsets:\n  s:⟦⟧\n', '"s" is empty', 'write [] for nobody, or name people'],
  [
    'unquoted-id',
    'version: 1\ngroups: [{ name: A, id: ⟦6140868e26⟧ }]\n',
    'YAML reads 6140868e26 as a number, not as text',
    'quote this id: "6140868e26"',
  ],
  [
    'unquoted-id',
    'version: 1\naccounts: [{ id: ⟦6140868e26⟧ }]\n',
    'YAML reads 6140868e26 as a number, not as text',
    'quote this id: "6140868e26"',
  ],
  [
    'unquoted-id',
    'version: 1\naccounts: [{ any: [{ not: { id: ⟦58⟧ } }] }]\n',
    'YAML reads 58 as a number, not as text',
    'quote this id: "58"',
  ],
  ['empty-value', 'version: 1\ngroups: [{ name: ⟦""⟧ }]\n', '"name" is empty', 'write a value'],
  [
    'wrong-value',
    'version: 1\ngroups: [{ name: A, severity: ⟦eror⟧ }]\n',
    '"severity" cannot be "eror"',
    'did you mean "error"?',
  ],
  [
    'wrong-value',
    'version: 1\ngroups: [{ name: A, severity: ⟦off⟧ }]\n',
    '"severity" cannot be "off"',
    'possible: error, warning, notice',
  ],
  [
    'wrong-value',
    'version: 1\nrules: { requirement: ⟦of⟧ }\n',
    '"requirement" cannot be "of"',
    'did you mean "off"?',
  ],
  [
    'wrong-value',
    'version: 1\nrules: { leaver-active: { grace: ⟦3m⟧ } }\n',
    '"grace": a duration is written like 3d or 2w',
    'a duration is written like 3d or 2w',
  ],
  [
    'empty-value',
    'version: 1\nseparation-of-duties: [{ name: x, never-together: ⟦[A]⟧ }]\n',
    '"never-together" is too short',
    'write a list with at least 2 elements',
  ],
  // Selectors
  [
    'wrong-type',
    'version: 1\naccounts: [⟦[a]⟧]\n',
    'an element of "accounts" is a list, which cannot stand here',
    'write a person, a set or attributes',
  ],
  [
    'wrong-value',
    'version: 1\naccounts: [⟦{}⟧]\n',
    'name at least one attribute',
    'name at least one attribute',
  ],
  [
    'mixed-selector',
    'version: 1\naccounts: [⟦{ set: a, domain: b }⟧]\n',
    'a selector has one form only',
    'combine with { all: [...] } or { any: [...] }',
  ],
  [
    'mixed-selector',
    'version: 1\naccounts: [⟦{ any: [everyone], not: everyone }⟧]\n',
    'a selector has one form only',
    'combine with { all: [...] } or { any: [...] }',
  ],
  [
    'unknown-key',
    'version: 1\naccounts: [{ ⟦departmnt⟧: Finance }]\n',
    'there is no "departmnt" in a selector',
    'did you mean "department"?',
  ],
  [
    'unknown-key',
    'version: 1\naccounts: [{ ⟦toString⟧: Finance }]\n',
    'there is no "toString" in a selector',
    'possible here: department, cost-center, division, business-unit, team, location, level, title, employment-type, status, lifecycle, start-date, end-date, domain, custom, id, set, group, reports-to, any, all, not',
  ],
  [
    'unknown-key',
    'version: 1\naccounts: [{ reports-to: a@b.c, ⟦dpeth⟧: direct }]\n',
    'there is no "dpeth" in this selector',
    'did you mean "depth"?',
  ],
  [
    'wrong-value',
    'version: 1\naccounts: [{ reports-to: a@b.c, depth: ⟦dirct⟧ }]\n',
    '"depth" cannot be "dirct"',
    'did you mean "direct"?',
  ],
  [
    'unknown-set',
    'version: 1\nsets: { leads: [] }\naccounts: [{ set: ⟦leeds⟧ }]\n',
    'there is no set "leeds"',
    'did you mean "leads"?',
  ],
  [
    'unknown-set',
    'version: 1\nsets: { leads: [] }\naccounts: [{ set: ⟦"a\\n✔ In sync."⟧ }]\n',
    'there is no set "a\\n✔ In sync."',
    'sets here: leads',
  ],
  [
    'unknown-set',
    'version: 1\nsets: { leads: [] }\naccounts: [{ set: ⟦zebra⟧ }]\n',
    'there is no set "zebra"',
    'sets here: leads',
  ],
  [
    'unknown-set',
    'version: 1\naccounts: [{ set: ⟦zebra⟧ }]\n',
    'there is no set "zebra"',
    'define it under "sets"',
  ],
  [
    'set-loop',
    'version: 1\nsets:\n  a: [{ set: b }]\n  b: [{ any: [⟦{ set: a }⟧] }]\n',
    'the set "a" contains itself',
    'remove this use',
  ],
  [
    'glob-address',
    'version: 1\naccounts: [⟦"jo@*"⟧]\n',
    'an address has no "*": "jo@*"',
    'write { domain: … } or an attribute instead',
  ],
  [
    'not-an-address',
    'version: 1\naccounts: [⟦Payroll Admins⟧]\n',
    '"Payroll Admins" is not a user name or address',
    'for a group write { group: … }, for a set { set: … }',
  ],
  [
    'not-an-address',
    'version: 1\naccounts: { never: [⟦Everyone⟧] }\n',
    '"Everyone" is not a user name or address',
    'did you mean "everyone"?',
  ],
  [
    'unknown-value',
    'version: 1\naccounts: { never: [{ employment-type: ⟦External⟧ }] }\n',
    'employment-type is never "External"',
    'did you mean "external"?',
  ],
  [
    'unknown-value',
    'version: 1\nrequirements: [{ name: a, when: { employment-type: ⟦"contractor"⟧ }, require: everyone }]\n',
    'employment-type is never "contractor"',
    'Leapsome knows: internal, external',
  ],
  [
    'unknown-value',
    'version: 1\naccounts: { never: [{ not: { status: [active, absent, ⟦fired⟧] } }] }\n',
    'status is never "fired"',
    'Leapsome knows: created, active, invited, deactivated, preBoardingInvited, preBoardingActive, removed',
  ],
  [
    'unknown-value',
    'version: 1\naccounts: { never: [{ lifecycle: ⟦pre-boarding⟧ }] }\n',
    'lifecycle is never "pre-boarding"',
    'did you mean "preBoarding"?',
  ],
  [
    'duplicate-key',
    'version: 1\naccounts: [{ custom: { "5ECBA01FB567a5d046582027": a, ⟦"5ecba01fb567a5d046582027"⟧: b } }]\n',
    '"5ecba01fb567a5d046582027" stands twice in the same place',
    'keep one of the two',
  ],
  [
    'duplicate-name',
    'version: 1\nseparation-of-duties: [{ name: a, never-together: [Payroll, Finance, ⟦Payroll⟧] }]\n',
    '"Payroll" stands twice in "never-together"',
    'remove one',
  ],
  [
    'no-such-day',
    'version: 1\naccounts: [{ end-date: { before: ⟦2026-02-30⟧ } }]\n',
    '"2026-02-30" is not a day',
    'write YYYY-MM-DD, a day that exists',
  ],
  [
    'no-such-day',
    'version: 1\naccounts: [{ ⟦start-date⟧: 2026-* }]\n',
    '"2026-*" is not a day',
    'write YYYY-MM-DD, a day that exists',
  ],
  [
    'unquoted',
    'version: 1\naccounts: [{ start-date: ⟦20260101⟧ }]\n',
    'YAML reads 20260101 as a number',
    'write it like 2026-12-31',
  ],
  [
    'wrong-value',
    'version: 1\naccounts: [{ end-date: ⟦{}⟧ }]\n',
    '"end-date": name a day: before, after, or both',
    'name a day: before, after, or both',
  ],
  [
    'unknown-key',
    'version: 1\naccounts: [{ end-date: { ⟦befor⟧: 2026-01-01 } }]\n',
    'there is no "befor" in "end-date"',
    'did you mean "before"?',
  ],
  [
    'wrong-value',
    'version: 1\naccounts: [{ custom: ⟦{}⟧ }]\n',
    '"custom": name at least one custom attribute',
    'name at least one custom attribute',
  ],
  // Reviews
  [
    'unknown-key',
    'version: 1\nreview: { cadence: 90d, records: r, ⟦contrls⟧: [] }\n',
    'there is no "contrls" in "review"',
    'did you mean "controls"?',
  ],
  [
    'missing-key',
    'version: 1\nreview: ⟦{ records: r }⟧\n',
    '"cadence" is missing in "review"',
    'add "cadence"',
  ],
  [
    'missing-key',
    'version: 1\nreview: ⟦{ cadence: 90d }⟧\n',
    '"records" is missing in "review"',
    'add "records"',
  ],
  [
    'wrong-value',
    'version: 1\nreview: { cadence: ⟦3m⟧, records: r }\n',
    '"cadence": a duration is written like 3d or 2w',
    'a duration is written like 3d or 2w',
  ],
  [
    'unquoted',
    'version: 1\nreview: { cadence: ⟦90⟧, records: r }\n',
    'YAML reads 90 as a number, not as text',
    'write it like 90d',
  ],
  [
    'wrong-value',
    'version: 1\nreview: { cadence: ⟦0d⟧, records: r }\n',
    'a review that counts for no day is never done',
    'write at least 1d',
  ],
  [
    'empty-value',
    'version: 1\nreview: { cadence: 90d, records: r, groups: ⟦[]⟧ }\n',
    '"groups" is empty',
    'write a list',
  ],
  ['wrong-type', 'version: 1\nreview: ⟦90d⟧\n', '"review" is text', 'write a map of keys'],
  [
    'exception-subject',
    'version: 1\nexceptions: [{ rule: ⟦review-incomplete⟧, user: a, reason: r, owner: o, expires: 2026-12-31 }]\n',
    'an exception from review-incomplete names a group',
    'add "group"',
  ],
  // Clauses and entries
  [
    'exactly-and-more',
    'version: 1\naccounts: { exactly: [everyone], ⟦at-most⟧: [everyone] }\n',
    '"exactly" says it all: "at-most" cannot stand beside it',
    'keep one of the two',
  ],
  [
    'exactly-and-more',
    'version: 1\naccounts: { ⟦at-least⟧: [everyone], exactly: [everyone] }\n',
    '"exactly" says it all: "at-least" cannot stand beside it',
    'keep one of the two',
  ],
  [
    'empty-clause',
    'version: 1\ngroups: [{ name: A, ⟦members: {}⟧ }]\n',
    'this clause says nothing',
    'write exactly, at-least, at-most, never or count',
  ],
  [
    'empty-clause',
    'version: 1\naccounts: { ⟦count⟧: {} }\n',
    '"count" says nothing',
    'write min, max, or both',
  ],
  [
    'contradiction',
    'version: 1\naccounts: { ⟦count: { min: 3, max: 2 }⟧ }\n',
    'no group can have at least 3 and at most 2 members',
    'correct min or max',
  ],
  [
    'contradiction',
    'version: 1\naccounts: { at-least: [⟦Jo@example.com⟧], never: [jo@example.com] }\n',
    'jo@example.com is both required and forbidden',
    'required here',
  ],
  [
    'contradiction',
    'version: 1\nsets: { s: [{ any: [{ id: "5ecb" }] }] }\ngroups: [{ name: A, members: { exactly: [⟦{ id: "5ecb" }⟧], never: [{ set: s }] } }]\n',
    '5ecb is both required and forbidden',
    'required here',
  ],
  [
    'duplicate-entry',
    'version: 1\ngroups:\n  - name: A\n  - ⟦name: A⟧\n',
    'two entries are about the group "A"',
    'put both into one entry',
  ],
  [
    'duplicate-entry',
    'version: 1\ngroups:\n  - name: Caf\u00e9\n  - ⟦name: Cafe\u0301⟧\n',
    'two entries are about the group "Caf\u00e9"',
    'put both into one entry',
  ],
  [
    'duplicate-entry',
    'version: 1\nroles:\n  - { name: A, id: "1" }\n  - { ⟦name: B⟧, id: "1" }\n',
    'two entries are about the role with id 1',
    'put both into one entry',
  ],
  [
    'duplicate-entry',
    'version: 1\ngroups:\n  - { name: A }\n  - { ⟦name: A⟧, id: "1" }\n',
    'two entries are about the group "A"',
    'put both into one entry',
  ],
  [
    'duplicate-entry',
    'version: 1\ngroups:\n  - { name: A, kind: team }\n  - { ⟦name: A⟧, kind: team }\n',
    'two entries are about the group "A"',
    'put both into one entry',
  ],
  [
    'duplicate-entry',
    'version: 1\ngroups:\n  - { name: A }\n  - { ⟦name: A⟧, kind: team }\n',
    'two entries are about the group "A"',
    'put both into one entry',
  ],
  [
    'duplicate-entry',
    'version: 1\ngroups:\n  - { name: A, kind: team }\n  - { ⟦name: A⟧, id: "1", kind: team }\n',
    'two entries are about the group "A"',
    'put both into one entry',
  ],
  [
    'duplicate-entry',
    'version: 1\ngroups:\n  - { name: A }\n  - { ⟦name: A⟧, id: "1", kind: team }\n',
    'two entries are about the group "A"',
    'put both into one entry',
  ],
  [
    'duplicate-name',
    'version: 1\nrequirements:\n  - { name: r, when: everyone, require: everyone }\n  - { name: ⟦r⟧, when: everyone, require: everyone }\n',
    'two requirements are named "r"',
    'choose another name',
  ],
  // Exceptions
  [
    'exception-subject',
    `version: 1\nexceptions: [{ ${EXCEPTION.replace('rule: unexpected-member', 'rule: ⟦unexpected-member⟧').replace(' group: A,', '')} }]\n`,
    'an exception from unexpected-member names a group',
    'add "group"',
  ],
  [
    'exception-subject',
    `version: 1\nexceptions: [{ ${EXCEPTION.replace('unexpected-member', 'unmanaged-group').replace('user:', '⟦user⟧:')} }]\n`,
    'findings of unmanaged-group have no user',
    'remove "user"',
  ],
  [
    'wrong-value',
    `version: 1\nexceptions: [{ ${EXCEPTION.replace('unexpected-member', '⟦unexpectd-member⟧')} }]\n`,
    '"rule" cannot be "unexpectd-member"',
    'did you mean "unexpected-member"?',
  ],
  [
    'no-such-day',
    `version: 1\nexceptions: [{ ${EXCEPTION.replace('2026-12-31', '⟦2026-06-31⟧')} }]\n`,
    '"2026-06-31" is not a day',
    'write YYYY-MM-DD, a day that exists',
  ],
  [
    'wrong-value',
    `version: 1\nexceptions: [{ ${EXCEPTION.replace('2026-12-31', '⟦soon⟧')} }]\n`,
    '"expires": a date is written YYYY-MM-DD',
    'a date is written YYYY-MM-DD',
  ],
  [
    'contradiction',
    `version: 1\nexceptions: [{ ${EXCEPTION.replace('2026-12-31', '⟦2026-12-31⟧')}, granted: 2027-01-01 }]\n`,
    'the exception ends before it was granted',
    'correct one of the two days',
  ],
];

describe('every mistake is told with its code, place and way out', () => {
  test.each(MISTAKES)('%s: %s', (code, marked, message, label) => {
    const { text, location } = placeOf(marked);
    const { policy, problems } = parseText(text);
    expect(policy).toBeUndefined();
    expect(problems).toHaveLength(1);
    const [problem] = problems;
    expect(problem).toMatchObject({ code: 'policy-invalid', hint: label, location });
    expect(problem!.message).toMatch(`error[${code}]: `);
    expect(problem!.message.split('\n')[0]).toContain(message);
  });

  test.each(['birthday', 'Birthday', 'gender', 'salary', 'compensation', 'phone', 'photo', 'age'])(
    '%s is never read',
    (name) => {
      const { text, location } = placeOf(
        `version: 1\naccounts: { never: [{ department: People, ⟦${name}⟧: x }] }\n`,
      );
      expect(parseText(text).problems).toMatchObject([
        {
          message: expect.stringContaining(
            `error[never-read]: "${name}" is personal data that is never read from Leapsome`,
          ),
          location,
        },
      ]);
    },
  );

  test('of everything that is not YAML, the parser tells the place', () => {
    const { problems } = parseText('version: 1\nsets: { a: [everyone }\n');
    expect(problems[0]!.message).toMatch(/^error\[yaml-/);
    expect(problems[0]!.location).toMatchObject({ file: ROOT, line: 2 });
  });
});

describe('the code frame', () => {
  test('shows the line, a caret under every character of the place, and the way out', () => {
    const text = 'version: 1\n# …\ngroups:\n  - name: A\n    memebers: [jo@example.com]\n';
    expect(parseText(text).problems[0]!.message).toBe(
      [
        'error[unknown-key]: there is no "memebers" in a group',
        ' --> policy.yml:5:5',
        '  |',
        '5 |     memebers: [jo@example.com]',
        '  |     ^^^^^^^^ did you mean "members"?',
      ].join('\n'),
    );
  });

  test('shows both lines of a source that is required and optional', () => {
    const text = 'version: 1\nsources:\n  required: [scim]\n  optional:\n    - scim\n';
    expect(parseText(text).problems[0]!.message).toBe(
      [
        'error[contradiction]: the source "scim" is both required and optional',
        ' --> policy.yml:5:7',
        '  |',
        '5 |     - scim',
        '  |       ^^^^ remove it from one of the two',
        ' --> policy.yml:3:14',
        '  |',
        '3 |   required: [scim]',
        '  |              ^^^^ required here',
      ].join('\n'),
    );
  });

  test('shows both places of a contradiction', () => {
    const text = 'version: 1\naccounts:\n  at-least:\n    - jo@example.com\n  never:\n    - jo@example.com\n';
    expect(parseText(text).problems[0]!.message).toBe(
      [
        'error[contradiction]: jo@example.com is both required and forbidden',
        ' --> policy.yml:4:7',
        '  |',
        '4 |     - jo@example.com',
        '  |       ^^^^^^^^^^^^^^ required here',
        ' --> policy.yml:6:7',
        '  |',
        '6 |     - jo@example.com',
        '  |       ^^^^^^^^^^^^^^ forbidden here',
      ].join('\n'),
    );
  });

  test('of a very long line shows the part around the place', () => {
    const text = `version: 1\naccounts: [${'jo@example.com, '.repeat(500)}{ departmnt: x }]\n`;
    const [, , , line, carets] = parseText(text).problems[0]!.message.split('\n');
    expect(line!.length).toBeLessThan(140);
    expect(line!.slice(carets!.indexOf('^'))).toMatch(/^departmnt/);
  });

  test.each([
    ['CRLF', (text: string) => text.replaceAll('\n', '\r\n')],
    ['a byte-order mark', (text: string) => `\uFEFF${text}`],
    ['tabs before comments', (text: string) => text.replaceAll('\n', '\t# x\n')],
  ])('and the place are the same with %s', (_, change) => {
    const { text, location } = placeOf('version: 1\ngroups:\n  - name: A\n    ⟦memebers⟧: []\n');
    const { problems } = parseText(change(text));
    expect(problems).toMatchObject([{ location }]);
    expect(problems[0]!.message).toContain('\n4 |     memebers: []');
  });
});

describe('all mistakes at once', () => {
  const TEN = `version: 1
sets:
  leads: [{ departmnt: Finance }]
  leads: [everyone]
accounts: { exactly: [everyone], at-most: [{ set: leeds }] }
groups:
  - name: A
    memebers: [everyone]
    severity: eror
  - name: B
    members: { at-least: [jo@example.com], never: [jo@example.com] }
  - name: B
    id: 6140868e26
exceptions:
  - { rule: unexpected-member, user: a, group: A, reason: r, expires: 2026-12-31 }
  - { rule: unexpected-member, user: a, reason: r, owner: o, expires: 2026-02-30 }
requirements: [{ name: r, when: { salary: 1 }, require: everyone }]
`;

  test('are told each once, in the order of the file, whatever finds them', () => {
    const { problems } = parseText(TEN);
    expect(
      problems.map(({ message, location }) => `${location!.line} ${/\[(.*?)\]/.exec(message)![1]}`),
    ).toEqual([
      '3 unknown-key',
      '4 duplicate-key',
      '5 exactly-and-more',
      '5 unknown-set',
      '8 unknown-key',
      '9 wrong-value',
      '11 contradiction',
      '13 unquoted-id',
      '15 missing-key',
      '16 exception-subject',
      '16 no-such-day',
      '17 never-read',
    ]);
  });

  test('do not bring about further ones: a mistake is not told again by its consequences', () => {
    // The set exists, if not rightly; the clause said something; the exception named its group.
    expect(codes('version: 1\nsets: { a: { b: c } }\naccounts: [{ set: a }]\n')).toEqual(['wrong-type']);
    expect(codes('version: 1\nsets: 5\naccounts: [{ set: a }]\n')).toEqual(['wrong-type']);
    expect(codes('version: 1\naccounts: { atmost: [everyone] }\n')).toEqual(['unknown-key']);
    expect(codes(`version: 1\nexceptions: [{ ${EXCEPTION.replace('group: A', 'group: 7')} }]\n`)).toEqual([
      'unquoted',
    ]);
    expect(codes(`version: 1\nexceptions: [{ ${EXCEPTION.replace('group: A', 'grp: A')} }]\n`)).toEqual([
      'unknown-key',
    ]);
    expect(codes('version: 1\ngroups: [{ name: A, id: 1 }, { name: A }]\n')).toEqual(['unquoted-id']);
    expect(codes('version: 1\ngroups:\n  - { <<: { name: A } }\n')).toEqual(['merge-key']);
    expect(codes('versoin: 1\ngroups: [{ name: A, members: [{ set: x }] }]\n')).toEqual([
      'missing-key',
      'unknown-key',
      'unknown-set',
    ]);
  });

  test('do not take an entry of a mistaken kind for one about another group', () => {
    expect(
      codes('version: 1\ngroups: [{ name: A, kind: tean }, { name: A, kind: department }, { name: A }]\n'),
    ).toEqual(['duplicate-entry', 'wrong-value']);
    expect(codes('version: 1\ngroups: [{ name: A, kind: tean }, { name: A }]\n')).toEqual(['wrong-value']);
    expect(codes('version: 1\nroles: [{ name: A, kind: team, members: [{ set: x }] }]\n')).toEqual([
      'unknown-key',
      'unknown-set',
    ]);
  });

  test('of several files are told together', () => {
    const { problems } = parse('include: [{ path: a.yml }, { path: b.yml }]\naccounts: [{ set: x }]\n', {
      'a.yml': 'version: 1\ngroups: [{ nam: A }]\n',
      'b.yml': 'version: 1\nrules: {}\ngroups: [{ name: B, members: [{ set: x }] }]\n',
    });
    expect(
      problems.map(({ message, location }) => `${location!.file} ${/\[(.*?)\]/.exec(message)![1]}`),
    ).toEqual([
      'a.yml missing-key',
      'a.yml unknown-key',
      'b.yml not-in-include',
      'b.yml unknown-set',
      'policy.yml unknown-set',
    ]);
  });
});

const VALID = `version: 1
population: { min-users: 40, max-drop: 20% }
sources: { required: [scim], optional: [content] }
sets:
  leads: &leads
    - jo@example.com
    - { department: People, level: [Lead, Head] }
accounts: { at-most: [{ domain: example.com }], never: [{ employment-type: external }] }
groups:
  - name: "Payroll*"
    id: "5ecba01fb567a5d046582027"
    members: { at-least: *leads, count: { min: 2, max: 6 } }
    severity: error
    kind: team
separation-of-duties: [{ name: x, never-together: [A, B] }]
requirements: [{ name: r, when: { not: everyone }, require: { end-date: present } }]
rules: { leaver-active: { severity: error, grace: 3d } }
exceptions: [{ ${EXCEPTION} }]
`;

describe('a damaged policy', () => {
  const position = fc.nat(VALID.length);
  const mutation = fc.oneof(
    fc.record({ at: position, remove: fc.nat(6), insert: fc.string({ maxLength: 3 }) }),
    fc.record({
      at: position,
      remove: fc.nat(1),
      insert: fc.constantFrom(
        '\n',
        '  ',
        ':',
        ' - ',
        '{',
        ']',
        '"',
        "'",
        '#',
        '&a ',
        '*a',
        '!',
        '<<: ',
        '|',
        '>',
        '%',
        '\t',
        '\0',
        '\uFEFF',
        '\u2028',
        '? ',
        '---\n',
        '...\n',
      ),
    }),
    fc.record({ at: position, remove: fc.nat(200), insert: fc.constant('') }),
  );

  test('never throws: it is a policy, or there are mistakes with places inside of the file', () => {
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
        let text = VALID;
        for (const { at, remove, insert } of mutations)
          text = text.slice(0, at) + insert + text.slice(at + remove);
        const { policy, problems } = parseText(text);
        expect(policy === undefined).toBe(problems.length > 0);
        for (const problem of problems) expectPlausible(problem, text);
      }),
      { numRuns: 600 },
    );
  });

  test('never throws for any text at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const { policy, problems } = parseText(text);
        expect(policy).toBeUndefined();
        for (const problem of problems) expectPlausible(problem, text);
      }),
      { numRuns: 400 },
    );
  });

  test('of any shape of values gives mistakes, not a crash', () => {
    const keys = fc.constantFrom(
      'version',
      'sets',
      'groups',
      'roles',
      'accounts',
      'members',
      'name',
      'id',
      'any',
      'not',
      'set',
      'never',
      'count',
      'rules',
      'exceptions',
      'include',
      'path',
      'may-define',
      'when',
      'require',
      'custom',
      'end-date',
      'before',
      'toString',
      '__proto__',
      'leaver-active',
      'kind',
      'sources',
      'required',
      'optional',
      'separation-of-duties',
      'requirements',
      'population',
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom('x', 'everyone', '', 1, 0, true, null, 'a@b.c', '2026-01-01'),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.array(fc.tuple(keys, tie('value')), { maxLength: 4 }).map((pairs) => Object.fromEntries(pairs)),
      ),
    }));
    fc.assert(
      fc.property(fc.array(fc.tuple(keys, value), { maxLength: 6 }), (pairs) => {
        const text = JSON.stringify({ version: 1, ...Object.fromEntries(pairs) });
        const { policy, problems } = parseText(text);
        expect(policy === undefined).toBe(problems.length > 0);
        for (const problem of problems) expectPlausible(problem, text);
      }),
      { numRuns: 600 },
    );
  });

  test('is refused when it nests too deep, or multiplies by aliases', () => {
    expect(codes(`version: 1\nsets: { a: ${'['.repeat(20_000)}`)).toEqual(['too-deep']);
    expect(codes(`version: 1\nsets: { a: [${'{ not: '.repeat(70)}everyone${' }'.repeat(70)}] }\n`)).toEqual([
      'too-deep',
    ]);
    const bomb = Array.from(
      { length: 12 },
      (_, n) => `  s${n + 1}: &s${n + 1} [${Array(10).fill(`{ any: *s${n} }`).join(', ')}]`,
    );
    expect(codes(`version: 1\nsets:\n  s0: &s0 [everyone]\n${bomb.join('\n')}\n`)).toEqual(['alias-bomb']);
  });

  test('may say the same address 120 times over by an alias', () => {
    const { policy } = parseText(
      `version: 1\nsets:\n  a: [&jo jo@example.com]\n  b: [${Array(120).fill('*jo').join(', ')}]\n`,
    );
    expect(policy).toBeDefined();
  });
});

function parseText(text: string): ReturnType<PolicyParser['finish']> {
  const parser = new PolicyParser();
  parser.add({ path: ROOT, text, sha256: '', mayDefine: [] });
  return parser.finish();
}

function codes(text: string): string[] {
  return parseText(text)
    .problems.map(({ message }) => /^error\[(.*?)\]/.exec(message)![1]!)
    .sort();
}

/** A text without its ⟦ ⟧, and the place that they mark. */
function placeOf(marked: string): { text: string; location: Location } {
  const start = marked.indexOf('⟦');
  const end = marked.indexOf('⟧') - 1;
  const text = marked.replace('⟦', '').replace('⟧', '');
  const at = (offset: number): { line: number; column: number } => {
    const before = text.slice(0, offset).split('\n');
    return { line: before.length, column: before.at(-1)!.length + 1 };
  };
  const [from, to] = [at(start), at(end)];
  return {
    text,
    location: { file: ROOT, line: from.line, column: from.column, endLine: to.line, endColumn: to.column },
  };
}

function expectPlausible({ code, message, hint, location }: Problem, text: string): void {
  expect(code).toBe('policy-invalid');
  expect(message).toMatch(/^error\[[a-z-]+\]: ./);
  expect(hint).not.toBe('');
  expect(location!.line).toBeGreaterThanOrEqual(1);
  expect(location!.line).toBeLessThanOrEqual(text.split('\n').length);
  expect(location!.column).toBeGreaterThanOrEqual(1);
}
