/** Populations that no policy language likes: every name is one that YAML, the language or a reader could trip over. */
import fc from 'fast-check';
import { ATTRIBUTE_SOURCES, type Fact, SOURCE_NAMES, type SourceName } from '../../src/model/facts.ts';
import { GROUP_KINDS, type Group, PENDING_STATES, type Person, type Role } from '../../src/model/snapshot.ts';
import type { Reading } from '../../src/sources/types.ts';

const HOSTILE = [
  'jo@example.com',
  'JO@example.com',
  'zoë@example.com',
  'zoe\u0308@example.com',
  'everyone',
  'Everyone',
  'jo smith@example.com',
  '*@example.com',
  'jo*',
  'jo',
  'jo\\*x@example.com',
  'present',
  'absent',
  'jo@present',
  'jo@absent',
  'jo@',
  'jo@@other.org',
  'jo@*',
  'jo@O\\ther.org',
  'null',
  '~',
  'yes',
  '123',
  '0x1f',
  '1e3',
  '6140868e26',
  '2026-01-01',
  '- jo',
  '#jo@example.com',
  'jo #1',
  'a: b',
  'a:',
  '"jo"@example.com',
  "'",
  '`',
  '{a}@example.com',
  '[a]',
  ',',
  '&anchor',
  '*alias',
  '!!js/function',
  '%TAG',
  '@home',
  '|',
  '>',
  '<<',
  '---',
  '...',
  '?',
  '__proto__',
  'constructor@__proto__',
  ' leading@example.com',
  'trailing@example.com ',
  'line\nbreak@example.com',
  'line\r\nversion: 2',
  'tab\t@example.com',
  '\u0085next',
  '\u2028line',
  '\u202ereversed',
  '\ufeffmark',
  'nul\u0000',
  'half\ud800',
  '\udc00half',
  '😀@example.com',
  '👩‍👩‍👧',
  'İstanbul@İ.example',
  'ﬁ@example.com',
  'K@example.com',
  '##[error]jo',
  '::error::jo',
  'x'.repeat(3000),
  `${'y '.repeat(900)}@example.com`,
];

const SAID = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const text = fc
  .oneof(
    { weight: 5, arbitrary: fc.constantFrom(...HOSTILE) },
    { weight: 2, arbitrary: fc.nat(6).map((number) => `person-${number}@example.com`) },
    { weight: 2, arbitrary: SAID },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }) },
  )
  // No source lets an empty name through.
  .filter((name) => name.trim() !== '');

const id = (prefix: string, most: number): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.nat(most).map((number) => `${prefix}${String(number).padStart(22, '0')}`) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom('6140868e26', '*', 'id: "x"', 'e\u0301', 'a b', '\u202e')
        .map((odd) => prefix + odd),
    },
  );

/** Few values, so that attributes explain groups now and then. */
const value = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('Finance', 'People', 'Légal', 'Le\u0301gal') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('Fin*', 'present', 'absent', '\\*', 'a\\b', ' ', 'x, y', '123', 'a\nb'),
  },
);
const several = fc.oneof(
  { weight: 3, arbitrary: value },
  { weight: 1, arbitrary: fc.array(value, { maxLength: 3 }) },
);
const day = fc.constantFrom('2026-01-01', '2026-06-30', '2026-12-31');
const attributes: fc.Arbitrary<Person['attributes']> = fc.record(
  {
    department: several,
    'business-unit': several,
    'cost-center': several,
    level: value,
    location: value,
    title: value,
    'employment-type': fc.constantFrom('internal', 'external'),
    lifecycle: fc.constantFrom('active', 'leave', 'terminated'),
    'end-date': day,
  },
  { requiredKeys: [] },
);

const MOST_PEOPLE = 40;
const MOST_GROUPS = 6;
const personId = id('aa', MOST_PEOPLE);
const groupId = id('bb', MOST_GROUPS);

