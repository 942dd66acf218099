import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Author } from '../../src/github/author.ts';
import type { Client } from '../../src/github/client.ts';
import { keepIssue } from '../../src/github/issue.ts';
import { readMarker } from '../../src/github/marker.ts';
import type { Report } from '../../src/model/report.ts';
import { drift, finding, problem, report } from '../reporters/sample.ts';

const KEY = '0123456789abcdef';
const LABEL = 'drift';

interface Issue {
  readonly number: number;
  readonly user: { readonly login: string };
  readonly assignees: readonly [];
  body: string;
  state: string;
}

/** GitHub's issues, where every request and every answer is on its way for as long as the scheduler likes. */
function github(issues: Issue[], labels: Set<string>, scheduler: fc.Scheduler): Client {
  const request = async <T>(work: () => T): Promise<T> => {
    await scheduler.schedule(Promise.resolve());
    const answer = work();
    await scheduler.schedule(Promise.resolve());
    return answer;
  };
  const fail = (status: number): never => {
    throw Object.assign(new Error('refused'), { status, response: {} });
  };
  const client = {
    paginate: (_: unknown, __: unknown, pick: (page: { data: Issue[] }) => unknown) =>
      request(() => pick({ data: issues.map((issue) => ({ ...issue })) })),
    rest: {
      repos: { get: () => request(() => ({ data: { has_issues: true } })) },
      users: { getAuthenticated: () => request(() => ({ data: { login: 'us' } })) },
      issues: {
        getLabel: ({ name }: { name: string }) => request(() => labels.has(name) || fail(404)),
        createLabel: ({ name }: { name: string }) =>
          request(() => (labels.has(name) ? fail(422) : labels.add(name))),
        create: ({ body }: { body: string }) =>
          request(() => {
            const issue: Issue = {
              number: issues.length + 1,
              user: { login: 'us' },
              assignees: [],
              body,
              state: 'open',
            };
            issues.push(issue);
            return { data: { ...issue } };
          }),
        update: ({ issue_number, ...change }: { issue_number: number } & Partial<Issue>) =>
          request(() => Object.assign(issues[issue_number - 1]!, change)),
        createComment: () => request(() => undefined),
      },
    },
  };
  return client as unknown as Client;
}

const REPORTS: readonly Report[] = [
  drift([finding()]),
  report(),
  report({ result: 'could-not-check', problems: [problem()] }),
];

const run = fc.record({ run: fc.integer({ min: 1, max: 9 }), report: fc.constantFrom(...REPORTS) });

test('whatever the order of requests and answers, no more than one issue is ours', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.uniqueArray(run, { minLength: 1, maxLength: 4, selector: (each) => each.run }),
      async (scheduler, runs) => {
        const issues: Issue[] = [];
        const client = github(issues, new Set(), scheduler);
        const keep = ({ run: number, report: outcome }: { run: number; report: Report }) =>
          keepIssue(
            outcome,
            { label: LABEL, assignees: [] },
            {
              client,
              author: new Author(client),
              repository: { owner: 'acme', repo: 'policy' },
              key: KEY,
              turn: { run: number, attempt: 1, startedAt: '' },
            },
          );
        await scheduler.waitFor(Promise.all(runs.map(keep)));
        const ours = issues.filter(({ body }) => readMarker('issue', KEY, body) !== undefined);
        expect(ours).toHaveLength(runs.some(({ report: { result } }) => result === 'drift') ? 1 : 0);
        expect(issues.filter((issue) => !ours.includes(issue)).map(({ state }) => state)).not.toContain(
          'open',
        );
      },
    ),
    { numRuns: 2000 },
  );
});
