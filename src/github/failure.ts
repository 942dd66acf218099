/** What could not be done, and what it needs. */
export interface Undertaking {
  /** "The comment on the pull request could not be written" */
  readonly what: string;
  /** "pull-requests: write" */
  readonly permission: string;
  /** "which GitHub does not give to …": why the token may have less than the workflow asks for. */
  readonly reason?: string | undefined;
}

/** GitHub took longer than anybody should wait for it. */
export class TimeIsUp extends Error {}

/** An answer was longer than any honest one, and was not read to its end. */
export class TooLarge extends Error {}

/** The repository has no issues. */
export class SwitchedOff extends Error {}

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
  const { cause, advice } = diagnose(error, undertaking);
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

function diagnose(error: unknown, undertaking: Undertaking): Diagnosis {
  const { status, response } = (error ?? {}) as Answered;
  const own = OWN.find(([kind]) => error instanceof kind)?.[1];
  if (own) return own;
  if (error instanceof DoesNotStay)
    return {
      cause: 'GitHub lists it, but does not find it when it is to be written (HTTP 404)',
      advice: needed(undertaking),
    };
  if (typeof status !== 'number') return { cause: "GitHub's API gave an answer that makes no sense" };
  if (!response) return { cause: "GitHub's API could not be reached" };
  // Never for what the job may do: a token that may do nothing is answered with 403 or 404.
  if (status === 401)
    return {
      cause: 'GitHub refused the token (HTTP 401)',
      advice: 'It has expired or is wrong: look at "github-token"',
    };
  if (isLimit(error)) return { cause: `GitHub limits the requests of this token for now (HTTP ${status})` };
  if (status === 403) return refusal(error as Answered, undertaking);
  if (status === 404)
    return {
      cause: 'GitHub knows no such thing, or the token may not see it (HTTP 404)',
      advice: needed(undertaking),
    };
  if (status === 410) return { cause: 'that is switched off, or was deleted, in this repository (HTTP 410)' };
  return { cause: `GitHub's API answered with HTTP ${status}` };
}

const OWN: readonly (readonly [new () => Error, Diagnosis])[] = [
  [TimeIsUp, { cause: "GitHub's API took too long" }],
  [
    TooLarge,
    {
      cause: "an answer of GitHub's API is far larger than any that was asked for",
      advice: 'Look for a proxy in between that alters answers',
    },
  ],
  [
    SwitchedOff,
    { cause: 'issues are switched off in this repository', advice: 'Allow them in its settings' },
  ],
];

/** Why GitHub refuses what no permission of the job would change, by the words that it uses. */
const REFUSALS: readonly (readonly [RegExp, Diagnosis])[] = [
  [
    /\blocked\b/i,
    { cause: 'the conversation is locked (HTTP 403)', advice: 'Unlock it to see the outcome there' },
  ],
  [
    /\barchived\b/i,
    {
      cause: 'the repository is archived (HTTP 403)',
      advice: 'Nothing can be written there until it is unarchived',
    },
  ],
  [
    /\bSAML\b/,
    {
      cause: 'the organisation asks for single sign-on, and the token is not authorised for that (HTTP 403)',
      advice: 'Whoever made the token can authorise it for the organisation',
    },
  ],
  [
    /\bIP allow list\b/i,
    {
      cause: "the organisation's IP allow list keeps this runner out (HTTP 403)",
      advice: 'Have its owners add the address of the runner, or use a runner that is on the list',
    },
  ],
];

/** HTTP 403, where GitHub does not just ask to wait. */
function refusal({ message, response }: Answered, undertaking: Undertaking): Diagnosis {
  const words = response?.headers?.['x-github-sso'] === undefined ? String(message) : 'SAML';
  const known = REFUSALS.find(([pattern]) => pattern.test(words))?.[1];
  if (known) return known;
  const advice = needed(undertaking);
  const isPermission = undertaking.reason !== undefined || /\bnot accessible by\b/i.test(words);
  return {
    cause: 'the token may not do that (HTTP 403)',
    advice: isPermission
      ? advice
      : `${advice}. If it has that, a rule of the organisation or a proxy in between forbids it`,
  };
}

function needed({ permission, reason }: Undertaking): string {
  return `The job needs "permissions: ${permission}"${reason ? `, ${reason}` : ''}`;
}

/** A refusal for now, and not for what the token may do. */
export function isLimit(error: unknown): boolean {
  const { status, message, response } = (error ?? {}) as Answered;
  if (status === 429) return true;
  const isUsedUp = response?.headers?.['x-ratelimit-remaining'] === '0';
  return status === 403 && (isUsedUp || /secondary rate/i.test(String(message)));
}
