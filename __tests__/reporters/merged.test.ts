import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as z from 'zod';
import { type Mergeable, tenantOf, unusable } from '../../src/merge/tenant.ts';
import { unite } from '../../src/merge/unite.ts';
import type { Merged, MergedTenant } from '../../src/model/merged.ts';
import type { Report } from '../../src/model/report.ts';
import { toWorkflowCommand } from '../../src/reporters/annotations.ts';
import { visible } from '../../src/reporters/escape.ts';
import { mergedJson, mergedText } from '../../src/reporters/merged.ts';
import { annotateMerged } from '../../src/reporters/merged-annotations.ts';
import { MergedSchema } from '../../src/reporters/merged-schema.ts';
import { mergedSummary } from '../../src/reporters/merged-summary.ts';
import { render, SUMMARY_TAGS, tagsOf, textOf } from './markdown.ts';
import { commandsOf } from './runner.ts';
import { drift, finding, nasty, problem, report, withRules } from './sample.ts';

/** zod infers mutable types; the model is read-only. */
type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;
type Read = z.infer<typeof MergedSchema>;
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

// Does not compile when the schema and the model differ in either direction.
const same: Same<Read, Mutable<Merged>> = true;
const sameReport: Same<
  keyof NonNullable<Read['tenants'][number]['report']>,
  keyof NonNullable<Merged['tenants'][number]['report']>
> = true;

const NOW = Date.parse('2026-10-01T01:00:00Z');
const OPTIONS = {
  tool: { name: 'leapsome-access-policy', version: '0.1.0' },
  mergedAt: new Date(NOW).toISOString(),
} as const;

function tenant(name: string, of: Report): MergedTenant {
  const hash = Array.from(name, (c) => c.codePointAt(0)!.toString(16)).join('');
  return tenantOf(
    withRules(of) as Mergeable,
    { name, path: `reports/${name}`, sha256: hash.padStart(64, '0').slice(-64), size: 9, inManifest: true },
    { personalData: 'show', now: NOW },
  );
}

const REFUSED = report({ result: 'could-not-check', problems: [problem()], population: null, sources: [] });
const SAMPLE = unite(
  [
    tenant('acme', report()),
    tenant('beta', drift(Array.from({ length: 9 }, () => finding()))),
    tenant('gamma', REFUSED),
    tenant('delta', drift([finding({ severity: 'notice' })], { result: 'in-sync' })),
  ],
  { ...OPTIONS, expected: ['acme', 'beta', 'gamma', 'delta', 'omega'] },
);

describe('merged.json', () => {
  test('its schema is the type of the model', () => {
    expect([same, sameReport]).toEqual([true, true]);
    expect(MergedSchema.parse(JSON.parse(mergedJson(SAMPLE)))).toEqual(SAMPLE);
  });

  test('every key is described', () => {
    const undescribed: string[] = [];
    const walk = (node: unknown, path: string) => {
      if (typeof node !== 'object' || node === null) return;
      for (const [name, value] of Object.entries(node)) {
        if (name === 'properties')
          for (const [key, property] of Object.entries(value as Record<string, { description?: string }>)) {
            if (!property.description) undescribed.push(`${path}.${key}`);
            walk(property, `${path}.${key}`);
          }
        else walk(value, path);
      }
    };
    walk(z.toJSONSchema(MergedSchema, { target: 'draft-7' }), 'merged');
    expect(undescribed).toEqual([]);
  });
});

test('the log says what is wrong first, then who is fine, and the verdict last', () => {
  expect(mergedText(SAMPLE)).toBe(`? gamma  could not check: auth-rejected
  checked 2026-10-01 00:00 UTC, policy cdcdcdcdcdcd, version 0.1.0
  auth-rejected  Leapsome refused the token.
    Make a new one.

? omega  could not check: report-missing
  report-missing  There is no report of omega, which was expected.
    Look at the job that should have checked it: it was skipped, cancelled, or ended before it wrote a report.

✖ beta  drift: 9 errors
  checked 2026-10-01 00:00 UTC, 812 users, 41 groups, policy cdcdcdcdcdcd, version 0.1.0
${`  error unexpected-member  sam@example.com is in Payroll Admins, which allows at most people where department is Finance (.github/leapsome-access-policy.yml:31)
`.repeat(5)}  4 more findings, see the report.json of this tenant

✔ In sync: delta (1 notice), acme

5 tenants: 2 could not check, 1 drift, 2 in sync. 9 errors, 1 notice. 2,436 users and 123 groups checked.

? Could not check 2 of 5 tenants, drift in 1. Of these nothing is known: it is neither a pass nor drift. Follow the hints, then check these tenants again. (exit code 2)
`);
});

test('of tenants that could not be checked, nobody says that they have no findings', () => {
  const totals = (...tenants: MergedTenant[]) => textOf(render(mergedSummary(unite(tenants, OPTIONS))));
  expect(totals(tenant('acme', report()))).toContain('No open findings.');
  expect(totals(tenant('gamma', REFUSED))).toContain('No findings are known.');
  expect(totals(tenant('acme', report()), tenant('gamma', REFUSED))).toContain('No findings are known.');
});

test('one tenant is not spoken of as many', () => {
  const text = mergedText(unite([tenant('acme', report()), tenant('gamma', REFUSED)], OPTIONS));
  expect(text).toContain(
    'Could not check 1 of 2 tenants. Of this one nothing is known: it is neither a pass nor drift. Follow the hints, then check this tenant again.',
  );
  const light = mergedText(
    unite([tenant('delta', drift([finding({ severity: 'notice' })], { result: 'in-sync' }))], OPTIONS),
  );
  expect(light).toContain('1 notice found, below what fails a run. Look at it when there is time.');
});

