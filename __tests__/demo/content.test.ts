import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { BRIGHTWATER, CANARIES, SALARY_CLASS_ID } from '../../demo/company.ts';
import { DEMO_API_SECRET, type StandIn, type StandInOptions, startStandIn } from '../../demo/stand-in.ts';
import { ask, askContent, employees, logIn, people, peopleOfAll, stackOneHeaders } from './asking.ts';

let standIn: StandIn;

/** Starts a stand-in and gets a JWT of it. */
async function start(options: StandInOptions = {}): Promise<void> {
  standIn = await startStandIn(options);
  await logIn(standIn);
  standIn.reset();
}

afterEach(() => standIn?.close());

const status = async (path: string, jwt?: string) => (await askContent(standIn, path, jwt)).status;

describe('the way in', () => {
  test('is a JWT that the secret buys', async () => {
    await start();
    const response = await fetch(`${standIn.apiUrl}/token?secret=${DEMO_API_SECRET}`);
    const { token, expiresIn } = (await response.json()) as { token: string; expiresIn: number };
    expect([response.status, expiresIn]).toEqual([200, 18_000]);
    const [head, payload, signature] = token.split('.');
    const decoded = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
    expect(decoded(head!)).toEqual({ alg: 'HS256', typ: 'JWT' });
    const { iat, exp } = decoded(payload!);
    expect(exp - iat).toBe(expiresIn);
    expect(signature).toMatch(/^[\w-]{43}$/);
    expect(await status('/employees', token)).toBe(200);
  });

  test('is shut to a wrong secret and to none', async () => {
    await start({ apiSecret: 'another-secret' });
    for (const query of ['', '?secret=', '?secret=wrong', `?secret=${DEMO_API_SECRET}`]) {
      expect((await fetch(`${standIn.apiUrl}/token${query}`)).status).toBe(401);
    }
    expect((await fetch(`${standIn.apiUrl}/token?secret=another-secret`)).status).toBe(200);
  });

  test('is a new JWT each time, and the old ones stay good', async () => {
    await start();
    const jwts = [await logIn(standIn), await logIn(standIn)];
    expect(new Set(standIn.issuedJwts).size).toBe(3);
    expect(standIn.issuedJwts.slice(1)).toEqual(jwts);
    for (const jwt of standIn.issuedJwts) expect(await status('/employees', jwt)).toBe(200);
    standIn.reset();
    expect(standIn.issuedJwts).toHaveLength(3);
    expect(await status('/employees', jwts[0])).toBe(200);
  });

  test('is shut without a JWT, and to other credentials', async () => {
    await start();
    for (const jwt of ['', 'eyJhbGciOiJIUzI1NiJ9.e30.x', standIn.token, standIn.apiSecret]) {
      expect(await status('/employees', jwt)).toBe(401);
      expect(await status('/access-roles', jwt)).toBe(401);
    }
    const [jwt] = standIn.issuedJwts;
    expect((await ask(standIn, '/Users', { headers: { authorization: `Bearer ${jwt}` } })).status).toBe(403);
  });

  test('closes when the time of the JWT is over', async () => {
    await start();
    const [jwt] = standIn.issuedJwts;
    const later = Date.now() + 18_001_000;
    const clock = jest.spyOn(Date, 'now').mockReturnValue(later);
    try {
      expect(await status('/employees', jwt)).toBe(401);
    } finally {
      clock.mockRestore();
    }
    expect(await status('/employees', jwt)).toBe(200);
  });

  test('only reads', async () => {
    await start();
    const headers = { authorization: `Bearer ${standIn.issuedJwts[0]}` };
    const response = await fetch(`${standIn.apiUrl}/employees/x/access-roles`, { method: 'PUT', headers });
    expect(response.status).toBe(405);
    expect(standIn.requests).toMatchObject([
      { service: 'content', method: 'PUT', path: '/employees/x/access-roles', status: 405 },
    ]);
  });
});

