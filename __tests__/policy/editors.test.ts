import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { PolicyParser } from '../../src/policy/parse.ts';

/** What an editor has: the published schema, and a validator that nobody here wrote. */
const SCHEMA = JSON.parse(read('schema/access-policy.schema.json')) as JsonSchema;
const validate = new Ajv({ strict: false, allErrors: true }).compile(SCHEMA);

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly description?: string;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly [key: string]: unknown;
}

function read(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
}

/** Whether the program takes the text for a policy, as far as one file alone can tell. */
function parserAccepts(text: string): boolean {
  const parser = new PolicyParser();
  parser.add({ path: 'policy.yml', text, sha256: '0'.repeat(64), mayDefine: [] });
  return parser.finish().problems.length === 0;
}

function editorAccepts(text: string): boolean {
  return validate(parse(text));
}

const POLICIES = [
  'demo/policy.yml',
  'demo/clean-policy.yml',
  'demo/clean-policy-all.yml',
  'examples/start-up/leapsome-access-policy.yml',
  'examples/owners-and-includes/leapsome-access-policy.yml',
  'examples/soc2-iso27001/leapsome-access-policy.yml',
  'examples/multi-tenant/europe.yml',
  'examples/multi-tenant/americas.yml',
];

test.each(POLICIES)('an editor has nothing to say about %s', (path) => {
  validate(parse(read(path)));
  expect(validate.errors ?? []).toEqual([]);
});

/** Each is wrong in its form, which is what a schema can tell. */
const BROKEN: Readonly<Record<string, string>> = {
  'an unknown key': 'grups: []',
  'an unknown key in an entry': 'groups: [{ name: A, memebers: [jo@example.com] }]',
  'an entry without a name': 'groups: [{ members: [everyone] }]',
  'a kind that there is not': 'groups: [{ name: A, kind: squad }]',
  'a kind for a role': 'roles: [{ name: A, kind: team }]',
  'members that are no list': 'groups: [{ name: A, members: everyone }]',
  'an unknown part of a clause': 'groups: [{ name: A, members: { only: [everyone] } }]',
  'a count below nothing': 'groups: [{ name: A, members: { count: { min: -1 } } }]',
  'half a person': 'groups: [{ name: A, members: { count: { max: 1.5 } } }]',
  'an unknown attribute': 'accounts: [{ salary: high }]',
  'a selector without a condition': 'accounts: [{}]',
  'two forms of selector in one': 'accounts: [{ set: a, group: b }]',
  'a depth that there is not': 'accounts: [{ reports-to: jo@example.com, depth: two }]',
  'a custom attribute by name': 'accounts: [{ custom: { team: x } }]',
  'no custom attribute': 'accounts: [{ custom: {} }]',
  'an end date before nothing': 'accounts: [{ end-date: { since: 2026-01-01 } }]',
  'an unknown rule': 'rules: { unexpected-mamber: error }',
  'an unknown severity': 'rules: { unmanaged-group: fatal }',
  'an option of another rule': 'rules: { unmanaged-group: { grace: 3d } }',
  'a duration in hours': 'rules: { leaver-active: { grace: 3h } }',
  'an exception without an end': 'exceptions: [{ rule: leaver-active, user: a, reason: b, owner: c }]',
  'an exception that ends on no date':
    'exceptions: [{ rule: leaver-active, user: a, reason: b, owner: c, expires: soon }]',
  'a separation of one': 'separation-of-duties: [{ name: A, never-together: [B] }]',
  'a requirement without a requirement': 'requirements: [{ name: A, when: everyone }]',
  'an unknown source': 'sources: { required: [hris] }',
  'a share without a sign': 'population: { max-drop: "20" }',
  'an include of nothing': 'include: [{ may-define: [A] }]',
  'a review without a cadence': 'review: { records: access/reviews }',
  'a cadence in months': 'review: { cadence: 3m, records: access/reviews }',
  'a review of no groups': 'review: { cadence: 90d, records: access/reviews, groups: [] }',
  'a set that is no list': 'sets: { leads: everyone }',
};

describe('an editor and the program refuse the same', () => {
  test.each(Object.entries(BROKEN))('%s', (_, text) => {
    const policy = `version: 1\n${text}\n`;
    expect([editorAccepts(policy), parserAccepts(policy)]).toEqual([false, false]);
  });

  test.each([
    ['another version', 'version: 2\n'],
    ['no version', 'groups: []\n'],
  ])('%s', (_, policy) => {
    expect([editorAccepts(policy), parserAccepts(policy)]).toEqual([false, false]);
  });
});

test('every key has a text to hover over', () => {
  const silent: string[] = [];
  const visit = (schema: unknown, path: string): void => {
    if (typeof schema !== 'object' || schema === null) return;
    const { properties = {}, ...rest } = schema as JsonSchema;
    for (const [key, value] of Object.entries(properties)) {
      const target = value.$ref ? SCHEMA.$defs?.[value.$ref.split('/').at(-1)!] : undefined;
      if (!(value.description ?? target?.description)) silent.push(`${path}.${key}`);
      visit(value, `${path}.${key}`);
    }
    for (const [key, value] of Object.entries(rest)) visit(value, `${path}/${key}`);
  };
  visit(SCHEMA, '');
  expect(silent.filter((path) => !/rules\/|accountable/.test(path))).toEqual([]);
});
