/** Accepts findings of a policy of one file without a file: what `accept` does between reading and writing. */
import { applyChanges, type Objection } from '../../src/edit/apply.ts';
import { changesFor } from '../../src/edit/changes.ts';
import type { Terms } from '../../src/edit/texts.ts';
import type { ReportedFinding } from '../../src/model/report.ts';
import { ROOT } from '../evaluate/builders.ts';

export const TERMS: Terms = {
  until: '2027-06-30',
  reason: 'cover',
  owner: '@acme/it',
  granted: '2026-11-22',
};

/** Open findings that the policy could say are right, without an exception. */
export function editable({ status, remedies }: ReportedFinding): boolean {
  return (
    status === 'open' &&
    remedies.edits !== undefined &&
    remedies.edits.every((edit) => edit.action !== 'set-end' || edit.to !== undefined)
  );
}

export function accept(
  text: string,
  findings: readonly ReportedFinding[],
  terms?: Terms,
): { readonly text: string } | { readonly objections: readonly Objection[] } {
  const options = terms ? { root: ROOT, terms, until: terms.until } : { root: ROOT };
  const changes = findings.map((finding) => changesFor(finding, options));
  const lack = changes.find((one) => typeof one === 'string');
  if (typeof lack === 'string') return { objections: [{ findings: [], reason: `lacks ${lack}` }] };
  return applyChanges(text, changes.flat() as never);
}
