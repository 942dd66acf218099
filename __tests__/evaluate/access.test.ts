import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { accessOf } from '../../src/evaluate/access.ts';
import { detect, inWords } from '../../src/evaluate/evaluate.ts';
import { Population } from '../../src/evaluate/population.ts';
import type { Access, Holding } from '../../src/model/access.ts';
import type { ReportedFinding } from '../../src/model/report.ts';
import { isLive, type Person, type Snapshot } from '../../src/model/snapshot.ts';
import type { Policy } from '../../src/policy/types.ts';
import { policies, snapshots } from './arbitraries.ts';
import { AS_OF, idOf, parse, policyOf, type SnapshotNotes, sha256, snapshot } from './builders.ts';

function held(
  policy: Policy,
  people: Snapshot,
  personalData: 'show' | 'mask' = 'show',
): { access: Access; rows: Holding[]; findings: readonly ReportedFinding[] } {
  const options = { policy, population: new Population(people), asOf: Date.parse(AS_OF), personalData };
  const detection = detect(options, { sha256 });
  const { findings } = inWords(detection);
  const access = accessOf(detection.evaluation, findings);
  return { access, rows: [...access.holdings()], findings };
}

/** "jo: Payroll unexpected 4": person, entitlement, expectation, and the line of the policy that says so. */
function short(policy: string, people: SnapshotNotes, personalData?: 'show' | 'mask'): string[] {
  return held(policyOf(policy), snapshot(people), personalData).rows.map(
    ({ person, entitlement, expectation, location }) =>
      [
        `${person.name.replace('@example.com', '')}:`,
        entitlement.name,
        expectation,
        ...(location ? [location.line] : []),
      ].join(' '),
  );
}

/** Only what is held of groups and roles. */
function ofTargets(policy: string, people: SnapshotNotes): string[] {
  return short(policy, people).filter((row) => !row.includes('Leapsome account'));
}

describe('who has what', () => {
  test('is one row for each account and for each of its groups, by person, the account first', () => {
    expect(
      short('groups: []', { people: ['sam: Payroll, Finance', 'jo: Payroll'], groups: ['Empty'] }),
    ).toEqual([
      'jo: Leapsome account not-governed',
      'jo: Payroll not-governed',
      'sam: Leapsome account not-governed',
      'sam: Finance not-governed',
      'sam: Payroll not-governed',
    ]);
  });

  test('says what no source tells of', () => {
    const people = snapshot({ people: ['jo: Payroll'] });
    const untold = (facts: Snapshot['facts']) =>
      held(policyOf('groups: []'), { ...people, facts }).access.untold;
    expect(untold(new Set(['membership', 'role-holders', 'manager']))).toEqual([]);
    expect(untold(new Set(['membership', 'role-catalogue']))).toEqual(['roles', 'managers']);
    expect(untold(new Set())).toEqual(['groups', 'roles', 'managers']);
  });

  test('shows deactivated accounts with the groups that they are still in, and no account', () => {
    expect(
      short('groups:\n  - { name: Payroll, members: [everyone] }', { people: ['-jo: Payroll', '~sam'] }),
    ).toEqual(['jo: Payroll inactive', 'sam: Leapsome account not-governed']);
  });

  test('names status and manager as people may see them', () => {
    const people = snapshot({
      people: [
        { name: 'jo' },
        { name: 'sam', manager: 'jo' },
        '-kim',
        '~ada',
        { name: 'lee', manager: '#x' },
      ],
    });
    const shown = ({ access }: ReturnType<typeof held>) =>
      access.people.map(({ name, status, manager }) => [name, status, manager]);
    expect(shown(held(policyOf('groups: []'), people))).toEqual([
      ['ada@example.com', 'invited', undefined],
      ['jo@example.com', 'active', undefined],
      ['kim@example.com', 'inactive', undefined],
      ['lee@example.com', 'active', undefined],
      ['sam@example.com', 'active', 'jo@example.com'],
    ]);
    const masked = held(policyOf('accounts: [jo@example.com]'), people, 'mask');
    const named = masked.access.people.filter(({ name }) => name.includes('@'));
    expect(named.map(({ name }) => name)).toEqual(['jo@example.com']);
    expect(masked.access.people.find(({ id }) => id === idOf('sam'))?.manager).toBe('jo@example.com');
    const unmanaged = snapshot({ people: [{ name: 'sam', manager: 'jo' }, 'jo'], unknown: ['manager'] });
    expect(held(policyOf('groups: []'), unmanaged).access.people.map(({ manager }) => manager)).toEqual([
      undefined,
      undefined,
    ]);
  });

  test('includes groups that no source lists, by their id', () => {
    const { rows } = held(policyOf('groups: []'), snapshot({ people: [{ name: 'jo', in: ['#lost'] }] }));
    expect(rows.map(({ entitlement }) => [entitlement.type, entitlement.name])).toEqual([
      ['account', 'Leapsome account'],
      ['group', 'lost'],
    ]);
  });

  test('includes roles by their holders, and judges them', () => {
    const policy =
      'roles:\n  - name: Admin\n    members: { at-most: [jo@example.com] }\n  - name: Viewer\n    members: [sam@example.com]\n';
    expect(
      ofTargets(policy, {
        people: ['jo', 'sam'],
        roles: { Admin: ['jo', 'sam'], Viewer: [], Other: ['jo'], Secret: null },
      }),
    ).toEqual([
      'jo: Admin expected 4',
      'jo: Other not-governed',
      'sam: Admin unexpected 4',
      'sam: Viewer missing 6',
    ]);
  });
});

