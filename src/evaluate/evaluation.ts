import type { Group, Person, Role } from '../model/snapshot.ts';
import { covers, glob, normal } from '../policy/glob.ts';
import type { Clause, Entry, Exception, Place, Policy } from '../policy/types.ts';
import { type ClauseResult, checkClause } from './clauses.ts';
import { foldAddress, type Population } from './population.ts';
import { type Ambiguity, type Dangling, SelectorCompiler } from './selectors.ts';

/** An entry held against one group or role that it governs. */
export interface Checked<T> {
  readonly entry: Entry;
  readonly target: T;
  readonly result: ClauseResult;
}

/** Which live groups (or roles) each entry is about. */
export interface Binding<T> {
  readonly entry: Entry;
  readonly targets: readonly T[];
  /** An entry by name that two groups answer to: it binds to none. */
  readonly ambiguous?: readonly T[];
  /** The include that the entry came through may not govern these. */
  readonly notAllowed?: readonly T[];
}

/** How an exception stands at the time of the run. */
export interface ExceptionUse {
  readonly exception: Exception;
  readonly state: 'not-yet' | 'in-force' | 'expired';
  /** Findings that it excuses, or would excuse if it were in force. */
  readonly matches: number;
}

export interface EvaluationOptions {
  readonly policy: Policy;
  readonly population: Population;
  /** Milliseconds since the epoch: the clock of exceptions and end dates. */
  readonly asOf: number;
  readonly personalData: 'show' | 'mask';
}

/** Everything that rules ask of a policy and a population, worked out when first asked for. */
export class Evaluation {
  readonly policy: Policy;
  readonly population: Population;
  readonly asOf: number;
  readonly compiler: SelectorCompiler;
  /** Filled once all other rules have run, for the rules about exceptions. */
  exceptionUses: readonly ExceptionUse[] = [];
  readonly #mask: boolean;
  #groupBindings: readonly Binding<Group>[] | undefined;
  #roleBindings: readonly Binding<Role>[] | undefined;
  #groups: readonly Checked<Group>[] | undefined;
  #roles: readonly Checked<Role>[] | undefined;
  #accounts: { readonly clause: Clause; readonly result: ClauseResult } | undefined;

  constructor(options: EvaluationOptions) {
    this.policy = options.policy;
    this.population = options.population;
    this.asOf = options.asOf;
    this.#mask = options.personalData === 'mask';
    this.compiler = new SelectorCompiler(options.population);
  }

  /** The person as people may see them: the user name, or a shortened id when the policy does not name the person. */
  show(person: Person): string {
    return this.mayShow(person) ? person.userName : `user ${shortId(person.id)}`;
  }

