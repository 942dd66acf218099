import type { Access, AccessPerson, Entitlement, Expectation, Holding } from '../model/access.ts';
import { compare } from '../model/compare.ts';
import type { Location } from '../model/problem.ts';
import type { ReportedFinding } from '../model/report.ts';
import { type Group, isLive, type Person } from '../model/snapshot.ts';
import type { Clause, Entry, PeopleList, Place } from '../policy/types.ts';
import type { Binding, Evaluation } from './evaluation.ts';
import { type ListMatcher, NO, type SelectorCompiler, UNKNOWN, YES } from './selectors.ts';

/** Who has what, with what the policy says of each; `findings` are those of the same evaluation. */
export function accessOf(evaluation: Evaluation, findings: readonly ReportedFinding[]): Access {
  const people = sortedPeople(evaluation);
  const targets = targetsOf(evaluation);
  const concerns = byPerson(findings, targets);
  const judge = judgeOf(evaluation);
  return {
    people: people.map(([, shown]) => shown),
    entitlements: targets.all.map(({ entitlement }) => entitlement),
    untold: untoldBy(evaluation),
    *holdings() {
      for (const [person, shown] of people) {
        const concerned = concerns.get(person.id);
        for (const target of held(person, targets, concerned)) {
          const found = concerned?.get(target) ?? NONE;
          const judged = judge(person, target, found);
          yield { person: shown, entitlement: target.entitlement, ...judged, findings: found };
        }
      }
    },
  };
}

const NONE: readonly ReportedFinding[] = [];

const FACTS = { groups: 'membership', roles: 'role-holders', managers: 'manager' } as const;

function untoldBy({ population }: Evaluation): NonNullable<Access['untold']> {
  const all = Object.keys(FACTS) as (keyof typeof FACTS)[];
  return all.filter((kind) => !population.snapshot.facts.has(FACTS[kind]));
}

/** An entitlement, with what the entries about it say of its holders. */
interface Target {
  readonly entitlement: Entitlement;
  readonly opinions: readonly Opinion[];
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
    const target = (group && groups.get(group.id)) ?? (role && roles.get(role.id)) ?? account;
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
  const groupClaims = claimsByTarget(evaluation.groupBindings());
  const roleClaims = claimsByTarget(evaluation.roleBindings());
  const catalogue = sorted(population.roles() ?? []);
  const unordered = [
    accountTarget(evaluation),
    ...sorted([...population.groups, ...unlistedGroups(evaluation)]).map(({ id, name, kind }) =>
      targetOf({ type: 'group', id, name, ...(kind ? { kind } : {}) }, groupClaims.get(id), evaluation),
    ),
    ...catalogue.map(({ id, name }) => targetOf({ type: 'role', id, name }, roleClaims.get(id), evaluation)),
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
    for (const holder of new Set(holders)) {
      const held = rolesOf.get(holder);
      if (held) held.push(roles.get(id)!);
      else rolesOf.set(holder, [roles.get(id)!]);
    }
  return { all, account: all[0]!, groups: byId('group'), roles, rolesOf };
}

/** Groups that people are in and that no source lists: access all the same, under the only name that there is. */
function unlistedGroups({ population }: Evaluation): Pick<Group, 'id' | 'name' | 'kind'>[] {
  return [...population.referredGroups()]
    .filter((id) => population.group(id) === undefined)
    .map((id) => ({ id, name: id }));
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
    opinions: clause ? [opinionOf(clause, compiler)] : [],
  };
}

function sorted<T extends { readonly id: string; readonly name: string }>(targets: readonly T[]): T[] {
  return [...targets].sort((a, b) => compare(a.name, b.name) || compare(a.id, b.id));
}

/** An entry, and whether it is about a target: `isOpen` where nobody can tell. */
interface Claim {
  readonly entry: Entry;
  readonly isOpen: boolean;
}

function claimsByTarget<T extends { readonly id: string }>(
  bindings: readonly Binding<T>[],
): ReadonlyMap<string, readonly Claim[]> {
  const claims = new Map<string, Claim[]>();
  const add = (targets: readonly T[], claim: Claim): void => {
    for (const { id } of targets) claims.set(id, [...(claims.get(id) ?? []), claim]);
  };
  for (const { entry, targets, ambiguous = [], unclear } of bindings) {
    add(targets, { entry, isOpen: false });
    add([...ambiguous, ...(unclear?.targets ?? [])], { entry, isOpen: true });
  }
  return claims;
}

