import type { Evaluated } from '../../src/evaluate/evaluate.ts';
import { judge } from '../evaluate/builders.ts';

/** A policy with one exception, on line 5, from what `IN` does to it. */
export function excepting(dates: string, more = ''): string {
  return `version: 1
groups: [{ name: A, members: [] }]
# the exception
exceptions:
  - rule: unexpected-member
    user: jo@example.com
    group: A
    reason: cover
    owner: "@acme/finance"
    ${dates}
${more}`;
}

/** The exception has something to excuse, or has not. */
export const IN = { people: ['jo: A'] };
export const OUT = { people: ['jo'], groups: ['A'] };

/** Midnight in UTC, and the last millisecond before it. */
export function at(day: string): string {
  return `${day}T00:00:00Z`;
}

export function endOf(day: string): string {
  return `${day}T23:59:59.999Z`;
}

export function judgeAt(asOf: string, policy: string, people: typeof IN | typeof OUT = IN): Evaluated {
  return judge(policy, people, { asOf });
}
