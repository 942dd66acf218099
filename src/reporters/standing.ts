import type { Report, RuleResult } from '../model/report.ts';

/** What a run shows about a rule, for readers who take a pass as evidence. */
export interface Standing {
  /** `unknown`: the run came to no verdict, so that nothing it says of the rule may be relied on. */
  readonly outcome: 'pass' | 'fail' | 'not-evaluated' | 'unknown';
  /** Why the rule, or a part of it, is not answered. */
  readonly reason?: string;
}

/**
 * What the run shows about a rule; undefined for one that the policy switches off. A pass is a pass only when the run
 * came to a verdict, everybody was read, and no part of the rule was left open.
 */
export function standingOf(rule: RuleResult, report: Report): Standing | undefined {
  const { severity, status, reason } = rule;
  if (severity === 'off') return undefined;
  const doubt = doubtOf(report);
  if (doubt !== undefined) return { outcome: 'unknown', reason: doubt };
  if (status === 'fail') return { outcome: 'fail', ...(reason === undefined ? {} : { reason }) };
  if (status === 'pass' && reason === undefined) return { outcome: 'pass' };
  return { outcome: 'not-evaluated', reason: reason ?? 'no reason was recorded' };
}

/** Why nothing that the run says may be relied on; undefined for a run that came to a verdict. */
export function doubtOf({ result, problems, population, sources }: Report): string | undefined {
  if (result === 'could-not-check') {
    const codes = [...new Set(problems.map(({ code }) => code))].join(', ');
    return `the run could not check${codes === '' ? '' : ` (${codes})`}`;
  }
  const wasRead = population !== null && sources.some(({ complete }) => complete);
  return wasRead ? undefined : 'not everybody was read';
}

/** A control as policies name it: `SOC2:CC6.3` is CC6.3 of the standard SOC2. */
export interface Control {
  readonly name: string;
  readonly standard?: string;
  readonly id: string;
}

/** Takes the name of a control apart; one without a colon belongs to no standard. */
export function controlOf(name: string): Control {
  const [, standard, id] = /^\s*([^:]*[^:\s])\s*:\s*(\S.*)$/s.exec(name) ?? [];
  return standard === undefined || id === undefined ? { name, id: name } : { name, standard, id };
}
