import { foldAddress, type Population } from '../evaluate/population.ts';
import { compare } from '../model/compare.ts';
import type { Person } from '../model/snapshot.ts';
import { yamlQuoted, yamlText } from '../model/yaml-text.ts';
import { normal } from '../policy/glob.ts';

/** Everybody with a live account by name, and how a policy names each of them. */
export class Roll {
  readonly people: readonly Person[];
  readonly #population: Population;
  readonly #members = new Map<string, Person[]>();
  readonly #places: ReadonlyMap<string, number>;

  constructor(population: Population) {
    this.#population = population;
    this.people = byName(population.live);
    this.#places = new Map(this.people.map(({ id }, place) => [id, place]));
    for (const person of this.people) for (const id of person.groups) this.#enter(id, person);
  }

  /** The live people in a group, by name. */
  members(groupId: string): readonly Person[] {
    return this.#members.get(groupId) ?? [];
  }

  /** Those of the live people who have one of these ids, by name. */
  withIds(ids: readonly string[]): readonly Person[] {
    const places = ids.flatMap((id) => this.#places.get(id) ?? []);
    return places.sort((a, b) => a - b).map((place) => this.people[place]!);
  }

  /** The element of a list that stands for exactly this person, and behind it what a reader should know. */
  element(person: Person): string {
    const isName = this.#isName(person);
    const notes = [
      ...(isName ? [] : [`${yamlText(normal(person.userName))}${this.#whyId(person)}`]),
      ...(person.pending === undefined ? [] : [`${person.pending}, not active yet`]),
    ];
    const element = isName ? yamlText(normal(person.userName)) : `{ id: ${yamlQuoted(person.id)} }`;
    return notes.length === 0 ? element : `${element} # ${notes.join('; ')}`;
  }

  #enter(groupId: string, person: Person): void {
    const known = this.#members.get(groupId);
    if (known === undefined) this.#members.set(groupId, [person]);
    else if (known.at(-1) !== person) known.push(person);
  }

  /** White space and stars are refused in an address, and `everyone` is a word of the language. */
  #isName(person: Person): boolean {
    const name = normal(person.userName);
    return (
      !/\s|\*/.test(name) && foldAddress(name) !== 'everyone' && this.#population.accounts(name).length === 1
    );
  }

  #whyId(person: Person): string {
    const { length } = this.#population.accounts(person.userName);
    return length > 1 ? `, a name of ${length} accounts` : '';
  }
}

function byName(people: readonly Person[]): Person[] {
  const named = people.map((person) => ({ person, name: foldAddress(person.userName) }));
  named.sort((a, b) => compare(a.name, b.name) || compare(a.person.id, b.person.id));
  return named.map(({ person }) => person);
}
