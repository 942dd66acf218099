import { isAskedFor } from '../evaluate/evaluation.ts';
import { SOURCE_LABELS } from '../model/facts.ts';
import type { Rule } from './rule.ts';

/** Needs two sources that know the same people; a single one cannot contradict itself. */
export const sourceDisagreement: Rule<never> = {
  id: 'source-disagreement',
  severity: 'error',
  subject: 'user',
  finds: 'Two sources contradict each other about a person.',
  check: (evaluation) => {
    const [only] = evaluation.population.snapshot.sources;
    return {
      found: [],
      gaps: [
        {
          reason: `only ${only ? SOURCE_LABELS[only] : 'one source'} was read, so that nothing can contradict it`,
          builtIn: !isAskedFor(evaluation.policy, 'source-disagreement'),
        },
      ],
    };
  },
  describe: () => {
    throw new Error('source-disagreement found something with one source');
  },
};
