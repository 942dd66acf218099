import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import SCIMMY from 'scimmy';
import { json, type Service, serve } from '../http/fake-service.ts';
import { ENTERPRISE, EVERYTHING, sourceOf } from './fake-scim.ts';

/** A SCIM server that is not of our making: it writes, pages and counts as its authors read the RFCs. */
describe('a server made with scimmy', () => {
  let service: Service;

  beforeAll(async () => {
    SCIMMY.Resources.declare(SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser, false));
    SCIMMY.Resources.declare(SCIMMY.Resources.Group);
    SCIMMY.Resources.User.egress(() => people() as never);
    SCIMMY.Resources.Group.egress(() => groups() as never);
    service = await serve(async (request, response) => {
      const url = new URL(request.url ?? '', 'http://x');
      const Resource = url.pathname.endsWith('/Users') ? SCIMMY.Resources.User : SCIMMY.Resources.Group;
      const startIndex = Number(url.searchParams.get('startIndex'));
      const count = Math.min(Number(url.searchParams.get('count')), 40);
      json(response, await new Resource({ startIndex, count } as never).read());
    });
  });

  afterAll(() => service.close());

  it('is read as it is', async () => {
    const source = sourceOf(service);
    const reading = await source.read(EVERYTHING, () => {});
    const evidence = source.evidence();
    await source.close();
    expect(reading.people).toHaveLength(130);
    expect(reading.groups).toHaveLength(3);
    expect(reading.people.find(({ id }) => id === 'p77')).toMatchObject({
      userName: 'p77@example.com',
      active: false,
      groups: ['g2'],
      managerId: 'p1',
      attributes: { department: 'Finance', title: 'Colleague' },
    });
    expect(evidence).toMatchObject({ complete: true, reported: { users: 130, groups: 3 } });
    // It begins again from the first row when it is asked for rows behind the last.
    expect(evidence.warnings).toEqual([expect.stringContaining('shows groups again')]);
  });
});

function people() {
  return Array.from({ length: 130 }, (_, index) => ({
    id: `p${index + 1}`,
    userName: `p${index + 1}@example.com`,
    active: index % 2 === 1,
    title: 'Colleague',
    emails: [{ value: `p${index + 1}@example.com`, primary: true }],
    groups: [{ value: `g${(index % 3) + 1}`, display: 'a group' }],
    [ENTERPRISE]: { department: 'Finance', manager: { value: 'p1' } },
  }));
}

function groups() {
  return [1, 2, 3].map((number) => ({ id: `g${number}`, displayName: `Group ${number}` }));
}
