import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { verdict } from '../../src/evaluate/verdict.ts';
import type { Report } from '../../src/model/report.ts';
import type { FailOn } from '../../src/model/severity.ts';
import { visible } from '../../src/reporters/escape.ts';
import { junit } from '../../src/reporters/junit.ts';
import { anyReport, at, drift, finding, nasty, problem, report, rule } from './sample.ts';
import { claimedTests, countedTests, type Element, elements, parseXml } from './xml.ts';

async function textOf(of: Report): Promise<string> {
  let text = '';
  for await (const file of junit({ report: of, access: undefined, rules: [] })) {
    expect(file.name).toBe('report.junit.xml');
    for await (const chunk of file.chunks) text += chunk;
  }
  return text;
}

async function parsed(of: Report): Promise<Element> {
  return parseXml(await textOf(of));
}

/** Every test as `suite: name`, with how it ended. */
async function outcomes(of: Report): Promise<string[]> {
  const tests = elements(await parsed(of), 'testcase');
  return tests.map(({ attributes, children }) => {
    const [outcome] = children;
    return `${attributes.classname}: ${outcome ? `${outcome.name}: ${outcome.attributes.message}` : 'passed'}`;
  });
}

/** Any report that the program could make: its verdict follows from what it holds. */
const consistent: fc.Arbitrary<Report> = fc
  .tuple(
    anyReport,
    fc.constantFrom<FailOn>('error', 'warning', 'notice', 'never'),
    fc.boolean(),
    fc.array(fc.constantFrom('introduced' as const, 'existing' as const, undefined), { minLength: 14 }),
  )
  .map(([any, failOn, failOnExisting, changes]) => {
    const findings = any.findings.map((each, i) => {
      const change = changes[i];
      return change && each.status === 'open' ? { ...each, change } : each;
    });
    const preview = {
      base: 'b',
      addsPolicy: false,
      introduced: 0,
      existing: 0,
      notCompared: 0,
      failOnExisting,
      resolved: [],
    };
    const open = findings.filter(({ status }) => status === 'open');
    return {
      ...any,
      failOn,
      findings,
      preview,
      result: verdict(open, any.problems, failOn, failOnExisting),
    };
  });