describe('what the policy says of it', () => {
  const EVERY_KIND = [
    'groups:',
    '  - name: Exact',
    '    members: [jo@example.com, ada@example.com]',
    '  - name: Limited',
    '    members: { at-most: [jo@example.com], never: [kim@example.com] }',
    '  - name: Needed',
    '    members: { at-least: [jo@example.com] }',
    '  - name: Noted',
    '    owner: "@acme/it"',
    '    controls: [A.5.18]',
    '  - name: Open',
    '    members: { at-most: [{ level: Lead }] }',
    '    severity: warning',
    'accounts:',
    '  at-most: [jo@example.com, sam@example.com]',
    '',
  ].join('\n');

  test('is told with the line that says so', () => {
    expect(
      short(EVERY_KIND, {
        people: [
          'jo: Exact, Needed, Noted, Open',
          'sam: Exact, Limited, Needed',
          'kim: Limited',
          'ada: Free',
        ],
        unknown: ['level'],
      }),
    ).toEqual([
      'ada: Leapsome account unexpected 16',
      'ada: Exact missing 4',
      'ada: Free not-governed',
      'jo: Leapsome account expected 16',
      'jo: Exact expected 4',
      'jo: Needed expected 8',
      'jo: Noted not-limited 9',
      'jo: Open unknown 13',
      'kim: Leapsome account unexpected 16',
      'kim: Limited forbidden 6',
      'sam: Leapsome account expected 16',
      'sam: Exact unexpected 4',
      'sam: Limited unexpected 6',
      'sam: Needed not-limited 8',
    ]);
  });

  test('comes with owner, controls and entries of the entitlement', () => {
    const { access } = held(policyOf(EVERY_KIND), snapshot({ groups: ['Noted', 'Free'] }));
    const [, free, noted] = access.entitlements;
    expect(noted).toMatchObject({ name: 'Noted', owner: '@acme/it', controls: ['A.5.18'] });
    expect(noted?.locations.map(({ line }) => line)).toEqual([9]);
    expect(free).toMatchObject({ name: 'Free', controls: [], locations: [] });
  });

  test('is what the strictest of several entries says', () => {
    const policy =
      'groups:\n  - name: Pay*\n    members: { at-most: [everyone] }\n  - name: "*roll"\n    members: { at-most: [jo@example.com] }\n';
    expect(ofTargets(policy, { people: ['jo: Payroll', 'sam: Payroll'] })).toEqual([
      'jo: Payroll expected 4',
      'sam: Payroll unexpected 6',
    ]);
  });

  test('is unexpected, too, where it is unknown whether it is forbidden', () => {
    const policy =
      'groups:\n  - name: Payroll\n    members: { at-most: [jo@example.com], never: [{ level: Lead }] }\n';
    const people = { people: ['jo: Payroll', 'sam: Payroll'], unknown: ['level'] } as const;
    expect(ofTargets(policy, people)).toEqual(['jo: Payroll unknown 4', 'sam: Payroll unexpected 4']);
  });

  test('is unknown where nobody can tell whether an entry is about the group', () => {
    const policy =
      'groups:\n  - { name: Payroll, kind: team, members: [jo@example.com], severity: notice }\n';
    expect(ofTargets(policy, { people: ['jo: Payroll'] })).toEqual(['jo: Payroll unknown 3']);
    const twice = {
      people: [{ name: 'jo', in: [`#${idOf('one')}`] }],
      groups: [
        { id: idOf('one'), name: 'Payroll' },
        { id: idOf('two'), name: 'Payroll' },
      ],
    };
    expect(ofTargets('groups:\n  - { name: Payroll, members: [jo@example.com] }\n', twice)).toEqual([
      'jo: Payroll unknown 3',
    ]);
  });

  test('points where the finding points', () => {
    const policy =
      'groups:\n  - name: Pay*\n    severity: warning\n    members: { at-most: [jo@example.com] }\n  - name: "*roll"\n    members: { at-most: [jo@example.com] }\n';
    const { rows } = held(policyOf(policy), snapshot({ people: ['sam: Payroll'] }));
    const row = rows.find(({ entitlement }) => entitlement.name === 'Payroll');
    expect(row?.findings[0]).toMatchObject({ rule: 'unexpected-member', severity: 'error' });
    expect(row?.location).toEqual(row?.findings[0]?.location);
  });
});

