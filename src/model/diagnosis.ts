import type { Fact, SourceName } from './facts.ts';
import type { Problem } from './problem.ts';
import type { RuleSeverity } from './severity.ts';

/** What `doctor` found: numbers and words of its own, nothing of anybody's data. Its JSON output has this shape. */
export interface Diagnosis {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: 'leapsome-access-policy'; readonly version: string };
  readonly result: 'ready' | 'could-not-check';
  readonly environment: Environment;
  /** Every source there is, also those without a credential. */
  readonly sources: readonly SourceDiagnosis[];
  readonly policy: PolicyDiagnosis;
  /** Everything that stands in the way, each with its remedy. */
  readonly problems: readonly DiagnosedProblem[];
}

/** A problem of one source, or of the whole. */
export interface DiagnosedProblem extends Problem {
  readonly source?: SourceName;
}

/** Where the program runs. */
export interface Environment {
  readonly node: string;
  /** The oldest version that will do. */
  readonly nodeNeeded: string;
  readonly platform: string;
  readonly arch: string;
  /** GitHub's runner, or act, which imitates it; null on a command line of one's own. */
  readonly runner: {
    readonly os: string | null;
    readonly arch: string | null;
    /** `github-hosted` or `self-hosted`, where the runner tells. */
    readonly kind: string | null;
    readonly act: boolean;
  } | null;
  /** NODE_EXTRA_CA_CERTS is set. */
  readonly extraCertificates: boolean;
}

export interface SourceDiagnosis {
  readonly name: SourceName;
  readonly state: 'works' | 'fails' | 'not-given';
  /** Base URL; null without a credential. */
  readonly endpoint: string | null;
  /** Host of the proxy on the way there, without its credentials; null when there is none. */
  readonly proxy: string | null;
  /** Null when nobody was asked. */
  readonly traffic: Traffic | null;
  /** Null unless the source works. */
  readonly reading: ReadingDiagnosis | null;
  /** Without a credential: what no other source tells here, and this one would. */
  readonly wouldTell: readonly Fact[];
  /** Odd but harmless things, each a sentence for a person. */
  readonly warnings: readonly string[];
}

/** How close the reading came to what the service allows. */
export interface Traffic {
  /** Requests sent, retries included. */
  readonly requests: number;
  readonly retries: number;
  /** Answers that said "too many requests" (HTTP 429). */
  readonly refusals: number;
  /** The most requests that left within one second. */
  readonly busiestSecond: number;
  /** The most that this program ever sends within one second. */
  readonly ceiling: number;
  /** The most that the service documents to allow; null where it publishes no limit. */
  readonly limit: number | null;
}

/** What can be read with a credential. */
export interface ReadingDiagnosis {
  readonly counts: Counts;
  /** Facts that the source told of somebody or something. */
  readonly tells: readonly Fact[];
  /** Facts that it could tell and did not. */
  readonly silent: readonly { readonly fact: Fact; readonly why: string }[];
  /** Those that no other source tells here. */
  readonly onlyTells: readonly Fact[];
  /** Rules of the policy that could not be evaluated without this source. */
  readonly enables: readonly string[];
}

export interface Counts {
  readonly users: number;
  readonly active: number;
  /** Accounts that are not in use yet. Missing where the source cannot tell them from active ones. */
  readonly pending?: number;
  readonly deactivated: number;
  readonly groups: number;
  readonly memberships: number;
  /** Missing where the source shows no access roles. */
  readonly roles?: number;
}

export interface PolicyDiagnosis {
  readonly path: string;
  readonly state: 'none' | 'valid' | 'invalid';
  readonly sha256: string | null;
  /** Null when there is no valid policy, or no source that works. */
  readonly rules: readonly RuleDiagnosis[] | null;
}

export interface RuleDiagnosis {
  readonly id: string;
  readonly severity: RuleSeverity;
  /** `not-evaluated` also when only a part of the rule is. */
  readonly state: 'evaluated' | 'not-evaluated' | 'off';
  readonly reasons: readonly string[];
}

/** The exit code of each result. */
export const DIAGNOSIS_EXIT_CODES = { ready: 0, 'could-not-check': 2 } as const satisfies Record<
  Diagnosis['result'],
  number
>;
