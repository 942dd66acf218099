import { describe, expect, it } from '@jest/globals';
import { CheckError } from '../../src/errors.ts';
import type { ProblemCode } from '../../src/model/problem.ts';
import type { Progress, Wanted } from '../../src/sources/types.ts';
import { everythingIn, jumpingTime, status } from '../http/fake-service.ts';
import {
  type Answer,
  ENTERPRISE,
  EVERYTHING,
  GROUPS,
  page,
  readScim,
  SCIM_TOKEN,
  type ScimAnswers,
  serveScim,
  sourceOf,
  user,
  users,
} from './fake-scim.ts';

async function refusal(
  answers: ScimAnswers,
  wanted?: Wanted,
): Promise<{ code: ProblemCode; text: string; hint: string }> {
  const error = await readScim(answers, wanted).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CheckError);
  expect(everythingIn(error)).not.toMatch(/canary|example\.com|user-\d/);
  const [problem] = (error as CheckError).problems;
  return { code: problem!.code, text: problem!.message, hint: problem!.hint };
}

const showing =
  (rows: readonly unknown[], most?: number): Answer =>
  (request) =>
    page(rows, request, most);

describe('a reading', () => {
  it('holds the people, their groups, and nothing that a policy cannot name', async () => {
    const { reading } = await readScim({});
    expect(reading.people).toHaveLength(3);
    expect(reading.groups).toEqual(GROUPS.map(({ id, displayName }) => ({ id, name: displayName })));
    expect(reading.people[0]).toEqual({
      id: 'user-1',
      userName: 'user1@example.com',
      addresses: [],
      active: true,
      groups: ['group-1'],
      managerId: undefined,
      attributes: { title: 'Colleague', department: 'Finance' },
      custom: undefined,
    });
    expect(JSON.stringify(reading)).not.toMatch(/canary|1985/);
  });

  it('holds a custom attribute that is asked for', async () => {
    const { reading } = await readScim({}, { ...EVERYTHING, customAttributes: ['abc123', '__proto__'] });
    expect(reading.people[0]?.custom).toEqual({ abc123: 'canary-salary' });
  });

  it('proves that it is complete', async () => {
    const { evidence, service } = await readScim({ users: showing(users(25), 10) });
    expect(evidence).toEqual({
      name: 'scim',
      endpoint: `${service.url.origin}/scim/v1`,
      requests: 6,
      retries: 0,
      refusals: 0,
      pages: { users: 4, groups: 2 },
      reported: { users: 25, groups: 3 },
      received: { users: 25, groups: 3 },
      unique: { users: 25, groups: 3 },
      complete: true,
      warnings: [],
    });
  });

  it('sends GET with the token and asks for both lists at once', async () => {
    const { service } = await readScim({});
    expect(service.seen.map(({ method, url }) => `${method} ${url}`).toSorted()).toEqual([
      'GET /scim/v1/Groups?startIndex=1&count=1000',
      'GET /scim/v1/Groups?startIndex=4&count=1',
      'GET /scim/v1/Users?startIndex=1&count=5000',
      'GET /scim/v1/Users?startIndex=4&count=1',
    ]);
    expect(service.seen.every(({ headers }) => headers.authorization === `Bearer ${SCIM_TOKEN}`)).toBe(true);
  });

  it('does not wait with the groups until the users are there', async () => {
    const finish: (() => void)[] = [];
    const { reading } = await readScim({
      users: (request, response, number) => {
        if (number > 1) return page(users(3), request);
        finish.push(() => response.end(JSON.stringify(page(users(3), request))));
        return undefined;
      },
      groups: (request) => {
        setImmediate(() => finish.pop()?.());
        return page(GROUPS, request);
      },
    });
    expect(reading.people).toHaveLength(3);
  });

  it('never asks more than 15 times in any second', async () => {
    const deps = jumpingTime();
    const arrived: number[] = [];
    const service = await serveScim({
      users: (request) => {
        arrived.push(deps.monotonic());
        return page(users(60), request, 1);
      },
      groups: (request) => {
        arrived.push(deps.monotonic());
        return page(GROUPS, request, 1);
      },
    });
    const source = sourceOf(service, SCIM_TOKEN, deps);
    await source.read(EVERYTHING, () => {});
    await source.close();
    await service.close();
    expect(arrived.length).toBe(65);
    const busiest = arrived.map(
      (from) => arrived.filter((time) => time >= from && time < from + 1000).length,
    );
    expect(Math.max(...busiest)).toBeLessThanOrEqual(15);
  });

  it('tells how far it is', async () => {
    const service = await serveScim({});
    const source = sourceOf(service);
    const told: Progress[] = [];
    await source.read(EVERYTHING, (progress) => told.push(progress));
    await source.close();
    await service.close();
    expect(told).toContainEqual({ source: 'scim', kind: 'users', received: 3, reported: 3 });
    expect(told).toContainEqual({ source: 'scim', kind: 'groups', received: 3, reported: 3 });
  });

  it('survives names of any kind', async () => {
    const displayName = '\n::error::x\u202e|<img>__proto__';
    const { reading } = await readScim({ groups: showing([...GROUPS, { id: '__proto__', displayName }]) });
    expect(reading.groups.at(-1)).toEqual({ id: '__proto__', name: displayName });
  });
});

