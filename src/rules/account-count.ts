import { ACCOUNTS, countRule } from './clause-rule.ts';

export const accountCount = countRule({
  id: 'account-count',
  subject: 'accounts',
  finds: 'There are fewer or more active accounts than the policy wants.',
  domain: ACCOUNTS,
});
