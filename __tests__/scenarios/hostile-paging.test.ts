import { BRIGHTWATER } from '../../demo/company.ts';
import { scimRows } from '../../demo/scim-wire.ts';
import {
  asked,
  CLEAN,
  envelope,
  FINE,
  from,
  GROUPS,
  type Hostile,
  handled,
  hostileTable,
  listOf,
  onGroups,
  onUsers,
  patch,
  rowOf,
  USERS,
} from './hostile.ts';

const twentyFive = { clamp: { users: 25 } };
const notAddUp = { is: 'incomplete', says: /does not add up.*read a second time/ } as const;
const repeats = { is: 'incomplete', says: /repeats users that it has already sent/ } as const;
/** Both lists are read at the same time, and the first that is found out ends the run. */
const repeatsEither = { ...repeats, says: /repeats (?:users|groups) that it has already sent/ } as const;
const json = { 'content-type': 'application/scim+json' };

hostileTable('a service that sends less than it was asked for', [
  { name: 'all at once', expect: FINE, asks: 4 },
  { name: '25 users a page', options: twentyFive, expect: FINE, asks: [6, 6] },
  {
    name: 'one group a page',
    options: { clamp: { groups: 1 } },
    expect: FINE,
    asks: [GROUPS + 3, GROUPS + 4],
  },
  {
    name: 'two users a page',
    options: { clamp: { users: 2 } },
    expect: FINE,
    asks: [USERS / 2 + 3, USERS / 2 + 4],
  },
  {
    name: 'a second page that is shorter than the first',
    options: twentyFive,
    faults: [onUsers({ kind: 'clamp', max: 10 }, 2)],
    expect: FINE,
  },
  {
    name: 'a first page that is shorter than the second',
    faults: [onUsers({ kind: 'clamp', max: 7 }, 1)],
    expect: FINE,
  },
  {
    name: 'an empty page in the middle, once',
    options: twentyFive,
    faults: [onUsers({ kind: 'clamp', max: 0 }, 2)],
    expect: FINE,
  },
  {
    name: 'empty pages after the first, for ever',
    options: twentyFive,
    faults: [onUsers({ kind: 'clamp', max: 0 }, from(2))],
    expect: { is: 'incomplete', says: /users/ },
    asks: [5, 14],
  },
] satisfies Hostile[]);

hostileTable('totals', [
  {
    name: 'of groups that are the page length',
    options: { clamp: { groups: 7 } },
    faults: [onGroups({ kind: 'total-is-page-length' })],
    expect: FINE,
  },
  {
    name: 'of both that are the page length, where pages divide evenly',
    options: { clamp: { users: USERS / 2, groups: GROUPS / 2 } },
    faults: [{ kind: 'total-is-page-length' }],
    expect: FINE,
  },
  {
    name: 'as texts',
    faults: [
      onUsers(envelope({ totalResults: String(USERS) })),
      onGroups(envelope({ totalResults: String(GROUPS) })),
    ],
    expect: FINE,
  },
  ...[
    ['missing', undefined],
    ['negative', -1],
    ['with a fraction', 2.5],
    ['in words', 'abc'],
    ['beyond 2^53', 2 ** 60],
  ].map(([what, value], index): Hostile => {
    const fault =
      value === undefined ? envelope({}, ['totalResults']) : envelope({ totalResults: value as string });
    return {
      name: `that are ${what}`,
      faults: [index % 2 === 0 ? onUsers(fault) : onGroups(fault)],
      expect: { is: 'bad-response', says: /has no usable `totalResults`/ },
      asks: [1, 4],
    };
  }),
  {
    name: 'that JSON reads as infinite',
    faults: [onUsers({ kind: 'replace-text', find: `"totalResults":${USERS}`, put: '"totalResults":1e999' })],
    expect: { is: 'bad-response', says: /has no usable `totalResults`/ },
  },
  {
    name: 'of millions',
    faults: [onUsers(envelope({ totalResults: 3_000_000 }))],
    expect: { is: 'too-large', says: /3000000 users/ },
    asks: [1, 4],
  },
  {
    name: 'of a million with a page of people',
    faults: [onUsers(envelope({ totalResults: 1_000_000 }))],
    expect: notAddUp,
    asks: [4, 16],
  },
  {
    name: 'of users that are one too high',
    faults: [onUsers(envelope({ totalResults: USERS + 1 }))],
    expect: { is: 'incomplete', says: new RegExp(`${USERS + 1} users.*${USERS} `) },
  },
  {
    name: 'of users that are one too low',
    faults: [onUsers(envelope({ totalResults: USERS - 1 }))],
    expect: notAddUp,
  },
  {
    name: 'of groups that are one too low',
    faults: [onGroups(envelope({ totalResults: GROUPS - 1 }))],
    expect: notAddUp,
  },
  {
    name: 'one too high, over pages',
    options: twentyFive,
    faults: [onUsers(envelope({ totalResults: USERS + 1 }))],
    expect: notAddUp,
  },
  {
    name: 'that change in the middle, once',
    options: twentyFive,
    faults: [onUsers({ kind: 'totals', values: [USERS, USERS + 1, USERS] })],
    expect: FINE,
  },
  {
    name: 'that change all the time',
    options: twentyFive,
    faults: [onUsers({ kind: 'totals', values: [62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72] })],
    expect: { is: 'incomplete', says: /total of users changed|users were announced/ },
  },
] satisfies Hostile[]);