describe('the summary', () => {
  const html = render(mergedSummary(SAMPLE));

  test('has a row for every tenant, the bad ones outside of the fold', () => {
    const [open, folded] = [html.split('<details>')[0]!, html.split('<details>')[1]!];
    expect(textOf(open)).toContain('Could not check 2 of 5 tenants, drift in 1');
    for (const name of ['gamma', 'omega', 'beta']) expect(textOf(open)).toContain(name);
    expect(textOf(open)).not.toContain('acme');
    for (const name of ['acme', 'delta']) expect(textOf(folded)).toContain(name);
    expect(html.match(/<table>/g)).toHaveLength(2);
    expect(html).not.toContain('| ---');
  });

  test('of 300 tenants, all of them bad and wordy, stays below the limit and says what is left out', () => {
    const wordy = finding({ message: '<|`@&'.repeat(400), rule: 'r'.repeat(500) });
    const all = Array.from({ length: 300 }, (_, i) => tenant(`tenant-${i}`, drift(Array(30).fill(wordy))));
    const markdown = mergedSummary(unite(all, OPTIONS));
    expect(Buffer.byteLength(markdown)).toBeLessThan(1024 * 1024);
    expect(Buffer.byteLength(markdown)).toBeGreaterThan(300 * 1024);
    const text = textOf(render(markdown));
    for (let i = 0; i < 300; i++) expect(text).toContain(`tenant-${i}`);
    expect(text).toMatch(/\d+ more tenants, see merged\.json/);
  });

  test('of 1000 tenants names every one of them', () => {
    const all = Array.from({ length: 1000 }, (_, i) =>
      tenant(`t${i}x`, i % 3 === 0 ? drift([finding()]) : report()),
    );
    const markdown = mergedSummary(unite(all, OPTIONS));
    expect(Buffer.byteLength(markdown)).toBeLessThan(1024 * 1024);
    const text = textOf(render(markdown));
    expect(Array.from({ length: 1000 }, (_, i) => i).filter((i) => !text.includes(`t${i}x`))).toEqual([]);
  });

  test('fits into any limit', () => {
    for (let limit = 0; limit < 6000; limit += 37)
      expect(Buffer.byteLength(mergedSummary(SAMPLE, limit))).toBeLessThanOrEqual(limit);
  });
});

describe('annotations', () => {
  test('one for each tenant that needs attention', () => {
    const titles = annotateMerged(SAMPLE).map(({ level, title }) => [level, title]);
    expect(titles).toEqual([
      ['error', 'Could not check: gamma'],
      ['error', 'Could not check: omega'],
      ['error', 'Access drift: beta'],
    ]);
  });

  test('no more than GitHub keeps, the last of which counts the rest', () => {
    const all = Array.from({ length: 40 }, (_, i) => tenant(`tenant-${i}`, drift([finding()])));
    const annotations = annotateMerged(unite(all, OPTIONS));
    expect(annotations).toHaveLength(10);
    expect(annotations.at(-1)!.message).toBe('31 more tenants, see the summary');
  });
});

const anyMerged = fc
  .array(fc.tuple(nasty, nasty, nasty, fc.constantFrom('drift', 'problem', 'unusable')), {
    minLength: 1,
    maxLength: 4,
  })
  .map((all) =>
    unite(
      all.map(([name, text, other, kind], i) => {
        const where = { name, path: `${i}/${name}` };
        if (kind === 'unusable') return unusable(where, { code: other, message: text, hint: other });
        const of =
          kind === 'drift'
            ? drift(
                [finding({ rule: other, message: text, location: { ...finding().location, file: other } })],
                {
                  tool: { name: 'leapsome-access-policy', version: other },
                  run: { sha: other, runUrl: text },
                },
              )
            : report({
                ...REFUSED,
                problems: [{ code: other as never, message: text, hint: other }],
                tool: { name: 'leapsome-access-policy', version: text },
              });
        return tenantOf(
          of as Mergeable,
          { ...where, sha256: String(i).padStart(64, '0'), size: 1, inManifest: false },
          { personalData: 'show', now: NOW },
        );
      }),
      OPTIONS,
    ),
  );

describe('hostile text', () => {
  test('is literal in the summary', () => {
    fc.assert(
      fc.property(anyMerged, (merged) => {
        const html = render(mergedSummary(merged));
        const strange = tagsOf(html).filter((tag) => !SUMMARY_TAGS.includes(tag.replace('/', '')));
        expect(strange).toEqual([]);
        expect(html).not.toContain('href');
        for (const { name } of merged.tenants) expect(textOf(html)).toContain(visible(name));
      }),
    );
  });

  test('is no command in the log or in JSON, and no more than its annotation', () => {
    fc.assert(
      fc.property(anyMerged, (merged) => {
        expect(commandsOf(mergedText(merged))).toEqual([]);
        expect(commandsOf(mergedJson(merged))).toEqual([]);
        expect(JSON.parse(mergedJson(merged))).toEqual(JSON.parse(JSON.stringify(merged)));
        for (const annotation of annotateMerged(merged)) {
          const commands = commandsOf(toWorkflowCommand(annotation));
          expect(commands).toHaveLength(1);
          expect(Object.keys(commands[0]!.properties)).toEqual(['title']);
        }
      }),
    );
  });
});
