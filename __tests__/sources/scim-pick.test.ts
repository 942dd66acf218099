import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Person } from '../../src/model/snapshot.ts';
import { FieldError } from '../../src/sources/fields.ts';
import { createPicker } from '../../src/sources/scim-pick.ts';
import { ENTERPRISE, user } from './fake-scim.ts';

function pick(changes: Record<string, unknown>, custom: readonly string[] = []): Person {
  return createPicker(custom).person(JSON.parse(JSON.stringify(user(1, changes))));
}

function fieldOf(changes: Record<string, unknown>, custom: readonly string[] = []): string {
  try {
    pick(changes, custom);
  } catch (error) {
    if (error instanceof FieldError) return error.field;
    throw error;
  }
  return 'none';
}

const extension = (fields: Record<string, unknown>) => ({ [ENTERPRISE]: fields });

describe('active', () => {
  it.each([
    [true, true],
    ['True', true],
    ['true', true],
    [1, true],
    [false, false],
    ['False', false],
    ['FALSE', false],
    [0, false],
  ])('may be %j', (active, expected) => {
    expect(pick({ active }).active).toBe(expected);
  });

  it.each([undefined, null, 'yes', '', '1', 2, [], {}])('may not be %j', (active) => {
    expect(fieldOf({ active })).toBe('active');
  });
});

describe('groups', () => {
  it.each([undefined, null, 'group-1', {}, [{}], [{ value: null }], [{ value: '' }], [null], ['group-1']])(
    'may not be %j',
    (groups) => {
      expect(fieldOf({ groups })).toBe('groups');
    },
  );

  it('may be empty', () => {
    expect(pick({ groups: [] }).groups).toEqual([]);
  });

  it('are listed once', () => {
    expect(pick({ groups: [{ value: 'a' }, { value: 'b' }, { value: 'a' }] }).groups).toEqual(['a', 'b']);
  });
});

describe('ids', () => {
  it('may be numbers', () => {
    expect(pick({ id: 2 ** 53 - 1, groups: [{ value: 7 }] })).toMatchObject({
      id: '9007199254740991',
      groups: ['7'],
    });
  });

  it.each([undefined, null, '', ' ', 2 ** 53, 1.5, true, {}])('may not be %j', (id) => {
    expect(fieldOf({ id })).toBe('id');
  });
});

it.each([undefined, null, '', '  ', 5, {}])('a user name may not be %j', (userName) => {
  expect(fieldOf({ userName })).toBe('userName');
});

describe('optional fields', () => {
  it.each([undefined, null, ''])('may be %j', (nothing) => {
    const fields = [
      'department',
      'costCenter',
      'division',
      'level',
      'location',
      'employmentType',
      'startDate',
      'endDate',
    ];
    const person = pick({
      title: nothing,
      manager: nothing === '' ? { value: '' } : nothing,
      emails: nothing === '' ? [{ value: '' }] : nothing,
      ...extension(Object.fromEntries(fields.map((field) => [field, nothing]))),
    });
    expect(person).toMatchObject({ addresses: [], managerId: undefined });
    expect(person.attributes).toEqual({});
  });

  const TEXTS = ['department', 'costCenter', 'division', 'level', 'location', 'employmentType'];
  const DATES = ['startDate', 'endDate'];

  it.each([...TEXTS, ...DATES])('%s may not be an object', (field) => {
    expect(fieldOf(extension({ [field]: { canary: 1 } }))).toBe(field);
    expect(fieldOf(extension({ [field]: 2 ** 60 }))).toBe(field);
  });

  it.each(TEXTS)('%s may be a number', (field) => {
    expect(Object.values(pick(extension({ [field]: 4711 })).attributes)).toContain('4711');
  });

  it.each(DATES)('%s must be a day that exists', (field) => {
    for (const value of [5, '2026-02-30', '2026-13-01', '2025-02-29']) {
      expect(fieldOf(extension({ [field]: value }))).toBe(field);
    }
  });

  it.each([
    ['title', { title: {} }],
    ['emails', { emails: 'a@example.com' }],
    ['emails', { emails: [{ value: 5 }] }],
    ['manager', { manager: 'user-2' }],
    ['manager', { manager: { value: {} } }],
    ['the enterprise extension', { [ENTERPRISE]: 'canary' }],
  ])('%s may not be of another type', (field, changes) => {
    expect(fieldOf(changes)).toBe(field);
  });

  it('are all read', () => {
    const person = pick({
      title: 'Chief',
      ...extension({
        department: 'Finance',
        costCenter: 'CC 1',
        division: 'North',
        level: 'L5',
        location: 'Berlin',
        employmentType: 'internal',
        startDate: '2011-03-25',
        endDate: '2022-02-25T00:00:00.000Z',
        manager: { managerId: 'user-7', displayName: 'canary' },
      }),
    });
    expect(person.managerId).toBe('user-7');
    expect(person.attributes).toEqual({
      title: 'Chief',
      department: 'Finance',
      'cost-center': 'CC 1',
      division: 'North',
      level: 'L5',
      location: 'Berlin',
      'employment-type': 'internal',
      'start-date': '2011-03-25',
      'end-date': '2022-02-25',
    });
  });

  it('are read from an extension of SCIM 1.1', () => {
    const changes = {
      [ENTERPRISE]: undefined,
      'urn:scim:schemas:extension:enterprise:1.0': { department: 'Sales' },
    };
    expect(pick(changes).attributes.department).toBe('Sales');
  });

  it.each(['tomorrow', '25.03.2011', '2011-13-01', '2011-03-25x', '2011-3-5'])(
    'dates may not be %j',
    (startDate) => {
      expect(fieldOf(extension({ startDate }))).toBe('startDate');
    },
  );
});

