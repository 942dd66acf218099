import type { Problem, ProblemCode } from './model/problem.ts';

/** A failure that is already explained: what happened, and what to do. Never carries a secret or a response body. */
export class CheckError extends Error {
  readonly problems: readonly Problem[];
  /** The HTTP status that a service refused with, where that was the cause. */
  readonly status: number | undefined;

  constructor(problems: readonly Problem[], options: { cause?: unknown; status?: number } = {}) {
    super(problems.map((problem) => problem.message).join('\n'), { cause: options.cause });
    this.name = 'CheckError';
    this.problems = problems;
    this.status = options.status;
  }
}

/** One failure with its code, sentence and way out. */
export function failure(code: ProblemCode, message: string, hint: string, cause?: unknown): CheckError {
  return new CheckError([{ code, message, hint }], { cause });
}
