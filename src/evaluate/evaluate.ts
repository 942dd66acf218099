import { compare } from '../model/compare.ts';
import { SOURCE_LABELS, SOURCE_NAMES } from '../model/facts.ts';
import { oneLine } from '../model/one-line.ts';
import type { PolicyEdit } from '../model/policy-edit.ts';
import type { Problem } from '../model/problem.ts';
import type { ReportedException, ReportedFinding, ReportedReview, RuleResult } from '../model/report.ts';
import { type RuleSeverity, rank, type Severity } from '../model/severity.ts';
import type { Group, Role } from '../model/snapshot.ts';
import type { Exception, Place, Policy } from '../policy/types.ts';
import { exceptionExpiring } from '../rules/exception-expiring.ts';
import { excuseOf } from '../rules/excuse.ts';
import { type AnyRule, RULES } from '../rules/index.ts';
import { reviewIncomplete } from '../rules/review-incomplete.ts';
import type { Detected, Gap, Rule, Wording } from '../rules/rule.ts';
import { awaitedInWords } from './awaited.ts';
import { type Binding, Evaluation, type EvaluationOptions } from './evaluation.ts';
import { ExceptionBook, endsWithin, subjectInWords } from './exceptions.ts';
import type { Population } from './population.ts';
import { reviewsReported, runningInWords } from './reviews.ts';

