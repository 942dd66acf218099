/** What a round of review began with. */
export interface RoundContent {
  readonly groupId: string;
  /** The day on which it began, `YYYY-MM-DD`. */
  readonly started: string;
  /** Leapsome ids of everybody who was in the group. */
  readonly people: readonly string[];
}

/**
 * The text whose SHA-256 (of its UTF-8 bytes) a record carries: a line for the group, one for the day, and one for each
 * person, sorted by their bytes, each with a line feed. Ids are percent-encoded, so that no line feed in one can pass for
 * another line; 24 hexadecimal digits stay as they are.
 */
export function digestText({ groupId, started, people }: RoundContent): string {
  const lines = people.map((id) => `user ${encoded(id)}`).sort();
  return [`group ${encoded(groupId)}`, `started ${started}`, ...lines].map((line) => `${line}\n`).join('');
}

function encoded(id: string): string {
  return encodeURIComponent(id.toWellFormed());
}
