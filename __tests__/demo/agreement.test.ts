import { afterEach, describe, expect, test } from '@jest/globals';
import { BRIGHTWATER, BRIGHTWATER_AGREED, CONTRADICTIONS, type Company } from '../../demo/company.ts';
import type { Row } from '../../demo/rows.ts';
import { ENTERPRISE_USER } from '../../demo/scim-wire.ts';
import { type StandIn, startStandIn } from '../../demo/stand-in.ts';
import { askContent, employees, list, logIn, stackOneRows } from './asking.ts';

let standIn: StandIn;
afterEach(() => standIn?.close());

/** What a service says of somebody, in words that all three share. */
interface Told {
  readonly address: unknown;
  readonly live: boolean;
  /** Ids of Leapsome. */
  readonly groups: readonly unknown[];
}

/** People by their Leapsome id. */
type Telling = ReadonlyMap<unknown, Told>;

interface Answers {
  readonly scim: readonly Row[];
  readonly content: readonly Row[];
  readonly stackone: readonly Row[];
}

/** Everything that the three services say of the people of a company. */
async function readAll(company: Company): Promise<Answers> {
  standIn = await startStandIn({ company });
  await logIn(standIn);
  return {
    scim: (await list(standIn, '/Users')).Resources,
    content: (await employees(standIn, '?pageSize=1000')).data,
    stackone: await stackOneRows(standIn, 'users'),
  };
}

const idsOf = (references: unknown, key: string) => (references as Row[]).map((one) => one[key]);

function tellings({ scim, content, stackone }: Answers): Record<keyof Answers, Telling> {
  return {
    scim: new Map(
      scim.map((row) => [
        row.id,
        { address: row.userName, live: row.active === true, groups: idsOf(row.groups, 'value') },
      ]),
    ),
    content: new Map(
      content.map((row) => [
        row.id,
        {
          address: row.email,
          live: row.status !== 'deactivated' && row.lifecycleStatus !== 'terminated',
          groups: idsOf(row.teams, 'id'),
        },
      ]),
    ),
    stackone: new Map(
      stackone.map((row) => [
        row.remote_id,
        {
          address: row.username,
          live: (row.status as Row).value !== 'disabled',
          groups: idsOf(row.groups, 'remote_id'),
        },
      ]),
    ),
  };
}

