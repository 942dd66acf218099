import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Mergeable, type ReportPlace, tenantOf } from '../../src/merge/tenant.ts';
import { unite } from '../../src/merge/unite.ts';
import type { Merged, MergedTenant } from '../../src/model/merged.ts';
import { EXIT_CODES, type Report } from '../../src/model/report.ts';
import { drift, finding, problem, report, rule, source, withRules } from '../reporters/sample.ts';

const TOOL = { name: 'leapsome-access-policy', version: '0.1.0' } as const;
const NOW = Date.parse('2026-10-01T01:00:00Z');
const OPTIONS = { tool: TOOL, mergedAt: new Date(NOW).toISOString() };
const SHOW = { personalData: 'show', now: NOW } as const;

let made = 0;
/** A place of its own, as every report has. */
function place(change: Partial<ReportPlace> = {}): ReportPlace {
  made += 1;
  return {
    name: `tenant-${made}`,
    path: `reports/tenant-${made}`,
    size: 1000,
    sha256: made.toString(16).padStart(64, '0'),
    inManifest: false,
    ...change,
  };
}

function tenant(of: Report = report(), where: Partial<ReportPlace> = {}, view: object = {}): MergedTenant {
  return tenantOf(withRules(of) as Mergeable, place(where), { ...SHOW, ...view });
}

const REFUSED = report({ result: 'could-not-check', problems: [problem()], population: null, sources: [] });
const DRIFTED = drift([finding(), finding({ severity: 'warning' }), finding({ status: 'excepted' })]);

describe('one exit code', () => {
  test.each([
    ['in sync', [report(), report()], 'in-sync'],
    ['one with drift', [report(), DRIFTED], 'drift'],
    ['one that could not be checked', [DRIFTED, report(), REFUSED], 'could-not-check'],
    ['none at all', [], 'could-not-check'],
  ] as const)('%s', (_, reports, result) => {
    expect(
      unite(
        reports.map((each) => tenant(each)),
        OPTIONS,
      ).result,
    ).toBe(result);
  });

  test('a tenant that was expected and has no report could not be checked', () => {
    const merged = unite([tenant(report(), { name: 'acme' })], {
      ...OPTIONS,
      expected: ['acme', 'beta', 'beta'],
    });
    expect(merged.result).toBe('could-not-check');
    expect(merged.results).toEqual({ 'in-sync': 1, drift: 0, 'could-not-check': 1 });
    expect(merged.tenants[0]).toMatchObject({
      name: 'beta',
      path: null,
      problems: [{ code: 'report-missing' }],
    });
  });

  test('a report that nobody expected counts, and is mentioned', () => {
    const merged = unite([tenant(DRIFTED, { name: 'acme' })], { ...OPTIONS, expected: [] });
    expect(merged).toMatchObject({
      result: 'drift',
      warnings: [expect.stringContaining('was not expected')],
    });
  });
});

test('sums are over all reports', () => {
  const merged = unite([tenant(DRIFTED), tenant(DRIFTED), tenant(report())], OPTIONS);
  expect(merged.counts).toEqual({ error: 2, warning: 2, notice: 0, excepted: 2 });
  expect(merged.population).toEqual({ users: 3 * 812, groups: 3 * 41 });
});

describe('which report is whose', () => {
  test('two of one name are told apart by their paths', () => {
    const merged = unite(
      [
        tenant(report(), { name: 'acme', path: 'a/acme' }),
        tenant(report(), { name: 'acme', path: 'b/acme' }),
      ],
      { ...OPTIONS, expected: ['acme'] },
    );
    expect(merged.tenants.map(({ name }) => name)).toEqual(['a/acme', 'b/acme']);
    expect(merged).toMatchObject({ result: 'in-sync', warnings: [] });
  });

  test('one report cannot speak for two tenants', () => {
    const sha256 = 'ab'.repeat(32);
    const merged = unite([tenant(report(), { sha256 }), tenant(report(), { sha256 }), tenant()], OPTIONS);
    expect(merged.results).toEqual({ 'in-sync': 1, drift: 0, 'could-not-check': 2 });
    expect(merged.tenants[0]!.problems[0]!.code).toBe('report-copied');
  });

  test('the same report of a tenant that was expected in two places is one', () => {
    const same = { name: 'acme', sha256: 'ab'.repeat(32) };
    const merged = unite(
      [tenant(report(), { ...same, path: 'b/acme' }), tenant(report(), { ...same, path: 'a/acme' })],
      { ...OPTIONS, expected: ['acme'] },
    );
    expect(merged.tenants.map(({ path }) => path)).toEqual(['a/acme']);
    expect(merged.population.users).toBe(812);
  });

  test('nor when their directories are called the same, as the default is', () => {
    const same = { name: 'leapsome-access-report', sha256: 'ab'.repeat(32) };
    const merged = unite(
      ['acme', 'beta'].map((name) => tenant(report(), { ...same, path: `${name}/${same.name}` })),
      OPTIONS,
    );
    expect(merged.tenants.map(({ name, problems }) => [name, problems[0]?.code])).toEqual([
      ['acme/leapsome-access-report', 'report-copied'],
      ['beta/leapsome-access-report', 'report-copied'],
    ]);
  });

  test('the worst come first', () => {
    const names = ['c', 'b', 'a', 'e', 'd', 'f'];
    const reports = [report(), DRIFTED, drift([finding()]), REFUSED, drift([finding(), finding()]), report()];
    const merged = unite(
      reports.map((each, i) => tenant(each, { name: names[i]!, path: names[i]! })),
      OPTIONS,
    );
    expect(merged.tenants.map(({ name }) => name)).toEqual(['e', 'd', 'b', 'a', 'c', 'f']);
  });
});

