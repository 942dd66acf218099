import type { Access, AccessPerson, Entitlement, Expectation } from '../model/access.ts';
import { SOURCE_LABELS } from '../model/facts.ts';
import type { Location } from '../model/problem.ts';
import type { Report, ReportedFinding, RuleResult } from '../model/report.ts';
import type { SourceEvidence, Tally } from '../model/snapshot.ts';
import { visible } from './escape.ts';
import { doubtOf } from './standing.ts';
import {
  allWarnings,
  count,
  counted,
  exceptionTotals,
  linesOf,
  ownHint,
  placeOf,
  verdict,
} from './wording.ts';

/** The columns of the review, in order, with their widths in characters. The four after `Since` are the reviewer's. */
export const COLUMNS = {
  Person: 34,
  Status: 12,
  Manager: 34,
  Entitlement: 34,
  Kind: 14,
  Expected: 14,
  'Policy line': 44,
  Finding: 60,
  Since: 12,
  Decision: 12,
  Reviewer: 24,
  Date: 12,
  Comment: 40,
} as const;
export type Column = keyof typeof COLUMNS;

export const HEADERS = Object.keys(COLUMNS) as readonly Column[];
/** Further columns for programs: names may change, and two may be alike. */
export const ID_HEADERS = ['Person id', 'Entitlement id'] as const;
export const DECISIONS = ['keep', 'revoke', 'change'] as const;

/** The columns of the list of findings that are about no single person. */
export const OTHER_COLUMNS = {
  Rule: 24,
  Severity: 10,
  Status: 40,
  'Group or role': 34,
  Finding: 90,
  'Policy line': 44,
  Since: 12,
  'Group or role id': 27,
} as const;
export const OTHER_HEADERS = Object.keys(OTHER_COLUMNS) as readonly (keyof typeof OTHER_COLUMNS)[];

export const EVIDENCE_COLUMNS = { Section: 26, Item: 34, Value: 110 } as const;
export const EVIDENCE_HEADERS = Object.keys(EVIDENCE_COLUMNS);

/** How a format makes a cell of what came from outside. */
export interface Surface<Cell> {
  readonly text: (value: string) => Cell;
  /** Several values, or lines, that belong into one cell. */
  readonly lines: (values: readonly string[]) => Cell;
  /** A day, `YYYY-MM-DD`. */
  readonly day: (day: string) => Cell;
  readonly nothing: Cell;
  /** Ids have columns of their own; else they stand behind the names that several share. */
  readonly ids: boolean;
}

/** What each expectation is called, and what that means to a reviewer. */
const EXPECTED: Readonly<Record<Expectation, readonly [word: string, meaning: string]>> = {
  expected: ['yes', 'The policy line names or selects this person.'],
  unexpected: ['no', 'The policy line says who may have it, and this person is not among them.'],
  forbidden: ['forbidden', 'The policy line says that this person must never have it.'],
  missing: ['missing', 'The policy line requires it of this person, who does not have it.'],
  'not-limited': ['not limited', 'The policy line is about it, but does not limit who may have it.'],
  'not-governed': ['not governed', 'No line of the policy is about it.'],
  inactive: ['deactivated', 'The account is deactivated, and still listed there. It gives no access now.'],
  unknown: ['unknown', 'The policy asks for something that no source tells.'],
};

/**
 * Where the review may be trusted: a run that could not check has findings that mean nothing, and a sheet of them would
 * look like any other.
 */
export function reviewed(report: Report, access: (() => Access) | undefined): Access | undefined {
  return report.result === 'could-not-check' ? undefined : access?.();
}

