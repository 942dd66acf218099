import { rulePlace } from '../evaluate/evaluation.ts';
import { isLive, type Person } from '../model/snapshot.ts';
import { type Rule, unreported } from './rule.ts';
import { exceptionYaml, inLeapsome, noticeOrException } from './wording.ts';

interface Detail {
  readonly manager: Person | undefined;
}

/** Managers read what their reports are asked and answer, so a manager without an account is a loose end. */
export const inactiveManager: Rule<Detail> = {
  id: 'inactive-manager',
  severity: 'warning',
  subject: 'user',
  finds: "An active person's manager is deactivated or unknown.",
  check: (evaluation) => {
    const { population, policy } = evaluation;
    const gaps = unreported('inactive-manager', 'manager', 'who manages whom', evaluation);
    if (gaps.length > 0) return { found: [], gaps };
    const place = rulePlace(policy, 'inactive-manager');
    return {
      found: population.active.flatMap((person) => {
        if (person.managerId === undefined) return [];
        const manager = population.person(person.managerId);
        return manager && isLive(manager) ? [] : [{ user: person, place, detail: { manager } }];
      }),
      gaps,
    };
  },
  describe: ({ user, detail }, evaluation) => {
    const who = evaluation.show(user!);
    const manager = detail.manager
      ? `${evaluation.show(detail.manager)}, whose account is deactivated`
      : `account ${user!.managerId}, which Leapsome does not list`;
    return {
      message: `${who} reports to ${manager}`,
      policy: noticeOrException(
        inactiveManager,
        'if this is expected',
        exceptionYaml('inactive-manager', user!, undefined, evaluation),
        evaluation,
      ),
      leapsome: inLeapsome(`Users & Teams → Users → ${who} → choose another manager`),
    };
  },
};
