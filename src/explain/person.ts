import type { Binding, Checked, Evaluation } from '../evaluate/evaluation.ts';
import { domainsOf, type Population } from '../evaluate/population.ts';
import { NO, type Truth, UNKNOWN, unreportedReason, YES } from '../evaluate/selectors.ts';
import { Inquiry } from '../evaluate/why.ts';
import { compare } from '../model/compare.ts';
import type {
  AccountState,
  EntryStatement,
  GroupHeld,
  PersonExplanation,
  RequirementStatement,
  SeparationStatement,
  Statement,
} from '../model/explanation.ts';
import { ATTRIBUTE_NAMES, type Fact } from '../model/facts.ts';
import type { ReportedFinding } from '../model/report.ts';
import { type Group, isLive, type Person, type Role } from '../model/snapshot.ts';
import type { Accountable, Requirement, Separation } from '../policy/types.ts';
import { listReasons, reason } from './reasons.ts';
import { bond, entryShown, exceptionsShown, type Known, ruleShown } from './shared.ts';
import { isFault, type Standing, standing } from './standing.ts';

/** What one person has in Leapsome, and what the policy says of it and why. */
export function explainPerson(person: Person, known: Known): PersonExplanation {
  const { evaluation } = known;
  const { statements, others } = statementsAbout(person, evaluation);
  return {
    kind: 'person',
    user: evaluation.reported(person),
    state: stateOf(person),
    sources: statesBySource(person, evaluation),
    manager: managerOf(person, evaluation),
    ...attributesOf(person, evaluation),
    groups: groupsOf(person, evaluation),
    roles: rolesOf(person, evaluation),
    statements,
    others,
    findings: findingsAbout(person, known),
    exceptions: exceptionsShown(
      known,
      ({ user }) => user !== undefined && evaluation.population.named(user).includes(person),
    ),
  };
}

/** How an account stands. */
export function stateOf(person: Pick<Person, 'active' | 'pending'>): AccountState {
  return person.active ? 'active' : (person.pending ?? 'deactivated');
}

function statesBySource(person: Person, { population }: Evaluation): PersonExplanation['sources'] {
  const states = (population.snapshot.views ?? []).map(({ source, people }) => {
    const view = people.get(person.id);
    return { source, state: view ? stateOf(view) : ('not-listed' as const) };
  });
  return new Set(states.map(({ state }) => state)).size > 1 ? states : [];
}

function managerOf({ managerId }: Person, evaluation: Evaluation): PersonExplanation['manager'] {
  if (managerId === undefined) return null;
  const manager = evaluation.population.person(managerId);
  return manager ? evaluation.reported(manager) : { id: managerId };
}

/** Everything that a selector could ask for: what is there, and what nobody tells. Teams are shown as groups. */
function attributesOf(
  person: Person,
  { population, policy }: Evaluation,
): Pick<PersonExplanation, 'attributes' | 'unknown'> {
  const { facts } = population.snapshot;
  const attributes: { name: string; values: readonly string[] }[] = [];
  const unknown: { name: string; why: string }[] = [];
  const note = (fact: Fact, name: string, value: string | readonly string[] | undefined): void => {
    if (!facts.has(fact)) unknown.push({ name, why: whyUnknown(fact, name, population) });
    else if (value !== undefined && value.length > 0)
      attributes.push({ name, values: typeof value === 'string' ? [value] : value });
  };
  for (const name of ATTRIBUTE_NAMES) {
    if (name === 'team') continue;
    note(name, name, name === 'domain' ? domainsOf(person) : person.attributes[name]);
  }
  for (const id of policy.customAttributes) note('custom', `custom attribute ${id}`, person.custom?.[id]);
  note('manager', 'manager', undefined);
  note('membership', 'who is in which group', undefined);
  note('role-holders', 'who holds an access role', undefined);
  return { attributes, unknown };
}

/** The reason alone, without the words that repeat the name. */
function whyUnknown(fact: Fact, name: string, population: Population): string {
  return unreportedReason(fact, name, population).slice(`${name} is unknown: `.length);
}

