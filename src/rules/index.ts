import { accountCount } from './account-count.ts';
import { danglingGroup } from './dangling-group.ts';
import { duplicateIdentity } from './duplicate-identity.ts';
import { exceptionExpired } from './exception-expired.ts';
import { exceptionExpiring } from './exception-expiring.ts';
import { exceptionTooLong } from './exception-too-long.ts';
import { exceptionUnused } from './exception-unused.ts';
import { forbiddenAccount } from './forbidden-account.ts';
import { forbiddenMember } from './forbidden-member.ts';
import { forbiddenRoleHolder } from './forbidden-role-holder.ts';
import { inactiveManager } from './inactive-manager.ts';
import { inactiveMember } from './inactive-member.ts';
import { inactiveRole } from './inactive-role.ts';
import { leaverActive } from './leaver-active.ts';
import { memberCount } from './member-count.ts';
import { missingAccount } from './missing-account.ts';
import { missingGroup } from './missing-group.ts';
import { missingMember } from './missing-member.ts';
import { missingRole } from './missing-role.ts';
import { missingRoleHolder } from './missing-role-holder.ts';
import { renamedGroup } from './renamed-group.ts';
import { renamedRole } from './renamed-role.ts';
import { requirement } from './requirement.ts';
import { reviewIncomplete } from './review-incomplete.ts';
import { reviewOverdue } from './review-overdue.ts';
import { reviewSelf } from './review-self.ts';
import { revocationPending } from './revocation-pending.ts';
import { roleHolderCount } from './role-holder-count.ts';
import type { Rule } from './rule.ts';
import { separationOfDuties } from './separation-of-duties.ts';
import { sourceDisagreement } from './source-disagreement.ts';
import { unexpectedAccount } from './unexpected-account.ts';
import { unexpectedMember } from './unexpected-member.ts';
import { unexpectedRoleHolder } from './unexpected-role-holder.ts';
import { unmanagedGroup } from './unmanaged-group.ts';
import { unmanagedRole } from './unmanaged-role.ts';

/** The rules that judge by the records of reviews. */
export const REVIEW_RULES: ReadonlySet<string> = new Set(
  [reviewOverdue, reviewIncomplete, reviewSelf, revocationPending].map(({ id }) => id),
);

/** A rule whose findings are put into words by itself alone, so that a list can hold rules of any detail. */
export type AnyRule = Rule<never>;

/** Every rule, in the order in which reports name them. The ones about exceptions come last and run last. */
export const RULES: readonly AnyRule[] = [
  unexpectedMember,
  missingMember,
  forbiddenMember,
  memberCount,
  unexpectedAccount,
  missingAccount,
  forbiddenAccount,
  accountCount,
  unexpectedRoleHolder,
  missingRoleHolder,
  forbiddenRoleHolder,
  roleHolderCount,
  unmanagedGroup,
  missingGroup,
  renamedGroup,
  unmanagedRole,
  missingRole,
  renamedRole,
  inactiveRole,
  inactiveMember,
  leaverActive,
  inactiveManager,
  duplicateIdentity,
  danglingGroup,
  separationOfDuties,
  requirement,
  sourceDisagreement,
  reviewOverdue,
  reviewIncomplete,
  reviewSelf,
  revocationPending,
  exceptionExpired,
  exceptionExpiring,
  exceptionUnused,
  exceptionTooLong,
] as unknown as readonly AnyRule[];
