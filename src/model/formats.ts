/** The files that a check can write, by the name of their format. Lists that grow long go on in `NAME-2.EXT` and so on. */
export const FORMAT_FILES = {
  json: 'report.json',
  sarif: 'report.sarif',
  junit: 'report.junit.xml',
  csv: 'access-review.csv',
  xlsx: 'access-review.xlsx',
  html: 'report.html',
  ocsf: 'report.ocsf.json',
  oscal: 'report.oscal.json',
} as const;
export type Format = keyof typeof FORMAT_FILES;
export const FORMATS = Object.keys(FORMAT_FILES) as readonly Format[];

/** What belongs to `access-review.csv`: findings that are about no single person, and what shows that all was read. */
export const ACCESS_REVIEW_FINDINGS = 'access-review-findings.csv';
export const ACCESS_REVIEW_EVIDENCE = 'access-review-evidence.csv';

/** Ties the files of a run together. */
export const MANIFEST = 'manifest.json';
/** Who has what, as it was read; encrypted under the second name. */
export const SNAPSHOT_FILES = ['snapshot.json', 'snapshot.json.age'] as const;

const OURS: ReadonlySet<string> = new Set([
  ...Object.values(FORMAT_FILES),
  ACCESS_REVIEW_FINDINGS,
  ACCESS_REVIEW_EVIDENCE,
  MANIFEST,
  ...SNAPSHOT_FILES,
]);

/** True for a name that runs give to their files, so that what an earlier run left can be told. */
export function isReportFile(name: string): boolean {
  return OURS.has(name.replace(/-\d+(?=\.(?:csv|xlsx)$)/, ''));
}
