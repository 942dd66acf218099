import { describe, expect, test } from '@jest/globals';
import { applyPatch } from 'diff';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { unifiedDiff } from '../../src/edit/diff.ts';
import type { Evaluated } from '../../src/evaluate/evaluate.ts';
import type { ReportedFinding } from '../../src/model/report.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { policies, snapshots } from '../evaluate/arbitraries.ts';
import { judge, parse } from '../evaluate/builders.ts';
import type { RefPolicy } from '../evaluate/reference.ts';
import { accept, editable, TERMS } from './accepting.ts';

const RUNS = { numRuns: Number(process.env.ACCEPT_RUNS ?? 300) };

/** Every rule that an open finding could weigh something in, as an error. */
const HEAVY = {
  'unmanaged-group': 'error',
  'inactive-member': 'error',
  'inactive-manager': 'error',
  'duplicate-identity': 'error',
  'renamed-group': 'error',
  'dangling-group': 'error',
};

const STYLES: readonly ((policy: object) => string)[] = [
  (policy) => JSON.stringify(policy),
  (policy) => JSON.stringify(policy, null, 2),
  (policy) => stringify(policy, { aliasDuplicateObjects: false }),
  (policy) => stringify(policy, { aliasDuplicateObjects: false, indentSeq: false, lineWidth: 0 }),
  (policy) =>
    `# top\n${stringify(policy, { aliasDuplicateObjects: false }).replace(/$/gm, ' # a comment')}`.replace(
      /^ # a comment$/gm,
      '',
    ),
  (policy) => stringify(policy, { aliasDuplicateObjects: false }).replaceAll('\n', '\r\n'),
  (policy) => `\uFEFF# top\n${stringify(policy, { aliasDuplicateObjects: false }).trimEnd()}`,
];

const texts = fc
  .tuple(policies, fc.boolean(), fc.constantFrom(...STYLES))
  .map(([policy, isHeavy, style]: [RefPolicy, boolean, (policy: object) => string]) =>
    style(isHeavy ? { ...policy, rules: HEAVY } : policy),
  );

/** Everything that a source could tell, so that most rules have an answer. */
const known = snapshots.map(
  (all): Snapshot => ({
    ...all,
    facts: new Set([...all.facts, 'level', 'manager', 'end-date', 'group-kind', 'group-catalogue'] as const),
  }),
);

function open({ findings }: Evaluated): readonly ReportedFinding[] {
  return findings.filter(({ status }) => status === 'open');
}

function ids(findings: readonly ReportedFinding[]): string[] {
  return findings.map(({ rule, fingerprint }) => `${rule} ${fingerprint}`).sort();
}

function judged(text: string, people: Snapshot): Evaluated | undefined {
  const { policy } = parse(text);
  return policy && judge(policy, people);
}

function accepted(text: string, findings: readonly ReportedFinding[], terms?: typeof TERMS): string {
  const outcome = accept(text, findings, terms);
  if ('objections' in outcome) throw new Error(JSON.stringify(outcome.objections));
  const { problems } = parse(outcome.text);
  expect(problems.map(({ message }) => message)).toEqual([]);
  return outcome.text;
}

describe('all remedies of a report at once', () => {
  test('leave nothing open that they are about, and uncover nothing', () => {
    let seen = 0;
    fc.assert(
      fc.property(texts, known, (text, people) => {
        const before = judged(text, people);
        fc.pre(before !== undefined && before.problems.length === 0);
        const chosen = open(before!).filter(editable);
        if (chosen.length > 0) seen++;
        const after = judged(accepted(text, chosen), people)!;
        expect(after.problems).toEqual([]);
        // An entry that goes may take with it what made others of its kind groups.
        const left = ids(open(before!).filter((finding) => !editable(finding)));
        expect(ids(open(after)).filter((one) => !left.includes(one))).toEqual([]);
      }),
      RUNS,
    );
    expect(seen).toBeGreaterThan(RUNS.numRuns / 4);
  });

  test('are excused by exceptions where one can, and the rest is edited: the next run is green', () => {
    fc.assert(
      fc.property(texts, known, (text, people) => {
        const before = judged(text, people);
        fc.pre(before !== undefined && before.problems.length === 0);
        const after = judged(accepted(text, open(before!), TERMS), people)!;
        expect(after.problems).toEqual([]);
        expect(ids(open(after).filter(({ severity }) => severity === 'error'))).toEqual([]);
      }),
      RUNS,
    );
  });

  test('never change what an alias repeats elsewhere: that is refused, or written beside it', () => {
    fc.assert(
      fc.property(policies, known, (written, people) => {
        const text = stringify(sharing(written));
        const before = judged(text, people);
        fc.pre(before !== undefined && before.problems.length === 0);
        const chosen = open(before!).filter(editable);
        const outcome = accept(text, chosen);
        if ('objections' in outcome) {
          for (const { reason } of outcome.objections)
            expect(reason).toMatch(/ by an alias in line |is an alias$/);
          return;
        }
        const left = ids(open(before!).filter((finding) => !editable(finding)));
        const after = judged(outcome.text, people)!;
        expect(ids(open(after)).filter((one) => !left.includes(one))).toEqual([]);
      }),
      RUNS,
    );
  });

  test('name nobody who is masked, and keep every line and comment that they are not about', () => {
    fc.assert(
      fc.property(texts, known, (text, people) => {
        const { policy } = parse(text);
        fc.pre(policy !== undefined);
        const before = judge(policy!, people, { personalData: 'mask' });
        fc.pre(before.problems.length === 0);
        const chosen = open(before).filter(editable);
        const after = accepted(text, chosen);
        if (chosen.length === 0) expect(after).toBe(text);
        const diff = unifiedDiff([{ path: 'policy.yml', before: text, after }]);
        expect(applyPatch(text, diff, { autoConvertLineEndings: false })).toBe(after);
        const named = text.normalize('NFC').toLowerCase();
        const hidden = people.people.filter(
          ({ id, userName, addresses }) =>
            userName.includes('@') &&
            ![id, userName, ...addresses].some((one) => named.includes(one.normalize('NFC').toLowerCase())),
        );
        for (const { userName } of hidden) expect(after.toLowerCase()).not.toContain(userName.toLowerCase());
        expect(after.endsWith('\n')).toBe(text.endsWith('\n'));
        expect(/[^\r]\n/.test(after)).toBe(/[^\r]\n/.test(text));
        const comments = (one: string): number => one.split('# top').length;
        expect(comments(after)).toBe(comments(text));
      }),
      RUNS,
    );
  });
});

/** The same with equal parts as one object, which YAML writes with anchors and aliases. */
function sharing(value: unknown, known = new Map<string, unknown>()): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const key = JSON.stringify(value);
  if (!known.has(key)) {
    const copy = Array.isArray(value)
      ? value.map((one) => sharing(one, known))
      : Object.fromEntries(Object.entries(value).map(([name, one]) => [name, sharing(one, known)]));
    known.set(key, copy);
  }
  return known.get(key);
}
