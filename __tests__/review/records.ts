/** Records of reviews for tests, filled in as people would. */

import { recordText } from '../../src/review/draft.ts';
import { digestOf } from '../../src/review/read.ts';
import { address, idOf } from '../evaluate/builders.ts';

/** What is filled in for one person; nothing leaves the entry blank. */
export interface Filled {
  readonly decision?: string;
  readonly reviewer?: string;
  readonly date?: string;
}

export const DAY = '2026-11-01';

/** Kept or revoked by Ada, two days after the round began. */
export const KEEP: Filled = { decision: 'keep', reviewer: 'ada@example.com', date: '2026-11-03' };
export const REVOKE: Filled = { ...KEEP, decision: 'revoke' };

/** The record of a group, with what is filled in by name: `{ jo: KEEP, sam: {} }`. */
export function record(
  people: Readonly<Record<string, Filled>>,
  { group = 'Payroll', day = DAY }: { readonly group?: string; readonly day?: string } = {},
): string {
  const ids = Object.keys(people).map(idOf);
  const text = recordText({
    group: { id: idOf(group), name: group },
    started: day,
    due: day,
    owner: '@acme/finance',
    sha256: digestOf({ groupId: idOf(group), started: day, people: ids }),
    entries: Object.keys(people).map((name) => ({
      id: idOf(name),
      userName: address(name),
      expectation: 'expected',
    })),
  });
  return Object.entries(people).reduce((before, [name, filled]) => fill(before, idOf(name), filled), text);
}

/** Fills in the entry of an id. */
export function fill(text: string, id: string, filled: Filled): string {
  const from = text.indexOf(`    id: "${id}"`);
  if (from < 0) throw new Error(`the record has no entry ${id}`);
  const rest = Object.entries(filled).reduce(
    (entry, [key, value]) => entry.replace(new RegExp(`^( {4}${key}:).*$`, 'm'), `$1 ${value}`),
    text.slice(from),
  );
  return text.slice(0, from) + rest;
}

/** Where the record of a round of Payroll lies. */
export function at(day = DAY, name = 'payroll'): string {
  return `access/reviews/${day}/${name}.yml`;
}
