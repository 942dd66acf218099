import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SUMMARY_BYTES } from '../../src/model/limits.ts';
import type { Report } from '../../src/model/report.ts';
import { visible } from '../../src/reporters/escape.ts';
import { summary } from '../../src/reporters/summary.ts';
import { render, tagsOf, textOf } from './markdown.ts';
import {
  anyReport,
  at,
  drift,
  exception,
  finding,
  mapStrings,
  nasty,
  problem,
  report,
  rule,
  source,
} from './sample.ts';

/** The cells of each row of each table on the page. */
function tablesOf(html: string): string[][][] {
  const inside = (text: string, name: string) =>
    Array.from(
      text.matchAll(new RegExp(`<(?:${name})(?: [^>]*)?>([^]*?)</(?:${name})>`, 'g')),
      ([, all]) => all!,
    );
  return inside(html, 'table').map((table) => inside(table, 'tr').map((tr) => inside(tr, 'th|td')));
}

function tableWith(html: string, column: string): string[][] {
  const tables = tablesOf(html).map((rows) => rows.map((cells) => cells.map(textOf)));
  return tables.find(([head]) => head?.includes(column)) ?? [];
}

const RUN = {
  repository: 'acme/access',
  sha: '0123456789abcdef0123456789abcdef01234567',
  runUrl: 'https://github.com/acme/access/actions/runs/1',
};

