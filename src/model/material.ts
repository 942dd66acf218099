import type { Access } from './access.ts';
import type { Report } from './report.ts';
import type { Severity } from './severity.ts';

/** What a rule is, for formats that carry the rules along with the findings. */
export interface RuleText {
  readonly id: string;
  /** Its default. */
  readonly severity: Severity;
  /** One sentence: what it finds. */
  readonly finds: string;
}

/** Everything that files are made of. */
export interface Material {
  readonly report: Report;
  /** Undefined when nobody was read, or nobody's access could be judged. Worked out anew by each call. */
  readonly access: (() => Access) | undefined;
  /** Every rule there is, in the order of the documentation. */
  readonly rules: readonly RuleText[];
}

export type Chunk = string | Uint8Array;

/** A file in pieces, so that none has to be held whole. Text is UTF-8. */
export interface ReportFile {
  readonly name: string;
  readonly chunks: Iterable<Chunk> | AsyncIterable<Chunk>;
}

/**
 * Makes the files of one format: usually one, further ones where a limit of the format asks for it. Each is read to its
 * end before the next is asked for.
 */
export type Reporter = (material: Material) => Iterable<ReportFile> | AsyncIterable<ReportFile>;
