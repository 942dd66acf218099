const DAY = 24 * 60 * 60 * 1000;

/** `YYYY-MM-DD` that exists in the calendar, as milliseconds of its first moment in UTC; undefined otherwise. */
export function dayStart(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const at = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(at)) return undefined;
  // Date.parse lets 31 February roll over into March.
  return new Date(at).toISOString().startsWith(text) ? at : undefined;
}

/** The first moment after the day `text`: what is valid "through the end of that day" ends here. */
export function dayEnd(text: string): number | undefined {
  const start = dayStart(text);
  return start === undefined ? undefined : start + DAY;
}

/** True when the day `text` has ended at the moment `now`; false for what is no day. */
export function isOver(text: string, now: number): boolean {
  const end = dayEnd(text);
  return end !== undefined && end <= now;
}

/** Days in `3d` or `2w`; undefined for anything else. */
export function days(text: string): number | undefined {
  const match = /^(\d{1,5})([dw])$/.exec(text);
  if (!match) return undefined;
  return Number(match[1]) * (match[2] === 'w' ? 7 : 1);
}

/** Milliseconds in `n` days. */
export function daysToMs(n: number): number {
  return n * DAY;
}

/** The day of a moment, `YYYY-MM-DD` in UTC. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