/** One row for each person and entitlement, in the order of `HEADERS`, and of `ID_HEADERS` where the surface has them. */
export function* reviewRows<Cell>(access: Access, report: Report, surface: Surface<Cell>): Generator<Cell[]> {
  const { text, lines, nothing, ids } = surface;
  const { nameOf, titleOf } = ids ? PLAIN : telling(access);
  const personCells = remembered((person: AccessPerson) => ({
    name: text(nameOf(person)),
    status: text(person.status === 'inactive' ? 'deactivated' : person.status),
    manager: person.manager === undefined ? nothing : text(person.manager),
    id: text(person.id),
  }));
  const entitlementCells = remembered((entitlement: Entitlement) => ({
    name: text(titleOf(entitlement)),
    kind: text(kindOf(entitlement)),
    id: entitlement.id === '' ? nothing : text(entitlement.id),
  }));
  const expected = remembered(([word]: (typeof EXPECTED)[Expectation]) => text(word));
  const place = remembered((location: Location) => text(placeOf(location)));
  const since = ages(report, surface);
  for (const { person, entitlement, expectation, location, findings } of access.holdings()) {
    const who = personCells(person);
    const what = entitlementCells(entitlement);
    const row = [
      who.name,
      who.status,
      who.manager,
      what.name,
      what.kind,
      expected(EXPECTED[expectation]),
      location ? place(location) : nothing,
      findings.length === 0 ? nothing : lines(findings.map(findingInWords)),
      since(findings),
      nothing,
      nothing,
      nothing,
      nothing,
    ];
    if (ids) row.push(who.id, what.id);
    yield row;
  }
}

interface Naming {
  readonly nameOf: (person: AccessPerson) => string;
  readonly titleOf: (entitlement: Entitlement) => string;
}

const PLAIN: Naming = { nameOf: ({ name }) => name, titleOf: ({ name }) => name };

/** Names that tell everybody and everything apart. */
function telling({ people, entitlements }: Access): Naming {
  const titled = (entitlement: Entitlement): string => `${kindOf(entitlement)} ${entitlement.name}`;
  const isName = unmistakable(people, PLAIN.nameOf);
  const isTitle = unmistakable(entitlements, titled);
  const withId = ({ name, id }: { readonly name: string; readonly id: string }): string => `${name} (${id})`;
  return {
    nameOf: (person) => (isName(person) ? person.name : withId(person)),
    titleOf: (entitlement) => (isTitle(entitlement) ? entitlement.name : withId(entitlement)),
  };
}

/** Whether nobody could take one of them for another by what it is called, or for another with its id behind. */
function unmistakable<T extends { readonly id: string }>(
  all: readonly T[],
  nameOf: (one: T) => string,
): (one: T) => boolean {
  const seen = new Set<string>();
  const taken = new Set<string>();
  for (const one of all) {
    const look = lookOf(nameOf(one));
    if (seen.has(look)) taken.add(look);
    seen.add(look);
    // Only so can a name that ends like one with an id be somebody else's.
    if (one.id !== '') taken.add(lookOf(`${nameOf(one)} (${one.id})`));
  }
  return (one) => !taken.has(lookOf(nameOf(one)));
}

/** What is left of a name for whoever reads it: nobody sees blanks at an end, nor how a letter got its accent. */
function lookOf(name: string): string {
  return visible(name).normalize('NFC').replace(/ +/g, ' ').trim();
}

/** Findings that have no row: about a group, a role, an exception, or somebody who has no account any more. */
function otherFindings({ findings }: Report, { people }: Access): readonly ReportedFinding[] {
  const known = new Set(people.map(({ id }) => id));
  return findings.filter(({ user }) => !user || !known.has(user.id));
}

/** In the order of `OTHER_HEADERS`. */
export function* otherRows<Cell>(access: Access, report: Report, surface: Surface<Cell>): Generator<Cell[]> {
  const { text, lines, nothing } = surface;
  const since = ages(report, surface);
  for (const finding of otherFindings(report, access)) {
    const about = finding.group ?? finding.role;
    yield [
      text(finding.rule),
      text(finding.severity),
      text(finding.exception ? excused(finding.exception) : finding.status),
      about ? text(about.name) : nothing,
      lines(linesOf(finding.message)),
      text(placeOf(finding.location)),
      since([finding]),
      about ? text(about.id) : nothing,
    ];
  }
}

/** Each person and each entitlement comes up many times: their texts are made once. */
function remembered<T extends object, V>(make: (of: T) => V): (of: T) => V {
  const known = new Map<T, V>();
  return (of) => {
    const told = known.get(of);
    if (told !== undefined) return told;
    const made = make(of);
    known.set(of, made);
    return made;
  };
}

