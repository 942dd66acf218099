import { createHash } from 'node:crypto';
import { relative, sep } from 'node:path';
import type { Evaluated } from './evaluate/evaluate.ts';
import type { RunContext } from './github-context.ts';
import type { HttpDeps } from './http/types.ts';
import type { Inputs } from './inputs.ts';
import type { Problem } from './model/problem.ts';
import type { Report } from './model/report.ts';
import type { Snapshot, SourceEvidence } from './model/snapshot.ts';
import type { PolicyReading } from './policy/read.ts';
import type { Policy } from './policy/types.ts';
import type { Previous } from './previous-report.ts';
import type { Progress } from './sources/types.ts';
import { NAME, VERSION } from './version.ts';

export interface CheckDeps {
  readonly http: HttpDeps;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly onProgress: (progress: Progress) => void;
  /** Aborts with a CheckError when the run is cancelled or out of time. */
  readonly signal: AbortSignal;
  /** When the run must have ended, on the monotonic clock of `http`. */
  readonly deadline: number;
}

export interface CheckOptions {
  readonly inputs: Inputs;
  readonly context: RunContext;
  readonly workspace: string;
  readonly commandLine: boolean;
  /** Found before the check itself: inputs, trust. */
  readonly problems: readonly Problem[];
  /** Why a file of the policy, included ones too, must not be followed by a run with secrets; undefined when it may. */
  readonly untrusted?: (path: string) => Problem | undefined;
  /** What an earlier run counted, when there is a report of one. */
  readonly previous?: Previous | undefined;
}

