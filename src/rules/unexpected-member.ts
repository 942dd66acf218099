import { MEMBERS, unexpectedRule } from './clause-rule.ts';

export const unexpectedMember = unexpectedRule({
  id: 'unexpected-member',
  subject: 'user+group',
  finds: 'A person is in a group that the policy does not allow the person to be in.',
  domain: MEMBERS,
});
