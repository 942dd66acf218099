import type { Diagnosis, SourceDiagnosis, Traffic } from '../model/diagnosis.ts';
import { ATTRIBUTE_NAMES, type Fact, type SourceName } from '../model/facts.ts';
import { count, counted, listed, type Show, type Verdict } from './wording.ts';

/** What a credential of each source is called. */
export const CREDENTIAL_NAMES = {
  scim: 'the SCIM token',
  content: 'the API secret',
  stackone: 'the API key and the linked account',
} as const satisfies Record<SourceName, string>;

const FACT_WORDS: Readonly<Partial<Record<Fact, string>>> = {
  manager: 'managers',
  membership: 'who is in which group',
  'group-catalogue': 'every group',
  'group-kind': 'the kinds of groups',
  'role-catalogue': 'the access roles',
  'role-holders': 'who holds an access role',
  custom: 'custom attributes',
};

/** A fact as people call it; attributes by their name in the policy. */
function factWords(fact: Fact): string {
  return FACT_WORDS[fact] ?? fact;
}

/** "managers and every group; the attributes department and level". */
export function factsInWords(facts: readonly Fact[]): string {
  const isAttribute = (fact: Fact) => (ATTRIBUTE_NAMES as readonly Fact[]).includes(fact);
  const attributes = facts.filter(isAttribute);
  const others = facts.filter((fact) => !isAttribute(fact));
  return [
    ...(others.length > 0 ? [listed(others.map(factWords))] : []),
    ...(attributes.length > 0
      ? [`the ${attributes.length === 1 ? 'attribute' : 'attributes'} ${listed(attributes)}`]
      : []),
  ].join('; ');
}

/** Facts that were expected and did not come, with the reason: "managers (reported for nobody)". */
export function silenceInWords({ reading }: SourceDiagnosis): string {
  const byReason = Map.groupBy(reading?.silent ?? [], ({ why }) => why);
  return [...byReason]
    .map(([why, silent]) => `${listed(silent.map(({ fact }) => factWords(fact)))} (${why})`)
    .join('; ');
}

/** "64 users (61 active, 3 deactivated), 18 groups, 212 memberships, 4 access roles". */
export function countsInWords({ reading }: SourceDiagnosis): string {
  if (reading === null) return '';
  const { users, active, pending, deactivated, groups, memberships, roles } = reading.counts;
  const states = [
    `${count(active)} active`,
    ...(pending === undefined ? [] : [`${count(pending)} not in use yet`]),
    `${count(deactivated)} deactivated`,
  ];
  return [
    `${counted(users, 'user')} (${states.join(', ')})`,
    counted(groups, 'group'),
    counted(memberships, 'membership'),
    ...(roles === undefined ? [] : [counted(roles, 'access role')]),
  ].join(', ');
}

/** What was sent, and how far that is from the limit. */
export function trafficInWords(name: SourceName, traffic: Traffic): string {
  const { requests, retries, refusals, busiestSecond, ceiling, limit } = traffic;
  const retried = retries === 0 ? '' : `, ${counted(retries, 'retry').replace(/ys$/, 'ies')} among them`;
  const refused = refusals === 0 ? '' : `, ${count(refusals)} refused as too many`;
  const shared = name === 'scim' ? ', which your identity provider shares' : '';
  const distance =
    limit === null
      ? '; StackOne publishes no limit'
      : `, ${count(limit - busiestSecond)} below Leapsome's limit of ${count(limit)}${shared}`;
  return `${counted(requests, 'request')}${retried}${refused}; at most ${count(busiestSecond)} in one second${distance}. This program never sends more than ${count(ceiling)} in one second.`;
}

/** "Node 24.21.0 (22.19 or later is needed), linux x64". */
export function machineInWords({ environment }: Diagnosis, show: Show): string {
  const { node, nodeNeeded, platform, arch } = environment;
  return `Node ${show(node)} (${show(nodeNeeded)} or later is needed), ${show(platform)} ${show(arch)}`;
}

/** "a github-hosted runner, Linux X64". */
export function runnerInWords({ environment: { runner } }: Diagnosis, show: Show): string {
  if (runner === null) return 'none, this is a command line';
  const kind = runner.act ? 'act' : (runner.kind ?? 'of an unknown kind');
  const machine = [runner.os, runner.arch].flatMap((part) => part ?? []).map(show);
  return [show(kind), ...(machine.length > 0 ? [machine.join(' ')] : [])].join(', ');
}

/** The proxies on the way to the services for which there is a credential. */
export function proxiesInWords({ sources }: Diagnosis, show: Show): string {
  const given = sources.filter(({ endpoint }) => endpoint !== null);
  const proxied = given.flatMap(({ proxy, endpoint }) =>
    proxy === null ? [] : [`${show(proxy)} on the way to ${show(new URL(endpoint!).host)}`],
  );
  return proxied.length === 0 ? 'none' : [...new Set(proxied)].join(', ');
}

/** How many rules of the policy could be evaluated. */
export function rulesInWords({ policy: { state, rules } }: Diagnosis): string {
  if (state === 'none') return 'there is none, so nothing is said of rules.';
  if (state === 'invalid') return 'it cannot be used as it is, so nothing is said of rules.';
  if (rules === null) return 'valid, but no rule can be evaluated while no credential works.';
  const on = rules.filter((rule) => rule.state !== 'off');
  const can = on.filter((rule) => rule.state === 'evaluated').length;
  return can === on.length
    ? `valid, and all ${counted(can, 'rule')} can be evaluated.`
    : `valid, and ${count(can)} of ${counted(on.length, 'rule')} can be evaluated in full.`;
}

/** What the diagnosis comes to. */
export function diagnosisVerdict({ result, problems, sources, policy }: Diagnosis): Verdict {
  if (result === 'ready') {
    const works = sources.filter(({ state }) => state === 'works').length;
    return {
      headline: 'Ready',
      meaning: works === 1 ? 'The credential works.' : `All ${count(works)} credentials work.`,
      next:
        policy.state === 'none'
          ? 'Write a policy, or let "init" write it, then run a check.'
          : 'A check has everything that it needs.',
    };
  }
  const codes = [...new Set(problems.map(({ code }) => code))];
  return {
    headline: `Not ready: ${codes.join(', ')}`,
    meaning: `${counted(problems.length, 'thing')} ${problems.length === 1 ? 'stands' : 'stand'} in the way of a check.`,
    next: 'Follow the hints, then run doctor again.',
  };
}
