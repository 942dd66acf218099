import type { AttributeName, Fact, SourceName } from './facts.ts';

/** Attributes that are stored on a person; `domain` and `team` are derived from the address and the groups. */
export type StoredAttribute = Exclude<AttributeName, 'domain' | 'team'>;

/** One account. Everything here comes through an allowlist: what the policy language cannot name is not read. */
export interface Person {
  /** Leapsome's id, 24 hexadecimal digits in practice, compared as text. */
  readonly id: string;
  /** As the source wrote it; usually the address. */
  readonly userName: string;
  /** Further addresses of the account in lower case, without the user name. */
  readonly addresses: readonly string[];
  readonly active: boolean;
  /** Ids of the groups that the person is in, as the person's own record lists them, without repeats. */
  readonly groups: readonly string[];
  readonly managerId: string | undefined;
  /** Only attributes that have a value. Dates are `YYYY-MM-DD`. */
  readonly attributes: Readonly<Partial<Record<StoredAttribute, string>>>;
  /** Values of the custom attributes that the policy names, by their opaque id. */
  readonly custom: Readonly<Record<string, string>> | undefined;
}

export interface Group {
  readonly id: string;
  /** As the source wrote it; compared after Unicode NFC. */
  readonly name: string;
}

export interface Role {
  readonly id: string;
  readonly name: string;
  readonly active: boolean | undefined;
  /** Ids of the people who hold the role; undefined when no source tells. */
  readonly holders: readonly string[] | undefined;
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
}

/** Counts of one kind of record at one source. */
export interface Tally {
  readonly users: number;
  readonly groups: number;
}

/** How a source was read, and proof that all of it was. */
export interface SourceEvidence {
  readonly name: SourceName;
  /** Base URL without credentials, query or fragment. */
  readonly endpoint: string;
  /** Requests sent, retries included. */
  readonly requests: number;
  readonly retries: number;
  readonly pages: Tally;
  /** What the service said there is. */
  readonly reported: Tally;
  /** Rows that arrived, repeats included. */
  readonly received: Tally;
  /** Different ids among them. */
  readonly unique: Tally;
  readonly complete: boolean;
  /** Odd but harmless things, each a sentence for a person. */
  readonly warnings: readonly string[];
}
