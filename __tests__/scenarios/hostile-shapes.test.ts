import { BRIGHTWATER } from '../../demo/company.ts';
import type { Json } from '../../demo/faults.ts';
import {
  BODY_CANARY,
  envelope,
  FINE,
  type Hostile,
  hostileTable,
  onGroups,
  onUsers,
  patch,
  rowOf,
  USERS,
} from './hostile.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const ACTIVE = rowOf('daniel.weiss');
const GONE = rowOf('mateus.rocha');
const YUKI = rowOf('yuki.tanaka');

/** The refusal of one record: which one, which field, and nothing of what is in it. */
function refused(row: number, field: string, kind = 'user') {
  return {
    is: 'bad-response',
    says: new RegExp(`${kind} ${row + 1} of the page at startIndex 1 has no ${field}`),
  } as const;
}

/** A field of one user with a value that nobody can understand. */
function unclear(field: string, row: number, values: readonly Json[]): Hostile[] {
  return values.map((value) => ({
    name: `${field} ${JSON.stringify(value)} of user ${row + 1}`,
    faults: [onUsers(patch(row, field, value))],
    expect: refused(row, field),
  }));
}

hostileTable('active', [
  {
    name: 'as texts and numbers',
    faults: [
      ...['True', 'TRUE', 'true', 1].map((value, index) => onUsers(patch(index, 'active', value))),
      ...['False', 0].map((value, index) =>
        onUsers(patch([GONE, rowOf('viktor.hansen')][index]!, 'active', value)),
      ),
    ],
    expect: FINE,
  },
  {
    name: 'as texts for everybody',
    faults: [
      onUsers({ kind: 'replace-text', find: '"active":true', put: '"active":"True"' }),
      onUsers({ kind: 'replace-text', find: '"active":false', put: '"active":"False"' }),
    ],
    expect: FINE,
  },
  { name: 'missing', faults: [onUsers(patch(ACTIVE, 'active'))], expect: refused(ACTIVE, 'active') },
  {
    name: 'missing on somebody who left',
    faults: [onUsers(patch(GONE, 'active'))],
    expect: refused(GONE, 'active'),
  },
  {
    name: 'missing on the last of page two',
    options: { clamp: { users: 25 } },
    faults: [onUsers(patch(49, 'active'))],
    expect: { is: 'bad-response', says: /user 25 of the page at startIndex 26/ },
  },
  ...unclear('active', ACTIVE, [null, 'yes', BODY_CANARY, {}]),
  ...unclear('active', USERS - 1, [2]),
] satisfies Hostile[]);

const mine = BRIGHTWATER.people[ACTIVE]!.groupIds;

hostileTable('the groups of a person', [
  { name: 'missing', faults: [onUsers(patch(ACTIVE, 'groups'))], expect: refused(ACTIVE, 'groups') },
  ...unclear('groups', ACTIVE, [null, {}, [{}], [{ value: null }], [BODY_CANARY]]),
  {
    name: 'half of them without a value',
    faults: [onUsers(patch(ACTIVE, 'groups', [{ value: mine[0]! }, { display: BODY_CANARY }]))],
    expect: refused(ACTIVE, 'groups'),
  },
  {
    name: 'empty where there were some',
    faults: [onUsers(patch(rowOf('yuki.tanaka'), 'groups', []))],
    expect: {
      is: 'drift',
      finds: ['missing-member', 'missing-member', 'missing-member', 'missing-member', 'missing-member'],
    },
    population: false,
  },
  {
    name: 'with more than their value',
    faults: [
      onUsers(
        patch(
          ACTIVE,
          'groups',
          mine.map((value) => ({ value, display: BODY_CANARY, $ref: BODY_CANARY, type: 'direct' })),
        ),
      ),
    ],
    expect: FINE,
  },
  {
    name: 'each twice',
    faults: [
      onUsers(
        patch(
          ACTIVE,
          'groups',
          [...mine, ...mine].map((value) => ({ value })),
        ),
      ),
    ],
    expect: FINE,
  },
] satisfies Hostile[]);

const nothing = {
  name: null,
  emails: null,
  displayName: null,
  externalId: null,
  title: null,
  manager: null,
  meta: null,
  photos: null,
  schemas: null,
};

