import { BRIGHTWATER_AGREED, type Company, type CompanyGroup } from '../../../demo/company.ts';
import type { Fault, Json } from '../../../demo/faults.ts';
import { cursor } from '../../../demo/services/cursors.ts';
import {
  around,
  BODY_CANARY,
  COMPLETE,
  type Expected,
  from,
  on,
  onPeople,
  patch,
  type Row,
  type Setup,
} from './row.ts';
import type { Subject } from './subjects.ts';
import { companyOf, type Told } from './truth.ts';

/** Brightwater's 62 people on three pages. */
const paged = (...faults: readonly Fault[]): Setup => ({ pages: 25, faults });
const people = BRIGHTWATER_AGREED.people.length;

const notAddUp = {
  is: 'incomplete',
  says: /does not add up, and did not when it was read a second time/,
} as const;
const repeats = { is: 'incomplete', says: /repeats (?:users|employees) that it has already sent/ } as const;
const circle = { is: 'incomplete', says: /named the same cursor twice while its users were read/ } as const;
const noTotals = { stackone: 'announces no totals' } as const;

const SHORT: readonly Row[] = [
  {
    case: 1,
    name: 'everything at once',
    when: () => ({}),
    must: COMPLETE,
    // What a small organisation costs: each counted list and the row behind it, and where it is needed the token.
    asks: { scim: { all: 4 }, content: { all: 4 }, stackone: { all: 3 } },
  },
  {
    case: 1,
    name: '250 people, 100 a page',
    when: () => ({ company: companyOf(250), pages: 100 }),
    must: COMPLETE,
    asks: { scim: { people: 4 }, content: { people: 4 }, stackone: { people: 3 } },
  },
  { case: 1, name: 'ten a page', when: () => ({ pages: 10 }), must: COMPLETE },
  {
    case: 1,
    name: 'one a page',
    when: () => ({ pages: 1 }),
    must: COMPLETE,
    asks: { scim: { people: people + 1 }, content: { people: people + 1 }, stackone: { people } },
  },
  {
    case: 1,
    name: 'pages that divide the list evenly',
    when: () => ({ pages: people / 2 }),
    must: COMPLETE,
    asks: { scim: { people: 3 }, content: { people: 3 }, stackone: { people: 2 } },
  },
  {
    case: 1,
    name: 'a first page that is shorter than the others',
    when: (s) => ({ faults: [onPeople(s, { kind: 'clamp', max: 7 }, 1)] }),
    must: COMPLETE,
  },
  {
    case: 1,
    name: 'a second page that is shorter than the others',
    when: (s) => paged(onPeople(s, { kind: 'clamp', max: 10 }, 2)),
    must: COMPLETE,
  },
  {
    case: 1,
    name: 'pages that get shorter and stay so',
    when: (s) => paged(onPeople(s, { kind: 'clamp', max: 10 }, from(2))),
    must: COMPLETE,
    asks: { scim: { people: 7 }, content: { people: 8 }, stackone: { people: 5 } },
  },
  {
    case: 1,
    name: 'short pages that begin where whole ones would, the first time',
    except: {
      scim: 'pages begin at the row that was asked for',
      stackone: 'a cursor goes on behind the rows that came',
    },
    when: (s) => paged(onPeople(s, { kind: 'clamp', max: 10, skips: true }, [2, 3, 4])),
    must: COMPLETE,
    asks: { people: 8 },
  },
  {
    case: 1,
    name: 'short pages that begin where whole ones would, every time',
    except: {
      scim: 'pages begin at the row that was asked for',
      stackone: 'a cursor goes on behind the rows that came',
    },
    when: (s) => paged(onPeople(s, { kind: 'clamp', max: 10, skips: true }, [2, 3, 4, 6, 7, 8])),
    must: notAddUp,
    asks: { people: 8 },
  },
  {
    case: 1,
    name: 'nothing behind the first page, the first time',
    when: (s) => paged(onPeople(s, { kind: 'empty-page' }, [2, 3, 4])),
    must: COMPLETE,
    asks: { scim: { people: 8 }, content: { people: 8 }, stackone: { people: 6 } },
  },
];

