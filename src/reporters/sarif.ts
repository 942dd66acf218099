import { SarifBuilder, SarifResultBuilder, SarifRuleBuilder, SarifRunBuilder } from 'node-sarif-builder';
import { FORMAT_FILES } from '../model/formats.ts';
import { SARIF_BYTES, SARIF_RESULTS } from '../model/limits.ts';
import type { Material, Reporter, RuleText } from '../model/material.ts';
import type { Location, Problem, ProblemCode } from '../model/problem.ts';
import { EXIT_CODES, type Report, type ReportedFinding, type RunInfo } from '../model/report.ts';
import type { Severity } from '../model/severity.ts';
import { bytes } from './budget.ts';
import { forSarif, visible } from './escape.ts';
import { commitOf, isInRepository, pathInRepository, repositoryUrl, urlPath } from './links.ts';
import {
  allWarnings,
  counted,
  cut,
  linesOf,
  more,
  openFindings,
  ownHint,
  policyRemedyTitle,
  unevaluated,
  whyNot,
} from './wording.ts';

type Run = SarifRunBuilder['run'];
type Result = SarifResultBuilder['result'];
type Level = NonNullable<Result['level']>;
type PhysicalLocation = NonNullable<NonNullable<Result['locations']>[number]['physicalLocation']>;
type Invocation = NonNullable<Run['invocations']>[number];
type Notification = NonNullable<Invocation['toolExecutionNotifications']>[number];

/** The published schema, by the name under which GitHub's documentation gives it. */
const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';
const ROOT = '%SRCROOT%';
/** Likewise for the workspace, where it is no root of the repository that the run is for. */
const WORKSPACE = 'WORKSPACE';
/** The name under which code scanning keeps these analyses apart from others. */
const CATEGORY = 'leapsome-access-policy';
/** Keeps a message short enough to be read in a list of alerts, and the whole below the limit of an upload. */
const MESSAGE_LENGTH = 2000;
const NOTES_LISTED = 100;

const LEVELS = { error: 'error', warning: 'warning', notice: 'note' } as const satisfies Record<
  Severity,
  Level
>;
/** What GitHub calls high, medium and low. */
const SECURITY_SEVERITIES = { error: '8.0', warning: '5.0', notice: '2.0' } as const satisfies Record<
  Severity,
  string
>;
const PROBLEM_SEVERITIES = {
  error: 'error',
  warning: 'warning',
  notice: 'recommendation',
} as const satisfies Record<Severity, string>;

/** What was wrong before anything was read, as far as SARIF tells it apart from what went wrong while reading. */
const CONFIGURATION: ReadonlySet<ProblemCode> = new Set([
  'no-credentials',
  'policy-not-found',
  'policy-invalid',
  'input-invalid',
]);

/** What is no rule of the policy and still has to be seen where only results are shown. */
const COULD_NOT_CHECK: RuleText = {
  id: 'could-not-check',
  severity: 'error',
  finds: 'Something prevents an honest answer: this is neither a pass nor drift.',
};
const MORE_RESULTS: RuleText = {
  id: 'more-results',
  severity: 'warning',
  finds: 'There are more results than code scanning takes; report.json has them all.',
};

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

function message(lines: readonly string[]): { readonly text: string } {
  return { text: cut(lines.map(forSarif).join('\n'), MESSAGE_LENGTH) };
}

/** Where a file is: relative to the repository of the run where it is of it, else as it was named. */
function artifactLocation(file: string, run: RunInfo): PhysicalLocation['artifactLocation'] {
  const known = pathInRepository(file, run);
  if (known !== undefined) return { uri: urlPath(known), uriBaseId: ROOT };
  if (isInRepository(file)) return { uri: urlPath(file), uriBaseId: WORKSPACE };
  const path = file.replaceAll('\\', '/');
  return { uri: `${path.startsWith('/') ? 'file://' : 'file:///'}${urlPath(path)}` };
}

