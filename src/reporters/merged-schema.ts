import * as z from 'zod';
import { SEVERITIES } from '../model/severity.ts';
import { ReportSchema } from './report-schema.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const amount = z.int().min(0);
const result = z.enum(['in-sync', 'drift', 'could-not-check']);

const { tool: Tool, counts: Counts, population } = ReportSchema.shape;
const Population = population.unwrap().pick({ users: true, groups: true });

const Problem = z.strictObject({
  code: z.string().describe("What kind of problem: a code of the tenant's report, or one of the merge"),
  message: z.string().describe('What happened, not escaped'),
  hint: z.string().describe('What to do about it'),
});

const Finding = z.strictObject({
  fingerprint: sha256.describe("As in the tenant's report"),
  rule: z.string().describe('Id of the rule that found it'),
  severity: z.enum(SEVERITIES).describe('How much it weighs'),
  message: z
    .exactOptional(z.string())
    .describe('What was found, not escaped; absent where it could name somebody who is masked here'),
  location: z
    .strictObject({
      file: z.string().describe('Path of the policy file'),
      line: z.int().min(1).describe('First line, counted from 1'),
    })
    .describe('The policy entry that it contradicts'),
});

const TenantReport = z.strictObject({
  sha256: sha256.describe('Digest of report.json'),
  size: amount.describe('Its length in bytes'),
  inManifest: z.boolean().describe('Whether a manifest.json beside it names the same digest'),
  toolVersion: z.string().describe('Version of the tool that made it'),
  asOf: z.iso.datetime().describe('The clock for exceptions and end dates, UTC'),
  startedAt: z.iso.datetime().describe('When the run started, UTC'),
  finishedAt: z.iso.datetime().describe('When the run ended, UTC'),
  repository: z.exactOptional(z.string()).describe('owner/name'),
  sha: z.exactOptional(z.string()).describe('Commit that was checked'),
  runUrl: z.exactOptional(z.string()).describe('Page of the workflow run'),
  policySha256: sha256.nullable().describe('Digest of the policy; null when it could not be read'),
  failOn: z.string().describe('The lightest severity that counted as drift, or "never"'),
  personalData: z.enum(['show', 'mask']).describe('Whether the report masks people'),
  population: Population.nullable().describe('Who was read; null when nobody was'),
  counts: Counts.describe('Findings by severity'),
});

const Tenant = z.strictObject({
  name: z
    .string()
    .describe('Name of the directory that holds the report; its path where two are called the same'),
  path: z.string().nullable().describe('That directory; null for an expected tenant that has none'),
  result: result.describe('The verdict about this tenant'),
  report: TenantReport.nullable().describe('What its report says of itself; null when it cannot be used'),
  findings: z.array(Finding).describe('The first open findings, heaviest first'),
  problems: z.array(Problem).describe('The first reasons why there is no answer about it'),
  problemCount: amount.describe('How many reasons there are'),
});

/** The format of `merged.json`. Every key is described: the published JSON Schema is made from this. */
export const MergedSchema = z
  .strictObject({
    schemaVersion: z.literal(1).describe('Version of this format'),
    tool: Tool.describe('What merged the reports'),
    result: result.describe('The worst verdict of all tenants'),
    mergedAt: z.iso.datetime().describe('When they were merged, UTC'),
    results: z
      .strictObject({
        'in-sync': amount.describe('Tenants that are in sync'),
        drift: amount.describe('Tenants with drift'),
        'could-not-check': amount.describe('Tenants that could not be checked'),
      })
      .describe('How many tenants ended how'),
    counts: Counts.describe('Sums over all reports that can be used'),
    population: Population.describe('Sums over all reports that can be used'),
    tenants: z.array(Tenant).describe('The worst first'),
    problems: z.array(Problem).describe('Why the merge itself could not be done; empty when it was'),
    warnings: z.array(z.string()).describe('Odd things that do not change the verdict'),
  })
  .describe('United reports of leapsome-access-policy');
