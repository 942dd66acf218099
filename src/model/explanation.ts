import type { SourceName } from './facts.ts';
import type { Location, Problem } from './problem.ts';
import type { ReportedException, ReportedFinding, ReportedGroup, ReportedUser } from './report.ts';
import type { RuleSeverity, Severity } from './severity.ts';
import type { GroupKind, PendingState } from './snapshot.ts';

/** What can be asked about. */
export const SUBJECT_KINDS = ['person', 'group', 'role', 'rule'] as const;
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

/** What `explain` says. Its JSON output has this shape. */
export interface Explanation {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: 'leapsome-access-policy'; readonly version: string };
  readonly result: 'explained' | 'could-not-check';
  /** The question, as it was asked. */
  readonly subject: string;
  /** ISO 8601 in UTC. */
  readonly asOf: string;
  readonly personalData: 'show' | 'mask';
  readonly policy: { readonly path: string; readonly sha256: string | null };
  /** Null when the question has no answer. */
  readonly about: PersonExplanation | TargetExplanation | RuleExplanation | null;
  /** Why there is no answer. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/** The exit code of each result. */
export const EXPLANATION_EXIT_CODES = { explained: 0, 'could-not-check': 2 } as const satisfies Record<
  Explanation['result'],
  number
>;

/** Kleene's three values, for people. */
export type Answer = 'yes' | 'no' | 'unknown';

/** Why a selector matches somebody, or does not. */
export interface Reason {
  /** The selector as a phrase. */
  readonly text: string;
  readonly location: Location;
  readonly answer: Answer;
  /** What would have to be known; empty where there is an answer, or where the parts say it. */
  readonly unknown: readonly string[];
  /** The parts of the selector that decide, each with its own place. */
  readonly parts: readonly Reason[];
  /** Further parts of the same answer. */
  readonly more: number;
}

/** One of the lists of a clause, held against somebody. */
export interface ListReason extends Omit<Reason, 'unknown'> {
  readonly word: ListWord;
}

export const LIST_WORDS = ['exactly', 'at-least', 'at-most', 'never'] as const;
export type ListWord = (typeof LIST_WORDS)[number];

/** What a clause says of somebody; `open` is no word either way, `nothing` an entry without a clause. */
export const SAYINGS = [
  'required',
  'permitted',
  'not-permitted',
  'forbidden',
  'open',
  'nothing',
  'unknown',
] as const;
export type Saying = (typeof SAYINGS)[number];

/**
 * What follows from it. `awaited`: required, and the account is not in use yet; `contradiction`: required and forbidden;
 * `not-judged`: a deactivated account, or an entry without a clause.
 */
export const JUDGEMENTS = [
  'fine',
  'unexpected',
  'missing',
  'forbidden',
  'awaited',
  'contradiction',
  'unknown',
  'not-judged',
] as const;
export type Judgement = (typeof JUDGEMENTS)[number];

/** An element of the policy, and where it stands. */
export interface EntryShown {
  /** Empty for `accounts`. */
  readonly name: string;
  readonly location: Location;
  readonly owner?: string;
  readonly controls: readonly string[];
}

export interface RuleShown {
  readonly id: string;
  readonly severity: RuleSeverity;
}

/** What an entry with a clause says of a person. */
export interface EntryStatement {
  readonly about: 'accounts' | 'group' | 'role';
  readonly entry: EntryShown;
  /** The live group or role; null for `accounts`. */
  readonly target: ReportedGroup | null;
  /** Is in the group, holds the role, has an account that is in use or about to be. */
  readonly has: boolean;
  readonly says: Saying;
  readonly judgement: Judgement;
  /** The rule that reports it, when something is wrong. */
  readonly rule: RuleShown | null;
  readonly lists: readonly ListReason[];
  /** Why the entry as a whole cannot be held against anybody. */
  readonly unknown: readonly string[];
}

/** What a requirement says of a person. */
export interface RequirementStatement {
  readonly about: 'requirement';
  readonly entry: EntryShown;
  readonly judgement: 'fine' | 'broken' | 'unknown' | 'not-judged';
  readonly rule: RuleShown | null;
  readonly when: Reason;
  readonly require: Reason;
}

/** What a separation of duties says of a person who is in one of its groups. */
export interface SeparationStatement {
  readonly about: 'separation';
  readonly entry: EntryShown;
  readonly judgement: 'fine' | 'broken' | 'not-judged';
  readonly rule: RuleShown | null;
  /** The elements of the list that the person matches. */
  readonly elements: readonly {
    readonly name: string;
    readonly location: Location;
    readonly groups: readonly ReportedGroup[];
  }[];
}

