import type { Problem } from './model/problem.ts';
import { type PolicyLocation, readPolicy } from './policy/read.ts';
import { misfilled } from './review/filled.ts';

/** What can be said of a policy alone: whether it is valid. Never `in-sync`, since nobody asked Leapsome. */
export interface Validation {
  readonly result: 'valid' | 'could-not-check';
  readonly problems: readonly Problem[];
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
  readonly sha256: string | null;
}

/** Looks at the policy, its includes and its records of reviews; no credentials, no network. */
export async function validate(
  location: PolicyLocation,
  problems: readonly Problem[] = [],
): Promise<Validation> {
  const reading = await readPolicy(location);
  const { policy } = reading;
  const all = [...problems, ...reading.problems, ...(policy ? misfilled(policy) : [])];
  return {
    result: all.length === 0 ? 'valid' : 'could-not-check',
    problems: all,
    files: reading.files,
    sha256: reading.sha256,
  };
}
