import { BRIGHTWATER_AGREED, type Company, WORKS_COUNCIL_ID } from '../../../demo/company.ts';
import type { Json } from '../../../demo/faults.ts';
import { ENTERPRISE_USER } from '../../../demo/scim-wire.ts';
import type { Fact } from '../../../src/model/facts.ts';
import type { Person } from '../../../src/model/snapshot.ts';
import { around, BODY_CANARY, COMPLETE, on, onPeople, patch, type Row, refusedRecord } from './row.ts';
import { type Subject, type Written, wireId } from './subjects.ts';
import type { Told } from './truth.ts';

const { people, groups, roles } = BRIGHTWATER_AGREED;
/** Somebody in use, who is nobody's manager. */
const KIRI = rowOf('kiri.tamihana');
const LAST = people.length - 1;

function rowOf(name: string): number {
  return people.findIndex(({ userName }) => userName.startsWith(name));
}

/** Changes what the company says of one person. */
function but(row: number, change: (person: Person) => Partial<Person>) {
  return {
    is: 'complete',
    but({ people: told }: Told) {
      told[row] = { ...told[row]!, ...change(told[row]!) };
    },
  } as const;
}

const byState = (subject: Subject) => subject.state;
const byGroups = (subject: Subject) => subject.belongs;
const byName = (subject: Subject) => subject.userName[0];

const STATES: readonly Row[] = [
  {
    case: 12,
    name: 'in every way in which they may be written',
    when: (s) => ({ faults: statesOf(s).map(({ value }, row) => patch(s, row, { [s.state]: value })) }),
    must: {
      is: 'complete',
      but(told, subject) {
        for (const [row, { value, active, pending }] of statesOf(subject).entries()) {
          const { pending: _, ...person } = told.people[row]!;
          const attributes = subject.name === 'content' ? { status: String(value) } : {};
          told.people[row] = {
            ...person,
            active,
            ...(pending ? { pending } : {}),
            attributes: { ...person.attributes, ...attributes },
          };
        }
      },
    },
  },
  {
    case: 12,
    name: 'that nobody can understand',
    each: (s) => [undefined, ...s.unclear],
    when: (s, value) => ({ faults: [patch(s, KIRI, { [s.state]: value })] }),
    must: refusedRecord(KIRI, byState),
    asks: { people: 1 },
  },
  {
    case: 12,
    name: 'that are missing for somebody who left',
    when: (s) => ({ faults: [patch(s, LAST, { [s.state]: undefined })] }),
    must: refusedRecord(LAST, byState),
  },
  {
    case: 12,
    name: 'that are missing on the last row of the second page',
    when: (s) => ({ pages: 25, faults: [patch(s, 49, { [s.state]: undefined })] }),
    must: {
      scim: { is: 'bad-response', says: /user 25 of the page at startIndex 26 has no active/ },
      content: { is: 'bad-response', says: /employee 25 of page 2 has no status/ },
      stackone: { is: 'bad-response', says: /user 25 of page 2 has no status/ },
    },
  },
];

function statesOf({ states, spellings }: Subject): readonly Written[] {
  return [states.on, states.off, ...spellings];
}

const membershipFacts: readonly Fact[] = ['membership', 'team'];

/** The reference of a group by its place among the company's groups. */
function reference(s: Subject, group: number): Json {
  return s.reference(groups[group]!.id, groups[group]!.name);
}

