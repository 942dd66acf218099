import { compare } from '../model/compare.ts';
import type { ReportedReview } from '../model/report.ts';
import type { Group, Person } from '../model/snapshot.ts';
import { dayEnd, dayOf, dayStart, daysToMs } from '../policy/dates.ts';
import { isGlob } from '../policy/glob.ts';
import type { Place, Review, ReviewEntry, ReviewRecord } from '../policy/types.ts';
import type { Evaluation } from './evaluation.ts';
import { foldAddress, type Population } from './population.ts';
import {
  gone,
  groupsMistaken,
  mayBeSaid,
  namesOf,
  peopleMistaken,
  quoted,
  unknownNamesInWords,
} from './record-names.ts';

/** How one entry of a record stands. */
export type Decision =
  | { readonly kind: 'keep' | 'revoke'; readonly date: string }
  /** Nothing is filled in yet. */
  | { readonly kind: 'blank'; readonly place: Place }
  /** Something is, and it is no valid decision. */
  | { readonly kind: 'invalid'; readonly why: string; readonly place: Place }
  /** The person decided about her- or himself. */
  | { readonly kind: 'self'; readonly place: Place }
  /** Whoever read the entry read the name of somebody else. */
  | { readonly kind: 'mistaken'; readonly why: string; readonly place: Place };

export interface JudgedEntry {
  readonly entry: ReviewEntry;
  /** The account; of one that is gone, what the record knows of it. */
  readonly person: Person;
  /** Other accounts that the entry calls by name, while its id is that of the person. */
  readonly mistakenFor: readonly Person[];
  readonly decision: Decision;
  readonly revocation: Revocation | undefined;
}

/** What an entry takes away, whether or not it is a valid decision. */
export interface Revocation {
  /** The day from which it counts: that of the decision, else the one on which the round began. */
  readonly day: string;
  /** The entry names that day, and it can be. */
  readonly isDated: boolean;
}

/** A round of one group, held against who there is. */
export interface Round {
  readonly record: ReviewRecord;
  readonly entries: readonly JudgedEntry[];
  /** Other groups that the record calls by name, while its id is that of the group. */
  readonly mistakenFor: readonly Group[];
  /** It holds what it began with, of the group that it names, and all of that is decided by somebody else. */
  readonly isComplete: boolean;
}

/** What is known of the reviews of one group. */
export interface GroupReview {
  /** The live group, or of one that is gone what its newest record says. */
  readonly group: Pick<Group, 'id' | 'name'>;
  readonly isLive: boolean;
  /** The policy wants it to be reviewed, and there is somebody in it. */
  readonly isDue: boolean;
  /** Who decides, as the policy says now. */
  readonly owner: string | undefined;
  /** The ones that have begun by the time of the run, the newest first. */
  readonly rounds: readonly Round[];
}

/** A pattern or name of `review.groups`, or an entry, that leads to nothing, or nobody knows where. */
export interface OpenScope {
  readonly name: string;
  readonly place: Place;
  readonly matches: readonly Group[];
  /** Why nobody knows, where that is not for its name. */
  readonly reason?: string | undefined;
  /** Nothing is under review: this stands for the review as a whole. */
  readonly isWhole?: boolean;
}

export interface Reviews {
  readonly review: Review;
  /** By name of the group. */
  readonly groups: readonly GroupReview[];
  /** Rounds of days after that of the run: they have not begun. */
  readonly notYet: readonly ReviewRecord[];
  readonly open: readonly OpenScope[];
}

const known = new WeakMap<Evaluation, Reviews | undefined>();

/** All reviews of the policy as they stand; undefined where it asks for none, or where nobody has read the records. */
export function reviewsOf(evaluation: Evaluation): Reviews | undefined {
  if (!known.has(evaluation)) known.set(evaluation, judge(evaluation));
  return known.get(evaluation);
}

/** The last day on which a round counts. */
export function countsUntil(
  { started }: Pick<ReviewRecord, 'started'>,
  { cadence }: Pick<Review, 'cadence'>,
): string {
  return dayAfter(started, cadence);
}

/** The last day on which a round may still be open. */
export function dueOn({ started }: Pick<ReviewRecord, 'started'>, within: number): string {
  return dayAfter(started, within);
}

/** So many days after a day; the last day there is where dates end. */
export function dayAfter(day: string, days: number): string {
  return dayOf(Math.min(dayStart(day)! + daysToMs(days), LAST_DAY));
}

const LAST_DAY = dayStart('9999-12-31')!;