function locations({ file, line, column, endLine, endColumn }: Location, run: RunInfo): Result['locations'] {
  const region = { startLine: line, startColumn: column, endLine, endColumn };
  return [{ physicalLocation: { artifactLocation: artifactLocation(file, run), region } }];
}

/** The beginning of the policy, for what is about all of it; undefined where it could not be read. */
function beginning({ policy }: Report): Location | undefined {
  const file = policy.files[0]?.path;
  return file === undefined ? undefined : { file, line: 1, column: 1, endLine: 1, endColumn: 2 };
}

/** GitHub goes by `primaryLocationLineHash` alone; everybody else may go by ours. */
function fingerprints(value: string): Result['partialFingerprints'] {
  return { 'leapsomeAccessPolicy/v1': value, primaryLocationLineHash: value };
}

function findingLines({ message, remedies, controls }: ReportedFinding): string[] {
  const { leapsome, policy } = remedies;
  return [
    sentence(message),
    ...(leapsome === '' ? [] : [`To resolve: ${sentence(leapsome)}`]),
    ...(policy === '' ? [] : [policyRemedyTitle(remedies), ...linesOf(policy)]),
    ...(controls.length === 0 ? [] : [`Controls: ${sentence(controls.join(', '))}`]),
  ];
}

function ofFinding(finding: ReportedFinding, run: RunInfo): Result {
  const { rule, severity, location, fingerprint, controls, change, firstSeen } = finding;
  const properties = {
    ...(controls.length > 0 ? { tags: [...new Set(controls.map(visible))] } : {}),
    ...(change === undefined ? {} : { change }),
  };
  return new SarifResultBuilder({
    ruleId: rule,
    level: LEVELS[severity],
    message: message(findingLines(finding)),
    locations: locations(location, run),
    partialFingerprints: fingerprints(fingerprint),
    provenance: firstSeen === undefined ? undefined : { firstDetectionTimeUtc: `${firstSeen}T00:00:00Z` },
    properties: Object.keys(properties).length > 0 ? properties : undefined,
  }).result;
}

function problemLines(problem: Problem): string[] {
  const hint = ownHint(problem);
  return [
    `Could not check: ${problem.code}.`,
    ...linesOf(problem.message),
    ...(hint === '' ? [] : linesOf(`What to do: ${hint}`)),
  ];
}

/** So that whoever sees nothing but results does not take an answer that could not be given for a good one. */
function ofProblem(problem: Problem, nth: number, report: Report): Result {
  const location = problem.location ?? beginning(report);
  return new SarifResultBuilder({
    ruleId: COULD_NOT_CHECK.id,
    level: 'error',
    message: message(problemLines(problem)),
    locations: location && locations(location, report.run),
    partialFingerprints: fingerprints(`${COULD_NOT_CHECK.id}:${problem.code}:${nth}`),
  }).result;
}

function* everyResult(report: Report, open: readonly ReportedFinding[]): Iterable<Result> {
  const seen = new Map<ProblemCode, number>();
  for (const problem of report.problems) {
    const nth = (seen.get(problem.code) ?? 0) + 1;
    seen.set(problem.code, nth);
    yield ofProblem(problem, nth, report);
  }
  for (const finding of open) yield ofFinding(finding, report.run);
}

interface Fitted {
  readonly results: readonly Result[];
  readonly left: number;
}

/** As many results as GitHub takes and shows, heaviest first; the last one says how many are left out. */
function withinLimits(report: Report, open: readonly ReportedFinding[]): Fitted {
  const total = report.problems.length + open.length;
  const results: Result[] = [];
  let used = 0;
  for (const result of everyResult(report, open)) {
    used += bytes(JSON.stringify(result));
    const isLast = results.length === total - 1;
    if (used <= SARIF_BYTES && results.length < SARIF_RESULTS - (isLast ? 0 : 1)) {
      results.push(result);
      continue;
    }
    const left = total - results.length;
    return { results: [...results, rest(left, result)], left };
  }
  return { results, left: 0 };
}

