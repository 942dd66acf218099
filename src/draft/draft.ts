import { domainOf, type Population } from '../evaluate/population.ts';
import { compare } from '../model/compare.ts';
import { SOURCE_LABELS } from '../model/facts.ts';
import { POLICY_BYTES } from '../model/limits.ts';
import type { Group, Role } from '../model/snapshot.ts';
import { yamlText } from '../model/yaml-text.ts';
import { glob } from '../policy/glob.ts';
import { MAX_MARKS } from '../policy/tree.ts';
import { enumerate, plural } from '../policy/words.ts';
import { canBeNamed, Describer, PEOPLE_PER_VALUE } from './describe.ts';
import {
  byName,
  counted,
  type DraftEntry,
  groupEntry,
  type Material,
  needsEntry,
  othersOf,
  roleEntry,
  selector,
} from './entries.ts';
import { type LoweredRule, rulesToLower } from './lowered.ts';
import { Roll } from './roll.ts';

export interface DraftOptions {
  /** Milliseconds since the epoch: who has left by then is a finding today. */
  readonly asOf: number;
  /** Only groups whose name matches get an entry. */
  readonly groups?: string | undefined;
}

/** A policy that describes a population, with what can be said of it without naming anybody. */
export interface Draft {
  readonly text: string;
  readonly counts: DraftCounts;
  /** Rules that would fail today, and are warnings in this policy. */
  readonly lowered: readonly LoweredRule[];
}

export interface DraftCounts {
  /** Groups that have an entry. */
  readonly groups: number;
  /** Of these, those whose members are described by conditions. */
  readonly describedGroups: number;
  /** Groups that were left out, because of their kind or of what was asked for. */
  readonly otherGroups: number;
  /** Missing where nobody tells which roles there are. */
  readonly roles?: number;
}

/** With fewer and fewer names in comments, a large population may still fit into one file. */
const NAMES_SHOWN = [20, 0];
/** An address of each domain would be no rule any more. */
const MOST_DOMAINS = 25;
const WIDTH = 110;

/**
 * The policy that says of this population what is so today: a check against it finds nothing that fails. The same population
 * gives the same text, in whatever order it was read. Undefined when it would not fit into a policy file.
 */
export function draftPolicy(population: Population, options: DraftOptions): Draft | undefined {
  const roll = new Roll(population);
  const describer = new Describer(population);
  const lowered = rulesToLower(population, options.asOf);
  const chosen = choose(population, options.groups);
  for (const namesShown of NAMES_SHOWN) {
    const material = { population, roll, describer, namesShown };
    const groups = groupsOf(chosen.groups, material);
    const roles = rolesOf(material);
    const text = [
      header(population),
      populationSection(population),
      accountsSection(population),
      groupsSection(groups, chosen, material, options.groups),
      ...(roles ? [rolesSection(roles, population)] : []),
      ...(lowered.length > 0 ? [rulesSection(lowered)] : []),
    ]
      .map((section) => `${section.join('\n')}\n`)
      .join('\n');
    if (fits(text)) return { text, counts: countsOf(groups, chosen, roles), lowered };
  }
  return undefined;
}

/** True when a check would read a policy of this text. */
function fits(text: string): boolean {
  return new TextEncoder().encode(text).length <= POLICY_BYTES && marksIn(text) <= MAX_MARKS;
}

/** Lines, elements, keys and brackets, as the parser counts them beforehand, comments included. */
function marksIn(text: string): number {
  let marks = 0;
  for (let index = 0; index < text.length; index++) {
    const isDash = text.charCodeAt(index) === 0x2d && text.charCodeAt(index + 1) === 0x20;
    if (isDash || MARKS.has(text.charCodeAt(index))) marks++;
  }
  return marks;
}

const MARKS: ReadonlySet<number> = new Set(Array.from('[]{},:?\n', (mark) => mark.charCodeAt(0)));

