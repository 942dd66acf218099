import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { believedPopulation } from '../believed-population.ts';
import { type RunTime, wasCancelled, withinTime } from '../deadline.ts';
import { CheckError, failure } from '../errors.ts';
import { accessOf } from '../evaluate/access.ts';
import { detect, inWords, obstacles, optionsOf } from '../evaluate/evaluate.ts';
import type { Evaluation } from '../evaluate/evaluation.ts';
import type { Population } from '../evaluate/population.ts';
import { dueOn, groupsUnderReview, reviewOwner, reviewsOf } from '../evaluate/reviews.ts';
import { unreportedReason } from '../evaluate/selectors.ts';
import type { RunContext } from '../github-context.ts';
import type { Inputs } from '../inputs.ts';
import type { Holding } from '../model/access.ts';
import { compare } from '../model/compare.ts';
import type { Problem } from '../model/problem.ts';
import type { ReportedGroup } from '../model/report.ts';
import type { Group, Person } from '../model/snapshot.ts';
import { dayOf, isOver } from '../policy/dates.ts';
import { glob } from '../policy/glob.ts';
import { type PolicyLocation, readPolicy } from '../policy/read.ts';
import type { Policy, ReviewRecord } from '../policy/types.ts';
import { PolicyFile } from '../policy-file.ts';
import { reviewIncomplete } from '../rules/review-incomplete.ts';
import { openScopes } from '../rules/review-rule.ts';
import type { RunDeps } from '../run.ts';
import { sha256 } from '../sha256.ts';
import { recordsDirectory } from './directory.ts';
import { type DraftEntry, recordText } from './draft.ts';
import { digestOf } from './read.ts';
import { fileNames, slugOf, withId } from './slug.ts';

export interface StartOptions {
  readonly inputs: Inputs;
  readonly context: RunContext;
  readonly workspace: string;
  readonly commandLine: boolean;
  /** Found before: whether the policy may be followed by a run with secrets. */
  readonly problems: readonly Problem[];
}