const GROUPS_OF: readonly Row[] = [
  {
    case: 13,
    name: 'that are none',
    when: (s) => ({ faults: [patch(s, KIRI, { [s.belongs]: [] })] }),
    must: {
      is: 'complete',
      but({ people: told, groups: known }) {
        const teams = new Set(groups.map(({ id }) => id));
        const kept = told[KIRI]!.groups.filter((id) => !teams.has(id) && known.some((one) => one.id === id));
        told[KIRI] = { ...told[KIRI]!, groups: kept };
      },
    },
    asks: { scim: { all: 4 }, content: { all: 4 }, stackone: { all: 3 } },
  },
  {
    case: 13,
    name: 'that are unknown for one person',
    each: () => [undefined, null],
    when: (s, value) => ({ faults: [patch(s, KIRI, { [s.belongs]: value })] }),
    must: {
      ...refusedRecord(KIRI, byGroups),
      // Some accounts tell nobody's groups: only where others do is one that does not a mistake.
      stackone: { is: 'bad-response', says: /lacks `groups` for 1 of 62, so nobody knows/ },
    },
  },
  {
    case: 13,
    name: 'that are unknown for everybody',
    when: (s) => ({
      faults: [onPeople(s, { kind: 'replace-text', find: `"${s.belongs}":`, put: '"gruppen":' })],
    }),
    must: {
      ...refusedRecord(0, byGroups),
      stackone: {
        is: 'complete',
        but(told) {
          told.people = told.people.map((person) => ({ ...person, groups: [] }));
          told.facts = told.facts.filter((fact) => !membershipFacts.includes(fact));
        },
      },
    },
  },
  {
    case: 13,
    name: 'that are no list',
    each: () => [BODY_CANARY, {}, 7, true],
    when: (s, value) => ({ faults: [patch(s, KIRI, { [s.belongs]: value })] }),
    must: refusedRecord(KIRI, byGroups),
  },
  {
    case: 13,
    name: 'with something among them that is none',
    each: (s) => s.noReferences,
    when: (s, value) => ({ faults: [patch(s, KIRI, { [s.belongs]: [reference(s, 0), value!] })] }),
    must: refusedRecord(KIRI, byGroups),
  },
  {
    case: 13,
    name: 'each of them twice, and with more than anybody needs',
    when: (s) => {
      const mine = people[KIRI]!.groupIds.map((id) => groups.findIndex((group) => group.id === id));
      const more = { display: BODY_CANARY, $ref: BODY_CANARY, type: { value: BODY_CANARY }, members: [] };
      const all = [...mine, ...mine].map((group) => ({ ...(reference(s, group) as object), ...more }));
      return { faults: [patch(s, KIRI, { [s.belongs]: all as Json })] };
    },
    must: COMPLETE,
  },
  {
    case: 13,
    name: 'whose roles are unknown for one person',
    except: {
      scim: 'has one list of groups, and no roles',
      content: 'has no holders of roles; its kinds of group are attributes, in the next row',
    },
    when: (s) => ({ faults: [patch(s, KIRI, { roles: null })] }),
    must: { is: 'bad-response', says: /lacks `roles` for 1 of 62/ },
  },
  {
    case: 14,
    name: 'with departments of which one person’s record says nothing',
    except: { scim: 'has departments as plain attributes', stackone: 'has no departments of people' },
    when: (s) => ({ faults: [patch(s, KIRI, { departments: null })] }),
    must: {
      is: 'complete',
      warns: /1 of 62 employees without `departments`, so nobody knows/,
      but(told) {
        const ids = told.groups.filter(({ kind }) => kind === 'department').map(({ id }) => id);
        told.groups = told.groups.filter(({ id }) => !ids.includes(id));
        told.people = told.people.map(({ attributes: { department: _, ...attributes }, ...person }) => ({
          ...person,
          groups: person.groups.filter((id) => !ids.includes(id)),
          attributes,
        }));
        told.facts = told.facts.filter((fact) => fact !== 'department');
      },
    },
  },
  {
    case: 13,
    name: 'whose other kinds are unknown for everybody',
    except: { scim: 'has one list of groups, and no roles' },
    when: (s) => {
      const field = s.name === 'content' ? 'departments' : 'roles';
      return { faults: [onPeople(s, { kind: 'replace-text', find: `"${field}":`, put: '"x":' })] };
    },
    must: {
      content: {
        is: 'complete',
        but(told) {
          const ids = told.groups.filter(({ kind }) => kind === 'department').map(({ id }) => id);
          told.groups = told.groups.filter(({ id }) => !ids.includes(id));
          told.people = told.people.map(({ attributes: { department: _, ...attributes }, ...person }) => ({
            ...person,
            groups: person.groups.filter((id) => !ids.includes(id)),
            attributes,
          }));
          told.facts = told.facts.filter((fact) => fact !== 'department');
        },
      },
      stackone: {
        is: 'complete',
        but(told) {
          told.roles = told.roles!.map((role) => ({ ...role, holders: undefined }));
          told.facts = told.facts.filter((fact) => fact !== 'role-holders');
        },
      },
    },
  },
];