describe('findings', () => {
  test('about a person and nothing that can be held stand with the account, also of a deactivated one', () => {
    const policy =
      'accounts: { exactly: [jo@example.com, kim@example.com] }\nrequirements:\n  - { name: leads, when: everyone, require: { level: present } }\n';
    const { rows } = held(
      policyOf(policy),
      snapshot({ people: [{ name: 'jo', level: 'Lead' }, 'kim', '-ada'] }),
    );
    const found = rows.map(({ person, entitlement, findings }) => [
      person.name,
      entitlement.type,
      findings.map(({ rule }) => rule),
    ]);
    expect(found).toEqual([
      ['jo@example.com', 'account', []],
      ['kim@example.com', 'account', ['requirement']],
    ]);
    const gone = held(policyOf('accounts: [ada@example.com]'), snapshot({ people: ['-ada'] })).rows;
    expect(gone).toMatchObject([{ expectation: 'missing', findings: [{ rule: 'missing-account' }] }]);
  });

  test('that are excused stay with what they are about', () => {
    const policy = `groups:\n  - { name: Payroll, members: { at-most: [] } }\nexceptions:\n  - { rule: unexpected-member, user: jo@example.com, group: Payroll, reason: x, owner: y, expires: 2026-12-31 }\n`;
    const { rows } = held(policyOf(policy), snapshot({ people: ['jo: Payroll'] }));
    expect(rows.at(-1)).toMatchObject({ expectation: 'unexpected', findings: [{ status: 'excepted' }] });
  });
});

const RUNS = { numRuns: 500 };

