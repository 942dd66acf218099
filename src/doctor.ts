import {
  credentialsOf,
  givenCredentials,
  halfCredentials,
  noCredentials,
  requiredBy,
  sameValue,
  whyNone,
} from './credentials.ts';
import { checkDeps, type RunTime, wasCancelled, withinTime } from './deadline.ts';
import { diagnoseRules, type RulesDiagnosis } from './diagnose-rules.ts';
import { diagnoseSource, readingsOf } from './diagnose-source.ts';
import { environmentOf, type Machine } from './environment.ts';
import { CheckError } from './errors.ts';
import type { RunContext } from './github-context.ts';
import type { Inputs } from './inputs.ts';
import type { DiagnosedProblem, Diagnosis, PolicyDiagnosis } from './model/diagnosis.ts';
import { SOURCE_NAMES } from './model/facts.ts';
import type { Problem } from './model/problem.ts';
import type { Policy } from './policy/types.ts';
import type { Attempt } from './read-population.ts';
import type { RunDeps } from './run.ts';
import { NAME, VERSION } from './version.ts';

export interface DoctorOptions {
  readonly inputs: Inputs;
  readonly context: Pick<RunContext, 'withoutSecrets'>;
  readonly workspace: string;
  readonly commandLine: boolean;
  /** Somebody named the policy: that there is none is then a mistake. */
  readonly policyNamed: boolean;
  /** Why a file of the policy must not be followed by a run with secrets; undefined when it may. */
  readonly untrusted?: (path: string) => Problem | undefined;
}

export interface DoctorDeps extends Omit<RunDeps, 'env'> {
  readonly machine: Machine;
}

/**
 * Tries every credential that was given, as a check would use it, and says what works, what does not, and what would
 * help. People's data is counted and dropped. Throws only for a mistake of this program itself.
 */
export function doctor(options: DoctorOptions, deps: DoctorDeps): Promise<Diagnosis> {
  return withinTime(options.inputs.timeoutMs, deps.cancelled, (time) => diagnose(options, deps, time));
}

async function diagnose(options: DoctorOptions, deps: DoctorDeps, time: RunTime): Promise<Diagnosis> {
  const { inputs } = options;
  const look = await lookAtPolicy(options);
  const { policy } = look;
  const attempts = await tryAll(inputs, policy, deps, time);
  const rules = policy && rulesOf(policy, attempts, inputs.asOf ?? Date.now());
  const problems = together([
    ...credentialProblems(options, attempts, policy),
    ...attempts.flatMap(failuresOf),
    ...(deps.cancelled.aborted ? wasCancelled(deps.cancelled.reason).problems : []),
    ...look.problems,
    ...(rules?.problems ?? []),
  ]);
  const tried = { inputs, env: deps.machine.env, attempts, policy, enables: rules?.enables ?? new Map() };
  return {
    schemaVersion: 1,
    tool: { name: NAME, version: VERSION },
    result: problems.length === 0 ? 'ready' : 'could-not-check',
    environment: environmentOf(deps.machine),
    sources: SOURCE_NAMES.map((name) => diagnoseSource(name, tried)),
    policy: { ...look.diagnosis, rules: rules?.rules ?? null },
    problems,
  };
}

interface PolicyLook {
  readonly policy: Policy | undefined;
  readonly diagnosis: Omit<PolicyDiagnosis, 'rules'>;
  readonly problems: readonly Problem[];
}

async function lookAtPolicy(options: DoctorOptions): Promise<PolicyLook> {
  const { inputs, workspace, commandLine, policyNamed, untrusted } = options;
  const path = inputs.policy;
  const { readPolicy } = await import(/* webpackMode: "eager" */ './policy/read.ts');
  const reading = await readPolicy({ path, workspace, allowOutside: commandLine });
  const { sha256, files, records = [] } = reading;
  if (!policyNamed && files.length === 0 && reading.problems[0]?.code === 'policy-not-found')
    return { policy: undefined, diagnosis: { path, state: 'none', sha256 }, problems: [] };
  const doubts = [path, ...[...files, ...records].map((file) => file.path)].flatMap(
    (file) => untrusted?.(file) ?? [],
  );
  const problems = [...doubts.slice(0, 1), ...reading.problems];
  const policy = problems.length === 0 ? reading.policy : undefined;
  return { policy, diagnosis: { path, state: policy ? 'valid' : 'invalid', sha256 }, problems };
}