  mayShow(person: Person): boolean {
    if (!this.#mask) return true;
    const { named } = this.policy;
    return (
      named.has(foldAddress(person.userName)) ||
      named.has(person.id.toLowerCase()) ||
      person.addresses.some((address) => named.has(foldAddress(address)))
    );
  }

  groupBindings(): readonly Binding<Group>[] {
    this.#groupBindings ??= bind(this.policy.groups, this.population.groups);
    return this.#groupBindings;
  }

  roleBindings(): readonly Binding<Role>[] {
    this.#roleBindings ??= bind(this.policy.roles ?? [], this.population.roles() ?? []);
    return this.#roleBindings;
  }

  /** Every governed group against its clause. */
  groupChecks(): readonly Checked<Group>[] {
    this.#groups ??= this.groupBindings().flatMap(({ entry, targets }) => {
      const { clause } = entry;
      if (!clause) return [];
      return targets.map((group) => ({
        entry,
        target: group,
        result: this.#check(clause, this.population.activeMembers(group.id), (person) =>
          person.groups.includes(group.id),
        ),
      }));
    });
    return this.#groups;
  }

  /** Every governed role whose holders are known against its clause. */
  roleChecks(): readonly Checked<Role>[] {
    this.#roles ??= this.roleBindings().flatMap(({ entry, targets }) => {
      const { clause } = entry;
      if (!clause) return [];
      return targets.flatMap((role) => {
        if (!role.holders) return [];
        const ids = new Set(role.holders);
        const people = role.holders
          .flatMap((id) => this.population.person(id) ?? [])
          .filter((person) => person.active);
        return [{ entry, target: role, result: this.#check(clause, people, (person) => ids.has(person.id)) }];
      });
    });
    return this.#roles;
  }

  /** All active accounts against the `accounts` clause. */
  accountsCheck(): { readonly clause: Clause; readonly result: ClauseResult } | undefined {
    const clause = this.policy.accounts;
    if (!clause) return undefined;
    this.#accounts ??= {
      clause,
      result: this.#check(clause, this.population.active, (person) => person.active),
    };
    return this.#accounts;
  }

  /** Every clause that was held against something. */
  results(): readonly ClauseResult[] {
    const accounts = this.accountsCheck();
    return [
      ...(accounts ? [accounts.result] : []),
      ...this.groupChecks().map((c) => c.result),
      ...this.roleChecks().map((c) => c.result),
    ];
  }

  /** Names in selectors that nothing in Leapsome has. */
  dangling(kind: Dangling['kind']): readonly Dangling[] {
    return [...this.results(), ...this.#single()]
      .flatMap((result) => result.dangling)
      .filter((dangling) => dangling.kind === kind);
  }

  ambiguities(): readonly Ambiguity[] {
    const entries = this.groupBindings().flatMap(({ entry, ambiguous }) =>
      ambiguous
        ? [
            {
              kind: 'group' as const,
              name: entry.name,
              ids: ambiguous.map((group) => group.id),
              place: entry.place,
            },
          ]
        : [],
    );
    return [...entries, ...[...this.results(), ...this.#single()].flatMap((result) => result.ambiguous)];
  }

  doubts(): readonly string[] {
    return [...new Set([...this.results(), ...this.#single()].flatMap((result) => result.doubts))];
  }

  /** True when the group names of a separation or selector match this group. */
  groupsMatching(name: string): { groups: readonly Group[]; ambiguous: boolean } {
    const exact = this.population.groupsNamed(name);
    if (exact.length > 0) return { groups: exact, ambiguous: exact.length > 1 };
    const matches = glob(name);
    return { groups: this.population.groups.filter((group) => matches(group.name)), ambiguous: false };
  }

  #single() {
    return this.policy.requirements.flatMap((requirement) => [
      this.compiler.one(requirement.when),
      this.compiler.one(requirement.require),
    ]);
  }

  #check(clause: Clause, active: readonly Person[], has: (person: Person) => boolean): ClauseResult {
    return checkClause(clause, { active, has }, this.population, this.compiler);
  }
}

interface Target {
  readonly id: string;
  readonly name: string;
}

function bind<T extends Target>(entries: readonly Entry[], targets: readonly T[]): Binding<T>[] {
  const byId = new Map(targets.map((target) => [target.id, target]));
  const byName = new Map<string, T[]>();
  for (const target of targets) {
    const name = normal(target.name);
    byName.set(name, [...(byName.get(name) ?? []), target]);
  }
  return entries.map((entry) => {
    const found = find(entry, targets, byId, byName);
    if (!entry.glob && found.length > 1) return { entry, targets: [], ambiguous: found };
    const allowed = found.filter((target) => mayDefine(entry, target.name));
    const notAllowed = found.filter((target) => !allowed.includes(target));
    return { entry, targets: allowed, ...(notAllowed.length > 0 ? { notAllowed } : {}) };
  });
}

function find<T extends Target>(
  entry: Entry,
  targets: readonly T[],
  byId: Map<string, T>,
  byName: Map<string, T[]>,
): readonly T[] {
  if (entry.id !== undefined) {
    const target = byId.get(entry.id);
    return target ? [target] : [];
  }
  if (!entry.glob) return byName.get(entry.name) ?? [];
  const matches = glob(entry.name);
  return targets.filter((target) => matches(target.name));
}

/** An id pins an entry to a group of any name, so the live name is held against `may-define` too. */
function mayDefine(entry: Entry, liveName: string): boolean {
  const escaped = normal(liveName).replace(/[\\*]/g, '\\$&');
  return entry.mayDefine.every((globs) => globs.some((outer) => covers(outer, escaped)));
}

function shortId(id: string): string {
  return id.length > 12 ? `${id.slice(0, 8)}…${id.slice(-4)}` : id;
}

/** Where findings about nothing in particular point to: the rule's own line if the policy has one. */
export function rulePlace(policy: Policy, rule: string): Place {
  return policy.rules[rule]?.place ?? policy.top;
}
