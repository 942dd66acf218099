import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DESCRIBING, Describer, type Description, PEOPLE_PER_VALUE } from '../../src/draft/describe.ts';
import { domainOf, Population } from '../../src/evaluate/population.ts';
import type { Fact } from '../../src/model/facts.ts';
import type { Person } from '../../src/model/snapshot.ts';
import { type PersonNote, snapshot } from '../evaluate/builders.ts';

type Note = Exclude<PersonNote, string>;

/** Twelve people: four in Finance, four in Sales, four in Legal; of each two leads and two juniors. */
const TWELVE: Note[] = Array.from({ length: 12 }, (_, index) => ({
  name: `p${index}`,
  department: ['Finance', 'Sales', 'Legal'][Math.floor(index / 4)],
  level: index % 2 === 0 ? 'Lead' : 'Junior',
}));
/** The same four times over, so that there are enough for two conditions. */
const MANY: Note[] = Array.from({ length: 4 }, (_, round) =>
  TWELVE.map((note) => ({ ...note, name: `${note.name}-${round}` })),
).flat();

function described(
  notes: readonly PersonNote[],
  isMeant: (person: Person) => boolean,
  unknown: readonly Fact[] = [],
): Description | undefined {
  const population = new Population(snapshot({ people: notes, unknown }));
  return new Describer(population).describe(population.live.filter(isMeant));
}

const department =
  (...names: readonly string[]) =>
  ({ attributes }: Person) =>
    [attributes.department ?? []].flat().some((name) => names.includes(name));

describe('the shortest description', () => {
  test('is everybody for everybody', () => {
    expect(described(TWELVE, () => true)).toEqual([]);
  });

  test('is one value of one attribute', () => {
    expect(described(TWELVE, department('Sales'))).toEqual([{ attribute: 'department', values: ['Sales'] }]);
    expect(described(TWELVE, ({ attributes }) => attributes.level === 'Lead')).toEqual([
      { attribute: 'level', values: ['Lead'] },
    ]);
  });

  test('is a list of values of one attribute, sorted', () => {
    expect(described(TWELVE, department('Sales', 'Finance'))).toEqual([
      { attribute: 'department', values: ['Finance', 'Sales'] },
    ]);
  });

  test('is two attributes, where one is not enough', () => {
    const meant = (person: Person) => department('Legal')(person) && person.attributes.level === 'Junior';
    expect(described(MANY, meant)).toEqual([
      { attribute: 'department', values: ['Legal'] },
      { attribute: 'level', values: ['Junior'] },
    ]);
  });

  test('prefers one attribute with two values to two attributes, and the more telling one', () => {
    const notes = MANY.map((note) => ({
      ...note,
      'cost-center': note.department === 'Legal' ? 'CC-2' : 'CC-1',
      title: note.department,
    }));
    expect(described(notes, department('Finance'))).toEqual([
      { attribute: 'department', values: ['Finance'] },
    ]);
    expect(described(notes, department('Finance', 'Sales'))).toEqual([
      { attribute: 'cost-center', values: ['CC-1'] },
    ]);
  });

  test('is none where somebody is missing, or somebody else is in', () => {
    const isFirst = ({ userName }: Person) => userName.startsWith('p0@');
    expect(described(TWELVE, (person) => department('Finance')(person) && !isFirst(person))).toBeUndefined();
    expect(described(TWELVE, (person) => department('Sales')(person) || isFirst(person))).toBeUndefined();
  });

  test('is none for so few people that it may be chance', () => {
    expect(described(TWELVE.slice(0, 2), () => true)).toBeUndefined();
    expect(described(TWELVE.slice(2, 10), department('Finance'))).toBeUndefined();
    expect(described(TWELVE.slice(1, 9), department('Finance'))).toHaveLength(1);
    // Two leads of each department: four people for two values.
    const isLead = (person: Person) => department('Finance')(person) && person.attributes.level === 'Lead';
    expect(described([...TWELVE, ...TWELVE.map(other)], isLead)).toBeUndefined();
  });

  test('knows no attribute that no source reports', () => {
    expect(described(TWELVE, department('Sales'), ['department'])).toBeUndefined();
  });

  test('takes people who are not active yet for members, and leaves out who is gone', () => {
    const notes = TWELVE.map((note, index) => ({
      ...note,
      ...(index === 4 ? { pending: 'invited' as const } : {}),
      ...(index === 5 ? { active: false } : {}),
    }));
    expect(described(notes, department('Sales'))).toEqual([{ attribute: 'department', values: ['Sales'] }]);
    expect(described(notes, (person) => department('Sales')(person) && person.active)).toBeUndefined();
  });

  test('matches people of several departments under each of them', () => {
    const notes: Note[] = [
      ...['a', 'b', 'c'].map((name) => ({ name, department: ['Sales', 'Legal'] })),
      ...['d', 'e', 'f'].map((name) => ({ name, department: ['Legal'] })),
      ...['g', 'h', 'i'].map((name) => ({ name, department: ['Sales', 'Finance'] })),
    ];
    expect(described(notes, department('Legal'))).toEqual([{ attribute: 'department', values: ['Legal'] }]);
    expect(described(notes, department('Finance'))).toEqual([
      { attribute: 'department', values: ['Finance'] },
    ]);
    expect(
      described(notes, (person) => department('Sales')(person) && department('Legal')(person)),
    ).toBeUndefined();
  });

  test('never names a value that the language has no word for', () => {
    for (const name of ['present', 'absent', '']) {
      const notes = TWELVE.map((note, index) => (index < 4 ? { ...note, department: name } : note));
      expect(described(notes, department(name))).toBeUndefined();
    }
  });

  test('does not take long for people with very many values', () => {
    const names = Array.from({ length: 400 }, (_, index) => `D${index}`);
    const notes = Array.from({ length: 30 }, (_, index) => ({
      name: `p${index}`,
      department: names,
      'cost-center': names,
      level: index % 2 === 0 ? 'Lead' : 'Junior',
    }));
    expect(described(notes, ({ attributes }) => attributes.level === 'Lead')).toEqual([
      { attribute: 'level', values: ['Lead'] },
    ]);
  });
});

