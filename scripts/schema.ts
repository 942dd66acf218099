// Writes the JSON Schemas of the policy and of what runs write, from the same zod schemas that the program uses.
import { mkdirSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { ManifestSchema } from '../src/evidence/manifest-schema.ts';
import { PolicySchema } from '../src/policy/schema.ts';
import { MergedSchema } from '../src/reporters/merged-schema.ts';
import { ReportSchema } from '../src/reporters/report-schema.ts';

const SCHEMAS = {
  'access-policy.schema.json': { schema: PolicySchema, title: 'Leapsome access policy' },
  'report.schema.json': { schema: ReportSchema, title: 'Report of Leapsome Access Policy' },
  'manifest.schema.json': { schema: ManifestSchema, title: 'Manifest of Leapsome Access Policy' },
  'merged.schema.json': { schema: MergedSchema, title: 'United reports of Leapsome Access Policy' },
} as const;

mkdirSync('schema', { recursive: true });
for (const [file, { schema, title }] of Object.entries(SCHEMAS)) {
  const generated = z.toJSONSchema(schema, { target: 'draft-07', io: 'input' });
  writeFileSync(`schema/${file}`, `${JSON.stringify({ ...generated, title }, null, 2)}\n`);
}
