import { describe, expect, test } from '@jest/globals';
import type { Terms } from '../../src/edit/texts.ts';
import type { ReportedFinding } from '../../src/model/report.ts';
import type { Severity } from '../../src/model/severity.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { accept, editable, TERMS } from '../edit/accepting.ts';
import {
  found,
  type JudgeOptions,
  judge,
  only,
  parse,
  pointedAt,
  ruleOf,
  type SnapshotNotes,
  snapshot,
} from '../evaluate/builders.ts';

/** What holds for every rule, told by one example. */
export interface Contract {
  readonly rule: string;
  readonly severity: Severity;
  /** A policy with the place of the finding in ⟦ ⟧, and `§` where an entry may take a severity. */
  readonly policy: string;
  /** People among whom the rule finds exactly one thing, in short: "jo in Payroll". */
  readonly people: SnapshotNotes;
  readonly finds: string;
  readonly message: string;
  /** People among whom it finds nothing. */
  readonly clean: SnapshotNotes;
  /** What an exception names; nothing for rules that no exception excuses. */
  readonly exception?: string;
  /** The same with new names for everything that has an id. */
  readonly renamed?: { readonly policy?: string; readonly people: SnapshotNotes | Snapshot };
  readonly options?: JudgeOptions;
}

export function keepsContract(contract: Contract): void {
  const { rule, severity, people, options } = contract;
  const text = contract.policy.replace(/[⟦⟧§]/gu, '');
  const withRules = (setting: string): string => `${text}rules: { ${rule}: ${setting} }\n`;

  describe(rule, () => {
    test('finds what it is for, and says so', () => {
      const evaluated = judge(text, people, options);
      expect(found(evaluated, rule)).toEqual([contract.finds]);
      expect(only(evaluated, rule).message).toBe(contract.message);
      expect(ruleOf(evaluated, rule)).toMatchObject({ severity, status: 'fail', findings: 1 });
    });

    test('points to the line that is concerned', () => {
      const finding = only(judge(text, people, options), rule);
      const marked = /⟦([^⟧]*)⟧/u.exec(contract.policy.replace(/§/gu, ''))!;
      const before = contract.policy.replace(/§/gu, '').slice(0, marked.index).split('\n');
      expect(pointedAt(text, finding)).toBe(marked[1]);
      expect(finding.location).toMatchObject({ line: before.length, column: before.at(-1)!.length + 1 });
    });

    test('finds nothing where there is nothing', () => {
      const evaluated = judge(text, contract.clean, options);
      expect(found(evaluated, rule)).toEqual([]);
      expect(ruleOf(evaluated, rule)).toMatchObject({ findings: 0, status: 'pass' });
    });

    test('has the severity that the policy gives it, or none', () => {
      const lighter = judge(withRules('notice'), people, options);
      expect(only(lighter, rule).severity).toBe('notice');
      expect(ruleOf(lighter, rule)).toMatchObject({ severity: 'notice', status: 'fail' });
      const off = judge(withRules('off'), people, options);
      expect(found(off, rule)).toEqual([]);
      expect(ruleOf(off, rule)).toEqual({
        id: rule,
        severity: 'off',
        status: 'not-evaluated',
        findings: 0,
        reason: 'switched off in the policy',
      });
    });

    if (contract.policy.includes('§')) {
      test('takes severity and controls from its entry before all', () => {
        const entry = contract.policy
          .replace(/[⟦⟧]/gu, '')
          .replace(/§/gu, 'severity: warning, controls: ["SOC2:CC6.3"], ');
        const finding = only(judge(`${entry}rules: { ${rule}: notice }\n`, people, options), rule);
        expect(finding).toMatchObject({ severity: 'warning', controls: ['SOC2:CC6.3'] });
      });
    }

    if (contract.exception === undefined) {
      test('cannot be excepted', () => {
        const { problems } = parse(
          `${text.replace(/^exceptions:[\s\S]*/m, '')}exceptions: [{ rule: ${rule}, reason: r, owner: o, expires: 2026-12-31 }]\n`,
        );
        expect(problems[0]!.message).toContain(`"rule" cannot be "${rule}"`);
      });
    } else {
      test('lets an exception excuse exactly this finding', () => {
        const excepted = `${text}exceptions: [{ rule: ${rule}, ${contract.exception || ''}${contract.exception ? ', ' : ''}reason: cover, owner: "@acme/finance", ticket: FIN-1, expires: 2026-12-31 }]\n`;
        const evaluated = judge(excepted, people, options);
        expect(found(evaluated, rule)).toEqual([`${contract.finds} (excepted)`]);
        expect(only(evaluated, rule).exception).toEqual({
          owner: '@acme/finance',
          reason: 'cover',
          expires: '2026-12-31',
          ticket: 'FIN-1',
        });
        expect(ruleOf(evaluated, rule)).toMatchObject({ status: 'pass', findings: 0 });
        expect(evaluated.exceptions).toMatchObject([{ rule, findings: 1, state: 'in-force' }]);
        expect(evaluated.exceptions[0]!.subject).not.toContain(rule);
        expect(found(evaluated, 'exception-unused')).toEqual([]);
      });
    }

    test('has a fingerprint that lines, order and names do not change', () => {
      const { fingerprint } = only(judge(text, people, options), rule);
      const moved = `# moved\n\n${text}`;
      expect(only(judge(moved, reversed(snapshot(people)), options), rule).fingerprint).toBe(fingerprint);
      const { renamed } = contract;
      if (!renamed) return;
      const again = judge(
        renamed.policy ?? text,
        'facts' in renamed.people ? renamed.people : snapshot(renamed.people),
        options,
      );
      expect(only(again, rule).fingerprint).toBe(fingerprint);
    });

    test('offers both ways out', () => {
      const { remedies }: ReportedFinding = only(judge(text, people, options), rule);
      expect(remedies.policy).not.toBe('');
      expect(remedies.leapsome).not.toBe('');
      expect(remedies.edits ?? remedies.exception).toBeDefined();
      expect(remedies.exception !== undefined).toBe(contract.exception !== undefined);
    });

    test('is gone when it is accepted by an edit, and excused when by an exception', () => {
      const finding = only(judge(text, people, options), rule);
      const left = (terms?: Terms): string[] => {
        const outcome = accept(text, [finding], terms);
        if ('objections' in outcome) throw new Error(JSON.stringify(outcome.objections));
        return found(judge(outcome.text, people, options), rule);
      };
      if (editable(finding)) expect(left()).toEqual([]);
      const isExcused = finding.remedies.exception !== undefined;
      expect(left({ ...TERMS, granted: '2020-01-01' })).toEqual(
        isExcused ? [`${contract.finds} (excepted)`] : [],
      );
    });
  });
}

function reversed(all: Snapshot): Snapshot {
  const { roles } = all;
  return {
    ...all,
    people: [...all.people].reverse().map((person) => ({ ...person, groups: [...person.groups].reverse() })),
    groups: [...all.groups].reverse(),
    roles:
      roles &&
      [...roles].reverse().map((role) => ({ ...role, holders: role.holders && [...role.holders].reverse() })),
  };
}
