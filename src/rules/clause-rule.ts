import type { ClauseResult } from '../evaluate/clauses.ts';
import type { Evaluation } from '../evaluate/evaluation.ts';
import { unreportedReason } from '../evaluate/selectors.ts';
import { compare } from '../model/compare.ts';
import type { Group, Person, Role } from '../model/snapshot.ts';
import type { Accountable, Clause, Entry, PeopleList, Place } from '../policy/types.ts';
import { listInWords, plural } from '../policy/words.ts';
import {
  type Detected,
  emptyGroupsUnknown,
  type Gap,
  type Outcome,
  type Rule,
  rolesUnknown,
} from './rule.ts';
import { ambiguousName, inLeapsome, personYaml, withState } from './wording.ts';

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
  /** How the element of the policy is called. */
  where(found: Detected): string;
  give(found: Detected, who: string): string;
  take(found: Detected, who: string): string;
}

type Spec = Pick<Rule, 'id' | 'subject' | 'finds'> & { readonly domain: Domain };

interface Permission {
  readonly list: PeopleList;
  readonly exactly: boolean;
}

/** People who are in although the clause does not allow them. */
export function unexpectedRule(spec: Spec): Rule<Permission> {
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
            found(checked, list.place, { list, exactly: checked.clause.exactly !== undefined }, person),
          ),
      ),
    describe: (detected, evaluation) => {
      const who = evaluation.show(detected.user!);
      const { list, exactly } = detected.detail;
      return {
        message: `${withState(detected.user!, evaluation)} ${spec.domain.having(detected)}, which allows ${exactly ? 'exactly' : 'at most'} ${listInWords(list)}`,
        policy: `# ${spec.domain.where(detected)}: add to "${exactly ? 'exactly' : 'at-most'}"\n${personYaml(detected.user!, evaluation)}`,
        leapsome: inLeapsome(spec.domain.take(detected, who)),
      };
    },
  };
}

/** People who should be in and are not. */
export function missingRule(spec: Spec): Rule<undefined> {
  return {
    ...pick(spec),
    check: (evaluation) =>
      outcome(
        evaluation,
        spec.domain,
        (clause) => clause.exactly ?? clause.atLeast,
        'need',
        (checked) =>
          checked.result.missing.map(({ person, place }) => found(checked, place, undefined, person)),
      ),
    describe: (detected, evaluation) => {
      const person = detected.user!;
      const who = evaluation.show(person);
      // A deactivated account may still sit in the group, so that "is not in" could be wrong.
      const state = person.active ? spec.domain.notHaving(detected) : 'is deactivated';
      return {
        message: `${who} ${state}, but the policy requires ${person.active ? 'it' : `an active account in ${spec.domain.where(detected)}`}`,
        policy: `# ${spec.domain.where(detected)}: remove this line, or narrow the selector\n${personYaml(person, evaluation)}`,
        leapsome: inLeapsome(
          person.active
            ? spec.domain.give(detected, who)
            : `reactivate ${who}, if the person is to have access`,
        ),
      };
    },
  };
}

/** People who are in and must never be. */
export function forbiddenRule(spec: Spec): Rule<PeopleList> {
  return {
    ...pick(spec),
    check: (evaluation) =>
      outcome(
        evaluation,
        spec.domain,
        (clause) => clause.never,
        'never',
        (checked) =>
          checked.result.forbidden.map(({ person, list }) => found(checked, list.place, list, person)),
      ),
    describe: (detected, evaluation) => {
      const who = evaluation.show(detected.user!);
      return {
        message: `${withState(detected.user!, evaluation)} ${spec.domain.having(detected)}, which the policy forbids for ${listInWords(detected.detail)}`,
        policy: `# ${spec.domain.where(detected)}: narrow "never", so that it no longer matches\n${personYaml(detected.user!, evaluation)}`,
        leapsome: inLeapsome(spec.domain.take(detected, who)),
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
        undefined,
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
    describe: (detected) => {
      const { actual, min, max } = detected.detail;
      const few = tooFew(detected.detail);
      const bound = few ? `at least ${min}` : `at most ${max}`;
      return {
        message: `${spec.domain.where(detected)} has ${plural(actual, spec.domain.member)}; the policy wants ${bound}`,
        policy: `count: { ${few ? `min: ${actual}` : `max: ${actual}`} }`,
        leapsome: inLeapsome(few ? `add ${people(min! - actual)}` : `remove ${people(actual - max!)}`),
      };
    },
  };
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
  gap: keyof ClauseResult['gaps'] | undefined,
  detect: (checked: CheckedClause) => Detected<Detail>[],
): Outcome<Detail> {
  const checks = domain.checks(evaluation);
  const gaps: Gap[] = [];
  for (const checked of checks) {
    for (const reason of gap ? checked.result.gaps[gap] : [])
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
      return evaluation.mayGovernUnseen(binding) ? unseen(entry, emptyGroupsUnknown(evaluation)) : [];
    });
  },
  member: 'active member',
  having: (detected) => `is in ${detected.group!.name}`,
  notHaving: (detected) => `is not in ${detected.group!.name}`,
  where: (detected) => detected.group!.name,
  give: (detected, who) => `Users & Teams → Teams → ${detected.group!.name} → add ${who}`,
  take: (detected, who) => `Users & Teams → Teams → ${detected.group!.name} → remove ${who}`,
};

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
};
