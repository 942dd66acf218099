import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Diagnosis, SourceDiagnosis } from '../../src/model/diagnosis.ts';
import { SOURCE_NAMES } from '../../src/model/facts.ts';
import { diagnosisJson, diagnosisText } from '../../src/reporters/diagnosis.ts';
import { diagnosisSummary } from '../../src/reporters/diagnosis-summary.ts';
import { visible } from '../../src/reporters/escape.ts';
import { render, tagsOf, textOf } from './markdown.ts';
import { commandsOf } from './runner.ts';

const NOT_GIVEN: Omit<SourceDiagnosis, 'name'> = {
  state: 'not-given',
  endpoint: null,
  proxy: null,
  traffic: null,
  reading: null,
  wouldTell: [],
  warnings: [],
};

const SCIM: SourceDiagnosis = {
  name: 'scim',
  state: 'works',
  endpoint: 'https://api.leapsome.com/scim/v1',
  proxy: 'proxy.example:3128',
  traffic: { requests: 4, retries: 1, refusals: 1, busiestSecond: 4, ceiling: 14, limit: 30 },
  reading: {
    counts: { users: 812, active: 790, deactivated: 22, groups: 41, memberships: 3120 },
    tells: ['membership', 'group-catalogue', 'department', 'level'],
    silent: [{ fact: 'manager', why: 'reported for nobody' }],
    onlyTells: ['employment-type'],
    enables: ['unmanaged-group'],
  },
  wouldTell: [],
  warnings: ['Something odd.'],
};

const READY: Diagnosis = {
  schemaVersion: 1,
  tool: { name: 'leapsome-access-policy', version: '1.2.3' },
  result: 'ready',
  environment: {
    node: '24.21.0',
    nodeNeeded: '22.19',
    platform: 'linux',
    arch: 'x64',
    runner: null,
    extraCertificates: true,
  },
  sources: [
    SCIM,
    { name: 'content', ...NOT_GIVEN, wouldTell: ['lifecycle', 'group-kind'] },
    { name: 'stackone', ...NOT_GIVEN },
  ],
  policy: {
    path: 'policy.yml',
    state: 'valid',
    sha256: 'a'.repeat(64),
    rules: [
      { id: 'unexpected-member', severity: 'error', state: 'evaluated', reasons: [] },
      { id: 'unmanaged-role', severity: 'warning', state: 'not-evaluated', reasons: ['one', 'two'] },
      { id: 'missing-role', severity: 'off', state: 'off', reasons: [] },
    ],
  },
  problems: [],
};

const FAILED: Diagnosis = {
  ...READY,
  result: 'could-not-check',
  sources: SOURCE_NAMES.map((name) => ({ name, ...NOT_GIVEN, state: 'fails' as const })),
  policy: { path: 'policy.yml', state: 'invalid', sha256: null, rules: null },
  problems: [
    { code: 'token-invalid', message: 'The token is wrong.', hint: 'Get another.', source: 'scim' },
    { code: 'policy-invalid', message: 'The policy is wrong.', hint: 'Mend it.' },
  ],
};