/** Stands where the first result that is left out would stand, and weighs as much. */
function rest(left: number, first: Result): Result {
  return new SarifResultBuilder({
    ruleId: MORE_RESULTS.id,
    level: first.level,
    message: message([sentence(more(left, 'result'))]),
    locations: first.locations,
    partialFingerprints: fingerprints(`${MORE_RESULTS.id}:1`),
  }).result;
}

/** `UnexpectedMember`, as SARIF writes the names of rules; undefined where that would be the id once more. */
function nameOf(id: string): string | undefined {
  const name = id.replace(/(?:^|-)([a-z])/g, (_dash, letter: string) => letter.toUpperCase());
  return name.length === id.length ? undefined : name;
}

function helpOf({ id, finds }: RuleText): { readonly text: string; readonly markdown: string } {
  const ways =
    'Each finding names both ways out: the steps in Leapsome if the policy is right, and the lines of the policy if the access is right. What may stay for a while gets an exception with an owner and a last day.';
  const plain = (code: (text: string) => string) =>
    `${finds}\n\n${ways}\n\nMore about it: ${code(`leapsome-access-policy explain ${id}`)}, or docs/rules.md of leapsome-access-policy.`;
  return { text: plain((text) => `"${text}"`), markdown: plain((text) => `\`${text}\``) };
}

/** The rule as the policy weighs it: of a rule that it switched off, as it weighs by itself. */
function descriptor(rule: RuleText, report: Report): SarifRuleBuilder {
  const set = report.rules.find(({ id }) => id === rule.id)?.severity;
  const severity = set === undefined || set === 'off' ? rule.severity : set;
  const isPseudo = rule === COULD_NOT_CHECK || rule === MORE_RESULTS;
  return new SarifRuleBuilder({
    id: rule.id,
    name: nameOf(rule.id),
    shortDescription: { text: rule.finds },
    fullDescription: {
      text: `${rule.finds} Found by comparing Leapsome with the access policy of this repository.`,
    },
    help: isPseudo ? { text: `${rule.finds} The report of the run, report.json, says more.` } : helpOf(rule),
    defaultConfiguration: { level: LEVELS[severity], enabled: set !== 'off' },
    properties: {
      tags: ['security', 'access-policy'],
      precision: 'very-high',
      'problem.severity': PROBLEM_SEVERITIES[severity],
      'security-severity': SECURITY_SEVERITIES[severity],
    },
  });
}

function ofProblems(problems: readonly Problem[], run: RunInfo): Notification[] {
  return problems.slice(0, NOTES_LISTED).map((problem) => ({
    level: 'error',
    descriptor: { id: problem.code },
    message: message(problemLines(problem)),
    ...(problem.location ? { locations: locations(problem.location, run) } : {}),
  }));
}

function note(level: Notification['level'], text: string): Notification {
  return { level, message: message([sentence(text)]) };
}

/** What a reader of the results alone would miss. */
function remarks(report: Report, left: number): Notification[] {
  const { excepted } = report.counts;
  const texts = [
    ...unevaluated(report.rules).map((rule) => `${rule.id} was not evaluated: ${whyNot(rule)}`),
    ...allWarnings(report),
  ];
  const beyond = texts.length - NOTES_LISTED;
  return [
    ...(left > 0 ? [note('warning', more(left, 'result'))] : []),
    ...(excepted > 0
      ? [note('note', `${counted(excepted, 'finding')} excused by exceptions: see report.json`)]
      : []),
    ...texts.slice(0, NOTES_LISTED).map((text) => note('warning', text)),
    ...(beyond > 0 ? [note('warning', more(beyond, 'remark'))] : []),
  ];
}

function invocation(report: Report, left: number): Invocation {
  const { result, problems, startedAt, finishedAt, run } = report;
  const isConfiguration = ({ code }: Problem) => CONFIGURATION.has(code);
  const [configuration, execution] = [
    problems.filter(isConfiguration),
    problems.filter((problem) => !isConfiguration(problem)),
  ];
  return {
    // GitHub refuses what was not successful, so that no alert is closed by an answer that could not be given.
    executionSuccessful: result !== 'could-not-check',
    exitCode: EXIT_CODES[result],
    exitCodeDescription: result,
    startTimeUtc: startedAt,
    endTimeUtc: finishedAt,
    toolConfigurationNotifications: ofProblems(configuration, run),
    toolExecutionNotifications: [...ofProblems(execution, run), ...remarks(report, left)],
  };
}