/** What `review start` did; nothing of anybody's data. Its JSON output has this shape. */
export interface Start {
  readonly result: 'started' | 'unchanged' | 'could-not-check';
  /** The day on which the rounds begin, and the last one for decisions; missing when nobody was read, as the lists below. */
  readonly startedOn?: string;
  readonly dueOn?: string;
  readonly records: readonly StartedRecord[];
  /** Groups of which no round was begun. */
  readonly left: readonly { readonly group: ReportedGroup; readonly why: string }[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

export interface StartedRecord {
  readonly path: string;
  readonly sha256: string;
  readonly group: ReportedGroup;
  readonly entitlements: number;
}

/** The exit code of each result. */
export const START_EXIT_CODES = { started: 0, unchanged: 0, 'could-not-check': 2 } as const satisfies Record<
  Start['result'],
  number
>;

/**
 * Begins a round of review: one file for each group, with everybody who is in it now. Population and policy are read as
 * for a check, and nothing is written when anything is in doubt. Throws only for a mistake of this program itself.
 */
export async function startReview(options: StartOptions, deps: RunDeps): Promise<Start> {
  try {
    if (options.problems.length > 0) throw new CheckError(options.problems);
    return await withinTime(options.inputs.timeoutMs, deps.cancelled, (time) => start(options, deps, time));
  } catch (error) {
    if (!(error instanceof CheckError)) throw error;
    return { result: 'could-not-check', records: [], left: [], problems: error.problems, warnings: [] };
  }
}

async function start(options: StartOptions, deps: RunDeps, time: RunTime): Promise<Start> {
  const { inputs, workspace, commandLine } = options;
  const location = { path: inputs.policy, workspace, allowOutside: commandLine };
  const policy = await policyWithReview(location);
  const { population, warnings } = await believedPopulation(policy, options, deps, time);
  const asOf = inputs.asOf ?? Date.now();
  const plan = planOf(policy, population, asOf, options.inputs);
  if (deps.cancelled.aborted) throw wasCancelled(deps.cancelled.reason);
  const records = write(plan.drafts, location, policy, inputs.force);
  return {
    result: records.length > 0 ? 'started' : 'unchanged',
    startedOn: plan.day,
    dueOn: plan.due,
    records,
    left: plan.left,
    problems: [],
    warnings: [...warnings, ...notToday(plan.day, records.length), ...privacy(options, records.length)],
  };
}

async function policyWithReview(location: PolicyLocation): Promise<Policy> {
  const { policy, problems } = await readPolicy(location);
  if (!policy) throw new CheckError(problems);
  if (policy.review) return policy;
  throw failure(
    'input-invalid',
    `${location.path} asks for no reviews.`,
    'Write into it how often, and where decisions are kept: review: { cadence: 90d, records: access/reviews }.',
  );
}

// ---- what is to be written

interface Draft {
  readonly group: Group;
  readonly text: string;
  readonly day: string;
  /** Without its ending. */
  readonly name: string;
  /** The record of this group and day that it replaces. */
  readonly replaces: ReviewRecord | undefined;
  readonly entitlements: number;
}

interface Plan {
  readonly day: string;
  readonly due: string;
  readonly drafts: readonly Draft[];
  readonly left: Start['left'];
}

function planOf(policy: Policy, population: Population, asOf: number, inputs: Inputs): Plan {
  // The record names people, which is its purpose.
  const detection = detect({ policy, population, asOf, personalData: 'show' }, { sha256 });
  const { evaluation } = detection;
  const groups = chosen(evaluation, inputs.groups);
  const day = dayOf(asOf);
  const { within = 0 } = optionsOf(reviewIncomplete, policy);
  const due = dueOn({ started: day }, within);
  const outcomes = groups.map((group) => ({
    group,
    why: leftAlone(group, day, within, evaluation, inputs.force),
  }));
  const begun = outcomes.flatMap(({ group, why }) => (why === undefined ? [group] : []));
  const holdings = holdingsOf(begun, () => accessOf(evaluation, inWords(detection).findings).holdings());
  const names = fileNames(population.groups, sha256);
  const drafts = begun.map((group): Draft => {
    const entries = population
      .members(group.id)
      .map((person) => entryOf(person, holdings.get(group.id)?.get(person.id)))
      .sort((a, b) => compare(a.userName, b.userName) || compare(a.id, b.id));
    const content = { groupId: group.id, started: day, people: entries.map(({ id }) => id) };
    const owner = reviewOwner(group.id, evaluation);
    return {
      group,
      day,
      name: names.get(group.id)!,
      text: recordText({ group, started: day, due, owner, sha256: digestOf(content), entries }),
      replaces: recordOf(group, day, policy),
      entitlements: entries.length,
    };
  });
  const left = outcomes.flatMap(({ group: { id, name }, why }) =>
    why === undefined ? [] : [{ group: { id, name }, why }],
  );
  return { day, due, drafts, left };
}

/** @throws CheckError when it is not clear which groups are meant, or who is in them */
function chosen(evaluation: Evaluation, pattern: string | undefined): readonly Group[] {
  const { policy, population } = evaluation;
  const problems = [...obstacles(evaluation), ...unclear(evaluation)];
  if (problems.length > 0) throw new CheckError(problems);
  const matches = pattern === undefined ? () => true : glob(pattern);
  const { groups } = groupsUnderReview(policy.review!, evaluation);
  const wanted = groups.filter(({ name }) => matches(name));
  if (wanted.length === 0 && pattern !== undefined)
    throw failure(
      'input-invalid',
      `No group under review is named like "${pattern}".`,
      'Write the name as it is in Leapsome; upper and lower case differ, and * stands for any text.',
    );
  return wanted
    .filter(({ id }) => population.members(id).length > 0)
    .sort((a, b) => compare(a.name, b.name) || compare(a.id, b.id));
}

function unclear(evaluation: Evaluation): Problem[] {
  const { population, policy } = evaluation;
  if (!population.snapshot.facts.has('membership'))
    return [
      {
        code: 'not-evaluated',
        message: `A review cannot begin: ${unreportedReason('membership', 'who is in which group', population)}.`,
        hint: 'Give the source that would tell.',
      },
    ];
  return openScopes(evaluation).map(({ reason, entry }) => ({
    code: 'not-evaluated',
    message: `A review cannot begin: ${reason}.`,
    hint: policy.review?.groups
      ? 'Correct the name under "groups" of "review", or write the id of the group.'
      : 'Give the source that would tell, or name the groups under review with "groups" of "review".',
    location: policy.locate(entry!.place),
  }));
}

/** Why no round of a group begins now; undefined when one does. */
function leftAlone(
  group: Group,
  day: string,
  within: number,
  evaluation: Evaluation,
  force: boolean,
): string | undefined {
  if (force) return undefined;
  const today = recordOf(group, day, evaluation.policy);
  if (today) return `its round of ${day} is there already, in ${today.file}`;
  const newest = reviewsOf(evaluation)!.groups.find(({ group: { id } }) => id === group.id)?.rounds[0];
  if (!newest || newest.isComplete || !newest.record.intact) return undefined;
  const due = dueOn(newest.record, within);
  if (isOver(due, evaluation.asOf)) return undefined;
  return `its round of ${newest.record.started} is under way until ${due}, in ${newest.record.file}`;
}

function recordOf({ id }: Group, day: string, { review }: Policy): ReviewRecord | undefined {
  return review!.rounds!.find(({ group, started }) => group.id === id && started === day);
}

type ByPerson = ReadonlyMap<string, Holding>;

/** What the policy says of the people of some groups, by the ids of both. */
function holdingsOf(groups: readonly Group[], all: () => Iterable<Holding>): ReadonlyMap<string, ByPerson> {
  const held = new Map(groups.map(({ id }) => [id, new Map<string, Holding>()]));
  if (groups.length === 0) return held;
  for (const holding of all())
    if (holding.entitlement.type === 'group')
      held.get(holding.entitlement.id)?.set(holding.person.id, holding);
  return held;
}

function entryOf({ id, userName, active, pending }: Person, holding: Holding | undefined): DraftEntry {
  return {
    id,
    userName,
    ...(active ? {} : { state: pending ?? 'deactivated' }),
    expectation: holding?.expectation ?? 'not-governed',
    ...(holding?.location ? { location: holding.location } : {}),
  };
}

// ---- the files

const RECORD = {
  noun: 'record',
  wayOut: 'Free the place, or name another directory with "records" under "review" in the policy.',
};

/** All files or none. */
function write(
  drafts: readonly Draft[],
  location: PolicyLocation,
  policy: Policy,
  force: boolean,
): readonly StartedRecord[] {
  if (drafts.length === 0) return [];
  const { path: directory, shown, root } = recordsDirectory(location, policy.review!.records.path);
  const taken = new Map(policy.review!.rounds!.map(({ file, group }) => [file.toLowerCase(), group.id]));
  const files = drafts.map((draft) => {
    const { group, text, entitlements, replaces } = draft;
    const below = replaces ? replaces.file.slice(shown.length + 1) : placeOf(draft, shown, taken);
    const path = join(directory, below);
    const target = { path, workspace: root, allowOutside: true, overwrite: force || replaces !== undefined };
    return {
      group,
      text,
      entitlements,
      shown: `${shown}/${below}`,
      file: PolicyFile.at({ ...target, what: RECORD }),
    };
  });
  const before = new Map(
    files.map(({ file: { path } }) => [path, existsSync(path) ? readFileSync(path) : undefined]),
  );
  const written: string[] = [];
  try {
    return files.map(({ group: { id, name }, text, entitlements, shown: path, file }) => {
      const { sha256: digest } = file.write(text);
      written.push(file.path);
      return { path, sha256: digest, group: { id, name }, entitlements };
    });
  } catch (error) {
    for (const path of written) {
      const bytes = before.get(path);
      if (bytes) writeFileSync(path, bytes);
      else rmSync(path, { force: true });
    }
    throw error;
  }
}

/** A name that no record of another group has on that day. */
function placeOf({ group, name, day }: Draft, shown: string, taken: ReadonlyMap<string, string>): string {
  const isTaken = taken.has(`${shown}/${day}/${name}.yml`.toLowerCase());
  return `${day}/${isTaken ? withId(slugOf(group.name), group.id, sha256) : name}.yml`;
}

/** A record says on which day somebody looked who is in the group, and that is today whatever `as-of` says. */
function notToday(day: string, records: number): string[] {
  const today = dayOf(Date.now());
  if (records === 0 || day === today) return [];
  return [
    `The records say that the round began on ${day}, and hold who is in the groups on ${today}. Leave out "as-of" (--as-of) for a round of today.`,
  ];
}

/** Records name people by their addresses, which is their purpose, and not for everybody. */
function privacy({ commandLine, context }: StartOptions, records: number): string[] {
  if (records === 0 || commandLine || context.knownPrivate) return [];
  return [
    'Records name people by their addresses, and it is not known that this repository is private. Look before you push.',
  ];
}