describe('a report that cannot be believed', () => {
  const open = [finding()];
  test.each<readonly [string, Report, string]>([
    ['in sync with a problem', report({ problems: [problem()] }), 'come to could-not-check'],
    ['could-not-check without a reason', report({ result: 'could-not-check' }), 'come to in-sync'],
    ['in sync with an error', drift(open, { result: 'in-sync' }), 'come to drift'],
    ['drift without a finding', report({ result: 'drift' }), 'come to in-sync'],
    ['counts that hide a finding', report({ findings: open }), 'counts are not those'],
    [
      'counts of nothing',
      report({ counts: { error: 0, warning: 1, notice: 0, excepted: 0 } }),
      'counts are not',
    ],
    ['in sync of nobody', report({ population: null }), 'nobody was read'],
    ['in sync of a part', report({ sources: [source({ complete: false })] }), 'not everybody was read'],
    ['in sync of no source', report({ sources: [] }), 'not everybody was read'],
    [
      'in sync without the source that says who there is',
      report({ sources: [source({ name: 'content' }), source({ complete: false })] }),
      'not everybody was read',
    ],
  ])('%s', (_, of, why) => {
    const odd = tenant(of);
    expect(odd).toMatchObject({
      result: 'could-not-check',
      report: null,
      problems: [{ code: 'report-contradictory' }],
    });
    expect(odd.problems[0]!.message).toContain(why);
  });

  const rules = [rule(), rule({ id: 'leaver-active' })];
  test.each<readonly [string, Report, string]>([
    ['one of no rule', report({ rules: [] }), 'no rule was evaluated'],
    [
      'one whose rules found more',
      report({ rules: [...rules, rule({ id: 'requirement', status: 'fail', findings: 1 })] }),
      'its rules found something else',
    ],
    [
      'one whose rules found less',
      drift(open, { rules, result: 'in-sync', failOn: 'never' }),
      'its rules found something else',
    ],
    [
      'one with a rule that has no answer',
      report({ rules: [...rules, rule({ id: 'requirement', status: 'not-evaluated' })] }),
      'not every rule was evaluated',
    ],
  ])('what its rules say: %s', (_, of, why) => {
    const { result, problems } = tenantOf(of as Mergeable, place(), SHOW);
    expect([result, problems[0]?.code]).toEqual(['could-not-check', 'report-contradictory']);
    expect(problems[0]!.message).toContain(why);
  });

  test.each([
    ['notice', 'not-evaluated'],
    ['off', 'not-evaluated'],
  ] as const)('a rule of severity %s needs no answer', (severity, status) => {
    const of = report({ rules: [...rules, rule({ id: 'requirement', severity, status })] });
    expect(tenantOf(of as Mergeable, place(), SHOW).result).toBe('in-sync');
  });

  test.each<readonly [string, Report]>([
    ['never', drift(open, { result: 'in-sync', failOn: 'never' })],
    ['lighter than what fails', drift([finding({ severity: 'warning' })], { result: 'in-sync' })],
    ['passed over in a pull request', passedOver()],
    ['excepted', drift([finding({ status: 'excepted' })], { result: 'in-sync' })],
    [
      'none, without an optional source',
      report({ sources: [source(), source({ name: 'content', complete: false })] }),
    ],
  ])('findings that fail no run are believed: %s', (_, of) => {
    expect(tenant(of).result).toBe('in-sync');
  });

  test.each([
    ['within', 3_600_000, 'in-sync'],
    ['older', 60_000, 'could-not-check'],
    ['any age', undefined, 'in-sync'],
  ] as const)('its age: %s', (_, maxAgeMs, result) => {
    expect(tenant(report(), {}, { maxAgeMs }).result).toBe(result);
  });

  test('one from the future', () => {
    const later = report({ finishedAt: '2026-10-01T01:30:00.000Z' });
    for (const maxAgeMs of [60_000, undefined])
      expect(tenant(later, {}, { maxAgeMs }).problems[0]!.code).toBe('report-stale');
    const skewed = report({ finishedAt: '2026-10-01T01:01:00.000Z' });
    expect(tenant(skewed, {}, { maxAgeMs: 60_000 }).result).toBe('in-sync');
  });
});

