import { believedPopulation } from './believed-population.ts';
import { personalData, shownPath } from './check.ts';
import { type RunTime, wasCancelled, withinTime } from './deadline.ts';
import { CheckError, failure } from './errors.ts';
import { detect, inWords } from './evaluate/evaluate.ts';
import { foldAddress, type Population } from './evaluate/population.ts';
import { explainPerson } from './explain/person.ts';
import { explainRule, ruleCalled } from './explain/rule.ts';
import type { Known } from './explain/shared.ts';
import { findSubject, type Subject } from './explain/subject.ts';
import { explainGroup, explainRole } from './explain/target.ts';
import type { RunContext } from './github-context.ts';
import type { Inputs } from './inputs.ts';
import { type Explanation, SUBJECT_KINDS, type SubjectKind } from './model/explanation.ts';
import type { Problem } from './model/problem.ts';
import { type PolicyReading, readPolicy } from './policy/read.ts';
import { didYouMean } from './policy/suggest.ts';
import type { Policy } from './policy/types.ts';
import { RULES } from './rules/index.ts';
import type { RunDeps } from './run.ts';
import { sha256 } from './sha256.ts';
import { NAME, VERSION } from './version.ts';

export interface ExplainOptions {
  readonly inputs: Inputs;
  readonly context: RunContext;
  readonly workspace: string;
  readonly commandLine: boolean;
  /** Somebody named the policy: that there is none is then a mistake, also for a question about a rule. */
  readonly policyNamed: boolean;
  /** An address, user name, id, name of a group or role, or a rule. */
  readonly subject: string;
  /** What it is, where the text alone does not tell. */
  readonly kind: SubjectKind | undefined;
}

/**
 * Reads the question of a command line.
 * @throws CheckError with an `input-invalid` problem when there is none, or it is about nothing that there is.
 */
export function readQuestion(flags: {
  readonly subject: string | undefined;
  readonly kind: string | undefined;
}): Pick<ExplainOptions, 'subject' | 'kind'> {
  // Names are taken as they are: two groups may differ by a space at the end.
  const { subject = '', kind } = flags;
  if (subject.trim() === '')
    throw failure(
      'input-invalid',
      'explain needs to know what to explain.',
      'Name an address, a group, an access role, an id or a rule: explain jo@example.com.',
    );
  if (kind !== undefined && !isSubjectKind(kind))
    throw failure(
      'input-invalid',
      `--kind cannot be "${kind}".${didYouMean(kind, SUBJECT_KINDS)}`,
      `Possible: ${SUBJECT_KINDS.join(', ')}.`,
    );
  return { subject, kind };
}

function isSubjectKind(kind: string): kind is SubjectKind {
  return (SUBJECT_KINDS as readonly string[]).includes(kind);
}

type Answered = Pick<Explanation, 'about' | 'problems' | 'warnings'>;

/**
 * Says what one person, group, role or rule is to the policy, and why. Population and policy are read as for a check.
 * Throws only for a mistake of this program itself.
 */
export async function explain(options: ExplainOptions, deps: RunDeps): Promise<Explanation> {
  const { inputs, workspace, commandLine, subject } = options;
  const asOf = inputs.asOf ?? Date.now();
  const reading = await readPolicy({ path: inputs.policy, workspace, allowOutside: commandLine });
  const answered = await answer(options, reading, asOf, deps);
  return {
    schemaVersion: 1,
    tool: { name: NAME, version: VERSION },
    result: answered.problems.length === 0 ? 'explained' : 'could-not-check',
    subject,
    asOf: new Date(asOf).toISOString(),
    personalData: personalData(options),
    policy: { path: shownPath(workspace, inputs.policy), sha256: reading.sha256 },
    ...answered,
  };
}

async function answer(
  options: ExplainOptions,
  reading: PolicyReading,
  asOf: number,
  deps: RunDeps,
): Promise<Answered> {
  const { subject, kind, inputs } = options;
  if (kind === 'rule' || (kind === undefined && ruleCalled(subject))) return aboutRule(options, reading);
  const { policy, problems } = reading;
  if (!policy || problems.length > 0) return unanswered(problems);
  try {
    return await withinTime(inputs.timeoutMs, deps.cancelled, (time) =>
      aboutPopulation(options, policy, asOf, deps, time),
    );
  } catch (error) {
    if (!(error instanceof CheckError)) throw error;
    return unanswered(error.problems);
  }
}

/** A rule needs nobody's data, and no policy: what the policy sets is told where there is one. */
function aboutRule({ subject, policyNamed }: ExplainOptions, reading: PolicyReading): Answered {
  const rule = ruleCalled(subject);
  if (!rule) return unanswered([noRule(subject)]);
  const { policy, problems } = reading;
  const isNone = !policyNamed && problems[0]?.code === 'policy-not-found' && reading.files.length === 0;
  if (isNone) return { about: explainRule(rule, undefined), problems: [], warnings: [] };
  return { about: explainRule(rule, problems.length === 0 ? policy : undefined), problems, warnings: [] };
}

function noRule(name: string): Problem {
  const ids = RULES.map(({ id }) => id);
  return {
    code: 'input-invalid',
    message: `There is no rule "${name}".${didYouMean(name, ids)}`,
    hint: 'docs/rules.md lists all rules.',
  };
}

async function aboutPopulation(
  options: ExplainOptions,
  policy: Policy,
  asOf: number,
  deps: RunDeps,
  time: RunTime,
): Promise<Answered> {
  const { subject, kind } = options;
  const { population, warnings } = await believedPopulation(policy, options, deps, time);
  const found = findSubject(subject, kind, policy, population);
  if (deps.cancelled.aborted) throw wasCancelled(deps.cancelled.reason);
  if (!('kind' in found)) return unanswered([found]);
  const known = holdAgainst(namedBy(subject, found, policy), population, asOf, personalData(options));
  return { about: about(found, known), problems: [], warnings: [...warnings, ...reservations(known)] };
}

function unanswered(problems: readonly Problem[]): Answered {
  return { about: null, problems, warnings: [] };
}

/** Whoever asks for an address knows it already, so the answer may use it. An id gives no address away. */
function namedBy(subject: string, found: Subject, policy: Policy): Policy {
  if (found.kind !== 'person' || found.person.id === subject) return policy;
  return { ...policy, named: new Set([...policy.named, foldAddress(subject)]) };
}

function holdAgainst(
  policy: Policy,
  population: Population,
  asOf: number,
  personalData: 'show' | 'mask',
): Known {
  const detection = detect({ policy, population, asOf, personalData }, { sha256 });
  return { evaluation: detection.evaluation, evaluated: inWords(detection) };
}

function about(found: Subject, known: Known): Explanation['about'] {
  switch (found.kind) {
    case 'person':
      return explainPerson(found.person, known);
    case 'group':
      return explainGroup(found.group, known);
    case 'role':
      return explainRole(found.role, known);
  }
}

/** Beside a problem no finding is to be trusted, and the explanation says so. */
function reservations({ evaluated: { problems } }: Known): string[] {
  if (problems.length === 0) return [];
  const codes = [...new Set(problems.map(({ code }) => code))].join(', ');
  return [
    `A check of this policy comes to no verdict at present (${codes}): run "check" to see why. What is said here may change once that is mended.`,
  ];
}