const TOTAL_IS_LENGTH: readonly Row[] = [1, 25, people / 2, people - 1, people, 100].map((pages) => ({
  case: 2,
  name: `on pages of ${pages}`,
  except: noTotals,
  when: () => ({ pages, faults: [{ kind: 'total-is-page-length' }] }),
  must: COMPLETE,
}));

const REPEATS: readonly Row[] = [
  {
    case: 3,
    name: 'for ever',
    when: (s) => paged(onPeople(s, { kind: 'ignore-start-index' })),
    must: { scim: repeats, content: repeats, stackone: circle },
    // Three pages leave together where their places are known beforehand.
    asks: { scim: { people: [2, 4] }, content: { people: [2, 4] }, stackone: { people: 2 } },
  },
  {
    case: 3,
    name: 'for ever, under the number of the page that was asked for',
    when: (s) => paged(onPeople(s, { kind: 'ignore-start-index', echo: true })),
    must: repeats,
    asks: { people: [2, 4] },
  },
  {
    case: 3,
    name: 'for ever, and a total that is its length',
    except: noTotals,
    when: (s) =>
      paged(onPeople(s, { kind: 'ignore-start-index' }), onPeople(s, { kind: 'total-is-page-length' })),
    must: { is: 'incomplete', says: /./ },
  },
  {
    case: 3,
    name: 'where all is on it and only places are not heeded',
    when: (s) => ({ faults: [onPeople(s, { kind: 'ignore-start-index' })] }),
    // A list on one page has no second one that could be a repeat.
    must: { scim: repeats, content: repeats, stackone: COMPLETE },
  },
  {
    case: 3,
    name: 'where all is on it and neither places nor sizes are heeded',
    when: (s) => ({
      faults: [onPeople(s, { kind: 'answer', body: s.wholePage(s.everybody(BRIGHTWATER_AGREED)) })],
    }),
    // It could as well be the first page of more: nobody asked for a place would see another.
    must: { scim: repeats, content: repeats, stackone: COMPLETE },
    asks: { scim: { people: [2, 3] }, content: { people: [2, 3] }, stackone: { people: 1 } },
  },
  {
    case: 3,
    name: 'with a part of all, which is called the total',
    except: noTotals,
    when: (s) => ({
      company: companyOf(250),
      faults: [onPeople(s, { kind: 'answer', body: s.wholePage(s.everybody(companyOf(100))) })],
    }),
    must: repeats,
  },
  {
    case: 3,
    name: 'only behind the last row',
    except: { stackone: 'a last page names no next one, so nothing is asked behind it' },
    when: (s) => ({ faults: [onPeople(s, { kind: 'ignore-start-index' }, 2)] }),
    must: { is: 'complete', warns: /shows (?:users|employees) again where there are no more; the 62/ },
    asks: { people: 3 },
  },
  {
    case: 3,
    name: 'in the list beside the people',
    except: { content: 'roles come in one piece' },
    when: (s) => ({
      faults: [on(s.other, { kind: 'clamp', max: 5 }), on(s.other, { kind: 'ignore-start-index' })],
    }),
    must: {
      scim: { is: 'incomplete', says: /repeats groups/ },
      stackone: { is: 'incomplete', says: /same cursor twice while its groups/ },
    },
  },
];

/** A copy of the sixth person at the end of a page, with other fields. */
function twice(s: Subject, fields: Readonly<Record<string, Json>>, nth?: number | readonly number[]): Fault {
  return onPeople(s, { kind: 'repeat-row', row: 5, set: fields }, nth);
}

const conflict = {
  is: 'incomplete',
  says: /the same id came twice with different content among the (?:users|employees)/,
} as const;