interface Judged extends Partial<Evaluated> {
  readonly population?: NonNullable<Report['population']>;
  readonly sources: readonly SourceEvidence[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/** The main job: policy and population in, report out. Throws only for a mistake of this program itself. */
export async function check(options: CheckOptions, deps: CheckDeps): Promise<Report> {
  const startedAt = deps.now();
  const { inputs, workspace } = options;
  const { readPolicy } = await import(/* webpackMode: "eager" */ './policy/read.ts');
  const reading = await readPolicy({ path: inputs.policy, workspace, allowOutside: options.commandLine });
  const problems = [...options.problems, ...reading.problems, ...untrustedFile(reading, options)];
  const asOf = inputs.asOf ?? startedAt;
  const judged =
    reading.policy && problems.length === 0
      ? await judge(reading.policy, asOf, options, deps)
      : { sources: [], problems: [], warnings: [] };
  return report({
    options,
    reading,
    judged: { ...judged, problems: [...problems, ...judged.problems] },
    startedAt,
    asOf,
    finishedAt: deps.now(),
  });
}

function untrustedFile(reading: PolicyReading, { untrusted, problems }: CheckOptions): Problem[] {
  // Said once, for whichever file is the first.
  if (!untrusted || problems.length > 0) return [];
  return reading.files.flatMap(({ path }) => untrusted(path) ?? []).slice(0, 1);
}

/** Personal data is shown when asked for, or when the repository is known to be closed. */
export function personalData(options: Pick<CheckOptions, 'inputs' | 'context'>): 'show' | 'mask' {
  const { personalData: wish } = options.inputs;
  if (wish !== 'auto') return wish;
  return options.context.knownPrivate ? 'show' : 'mask';
}

async function judge(policy: Policy, asOf: number, options: CheckOptions, deps: CheckDeps): Promise<Judged> {
  const { inputs, context, previous } = options;
  if (inputs.scim.token === undefined) {
    return { sources: [], problems: [noCredentials(context)], warnings: [] };
  }
  const { readPopulation } = await import('./read-population.ts');
  const { snapshot, sources, problems, warnings } = await readPopulation(policy, inputs, deps);
  if (!snapshot) return { sources, problems, warnings };
  return compare(
    policy,
    snapshot,
    { asOf, previous, personalData: personalData(options) },
    { sources, warnings },
  );
}

async function compare(
  policy: Policy,
  snapshot: Snapshot,
  view: { asOf: number; previous: Previous | undefined; personalData: 'show' | 'mask' },
  read: { sources: readonly SourceEvidence[]; warnings: readonly string[] },
): Promise<Judged> {
  const { evaluate, implausible } = await import(/* webpackMode: "eager" */ './evaluate/evaluate.ts');
  const { Population } = await import(/* webpackMode: "eager" */ './evaluate/population.ts');
  const population = new Population(snapshot);
  const counts = {
    users: population.people.length,
    activeUsers: population.active.length,
    groups: population.groups.length,
    memberships: population.memberships,
  };
  const { previous } = view;
  const warnings = [...read.warnings, ...(previous && 'warning' in previous ? [previous.warning] : [])];
  const doubt =
    unusableSafetyCheck(policy, previous) ??
    implausible(population, policy, previous && 'activeUsers' in previous ? previous : undefined);
  if (doubt) return { sources: read.sources, population: counts, problems: [doubt], warnings };
  const evaluated = evaluate(
    { policy, population, asOf: view.asOf, personalData: view.personalData },
    { sha256 },
  );
  return {
    ...evaluated,
    sources: read.sources,
    population: counts,
    warnings: [...warnings, ...evaluated.warnings],
  };
}

/** A limit that the policy sets against the previous report cannot be kept when that report is damaged. */
function unusableSafetyCheck(policy: Policy, previous: Previous | undefined): Problem | undefined {
  const asked = policy.population.maxDrop !== undefined || policy.population.maxGrowth !== undefined;
  if (!asked || !previous || !('unusable' in previous)) return undefined;
  return {
    code: 'implausible-population',
    message: `The policy limits how much the population may change, but there is nothing to compare with. ${previous.warning}`,
    hint: 'Give the report.json of an earlier run, or leave out "previous-report" for this one run.',
  };
}

function noCredentials(context: RunContext): Problem {
  const reason =
    context.withoutSecrets === 'dependabot'
      ? ' (runs of Dependabot get none of the Actions secrets)'
      : context.withoutSecrets === 'fork'
        ? ' (forks get none)'
        : '';
  return {
    code: 'no-credentials',
    message: `The policy is valid, but there are no credentials${reason}, so Leapsome was not asked.`,
    hint: 'Give "scim-token" (LEAPSOME_SCIM_TOKEN). Where there can be no secret, run "command: validate", and require the real check on the merge queue.',
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

interface Parts {
  readonly options: CheckOptions;
  readonly reading: PolicyReading;
  readonly judged: Judged;
  readonly startedAt: number;
  readonly asOf: number;
  readonly finishedAt: number;
}

async function report({ options, reading, judged, ...times }: Parts): Promise<Report> {
  const { verdict } = await import(/* webpackMode: "eager" */ './evaluate/verdict.ts');
  const findings = judged.findings ?? [];
  const { previous } = options;
  const counts = { error: 0, warning: 0, notice: 0, excepted: 0 };
  for (const finding of findings) counts[finding.status === 'excepted' ? 'excepted' : finding.severity]++;
  const open = findings.filter((finding) => finding.status === 'open');
  return {
    schemaVersion: 1,
    tool: { name: NAME, version: VERSION },
    result: verdict(open, judged.problems, options.inputs.failOn),
    asOf: iso(times.asOf),
    startedAt: iso(times.startedAt),
    finishedAt: iso(times.finishedAt),
    run: options.context.run,
    policy: { sha256: reading.sha256, files: reading.files },
    sources: judged.sources,
    population: judged.population ?? null,
    ...(previous && 'activeUsers' in previous ? { baseline: { activeUsers: previous.activeUsers } } : {}),
    personalData: personalData(options),
    failOn: options.inputs.failOn,
    rules: judged.rules ?? [],
    counts,
    findings,
    exceptions: judged.exceptions ?? [],
    problems: judged.problems,
    warnings: judged.warnings,
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

/** A path as people read it: below the workspace, with forward slashes, where that is possible. */
export function shownPath(workspace: string, path: string): string {
  const below = relative(workspace, path);
  return (below.startsWith('..') ? path : below).split(sep).join('/');
}
