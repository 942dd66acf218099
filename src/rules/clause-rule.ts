import type { ClauseResult } from '../evaluate/clauses.ts';
import type { Binding, Evaluation } from '../evaluate/evaluation.ts';
import { NO, unreportedReason, YES } from '../evaluate/selectors.ts';
import { compare } from '../model/compare.ts';
import { oneLine } from '../model/one-line.ts';
import type { PolicyEdit } from '../model/policy-edit.ts';
import type { Group, Person, Role } from '../model/snapshot.ts';
import type { Accountable, Clause, Entry, PeopleList, Place } from '../policy/types.ts';
import { listInWords, plural } from '../policy/words.ts';
import { addTo, claimants, isOwnName, leaveOut } from './edits.ts';
import { type Detected, type Gap, type Outcome, type Rule, rolesUnknown, unseenGroups } from './rule.ts';
import { ambiguousName, inLeapsome, personSelector, personYaml, withState } from './wording.ts';

/** A clause that was held against live people, with what it belongs to. */
interface CheckedClause {
  readonly clause: Clause;
  readonly result: ClauseResult;
  readonly entry?: Accountable;
  readonly group?: Pick<Group, 'id' | 'name'>;
  readonly role?: Pick<Role, 'id' | 'name'>;
}

interface Unchecked {
  readonly clause: Clause;
  readonly entry: Accountable;
  readonly reason: string;
}

/** One of the three things that the language holds against clauses: accounts, groups, roles. */
interface Domain {
  checks(evaluation: Evaluation): readonly CheckedClause[];
  /** Clauses that could not be held against anything. */
  unchecked(evaluation: Evaluation): readonly Unchecked[];
  /** "is in Payroll", "holds the role X", "has an active account". */
  having(found: Detected): string;
  notHaving(found: Detected): string;
  /** What is counted: "active member". */
  readonly member: string;
  /** How the element of the policy is called; as it is in Leapsome, so that a comment of YAML takes it on one line alone. */
  where(found: Detected): string;
  give(found: Detected, who: string): string;
  take(found: Detected, who: string): string;
  /** Whether somebody is in, for each of several groups or roles that share the clause through a pattern. */
  sharers(found: Detected, evaluation: Evaluation): readonly Has[];
  /** What all entries about the same group or role forbid. */
  prohibitions(found: Detected, evaluation: Evaluation): readonly PeopleList[];
}

type Has = (person: Person) => boolean;

/** A selector of more characters is not written out in a remedy. */
const LONGEST_SHOWN = 200;

type Spec = Pick<Rule, 'id' | 'subject' | 'finds'> & { readonly domain: Domain };

/** A list of a clause that somebody is in, or not in, against its word. */
interface Breach {
  readonly list: PeopleList;
  readonly clause: Clause;
}

/** People who are in although the clause does not allow them. */
export function unexpectedRule(spec: Spec): Rule<Breach> {
  return {
    ...pick(spec),
    check: (evaluation) =>
      outcome(
        evaluation,
        spec.domain,
        (clause) => clause.exactly ?? clause.atMost,
        'permission',
        (checked) =>
          checked.result.unexpected.map(({ person, list }) =>
            found(checked, list.place, { list, clause: checked.clause }, person),
          ),
      ),
    describe: (detected, evaluation) => {
      const who = evaluation.show(detected.user!);
      const { list, clause } = detected.detail;
      const exactly = clause.exactly !== undefined;
      const edits = toPermit(detected, spec.domain, evaluation);
      return {
        message: `${withState(detected.user!, evaluation)} ${spec.domain.having(detected)}, which allows ${exactly ? 'exactly' : 'at most'} ${listInWords(list)}`,
        policy: `# ${oneLine(spec.domain.where(detected))}: add to "${exactly ? 'exactly' : 'at-most'}"\n${personYaml(detected.user!, evaluation)}`,
        leapsome: inLeapsome(spec.domain.take(detected, who)),
        ...(edits ? { edits } : {}),
      };
    },
  };
}