function other(note: Note): Note {
  return { ...note, name: `${note.name}-other`, department: 'Other' };
}

// ---- against a search that simply tries everything

const VALUES = ['A', 'B', 'C'];
const worlds = fc.record({
  people: fc.array(
    fc.record({
      department: fc.oneof(fc.constantFrom(...VALUES), fc.subarray(VALUES)),
      level: fc.constantFrom('A', 'B'),
      location: fc.constantFrom('A', 'B'),
    }),
    { minLength: 3, maxLength: 30 },
  ),
  chosen: fc.record({
    department: fc.option(fc.subarray(VALUES, { minLength: 1 }), { nil: undefined }),
    level: fc.option(fc.constantFrom('A', 'B'), { nil: undefined }),
    location: fc.option(fc.constantFrom('A', 'B'), { nil: undefined }),
  }),
});

function matches(description: Description, person: Person): boolean {
  return description.every(({ attribute, values }) => {
    const held = attribute === 'domain' ? domainOf(person) : person.attributes[attribute as 'department'];
    return [held ?? []].flat().some((value) => values.includes(value));
  });
}

/** Every description that the language of descriptions has for these values. */
function everyDescription(): Description[] {
  const lists = VALUES.flatMap((a, i) => [
    [a],
    ...VALUES.slice(i + 1).map((b) => [a, b]),
    ...(i === 0 ? [VALUES] : []),
  ]);
  const traits = DESCRIBING.flatMap((attribute) => lists.map((values) => ({ attribute, values })));
  const pairs = traits.flatMap((one) =>
    traits.flatMap((another) =>
      DESCRIBING.indexOf(one.attribute) < DESCRIBING.indexOf(another.attribute) &&
      one.values.length + another.values.length === 2
        ? [[one, another]]
        : [],
    ),
  );
  return [[], ...traits.map((trait) => [trait]), ...pairs];
}

const CANDIDATES = everyDescription();
const size = (description: Description) => description.reduce((sum, { values }) => sum + values.length, 0);

test('no shorter description matches the same people', () => {
  fc.assert(
    fc.property(worlds, ({ people, chosen }) => {
      const notes = people.map((attributes, index) => ({ name: `p${index}`, ...attributes }));
      const population = new Population(snapshot({ people: notes }));
      const meant = population.live.filter(({ attributes }) =>
        (['department', 'level', 'location'] as const).every((name) => {
          const wanted = chosen[name];
          return (
            wanted === undefined || [attributes[name] ?? []].flat().some((held) => wanted.includes(held))
          );
        }),
      );
      const found = new Describer(population).describe(meant);
      const right = CANDIDATES.filter(
        (candidate) =>
          meant.length >= PEOPLE_PER_VALUE * Math.max(1, size(candidate)) &&
          population.live.every((person) => matches(candidate, person) === meant.includes(person)),
      );
      const shortest = Math.min(...right.map(size));
      expect(found === undefined ? Number.POSITIVE_INFINITY : size(found)).toBe(shortest);
      if (found) expect(right).toContainEqual(found);
    }),
    { numRuns: 500 },
  );
});