const state: fc.Arbitrary<Pick<Person, 'active' | 'pending'>> = fc.oneof(
  { weight: 8, arbitrary: fc.constant({ active: true }) },
  { weight: 1, arbitrary: fc.constant({ active: false }) },
  { weight: 2, arbitrary: fc.constantFrom(...PENDING_STATES).map((pending) => ({ active: false, pending })) },
);

const person: fc.Arbitrary<Person> = fc
  .tuple(
    fc.record({
      id: personId,
      userName: text,
      addresses: fc.uniqueArray(
        text.map((address) => address.toLowerCase()),
        { maxLength: 2 },
      ),
      groups: fc.uniqueArray(groupId, { maxLength: 4 }),
      managerId: fc.option(personId, { nil: undefined }),
      attributes,
      custom: fc.constant(undefined),
    }),
    state,
  )
  .map(([rest, is]) => ({ ...rest, ...is }));

const group: fc.Arbitrary<Group> = fc.record({
  id: groupId,
  name: fc.oneof({ weight: 1, arbitrary: fc.constant('Payroll') }, { weight: 4, arbitrary: text }),
  kind: fc.constantFrom('team', 'team', 'team', 'team', ...GROUP_KINDS),
});

const role: fc.Arbitrary<Role> = fc.record({
  id: id('cc', 3),
  name: fc.oneof({ weight: 1, arbitrary: fc.constant('Super Admin') }, { weight: 4, arbitrary: text }),
  active: fc.constantFrom(true, false, undefined),
  holders: fc.option(fc.uniqueArray(personId, { maxLength: 5 }), { nil: undefined }),
});

const hasOne = (held: string | readonly string[] | undefined, ...values: readonly string[]): boolean =>
  [held ?? []].flat().some((each) => values.includes(each.normalize('NFC')));
const EXPLANATIONS: readonly ((person: Person) => boolean)[] = [
  () => true,
  ({ attributes: { department } }) => hasOne(department, 'Finance'),
  ({ attributes: { department } }) => hasOne(department, 'Finance', 'Légal'),
  ({ attributes: { level } }) => level === 'Lead',
  ({ attributes: { level } }) => hasOne(level, 'Lead', 'Head'),
  ({ attributes: { level, location } }) => level === 'Lead' && location === 'Berlin',
  ({ attributes: { level, location } }) => level === 'Head' && location === 'Lisbon',
  ({ userName, attributes: { level } }) => level === 'Head' || userName.endsWith('other.org'),
];

interface World {
  readonly people: readonly Person[];
  readonly groups: readonly Group[];
  readonly roles: readonly Role[];
  /** The sources hardly ever contradict it. */
  readonly isAgreed: boolean;
}

const world: fc.Arbitrary<World> = fc
  .record({
    people: fc.oneof(
      fc.uniqueArray(person, { minLength: 1, maxLength: 6, selector: (one) => one.id }),
      fc.uniqueArray(person, { minLength: 12, maxLength: MOST_PEOPLE, selector: (one) => one.id }),
    ),
    groups: fc.uniqueArray(group, {
      minLength: 2,
      maxLength: MOST_GROUPS,
      selector: (one) => one.id,
    }),
    roles: fc.uniqueArray(role, { maxLength: 3, selector: (one) => one.id }),
    isTidy: fc.boolean(),
    isAgreed: fc.boolean(),
    automatic: fc.array(fc.tuple(groupId, fc.constantFrom(...EXPLANATIONS)), { maxLength: 4 }),
  })
  .map(({ people, groups, roles, isTidy, isAgreed, automatic }) => ({
    isAgreed,
    people: people.map((one, index) => filled(isTidy ? tidy(one, index) : one, automatic)),
    groups,
    roles,
  }));

/** Everybody has an address like everybody else's, a level and a location. */
function tidy(one: Person, index: number): Person {
  const { attributes } = one;
  return {
    ...one,
    userName: `person-${index}@${index % 4 === 3 ? 'other.org' : 'example.com'}`,
    addresses: [],
    attributes: {
      ...attributes,
      level: index % 2 === 0 ? 'Lead' : 'Head',
      location: index % 4 < 2 ? 'Berlin' : 'Lisbon',
    },
  };
}