/** People who should be in and are not. */
export function missingRule(spec: Spec): Rule<Breach> {
  return {
    ...pick(spec),
    check: (evaluation) => {
      const { found: all, gaps } = outcome(evaluation, spec.domain, needed, 'need', (checked) =>
        checked.result.missing.map(({ person, place }) =>
          found(checked, place, { list: needed(checked.clause)!, clause: checked.clause }, person),
        ),
      );
      const { useUnknown } = evaluation.population;
      if (useUnknown === undefined) return { found: all, gaps };
      // Nobody is missing whose account is not in use yet, and of these nobody knows whether it is.
      const [open, certain] = partition(all, ({ user }) => user!.active);
      const doubts = open.map(({ entry }) => ({ reason: useUnknown, ...(entry ? { entry } : {}) }));
      return { found: certain, gaps: [...gaps, ...doubts] };
    },
    describe: (detected, evaluation) => {
      const person = detected.user!;
      const who = evaluation.show(person);
      // A deactivated account may still sit in the group, so that "is not in" could be wrong.
      const edits = toSpare(detected, spec.domain, evaluation);
      const state = person.active ? spec.domain.notHaving(detected) : 'is deactivated';
      return {
        message: `${who} ${state}, but the policy requires ${person.active ? 'it' : `an active account in ${spec.domain.where(detected)}`}`,
        policy: withoutYaml(detected, spec.domain, evaluation),
        leapsome: inLeapsome(
          person.active
            ? spec.domain.give(detected, who)
            : `reactivate ${who}, if the person is to have access`,
        ),
        ...(edits ? { edits } : {}),
      };
    },
  };
}

/** People who are in and must never be. */
export function forbiddenRule(spec: Spec): Rule<Breach> {
  return {
    ...pick(spec),
    check: (evaluation) =>
      outcome(
        evaluation,
        spec.domain,
        (clause) => clause.never,
        'never',
        (checked) =>
          checked.result.forbidden.map(({ person, list }) =>
            found(checked, list.place, { list, clause: checked.clause }, person),
          ),
      ),
    describe: (detected, evaluation) => {
      const who = evaluation.show(detected.user!);
      const edits = toTolerate(detected, spec.domain, evaluation);
      return {
        message: `${withState(detected.user!, evaluation)} ${spec.domain.having(detected)}, which the policy forbids for ${listInWords(detected.detail.list)}`,
        policy: withoutYaml(detected, spec.domain, evaluation),
        leapsome: inLeapsome(spec.domain.take(detected, who)),
        ...(edits ? { edits } : {}),
      };
    },
  };
}

/** Too few or too many people. */
export function countRule(spec: Spec): Rule<NonNullable<ClauseResult['count']>> {
  return {
    ...pick(spec),
    check: (evaluation) =>
      outcome(
        evaluation,
        spec.domain,
        (clause) => clause.count,
        'count',
        (checked) =>
          checked.result.count
            ? [
                {
                  ...found(checked, checked.result.count.place, checked.result.count, undefined),
                  key: tooFew(checked.result.count) ? 'min' : 'max',
                },
              ]
            : [],
      ),
    describe: (detected, { policy }) => {
      const { actual, min, max, place } = detected.detail;
      const few = tooFew(detected.detail);
      const bound = few ? `at least ${min}` : `at most ${max}`;
      return {
        message: `${spec.domain.where(detected)} has ${plural(actual, spec.domain.member)}; the policy wants ${bound}`,
        policy: countYaml(few ? { min: actual, max } : { min, max: actual }),
        leapsome: inLeapsome(few ? `add ${people(min! - actual)}` : `remove ${people(actual - max!)}`),
        edits: [{ action: 'set-count', bound: few ? 'min' : 'max', to: actual, at: policy.locate(place) }],
      };
    },
  };
}

/** Both bounds: whoever pastes it over the old one must not lose the other. */
function countYaml(bounds: Readonly<Record<'min' | 'max', number | undefined>>): string {
  const given = Object.entries(bounds).filter(([, value]) => value !== undefined);
  return `count: { ${given.map(([name, value]) => `${name}: ${value}`).join(', ')} }`;
}

