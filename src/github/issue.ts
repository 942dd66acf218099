import { COMMENT_BYTES } from '../model/limits.ts';
import type { Report } from '../model/report.ts';
import { bytes } from '../reporters/budget.ts';
import { couldNotCheckNote, driftAgainNote, inSyncNote, issueBody, issueTitle } from '../reporters/issue.ts';
import { firstDayOf, firstDays, packed, unpacked } from './ages.ts';
import { SwitchedOff } from './failure.ts';
import {
  isDay,
  isLater,
  type MarkerData,
  marker,
  readMarker,
  type Turn,
  turnIn,
  withoutMarker,
} from './marker.ts';
import { isThere, type Place } from './place.ts';

/** How the issue is found again, and who is to look after it. */
export interface IssueOptions {
  readonly label: string;
  readonly assignees: readonly string[];
}

/** What became of the issue. */
export type IssueOutcome =
  | 'opened'
  | 'updated'
  | 'reopened'
  | 'closed'
  | 'noted'
  | 'noted-before'
  | 'not-needed'
  | 'newer-there';

export interface IssueDone {
  readonly outcome: IssueOutcome;
  /** 0 without an issue. */
  readonly number: number;
  /** Of those whom it was to be assigned to, whom GitHub did not take. */
  readonly notAssigned: readonly string[];
  /** What is to be said in it after all that: that it cannot be said must not hide what was done. */
  readonly note?: string;
}

interface Found {
  readonly number: number;
  readonly isOpen: boolean;
  readonly body: string;
  readonly data: MarkerData;
  readonly turn: Turn;
}

const LABEL_COLOUR = 'd93f0b';
const LABEL_DESCRIPTION = 'Leapsome and the access policy differ';
/** Room for what the marker of an issue says besides the ages, when a run changes the marker alone. */
const MARKER_ROOM = 2048;

/**
 * Keeps one issue about the drift that runs find: opened by the first, brought up to date by each, closed by the one that
 * finds none, and opened again by the next that does. A run that could not check says so in it, and closes nothing.
 * A note about what was done is left to the caller.
 * @throws whatever a request throws
 */
export async function keepIssue(report: Report, options: IssueOptions, place: Place): Promise<IssueDone> {
  const issues = new Issues(options, place);
  const [oldest, ...others] = await issues.ours();
  if (!oldest) return report.result === 'drift' ? open(report, issues, place) : did('not-needed', 0);
  if (isLater(oldest.turn, place.turn)) return did('newer-there', oldest.number);
  const done = await bringUpToDate(report, oldest, issues, place);
  // Nothing is closed by a run that does not know.
  if (report.result === 'could-not-check') return done;
  // A label that was taken off and put back, or a list that lagged behind, leaves one that nobody would ever close.
  for (const { number, isOpen } of others) if (isOpen) await issues.putAway(number, oldest.number);
  return done;
}

async function bringUpToDate(
  report: Report,
  oldest: Found,
  issues: Issues,
  place: Place,
): Promise<IssueDone> {
  if (report.result === 'drift') return drifted(report, oldest, issues, place);
  if (!oldest.isOpen) return did('not-needed', oldest.number);
  return report.result === 'in-sync'
    ? close(report, oldest, issues, place)
    : couldNotCheck(report, oldest, issues, place);
}

function did(outcome: IssueOutcome, number: number, notAssigned: readonly string[] = []): IssueDone {
  return { outcome, number, notAssigned };
}

async function open(report: Report, issues: Issues, place: Place): Promise<IssueDone> {
  const { number, notAssigned } = await issues.create(issueTitle(report), bodyOf(report, {}, place));
  // Two runs may have found none at the same time. The older issue stays, and each run puts its own away.
  const [oldest] = await issues.ours();
  if (!oldest || oldest.number >= number) return did('opened', number, notAssigned);
  await issues.putAway(number, oldest.number);
  if (isLater(oldest.turn, place.turn)) return did('newer-there', oldest.number);
  return drifted(report, oldest, issues, place);
}

async function drifted(report: Report, issue: Found, issues: Issues, place: Place): Promise<IssueDone> {
  const { number, isOpen, data } = issue;
  const body = bodyOf(report, isOpen ? data : {}, place);
  await issues.change(number, { title: issueTitle(report), body, state: 'open' });
  return isOpen ? did('updated', number) : { ...did('reopened', number), note: driftAgainNote(report) };
}

async function close(report: Report, issue: Found, issues: Issues, { key, turn }: Place): Promise<IssueDone> {
  const body = `${marker('issue', key, { turn })}${withoutMarker(issue.body)}`;
  // Closed first: a word that is missing is better than the same word every day.
  await issues.change(issue.number, { body, state: 'closed', state_reason: 'completed' });
  return { ...did('closed', issue.number), note: inSyncNote(report) };
}

/** The same problems are not told twice in a row: that they last is no news, and each run fails by itself. */
async function couldNotCheck(
  report: Report,
  { number, body, data }: Found,
  issues: Issues,
  place: Place,
): Promise<IssueDone> {
  const unchecked = [...new Set(report.problems.map(({ code }) => code))].sort();
  if (JSON.stringify(data.unchecked) === JSON.stringify(unchecked)) return did('noted-before', number);
  await noteIn(number, couldNotCheckNote(report), place);
  const { key, turn } = place;
  const { since, seen } = data;
  await issues.change(number, {
    body: `${marker('issue', key, { turn, since, seen, unchecked })}${withoutMarker(body)}`,
  });
  return did('noted', number);
}