const ELSE = 'somebody.else@brightwater.example';
const LOUD = people[0]!.userName.toUpperCase();

/** Gives a person another user name, in every field that one is read from. */
function renamed(s: Subject, row: number, value: Json | undefined) {
  return patch(s, row, Object.fromEntries(s.userName.map((field) => [field, value])));
}

const FIELDS: readonly Row[] = [
  {
    case: 14,
    name: 'that are null for one person and missing for another',
    when: (s) => ({
      faults: [
        patch(s, KIRI, Object.fromEntries(s.optional.map((field) => [field, null]))),
        patch(s, KIRI + 1, Object.fromEntries(s.optional.map((field) => [field, undefined]))),
      ],
    }),
    must: {
      is: 'complete',
      but({ people: told }, subject) {
        for (const row of [KIRI, KIRI + 1]) told[row] = subject.withoutOptional(told[row]!);
      },
    },
  },
  {
    case: 14,
    name: 'that are missing for everybody, so that nobody knows of them',
    except: { stackone: 'reads none that is not needed' },
    when: (s) => ({
      faults: [
        onPeople(s, {
          kind: 'replace-text',
          find: s.name === 'scim' ? `"${ENTERPRISE_USER}":{` : '"lifecycleStatus":',
          put: s.name === 'scim' ? '"x":{' : '"x":',
        }),
      ],
    }),
    must: {
      scim: {
        is: 'complete',
        but(told) {
          const kept = ['membership', 'team', 'group-catalogue', 'domain', 'title', 'manager'];
          told.facts = told.facts.filter((fact) => kept.includes(fact));
          told.people = told.people.map(({ attributes: { title }, ...person }) => ({
            ...person,
            attributes: { title: title! },
          }));
        },
      },
      content: {
        is: 'complete',
        but(told) {
          told.facts = told.facts.filter((fact) => fact !== 'lifecycle');
          told.people = told.people.map(({ attributes: { lifecycle: _, ...attributes }, ...person }) => ({
            ...person,
            attributes,
          }));
        },
      },
    },
  },
  {
    case: 14,
    name: 'with several addresses of one account',
    except: { content: 'has one address, which is the user name' },
    when: (s) => ({
      faults: [
        s.name === 'scim'
          ? patch(s, KIRI, {
              emails: [
                { primary: true, value: 'First@Example.com' },
                { primary: true, value: people[KIRI]!.userName },
                { value: null },
                {},
                { primary: true, value: 'first@example.com' },
              ],
            })
          : patch(s, KIRI, { primary_email_address: 'First@Example.com' }),
      ],
    }),
    must: but(KIRI, () => ({ addresses: ['first@example.com'] })),
  },
  {
    case: 14,
    name: 'with an address in place of the user name',
    except: { scim: 'always has a user name', content: 'always has an address' },
    each: () => [undefined, null, ''],
    when: (s, value) => ({ faults: [patch(s, KIRI, { username: value })] }),
    must: COMPLETE,
  },
  {
    case: 14,
    name: 'with a user name that is none',
    each: () => [undefined, null, '', ' \t', 5, {}, [ELSE]],
    when: (s, value) => ({ faults: [renamed(s, KIRI, value)] }),
    must: refusedRecord(KIRI, byName),
    asks: { people: 1 },
  },
  {
    case: 14,
    name: 'with user names that differ only in case',
    // SCIM names the address a second time, which would make it a further one.
    when: (s) => ({ faults: [renamed(s, KIRI, LOUD), patch(s, KIRI, { emails: undefined })] }),
    must: but(KIRI, () => ({ userName: LOUD })),
  },
  {
    case: 14,
    name: 'with an id that is none',
    each: () => [undefined, null, '', {}, true],
    when: (s, value) => ({ faults: [patch(s, KIRI, { id: value })] }),
    must: refusedRecord(KIRI, () => 'id'),
  },
  {
    case: 14,
    name: 'with a date that is none',
    except: { stackone: 'reads no dates' },
    each: () => [BODY_CANARY, '2026-02-30', '2026-13-01', '01.02.2026', '2026', 20260101, {}],
    when: (s, value) => ({
      faults: [
        patch(
          s,
          KIRI,
          s.name === 'scim' ? { [ENTERPRISE_USER]: { startDate: value! } } : { startDate: value },
        ),
      ],
    }),
    must: refusedRecord(KIRI, () => 'startDate'),
  },
  {
    case: 14,
    name: 'in the list beside the people, without a name',
    each: () => [undefined, null, '', 7],
    when: (s, value) => ({
      faults: [
        on(s.other, {
          kind: 'patch-row',
          row: 2,
          ...(value === undefined
            ? { without: ['displayName', 'name'] }
            : { set: { displayName: value, name: value } }),
        }),
      ],
    }),
    must: {
      scim: { is: 'bad-response', says: /group 3 of the page at startIndex 1 has no displayName/ },
      content: { is: 'bad-response', says: /role 3 of the list has no name/ },
      stackone: { is: 'bad-response', says: /group 3 of page 1 has no name/ },
    },
  },
];

