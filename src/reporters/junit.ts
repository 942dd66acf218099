import XMLBuilder from 'fast-xml-builder';
import { FORMAT_FILES } from '../model/formats.ts';
import type { Reporter } from '../model/material.ts';
import type { Location, Problem } from '../model/problem.ts';
import type { Report, ReportedFinding, RuleResult } from '../model/report.ts';
import { type FailOn, reaches } from '../model/severity.ts';
import { visible } from './escape.ts';
import { doubtOf } from './standing.ts';
import { cut, linesOf, more, ownHint, placeOf, policyRemedyTitle, whyNot } from './wording.ts';

/** Findings with a test case of their own. Half a million would be more than any viewer of tests opens. */
const LISTED = 10_000;
const NAME_LENGTH = 250;
const TEXT_LENGTH = 4096;
/** Digits of the fingerprint that tell two test cases apart: viewers keep the first of several with one name. */
const FINGERPRINT_DIGITS = 12;
const COULD_NOT_CHECK = 'could-not-check';

/** How a test ended, if it did not pass. */
interface Outcome {
  readonly as: 'failure' | 'error' | 'skipped';
  /** One line. */
  readonly message: string;
  readonly type?: string;
  readonly lines: readonly string[];
}

interface Test {
  readonly name: string;
  readonly location?: Location;
  readonly outcome?: Outcome;
}

interface Suite {
  readonly name: string;
  readonly tests: readonly Test[];
}

/** The library escapes what is markup; what XML 1.0 forbids has become visible before. Only line ends of ours are left. */
function text(lines: readonly string[]): string {
  return cut(lines.map(visible).join('\n'), TEXT_LENGTH);
}

function line(value: string): string {
  return cut(visible(value), TEXT_LENGTH);
}

/** Whether a finding turns this run into drift, as the verdict has it. */
function fails({ severity, change }: ReportedFinding, { failOn, preview }: Report): boolean {
  if (change === 'existing' && preview?.failOnExisting === false) return false;
  return reaches(severity, failOn as FailOn);
}

/** Why an open finding is not one that fails the run. */
function whyLight({ severity, change }: ReportedFinding, { failOn }: Report): string {
  return reaches(severity, failOn as FailOn) && change === 'existing'
    ? 'exists without this pull request (fail-on-existing: false)'
    : `${severity}, below what fails a run (fail-on: ${failOn})`;
}

function findingLines(finding: ReportedFinding): string[] {
  const { message, location, remedies, controls, fingerprint } = finding;
  const { leapsome, policy } = remedies;
  return [
    `${message} (${finding.severity})`,
    `Policy: ${placeOf(location)}`,
    ...(leapsome === '' ? [] : [`To resolve: ${leapsome}`]),
    ...(policy === '' ? [] : [policyRemedyTitle(remedies), ...linesOf(policy)]),
    ...(controls.length === 0 ? [] : [`Controls: ${controls.join(', ')}`]),
    `Fingerprint: ${fingerprint}`,
  ];
}

function outcomeOf(finding: ReportedFinding, report: Report): Outcome {
  const { exception, message, rule } = finding;
  const lines = findingLines(finding);
  if (finding.status === 'excepted') {
    const ticket = exception?.ticket === undefined ? '' : `, ${exception.ticket}`;
    const why = exception
      ? `excused until ${exception.expires} by ${exception.owner}: ${exception.reason}${ticket}`
      : 'excused by an exception';
    return { as: 'skipped', message: why, lines: [why, ...lines] };
  }
  if (fails(finding, report)) return { as: 'failure', message, type: rule, lines };
  const why = whyLight(finding, report);
  return { as: 'skipped', message: why, lines: [why, ...lines] };
}

function testOf(finding: ReportedFinding, report: Report): Test {
  const { message, fingerprint, location } = finding;
  return {
    name: `${cut(visible(message), NAME_LENGTH)} [${fingerprint.slice(0, FINGERPRINT_DIGITS)}]`,
    location,
    outcome: outcomeOf(finding, report),
  };
}

/** The findings of one rule: those with a test case, and how many there are without. */
interface Found {
  readonly listed: ReportedFinding[];
  left: number;
  leftFails: boolean;
}

function byRule(report: Report): Map<string, Found> {
  const found = new Map<string, Found>();
  let listed = 0;
  // Heaviest first, so that what is left out is light.
  for (const finding of report.findings) {
    const group: Found = found.get(finding.rule) ?? { listed: [], left: 0, leftFails: false };
    found.set(finding.rule, group);
    if (listed < LISTED) {
      group.listed.push(finding);
      listed += 1;
    } else {
      group.left += 1;
      group.leftFails ||= finding.status === 'open' && fails(finding, report);
    }
  }
  return found;
}

function rest({ left, leftFails }: Found): Test {
  const message = more(left, 'finding');
  return { name: message, outcome: { as: leftFails ? 'failure' : 'skipped', message, lines: [message] } };
}

function findingTests(found: Found | undefined, report: Report): Test[] {
  if (found === undefined) return [];
  return [
    ...found.listed.map((finding) => testOf(finding, report)),
    ...(found.left > 0 ? [rest(found)] : []),
  ];
}

