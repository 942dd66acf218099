/** What could not be done, and what it needs. */
export interface Undertaking {
  /** "The comment on the pull request could not be written" */
  readonly what: string;
  /** "pull-requests: write" */
  readonly permission: string;
  /** Why the token may have less than the workflow asks for. */
  readonly reason?: string | undefined;
}

/** GitHub took longer than anybody should wait for it. */
export class TimeIsUp extends Error {}

/** What GitHub lists is not found, again and again: hidden from this token, or removed each time. */
export class DoesNotStay extends Error {}

interface Answered {
  readonly status?: unknown;
  readonly message?: unknown;
  readonly response?: {
    readonly headers?: Readonly<Record<string, unknown>>;
  };
}

/** One sentence or two for a person: what failed, why, what to do. Nothing that a server sent is quoted. */
export function explainFailure(error: unknown, undertaking: Undertaking): string {
  const { cause, advice }: Diagnosis =
    error instanceof TimeIsUp ? { cause: "GitHub's API took too long" } : diagnose(error, undertaking);
  return [
    `${undertaking.what}: ${cause}.`,
    ...(advice ? [`${advice}.`] : []),
    'The verdict is not affected.',
  ].join(' ');
}

interface Diagnosis {
  readonly cause: string;
  readonly advice?: string;
}

function diagnose(error: unknown, { permission, reason }: Undertaking): Diagnosis {
  const { status, message, response } = (error ?? {}) as Answered;
  const advice = `The job needs "permissions: ${permission}"${reason ? `; ${reason}` : ''}`;
  if (error instanceof DoesNotStay)
    return { cause: 'GitHub lists it, but does not find it when it is to be written (HTTP 404)', advice };
  if (typeof status !== 'number') return { cause: "GitHub's API gave an answer that makes no sense" };
  if (!response) return { cause: "GitHub's API could not be reached" };
  if (status === 401) return { cause: 'GitHub refused the token (HTTP 401)', advice };
  if (isLimit(error)) return { cause: `GitHub limits the requests of this token for now (HTTP ${status})` };
  if (status === 403 && /\blocked\b/i.test(String(message)))
    return { cause: 'the conversation is locked (HTTP 403)', advice: 'Unlock it to see the outcome there' };
  if (status === 403) return { cause: 'the token may not do that (HTTP 403)', advice };
  if (status === 404)
    return { cause: 'GitHub knows no such thing, or the token may not see it (HTTP 404)', advice };
  if (status === 410) return { cause: 'that is switched off, or was deleted, in this repository (HTTP 410)' };
  return { cause: `GitHub's API answered with HTTP ${status}` };
}

/** A refusal for now, and not for what the token may do. */
export function isLimit(error: unknown): boolean {
  const { status, message, response } = (error ?? {}) as Answered;
  if (status === 429) return true;
  const isUsedUp = response?.headers?.['x-ratelimit-remaining'] === '0';
  return status === 403 && (isUsedUp || /secondary rate/i.test(String(message)));
}
