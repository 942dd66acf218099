import { SOURCE_LABELS } from '../model/facts.ts';
import { FORMAT_FILES } from '../model/formats.ts';
import type { Material, Reporter, RuleText } from '../model/material.ts';
import type { Problem } from '../model/problem.ts';
import type { GoneFinding, Report, ReportedFinding, RuleResult } from '../model/report.ts';
import type { RuleSeverity } from '../model/severity.ts';
import { inChunks, jsonPieces } from './chunks.ts';
import { visible } from './escape.ts';
import { ageOf } from './history.ts';
import { runUuid, scopeOf, stableUuid } from './identity.ts';
import { controlOf, doubtOf, type Standing, standingOf } from './standing.ts';
import { linesOf, ownHint, who } from './wording.ts';

/** The oldest version of OCSF that has all that is used here; what is written is valid by the later ones, too. */
const OCSF_VERSION = '1.5.0';

// Ids with their captions, as the schema of OCSF gives them.
const CLASS = {
  category_uid: 2,
  category_name: 'Findings',
  class_uid: 2003,
  class_name: 'Compliance Finding',
};
const ACTIVITY = { create: [1, 'Create'], update: [2, 'Update'], close: [3, 'Close'] } as const;
const SEVERITY = {
  error: { severity_id: 4, severity: 'High' },
  warning: { severity_id: 3, severity: 'Medium' },
  notice: { severity_id: 2, severity: 'Low' },
  off: { severity_id: 1, severity: 'Informational' },
} as const satisfies Record<RuleSeverity, object>;
const INFORMATIONAL = SEVERITY.off;
const STATUS = {
  new: { status_id: 1, status: 'New' },
  suppressed: { status_id: 3, status: 'Suppressed' },
  resolved: { status_id: 4, status: 'Resolved' },
  archived: { status_id: 5, status: 'Archived' },
  /** The caption of `Other` is ours. */
  passed: { status_id: 99, status: 'Passed' },
} as const;
const COMPLIANCE = {
  unknown: { status_id: 0, status: 'Unknown' },
  pass: { status_id: 1, status: 'Pass' },
  /** OCSF: "did not yield a result due to missing information". */
  warning: { status_id: 2, status: 'Warning' },
  fail: { status_id: 3, status: 'Fail' },
} as const;
const RULE_ANALYTIC = { type_id: 1, type: 'Rule' };
const USER_NAME = { type_id: 4, type: 'User Name' };
const EMAIL_ADDRESS = { type_id: 5, type: 'Email Address' };
const RESOURCE_UID = { type_id: 10, type: 'Resource UID' };

type Compliance = keyof typeof COMPLIANCE;

/** What differs from event to event. */
interface Facts {
  readonly activity: keyof typeof ACTIVITY;
  readonly severity: (typeof SEVERITY)[RuleSeverity];
  readonly status: (typeof STATUS)[keyof typeof STATUS];
  readonly statusDetail?: string | undefined;
  readonly message: string;
  /** The same in every run for the same thing. */
  readonly uid: string;
  readonly type: 'finding' | 'rule' | 'problem';
  readonly desc?: string | undefined;
  readonly rule?: string;
  /** `YYYY-MM-DD` in UTC. */
  readonly firstSeen?: string | undefined;
  readonly compliance: Compliance;
  readonly complianceCode?: string;
  readonly complianceDetails?: readonly string[];
  readonly controls?: readonly string[];
  readonly remediation?: string;
  readonly resources?: readonly Resource[];
  readonly evidence?: object;
  readonly unmapped?: object;
}

interface Resource {
  readonly type: string;
  readonly uid?: string;
  readonly name?: string;
}

/**
 * `report.ocsf.json`: one JSON array with an event of class 2003, Compliance Finding, on each line. Open and excepted
 * findings, those that are gone, each rule that passed or was not wholly evaluated, and each problem.
 */
export const ocsf: Reporter = (material) => [
  { name: FORMAT_FILES.ocsf, chunks: inChunks(jsonPieces(() => events(material))) },
];