describe('the words of the summary', () => {
  test('in sync is short', () => {
    const text = summary(report());
    expect(text.split('\n')[0]).toBe('## ✅ In sync');
    expect(text).toContain('Leapsome and the policy agree. Nothing to do.');
    expect(text).toContain(
      "812 users (790 active), 41 groups, 3,120 memberships read from Leapsome's SCIM API: all pages, counts reconcile. Rules: 1 passed.",
    );
    expect(text.match(/^#+ .*$/gm)).toEqual(['## ✅ In sync', '### What was read']);
  });

  test('in sync with lighter findings says what let them pass', () => {
    const counts = { error: 3, warning: 0, notice: 0, excepted: 0 };
    const html = render(summary(report({ failOn: 'never', counts, findings: [finding()] })));
    expect(textOf(html)).toContain('✅ In sync (fail-on: never)');
    expect(textOf(html)).toContain('3 errors found, below what fails a run.');
  });

  test('drift lists rules, findings and remedies', () => {
    const findings = [finding(), finding({ severity: 'warning', user: { id: '5ecba01fb567a5d046582027' } })];
    const html = render(summary(drift(findings, { run: RUN })));
    expect(textOf(html)).toContain('❌ Drift: 1 error, 1 warning');
    expect(tableWith(html, 'Findings')).toEqual([
      ['Rule', 'Severity', 'Findings'],
      ['unexpected-member', 'error', '1'],
    ]);
    expect(tableWith(html, 'Who').map((cells) => cells.slice(0, 4))).toEqual([
      ['Severity', 'Rule', 'Who', 'Group or role'],
      ['🔴 error', 'unexpected-member', 'sam@example.com', 'Payroll Admins'],
      ['🟡 warning', 'unexpected-member', 'user 5ecba01f…2027', 'Payroll Admins'],
    ]);
    expect(html).toContain('<summary>How to resolve</summary>');
    expect(html).toContain('at-least:\n  - sam@example.com\n</code></pre>');
  });

  test('how to resolve says when it is only about the first findings', () => {
    const folded = (total: number) =>
      summary(drift(Array.from({ length: total }, () => finding()))).match(/<summary>.*?<\/summary>/)?.[0];
    expect(folded(20)).toBe('<summary>How to resolve</summary>');
    expect(folded(21)).toBe('<summary>How to resolve the first 20 findings</summary>');
  });

  test('the moment is readable', () => {
    expect(textOf(render(summary(report({ asOf: '2026-10-01T08:15:00.000Z' }))))).toContain(
      'As of 2026-10-01 08:15:00 UTC',
    );
  });

  test('a place is linked to the commit, when that is known', () => {
    const text = summary(drift([finding({ location: at(31, 'a b/(x).yml') })], { run: RUN }));
    expect(text).toContain(`](https://github.com/acme/access/blob/${RUN.sha}/a%20b/%28x%29.yml#L31)`);
  });

  test('a place is linked by the name that it has in the repository', () => {
    const of = (file: string, policyRoot: string | null) =>
      summary(drift([finding({ location: at(31, file) })], { run: { ...RUN, policyRoot } }));
    const blob = `](https://github.com/acme/access/blob/${RUN.sha}/`;
    expect(of('checkout/x.yml', 'checkout')).toContain(`${blob}x.yml#L31)`);
    for (const file of ['checkouts/x.yml', 'x.yml']) expect(of(file, 'checkout')).not.toContain('/blob/');
    expect(of('x.yml', null)).not.toContain('/blob/');
  });

  test.each([
    { ...RUN, runUrl: 'javascript:alert(1)//' },
    { ...RUN, repository: 'acme/access)[x](y' },
    { ...RUN, sha: 'main' },
    {},
  ])('a place is not linked when the run is %j', (run) => {
    expect(render(summary(drift([finding()], { run })))).not.toContain('<a ');
  });

  test.each(['/etc/policy.yml', '../policy.yml', 'C:\\policy.yml'])('%s is not in the repository', (file) => {
    expect(render(summary(drift([finding({ location: at(1, file) })], { run: RUN })))).not.toContain('<a ');
  });

  test('could not check says why, what to do, and keeps a code frame in shape', () => {
    const frame = 'there is no "memebers" in a group\n   |\n14 |     memebers: []\n   |     ^^^^^^^^';
    const problems = [problem(), problem({ code: 'policy-invalid', message: frame, location: at(14) })];
    const html = render(
      summary(report({ result: 'could-not-check', problems, population: null, sources: [] })),
    );
    expect(textOf(html)).toContain('Could not check: auth-rejected, policy-invalid');
    expect(textOf(html)).toContain('auth-rejected: Leapsome refused the token.');
    expect(textOf(html)).toContain('What to do: Make a new one.');
    expect(textOf(html)).toContain('No population was read.');
    expect(textOf(html)).toContain(frame);
  });

  test('exceptions come by urgency, unevaluated rules with their reason, evidence with its numbers', () => {
    const html = render(
      summary(
        report({
          exceptions: [exception(), exception({ state: 'expired' }), exception({ state: 'expiring' })],
          rules: [
            rule(),
            rule({ id: 'off', severity: 'off', status: 'not-evaluated' }),
            rule({ id: 'requirement', status: 'not-evaluated', reason: 'no source reports levels' }),
          ],
          sources: [
            source({ unique: { users: 811, groups: 41 }, complete: false, warnings: ['members ignored'] }),
          ],
          warnings: ['the comment could not be written'],
        }),
      ),
    );
    expect(textOf(html)).toContain('Exceptions: 1 expired, 1 ends soon, 1 in force');
    expect(tableWith(html, 'Excuses').map(([state]) => state)).toEqual([
      'State',
      'expired',
      'ends soon',
      'in force',
    ]);
    expect(tableWith(html, 'Why').slice(1)).toEqual([['requirement', 'error', 'no source reports levels']]);
    expect(tableWith(html, 'Endpoint')[1]).toEqual([
      "Leapsome's SCIM API",
      'https://api.leapsome.com/scim/v1',
      '812 / 812 / 811',
      '41 / 41 / 41',
      '3',
      '0',
      'no',
    ]);
    expect(textOf(html)).toContain("Leapsome's SCIM API: members ignored");
    expect(textOf(html)).toContain('the comment could not be written');
    expect(textOf(html)).toContain('1 passed, 1 not evaluated, 1 off');
  });
});

describe('hostile names in the summary', () => {
  /** The same shape with harmless letters; what is not free text stays. */
  const harmless = (any: Report) =>
    mapStrings(any, (text, key) =>
      ['result', 'severity', 'status', 'state', 'code', 'name', 'personalData'].includes(key) &&
      text.length < 20
        ? text
        : text.replace(/[^\r\n]/g, 'x'),
    );

  test('make no element, link or image, and move no column', () => {
    fc.assert(
      fc.property(anyReport, (any) => {
        const html = render(summary(any));
        expect(tagsOf(html)).toEqual(tagsOf(render(summary(harmless(any)))));
        expect(html).not.toMatch(/<(?:a|img)\b/);
        for (const [head, ...rows] of tablesOf(html)) {
          expect(rows.every((cells) => cells.length === head?.length)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('in a path lead nowhere but into the commit', () => {
    fc.assert(
      fc.property(nasty, (file) => {
        const html = render(summary(drift([finding({ location: at(3, file) })], { run: RUN })));
        for (const [, href] of html.matchAll(/<a href="([^"]*)"/g)) {
          expect(href).toMatch(/^https:\/\/github\.com\/acme\/access\/blob\/[0-9a-f]{40}\/[\w.~%/-]*#L3$/);
        }
        expect(html).not.toMatch(/<img/);
      }),
    );
  });

  test('are shown as they are', () => {
    fc.assert(
      fc.property(anyReport, (any) => {
        const open = any.findings.filter(({ status }) => status === 'open');
        const rows = tableWith(render(summary(any)), 'Who').slice(1);
        expect(rows.map((cells) => [cells[1], cells[4]?.trim(), cells[5]])).toEqual(
          open.map(({ rule, message, location }) => [
            visible(rule),
            visible(message).trim(),
            `${visible(location.file)}:${location.line}`,
          ]),
        );
      }),
    );
  });
});

describe('the size of the summary', () => {
  const size = (text: string) => Buffer.byteLength(text);

  test('is never above the limit, and what is left of it is well-formed', () => {
    fc.assert(
      fc.property(anyReport, fc.integer({ min: 0, max: 12_000 }), (any, limit) => {
        const text = summary(any, limit);
        expect(size(text)).toBeLessThanOrEqual(limit);
        const tags = tagsOf(render(text)).filter((tag) => !/^(?:br|hr)$/.test(tag));
        const open = tags.filter((tag) => !tag.startsWith('/'));
        expect(open.length * 2).toBe(tags.length);
      }),
    );
  });

  test('of very many findings is just below, and the last line counts the rest', () => {
    const findings = Array.from({ length: 20_000 }, () => finding({ message: '|界'.repeat(40) }));
    const exceptions = Array.from({ length: 20_000 }, () => exception());
    const problems = Array.from({ length: 20_000 }, () => problem({ message: '\u{e0001}'.repeat(5000) }));
    const text = summary(
      drift(findings, { exceptions, problems, rules: Array(20_000).fill(rule({ reason: '|' })) }),
    );
    expect(size(text)).toBeLessThan(SUMMARY_BYTES);
    expect(size(text)).toBeGreaterThan(SUMMARY_BYTES * 0.97);
    const [, left] = /\n([\d,]+) more findings, see report\.json\n$/.exec(text) ?? [];
    const rows = tableWith(render(text), 'Who').length - 1;
    expect(Number(left?.replaceAll(',', '')) + rows).toBe(20_000);
    expect(text).toContain('19,900 more exceptions, see report.json');
    expect(text).toContain('### What was read');
  });

  test('when only other parts are left out, the last line says so', () => {
    const problems = Array.from({ length: 30 }, () => problem({ message: '|'.repeat(900) }));
    const text = summary(report({ result: 'could-not-check', problems }), 3000);
    expect(text.endsWith('\nNot everything fits here, see report.json\n')).toBe(true);
  });
});