describe('what is known', () => {
  const bare = (changes = {}) => user(1, { [ENTERPRISE]: undefined, groups: [], ...changes });

  it('is little where no account has the extension', async () => {
    const { reading } = await readScim({ users: showing([bare()]) });
    expect([...reading.facts].toSorted()).toEqual([
      'domain',
      'group-catalogue',
      'membership',
      'team',
      'title',
    ]);
  });

  it('includes the extension where one account has it', async () => {
    const { reading } = await readScim({ users: showing([bare(), user(2)]) });
    expect([...reading.facts].toSorted()).toEqual(
      [
        'cost-center',
        'custom',
        'department',
        'division',
        'domain',
        'employment-type',
        'end-date',
        'group-catalogue',
        'level',
        'location',
        'membership',
        'start-date',
        'team',
        'title',
      ].toSorted(),
    );
  });

  it.each([
    { manager: { value: 'user-9' } },
    { manager: null },
    { [ENTERPRISE]: { manager: { managerId: 'user-9' } } },
  ])('includes managers where one account has %j', async (changes) => {
    const { reading } = await readScim({ users: showing([bare(changes)]) });
    expect(reading.facts.has('manager')).toBe(true);
  });

  it('is everything where there is nobody', async () => {
    const { reading } = await readScim({ users: showing([]) }, { ...EVERYTHING, mayBeEmpty: true });
    expect(reading.facts.size).toBe(15);
    expect(reading.people).toEqual([]);
  });
});

describe('a population is refused', () => {
  it('when it is empty', async () => {
    const { code, hint } = await refusal({ users: showing([]) });
    expect(code).toBe('empty-population');
    expect(hint).toContain('min-users: 0');
  });

  it('when it is empty and has no Resources', async () => {
    expect((await refusal({ users: () => ({ totalResults: 0 }) })).code).toBe('empty-population');
  });

  it('when people are counted but not shown', async () => {
    const { code } = await refusal({ users: () => ({ totalResults: 1, Resources: [] }) });
    expect(code).toBe('incomplete');
  });

  it.each([undefined, null])('when Resources are %p', async (Resources) => {
    const { code, text } = await refusal({ users: () => ({ totalResults: 2, Resources }) });
    expect(code).toBe('bad-response');
    expect(text).toContain('Resources');
  });

  it.each([undefined, null, -1, 2.5, 'abc', '', [], {}])('when the total is %j', async (totalResults) => {
    const { code, text } = await refusal({ users: () => ({ totalResults, Resources: [user(1)] }) });
    expect(code).toBe('bad-response');
    expect(text).toContain('totalResults');
  });

  it('when rows are missing, after a second reading', async () => {
    let first = 0;
    const { code, text } = await refusal({
      users: (request) => {
        first += Number(request.url?.includes('startIndex=1&'));
        return { ...page(users(249), request), totalResults: 250 };
      },
    });
    expect([code, first]).toEqual(['incomplete', 2]);
    expect(text).toContain('250 users were announced');
    expect(text).toContain('249 of them different');
  });

  it('when groups are missing', async () => {
    const { code, text } = await refusal({
      groups: (request) => ({ ...page(GROUPS, request), totalResults: 4 }),
    });
    expect(code).toBe('incomplete');
    expect(text).toContain('4 groups');
  });

  it('when a cursor points to more', async () => {
    const { code } = await refusal({
      users: (request) => ({ ...page(users(3), request), nextCursor: 'canary' }),
    });
    expect(code).toBe('incomplete');
  });

  it('when a server does not page at all', async () => {
    const { code } = await refusal({ users: () => ({ totalResults: 3, Resources: users(3) }) });
    expect(code).toBe('incomplete');
  });

  it('when an error hides behind HTTP 200', async () => {
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:Error'];
    const { code } = await refusal({ users: () => ({ schemas, detail: 'canary', totalResults: 0 }) });
    expect(code).toBe('bad-response');
  });

  it.each([null, [], 'canary', 5])('when the answer is %j', async (body) => {
    const { code } = await refusal({
      users: (_request, response) => void response.end(JSON.stringify(body)),
    });
    expect(code).toBe('bad-response');
  });

  it.each([null, 'canary', 7, [], {}])('when a row is %j, by its index', async (row) => {
    const { code, text } = await refusal({ users: showing([user(1), row]) });
    expect(code).toBe('bad-response');
    expect(text).toContain('user 2 of the page at startIndex 1');
  });

  it('when a row of a later page cannot be understood, by its place there', async () => {
    const rows = [...users(11), user(12, { active: 'yes' })];
    const { text } = await refusal({ users: showing(rows, 10) });
    expect(text).toContain('user 2 of the page at startIndex 11 has no active that can be understood');
  });
});

