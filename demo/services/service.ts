import type { IncomingHttpHeaders } from 'node:http';
import type { Active, Answer, Voice } from '../fault-effects.ts';
import type { ServiceName } from '../faults.ts';

/** A GET request to one service. */
export interface Question {
  /** Below the service's base URL. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  readonly active: readonly Active[];
}

/** The behaviour of one service, apart from sockets, rate limits and the faults that any server may have. */
export interface Service extends Voice {
  readonly name: ServiceName;
  /** Requests that it answers in any second when nothing else is said; 0 means no limit. */
  readonly rateLimit: number;
  answer(question: Question): Answer;
  /** Forgets what it counts for faults. Credentials stay valid. */
  reset?(): void;
}

/** A whole number of at least `least`, or undefined when it is not given. */
export function whole(text: string | undefined, least: number): number | 'bad' | undefined {
  if (text === undefined) return undefined;
  return /^\d{1,9}$/.test(text) && Number(text) >= least ? Number(text) : 'bad';
}

/** The token of `Authorization: Bearer TOKEN`. */
export function bearer({ authorization }: IncomingHttpHeaders): string | undefined {
  return /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
}