/** The groups that the policy wants to be reviewed, whether or not anybody is in them. */
export function groupsUnderReview(
  review: Review,
  evaluation: Evaluation,
): { readonly groups: readonly Group[]; readonly open: readonly OpenScope[] } {
  const { groupsUnknown } = evaluation.population;
  if (!review.groups) {
    const bindings = evaluation.groupBindings().filter(({ entry }) => entry.clause);
    const governed = bindings.flatMap(({ targets }) => targets);
    const open = bindings.flatMap((binding): OpenScope[] => {
      const { entry, unclear } = binding;
      const { name, place } = entry;
      if (unclear) return [{ name, place, matches: unclear.targets, reason: unclear.reason }];
      const mayMiss = groupsUnknown !== undefined && evaluation.mayGovernUnseen(binding);
      return mayMiss ? [{ name, place, matches: [], reason: groupsUnknown }] : [];
    });
    // A review of nothing would pass for ever.
    if (bindings.length === 0) open.push({ name: '', place: review.place, matches: [], isWhole: true });
    return { groups: [...new Set(governed)], open };
  }
  const groups = new Set<Group>();
  const open: OpenScope[] = [];
  for (const { name, place } of review.groups) {
    const { groups: matches, ambiguous } = evaluation.groupsMatching(name);
    if (matches.length === 0 || ambiguous || (groupsUnknown !== undefined && isGlob(name)))
      open.push({ name, place, matches, reason: ambiguous ? undefined : groupsUnknown });
    if (ambiguous) continue;
    // To a pattern a department is an attribute of people; a name means what it says.
    const meant = matches.filter((group) => !isGlob(name) || !evaluation.isAttribute(group));
    if (matches.length > 0 && meant.length === 0)
      open.push({ name, place, matches, reason: ONLY_ATTRIBUTES });
    for (const group of meant) groups.add(group);
  }
  return { groups: [...groups], open };
}

const ONLY_ATTRIBUTES =
  'all that it matches are departments or the like, and those are reviewed only where their whole name is written';

/** Who answers for the review of a group. */
export function reviewOwner(id: string, evaluation: Evaluation): string | undefined {
  const byGroup = owners.get(evaluation) ?? ownersOf(evaluation);
  owners.set(evaluation, byGroup);
  return byGroup.get(id) ?? evaluation.policy.review?.owner;
}

const owners = new WeakMap<Evaluation, ReadonlyMap<string, string>>();

/** By id of the group, the owner that the first entry with one names. */
function ownersOf(evaluation: Evaluation): ReadonlyMap<string, string> {
  const byGroup = new Map<string, string>();
  for (const { entry, targets } of evaluation.groupBindings()) {
    const { owner } = entry;
    if (owner === undefined) continue;
    for (const { id } of targets) if (!byGroup.has(id)) byGroup.set(id, owner);
  }
  return byGroup;
}

function judge(evaluation: Evaluation): Reviews | undefined {
  const { policy, population, asOf } = evaluation;
  const { review } = policy;
  if (!review?.rounds) return undefined;
  const { groups: wanted, open } = groupsUnderReview(review, evaluation);
  const { true: begun = [], false: notYet = [] } = Object.groupBy(review.rounds, ({ started }) =>
    dayStart(started)! <= asOf ? 'true' : 'false',
  );
  const byGroup = Map.groupBy(begun, ({ group }) => group.id);
  const due = new Set(wanted.map(({ id }) => id));
  const groups = [...new Set([...due, ...byGroup.keys()])].map((id): GroupReview => {
    const records = (byGroup.get(id) ?? []).toSorted((a, b) => compare(b.started, a.started));
    const live = population.group(id);
    return {
      group: live ?? records[0]!.group,
      isLive: live !== undefined,
      isDue: due.has(id) && population.members(id).length > 0,
      owner: reviewOwner(id, evaluation),
      rounds: records.map((record) => roundOf(record, evaluation)),
    };
  });
  return {
    review,
    groups: groups.sort((a, b) => compare(a.group.name, b.group.name) || compare(a.group.id, b.group.id)),
    notYet,
    open,
  };
}

function roundOf(record: ReviewRecord, evaluation: Evaluation): Round {
  const { population, asOf } = evaluation;
  const listed = new Set(record.entries.map(({ id }) => id));
  const entries = record.entries.map((entry): JudgedEntry => {
    const mistakenFor = peopleMistaken(entry, listed, population);
    // By the name of somebody else nobody is to be shown.
    const person = population.person(entry.id) ?? gone(mistakenFor.length > 0 ? { id: entry.id } : entry);
    const decision = decisionOf(entry, person, record, evaluation);
    const isMistaken = mistakenFor.length > 0 && decision.kind !== 'self';
    return {
      entry,
      person,
      mistakenFor,
      decision: isMistaken ? mistaken(entry, evaluation) : decision,
      revocation: revocationOf(entry, record, asOf),
    };
  });
  const mistakenFor = groupsMistaken(record, population);
  const isDecided = entries.every(({ decision: { kind } }) => kind === 'keep' || kind === 'revoke');
  return { record, entries, mistakenFor, isComplete: isWhole({ record, mistakenFor }) && isDecided };
}

