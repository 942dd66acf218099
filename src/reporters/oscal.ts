import { SOURCE_LABELS } from '../model/facts.ts';
import { FORMAT_FILES } from '../model/formats.ts';
import type { Material, Reporter } from '../model/material.ts';
import type { Location, Problem } from '../model/problem.ts';
import type { Report, ReportedFinding, RuleResult } from '../model/report.ts';
import type { SourceEvidence, Tally } from '../model/snapshot.ts';
import { inChunks, jsonPieces } from './chunks.ts';
import { forCommonMark, forMarkdownBlock } from './escape.ts';
import { runUuid, scopeOf, stableUuid } from './identity.ts';
import { fileReference, line, markup, type Pair, props, token } from './oscal-values.ts';
import { doubtOf, type Standing, standingOf } from './standing.ts';
import { linesOf, listed, ownHint, placeOf, populationLine, verdict, who } from './wording.ts';

const OSCAL_VERSION = '1.1.3';
/**
 * The control whose objectives the rules are: that access is as the policy says. Neither is defined in the document: of
 * a local objective the constraints of OSCAL 1.1 both require and forbid the property `method-id`.
 */
const OWN_CONTROL = 'leapsome-access-policy';
const METHODS = ['TEST'];
const LEAPSOME = stableUuid('oscal-component', 'leapsome');
const TOOL = stableUuid('oscal-component', 'tool');
const ORIGINS = [{ actors: [{ type: 'tool', 'actor-uuid': TOOL }] }];

/** `report.oscal.json`: assessment results of OSCAL 1.1, one result with an observation per finding and a finding per rule. */
export const oscal: Reporter = (material) => [
  { name: FORMAT_FILES.oscal, chunks: inChunks(jsonPieces(document(material))) },
];

/** What several parts of the document are made of, each worked out once. */
interface Context {
  readonly report: Report;
  readonly rules: readonly AssessedRule[];
  readonly byRule: ReadonlyMap<string, readonly ReportedFinding[]>;
  /** UUIDs of the resources of the policy, by path. */
  readonly policyFiles: ReadonlyMap<string, string>;
  readonly plan: string;
  /** Names of controls as the policy has them. */
  readonly controls: readonly string[];
}

interface AssessedRule {
  readonly id: string;
  /** One sentence: what it finds. */
  readonly finds: string;
  readonly severity: string;
  readonly standing: Standing;
}

function document(material: Material): object {
  const { report } = material;
  const context = contextOf(material);
  return {
    'assessment-results': {
      uuid: runUuid(report, 'oscal-document'),
      metadata: metadata(report),
      'import-ap': {
        href: `#${context.plan}`,
        remarks:
          'There is no assessment plan in OSCAL. The access policy says what is assessed, and stands in for one.',
      },
      results: [result(context)],
      'back-matter': { resources: resources(context) },
    },
  };
}

function contextOf({ report, rules: texts, access }: Material): Context {
  const byRule = Map.groupBy(report.findings, ({ rule }) => rule);
  const named = [
    ...(access?.().entitlements.flatMap(({ controls }) => controls) ?? []),
    ...report.findings.flatMap(({ controls }) => controls),
  ];
  return {
    report,
    rules: assessedRules(report, texts),
    byRule,
    policyFiles: new Map(report.policy.files.map(({ path }) => [path, policyFileUuid(path, report)])),
    plan: stableUuid('oscal-plan', scopeOf(report)),
    controls: [...new Set(named)].sort(),
  };
}

/** The rules of the policy; of a run that got no further than that, every rule there is, none of them answered. */
function assessedRules(report: Report, texts: Material['rules']): AssessedRule[] {
  const finds = new Map(texts.map((text) => [text.id, text.finds]));
  const doubt = doubtOf(report);
  const none = report.rules.length === 0 && doubt !== undefined ? texts : [];
  return [
    ...report.rules.flatMap((rule: RuleResult) => {
      const standing = standingOf(rule, report);
      const { id, severity } = rule;
      return standing ? [{ id, severity, finds: finds.get(id) ?? `The rule ${id}.`, standing }] : [];
    }),
    ...none.map(({ id, finds, severity }) => ({
      id,
      finds,
      severity,
      standing: { outcome: 'unknown' as const, reason: doubt! },
    })),
  ];
}

