import { createHash } from 'node:crypto';
import { type Evaluated, evaluate } from '../../src/evaluate/evaluate.ts';
import { Population } from '../../src/evaluate/population.ts';
import {
  ATTRIBUTE_NAMES,
  FACT_SOURCES,
  type Fact,
  SOURCE_NAMES,
  type SourceName,
} from '../../src/model/facts.ts';
import type { Problem } from '../../src/model/problem.ts';
import type { ReportedFinding, RuleResult } from '../../src/model/report.ts';
import type { Group, PendingState, Person, Role, Snapshot, SourceView } from '../../src/model/snapshot.ts';
import { PolicyParser } from '../../src/policy/parse.ts';
import { MAX_MARKS } from '../../src/policy/tree.ts';
import type { Policy } from '../../src/policy/types.ts';
import { digestOf, withRounds } from '../../src/review/read.ts';
import { readRecord } from '../../src/review/record.ts';

export const ROOT = 'policy.yml';

/** `jo`, `jo: Payroll, Finance`, `-jo: Payroll` for a deactivated account, `~jo` for an invited one; or the same at length. */
export type PersonNote =
  | string
  | {
      readonly name: string;
      readonly id?: string;
      readonly in?: readonly string[];
      readonly active?: boolean;
      readonly pending?: PendingState;
      readonly manager?: string;
      readonly addresses?: readonly string[];
      readonly custom?: Readonly<Record<string, string>>;
      readonly [attribute: string]: unknown;
    };

export interface SnapshotNotes {
  readonly people?: readonly PersonNote[];
  /** Names, or groups at length where an id matters. Groups that people are in need not be named again. */
  readonly groups?: readonly (string | Group)[];
  /** Holders by name of the role; `null` when nobody tells who holds it. */
  readonly roles?: Readonly<Record<string, readonly string[] | null>> | readonly Role[];
  /** Facts that no source reports. */
  readonly unknown?: readonly Fact[];
  readonly facts?: ReadonlySet<Fact>;
  /** SCIM when nothing is said, and StackOne where there are roles. */
  readonly sources?: readonly SourceName[];
  readonly failed?: readonly SourceName[];
  /** What each source says by itself; what is not said above is the first word of them. */
  readonly views?: Partial<Record<SourceName, ViewNotes>>;
}

export interface ViewNotes {
  readonly people: readonly PersonNote[];
  /** Names of the groups that the source would show; all when nothing is said. */
  readonly shows?: readonly string[];
  readonly unknown?: readonly Fact[];
}

/** A Leapsome id that belongs to a name: 24 hexadecimal digits, always the same. */
export function idOf(name: string): string {
  return sha256(name).slice(0, 24);
}

/** `jo` is short for `jo@example.com`. */
export function address(name: string): string {
  return name.includes('@') ? name : `${name}@example.com`;
}

export function snapshot({ views, ...notes }: SnapshotNotes): Snapshot {
  if (views) return snapshotOfViews(notes, views);
  const people = (notes.people ?? []).map(person);
  const groups = (notes.groups ?? []).map((group) =>
    typeof group === 'string' ? { id: idOf(group), name: group } : group,
  );
  for (const note of notes.people ?? []) {
    for (const name of inGroups(note)) {
      if (!name.startsWith('#') && !groups.some((group) => group.name === name)) {
        groups.push({ id: idOf(name), name });
      }
    }
  }
  const roles = notes.roles && (isRoles(notes.roles) ? notes.roles : rolesOf(notes.roles));
  const sources = notes.sources ?? (roles ? ['scim', 'stackone'] : ['scim']);
  return {
    people,
    groups,
    roles,
    sources,
    facts: notes.facts ?? factsOf(sources, notes.unknown),
    ...(notes.failed ? { failed: notes.failed } : {}),
  };
}

