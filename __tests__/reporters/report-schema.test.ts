import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import type { Report } from '../../src/model/report.ts';
import { jsonChunks } from '../../src/reporters/json.ts';
import { ReportSchema } from '../../src/reporters/report-schema.ts';
import { at, drift, exception, finding, problem, report, rule } from './sample.ts';

/** zod infers mutable types; the model is read-only. */
type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;
type Read = z.infer<typeof ReportSchema>;
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

// Does not compile when the schema and the model differ in either direction.
const same: Same<Read, Mutable<Report>> = true;
// Optional keys can be lost without a difference in assignability: compare the names as well.
const sameKeys: Same<keyof Required<Read['findings'][number]>, keyof Report['findings'][number]> = true;
const sameRun: Same<keyof Read['run'], keyof Report['run']> = true;

const FULL: Report = drift(
  [
    finding({
      role: { id: 'r', name: 'Super Admin' },
      status: 'excepted',
      exception: { owner: 'o', reason: 'r', expires: '2026-12-31', ticket: 'T-1' },
    }),
  ],
  {
    exceptions: [exception()],
    problems: [problem(), problem({ location: at(1) })],
    rules: [rule({ reason: 'why' }), rule({ severity: 'off' })],
    warnings: ['odd'],
    run: { repository: 'a/b', sha: 'c', ref: 'd', runUrl: 'e', actor: 'f', event: 'g', policyRoot: 'h' },
  },
);

describe('the schema of report.json', () => {
  test('is the type of the model', () => {
    expect([same, sameKeys, sameRun]).toEqual([true, true, true]);
  });

  test.each([
    ['a full report', FULL],
    ['a short one', report({ policy: { sha256: null, files: [] }, population: null })],
    ['one of a policy of another repository', report({ run: { policyRoot: null } })],
  ])('reads back %s', (_, any) => {
    expect(ReportSchema.parse(JSON.parse([...jsonChunks(any)].join('')))).toEqual(any);
  });

  test.each([
    ['an unknown key', { ...FULL, extra: 1 }],
    ['an unknown key further down', { ...FULL, tool: { ...FULL.tool, extra: 1 } }],
    ['another version', { ...FULL, schemaVersion: 2 }],
    ['another verdict', { ...FULL, result: 'valid' }],
    ['a fingerprint that is none', { ...FULL, findings: [finding({ fingerprint: 'x' })] }],
    ['line zero', { ...FULL, findings: [finding({ location: at(0) })] }],
    ['a local time', { ...FULL, asOf: '2026-10-01T00:00:00' }],
  ])('refuses %s', (_, any) => {
    expect(ReportSchema.safeParse(any).success).toBe(false);
  });

  test('describes every key', () => {
    const undescribed: string[] = [];
    const walk = (node: unknown, path: string) => {
      if (typeof node !== 'object' || node === null) return;
      for (const [name, value] of Object.entries(node)) {
        if (name === 'properties') {
          for (const [key, property] of Object.entries(value as Record<string, { description?: string }>)) {
            if (!property.description) undescribed.push(`${path}.${key}`);
            walk(property, `${path}.${key}`);
          }
        } else walk(value, path);
      }
    };
    walk(z.toJSONSchema(ReportSchema, { target: 'draft-7' }), 'report');
    expect(undescribed).toEqual([]);
  });
});