hostileTable('optional fields', [
  {
    name: 'that are null, absent, empty or there too often',
    faults: [
      onUsers({ kind: 'patch-row', row: ACTIVE, set: nothing }),
      onUsers({ kind: 'patch-row', row: ACTIVE + 1, without: Object.keys(nothing) }),
      onUsers({ kind: 'patch-row', row: ACTIVE + 2, set: { displayName: '', externalId: '', emails: [] } }),
      onUsers(
        patch(ACTIVE + 3, 'emails', [
          { primary: true, value: 'a@example.com' },
          { primary: true, value: 'b@example.com' },
          {},
          { value: null },
        ]),
      ),
    ],
    expect: FINE,
  },
  {
    name: 'without the extension, which the policy needs',
    faults: [onUsers({ kind: 'patch-row', row: ACTIVE, without: [ENTERPRISE] })],
    expect: { is: 'drift', finds: ['unexpected-member', 'unexpected-member'] },
    population: false,
  },
  {
    name: 'with a date and its time',
    faults: [
      onUsers({
        kind: 'replace-text',
        find: '"endDate":"2031-05-31"',
        put: '"endDate":"2031-05-31T00:00:00.000Z"',
      }),
    ],
    expect: FINE,
  },
  {
    name: 'with a date that is none',
    faults: [
      onUsers({ kind: 'replace-text', find: '"endDate":"2031-05-31"', put: `"endDate":"${BODY_CANARY}"` }),
    ],
    expect: { is: 'bad-response', says: /has no endDate that can be understood/ },
  },
  ...unclear('userName', ACTIVE, ['', null, 5]),
  ...unclear('id', ACTIVE, [null]),
  { name: 'an id that is a number', faults: [onUsers(patch(ACTIVE, 'id', 12345))], expect: FINE },
  {
    name: 'an id beyond 2^53',
    faults: [
      onUsers({
        kind: 'replace-text',
        find: `"id":"${BRIGHTWATER.people[ACTIVE]!.id}"`,
        put: '"id":9007199254740993',
      }),
    ],
    expect: refused(ACTIVE, 'id'),
  },
  {
    name: 'a group without a name',
    faults: [onGroups(patch(2, 'displayName'))],
    expect: refused(2, 'displayName', 'group'),
  },
  {
    name: 'a group without an id',
    faults: [onGroups(patch(2, 'id', null))],
    expect: refused(2, 'id', 'group'),
  },
  {
    name: 'a group with two names',
    faults: [onGroups(patch(2, 'displayName', [BODY_CANARY]))],
    expect: refused(2, 'displayName', 'group'),
  },
] satisfies Hostile[]);

hostileTable('names that do not tell one from another', [
  {
    name: 'accounts that differ only in case, one of them in the policy',
    faults: [onUsers(patch(ACTIVE, 'userName', BRIGHTWATER.people[YUKI]!.userName.toUpperCase()))],
    expect: {
      is: 'partly',
      codes: ['not-evaluated'],
      says: /yuki\.tanaka@brightwater\.example" is ambiguous: 2 accounts have it/,
    },
  },
  {
    name: 'accounts that differ only in case, none of them in the policy',
    faults: [
      onUsers(patch(ACTIVE, 'userName', BRIGHTWATER.people[rowOf('emre.aydin')]!.userName.toUpperCase())),
    ],
    args: ['--fail-on', 'warning'],
    expect: { is: 'drift', finds: ['duplicate-identity'] },
  },
  {
    name: 'two groups of one name',
    faults: [onGroups(patch(17, 'displayName', 'Payroll Admins'))],
    expect: {
      is: 'partly',
      codes: ['ambiguous-group', 'not-evaluated'],
      says: /2 groups named "Payroll Admins": [0-9a-f]{24}, [0-9a-f]{24}/,
    },
  },
] satisfies Hostile[]);

const error = {
  schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
  detail: BODY_CANARY,
  status: '500',
};
const mistaken = { is: 'bad-response', says: /is a SCIM error in spite of HTTP 200/ } as const;
const noList = { is: 'bad-response', says: /is not a SCIM list/ } as const;

