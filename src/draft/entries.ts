import type { Population } from '../evaluate/population.ts';
import { compare } from '../model/compare.ts';
import { ATTRIBUTE_KINDS, type Group, type GroupKind, type Person, type Role } from '../model/snapshot.ts';
import { yamlQuoted, yamlText } from '../model/yaml-text.ts';
import { normal } from '../policy/glob.ts';
import { enumerate, plural } from '../policy/words.ts';
import type { Describer, Description } from './describe.ts';
import type { Roll } from './roll.ts';

/** What entries are written from. */
export interface Material {
  readonly population: Population;
  readonly roll: Roll;
  readonly describer: Describer;
  /** Below a condition, so many of the people whom it matches are named. */
  readonly namesShown: number;
}

/** An entry as lines of YAML, and whether conditions stand in it for the people. */
export interface DraftEntry {
  readonly lines: readonly string[];
  readonly isDescribed: boolean;
}

/** True for groups that say who may do something, and not what somebody is. */
export function needsEntry({ kind }: Group): boolean {
  return !ATTRIBUTE_KINDS.has(kind);
}

/** How many others of each kind have the name of a group or role. */
export type Others = ReadonlyMap<GroupKind | undefined, number>;

/** Tells of each of these groups or roles which others have its name. */
export function othersOf<T extends { readonly name: string; readonly kind?: GroupKind }>(
  targets: readonly T[],
): (target: T) => Others {
  const byName = new Map<string, Map<GroupKind | undefined, number>>();
  for (const { name, kind } of targets) {
    const kinds = byName.get(normal(name)) ?? new Map<GroupKind | undefined, number>();
    byName.set(normal(name), kinds.set(kind, (kinds.get(kind) ?? 0) + 1));
  }
  return ({ name, kind }) => {
    const others = new Map(byName.get(normal(name)));
    const left = others.get(kind)! - 1;
    if (left > 0) others.set(kind, left);
    else others.delete(kind);
    return others;
  };
}

/** One order in every run, for groups and roles alike. */
export function byName<T extends { readonly id: string; readonly name: string }>(targets: readonly T[]): T[] {
  return targets.toSorted(
    (a, b) =>
      compare(normal(a.name).toLowerCase(), normal(b.name).toLowerCase()) ||
      compare(normal(a.name), normal(b.name)) ||
      compare(a.id, b.id),
  );
}

/** Exactly the people who are in the group today. */
export function groupEntry(group: Group, others: Others, material: Material): DraftEntry {
  const { population, roll } = material;
  const isKnown = population.snapshot.facts.has('membership');
  const members = isKnown ? membersOf(roll.members(group.id), material) : undefined;
  return entry([...identity(group, namesakes(others, 'group')), ...kindOf(group, others)], members);
}

/** Exactly the people who hold the role today, as far as that is known. */
export function roleEntry(role: Role, others: Others, material: Material): DraftEntry {
  const { population, roll } = material;
  const isOff = role.active === false ? ['switched off in Leapsome'] : [];
  const head = identity(role, [...isOff, ...namesakes(others, 'role')]);
  if (!role.holders || !population.snapshot.facts.has('role-holders')) return entry(head, undefined);
  const holders = [...new Set(role.holders)];
  const unlisted = holders.filter((id) => !population.person(id)).length;
  return entry(
    [...head, ...(unlisted > 0 ? unlistedHolders(unlisted) : [])],
    membersOf(roll.withIds(holders), material),
  );
}

function entry(head: readonly string[], members: DraftEntry | undefined): DraftEntry {
  return { lines: [...head, ...(members?.lines ?? [])], isDescribed: members?.isDescribed ?? false };
}

function identity(
  { id, name }: { readonly id: string; readonly name: string },
  notes: readonly string[],
): string[] {
  return [`  - name: ${yamlText(normal(name))}`, `    id: ${yamlQuoted(id)}${comment(notes)}`];
}

/** A reader should know of a name that does not stand for one thing alone. */
function namesakes(others: Others, what: 'group' | 'role'): string[] {
  const kinds = [...others.keys()].sort();
  const count = [...others.values()].reduce((sum, one) => sum + one, 0);
  if (count === 0) return [];
  const articled = kinds.flatMap((kind) =>
    kind === undefined || kind === 'other' ? [] : [`a ${kind.replace('-', ' ')}`],
  );
  const twins = articled.length === count ? enumerate(articled, 'and') : plural(count, `other ${what}`);
  return [`${twins} ${count === 1 ? 'has' : 'have'} this name, too`];
}

/** The kind is told where the name alone would mislead a reader. */
function kindOf({ kind }: Group, others: Others): string[] {
  if (kind === undefined) return [];
  const hasTwin = [...others.keys()].some((other) => other !== kind);
  return kind === 'other' || hasTwin ? [`    kind: ${kind}`] : [];
}

/** Nobody can be held against an account that no source lists: as an error the role would never get a verdict. */
function unlistedHolders(count: number): string[] {
  const held = `# Held by ${plural(count, 'account')} that no source lists, too, so that nobody can judge all of it:`;
  return [`    ${held}`, '    severity: warning'];
}

function membersOf(people: readonly Person[], { roll, describer, namesShown }: Material): DraftEntry {
  if (people.length === 0) return { lines: ['    members: [] # nobody today'], isDescribed: false };
  const description = describer.describe(people);
  if (!description) {
    const elements = people.map((person) => `      - ${roll.element(person)}`);
    return { lines: [`    members: # ${counted(people.length)}`, ...elements], isDescribed: false };
  }
  if (description.length === 0)
    return { lines: [`    members: [everyone] # ${counted(people.length)}`], isDescribed: true };
  const shown = people.slice(0, namesShown).map((person) => `    #   - ${roll.element(person)}`);
  const more = people.length - shown.length;
  return {
    lines: [
      `    members: [${selector(description)}] # ${counted(people.length)}${shown.length > 0 ? ':' : ''}`,
      ...shown,
      ...(more > 0 && shown.length > 0 ? [`    #   and ${more} more`] : []),
    ],
    isDescribed: true,
  };
}

/** The condition that a policy writes for a description. */
export function selector(description: Description): string {
  const conditions = description.map(({ attribute, values }) => {
    const texts = values.map((value) => yamlText(value.replace(/[\\*]/g, '\\$&')));
    return `${attribute}: ${texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`}`;
  });
  return `{ ${conditions.join(', ')} }`;
}

/** "1 person", "2 people". */
export function counted(count: number): string {
  return count === 1 ? '1 person' : `${count} people`;
}

function comment(notes: readonly string[]): string {
  return notes.length === 0 ? '' : ` # ${enumerate(notes, 'and')}`;
}