/** Everything that comparing a policy with a population gives. */
export interface Evaluated {
  readonly findings: readonly ReportedFinding[];
  readonly rules: readonly RuleResult[];
  readonly exceptions: readonly ReportedException[];
  /** Only where the policy asks for reviews. */
  readonly reviews?: readonly ReportedReview[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

export interface EvaluateDeps {
  /** SHA-256 of a text, 64 hexadecimal digits. */
  readonly sha256: (text: string) => string;
}

/** Something that a rule found, not in words yet. */
export interface Finding {
  readonly rule: Rule<unknown>;
  readonly found: Detected;
  readonly severity: Severity;
  readonly fingerprint: string;
  readonly exception: Exception | undefined;
  /** The same complaint from other places of the policy: it goes when all of them say otherwise. */
  readonly others?: readonly Finding[];
}

/** How one rule went. */
export interface Run {
  readonly rule: Rule<unknown>;
  readonly severity: RuleSeverity;
  readonly findings: readonly Finding[];
  readonly gaps: readonly Gap[];
}

/** What all rules found, each thing once, before anything of it is put into words. */
export interface Detection {
  readonly evaluation: Evaluation;
  readonly book: ExceptionBook;
  readonly runs: readonly Run[];
  readonly findings: readonly Finding[];
}

/** Compares a plausible, complete population with a valid policy. Never throws for anything that Leapsome may hold. */
export function evaluate(options: EvaluationOptions, deps: EvaluateDeps): Evaluated {
  return inWords(detect(options, deps));
}

/** The first half of `evaluate`: runs every rule. */
export function detect(options: EvaluationOptions, deps: EvaluateDeps): Detection {
  const evaluation = new Evaluation(options);
  const book = new ExceptionBook(options.policy.exceptions, options.population, options.asOf);
  const [aboutExceptions, others] = partition(RULES as unknown as readonly Rule<unknown>[], (rule) =>
    rule.id.startsWith('exception-'),
  );
  const runs = others.map((rule) => run(rule, evaluation, book, deps));
  evaluation.exceptionUses = book.uses(unique(runs.flatMap((one) => one.findings)));
  runs.push(...aboutExceptions.map((rule) => run(rule, evaluation, book, deps)));
  return { evaluation, book, runs, findings: unique(runs.flatMap((one) => one.findings)) };
}

/** The second half of `evaluate`: words, in the order in which they are shown, and what stands in the way of a verdict. */
export function inWords({ evaluation, book, runs, findings: unsorted }: Detection): Evaluated {
  const findings = sortFindings([...unsorted], evaluation.policy);
  const { within = 0 } = optionsOf(reviewIncomplete, evaluation.policy);
  return {
    findings: findings.map((finding) => report(finding, evaluation)),
    rules: runs.map((one) => ruleResult(one, findings)),
    exceptions: evaluation.exceptionUses.flatMap((use) => reportException(use, evaluation)),
    ...(evaluation.policy.review ? { reviews: reviewsReported(evaluation, within) } : {}),
    problems: [...obstacles(evaluation), ...openQuestions(runs, evaluation)].map(onOneLine),
    warnings: [
      ...evaluation.doubts(),
      ...book.doubts(),
      ...awaitedInWords(evaluation),
      ...runningInWords(evaluation, within),
    ],
  };
}

/** What is wrong between the policy and what is there, so that the policy cannot be applied as it stands. */
export function obstacles(evaluation: Evaluation): Problem[] {
  return [
    ...unknownActivity(evaluation),
    ...unknownNumber(evaluation),
    ...ambiguities(evaluation),
    ...inclusions(evaluation),
    ...governedTwice(evaluation),
    ...contradictions(evaluation),
  ];
}

/** The severity that a rule has under this policy. */
export function severityOf(rule: Pick<AnyRule, 'id' | 'severity'>, policy: Policy): RuleSeverity {
  return policy.rules[rule.id]?.severity ?? rule.severity;
}

function run(rule: Rule<unknown>, evaluation: Evaluation, book: ExceptionBook, deps: EvaluateDeps): Run {
  const severity = severityOf(rule, evaluation.policy);
  if (severity === 'off') return { rule, severity, findings: [], gaps: [] };
  const { found, gaps } = rule.check(evaluation, optionsOf(rule, evaluation.policy));
  const findings = found.map((one) => ({
    rule,
    found: one,
    severity: one.entry?.severity ?? severity,
    fingerprint: fingerprint(rule.id, one, deps),
    exception: book.excuse(rule.id, one),
  }));
  return { rule, severity, findings, gaps: [...gaps].sort(byPlace) };
}

/** In an order of the policy, not of the people and groups that the gaps came from. */
function byPlace({ entry: a, reason: x }: Gap, { entry: b, reason: y }: Gap): number {
  return (
    compare(a?.place.file ?? '', b?.place.file ?? '') ||
    (a?.place.start ?? 0) - (b?.place.start ?? 0) ||
    compare(x, y)
  );
}

/** The options of a rule as this policy sets them. */
export function optionsOf(
  rule: Pick<AnyRule, 'id' | 'options'>,
  policy: Policy,
): Readonly<Record<string, number>> {
  return { ...rule.options, ...policy.rules[rule.id]?.days };
}

/** The same from run to run: ids and the rule, never names, lines or texts. */
function fingerprint(rule: string, found: Detected, deps: EvaluateDeps): string {
  const { user, group, role, name, key } = found;
  return deps.sha256(
    JSON.stringify([rule, user?.id ?? null, group?.id ?? null, role?.id ?? null, name ?? null, key ?? null]),
  );
}

/** Two entries may complain of the same thing: the heavier complaint stays, of equal ones the first in the policy. */
function unique(findings: readonly Finding[]): Finding[] {
  const kept = new Map<string, Finding>();
  const places = new Map<string, Map<Place, Finding>>();
  for (const finding of findings) {
    const { fingerprint, found } = finding;
    const other = kept.get(fingerprint);
    if (!other || rank(finding.severity) < rank(other.severity)) kept.set(fingerprint, finding);
    if (!other) continue;
    const known = places.get(fingerprint) ?? new Map([[other.found.place, other]]);
    places.set(fingerprint, known.set(found.place, finding));
  }
  return [...kept].map(([fingerprint, finding]) => {
    const others = [...(places.get(fingerprint)?.values() ?? [])].filter((one) => one !== finding);
    return others.length === 0 ? finding : { ...finding, others };
  });
}

/** What would make a finding right in every place that complains of it; undefined where one of them cannot say so. */
function editsOf(
  { rule, others = [] }: Finding,
  own: Wording['edits'],
  evaluation: Evaluation,
): readonly PolicyEdit[] | undefined {
  if (others.length === 0) return own;
  const all = [own, ...others.map(({ found }) => rule.describe(found, evaluation).edits)];
  if (all.includes(undefined)) return undefined;
  return [...new Map(all.flatMap((edits) => edits!).map((edit) => [JSON.stringify(edit), edit])).values()];
}

function sortFindings(findings: Finding[], policy: Policy): Finding[] {
  const fileOrder = new Map(policy.files.map((file, index) => [file.path, index]));
  // Records of reviews are no files of the policy, and come after them.
  const order = (finding: Finding): number => fileOrder.get(finding.found.place.file) ?? fileOrder.size;
  return findings.sort(
    (a, b) =>
      rank(a.severity) - rank(b.severity) ||
      order(a) - order(b) ||
      compare(a.found.place.file, b.found.place.file) ||
      a.found.place.start - b.found.place.start ||
      compare(a.rule.id, b.rule.id) ||
      compare(
        a.found.user?.userName ?? a.found.group?.name ?? '',
        b.found.user?.userName ?? b.found.group?.name ?? '',
      ) ||
      compare(a.fingerprint, b.fingerprint),
  );
}

/** A finding as reports hold it. */
export function report(finding: Finding, evaluation: Evaluation): ReportedFinding {
  const { rule, found, severity, exception } = finding;
  const { message, policy, leapsome, edits: own } = rule.describe(found, evaluation);
  const edits = editsOf(finding, own, evaluation);
  const excuse = excuseOf(rule.subject, found, evaluation);
  const { user, group, role } = found;
  return {
    fingerprint: finding.fingerprint,
    rule: rule.id,
    severity,
    status: exception ? 'excepted' : 'open',
    message,
    ...(user ? { user: evaluation.reported(user) } : {}),
    ...(group ? { group: { id: group.id, name: group.name } } : {}),
    ...(role ? { role: { id: role.id, name: role.name } } : {}),
    location: evaluation.policy.locate(found.place),
    remedies: { policy, leapsome, ...(edits ? { edits } : {}), ...(excuse ? { exception: excuse } : {}) },
    controls: found.entry?.controls ?? [],
    ...(exception
      ? {
          exception: {
            owner: exception.owner,
            reason: exception.reason,
            expires: exception.expires,
            ...(exception.ticket === undefined ? {} : { ticket: exception.ticket }),
          },
        }
      : {}),
  };
}

function ruleResult({ rule, severity, gaps }: Run, findings: readonly Finding[]): RuleResult {
  if (severity === 'off')
    return {
      id: rule.id,
      severity,
      status: 'not-evaluated',
      findings: 0,
      reason: 'switched off in the policy',
    };
  const open = findings.filter((finding) => finding.rule === rule && !finding.exception).length;
  const reason = [...new Set(gaps.map((gap) => gap.reason))].slice(0, 5).join('; ');
  const status = open > 0 ? 'fail' : gaps.length > 0 ? 'not-evaluated' : 'pass';
  return {
    id: rule.id,
    severity: status === 'not-evaluated' ? heaviest(gaps.map((gap) => weight(gap, severity))) : severity,
    status,
    findings: open,
    ...(reason ? { reason } : {}),
  };
}

/** A part that the policy did not ask for weighs little when it cannot be evaluated, and still is no pass. */
export function weight(gap: Gap, severity: Severity): Severity {
  return gap.builtIn ? 'notice' : (gap.entry?.severity ?? severity);
}

function heaviest(severities: readonly Severity[]): Severity {
  return severities.reduce((a, b) => (rank(b) < rank(a) ? b : a), 'notice');
}

function reportException(
  use: Evaluation['exceptionUses'][number],
  evaluation: Evaluation,
): ReportedException[] {
  const { exception, state, matches } = use;
  if (state === 'not-yet') return [];
  const { within = 0 } = optionsOf(exceptionExpiring, evaluation.policy);
  const endsSoon = endsWithin(exception, within, evaluation.asOf);
  return [
    {
      rule: exception.rule,
      subject: subjectInWords(exception),
      owner: exception.owner,
      reason: exception.reason,
      ...(exception.ticket === undefined ? {} : { ticket: exception.ticket }),
      expires: exception.expires,
      state: state === 'expired' ? 'expired' : endsSoon ? 'expiring' : 'in-force',
      findings: matches,
      location: evaluation.policy.locate(exception.place),
    },
  ];
}

/** Which accounts there are, and which of them are active, everything else rests on. No other source steps in for that. */
function unknownActivity({ population }: Evaluation): Problem[] {
  const { sources, failed = [] } = population.snapshot;
  const authority = SOURCE_NAMES.find((name) => sources.includes(name) || failed.includes(name));
  if (authority === undefined || !failed.includes(authority)) return [];
  return [
    {
      code: 'not-evaluated',
      message: `Who has an active account is unknown: ${SOURCE_LABELS[authority]} has the last word on it, and could not be read in this run.`,
      hint: 'Run again when it can be read. A source that is optional may fail only where another one comes before it: SCIM, then the Content API, then StackOne.',
    },
  ];
}

/** Accounts that wait for their first day do not count, and would pass for active ones here. */
function unknownNumber({ policy, population }: Evaluation): Problem[] {
  const { minUsers = 0 } = policy.population;
  const { useUnknown } = population;
  if (useUnknown === undefined || minUsers === 0) return [];
  return [
    {
      code: 'not-evaluated',
      message: `"min-users" could not be evaluated: ${useUnknown}.`,
      hint: 'Run again when it can be read. A run without it cannot tell how many accounts are in use.',
    },
  ];
}

function ambiguities(evaluation: Evaluation): Problem[] {
  const seen = new Set<string>();
  return evaluation.ambiguities().flatMap(({ kind, name, ids, place, isEntry = false }) => {
    const key = `${kind} ${name} ${place.file} ${place.start}`;
    if (kind !== 'group' || seen.has(key)) return [];
    seen.add(key);
    const kinds = ids.map((id) => evaluation.population.group(id)?.kind);
    const namesakes = ids.map((id, index) => (kinds[index] ? `${id} (${kinds[index]})` : id));
    const byKind = new Set(kinds).size > 1 ? 'Say which one is meant with "kind", or pin' : 'Pin';
    const choose = isEntry
      ? `${byKind} the entry to the group that is meant with "id"`
      : 'Write the id of the group that is meant in place of its name';
    return [
      {
        code: 'ambiguous-group' as const,
        message: `Leapsome has ${ids.length} groups named "${name}": ${namesakes.join(', ')}.`,
        hint: `${choose}, or rename one of the groups in Leapsome.`,
        location: evaluation.policy.locate(place),
      },
    ];
  });
}

function inclusions(evaluation: Evaluation): Problem[] {
  const bindings: Binding<Group | Role>[] = [...evaluation.groupBindings(), ...evaluation.roleBindings()];
  return bindings.flatMap(({ entry, notAllowed = [] }) =>
    // Only an id can point elsewhere: names are held against may-define when the policy is read.
    notAllowed.map((target) => ({
      code: 'policy-invalid' as const,
      message: `${entry.place.file} pins the ${entry.kind} "${entry.name}" to the id ${target.id}, which is "${target.name}": the file may not govern that ${entry.kind}.`,
      hint: `Correct the id, or widen "may-define" (now: ${entry.mayDefine.flat().join(', ')}).`,
      location: evaluation.policy.locate(entry.place),
    })),
  );
}

/** An id and a name that turn out to be the same group: two exact entries, which nothing but live data could tell. */
function governedTwice(evaluation: Evaluation): Problem[] {
  const bindings: Binding<Group | Role>[] = [...evaluation.groupBindings(), ...evaluation.roleBindings()];
  const exact = bindings.filter(({ entry, targets }) => !entry.glob && targets.length === 1);
  const byTarget = Map.groupBy(exact, ({ entry, targets }) => `${entry.kind} ${targets[0]!.id}`);
  return [...byTarget.values()].flatMap(([first, ...others]) =>
    others.map(({ entry, targets }) => ({
      code: 'policy-invalid' as const,
      message: `Two entries are about the ${entry.kind} "${targets[0]!.name}" (${targets[0]!.id}): this one and the one at ${where(first!.entry.place, evaluation)}.`,
      hint: 'Put both into one entry.',
      location: evaluation.policy.locate(entry.place),
    })),
  );
}

const MOST_CONTRADICTIONS = 20;

function contradictions(evaluation: Evaluation): Problem[] {
  const problems = new Map<string, Problem>();
  for (const { person, required, forbidden } of evaluation
    .results()
    .flatMap((result) => result.contradictions)) {
    const message = `${evaluation.show(person)} is both required (${where(required, evaluation)}) and forbidden (${where(forbidden, evaluation)}): no state of Leapsome can satisfy the policy.`;
    problems.set(`${message} ${required.file} ${required.start}`, {
      code: 'policy-invalid',
      message,
      hint: 'Narrow one of the two, so that they no longer match the same person.',
      location: evaluation.policy.locate(required),
    });
  }
  const sorted = [...problems].sort(([a], [b]) => compare(a, b)).map(([, problem]) => problem);
  return sorted.slice(0, MOST_CONTRADICTIONS);
}

function where(place: Place, { policy }: Evaluation): string {
  const { file, line } = policy.locate(place);
  return policy.files.length > 1 ? `${file}:${line}` : `line ${line}`;
}

/** Messages with several lines are code frames, and these are none: a name in them must not begin a line of its own. */
function onOneLine(problem: Problem): Problem {
  return { ...problem, message: oneLine(problem.message) };
}

/** Parts of rules at severity error that have no answer: each stands in the way of a verdict. */
function openQuestions(runs: readonly Run[], evaluation: Evaluation): Problem[] {
  const problems = new Map<string, Problem>();
  for (const { rule, severity, gaps } of runs) {
    for (const gap of gaps) {
      if (severity === 'off' || weight(gap, severity) !== 'error') continue;
      const location = gap.entry && evaluation.policy.locate(gap.entry.place);
      const key = `${rule.id} ${gap.reason} ${location?.file}:${location?.line}`;
      problems.set(key, {
        code: 'not-evaluated',
        message: `${rule.id} could not be evaluated: ${gap.reason}.`,
        hint: 'Correct the marked entry, give the source that would tell, or lower the severity of this entry to say that it may stay open.',
        ...(location ? { location } : {}),
      });
    }
  }
  for (const problem of unansweredNames(evaluation)) problems.set(problem.message, problem);
  return [...problems.values()];
}

/** A selector over a group or manager that does not exist selects nobody: that must be an error somewhere. */
function unansweredNames(evaluation: Evaluation): Problem[] {
  const watch = { group: 'missing-group', account: 'missing-account' } as const;
  return (['group', 'account'] as const).flatMap((kind) => {
    const rule = RULES.find((candidate) => candidate.id === watch[kind])!;
    if (severityOf(rule, evaluation.policy) === 'error') return [];
    const lacks =
      kind === 'group' && !evaluation.listsEveryGroup ? 'no source shows' : 'Leapsome does not have';
    return evaluation.dangling(kind).map(({ name, place }) => ({
      code: 'not-evaluated' as const,
      message: `A selector refers to the ${kind} "${name}", which ${lacks}, so nobody can be matched against it.`,
      hint: `Correct the name; ${watch[kind]} is not an error in this policy, so nothing else would tell.`,
      location: evaluation.policy.locate(place),
    }));
  });
}

function partition<T>(list: readonly T[], test: (element: T) => boolean): [T[], T[]] {
  return [list.filter(test), list.filter((element) => !test(element))];
}

/** A population that is too small or too different to be believed; undefined when it is plausible. */
export function implausible(
  population: Population,
  policy: Policy,
  previous?: { readonly activeUsers: number },
): Problem | undefined {
  const { minUsers, maxDrop = 0.2, maxGrowth } = policy.population;
  const active = population.active.length;
  const hint =
    'Compare with Leapsome → Settings → Users & Teams. If the number is right, adapt "population" in the policy.';
  if (minUsers !== undefined && active < minUsers) {
    return {
      code: 'implausible-population',
      message: `Leapsome reports ${active} active users; the policy expects at least ${minUsers}.`,
      hint,
    };
  }
  if (!previous) return undefined;
  // From nobody to somebody is infinitely many more, which no share allows; from nobody to nobody is no number at all.
  const change = (active - previous.activeUsers) / previous.activeUsers;
  const compared = `${active} active users now, ${previous.activeUsers} in the previous report`;
  if (-change > maxDrop) {
    return {
      code: 'implausible-population',
      message: `The population dropped by ${percent(-change)}: ${compared}; at most ${percent(maxDrop)} is believed.`,
      hint,
    };
  }
  if (maxGrowth !== undefined && change > maxGrowth) {
    return {
      code: 'implausible-population',
      message: `The population grew ${previous.activeUsers === 0 ? 'from nobody' : `by ${percent(change)}`}: ${compared}; at most ${percent(maxGrowth)} is believed.`,
      hint,
    };
  }
  return undefined;
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10}%`;
}
