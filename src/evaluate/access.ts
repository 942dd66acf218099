import type { Access, AccessPerson, Entitlement, Expectation, Holding } from '../model/access.ts';
import { compare } from '../model/compare.ts';
import type { ReportedFinding } from '../model/report.ts';
import { isLive, type Person } from '../model/snapshot.ts';
import type { Clause, Entry, PeopleList, Place } from '../policy/types.ts';
import type { Binding, Evaluation } from './evaluation.ts';
import { type ListMatcher, NO, type SelectorCompiler, UNKNOWN, YES } from './selectors.ts';

/** Who has what, with what the policy says of each; `findings` are those of the same evaluation. */
export function accessOf(evaluation: Evaluation, findings: readonly ReportedFinding[]): Access {
  const people = sortedPeople(evaluation);
  const targets = targetsOf(evaluation);
  const concerns = byPerson(findings, targets);
  return {
    people: people.map(([, shown]) => shown),
    entitlements: targets.all.map(({ entitlement }) => entitlement),
    *holdings() {
      for (const [person, shown] of people) {
        const concerned = concerns.get(person.id);
        for (const target of held(person, targets, concerned)) {
          const found = concerned?.get(target) ?? [];
          const judged = judge(person, target, found, evaluation);
          yield { person: shown, entitlement: target.entitlement, ...judged, findings: found };
        }
      }
    },
  };
}

/** An entitlement, with the clauses that are about it. */
interface Target {
  readonly entitlement: Entitlement;
  readonly clauses: readonly Judge[];
  /** Its place among all. */
  readonly order: number;
}

interface Targets {
  /** The account first. */
  readonly all: readonly Target[];
  readonly account: Target;
  readonly groups: ReadonlyMap<string, Target>;
  readonly roles: ReadonlyMap<string, Target>;
  /** Roles by the id of their holder. */
  readonly rolesOf: ReadonlyMap<string, readonly Target[]>;
}

type Concerns = ReadonlyMap<Target, readonly ReportedFinding[]>;

/** Findings by person and by what they are about; about the account, where that is nothing that can be held. */
function byPerson(
  findings: readonly ReportedFinding[],
  { account, groups, roles }: Targets,
): ReadonlyMap<string, Concerns> {
  const concerns = new Map<string, Map<Target, ReportedFinding[]>>();
  for (const finding of findings) {
    const { user, group, role } = finding;
    if (!user) continue;
    const target = groups.get(group?.id ?? '') ?? roles.get(role?.id ?? '') ?? account;
    const own = concerns.get(user.id) ?? new Map<Target, ReportedFinding[]>();
    concerns.set(user.id, own.set(target, [...(own.get(target) ?? []), finding]));
  }
  return concerns;
}

function sortedPeople(evaluation: Evaluation): (readonly [Person, AccessPerson])[] {
  const { population } = evaluation;
  const managers = population.snapshot.facts.has('manager');
  return population.people
    .map((person) => {
      const manager = managers ? population.person(person.managerId ?? '') : undefined;
      const shown: AccessPerson = {
        id: person.id,
        name: evaluation.show(person),
        status: person.active ? 'active' : (person.pending ?? 'inactive'),
        ...(manager ? { manager: evaluation.show(manager) } : {}),
      };
      return [person, shown] as const;
    })
    .sort(([, a], [, b]) => compare(a.name, b.name) || compare(a.id, b.id));
}

function targetsOf(evaluation: Evaluation): Targets {
  const { population } = evaluation;
  const groupEntries = entriesByTarget(evaluation.groupBindings());
  const roleEntries = entriesByTarget(evaluation.roleBindings());
  const catalogue = sorted(population.roles() ?? []);
  const unordered = [
    accountTarget(evaluation),
    ...sorted(population.groups).map(({ id, name, kind }) =>
      targetOf({ type: 'group', id, name, ...(kind ? { kind } : {}) }, groupEntries.get(id), evaluation),
    ),
    ...catalogue.map(({ id, name }) => targetOf({ type: 'role', id, name }, roleEntries.get(id), evaluation)),
  ];
  const all = unordered.map((target, order) => ({ ...target, order }));
  const byId = (type: Entitlement['type']): ReadonlyMap<string, Target> =>
    new Map(
      all
        .filter(({ entitlement }) => entitlement.type === type)
        .map((target) => [target.entitlement.id, target]),
    );
  const roles = byId('role');
  const rolesOf = new Map<string, Target[]>();
  for (const { id, holders = [] } of catalogue)
    for (const holder of holders) rolesOf.set(holder, [...(rolesOf.get(holder) ?? []), roles.get(id)!]);
  return { all, account: all[0]!, groups: byId('group'), roles, rolesOf };
}

