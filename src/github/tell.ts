import { relative, resolve } from 'node:path';
import type { RunContext } from '../github-context.ts';
import type { Inputs } from '../inputs.ts';
import type { Report } from '../model/report.ts';
import { Author } from './author.ts';
import { type Client, createClient, type RequestTime } from './client.ts';
import { type CommentOutcome, writeComment } from './comment.ts';
import { explainFailure, TimeIsUp, type Undertaking } from './failure.ts';
import { type IssueOutcome, keepIssue, noteIn } from './issue.ts';
import { keyOf, turnOf } from './marker.ts';
import type { Place } from './place.ts';

/** A run that is over, and what GitHub is to be told of it. */
export interface Telling {
  readonly report: Report;
  readonly inputs: Pick<
    Inputs,
    'policy' | 'comment' | 'issue' | 'issueLabel' | 'issueAssignees' | 'timeoutMs'
  >;
  readonly context: RunContext;
  readonly workspace: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isAct: boolean;
  readonly token: string | undefined;
  readonly cancelled: AbortSignal;
}

/** Something to print: a line about what was done or is not to be done, or a warning about what went wrong. */
export interface Told {
  readonly kind: 'line' | 'warning';
  readonly text: string;
}

/** A run that is over waits no longer for GitHub than this, and no longer than it may last as a whole. */
const LIMIT_MS = 30_000;

/** Writes what was asked for. It never throws, and the verdict is none of its business. */
export async function tellGithub(telling: Telling): Promise<Told[]> {
  const { comment, issue } = telling.inputs;
  const tasks = [
    ...(comment === 'never' ? [] : [commentTask(telling, comment)]),
    ...(issue === 'never' ? [] : [issueTask(telling)]),
  ];
  const deadline = performance.now() + Math.min(LIMIT_MS, telling.inputs.timeoutMs);
  const told: Told[] = [];
  for (const task of tasks) {
    told.push(...(await perform(task, telling, deadline)));
  }
  return told;
}

/** One thing to do at GitHub, with words of its own for when it cannot be done. */
interface Step {
  readonly undertaking: Undertaking;
  readonly work: (place: Place) => Promise<Done>;
}

interface Done {
  readonly told: readonly Told[];
  /** What comes after it. Whatever becomes of that, this is done. */
  readonly next?: Step | undefined;
}

interface Task extends Step {
  /** "No comment", before the reason why there is none. */
  readonly none: string;
  /** Why there is nothing to do. */
  readonly why?: string | undefined;
  /** What is wrong with what was asked for, where there would be something to do. */
  readonly mistake?: string | undefined;
}

async function perform(task: Task, telling: Telling, deadline: number): Promise<readonly Told[]> {
  const { report, context, isAct, token, cancelled } = telling;
  const { repository } = context.run;
  // Nothing was decided then, so there is nothing to tell.
  if (cancelled.aborted || report.problems.some(({ code }) => code === 'cancelled')) return [];
  if (isAct) return line(`${task.none}: act writes nothing to GitHub.`);
  if (task.why !== undefined) return line(`${task.none}: ${task.why}.`);
  if (task.mistake !== undefined)
    return [warning(`${task.none}: ${task.mistake}. The verdict is not affected.`)];
  if (token === undefined) return line(`${task.none}: there is no "github-token".`);
  const [owner, repo] = repository?.split('/') ?? [];
  if (!owner || !repo) return line(`${task.none}: the environment names no repository.`);
  const told: Told[] = [];
  let step: Step | undefined = task;
  while (step) {
    const { undertaking, work }: Step = step;
    try {
      const done: Done = await inTime(deadline, cancelled, (time) =>
        work(placeOf(createClient(token, time), { owner, repo }, telling)),
      );
      told.push(...done.told);
      step = done.next;
    } catch (error) {
      if (cancelled.aborted) return [...told, ...line(`${undertaking.what}: the run was cancelled.`)];
      return [...told, warning(explainFailure(error, undertaking))];
    }
  }
  return told;
}

function placeOf(client: Client, repository: Place['repository'], telling: Telling): Place {
  const { env, report } = telling;
  return {
    client,
    author: new Author(client),
    repository,
    key: keyOf(policyPath(telling)),
    turn: turnOf(env, report.startedAt),
  };
}

function line(text: string): Told[] {
  return [{ kind: 'line', text }];
}

function warning(text: string): Told {
  return { kind: 'warning', text };
}

/** The same for every spelling of a path. */
function policyPath({ inputs, workspace }: Telling): string {
  return relative(workspace, resolve(workspace, inputs.policy)).replaceAll('\\', '/');
}

