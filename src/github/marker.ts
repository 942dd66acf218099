import { sha256 } from '../sha256.ts';

/** Which run a text is of. A later run knows more than an earlier one. */
export interface Turn {
  /** `GITHUB_RUN_ID` and `GITHUB_RUN_ATTEMPT`; 0 where there is none. */
  readonly run: number;
  readonly attempt: number;
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
}

/** Earlier than any run: of a text whose marker tells none. */
export const NO_TURN: Turn = { run: 0, attempt: 0, startedAt: '' };

/** By run and attempt, which GitHub counts up; by the clock only where these are the same. */
export function isLater(one: Turn, other: Turn): boolean {
  if (one.run !== other.run) return one.run > other.run;
  if (one.attempt !== other.attempt) return one.attempt > other.attempt;
  return one.startedAt > other.startedAt;
}

/** The turn of the run that this environment is of. */
export function turnOf(env: Readonly<Record<string, string | undefined>>, startedAt: string): Turn {
  const number = (text = ''): number => (/^\d{1,15}$/.test(text) ? Number(text) : 0);
  return { run: number(env.GITHUB_RUN_ID), attempt: number(env.GITHUB_RUN_ATTEMPT), startedAt };
}

/** Texts about different policies of a repository are kept apart by this, which is made of the path of the policy. */
export function keyOf(policy: string): string {
  return sha256(policy).slice(0, 16);
}

export type Kind = 'comment' | 'issue';

/**
 * The first line of a text of ours, which nobody sees: whose it is, and what a later run has to know. Only we write
 * first lines; values from outside come after it, so none can pretend to be one.
 */
export function marker(kind: Kind, key: string, data: object): string {
  const json = JSON.stringify(data).replaceAll('<', '\\u003c').replaceAll('>', '\\u003e');
  return `${opening(kind, key)}${json} -->\n`;
}

/** What a text of ours says of itself to later runs, as far as nobody changed it. */
export type MarkerData = Readonly<Record<string, unknown>>;

/** Data of the marker that a text begins with; empty when somebody spoilt it, undefined when there is no such marker. */
export function readMarker(kind: Kind, key: string, text: unknown): MarkerData | undefined {
  const start = opening(kind, key);
  if (typeof text !== 'string' || !text.startsWith(start)) return undefined;
  const json = text.slice(start.length, text.indexOf(' -->'));
  try {
    const data: unknown = JSON.parse(json);
    return typeof data === 'object' && data !== null ? (data as MarkerData) : {};
  } catch {
    return {};
  }
}

/** What stands below the marker. */
export function withoutMarker(text: string): string {
  return text.slice(text.indexOf('-->') + 3).replace(/^\r?\n/, '');
}

/** The turn that a marker tells, which people can edit, too. */
export function turnIn({ turn }: MarkerData): Turn {
  const { run, attempt, startedAt } = (turn ?? {}) as Record<string, unknown>;
  const isTurn = Number.isSafeInteger(run) && Number.isSafeInteger(attempt) && typeof startedAt === 'string';
  return isTurn
    ? { run: run as number, attempt: attempt as number, startedAt: startedAt as string }
    : NO_TURN;
}

/** A day as it stands in a marker, which is a text that people can edit. */
export function isDay(value: unknown): value is string {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value);
}

function opening(kind: Kind, key: string): string {
  return `<!-- leapsome-access-policy:${kind}:${key} `;
}
