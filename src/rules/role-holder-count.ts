import { countRule, ROLE_HOLDERS } from './clause-rule.ts';

export const roleHolderCount = countRule({
  id: 'role-holder-count',
  subject: 'role',
  finds: 'An access role has fewer or more active holders than the policy wants.',
  domain: ROLE_HOLDERS,
});
