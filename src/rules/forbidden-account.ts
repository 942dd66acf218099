import { ACCOUNTS, forbiddenRule } from './clause-rule.ts';

export const forbiddenAccount = forbiddenRule({
  id: 'forbidden-account',
  subject: 'user',
  finds: 'A person has an account, active or about to be, that the policy forbids.',
  domain: ACCOUNTS,
});
