import type { ReportedFinding } from '../model/report.ts';
import { normal } from '../policy/glob.ts';
import type { Change } from './plan.ts';
import { exceptionElement, type Terms } from './texts.ts';

/** What is needed of a finding to accept it. */
export type AcceptableFinding = Pick<
  ReportedFinding,
  'fingerprint' | 'rule' | 'status' | 'message' | 'location'
> & {
  readonly group?: ReportedFinding['group'];
  readonly role?: ReportedFinding['role'];
  readonly remedies: Pick<ReportedFinding['remedies'], 'edits' | 'exception'>;
};

/** A change with the file that it is made in. */
export type PlacedChange = { readonly file: string } & Change;

/** What accepting a finding needs and was not given: the terms of an exception, or a last day alone. */
export type Lack = 'terms' | 'until' | 'anything';

export interface AcceptOptions {
  /** The file that the policy begins with. */
  readonly root: string;
  /** All files of the policy; a finding may point elsewhere, into the record of a review. */
  readonly files?: ReadonlySet<string>;
  /** With these, an exception is written wherever one can excuse the finding. */
  readonly terms?: Terms;
  readonly until?: string;
}

/** What has to change to accept a finding, or what is missing for it. */
export function changesFor(
  finding: AcceptableFinding,
  options: AcceptOptions,
): readonly PlacedChange[] | Lack {
  const { fingerprint, rule, remedies } = finding;
  const { root, files, terms, until } = options;
  const { edits, exception } = remedies;
  if (terms && exception) {
    const element = exceptionElement(rule, exception, terms);
    return [{ finding: fingerprint, file: exceptionFile(finding, root, files), exception: element }];
  }
  if (!edits) return exception ? 'terms' : 'anything';
  if (until === undefined && edits.some((edit) => edit.action === 'set-end' && edit.to === undefined))
    return 'until';
  return edits.map((edit) => ({
    finding: fingerprint,
    file: edit.action === 'add-entry' ? root : edit.at.file,
    edit,
    ...(until === undefined ? {} : { until }),
  }));
}

/**
 * A team's file may hold exceptions for its own groups and roles, under their names, which is what `may-define` is held
 * against; every other exception belongs in the root policy.
 */
function exceptionFile(
  { group, role, location, remedies }: AcceptableFinding,
  root: string,
  files: ReadonlySet<string> | undefined,
): string {
  if (files && !files.has(location.file)) return root;
  const target = group ?? role;
  const name = remedies.exception?.group ?? remedies.exception?.role;
  return target && name !== undefined && normal(target.name) === normal(name) ? location.file : root;
}
