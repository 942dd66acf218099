import type { Fact, SourceName } from '../model/facts.ts';
import type { Group, Person, Role, SourceEvidence } from '../model/snapshot.ts';

/** What the policy wants to be read beyond the fixed allowlist. */
export interface Wanted {
  /** Ids of custom attributes that the policy names. */
  readonly customAttributes: readonly string[];
  /** `min-users: 0` in the policy: a population without anybody is believed. */
  readonly mayBeEmpty: boolean;
}

/** What one source reported. */
export interface Reading {
  readonly people: readonly Person[];
  readonly groups: readonly Group[];
  readonly roles: readonly Role[] | undefined;
  readonly facts: ReadonlySet<Fact>;
  readonly evidence: SourceEvidence;
}

/** Rows read so far, for progress lines; totals are unknown until the first page is there. */
export interface Progress {
  readonly source: SourceName;
  readonly kind: 'users' | 'groups';
  readonly received: number;
  readonly reported: number | undefined;
}

/** A service that the population is read from. */
export interface Source {
  readonly name: SourceName;
  /** Reads everything, or refuses with a CheckError. `evidence()` is also right after a refusal. */
  read(wanted: Wanted, onProgress: (progress: Progress) => void): Promise<Reading>;
  evidence(): SourceEvidence;
  close(): Promise<void>;
}
