import { PolicyText } from './document.ts';
import { type Change, type Objection, Plan } from './plan.ts';
import { splice } from './splice.ts';

export type { Change, Objection } from './plan.ts';

/** The text with all changes made at once, every other byte as it was; or why that cannot be, told for all of them. */
export function applyChanges(
  source: string,
  changes: readonly Change[],
): { readonly text: string } | { readonly objections: readonly Objection[] } {
  const policy = new PolicyText(source);
  const plan = new Plan(policy);
  for (const change of changes) plan.take(change);
  const splices = plan.splices();
  if (plan.objections.length > 0) return { objections: plan.objections };
  const text = splice(policy.text, splices);
  if (typeof text === 'string') return { text: policy.mark + text };
  const reason = `two changes meet in line ${policy.line(text.at)} and cannot both be made`;
  return { objections: [{ findings: [], reason }] };
}