/**
 * Says something in an issue.
 * @throws whatever the request throws
 */
export async function noteIn(number: number, body: string, { client, repository }: Place): Promise<void> {
  await client.rest.issues.createComment({
    ...repository,
    issue_number: number,
    body,
    // A failure may come after the note was made, and people would be told twice.
    request: { retries: 0 },
  });
}

/** The whole text of the issue, marker included; `earlier` is what the marker of the last text held. */
function bodyOf(report: Report, earlier: MarkerData, { key, turn }: Place): string {
  const days = firstDays(report, unpacked(earlier.seen));
  const today = report.asOf.slice(0, 10);
  const since = isDay(earlier.since)
    ? earlier.since
    : [...days.values()].reduce((a, b) => (b < a ? b : a), today);
  const first = marker('issue', key, { turn, since, seen: packed(days) });
  const ages = {
    since,
    firstSeen: (finding: Report['findings'][number]) => firstDayOf(days, finding) ?? today,
  };
  return `${first}${issueBody(report, ages, COMMENT_BYTES - MARKER_ROOM - bytes(first))}`;
}

interface Change {
  readonly title?: string;
  readonly body?: string;
  readonly state?: 'open' | 'closed';
  readonly state_reason?: 'completed' | 'not_planned';
}

/** The issues of a repository, as far as they are ours. */
class Issues {
  readonly #options: IssueOptions;
  readonly #place: Place;

  constructor(options: IssueOptions, place: Place) {
    this.#options = options;
    this.#place = place;
  }

  /** Those that have our label, bear our marker and were written by us, open or not, oldest first. */
  async ours(): Promise<Found[]> {
    const { client, author, repository, key } = this.#place;
    const labels = this.#options.label;
    const marked = await client.paginate(
      client.rest.issues.listForRepo,
      { ...repository, labels, state: 'all', sort: 'created', direction: 'asc', per_page: 100 },
      // Of the others nothing is kept: they may be many, and long.
      (page) =>
        page.data.flatMap((issue) => {
          const { number, state, body, user, pull_request } = numbered(issue);
          const data = readMarker('issue', key, body);
          if (pull_request || !data) return [];
          return [{ number, isOpen: state === 'open', body: body ?? '', data, turn: turnIn(data), user }];
        }),
    );
    const found: Found[] = [];
    for (const { user, ...issue } of marked) if (await author.wrote(user)) found.push(issue);
    return found.sort((one, other) => one.number - other.number);
  }

  async create(title: string, body: string): Promise<{ number: number; notAssigned: readonly string[] }> {
    const { client, author, repository } = this.#place;
    await this.#makeLabel();
    const assignees = await this.#assignable();
    const { data } = await client.rest.issues.create({
      ...repository,
      title,
      body,
      labels: [this.#options.label],
      assignees,
      // A failure may come after the issue was made: the next run finds it, a second attempt would make another one.
      request: { retries: 0 },
    });
    const { number, user, assignees: taken } = numbered(data);
    author.learn(user);
    const logins = new Set((taken ?? []).map(({ login }) => login.toLowerCase()));
    return { number, notAssigned: this.#options.assignees.filter((each) => !logins.has(each.toLowerCase())) };
  }

  async change(number: number, change: Change): Promise<void> {
    const { client, repository } = this.#place;
    await client.rest.issues.update({ ...repository, issue_number: number, ...change });
  }

  /** Closes one of two. Without the marker it is not ours any more. */
  async putAway(number: number, kept: number): Promise<void> {
    await this.change(number, {
      state: 'closed',
      state_reason: 'not_planned',
      body: `Another issue, #${kept}, is about the same policy and is older. It stays.`,
    });
  }

  /** Without its label the issue could not be found again, so there is none without. */
  async #makeLabel(): Promise<void> {
    const { client, repository } = this.#place;
    const name = this.#options.label;
    if (await isThere(client.rest.issues.getLabel({ ...repository, name }))) return;
    // Without issues there are lists of them, all empty, and labels: this one would be made, and stay, for nothing.
    const { data } = await client.rest.repos.get(repository);
    if (data?.has_issues === false) throw new SwitchedOff();
    try {
      await client.rest.issues.createLabel({
        ...repository,
        name,
        color: LABEL_COLOUR,
        description: LABEL_DESCRIPTION,
      });
    } catch (error) {
      // Another run may have made it in the meantime.
      if (!(await isThere(client.rest.issues.getLabel({ ...repository, name })))) throw error;
    }
  }

  /** GitHub refuses an issue as a whole when one of those whom it is for cannot have it. */
  async #assignable(): Promise<string[]> {
    const { client, repository } = this.#place;
    const able: string[] = [];
    for (const assignee of this.#options.assignees)
      if (await isThere(client.rest.issues.checkUserCanBeAssigned({ ...repository, assignee })))
        able.push(assignee);
    return able;
  }
}

/** The answer itself, if it is about an issue at all: some proxies answer with anything. */
function numbered<T extends { readonly number: number }>(issue: T): T {
  if (!Number.isSafeInteger(issue?.number)) throw new Error('that is no issue');
  return issue;
}