function* events(material: Material): Iterable<object> {
  const { report } = material;
  const event = eventMaker(material);
  for (const finding of report.findings) yield event(found(finding, report));
  for (const gone of report.since?.goneFindings ?? []) yield event(goneFacts(gone, report));
  for (const rule of report.rules) {
    const standing = standingOf(rule, report);
    if (standing && !isShownByFindings(standing)) yield event(ruleFacts(rule, standing, report));
  }
  const before = new Map<string, number>();
  for (const problem of report.problems) {
    const place = before.get(problem.code) ?? 0;
    before.set(problem.code, place + 1);
    yield event(problemFacts(problem, place, report));
  }
}

/** A rule that failed and left nothing open has said all it can by its findings. */
function isShownByFindings({ outcome, reason }: Standing): boolean {
  return outcome === 'fail' && reason === undefined;
}

function found(finding: ReportedFinding, report: Report): Facts {
  const { rule, severity, message, fingerprint, firstSeen, controls, change, location, exception } = finding;
  const age = ageOf(finding, report);
  const doubt = doubtOf(report);
  const excuse = excuseInWords(finding);
  return {
    activity: age === undefined || age === 'new' ? 'create' : 'update',
    severity: SEVERITY[severity],
    status: finding.status === 'excepted' ? STATUS.suppressed : STATUS.new,
    statusDetail: excuse,
    message: visible(message),
    uid: fingerprint,
    type: 'finding',
    rule,
    firstSeen,
    // Beside a problem no finding is to be trusted.
    compliance: doubt === undefined ? 'fail' : 'unknown',
    complianceDetails: [doubt, excuse].filter((each) => each !== undefined),
    controls,
    remediation: remediationInWords(finding, report),
    resources: resourcesOf(finding),
    unmapped: { location, ...(change ? { change } : {}), ...(exception ? { exception } : {}) },
  };
}

function excuseInWords({ exception }: ReportedFinding): string | undefined {
  if (!exception) return undefined;
  const { owner, expires, reason, ticket } = exception;
  return `Excepted by ${owner} until ${expires}: ${reason}${ticket === undefined ? '' : ` (${ticket})`}`;
}

function remediationInWords({ remedies, location }: ReportedFinding, { policy }: Report): string {
  const file = policy.files.length > 1 ? ` (${location.file})` : '';
  const inLeapsome = remedies.leapsome === '' ? [] : ['In Leapsome:', ...linesOf(remedies.leapsome)];
  const inPolicy = remedies.policy === '' ? [] : [`In the policy${file}:`, ...linesOf(remedies.policy)];
  return [...inLeapsome, ...inPolicy].map(visible).join('\n');
}

function resourcesOf({ user, group, role }: Partial<Pick<ReportedFinding, 'user' | 'group' | 'role'>>) {
  return [
    ...(user ? [resource('Leapsome account', user.id, user.email)] : []),
    ...(group ? [resource('Leapsome group', group.id, group.name)] : []),
    ...(role ? [resource('Leapsome role', role.id, role.name)] : []),
  ].filter(({ uid, name }) => uid !== undefined || name !== undefined);
}

/** Ids and names as they are in Leapsome, so that they match what other systems report of the same thing. */
function resource(type: string, id: string, name: string | undefined): Resource {
  return {
    type,
    ...(id === '' ? {} : { uid: id }),
    ...(name === undefined || name === '' ? {} : { name }),
  };
}

