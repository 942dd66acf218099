import * as z from 'zod';
import { FORMATS, SNAPSHOT_FILES } from '../model/formats.ts';
import { PROBLEM_CODES } from '../model/problem.ts';
import { ReportSchema } from '../reporters/report-schema.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const size = z.int().min(0);

const { shape } = ReportSchema;
const Source = shape.sources.element.pick({
  name: true,
  endpoint: true,
  reported: true,
  received: true,
  unique: true,
  complete: true,
});

/** The format of `manifest.json`. Every key is described: the published JSON Schema is made from this. */
export const ManifestSchema = z.strictObject({
  schemaVersion: z.literal(1).describe('Version of this format'),
  tool: z
    .strictObject({
      ...shape.tool.shape,
      distSha256: sha256
        .nullable()
        .describe('Digest over the files of the program that ran; null when it ran from its sources'),
    })
    .describe('What made the files'),
  result: shape.result,
  asOf: shape.asOf,
  startedAt: shape.startedAt,
  finishedAt: shape.finishedAt,
  run: shape.run,
  policy: shape.policy,
  sources: z.array(Source).describe('What was read, and proof that it was all of it'),
  population: shape.population,
  personalData: shape.personalData,
  failOn: shape.failOn,
  counts: shape.counts,
  problems: z
    .array(z.enum(PROBLEM_CODES))
    .describe('Codes of the reasons why there is no honest answer; empty when there is one'),
  formats: z.array(z.enum(FORMATS)).describe('Formats that were asked for'),
  snapshot: z
    .strictObject({
      sha256: sha256.describe('Digest of snapshot.json in the clear, whether or not it was written'),
      size: size.describe('Of snapshot.json in the clear, in bytes'),
      file: z.exactOptional(z.enum(SNAPSHOT_FILES)).describe('The file that holds it; absent without one'),
      encryptedTo: z.exactOptional(z.array(z.string())).describe('The age recipients who can open that file'),
    })
    .nullable()
    .describe('Who has what, as it was read; null when nobody was read'),
  files: z
    .array(
      z.strictObject({
        name: z.string().describe('Name of a file beside this one'),
        size: size.describe('In bytes'),
        sha256: sha256.describe('Digest of its bytes'),
      }),
    )
    .describe('The files that this run wrote, without this one'),
  notWritten: z
    .array(
      z.strictObject({
        name: z.string().describe('Name of a file that was asked for'),
        cause: z.string().describe('Why it is not there'),
      }),
    )
    .describe('Files that were asked for and are missing'),
  checksum: sha256.describe(
    'Digest of the lines of this file above this one. It tells an accident; whoever changes a file on purpose can make it anew',
  ),
});

/** The facts of a report that the manifest repeats; what else a report holds is passed over. */
export const FactsSchema = ReportSchema.pick({
  tool: true,
  result: true,
  asOf: true,
  startedAt: true,
  finishedAt: true,
  run: true,
  policy: true,
  sources: true,
  population: true,
  personalData: true,
  failOn: true,
  counts: true,
  problems: true,
}).strip();