export type Statement = EntryStatement | RequirementStatement | SeparationStatement;

export type AccountState = 'active' | 'deactivated' | PendingState;

/** An exception as it stands; `not-yet` before the day on which it was granted. */
export interface ExceptionShown extends Omit<ReportedException, 'state'> {
  readonly state: ReportedException['state'] | 'not-yet';
}

export interface PersonExplanation {
  readonly kind: 'person';
  readonly user: ReportedUser;
  readonly state: AccountState;
  /** What each source says of the account; empty unless they differ. */
  readonly sources: readonly {
    readonly source: SourceName;
    readonly state: AccountState | 'not-listed';
  }[];
  readonly manager: ReportedUser | null;
  /** What a policy can ask for and the person has. */
  readonly attributes: readonly { readonly name: string; readonly values: readonly string[] }[];
  /** What a policy could ask for and nobody tells here. */
  readonly unknown: readonly { readonly name: string; readonly why: string }[];
  /** Null when nobody tells who is in which group. */
  readonly groups: readonly GroupHeld[] | null;
  /** Null when nobody tells who holds which role. */
  readonly roles: readonly (ReportedGroup & { readonly isManaged: boolean })[] | null;
  readonly statements: readonly Statement[];
  /** Elements of the policy that neither require nor forbid anything of the person, who has none of it. */
  readonly others: number;
  readonly findings: readonly ReportedFinding[];
  /** Exceptions that name the person. */
  readonly exceptions: readonly ExceptionShown[];
}

export interface GroupHeld extends ReportedGroup {
  readonly kind?: GroupKind;
  /** An entry of the policy is about it. */
  readonly isManaged: boolean;
  /** To this policy it is an attribute of people, not a group. */
  readonly isAttribute: boolean;
}

/** Some people: how many, and the first of those who may be named. */
export interface People {
  readonly count: number;
  readonly names: readonly string[];
}

/** A list of a clause, and whom it selects. */
export interface ListShown {
  readonly word: ListWord;
  readonly text: string;
  readonly location: Location;
  /** Everybody whom the list selects, whether in the group or not. */
  readonly selects: People;
  /** People of whom nobody can tell. */
  readonly unknown: number;
  readonly why: readonly string[];
}

/** What an entry says of a group or role. */
export interface TargetEntry {
  readonly entry: EntryShown;
  readonly severity: Severity | null;
  /** Null for an entry that judges nobody. */
  readonly lists: readonly ListShown[] | null;
  readonly bounds: { readonly min?: number; readonly max?: number; readonly location: Location } | null;
  /** Why the entry cannot be held against the group or role. */
  readonly unknown: readonly string[];
}

export interface TargetExplanation {
  readonly kind: 'group' | 'role';
  readonly target: ReportedGroup & { readonly kind?: GroupKind; readonly active?: boolean };
  readonly isManaged: boolean;
  readonly isAttribute: boolean;
  /** Null when nobody tells who is in it; `why` says so then. */
  readonly members: {
    readonly active: People;
    readonly pending: People;
    readonly deactivated: People;
    /** Holders whom no source lists as people. */
    readonly unlisted: number;
  } | null;
  readonly why: readonly string[];
  readonly entries: readonly TargetEntry[];
  /** Separations of duties that name it. */
  readonly separations: readonly EntryShown[];
  readonly findings: readonly ReportedFinding[];
  readonly exceptions: readonly ExceptionShown[];
}

export interface RuleExplanation {
  readonly kind: 'rule';
  readonly id: string;
  readonly finds: string;
  /** Without a policy that says otherwise. */
  readonly severity: Severity;
  /** Null without a policy. The place is null where the policy leaves the rule alone. */
  readonly inPolicy: { readonly severity: RuleSeverity; readonly location: Location | null } | null;
  /** In days; `set` is what the policy says, or the default. */
  readonly options: readonly { readonly name: string; readonly default: number; readonly set: number }[];
  /** What it looks at and who tells it; empty when it needs nothing of Leapsome. */
  readonly needs: string;
  readonly resolve: string;
  /** What an exception names; null when there can be none. */
  readonly exception: { readonly names: readonly string[]; readonly mayName: readonly string[] } | null;
  /** Path of its section in the documentation. */
  readonly docs: string;
}