/** Whom a clause requires. */
function needed({ exactly, atLeast }: Clause): PeopleList | undefined {
  return exactly ?? atLeast;
}

/** A clause that several groups share must not make somebody unexpected or missing in another one of them. */
function toPermit(found: Detected<Breach>, domain: Domain, evaluation: Evaluation): PolicyEdit[] | undefined {
  const { clause, list } = found.detail;
  const person = found.user!;
  const edits = [addTo(list, person, evaluation)];
  if (!clause.exactly) return edits;
  // Whom "exactly" permits it requires: of every group of the pattern, and against what another entry forbids.
  const isAbsentElsewhere = domain.sharers(found, evaluation).some((has) => !has(person));
  const isForbidden = domain
    .prohibitions(found, evaluation)
    .some((never) => evaluation.compiler.list(never).test(person) !== NO);
  return isAbsentElsewhere || isForbidden ? undefined : edits;
}

function toSpare(found: Detected<Breach>, domain: Domain, evaluation: Evaluation): PolicyEdit[] | undefined {
  const { clause, list } = found.detail;
  const person = found.user!;
  const edits = leaveOut(list, person, evaluation);
  const isInOther = person.active && domain.sharers(found, evaluation).some((has) => has(person));
  if (!isInOther) return edits;
  if (clause.exactly) return undefined;
  // Whom at-least requires is permitted by that alone.
  const { atMost } = clause;
  const staysPermitted = !atMost || evaluation.compiler.list(atMost).test(person) === YES;
  return staysPermitted ? edits : [...edits, addTo(atMost, person, evaluation)];
}

function toTolerate(
  found: Detected<Breach>,
  domain: Domain,
  evaluation: Evaluation,
): PolicyEdit[] | undefined {
  const { clause, list } = found.detail;
  const person = found.user!;
  const isAbsentElsewhere = domain.sharers(found, evaluation).some((has) => !has(person));
  // What "never" took away from "exactly" would be required again.
  if (clause.exactly && isAbsentElsewhere) return undefined;
  const edits = leaveOut(list, person, evaluation);
  const permission = clause.exactly ?? clause.atMost;
  const permits = (people: PeopleList): boolean => evaluation.compiler.list(people).test(person) === YES;
  const isPermitted = !permission || permits(permission) || (clause.atLeast && permits(clause.atLeast));
  return isPermitted ? edits : [...edits, addTo(permission, person, evaluation)];
}

/** The line to remove, or what to write in place of each selector that matches the person. */
function withoutYaml(found: Detected<Breach>, domain: Domain, evaluation: Evaluation): string {
  const { list, clause } = found.detail;
  const person = found.user!;
  const key = list === clause.exactly ? 'exactly' : list === clause.never ? 'never' : 'at-least';
  const heading = `# ${oneLine(domain.where(found))}, "${key}":`;
  return claimants(list, person, evaluation)
    .map((selector) => {
      const text = evaluation.policy.textOf(selector.place);
      if (isOwnName(selector)) return `${heading} remove\n- ${text}`;
      const isLong = oneLine(text) !== text || text.length > LONGEST_SHOWN;
      const { line } = evaluation.policy.locate(selector.place);
      return `${heading} in place of ${isLong ? `what stands in line ${line} (here …)` : text}\n- { all: [${isLong ? '…' : text}, { not: ${personSelector(person, evaluation)} }] }`;
    })
    .join('\n');
}

function partition<T>(list: readonly T[], test: (element: T) => boolean): [T[], T[]] {
  return [list.filter(test), list.filter((element) => !test(element))];
}

function tooFew({ actual, min }: NonNullable<ClauseResult['count']>): boolean {
  return min !== undefined && actual < min;
}

function people(count: number): string {
  return count === 1 ? '1 person' : `${count} people`;
}