const SUMS: readonly Row[] = [
  {
    case: 4,
    name: '249 people where 250 are announced',
    except: noTotals,
    when: (s) => ({ company: companyOf(249), pages: 100, faults: [onPeople(s, s.total!(250))] }),
    must: { is: 'incomplete', says: /250 (?:users|employees) were announced, but 249 rows came/ },
    // A page that ends too early is asked to go on.
    asks: { scim: { people: 10 }, content: { people: 8 } },
  },
  {
    case: 4,
    name: 'one more than is announced',
    except: noTotals,
    when: (s) => ({ faults: [onPeople(s, s.total!(people - 1))] }),
    must: notAddUp,
  },
  {
    case: 4,
    name: 'a page more than is announced',
    except: noTotals,
    when: (s) => paged(onPeople(s, s.total!(50))),
    must: notAddUp,
  },
  {
    case: 4,
    name: 'one less than is announced, on one page',
    except: noTotals,
    when: (s) => ({ faults: [onPeople(s, s.total!(people + 1))] }),
    must: { is: 'incomplete', says: /63 (?:users|employees) were announced/ },
  },
  {
    case: 4,
    name: 'a row that is lost at each border, the first time',
    except: { stackone: 'announces no totals, so that a row on no page is like one that never was' },
    when: (s) => paged(onPeople(s, { kind: 'drop-at-borders', rows: 1 }, [2, 3, 4])),
    must: COMPLETE,
    asks: { people: [8, 10] },
  },
  {
    case: 4,
    name: 'a row that is lost at each border, every time',
    except: { stackone: 'announces no totals, so that a row on no page is like one that never was' },
    when: (s) => paged(onPeople(s, { kind: 'drop-at-borders', rows: 1 })),
    must: notAddUp,
  },
  {
    case: 4,
    name: 'a total that changes, the first time',
    except: noTotals,
    when: (s) => paged(onPeople(s, { kind: 'totals', values: [people, people + 1, people] })),
    must: COMPLETE,
    asks: { people: 8 },
  },
  {
    case: 4,
    name: 'a total that changes with every request',
    except: noTotals,
    when: (s) =>
      paged(onPeople(s, { kind: 'totals', values: Array.from({ length: 40 }, (_, index) => 62 + index) })),
    must: { is: 'incomplete', says: /total of (?:users|employees) changed|were announced/ },
  },
  {
    case: 4,
    name: 'somebody twice, in other groups, the first time',
    when: (s) => paged(twice(s, { [s.belongs]: [] }, 2)),
    must: COMPLETE,
    asks: { scim: { people: [8, 9] }, content: { people: [8, 9] }, stackone: { people: 6 } },
  },
  {
    case: 4,
    name: 'somebody twice, in other groups, every time',
    when: (s) => paged(twice(s, { [s.belongs]: [] }, from(2))),
    must: { is: 'incomplete', says: /came twice with different content|repeats users/ },
  },
  {
    case: 4,
    name: 'somebody twice on one page, active and not',
    when: (s) => ({ faults: [twice(s, { [s.state]: s.states.off.value })] }),
    must: conflict,
  },
  {
    case: 4,
    name: 'somebody twice on one page, under two names',
    when: (s) => ({ faults: [twice(s, { [s.userName[0]]: 'somebody.else@brightwater.example' })] }),
    must: conflict,
  },
  {
    case: 4,
    name: 'two people under one id of Leapsome',
    when: (s) => ({ faults: [patch(s, 9, { [s.id]: BRIGHTWATER_AGREED.people[3]!.id })] }),
    must: {
      scim: { is: 'incomplete', says: /came twice|were announced/ },
      content: { is: 'incomplete', says: /came twice|were announced/ },
      stackone: { is: 'bad-response', says: /two records with the same `remote_id` [0-9a-f]{24}/ },
    },
  },
  {
    case: 4,
    name: 'a group twice, under two names',
    except: { content: 'groups come with their people: that is the next line' },
    when: (s) => ({
      faults: [on(s.other, { kind: 'repeat-row', row: 3, set: { displayName: 'Else', name: 'Else' } })],
    }),
    must: { is: 'incomplete', says: /came twice with different content among the groups/ },
  },
  {
    case: 4,
    name: 'a group under two names, as two people tell it',
    except: {
      scim: 'people name groups by their ids alone',
      stackone: 'the list of groups says what they are called',
    },
    when: (s) => ({
      faults: [
        patch(s, 1, { [s.belongs]: [s.reference(BRIGHTWATER_AGREED.groups[0]!.id, 'Somebody Else')] }),
      ],
    }),
    must: { is: 'incomplete', says: /the group [0-9a-f]{24} came under two names/ },
  },
  {
    case: 4,
    name: 'a group of two kinds, as two people tell it',
    except: { scim: 'does not tell kinds of groups', stackone: 'reads no kinds of groups' },
    when: (s) => {
      const [{ id, name }] = BRIGHTWATER_AGREED.groups as [CompanyGroup];
      return { faults: [patch(s, 1, { divisions: [s.reference(id, name)] })] };
    },
    must: { is: 'incomplete', says: /the group [0-9a-f]{24} came as two kinds, team and division/ },
  },
  {
    case: 4,
    name: 'a role twice',
    except: { scim: 'knows no roles' },
    when: (s) => ({ faults: [on(s.roles!, { kind: 'repeat-row', row: 1, set: { name: 'Somebody Else' } })] }),
    must: {
      content: { is: 'bad-response', says: /names the same role twice/ },
      stackone: { is: 'incomplete', says: /came twice with different content among the roles/ },
    },
  },
];

