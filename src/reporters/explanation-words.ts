import type {
  AccountState,
  EntryStatement,
  Judgement,
  ListWord,
  People,
  PersonExplanation,
  RequirementStatement,
  RuleExplanation,
  RuleShown,
  Saying,
  SeparationStatement,
} from '../model/explanation.ts';
import { counted, listed, type Show } from './wording.ts';

/** "active", "invited, not in use yet", "deactivated". */
export function stateInWords(state: AccountState | 'not-listed'): string {
  if (state === 'not-listed') return 'not listed';
  return state === 'active' || state === 'deactivated' ? state : `${state}, not in use yet`;
}

const HAS = {
  accounts: ['has an account', 'has no account in use'],
  group: ['is in the group', 'is not in the group'],
  role: ['holds the role', 'does not hold the role'],
} as const satisfies Record<EntryStatement['about'], readonly [string, string]>;

/** What follows where nothing is wrong. */
const SAYS: Record<Saying, readonly [having: string, lacking: string]> = {
  required: [', as required', ', and is required'],
  permitted: [', as permitted', ', and would be permitted'],
  'not-permitted': [', and is not permitted', ', and would not be permitted'],
  forbidden: [', and is forbidden', ', and must not'],
  open: [', which the entry leaves open', ', which the entry leaves open'],
  nothing: ['; the entry judges nobody', '; the entry judges nobody'],
  unknown: ['', ''],
};

const FAULTS: Partial<Record<Judgement, string>> = {
  unexpected: ', and is not permitted',
  missing: ', and is required',
  forbidden: ', and is forbidden',
  awaited: ', and is required: the account is not in use yet, which is no finding',
  contradiction: ', and is both required and forbidden: no state of Leapsome can satisfy the policy',
};

/** "is in the group, as permitted". */
export function standingInWords({ about, has, says, judgement }: EntryStatement): string {
  const what = HAS[about][has ? 0 : 1];
  if (judgement === 'unknown')
    return has
      ? `${what}; whether that is permitted is unknown`
      : `${what}; whether that is required is unknown`;
  const fault = FAULTS[judgement];
  if (fault !== undefined) return `${what}${fault}`;
  if (judgement === 'not-judged' && says !== 'nothing') return `${what}; a deactivated account is not judged`;
  return `${what}${SAYS[says][has ? 0 : 1]}`;
}

const REQUIREMENT_WORDS = {
  fine: 'is met',
  broken: 'is not met',
  unknown: 'is open: nobody can tell',
  'not-judged': 'is not judged: the account is deactivated',
} as const satisfies Record<RequirementStatement['judgement'], string>;

export function requirementInWords({ judgement }: RequirementStatement): string {
  return REQUIREMENT_WORDS[judgement];
}

/** "is in two groups that must be kept apart". */
export function separationInWords({ judgement, elements }: SeparationStatement): string {
  if (judgement === 'broken') return 'is in groups that must be kept apart';
  if (judgement === 'not-judged') return 'is not judged: the account is deactivated';
  return elements.length > 1 ? 'is kept' : 'is kept: in one of the groups only';
}

/** "status and lifecycle: unknown, only Leapsome's Content API reports it": what has one reason is said together. */
export function unknownInWords(unknown: PersonExplanation['unknown']): string[] {
  const byReason = Map.groupBy(unknown, ({ why }) => why);
  return [...byReason].map(([why, facts]) => `${listed(facts.map(({ name }) => name))}: unknown, ${why}`);
}

/** "unexpected-member, error". */
export function ruleInWords({ id, severity }: RuleShown): string {
  return severity === 'off' ? `${id} is switched off` : `${id}, ${severity}`;
}

const LIST_MEANINGS = {
  exactly: 'exactly',
  'at-least': 'at least',
  'at-most': 'at most',
  never: 'never',
} as const satisfies Record<ListWord, string>;

export function wordOf(word: ListWord): string {
  return LIST_MEANINGS[word];
}

/** "3 (jo@example.com, sam@example.com and 1 more)"; masked people are in the number alone. */
export function peopleInWords({ count: number, names }: People, show: Show): string {
  if (names.length === 0) return String(number);
  const rest = number - names.length;
  const named = names.map(show);
  return `${number} (${rest > 0 ? `${named.join(', ')} and ${rest} more` : listed(named)})`;
}

/** How a finding of the rule is excused. */
export function excuseInWords({ exception }: RuleExplanation): string {
  if (exception === null) return 'There are no exceptions from this rule: correct the policy.';
  const { names, mayName } = exception;
  const subject =
    names.length === 0
      ? 'no subject: there is just one such finding'
      : listed(names.map((name) => `\`${name}\``));
  const optional =
    mayName.length > 0
      ? `, and ${listed(mayName.map((name) => `\`${name}\``))} if only that one is meant`
      : '';
  return `By an exception with ${subject}${optional}, beside \`reason\`, \`owner\` and \`expires\`.`;
}

/** "grace 3d (default 0d)". */
export function optionInWords(option: RuleExplanation['options'][number]): string {
  const { name, default: fallback, set } = option;
  return set === fallback ? `${name} ${fallback}d` : `${name} ${set}d (default ${fallback}d)`;
}

/** "and 12 elements of the policy neither require nor forbid anything". */
export function othersInWords(others: number): string {
  const one = others === 1;
  return `${counted(others, 'further element')} of the policy ${one ? 'is' : 'are'} about nothing that the person has, must have, or must not have.`;
}