/** What an earlier run found and this one did not. Only where the rule was wholly evaluated is that a solution. */
function goneFacts(gone: GoneFinding, report: Report): Facts {
  const rule = report.rules.find(({ id }) => id === gone.rule);
  const standing = rule && standingOf(rule, report);
  const isAnswered = standing !== undefined && (standing.outcome === 'pass' || isShownByFindings(standing));
  const subject = gone.user ? `${gone.rule}: ${who(gone.user)}` : gone.rule;
  const facts = {
    severity: SEVERITY[rule?.severity ?? 'off'],
    message: visible(gone.message ?? subject),
    uid: gone.fingerprint,
    type: 'finding' as const,
    rule: gone.rule,
    firstSeen: gone.firstSeen,
    resources: resourcesOf(gone.user ? { user: gone.user } : {}),
  };
  if (isAnswered) return { ...facts, activity: 'close', status: STATUS.resolved, compliance: 'pass' };
  if (standing === undefined) {
    const why = 'The policy no longer asks for this rule.';
    return { ...facts, activity: 'close', status: STATUS.archived, statusDetail: why, compliance: 'unknown' };
  }
  const why = `Not found again, but the rule was not wholly evaluated: ${standing.reason}`;
  return { ...facts, activity: 'update', status: STATUS.new, statusDetail: why, compliance: 'warning' };
}

function ruleFacts(rule: RuleResult, { outcome, reason }: Standing, report: Report): Facts {
  const facts = {
    activity: report.since ? ('update' as const) : ('create' as const),
    uid: stableUuid('ocsf-rule', scopeOf(report), rule.id),
    type: 'rule' as const,
    rule: rule.id,
    evidence: { population: report.population, sources: report.sources },
  };
  if (outcome === 'pass') {
    return {
      ...facts,
      severity: INFORMATIONAL,
      status: STATUS.passed,
      message: visible(`The rule ${rule.id} passed: nothing open was found.`),
      compliance: 'pass',
    };
  }
  const how = outcome === 'fail' ? 'was evaluated only in part' : 'was not evaluated, or not wholly';
  const why = reason ?? 'no reason was recorded';
  return {
    ...facts,
    severity: SEVERITY[rule.severity],
    status: STATUS.new,
    statusDetail: why,
    message: visible(`The rule ${rule.id} ${how}: ${why}.`),
    compliance: outcome === 'unknown' ? 'unknown' : 'warning',
    complianceDetails: [why],
  };
}

function problemFacts(problem: Problem, place: number, report: Report): Facts {
  const { code, message, location } = problem;
  const hint = ownHint(problem);
  return {
    activity: 'create',
    severity: SEVERITY.error,
    status: STATUS.new,
    // One of several lines is a code frame, made by this program.
    message: inLines(`Could not check (${code}): ${message}`),
    uid: stableUuid('ocsf-problem', scopeOf(report), code, String(place)),
    type: 'problem',
    compliance: 'unknown',
    complianceCode: code,
    complianceDetails: ['The run could not check: this is neither a pass nor a failure.'],
    ...(hint === '' ? {} : { remediation: inLines(hint) }),
    evidence: { population: report.population, sources: report.sources },
    ...(location ? { unmapped: { location } } : {}),
  };
}

/** Puts what differs from event to event together with what is the same in all events of a run. */
function eventMaker({ report, rules }: Material): (facts: Facts) => object {
  const texts = new Map(rules.map((text) => [text.id, text]));
  const run = runFacts(report);
  return (facts) => {
    const [activityId, activityName] = ACTIVITY[facts.activity];
    const { type, uid, statusDetail } = facts;
    return {
      ...CLASS,
      activity_id: activityId,
      activity_name: activityName,
      type_uid: CLASS.class_uid * 100 + activityId,
      type_name: `${CLASS.class_name}: ${activityName}`,
      time: run.time,
      ...facts.severity,
      ...facts.status,
      ...(statusDetail === undefined ? {} : { status_detail: visible(statusDetail) }),
      message: facts.message,
      metadata: { ...run.metadata, uid: stableUuid('ocsf-event', run.uid, type, uid) },
      finding_info: { ...findingInfo(facts, texts, run), ...run.findingInfo },
      compliance: complianceOf(facts, texts),
      ...(facts.remediation ? { remediation: { desc: facts.remediation } } : {}),
      ...resourcesAndObservables(facts.resources ?? []),
      ...(facts.evidence ? { evidences: [{ data: facts.evidence }] } : {}),
      unmapped: { ...run.unmapped, ...facts.unmapped },
    };
  };
}

function inLines(text: string): string {
  return linesOf(text).map(visible).join('\n');
}