const OVERLAPS: readonly Row[] = [
  {
    case: 5,
    name: 'by three rows',
    when: (s) => ({
      ...paged(onPeople(s, { kind: 'overlap', by: 3 })),
      also: ({ evidence }) => expectMore(evidence.received.users, evidence.unique.users),
    }),
    must: COMPLETE,
  },
  {
    case: 5,
    name: 'by all rows but one',
    except: { stackone: 'announces no totals, so that it cannot tell that the last rows are on no page' },
    when: (s) => ({ pages: 10, faults: [onPeople(s, { kind: 'overlap', by: 9 })] }),
    must: COMPLETE,
  },
  {
    case: 5,
    name: 'by somebody who comes again on a later page',
    when: (s) => paged(twice(s, {}, [2, 3])),
    must: COMPLETE,
  },
  {
    case: 5,
    name: 'by somebody who comes again with groups in another order',
    when: (s) => {
      const { groupIds } = BRIGHTWATER_AGREED.people[5]!;
      const turned = groupIds.toReversed().map((id) => s.reference(id, nameOf(id)));
      return { faults: [twice(s, { [s.belongs]: turned }, 1)] };
    },
    must: COMPLETE,
    // Nothing to doubt, so that it is read once.
    asks: { scim: { people: 2 }, content: { people: 2 }, stackone: { people: 1 } },
  },
  {
    case: 5,
    name: 'of groups',
    except: { content: 'groups come with their people' },
    when: (s) => ({
      faults: [on(s.other, { kind: 'clamp', max: 5 }), on(s.other, { kind: 'overlap', by: 1 })],
    }),
    must: COMPLETE,
  },
];

function expectMore(received: number, unique: number): void {
  if (received <= unique) throw new Error(`${received} rows came, ${unique} of them different: no overlap`);
}

function nameOf(groupId: string): string {
  return BRIGHTWATER_AGREED.groups.find(({ id }) => id === groupId)!.name;
}

const nobody: Company = { ...BRIGHTWATER_AGREED, people: [] };
const emptyPopulation = {
  is: 'empty-population',
  says: /reports no people at all/,
  hints: /min-users: 0/,
} as const;
const noRows = (field: string) =>
  ({ is: 'bad-response', says: new RegExp(`has (?:no )?\`${field}\``) }) as const satisfies Expected;
const noList = { scim: noRows('Resources'), content: noRows('data'), stackone: noRows('data') };

