import type { Remedies } from './policy-edit.ts';
import type { Location, Problem } from './problem.ts';
import type { RuleSeverity, Severity } from './severity.ts';
import type { SourceEvidence } from './snapshot.ts';

export type Result = 'in-sync' | 'drift' | 'could-not-check';

/** The exit code of each verdict. */
export const EXIT_CODES = { 'in-sync': 0, drift: 1, 'could-not-check': 2 } as const satisfies Record<
  Result,
  number
>;

export type RuleStatus = 'pass' | 'fail' | 'not-evaluated';

/** How one rule ended. */
export interface RuleResult {
  readonly id: string;
  readonly severity: RuleSeverity;
  readonly status: RuleStatus;
  /** Open findings; excepted ones are not counted. */
  readonly findings: number;
  /** Why the rule, or a part of it, was not evaluated. */
  readonly reason?: string;
}

/** A person as shown to people. `email` is missing when personal data is masked and the policy does not name the person. */
export interface ReportedUser {
  readonly id: string;
  readonly email?: string;
}

export interface ReportedGroup {
  readonly id: string;
  readonly name: string;
}

/** What a pull request does to a finding: it brings it about, or it was there without it. */
export type Change = 'introduced' | 'existing';

export interface ReportedFinding {
  /** Stable across runs: made of the rule and Leapsome ids, not of names or lines. 64 hexadecimal digits. */
  readonly fingerprint: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly status: 'open' | 'excepted';
  readonly message: string;
  readonly user?: ReportedUser;
  readonly group?: ReportedGroup;
  readonly role?: ReportedGroup;
  readonly location: Location;
  readonly remedies: Remedies;
  readonly controls: readonly string[];
  /** Only of open findings of a pull request that could be compared with its base. */
  readonly change?: Change;
  /** The day in UTC on which a run first saw it, as far as earlier reports tell. */
  readonly firstSeen?: string;
  /** The exception that excuses the finding, when `status` is `excepted`. */
  readonly exception?: {
    readonly owner: string;
    readonly reason: string;
    readonly expires: string;
    readonly ticket?: string;
  };
}

/** An exception of the policy as it stands at the time of the run. */
export interface ReportedException {
  readonly rule: string;
  readonly subject: string;
  readonly owner: string;
  readonly reason: string;
  readonly ticket?: string;
  readonly expires: string;
  readonly state: 'in-force' | 'expiring' | 'expired';
  /** Findings that it excuses now. */
  readonly findings: number;
  readonly location: Location;
}

/** Everybody who was there, by id alone, so that a later run can tell what has changed. */
export interface Roster {
  /** Sorted by id. */
  readonly groups: readonly ReportedGroup[];
  /** Each `ID STATE GROUPS`: the id percent-encoded, `a`ctive, `p`ending or `i`nactive, and places in `groups` from 0 on. */
  readonly people: readonly string[];
}

/** A finding of an earlier run that is there no longer. */
export interface GoneFinding {
  readonly fingerprint: string;
  readonly rule: string;
  readonly status: 'open' | 'excepted';
  readonly firstSeen: string;
  /** Missing where it could name somebody who is masked now. */
  readonly message?: string;
  readonly user?: ReportedUser;
}

/** Somebody who is in other groups than before. */
export interface Move {
  readonly user: ReportedUser;
  readonly into: readonly ReportedGroup[];
  readonly outOf: readonly ReportedGroup[];
}

/** What has changed since the run of an earlier report. */
export interface Since {
  /** When that run began, ISO 8601 in UTC. */
  readonly startedAt: string;
  readonly newFindings: number;
  readonly goneFindings: readonly GoneFinding[];
  /** Accounts that became active, ceased to be, or changed groups; missing when the earlier report kept no roster. */
  readonly people?: {
    readonly joined: readonly ReportedUser[];
    readonly left: readonly ReportedUser[];
    readonly moved: readonly Move[];
  };
}

