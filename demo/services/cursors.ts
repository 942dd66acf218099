import { createHash } from 'node:crypto';

/**
 * An opaque text that stands for the row of a list from which to go on, counted from 0. `turn` tells apart cursors that
 * lead to the same row.
 */
export function cursor(list: string, from: number, turn: number): string {
  return Buffer.from(`${from}.${turn}.${proof(list, from, turn)}`).toString('base64url');
}

/** The row that a cursor of this list stands for; undefined when it is none. */
export function rowOfCursor(list: string, text: string): number | undefined {
  const plain = Buffer.from(text, 'base64url').toString();
  const [, from = '', turn = '', given] = /^(\d{1,9})\.(\d{1,9})\.([0-9a-f]{8})$/.exec(plain) ?? [];
  return given === proof(list, Number(from), Number(turn)) ? Number(from) : undefined;
}

/** So that a cursor of another list, or one that somebody made up, is known as such. */
function proof(list: string, from: number, turn: number): string {
  return createHash('sha256').update(`cursor:${list}:${from}:${turn}`).digest('hex').slice(0, 8);
}