/** Groups that are filled by attributes, as an HR system does it. */
function filled(one: Person, automatic: readonly (readonly [string, (person: Person) => boolean])[]): Person {
  let groups = one.groups;
  for (const [id, explains] of automatic) {
    groups = groups.filter((other) => other !== id);
    if ((one.active || one.pending !== undefined) && explains(one)) groups = [...groups, id];
  }
  return { ...one, groups };
}

const ALWAYS: Record<SourceName, readonly Fact[]> = {
  scim: ['membership', 'team', 'group-catalogue', 'domain', 'title'],
  content: ['membership', 'group-kind', 'team', 'domain', 'status'],
  stackone: ['group-catalogue', 'domain'],
};
const SOMETIMES: Record<SourceName, readonly Fact[]> = {
  scim: ['manager', 'department', 'cost-center', 'level', 'location', 'employment-type', 'end-date'],
  content: [
    'role-catalogue',
    ...(Object.keys(ATTRIBUTE_SOURCES) as (keyof typeof ATTRIBUTE_SOURCES)[]).filter((name) =>
      (ATTRIBUTE_SOURCES[name] as readonly SourceName[]).includes('content'),
    ),
  ],
  stackone: ['membership', 'team', 'role-catalogue', 'role-holders'],
};

/** What one source makes of a world: it knows some of it, and may err about the rest. */
function reading(source: SourceName, { people, groups, roles, isAgreed }: World): fc.Arbitrary<Reading> {
  const changed = people.map((one) =>
    fc.oneof(
      { weight: isAgreed ? 1000 : 12, arbitrary: fc.constant(one) },
      { weight: 1, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: state.map((is): Person => ({ ...one, active: is.active })) },
      {
        weight: 1,
        arbitrary: fc.uniqueArray(groupId, { maxLength: 3 }).map((ids): Person => ({ ...one, groups: ids })),
      },
    ),
  );
  return fc
    .tuple(
      fc.tuple(...changed),
      fc.oneof(
        { weight: 2, arbitrary: fc.constant([...SOMETIMES[source]]) },
        { weight: 1, arbitrary: fc.subarray([...SOMETIMES[source]]) },
      ),
    )
    .map(([mine, known]) => {
      const facts = new Set<Fact>([...ALWAYS[source], ...known]);
      const told = mine.flatMap((one) => (one ? [asTold(one, source)] : []));
      const shown = new Set(told.flatMap((one) => one.groups));
      return {
        source,
        people: told,
        groups: groups
          .filter(({ id }) => source !== 'content' || shown.has(id))
          .map(({ id, name, kind }) => (source === 'content' ? { id, name, kind: kind! } : { id, name })),
        roles: facts.has('role-catalogue')
          ? roles.map((one) => ({ ...one, holders: facts.has('role-holders') ? one.holders : undefined }))
          : undefined,
        facts,
      };
    });
}

/** Only the Content API and StackOne know who has not begun yet; to SCIM such an account is active. */
function asTold(one: Person, source: SourceName): Person {
  if (source !== 'scim') return one;
  const { pending, ...rest } = one;
  return pending === undefined ? rest : { ...rest, active: true };
}

/** One world as one to three sources tell it. */
export const readings: fc.Arbitrary<readonly Reading[]> = fc
  .tuple(world, fc.subarray([...SOURCE_NAMES], { minLength: 1 }))
  .chain(([all, sources]) => fc.tuple(...sources.map((source) => reading(source, all))));

export const moments: fc.Arbitrary<string> = fc.constantFrom('2025-12-01', '2026-07-01', '2027-01-01');

/** The same list in another order, which a number stands for. */
export function shuffled<T>(list: readonly T[], seed: number): T[] {
  const keyed = list.map((element, index) => ({
    element,
    key: Math.imul(seed + 1, (index + 7) * 2654435761) % 1009,
  }));
  return keyed.sort((a, b) => a.key - b.key).map(({ element }) => element);
}