const noError = {
  scim: { is: 'bad-response', says: /is a SCIM error in spite of HTTP 200/ },
  content: { is: 'bad-response', says: /is not a list with `meta`/ },
  stackone: { is: 'bad-response', says: /has no `data` that is a list/ },
} as const;

const ENVELOPES: readonly Row[] = [
  {
    case: 15,
    name: 'of an older version',
    except: { content: 'has had one version', stackone: 'has had one version' },
    when: (s) => ({
      faults: [
        onPeople(s, {
          kind: 'replace-text',
          find: ENTERPRISE_USER,
          put: 'urn:scim:schemas:extension:enterprise:1.0',
        }),
        {
          kind: 'replace-text',
          find: 'urn:ietf:params:scim:schemas:core:2.0',
          put: 'urn:scim:schemas:core:1.0',
        },
        { kind: 'replace-text', find: 'urn:ietf:params:scim:api:messages:2.0:ListResponse', put: 'x' },
      ],
    }),
    must: COMPLETE,
  },
  {
    case: 15,
    name: 'that are an error under HTTP 200',
    when: (s) => ({
      faults: [onPeople(s, { kind: 'answer', body: JSON.stringify(s.error(BODY_CANARY)) })],
    }),
    must: noError,
    asks: { people: 1 },
  },
  {
    case: 15,
    name: 'that are an error under HTTP 200, on the second page',
    when: (s) => ({
      pages: 25,
      faults: [onPeople(s, { kind: 'answer', body: JSON.stringify(s.error(BODY_CANARY)) }, 2)],
    }),
    must: noError,
  },
  {
    case: 15,
    name: 'that are an error under HTTP 200, for the list beside the people',
    when: (s) => ({ faults: [on(s.other, { kind: 'answer', body: JSON.stringify(s.error(BODY_CANARY)) })] }),
    must: { ...noError, content: { is: 'bad-response', says: /the roles of .* is not a list/ } },
  },
  {
    case: 15,
    name: 'that are none',
    each: () => [[], null, BODY_CANARY, 7, true],
    when: (s, value) => ({ faults: [onPeople(s, { kind: 'answer', body: JSON.stringify(value) })] }),
    must: { is: 'bad-response', says: /(?:users|employees) of .* is not a (?:SCIM )?list/ },
    asks: { people: 1 },
  },
  {
    case: 15,
    name: 'without anything but rows and what is needed to page',
    when: (s) => ({
      faults: [
        around(s, {}, ['schemas', 'startIndex', 'itemsPerPage']),
        onPeople(s, { kind: 'meta', without: ['page', 'pageSize'] }),
      ],
    }),
    must: COMPLETE,
  },
  {
    case: 15,
    name: 'with something among the people that is nobody',
    each: () => [null, BODY_CANARY, [], 7],
    when: (s, value) => ({ faults: [onPeople(s, { kind: 'junk', elements: [value!], at: 3 })] }),
    must: refusedRecord(3, () => 'content'),
    asks: { people: 1 },
  },
  {
    case: 15,
    name: 'with something in the list beside the people that is nothing',
    each: () => [null, BODY_CANARY, []],
    when: (s, value) => ({ faults: [on(s.other, { kind: 'junk', elements: [value!] })] }),
    must: {
      scim: { is: 'bad-response', says: /group 19 of the page at startIndex 1 has no content/ },
      content: { is: 'bad-response', says: /role 7 of the list has no content/ },
      stackone: { is: 'bad-response', says: /group 19 of page 1 has no content/ },
    },
  },
  {
    case: 15,
    name: 'with an empty object among the people',
    when: (s) => ({ faults: [onPeople(s, { kind: 'junk', elements: [{}], at: 0 })] }),
    must: { is: 'bad-response', says: /(?:user|employee) 1 of .* has no \w+ that can be understood/ },
  },
];

