import { forbiddenRule, ROLE_HOLDERS } from './clause-rule.ts';

export const forbiddenRoleHolder = forbiddenRule({
  id: 'forbidden-role-holder',
  subject: 'user+role',
  finds: 'A person holds an access role that the policy forbids for the person.',
  domain: ROLE_HOLDERS,
});
