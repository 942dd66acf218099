import type { ExceptionUse } from '../evaluate/evaluation.ts';
import { subjectInWords } from '../evaluate/exceptions.ts';
import type { Severity } from '../model/severity.ts';
import { dayEnd, dayStart, daysToMs } from '../policy/dates.ts';
import type { Rule } from './rule.ts';

/** An exception as its rules see it; times in milliseconds, like the options handed to `concerns`. */
interface View extends ExceptionUse {
  readonly exception: ExceptionUse['exception'] & {
    readonly endsAt: number;
    readonly grantedAt: number | undefined;
  };
  readonly subject: string;
}

interface Spec {
  readonly id: string;
  readonly severity: Severity;
  readonly finds: string;
  readonly options?: Readonly<Record<string, number>>;
  concerns(view: View, asOf: number, options: Readonly<Record<string, number>>): boolean;
  message(view: View): string;
  policy(view: View): string;
}

/** A rule about exceptions; it runs after all others, when it is known what each exception excuses. */
export function exceptionRule(spec: Spec): Rule<View> {
  const { id, severity, finds, options } = spec;
  return {
    id,
    severity,
    subject: 'none',
    finds,
    ...(options ? { options } : {}),
    check: (evaluation, days) => {
      const ms = Object.fromEntries(Object.entries(days).map(([name, n]) => [name, daysToMs(n)]));
      const views = evaluation.exceptionUses.map(view);
      return {
        found: views
          .filter((one) => spec.concerns(one, evaluation.asOf, ms))
          .map((one) => ({ key: one.subject, place: one.exception.place, detail: one })),
        gaps: [],
      };
    },
    describe: ({ detail }) => ({
      message: `${spec.message(detail)} (${detail.exception.owner} answers for it)`,
      policy: spec.policy(detail),
      leapsome: 'Nothing to do in Leapsome, unless the access itself is to end.',
    }),
  };
}

function view(use: ExceptionUse): View {
  const { exception } = use;
  return {
    ...use,
    exception: {
      ...exception,
      endsAt: dayEnd(exception.expires)!,
      grantedAt: exception.granted === undefined ? undefined : dayStart(exception.granted),
    },
    subject: subjectInWords(exception),
  };
}
