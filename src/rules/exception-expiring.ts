import { exceptionRule } from './exception-rule.ts';

export const exceptionExpiring = exceptionRule({
  id: 'exception-expiring',
  severity: 'warning',
  finds: 'An exception ends soon.',
  options: { within: 14 },
  concerns: ({ exception, state, matches }, asOf, { within = 0 }) =>
    state === 'in-force' && matches > 0 && exception.endsAt - within <= asOf,
  message: ({ exception, subject }) => `the exception for ${subject} ends on ${exception.expires}`,
  policy: ({ exception }) => `expires: …  # a later day than ${exception.expires}, if it is to go on`,
});
