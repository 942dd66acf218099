import { type Evaluation, isAskedFor } from '../evaluate/evaluation.ts';
import { unreportedReason } from '../evaluate/selectors.ts';
import type { Fact } from '../model/facts.ts';
import type { PolicyEdit } from '../model/policy-edit.ts';
import type { Severity } from '../model/severity.ts';
import type { Group, Person, Role } from '../model/snapshot.ts';
import type { Accountable, Entry, Place } from '../policy/types.ts';

/** What a finding of a rule is about, and so what an exception from it must name. */
export type Subject =
  | 'user'
  | 'group'
  | 'user+group'
  | 'group+user'
  | 'role'
  | 'user+role'
  | 'user+name'
  | 'accounts'
  | 'none';

/** Something that a rule found: data only, put into words later by the rule's `describe`. */
export interface Detected<Detail = unknown> {
  readonly user?: Person;
  /** All accounts that it is about, when `user` is just the first of several. */
  readonly people?: readonly Person[];
  readonly group?: Pick<Group, 'id' | 'name'>;
  readonly role?: Pick<Role, 'id' | 'name'>;
  /** Name of the requirement or separation. */
  readonly name?: string;
  /** What else tells this finding apart from others of the rule, stable across runs. */
  readonly key?: string;
  /** The element of the policy that it is about: gives severity and controls. */
  readonly entry?: Accountable;
  readonly place: Place;
  readonly detail: Detail;
}

/** What a person reads: a sentence, and the two ways out. */
export interface Wording {
  readonly message: string;
  /** YAML to paste if the access is right. */
  readonly policy: string;
  /** Steps in Leapsome if the policy is right. */
  readonly leapsome: string;
  /** What `policy` says, as data; missing where only an exception could make it right. */
  readonly edits?: readonly PolicyEdit[];
}

/** A part of a rule that could not be evaluated. */
export interface Gap {
  readonly reason: string;
  /** The severity that the part would have had. */
  readonly entry?: Accountable;
  /** The policy did not ask for this part by itself, so that it weighs as a notice. */
  readonly builtIn?: boolean;
}

export interface Outcome<Detail = unknown> {
  readonly found: readonly Detected<Detail>[];
  readonly gaps: readonly Gap[];
}

/** One rule: `check` detects and never throws, logs or words; `describe` words one finding. */
export interface Rule<Detail = never> {
  readonly id: string;
  readonly severity: Severity;
  readonly subject: Subject;
  /** One sentence: what it finds. */
  readonly finds: string;
  /** Options with their defaults, in days. */
  readonly options?: Readonly<Record<string, number>>;
  check(evaluation: Evaluation, options: Readonly<Record<string, number>>): Outcome<Detail>;
  describe(found: Detected<Detail>, evaluation: Evaluation): Wording;
}

/** A gap when no source reports what the rule looks at. */
export function unreported(
  rule: string,
  fact: Fact,
  label: string,
  { population, policy }: Evaluation,
): Gap[] {
  if (population.snapshot.facts.has(fact)) return [];
  return [{ reason: unreportedReason(fact, label, population), builtIn: !isAskedFor(policy, rule) }];
}

/** Why it is unknown which access roles there are; undefined when it is known. */
export function rolesUnknown({ population }: Evaluation): string | undefined {
  if (population.snapshot.facts.has('role-catalogue')) return undefined;
  return unreportedReason('role-catalogue', 'which access roles there are', population);
}

/** A gap when the role of such an entry may be there without any source showing it. */
export function roleUnseen(evaluation: Evaluation, concerns: (entry: Entry) => boolean): Gap[] {
  const reason = rolesUnknown(evaluation);
  if (reason === undefined) return [];
  const bindings = evaluation.roleBindings();
  const isOpen = bindings.some(({ entry, targets }) => targets.length === 0 && concerns(entry));
  return isOpen ? [{ reason }] : [];
}

/** Why a group may exist without any source showing it: with people in it where `groupsUnknown` says so, else empty. */
export function unseenGroups({ population }: Evaluation): string {
  if (population.groupsUnknown !== undefined) return population.groupsUnknown;
  return unreportedReason('group-catalogue', 'groups that nobody is in', population, 'are');
}

export const NOTHING: Outcome<never> = { found: [], gaps: [] };
