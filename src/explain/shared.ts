import type { Evaluated } from '../evaluate/evaluate.ts';
import { severityOf } from '../evaluate/evaluate.ts';
import type { Binding, Evaluation } from '../evaluate/evaluation.ts';
import { subjectInWords } from '../evaluate/exceptions.ts';
import type { EntryShown, ExceptionShown, RuleShown } from '../model/explanation.ts';
import type { Location } from '../model/problem.ts';
import type { Accountable, Exception, Policy } from '../policy/types.ts';
import { RULES } from '../rules/index.ts';
import { ambiguousName } from '../rules/wording.ts';

/** A population held against a policy, with everything that was found. */
export interface Known {
  readonly evaluation: Evaluation;
  readonly evaluated: Evaluated;
}

/** An element of the policy as people are told of it. */
export function entryShown(entry: Accountable & { readonly name?: string }, policy: Policy): EntryShown {
  return {
    name: entry.name ?? '',
    location: policy.locate(entry.place),
    ...(entry.owner === undefined ? {} : { owner: entry.owner }),
    controls: entry.controls,
  };
}

/** A rule with the weight that its findings about this element of the policy have. */
export function ruleShown(id: string, entry: Pick<Accountable, 'severity'>, policy: Policy): RuleShown {
  const severity = severityOf(RULES.find((rule) => rule.id === id)!, policy);
  return { id, severity: severity === 'off' ? 'off' : (entry.severity ?? severity) };
}

/** The exceptions that `concerns` picks, as they stand. */
export function exceptionsShown(
  { evaluation: { policy }, evaluated }: Known,
  concerns: (exception: Exception) => boolean,
): ExceptionShown[] {
  const reported = new Map(evaluated.exceptions.map((one) => [keyOf(one.location), one]));
  return policy.exceptions.filter(concerns).map((exception) => {
    const location = policy.locate(exception.place);
    const { rule, owner, reason, ticket, expires } = exception;
    return (
      reported.get(keyOf(location)) ?? {
        rule,
        subject: subjectInWords(exception),
        owner,
        reason,
        ...(ticket === undefined ? {} : { ticket }),
        expires,
        state: 'not-yet',
        findings: 0,
        location,
      }
    );
  });
}

function keyOf({ file, line, column }: Location): string {
  return `${file}:${line}:${column}`;
}

interface Target {
  readonly id: string;
  readonly name: string;
}

/** How an entry is bound to a group or role that it may be about; undefined when it is not. */
export function bond<T extends Target>(
  { entry, targets, ambiguous, notAllowed, unclear }: Binding<T>,
  target: T,
): { readonly unknown: readonly string[] } | undefined {
  if (targets.includes(target)) return { unknown: [] };
  if (ambiguous?.includes(target))
    return {
      unknown: [ambiguousName(entry.name, ambiguous, entry.kind === 'group' ? 'groups' : 'access roles')],
    };
  if (notAllowed?.includes(target))
    return { unknown: [`the id leads to "${target.name}", which ${entry.place.file} may not govern`] };
  return unclear?.targets.includes(target) ? { unknown: [unclear.reason] } : undefined;
}