/** A finding by the policy of the base that the policy of the pull request no longer has. */
export interface ResolvedFinding
  extends Pick<ReportedFinding, 'fingerprint' | 'rule' | 'severity' | 'message' | 'user' | 'group' | 'role'> {
  /** What resolves it: a change of the policy, a new exception, or that its rule is switched off. */
  readonly by: 'policy' | 'exception' | 'rule-off';
}

/** What merging a pull request would change: the policies of both ends, held against the same population. */
export interface Preview {
  /** Commit whose policy was compared with. */
  readonly base: string;
  /** The base has no policy yet. */
  readonly addsPolicy: boolean;
  /** Open findings that are there because of the pull request. */
  readonly introduced: number;
  /** Open findings that are there without it, too. */
  readonly existing: number;
  /** Open findings of which the policy of the base does not tell. */
  readonly notCompared: number;
  /** False when existing findings do not count for the verdict. */
  readonly failOnExisting: boolean;
  readonly resolved: readonly ResolvedFinding[];
}

/** One round of review of one group, and how far it has come. */
export interface ReportedReview {
  readonly file: string;
  /** Of the file. */
  readonly sha256: string;
  readonly group: ReportedGroup;
  /** Days in UTC, `YYYY-MM-DD`: the first, the last for decisions, the last on which it counts once complete. */
  readonly startedOn: string;
  readonly dueOn: string;
  readonly countsUntil: string;
  readonly state: 'complete' | 'running' | 'incomplete' | 'altered' | 'not-yet';
  readonly entitlements: number;
  /** Of the entitlements, those with a valid decision: `kept` and `revoked` together. */
  readonly decided: number;
  readonly kept: number;
  readonly revoked: number;
  /** People who are in the group now and were not when the round began; of the newest round of a group alone. */
  readonly joined?: number;
}

export interface RunInfo {
  readonly repository?: string;
  readonly sha?: string;
  readonly ref?: string;
  readonly runUrl?: string;
  readonly actor?: string;
  readonly event?: string;
  /**
   * Directory of the workspace that is the root of the run's repository; null where the policy is not of that repository.
   * Missing where it is the workspace itself.
   */
  readonly policyRoot?: string | null;
}

/** The whole outcome of a check: what every surface shows, and what `report.json` holds. */
export interface Report {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: 'leapsome-access-policy'; readonly version: string };
  readonly result: Result;
  /** ISO 8601 in UTC, like the two below. */
  readonly asOf: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly run: RunInfo;
  readonly policy: {
    readonly sha256: string | null;
    readonly files: readonly { readonly path: string; readonly sha256: string }[];
  };
  readonly sources: readonly SourceEvidence[];
  readonly population: {
    readonly users: number;
    readonly activeUsers: number;
    /** Accounts that are not in use yet: created, invited, or in pre-boarding. Missing when none is known. */
    readonly pendingUsers?: number;
    readonly groups: number;
    readonly memberships: number;
  } | null;
  /** What the population was, or would have been, compared with: the last one that was believed. */
  readonly baseline?: { readonly activeUsers: number };
  /** What has changed since the previous report; missing without one that can be compared with. */
  readonly since?: Since;
  /** What the pull request changes; missing outside of one, and where its base could not be compared with. */
  readonly preview?: Preview;
  readonly personalData: 'show' | 'mask';
  readonly failOn: string;
  readonly rules: readonly RuleResult[];
  readonly counts: {
    readonly error: number;
    readonly warning: number;
    readonly notice: number;
    readonly excepted: number;
  };
  /** Sorted: heaviest first, then by place in the policy. */
  readonly findings: readonly ReportedFinding[];
  readonly exceptions: readonly ReportedException[];
  /** Rounds of review, the newest first; missing where the policy asks for none, and where nobody was read. */
  readonly reviews?: readonly ReportedReview[];
  readonly problems: readonly Problem[];
  /** Odd things that do not change the verdict. */
  readonly warnings: readonly string[];
  /** For the next run; missing when nobody was read. */
  readonly roster?: Roster;
}