function targetOf(
  what: Pick<Entitlement, 'type' | 'id' | 'name' | 'kind'>,
  claims: readonly Claim[] = [],
  { policy, compiler }: Evaluation,
): Omit<Target, 'order'> {
  const entries = claims.filter(({ isOpen }) => !isOpen).map(({ entry }) => entry);
  const owner = entries.find((entry) => entry.owner !== undefined)?.owner;
  return {
    entitlement: {
      ...what,
      ...(owner === undefined ? {} : { owner }),
      controls: [...new Set(entries.flatMap(({ controls }) => controls))],
      locations: entries.map(({ place }) => policy.locate(place)),
    },
    opinions: claims.map(({ entry, isOpen }) => {
      if (isOpen) return () => ({ expectation: 'unknown', place: entry.place });
      if (!entry.clause) return () => ({ expectation: 'not-limited', place: entry.place });
      return opinionOf(entry.clause, compiler);
    }),
  };
}

/** What somebody has, and what findings about somebody concern, each once and in the order in which entitlements are shown. */
function held(person: Person, targets: Targets, concerned: Concerns | undefined): readonly Target[] {
  const all: Target[] = isLive(person) ? [targets.account] : [];
  for (const id of person.groups) {
    const target = targets.groups.get(id);
    if (target) all.push(target);
  }
  for (const target of targets.rolesOf.get(person.id) ?? []) all.push(target);
  // Hardly anybody has a finding, and a set for everybody would cost more than all the rest.
  const each = concerned ? [...new Set([...all, ...concerned.keys()])] : all;
  return each.sort((a, b) => a.order - b.order);
}

type Judged = Pick<Holding, 'expectation' | 'location'>;
type Judge = (person: Person, target: Target, findings: readonly ReportedFinding[]) => Judged;

function judgeOf({ policy }: Evaluation): Judge {
  // There are as many questions as memberships, and far fewer places.
  const located = new Map<Place, Location>();
  const locate = (place: Place): Location => {
    const known = located.get(place) ?? policy.locate(place);
    located.set(place, known);
    return known;
  };
  return (person, { opinions }, findings) => {
    const missing = complaint(findings, 'missing');
    if (missing) return { expectation: 'missing', location: missing.location };
    if (!isLive(person)) return { expectation: 'inactive' };
    const worst = worstOf(opinions, person);
    if (!worst) return { expectation: 'not-governed' };
    const { expectation, place } = worst;
    // Of several entries that complain, the finding names the one that weighs most.
    const named = complaint(findings, expectation)?.location;
    return { expectation, location: named ?? locate(place) };
  };
}

/** The finding that says of somebody what an expectation says: `missing-member`, `unexpected-account` … */
function complaint(
  findings: readonly ReportedFinding[],
  expectation: Expectation,
): ReportedFinding | undefined {
  if (findings.length === 0) return undefined;
  return findings.find(({ rule }) => rule.startsWith(`${expectation}-`));
}

/** What one entry complains of or leaves open, another cannot make good. */
const WORST_FIRST = [
  'forbidden',
  'unexpected',
  'unknown',
  'expected',
  'not-limited',
] as const satisfies Expectation[];

interface Judgement {
  readonly expectation: (typeof WORST_FIRST)[number];
  readonly place: Place;
}

/** What one entry says of somebody who holds what it is about. */
type Opinion = (person: Person) => Judgement;

function worstOf(opinions: readonly Opinion[], person: Person): Judgement | undefined {
  let worst: Judgement | undefined;
  for (const opinion of opinions) {
    const judgement = opinion(person);
    if (!worst || isWorse(judgement, worst)) worst = judgement;
  }
  return worst;
}

function isWorse(a: Judgement, b: Judgement): boolean {
  return WORST_FIRST.indexOf(a.expectation) < WORST_FIRST.indexOf(b.expectation);
}

/** Holds one person after the other against a clause, as `checkClause` does with all at once. */
function opinionOf(clause: Clause, compiler: SelectorCompiler): Opinion {
  const { exactly, atLeast, atMost, never } = clause;
  const matcher = (list: PeopleList | undefined): ListMatcher | undefined => list && compiler.list(list);
  const limit = exactly ?? atMost;
  const permitted = matcher(limit);
  const needed = matcher(atLeast);
  const forbidden = matcher(never);
  return (person) => {
    const prohibited = forbidden ? forbidden.test(person) : NO;
    if (prohibited === YES) return { expectation: 'forbidden', place: never!.place };
    const byLimit = permitted ? permitted.test(person) : NO;
    const byNeed = byLimit !== YES && needed ? needed.test(person) : NO;
    const allowed = Math.max(byLimit, byNeed);
    if (permitted && allowed === NO) return { expectation: 'unexpected', place: limit!.place };
    if (prohibited === UNKNOWN) return { expectation: 'unknown', place: never!.place };
    if (allowed === YES) {
      const claimant = (byLimit === YES ? permitted : needed)!.claimant(person);
      return { expectation: 'expected', place: claimant?.place ?? clause.place };
    }
    if (!permitted) return { expectation: 'not-limited', place: clause.place };
    return { expectation: 'unknown', place: (byLimit === UNKNOWN ? limit : atLeast)!.place };
  };
}