function skipped(name: string, message: string): Test {
  return { name, outcome: { as: 'skipped', message, lines: [message] } };
}

/** What each rule claims as a whole; its findings stand beside it where it does not hold. */
const CLAIM = 'no finding';

/** How the rule itself ended. That it was not evaluated is an error only where the verdict says so, among the problems. */
function ruleTests(rule: RuleResult, doubt: string | undefined): Test[] {
  if (rule.severity === 'off') return [skipped(CLAIM, 'switched off by the policy')];
  if (rule.status === 'not-evaluated') return [skipped(CLAIM, `not evaluated: ${whyNot(rule)}`)];
  const partly = rule.reason === undefined ? [] : [skipped(`${CLAIM} in what is unknown`, rule.reason)];
  if (rule.status === 'fail') return partly;
  // A rule that found nothing has only passed where the run came to a verdict.
  return [doubt === undefined ? { name: CLAIM } : skipped(CLAIM, `no answer: ${doubt}`), ...partly];
}

/** The code, the place if there is one, and which it is of several of that name. */
function problemName({ code, location }: Problem, taken: Map<string, number>): string {
  const name = location ? `${code} at ${placeOf(location)}` : code;
  const nth = (taken.get(name) ?? 0) + 1;
  taken.set(name, nth);
  return nth === 1 ? name : `${name} (${nth})`;
}

function problemTest(problem: Problem, name: string): Test {
  const [first = '', ...further] = linesOf(problem.message);
  const hint = ownHint(problem);
  const lines = [first, ...further, ...(hint === '' ? [] : linesOf(`What to do: ${hint}`))];
  return {
    name,
    ...(problem.location ? { location: problem.location } : {}),
    outcome: { as: 'error', message: first, type: problem.code, lines },
  };
}

/** Present whenever there is no honest answer, so that no viewer shows such a run as green. */
function problemSuite({ result, problems }: Report): Suite[] {
  if (result !== 'could-not-check') return [];
  const taken = new Map<string, number>();
  const tests = problems.map((problem) => problemTest(problem, problemName(problem, taken)));
  const message = 'something prevents an honest answer';
  const unnamed: Test = { name: COULD_NOT_CHECK, outcome: { as: 'error', message, lines: [message] } };
  return [{ name: COULD_NOT_CHECK, tests: tests.length > 0 ? tests : [unnamed] }];
}

function suitesOf(report: Report): Suite[] {
  const found = byRule(report);
  const doubt = doubtOf(report);
  const ofRules = report.rules.map((rule) => {
    const tests = [...ruleTests(rule, doubt), ...findingTests(found.get(rule.id), report)];
    found.delete(rule.id);
    return { name: rule.id, tests };
  });
  const others = [...found].map(([name, each]) => ({ name, tests: findingTests(each, report) }));
  return [...problemSuite(report), ...ofRules, ...others];
}

const OUTCOMES = { failures: 'failure', errors: 'error', skipped: 'skipped' } as const;

function totals(tests: readonly Test[]): Record<string, number> {
  const ended = Object.entries(OUTCOMES).map(([name, as]) => [
    `@_${name}`,
    tests.filter(({ outcome }) => outcome?.as === as).length,
  ]);
  return { '@_tests': tests.length, ...Object.fromEntries(ended) };
}

function testcase({ name, location, outcome }: Test, suite: string): object {
  const place = location ? { '@_file': line(location.file), '@_line': location.line } : {};
  const ended = outcome && {
    '@_message': line(outcome.message),
    ...(outcome.type === undefined ? {} : { '@_type': line(outcome.type) }),
    '#text': text(outcome.lines),
  };
  return {
    '@_name': line(name),
    '@_classname': line(suite),
    ...place,
    '@_time': 0,
    ...(outcome ? { [outcome.as]: ended } : {}),
  };
}

/** The seconds that the whole check took: it reads once for all rules, so none took any time by itself. */
function seconds({ startedAt, finishedAt }: Report): number {
  return Math.max(0, Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
}

/**
 * The report as JUnit knows tests: a suite for each rule, a passed test where a rule found nothing, and a test for each
 * finding. Failures are what the verdict counts; everything lighter, excused or not evaluated is skipped, with the
 * reason; what prevents an answer is an error.
 */
function junitXml(report: Report): string {
  const suites = suitesOf(report);
  // By the schema of Jenkins, only a suite tells how many were skipped.
  const { '@_skipped': _, ...all } = totals(suites.flatMap(({ tests }) => tests));
  const builder = new XMLBuilder({
    ignoreAttributes: false,
    suppressBooleanAttributes: false,
    format: true,
  });
  return builder.build({
    '?xml': { '@_version': '1.0', '@_encoding': 'UTF-8' },
    testsuites: {
      '@_name': report.tool.name,
      ...all,
      '@_time': seconds(report),
      testsuite: suites.map(({ name, tests }) => ({
        '@_name': line(name),
        ...totals(tests),
        '@_time': 0,
        // JUnit knows no zones; by its schema the seconds are whole.
        '@_timestamp': report.startedAt.slice(0, 19),
        testcase: tests.map((test) => testcase(test, name)),
      })),
    },
  });
}

export const junit: Reporter = ({ report }) => [{ name: FORMAT_FILES.junit, chunks: [junitXml(report)] }];
