import fc from 'fast-check';
import type { Location, Problem } from '../../src/model/problem.ts';
import type { Report, ReportedException, ReportedFinding, RuleResult } from '../../src/model/report.ts';
import type { SourceEvidence } from '../../src/model/snapshot.ts';

export const POLICY = '.github/leapsome-access-policy.yml';

export function at(line: number, file: string = POLICY): Location {
  return { file, line, column: 7, endLine: line, endColumn: 41 };
}

export function finding(change: Partial<ReportedFinding> = {}): ReportedFinding {
  return {
    fingerprint: 'ab'.repeat(32),
    rule: 'unexpected-member',
    severity: 'error',
    status: 'open',
    message: 'sam@example.com is in Payroll Admins, which allows at most people where department is Finance',
    user: { id: '5ecba01fb567a5d046582027', email: 'sam@example.com' },
    group: { id: '5ecba01fb567a5d046582028', name: 'Payroll Admins' },
    location: at(31),
    remedies: {
      policy: 'at-least:\n  - sam@example.com',
      leapsome: 'Settings → Groups: remove sam@example.com',
    },
    controls: ['SOC2:CC6.3'],
    ...change,
  };
}

export function problem(change: Partial<Problem> = {}): Problem {
  return {
    code: 'auth-rejected',
    message: 'Leapsome refused the token.',
    hint: 'Make a new one.',
    ...change,
  };
}

export function exception(change: Partial<ReportedException> = {}): ReportedException {
  return {
    rule: 'unexpected-member',
    subject: 'sam@example.com in Payroll Admins',
    owner: '@acme/finance',
    reason: 'Parental-leave cover',
    ticket: 'FIN-142',
    expires: '2026-12-31',
    state: 'in-force',
    findings: 1,
    location: at(60),
    ...change,
  };
}

export function rule(change: Partial<RuleResult> = {}): RuleResult {
  return { id: 'unexpected-member', severity: 'error', status: 'pass', findings: 0, ...change };
}

export function source(change: Partial<SourceEvidence> = {}): SourceEvidence {
  const tally = { users: 812, groups: 41 };
  return {
    name: 'scim',
    endpoint: 'https://api.leapsome.com/scim/v1',
    requests: 3,
    retries: 0,
    refusals: 0,
    pages: { users: 1, groups: 1 },
    reported: tally,
    received: tally,
    unique: tally,
    complete: true,
    warnings: [],
    ...change,
  };
}

export function report(change: Partial<Report> = {}): Report {
  return {
    schemaVersion: 1,
    tool: { name: 'leapsome-access-policy', version: '0.1.0' },
    result: 'in-sync',
    asOf: '2026-10-01T00:00:00.000Z',
    startedAt: '2026-10-01T00:00:00.000Z',
    finishedAt: '2026-10-01T00:00:02.000Z',
    run: {},
    policy: { sha256: 'cd'.repeat(32), files: [{ path: POLICY, sha256: 'ef'.repeat(32) }] },
    sources: [source()],
    population: { users: 812, activeUsers: 790, groups: 41, memberships: 3120 },
    personalData: 'show',
    failOn: 'error',
    rules: [rule()],
    counts: { error: 0, warning: 0, notice: 0, excepted: 0 },
    findings: [],
    exceptions: [],
    problems: [],
    warnings: [],
    ...change,
  };
}

/** A report with these findings, and verdict, rules and counts to match. */
export function drift(findings: readonly ReportedFinding[], change: Partial<Report> = {}): Report {
  const open = (severity: string) =>
    findings.filter((each) => each.status === 'open' && each.severity === severity).length;
  return report({
    result: 'drift',
    rules: [rule({ status: 'fail', findings: open('error') }), rule({ id: 'missing-member' })],
    counts: {
      error: open('error'),
      warning: open('warning'),
      notice: open('notice'),
      excepted: findings.filter((each) => each.status === 'excepted').length,
    },
    findings,
    ...change,
  });
}

/** The report with the rules that find what it holds, each with its number, as those of real reports. */
export function withRules(of: Report): Report {
  const open = of.findings.filter(({ status }) => status === 'open');
  const byRule = Map.groupBy(open, (one) => one.rule);
  const failed = [...byRule].map(([id, found]) => rule({ id, status: 'fail', findings: found.length }));
  return { ...of, rules: [...failed, ...(failed.length === 0 ? [rule()] : [])] };
}

