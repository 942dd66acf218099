import { shellPattern } from '../model/shell-word.ts';
import type { Group, Person } from '../model/snapshot.ts';
import { normal } from '../policy/glob.ts';
import type { Place, ReviewEntry, ReviewRecord } from '../policy/types.ts';
import type { Evaluation } from './evaluation.ts';
import { foldAddress, type Population } from './population.ts';

/*
 * Ids decide whom and what a record of a review is about, and its hash covers them alone. Whoever decides reads the names.
 * Both have to mean the same, or the decision is about somebody else.
 */

/** Everything that an account answers to. */
export function namesOf({ id, userName, addresses }: Person): ReadonlySet<string> {
  return new Set([id, userName, ...addresses].filter((name) => name !== '').map(foldAddress));
}

/** An account that Leapsome no longer lists, so that findings can say whom a record is about. */
export function gone({ id, user }: Pick<ReviewEntry, 'id' | 'user'>): Person {
  return {
    id,
    userName: user ?? id,
    addresses: [],
    active: false,
    groups: [],
    managerId: undefined,
    attributes: {},
    custom: undefined,
  };
}

/** What people wrote may name somebody: it is repeated only where whoever has that name may be shown. */
export function mayBeSaid(text: string, evaluation: Evaluation): boolean {
  return evaluation.shownName(gone({ id: text, user: text })) !== undefined;
}

/** The same for the end of a sentence. */
export function quoted(text: string, evaluation: Evaluation): string {
  return mayBeSaid(text, evaluation) ? ` ("${text}")` : '';
}

/** Other accounts that an entry calls by name; `listed` are the ids of all entries of its record. */
export function peopleMistaken(
  { id, user }: ReviewEntry,
  listed: ReadonlySet<string>,
  population: Population,
): readonly Person[] {
  if (user === undefined) return [];
  const own = population.person(id);
  if (own && namesOf(own).has(foldAddress(user))) return [];
  const others = population.named(user).filter((other) => other.id !== id);
  // A newcomer may have the address of somebody who is gone, and never that of somebody who was there at the same time.
  return own ? others : others.filter((other) => listed.has(other.id));
}

/** Other groups that a record calls by name; none where its own is gone, whose name may have been given to another. */
export function groupsMistaken({ group }: ReviewRecord, population: Population): readonly Group[] {
  const live = population.group(group.id);
  return live && normal(live.name) !== normal(group.name) ? population.groupsCalled(group.name) : [];
}

interface ReadRecord {
  readonly record: ReviewRecord;
  readonly entries: readonly { readonly entry: ReviewEntry; readonly person: Person }[];
}

/** Names in a record that nobody in Leapsome has: people and groups are renamed, and records are edited. */
export function unknownNamesInWords(read: ReadRecord, evaluation: Evaluation): string[] {
  const { record } = read;
  const { population, policy } = evaluation;
  const told = (place: Place, what: string): string => {
    const { file, line } = policy.locate(place);
    return `${file}:${line} ${what}. That is in order after a renaming; else see who changed it: git log -- ${shellPattern(file)}.`;
  };
  const group = population.group(record.group.id);
  const isRenamed = group && population.groupsCalled(record.group.name).length === 0;
  const renamed = read.entries.filter(({ entry: { id, user } }) => {
    const person = population.person(id);
    const isKnown = user === undefined || !person || namesOf(person).has(foldAddress(user));
    return !isKnown && population.named(user).length === 0;
  });
  const [first] = renamed;
  return [
    ...(isRenamed
      ? [
          told(
            record.startedPlace,
            `calls ${group.name} by a name that no group in Leapsome has${quoted(record.group.name, evaluation)}`,
          ),
        ]
      : []),
    ...(first ? [told(first.entry.places.id, peopleInWords(first, renamed.length - 1, evaluation))] : []),
  ];
}

function peopleInWords(
  { entry: { user = '' }, person }: ReadRecord['entries'][number],
  more: number,
  evaluation: Evaluation,
): string {
  const others =
    more === 0 ? '' : more === 1 ? ', and so does one more entry' : `, and so do ${more} more entries`;
  return `calls ${evaluation.show(person)} by a name that no account in Leapsome has${quoted(user, evaluation)}${others}`;
}
