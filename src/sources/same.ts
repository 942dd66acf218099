import type { Person } from '../model/snapshot.ts';

/** Whether two readings of one account say the same, in whatever order they list its groups. */
export function samePerson(a: Person, b: Person): boolean {
  return inOrder(a) === inOrder(b);
}

function inOrder(person: Person): string {
  return JSON.stringify({
    ...person,
    groups: person.groups.toSorted(),
    addresses: person.addresses.toSorted(),
  });
}
