import type { PolicyError } from './policy-error.ts';
import type { Clause, PeopleList, Place, Policy, Selector } from './types.ts';

/** People whom one clause both wants and forbids by name: no state of Leapsome could satisfy it. */
export function contradictions(policy: Policy): PolicyError[] {
  const clauses = [
    policy.accounts,
    ...policy.groups.map((entry) => entry.clause),
    ...(policy.roles ?? []).map((entry) => entry.clause),
  ];
  const effort = { left: MOST_LOOKS };
  return clauses.flatMap((clause) => (clause && effort.left > 0 ? inClause(clause, effort) : []));
}

/**
 * Names that are looked at, so that thousands of entries may share a set of thousands. What is not looked at any more
 * is still compared with Leapsome, where one half of a contradiction always fails.
 */
const MOST_LOOKS = 10_000_000;

interface Effort {
  left: number;
}

function inClause(clause: Clause, effort: Effort): PolicyError[] {
  const wanted = clause.atLeast ?? clause.exactly;
  if (!wanted || !clause.never) return [];
  const forbidden = namedIn(clause.never, effort);
  const errors: PolicyError[] = [];
  for (const [who, place] of namedIn(wanted, effort)) {
    const other = forbidden.get(who);
    if (!other) continue;
    errors.push({
      code: 'contradiction',
      message: `${who} is both required and forbidden`,
      label: 'required here',
      place,
      related: { label: 'forbidden here', place: other },
    });
  }
  return errors;
}

/** Addresses and ids that a list names, also through its sets, with where each stands. */
function namedIn(list: PeopleList, effort: Effort): Map<string, Place> {
  const names = new Map<string, Place>();
  const sets = new Set<object>();
  const visit = (selector: Selector, place: Place): void => {
    effort.left--;
    if (selector.kind === 'set') {
      // Sets may share sets many times over; each is looked at once.
      if (sets.has(selector.set)) return;
      sets.add(selector.set);
    }
    if (selector.kind === 'address') names.set(selector.address, place);
    else if (selector.kind === 'id') names.set(selector.id, place);
    else if (selector.kind === 'set') for (const element of selector.set.selectors) visit(element, place);
    else if (selector.kind === 'any') for (const element of selector.of) visit(element, element.place);
  };
  for (const selector of list.selectors) visit(selector, selector.place);
  return names;
}