describe('the text', () => {
  test('says everything, and ends with what it comes to', () => {
    expect(diagnosisText(READY).split('\n')).toEqual([
      'leapsome-access-policy 1.2.3, Node 24.21.0 (22.19 or later is needed), linux x64',
      'Runner: none, this is a command line',
      'Proxy: proxy.example:3128 on the way to api.leapsome.com',
      'Further certificate authorities (NODE_EXTRA_CA_CERTS): set',
      '',
      "✔ Leapsome's SCIM API: the SCIM token works  https://api.leapsome.com/scim/v1",
      '  812 users (790 active, 22 deactivated), 41 groups, 3,120 memberships',
      '  Tells who is in which group and every group; the attributes department and level',
      '  Does not tell managers (reported for nobody)',
      '  Nothing else here tells the attribute employment-type',
      '  Without it, not evaluated: unmanaged-group',
      "  4 requests, 1 retry among them, 1 refused as too many; at most 4 in one second, 26 below Leapsome's limit of 30, which your identity provider shares. This program never sends more than 14 in one second.",
      '  ▲ Something odd.',
      '',
      "– Leapsome's Content API: no credential was given",
      '  Would also tell the kinds of groups; the attribute lifecycle',
      '  To have it read, give `api-secret` (LEAPSOME_API_SECRET)',
      '',
      "– StackOne's IAM API: no credential was given",
      '  To have it read, give `stackone-api-key` (STACKONE_API_KEY) and `stackone-account-id` (STACKONE_ACCOUNT_ID)',
      '',
      'Policy policy.yml: valid, and 1 of 2 rules can be evaluated in full.',
      '  ✔ in full: unexpected-member',
      '  ▲ unmanaged-role (warning), wholly or in part: one',
      '      two',
      '  – switched off: missing-role',
      '',
      '✔ Ready. The credential works. A check has everything that it needs. (exit code 0)',
      '',
    ]);
  });

  test('puts each problem where it belongs', () => {
    const lines = diagnosisText(FAILED).split('\n');
    const at = (text: string) => lines.findIndex((line) => line.includes(text));
    expect(lines[at("Leapsome's SCIM API") + 1]).toBe('  ✖ token-invalid');
    expect(at('The policy is wrong.')).toBeGreaterThan(at('Policy policy.yml'));
    expect(lines.at(-2)).toBe(
      '? Not ready: token-invalid, policy-invalid. 2 things stand in the way of a check. Follow the hints, then run doctor again. (exit code 2)',
    );
  });

  test('is cut where there are too many problems', () => {
    const problems = Array.from({ length: 60 }, (_, index) => ({
      code: 'policy-invalid' as const,
      message: `Mistake ${index}.`,
      hint: 'Mend it.',
    }));
    const text = diagnosisText({ ...FAILED, problems });
    expect(text.match(/Mistake \d+\./g)).toHaveLength(50);
    expect(text).toContain('10 more problems');
    expect(diagnosisSummary({ ...FAILED, problems })).toContain('40 more problems, see the log');
  });
});

describe('hostile text', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '\n::error::x',
      '##[error]x',
      '|<img src=x>',
      '@acme/team',
      '\u202e',
      '::add-mask::x',
      '`</table>',
    ),
  );
  const anything = hostile.map((text): Diagnosis => {
    const problem = { code: 'policy-invalid' as const, message: `${text}.`, hint: text };
    return {
      ...FAILED,
      environment: {
        ...FAILED.environment,
        platform: text,
        runner: { os: text, arch: text, kind: text, act: false },
      },
      sources: [{ ...SCIM, proxy: text, warnings: [text] }, ...FAILED.sources.slice(1)],
      policy: {
        ...READY.policy,
        path: text,
        rules: [{ id: 'missing-role', severity: 'error', state: 'not-evaluated', reasons: [text] }],
      },
      problems: [problem, { ...problem, source: 'scim' }],
    };
  });

  test('is shown, and never obeyed, in a log', () => {
    fc.assert(
      fc.property(anything, (diagnosis) => {
        for (const text of [diagnosisText(diagnosis), diagnosisJson(diagnosis)]) {
          expect(commandsOf(text)).toEqual([]);
          for (const line of text.split('\n')) expect(visible(line)).toBe(line);
        }
        expect(JSON.parse(diagnosisJson(diagnosis))).toEqual(JSON.parse(JSON.stringify(diagnosis)));
      }),
    );
  });

  test('stays text in a summary', () => {
    const own = new Set(tagsOf(render(diagnosisSummary(FAILED))).concat('br', '/br'));
    fc.assert(
      fc.property(anything, (diagnosis) => {
        const html = render(diagnosisSummary(diagnosis));
        const strange = tagsOf(html).filter((tag) => !own.has(tag) && !['pre', '/pre'].includes(tag));
        expect(strange).toEqual([]);
        expect(textOf(html)).not.toMatch(/(?<!\S)undefined/);
      }),
    );
  });
});