describe('report.junit.xml', () => {
  test('is well-formed, and its totals are right, whatever the report holds', async () => {
    await fc.assert(
      fc.asyncProperty(anyReport, async (any) => {
        const root = await parsed(any);
        expect(root.name).toBe('testsuites');
        expect(claimedTests(root)).toEqual(countedTests(root));
        for (const suite of elements(root, 'testsuite'))
          expect(claimedTests(suite)).toEqual(countedTests(suite));
        const listed = any.findings.length;
        expect(elements(root, 'testcase').length).toBeGreaterThanOrEqual(listed);
        expect(await textOf(structuredClone(any))).toBe(await textOf(any));
      }),
    );
  });

  test('agrees with the verdict: failures are drift, errors are no answer', async () => {
    await fc.assert(
      fc.asyncProperty(consistent, async (any) => {
        const { failures, errors } = countedTests(await parsed(any));
        if (any.result === 'could-not-check') expect(errors).not.toBe('0');
        else expect(errors).toBe('0');
        if (any.result === 'drift') expect(failures).not.toBe('0');
        if (any.result === 'in-sync') expect(failures).toBe('0');
      }),
      { numRuns: 300 },
    );
  });

  test('shows every text literally', async () => {
    await fc.assert(
      fc.asyncProperty(nasty, async (name) => {
        const message = `x${name}]]>&#x1;<b>&amp;`;
        const location = at(3, `a${name}`);
        const root = await parsed(drift([finding({ message, location, rule: `r${name}` })], { rules: [] }));
        const [failure] = elements(root, 'failure');
        expect(failure!.attributes).toEqual({ message: visible(message), type: `r${visible(name)}` });
        expect(failure!.text.split('\n')[0]).toBe(visible(`${message} (error)`));
        const [mine] = elements(root, 'testcase');
        expect(mine!.attributes).toMatchObject({ file: `a${visible(name)}`, line: '3' });
        expect(mine!.attributes.name).toContain(visible(message));
      }),
    );
  });

  test('has a suite for each rule, and a test for what each rule claims', async () => {
    const rules = [
      rule(),
      rule({ id: 'off', severity: 'off', status: 'not-evaluated' }),
      rule({ id: 'blind', status: 'not-evaluated', reason: 'no source tells' }),
      rule({ id: 'half', reason: 'one group is unknown' }),
    ];
    const of = report({ rules });
    expect(await outcomes(of)).toEqual([
      'unexpected-member: passed',
      'off: skipped: switched off by the policy',
      'blind: skipped: not evaluated: no source tells',
      'half: passed',
      'half: skipped: one group is unknown',
    ]);
    const root = await parsed(of);
    expect(root.attributes).toMatchObject({ name: 'leapsome-access-policy', time: '2' });
    expect(elements(root, 'testsuite').map(({ attributes }) => attributes.name)).toEqual(
      rules.map(({ id }) => id),
    );
    expect(elements(root, 'testsuite')[0]!.attributes.timestamp).toBe('2026-10-01T00:00:00');
  });

  test('fails for what the verdict counts, and skips the rest with the reason', async () => {
    const exception = { owner: '@acme/finance', reason: 'cover', expires: '2026-12-31', ticket: 'FIN-1' };
    const of = drift(
      [
        finding(),
        finding({ severity: 'warning', message: 'light' }),
        finding({ status: 'excepted', exception, message: 'excused' }),
      ],
      { rules: [rule({ status: 'fail', findings: 2 })] },
    );
    expect(await outcomes(of)).toEqual([
      `unexpected-member: failure: ${finding().message}`,
      'unexpected-member: skipped: warning, below what fails a run (fail-on: error)',
      'unexpected-member: skipped: excused until 2026-12-31 by @acme/finance: cover, FIN-1',
    ]);
    const [failure] = elements(await parsed(of), 'failure');
    expect(failure!.text.split('\n')).toEqual([
      `${finding().message} (error)`,
      'Policy: .github/leapsome-access-policy.yml:31',
      'To resolve: Settings → Groups: remove sam@example.com',
      'Or in the policy:',
      'at-least:',
      '  - sam@example.com',
      'Controls: SOC2:CC6.3',
      `Fingerprint: ${'ab'.repeat(32)}`,
    ]);
  });

  test('skips what exists without a pull request that is not to fail for it', async () => {
    const preview = {
      base: 'b',
      addsPolicy: false,
      introduced: 0,
      existing: 1,
      notCompared: 0,
      failOnExisting: false,
      resolved: [],
    };
    const rules = [rule({ status: 'fail', findings: 1 })];
    const existing = [finding({ change: 'existing' })];
    expect(await outcomes(drift(existing, { preview, rules }))).toEqual([
      'unexpected-member: skipped: exists without this pull request (fail-on-existing: false)',
    ]);
    const failing = await outcomes(drift(existing, { preview: { ...preview, failOnExisting: true }, rules }));
    expect(failing).toEqual([`unexpected-member: failure: ${finding().message}`]);
  });

  test('has an error for each problem, and one where none has a name', async () => {
    const problems = [
      problem(),
      problem({ code: 'policy-invalid', message: 'No such key.\n  --> a:4', location: at(4) }),
      problem({ code: 'policy-invalid', message: 'No such word.', location: at(4) }),
    ];
    const root = await parsed(report({ result: 'could-not-check', problems }));
    const [suite] = elements(root, 'testsuite');
    expect(suite!.children.map(({ attributes }) => attributes.name)).toEqual([
      'auth-rejected',
      'policy-invalid at .github/leapsome-access-policy.yml:4',
      'policy-invalid at .github/leapsome-access-policy.yml:4 (2)',
    ]);
    expect(elements(suite!, 'error')[1]!.attributes).toEqual({
      message: 'No such key.',
      type: 'policy-invalid',
    });
    expect(elements(suite!, 'error')[0]!.text).toBe(
      'Leapsome refused the token.\nWhat to do: Make a new one.',
    );
    expect(countedTests(await parsed(report({ result: 'could-not-check' }))).errors).toBe('1');
  });

  test('passes no rule of a run that could not check', async () => {
    const rules = [rule(), rule({ id: 'half', reason: 'one group is unknown' })];
    const of = report({ result: 'could-not-check', problems: [problem({ code: 'ambiguous-group' })], rules });
    const doubt = 'no answer: the run could not check (ambiguous-group)';
    expect((await outcomes(of)).slice(1)).toEqual([
      `unexpected-member: skipped: ${doubt}`,
      `half: skipped: ${doubt}`,
      'half: skipped: one group is unknown',
    ]);
    await fc.assert(
      fc.asyncProperty(anyReport, async (any) => {
        const ended = await outcomes({ ...any, result: 'could-not-check' });
        expect(ended.filter((each) => each.endsWith(': passed'))).toEqual([]);
      }),
    );
  });

  test('gives two findings of one message two names, as viewers keep the first of several', async () => {
    const findings = ['1', '2'].map((digit) => finding({ fingerprint: digit.repeat(64) }));
    const root = await parsed(drift(findings, { rules: [] }));
    const names = elements(root, 'testcase').map(({ attributes }) => attributes.name);
    expect(names).toEqual([`${finding().message} [111111111111]`, `${finding().message} [222222222222]`]);
  });

  test('lists no more findings than a viewer opens, and says how many are left out of each rule', async () => {
    const many = Array.from({ length: 10_003 }, (_, i) =>
      finding({ rule: i < 10_001 ? 'many' : 'few', severity: i < 10_001 ? 'error' : 'notice' }),
    );
    const root = await parsed(drift(many, { rules: [] }));
    expect(elements(root, 'testcase')).toHaveLength(10_002);
    const rests = elements(root, 'testcase').filter(({ attributes }) => /more/.test(attributes.name!));
    expect(rests.map(({ attributes, children }) => [attributes.name, children[0]!.name])).toEqual([
      ['1 more finding, see report.json', 'failure'],
      ['2 more findings, see report.json', 'skipped'],
    ]);
  });
});
