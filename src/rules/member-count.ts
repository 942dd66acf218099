import { countRule, MEMBERS } from './clause-rule.ts';

export const memberCount = countRule({
  id: 'member-count',
  subject: 'group',
  finds: 'A group has fewer or more active members than the policy wants.',
  domain: MEMBERS,
});
