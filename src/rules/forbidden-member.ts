import { forbiddenRule, MEMBERS } from './clause-rule.ts';

export const forbiddenMember = forbiddenRule({
  id: 'forbidden-member',
  subject: 'user+group',
  finds: 'A person is in a group that the policy forbids for the person.',
  domain: MEMBERS,
});
