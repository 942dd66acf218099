import { CheckError } from './errors.ts';
import { FORMAT_FILES, type Format } from './model/formats.ts';
import type { Material, Reporter } from './model/material.ts';
import type { Problem } from './model/problem.ts';
import type { ReportDirectory, WrittenFile } from './output.ts';

/** Each format by itself, so that one that nobody asked for is not even loaded. */
const REPORTERS: Readonly<Record<Format, () => Promise<Reporter>>> = {
  json: async () => (await import(/* webpackMode: "eager" */ './reporters/json.ts')).json,
  sarif: async () => (await import('./reporters/sarif.ts')).sarif,
  junit: async () => (await import('./reporters/junit.ts')).junit,
  csv: async () => (await import('./reporters/csv.ts')).csv,
  xlsx: async () => (await import('./reporters/xlsx.ts')).xlsx,
  html: async () => (await import('./reporters/html.ts')).html,
  ocsf: async () => (await import('./reporters/ocsf.ts')).ocsf,
  oscal: async () => (await import('./reporters/oscal.ts')).oscal,
};

export interface WrittenReport {
  readonly files: readonly WrittenFile[];
  /** Formats that are missing now, with the cause. They say nothing about the verdict. */
  readonly failed: readonly { readonly format: Format; readonly problem: Problem }[];
}

/** Writes the files of all formats, each format as a whole or not at all; one that fails leaves the others alone. */
export async function writeFormats(
  formats: readonly Format[],
  material: Material,
  directory: ReportDirectory,
  cancelled: AbortSignal,
): Promise<WrittenReport> {
  const files: WrittenFile[] = [];
  const failed: { format: Format; problem: Problem }[] = [];
  for (const format of formats) {
    const written: WrittenFile[] = [];
    try {
      const reporter = await REPORTERS[format]();
      for await (const { name, chunks } of reporter(material))
        written.push(await directory.write(name, chunks, { cancelled }));
      files.push(...written);
    } catch (error) {
      // The first sheets of a review without the last would pass for all of it.
      directory.remove(written);
      failed.push({ format, problem: problemOf(error, format) });
    }
    if (cancelled.aborted) break;
  }
  return { files, failed };
}

function problemOf(error: unknown, format: Format): Problem {
  if (error instanceof CheckError) return error.problems[0]!;
  const { name, code } = (error ?? {}) as { name?: unknown; code?: unknown };
  return {
    code: 'output-failed',
    // Neither message nor stack: both can hold what was being written.
    message: `${FORMAT_FILES[format]} could not be made, by a mistake of this program (${[name, code].filter((part) => typeof part === 'string').join(' ')}).`,
    hint: 'Please report it, without tokens or personal data. The other files are not affected.',
  };
}