const EMPTY: readonly Row[] = [
  { case: 6, name: 'in an empty list', when: () => ({ company: nobody }), must: emptyPopulation },
  {
    case: 6,
    name: 'in an empty list that the policy believes',
    when: () => ({ company: nobody, wanted: { mayBeEmpty: true } }),
    must: COMPLETE,
  },
  {
    case: 6,
    name: 'without a list',
    when: (s) => ({ company: nobody, faults: [around(s, {}, [s.rows])] }),
    // SCIM lets a server leave the list out where there is nothing in it.
    must: { scim: emptyPopulation, content: noRows('data'), stackone: noRows('data') },
  },
  {
    case: 6,
    name: 'though a total is announced',
    when: (s) => ({ faults: [around(s, { [s.rows]: [] })] }),
    must: {
      scim: { is: 'incomplete', says: /announces 62 users and shows none/, hints: /administrator/ },
      content: { is: 'incomplete', says: /announces 62 employees and shows none/, hints: /administrator/ },
      stackone: emptyPopulation,
    },
  },
  {
    case: 6,
    name: 'though the policy would believe it, and a total is announced',
    except: noTotals,
    when: (s) => ({
      wanted: { mayBeEmpty: true },
      faults: [around(s, { [s.rows]: [] }), onPeople(s, s.total!(1))],
    }),
    must: { is: 'incomplete', says: /announces 1 (?:user|employee)s? and shows none/ },
  },
  {
    case: 6,
    name: 'behind the first page, for ever',
    when: (s) => paged(onPeople(s, { kind: 'empty-page' }, from(2))),
    must: {
      scim: { is: 'incomplete', says: /announces 62 users and shows none|were announced/ },
      content: { is: 'incomplete', says: /announces 62 employees and shows none|were announced/ },
      stackone: { is: 'incomplete', says: /sent 21 empty pages of users one after the other/ },
    },
    asks: { scim: { people: [3, 8] }, content: { people: [3, 8] }, stackone: { people: 22 } },
  },
  {
    case: 6,
    name: 'where rows are no list',
    each: () => [undefined, null, BODY_CANARY, {}, 7],
    when: (s, value) => ({
      faults: [value === undefined ? around(s, {}, [s.rows]) : around(s, { [s.rows]: value })],
    }),
    must: noList,
    asks: { people: 1 },
  },
  {
    case: 6,
    name: 'where rows are missing on the second page',
    when: (s) => paged(onPeople(s, { kind: 'envelope', without: [s.rows] }, from(2))),
    must: noList,
  },
  {
    case: 6,
    name: 'where rows are missing behind the end',
    except: { stackone: 'a last page names no next one, so nothing is asked behind it' },
    when: (s) => ({ faults: [onPeople(s, { kind: 'envelope', without: [s.rows] }, 2)] }),
    must: { scim: COMPLETE, content: noRows('data') },
  },
];

const TOTALS: readonly Row[] = [
  {
    case: 7,
    name: 'but a text of digits is one',
    except: noTotals,
    when: (s) => paged(onPeople(s, s.total!(String(people)))),
    must: COMPLETE,
  },
  {
    case: 7,
    name: 'in themselves',
    except: noTotals,
    each: () => [undefined, null, '', -1, 2.5, 'abc', '-62', '62.0', ' 62', '0x3e', true, [], {}, 2 ** 60],
    when: (s, value) => ({ faults: [onPeople(s, s.total!(value))] }),
    must: {
      scim: { is: 'bad-response', says: /has no usable `totalResults`/ },
      content: { is: 'bad-response', says: /has no usable `meta\.totalCount`/ },
    },
    asks: { people: 1 },
  },
  {
    case: 7,
    name: 'because JSON reads them as infinite',
    except: noTotals,
    when: (s) => ({
      faults: [
        onPeople(s, s.total!(987654321)),
        onPeople(s, { kind: 'replace-text', find: ':987654321', put: ':1e999' }),
      ],
    }),
    must: { is: 'bad-response', says: /has no usable `(?:totalResults|meta\.totalCount)`/ },
  },
  {
    case: 7,
    name: 'because nobody is that large',
    except: noTotals,
    when: (s) => ({ faults: [onPeople(s, s.total!(3_000_000))] }),
    must: { is: 'too-large', says: /announces 3000000 (?:users|employees), more than the 2000000/ },
    asks: { people: 1 },
  },
  {
    case: 7,
    name: 'on the second page alone',
    except: noTotals,
    when: (s) => paged({ ...onPeople(s, s.total!(undefined)), nth: from(2) }),
    must: { is: 'bad-response', says: /has no usable/ },
  },
  {
    case: 7,
    name: 'because what they stand in is none',
    except: { scim: 'totals stand beside the rows', ...noTotals },
    when: (s) => ({ faults: [around(s, { meta: [62] })] }),
    must: { is: 'bad-response', says: /is not a list with `meta`/ },
  },
  {
    case: 7,
    name: 'of groups',
    except: { content: 'groups are not counted', ...noTotals },
    when: (s) => ({ faults: [on(s.other, s.total!('abc'))] }),
    must: { is: 'bad-response', says: /of the groups of .* has no usable `totalResults`/ },
  },
];

