import type { Expectation } from '../../model/access.ts';

/** How a report speaks of each expectation: a word, and what it means. The sign beside it is in the style sheet. */
export const EXPECTATION_WORDS = {
  unexpected: ['unexpected', 'held, and no line of the policy allows it'],
  forbidden: ['forbidden', 'held, although a line of the policy forbids it'],
  missing: ['missing', 'not held, although the policy requires it'],
  unknown: ['unknown', 'held, and no source tells what the policy asks about'],
  expected: ['expected', 'a line of the policy names or selects the person'],
  'not-limited': ['not limited', 'held; the policy does not limit who may hold it'],
  'not-governed': ['not governed', 'held; no entry of the policy is about it'],
  inactive: ['inactive', 'held by an account that was deactivated'],
} as const satisfies Record<Expectation, readonly [word: string, meaning: string]>;

/** What needs somebody's eyes comes first. */
export const EXPECTATIONS_SHOWN = Object.keys(EXPECTATION_WORDS) as readonly Expectation[];
