import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { visible } from '../../src/reporters/escape.ts';
import { pretty } from '../../src/reporters/pretty.ts';
import type { Style } from '../../src/reporters/style.ts';
import { commandsOf } from './runner.ts';
import { anyReport, at, drift, exception, finding, problem, report, rule, source } from './sample.ts';

const TAGS: Style = {
  bold: (text) => `<b>${text}</b>`,
  dim: (text) => `<d>${text}</d>`,
  red: (text) => `<r>${text}</r>`,
  yellow: (text) => `<y>${text}</y>`,
  green: (text) => `<g>${text}</g>`,
  cyan: (text) => `<c>${text}</c>`,
};

describe('the terminal', () => {
  test('in sync is three lines', () => {
    expect(pretty(report())).toBe(
      [
        'Rules: 1 passed.',
        "812 users (790 active), 41 groups, 3,120 memberships read from Leapsome's SCIM API: all pages, counts reconcile.",
        '',
        '✔ In sync. Leapsome and the policy agree. Nothing to do. (exit code 0)',
        '',
      ].join('\n'),
    );
  });

  test('drift is grouped by policy entry, with both ways out and the verdict last', () => {
    const findings = [
      finding(),
      finding({
        severity: 'warning',
        rule: 'inactive-member',
        location: at(40),
        remedies: { policy: '', leapsome: '' },
      }),
      finding({ severity: 'notice', message: 'Third', remedies: { policy: 'a:\n  b\n\nc', leapsome: '' } }),
      finding({ status: 'excepted' }),
    ];
    expect(pretty(drift(findings)).split('\n')).toEqual([
      '.github/leapsome-access-policy.yml:31  1 error, 1 notice',
      '  ✖ error unexpected-member',
      '    sam@example.com is in Payroll Admins, which allows at most people where department is Finance',
      '    To resolve: Settings → Groups: remove sam@example.com',
      '    Or in the policy:',
      '      at-least:',
      '        - sam@example.com',
      '  ● notice unexpected-member',
      '    Third',
      '    In the policy:',
      '      a:',
      '        b',
      '',
      '      c',
      '',
      '.github/leapsome-access-policy.yml:40  1 warning',
      '  ▲ warning inactive-member',
      '    sam@example.com is in Payroll Admins, which allows at most people where department is Finance',
      '',
      'Rules: 1 passed, 1 failed.',
      "812 users (790 active), 41 groups, 3,120 memberships read from Leapsome's SCIM API: all pages, counts reconcile.",
      '',
      '✖ Drift: 1 error, 1 warning, 1 notice. 1 excepted. Leapsome and the policy differ. For each finding, change Leapsome, or change the policy in a reviewed pull request. (exit code 1)',
      '',
    ]);
  });

  test('could not check shows problems with hints right before the verdict, code frames in shape', () => {
    const message =
      'error[unknown-key]: there is no "memebers"\n   |\n14 |     memebers: []\n   |     ^^^^^^^^';
    const problems = [problem({ code: 'policy-invalid', message, location: at(14) }), problem()];
    const lines = pretty(
      report({
        result: 'could-not-check',
        problems,
        population: null,
        sources: [],
        rules: [
          rule({ id: 'requirement', status: 'not-evaluated' }),
          rule({ reason: 'no source reports levels' }),
        ],
        warnings: ['odd'],
        exceptions: [exception({ state: 'expiring' })],
      }),
    ).split('\n');
    expect(lines).toEqual([
      'Not evaluated',
      '  requirement (error): no reason was recorded',
      '  unexpected-member (error): in part: no source reports levels',
      '',
      'Exceptions: 1 ends soon',
      '  ends soon, until 2026-12-31: unexpected-member, sam@example.com in Payroll Admins',
      '    @acme/finance, Parental-leave cover (FIN-142). Excuses 1 finding. .github/leapsome-access-policy.yml:60',
      '',
      'Worth knowing',
      '  odd',
      '',
      'Why there is no answer',
      '  ✖ policy-invalid .github/leapsome-access-policy.yml:14',
      '    error[unknown-key]: there is no "memebers"',
      '       |',
      '    14 |     memebers: []',
      '       |     ^^^^^^^^',
      '    Make a new one.',
      '  ✖ auth-rejected',
      '    Leapsome refused the token.',
      '    Make a new one.',
      '',
      'No population was read.',
      '',
      '? Could not check: policy-invalid, auth-rejected. This is neither a pass nor drift: what was read does not allow an honest answer. Follow the hints, then run the check again. (exit code 2)',
      '',
    ]);
  });

  test('several sources are named, and one that is not complete shows', () => {
    const sources = [source(), source({ name: 'stackone', complete: false })];
    expect(pretty(report({ sources }))).toContain(
      "read from Leapsome's SCIM API and StackOne's IAM API: not complete.",
    );
    expect(pretty(report({ sources: [] }))).toContain('3,120 memberships read.');
    expect(pretty(report({ rules: [] }))).toContain('Rules: no rule was evaluated.');
  });

  test('long lists are cut and counted', () => {
    const findings = Array.from({ length: 1234 }, () => finding());
    const text = pretty(drift(findings, { warnings: Array(51).fill('odd') }));
    expect(text.match(/unexpected-member/g)).toHaveLength(200);
    expect(text).toContain('\n1,034 more findings, see report.json\n');
    expect(text).toContain('\n  1 more warning, see report.json\n');
    expect(pretty(drift(findings), { findings: 1 })).toContain('\n1,233 more findings, see report.json\n');
    const codes = ['timed-out', 'redirected', 'too-large', 'incomplete'] as const;
    const problems = codes.map((code) => problem({ code, hint: 'x\n'.repeat(100) }));
    expect(pretty(report({ result: 'could-not-check', problems }))).toContain(
      'Could not check: timed-out, redirected, too-large and 1 more.',
    );
  });

  test('colours are those that were passed in, and never span lines', () => {
    const text = pretty(drift([finding()]), { style: TAGS });
    expect(text).toContain('<r>✖ error</r> <b>unexpected-member</b>');
    expect(text).toContain('      <d>at-least:</d>\n      <d>  - sam@example.com</d>');
    expect(text).toContain('<b><r>✖ Drift: 1 error.</r></b>');
  });

  test('holds no command and nothing that hides, whatever the names are', () => {
    fc.assert(
      fc.property(anyReport, (any) => {
        const text = pretty(any);
        expect(commandsOf(text)).toEqual([]);
        expect(text.split('\n').map(visible).join('\n')).toBe(text);
      }),
      { numRuns: 300 },
    );
  });
});