function pick({ id, subject, finds }: Spec) {
  return { id, subject, finds, severity: 'error' as const };
}

function found<Detail>(
  checked: CheckedClause,
  place: Place,
  detail: Detail,
  user: Person | undefined,
): Detected<Detail> {
  return {
    ...(user ? { user } : {}),
    ...(checked.group ? { group: checked.group } : {}),
    ...(checked.role ? { role: checked.role } : {}),
    ...(checked.entry ? { entry: checked.entry } : {}),
    place,
    detail,
  };
}

function outcome<Detail>(
  evaluation: Evaluation,
  domain: Domain,
  part: (clause: Clause) => unknown,
  gap: keyof ClauseResult['gaps'],
  detect: (checked: CheckedClause) => Detected<Detail>[],
): Outcome<Detail> {
  const checks = domain.checks(evaluation);
  const gaps: Gap[] = [];
  for (const checked of checks) {
    for (const reason of checked.result.gaps[gap])
      gaps.push({ reason, ...(checked.entry ? { entry: checked.entry } : {}) });
  }
  for (const { clause, entry, reason } of domain.unchecked(evaluation)) {
    if (part(clause) !== undefined) gaps.push({ reason, entry });
  }
  return { found: checks.flatMap(detect), gaps };
}

export const MEMBERS: Domain = {
  checks: (evaluation) =>
    evaluation
      .groupChecks()
      .map(({ entry, target, result }) => ({ clause: entry.clause!, result, entry, group: target })),
  unchecked: (evaluation) => {
    const { population } = evaluation;
    const unknown = population.snapshot.facts.has('membership')
      ? undefined
      : unreportedReason('membership', 'who is in which group', population);
    return evaluation.groupBindings().flatMap((binding) => {
      const { entry, ambiguous, unclear } = binding;
      if (unknown !== undefined) return doubt(entry, unknown);
      if (ambiguous) return doubt(entry, ambiguousName(entry.name, ambiguous));
      if (unclear) return doubt(entry, unclear.reason);
      if (!evaluation.mayGovernUnseen(binding)) return [];
      const reason = unseenGroups(evaluation);
      // Where a source went unheard, there may be people in it as well.
      return population.groupsUnknown === undefined ? unseen(entry, reason) : doubt(entry, reason);
    });
  },
  member: 'active member',
  having: (detected) => `is in ${detected.group!.name}`,
  notHaving: (detected) => `is not in ${detected.group!.name}`,
  where: (detected) => detected.group!.name,
  give: (detected, who) => `Users & Teams → Teams → ${detected.group!.name} → add ${who}`,
  take: (detected, who) => `Users & Teams → Teams → ${detected.group!.name} → remove ${who}`,
  sharers: (detected, evaluation) =>
    shared(detected, evaluation.groupBindings()).map(
      ({ id }) =>
        (person) =>
          person.groups.includes(id),
    ),
  prohibitions: (detected, evaluation) =>
    prohibitionsOf(evaluation.groupBindings()).get(detected.group!.id) ?? [],
};

const known = new WeakMap<readonly Binding<Target>[], ReadonlyMap<string, readonly PeopleList[]>>();

type Target = Pick<Group, 'id'>;

function prohibitionsOf(bindings: readonly Binding<Target>[]): ReadonlyMap<string, readonly PeopleList[]> {
  const lists = known.get(bindings) ?? gathered(bindings);
  known.set(bindings, lists);
  return lists;
}

function gathered(bindings: readonly Binding<Target>[]): ReadonlyMap<string, readonly PeopleList[]> {
  const lists = new Map<string, PeopleList[]>();
  for (const { entry, targets } of bindings) {
    const never = entry.clause?.never;
    if (never) for (const { id } of targets) lists.set(id, [...(lists.get(id) ?? []), never]);
  }
  return lists;
}

/** The targets of the pattern that a finding comes from; none for an entry that is about one alone. */
function shared<T>({ entry }: Detected, bindings: readonly Binding<T>[]): readonly T[] {
  if (!(entry as Entry).glob) return [];
  return bindings.find((binding) => binding.entry === entry)?.targets ?? [];
}