function factsOf(sources: readonly SourceName[], unknown: readonly Fact[] = []): Set<Fact> {
  const facts = (Object.keys(FACT_SOURCES) as Fact[]).filter((fact) =>
    FACT_SOURCES[fact].some((one) => sources.includes(one)),
  );
  return new Set(facts.filter((fact) => !unknown.includes(fact)));
}

function snapshotOfViews(notes: SnapshotNotes, noted: NonNullable<SnapshotNotes['views']>): Snapshot {
  const sources = SOURCE_NAMES.filter((source) => noted[source]);
  const alone = sources.map((source) => snapshot({ ...noted[source]!, sources: [source] }));
  const firstOf = <T extends { id: string }>(lists: readonly (readonly T[])[]): T[] => [
    ...new Map(
      lists
        .flat()
        .reverse()
        .map((one) => [one.id, one]),
    ).values(),
  ];
  const whole = snapshot({ ...notes, sources });
  return {
    ...whole,
    people: firstOf([whole.people, ...alone.map(({ people }) => people)]),
    groups: firstOf([whole.groups, ...alone.map(({ groups }) => groups)]),
    views: sources.map(
      (source, index): SourceView => ({
        source,
        facts: alone[index]!.facts,
        people: new Map(alone[index]!.people.map((one) => [one.id, one])),
        groups: noted[source]!.shows && new Set(noted[source]!.shows.map(idOf)),
      }),
    ),
  };
}

function isRoles(roles: NonNullable<SnapshotNotes['roles']>): roles is readonly Role[] {
  return Array.isArray(roles);
}

function rolesOf(roles: Readonly<Record<string, readonly string[] | null>>): Role[] {
  return Object.entries(roles).map(([name, holders]) => ({
    id: idOf(name),
    name,
    active: true,
    holders: holders?.map((holder) => (holder.startsWith('#') ? holder.slice(1) : idOf(holder))),
  }));
}

/** `#…` stands for a group id as it is. */
function inGroups(note: PersonNote): readonly string[] {
  if (typeof note !== 'string') return note.in ?? [];
  const names = note.split(/: (.*)/)[1];
  return names ? names.split(', ') : [];
}

function person(note: PersonNote): Person {
  const groups = inGroups(note).map((name) => (name.startsWith('#') ? name.slice(1) : idOf(name)));
  if (typeof note === 'string') {
    const name = note.split(':')[0]!;
    const bare = name.replace(/^[-~]/, '');
    return {
      id: idOf(bare),
      userName: address(bare),
      addresses: [],
      active: name === bare,
      ...(name.startsWith('~') ? { pending: 'invited' } : {}),
      groups,
      managerId: undefined,
      attributes: {},
      custom: undefined,
    };
  }
  const attributes = Object.fromEntries(
    ATTRIBUTE_NAMES.flatMap((name) => (note[name] === undefined ? [] : [[name, note[name]]])),
  );
  const { manager } = note;
  return {
    id: note.id ?? idOf(note.name),
    userName: address(note.name),
    addresses: note.addresses ?? [],
    active: note.active ?? note.pending === undefined,
    ...(note.pending ? { pending: note.pending } : {}),
    groups,
    managerId: manager === undefined ? undefined : manager.startsWith('#') ? manager.slice(1) : idOf(manager),
    attributes,
    custom: note.custom,
  };
}

