import { compare } from '../model/compare.ts';
import type { Group, Person, Role, Snapshot } from '../model/snapshot.ts';
import { inChunks } from '../reporters/chunks.ts';

/**
 * `snapshot.json` in chunks: who has what, as it was read, and nothing about what anybody is. The same population gives
 * the same bytes, whatever the order in which a service lists it: all is sorted by id, one record stands on a line, and
 * nothing tells when it was read. Masked, it holds no user names.
 */
export function snapshotChunks(snapshot: Snapshot, personalData: 'show' | 'mask'): Iterable<string> {
  return inChunks(pieces(snapshot, personalData));
}

function* pieces(snapshot: Snapshot, personalData: 'show' | 'mask'): Iterable<string> {
  const { people, groups, roles, sources } = snapshot;
  const head = JSON.stringify({ schemaVersion: 1, personalData, sources }).slice(0, -1);
  yield `${head},\n"groups":${lines(groups, groupRecord)},\n"roles":${roles ? lines(roles, roleRecord) : 'null'},\n"people":[`;
  let separator = '\n';
  for (const person of sorted(people)) {
    yield `${separator}${JSON.stringify(personRecord(person, personalData))}`;
    separator = ',\n';
  }
  yield '\n]}\n';
}

// Each field by its name: one that the model gains is not in the snapshot by itself.

function personRecord(person: Person, personalData: 'show' | 'mask'): object {
  const { id, userName, active, pending, managerId, groups } = person;
  return {
    id,
    userName: personalData === 'show' ? userName : undefined,
    status: active ? 'active' : (pending ?? 'inactive'),
    manager: managerId,
    groups: inOrder(groups),
  };
}

function groupRecord({ id, name, kind }: Group): object {
  return { id, name, kind };
}

function roleRecord({ id, name, active, holders }: Role): object {
  // Null, and not left out: it says that no source told.
  return { id, name, active, holders: holders ? inOrder(holders) : null };
}

function lines<T extends { readonly id: string }>(
  records: readonly T[],
  record: (each: T) => object,
): string {
  return `[${sorted(records)
    .map((each) => `\n${JSON.stringify(record(each))}`)
    .join(',')}\n]`;
}

function sorted<T extends { readonly id: string }>(records: readonly T[]): readonly T[] {
  return [...records].sort((a, b) => compare(a.id, b.id));
}

/** Nearly every list is sorted as it comes: looking costs less than copying. */
function inOrder(ids: readonly string[]): readonly string[] {
  for (let at = 1; at < ids.length; at++) if (ids[at - 1]! > ids[at]!) return [...ids].sort(compare);
  return ids;
}
