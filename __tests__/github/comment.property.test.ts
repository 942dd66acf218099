import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Author } from '../../src/github/author.ts';
import type { Client } from '../../src/github/client.ts';
import { type CommentOutcome, writeComment } from '../../src/github/comment.ts';
import { marker, readMarker, turnIn } from '../../src/github/marker.ts';
import { drift, finding, report } from '../reporters/sample.ts';

const KEY = '0123456789abcdef';

interface Comment {
  readonly id: number;
  readonly user: { readonly login: string };
  body: string;
}

/** GitHub's comments, where every request and every answer is on its way for as long as the scheduler likes. */
function github(comments: Comment[], scheduler: fc.Scheduler): Client {
  let nextId = comments.length + 1;
  const request = async <T>(work: () => T): Promise<T> => {
    await scheduler.schedule(Promise.resolve());
    const answer = work();
    await scheduler.schedule(Promise.resolve());
    return answer;
  };
  const find = (id: number): Comment => {
    const comment = comments.find((each) => each.id === id);
    if (!comment) throw Object.assign(new Error('Not Found'), { status: 404, response: {} });
    if (comment.user.login !== 'us') throw new Error('not ours');
    return comment;
  };
  const client = {
    paginate: (_: unknown, __: unknown, pick: (page: { data: Comment[] }) => unknown) =>
      request(() => pick({ data: comments.map((comment) => ({ ...comment })) })),
    rest: {
      users: { getAuthenticated: () => request(() => ({ data: { login: 'us' } })) },
      issues: {
        createComment: ({ body }: { body: string }) =>
          request(() => {
            const comment = { id: nextId++, user: { login: 'us' }, body };
            comments.push(comment);
            return { data: { ...comment } };
          }),
        getComment: ({ comment_id }: { comment_id: number }) => request(() => void find(comment_id)),
        updateComment: ({ comment_id, body }: { comment_id: number; body: string }) =>
          request(() => {
            find(comment_id).body = body;
          }),
        deleteComment: ({ comment_id }: { comment_id: number }) =>
          request(() => {
            comments.splice(comments.indexOf(find(comment_id)), 1);
          }),
      },
    },
  };
  return client as unknown as Client;
}

const turn = (run: number) => ({ run, attempt: 1, startedAt: '2026-11-22T00:00:00.000Z' });
const runOf = ({ body }: Comment): number => turnIn(readMarker('comment', KEY, body) ?? {}).run;

const comment = fc.record({
  login: fc.constantFrom('us', 'them'),
  run: fc.integer({ min: 1, max: 9 }),
});
const run = fc.record({ run: fc.integer({ min: 1, max: 9 }), isDrift: fc.boolean(), always: fc.boolean() });

test('whatever the order of requests and answers, one comment stays, and nobody else loses one', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(comment, { maxLength: 3 }),
      fc.uniqueArray(run, { minLength: 1, maxLength: 4, selector: (each) => each.run }),
      async (scheduler, existing, runs) => {
        const comments: Comment[] = existing.map(({ login, run: number }, index) => ({
          id: index + 1,
          user: { login },
          body: `${marker('comment', KEY, { turn: turn(number) })}text`,
        }));
        const theirs = comments.filter(({ user }) => user.login === 'them').map((each) => ({ ...each }));
        const hadOurs = comments.some(({ user }) => user.login === 'us');
        const client = github(comments, scheduler);
        const work = runs.map(({ run: number, isDrift, always }) =>
          writeComment(
            isDrift ? drift([finding()]) : report(),
            { number: 7, isWanted: isDrift || always },
            {
              client,
              author: new Author(client),
              repository: { owner: 'acme', repo: 'policy' },
              key: KEY,
              turn: turn(number),
            },
          ),
        );
        const outcomes: CommentOutcome[] = await scheduler.waitFor(Promise.all(work));
        const ours = comments.filter(({ user }) => user.login === 'us');
        const isSomebodySpeaking = hadOurs || runs.some(({ isDrift, always }) => isDrift || always);
        // What an even later run left behind is not ours to tidy up; it did, or the next run will.
        const wasTidied = outcomes.some((each) => each === 'created' || each === 'updated');
        if (wasTidied || !hadOurs) expect(ours).toHaveLength(isSomebodySpeaking ? 1 : 0);
        expect(comments.filter(({ user }) => user.login === 'them')).toEqual(theirs);
        const known = [...runs.map((each) => each.run), ...existing.map((each) => each.run)];
        for (const each of ours) expect(known).toContain(runOf(each));
      },
    ),
    { numRuns: 3000 },
  );
});
