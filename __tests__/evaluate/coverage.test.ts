import { describe, expect, test } from '@jest/globals';
import { coverage, type RuleCoverage } from '../../src/evaluate/coverage.ts';
import { Population } from '../../src/evaluate/population.ts';
import { ATTRIBUTE_NAMES, ATTRIBUTE_WORDS } from '../../src/model/facts.ts';
import { RULES } from '../../src/rules/index.ts';
import { idOf, policyOf, type SnapshotNotes, snapshot } from './builders.ts';

const ASKED_ELSEWHERE =
  'it depends on something in Leapsome that is not clear at present, which "check" names';

function covered(text: string, notes: SnapshotNotes): RuleCoverage[] {
  return coverage({
    policy: policyOf(text),
    population: new Population(snapshot(notes)),
    asOf: Date.UTC(2026, 10, 22),
  });
}

function gapsOf(rule: string, all: readonly RuleCoverage[]): string[] {
  return all.find(({ id }) => id === rule)!.gaps.map(({ severity, reason }) => `${severity}: ${reason}`);
}

describe('coverage', () => {
  test('has every rule in its order, and none of what it would find', () => {
    const all = covered('accounts: { never: [everyone] }', { people: ['jo'] });
    expect(all.map(({ id }) => id)).toEqual(RULES.map(({ id }) => id));
    expect(gapsOf('forbidden-account', all)).toEqual([]);
    expect(JSON.stringify(all)).not.toContain('jo');
  });

  test('has no gaps in a rule that is switched off', () => {
    const all = covered('roles: [{ name: Admin }]\nrules: { missing-role: off }', { people: ['jo'] });
    expect(all.find(({ id }) => id === 'missing-role')).toEqual({
      id: 'missing-role',
      severity: 'off',
      gaps: [],
    });
  });

  test('says what no source tells, with the place in the policy', () => {
    const text = 'groups: [{ name: Payroll, members: [{ lifecycle: active }] }]';
    const [gap] = covered(text, { people: ['jo: Payroll'] }).find(
      ({ id }) => id === 'unexpected-member',
    )!.gaps;
    expect(gap).toMatchObject({
      severity: 'error',
      reason: "lifecycle is unknown: only Leapsome's Content API reports it",
      location: { file: 'policy.yml' },
    });
  });

  test.each(ATTRIBUTE_NAMES.filter((name) => name !== 'domain'))('says that %s is unknown', (name) => {
    const condition = name.endsWith('-date')
      ? `${name}: { before: 2020-01-01 }`
      : `${name}: ${ATTRIBUTE_WORDS[name]?.[0] ?? 'x'}`;
    const all = covered(`accounts: { never: [{ ${condition} }] }`, { people: ['jo'], unknown: [name] });
    expect(gapsOf('forbidden-account', all)).toEqual([
      expect.stringMatching(new RegExp(`^error: ${name} is unknown: `)),
    ]);
  });

  test('does not tell the id of a custom attribute', () => {
    const id = '5ecba01fb567a5d046582027';
    const all = covered(`accounts: { never: [{ custom: { "${id}": x } }] }`, {
      people: ['jo'],
      unknown: ['custom'],
    });
    expect(gapsOf('forbidden-account', all)).toEqual([
      expect.stringMatching(/^error: a custom attribute is unknown: /),
    ]);
    expect(JSON.stringify(all)).not.toContain(id);
  });

  test.each<[string, string, SnapshotNotes]>([
    [
      'a name that two groups have',
      'groups: [{ name: Payroll, members: [everyone] }]',
      {
        people: ['jo'],
        groups: [
          { id: idOf('a'), name: 'Payroll' },
          { id: idOf('b'), name: 'Payroll' },
        ],
      },
    ],
    [
      'an address that two accounts have',
      'accounts: { never: [jo@example.com] }',
      {
        people: [
          { name: 'jo', id: idOf('a') },
          { name: 'JO', id: idOf('b') },
        ],
      },
    ],
    [
      'a role whose holders nobody tells',
      'roles: [{ name: "x is unknown: Payroll", members: [everyone] }]',
      { people: ['jo'], roles: { 'x is unknown: Payroll': null } },
    ],
  ])('names neither group, role nor person: %s', (_, text, notes) => {
    const all = covered(text, notes);
    const reasons = all.flatMap(({ gaps }) => gaps.map(({ reason }) => reason));
    expect(reasons).toContain(ASKED_ELSEWHERE);
    expect(JSON.stringify(reasons)).not.toMatch(/payroll|jo@|[0-9a-f]{24}/i);
  });
});