hostileTable('envelopes', [
  {
    name: 'of SCIM 1.1',
    faults: [
      onUsers({ kind: 'replace-text', find: ENTERPRISE, put: 'urn:scim:schemas:extension:enterprise:1.0' }),
      {
        kind: 'replace-text',
        find: 'urn:ietf:params:scim:schemas:core:2.0',
        put: 'urn:scim:schemas:core:1.0',
      },
    ],
    expect: FINE,
  },
  {
    name: 'that are an error',
    faults: [onUsers({ kind: 'answer', body: JSON.stringify(error) })],
    expect: mistaken,
    asks: [1, 4],
  },
  {
    name: 'that are an error about groups',
    faults: [onGroups({ kind: 'answer', body: JSON.stringify(error) })],
    expect: mistaken,
  },
  {
    name: 'that are an error on page two',
    options: { clamp: { users: 25 } },
    faults: [onUsers({ kind: 'answer', body: JSON.stringify(error) }, 2)],
    expect: mistaken,
  },
  {
    name: 'that are an error of SCIM 1.1',
    faults: [
      onUsers({
        kind: 'answer',
        body: JSON.stringify({ Errors: [{ description: BODY_CANARY, code: '500' }] }),
      }),
    ],
    expect: mistaken,
  },
  ...['[]', 'null', `"${BODY_CANARY}"`].map((body) => ({
    name: `that are ${body.replace(BODY_CANARY, '…')}`,
    faults: [onUsers({ kind: 'answer', body })],
    expect: noList,
  })),
  ...[BODY_CANARY, {}].map((value) => ({
    name: `with ${typeof value} for Resources`,
    faults: [onUsers(envelope({ Resources: value }))],
    expect: { is: 'bad-response', says: /has `Resources` that are not a list/ } as const,
  })),
  ...[null, BODY_CANARY, []].map((element) => ({
    name: `with ${JSON.stringify(element)?.slice(0, 8)} among the users`,
    faults: [onUsers({ kind: 'junk', elements: [element], at: 3 })],
    expect: refused(3, 'content'),
  })),
  {
    name: 'with null behind the groups',
    faults: [onGroups({ kind: 'junk', elements: [null] })],
    expect: refused(18, 'content', 'group'),
  },
  {
    name: 'with an empty user',
    faults: [onUsers({ kind: 'junk', elements: [{}], at: 0 })],
    expect: { is: 'bad-response', says: /user 1 of the page at startIndex 1/ },
  },
] satisfies Hostile[]);

const magic = {
  ['__proto__']: { active: false, isAdmin: BODY_CANARY },
  constructor: { name: BODY_CANARY },
  toString: BODY_CANARY,
  hasOwnProperty: 1,
  valueOf: null,
};
const council = BRIGHTWATER.groups.find(({ name }) => name === 'Works Council')!.id;
const berlin = BRIGHTWATER.groups.find(({ name }) => name === 'Office Berlin')!.id;
const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;

hostileTable('keys and contents that could do harm', [
  {
    name: 'in users, in their extension, in groups and around them',
    faults: [
      onUsers({ kind: 'patch-row', row: ACTIVE, set: magic }),
      onGroups({ kind: 'patch-row', row: 3, set: magic }),
      envelope(magic),
      onUsers({
        kind: 'replace-text',
        find: '"birthday":',
        put: '"__proto__":{"department":"X"},"constructor":{},"birthday":',
      }),
    ],
    expect: FINE,
  },
  {
    name: 'as ids',
    faults: [
      { kind: 'replace-text', find: council, put: '__proto__' },
      { kind: 'replace-text', find: berlin, put: 'constructor' },
      onUsers({ kind: 'replace-text', find: BRIGHTWATER.people[0]!.id, put: '__proto__' }),
      onUsers({ kind: 'replace-text', find: BRIGHTWATER.people[1]!.id, put: 'hasOwnProperty' }),
    ],
    expect: FINE,
  },
  {
    name: 'as values that the policy looks at',
    faults: [
      onUsers({ kind: 'replace-text', find: '"division":"Corporate"', put: '"division":"__proto__"' }),
    ],
    expect: FINE,
  },
  {
    name: 'nested 20,000 deep',
    faults: [onUsers({ kind: 'replace-text', find: '"gender":"canary-gender"', put: `"gender":${deep}` })],
    expect: FINE,
  },
  {
    name: 'with half of a character',
    faults: [
      onUsers({
        kind: 'replace-text',
        find: '"title":"Backend Engineer"',
        put: '"title":"\\ud83d \\u0000 \\u001b[2J"',
      }),
    ],
    expect: FINE,
  },
  {
    name: 'with the same key twice, the last one right',
    faults: [
      onUsers({ kind: 'replace-text', find: '"active":', put: '"active":"BODY-CANARY-4711","active":' }),
    ],
    expect: FINE,
  },
] satisfies Hostile[]);