/** True for a record that holds what it began with, and says of which group. */
export function isWhole({ record, mistakenFor }: Pick<Round, 'record' | 'mistakenFor'>): boolean {
  return record.intact && mistakenFor.length === 0;
}

function decisionOf(
  { user, decision, reviewer, date, places }: ReviewEntry,
  person: Person,
  { started }: ReviewRecord,
  evaluation: Evaluation,
): Decision {
  if (decision === undefined && reviewer === undefined && date === undefined)
    return { kind: 'blank', place: places.decision };
  const invalid = (key: 'decision' | 'reviewer' | 'date', why: string): Decision => ({
    kind: 'invalid',
    why,
    place: places[key],
  });
  const named = (text: string): string => (mayBeSaid(text, evaluation) ? ` "${text}"` : '');
  if (reviewer === undefined) return invalid('reviewer', 'nobody says who decided');
  const who = reviewerOf(reviewer, { person, user }, evaluation.population);
  if (who === 'self') return { kind: 'self', place: places.reviewer };
  if (decision === undefined) return invalid('decision', 'there is no decision');
  if (decision !== 'keep' && decision !== 'revoke')
    return invalid('decision', `the decision${named(decision)} is neither "keep" nor "revoke"`);
  if (who === 'nobody')
    return invalid('reviewer', `the reviewer${named(reviewer)} is the address of no account in Leapsome`);
  if (who === 'several') return invalid('reviewer', "the reviewer's address belongs to several accounts");
  if (date === undefined) return invalid('date', 'there is no date');
  const odd = oddDay(date, started, evaluation.asOf);
  if (odd === 'none') return invalid('date', `the date${named(date)} is not a day, YYYY-MM-DD`);
  if (odd === 'early') return invalid('date', `it was decided on ${date}, before the round began`);
  if (odd === 'late') return invalid('date', `the day of the decision, ${date}, has not come yet`);
  return { kind: decision, date };
}

/** What is wrong with the day of a decision; undefined when it can be. */
function oddDay(date: string, started: string, asOf: number): 'none' | 'early' | 'late' | undefined {
  const day = dayStart(date);
  if (day === undefined) return 'none';
  if (date < started) return 'early';
  return day > asOf ? 'late' : undefined;
}

/**
 * A revocation counts whoever wrote it, also somebody who is not known any more, or who may not decide here, and whatever
 * day stands beside it. It can take nobody's findings away: such a round is not complete for it, and the entry is still
 * told as one that does not count. To forget it would give access back in silence, when a reviewer's account is renamed or
 * deleted. A "keep" is the other way about: it gives access, and so only a valid one does.
 */
function revocationOf(
  { decision, date }: ReviewEntry,
  { started }: ReviewRecord,
  asOf: number,
): Revocation | undefined {
  if (decision !== 'revoke') return undefined;
  // Without a day that can be, the earliest one: nothing is overdue later for it.
  if (date === undefined || oddDay(date, started, asOf) !== undefined)
    return { day: started, isDated: false };
  return { day: date, isDated: true };
}

function mistaken({ user = '', places }: ReviewEntry, evaluation: Evaluation): Decision {
  const why = `the record calls this account by the name of another one${quoted(user, evaluation)}`;
  return { kind: 'mistaken', why, place: places.id };
}

/**
 * Whoever shares an id, a user name or an address with the person is the person, and so is whoever has the name that the
 * record gives the person: addresses are handed on, and at that time it was one and the same.
 */
function reviewerOf(
  reviewer: string,
  { person, user }: { readonly person: Person; readonly user: string | undefined },
  population: Population,
): 'self' | 'nobody' | 'several' | 'other' {
  const names = namesOf(person);
  const name = foldAddress(reviewer);
  if (names.has(name) || (user !== undefined && name === foldAddress(user))) return 'self';
  const accounts = population.named(reviewer);
  if (accounts.some((account) => [...namesOf(account)].some((one) => names.has(one)))) return 'self';
  if (accounts.length === 0) return 'nobody';
  return accounts.length > 1 ? 'several' : 'other';
}

/** A revocation that nobody has taken back. */
export interface StandingRevocation extends Revocation {
  readonly person: Person;
  readonly entry: ReviewEntry;
  readonly record: ReviewRecord;
}

/**
 * Of each person of a group the first revocation that stands: to revoke once more gives no further time. What takes one
 * back is a valid "keep" of a later round that was not decided before it. One in a record that was altered stands, too:
 * damage to a record gives nobody access back. Where an entry names somebody else than its id, it is of both.
 */
