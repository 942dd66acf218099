import type { Evaluation } from '../evaluate/evaluation.ts';
import { NO } from '../evaluate/selectors.ts';
import type { NamedPerson, PolicyEdit } from '../model/policy-edit.ts';
import { isLive, type Person } from '../model/snapshot.ts';
import type { PeopleList, Place, Selector } from '../policy/types.ts';
import { canBeNamed } from './wording.ts';

/** The person as the policy may name her. */
export function namedPerson(person: Person, evaluation: Evaluation): NamedPerson {
  return canBeNamed(person, evaluation) ? { address: person.userName } : { id: person.id };
}

/** Appends a person to a list of the clause itself, never to a set that other clauses share. */
export function addTo(list: PeopleList, person: Person, evaluation: Evaluation): PolicyEdit {
  return {
    action: 'add-person',
    person: namedPerson(person, evaluation),
    at: evaluation.policy.locate(list.place),
  };
}

/** Makes a list no longer match a person: takes her own name away, and narrows whatever else claims her. */
export function leaveOut(list: PeopleList, person: Person, evaluation: Evaluation): PolicyEdit[] {
  return claimants(list, person, evaluation).map((selector) => {
    const at = evaluation.policy.locate(selector.place);
    if (isOwnName(selector)) return { action: 'remove', what: 'selector', at };
    return { action: 'leave-out', person: namedPerson(person, evaluation), at };
  });
}

/** Takes something away. */
export function remove(
  what: Extract<PolicyEdit, { action: 'remove' }>['what'],
  place: Place,
  { policy }: Evaluation,
): PolicyEdit {
  return { action: 'remove', what, at: policy.locate(place) };
}

/** The elements of a list that match a person, or may match her once more is known. */
export function claimants(list: PeopleList, person: Person, evaluation: Evaluation): readonly Selector[] {
  const { byPerson, others } = elementsOf(list, evaluation);
  const claiming = others.filter((selector) => claims(selector, person, evaluation));
  return [...(byPerson.get(person) ?? []), ...claiming];
}

/** True when the element is about one person alone. */
export function isOwnName({ kind }: Selector): boolean {
  return kind === 'address' || kind === 'id';
}

/** Lists may name thousands: those are looked up, and only the other elements asked one by one. */
interface Elements {
  readonly byPerson: ReadonlyMap<Person, readonly Selector[]>;
  readonly others: readonly Selector[];
}

const known = new WeakMap<Evaluation, Map<PeopleList, Elements>>();
const single = new WeakMap<Selector, PeopleList>();

function elementsOf(list: PeopleList, evaluation: Evaluation): Elements {
  const lists = known.get(evaluation) ?? new Map<PeopleList, Elements>();
  known.set(evaluation, lists);
  const elements = lists.get(list) ?? sorted(list, evaluation);
  lists.set(list, elements);
  return elements;
}

function sorted({ selectors }: PeopleList, { population }: Evaluation): Elements {
  const byPerson = new Map<Person, Selector[]>();
  for (const selector of selectors) {
    if (selector.kind !== 'address' && selector.kind !== 'id') continue;
    const people =
      selector.kind === 'id'
        ? [population.person(selector.id)]
        : population.accounts(selector.address).slice(0, 2);
    const [person] = people;
    if (people.length === 1 && person) byPerson.set(person, [...(byPerson.get(person) ?? []), selector]);
  }
  return { byPerson, others: selectors.filter((selector) => !isOwnName(selector)) };
}

function claims(selector: Selector, person: Person, { compiler }: Evaluation): boolean {
  const list = single.get(selector) ?? { selectors: [selector], place: selector.place };
  single.set(selector, list);
  const matcher = compiler.list(list);
  if (isLive(person)) return matcher.test(person) !== NO;
  // A deactivated account is required only where it is named.
  return matcher.names.some(({ people }) => people.length === 1 && people[0] === person);
}
