import { type AttributeName, BEYOND_SCIM, type Fact, type SourceName } from './facts.ts';

/** Attributes that are stored on a person; `domain` and `team` are derived from the address and the groups. */
export type StoredAttribute = Exclude<AttributeName, 'domain' | 'team'>;

/** Accounts that exist and are not in use yet. They count as expected, and never as active. */
export const PENDING_STATES = ['created', 'invited', 'pre-boarding'] as const;
export type PendingState = (typeof PENDING_STATES)[number];

/** One account. Everything here comes through an allowlist: what the policy language cannot name is not read. */
export interface Person {
  /** Leapsome's id, 24 hexadecimal digits in practice, compared as text. */
  readonly id: string;
  /** As the source wrote it; usually the address. */
  readonly userName: string;
  /** Further addresses of the account in lower case, without the user name. */
  readonly addresses: readonly string[];
  /** False for a pending account, too. */
  readonly active: boolean;
  /** Set for an account that is not in use yet. */
  readonly pending?: PendingState;
  /** Ids of the groups that the person is in, as the person's own record lists them, without repeats. */
  readonly groups: readonly string[];
  readonly managerId: string | undefined;
  /** Only attributes that have a value. Dates are `YYYY-MM-DD`. */
  readonly attributes: Attributes;
  /** Values of the custom attributes that the policy names, by their opaque id. */
  readonly custom: Readonly<Record<string, string>> | undefined;
}

/** Attributes that are groups of people, of which somebody may be in several. */
export type GroupAttribute = 'department' | 'cost-center' | 'division' | 'business-unit';

/** Groups of these kinds say what somebody is, not what somebody may do: everybody has one of each. */
export const ATTRIBUTE_KINDS: ReadonlySet<GroupKind | undefined> = new Set([
  'department',
  'business-unit',
  'cost-center',
  'division',
] satisfies GroupAttribute[]);
export type Attributes = Readonly<
  Partial<Record<Exclude<StoredAttribute, GroupAttribute>, string>> &
    Partial<Record<GroupAttribute, string | readonly string[]>>
>;

/** The kinds of group that Leapsome tells apart. */
export const GROUP_KINDS = [
  'team',
  'department',
  'business-unit',
  'cost-center',
  'division',
  'other',
] as const;
export type GroupKind = (typeof GROUP_KINDS)[number];

export interface Group {
  readonly id: string;
  /** As the source wrote it; compared after Unicode NFC. */
  readonly name: string;
  /** Missing when no source tells. */
  readonly kind?: GroupKind;
}

export interface Role {
  readonly id: string;
  readonly name: string;
  readonly active: boolean | undefined;
  /** Ids of the people who hold the role; undefined when no source tells. */
  readonly holders: readonly string[] | undefined;
}

/** What one of several sources said, for holding it against the others. Ids are those of the merged snapshot. */
export interface SourceView {
  readonly source: SourceName;
  readonly facts: ReadonlySet<Fact>;
  readonly people: ReadonlyMap<string, Person>;
  /** Ids of the groups that the source would show somebody to be in; undefined stands for every group there is. */
  readonly groups: ReadonlySet<string> | undefined;
}

/** Everybody and everything that the sources reported at one moment. */
export interface Snapshot {
  readonly people: readonly Person[];
  readonly groups: readonly Group[];
  /** Undefined when no source that was read knows of roles. */
  readonly roles: readonly Role[] | undefined;
  /** The sources that were read. */
  readonly sources: readonly SourceName[];
  /** What the sources that were read do report. A fact that is not in here is unknown, never "no". */
  readonly facts: ReadonlySet<Fact>;
  /** Sources for which there is a credential, and that could not be read although the policy lets them fail. */
  readonly failed?: readonly SourceName[];
  /** What each source said by itself; only where several were read. */
  readonly views?: readonly SourceView[];
}

/** True for everybody who can use Leapsome now or is about to. */
export function isLive(person: Person): boolean {
  return person.active || person.pending !== undefined;
}

/**
 * The source that has the last word on what SCIM does not see, where it was to be read and could not be. Undefined also
 * where nobody gave a credential for one: what SCIM says is all that is asked for then.
 */
export function unheard({
  sources,
  failed = [],
}: Pick<Snapshot, 'sources' | 'failed'>): SourceName | undefined {
  const authority = BEYOND_SCIM.find((name) => sources.includes(name) || failed.includes(name));
  return authority !== undefined && failed.includes(authority) ? authority : undefined;
}

/** Counts of records of each kind at one source. */
export interface Tally {
  readonly users: number;
  readonly groups: number;
  /** Only where the source knows roles. */
  readonly roles?: number;
}

/** How a source was read, and proof that all of it was. */
export interface SourceEvidence {
  readonly name: SourceName;
  /** Base URL without credentials, query or fragment. */
  readonly endpoint: string;
  /** Requests sent, retries included. */
  readonly requests: number;
  readonly retries: number;
  /** Answers that said "too many requests" (HTTP 429). */
  readonly refusals: number;
  readonly pages: Tally;
  /** What the service said there is; null where it announces no totals. */
  readonly reported: Tally | null;
  /** Rows that arrived, repeats included. */
  readonly received: Tally;
  /** Different ids among them. */
  readonly unique: Tally;
  readonly complete: boolean;
  /** Odd but harmless things, each a sentence for a person. */
  readonly warnings: readonly string[];
}