describe('employees', () => {
  test('carry status, lifecycle, six kinds of group, and more than anybody should read', async () => {
    await start();
    const { data, meta } = await employees(standIn, '?pageSize=1000');
    expect(meta).toEqual({ page: 1, pageSize: 1000, totalCount: data.length });
    const samir = data.find(({ email }) => email === 'samir.patel@brightwater.example');
    expect(samir).toMatchObject({
      displayedName: 'Samir Patel',
      status: 'active',
      lifecycleStatus: 'active',
      manager: { name: 'Mei Chen' },
      indirectManagers: [{ name: 'Henrik Solberg' }, { name: 'Adaeze Okonkwo' }],
      startDate: '2018-04-01T00:00:00.000Z',
      departments: [{ name: 'Engineering' }],
      businessUnits: [{ name: 'Brightwater Software' }],
      costCenters: [{ name: 'CC-200' }],
      divisions: [{ name: 'Technology' }],
      otherGroups: [{ name: 'Mentors' }],
      level: 'Lead',
      workLocation: { name: 'Berlin' },
      compensation: { salary: 19031903 },
      customAttributes: { [SALARY_CLASS_ID]: 'Salary Class CANARY-7' },
    });
    for (const employee of data) {
      const text = JSON.stringify(employee);
      for (const canary of CANARIES) expect(text).toContain(canary);
      expect(Object.keys(employee)).toEqual(
        expect.arrayContaining(['phone', 'compensation', 'additionalCompensations', 'birthday', 'gender']),
      );
    }
  });

  test('are two of them not there yet, and one is on leave', async () => {
    await start();
    const states = async (query: string) =>
      (await employees(standIn, `?status=${query}`)).data.map((one) => [one.email, one.lifecycleStatus]);
    expect(await states('invited')).toEqual([['patrick.byrne@brightwater.example', 'active']]);
    expect(await states('preBoardingInvited')).toEqual([['emre.aydin@brightwater.example', 'preBoarding']]);
    expect(await states('deactivated')).toHaveLength(BRIGHTWATER.people.filter((one) => !one.active).length);
    expect((await states('active')).filter(([, lifecycle]) => lifecycle === 'leave')).toHaveLength(1);
  });

  test('have managers above them that end where somebody would come twice', async () => {
    const [one, two] = [BRIGHTWATER.people[1]!, BRIGHTWATER.people[2]!];
    const people = [
      { ...one, managerId: two.id },
      { ...two, managerId: one.id },
    ];
    await start({ company: { ...BRIGHTWATER, people } });
    const { data } = await employees(standIn);
    expect(data.map(({ manager }) => (manager as { id: string }).id)).toEqual([two.id, one.id]);
    expect(data.map(({ indirectManagers }) => indirectManagers)).toEqual([[], []]);
  });

  test('come on numbered pages, which end without an error', async () => {
    await start({ population: peopleOfAll(5) });
    const page = async (number: number) => {
      const { data, meta } = await employees(standIn, `?page=${number}&pageSize=2`);
      return [data.map(({ id }) => id), meta];
    };
    expect(await page(1)).toEqual([['e0', 'e1'], { page: 1, pageSize: 2, totalCount: 5 }]);
    expect(await page(3)).toEqual([['e4'], { page: 3, pageSize: 2, totalCount: 5 }]);
    expect(await page(9)).toEqual([[], { page: 9, pageSize: 2, totalCount: 5 }]);
  });

  test('are a hundred on a page when nobody counts', async () => {
    await start({ population: peopleOfAll(101) });
    expect((await employees(standIn)).data).toHaveLength(100);
    expect((await employees(standIn, '?pageSize=1000')).data).toHaveLength(101);
  });

  test('come on smaller pages where the service clamps them', async () => {
    await start({ population: peopleOfAll(5), clamp: { employees: 2 } });
    expect(await employees(standIn, '?pageSize=1000&page=2')).toMatchObject({
      data: [{ id: 'e2' }, { id: 'e3' }],
      meta: { page: 2, pageSize: 2, totalCount: 5 },
    });
  });

  test('can be asked for by status', async () => {
    await start({ population: peopleOfAll(5) });
    expect(await employees(standIn, '?status=invited')).toMatchObject({
      data: [{ id: 'e3' }],
      meta: { totalCount: 1 },
    });
    expect(await status('/employees?status=gone')).toBe(400);
  });

  test.each(['page=0', 'page=x', 'page=', 'pageSize=0', 'pageSize=1001', 'pageSize=-1', 'pageSize=1.5'])(
    'refuse %s',
    async (query) => {
      await start();
      expect(await status(`/employees?${query}`)).toBe(400);
    },
  );
});

describe('access roles', () => {
  test('are a bare list, and nobody holds them', async () => {
    await start();
    const roles = await (await askContent(standIn, '/access-roles')).json();
    expect(roles).toEqual(
      BRIGHTWATER.roles.map(({ id, name, scope, systemType, active }) => ({
        id,
        name,
        userScopeType: scope,
        isSystemDefault: systemType !== null,
        ...(systemType === null ? {} : { systemDefaultType: systemType }),
        active,
      })),
    );
  });

  test('are for Super Admins', async () => {
    await start({ superAdmin: false });
    expect(await status('/access-roles')).toBe(403);
    expect(await status('/employees')).toBe(200);
  });
});

describe('the service', () => {
  test('has empty lists where a population says nothing of it', async () => {
    await start({ population: people(3) });
    expect(await employees(standIn)).toEqual({ data: [], meta: { page: 1, pageSize: 100, totalCount: 0 } });
    expect(await (await askContent(standIn, '/access-roles')).json()).toEqual([]);
  });

  test('has nothing else', async () => {
    await start();
    for (const path of ['/goals', '/employees/x', '/']) expect(await status(path)).toBe(404);
  });

  test('answers 20 requests a second, whatever the others do', async () => {
    await start({ population: peopleOfAll(1) });
    await Promise.all(Array.from({ length: 31 }, () => ask(standIn, '/Users')));
    const statuses = await Promise.all(Array.from({ length: 21 }, () => status('/employees')));
    expect(statuses.filter((one) => one === 429)).toHaveLength(1);
    expect((await fetch(`${standIn.apiUrl}/token?secret=${standIn.apiSecret}`)).status).toBe(429);
  });

  test('takes a limit of its own, or one that each service has by itself', async () => {
    const three = async () => [
      await status('/employees'),
      await status('/employees'),
      await status('/employees'),
    ];
    await start({ population: peopleOfAll(1), rateLimit: { content: 2 } });
    expect(await three()).toEqual([200, 200, 429]);
    await standIn.close();
    await start({ population: peopleOfAll(1), rateLimit: 2 });
    expect(await three()).toEqual([200, 200, 429]);
    expect((await ask(standIn, '/Users')).status).toBe(200);
    const iam = () =>
      fetch(`${standIn.stackoneUrl}/unified/iam/users`, { headers: stackOneHeaders(standIn) });
    expect([(await iam()).status, (await iam()).status, (await iam()).status]).toEqual([200, 200, 429]);
  });

  test('writes down what it was asked', async () => {
    await start();
    await logIn(standIn);
    await employees(standIn, '?page=1');
    expect(standIn.requests).toMatchObject([
      { service: 'content', path: '/token', query: { secret: DEMO_API_SECRET }, status: 200 },
      { service: 'content', path: '/employees', query: { page: '1' }, status: 200 },
    ]);
  });
});