/** Keys that every object inherits something by. */
const MAGIC: Readonly<Record<string, Json>> = {
  ['__proto__']: { active: false, status: 'removed', isAdmin: BODY_CANARY },
  constructor: { name: BODY_CANARY },
  toString: BODY_CANARY,
  hasOwnProperty: 1,
  valueOf: null,
};

/** The company with ids that are such keys. */
function magical(): Company {
  const ids = new Map([
    [people[0]!.id, '__proto__'],
    [people[1]!.id, 'hasOwnProperty'],
    [groups[0]!.id, '__proto__'],
    [groups[15]!.id, 'constructor'],
    [roles[0]!.id, '__proto__'],
    [roles[1]!.id, 'toString'],
  ]);
  const id = (one: string) => ids.get(one) ?? one;
  return {
    ...BRIGHTWATER_AGREED,
    people: people.map((person) => ({
      ...person,
      id: id(person.id),
      managerId: person.managerId && id(person.managerId),
      groupIds: person.groupIds.map(id),
    })),
    groups: groups.map((group) => ({ ...group, id: id(group.id) })),
    roles: roles.map((role) => ({ ...role, id: id(role.id), holderIds: role.holderIds.map(id) })),
  };
}

/** A company where a group has this name. */
function withGroup(name: string): Company {
  return {
    ...BRIGHTWATER_AGREED,
    groups: groups.map((group, index) => (index === 17 ? { ...group, name } : group)),
  };
}

const HUGE = '9007199254740993';