function accountTarget({ policy, compiler }: Evaluation): Omit<Target, 'order'> {
  const clause = policy.accounts;
  return {
    entitlement: {
      type: 'account',
      id: '',
      name: 'Leapsome account',
      controls: [],
      locations: clause ? [policy.locate(clause.place)] : [],
    },
    clauses: clause ? [judgeOf(clause, compiler)] : [],
  };
}

function sorted<T extends { readonly id: string; readonly name: string }>(targets: readonly T[]): T[] {
  return [...targets].sort((a, b) => compare(a.name, b.name) || compare(a.id, b.id));
}

function entriesByTarget<T extends { readonly id: string }>(
  bindings: readonly Binding<T>[],
): ReadonlyMap<string, readonly Entry[]> {
  const entries = new Map<string, Entry[]>();
  for (const { entry, targets } of bindings)
    for (const { id } of targets) entries.set(id, [...(entries.get(id) ?? []), entry]);
  return entries;
}

function targetOf(
  what: Pick<Entitlement, 'type' | 'id' | 'name' | 'kind'>,
  entries: readonly Entry[] = [],
  evaluation: Evaluation,
): Omit<Target, 'order'> {
  const owner = entries.find((entry) => entry.owner !== undefined)?.owner;
  return {
    entitlement: {
      ...what,
      ...(owner === undefined ? {} : { owner }),
      controls: [...new Set(entries.flatMap(({ controls }) => controls))],
      locations: entries.map(({ place }) => evaluation.policy.locate(place)),
    },
    clauses: entries.flatMap(({ clause }) => (clause ? [judgeOf(clause, evaluation.compiler)] : [])),
  };
}

/** What somebody has, and what findings about somebody concern, each once and in the order in which entitlements are shown. */
function held(person: Person, targets: Targets, concerned: Concerns | undefined): readonly Target[] {
  const found = new Set<Target>(concerned?.keys());
  if (isLive(person)) found.add(targets.account);
  for (const id of person.groups) {
    const target = targets.groups.get(id);
    if (target) found.add(target);
  }
  for (const target of targets.rolesOf.get(person.id) ?? []) found.add(target);
  return [...found].sort((a, b) => a.order - b.order);
}

type Judged = Pick<Holding, 'expectation' | 'location'>;

const MISSING: ReadonlySet<string> = new Set(['missing-member', 'missing-role-holder', 'missing-account']);

function judge(
  person: Person,
  { clauses }: Target,
  findings: readonly ReportedFinding[],
  { policy }: Evaluation,
): Judged {
  const missing = findings.find(({ rule }) => MISSING.has(rule));
  if (missing) return { expectation: 'missing', location: missing.location };
  if (!isLive(person)) return { expectation: 'inactive' };
  const judged = clauses.map((each) => each(person));
  const worst = WORST_FIRST.flatMap(
    (expectation) => judged.find((one) => one.expectation === expectation) ?? [],
  )[0];
  if (!worst) return { expectation: 'not-governed' };
  return {
    expectation: worst.expectation,
    ...(worst.place ? { location: policy.locate(worst.place) } : {}),
  };
}

/** What one entry complains of or leaves open, another cannot make good. */
const WORST_FIRST = [
  'forbidden',
  'unexpected',
  'unknown',
  'expected',
  'not-limited',
] as const satisfies Expectation[];

type Judge = (person: Person) => {
  readonly expectation: (typeof WORST_FIRST)[number];
  readonly place?: Place;
};

/** Holds one person after the other against a clause. */
function judgeOf(clause: Clause, compiler: SelectorCompiler): Judge {
  const matcher = (list: PeopleList | undefined): ListMatcher | undefined => list && compiler.list(list);
  const permitted = matcher(clause.exactly ?? clause.atMost);
  const needed = matcher(clause.atLeast);
  const never = matcher(clause.never);
  const limit = clause.exactly ?? clause.atMost;
  return (person) => {
    const prohibited = never ? never.test(person) : NO;
    if (prohibited === YES) return { expectation: 'forbidden', place: clause.never!.place };
    for (const list of [permitted, needed]) {
      if (list?.test(person) !== YES) continue;
      if (prohibited === UNKNOWN) return { expectation: 'unknown', place: clause.never!.place };
      return { expectation: 'expected', place: list.claimant(person)?.place ?? clause.place };
    }
    if (prohibited === UNKNOWN) return { expectation: 'unknown', place: clause.never!.place };
    if (!permitted) return { expectation: 'not-limited', place: clause.place };
    const isOpen = permitted.test(person) === UNKNOWN || needed?.test(person) === UNKNOWN;
    return { expectation: isOpen ? 'unknown' : 'unexpected', place: limit!.place };
  };
}
