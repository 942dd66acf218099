import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Fact, SourceName } from '../../src/model/facts.ts';
import type { Group, Person, Role } from '../../src/model/snapshot.ts';
import { merge } from '../../src/sources/merge.ts';
import type { Reading } from '../../src/sources/types.ts';

const TELLS: Record<SourceName, readonly Fact[]> = {
  scim: ['membership', 'team', 'group-catalogue', 'domain', 'title', 'department', 'end-date', 'manager'],
  content: [
    'membership',
    'team',
    'group-kind',
    'domain',
    'status',
    'lifecycle',
    'department',
    'title',
    'end-date',
    'manager',
    'role-catalogue',
  ],
  stackone: ['membership', 'team', 'group-catalogue', 'domain', 'role-catalogue', 'role-holders'],
};

function person(id: string, more: Partial<Person> = {}): Person {
  return {
    id,
    userName: `${id}@example.com`,
    addresses: [],
    active: true,
    groups: [],
    managerId: undefined,
    attributes: {},
    custom: undefined,
    ...more,
  };
}

function reading(source: SourceName, more: Partial<Reading> = {}): Reading {
  return { source, people: [], groups: [], roles: undefined, facts: new Set(TELLS[source]), ...more };
}

function group(id: string, more: Partial<Group> = {}): Group {
  return { id, name: `Group ${id}`, ...more };
}

function role(id: string, more: Partial<Role> = {}): Role {
  return { id, name: `Role ${id}`, active: undefined, holders: undefined, ...more };
}

describe('one source', () => {
  it('is taken as it is', () => {
    const scim = reading('scim', { people: [person('a')], groups: [group('g')] });
    expect(merge([scim])).toEqual({
      people: scim.people,
      groups: scim.groups,
      roles: undefined,
      sources: ['scim'],
      facts: scim.facts,
    });
  });
});

