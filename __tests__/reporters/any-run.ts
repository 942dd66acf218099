import fc from 'fast-check';
import type { Material, RuleText } from '../../src/model/material.ts';
import type { GoneFinding, Report, ReportedFinding } from '../../src/model/report.ts';
import { anyReport, nasty, rule } from './sample.ts';

/** Rules as the program has them, some of which reports do not mention. */
export const RULE_TEXTS: readonly RuleText[] = [
  { id: 'unexpected-member', severity: 'error', finds: 'A person is in a group without a reason.' },
  { id: 'missing-member', severity: 'warning', finds: 'A person is not in a group.' },
  { id: 'unmanaged-group', severity: 'notice', finds: 'No entry is about a group.' },
];

export function materialOf(report: Report, rules: readonly RuleText[] = RULE_TEXTS): Material {
  return { report, access: undefined, rules };
}

const day = fc.constantFrom('2026-09-01', '2026-10-01', '2026-10-02');
const ruleId = fc.constantFrom('unexpected-member', 'missing-member', 'gone-rule');

const gone: fc.Arbitrary<GoneFinding> = fc.record(
  {
    fingerprint: fc.uuid().map((text) => text.replaceAll('-', '').repeat(2)),
    rule: ruleId,
    status: fc.constantFrom('open', 'excepted'),
    firstSeen: day,
    message: nasty,
    user: fc.record({ id: nasty, email: nasty }, { requiredKeys: ['id'] }),
  },
  { requiredKeys: ['fingerprint', 'rule', 'status', 'firstSeen'] },
);

const knownRules = fc.array(
  fc
    .record(
      {
        id: ruleId,
        severity: fc.constantFrom('error', 'warning', 'notice', 'off'),
        status: fc.constantFrom('pass', 'fail', 'not-evaluated'),
        reason: nasty,
      },
      { requiredKeys: ['id', 'severity', 'status'] },
    )
    .map(rule),
  { maxLength: 3 },
);

const exception = fc.record(
  { owner: nasty, reason: nasty, expires: nasty, ticket: nasty },
  { requiredKeys: ['owner', 'reason', 'expires'] },
);

/** Every finding is another one, as in a report of the program; some have an age, an exception, or a part in a change. */
function told(findings: readonly ReportedFinding[], pick: number): ReportedFinding[] {
  return findings.map((finding, index) => ({
    ...finding,
    fingerprint: (index + 1).toString(16).padStart(64, '0'),
    ...((index + pick) % 3 === 0 ? {} : { firstSeen: pick % 2 === 0 ? '2026-09-01' : '2026-10-01' }),
    ...((index + pick) % 4 === 0 ? { change: 'existing' as const } : {}),
  }));
}

/** Any report, with what the formats for auditors depend on beside it: earlier runs, exceptions, an unread population. */
export const anyRun: fc.Arbitrary<Report> = fc
  .tuple(
    anyReport,
    fc.record(
      {
        since: fc.record({
          startedAt: fc.constant('2026-09-30T00:00:00.000Z'),
          newFindings: fc.nat(3),
          goneFindings: fc.uniqueArray(gone, { maxLength: 3, selector: ({ fingerprint }) => fingerprint }),
        }),
        rules: knownRules,
        population: fc.constant(null),
      },
      { requiredKeys: [] },
    ),
    exception,
    fc.nat(11),
  )
  .map(([report, change, excuse, pick]) => {
    const findings = told(report.findings, pick).map((finding) =>
      finding.status === 'excepted' ? { ...finding, exception: excuse } : finding,
    );
    return { ...report, ...change, findings };
  });