/** Every file that a result lies in, with the hash of what was read where that is known. */
function artifacts(report: Report, results: readonly Result[]): Run['artifacts'] {
  const known = report.policy.files.map(({ path, sha256 }) => ({
    location: artifactLocation(path, report.run),
    sourceLanguage: 'yaml',
    hashes: { 'sha-256': sha256 },
  }));
  const uris = new Set(known.map(({ location }) => location?.uri));
  const others = results.flatMap(({ locations = [] }) => {
    const location = locations[0]?.physicalLocation?.artifactLocation;
    if (location === undefined || uris.has(location.uri)) return [];
    uris.add(location.uri);
    return [{ location, sourceLanguage: 'yaml' }];
  });
  return [...known, ...others];
}

/** What the run was started for, unless the policy is of another repository. */
function provenance(run: RunInfo): Run['versionControlProvenance'] {
  if (run.policyRoot === null) return undefined;
  const [repositoryUri, revisionId] = [repositoryUrl(run), commitOf(run)];
  return repositoryUri && revisionId
    ? [{ repositoryUri, revisionId, mappedTo: { uriBaseId: ROOT } }]
    : undefined;
}

/** Keeps the analyses of several policies in one repository apart; what follows the last slash would be a run's own id. */
function category(report: Report): string {
  return [CATEGORY, ...report.policy.files.slice(0, 1).map(({ path }) => urlPath(path)), ''].join('/');
}

/** What the addresses of files are relative to. */
function bases({ policyRoot }: RunInfo): Run['originalUriBaseIds'] {
  const root = { [ROOT]: { description: { text: 'The root of the repository.' } } };
  if (policyRoot === undefined) return root;
  const workspace = { [WORKSPACE]: { description: { text: 'The directory that holds the repositories.' } } };
  return policyRoot === null ? workspace : { ...root, ...workspace };
}

/**
 * The log: one run of SARIF 2.1.0 within the limits of a code-scanning upload. Excepted findings are not among its
 * results: code scanning would show them as open, since it does not know `suppressions`.
 */
function sarifLog({ report, rules }: Pick<Material, 'report' | 'rules'>): SarifBuilder['log'] {
  const { results, left } = withinLimits(report, openFindings(report));
  const used = new Set(results.map(({ ruleId }) => ruleId));
  const pseudo = [COULD_NOT_CHECK, MORE_RESULTS].filter(({ id }) => used.has(id));
  const run = new SarifRunBuilder({
    tool: {
      driver: {
        name: report.tool.name,
        version: report.tool.version,
        semanticVersion: report.tool.version,
        rules: [],
      },
    },
    automationDetails: { id: category(report) },
    columnKind: 'utf16CodeUnits',
    language: 'en',
    defaultEncoding: 'utf-8',
    invocations: [invocation(report, left)],
    originalUriBaseIds: bases(report.run),
    versionControlProvenance: provenance(report.run),
    artifacts: artifacts(report, results),
    properties: {
      result: report.result,
      asOf: report.asOf,
      failOn: report.failOn,
      personalData: report.personalData,
      ...(report.policy.sha256 === null ? {} : { policySha256: report.policy.sha256 }),
    },
  });
  for (const rule of [...rules, ...pseudo]) run.addRule(descriptor(rule, report));
  run.run.results = [...results];
  const builder = new SarifBuilder({ $schema: SCHEMA });
  builder.addRun(run);
  // Not as text by the builder itself: it refuses any that holds a mark of its own, which a group's name may well do.
  return builder.buildSarifOutput();
}

export const sarif: Reporter = (material) => [
  { name: FORMAT_FILES.sarif, chunks: [`${JSON.stringify(sarifLog(material))}\n`] },
];