const NASTY = [
  '\n',
  '\r',
  '\r\n',
  '\t',
  '\0',
  '\u001b[31m',
  '\u007f',
  '\u0085',
  '\u00a0',
  '\u00ad',
  '\u0301',
  '\u20e3',
  '\u200b',
  '\u200d',
  '\u202e',
  '\u2028',
  '\u2029',
  '\u2066',
  '\u3000',
  '\ufe0f',
  '\ufeff',
  '\ud800',
  '\udc00',
  '\u{e0041}',
  '🏴',
  '👩‍👩‍👧',
  'é',
  'ไ',
  '界',
  ':',
  '::',
  ' ::',
  '::error::x',
  '::add-mask::e',
  '\n::set-output name=a::b',
  '#',
  '##',
  '##[',
  '#[',
  '[',
  ']',
  '##[stop-commands]t',
  '##[group]',
  '%',
  '%0A',
  '%25',
  '%3A',
  ',',
  '=',
  ';',
  '|',
  '\\',
  '\\|',
  '`',
  '```',
  '~~~',
  '~~',
  '*',
  '_',
  '<',
  '>',
  '&',
  '&amp;',
  '&#64;',
  '"',
  "'",
  '<!--',
  '-->',
  '</table>',
  '</code>',
  '</details>',
  '<img src=x>',
  '[ok](https://evil.example)',
  '![i](x)',
  '[^1]',
  'https://evil.example',
  'www.evil.example',
  'mailto:',
  'a@b.example',
  '@acme/team',
  '#123',
  '- ',
  '+ ',
  '1. ',
  '# ',
  '---',
  '===',
  '$x$',
  ':smile:',
  ' ',
  '  ',
  'a',
  'Payroll Admins',
];

/** Text as an attacker would write it, or as chance would. */
export const nasty: fc.Arbitrary<string> = fc.oneof(
  fc.array(fc.constantFrom(...NASTY), { maxLength: 6 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 12 }),
);

const location: fc.Arbitrary<Location> = fc
  .tuple(nasty, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 1 }))
  .map(([file, line, more]) => ({ file, line, column: 2, endLine: line + more, endColumn: 9 }));

const named = fc.record({ id: nasty, name: nasty });
const severity = fc.constantFrom('error', 'warning', 'notice');

const anyFinding: fc.Arbitrary<ReportedFinding> = fc.record(
  {
    fingerprint: fc.constant('ab'.repeat(32)),
    rule: nasty,
    severity,
    status: fc.constantFrom('open', 'open', 'excepted'),
    message: nasty,
    user: fc.record({ id: nasty, email: nasty }, { requiredKeys: ['id'] }),
    group: named,
    role: named,
    location,
    remedies: fc.record({ policy: nasty, leapsome: nasty }),
    controls: fc.array(nasty, { maxLength: 2 }),
  },
  {
    requiredKeys: [
      'fingerprint',
      'rule',
      'severity',
      'status',
      'message',
      'location',
      'remedies',
      'controls',
    ],
  },
);

const anyException: fc.Arbitrary<ReportedException> = fc.record(
  {
    rule: nasty,
    subject: nasty,
    owner: nasty,
    reason: nasty,
    ticket: nasty,
    expires: nasty,
    state: fc.constantFrom('in-force', 'expiring', 'expired'),
    findings: fc.nat(3),
    location,
  },
  { requiredKeys: ['rule', 'subject', 'owner', 'reason', 'expires', 'state', 'findings', 'location'] },
);

const anyRule: fc.Arbitrary<RuleResult> = fc.record(
  {
    id: nasty,
    severity: fc.constantFrom('error', 'warning', 'notice', 'off'),
    status: fc.constantFrom('pass', 'fail', 'not-evaluated'),
    findings: fc.nat(3),
    reason: nasty,
  },
  { requiredKeys: ['id', 'severity', 'status', 'findings'] },
);

const anyProblem: fc.Arbitrary<Problem> = fc.record(
  {
    code: fc.constantFrom('auth-rejected', 'incomplete', 'policy-invalid'),
    message: nasty,
    hint: nasty,
    location,
  },
  { requiredKeys: ['code', 'message', 'hint'] },
);

const few = { maxLength: 3 };

/** Any report, with hostile text in every place that takes text. */
export const anyReport: fc.Arbitrary<Report> = fc
  .record({
    result: fc.constantFrom('in-sync', 'drift', 'could-not-check'),
    asOf: nasty,
    run: fc.record(
      { repository: nasty, sha: nasty, ref: nasty, runUrl: nasty, actor: nasty, event: nasty },
      { requiredKeys: [] },
    ),
    failOn: nasty,
    personalData: fc.constantFrom('show', 'mask'),
    sources: fc.array(
      fc.record({ endpoint: nasty, complete: fc.boolean(), warnings: fc.array(nasty, few) }).map(source),
      few,
    ),
    rules: fc.array(anyRule, few),
    counts: fc.record({ error: fc.nat(2), warning: fc.nat(2), notice: fc.nat(2), excepted: fc.nat(2) }),
    findings: fc.array(anyFinding, { maxLength: 14 }),
    exceptions: fc.array(anyException, few),
    problems: fc.array(anyProblem, few),
    warnings: fc.array(nasty, few),
  })
  .map(report);

/** Every place with its value replaced, shape kept: used to compare a hostile report with a harmless twin. */
export function mapStrings<T>(value: T, change: (text: string, key: string) => string, key = ''): T {
  if (typeof value === 'string') return change(value, key) as T;
  if (Array.isArray(value)) return value.map((each) => mapStrings(each, change, key)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, mapStrings(each, change, name)]),
  ) as T;
}
