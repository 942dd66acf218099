import { MEMBERS, missingRule } from './clause-rule.ts';

export const missingMember = missingRule({
  id: 'missing-member',
  subject: 'user+group',
  finds: 'A person is not in a group that the policy wants the person to be in.',
  domain: MEMBERS,
});
