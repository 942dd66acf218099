import type { BasePolicy } from './base-policy.ts';
import type { Detection, EvaluateDeps } from './evaluate/evaluate.ts';
import type { EvaluationOptions } from './evaluate/evaluation.ts';
import type { Comparison } from './evaluate/preview.ts';
import type { Inputs } from './inputs.ts';
import type { Preview, ReportedFinding } from './model/report.ts';

/** What is known of the findings once they were compared with those of the base. */
export interface Previewed {
  readonly findings: readonly ReportedFinding[];
  readonly preview?: Preview;
  /** Why they could not be compared. */
  readonly warnings: readonly string[];
}

export interface PreviewOptions {
  readonly evaluation: EvaluationOptions;
  /** What the policy of the head found, and the same in words. */
  readonly head: Detection;
  readonly findings: readonly ReportedFinding[];
  readonly inputs: Pick<Inputs, 'failOn' | 'failOnExisting'>;
}

/** Holds the findings of a pull request against those that the policy of its base has on the same population. */
export async function withPreview(
  options: PreviewOptions,
  base: BasePolicy,
  deps: EvaluateDeps,
): Promise<Previewed> {
  const { findings, inputs } = options;
  const unmarked = (why: string) => ({ findings, warnings: [notCompared(why, inputs.failOnExisting)] });
  if (base.kind === 'unreadable') return unmarked(base.why);
  const compared = await compare(options, base, deps);
  if ('why' in compared) return unmarked(compared.why);
  const { changes, resolved } = compared;
  const marked = findings.map((finding) => {
    const change = finding.status === 'open' ? changes.get(finding.fingerprint) : undefined;
    return change ? { ...finding, change } : finding;
  });
  const open = findings.filter(({ status }) => status === 'open').length;
  const introduced = marked.filter(({ change }) => change === 'introduced').length;
  const existing = marked.filter(({ change }) => change === 'existing').length;
  return {
    findings: marked,
    preview: {
      base: base.commit,
      addsPolicy: base.kind === 'absent',
      introduced,
      existing,
      notCompared: open - introduced - existing,
      failOnExisting: inputs.failOnExisting,
      resolved,
    },
    warnings: [],
  };
}

function notCompared(why: string, failOnExisting: boolean): string {
  const effect = failOnExisting ? '' : ', and "fail-on-existing: false" has no effect';
  return `The findings were not compared with the base of the pull request: ${why}. All of them count${effect}.`;
}

async function compare(
  { evaluation, head, inputs }: PreviewOptions,
  base: Exclude<BasePolicy, { kind: 'unreadable' }>,
  deps: EvaluateDeps,
): Promise<Comparison | { readonly why: string }> {
  const { compareFindings, compareWithNone, compareWithSame } = await import(
    /* webpackMode: "eager" */ './evaluate/preview.ts'
  );
  if (base.kind === 'absent') return compareWithNone(head);
  if (base.kind === 'same') return compareWithSame(head, inputs.failOn);
  const { policy, problems } = base.reading;
  if (!policy) return { why: `its policy is not valid (${countOf(problems.length)})` };
  const { detect, obstacles } = await import(/* webpackMode: "eager" */ './evaluate/evaluate.ts');
  // Only what the policy of the head asks for was read: of the rest nothing is known.
  const asked = new Set(evaluation.policy.customAttributes);
  const unread = new Set(policy.customAttributes.filter((id) => !asked.has(id)));
  const found = detect({ ...evaluation, policy, unread }, deps);
  const [obstacle] = obstacles(found.evaluation);
  if (obstacle) return { why: `its policy cannot be applied to what is in Leapsome (${obstacle.code})` };
  return compareFindings(head, found, inputs.failOn);
}

function countOf(mistakes: number): string {
  return mistakes === 1 ? 'one mistake' : `${mistakes} mistakes`;
}