/** Reads whatever the credentials open, just as a check does, so that what works here works there. */
async function tryAll(
  inputs: Inputs,
  policy: Policy | undefined,
  deps: DoctorDeps,
  time: RunTime,
): Promise<readonly Attempt[]> {
  const { readSources } = await import('./read-population.ts');
  const wanted = {
    customAttributes: policy?.customAttributes ?? [],
    mayBeEmpty: policy?.population.minUsers === 0,
  };
  return readSources(sendable(inputs), wanted, checkDeps({ ...deps, env: deps.machine.env }, time));
}

/**
 * The same text as both credentials of Leapsome is only one of them. At one host asking tells which; to two hosts it is
 * not sent, since it was meant for one of them.
 */
function sendable(inputs: Inputs): Inputs {
  const { scim, content } = inputs;
  const isSame = sameValue(credentialsOf(inputs)).length > 0;
  if (!isSame || scim.baseUrl.hostname === content.baseUrl.hostname) return inputs;
  return { ...inputs, scim: { ...scim, token: undefined }, content: { ...content, secret: undefined } };
}

function rulesOf(policy: Policy, attempts: readonly Attempt[], asOf: number): RulesDiagnosis | undefined {
  const readings = readingsOf(attempts);
  if (readings.length === 0) return undefined;
  const failed = attempts.flatMap(({ source, ended }) => (ended instanceof CheckError ? [source.name] : []));
  return diagnoseRules(policy, readings, failed, asOf);
}

/** What can be said of the credentials without an answer of a service. */
function credentialProblems(
  { inputs, context: { withoutSecrets } }: DoctorOptions,
  attempts: readonly Attempt[],
  policy: Policy | undefined,
): DiagnosedProblem[] {
  const credentials = credentialsOf(inputs);
  const halves = halfCredentials(inputs, withoutSecrets);
  if (Object.keys(credentials).length === 0 && halves.length === 0)
    return [noCredentials(`There are no credentials${whyNone(withoutSecrets)}, so nobody was asked.`)];
  const given = givenCredentials(inputs);
  const missing = (policy?.sources.required ?? []).filter((name) => !given.includes(name));
  // Where asking has told which of the two it is, there is nothing to add.
  const isTold = attempts.some(
    ({ ended }) => ended instanceof CheckError && ended.problems.some(({ code }) => code === 'token-kind'),
  );
  return [
    ...(isTold ? [] : sameValue(credentials)),
    ...halves.map((problem) => ({ ...problem, source: 'stackone' as const })),
    ...missing.map((name) => ({ ...requiredBy(name, withoutSecrets), source: name })),
  ];
}

function failuresOf({ source, ended }: Attempt): DiagnosedProblem[] {
  if (!(ended instanceof CheckError)) return [];
  return ended.problems.map((problem) => ({
    ...problem,
    message: withoutIds(problem.message),
    source: source.name,
  }));
}

/** A message about records that do not fit together may hold the id of one. */
function withoutIds(message: string): string {
  return message.replace(/\b[0-9a-f]{24}\b/gi, '…');
}

/** What several sources say alike, such as that the time is over, is said once and of none of them. */
function together(problems: readonly DiagnosedProblem[]): DiagnosedProblem[] {
  const alike = Map.groupBy(problems, ({ message, location }) => JSON.stringify([message, location]));
  return [...alike.values()].map(([first, ...others]) => {
    const { source, ...problem } = first!;
    const isOfOne = source !== undefined && others.every((other) => other.source === source);
    return isOfOne ? { ...problem, source } : problem;
  });
}