const GHOST = 'ffffffffffffffffffffffff';
const [first] = BRIGHTWATER_AGREED.people;

/** The first person is in one more group. */
function alsoIn(s: Subject, id: string): Fault {
  const mine = first!.groupIds.map((one) => s.reference(one, nameOf(one)));
  return patch(s, 0, { [s.belongs]: [...mine, s.reference(id, 'Ghosts')] });
}

function inGhosts({ people: [person] }: Told): void {
  Object.assign(person!, { groups: [...person!.groups, GHOST] });
}

const comeAlong = { content: 'groups come with their people, so that each of them is listed' } as const;

const DANGLING: readonly Row[] = [
  {
    case: 8,
    name: 'in two readings',
    except: comeAlong,
    when: (s) => ({ faults: [alsoIn(s, GHOST)] }),
    must: { is: 'complete', but: inGhosts },
    asks: { scim: { all: 8 }, stackone: { all: 6 } },
  },
  {
    case: 8,
    name: 'but comes with its people, and so is known',
    except: { scim: 'groups have a list of their own', stackone: 'groups have a list of their own' },
    when: (s) => ({ faults: [alsoIn(s, GHOST)] }),
    must: {
      is: 'complete',
      but(told) {
        inGhosts(told);
        told.groups.push({ id: GHOST, name: 'Ghosts', kind: 'team' });
      },
    },
    asks: { all: 4 },
  },
  {
    case: 8,
    name: 'in the first reading only',
    except: comeAlong,
    when: (s) => ({
      faults: [
        // Twelve of eighteen, as if that were all.
        on(s.other, { kind: 'clamp', max: 12 }, 1),
        on(s.other, s.total?.(12) ?? { kind: 'cursor', value: null }, s.total ? [1, 2] : 1),
        ...(s.total ? [on(s.other, { kind: 'empty-page' }, 2)] : []),
      ],
    }),
    must: COMPLETE,
    asks: { scim: { all: 8 }, stackone: { all: 6 } },
  },
  {
    case: 8,
    name: 'because it was made while people were read, and doubts came as well',
    except: comeAlong,
    when: (s) => ({ faults: [alsoIn(s, GHOST), twice(s, { [s.state]: s.states.off.value }, 1)] }),
    must: { is: 'complete', but: inGhosts },
  },
  {
    case: 8,
    name: 'and is a role',
    except: { scim: 'knows no roles', content: 'does not tell who holds a role' },
    when: (s) => ({
      faults: [on(s.roles!, { kind: 'empty-page' }), on(s.roles!, { kind: 'cursor', value: null })],
    }),
    must: {
      is: 'complete',
      but(told) {
        // Whoever has holders is a role; the catalogue alone knew of the one that nobody holds.
        told.roles = told.roles!.filter(({ holders }) => holders!.length > 0);
      },
    },
    asks: { all: 6 },
  },
];