function policyFileUuid(path: string, report: Report): string {
  return stableUuid('oscal-policy-file', scopeOf(report), path);
}

function metadata(report: Report): object {
  return {
    title: `Leapsome access policy check: ${report.result}`,
    'last-modified': report.finishedAt,
    version: report.startedAt,
    'oscal-version': OSCAL_VERSION,
    ...props([
      ['repository', report.run.repository],
      ['commit', report.run.sha],
      ['ref', report.run.ref],
      ['event', report.run.event],
      ['actor', report.run.actor],
      ['run-url', report.run.runUrl],
      ['policy-sha256', report.policy.sha256 ?? undefined],
    ]),
  };
}

function result(context: Context): object {
  const { report, rules, byRule } = context;
  const { headline, meaning, next } = verdict(report, forCommonMark);
  const total = report.findings.length + report.sources.length + report.problems.length;
  return {
    uuid: runUuid(report, 'oscal-result'),
    title: `Access to Leapsome, compared with the access policy: ${report.result}`,
    description: paragraphs(`${headline}. ${meaning}`, forCommonMark(populationLine(report))),
    start: report.startedAt,
    end: report.finishedAt,
    ...props(resultProps(report)),
    'local-definitions': localDefinitions(context),
    'reviewed-controls': reviewedControls(context),
    ...(total > 0 ? { observations: () => observations(context) } : {}),
    ...(rules.length > 0
      ? { findings: rules.map((rule) => ruleFinding(rule, byRule.get(rule.id) ?? [], report)) }
      : {}),
    remarks: paragraphs(next, offInWords(report)),
  };
}

function resultProps({ result, failOn, personalData, asOf, counts, population }: Report): Pair[] {
  return [
    ['result', result],
    ['fail-on', failOn],
    ['personal-data', personalData],
    ['as-of', asOf],
    ['open-errors', counts.error],
    ['open-warnings', counts.warning],
    ['open-notices', counts.notice],
    ['excepted', counts.excepted],
    ['population-users', population?.users],
    ['population-active-users', population?.activeUsers],
    ['population-groups', population?.groups],
    ['population-memberships', population?.memberships],
  ];
}

function offInWords({ rules }: Report): string {
  const off = rules.filter(({ severity }) => severity === 'off').map(({ id }) => forCommonMark(id));
  return off.length === 0 ? '' : `Switched off by the policy, and not assessed: ${listed(off)}.`;
}

function paragraphs(...texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join('\n\n');
}

function localDefinitions(context: Context): object {
  const { report } = context;
  const accounts = report.findings.some(({ user }) => user !== undefined);
  const items = report.findings.some(({ group, role }) => group !== undefined || role !== undefined);
  return {
    components: [component(LEAPSOME, 'service', 'Leapsome', 'The service, access to which is assessed.')],
    ...(items ? { 'inventory-items': () => inventory(report) } : {}),
    ...(accounts ? { users: () => users(report) } : {}),
    'assessment-assets': {
      components: [
        {
          ...component(TOOL, 'software', 'Leapsome Access Policy', 'The program that did the assessment.'),
          ...props([
            ['name', report.tool.name],
            ['version', report.tool.version],
          ]),
        },
      ],
      'assessment-platforms': [
        {
          uuid: stableUuid('oscal-platform', scopeOf(report)),
          title: 'The run of the program',
          'uses-components': [{ 'component-uuid': TOOL }],
        },
      ],
    },
  };
}

function component(uuid: string, type: string, title: string, description: string): object {
  return { uuid, type, title, description, status: { state: 'operational' } };
}

