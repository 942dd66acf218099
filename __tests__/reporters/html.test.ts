import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { assets } from '../../scripts/report-page.ts';
import type { Access, Holding } from '../../src/model/access.ts';
import type { Report } from '../../src/model/report.ts';
import { matrixOf } from '../../src/reporters/html/matrix.ts';
import { accessFor, accessOf, group, manyFindings, material, pageOf, person } from '../browser/material.ts';
import { drift, exception, finding, problem, report, rule, source } from './sample.ts';

const RUN = {
  repository: 'acme/access',
  sha: 'a'.repeat(40),
  runUrl: 'https://github.com/acme/access/actions/runs/7',
};

function textOf(html: string): string {
  return html
    .replace(/<(script|style)[^>]*>[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, '')
    .replace(/\s+/g, ' ');
}

async function page(change: Report, access?: Access): Promise<string> {
  return pageOf(material(change, access));
}

describe('report.html', () => {
  test('holds the script and the style that their sources make', async () => {
    const committed = readFileSync(new URL('../../src/reporters/html/assets.ts', import.meta.url), 'utf8');
    expect(committed).toBe(await assets());
  });

  test('lets a browser run and apply nothing else', async () => {
    const html = await page(drift([finding()]));
    const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
    const directives = policy.replaceAll('&#39;', "'").split('; ');
    const hash = (element: string) => {
      const [, text = ''] = new RegExp(`<${element}[^>]*>([\\s\\S]*?)</${element}>`).exec(html) ?? [];
      return `sha256-${createHash('sha256').update(text).digest('base64')}`;
    };
    expect(directives).toEqual([
      "default-src 'none'",
      `script-src '${hash('script')}'`,
      `style-src '${hash('style')}'`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ]);
  });

  test('says each verdict in words, and what to do', async () => {
    const said = async (change: Report) => textOf(await page(change));
    expect(await said(report())).toContain(
      'In sync Leapsome and the policy agree. What to do: Nothing to do.',
    );
    expect(await said(drift([finding()]))).toContain('Drift: 1 error Leapsome and the policy differ.');
    const nothing = await page(
      report({ result: 'could-not-check', problems: [problem()], population: null }),
    );
    expect(textOf(nothing)).toContain('Could not check: auth-rejected This is neither a pass nor drift');
    expect(textOf(nothing)).toContain(
      'auth-rejected Leapsome refused the token. What to do: Make a new one.',
    );
  });

  test('shows no reassuring zero where nothing could be judged', async () => {
    const html = await page(report({ result: 'could-not-check', problems: [problem()] }));
    expect(html).not.toContain('class="tile error');
    expect(textOf(html)).toContain('Findings None is known, since there was no complete check.');
    expect(await page(report())).toContain('class="tile error none"');
  });

  test('shows no zero, and says that there may be more, where not everything could be judged', async () => {
    const undecided = { result: 'could-not-check', problems: [problem({ code: 'not-evaluated' })] } as const;
    const some = drift([finding({ severity: 'warning' })], undecided);
    const html = await page(some);
    expect(html.match(/class="tile \w+ none"/g)).toBeNull();
    expect(html).toContain('class="tile warning"');
    expect(textOf(html)).toContain('1 warning. There may be more, since there was no complete check.');
    const excused = textOf(await page(drift([finding({ status: 'excepted' })], undecided)));
    expect(excused).not.toContain('Nothing open');
    expect(excused).toContain('None that is open is known, since there was no complete check. 1 excused');
  });

  test('calls the group a group and the role a role', async () => {
    const both = finding({ role: { id: 'r', name: 'HR Admin' } });
    expect(textOf(await page(drift([both])))).toMatch(/Group Payroll Admins\s*Role HR Admin/);
  });

  test('calls no rule passed, and nobody expected, where there is no verdict', async () => {
    const undecided = report({ result: 'could-not-check', problems: [problem()] });
    const ann = [[person('ann'), group('Payroll'), 'expected'] as const];
    const html = await page(undecided, accessOf([group('Payroll')], ann));
    expect(textOf(html)).toContain('unexpected-member? unknownerror0the run could not check (auth-rejected)');
    expect(textOf(html)).not.toContain('passed');
    expect(html).not.toContain('class="expected"');
    expect(textOf(await page(report()))).toContain('unexpected-member✓ passed');
  });

  test('says what a source did not deliver', async () => {
    const html = await page(report({ sources: [source({ complete: false })] }));
    expect(html).toMatch(/status fail">.*no<\/span>/);
    expect(textOf(html)).toContain('not complete');
  });

  test('holds everything that a finding has', async () => {
    const full = finding({
      controls: ['SOC2:CC6.3'],
      change: 'introduced',
      firstSeen: '2026-09-28',
      role: { id: 'r', name: 'HR Admin' },
      remedies: { leapsome: 'Remove sam', policy: 'a:\n  - sam' },
    });
    const excused = finding({
      status: 'excepted',
      exception: { owner: '@acme/finance', reason: 'Cover', expires: '2026-12-31', ticket: 'FIN-1' },
    });
    const html = await page(drift([full, excused], { run: RUN }));
    const text = textOf(html);
    for (const part of ['SOC2:CC6.3', 'introduced', 'first seen 2026-09-28', 'HR Admin', 'Payroll Admins'])
      expect(text).toContain(part);
    expect(text).toContain('Excused until 2026-12-31 by @acme/finance: Cover (FIN-1)');
    expect(html).toContain('<pre>a:\n  - sam</pre>');
    expect(html).toContain(
      `<a href="https://github.com/acme/access/blob/${'a'.repeat(40)}/.github/leapsome-access-policy.yml#L31" rel="noopener noreferrer">`,
    );
    expect(html).toContain(
      '<a href="https://github.com/acme/access/actions/runs/7" rel="noopener noreferrer">',
    );
  });

  test('links nothing but https', async () => {
    for (const runUrl of [
      'javascript:alert(1)',
      'http://a/b/c/actions/runs/1',
      'https://a/b/c/actions/runs/1?x="',
    ]) {
      const html = await page(drift([finding()], { run: { ...RUN, runUrl } }));
      expect([...html.matchAll(/<a href="([^"]*)"/g)].map(([, href]) => href![0])).not.toContain('j');
      expect(html).not.toContain('rel="noopener noreferrer">this run');
    }
  });

  test('tells what a pull request changes, and what has changed since the last run', async () => {
    const html = await page(
      drift([finding({ change: 'existing' })], {
        preview: {
          base: 'b'.repeat(40),
          addsPolicy: false,
          introduced: 0,
          existing: 1,
          notCompared: 0,
          failOnExisting: true,
          resolved: [{ ...finding({ message: 'is put right' }), by: 'exception' }],
        },
        since: {
          startedAt: '2026-09-30T00:00:00.000Z',
          newFindings: 1,
          goneFindings: [
            {
              fingerprint: 'c'.repeat(64),
              rule: 'x',
              status: 'open',
              firstSeen: '2026-09-01',
              message: 'is gone',
            },
          ],
        },
      }),
    );
    const text = textOf(html);
    expect(text).toContain('Merging this resolves 1 finding (1 by an exception) and introduces none.');
    expect(text).toContain('is put right');
    expect(text).toContain('Since 2026-09-30: 1 finding new, 1 gone.');
    expect(text).toContain('is gone (there since 2026-09-01)');
  });

  test('says so where lists are cut', async () => {
    const text = textOf(
      await page(
        drift(manyFindings(5001), {
          exceptions: Array.from({ length: 1002 }, () => exception()),
          warnings: Array.from({ length: 1003 }, (_, index) => `odd ${index}`),
          problems: Array.from({ length: 1004 }, () => problem()),
          rules: [rule()],
        }),
      ),
    );
    expect(text).toContain('1 more finding, see report.json');
    expect(text).toContain('2 more exceptions, see report.json');
    expect(text).toContain('3 more warnings, see report.json');
    expect(text).toContain('4 more problems, see report.json');
  });

  test('comes in pieces of bounded size', async () => {
    const { html } = await import('../../src/reporters/html.ts');
    const findings = manyFindings(3000);
    const sizes: number[] = [];
    for await (const { chunks } of html(material(drift(findings), accessFor(findings))))
      for await (const chunk of chunks) sizes.push(chunk.length);
    expect(sizes.length).toBeGreaterThan(30);
    expect(Math.max(...sizes)).toBeLessThan(300_000);
  });
});

describe('the matrix', () => {
  const payroll = group('Payroll');
  const board = group('Board', { locations: [] });
  const admin = group('Admin', { type: 'role' });

  test('puts people with findings first, the heaviest on top, and alike people together', () => {
    const [ann, bob, cyd, dan, eve] = ['ann', 'bob', 'cyd', 'dan', 'eve'].map((name) => person(name));
    const light = finding({ severity: 'notice' });
    const matrix = matrixOf(
      accessOf(
        [payroll, board],
        [
          [ann!, board, 'not-governed'],
          [bob!, payroll, 'expected'],
          [cyd!, payroll, 'unexpected', [light]],
          [dan!, board, 'not-governed'],
          [dan!, payroll, 'forbidden', [finding(), finding({ status: 'excepted' })]],
          [eve!, payroll, 'expected'],
        ],
      ),
    );
    const names = (rows: typeof matrix.others) => rows.map((row) => row.person.name);
    expect(names(matrix.withFindings)).toEqual(['dan', 'cyd']);
    expect(names(matrix.others)).toEqual(['bob', 'eve', 'ann']);
    expect(matrix.withFindings[0]).toMatchObject({ open: 1, excepted: 1 });
    expect(matrix.left).toEqual({ withFindings: 0, others: 0, columns: 0 });
    expect(matrix.totals).toMatchObject({ expected: 2, unexpected: 1, forbidden: 1, 'not-governed': 2 });
    expect(matrix.tallies[0]).toMatchObject({ entitlement: payroll, held: 4, open: 2 });
  });

  test('sets roles before groups, and what the policy leaves alone at the end', () => {
    const ann = person('ann');
    const matrix = matrixOf(
      accessOf(
        [board, payroll, admin, group('nobody')],
        [
          [ann, board, 'not-governed'],
          [ann, payroll, 'missing', [finding()]],
          [ann, admin, 'expected'],
        ],
      ),
    );
    expect(matrix.columns.map(({ name }) => name)).toEqual(['Admin', 'Payroll', 'Board']);
    expect(matrix.left.columns).toBe(1);
    expect(matrix.tallies[0]).toMatchObject({ entitlement: payroll, held: 0, open: 1 });
  });

  test('keeps a few hundred of a hundred thousand people, the heaviest of all, and counts everybody', () => {
    const light = [finding({ severity: 'notice' })];
    const heavy = [finding()];
    let passes = 0;
    const access: Access = {
      people: [],
      entitlements: [payroll],
      *holdings(): Generator<Holding> {
        passes++;
        for (let index = 0; index < 100_000; index++) {
          const findings = index % 10 === 0 ? (index >= 99_900 ? heavy : light) : [];
          yield { person: person(String(index)), entitlement: payroll, expectation: 'expected', findings };
        }
      },
    };
    const matrix = matrixOf(access);
    expect(passes).toBe(1);
    expect(matrix.withFindings).toHaveLength(200);
    expect(matrix.withFindings[0]!.person.name).toBe('99900');
    expect(matrix.withFindings.filter(({ open }) => open === 1)).toHaveLength(200);
    expect(matrix.withFindings.slice(0, 10).map((row) => row.person.name)).toContain('99990');
    expect(matrix.left).toEqual({ withFindings: 9800, others: 90_000, columns: 0 });
    expect(matrix.totals.expected).toBe(100_000);
  });

  test('says who is left out', async () => {
    const many = Array.from(
      { length: 205 },
      (_, index) => [person(`p${index}`), payroll, 'expected'] as const,
    );
    const html = await pageOf(material(report(), accessOf([payroll], many)));
    expect(textOf(html)).toContain(
      '200 people by 1 group or role. Left out to stay legible: 5 without findings.',
    );
  });

  test('is no part of a report without anybody’s access', async () => {
    expect(await page(report())).not.toContain('id="matrix"');
  });
});
