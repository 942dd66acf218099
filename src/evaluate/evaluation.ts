import { compare } from '../model/compare.ts';
import { SOURCE_LABELS } from '../model/facts.ts';
import type { ReportedUser } from '../model/report.ts';
import { shortId } from '../model/short-id.ts';
import { ATTRIBUTE_KINDS, type Group, isLive, type Person, type Role } from '../model/snapshot.ts';
import { covers, glob, isGlob, literal, normal } from '../policy/glob.ts';
import type { Clause, Entry, Exception, PeopleList, Place, Policy } from '../policy/types.ts';
import { enumerate } from '../policy/words.ts';
import { type ClauseResult, checkClause, type Subject } from './clauses.ts';
import { foldAddress, type Population } from './population.ts';
import {
  type Ambiguity,
  type Dangling,
  nobodyInWords,
  SelectorCompiler,
  unreportedReason,
} from './selectors.ts';

/** A sentence names no more groups than this. */
const MOST_NAMED = 3;

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
  /** These answer to the entry, but are of another kind than it says. */
  readonly ofOtherKind?: readonly T[];
  /** Whether the entry is about these is unknown, because their kind is. */
  readonly unclear?: { readonly targets: readonly T[]; readonly reason: string };
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
  /** Custom attributes that the policy names and that nobody asked the sources for: unknown, never "no". */
  readonly unread?: ReadonlySet<string>;
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
  #governed: { readonly kinds: ReadonlySet<unknown>; readonly ids: ReadonlySet<string> } | undefined;
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
    this.compiler = new SelectorCompiler(options.population, options.unread, this.#mask);
  }

  /** The person as reports hold them: never more than may be shown. */
  reported(person: Person): ReportedUser {
    const email = this.shownName(person);
    return email === undefined ? { id: person.id } : { id: person.id, email };
  }

  /** The person as people may see them: the user name, or a shortened id when the policy writes no address of the person. */
  show(person: Person): string {
    return this.shownName(person) ?? `user ${shortId(person.id)}`;
  }

  /** What the person may be called by: the user name, or of a masked person only an address that the policy itself writes. */
  shownName(person: Person): string | undefined {
    if (!this.#mask) return person.userName;
    const { named } = this.policy;
    // Whoever is named by id alone stays an id: the policy does not say which address that is.
    if (named.has(foldAddress(person.userName))) return person.userName;
    // A further address names the person only where it is nobody's user name; the user name itself stays unsaid.
    return person.addresses.find(
      (address) => named.has(foldAddress(address)) && this.population.accounts(address).includes(person),
    );
  }

  groupBindings(): readonly Binding<Group>[] {
    this.#groupBindings ??= bind(this.policy.groups, this.population.groups, (entry, found) =>
      this.#byKind(entry, found),
    );
    return this.#groupBindings;
  }

  roleBindings(): readonly Binding<Role>[] {
    this.#roleBindings ??= bind(this.policy.roles ?? [], this.population.roles() ?? []);
    return this.#roleBindings;
  }

  /**
   * True for a department and its like: to a policy they are attributes of people, and everybody has one. They become
   * groups to it by an entry of their kind, or one that is about them.
   */
  isAttribute({ id, kind }: Group): boolean {
    if (!ATTRIBUTE_KINDS.has(kind)) return false;
    this.#governed ??= {
      kinds: new Set(this.policy.groups.map(({ ofKind }) => ofKind)),
      ids: new Set(
        this.groupBindings().flatMap(({ entry, targets }) =>
          entry.glob ? [] : targets.map((group) => group.id),
        ),
      ),
    };
    return !this.#governed.kinds.has(kind) && !this.#governed.ids.has(id);
  }

  /** False when a group may exist without any source showing it. */
  get listsEveryGroup(): boolean {
    const { snapshot, groupsUnknown } = this.population;
    return snapshot.facts.has('group-catalogue') && groupsUnknown === undefined;
  }

  /** ` Did you mean "…"?`, or nothing. The same list of candidates is to be the same object. */
  didYouMean(word: string, candidates: readonly string[]): string {
    return this.compiler.hints.didYouMean(word, candidates);
  }

  /** True for an entry that may be about a group that no source shows. */
  mayGovernUnseen({ entry, targets, ambiguous, notAllowed, ofOtherKind }: Binding<Group>): boolean {
    if (this.listsEveryGroup) return false;
    const isPinned = entry.id !== undefined && ofOtherKind !== undefined;
    return entry.glob || (targets.length === 0 && !ambiguous && !notAllowed && !isPinned);
  }

  /** Every governed group against its clause; none while nobody knows who is in which group. */
  groupChecks(): readonly Checked<Group>[] {
    const known = this.population.snapshot.facts.has('membership');
    this.#groups ??= this.#checks(known ? this.groupBindings() : [], ({ id }) =>
      this.#subject(this.population.liveMembers(id), (person) => person.groups.includes(id)),
    );
    return this.#groups;
  }

  /** Every governed role whose holders are known against its clause. */
  roleChecks(): readonly Checked<Role>[] {
    this.#roles ??= this.#checks(this.roleBindings(), ({ holders }) => {
      if (!holders) return undefined;
      const people = new Set(holders.flatMap((id) => this.population.person(id) ?? []));
      return this.#subject([...people].filter(isLive), (person) => people.has(person));
    });
    return this.#roles;
  }

  /** All live accounts against the `accounts` clause. */
  accountsCheck(): { readonly clause: Clause; readonly result: ClauseResult } | undefined {
    const clause = this.policy.accounts;
    if (!clause) return undefined;
    this.#accounts ??= {
      clause,
      result: checkClause(
        clause,
        this.#subject(this.population.live, isLive),
        this.population,
        this.compiler,
      ),
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
              ids: ambiguous.map((group) => group.id).sort(),
              place: entry.place,
              isEntry: true,
            },
          ]
        : [],
    );
    return [...entries, ...[...this.results(), ...this.#single()].flatMap((result) => result.ambiguous)];
  }

  doubts(): readonly string[] {
    const single = this.#single();
    const doubts = [...this.results(), ...single].flatMap((result) => result.doubts);
    return [...new Set([...doubts, ...single.flatMap(({ nobody }) => nobody.map(nobodyInWords))])];
  }

  /** The groups that a name, id or glob of a separation is about. */
  groupsMatching(name: string): { groups: readonly Group[]; ambiguous: boolean } {
    if (isGlob(name)) {
      const matches = glob(name);
      return { groups: this.population.groups.filter((group) => matches(group.name)), ambiguous: false };
    }
    const groups = this.population.groupsCalled(literal(name));
    return { groups, ambiguous: groups.length > 1 };
  }

  #subject(live: readonly Person[], has: Subject['has']): Subject {
    return { live, active: this.population.countActive(live), has };
  }

  /** Of the groups that answer to an entry, the ones of the kind that it says. */
  #byKind(entry: Entry, found: readonly Group[]): Narrowed<Group> {
    const { ofKind } = entry;
    if (ofKind === undefined) return { found };
    if (!this.population.snapshot.facts.has('group-kind')) {
      const reason = unreportedReason('group-kind', 'the kind of a group', this.population);
      return { found: [], unclear: { targets: found, reason } };
    }
    const right = found.filter(({ kind }) => kind === ofKind);
    const others = found.filter(({ kind }) => kind !== undefined && kind !== ofKind);
    // Beside a group of the kind, one of no known kind matters only if there is somebody in it who would go unjudged.
    const open = found.filter(
      ({ kind, id }) =>
        kind === undefined && (right.length === 0 || this.population.liveMembers(id).length > 0),
    );
    return {
      found: right,
      ...(others.length > 0 ? { ofOtherKind: others } : {}),
      ...(open.length > 0 ? { unclear: { targets: open, reason: kindNotTold(open) } } : {}),
    };
  }

  #single() {
    return this.policy.requirements.flatMap((requirement) => [
      this.compiler.one(requirement.when),
      this.compiler.one(requirement.require),
    ]);
  }

  #checks<T extends Target>(
    bindings: readonly Binding<T>[],
    subjectOf: (target: T) => Subject | undefined,
  ): readonly Checked<T>[] {
    const forbids = prohibitions(bindings);
    return bindings.flatMap(({ entry, targets }) => {
      const { clause } = entry;
      if (!clause) return [];
      return targets.flatMap((target) => {
        const subject = subjectOf(target);
        if (!subject) return [];
        const result = checkClause(clause, subject, this.population, this.compiler, forbids.get(target.id));
        return [{ entry, target, result }];
      });
    });
  }
}

