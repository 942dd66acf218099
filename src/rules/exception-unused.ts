import { exceptionRule } from './exception-rule.ts';

export const exceptionUnused = exceptionRule({
  id: 'exception-unused',
  severity: 'warning',
  finds: 'An exception excuses nothing.',
  concerns: ({ state, matches }) => state === 'in-force' && matches === 0,
  message: () => 'excuses nothing: there is no such finding',
  policy: () => '# remove this exception',
});
