import type { Evaluation } from '../evaluate/evaluation.ts';
import { endOf } from '../evaluate/exceptions.ts';
import { dayOf, dayStart, daysToMs } from '../policy/dates.ts';
import type { Exception } from '../policy/types.ts';
import { exceptionRule } from './exception-rule.ts';

const ID = 'exception-too-long';
const DEFAULT = 365;

export const exceptionTooLong = exceptionRule({
  id: ID,
  severity: 'error',
  finds: 'An exception lasts longer than is allowed.',
  options: { max: DEFAULT },
  // Without the day it was granted, an exception has at least as long to run as it has from now.
  concerns: ({ exception }, asOf, { max = 0 }) => endOf(exception) - startOf(exception, asOf) > daysToMs(max),
  message: ({ exception }) => `lasts until ${exception.expires}, which is too long`,
  policy: ({ exception }) => `expires: …  # an earlier day than ${exception.expires}`,
  end: ({ exception }, evaluation) => {
    const to = latestEnd(exception, evaluation);
    // One that should have ended already is as good as gone.
    return dayStart(to)! + daysToMs(1) <= evaluation.asOf ? undefined : { to };
  },
});

function startOf({ granted }: Exception, asOf: number): number {
  return granted === undefined ? asOf : dayStart(granted)!;
}

/** The last day on which an exception may end. */
function latestEnd(exception: Exception, { policy, asOf }: Evaluation): string {
  const max = policy.rules[ID]?.days.max ?? DEFAULT;
  return dayOf(startOf(exception, asOf) + daysToMs(max - 1));
}