/** Accounts that findings are about, each once. */
function* users({ findings }: Report): Iterable<object> {
  const seen = new Set<string>();
  for (const { user } of findings) {
    if (!user || seen.has(user.id)) continue;
    seen.add(user.id);
    yield {
      uuid: subjectUuid('user', user.id),
      title: markup(who(user), 'user'),
      ...props([['leapsome-id', user.id]]),
    };
  }
}

/** Groups and roles that findings are about, each once. */
function* inventory({ findings }: Report): Iterable<object> {
  const seen = new Set<string>();
  for (const { group, role } of findings) {
    for (const [kind, thing] of [
      ['group', group],
      ['role', role],
    ] as const) {
      if (!thing) continue;
      const uuid = subjectUuid(kind, thing.id, thing.name);
      if (seen.has(uuid)) continue;
      seen.add(uuid);
      yield {
        uuid,
        description: `The ${kind} ${forCommonMark(thing.name)}`.trim(),
        ...props([
          ['kind', kind],
          ['leapsome-id', thing.id],
          ['leapsome-name', thing.name],
        ]),
      };
    }
  }
}

/** By the id of Leapsome, which no rename changes; what has none is known by its name. */
function subjectUuid(kind: 'user' | 'group' | 'role', id: string, name = ''): string {
  return stableUuid('oscal-subject', kind, id, id === '' ? name : '');
}

function reviewedControls({ controls, rules, report }: Context): object {
  const answered = rules.filter(({ standing }) => standing.outcome === 'pass' || standing.outcome === 'fail');
  const ids = [...new Set([OWN_CONTROL, ...controls.map(token)])];
  return {
    'control-selections': [
      {
        description: `${OWN_CONTROL} stands for the access policy as a whole; the others are the controls that the policy names. Whether such a control is satisfied as a whole is not assessed here.`,
        ...props(controls.map((name) => ['control', name, token(name)])),
        'include-controls': ids.map((id) => ({ 'control-id': id })),
      },
    ],
    ...(answered.length > 0
      ? {
          'control-objective-selections': [
            {
              description: `The rules that were evaluated: objectives of ${OWN_CONTROL}. The findings say what each one is.`,
              'include-objectives': answered.map(({ id }) => ({ 'objective-id': token(id) })),
            },
          ],
        }
      : {}),
    remarks:
      doubtOf(report) === undefined
        ? 'A rule that could not be wholly evaluated is no objective here, and its finding says why.'
        : 'Nothing was assessed: the run came to no verdict.',
  };
}

function* observations(context: Context): Iterable<object> {
  const { report } = context;
  for (const source of report.sources) yield populationObservation(source, report);
  const before = new Map<string, number>();
  for (const problem of report.problems) {
    const place = before.get(problem.code) ?? 0;
    before.set(problem.code, place + 1);
    yield problemObservation(problem, place, context);
  }
  for (const finding of report.findings) yield observation(finding, context);
}

function populationUuid({ name }: SourceEvidence, report: Report): string {
  return stableUuid('oscal-population', scopeOf(report), name);
}

function populationObservation(source: SourceEvidence, report: Report): object {
  const { name, endpoint, complete, requests, reported, received, unique, warnings } = source;
  const label = SOURCE_LABELS[name];
  return {
    uuid: populationUuid(source, report),
    title: `Population of ${label}`,
    description: complete
      ? `Everybody was read from ${label}, ${isBorneOut(reported, unique) ? 'and there are as many different records as it announces' : 'to the end of each list; it announces no totals to hold against them'}.`
      : `Not everybody was read from ${label}: what it shows is not complete.`,
    ...props([
      ['source', name],
      ['endpoint', endpoint],
      ['complete', complete],
      ['requests', requests],
      ...tallied('reported', reported),
      ...tallied('received', received),
      ...tallied('unique', unique),
    ]),
    methods: METHODS,
    types: ['control-objective'],
    origins: ORIGINS,
    subjects: [{ 'subject-uuid': LEAPSOME, type: 'component' }],
    collected: report.finishedAt,
    ...remarksOf(paragraphs(...warnings.map(forCommonMark))),
  };
}

