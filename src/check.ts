import type { BasePolicy } from './base-policy.ts';
import { credentialProblems } from './credentials.ts';
import type { Detection, Evaluated } from './evaluate/evaluate.ts';
import type { EvaluationOptions } from './evaluate/evaluation.ts';
import type { Population } from './evaluate/population.ts';
import type { RunContext } from './github-context.ts';
import type { RepositoryTools } from './github-repository.ts';
import type { HttpDeps } from './http/types.ts';
import type { Inputs } from './inputs.ts';
import type { Material } from './model/material.ts';
import type { Problem } from './model/problem.ts';
import type { Report } from './model/report.ts';
import type { Snapshot, SourceEvidence } from './model/snapshot.ts';
import type { PolicyReading } from './policy/read.ts';
import type { Policy } from './policy/types.ts';
import type { Previewed } from './preview.ts';
import { type Previous, unusable } from './previous-report.ts';
import { sha256 } from './sha256.ts';
import type { Progress } from './sources/types.ts';
import { NAME, VERSION } from './version.ts';

export { shownPath } from './paths.ts';

export interface CheckDeps {
  readonly http: HttpDeps;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly onProgress: (progress: Progress) => void;
  /** Called with each secret that comes up during the run, before anything else happens with it. */
  readonly onSecret: (secret: string) => void;
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
  /** In a pull request: reads the policy of its base, given the files of the policy of its head. */
  readonly readBase?: ReadBase | undefined;
}

export type ReadBase = (head: Policy['files'], tools: RepositoryTools) => Promise<BasePolicy>;

/** What a check came to, and who has what by the same reading. */
export interface Checked {
  readonly report: Report;
  readonly access: Material['access'];
  /** `snapshot.json` in chunks, anew by each call; undefined when nobody was read. */
  readonly snapshot: (() => Iterable<string>) | undefined;
}

