import { type Evaluation, isAskedFor, rulePlace } from '../evaluate/evaluation.ts';
import { unreportedReason } from '../evaluate/selectors.ts';
import { FACT_SOURCES, isLeaving } from '../model/facts.ts';
import type { Person } from '../model/snapshot.ts';
import { daysToMs, isOver } from '../policy/dates.ts';
import type { Gap, Rule } from './rule.ts';
import { exceptionYaml, inLeapsome } from './wording.ts';

type Detail = { readonly ended: string } | { readonly lifecycle: string };

/** Judges by whatever the sources report: end dates, lifecycle, or both. */
export const leaverActive: Rule<Detail> = {
  id: 'leaver-active',
  severity: 'error',
  subject: 'user',
  finds: 'A person has left (end date passed, or terminated) and the account is still active.',
  options: { grace: 0 },
  check: (evaluation, { grace = 0 }) => {
    const place = rulePlace(evaluation.policy, 'leaver-active');
    return {
      found: evaluation.population.live.flatMap((person) => {
        const detail = departure(person, evaluation.asOf - daysToMs(grace));
        return detail ? [{ user: person, place, detail }] : [];
      }),
      gaps: gaps(evaluation),
    };
  },
  describe: ({ user, detail }, evaluation) => ({
    message:
      'ended' in detail
        ? `${evaluation.show(user!)} has ${account(user!)}, but the employment ended on ${detail.ended}`
        : `${evaluation.show(user!)} has ${account(user!)}, but the lifecycle says ${detail.lifecycle}`,
    policy: wayOut(user!, evaluation),
    leapsome: inLeapsome(
      `Users & Teams → Users → ${evaluation.show(user!)} → deactivate, or correct the end date`,
    ),
  }),
};

/** Days of grace that a policy is offered. */
const GRACE = 14;

/** Days of grace where they would cover the person, with the severity that is set; else only an exception is left. */
function wayOut(user: Person, evaluation: Evaluation): string {
  const { policy, asOf } = evaluation;
  if (departure(user, asOf - daysToMs(GRACE)))
    return exceptionYaml('leaver-active', user, undefined, evaluation);
  const severity = policy.rules['leaver-active']?.severity;
  const setting = `${severity === undefined ? '' : `severity: ${severity}, `}grace: ${GRACE}d`;
  return `rules:\n  leaver-active: { ${setting} }  # if leavers keep access for some days`;
}

/** An invitation can still be accepted. */
function account({ pending }: Person): string {
  return pending === undefined ? 'an active account' : `an account (${pending})`;
}

function departure(person: Person, now: number): Detail | undefined {
  const ended = person.attributes['end-date'];
  if (ended !== undefined && isOver(ended, now)) return { ended };
  const { lifecycle } = person.attributes;
  return lifecycle !== undefined && isLeaving(lifecycle) ? { lifecycle } : undefined;
}

/**
 * With one of the two facts there is an answer, if not the whole one; with neither there is none at all, nor where a
 * source that should have told could not be read.
 */
function gaps({ population, policy }: Evaluation): Gap[] {
  const facts = ['end-date', 'lifecycle'] as const;
  const unknown = facts.filter((fact) => !population.snapshot.facts.has(fact));
  const { failed = [] } = population.snapshot;
  const isLost = unknown.some((fact) => FACT_SOURCES[fact].some((source) => failed.includes(source)));
  const isPartial = unknown.length < facts.length && !isLost;
  const builtIn = isPartial || !isAskedFor(policy, 'leaver-active');
  return unknown.map((fact) => ({ reason: unreportedReason(fact, fact, population), builtIn }));
}