describe('a second reading', () => {
  it('settles what a change in between had upset', async () => {
    let first = 0;
    const { reading, evidence } = await readScim({
      users: (request) => {
        first += Number(request.url?.includes('startIndex=1&'));
        return { ...page(users(3), request), totalResults: first === 1 ? 4 : 3 };
      },
    });
    expect(reading.people).toHaveLength(3);
    expect(evidence).toMatchObject({ requests: 9, pages: { users: 2, groups: 2 }, complete: true });
  });

  it('finds a group that was made in between', async () => {
    let first = 0;
    const { reading } = await readScim({
      groups: (request) => {
        first += Number(request.url?.includes('startIndex=1&'));
        return page(first === 1 ? GROUPS.slice(1) : GROUPS, request);
      },
    });
    expect(reading.groups).toHaveLength(3);
  });

  it('accepts a group that is never listed, for a rule to report', async () => {
    const { reading, evidence } = await readScim({ groups: showing(GROUPS.slice(1)) });
    expect(reading.groups).toHaveLength(2);
    expect(evidence.requests).toBe(8);
  });
});

describe('oddities', () => {
  it('of totals written as text are taken', async () => {
    const { reading } = await readScim({
      users: (request) => ({ ...page(users(25), request, 10), totalResults: '25' }),
    });
    expect(reading.people).toHaveLength(25);
  });

  it('of absent Resources behind the end are taken', async () => {
    const { reading } = await readScim({
      users: (request, _response, number) => (number > 1 ? { totalResults: 3 } : page(users(3), request)),
    });
    expect(reading.people).toHaveLength(3);
  });

  it('of members are named once and not used', async () => {
    const members = [{ value: 'user-1' }, { value: 'group-0', type: 'Group' }];
    const { reading, evidence } = await readScim({
      groups: showing(GROUPS.map((group) => ({ ...group, members }))),
    });
    expect(evidence.warnings).toEqual([expect.stringContaining('members')]);
    expect(reading.people[0]?.groups).toEqual(['group-1']);
  });

  it('of a server that heeds no place behind the end are named', async () => {
    const { evidence } = await readScim({
      users: (request) => {
        const { totalResults, Resources } = page(users(3), request) as {
          totalResults: number;
          Resources: [];
        };
        return { totalResults, Resources: Resources.length > 0 ? Resources : users(3) };
      },
    });
    expect(evidence.warnings).toEqual([expect.stringContaining('shows users again')]);
  });
});

describe('a failure', () => {
  it.each([
    [401, 'auth-rejected', 'sufficiently authorised'],
    [403, 'token-invalid', 'not valid'],
  ])('with %i says what about the token', async (code, problem, words) => {
    const refused = await refusal({ users: (_request, response) => status(response, code) });
    expect(refused.code).toBe(problem);
    expect(refused.text).toContain(words);
    expect(refused.text).toContain('`scim-token` (LEAPSOME_SCIM_TOKEN)');
  });

  it('with 404 names the other address', async () => {
    const refused = await refusal({ users: (_request, response) => status(response, 404) });
    expect(refused.code).toBe('bad-response');
    expect(refused.hint).toContain('https://www.leapsome.com/api/scim');
  });

  it('recognises a token of the Content API', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = `${part({ alg: 'HS256' })}.${part({ iat: 1_700_000_000, exp: 1_700_018_000 })}.c2ln`;
    const service = await serveScim({ users: (_request, response) => status(response, 403) });
    const source = sourceOf(service, token);
    await expect(source.read(EVERYTHING, () => {})).rejects.toMatchObject({
      problems: [{ code: 'token-kind' }],
    });
    await source.close();
    await service.close();
  });

  it('of one list does not wait for the other', async () => {
    const refused = await refusal({
      users: () => undefined,
      groups: (_request, response) => status(response, 403),
    });
    expect(refused.code).toBe('token-invalid');
  });

  it('leaves evidence that is not complete', async () => {
    const service = await serveScim({
      users: (request, response, number) => (number > 1 ? status(response, 403) : page(users(3), request)),
    });
    const source = sourceOf(service);
    await expect(source.read(EVERYTHING, () => {})).rejects.toBeInstanceOf(CheckError);
    await source.close();
    await service.close();
    expect(source.evidence()).toMatchObject({ complete: false, pages: { users: 1 }, received: { users: 3 } });
  });
});
