import type { Evaluation } from '../evaluate/evaluation.ts';
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
  concerns: ({ exception }, asOf, { max = 0 }) => exception.expires > latestDay(exception, max, asOf),
  message: ({ exception }) => `lasts until ${exception.expires}, which is too long`,
  policy: ({ exception }) => `expires: …  # an earlier day than ${exception.expires}`,
  end: ({ exception }, evaluation) => {
    const to = latestEnd(exception, evaluation);
    // One that should have ended already is as good as gone.
    return dayStart(to)! + daysToMs(1) <= evaluation.asOf ? undefined : { to };
  },
});

/** The last day on which an exception may end, which is so many days after the one on which it was granted. */
export function latestDay({ granted }: Pick<Exception, 'granted'>, max: number, asOf: number): string {
  return dayOf((granted === undefined ? asOf : dayStart(granted)!) + daysToMs(max));
}

function latestEnd(exception: Exception, { policy, asOf }: Evaluation): string {
  return latestDay(exception, policy.rules[ID]?.days.max ?? DEFAULT, asOf);
}
