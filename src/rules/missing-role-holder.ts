import { missingRule, ROLE_HOLDERS } from './clause-rule.ts';

export const missingRoleHolder = missingRule({
  id: 'missing-role-holder',
  subject: 'user+role',
  finds: 'A person does not hold an access role that the policy wants the person to hold.',
  domain: ROLE_HOLDERS,
});