hostileTable('pages that do not follow each other', [
  {
    name: 'page one again and again',
    options: twentyFive,
    faults: [onUsers({ kind: 'ignore-start-index' })],
    expect: repeats,
    asks: [3, 9],
  },
  {
    name: 'page one of the groups again and again',
    options: { clamp: { groups: 5 } },
    faults: [onGroups({ kind: 'ignore-start-index' })],
    expect: { is: 'incomplete', says: /repeats groups/ },
  },
  {
    name: 'page one again where all is on it',
    faults: [onUsers({ kind: 'ignore-start-index' })],
    expect: repeats,
    asks: [3, 6],
  },
  {
    name: 'page one again, and a total that is its length',
    options: twentyFive,
    faults: [onUsers({ kind: 'ignore-start-index', echo: true }), onUsers({ kind: 'total-is-page-length' })],
    expect: { is: 'incomplete', says: /./ },
  },
  {
    name: 'always everything, whatever was asked for',
    server: () =>
      handled((request, response) =>
        response.writeHead(200, json).end(JSON.stringify(listOf(asked(request.url).rows))),
      ),
    expect: repeatsEither,
  },
  {
    name: 'always the same few as if that were all',
    server: () =>
      handled((request, response) => {
        response.writeHead(200, json).end(JSON.stringify(listOf(asked(request.url).rows.slice(0, 25))));
      }),
    expect: repeatsEither,
  },
  {
    name: 'always the same fifty of more, and a total of fifty',
    server: () =>
      handled((request, response) => {
        const { kind, rows, startIndex, count } = asked(request.url);
        const page =
          kind === 'Users' ? rows.slice(0, 50) : rows.slice(startIndex - 1, startIndex - 1 + count);
        const total = kind === 'Users' ? page.length : rows.length;
        response.writeHead(200, json).end(JSON.stringify(listOf(page, total)));
      }),
    expect: repeats,
    asks: [3, 6],
  },
  {
    name: 'overlapping pages',
    options: twentyFive,
    faults: [onUsers({ kind: 'overlap', by: 3 })],
    expect: FINE,
  },
  {
    name: 'overlapping pages of groups',
    options: { clamp: { groups: 5 } },
    faults: [onGroups({ kind: 'overlap', by: 1 })],
    expect: FINE,
  },
  {
    name: 'a row that is lost at each border',
    options: twentyFive,
    faults: [onUsers({ kind: 'drop-at-borders', rows: 1 })],
    expect: notAddUp,
  },
  {
    name: 'a group that is lost at each border',
    options: { clamp: { groups: 5 } },
    faults: [onGroups({ kind: 'drop-at-borders', rows: 1 })],
    expect: notAddUp,
  },
  {
    name: 'a row that is lost at one border, once',
    options: twentyFive,
    faults: [onUsers({ kind: 'drop-at-borders', rows: 1 }, 2)],
    expect: FINE,
  },
  {
    name: 'an order that changes with every request',
    server: () => {
      let turn = 0;
      return handled((request, response) => {
        const { rows, startIndex, count } = asked(request.url);
        turn += 7;
        const turned = [...rows.slice(turn % rows.length), ...rows.slice(0, turn % rows.length)];
        const page = turned.slice(startIndex - 1, startIndex - 1 + Math.min(count, 10));
        response.writeHead(200, json).end(JSON.stringify(listOf(page, rows.length, startIndex)));
      });
    },
    expect: { is: 'incomplete', says: /./ },
  },
  {
    name: 'a list without an end',
    server: () => {
      let next = 0;
      return handled((request, response) => {
        const { kind, rows, startIndex, count } = asked(request.url);
        const page =
          kind === 'Users'
            ? rows.slice(0, 20).map((row) => ({ ...row, id: `user-${next++}` }))
            : rows.slice(startIndex - 1, startIndex - 1 + count);
        response
          .writeHead(200, json)
          .end(JSON.stringify(listOf(page, kind === 'Users' ? page.length : rows.length)));
      });
    },
    args: ['--timeout', '2s'],
    expect: { is: 'timed-out', says: /./ },
  },
] satisfies Hostile[]);

