import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Detection, detect } from '../../src/evaluate/evaluate.ts';
import { Population } from '../../src/evaluate/population.ts';
import { compareFindings, compareWithNone } from '../../src/evaluate/preview.ts';
import { verdict } from '../../src/evaluate/verdict.ts';
import type { FailOn } from '../../src/model/severity.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { policies, snapshots } from './arbitraries.ts';
import { AS_OF, address, parse, policyOf, sha256, snapshot } from './builders.ts';

const PEOPLE = snapshot({
  people: [
    { name: 'ann', in: ['Payroll'], department: 'Finance' },
    { name: 'ben', in: ['Payroll'], department: 'Sales' },
    { name: 'cleo', department: 'Sales' },
  ],
});

function detected(policy: ReturnType<typeof policyOf>, people: Snapshot, unread: string[] = []): Detection {
  const options = { policy, population: new Population(people), asOf: Date.parse(AS_OF) };
  return detect({ ...options, personalData: 'show', unread: new Set(unread) }, { sha256 });
}

function compared(base: string, head: string, failOn: FailOn = 'error') {
  const after = detected(policyOf(head), PEOPLE);
  const { changes, resolved } = compareFindings(after, detected(policyOf(base), PEOPLE), failOn);
  const words = after.findings.map(
    ({ rule, found, fingerprint }) => `${rule.id} ${found.user?.userName} ${changes.get(fingerprint)}`,
  );
  return {
    words: words.sort(),
    resolved: resolved.map(({ rule, user, by }) => `${rule} ${user?.email} ${by}`),
  };
}

const atMost = (people: string, more = '') =>
  `version: 1\ngroups: [{ name: Payroll, members: { at-most: ${people} }${more} }]\n`;

describe('what a change of the policy does to the findings', () => {
  test('introduces, resolves and leaves', () => {
    expect(compared(atMost('[{ department: Finance }]'), atMost('[{ department: Sales }]'))).toEqual({
      words: [`unexpected-member ${address('ann')} introduced`],
      resolved: [`unexpected-member ${address('ben')} policy`],
    });
    const same = atMost('[]');
    expect(compared(same, `${same}# more\n`)).toEqual({
      words: [address('ann'), address('ben')].map((name) => `unexpected-member ${name} existing`),
      resolved: [],
    });
  });

  test('introduces what it makes weigh enough to fail', () => {
    const warning = atMost('[{ department: Finance }]', ', severity: warning');
    const error = atMost('[{ department: Finance }]');
    const ben = `unexpected-member ${address('ben')}`;
    expect(compared(warning, error).words).toEqual([`${ben} introduced`]);
    expect(compared(warning, error, 'warning').words).toEqual([`${ben} existing`]);
    expect(compared(warning, error, 'never').words).toEqual([`${ben} existing`]);
    expect(compared(error, warning).words).toEqual([`${ben} existing`]);
  });

  test('is not told where one of the policies has no answer', () => {
    const unknown = atMost('[{ status: active }]');
    const known = atMost('[{ department: Finance }]');
    expect(compared(unknown, known)).toEqual({
      words: [`unexpected-member ${address('ben')} undefined`],
      resolved: [],
    });
    expect(compared(known, unknown)).toEqual({ words: [], resolved: [] });
  });

  test('is not told of what was not read', () => {
    const base = policyOf(atMost('[{ custom: { "6140868326541a4da5c0ffee": x } }]'));
    const people = { ...PEOPLE, facts: new Set([...PEOPLE.facts, 'custom' as const]) };
    const unread = detected(base, people, ['6140868326541a4da5c0ffee']);
    expect(unread.findings.filter(({ rule }) => rule.id === 'unexpected-member')).toEqual([]);
    expect(unread.runs.find(({ rule }) => rule.id === 'unexpected-member')?.gaps[0]?.reason).toContain(
      'it was not read',
    );
    expect(detected(base, people).findings).toHaveLength(2);
  });
});

test('a policy where there was none introduces everything', () => {
  const { changes, resolved } = compareWithNone(detected(policyOf(atMost('[]')), PEOPLE));
  expect([...changes.values()]).toEqual(['introduced', 'introduced']);
  expect(resolved).toEqual([]);
});

describe('any two policies', () => {
  const pair = fc.tuple(policies, policies, snapshots);
  const detectedOf = (written: unknown, people: Snapshot): Detection | undefined => {
    const { policy } = parse(JSON.stringify(written));
    return policy && detected(policy, people);
  };

  test('resolve one way what they introduce the other way', () => {
    fc.assert(
      fc.property(pair, ([a, b, people]) => {
        const [x, y] = [detectedOf(a, people), detectedOf(b, people)];
        if (!x || !y) return;
        const there = compareFindings(x, y, 'never');
        const back = compareFindings(y, x, 'never');
        const introduced = [...there.changes].filter(([, change]) => change === 'introduced');
        expect(introduced.map(([fingerprint]) => fingerprint).sort()).toEqual(
          back.resolved.map(({ fingerprint }) => fingerprint).sort(),
        );
      }),
      { numRuns: 200 },
    );
  });

  test('change nothing when they are one', () => {
    fc.assert(
      fc.property(policies, snapshots, (written, people) => {
        const one = detectedOf(written, people);
        if (!one) return;
        const { changes, resolved } = compareFindings(one, one, 'error');
        expect(resolved).toEqual([]);
        expect(new Set(changes.values())).not.toContain('introduced');
        expect(changes.size).toBe(one.findings.filter(({ exception }) => !exception).length);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the verdict', () => {
  const error = (change?: 'introduced' | 'existing') => [
    { severity: 'error' as const, ...(change ? { change } : {}) },
  ];

  test.each([
    ['existing', false, 'in-sync'],
    ['existing', true, 'drift'],
    ['introduced', false, 'drift'],
    [undefined, false, 'drift'],
  ] as const)('of a finding that is %s, with fail-on-existing: %s', (change, failOnExisting, result) => {
    expect(verdict(error(change), [], 'error', failOnExisting)).toBe(result);
  });

  test('is never a pass beside a problem', () => {
    const problem = { code: 'incomplete', message: 'x', hint: '' } as const;
    expect(verdict(error('existing'), [problem], 'never', false)).toBe('could-not-check');
  });
});