function isBorneOut(reported: Tally | null, unique: Tally): boolean {
  return (
    reported !== null &&
    reported.users === unique.users &&
    reported.groups === unique.groups &&
    reported.roles === unique.roles
  );
}

function tallied(what: string, tally: Tally | null): Pair[] {
  return [
    [`${what}-users`, tally?.users],
    [`${what}-groups`, tally?.groups],
    [`${what}-roles`, tally?.roles],
  ];
}

function problemObservation(problem: Problem, place: number, context: Context): object {
  const { code, message, location } = problem;
  const { report } = context;
  return {
    uuid: stableUuid('oscal-problem', scopeOf(report), code, String(place)),
    title: `Could not check: ${code}`,
    description: inParagraphs(message) || code,
    ...props([
      ['problem', code],
      ['policy-line', location && placeOf(location)],
    ]),
    methods: METHODS,
    types: ['could-not-check'],
    origins: ORIGINS,
    subjects: [{ 'subject-uuid': LEAPSOME, type: 'component' }],
    ...(location ? evidence(location, context) : {}),
    collected: report.finishedAt,
    remarks: paragraphs('This is neither a pass nor a failure.', inParagraphs(ownHint(problem))),
  };
}

/** A text that may have several lines on purpose. */
function inParagraphs(text: string): string {
  return paragraphs(...linesOf(text).map(forCommonMark));
}

function observationUuid({ fingerprint }: ReportedFinding, report: Report): string {
  return stableUuid('oscal-observation', scopeOf(report), fingerprint);
}

function observation(finding: ReportedFinding, context: Context): object {
  const { report } = context;
  const { message, rule, location } = finding;
  return {
    uuid: observationUuid(finding, report),
    title: markup(rule, 'finding'),
    description: markup(message, 'finding'),
    ...props(findingProps(finding)),
    methods: METHODS,
    types: ['finding'],
    origins: ORIGINS,
    ...subjectsOf(finding),
    ...evidence(location, context),
    collected: report.finishedAt,
    ...remediation(finding),
  };
}

function findingProps(finding: ReportedFinding): Pair[] {
  const { fingerprint, rule, severity, status, change, firstSeen, controls, exception, location } = finding;
  return [
    ['fingerprint', fingerprint],
    ['rule', rule],
    ['severity', severity],
    ['status', status],
    ['change', change],
    ['first-seen', firstSeen],
    ['policy-line', placeOf(location)],
    ...controls.map((name): Pair => ['control', name, token(name)]),
    ['exception-owner', exception?.owner],
    ['exception-reason', exception?.reason],
    ['exception-expires', exception?.expires],
    ['exception-ticket', exception?.ticket],
  ];
}

function subjectsOf({ user, group, role }: ReportedFinding): object {
  const subjects = [
    ...(user ? [subject(subjectUuid('user', user.id), 'user', who(user))] : []),
    ...(group
      ? [subject(subjectUuid('group', group.id, group.name), 'inventory-item', group.name || group.id)]
      : []),
    ...(role
      ? [subject(subjectUuid('role', role.id, role.name), 'inventory-item', role.name || role.id)]
      : []),
  ];
  return subjects.length > 0 ? { subjects } : {};
}

function subject(uuid: string, type: string, title: string): object {
  const shown = forCommonMark(title);
  return { 'subject-uuid': uuid, type, ...(shown === '' ? {} : { title: shown }) };
}

/** The line of the policy, in the file whose hash the back matter holds. */
function evidence(location: Location, { policyFiles }: Context): object {
  const resource = policyFiles.get(location.file);
  return {
    'relevant-evidence': [
      {
        ...(resource === undefined ? {} : { href: `#${resource}` }),
        description: `The policy, ${markup(location.file, 'file')}, line ${location.line}`,
      },
    ],
  };
}