describe('random populations and policies', () => {
  /** Only policies without mistakes: what is wanted and forbidden by the same name is one. */
  const worlds = fc
    .tuple(policies, snapshots)
    .map(([written, people]) => ({ policy: parse(JSON.stringify(written)).policy, people }))
    .filter((world): world is { policy: Policy; people: Snapshot } => world.policy !== undefined);

  test('every account and every membership has exactly one row, and no other row is without a finding', () => {
    fc.assert(
      fc.property(worlds, ({ policy, people }) => {
        const { access, rows } = held(policy, people);
        const keys = rows.map(keyOf);
        expect(new Set(keys).size).toBe(keys.length);
        const owed = people.people.flatMap(entitlementsOf);
        expect(owed.filter((key) => !keys.includes(key))).toEqual([]);
        const without = rows.filter((row) => !owed.includes(keyOf(row)) && row.findings.length === 0);
        expect(without).toEqual([]);
        expect(access.people).toHaveLength(people.people.length);
        expect(rows.every(({ person }) => access.people.includes(person))).toBe(true);
        expect(rows.every(({ entitlement }) => access.entitlements.includes(entitlement))).toBe(true);
        const places = rows.map(
          (row) => [access.people.indexOf(row.person), access.entitlements.indexOf(row.entitlement)] as const,
        );
        expect(places).toEqual([...places].sort((a, b) => a[0] - b[0] || a[1] - b[1]));
      }),
      RUNS,
    );
  });

  test('every finding about a person stands in exactly one row, which is about that person and group', () => {
    fc.assert(
      fc.property(worlds, ({ policy, people }) => {
        const { rows, findings } = held(policy, people);
        const inRows = rows.flatMap((row) => row.findings.map(({ fingerprint }) => fingerprint));
        const aboutPeople = findings.filter(({ user }) => user);
        expect(inRows.sort()).toEqual(aboutPeople.map(({ fingerprint }) => fingerprint).sort());
        for (const { person, entitlement, findings: found } of rows)
          for (const { user, group } of found) {
            expect(user?.id).toBe(person.id);
            expect(entitlement.id).toBe(group?.id ?? '');
          }
      }),
      RUNS,
    );
  });

  test('what a row says agrees with its findings', () => {
    fc.assert(
      fc.property(worlds, ({ policy, people }) => {
        for (const row of held(policy, people).rows) {
          const { expectation, location, findings, entitlement } = row;
          const complains = (word: string) => findings.some(({ rule }) => rule.startsWith(`${word}-`));
          const live = row.person.status !== 'inactive';
          expect(expectation === 'missing').toBe(complains('missing'));
          expect(expectation === 'inactive').toBe(!live && !complains('missing'));
          expect(expectation === 'forbidden').toBe(complains('forbidden'));
          expect(expectation === 'unexpected').toBe(complains('unexpected') && !complains('forbidden'));
          expect(location === undefined).toBe(['inactive', 'not-governed'].includes(expectation));
          if (['expected', 'not-limited'].includes(expectation))
            expect(entitlement.locations.length).toBeGreaterThan(0);
          if (expectation === 'not-governed') expect(entitlement.locations).toEqual([]);
        }
      }),
      RUNS,
    );
  });

  test('nobody who is masked is named', () => {
    fc.assert(
      fc.property(snapshots, (people) => {
        const { access, rows } = held(policyOf('groups: [{ name: "*", members: [] }]'), people, 'mask');
        expect(JSON.stringify([access.people, rows])).not.toContain('@');
      }),
    );
  });

  test('each reading begins anew', () => {
    fc.assert(
      fc.property(worlds, ({ policy, people }) => {
        const { access, rows } = held(policy, people);
        expect([...access.holdings()]).toEqual(rows);
      }),
      { numRuns: 50 },
    );
  });
});

function keyOf({ person, entitlement }: Holding): string {
  return `${person.id} ${entitlement.type} ${entitlement.id}`;
}

function entitlementsOf(person: Person): string[] {
  const groups = person.groups.map((id) => `${person.id} group ${id}`);
  return isLive(person) ? [`${person.id} account `, ...groups] : groups;
}