const MEMBERS: readonly Row[] = (['flat', 'nested', 'cyclic'] as const).map((shape) => ({
  case: 9,
  name: { flat: 'that are people', nested: 'that are groups in groups', cyclic: 'that hold each other' }[
    shape
  ],
  except: { content: 'there is no list of groups, and those of a person list nobody' },
  when: (s) => ({ faults: [on(s.other, { kind: 'filled-members', shape })] }),
  must: {
    scim: { is: 'complete', warns: /lists members of groups.*They were not used/ },
    stackone: COMPLETE,
  },
  asks: { scim: { all: 4 }, stackone: { all: 3 } },
}));

const uninvited = { is: 'incomplete', says: /points to more by a cursor, which was not asked for/ } as const;
const noCursor = { is: 'bad-response', says: /has a `next` that is no cursor/ } as const;
const byCursor = { scim: 'does not page by cursors', content: 'does not page by cursors' } as const;

/** Puts a cursor around the rows, by a name such as `links.next`. */
function cursorBy(s: Subject, name: string, value: Json): Fault {
  const [first, ...rest] = name.split('.') as [string, ...string[]];
  // What else stands in the `meta` of the Content API has to stay there.
  if (s.name === 'content' && first === 'meta')
    return onPeople(s, { kind: 'meta', set: nested(rest, value) });
  return onPeople(s, { kind: 'envelope', set: nested([first, ...rest], value) });
}

function nested([first, ...rest]: readonly string[], value: Json): Record<string, Json> {
  return { [first!]: rest.length === 0 ? value : nested(rest, value) };
}

const CURSORS: readonly Row[] = [
  {
    case: 11,
    name: 'where none was expected, by the name of',
    each: (s) => s.cursors,
    when: (s, name) => ({ faults: [cursorBy(s, String(name), BODY_CANARY)] }),
    must: uninvited,
    asks: { people: 1 },
  },
  {
    case: 11,
    name: 'that are null or empty',
    each: () => [null, ''],
    when: (s, value) => ({ faults: ['next', ...s.cursors].map((name) => cursorBy(s, name, value!)) }),
    must: COMPLETE,
  },
  {
    case: 11,
    name: 'that are left out on the last page',
    except: byCursor,
    when: (s) => paged(onPeople(s, { kind: 'envelope', without: ['next'] }, 3)),
    must: COMPLETE,
  },
  {
    case: 11,
    name: 'that lead to one page again and again',
    except: byCursor,
    when: (s) => paged(onPeople(s, { kind: 'cursor', value: cursor(s.people, 25, 0) })),
    must: circle,
    asks: { people: 2 },
  },
  {
    case: 11,
    name: 'that lead back, always under another name',
    except: byCursor,
    when: (s) =>
      paged(
        ...[1, 2, 3, 4, 5].map((turn) =>
          onPeople(s, { kind: 'cursor', value: cursor(s.people, 0, turn) }, turn),
        ),
      ),
    must: repeats,
    asks: { people: 2 },
  },
  {
    case: 11,
    name: 'behind empty pages',
    except: byCursor,
    when: (s) => paged(onPeople(s, { kind: 'empty-page' }, [1, 2, 5])),
    must: COMPLETE,
    asks: { people: 6 },
  },
  {
    case: 11,
    name: 'that the service itself does not know',
    except: byCursor,
    when: (s) => paged(onPeople(s, { kind: 'cursor', value: BODY_CANARY }, 1)),
    must: { is: 'bad-response', says: /HTTP 400/ },
  },
  {
    case: 11,
    name: 'that are none',
    except: byCursor,
    each: () => [7, true, {}, ['x']],
    when: (s, value) => paged(onPeople(s, { kind: 'cursor', value: value! })),
    must: noCursor,
    asks: { people: 1 },
  },
];

/** Cases 1 to 9 and 11: how lists are read page by page. */
export const PAGING: readonly Row[] = [
  ...SHORT,
  ...TOTAL_IS_LENGTH,
  ...REPEATS,
  ...SUMS,
  ...OVERLAPS,
  ...EMPTY,
  ...TOTALS,
  ...DANGLING,
  ...MEMBERS,
  ...CURSORS,
];