describe('the people of several sources', () => {
  it('are everybody whom one of them lists, in the order of the sources', () => {
    const { people, sources } = merge([
      reading('stackone', { people: [person('c'), person('a')] }),
      reading('content', { people: [person('b'), person('a')] }),
      reading('scim', { people: [person('a')] }),
    ]);
    expect(people.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(sources).toEqual(['scim', 'content', 'stackone']);
  });

  it('are active where SCIM says so, and else where the next source does', () => {
    const { people } = merge([
      reading('scim', { people: [person('a'), person('b', { active: false })] }),
      reading('content', {
        people: [person('a', { active: false }), person('b'), person('c', { active: false }), person('d')],
      }),
      reading('stackone', { people: [person('c')] }),
    ]);
    expect(people.map(({ id, active }) => [id, active])).toEqual([
      ['a', true],
      ['b', false],
      ['c', false],
      ['d', true],
    ]);
  });

  it.each([
    [{ active: true }, 'invited', undefined, 'invited'],
    [{ active: false }, 'pre-boarding', undefined, 'pre-boarding'],
    [{ active: true }, undefined, 'invited', undefined],
  ] as const)(
    'wait for their first day where the Content API says so: %j %s %s',
    (scim, content, stackone, pending) => {
      const { people } = merge([
        reading('scim', { people: [person('a', scim)] }),
        reading('content', {
          people: [person('a', content ? { active: false, pending: content } : {})],
        }),
        reading('stackone', { people: [person('a', stackone ? { active: false, pending: stackone } : {})] }),
      ]);
      expect(people[0]?.pending).toBe(pending);
      expect(people[0]?.active).toBe(pending === undefined);
    },
  );

  it('wait for it by the word of StackOne where the Content API does not list them', () => {
    const pending = { active: false, pending: 'invited' } as const;
    const { people } = merge([
      reading('scim', { people: [person('a'), person('b'), person('c')] }),
      reading('content', { people: [person('a')] }),
      reading('stackone', { people: [person('a', pending), person('b', pending), person('d', pending)] }),
    ]);
    expect(people.map(({ id, active, pending: state }) => [id, active, state])).toEqual([
      ['a', true, undefined],
      ['b', false, 'invited'],
      ['c', true, undefined],
      ['d', false, 'invited'],
    ]);
  });

  it('wait for it by the word of StackOne where no Content API was to be read', () => {
    const pending = { active: false, pending: 'invited' } as const;
    const readings = [
      reading('scim', { people: [person('a')] }),
      reading('stackone', { people: [person('a', pending), person('b', pending)] }),
    ];
    const states = (failed: readonly SourceName[]) =>
      merge(readings, failed).people.map(({ id, active, pending: state }) => [id, active, state]);
    expect(states([])).toEqual([
      ['a', false, 'invited'],
      ['b', false, 'invited'],
    ]);
    // StackOne does not step in for it; of an account that nobody else lists it is all that is known.
    expect(states(['content'])).toEqual([
      ['a', true, undefined],
      ['b', false, 'invited'],
    ]);
  });

  it('keep every address under which a source knows them', () => {
    const { people } = merge([
      reading('scim', { people: [person('a', { userName: 'A@example.com', addresses: ['x@example.com'] })] }),
      reading('content', { people: [person('a', { userName: 'a@EXAMPLE.com' })] }),
      reading('stackone', {
        people: [person('a', { userName: 'Y@example.com', addresses: ['x@example.com'] })],
      }),
    ]);
    expect(people[0]).toMatchObject({
      userName: 'A@example.com',
      addresses: ['x@example.com', 'y@example.com'],
    });
  });

  it('have each attribute from its authority alone, and from the next source where it does not know them', () => {
    const { people } = merge([
      reading('scim', {
        people: [person('a', { attributes: { title: 'From SCIM' } })],
        facts: new Set<Fact>([...TELLS.scim].filter((fact) => fact !== 'department')),
      }),
      reading('content', {
        people: [
          person('a', {
            attributes: {
              title: 'x',
              department: ['People', 'Legal'],
              'end-date': '2026-01-01',
              status: 'active',
            },
          }),
          person('b', { attributes: { title: 'From Content' }, managerId: 'a' }),
        ],
      }),
    ]);
    expect(people[0]?.attributes).toEqual({
      title: 'From SCIM',
      department: ['People', 'Legal'],
      status: 'active',
    });
    expect(people[1]).toMatchObject({ attributes: { title: 'From Content' }, managerId: 'a' });
  });
});

describe('groups', () => {
  it('are all that a source knows, named by the first and of the kind that the Content API says', () => {
    const { groups } = merge([
      reading('scim', { groups: [group('t', { name: 'Team' }), group('empty')] }),
      reading('content', {
        groups: [group('t', { name: 'Old name', kind: 'team' }), group('d', { kind: 'department' })],
      }),
    ]);
    expect(groups).toEqual([
      { id: 't', name: 'Team', kind: 'team' },
      { id: 'empty', name: 'Group empty' },
      { id: 'd', name: 'Group d', kind: 'department' },
    ]);
  });

  it('have the members that SCIM says, and of groups that SCIM does not list those that the others say', () => {
    const { people } = merge([
      reading('scim', {
        people: [person('a', { groups: ['t'] }), person('b')],
        groups: [group('t'), group('u')],
      }),
      reading('content', {
        people: [
          person('a', { groups: ['u', 'd'] }),
          person('b', { groups: ['t', 'd', 'e'] }),
          person('c', { groups: ['t'] }),
        ],
        groups: [group('t'), group('u'), group('d'), group('e')],
      }),
    ]);
    expect(people.map(({ id, groups }) => [id, groups])).toEqual([
      ['a', ['t', 'd']],
      ['b', ['d', 'e']],
      ['c', ['t']],
    ]);
  });

  it('of StackOne add nothing to those of the Content API, which would show any', () => {
    const { people } = merge([
      reading('content', { people: [person('a', { groups: ['t'] })], groups: [group('t')] }),
      reading('stackone', {
        people: [person('a', { groups: ['t', 's'] })],
        groups: [group('t'), group('s')],
      }),
    ]);
    expect(people[0]?.groups).toEqual(['t']);
  });
});

describe('roles', () => {
  it('are those of the catalogue with the holders that StackOne knows', () => {
    const { roles } = merge([
      reading('content', { roles: [role('r', { name: 'Admin', active: false }), role('only')] }),
      reading('stackone', {
        people: [person('a')],
        roles: [role('r', { name: 'Administrator', holders: ['a'] }), role('s', { holders: [] })],
      }),
    ]);
    expect(roles).toEqual([
      { id: 'r', name: 'Admin', active: false, holders: ['a'] },
      { id: 'only', name: 'Role only', active: undefined, holders: undefined },
      { id: 's', name: 'Role s', active: undefined, holders: [] },
    ]);
  });

  it('are unknown where no source tells them', () => {
    expect(merge([reading('scim'), reading('content')]).roles).toBeUndefined();
  });
});

describe('a source that failed and may', () => {
  it('takes with it what it is the authority for, and nobody answers in its place', () => {
    const { facts, failed } = merge([reading('content', { roles: [] })], ['scim']);
    expect(failed).toEqual(['scim']);
    for (const fact of ['membership', 'department', 'title', 'end-date', 'manager'] as const)
      expect([fact, facts.has(fact)]).toEqual([fact, false]);
    for (const fact of ['status', 'lifecycle', 'group-kind', 'role-catalogue', 'domain'] as const)
      expect([fact, facts.has(fact)]).toEqual([fact, true]);
  });

  it('takes nothing else with it', () => {
    const { facts } = merge([reading('scim')], ['content', 'stackone']);
    expect([...facts].toSorted()).toEqual([...TELLS.scim].toSorted());
  });
});

describe('records under ids of their own', () => {
  const foreign = (people: string[] = [], groups: string[] = [], roles: string[] = []) => ({
    people: new Set(people),
    groups: new Set(groups),
    roles: new Set(roles),
  });

  it('are linked by address, by the name of a group and of a role', () => {
    const { people, groups, roles } = merge([
      reading('scim', {
        people: [person('a', { userName: 'Jo@example.com' })],
        groups: [group('t', { name: 'Payroll' })],
      }),
      reading('content', { people: [person('a')], roles: [role('r', { name: 'Admin' })] }),
      reading('stackone', {
        people: [person('s1', { userName: 'jo@EXAMPLE.com', groups: ['sg'] })],
        groups: [group('sg', { name: 'Payroll' })],
        roles: [role('sr', { name: 'Admin', holders: ['s1'] })],
        foreign: foreign(['s1'], ['sg'], ['sr']),
      }),
    ]);
    expect(people.map(({ id }) => id)).toEqual(['a']);
    expect(groups.map(({ id }) => id)).toEqual(['t']);
    expect(roles).toEqual([{ id: 'r', name: 'Admin', active: undefined, holders: ['a'] }]);
  });

  it.each([
    ['nobody has the address', [person('a')]],
    [
      'two accounts have it',
      [person('a', { addresses: ['s1@example.com'] }), person('b', { addresses: ['s1@example.com'] })],
    ],
  ])('stay on their own where %s', (_, people) => {
    const merged = merge([
      reading('scim', { people }),
      reading('stackone', { people: [person('s1')], foreign: foreign(['s1']) }),
    ]);
    expect(merged.people.map(({ id }) => id)).toEqual([...people.map(({ id }) => id), 's1']);
  });

  it('stay on their own where two of them claim one account, or another already is it', () => {
    const scim = reading('scim', { people: [person('a', { addresses: ['x@example.com'] })] });
    const twice = [person('s1', { userName: 'x@example.com' }), person('s2', { userName: 'x@example.com' })];
    expect(
      merge([scim, reading('stackone', { people: twice, foreign: foreign(['s1', 's2']) })]).people,
    ).toHaveLength(3);
    const taken = [person('a'), person('s1', { userName: 'x@example.com' })];
    expect(
      merge([scim, reading('stackone', { people: taken, foreign: foreign(['s1']) })]).people,
    ).toHaveLength(2);
  });

  it('are left alone where there is no other source', () => {
    const alone = reading('stackone', { people: [person('s1')], foreign: foreign(['s1']) });
    expect(merge([alone]).people).toEqual(alone.people);
  });
});

describe('whatever the sources say', () => {
  const somebody = fc.record({
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    active: fc.boolean(),
    groups: fc.uniqueArray(fc.constantFrom('g1', 'g2', 'g3', 'g4')),
  });
  const someReading = (source: SourceName) =>
    fc
      .record({
        people: fc.uniqueArray(somebody, { selector: ({ id }) => id }),
        listed: fc.uniqueArray(fc.constantFrom('g1', 'g2', 'g3', 'g4')),
      })
      .map(({ people, listed }) =>
        reading(source, {
          people: people.map(({ id, ...more }) => person(id, more)),
          groups: listed.map((id) => group(id)),
        }),
      );

  it('nobody and no group is lost or made up, and every view is as it was', () => {
    fc.assert(
      fc.property(someReading('scim'), someReading('content'), someReading('stackone'), (...readings) => {
        const merged = merge(readings);
        const ids = new Set(readings.flatMap(({ people }) => people.map(({ id }) => id)));
        expect(merged.people.map(({ id }) => id).toSorted()).toEqual([...ids].toSorted());
        const groups = new Set(readings.flatMap((each) => each.groups.map(({ id }) => id)));
        expect(merged.groups.map(({ id }) => id).toSorted()).toEqual([...groups].toSorted());
        expect(merged.views?.map(({ people }) => [...people.values()])).toEqual(
          readings.map(({ people }) => people),
        );
        for (const { id, groups: mine } of merged.people) {
          const said = readings.flatMap(({ people }) => people.find((one) => one.id === id)?.groups ?? []);
          expect(mine.every((one) => said.includes(one))).toBe(true);
          const scim = readings[0]!.people.find((one) => one.id === id);
          if (scim) expect(mine).toEqual(expect.arrayContaining([...scim.groups]));
        }
      }),
    );
  });
});
