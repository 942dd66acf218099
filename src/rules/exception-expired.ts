import { endOf } from '../evaluate/exceptions.ts';
import { daysToMs } from '../policy/dates.ts';
import { exceptionRule } from './exception-rule.ts';

export const exceptionExpired = exceptionRule({
  id: 'exception-expired',
  severity: 'error',
  finds: 'An exception has ended and still stands in the policy.',
  options: { grace: 0 },
  concerns: ({ exception }, asOf, { grace = 0 }) => endOf(exception) + daysToMs(grace) <= asOf,
  message: ({ exception, matches }) =>
    `ended on ${exception.expires}${matches > 0 ? ` and what it excused is still there` : ''}`,
  policy: () => '# remove this exception, and grant another one if it is to go on',
});
