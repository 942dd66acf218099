import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { snapshotChunks } from '../../src/evidence/snapshot.ts';
import type { Group, Person, Role, Snapshot } from '../../src/model/snapshot.ts';
import { nasty } from '../reporters/sample.ts';

function person(change: Partial<Person> = {}): Person {
  return {
    id: '5ecba01fb567a5d046582027',
    userName: 'sam@example.com',
    addresses: ['s@example.com'],
    active: true,
    groups: ['g2', 'g1'],
    managerId: undefined,
    attributes: { title: 'Engineer', 'start-date': '2020-01-01' },
    custom: { abc: 'value' },
    ...change,
  };
}

function snapshot(change: Partial<Snapshot> = {}): Snapshot {
  return {
    people: [person()],
    groups: [
      { id: 'g2', name: 'Two', kind: 'team' },
      { id: 'g1', name: 'One' },
    ],
    roles: undefined,
    sources: ['scim'],
    facts: new Set(),
    ...change,
  };
}

const textOf = (of: Snapshot, personalData: 'show' | 'mask' = 'show') =>
  [...snapshotChunks(of, personalData)].join('');

const ids = fc.uniqueArray(nasty, { maxLength: 8 });
const anyPerson: fc.Arbitrary<Person> = fc
  .record({ id: nasty, userName: nasty, active: fc.boolean(), groups: ids, managerId: fc.option(nasty) })
  .map(({ managerId, ...rest }) => person({ ...rest, managerId: managerId ?? undefined }));
const anyGroup: fc.Arbitrary<Group> = fc.record({ id: nasty, name: nasty });
const anyRole: fc.Arbitrary<Role> = fc
  .record({ id: nasty, name: nasty, active: fc.boolean(), holders: fc.option(ids) })
  .map(({ holders, ...rest }) => ({ ...rest, holders: holders ?? undefined }));
const byId = { selector: ({ id }: { id: string }) => id, maxLength: 8 };
const anySnapshot: fc.Arbitrary<Snapshot> = fc
  .record({
    people: fc.uniqueArray(anyPerson, byId),
    groups: fc.uniqueArray(anyGroup, byId),
    roles: fc.option(fc.uniqueArray(anyRole, byId)),
  })
  .map(({ roles, ...rest }) => snapshot({ ...rest, roles: roles ?? undefined }));

function reversed(of: Snapshot): Snapshot {
  return {
    ...of,
    people: of.people.map((each) => ({ ...each, groups: each.groups.toReversed() })).reverse(),
    groups: of.groups.toReversed(),
    roles: of.roles?.map((each) => ({ ...each, holders: each.holders?.toReversed() })).reverse(),
  };
}

describe('snapshot.json', () => {
  test('says who has what, a record on a line', () => {
    const roles = [{ id: 'r1', name: 'Admin', active: true, holders: ['b', 'a'] }];
    expect(textOf(snapshot({ roles }))).toBe(
      [
        '{"schemaVersion":1,"personalData":"show","sources":["scim"],',
        '"groups":[',
        '{"id":"g1","name":"One"},',
        '{"id":"g2","name":"Two","kind":"team"}',
        '],',
        '"roles":[',
        '{"id":"r1","name":"Admin","active":true,"holders":["a","b"]}',
        '],',
        '"people":[',
        '{"id":"5ecba01fb567a5d046582027","userName":"sam@example.com","status":"active","groups":["g1","g2"]}',
        ']}',
        '',
      ].join('\n'),
    );
  });

  test('is JSON that holds the population, whatever it is made of', () => {
    fc.assert(
      fc.property(anySnapshot, (any) => {
        const { people, groups, roles } = JSON.parse(textOf(any));
        const idsOf = (records: readonly { id: string }[]) => records.map(({ id }) => id).sort();
        // JSON has no lone surrogates but as escapes, which come back as they were.
        expect(idsOf(people)).toEqual(idsOf(any.people));
        expect(idsOf(groups)).toEqual(idsOf(any.groups));
        expect(roles === null).toBe(any.roles === undefined);
        for (const each of any.people)
          expect(people.find(({ id }: Person) => id === each.id).groups.sort()).toEqual(
            each.groups.toSorted(),
          );
      }),
    );
  });

  test('has the same bytes in whatever order it was read', () => {
    fc.assert(
      fc.property(anySnapshot, (any) => {
        expect(textOf(reversed(any))).toBe(textOf(any));
      }),
    );
  });

  test.each<[string, Snapshot]>([
    ['a membership', snapshot({ people: [person({ groups: ['g1'] })] })],
    ['a status', snapshot({ people: [person({ active: false })] })],
    ['a state', snapshot({ people: [person({ active: false, pending: 'invited' })] })],
    ['a manager', snapshot({ people: [person({ managerId: 'm' })] })],
    ['a name', snapshot({ people: [person({ userName: 'sam@example.org' })] })],
    ['a person', snapshot({ people: [person(), person({ id: 'x' })] })],
    ['a group', snapshot({ groups: [] })],
    ['that roles are known', snapshot({ roles: [] })],
    ['a source', snapshot({ sources: ['scim', 'content'] })],
  ])('has other bytes when %s is another', (_, other) => {
    expect(textOf(other)).not.toBe(textOf(snapshot()));
  });

  test('takes what is on its list, and nothing else of a person', () => {
    const odd = { ...person(), salary: 'CANARY', birthday: 'CANARY' } as Person;
    const shown = textOf(snapshot({ people: [odd] }));
    for (const secret of ['CANARY', 'Engineer', '2020-01-01', 's@example.com', 'value'])
      expect(shown).not.toContain(secret);
  });

  test('names nobody when personal data is masked', () => {
    const masked = textOf(snapshot(), 'mask');
    expect(masked).not.toContain('sam@example.com');
    expect(JSON.parse(masked).people).toEqual([
      { id: '5ecba01fb567a5d046582027', status: 'active', groups: ['g1', 'g2'] },
    ]);
  });

  test('comes in pieces of bounded size', () => {
    const people = Array.from({ length: 5000 }, (_, at) => person({ id: String(at) }));
    const chunks = [...snapshotChunks(snapshot({ people }), 'show')];
    expect(chunks.length).toBeGreaterThan(5);
    expect(Math.max(...chunks.map((chunk) => chunk.length))).toBeLessThan(70_000);
  });
});
