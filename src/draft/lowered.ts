import { optionsOf } from '../evaluate/evaluate.ts';
import { Evaluation } from '../evaluate/evaluation.ts';
import type { Population } from '../evaluate/population.ts';
import { PolicyParser } from '../policy/parse.ts';
import type { Policy } from '../policy/types.ts';
import { RULES } from '../rules/index.ts';
import type { Rule } from '../rules/rule.ts';

/** A rule that fails today whatever a policy says of groups, roles and accounts. */
export interface LoweredRule {
  readonly id: string;
  readonly finds: string;
  /** How many people it is about; findings where it is about nobody. */
  readonly people: number;
}

/** The rules at severity error that an empty policy would fail already. */
export function rulesToLower(population: Population, asOf: number): LoweredRule[] {
  const policy = emptyPolicy();
  const evaluation = new Evaluation({ policy, population, asOf, personalData: 'mask' });
  const errors = (RULES as unknown as readonly Rule<unknown>[]).filter(
    ({ severity }) => severity === 'error',
  );
  return errors.flatMap((rule) => {
    const { found } = rule.check(evaluation, optionsOf(rule, policy));
    const people = new Set(found.map(({ user }) => user ?? {}));
    return people.size === 0 ? [] : [{ id: rule.id, finds: rule.finds, people: people.size }];
  });
}

function emptyPolicy(): Policy {
  const parser = new PolicyParser();
  parser.add({ path: '', text: 'version: 1\n', sha256: '', mayDefine: [] });
  return parser.finish().policy!;
}