/** Parses a policy, with the files that it includes by their paths. `version: 1` is added where it is missing. */
export function parse(
  text: string,
  files: Readonly<Record<string, string>> = {},
): { policy?: Policy; problems: Problem[] } {
  const parser = new PolicyParser();
  const add = (path: string, source: string, mayDefine: readonly (readonly string[])[]): void => {
    const versioned = /^version:|^\{/m.test(source) ? source : `version: 1\n${source}`;
    for (const request of parser.add({ path, text: versioned, sha256: sha256(versioned), mayDefine })) {
      const inner = request.mayDefine ? [...mayDefine, request.mayDefine] : mayDefine;
      add(request.path, files[request.path]!, inner);
    }
  };
  add(ROOT, text, []);
  return parser.finish();
}

/** A policy that must be valid. */
export function policyOf(text: string, files: Readonly<Record<string, string>> = {}): Policy {
  const { policy, problems } = parse(text, files);
  if (!policy)
    throw new Error(
      `the policy of this test is not valid:\n${problems.map((one) => one.message).join('\n')}`,
    );
  return policy;
}

export interface JudgeOptions {
  readonly asOf?: string;
  readonly personalData?: 'show' | 'mask';
  readonly files?: Readonly<Record<string, string>>;
  /** Records of reviews, by their paths `…/DAY/NAME.yml`. */
  readonly records?: Readonly<Record<string, string>>;
}

export const AS_OF = '2026-11-22T10:00:00Z';

/** Holds people against a policy. */
export function judge(
  policy: string | Policy,
  people: SnapshotNotes | Snapshot,
  options: JudgeOptions = {},
): Evaluated {
  return evaluate(
    {
      policy:
        typeof policy === 'string' ? reviewed(policyOf(policy, options.files), options.records) : policy,
      population: new Population(
        'facts' in people && 'sources' in people ? (people as Snapshot) : snapshot(people),
      ),
      asOf: Date.parse(options.asOf ?? AS_OF),
      personalData: options.personalData ?? 'show',
    },
    { sha256 },
  );
}

/** The policy with its records, as if they had been read from files. */
export function reviewed(policy: Policy, records: Readonly<Record<string, string>> = {}): Policy {
  if (!policy.review) return policy;
  const readings = Object.entries(records).map(([path, text]) => ({
    text,
    ...readRecord({ path, text, day: path.split('/').at(-2)! }, MAX_MARKS),
  }));
  const errors = readings.flatMap((reading) => reading.errors);
  if (errors.length > 0) throw new Error(`a record of this test is not valid: ${JSON.stringify(errors)}`);
  const rounds = readings.map(({ record, text }) => {
    const { claimed, ...rest } = record!;
    const content = {
      groupId: rest.group.id,
      started: rest.started,
      people: rest.entries.map(({ id }) => id),
    };
    return { ...rest, sha256: sha256(text), intact: digestOf(content) === claimed };
  });
  return withRounds(policy, { rounds, sources: new Map(readings.map(({ file }) => [file.path, file])) });
}

/** Findings of one rule in short: "jo in Payroll", with a sign when it is excepted; all of them without a rule. */
export function found(evaluated: Evaluated, rule?: string): string[] {
  return evaluated.findings
    .filter((finding) => rule === undefined || finding.rule === rule)
    .map((finding) => (rule === undefined ? `${finding.rule}: ${short(finding)}` : short(finding)))
    .sort();
}

function short(finding: ReportedFinding): string {
  const who = finding.user?.email?.replace('@example.com', '') ?? finding.user?.id;
  const where = finding.group?.name ?? finding.role?.name;
  const what =
    who === undefined ? (where ?? finding.message) : where === undefined ? who : `${who} in ${where}`;
  return finding.status === 'excepted' ? `${what} (excepted)` : what;
}

/** The one finding of a rule. */
export function only(evaluated: Evaluated, rule: string): ReportedFinding {
  const findings = evaluated.findings.filter((finding) => finding.rule === rule);
  if (findings.length !== 1) throw new Error(`${rule} found ${findings.length} things`);
  return findings[0]!;
}

export function ruleOf(evaluated: Evaluated, rule: string): RuleResult {
  return evaluated.rules.find(({ id }) => id === rule)!;
}

/** The text that a finding points at. */
export function pointedAt(text: string, { location }: Pick<ReportedFinding, 'location'>): string {
  const lines = text.split('\n');
  if (location.line !== location.endLine)
    return lines
      .slice(location.line - 1, location.endLine)
      .join('\n')
      .slice(location.column - 1);
  return lines[location.line - 1]!.slice(location.column - 1, location.endColumn - 1);
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