/** The groups that get an entry, and how many do not. */
interface Chosen {
  readonly groups: Population['groups'];
  /** Left out since they are attributes of people. */
  readonly attributes: number;
  /** Left out since another name was asked for. */
  readonly unasked: number;
}

function choose({ groups }: Population, pattern: string | undefined): Chosen {
  const candidates = groups.filter(needsEntry);
  const matches = pattern === undefined ? () => true : glob(pattern);
  const chosen = candidates.filter(({ name }) => matches(name));
  return {
    groups: chosen,
    attributes: groups.length - candidates.length,
    unasked: candidates.length - chosen.length,
  };
}

function groupsOf(chosen: readonly Group[], material: Material): readonly DraftEntry[] {
  const others = othersOf<Group>(material.population.groups);
  return byName(chosen).map((group) => groupEntry(group, others(group), material));
}

function rolesOf(material: Material): readonly DraftEntry[] | undefined {
  const { population } = material;
  const roles = population.roles();
  if (!roles || !population.snapshot.facts.has('role-catalogue')) return undefined;
  const others = othersOf<Role>(roles);
  return byName(roles).map((role) => roleEntry(role, others(role), material));
}

function countsOf(
  groups: readonly DraftEntry[],
  { attributes, unasked }: Chosen,
  roles: readonly DraftEntry[] | undefined,
): DraftCounts {
  return {
    groups: groups.length,
    describedGroups: groups.filter(({ isDescribed }) => isDescribed).length,
    otherGroups: attributes + unasked,
    ...(roles ? { roles: roles.length } : {}),
  };
}

function header({ snapshot }: Population): string[] {
  const sources = enumerate(
    snapshot.sources.map((source) => SOURCE_LABELS[source]),
    'and',
  );
  return [
    '# yaml-language-server: $schema=./access-policy.schema.json',
    '#',
    ...comment(
      `Who may have what in Leapsome. This is a draft: it says what was so when it was made from ${sources}, so that a check with the same credentials is green. Whether it should be so is for you to say:`,
    ),
    '#',
    ...step(1, 'Read it entry by entry. What should not be so: change it in Leapsome, and then here.'),
    ...step(
      2,
      'A condition, such as { department: Finance }, stands where it matches exactly the people of today. From now on everybody whom it matches must be in, and nobody else may be. If that is not meant, write the people.',
    ),
    ...step(
      3,
      'Tighten one entry at a time: "owner" and "controls"; "at-least", "at-most" and "never" in place of a plain list; "count".',
    ),
    ...step(
      4,
      'Name the owners of this file in CODEOWNERS, and let the check run on every pull request and every working day.',
    ),
    '#',
    ...comment(
      'The language is told in docs/policy.md of leapsome-access-policy. For completion in your editor, copy schema/access-policy.schema.json from there into the directory of this file.',
    ),
    'version: 1',
  ];
}

function populationSection({ active }: Population): string[] {
  const least = Math.max(1, Math.floor(active.length * 0.9));
  return [
    ...comment(
      `With fewer active accounts than this a check refuses to judge: an export that broke looks like a company that everybody left. Nine tenths of the ${active.length} that there are.`,
    ),
    'population:',
    `  min-users: ${least}`,
  ];
}

function accountsSection({ live }: Population): string[] {
  const domains = new Map<string | undefined, number>();
  for (const person of live) {
    const domain = domainOf(person);
    const key = domain !== undefined && canBeNamed(domain) ? domain : undefined;
    domains.set(key, (domains.get(key) ?? 0) + 1);
  }
  const without = domains.get(undefined);
  if (without !== undefined)
    return comment(
      `Who may have an account at all ("accounts") is left open: ${counted(without)} of ${live.length} ${without === 1 ? 'has' : 'have'} no address with a domain that could be named.`,
    );
  if (domains.size > MOST_DOMAINS)
    return comment(
      `Who may have an account at all ("accounts") is left open: the addresses are of ${domains.size} domains, too many for a rule.`,
    );
  const sorted = [...domains].sort(([a, x], [b, y]) => y - x || compare(a!, b!));
  return [
    ...comment(
      `Who may have an account at all: nobody from elsewhere.${sorted.length > 1 ? ' The smaller domains may be those of guests.' : ''}`,
    ),
    'accounts:',
    '  at-most:',
    ...sorted.map(
      ([domain, count]) =>
        `    - ${selector([{ attribute: 'domain', values: [domain!] }])} # ${counted(count)}`,
    ),
  ];
}