function passedOver(): Report {
  const preview = {
    base: 'a',
    addsPolicy: false,
    introduced: 0,
    existing: 1,
    notCompared: 0,
    failOnExisting: false,
    resolved: [],
  };
  return drift([finding({ change: 'existing' })], { result: 'in-sync', preview });
}

describe('what is kept', () => {
  test('the first findings that are open, and their number', () => {
    const many = drift([finding({ status: 'excepted' }), ...Array.from({ length: 50 }, () => finding())]);
    const kept = tenant(many);
    expect(kept.findings).toHaveLength(20);
    expect(kept.report!.counts.error).toBe(50);
  });

  test('no text without bound', () => {
    const huge = 'x'.repeat(1_000_000);
    const kept = tenant(drift([finding({ message: huge, location: { ...finding().location, file: huge } })]));
    expect(JSON.stringify(kept).length).toBeLessThan(10_000);
  });

  test.each([
    ['show', 'show', true],
    ['mask', 'show', true],
    ['show', 'mask', false],
    ['mask', 'mask', true],
  ] as const)('a report that says %s, merged with %s: messages %s', (own, here, told) => {
    const kept = tenant(drift([finding()], { personalData: own }), {}, { personalData: here });
    expect(kept.findings[0]!.message !== undefined).toBe(told);
    if (!told) expect(JSON.stringify(kept)).not.toContain('sam@example.com');
  });
});

test.each([
  ['policy-invalid', 'show', 'mask', false],
  ['a-later-code', 'show', 'mask', false],
  ['auth-rejected', 'show', 'mask', true],
  ['policy-invalid', 'mask', 'mask', true],
  ['policy-invalid', 'show', 'show', true],
] as const)('a problem %s of a report that says %s, merged with %s: told %s', (code, own, here, told) => {
  const message = 'sam@example.com is both required (line 3) and forbidden (line 4).';
  const problems = [{ ...problem({ message }), code }] as Report['problems'];
  const of = report({ result: 'could-not-check', problems, personalData: own });
  const [kept] = tenant(of, {}, { personalData: here }).problems;
  expect([kept!.code, kept!.message.includes('sam@')]).toEqual([code, told]);
  expect(kept!.message).not.toBe('');
});

const KINDS = [
  report(),
  DRIFTED,
  REFUSED,
  drift([finding({ severity: 'notice' })], { result: 'in-sync' }),
] as const;

/** Of one hash there is one report. */
const anyTenant: fc.Arbitrary<MergedTenant> = fc
  .record({
    name: fc.constantFrom('a', 'b', 'c', 'A', '__proto__', 'é'),
    at: fc.nat(99),
    hash: fc.nat(20),
  })
  .map(({ name, at, hash }) =>
    tenantOf(
      withRules(KINDS[hash % KINDS.length]!) as Mergeable,
      {
        name,
        path: `${at}/${name}`,
        sha256: hash.toString(16).padStart(64, '0'),
        size: 1,
        inManifest: false,
      },
      SHOW,
    ),
  );
/** No directory is read twice. */
const tenants = fc.uniqueArray(anyTenant, { selector: ({ path }) => path, maxLength: 12 });
const expected = fc.option(fc.uniqueArray(fc.constantFrom('a', 'b', 'z'), { maxLength: 3 }), {
  nil: undefined,
});

function exit(merged: Merged): number {
  return EXIT_CODES[merged.result];
}

describe('for any reports', () => {
  test('the order does not matter', () => {
    fc.assert(
      fc.property(
        tenants.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
        ),
        expected,
        ([all, shuffled], names) => {
          const options = { ...OPTIONS, expected: names };
          expect(unite(shuffled, options)).toEqual(unite(all, options));
        },
      ),
    );
  });

  test('another report never makes the verdict better, once there is one', () => {
    fc.assert(
      fc.property(tenants, ([first, ...rest]) => {
        if (first === undefined || rest.length === 0) return;
        expect(exit(unite([first, ...rest], OPTIONS))).toBeGreaterThanOrEqual(exit(unite(rest, OPTIONS)));
      }),
    );
  });

  test('nothing is better than the worst of its parts, and nobody who was expected is lost', () => {
    fc.assert(
      fc.property(tenants, expected, (all, names) => {
        const merged = unite(all, { ...OPTIONS, expected: names });
        expect(exit(merged)).toBeGreaterThanOrEqual(
          Math.max(0, ...all.map(({ result }) => EXIT_CODES[result])),
        );
        const named = new Set([...all.map(({ name }) => name), ...merged.tenants.map(({ name }) => name)]);
        for (const name of names ?? []) expect(named).toContain(name);
        expect(Object.values(merged.results).reduce((a, b) => a + b)).toBe(merged.tenants.length);
        expect(new Set(merged.tenants.map(({ name }) => name)).size).toBe(merged.tenants.length);
      }),
    );
  });
});
