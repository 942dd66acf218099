/** Small worlds in which everything that can go wrong does: few names, so that policies hit people, and twins of each. */
import fc from 'fast-check';
import type { Fact } from '../../src/model/facts.ts';
import { type Group, PENDING_STATES, type Person, type Snapshot } from '../../src/model/snapshot.ts';
import { idOf } from './builders.ts';
import type { RefClause, RefEntry, RefPolicy, Sel } from './reference.ts';

const NAMES = ['jo', 'Jo', 'sam', 'cfo', 'kim', 'zoë', 'zoe\u0308', 'ada'];
const DOMAINS = ['example.com', 'Example.com', 'other.org'];
const GROUPS = ['Payroll', 'Payroll Admins', 'Finance', 'Café', 'Cafe\u0301', 'A*', 'gone'];
const DEPARTMENTS = ['Finance', 'Finance Ops', 'People', 'Légal', 'Le\u0301gal'];
const LEVELS = ['Lead', 'Head'];
const DAYS = ['2026-01-01', '2026-06-30', '2026-12-31'];
const GROUP_IDS = GROUPS.map((name) => idOf(`group ${name}`));
const USER_IDS = Array.from({ length: 7 }, (_, index) => idOf(`person ${index}`));

const kind = fc.constantFrom('team' as const, 'department' as const);
const groups: fc.Arbitrary<Group[]> = fc.uniqueArray(
  fc.record(
    { id: fc.constantFrom(...GROUP_IDS), name: fc.constantFrom(...GROUPS.slice(0, -1)), kind },
    { requiredKeys: ['id', 'name'] },
  ),
  {
    minLength: 2,
    maxLength: 6,
    selector: ({ id }) => id,
  },
);

const address = fc
  .tuple(fc.constantFrom(...NAMES), fc.constantFrom(...DOMAINS))
  .map(([name, domain]) => `${name}@${domain}`);

const several = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | T[]> =>
  fc.oneof({ weight: 3, arbitrary: one }, { weight: 2, arbitrary: fc.array(one, { maxLength: 3 }) });

const state: fc.Arbitrary<Pick<Person, 'active' | 'pending'>> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({ active: true }) },
  { weight: 1, arbitrary: fc.constant({ active: false }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(...PENDING_STATES).map((pending) => ({ active: false, pending })),
  },
);

const person: fc.Arbitrary<Omit<Person, 'id' | 'active'>> = fc.record({
  userName: fc.oneof(
    { weight: 8, arbitrary: address },
    { weight: 1, arbitrary: fc.constantFrom('jo', 'everyone-else') },
  ),
  addresses: fc.array(
    address.map((one) => one.toLowerCase()),
    { maxLength: 1 },
  ),
  groups: fc.uniqueArray(fc.constantFrom(...GROUP_IDS), { maxLength: 3 }),
  managerId: fc.option(fc.constantFrom(...USER_IDS, 'nobody'), { nil: undefined }),
  attributes: fc.record(
    {
      department: several(fc.constantFrom(...DEPARTMENTS)),
      'cost-center': several(fc.constantFrom('1', '2')),
      level: fc.constantFrom(...LEVELS),
      'end-date': fc.constantFrom(...DAYS),
    },
    { requiredKeys: [] },
  ),
  custom: fc.constant(undefined),
});

const ALWAYS = ['membership', 'team', 'domain', 'department', 'cost-center'] as const;
const SOMETIMES = ['level', 'manager', 'end-date', 'group-kind', 'group-catalogue'] as const;

export const snapshots: fc.Arbitrary<Snapshot> = fc
  .record({
    people: fc
      .array(fc.tuple(person, state), { maxLength: USER_IDS.length })
      .map((people) => people.map(([one, is], index) => ({ ...one, ...is, id: USER_IDS[index]! }))),
    groups,
    roles: fc.constant(undefined),
    sources: fc.constant(['scim' as const]),
    facts: fc
      .oneof(fc.subarray([...SOMETIMES]), fc.constant([...SOMETIMES]))
      .map((known) => new Set<Fact>([...ALWAYS, ...known])),
  })
  .map((all) => (all.facts.has('group-kind') ? all : { ...all, groups: all.groups.map(withoutKind) }));

/** Where the kind of a group is unknown, no group has one. */
function withoutKind({ id, name }: Group): Group {
  return { id, name };
}

const someone = fc.oneof(address, fc.constantFrom('jo', 'nobody@example.com'));

const where: fc.Arbitrary<Sel> = fc
  .record(
    {
      department: fc.oneof(
        fc.constantFrom('Finance', 'Fin*', '*', 'present', 'absent', 'finance', 'Légal'),
        fc.uniqueArray(fc.constantFrom('People', 'F*s', 'absent', 'Le\u0301gal'), {
          minLength: 1,
          maxLength: 3,
        }),
      ),
      level: fc.constantFrom('Lead', 'absent', 'present', ['Lead', 'Head']),
      domain: fc.constantFrom('example.com', 'OTHER.ORG', '*.com', ['other.org', 'example.com']),
      'cost-center': fc.constantFrom('1', '*', 'present', 'absent', ['1', '2'], ['2', 'absent']),
      team: fc.constantFrom('Payroll*', 'Café', 'gone', 'A\\*', 'present', 'absent'),
      'end-date': fc.oneof(
        fc.constantFrom('present', 'absent', '2026-06-30'),
        fc.constant({ before: '2026-06-30' }),
        fc.constant({ after: '2026-01-01', before: '2026-12-31' }),
        fc.constant({ after: '2026-06-30' }),
      ),
    },
    { requiredKeys: [] },
  )
  .filter((conditions) => Object.keys(conditions).length > 0) as fc.Arbitrary<Sel>;

