import type { Evaluation } from '../evaluate/evaluation.ts';
import { NO, UNKNOWN, YES } from '../evaluate/selectors.ts';
import { isLive } from '../model/snapshot.ts';
import type { Requirement } from '../policy/types.ts';
import { selectorInWords } from '../policy/words.ts';
import type { Detected, Gap, Rule } from './rule.ts';
import { exceptionYaml, inLeapsome, withState } from './wording.ts';

export const requirement: Rule<Requirement> = {
  id: 'requirement',
  severity: 'error',
  subject: 'user+name',
  finds: 'Somebody matches `when` of a requirement, but not `require`.',
  check: (evaluation) => {
    const outcomes = evaluation.policy.requirements.map((element) => judge(element, evaluation));
    return {
      found: outcomes.flatMap((outcome) => outcome.found),
      gaps: outcomes.flatMap((outcome) => outcome.gaps),
    };
  },
  describe: ({ user, detail }, evaluation) => {
    const who = evaluation.show(user!);
    return {
      message: `${withState(user!, evaluation)} must be among ${selectorInWords(detail.require)} (${detail.name}), but is not`,
      policy: exceptionYaml('requirement', user!, detail.name, evaluation),
      leapsome: inLeapsome(`Users & Teams → Users → ${who} → correct the profile`),
    };
  },
};

function judge(
  element: Requirement,
  evaluation: Evaluation,
): { found: Detected<Requirement>[]; gaps: Gap[] } {
  const when = evaluation.compiler.one(element.when);
  const require = evaluation.compiler.one(element.require);
  const found: Detected<Requirement>[] = [];
  let unknown = false;
  for (const person of when.candidates() ?? evaluation.population.live) {
    if (!isLive(person)) continue;
    const concerned = when.test(person);
    if (concerned === NO) continue;
    const fulfilled = require.test(person);
    if (fulfilled === UNKNOWN || (concerned === UNKNOWN && fulfilled === NO)) unknown = true;
    if (concerned === YES && fulfilled === NO) {
      found.push({ user: person, name: element.name, entry: element, place: element.place, detail: element });
    }
  }
  const ambiguous = [...when.ambiguous, ...require.ambiguous].map(
    ({ name, ids }) => `"${name}" is ambiguous (${ids.join(', ')})`,
  );
  const reasons = unknown ? [...when.unknown, ...require.unknown, ...ambiguous] : ambiguous;
  return { found, gaps: [...new Set(reasons)].map((reason) => ({ reason, entry: element })) };
}
