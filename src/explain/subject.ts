import type { Population } from '../evaluate/population.ts';
import { unreportedReason } from '../evaluate/selectors.ts';
import type { SubjectKind } from '../model/explanation.ts';
import type { Problem } from '../model/problem.ts';
import type { Group, Person, Role } from '../model/snapshot.ts';
import { normal } from '../policy/glob.ts';
import { didYouMean } from '../policy/suggest.ts';
import type { Policy } from '../policy/types.ts';
import { enumerate, plural } from '../policy/words.ts';
import { RULES } from '../rules/index.ts';

/** What a question is about. */
export type Subject =
  | { readonly kind: 'person'; readonly person: Person }
  | { readonly kind: 'group'; readonly group: Group }
  | { readonly kind: 'role'; readonly role: Role };

/** The person, group or role that `text` names, or why it names none. */
export function findSubject(
  text: string,
  kind: SubjectKind | undefined,
  policy: Policy,
  population: Population,
): Subject | Problem {
  const found = candidates(text, kind, population);
  if (found.length === 1) return found[0]!;
  return found.length === 0 ? unknown(text, kind, policy, population) : ambiguous(text, found);
}

/** Whoever and whatever answers to a text. An id comes before names of the same kind. */
function candidates(text: string, kind: SubjectKind | undefined, population: Population): Subject[] {
  const isAsked = (one: SubjectKind): boolean => kind === undefined || kind === one;
  return [
    ...(isAsked('person')
      ? population.named(text).map((person) => ({ kind: 'person' as const, person }))
      : []),
    ...(isAsked('group')
      ? population.groupsCalled(text).map((group) => ({ kind: 'group' as const, group }))
      : []),
    ...(isAsked('role')
      ? rolesCalled(text, population).map((role) => ({ kind: 'role' as const, role }))
      : []),
  ];
}

function rolesCalled(text: string, population: Population): readonly Role[] {
  const roles = population.roles() ?? [];
  const pinned = roles.filter(({ id }) => id === text);
  return pinned.length > 0 ? pinned : roles.filter(({ name }) => normal(name) === normal(text));
}

const NOUNS = { person: 'account', group: 'group', role: 'access role' } as const;

function ambiguous(text: string, found: readonly Subject[]): Problem {
  const byKind = Map.groupBy(found, ({ kind }) => kind);
  const parts = [...byKind].map(
    ([kind, some]) => `${plural(some.length, NOUNS[kind])} (${some.map(idOf).sort().join(', ')})`,
  );
  const kinds = [...byKind.keys()].map((kind) => `--kind ${kind}`);
  const severalOfOne = [...byKind.values()].some((some) => some.length > 1);
  const ways = [
    ...(kinds.length > 1 ? [`with ${enumerate(kinds, 'or')}`] : []),
    ...(severalOfOne ? ['by its id'] : []),
  ];
  return {
    code: 'input-invalid',
    message: `"${text}" may mean ${enumerate(parts, 'or')}.`,
    hint: `Say which one is meant: ask again ${ways.join(', or ')}.`,
  };
}

function idOf(subject: Subject): string {
  if (subject.kind === 'person') return subject.person.id;
  if (subject.kind === 'role') return subject.role.id;
  const { id, kind } = subject.group;
  return kind === undefined ? id : `${id}: ${kind}`;
}

/** Addresses of others are never offered: whoever asks for somebody need not know who else is there. */
function unknown(
  text: string,
  kind: SubjectKind | undefined,
  policy: Policy,
  population: Population,
): Problem {
  const isPerson = kind === 'person' || (kind === undefined && text.includes('@'));
  if (isPerson) return unknownPerson(text, policy);
  const names = [
    ...(kind === 'role' ? [] : population.groupNames()),
    ...(kind === 'group' ? [] : (population.roles() ?? []).map(({ name }) => name)),
    ...(kind === undefined ? RULES.map(({ id }) => id) : []),
  ];
  const what =
    kind === undefined ? 'no account, group, access role or rule' : `no ${NOUNS[kind as 'group' | 'role']}`;
  return {
    code: 'input-invalid',
    message: `There is ${what} called "${text}".${didYouMean(text, names)}${unseen(kind, population)}`,
    hint:
      entryHint(text, policy) ??
      'Names are compared exactly, with upper and lower case. An id will do as well.',
  };
}

function unknownPerson(text: string, policy: Policy): Problem {
  const isNamed = policy.named.has(normal(text).toLowerCase());
  return {
    code: 'input-invalid',
    message: `No account in Leapsome has the address, user name or id "${text}"${isNamed ? ', though the policy names it' : ''}.`,
    hint: isNamed
      ? 'Run "check": missing-account tells where the policy requires it.'
      : 'Look it up in Leapsome → Settings → Users & Teams. A changed surname is the usual reason.',
  };
}

/** What no source shows may be there all the same. */
function unseen(kind: SubjectKind | undefined, population: Population): string {
  const { facts } = population.snapshot;
  const isOpen = (one: SubjectKind): boolean => kind === undefined || kind === one;
  const reasons = [
    ...(isOpen('group') && !facts.has('group-catalogue')
      ? [unreportedReason('group-catalogue', 'groups that nobody is in', population, 'are')]
      : []),
    ...(isOpen('role') && !facts.has('role-catalogue')
      ? [unreportedReason('role-catalogue', 'which access roles there are', population)]
      : []),
  ];
  return reasons.map((reason) => ` But ${reason}.`).join('');
}

/** An entry of that name is what somebody may have been reading. */
function entryHint(text: string, policy: Policy): string | undefined {
  const entry = [...policy.groups, ...(policy.roles ?? [])].find(({ name }) => name === normal(text));
  if (!entry) return undefined;
  const { file, line } = policy.locate(entry.place);
  const matches = entry.glob
    ? 'is a pattern: ask for one of the groups that it matches'
    : 'is about one of this name';
  return `The entry at ${file}:${line} ${matches}.`;
}