const { selector } = fc.letrec<{ selector: Sel; list: Sel[] }>((tie) => ({
  list: fc.array(tie('selector'), { minLength: 1, maxLength: 3 }),
  selector: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    someone,
    where,
    fc.constant('everyone'),
    fc.constantFrom(...USER_IDS, idOf('unknown id')).map((id) => ({ id })),
    fc.constantFrom('first', 'second').map((set) => ({ set })),
    fc.constantFrom(...GROUPS, ...GROUP_IDS.slice(0, 2)).map((group) => ({ group })),
    fc.record({
      'reports-to': fc.oneof(someone, fc.constantFrom(...USER_IDS)),
      depth: fc.constantFrom('all', 'direct'),
    }),
    tie('list').map((any) => ({ any })),
    tie('list').map((all) => ({ all })),
    tie('selector').map((not) => ({ not })),
  ),
}));

const people = fc.array(selector, { maxLength: 4 });
const count = fc
  .record({ min: fc.nat(3), max: fc.nat(3) }, { requiredKeys: [] })
  .filter(({ min, max }) => (min !== undefined || max !== undefined) && (min ?? 0) <= (max ?? 9));

const clause: fc.Arbitrary<Sel[] | RefClause> = fc.oneof(
  people,
  fc.record({ exactly: people, never: people, count }, { requiredKeys: ['exactly'] }),
  fc
    .record({ 'at-least': people, 'at-most': people, never: people, count }, { requiredKeys: [] })
    .filter((one) => Object.keys(one).length > 0),
);

const target = fc.oneof(
  fc.record({ name: fc.constantFrom(...GROUPS.map(escaped), 'Payroll*', '*') }),
  fc.record({ name: fc.constantFrom(...GROUPS), id: fc.constantFrom(...GROUP_IDS) }),
);
// Entries of a kind are fewer: most of them miss their group, and a policy that binds to nothing tests nothing.
const entry: fc.Arbitrary<RefEntry> = fc
  .tuple(
    target,
    fc.oneof({ weight: 4, arbitrary: clause }, { weight: 1, arbitrary: fc.constant(undefined) }),
    fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: kind }),
  )
  .map(([named, members, ofKind]) => ({
    ...named,
    ...(ofKind === undefined ? {} : { kind: ofKind }),
    ...(members === undefined ? {} : { members }),
  }));

/** Of two exact entries for one group only the first is kept: the second would be a mistake of the policy. */
function distinct(entries: RefEntry[]): RefEntry[] {
  const kept: RefEntry[] = [];
  for (const entry of entries) if (!kept.some((other) => isSame(entry, other))) kept.push(entry);
  return kept;
}

function isSame(a: RefEntry, b: RefEntry): boolean {
  if (isPattern(a) || isPattern(b)) return false;
  if (a.id !== undefined && a.id === b.id) return true;
  if (literal(a) !== literal(b) || (a.id !== undefined && b.id !== undefined)) return false;
  const [byName, other] = a.id === undefined ? [a, b] : [b, a];
  return byName.kind === undefined || byName.kind === other.kind || (!other.id && !other.kind);
}

function isPattern({ id, name }: RefEntry): boolean {
  return id === undefined && name.replace(/\\[*\\]/g, '').includes('*');
}

function literal({ id, name }: RefEntry): string {
  return (id === undefined ? name.replace(/\\([*\\])/g, '$1') : name).normalize('NFC');
}

function escaped(name: string): string {
  return name.replace(/[\\*]/g, '\\$&');
}

const leaf = fc.oneof(someone, where, fc.constant('everyone'));
export const policies: fc.Arbitrary<RefPolicy> = fc.record(
  {
    version: fc.constant(1 as const),
    sets: fc.record({
      first: fc.array(leaf, { maxLength: 3 }),
      second: fc.array(fc.oneof(leaf, fc.constant({ set: 'first' })), { maxLength: 3 }),
    }),
    accounts: clause,
    groups: fc.array(entry, { minLength: 1, maxLength: 5 }).map(distinct),
    'separation-of-duties': fc
      .array(
        fc.uniqueArray(
          fc.constantFrom('Payroll', 'Payroll*', 'Finance', 'Café', 'A\\*', '*', ...GROUP_IDS.slice(0, 3)),
          {
            minLength: 2,
            maxLength: 3,
          },
        ),
        { maxLength: 2 },
      )
      .map((lists) => lists.map((list, index) => ({ name: `apart-${index}`, 'never-together': list }))),
    requirements: fc
      .array(fc.tuple(selector, selector), { maxLength: 2 })
      .map((pairs) =>
        pairs.map(([when, require], index) => ({ name: `requirement-${index}`, when, require })),
      ),
  },
  { requiredKeys: ['version', 'sets'] },
) as fc.Arbitrary<RefPolicy>;
