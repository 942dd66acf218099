import { describe, expect, test } from '@jest/globals';
import { environmentOf } from '../../demo/serve.ts';
import { groups, only, roles } from './doctor.ts';
import { explain, lineOf, target } from './explain.ts';
import { leapsome } from './harness.ts';

const SHOW = ['--personal-data', 'show'];

test('a group: who is in, what each list of each entry selects, what was found', async () => {
  const explained = await explain(environmentOf(await leapsome()), ['Payroll Admins', ...SHOW]);
  const { kind, target: group, members, entries, separations, findings, exceptions } = target(explained);
  expect(kind).toBe('group');
  expect(group).toEqual({
    id: groups.find(({ name }) => name === 'Payroll Admins')!.id,
    name: 'Payroll Admins',
    kind: 'team',
  });
  expect(members?.active.count).toBe(4);
  expect(members?.active.names).toHaveLength(4);
  expect(entries).toHaveLength(1);
  const [entry] = entries;
  expect(lineOf(entry!.entry.location)).toMatch(/^name: Payroll Admins/);
  expect(entry).toMatchObject({
    severity: 'error',
    bounds: { min: 2, max: 5 },
    lists: [
      { word: 'at-least', selects: { count: 1 } },
      { word: 'at-most', text: 'people where department is Finance', unknown: 0 },
    ],
  });
  expect(entry!.lists![1]!.selects.count).toBeGreaterThan(entry!.lists![1]!.selects.names.length - 1);
  expect(separations.map(({ name }) => name)).toEqual(['payroll-four-eyes']);
  expect(findings.map(({ rule }) => rule)).toEqual(['unexpected-member']);
  expect(exceptions).toMatchObject([{ state: 'expired', rule: 'unexpected-member' }]);
  expect(explained.text).toContain('count: at least 2, at most 5');
  expect(explained.text).toContain('Kept apart from others by payroll-four-eyes');
});

test('the same by its id', async () => {
  const { id } = groups.find(({ name }) => name === 'Payroll Admins')!;
  const env = only(await leapsome(), 'scim');
  const policy = 'version: 1\ngroups: [{ name: "Payroll*", members: { never: [{ lifecycle: leave }] } }]\n';
  const explained = await explain(env, [id], policy);
  expect(target(explained)).toMatchObject({ target: { id }, isManaged: true });
  const [list] = target(explained).entries[0]!.lists!;
  expect(list).toMatchObject({ word: 'never', selects: { count: 0, names: [] } });
  expect(list!.unknown).toBeGreaterThan(10);
  expect(list!.why).toEqual(["lifecycle is unknown: only Leapsome's Content API reports it"]);
  expect(explained.text).toContain(`and perhaps ${list!.unknown} more`);
});

describe('what no entry is about', () => {
  const policy = 'version: 1\ngroups: [{ name: Sales, kind: team }]\n';

  test('is unmanaged', async () => {
    const explained = await explain(environmentOf(await leapsome()), ['Works Council'], policy);
    expect(target(explained)).toMatchObject({ isManaged: false, isAttribute: false, entries: [] });
    expect(target(explained).findings.map(({ rule }) => rule)).toEqual(['unmanaged-group']);
    expect(explained.text).toContain('No entry of the policy is about this group (unmanaged-group).');
  });

  test('is left alone where it is an attribute of people', async () => {
    const explained = await explain(environmentOf(await leapsome()), ['Market'], policy);
    expect(target(explained)).toMatchObject({ isManaged: false, isAttribute: true, findings: [] });
    expect(explained.text).toContain('an attribute of people');
  });
});

describe('an access role', () => {
  test('who holds it, and what the policy says of that', async () => {
    const explained = await explain(environmentOf(await leapsome()), ['Survey Admin', ...SHOW]);
    const { kind, members, findings, entries } = target(explained);
    expect(kind).toBe('role');
    expect(members?.active.names).toContain('rafael.ortiz@brightwater.example');
    expect(entries[0]?.lists).toMatchObject([
      { word: 'at-most', text: 'the set survey-team', selects: { count: 3 } },
    ]);
    expect(findings.map(({ rule }) => rule)).toEqual(['unexpected-role-holder']);
    expect(explained.text).toContain('Active holders: ');
  });

  test('is there without anybody telling who holds it', async () => {
    const env = only(await leapsome(), 'scim', 'content');
    const policy = 'version: 1\nroles: [{ name: Survey Admin }]\n';
    const explained = await explain(env, [roles.find(({ name }) => name === 'Survey Admin')!.id], policy);
    const why = "who holds an access role is unknown: only StackOne's IAM API reports it";
    expect(target(explained)).toMatchObject({ members: null, why: [why], entries: [{ lists: null }] });
    expect(explained.text).toContain(`? ${why}`);
    expect(explained.text).toContain('judges nobody');
  });
});