function groupsOf(person: Person, evaluation: Evaluation): readonly GroupHeld[] | null {
  const { population } = evaluation;
  if (!population.snapshot.facts.has('membership')) return null;
  const held = person.groups.map((id) => population.group(id) ?? { id, name: '' });
  return held.sort(byName).map((group) => ({
    ...group,
    isManaged: isGroupManaged(group, evaluation),
    isAttribute: evaluation.isAttribute(group),
  }));
}

/** True for a group that an entry of the policy is about, or may be. */
function isGroupManaged(group: Group, evaluation: Evaluation): boolean {
  return evaluation.groupBindings().some((binding) => bond(binding, group) !== undefined);
}

/** True for a role that an entry of the policy is about, or may be. */
function isRoleManaged(role: Role, evaluation: Evaluation): boolean {
  return evaluation.roleBindings().some((binding) => bond(binding, role) !== undefined);
}

function rolesOf(person: Person, evaluation: Evaluation): PersonExplanation['roles'] {
  const { population } = evaluation;
  if (!population.snapshot.facts.has('role-holders')) return null;
  return (population.roles() ?? [])
    .filter(({ holders }) => holders?.includes(person.id))
    .sort(byName)
    .map((role) => ({ id: role.id, name: role.name, isManaged: isRoleManaged(role, evaluation) }));
}

function byName(a: { name: string; id: string }, b: { name: string; id: string }): number {
  return compare(a.name, b.name) || compare(a.id, b.id);
}

/** Of a shared address the rule reports the first account alone, and means all of them. */
function findingsAbout(person: Person, { evaluation, evaluated }: Known): readonly ReportedFinding[] {
  const shared = evaluation.population
    .sharedAddresses()
    .filter(({ people }) => people.includes(person))
    .flatMap(({ people }) => people.map(({ id }) => id));
  return evaluated.findings.filter(
    ({ user, rule }) =>
      user?.id === person.id ||
      (rule === 'duplicate-identity' && user !== undefined && shared.includes(user.id)),
  );
}

// ---- what the policy says

interface Statements {
  readonly statements: readonly Statement[];
  readonly others: number;
}

/** Whom the policy is asked about. */
interface Asked {
  readonly person: Person;
  readonly inquiry: Inquiry;
  readonly evaluation: Evaluation;
}

function statementsAbout(person: Person, evaluation: Evaluation): Statements {
  const { policy, compiler } = evaluation;
  const asked = { person, inquiry: new Inquiry(person, compiler), evaluation };
  const all: (Statement | undefined)[] = [
    ...accounts(asked),
    ...groups(asked),
    ...roles(asked),
    ...policy.requirements.map((one) => requirement(one, asked)),
    ...policy.separations.map((one) => separation(one, asked)),
  ];
  const statements = all.filter((one) => one !== undefined);
  return { statements, others: all.length - statements.length };
}

function accounts({ person, inquiry, evaluation }: Asked): EntryStatement[] {
  const check = evaluation.accountsCheck();
  if (!check) return [];
  const { clause } = check;
  const has = isLive(person);
  const stands = standing(person, has, check, evaluation.compiler);
  const entry = { controls: [], place: clause.place };
  return [
    {
      about: 'accounts',
      entry: entryShown(entry, evaluation.policy),
      target: null,
      has,
      ...verdict('accounts', entry, stands, evaluation),
      lists: listReasons(clause, inquiry, evaluation.policy),
      unknown: [],
    },
  ];
}

const RULE_STEMS = { accounts: 'account', group: 'member', role: 'role-holder' } as const;

function verdict(
  about: EntryStatement['about'],
  entry: Accountable,
  { says, judgement }: Standing,
  { policy }: Evaluation,
): Pick<EntryStatement, 'says' | 'judgement' | 'rule'> {
  const isRule = isFault(judgement) && judgement !== 'contradiction';
  const rule = isRule ? ruleShown(`${judgement}-${RULE_STEMS[about]}`, entry, policy) : null;
  return { says, judgement, rule };
}

function groups(asked: Asked): (EntryStatement | undefined)[] {
  const { person, evaluation } = asked;
  const { population } = evaluation;
  const held = new Set(person.groups);
  const isKnown = population.snapshot.facts.has('membership');
  const mine = isKnown ? person.groups.flatMap((id) => population.group(id) ?? []) : [];
  return [
    ...evaluation.groupChecks().map((check) => checked('group', check, held.has(check.target.id), asked)),
    ...unjudged('group', mine, evaluation.groupBindings(), evaluation),
  ];
}