function groupsSection(
  entries: readonly DraftEntry[],
  { attributes, unasked }: Chosen,
  { population, namesShown }: Material,
  pattern: string | undefined,
): string[] {
  const { facts } = population.snapshot;
  const sentences = [
    facts.has('membership')
      ? 'Who is in which group: exactly these people. The id stays the same when a group is renamed, which is then reported.'
      : 'No source that was read tells who is in which group: these entries only say which groups there are.',
    ...(facts.has('membership')
      ? [
          `Conditions are only proposed for at least ${PEOPLE_PER_VALUE} people for each value that they name${namesShown === 0 ? '' : `; up to ${namesShown} of the people stand below`}.`,
        ]
      : []),
    ...(unasked > 0
      ? [
          `Only groups that match ${yamlText(pattern!)} were asked for. ${plural(unasked, 'other group')} ${unasked === 1 ? 'is' : 'are'} reported as unmanaged-group, a warning, until there are entries.`,
        ]
      : []),
    ...(attributes > 0
      ? [
          `Departments, business units, cost centers and divisions (${attributes}) need no entry: conditions name them.`,
        ]
      : []),
  ];
  const head = comment(sentences.join(' '));
  if (entries.length === 0) return [...head, 'groups: []'];
  return [...head, 'groups:', ...spaced(entries)];
}

function rolesSection(entries: readonly DraftEntry[], { snapshot }: Population): string[] {
  const head = comment(
    snapshot.facts.has('role-holders')
      ? 'Who holds which access role: exactly these people, where the holders are known.'
      : `Which access roles there are. Who holds them only ${SOURCE_LABELS.stackone} tells, which was not read.`,
  );
  if (entries.length === 0) return [...head, 'roles: []'];
  return [...head, 'roles:', ...spaced(entries)];
}

/** What fails already is not hidden, and does not keep the first run from being green. */
function rulesSection(lowered: readonly LoweredRule[]): string[] {
  return [
    ...comment(
      'These rules would fail today. As warnings they are shown by every check and fail none: also not for the next person whom they find. Settle what they show, and then remove the line, so that the rule is an error again.',
    ),
    'rules:',
    ...lowered.flatMap((rule) => [...comment(advice(rule), '  '), `  ${rule.id}: warning`]),
  ];
}

function advice({ id, finds, people }: LoweredRule): string {
  if (id === 'leaver-active')
    return `${counted(people)}: the employment is over, and the account is still active. Deactivate the account in Leapsome, or correct the end date.`;
  if (id === 'source-disagreement')
    return `${counted(people)}: the sources contradict each other. Correct Leapsome, or what the identity provider or HR system sends.`;
  return `${plural(people, 'finding')}: ${finds}`;
}

/** Entries of more than two lines read better apart. */
function spaced(entries: readonly DraftEntry[]): string[] {
  return entries.flatMap(({ lines }, index) => (index === 0 ? lines : ['', ...lines]));
}

function step(number: number, text: string): string[] {
  return wrap(text, '#      ').map((line, index) => (index === 0 ? `#   ${number}. ${line.slice(7)}` : line));
}

function comment(text: string, indent = ''): string[] {
  return wrap(text, `${indent}# `);
}

/** Lines of at most WIDTH characters, as far as words allow. */
function wrap(text: string, prefix: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && prefix.length + line.length + 1 + word.length > WIDTH) {
      lines.push(prefix + line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, prefix + line];
}
