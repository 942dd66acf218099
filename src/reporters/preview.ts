import type { Preview, ResolvedFinding } from '../model/report.ts';
import { count, counted } from './wording.ts';

/** "Merging this resolves 3 findings and introduces 1. 12 exist without it." */
export function previewInWords(preview: Preview): string {
  const { existing, notCompared, failOnExisting, addsPolicy } = preview;
  const parts = [mergingIt(preview)];
  if (existing > 0)
    parts.push(`${counted(existing, 'finding')} ${existing === 1 ? 'exists' : 'exist'} without it.`);
  if (notCompared > 0) parts.push(`${counted(notCompared, 'finding')} could not be compared.`);
  if (!failOnExisting && !addsPolicy && existing > 0) parts.push('What exists without it does not fail it.');
  return parts.join(' ');
}

function mergingIt({ introduced, resolved, addsPolicy }: Preview): string {
  if (addsPolicy) return `This pull request adds the policy: merging this introduces ${some(introduced)}.`;
  if (resolved.length === 0)
    return introduced === 0
      ? 'Merging this neither resolves nor introduces a finding.'
      : `Merging this introduces ${some(introduced)}.`;
  const fresh = introduced === 0 ? 'none' : count(introduced);
  return `Merging this resolves ${counted(resolved.length, 'finding')}${otherwise(resolved)} and introduces ${fresh}.`;
}

function some(findings: number): string {
  return findings === 0 ? 'no finding' : counted(findings, 'finding');
}

/** How many are resolved without anything being put right: " (1 by an exception)". */
function otherwise(resolved: readonly ResolvedFinding[]): string {
  const by = (way: ResolvedFinding['by']) => resolved.filter((each) => each.by === way).length;
  const parts = [
    [by('exception'), WAYS.exception],
    [by('rule-off'), WAYS['rule-off']],
  ] as const;
  const named = parts.filter(([number]) => number > 0).map(([number, way]) => `${count(number)} ${way}`);
  return named.length === 0 ? '' : ` (${named.join(', ')})`;
}

const WAYS = {
  policy: 'by a change of the policy',
  exception: 'by an exception',
  'rule-off': 'by switching the rule off',
} as const satisfies Record<ResolvedFinding['by'], string>;

/** "by an exception" */
export function wayOf({ by }: ResolvedFinding): string {
  return WAYS[by];
}
