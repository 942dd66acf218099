import { compare } from '../model/compare.ts';
import type { GoneFinding, Move, ReportedFinding, ReportedUser, Roster, Since } from '../model/report.ts';
import { type RosterEntry, readRoster } from './roster.ts';

/** What an earlier report tells, once it was understood. */
export interface Earlier {
  readonly startedAt: string;
  readonly personalData: 'show' | 'mask';
  /** The policy of that run, by `policyKey`; undefined where it cannot be told. */
  readonly policy: string | undefined;
  /** Open and excepted ones, by fingerprint. */
  readonly findings: ReadonlyMap<string, EarlierFinding>;
  /** Missing in a report of a version that kept none. */
  readonly roster: ReadonlyMap<string, RosterEntry> | undefined;
  /** Names of the sources that were read, in order, and the groups that they knew, from id to name. */
  readonly sources: string;
  readonly groups: ReadonlyMap<string, string>;
  /** False when that run came to no verdict: what it did not find may have been there. */
  readonly isWhole: boolean;
}

export interface EarlierFinding {
  readonly rule: string;
  readonly status: 'open' | 'excepted';
  readonly firstSeen: string;
  readonly message: string;
  readonly user: string | undefined;
}

export interface Now {
  readonly personalData: 'show' | 'mask';
  /** The policy of this run, by `policyKey`; undefined where it cannot be told. */
  readonly policy?: string | undefined;
  readonly roster: Roster;
  readonly sources: string;
  readonly findings: readonly ReportedFinding[];
  /** How somebody of today may be shown; undefined for whoever is no longer known. */
  readonly reported: (id: string) => ReportedUser | undefined;
  readonly nameOfGroup: (id: string) => string;
}

/** The same for two policies of the same text. */
export function policyKey(files: readonly { readonly sha256: string }[]): string {
  return files.map(({ sha256 }) => sha256).join(' ');
}

/** Says of each finding since which day it is there: from the earlier report, else from this run on. */
export function withAges(
  findings: readonly ReportedFinding[],
  earlier: Earlier | undefined,
  today: string,
): ReportedFinding[] {
  return findings.map((finding) => ({
    ...finding,
    firstSeen: earlier?.findings.get(finding.fingerprint)?.firstSeen ?? today,
  }));
}

/** What has changed since an earlier run. */
export function since(earlier: Earlier, now: Now): Since {
  const present = new Set(now.findings.map(({ fingerprint }) => fingerprint));
  const isNew = ({ fingerprint }: ReportedFinding) => !earlier.findings.has(fingerprint);
  const before = earlier.roster;
  const people = before && compareRosters(before, readRoster(now.roster)!, comparable(earlier, now), now);
  return {
    startedAt: earlier.startedAt,
    newFindings: now.findings.filter(isNew).length,
    goneFindings: [...earlier.findings]
      .filter(([fingerprint]) => !present.has(fingerprint))
      .map(([fingerprint, finding]) => gone(fingerprint, finding, earlier, now))
      .sort((a, b) => compare(a.rule, b.rule) || compare(a.fingerprint, b.fingerprint)),
    ...(people ? { people } : {}),
  };
}

function gone(fingerprint: string, finding: EarlierFinding, earlier: Earlier, now: Now): GoneFinding {
  const { rule, status, firstSeen, message, user } = finding;
  const shown = user === undefined ? undefined : (now.reported(user) ?? { id: user });
  return {
    fingerprint,
    rule,
    status,
    firstSeen,
    ...(mayRepeat(earlier, now) ? { message } : {}),
    ...(shown ? { user: shown } : {}),
  };
}

/**
 * Whether texts of then may be repeated. One that was shown may name somebody who is masked now; a masked one named only
 * whom the policy of then named, and not even the person that it is about need be among those whom the policy names now.
 */
function mayRepeat(earlier: Earlier, now: Now): boolean {
  if (now.personalData === 'show') return true;
  return earlier.personalData === 'mask' && now.policy !== undefined && earlier.policy === now.policy;
}

type Entries = ReadonlyMap<string, RosterEntry>;

/**
 * Whether a group counts when memberships are compared. A source that was not read then brings groups along, or takes
 * them away, without anybody having moved: so only groups known at both times count.
 */
function comparable(earlier: Earlier, now: Now): (id: string) => boolean {
  if (earlier.sources === now.sources) return () => true;
  const today = new Set(now.roster.groups.map(({ id }) => id));
  return (id) => today.has(id) && earlier.groups.has(id);
}

/** Active people who came, who went, and who are in other groups than before. */
function compareRosters(
  before: Entries,
  after: Entries,
  counts: (group: string) => boolean,
  now: Now,
): NonNullable<Since['people']> {
  const user = (id: string): ReportedUser => now.reported(id) ?? { id };
  const active = (entries: Entries) =>
    [...entries].flatMap(([id, { state }]) => (state === 'active' ? [id] : []));
  const isActive = (entries: Entries, id: string) => entries.get(id)?.state === 'active';
  const today = active(after);
  const moved = today.flatMap((id) => {
    const then = before.get(id);
    return then?.state === 'active' ? (move(id, then, after.get(id)!, counts, now) ?? []) : [];
  });
  return {
    joined: today.filter((id) => !isActive(before, id)).map(user),
    left: active(before)
      .filter((id) => !isActive(after, id))
      .map(user),
    moved,
  };
}

function move(
  id: string,
  { groups: before }: RosterEntry,
  { groups: after }: RosterEntry,
  counts: (group: string) => boolean,
  { reported, nameOfGroup }: Now,
): Move | undefined {
  const into = [...after].filter((group) => !before.has(group) && counts(group));
  const outOf = [...before].filter((group) => !after.has(group) && counts(group));
  if (into.length + outOf.length === 0) return undefined;
  const named = (ids: readonly string[]) => ids.map((group) => ({ id: group, name: nameOfGroup(group) }));
  return { user: reported(id) ?? { id }, into: named(into), outOf: named(outOf) };
}
