import { ACCOUNTS, unexpectedRule } from './clause-rule.ts';

export const unexpectedAccount = unexpectedRule({
  id: 'unexpected-account',
  subject: 'user',
  finds: 'A person has an account, active or about to be, that the policy does not allow.',
  domain: ACCOUNTS,
});
