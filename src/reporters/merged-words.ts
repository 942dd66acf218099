import type { Merged, MergedReport, MergedTenant } from '../model/merged.ts';
import type { Result } from '../model/report.ts';
import { count, counted, countsBySeverity, lookAtThem, type Show, type Verdict } from './wording.ts';

const HASH_LENGTH = 12;
const COMMIT_LENGTH = 7;

/** What the merge came to, in plain sentences. */
export function mergedVerdict({ result, results, tenants, counts, problems }: Merged): Verdict {
  const of = (number: number) => `${count(number)} of ${counted(tenants.length, 'tenant')}`;
  const unchecked = results['could-not-check'];
  if (result === 'could-not-check') {
    const drift = results.drift > 0 ? `, drift in ${count(results.drift)}` : '';
    return {
      headline: unchecked > 0 ? `Could not check ${of(unchecked)}${drift}` : 'Could not merge',
      meaning:
        problems.length > 0 && unchecked === 0
          ? 'There is no answer for all tenants together.'
          : `Of ${unchecked === 1 ? 'this one' : 'these'} nothing is known: it is neither a pass nor drift.`,
      next: `Follow the hints, then ${unchecked > 0 ? `check ${unchecked === 1 ? 'this tenant' : 'these tenants'} again` : 'merge again'}.`,
    };
  }
  if (result === 'drift')
    return {
      headline: `Drift in ${of(results.drift)}`,
      meaning: 'There, Leapsome and the policy differ.',
      next: "Each tenant's own report says how to resolve it.",
    };
  const open = countsBySeverity(counts);
  return {
    headline: `In sync: ${tenants.length === 1 ? '1 tenant' : `all ${counted(tenants.length, 'tenant')}`}`,
    meaning: open === '' ? 'Leapsome and the policies agree.' : `${open} found, below what fails a run.`,
    next: open === '' ? 'Nothing to do.' : lookAtThem(counts),
  };
}

/** `3 tenants: 1 could not check, 2 in sync. 2 errors. 62 users and 18 groups checked.` */
export function totals({ results, tenants, counts, population }: Merged): string {
  const parts = RESULTS.filter((result) => results[result] > 0).map(
    (result) => `${count(results[result])} ${RESULT_WORDS[result]}`,
  );
  const found =
    countsBySeverity(counts) ||
    (results['could-not-check'] > 0 ? 'No findings are known' : 'No open findings');
  const excepted = counts.excepted > 0 ? `, ${count(counts.excepted)} excepted` : '';
  const read = `${counted(population.users, 'user')} and ${counted(population.groups, 'group')} checked`;
  return `${counted(tenants.length, 'tenant')}: ${parts.join(', ') || 'none'}. ${found}${excepted}. ${read}.`;
}

const RESULT_WORDS = {
  'could-not-check': 'could not check',
  drift: 'drift',
  'in-sync': 'in sync',
} as const satisfies Record<Result, string>;
const RESULTS = Object.keys(RESULT_WORDS) as Result[];

/** `drift: 2 errors, 1 warning`, `could not check: auth-rejected`, `in sync`, `in sync: 1 notice`. */
export function tenantVerdict({ result, report, problems, problemCount }: MergedTenant, show: Show): string {
  const codes = [...new Set(problems.map(({ code }) => show(code)))].join(', ');
  const named = problemCount > problems.length ? `${codes} and more` : codes;
  const what = result === 'could-not-check' ? named : report ? countsBySeverity(report.counts) : '';
  return what === '' ? RESULT_WORDS[result] : `${RESULT_WORDS[result]}: ${what}`;
}

/** `2026-11-22 08:15 UTC`, and the day that the check was made for where that was another moment. */
export function checkedAt({ asOf, startedAt, finishedAt }: MergedReport): string {
  const minute = (moment: string) => `${moment.slice(0, 10)} ${moment.slice(11, 16)} UTC`;
  return asOf === startedAt ? minute(finishedAt) : `${minute(finishedAt)}, as of ${minute(asOf)}`;
}

/** Which policy was applied: its hash, and the commit where that is known; both short. */
export function policyOf({ policySha256, sha }: MergedReport, show: Show): string {
  const hash = policySha256 === null ? 'none' : policySha256.slice(0, HASH_LENGTH);
  return sha === undefined ? hash : `${hash} at ${show(sha.slice(0, COMMIT_LENGTH))}`;
}

/** Open findings and problems of a tenant that are not among the first; empty when there are none. */
export function moreOfTenant(tenant: MergedTenant, shownFindings: number, shownProblems: number): string {
  const { report, path, problemCount } = tenant;
  const { error = 0, warning = 0, notice = 0 } = report?.counts ?? {};
  const findings = error + warning + notice - shownFindings;
  const problems = problemCount - shownProblems;
  const left = [
    ...(problems > 0 ? [counted(problems, 'more problem')] : []),
    ...(findings > 0 ? [counted(findings, 'more finding')] : []),
  ].join(' and ');
  return left === '' || path === null ? '' : `${left}, see the report.json of this tenant`;
}

/** Tenants that need somebody's attention, and those that do not. */
export function byNeed(merged: Merged): {
  readonly bad: readonly MergedTenant[];
  readonly good: readonly MergedTenant[];
} {
  return {
    bad: merged.tenants.filter(({ result }) => result !== 'in-sync'),
    good: merged.tenants.filter(({ result }) => result === 'in-sync'),
  };
}
