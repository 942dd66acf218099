import type { Location } from './problem.ts';
import type { ReportedFinding } from './report.ts';
import type { GroupKind, PendingState } from './snapshot.ts';

/** What the policy makes of somebody's holding an entitlement. */
export const EXPECTATIONS = [
  /** A line of the policy names or selects the person. */
  'expected',
  /** An entry is about the entitlement, but sets no limit to who may hold it. */
  'not-limited',
  /** No entry is about the entitlement. */
  'not-governed',
  'unexpected',
  'forbidden',
  /** The person should hold it, and does not. */
  'missing',
  /** Held by an account that was deactivated. */
  'inactive',
  /** No source tells what the policy asks about, or which group it means. */
  'unknown',
] as const;
export type Expectation = (typeof EXPECTATIONS)[number];

/** One account as people may see it. */
export interface AccessPerson {
  readonly id: string;
  /** The user name, or a shortened id when personal data is masked. */
  readonly name: string;
  readonly status: 'active' | PendingState | 'inactive';
  /** As `name`; missing where there is none, or no source tells. */
  readonly manager?: string;
}

/** Something that somebody can have: the account itself, membership of a group, or an access role. */
export interface Entitlement {
  readonly type: 'account' | 'group' | 'role';
  /** Empty for the account. */
  readonly id: string;
  readonly name: string;
  /** Of a group, where a source tells. */
  readonly kind?: GroupKind;
  /** Who answers for it, by the policy. */
  readonly owner?: string;
  readonly controls: readonly string[];
  /** The entries of the policy that are about it. */
  readonly locations: readonly Location[];
}

/** One person and one entitlement: the row of an access review. */
export interface Holding {
  readonly person: AccessPerson;
  readonly entitlement: Entitlement;
  readonly expectation: Expectation;
  /** The line of the policy that says so; missing where none does. */
  readonly location?: Location;
  /** Open and excepted ones, heaviest first. */
  readonly findings: readonly ReportedFinding[];
}

/** Who has what, and what the policy says about it: what access reviews are made of. */
export interface Access {
  /** Everybody that was read, sorted by name. */
  readonly people: readonly AccessPerson[];
  /** The account first, then groups and roles, each sorted by name. A group that no source lists is called by its id. */
  readonly entitlements: readonly Entitlement[];
  /** What no source tells: who is in which group, who holds which role, who is whose manager. Nothing of it is listed. */
  readonly untold?: readonly ('groups' | 'roles' | 'managers')[];
  /**
   * Every entitlement of every account, and those that are missing; by person, in the order of `entitlements`. Made while
   * it is read, so that hundreds of thousands need no memory; each call begins anew.
   */
  holdings(): Iterable<Holding>;
}