interface Judged extends Partial<Evaluated> {
  readonly access?: Material['access'];
  readonly snapshot?: Checked['snapshot'];
  readonly previous?: Previous | undefined;
  readonly since?: Report['since'];
  readonly roster?: Report['roster'];
  readonly preview?: Report['preview'];
  readonly population?: NonNullable<Report['population']>;
  readonly sources: readonly SourceEvidence[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/** The main job: policy and population in, report out. Throws only for a mistake of this program itself. */
export async function check(options: CheckOptions, deps: CheckDeps): Promise<Checked> {
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
  return {
    report: await report({
      options,
      reading,
      judged: { ...judged, problems: [...problems, ...judged.problems] },
      startedAt,
      asOf,
      finishedAt: deps.now(),
    }),
    access: judged.access,
    snapshot: judged.snapshot,
  };
}

function untrustedFile(reading: PolicyReading, { untrusted, problems }: CheckOptions): Problem[] {
  // Said once, for whichever file is the first.
  if (!untrusted || problems.length > 0) return [];
  const { files, records = [] } = reading;
  return [...files, ...records].flatMap(({ path }) => untrusted(path) ?? []).slice(0, 1);
}

/** Personal data is shown when asked for, or when the repository is known to be closed. */
export function personalData(options: Pick<CheckOptions, 'inputs' | 'context'>): 'show' | 'mask' {
  const { personalData: wish } = options.inputs;
  if (wish !== 'auto') return wish;
  return options.context.knownPrivate ? 'show' : 'mask';
}

async function judge(policy: Policy, asOf: number, options: CheckOptions, deps: CheckDeps): Promise<Judged> {
  const { inputs, context, previous } = options;
  const wrong = credentialProblems(inputs, policy.sources.required, context);
  if (wrong.length > 0) return { sources: [], problems: wrong, warnings: [] };
  const done = new AbortController();
  try {
    const { readPopulation } = await import('./read-population.ts');
    const reading = readPopulation(policy, inputs, deps);
    // While the population is on its way, so that it costs no time of its own.
    const signal = AbortSignal.any([deps.signal, done.signal]);
    const base = options.readBase?.(policy.files, { http: deps.http, signal, deadline: deps.deadline });
    const { snapshot, sources, problems, warnings } = await reading;
    if (!snapshot) return { sources, problems, warnings };
    return await compare(
      policy,
      snapshot,
      { asOf, previous, personalData: personalData(options), base, inputs },
      { sources, warnings },
    );
  } finally {
    done.abort();
  }
}

interface View {
  readonly asOf: number;
  readonly previous: Previous | undefined;
  readonly personalData: 'show' | 'mask';
  readonly base: Promise<BasePolicy> | undefined;
  readonly inputs: Inputs;
}

async function compare(
  policy: Policy,
  snapshot: Snapshot,
  view: View,
  read: { sources: readonly SourceEvidence[]; warnings: readonly string[] },
): Promise<Judged> {
  const { detect, implausible, inWords } = await import(/* webpackMode: "eager" */ './evaluate/evaluate.ts');
  const { Population } = await import(/* webpackMode: "eager" */ './evaluate/population.ts');
  const population = new Population(snapshot);
  const previous = ofThisTenant(view.previous, population);
  const warnings = [...read.warnings, ...(previous && 'warning' in previous ? [previous.warning] : [])];
  const { snapshotChunks } = await import(/* webpackMode: "eager" */ './evidence/snapshot.ts');
  const judged = {
    sources: read.sources,
    population: countsOf(population),
    snapshot: () => snapshotChunks(snapshot, view.personalData),
    previous,
    warnings,
  };
  const doubt =
    unusableSafetyCheck(policy, previous) ??
    implausible(population, policy, previous && 'activeUsers' in previous ? previous : undefined);
  if (doubt) return { ...judged, problems: [doubt] };
  const options = { policy, population, asOf: view.asOf, personalData: view.personalData };
  const head = detect(options, { sha256 });
  const evaluated = inWords(head);
  const { findings, preview, warnings: aboutBase } = await previewed(options, head, evaluated, view);
  const aged = await history(options, { ...evaluated, findings }, previous, view);
  const { accessOf } = await import(/* webpackMode: "eager" */ './evaluate/access.ts');
  return {
    ...judged,
    ...evaluated,
    ...aged,
    access: () => accessOf(head.evaluation, aged.findings),
    ...(preview ? { preview } : {}),
    warnings: [...aboutBase, ...warnings, ...evaluated.warnings],
  };
}

async function previewed(
  evaluation: EvaluationOptions,
  head: Detection,
  { findings, problems }: Evaluated,
  { base, inputs }: View,
): Promise<Previewed> {
  // Beside a problem no finding is to be trusted, and none that is missing is resolved.
  if (!base || problems.length > 0) return { findings, warnings: [] };
  const { withPreview } = await import(/* webpackMode: "eager" */ './preview.ts');
  return withPreview({ evaluation, head, findings, inputs }, await base, { sha256 });
}

function countsOf(population: Population): NonNullable<Report['population']> {
  const pending = population.people.filter((person) => person.pending !== undefined).length;
  return {
    users: population.people.length,
    activeUsers: population.active.length,
    ...(pending > 0 ? { pendingUsers: pending } : {}),
    groups: population.groups.length,
    memberships: population.memberships,
  };
}

/** Since when each finding is there, what else has changed since the last run, and what the next one will compare with. */
async function history(
  options: EvaluationOptions,
  { findings, problems }: Evaluated,
  previous: Previous | undefined,
  { asOf, personalData }: View,
): Promise<Pick<Judged, 'since' | 'roster'> & Pick<Evaluated, 'findings'>> {
  const { rosterOf } = await import(/* webpackMode: "eager" */ './history/roster.ts');
  const { policyKey, since, withAges } = await import(/* webpackMode: "eager" */ './history/since.ts');
  const { Evaluation } = await import(/* webpackMode: "eager" */ './evaluate/evaluation.ts');
  const { population } = options;
  const { snapshot, people, groups } = population;
  const roster = rosterOf(people, groups);
  const earlier = previous && 'earlier' in previous ? previous.earlier : undefined;
  const aged = withAges(findings, earlier, iso(asOf).slice(0, 10));
  // Beside a problem no finding is to be trusted, and none that is missing is gone.
  if (!earlier?.isWhole || problems.length > 0) return { findings: aged, roster };
  const evaluation = new Evaluation(options);
  const changed = since(earlier, {
    personalData,
    policy: policyKey(options.policy.files),
    roster,
    sources: snapshot.sources.join(' '),
    findings: aged,
    reported(id) {
      const person = population.person(id);
      return person && evaluation.reported(person);
    },
    nameOfGroup: (id) => population.group(id)?.name ?? earlier.groups.get(id) ?? '',
  });
  return { findings: aged, since: changed, roster };
}

/** A report of another tenant measures nothing here: neither a change nor a limit on it. */
function ofThisTenant(previous: Previous | undefined, population: Population): Previous | undefined {
  if (!previous || !('earlier' in previous) || !previous.earlier || population.people.length === 0)
    return previous;
  const { roster } = previous.earlier;
  if (roster === undefined || roster.size === 0) return previous;
  for (const id of roster.keys()) if (population.person(id)) return previous;
  return unusable(previous.shown, 'is of another tenant: not one of its accounts is here');
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
  const previous = judged.previous ?? options.previous;
  const counts = { error: 0, warning: 0, notice: 0, excepted: 0 };
  for (const finding of findings) counts[finding.status === 'excepted' ? 'excepted' : finding.severity]++;
  const open = findings.filter((finding) => finding.status === 'open');
  const { failOn, failOnExisting } = options.inputs;
  return {
    schemaVersion: 1,
    tool: { name: NAME, version: VERSION },
    result: verdict(open, judged.problems, failOn, failOnExisting),
    asOf: iso(times.asOf),
    startedAt: iso(times.startedAt),
    finishedAt: iso(times.finishedAt),
    run: options.context.run,
    policy: { sha256: reading.sha256, files: reading.files },
    sources: judged.sources,
    population: judged.population ?? null,
    ...(previous && 'activeUsers' in previous ? { baseline: { activeUsers: previous.activeUsers } } : {}),
    ...(judged.since ? { since: judged.since } : {}),
    ...(judged.preview ? { preview: judged.preview } : {}),
    personalData: personalData(options),
    failOn,
    rules: judged.rules ?? [],
    counts,
    findings,
    exceptions: judged.exceptions ?? [],
    ...(judged.reviews ? { reviews: judged.reviews } : {}),
    problems: judged.problems,
    warnings: judged.warnings,
    ...(judged.roster ? { roster: judged.roster } : {}),
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