export function standingRevocations({ rounds }: GroupReview): readonly StandingRevocation[] {
  const keeps = Map.groupBy(rounds.filter(isWhole).flatMap(kept), ({ id }) => id);
  const standing = rounds
    .flatMap(revoked)
    .filter(
      ({ person, record, day }) =>
        !keeps.get(person.id)?.some(({ started, date }) => started > record.started && date >= day),
    );
  const byPerson = Map.groupBy(standing, ({ person }) => person.id);
  // The newest round comes first: of one day the earlier round is meant.
  return [...byPerson.values()].map((of) => of.reduce((a, b) => (b.day <= a.day ? b : a)));
}

function kept({ record: { started }, entries }: Round) {
  return entries.flatMap(({ entry: { id }, decision }) =>
    decision.kind === 'keep' ? [{ id, started, date: decision.date }] : [],
  );
}

function revoked({ record, entries }: Round): StandingRevocation[] {
  return entries.flatMap(({ entry, person, mistakenFor, revocation }) =>
    revocation
      ? [person, ...mistakenFor].map((about) => ({ ...revocation, person: about, entry, record }))
      : [],
  );
}

/** Every round as reports list it: by day, the newest first, then by group. `within` as for review-incomplete. */
export function reviewsReported(evaluation: Evaluation, within: number): ReportedReview[] {
  const reviews = reviewsOf(evaluation);
  if (!reviews) return [];
  const { groups, notYet, review } = reviews;
  const begun = groups.flatMap(({ group, rounds }) =>
    rounds.map((round, index) => reported(round, group, index === 0, { evaluation, review, within })),
  );
  const later = notYet.map((record) => {
    const round = { record, entries: [], mistakenFor: [], isComplete: false };
    return {
      ...reported(round, record.group, false, { evaluation, review, within }),
      state: 'not-yet' as const,
    };
  });
  return [...begun, ...later].sort(
    (a, b) =>
      compare(b.startedOn, a.startedOn) || compare(a.group.name, b.group.name) || compare(a.file, b.file),
  );
}

interface Context {
  readonly evaluation: Evaluation;
  readonly review: Review;
  readonly within: number;
}

function reported(
  { record, entries, isComplete }: Round,
  { id, name }: Pick<Group, 'id' | 'name'>,
  isNewest: boolean,
  { evaluation: { population, asOf }, review, within }: Context,
): ReportedReview {
  const count = (...kinds: readonly Decision['kind'][]): number =>
    entries.filter(({ decision }) => kinds.includes(decision.kind)).length;
  const due = dueOn(record, within);
  const open = dayEnd(due)! > asOf ? 'running' : 'incomplete';
  const then = new Set(record.entries.map((entry) => entry.id));
  return {
    file: record.file,
    sha256: record.sha256,
    group: { id, name },
    startedOn: record.started,
    dueOn: due,
    countsUntil: countsUntil(record, review),
    state: !record.intact ? 'altered' : isComplete ? 'complete' : open,
    entitlements: record.entries.length,
    decided: count('keep', 'revoke'),
    kept: count('keep'),
    revoked: count('revoke'),
    ...(isNewest ? { joined: population.members(id).filter((person) => !then.has(person.id)).length } : {}),
  };
}

/** What is worth knowing of reviews: how far open rounds have come, and names in records that nobody has. */
export function runningInWords(evaluation: Evaluation, within: number): string[] {
  const reviews = reviewsOf(evaluation);
  if (!reviews) return [];
  const newest = reviews.groups.flatMap(({ isLive, rounds: [round] }) => (isLive && round ? [round] : []));
  const strange = newest.flatMap((round) => unknownNamesInWords(round, evaluation));
  return [...openInWords(reviews, evaluation, within), ...strange];
}

/** A sentence for each day on which rounds began that are still open, and in time. */
function openInWords({ groups }: Reviews, { asOf }: Evaluation, within: number): string[] {
  const newest = groups.flatMap(({ isDue, rounds: [round] }) => (isDue && round ? [round] : []));
  const running = newest.filter(
    (round) => !round.isComplete && isWhole(round) && dayEnd(dueOn(round.record, within))! > asOf,
  );
  const byDay = Map.groupBy(running, ({ record }) => record.started);
  return [...byDay].map(([day, rounds]) => {
    const all = rounds.flatMap(({ entries }) => entries);
    const decided = all.filter(({ decision: { kind } }) => kind === 'keep' || kind === 'revoke').length;
    const groups = rounds.length === 1 ? 'one group is' : `${rounds.length} groups are`;
    return `The review of ${groups} under way since ${day}: ${decided} of ${all.length} decided, the rest is due on ${dueOn({ started: day }, within)}.`;
  });
}
