import type { Evaluation, ExceptionUse } from '../evaluate/evaluation.ts';
import { subjectInWords } from '../evaluate/exceptions.ts';
import type { PolicyEdit } from '../model/policy-edit.ts';
import type { Severity } from '../model/severity.ts';
import type { Place } from '../policy/types.ts';
import { remove } from './edits.ts';
import type { Rule } from './rule.ts';

interface Spec {
  readonly id: string;
  readonly severity: Severity;
  readonly finds: string;
  readonly options?: Readonly<Record<string, number>>;
  concerns(use: ExceptionUse, asOf: number, options: Readonly<Record<string, number>>): boolean;
  /** What follows "the exception from … for …". */
  message(use: ExceptionUse): string;
  policy(use: ExceptionUse): string;
  /** The last day that it should have instead; without this, the exception goes. */
  end?(use: ExceptionUse, evaluation: Evaluation): { readonly to?: string } | undefined;
}

/** A rule about exceptions; it runs after all others, when it is known what each exception excuses. */
export function exceptionRule(spec: Spec): Rule<ExceptionUse> {
  const { id, severity, finds, options } = spec;
  return {
    id,
    severity,
    subject: 'none',
    finds,
    ...(options ? { options } : {}),
    check: (evaluation, days) => ({
      found: evaluation.exceptionUses
        .filter((use) => spec.concerns(use, evaluation.asOf, days))
        .map((use) => ({
          key: `${use.exception.rule} ${subjectInWords(use.exception)}`,
          place: use.exception.place,
          detail: use,
        })),
      gaps: [],
    }),
    describe: ({ detail, place }, evaluation) => ({
      message: `the exception from ${detail.exception.rule} for ${subjectInWords(detail.exception)} ${spec.message(detail)} (${detail.exception.owner} answers for it)`,
      policy: spec.policy(detail),
      leapsome: 'Nothing to do in Leapsome, unless the access itself is to end.',
      edits: [edit(spec.end?.(detail, evaluation), place, evaluation)],
    }),
  };
}

function edit(end: { readonly to?: string } | undefined, place: Place, evaluation: Evaluation): PolicyEdit {
  if (!end) return remove('exception', place, evaluation);
  return { action: 'set-end', ...end, at: evaluation.policy.locate(place) };
}