hostileTable('somebody who comes twice', [
  {
    name: 'with the same content',
    options: twentyFive,
    faults: [onUsers({ kind: 'repeat-row', row: 0 }, 3)],
    expect: FINE,
  },
  {
    name: 'in other groups, once',
    options: twentyFive,
    faults: [onUsers({ kind: 'repeat-row', row: 0, set: { groups: [] } }, 2)],
    expect: FINE,
  },
  {
    name: 'in other groups, for ever',
    options: twentyFive,
    faults: [onUsers({ kind: 'repeat-row', row: 0, set: { groups: [] } }, from(2))],
    expect: { is: 'incomplete', says: /same id came twice with different content|repeats users/ },
  },
  {
    name: 'active and deactivated, on one page',
    faults: [onUsers({ kind: 'repeat-row', row: 0, set: { active: false } })],
    expect: { is: 'incomplete', says: /same id came twice with different content among the users/ },
  },
  {
    name: 'as a group with two names',
    faults: [onGroups({ kind: 'repeat-row', row: 3, set: { displayName: 'Somebody Else' } })],
    expect: { is: 'incomplete', says: /same id came twice with different content among the groups/ },
  },
] satisfies Hostile[]);

const nobody = { is: 'empty-population', says: /reports no people at all/, hints: /min-users: 0/ } as const;
const noResources = { is: 'bad-response', says: /has no `Resources`, though its total is/ } as const;
const empty = { population: { users: [], groups: [] } };

