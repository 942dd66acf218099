import { COMMENT_BYTES } from '../model/limits.ts';
import type { Report } from '../model/report.ts';
import { bytes } from '../reporters/budget.ts';
import { type Before, comment } from '../reporters/comment.ts';
import { verdict } from '../reporters/wording.ts';
import { DoesNotStay } from './failure.ts';
import { isDay, isLater, type MarkerData, marker, readMarker, type Turn, turnIn } from './marker.ts';
import { isThere, type Place } from './place.ts';

/** What became of the comment. */
export type CommentOutcome = 'created' | 'updated' | 'not-needed' | 'newer-there';

interface Found {
  readonly id: number;
  readonly data: MarkerData;
  readonly turn: Turn;
}

/** More rounds than that mean that somebody deletes what we write. */
const ROUNDS = 4;

/**
 * Says on a pull request what the run came to, in the one comment that there is about this policy. Runs may do this at
 * the same time: whoever makes a comment looks again afterwards, the oldest comment stays, the latest run fills it, and
 * each run removes what is too many.
 * @throws whatever a request throws
 */
export async function writeComment(
  report: Report,
  { number, isWanted }: { readonly number: number; readonly isWanted: boolean },
  place: Place,
): Promise<CommentOutcome> {
  const thread = new Thread(number, place);
  const created = new Set<number>();
  for (let round = 0; round < ROUNDS; round++) {
    const found = await thread.ours();
    const [oldest, ...others] = found;
    if (!oldest) {
      if (!isWanted) return 'not-needed';
      // The list may lag behind what we wrote a moment ago, and another comment would be one too many.
      for (const id of created) if (await thread.has(id)) return 'created';
      created.add(await thread.create(bodyOf(report, {}, place)));
      continue;
    }
    const { data, turn } = found.reduce((one, other) => (isLater(other.turn, one.turn) ? other : one));
    if (isLater(turn, place.turn)) {
      // The later run leaves one comment; it cannot know of one that we made after it looked.
      for (const { id } of others) if (created.has(id)) await thread.remove(id);
      return 'newer-there';
    }
    const isNew = created.has(oldest.id);
    if (!isNew && !(await thread.update(oldest.id, bodyOf(report, data, place)))) continue;
    for (const { id } of others) await thread.remove(id);
    return isNew ? 'created' : 'updated';
  }
  throw new DoesNotStay();
}

/** The comments of a pull request, as far as they are ours. Pull requests are issues to this part of the API. */
class Thread {
  readonly #place: Place;
  readonly #number: number;

  constructor(number: number, place: Place) {
    this.#number = number;
    this.#place = place;
  }

  /** Those that bear our marker and were written by us, oldest first. */
  async ours(): Promise<Found[]> {
    const { client, author, repository, key } = this.#place;
    const marked = await client.paginate(
      client.rest.issues.listComments,
      { ...repository, issue_number: this.#number, per_page: 100 },
      // Of the others nothing is kept: they may be many, and long.
      (page) =>
        page.data.flatMap((comment) => {
          const { id, body, user } = numbered(comment);
          const data = readMarker('comment', key, body);
          return data ? [{ id, data, turn: turnIn(data), user }] : [];
        }),
    );
    const found: Found[] = [];
    for (const { user, ...comment } of marked) if (await author.wrote(user)) found.push(comment);
    return found.sort((one, other) => one.id - other.id);
  }

  /** Gives the id. */
  async create(body: string): Promise<number> {
    const { client, author, repository } = this.#place;
    const { data } = await client.rest.issues.createComment({
      ...repository,
      issue_number: this.#number,
      body,
    });
    author.learn(numbered(data).user);
    return data.id;
  }

  async has(id: number): Promise<boolean> {
    const { client, repository } = this.#place;
    return isThere(client.rest.issues.getComment({ ...repository, comment_id: id }));
  }

  /** False when it was deleted in the meantime. */
  async update(id: number, body: string): Promise<boolean> {
    const { client, repository } = this.#place;
    return isThere(client.rest.issues.updateComment({ ...repository, comment_id: id, body }));
  }

  async remove(id: number): Promise<void> {
    const { client, repository } = this.#place;
    await isThere(client.rest.issues.deleteComment({ ...repository, comment_id: id }));
  }
}

/** The answer itself, if it is about a comment at all: some proxies answer with anything. */
function numbered<T extends { readonly id: number }>(comment: T): T {
  if (!Number.isSafeInteger(comment?.id)) throw new Error('that is no comment');
  return comment;
}

/** The whole text of the comment, marker included; `earlier` is what the marker of the last one held. */
function bodyOf(report: Report, earlier: MarkerData, { key, turn }: Place): string {
  const before = report.result === 'in-sync' ? resolution(earlier, dayOf(report)) : undefined;
  const first = marker('comment', key, { turn, ...(before ?? standing(report, earlier)) });
  return `${first}${comment(report, before, COMMENT_BYTES - bytes(first))}`;
}

/** What was wrong before; undefined when nothing was. */
function resolution({ said, since, resolved }: MarkerData, today: string): Before | undefined {
  if (typeof said !== 'string' || !isDay(since)) return undefined;
  return { said, since, resolved: isDay(resolved) ? resolved : today };
}

/** What is wrong now, and since when; nothing when nothing is. */
function standing(report: Report, { since, resolved }: MarkerData): Omit<Before, 'resolved'> | undefined {
  if (report.result === 'in-sync') return undefined;
  const said = verdict(report, (text) => text).headline;
  return { said, since: isDay(since) && !isDay(resolved) ? since : dayOf(report) };
}

function dayOf({ asOf }: Report): string {
  return asOf.slice(0, 10);
}