interface RunFacts {
  readonly uid: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly metadata: object;
  readonly findingInfo: object;
  readonly unmapped: object;
}

function runFacts(report: Report): RunFacts {
  const { tool, run, sources, policy, result } = report;
  const uid = runUuid(report, 'ocsf-run');
  const address = httpsAddress(run.runUrl);
  const product = { name: 'Leapsome Access Policy', uid: tool.name, vendor_name: tool.name };
  return {
    uid,
    time: Date.parse(report.startedAt),
    metadata: {
      version: OCSF_VERSION,
      product: { ...product, version: tool.version },
      correlation_uid: uid,
      logged_time: Date.parse(report.finishedAt),
    },
    findingInfo: {
      ...(sources.length > 0 ? { data_sources: sources.map(({ name }) => SOURCE_LABELS[name]) } : {}),
      ...(address === undefined ? {} : { src_url: address }),
    },
    unmapped: { result, policy_sha256: policy.sha256, as_of: report.asOf, run },
  };
}

/** As it would be requested, not as it was written: whatever else is in it is escaped. */
function httpsAddress(url: string | undefined): string | undefined {
  const parsed = url === undefined ? null : URL.parse(url);
  return parsed?.protocol === 'https:' ? parsed.href : undefined;
}

function findingInfo(facts: Facts, texts: ReadonlyMap<string, RuleText>, { time }: RunFacts): object {
  const { uid, type, rule, firstSeen, activity } = facts;
  const finds = texts.get(rule ?? '')?.finds;
  const since = firstSeen === undefined ? Number.NaN : Date.parse(firstSeen);
  return {
    uid,
    title: title(facts),
    ...(finds === undefined ? {} : { desc: finds }),
    types: [`leapsome-access-policy/${type}`],
    ...(Number.isNaN(since) ? {} : { first_seen_time: since }),
    ...(type === 'finding' && activity !== 'close' ? { last_seen_time: time } : {}),
    ...(rule === undefined ? {} : { analytic: { ...RULE_ANALYTIC, uid: rule, name: rule } }),
  };
}

function title({ message }: Facts): string {
  return linesOf(message)[0]!;
}

/** Where the policy names no control, the rule itself is what is checked. */
function complianceOf(facts: Facts, texts: ReadonlyMap<string, RuleText>): object {
  const { compliance, complianceCode, complianceDetails = [], rule } = facts;
  const controls = (facts.controls ?? []).map((name) => controlOf(visible(name)));
  const standards = [...new Set(controls.flatMap(({ standard }) => standard ?? []))];
  const control = controls[0]?.id ?? rule;
  const finds = texts.get(rule ?? '')?.finds;
  const status = COMPLIANCE[compliance];
  return {
    ...status,
    ...(complianceCode === undefined ? {} : { status_code: complianceCode }),
    ...(complianceDetails.length > 0 ? { status_details: complianceDetails.map(visible) } : {}),
    ...(control === undefined ? {} : { control }),
    ...(finds === undefined ? {} : { desc: finds }),
    ...(standards.length > 0 ? { standards } : {}),
    ...(controls.length > 0 ? { requirements: controls.map(({ name }) => name) } : {}),
    ...(controls.length > 0
      ? {
          checks: controls.map(({ name, id, standard }) => ({
            uid: id,
            name,
            ...(standard === undefined ? {} : { standards: [standard] }),
            ...status,
          })),
        }
      : {}),
  };
}

function resourcesAndObservables(resources: readonly Resource[]): object {
  if (resources.length === 0) return {};
  const observables = resources.flatMap(({ type, uid, name }, index) => [
    ...(uid === undefined ? [] : [{ name: `resources[${index}].uid`, ...RESOURCE_UID, value: uid }]),
    ...(type === 'Leapsome account' && name !== undefined
      ? [{ name: `resources[${index}].name`, ...nameType(name), value: name }]
      : []),
  ]);
  return { resources, observables };
}

function nameType(name: string) {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(name) ? EMAIL_ADDRESS : USER_NAME;
}