const HARM: readonly Row[] = [
  {
    case: 16,
    name: 'in rows and around them',
    when: (s) => ({
      faults: [
        patch(s, KIRI, MAGIC),
        on(s.other, { kind: 'patch-row', row: 3, set: MAGIC }),
        { kind: 'envelope', set: MAGIC },
        { kind: 'meta', set: MAGIC },
        onPeople(s, {
          kind: 'replace-text',
          find: '"gender":',
          put: '"__proto__":{"department":"X"},"constructor":{},"gender":',
        }),
      ],
    }),
    must: COMPLETE,
  },
  { case: 16, name: 'as ids', when: () => ({ company: magical() }), must: COMPLETE },
  {
    case: 16,
    name: 'as the ids of custom attributes',
    when: () => ({ wanted: { customAttributes: ['__proto__', 'constructor', 'toString'] } }),
    must: COMPLETE,
  },
  {
    case: 16,
    name: 'as values and names',
    when: (s) => ({
      company: withGroup('__proto__'),
      faults: [onPeople(s, { kind: 'replace-text', find: '"Corporate"', put: '"__proto__"' })],
    }),
    must: {
      is: 'complete',
      but(told) {
        const isIt = (name: unknown) => name === 'Corporate';
        told.groups = told.groups.map((group) =>
          isIt(group.name) ? { ...group, name: '__proto__' } : group,
        );
        told.people = told.people.map((person) =>
          isIt(person.attributes.division)
            ? { ...person, attributes: { ...person.attributes, division: '__proto__' } }
            : person,
        );
      },
    },
  },
  {
    case: 16,
    name: 'as names with half a character, a NUL and escapes',
    when: () => ({ company: withGroup('\ud83d \u0000 \u001b[2J \u202e') }),
    must: COMPLETE,
  },
  {
    case: 16,
    name: 'nested 20,000 deep',
    when: (s) => ({
      faults: [
        onPeople(s, {
          kind: 'replace-text',
          // One person's first name, which nobody reads.
          find: '"Kiri"',
          put: `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
        }),
      ],
    }),
    must: COMPLETE,
  },
  {
    case: 16,
    name: 'twice, the last one right',
    when: (s) => ({
      faults: [
        onPeople(s, {
          kind: 'replace-text',
          find: `"${s.state}":`,
          put: `"${s.state}":"${BODY_CANARY}","${s.state}":`,
        }),
      ],
    }),
    must: COMPLETE,
  },
  {
    case: 16,
    name: 'as a number that is small enough',
    when: (s) => ({ faults: [patch(s, KIRI, { [s.id]: 12345 })] }),
    must: but(KIRI, () => ({ id: '12345' })),
  },
  {
    case: 16,
    name: 'as a number beyond 2^53',
    when: (s) => ({
      faults: [
        onPeople(s, {
          kind: 'replace-text',
          find: `"id":"${wireId(s, people[KIRI]!)}"`,
          put: `"id":${HUGE}`,
        }),
      ],
    }),
    must: refusedRecord(KIRI, () => 'id'),
  },
  {
    case: 16,
    name: 'as a number beyond 2^53 that stands for Leapsome’s id',
    except: { scim: 'has one id', content: 'has one id' },
    when: (s) => ({
      faults: [
        onPeople(s, {
          kind: 'replace-text',
          find: `"remote_id":"${people[KIRI]!.id}"`,
          put: `"remote_id":${HUGE}`,
        }),
      ],
    }),
    must: refusedRecord(KIRI, () => 'remote_id'),
  },
  {
    case: 16,
    name: 'as the number beyond 2^53 of a group that people are in',
    when: (s) => ({
      faults: [
        onPeople(s, {
          kind: 'replace-text',
          find: JSON.stringify(reference(s, 17)).replace(/,.*/, '').replace(/\}$/, ''),
          put: JSON.stringify(reference(s, 17)).replace(/:.*/, `:${HUGE}`),
        }),
      ],
    }),
    must: { is: 'bad-response', says: /has no (?:groups|teams) that can be understood/ },
  },
];

const CUSTOM: readonly Row[] = [
  {
    case: 16,
    name: 'and custom attributes that nobody named',
    // What is dropped is held against the canaries, whatever the row.
    when: () => ({ wanted: { customAttributes: [] } }),
    must: COMPLETE,
  },
  {
    case: 16,
    name: 'and a custom attribute that was named, and no other',
    when: () => ({ wanted: { customAttributes: [WORKS_COUNCIL_ID] } }),
    must: COMPLETE,
  },
  {
    case: 16,
    name: 'and a custom attribute that is no text',
    except: { stackone: 'has no custom attributes' },
    when: (s) => ({
      wanted: { customAttributes: [WORKS_COUNCIL_ID] },
      faults: [onPeople(s, { kind: 'replace-text', find: '"Member"', put: `{"x":"${BODY_CANARY}"}` })],
    }),
    must: { is: 'bad-response', says: new RegExp(`has no custom attribute ${WORKS_COUNCIL_ID} that can`) },
  },
];

/** Cases 12 to 16: what records and the fields around them look like. */
export const SHAPES: readonly Row[] = [...STATES, ...GROUPS_OF, ...FIELDS, ...ENVELOPES, ...HARM, ...CUSTOM];
