import type { ClientExtras } from '../http/client.ts';
import type { HttpDeps } from '../http/types.ts';
import type { Fact, SourceName } from '../model/facts.ts';
import type { Group, Person, Role, SourceEvidence, Tally } from '../model/snapshot.ts';

/** What a source needs to talk to its service; the same for every source. */
export interface HttpTools {
  readonly deps: HttpDeps;
  readonly userAgent: string;
  /** Aborts with a CheckError when the run is cancelled or out of time. */
  readonly signal: AbortSignal;
  /** On the monotonic clock. */
  readonly deadline: number;
  /** Called with each secret that comes up during the run, before anything else happens with it. */
  readonly onSecret: (secret: string) => void;
  /** For tests. */
  readonly limits?: ClientExtras['limits'];
}

/** What the policy wants to be read beyond the fixed allowlist. */
export interface Wanted {
  /** Ids of custom attributes that the policy names. */
  readonly customAttributes: readonly string[];
  /** `min-users: 0` in the policy: a population without anybody is believed. */
  readonly mayBeEmpty: boolean;
}

/** What one source reported. */
export interface Reading {
  readonly source: SourceName;
  readonly people: readonly Person[];
  readonly groups: readonly Group[];
  readonly roles: readonly Role[] | undefined;
  readonly facts: ReadonlySet<Fact>;
  /** Ids that are the source's own, not Leapsome's: those records are linked by address or name. */
  readonly foreign?: {
    readonly people: ReadonlySet<string>;
    readonly groups: ReadonlySet<string>;
    readonly roles: ReadonlySet<string>;
  };
}

/** Rows read so far, for progress lines; totals are unknown until the first page is there, or for good. */
export interface Progress {
  readonly source: SourceName;
  readonly kind: keyof Tally;
  readonly received: number;
  readonly reported: number | undefined;
}

/** Requests that left within one second. */
export interface Pace {
  /** The most of this reading. */
  readonly busiestSecond: number;
  /** The most that this program ever sends. */
  readonly ceiling: number;
  /** The most that the service documents to allow; undefined where it publishes no limit. */
  readonly limit: number | undefined;
}

/** A service that the population is read from. */
export interface Source {
  readonly name: SourceName;
  /** Reads everything, or refuses with a CheckError. `evidence()` is also right after a refusal. */
  read(wanted: Wanted, onProgress: (progress: Progress) => void): Promise<Reading>;
  evidence(): SourceEvidence;
  pace(): Pace;
  close(): Promise<void>;
}