function remediation({ remedies: { leapsome, policy } }: ReportedFinding): object {
  const remarks = paragraphs(
    leapsome === '' ? '' : paragraphs('In Leapsome:', inParagraphs(leapsome)),
    policy === '' ? '' : paragraphs('In the policy:', forMarkdownBlock(linesOf(policy), 'yaml')),
  );
  return remarks === '' ? {} : { remarks };
}

/** One per rule. It is satisfied only when the rule was wholly evaluated and nothing open was found. */
function ruleFinding(rule: AssessedRule, found: readonly ReportedFinding[], report: Report): object {
  const { id, finds, severity, standing } = rule;
  const excepted = found.filter(({ status }) => status === 'excepted').length;
  const related = () => relatedObservations(found, report);
  return {
    uuid: stableUuid('oscal-finding', scopeOf(report), id),
    title: markup(id, 'rule'),
    description: markup(finds, 'rule'),
    ...props([
      ['rule', id],
      ['severity', severity],
      ['outcome', standing.outcome],
      ['open', found.length - excepted],
      ['excepted', excepted],
    ]),
    origins: ORIGINS,
    target: {
      type: 'objective-id',
      'target-id': token(id),
      status: status(standing, excepted),
    },
    ...(found.length + report.sources.length > 0 ? { 'related-observations': related } : {}),
  };
}

function* relatedObservations(found: readonly ReportedFinding[], report: Report): Iterable<object> {
  for (const source of report.sources) yield { 'observation-uuid': populationUuid(source, report) };
  for (const finding of found) yield { 'observation-uuid': observationUuid(finding, report) };
}

function status({ outcome, reason }: Standing, excepted: number): object {
  const excused = excepted > 0 ? `Excused by exceptions of the policy: ${excepted}.` : '';
  if (outcome === 'pass') {
    return { state: 'satisfied', reason: 'pass', ...remarksOf(excused) };
  }
  const why = forCommonMark(reason ?? '');
  if (outcome === 'fail') {
    const open = why === '' ? '' : `And a part of it was not assessed: ${why}`;
    return { state: 'not-satisfied', reason: 'fail', ...remarksOf(paragraphs(excused, open)) };
  }
  // OSCAL knows no third state. Whatever was not assessed is not satisfied, for another reason than a failure.
  return {
    state: 'not-satisfied',
    reason: 'other',
    ...remarksOf(`This was not assessed, or not wholly: ${why || 'no reason was recorded'}.`),
  };
}

function remarksOf(remarks: string): object {
  return remarks === '' ? {} : { remarks };
}

function resources({ report, policyFiles, plan }: Context): object[] {
  const { files, sha256 } = report.policy;
  const links = files.flatMap(({ path, sha256 }) => fileLink(path, sha256) ?? []);
  const reportLink = { href: FORMAT_FILES.json, 'media-type': 'application/json' };
  return [
    {
      uuid: plan,
      title: 'The access policy, in place of an assessment plan',
      description:
        links.length > 0
          ? 'It says who may have which access, and which rules apply.'
          : 'No policy was read. The report says why.',
      ...props([['policy-sha256', sha256 ?? undefined]]),
      rlinks: links.length > 0 ? links : [reportLink],
    },
    ...files.map(({ path, sha256 }) => {
      const link = fileLink(path, sha256);
      return {
        uuid: policyFiles.get(path)!,
        title: markup(path, 'policy file'),
        ...props([['path', path]]),
        ...(link ? { rlinks: [link] } : {}),
      };
    }),
    {
      uuid: runUuid(report, 'oscal-report'),
      title: FORMAT_FILES.json,
      description: 'Everything that the run found, where the run wrote it beside this file.',
      rlinks: [reportLink],
    },
  ];
}

/** A file of the policy, with its hash. */
function fileLink(path: string, sha256: string): object | undefined {
  const href = fileReference(path);
  const value = line(sha256);
  if (href === undefined || value === undefined) return undefined;
  return { href, 'media-type': 'application/yaml', hashes: [{ algorithm: 'SHA-256', value }] };
}