/** Waits for the work until the deadline, and not for what it then leaves behind. */
async function inTime<T>(
  deadline: number,
  cancelled: AbortSignal,
  work: (time: RequestTime) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(new TimeIsUp()), deadline - performance.now());
  const cancel = (): void => stop.abort(cancelled.reason);
  cancelled.addEventListener('abort', cancel, { once: true });
  try {
    return await new Promise<T>((resolve, reject) => {
      stop.signal.addEventListener('abort', () => reject(stop.signal.reason), { once: true });
      work({ signal: stop.signal, deadline }).then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    cancelled.removeEventListener('abort', cancel);
  }
}

const COMMENT_LINES = {
  created: 'Commented on the pull request.',
  updated: 'Updated the comment on the pull request.',
  'not-needed': 'No comment on the pull request: there is no drift, and was none.',
  'newer-there': 'Left the comment on the pull request as it is: a later run has written it.',
} as const satisfies Record<CommentOutcome, string>;

function commentTask({ report, context }: Telling, mode: 'on-drift' | 'always'): Task {
  const number = context.pullRequest?.number;
  return {
    none: 'No comment on a pull request',
    why: number === undefined ? 'this run is not for one' : undefined,
    undertaking: {
      what: 'The comment on the pull request could not be written',
      permission: 'pull-requests: write',
      reason: lessPower(context),
    },
    async work(place) {
      const isWanted = mode === 'always' || report.result !== 'in-sync';
      return { told: line(COMMENT_LINES[await writeComment(report, { number: number!, isWanted }, place)]) };
    },
  };
}

const ISSUE_LINES = {
  opened: 'Opened issue #',
  updated: 'Updated issue #',
  reopened: 'Opened again issue #',
  closed: 'Closed issue #',
  noted: 'Said that nothing could be checked in issue #',
  'noted-before': 'The same problems stand already in issue #',
  'newer-there': 'Left as it is, since a later run has written it: issue #',
} as const satisfies Record<Exclude<IssueOutcome, 'not-needed'>, string>;

function issueTask({ report, inputs, context }: Telling): Task {
  const { issueLabel: label, issueAssignees } = inputs;
  return {
    none: 'No issue',
    why: whyNoIssue(context),
    mistake: mistakeIn(label),
    undertaking: {
      what: 'The issue about the drift could not be kept up to date',
      permission: ISSUES,
    },
    async work(place) {
      const assignees = issueAssignees.map((login) => login.replace(/^@/, ''));
      const { outcome, number, notAssigned, note } = await keepIssue(report, { label, assignees }, place);
      const told = [...line(issueLine(outcome, number, report)), ...notAssigned.map(cannotHave)];
      return { told, next: note === undefined ? undefined : noteStep(number, note) };
    },
  };
}

const ISSUES = 'issues: write';

function noteStep(number: number, note: string): Step {
  return {
    undertaking: { what: `The note in issue #${number} could not be written`, permission: ISSUES },
    async work(place) {
      await noteIn(number, note, place);
      return { told: [] };
    },
  };
}

function issueLine(outcome: IssueOutcome, number: number, { result }: Report): string {
  if (outcome !== 'not-needed') return `${ISSUE_LINES[outcome]}${number}.`;
  return result === 'in-sync'
    ? 'No issue: there is no drift, and none is open.'
    : 'No issue: whether there is drift is not known, and none is open.';
}

function cannotHave(login: string): Told {
  return warning(
    `The issue is not assigned to "${login}": GitHub knows nobody of that name who can have an issue of this repository. Correct "issue-assignees".`,
  );
}

/** A policy that is still being reviewed, or that only a branch has, says nothing about whether there is drift. */
function whyNoIssue({ run, pullRequest, defaultBranch }: RunContext): string | undefined {
  if (pullRequest !== undefined || run.event?.startsWith('pull_request') || run.event === 'merge_group')
    return '"issue" is for runs outside of pull requests';
  if (defaultBranch !== undefined && run.ref !== undefined && run.ref !== `refs/heads/${defaultBranch}`)
    return '"issue" is for runs of the default branch';
  return undefined;
}

/** GitHub makes no longer labels. */
const LABEL_CHARACTERS = 50;

function mistakeIn(label: string): string | undefined {
  // The API takes a comma for the end of a label, and would never find the issue again.
  if (label.includes(','))
    return 'a label with a comma cannot be searched for, so choose another "issue-label"';
  return Array.from(label).length > LABEL_CHARACTERS
    ? `a label has at most ${LABEL_CHARACTERS} characters, so choose another "issue-label"`
    : undefined;
}

/** Dependabot's token, and that of `pull_request_target`, can do what the job asks for; a fork's can only read. */
function lessPower({ withoutSecrets, run }: RunContext): string | undefined {
  return withoutSecrets === 'fork' && run.event !== 'pull_request_target'
    ? 'which GitHub does not give to a pull request of a fork'
    : undefined;
}