it('addresses are in lower case, once, and without the user name', () => {
  const emails = ['USER1@example.com', 'A@example.com', 'a@EXAMPLE.com', 'b@example.com'].map((value) => ({
    value,
  }));
  expect(pick({ emails }).addresses).toEqual(['a@example.com', 'b@example.com']);
});

describe('custom attributes', () => {
  it('are read by id only', () => {
    const person = pick(extension({ aaa: 'x', bbb: 7, ccc: true, ddd: null, secret: 'canary' }), [
      'aaa',
      'bbb',
      'ccc',
      'ddd',
    ]);
    expect(person.custom).toEqual({ aaa: 'x', bbb: '7', ccc: 'true' });
  });

  it('may not be lists', () => {
    expect(fieldOf(extension({ aaa: ['canary'] }), ['aaa'])).toBe('custom attribute aaa');
  });

  it.each(['__proto__', 'constructor', 'toString'])('named %s are harmless', (id) => {
    const row = JSON.parse(
      `{"id":"1","userName":"u","active":true,"groups":[],"${ENTERPRISE}":{"${id}":"x"}}`,
    );
    const { custom } = createPicker([id]).person(row);
    expect(Object.entries(custom ?? {})).toEqual([[id, 'x']]);
    expect(Object.keys(createPicker([id]).person({ ...row, [ENTERPRISE]: {} }).custom ?? {})).toEqual([]);
  });
});

it('keys of a hostile record change nothing', () => {
  const row = JSON.parse(
    `{"__proto__":{"active":true,"groups":[]},"constructor":{"prototype":{"x":1}},"id":"1","userName":"u"}`,
  );
  expect(() => createPicker([]).person(row)).toThrow(FieldError);
});

it.each([undefined, null, '', 5])('a group may not be called %j', (displayName) => {
  expect(() => createPicker([]).group({ id: 'g', displayName })).toThrow(FieldError);
});

it('nothing that is not listed survives, whatever a record holds', () => {
  const noise = fc.dictionary(
    fc.string(),
    fc.jsonValue().map((canary) => ({ canary })),
  );
  fc.assert(
    fc.property(noise, noise, (top, inner) => {
      const row = { ...top, ...user(1, { [ENTERPRISE]: { ...inner, department: 'Finance' } }) };
      expect(JSON.stringify(createPicker([]).person(row))).not.toContain('canary');
    }),
  );
});

it('any JSON at all is picked or refused', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (row) => {
      try {
        createPicker(['a']).person(row);
      } catch (error) {
        expect(error).toBeInstanceOf(FieldError);
      }
    }),
  );
});
