import { compare } from '../model/compare.ts';
import type { Person } from '../model/snapshot.ts';
import { enumerate } from '../policy/words.ts';
import type { Evaluation } from './evaluation.ts';

/** More lines about people than anybody reads. */
const MOST_PEOPLE = 20;
const MOST_PLACES = 4;

/**
 * Sentences about required people whose accounts are not in use yet, one a person: they are expected, and not missing.
 * Of what the policy does not look for nothing is said.
 */
export function awaitedInWords(evaluation: Evaluation): string[] {
  const sentences = [...whereRequired(evaluation)].map(
    ([person, places]) =>
      `${evaluation.show(person)} is required in ${inWords(places)}, and is ${person.pending}, not active yet.`,
  );
  const more = sentences.length - MOST_PEOPLE;
  const shown = sentences.sort(compare).slice(0, MOST_PEOPLE);
  if (more <= 0) return shown;
  return [
    ...shown,
    `And ${more} more ${more === 1 ? 'person is' : 'people are'} required, and not active yet.`,
  ];
}

function whereRequired(evaluation: Evaluation): ReadonlyMap<Person, ReadonlySet<string>> {
  const places = new Map<Person, Set<string>>();
  const note = (rule: string, place: string, people: readonly Person[]): void => {
    if (evaluation.policy.rules[rule]?.severity === 'off') return;
    for (const person of people) {
      const known = places.get(person);
      if (known) known.add(place);
      else places.set(person, new Set([place]));
    }
  };
  for (const { target, result } of evaluation.groupChecks())
    note('missing-member', target.name, result.awaited);
  for (const { target, result } of evaluation.roleChecks())
    note('missing-role-holder', `the role ${target.name}`, result.awaited);
  // Who is required somewhere needs no second word about the account itself.
  const accounts = evaluation.accountsCheck()?.result.awaited ?? [];
  note(
    'missing-account',
    'Leapsome',
    accounts.filter((person) => !places.has(person)),
  );
  return places;
}

function inWords(places: ReadonlySet<string>): string {
  const sorted = [...places].sort(compare);
  const more = sorted.length - MOST_PLACES;
  return more > 0 ? `${sorted.slice(0, MOST_PLACES).join(', ')} and ${more} more` : enumerate(sorted, 'and');
}
