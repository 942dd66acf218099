/** Why no honest answer could be given. The codes are part of the public contract. */
export const PROBLEM_CODES = [
  'no-credentials',
  'auth-rejected',
  'token-invalid',
  'token-kind',
  'rate-limited',
  'timed-out',
  'unreachable',
  'tls-failed',
  'redirected',
  'bad-response',
  'too-large',
  'incomplete',
  'empty-population',
  'implausible-population',
  'ambiguous-group',
  'policy-not-found',
  'policy-invalid',
  'not-evaluated',
  'cancelled',
  'output-failed',
  'input-invalid',
] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];

/** A place in a policy file: 1-based lines and columns, the end exclusive. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface Problem {
  readonly code: ProblemCode;
  /** What happened, and where: one sentence or a code frame. Hostile text is not yet escaped. */
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
  readonly location?: Location;
}
