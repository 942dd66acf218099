import { endOf } from '../evaluate/exceptions.ts';
import { dayStart, daysToMs } from '../policy/dates.ts';
import { exceptionRule } from './exception-rule.ts';

export const exceptionTooLong = exceptionRule({
  id: 'exception-too-long',
  severity: 'error',
  finds: 'An exception lasts longer than is allowed.',
  options: { max: 365 },
  // Without the day it was granted, an exception has at least as long to run as it has from now.
  concerns: ({ exception }, asOf, { max = 0 }) => {
    const start = exception.granted === undefined ? asOf : dayStart(exception.granted)!;
    return endOf(exception) - start > daysToMs(max);
  },
  message: ({ exception }) => `lasts until ${exception.expires}, which is too long`,
  policy: ({ exception }) => `expires: …  # an earlier day than ${exception.expires}`,
});
