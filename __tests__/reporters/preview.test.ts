import { describe, expect, test } from '@jest/globals';
import type { Preview, ResolvedFinding } from '../../src/model/report.ts';
import { annotate } from '../../src/reporters/annotations.ts';
import { pretty } from '../../src/reporters/pretty.ts';
import { previewInWords } from '../../src/reporters/preview.ts';
import { ReportSchema } from '../../src/reporters/report-schema.ts';
import { summary } from '../../src/reporters/summary.ts';
import { render, tagsOf } from './markdown.ts';
import { at, drift, finding } from './sample.ts';

function resolved(change: Partial<ResolvedFinding> = {}): ResolvedFinding {
  return {
    fingerprint: 'cd'.repeat(32),
    rule: 'missing-member',
    severity: 'error',
    message: 'jo@example.com is missing',
    by: 'policy',
    ...change,
  };
}

function preview(change: Partial<Preview> = {}): Preview {
  return {
    base: 'b'.repeat(40),
    addsPolicy: false,
    introduced: 0,
    existing: 0,
    notCompared: 0,
    failOnExisting: true,
    resolved: [],
    ...change,
  };
}

const three = [resolved(), resolved(), resolved()];

describe('in one sentence', () => {
  test.each<[Partial<Preview>, string]>([
    [{}, 'Merging this neither resolves nor introduces a finding.'],
    [{ introduced: 1, resolved: three }, 'Merging this resolves 3 findings and introduces 1.'],
    [{ resolved: [resolved()] }, 'Merging this resolves 1 finding and introduces none.'],
    [
      { introduced: 1200, existing: 1 },
      'Merging this introduces 1,200 findings. 1 finding exists without it.',
    ],
    [
      { resolved: [...three, resolved({ by: 'exception' }), resolved({ by: 'rule-off' })] },
      'Merging this resolves 5 findings (1 by an exception, 1 by switching the rule off) and introduces none.',
    ],
    [
      { existing: 2, notCompared: 1, failOnExisting: false },
      'Merging this neither resolves nor introduces a finding. 2 findings exist without it. 1 finding could not be compared. What exists without it does not fail it.',
    ],
    [{ addsPolicy: true }, 'This pull request adds the policy: merging this introduces no finding.'],
  ])('%j', (change, sentence) => {
    expect(previewInWords(preview(change))).toBe(sentence);
  });
});

test('annotations begin with what is introduced, then with what is on changed lines', () => {
  const of = (line: number, change?: 'introduced' | 'existing') =>
    finding({ location: at(line), ...(change ? { change } : {}) });
  const findings = [of(1, 'existing'), of(2, 'existing'), of(3, 'introduced'), of(4), of(5, 'introduced')];
  const changed = new Map([[at(1).file, new Set([2, 5])]]);
  const annotations = annotate(drift(findings), changed);
  expect(annotations.map(({ line }) => line)).toEqual([5, 3, 4, 2, 1]);
  expect(annotations.map(({ title }) => title.includes('(existing)'))).toEqual([
    false,
    false,
    false,
    true,
    true,
  ]);
});

describe('on every surface', () => {
  const hostile = '<img src=x> ::error::x @team | `#1`';
  const one = drift(
    [
      finding({ change: 'existing', message: 'the old one' }),
      finding({ change: 'introduced', message: 'the new one', fingerprint: 'ef'.repeat(32) }),
    ],
    { preview: preview({ introduced: 1, existing: 1, resolved: [resolved({ message: hostile })] }) },
  );

  test('what is introduced comes first, and what comes from outside is literal', () => {
    const text = summary(one);
    expect(text.indexOf('the new one')).toBeLessThan(text.indexOf('the old one'));
    expect(new Set(tagsOf(render(text)))).not.toContain('img');
    expect(text).toContain('Resolved by merging this');
    const log = pretty(one);
    expect(log).toMatch(/^Merging this resolves 1 finding and introduces 1\./);
    expect(log.indexOf('the new one')).toBeLessThan(log.indexOf('the old one'));
    expect(log).toContain('(introduced)');
  });

  test('the report is of the published form', () => {
    expect(ReportSchema.safeParse(one).error).toBeUndefined();
  });
});
