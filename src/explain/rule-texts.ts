/** What docs/rules.md says of a rule in short; a test holds the two against each other. */
export interface RuleTexts {
  /** What the rule looks at, and who tells it; empty when that is the policy alone. */
  readonly needs: string;
  readonly resolve: string;
}

export const RULE_TEXTS: Readonly<Record<string, RuleTexts>> = {
  'unexpected-member': {
    needs: 'membership',
    resolve:
      'remove the person from the group. Or, if the access is right, add the person (or a selector) to the clause. For cover that ends, write an exception with `user` and `group`.',
  },
  'missing-member': {
    needs: 'membership',
    resolve: 'add the person to the group. Or remove the line, or narrow the selector.',
  },
  'forbidden-member': {
    needs: 'membership',
    resolve: 'remove the person from the group. Or narrow `never`.',
  },
  'member-count': {
    needs: 'membership',
    resolve: 'add or remove members. Or change `min` or `max`. An exception names the `group`.',
  },
  'unexpected-account': { needs: 'accounts', resolve: 'deactivate the account. Or cover it in `accounts`.' },
  'missing-account': {
    needs: 'accounts',
    resolve:
      'invite or reactivate the person. Or correct the address: a changed surname is the usual reason.',
  },
  'forbidden-account': { needs: 'accounts', resolve: 'deactivate the account. Or narrow `never`.' },
  'account-count': {
    needs: 'accounts',
    resolve:
      'deactivate accounts nobody needs. Or change `count`. An exception has no subject: there is just one such finding.',
  },
  'unexpected-role-holder': {
    needs: 'role holders: StackOne',
    resolve:
      'take the role from the person in Leapsome. Or cover the person in the clause. Without StackOne, give the entry `severity: notice`, or leave out its `members`.',
  },
  'missing-role-holder': {
    needs: 'role holders: StackOne',
    resolve: 'give the person the role. Or narrow the clause.',
  },
  'forbidden-role-holder': {
    needs: 'role holders: StackOne',
    resolve: 'take the role from the person. Or narrow `never`.',
  },
  'role-holder-count': {
    needs: 'role holders: StackOne',
    resolve: 'give or take the role. Or change `min` or `max`. An exception names the `role`.',
  },
  'unmanaged-group': {
    needs: 'groups; empty ones: SCIM or StackOne',
    resolve:
      'add an entry. One without `members` is enough to say "known, and open to all". Or delete the group in Leapsome.',
  },
  'missing-group': {
    needs: 'all groups: SCIM or StackOne; `kind`: Content API',
    resolve: 'correct the name, pin the group with `id`, or remove the line. Or create the group.',
  },
  'renamed-group': { needs: 'groups', resolve: 'take over the new name. Or change it back in Leapsome.' },
  'unmanaged-role': {
    needs: 'role catalogue: Content API or StackOne',
    resolve: 'add an entry. One without `members` is enough to say "known". Or delete the role in Leapsome.',
  },
  'missing-role': {
    needs: 'role catalogue: Content API or StackOne',
    resolve:
      'correct the name, or remove the entry. Or create the role. With SCIM alone, give the entry `severity: notice`.',
  },
  'renamed-role': {
    needs: 'role catalogue: Content API or StackOne',
    resolve: 'take over the new name. Or change it back in Leapsome.',
  },
  'inactive-role': {
    needs: 'role catalogue: Content API',
    resolve: 'remove the entry. Or switch the role on.',
  },
  'inactive-member': {
    needs: 'membership',
    resolve: 'remove the account from the group. Or switch the rule off, if deactivated accounts may stay.',
  },
  'leaver-active': {
    needs: 'end date: SCIM or Content API; lifecycle: Content API',
    resolve: 'deactivate the account. Or correct the end date.',
  },
  'inactive-manager': { needs: 'manager: SCIM or Content API', resolve: 'choose another manager.' },
  'duplicate-identity': {
    needs: 'accounts',
    resolve: 'merge or remove the account that is not used. In the policy, name the right one by `id`.',
  },
  'dangling-group': {
    needs: 'membership, groups',
    resolve: "look for an archived team, or ask Leapsome's support about the id.",
  },
  'separation-of-duties': {
    needs: 'membership',
    resolve:
      'remove the person from all but one. Or write an exception with `user`, and `name` if only that separation is meant.',
  },
  requirement: {
    needs: 'what the selectors ask for',
    resolve:
      "correct the person's profile. Or write an exception with `user`, and `name` if only that requirement is meant.",
  },
  'source-disagreement': {
    needs: 'any two sources',
    resolve:
      "correct the person's status, lifecycle, end date or groups in Leapsome, or what the identity provider or HR system sends there. For a known difference that ends, write an exception with `user`; it covers all three kinds.",
  },
  'review-overdue': {
    needs: 'membership',
    resolve:
      'begin a round with `review start`, decide, and merge the record. Or complete the round that is open.',
  },
  'review-incomplete': {
    needs: 'membership',
    resolve:
      'fill in `decision`, `reviewer` and `date`. A record that was altered is put back from the history of the repository. An exception names the `group`, and `user` if only that person is meant.',
  },
  'review-self': { needs: 'membership', resolve: 'let somebody else decide.' },
  'revocation-pending': {
    needs: 'membership',
    resolve: 'remove the person from the group. Or decide again, in a new round.',
  },
  'exception-expired': {
    needs: '',
    resolve: 'remove the exception. Or set a later `expires`, in a reviewed pull request.',
  },
  'exception-expiring': { needs: '', resolve: 'end the access in time, or prolong the exception.' },
  'exception-unused': { needs: '', resolve: 'remove it.' },
  'exception-too-long': {
    needs: '',
    resolve: 'choose an earlier `expires`, and decide again then. Or make it part of the policy.',
  },
};