function kindOf({ type, kind }: Entitlement): string {
  if (type !== 'group') return type;
  return kind === 'other' ? 'other group' : (kind ?? 'group');
}

function findingInWords({ rule, severity, message, exception }: ReportedFinding): string {
  return `${rule} (${exception ? excused(exception) : severity}): ${message}`;
}

function excused({ owner, expires }: NonNullable<ReportedFinding['exception']>): string {
  return `excepted until ${expires} by ${owner}`;
}

/**
 * Since when the oldest of these findings is there. Without an earlier report every finding is as old as the run, which
 * says nothing; an older day can only come from one.
 */
function ages<Cell>(
  { since, asOf }: Report,
  { day, nothing }: Surface<Cell>,
): (findings: readonly ReportedFinding[]) => Cell {
  const today = asOf.slice(0, 10);
  return (findings) => {
    let oldest = '';
    for (const { firstSeen = '' } of findings)
      if (firstSeen !== '' && (oldest === '' || firstSeen < oldest)) oldest = firstSeen;
    return oldest !== '' && (since !== undefined || oldest < today) ? day(oldest) : nothing;
  };
}

/** How much of the review is where, so that a cut file is noticed. */
export interface Extent {
  /** Rows of the whole review. */
  readonly rows: number;
  readonly files: number;
  /** Findings about no single person. */
  readonly others: number;
  /** What no source tells, so that nothing of it is in the review. */
  readonly untold: Access['untold'];
  /** Of one of several files, which rows it holds; the first row of the review is number 1. */
  readonly part?: { readonly file: number; readonly from: number; readonly to: number };
}

/** A value, or several lines of one. */
export type EvidenceValue = string | number | readonly string[];
export type EvidenceRow = readonly [section: string, item: string, value: EvidenceValue];

/** What shows that everybody was read and everything was judged, the verdict first. */
export function* evidenceRows(report: Report, extent: Extent): Generator<EvidenceRow> {
  yield* verdictRows(report);
  yield* extentRows(report, extent);
  yield* runRows(report);
  for (const source of report.sources) yield* sourceRows(source);
  yield* populationRows(report);
  const doubt = doubtOf(report);
  for (const rule of report.rules) yield ['Rules', rule.id, ruleInWords(rule, doubt)];
  for (const warning of allWarnings(report)) yield ['Warnings', '', warning];
  yield* legendRows();
}

const asItIs = (text: string): string => text;

function* verdictRows(report: Report): Generator<EvidenceRow> {
  const { headline, meaning } = verdict(report, asItIs);
  const { counts } = report;
  yield ['Verdict', 'Result', report.result];
  yield ['Verdict', 'Meaning', `${headline}. ${meaning}`];
  for (const problem of report.problems) {
    const { code, message, location } = problem;
    const hint = ownHint(problem);
    yield [
      'Problems',
      code,
      [...linesOf(message), ...(location ? [placeOf(location)] : []), ...(hint === '' ? [] : [hint])],
    ];
  }
  for (const severity of ['error', 'warning', 'notice', 'excepted'] as const)
    yield [
      'Verdict',
      severity === 'excepted' ? 'Excepted findings' : `Open findings: ${severity}`,
      counts[severity],
    ];
  yield ['Verdict', 'Fails on', report.failOn];
  yield ['Verdict', 'As of (UTC)', report.asOf];
  yield ['Verdict', 'Exceptions', exceptionTotals(report) || 'none'];
}

const UNTOLD: Readonly<Record<NonNullable<Access['untold']>[number], string>> = {
  groups: 'Memberships of groups: no source tells who is in which.',
  roles: 'Access roles: no source tells who holds them.',
  managers: 'Managers: no source tells them.',
};