/** What a group or role that no source shows may lack: people who must be in. With nobody in it, nobody is there wrongly. */
function unseen(entry: Entry, reason: string): Unchecked[] {
  const { clause } = entry;
  if (!clause) return [];
  const needed = clause.exactly ?? clause.atLeast;
  const needs: Clause = {
    ...(needed && needed.selectors.length > 0 ? { atLeast: needed } : {}),
    ...((clause.count?.min ?? 0) > 0 ? { count: clause.count! } : {}),
    place: clause.place,
  };
  return [{ clause: needs, entry, reason }];
}

/** The clause of an entry as one that could not be held against anything, when there is a reason. */
function doubt(entry: Entry, reason: string | undefined): Unchecked[] {
  return reason !== undefined && entry.clause ? [{ clause: entry.clause, entry, reason }] : [];
}

/** Holders whom no source lists as people can be held against nothing, and must not pass for nobody. */
function unlistedHolders(role: Role, { population }: Evaluation): string | undefined {
  if (!role.holders) return `no source tells who holds the role "${role.name}"`;
  const unlisted = role.holders.filter((id) => !population.person(id)).sort(compare);
  if (unlisted.length === 0) return undefined;
  return `"${role.name}" is held by ${plural(unlisted.length, 'account')} that no source lists (${unlisted.slice(0, 5).join(', ')})`;
}

export const ACCOUNTS: Domain = {
  checks: (evaluation) => {
    const check = evaluation.accountsCheck();
    return check ? [{ ...check, entry: { controls: [], place: check.clause.place } }] : [];
  },
  unchecked: () => [],
  member: 'active account',
  having: ({ user }) => `has an ${user?.pending === undefined ? 'active ' : ''}account in Leapsome`,
  notHaving: () => 'has no active account in Leapsome',
  where: () => 'Leapsome',
  give: (_detected, who) => `Users & Teams → Users → invite or reactivate ${who}`,
  take: (_detected, who) => `Users & Teams → Users → ${who} → deactivate`,
  sharers: () => [],
  prohibitions: () => [],
};

export const ROLE_HOLDERS: Domain = {
  checks: (evaluation) =>
    evaluation
      .roleChecks()
      .map(({ entry, target, result }) => ({ clause: entry.clause!, result, entry, role: target })),
  unchecked: (evaluation) => {
    const { population } = evaluation;
    const unknown = population.snapshot.facts.has('role-holders')
      ? undefined
      : unreportedReason('role-holders', 'who holds an access role', population);
    return evaluation.roleBindings().flatMap(({ entry, targets, ambiguous }) => {
      if (unknown !== undefined) return doubt(entry, unknown);
      if (ambiguous) return doubt(entry, ambiguousName(entry.name, ambiguous, 'access roles'));
      const catalogue = rolesUnknown(evaluation);
      const mayBeUnseen = targets.length === 0 || entry.glob;
      return [
        ...targets.flatMap((role) => doubt(entry, unlistedHolders(role, evaluation))),
        ...(catalogue !== undefined && mayBeUnseen ? unseen(entry, catalogue) : []),
      ];
    });
  },
  member: 'active holder',
  having: (detected) => `holds the role ${detected.role!.name}`,
  notHaving: (detected) => `does not hold the role ${detected.role!.name}`,
  where: (detected) => `the role ${detected.role!.name}`,
  give: (detected, who) => `Access roles → ${detected.role!.name} → add ${who}`,
  take: (detected, who) => `Access roles → ${detected.role!.name} → remove ${who}`,
  sharers: (detected, evaluation) =>
    shared(detected, evaluation.roleBindings()).flatMap(({ holders }) =>
      holders ? [(person: Person) => holders.includes(person.id)] : [],
    ),
  prohibitions: (detected, evaluation) =>
    prohibitionsOf(evaluation.roleBindings()).get(detected.role!.id) ?? [],
};
