import type { AttributeName, SourceName } from '../model/facts.ts';
import type { Location } from '../model/problem.ts';
import type { RuleSeverity, Severity } from '../model/severity.ts';
import type { GroupKind } from '../model/snapshot.ts';

/** A range in a policy file: offsets into its text, the end exclusive. */
export interface Place {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** One condition on an attribute; the attribute must satisfy `test`. */
export type Test =
  | { readonly kind: 'present' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'one-of'; readonly patterns: readonly string[] }
  | { readonly kind: 'dates'; readonly before?: string; readonly after?: string };

export interface Condition {
  /** An attribute, or the opaque id of a custom attribute. */
  readonly attribute: { readonly name: AttributeName } | { readonly custom: string };
  readonly test: Test;
  readonly place: Place;
}

export type Selector = { readonly place: Place } & (
  | { readonly kind: 'everyone' }
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'set'; readonly set: PeopleSet }
  | { readonly kind: 'group'; readonly name: string }
  | { readonly kind: 'reports-to'; readonly manager: string; readonly direct: boolean }
  | { readonly kind: 'where'; readonly conditions: readonly Condition[] }
  | { readonly kind: 'any'; readonly of: readonly Selector[] }
  | { readonly kind: 'all'; readonly of: readonly Selector[] }
  | { readonly kind: 'not'; readonly of: Selector }
);

/** A list of people: whoever matches one of its selectors. */
export interface PeopleList {
  readonly selectors: readonly Selector[];
  readonly place: Place;
}

export interface PeopleSet extends PeopleList {
  readonly name: string;
}

/** The one idea of the language: a set of people is exactly, at least, at most or never another one. */
export interface Clause {
  readonly exactly?: PeopleList;
  readonly atLeast?: PeopleList;
  readonly atMost?: PeopleList;
  readonly never?: PeopleList;
  readonly count?: { readonly min?: number; readonly max?: number; readonly place: Place };
  readonly place: Place;
}

/** What entries of any kind carry for people and for auditors. */
export interface Accountable {
  readonly owner?: string;
  readonly severity?: Severity;
  readonly controls: readonly string[];
  readonly place: Place;
}

/** What the policy says of a group, a role, or of all groups or roles that a glob matches. */
export interface Entry extends Accountable {
  readonly kind: 'group' | 'role';
  /** As written, after NFC. With `id` it is a literal name, else it may be a glob. */
  readonly name: string;
  readonly glob: boolean;
  readonly id?: string;
  /** Only groups of this kind are meant. */
  readonly ofKind?: GroupKind;
  readonly clause?: Clause;
  /** Globs of the includes that the entry came through, outermost first: its group must satisfy each of them. */
  readonly mayDefine: readonly (readonly string[])[];
}

export interface Separation extends Accountable {
  readonly name: string;
  readonly groups: readonly { readonly name: string; readonly place: Place }[];
}

export interface Requirement extends Accountable {
  readonly name: string;
  readonly when: Selector;
  readonly require: Selector;
}

/** One person in a group at the start of a round, with what was decided about it; what is blank is missing. */
export interface ReviewEntry {
  /** Leapsome id of the person. */
  readonly id: string;
  /** The user name at that time. */
  readonly user?: string;
  readonly decision?: string;
  readonly reviewer?: string;
  readonly date?: string;
  readonly places: Readonly<Record<'id' | 'decision' | 'reviewer' | 'date', Place>>;
}

/** The record of one round of review of one group. */
export interface ReviewRecord {
  readonly file: string;
  /** Of the file, 64 hexadecimal digits. */
  readonly sha256: string;
  readonly group: { readonly id: string; readonly name: string };
  /** The day in UTC on which the round began, `YYYY-MM-DD`. */
  readonly started: string;
  readonly owner?: string;
  /** The entries are those that the round began with: their hash is the one that the record carries. */
  readonly intact: boolean;
  readonly entries: readonly ReviewEntry[];
  readonly startedPlace: Place;
  readonly hashPlace: Place;
}

/** The recertification that the policy asks for. */
export interface Review extends Accountable {
  /** Days for which a completed round counts, from its start. */
  readonly cadence: number;
  /** The directory of the records, as written. */
  readonly records: { readonly path: string; readonly place: Place };
  /** Patterns, names or ids; undefined stands for every group with a clause. */
  readonly groups: readonly { readonly name: string; readonly place: Place }[] | undefined;
  /** Every record there is; undefined when nobody has read them. */
  readonly rounds?: readonly ReviewRecord[];
}

export interface RuleSetting {
  readonly severity?: RuleSeverity;
  /** Options in days, by name. */
  readonly days: Readonly<Record<string, number>>;
  readonly place: Place;
}

export interface Exception {
  readonly rule: string;
  readonly user?: string;
  readonly group?: string;
  readonly role?: string;
  /** The requirement or separation that is meant. */
  readonly name?: string;
  readonly reason: string;
  readonly owner: string;
  readonly ticket?: string;
  readonly granted?: string;
  readonly expires: string;
  readonly place: Place;
}

export interface Policy {
  /** The root file first. */
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
  readonly population: {
    readonly minUsers: number | undefined;
    /** Fractions of 1. */
    readonly maxDrop: number | undefined;
    readonly maxGrowth: number | undefined;
  };
  readonly sources: {
    /** A run without one of these has no answer, also when nobody gave a credential for it. */
    readonly required: readonly SourceName[];
    /** These may fail: then only what they are the authority for has no answer. */
    readonly optional: readonly SourceName[];
    readonly place: Place;
  };
  readonly accounts: Clause | undefined;
  readonly groups: readonly Entry[];
  /** Undefined when the policy does not speak of roles. */
  readonly roles: readonly Entry[] | undefined;
  readonly separations: readonly Separation[];
  readonly requirements: readonly Requirement[];
  readonly review: Review | undefined;
  readonly rules: Readonly<Record<string, RuleSetting>>;
  readonly exceptions: readonly Exception[];
  readonly customAttributes: readonly string[];
  /** Addresses and ids that stand in the policy, in lower case: these people are named in the open anyway. */
  readonly named: ReadonlySet<string>;
  /** Where findings point that no entry of the policy is about. */
  readonly top: Place;
  /** The place of the `groups` key, or `top`. */
  readonly groupsPlace: Place;
  readonly rolesPlace: Place;
  /** Lines and columns of a place. */
  readonly locate: (place: Place) => Location;
  /** The text of a place, as it stands in the file. */
  readonly textOf: (place: Place) => string;
}
