import { endsWithin } from '../evaluate/exceptions.ts';
import { exceptionRule } from './exception-rule.ts';

export const exceptionExpiring = exceptionRule({
  id: 'exception-expiring',
  severity: 'warning',
  finds: 'An exception ends soon.',
  options: { within: 14 },
  // One that excuses nothing may end: exception-unused says so.
  concerns: ({ exception, state, matches }, asOf, { within = 0 }) =>
    state === 'in-force' && matches > 0 && endsWithin(exception, within, asOf),
  message: ({ exception }) => `ends on ${exception.expires}`,
  policy: ({ exception }) => `expires: …  # a later day than ${exception.expires}, if it is to go on`,
  end: () => ({}),
});
