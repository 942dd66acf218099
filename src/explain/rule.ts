import { optionsOf, severityOf } from '../evaluate/evaluate.ts';
import type { RuleExplanation } from '../model/explanation.ts';
import type { Policy } from '../policy/types.ts';
import { type AnyRule, RULES } from '../rules/index.ts';
import { RULE_TEXTS } from './rule-texts.ts';

/** What a rule is for, and what the policy makes of it, when there is one. */
export function explainRule(rule: AnyRule, policy: Policy | undefined): RuleExplanation {
  const { id, finds, severity, options = {} } = rule;
  const { needs, resolve } = RULE_TEXTS[id]!;
  const set = policy ? optionsOf(rule, policy) : options;
  return {
    kind: 'rule',
    id,
    finds,
    severity,
    inPolicy: policy ? { severity: severityOf(rule, policy), location: locationOf(id, policy) } : null,
    options: Object.entries(options).map(([name, days]) => ({ name, default: days, set: set[name] ?? days })),
    needs,
    resolve,
    exception: exceptionOf(rule),
    docs: `docs/rules.md#${id}`,
  };
}

/** The rule of this id. */
export function ruleCalled(id: string): AnyRule | undefined {
  return RULES.find((rule) => rule.id === id);
}

function locationOf(id: string, policy: Policy) {
  const setting = policy.rules[id];
  return setting ? policy.locate(setting.place) : null;
}

/** The keys that an exception has beside `rule`, `reason`, `owner` and `expires`. */
function exceptionOf({ subject }: AnyRule): RuleExplanation['exception'] {
  if (subject === 'none') return null;
  const keys = subject === 'accounts' ? [] : subject.split('+');
  const optional = subject === 'group+user' ? 'user' : 'name';
  return {
    names: keys.filter((key) => key !== optional),
    mayName: keys.filter((key) => key === optional),
  };
}
