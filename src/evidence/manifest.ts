import type { Format } from '../model/formats.ts';
import type { Report } from '../model/report.ts';
import type { SourceEvidence } from '../model/snapshot.ts';

/** What a manifest repeats of the report. */
export interface Facts
  extends Pick<
    Report,
    | 'result'
    | 'asOf'
    | 'startedAt'
    | 'finishedAt'
    | 'run'
    | 'policy'
    | 'population'
    | 'personalData'
    | 'failOn'
    | 'counts'
  > {
  readonly tool: Report['tool'];
  readonly sources: readonly Pick<
    SourceEvidence,
    'name' | 'endpoint' | 'reported' | 'received' | 'unique' | 'complete'
  >[];
  /** Codes alone. */
  readonly problems: readonly Report['problems'][number]['code'][];
}

/** Who has what, as it was read. */
export interface SnapshotDigest {
  /** Of `snapshot.json` in the clear, whether or not it was written. */
  readonly sha256: string;
  /** Of the same, in bytes. */
  readonly size: number;
  readonly file?: 'snapshot.json' | 'snapshot.json.age';
  readonly encryptedTo?: readonly string[];
}

export interface ListedFile {
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  readonly sha256: string;
}

/** A file that was asked for and is missing. */
export interface NotWritten {
  readonly name: string;
  readonly cause: string;
}

/** `manifest.json`: what ties the files of a run together, and to where they come from. */
export interface Manifest extends Omit<Facts, 'tool'> {
  readonly schemaVersion: 1;
  readonly tool: Report['tool'] & { readonly distSha256: string | null };
  readonly formats: readonly Format[];
  readonly snapshot: SnapshotDigest | null;
  readonly files: readonly ListedFile[];
  readonly notWritten: readonly NotWritten[];
  /** Of the lines above it. */
  readonly checksum: string;
}

export interface Pack {
  readonly distSha256: string | null;
  readonly formats: readonly Format[];
  readonly snapshot: SnapshotDigest | null;
  readonly files: readonly ListedFile[];
  readonly notWritten: readonly NotWritten[];
}

/** The facts of a report in the order and form in which the manifest has them. */
export function factsOf(report: Omit<Facts, 'problems'> & Pick<Report, 'problems'>): Facts {
  const { tool, result, asOf, startedAt, finishedAt, run, policy, population } = report;
  return {
    tool,
    result,
    asOf,
    startedAt,
    finishedAt,
    run,
    policy,
    sources: report.sources.map(({ name, endpoint, reported, received, unique, complete }) => ({
      name,
      endpoint,
      reported,
      received,
      unique,
      complete,
    })),
    population,
    personalData: report.personalData,
    failOn: report.failOn,
    counts: report.counts,
    problems: report.problems.map(({ code }) => code),
  };
}

/** The text of `manifest.json` for a run; `sha256` gives the digest of a text in hexadecimal. */
export function manifestText(report: Report, pack: Pack, sha256: (text: string) => string): string {
  const { tool, ...facts } = factsOf(report);
  const { distSha256, formats, snapshot, files, notWritten } = pack;
  const manifest: Omit<Manifest, 'checksum'> = {
    schemaVersion: 1,
    tool: { ...tool, distSha256 },
    ...facts,
    formats,
    snapshot,
    files: files.map(({ name, size, sha256: digest }) => ({ name, size, sha256: digest })),
    notWritten,
  };
  return withChecksum(manifest, sha256);
}

/** True for a text that is, byte for byte, what `manifestText` makes of its values. */
export function isAsWritten(text: string, sha256: (text: string) => string): boolean {
  const { checksum: _, ...rest } = JSON.parse(text) as Manifest;
  return withChecksum(rest, sha256) === text;
}

/** The checksum is the last line but one, so that the rest can be hashed with `head -n -2`. */
function withChecksum(manifest: object, sha256: (text: string) => string): string {
  const above = `${JSON.stringify(manifest, null, 2).slice(0, -'\n}'.length)},\n`;
  return `${above}  "checksum": "${sha256(above)}"\n}\n`;
}