hostileTable('nobody', [
  { name: 'with an empty list', options: empty, expect: nobody },
  { name: 'without a list', options: empty, faults: [envelope({}, ['Resources'])], expect: nobody },
  { name: 'but groups', faults: [onUsers(envelope({ totalResults: 0, Resources: [] }))], expect: nobody },
  {
    name: 'where the policy believes it',
    options: empty,
    policy: 'version: 1\npopulation: { min-users: 0 }\n',
    expect: FINE,
    population: { users: 0, activeUsers: 0, groups: 0, memberships: 0 },
  },
  {
    name: 'though a total is given (a weak token)',
    faults: [onUsers(envelope({ Resources: [] }))],
    expect: { is: 'incomplete', says: /announces 62 users and shows none/, hints: /administrator/ },
  },
  {
    name: 'though the total is one',
    faults: [onUsers(envelope({ totalResults: 1, Resources: [] }))],
    expect: { is: 'incomplete', says: /announces 1 users? and shows none/ },
  },
  {
    name: 'of the groups, though a total is given',
    faults: [onGroups(envelope({ Resources: [] }))],
    expect: { is: 'incomplete', says: /announces 18 groups and shows none/ },
  },
  {
    name: 'after the first ten (a weak token)',
    faults: [onUsers({ kind: 'clamp', max: 10 }, 1), onUsers(envelope({ Resources: [] }), from(2))],
    expect: { is: 'incomplete', says: /announces 62 users|users were announced/ },
  },
  {
    name: 'in a missing list',
    faults: [onUsers(envelope({}, ['Resources']))],
    expect: noResources,
    asks: [1, 4],
  },
  {
    name: 'in a missing list of groups',
    faults: [onGroups(envelope({}, ['Resources']))],
    expect: noResources,
  },
  {
    name: 'in a missing list on page two',
    options: twentyFive,
    faults: [onUsers(envelope({}, ['Resources']), from(2))],
    expect: { is: 'bad-response', says: /page at startIndex (?:26|51) of the users.*has no `Resources`/ },
  },
  {
    name: 'behind the end, without a list',
    faults: [envelope({}, ['Resources']), { ...envelope({}, ['Resources']), nth: from(3) }].slice(1),
    expect: FINE,
  },
] satisfies Hostile[]);

hostileTable('groups and people that do not fit', [
  {
    name: 'a group that is not listed',
    faults: [
      onUsers(
        patch(rowOf('daniel.weiss'), 'groups', [
          { value: 'ffffffffffffffffffffffff' },
          ...BRIGHTWATER.people[rowOf('daniel.weiss')]!.groupIds.map((value) => ({ value })),
        ]),
      ),
    ],
    args: ['--fail-on', 'warning'],
    expect: { is: 'drift', finds: ['dangling-group'] },
    population: false,
    asks: 8,
  },
  {
    name: 'a group that is listed the second time',
    faults: [onGroups({ kind: 'clamp', max: 12 }, [1, 2]), onGroups(envelope({ totalResults: 12 }), [1, 2])],
    expect: FINE,
  },
  {
    name: 'groups with members',
    faults: [onGroups({ kind: 'filled-members', shape: 'flat' })],
    expect: { is: 'in-sync', warns: /lists members of groups.*not used/ },
    asks: 4,
  },
  {
    name: 'groups in a circle',
    faults: [onGroups({ kind: 'filled-members', shape: 'cyclic' })],
    expect: { is: 'in-sync', warns: /lists members of groups/ },
    asks: 4,
  },
  {
    name: 'a cursor',
    faults: [onUsers(envelope({ nextCursor: 'cursor-BODY-CANARY-4711' }))],
    expect: { is: 'incomplete', says: /by a cursor, which was not asked for/ },
  },
  {
    name: 'a cursor for groups',
    faults: [onGroups(envelope({ nextCursor: 'abc' }))],
    expect: { is: 'incomplete', says: /of the groups.*by a cursor/ },
  },
  { name: 'a cursor that is null', faults: [envelope({ nextCursor: null })], expect: FINE },
  {
    name: 'an envelope without its place',
    faults: [envelope({}, ['startIndex', 'itemsPerPage', 'schemas'])],
    expect: FINE,
  },
] satisfies Hostile[]);

const { users, groups } = scimRows(BRIGHTWATER);
const twelve = { population: { users: users.slice(0, 12), groups } };
const yesterday = JSON.stringify({
  schemaVersion: 1,
  tool: { name: 'leapsome-access-policy' },
  population: { activeUsers: 400 },
});

hostileTable('400 people yesterday, 12 today', [
  {
    name: 'by the policy',
    options: twelve,
    expect: {
      is: 'implausible-population',
      says: /12 active users.*at least 40/,
      hints: /"population" in the policy/,
    },
  },
  {
    name: 'by the previous report',
    options: twelve,
    policy: CLEAN.replace('min-users: 40', 'min-users: 1'),
    files: { 'previous.json': yesterday },
    args: ['--previous-report', 'previous.json'],
    expect: {
      is: 'implausible-population',
      says: /dropped by 97%: 12 active users now, 400 in the previous report/,
    },
  },
] satisfies Hostile[]);
