import { describe, expect, test } from '@jest/globals';
import {
  BRIGHTWATER,
  BRIGHTWATER_AGREED,
  CANARIES,
  CONTRADICTIONS,
  EXCUSED,
  PLANTED,
  PLANTED_WITH_ALL,
} from '../../demo/company.ts';

const { people, groups, roles } = BRIGHTWATER;
const byId = new Map(people.map((person) => [person.id, person]));

describe('Brightwater', () => {
  test('has people and groups with stable, different ids', () => {
    const ids = [...people, ...groups, ...roles].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[0-9a-f]{24}$/.test(id))).toEqual([]);
    // The sample policy pins this one.
    expect(groups.find(({ name }) => name === 'Engagement Survey Owners')?.id).toBe(
      'c8896cec1207ea35b2665923',
    );
  });

  test('refers only to what exists', () => {
    const groupIds = new Set(groups.map(({ id }) => id));
    for (const person of people) {
      for (const id of person.groupIds) expect(groupIds).toContain(id);
      for (const id of person.additionalManagerIds) expect(byId.has(id)).toBe(true);
    }
    for (const { holderIds } of roles) for (const id of holderIds) expect(byId.has(id)).toBe(true);
  });

  test('has one reporting line that everybody is on', () => {
    const tops = people.filter((person) => person.managerId === null);
    expect(tops.map(({ title }) => title)).toEqual(['Chief Executive Officer']);
    for (const person of people) {
      let steps = 0;
      for (let at = person; at.managerId !== null; at = byId.get(at.managerId)!)
        expect(steps++).toBeLessThan(8);
    }
  });

  test('has filled in every cell of the table', () => {
    for (const person of people) {
      for (const value of [
        person.familyName,
        person.title,
        person.department,
        person.level,
        person.costCenter,
      ]) {
        expect(value).toBeTruthy();
      }
      expect(person.startDate).toMatch(/^20\d\d-\d\d-\d\d$/);
      expect(['Berlin', 'Lisbon', 'Remote']).toContain(person.location);
    }
  });

  test('plants drifts about people and groups that exist, each once', () => {
    const names = new Set(groups.map(({ name }) => name));
    const addresses = new Set(people.map(({ userName }) => userName));
    const roleNames = new Set(roles.map(({ name }) => name));
    for (const { user, group, role } of [...PLANTED_WITH_ALL, ...EXCUSED]) {
      if (user !== undefined) expect(addresses).toContain(user);
      if (group !== undefined) expect(names).toContain(group);
      if (role !== undefined) expect(roleNames).toContain(role);
    }
    expect(PLANTED_WITH_ALL.slice(0, PLANTED.length)).toEqual(PLANTED);
    expect(new Set(PLANTED.map(({ rule }) => rule)).size).toBe(PLANTED.length);
  });

  test('plants contradictions about people of whom nothing else is found', () => {
    const elsewhere = [...PLANTED, ...EXCUSED].map(({ user }) => user);
    for (const { user, group } of CONTRADICTIONS) {
      expect(elsewhere).not.toContain(user);
      const person = people.find(({ userName }) => userName === user)!;
      expect([person.active, person.status]).toEqual([true, 'active']);
      expect(people.filter(({ managerId }) => managerId === person.id)).toEqual([]);
      if (group !== undefined) {
        expect(person.groupIds).toContain(groups.find(({ name }) => name === group)!.id);
      }
    }
    expect(CONTRADICTIONS.map(({ kind }) => kind)).toEqual(['activity', 'presence', 'membership']);
    expect(BRIGHTWATER_AGREED).toEqual({ ...BRIGHTWATER, contradictions: [] });
  });

  test('has people who are about to begin, of whom nothing else is found, and who hold no role', () => {
    const pending = people.filter(({ status }) => status !== 'active' && status !== 'deactivated');
    expect(pending.map(({ status, lifecycle, active }) => ({ status, lifecycle, active }))).toEqual([
      { status: 'invited', lifecycle: 'active', active: true },
      { status: 'preBoardingInvited', lifecycle: 'preBoarding', active: true },
    ]);
    const elsewhere = [...PLANTED_WITH_ALL, ...EXCUSED].map(({ user }) => user);
    for (const person of pending) {
      expect(elsewhere).not.toContain(person.userName);
      expect(person.groupIds).toHaveLength(1);
      expect(roles.flatMap(({ holderIds }) => holderIds)).not.toContain(person.id);
      expect(people.filter(({ managerId }) => managerId === person.id)).toEqual([]);
    }
  });

  test('has an access role that is switched off and held by nobody', () => {
    expect(roles.filter(({ active }) => !active)).toMatchObject([{ name: 'Import Admin', holderIds: [] }]);
  });

  test('has a canary in every sensitive field of everybody', () => {
    for (const { sensitive } of people) {
      for (const value of Object.values(sensitive)) {
        expect(CANARIES.some((canary) => String(value).includes(canary))).toBe(true);
      }
    }
  });
});
