import { ROLE_HOLDERS, unexpectedRule } from './clause-rule.ts';

export const unexpectedRoleHolder = unexpectedRule({
  id: 'unexpected-role-holder',
  subject: 'user+role',
  finds: 'A person holds an access role that the policy does not allow the person to hold.',
  domain: ROLE_HOLDERS,
});