function roles(asked: Asked): (EntryStatement | undefined)[] {
  const { person, evaluation } = asked;
  const holds = (role: Role): boolean => role.holders?.includes(person.id) ?? false;
  const mine = (evaluation.population.roles() ?? []).filter(holds);
  return [
    ...evaluation.roleChecks().map((check) => checked('role', check, holds(check.target), asked)),
    ...unjudged('role', mine, evaluation.roleBindings(), evaluation),
  ];
}

function checked(
  about: 'group' | 'role',
  { entry, target, result }: Checked<Group | Role>,
  has: boolean,
  { person, inquiry, evaluation }: Asked,
): EntryStatement | undefined {
  const clause = entry.clause!;
  const stands = standing(person, has, { clause, result }, evaluation.compiler);
  if (!stands.concerns) return undefined;
  return {
    about,
    entry: entryShown(entry, evaluation.policy),
    target: { id: target.id, name: target.name },
    has,
    ...verdict(about, entry, stands, evaluation),
    lists: listReasons(clause, inquiry, evaluation.policy),
    unknown: [],
  };
}

/** Entries about what the person has that judge nobody, or that nobody can hold against it. */
function unjudged<T extends Group | Role>(
  about: 'group' | 'role',
  mine: readonly T[],
  bindings: readonly Binding<T>[],
  { policy }: Evaluation,
): EntryStatement[] {
  return bindings.flatMap((binding) =>
    mine.flatMap((target): EntryStatement[] => {
      const { entry } = binding;
      const { unknown } = bond(binding, target) ?? {};
      const isOpen = unknown !== undefined && unknown.length > 0;
      if (unknown === undefined || (entry.clause && !isOpen)) return [];
      return [
        {
          about,
          entry: entryShown(entry, policy),
          target: { id: target.id, name: target.name },
          has: true,
          says: isOpen ? 'unknown' : 'nothing',
          judgement: isOpen ? 'unknown' : 'not-judged',
          rule: null,
          lists: [],
          unknown,
        },
      ];
    }),
  );
}

function requirement(
  element: Requirement,
  { person, inquiry, evaluation: { policy } }: Asked,
): RequirementStatement | undefined {
  const when = inquiry.one(element.when).truth;
  if (when === NO) return undefined;
  const judgement = isLive(person) ? met(when, inquiry.one(element.require).truth) : 'not-judged';
  return {
    about: 'requirement',
    entry: entryShown(element, policy),
    judgement,
    rule: judgement === 'broken' ? ruleShown('requirement', element, policy) : null,
    when: reason(element.when, inquiry, policy),
    require: reason(element.require, inquiry, policy),
  };
}

function met(when: Truth, require: Truth): 'fine' | 'broken' | 'unknown' {
  if (require === YES) return 'fine';
  return when === UNKNOWN || require === UNKNOWN ? 'unknown' : 'broken';
}

function separation(element: Separation, { person, evaluation }: Asked): SeparationStatement | undefined {
  const { policy, population } = evaluation;
  if (!population.snapshot.facts.has('membership')) return undefined;
  const elements = element.groups.flatMap(({ name, place }) => {
    const { groups, ambiguous } = evaluation.groupsMatching(name);
    const held = ambiguous ? [] : groups.filter(({ id }) => person.groups.includes(id));
    if (held.length === 0) return [];
    const shown = held.sort(byName).map((group) => ({ id: group.id, name: group.name }));
    return [{ name, location: policy.locate(place), groups: shown }];
  });
  if (elements.length === 0) return undefined;
  const together = new Set(elements.flatMap(({ groups }) => groups.map(({ id }) => id)));
  // One group that two patterns match is one group.
  const isBroken = elements.length > 1 && together.size > 1;
  const judgement = !isLive(person) ? 'not-judged' : isBroken ? 'broken' : 'fine';
  return {
    about: 'separation',
    entry: entryShown(element, policy),
    judgement,
    rule: judgement === 'broken' ? ruleShown('separation-of-duties', element, policy) : null,
    elements,
  };
}