function* extentRows(
  report: Report,
  { rows, files, others, untold = [], part }: Extent,
): Generator<EvidenceRow> {
  const section = 'This review';
  if (report.result === 'could-not-check')
    yield [
      section,
      'Why it is empty',
      'The run could not check, so there is nothing that could be reviewed.',
    ];
  yield [section, 'Rows', rows];
  yield [section, 'Files', files];
  if (part) {
    const { file, from, to } = part;
    const held = to < from ? 'no rows' : `rows ${count(from)} to ${count(to)}`;
    yield [section, 'This file', `${file} of ${files}: ${held}`];
  }
  yield [section, 'Findings about no single person', others];
  if (untold.length > 0) yield [section, 'Not in it', untold.map((kind) => UNTOLD[kind])];
  yield [
    section,
    'Personal data',
    report.personalData === 'mask'
      ? 'masked: people whom the policy does not name appear by a shortened id'
      : 'shown',
  ];
}

function* runRows({ tool, run, startedAt, finishedAt, policy, since }: Report): Generator<EvidenceRow> {
  yield ['Run', 'Program', `${tool.name} ${tool.version}`];
  yield ['Run', 'Started (UTC)', startedAt];
  yield ['Run', 'Finished (UTC)', finishedAt];
  const facts = {
    Repository: run.repository,
    Commit: run.sha,
    Ref: run.ref,
    URL: run.runUrl,
    Actor: run.actor,
    Event: run.event,
  };
  for (const [item, value] of Object.entries(facts)) if (value !== undefined) yield ['Run', item, value];
  yield ['Run', 'Compared with the run of', since?.startedAt ?? 'no earlier run'];
  yield ['Policy', 'SHA-256', policy.sha256 ?? 'the policy could not be read'];
  for (const { path, sha256 } of policy.files) yield ['Policy', path, sha256];
}

function* sourceRows(source: SourceEvidence): Generator<EvidenceRow> {
  const section = SOURCE_LABELS[source.name];
  yield [section, 'Endpoint', source.endpoint];
  yield [section, 'Complete', source.complete ? 'yes' : 'NO'];
  yield [section, 'Requests', source.requests];
  yield [section, 'Retries', source.retries];
  yield [section, 'Refusals (HTTP 429)', source.refusals];
  yield [section, 'Pages', tallyInWords(source.pages)];
  yield [section, 'Reported', source.reported ? tallyInWords(source.reported) : 'it announces no totals'];
  yield [section, 'Received', tallyInWords(source.received)];
  yield [section, 'Unique', tallyInWords(source.unique)];
}

function tallyInWords({ users, groups, roles }: Tally): string {
  const all = [`users ${users}`, `groups ${groups}`, ...(roles === undefined ? [] : [`roles ${roles}`])];
  return all.join(', ');
}

function* populationRows({ population }: Report): Generator<EvidenceRow> {
  const section = 'Population';
  if (!population) {
    yield [section, 'Users', 'No population was read.'];
    return;
  }
  yield [section, 'Users', population.users];
  yield [section, 'Active users', population.activeUsers];
  if (population.pendingUsers !== undefined) yield [section, 'Not in use yet', population.pendingUsers];
  yield [section, 'Groups', population.groups];
  yield [section, 'Memberships', population.memberships];
}

/** A rule that found nothing has only passed where the run came to a verdict. */
function ruleInWords({ severity, status, findings, reason }: RuleResult, doubt: string | undefined): string {
  if (severity === 'off') return 'off';
  if (status === 'pass' && doubt !== undefined) return `NO ANSWER (${severity}): ${doubt}`;
  const ended = {
    pass: 'pass',
    fail: `fail: ${counted(findings, 'open finding')}`,
    'not-evaluated': 'NOT EVALUATED',
  }[status];
  const why =
    reason === undefined
      ? ''
      : status === 'not-evaluated'
        ? `: ${reason}`
        : `; in part not evaluated: ${reason}`;
  return `${ended} (${severity})${why}`;
}

function* legendRows(): Generator<EvidenceRow> {
  for (const [word, meaning] of Object.values(EXPECTED)) yield ['Words', `Expected: ${word}`, meaning];
  yield ['Words', 'Since', 'The day on which a run first saw the finding; empty without an earlier report.'];
  yield ['Words', 'Decision', `${DECISIONS.join(', ')}: for the reviewer to fill in, with name and date.`];
}

/** `access-review-2.xlsx` for the second file of a list that goes on. */
export function partName(name: string, file: number): string {
  return file === 1 ? name : name.replace(/(?=\.[^.]+$)/, `-${file}`);
}
