import type { Change, ResolvedFinding } from '../model/report.ts';
import { type FailOn, reaches } from '../model/severity.ts';
import { REVIEW_RULES } from '../rules/index.ts';
import { type Detection, type Finding, type Run, report, severityOf } from './evaluate.ts';

/** What the change from one policy to another does to the findings on one population. */
export interface Comparison {
  /** By fingerprint, of every open finding of the new policy that can be compared. */
  readonly changes: ReadonlyMap<string, Change>;
  readonly resolved: readonly ResolvedFinding[];
}

/**
 * Holds the findings of two policies against each other: that of a pull request's head, and that of its base. What only
 * one of them could not evaluate is not compared, since nobody can tell whether that is a change.
 */
export function compareFindings(head: Detection, base: Detection, failOn: FailOn): Comparison {
  const before = openByFingerprint(base);
  const after = openByFingerprint(head);
  const unsure = evaluatedByOneAlone(head.runs, base.runs);
  const changes = new Map<string, Change>();
  for (const [fingerprint, finding] of after) {
    const change = changeOf(finding, before.get(fingerprint), unsure, failOn);
    if (change) changes.set(fingerprint, change);
  }
  const gone = [...before.values()].filter(
    ({ fingerprint, rule }) => !after.has(fingerprint) && !unsure.has(rule.id),
  );
  const excepted = new Set(head.findings.flatMap((one) => (one.exception ? [one.fingerprint] : [])));
  return { changes, resolved: gone.map((finding) => resolved(finding, head, base, excepted)) };
}

/**
 * What a pull request does that leaves the policy as it is. Records of reviews may be others at the base, where nobody
 * reads them: findings of the rules about them are not compared.
 */
export function compareWithSame(head: Detection, failOn: FailOn): Comparison {
  const { changes, resolved } = compareFindings(head, head, failOn);
  const { findings } = head;
  const unread =
    head.evaluation.policy.review === undefined
      ? []
      : findings.filter(({ rule }) => REVIEW_RULES.has(rule.id));
  const left = new Map(changes);
  for (const { fingerprint } of unread) left.delete(fingerprint);
  return { changes: left, resolved };
}

/** What a policy finds where there was none before. */
export function compareWithNone(head: Detection): Comparison {
  const changes = new Map<string, Change>();
  for (const fingerprint of openByFingerprint(head).keys()) changes.set(fingerprint, 'introduced');
  return { changes, resolved: [] };
}

function openByFingerprint({ findings }: Detection): ReadonlyMap<string, Finding> {
  return new Map(
    findings.filter(({ exception }) => !exception).map((finding) => [finding.fingerprint, finding]),
  );
}

function changeOf(
  finding: Finding,
  before: Finding | undefined,
  unsure: ReadonlySet<string>,
  failOn: FailOn,
): Change | undefined {
  if (!before) return unsure.has(finding.rule.id) ? undefined : 'introduced';
  // Whoever makes an error of a warning brings the failure about.
  const failsNow = reaches(finding.severity, failOn) && !reaches(before.severity, failOn);
  return failsNow ? 'introduced' : 'existing';
}

/** Rules that left something open with one of the policies only. */
function evaluatedByOneAlone(head: readonly Run[], base: readonly Run[]): ReadonlySet<string> {
  const ours = gapsOf(head);
  const theirs = gapsOf(base);
  const different = [...ours].filter(([key]) => !theirs.has(key)).map(([, rule]) => rule);
  return new Set([...different, ...[...theirs].filter(([key]) => !ours.has(key)).map(([, rule]) => rule)]);
}

/** What the rules left open, from something that is the same in both policies to the id of the rule. */
function gapsOf(runs: readonly Run[]): ReadonlyMap<string, string> {
  return new Map(
    runs.flatMap(({ rule, gaps }) =>
      gaps.map(({ entry, reason }) => {
        const { name, id } = (entry ?? {}) as { name?: string; id?: string };
        return [JSON.stringify([rule.id, name, id, reason]), rule.id];
      }),
    ),
  );
}

function resolved(
  finding: Finding,
  head: Detection,
  base: Detection,
  excepted: ReadonlySet<string>,
): ResolvedFinding {
  const { fingerprint, rule, severity, message, user, group, role } = report(finding, base.evaluation);
  const isOff = severityOf(finding.rule, head.evaluation.policy) === 'off';
  return {
    fingerprint,
    rule,
    severity,
    message,
    ...(user ? { user } : {}),
    ...(group ? { group } : {}),
    ...(role ? { role } : {}),
    by: excepted.has(fingerprint) ? 'exception' : isOff ? 'rule-off' : 'policy',
  };
}