describe('the company that agrees', () => {
  test('has the same people, states and groups in all three services', async () => {
    const { scim, content, stackone } = tellings(await readAll(BRIGHTWATER_AGREED));
    expect(scim.size).toBe(BRIGHTWATER.people.length);
    expect(content).toEqual(scim);
    expect(stackone).toEqual(scim);
  });

  test('has the same attributes in SCIM and in the Content API', async () => {
    const { scim, content } = await readAll(BRIGHTWATER_AGREED);
    const employeesById = new Map(content.map((row) => [row.id, row]));
    for (const user of scim) {
      const extension = user[ENTERPRISE_USER] as Row;
      const day = (date: unknown) => (date === undefined ? undefined : `${date}T00:00:00.000Z`);
      const only = (name: unknown) => [{ id: expect.any(String), name }];
      const employee = employeesById.get(user.id)!;
      expect(employee).toMatchObject({
        displayedName: user.displayName,
        title: user.title,
        level: extension.level,
        departments: only(extension.department),
        costCenters: only(extension.costCenter),
        divisions: only(extension.division),
        workLocation: { name: extension.location },
        additionalManagers: (extension.additionalManagers as Row[]).map((one) => ({ id: one.managerId })),
      });
      expect([employee.startDate, employee.endDate]).toEqual([
        day(extension.startDate),
        day(extension.endDate),
      ]);
      expect((employee.manager as Row | undefined)?.id).toBe((user.manager as Row | undefined)?.value);
    }
  });

  test('has the same pending people in the Content API and at StackOne', async () => {
    const { content, stackone } = await readAll(BRIGHTWATER_AGREED);
    const invited = content.filter(({ status }) => /invited/i.test(String(status))).map(({ id }) => id);
    const pending = stackone
      .filter(({ status }) => (status as Row).value === 'pending')
      .map((row) => row.remote_id);
    expect(pending).toEqual(invited);
    expect(pending).toHaveLength(2);
  });

  test('has the same groups in all three services', async () => {
    const { content } = await readAll(BRIGHTWATER_AGREED);
    const named = (rows: readonly Row[], id: string, name: string) =>
      new Map(rows.map((row) => [row[id], row[name]]));
    const scim = named((await list(standIn, '/Groups')).Resources, 'id', 'displayName');
    expect(scim.size).toBe(18);
    expect(named(await stackOneRows(standIn, 'groups'), 'remote_id', 'name')).toEqual(scim);
    const teams = named(
      content.flatMap((row) => row.teams as Row[]),
      'id',
      'name',
    );
    expect(new Map([...teams].sort())).toEqual(new Map([...scim].sort()));
    const others = content.flatMap((row) =>
      ['departments', 'businessUnits', 'costCenters', 'divisions', 'otherGroups'].flatMap(
        (kind) => row[kind] as Row[],
      ),
    );
    for (const { id } of others) expect(scim.has(id)).toBe(false);
    expect(new Set(others.map(({ id }) => id)).size).toBe(new Set(others.map(({ name }) => name)).size);
  });

  test('has the same roles in the Content API and at StackOne, which knows the holders', async () => {
    const { stackone } = await readAll(BRIGHTWATER_AGREED);
    const catalogue = (await (await askContent(standIn, '/access-roles')).json()) as Row[];
    const roles = await stackOneRows(standIn, 'roles');
    expect(roles.map((role) => [role.remote_id, role.name])).toEqual(
      catalogue.map(({ id, name }) => [id, name]),
    );
    expect(catalogue.filter(({ active }) => active === false).map(({ name }) => name)).toEqual([
      'Import Admin',
    ]);
    for (const { id, holderIds } of BRIGHTWATER.roles) {
      const holders = stackone.filter((user) => idsOf(user.roles, 'remote_id').includes(id));
      expect(holders.map((user) => user.remote_id).sort()).toEqual([...holderIds].sort());
    }
  });
});

describe('Brightwater', () => {
  test('is told by SCIM and StackOne as if nobody contradicted', async () => {
    const planted = await readAll(BRIGHTWATER);
    await standIn.close();
    const agreed = await readAll(BRIGHTWATER_AGREED);
    expect([planted.scim, planted.stackone]).toEqual([agreed.scim, agreed.stackone]);
  });

  test('is told otherwise by the Content API in these places, and in no others', async () => {
    const { scim, content } = tellings(await readAll(BRIGHTWATER));
    const found: object[] = [];
    for (const [id, { address, live, groups }] of scim) {
      const other = content.get(id);
      if (other === undefined) {
        found.push({ kind: 'presence', user: address });
        continue;
      }
      if (other.live !== live) found.push({ kind: 'activity', user: address });
      for (const missing of groups.filter((group) => !other.groups.includes(group))) {
        const group = BRIGHTWATER.groups.find((one) => one.id === missing)!.name;
        found.push({ kind: 'membership', user: address, group });
      }
      for (const group of other.groups) expect(groups).toContain(group);
    }
    expect(found.sort(byKind)).toEqual([...CONTRADICTIONS].sort(byKind));
    expect(content.size).toBe(scim.size - 1);
  });

  test('calls an active person terminated, and leaves the account active', async () => {
    const { content } = await readAll(BRIGHTWATER);
    const terminated = content.filter(({ lifecycleStatus }) => lifecycleStatus === 'terminated');
    expect(terminated).toMatchObject([{ email: CONTRADICTIONS[0]!.user, status: 'active' }]);
  });
});

function byKind(a: object, b: object): number {
  return JSON.stringify(a).localeCompare(JSON.stringify(b));
}
