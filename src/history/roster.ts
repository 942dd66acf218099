import { compare } from '../model/compare.ts';
import type { Roster } from '../model/report.ts';
import type { Group, Person } from '../model/snapshot.ts';

/** How an account stood, in one letter, so that a roster of many thousands stays small. */
const STATES = { a: 'active', p: 'pending', i: 'inactive' } as const;
export type RosterState = (typeof STATES)[keyof typeof STATES];

export interface RosterEntry {
  readonly state: RosterState;
  /** Ids of the groups that the account was in. */
  readonly groups: ReadonlySet<string>;
}

/** Who was there and in which groups: ids alone, nothing that names anybody. */
export function rosterOf(people: readonly Person[], groups: readonly Group[]): Roster {
  const sorted = [...groups].sort((a, b) => compare(a.id, b.id));
  const index = new Map(sorted.map(({ id }, number) => [id, number]));
  return {
    groups: sorted.map(({ id, name }) => ({ id, name })),
    people: people.map((person) => entry(person, index)).sort(compare),
  };
}

function entry(person: Person, index: ReadonlyMap<string, number>): string {
  const state = person.active ? 'a' : person.pending ? 'p' : 'i';
  const numbers = person.groups.flatMap((id) => index.get(id) ?? []).sort((a, b) => a - b);
  // An id is a text of the service's choosing: only so can no space in it shift what follows.
  return `${encodeURIComponent(person.id.toWellFormed())} ${state} ${numbers.join(',')}`.trimEnd();
}

/** Reads a roster back, by id. Undefined when it is not one. */
export function readRoster(roster: unknown): ReadonlyMap<string, RosterEntry> | undefined {
  const { groups, people } = (roster ?? {}) as { groups?: unknown; people?: unknown };
  if (!Array.isArray(groups) || !Array.isArray(people)) return undefined;
  const ids = groups.map((group: unknown) => (group as { id?: unknown } | null)?.id);
  if (!ids.every((id) => typeof id === 'string')) return undefined;
  const entries = new Map<string, RosterEntry>();
  for (const line of people) {
    const found = typeof line === 'string' ? readEntry(line, ids) : undefined;
    if (found === undefined) return undefined;
    entries.set(found.id, found.entry);
  }
  return entries;
}

const ENTRY = /^(\S+) ([api])(?: (\d+(?:,\d+)*))?$/;

function readEntry(line: string, ids: readonly string[]): { id: string; entry: RosterEntry } | undefined {
  const [, id, state, numbers = ''] = ENTRY.exec(line) ?? [];
  if (id === undefined || !isEncoded(id)) return undefined;
  const groups = numbers === '' ? [] : numbers.split(',').map((number) => ids[Number(number)]);
  if (groups.includes(undefined)) return undefined;
  return {
    id: decodeURIComponent(id),
    entry: { state: STATES[state as keyof typeof STATES], groups: new Set(groups as string[]) },
  };
}

function isEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