/** What all entries about a target forbid together: what one of them requires, none may forbid. */
function prohibitions(bindings: readonly Binding<Target>[]): ReadonlyMap<string, readonly PeopleList[]> {
  const lists = new Map<string, PeopleList[]>();
  for (const { entry, targets } of bindings) {
    const never = entry.clause?.never;
    if (!never) continue;
    for (const { id } of targets) lists.set(id, [...(lists.get(id) ?? []), never]);
  }
  return lists;
}

interface Target {
  readonly id: string;
  readonly name: string;
}

/** What is left of the targets that answer to an entry by name or id. */
interface Narrowed<T> extends Pick<Binding<T>, 'ofOtherKind' | 'unclear'> {
  readonly found: readonly T[];
}

function bind<T extends Target>(
  entries: readonly Entry[],
  targets: readonly T[],
  narrow: (entry: Entry, found: readonly T[]) => Narrowed<T> = (_entry, found) => ({ found }),
): Binding<T>[] {
  const byId = new Map(targets.map((target) => [target.id, target]));
  const byName = new Map<string, T[]>();
  for (const target of targets) {
    const name = normal(target.name);
    byName.set(name, [...(byName.get(name) ?? []), target]);
  }
  return entries.map((entry) => {
    const { found, ...rest } = narrow(entry, find(entry, targets, byId, byName));
    if (!entry.glob && found.length > 1) return { entry, targets: [], ambiguous: found, ...rest };
    const { true: allowed = [], false: notAllowed = [] } = Object.groupBy(found, ({ name }) =>
      mayDefine(entry, name) ? 'true' : 'false',
    );
    return { entry, targets: allowed, ...(notAllowed.length > 0 ? { notAllowed } : {}), ...rest };
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

function kindNotTold(groups: readonly Group[]): string {
  const shown = groups
    .map(({ id, name }) => `"${name}" (${id})`)
    .sort(compare)
    .slice(0, MOST_NAMED);
  const more = groups.length - shown.length;
  const named = more > 0 ? `${shown.join(', ')} and ${more} more` : enumerate(shown, 'and');
  return `the kind of ${named} is unknown: ${SOURCE_LABELS.content} tells it only of groups that somebody is in`;
}

/** An id pins an entry to a group of any name, so the live name is held against `may-define` too. */
function mayDefine(entry: Entry, liveName: string): boolean {
  const escaped = normal(liveName).replace(/[\\*]/g, '\\$&');
  return entry.mayDefine.every((globs) => globs.some((outer) => covers(outer, escaped)));
}

/** True when the policy itself gives the rule a severity, so that an unevaluated rule must not be passed over. */
export function isAskedFor(policy: Policy, rule: string): boolean {
  return policy.rules[rule]?.severity !== undefined;
}

/** Where findings about nothing in particular point to: the rule's own line if the policy has one. */
export function rulePlace(policy: Policy, rule: string): Place {
  return policy.rules[rule]?.place ?? policy.top;
}
