import { SUMMARY_BYTES } from '../model/limits.ts';

/** What a job summary may take: of what the runner keeps, some is left to other code of the same step. */
export const SUMMARY_LIMIT = SUMMARY_BYTES - 16 * 1024;

/** A part of a document that may be cut between rows and stays well-formed. */
export interface Section {
  readonly head: string;
  readonly rows: Iterable<string>;
  /** How many rows there are, without walking through them. */
  readonly total: number;
  readonly foot: string;
  /** What stands before the foot when rows were left out. */
  readonly cut: (left: number) => string;
}

/** What came of fitting a section. */
export interface Fitted {
  readonly text: string;
  readonly left: number;
}

/** Bytes of a text in UTF-8: what the runner counts. */
export function bytes(text: string): number {
  return Buffer.byteLength(text);
}

/** As much of a section as fits into so many bytes, cut between rows. Nothing at all when not even one row fits. */
export function fitInto(section: Section, budget: number): Fitted {
  const { head, rows, total, foot, cut } = section;
  const frame = bytes(head) + bytes(foot);
  // The longest remark that can become necessary is kept free from the start.
  const room = budget - frame - bytes(cut(total));
  const kept: string[] = [];
  let used = 0;
  for (const row of rows) {
    used += bytes(row);
    if (used > room) break;
    kept.push(row);
  }
  const left = total - kept.length;
  if (room < 0 || (kept.length === 0 && total > 0)) return { text: '', left: total };
  return { text: `${head}${kept.join('')}${left > 0 ? cut(left) : ''}${foot}`, left };
}
