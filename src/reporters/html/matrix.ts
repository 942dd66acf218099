import {
  type Access,
  type AccessPerson,
  type Entitlement,
  EXPECTATIONS,
  type Expectation,
  type Holding,
} from '../../model/access.ts';
import type { Location } from '../../model/problem.ts';
import { rank } from '../../model/severity.ts';

/** What a picture can hold and still be looked at. */
const PEOPLE_SHOWN = 200;
const ENTITLEMENTS_SHOWN = 60;

/** Where a person and an entitlement meet. */
export interface Cell {
  readonly expectation: Expectation;
  readonly location?: Location;
  readonly open: number;
  readonly excepted: number;
  /** Fingerprints of both. */
  readonly findings: readonly string[];
}

/** A person, with everything that he or she has or lacks. */
export interface Row {
  readonly person: AccessPerson;
  readonly cells: ReadonlyMap<Entitlement, Cell>;
  readonly open: number;
  readonly excepted: number;
}

/** How often the policy thinks what of one entitlement, over the whole population. */
export interface EntitlementTally {
  readonly entitlement: Entitlement;
  readonly counts: Readonly<Record<Expectation, number>>;
  /** People who have it. */
  readonly held: number;
  /** Open findings about somebody's having or lacking it. */
  readonly open: number;
}

/** Kinds of columns, in the order in which they stand. */
const COLUMN_KINDS = ['account', 'role', 'group', 'other-group'] as const;
export type ColumnKind = (typeof COLUMN_KINDS)[number];

/** People by entitlements, and what is too much for that, in numbers. */
export interface Matrix {
  readonly columns: readonly Entitlement[];
  /** The same columns by kind. */
  readonly kinds: readonly (readonly [ColumnKind, readonly Entitlement[]])[];
  /** Heaviest finding first. */
  readonly withFindings: readonly Row[];
  /** Those who have the same stand together. */
  readonly others: readonly Row[];
  readonly left: {
    readonly withFindings: number;
    readonly others: number;
    readonly columns: number;
  };
  /** Cells of the whole population by what the policy makes of them. */
  readonly totals: Readonly<Record<Expectation, number>>;
  /** Every entitlement: most findings first, then those that the policy is about. */
  readonly tallies: readonly EntitlementTally[];
}

/** Goes through everybody's access once; keeps what can be shown, and numbers of the rest. */
export function matrixOf(access: Access): Matrix {
  const tallies = new Map(access.entitlements.map((entitlement) => [entitlement, new Count(entitlement)]));
  const concerned = new Heaviest(PEOPLE_SHOWN);
  const others: Row[] = [];
  let unconcerned = 0;
  for (const holdings of byPerson(access.holdings())) {
    for (const holding of holdings) tallies.get(holding.entitlement)!.add(holding);
    if (holdings.some(({ findings }) => findings.length > 0)) concerned.add(holdings);
    else if (++unconcerned <= PEOPLE_SHOWN) others.push(rowOf(holdings));
  }
  const withFindings = concerned.rows();
  const shown = others.slice(0, PEOPLE_SHOWN - withFindings.length);
  const all = [...tallies.values()].sort((a, b) => b.open - a.open || governed(b) - governed(a));
  const kinds = columnsOf(all);
  const columns = kinds.flatMap(([, each]) => each);
  return {
    columns,
    kinds,
    withFindings,
    others: clustered(shown, columns),
    left: {
      withFindings: concerned.total - withFindings.length,
      others: unconcerned - shown.length,
      columns: access.entitlements.length - columns.length,
    },
    totals: totalsOf(all),
    tallies: all,
  };
}

/** Holdings come person by person, so that one person's are all that has to be held. */
function* byPerson(holdings: Iterable<Holding>): Generator<readonly Holding[]> {
  let own: Holding[] = [];
  for (const holding of holdings) {
    if (own.length > 0 && own[0]!.person !== holding.person) {
      yield own;
      own = [];
    }
    own.push(holding);
  }
  if (own.length > 0) yield own;
}

function rowOf(holdings: readonly Holding[]): Row {
  const cells = new Map(holdings.map((holding) => [holding.entitlement, cellOf(holding)]));
  const sum = (of: (cell: Cell) => number) => [...cells.values()].reduce((all, cell) => all + of(cell), 0);
  return {
    person: holdings[0]!.person,
    cells,
    open: sum(({ open }) => open),
    excepted: sum(({ excepted }) => excepted),
  };
}

function cellOf({ expectation, location, findings }: Holding): Cell {
  const open = findings.filter(({ status }) => status === 'open').length;
  return {
    expectation,
    open,
    excepted: findings.length - open,
    findings: findings.map(({ fingerprint }) => fingerprint),
    ...(location ? { location } : {}),
  };
}

/**
 * Which cell each finding belongs to, by fingerprint: `ROW.COLUMN`, counted from 0 and from 1, as the script counts them.
 * Names would not do, since several people, and several groups, may be called the same.
 */
export function cellsByFinding({ withFindings, columns }: Matrix): ReadonlyMap<string, string> {
  const cells = new Map<string, string>();
  for (const [row, { cells: own }] of withFindings.entries())
    for (const [column, entitlement] of columns.entries())
      for (const fingerprint of own.get(entitlement)?.findings ?? [])
        cells.set(fingerprint, `${row}.${column + 1}`);
  return cells;
}

/** The people whose findings weigh most: of many, never more than twice as many as are wanted. */
class Heaviest {
  total = 0;
  readonly #wanted: number;
  #kept: { readonly row: Row; readonly weight: number }[] = [];

  constructor(wanted: number) {
    this.#wanted = wanted;
  }

  add(holdings: readonly Holding[]): void {
    this.total++;
    this.#kept.push({ row: rowOf(holdings), weight: weightOf(holdings) });
    if (this.#kept.length >= 2 * this.#wanted) this.#prune();
  }

  rows(): readonly Row[] {
    this.#prune();
    return this.#kept.map(({ row }) => row);
  }

  #prune(): void {
    // Sorting is stable, so that equals stay in the order of their names.
    this.#kept = this.#kept.sort((a, b) => a.weight - b.weight).slice(0, this.#wanted);
  }
}

const EXCEPTED = 3;

/** The lower, the heavier: by severity first, then by number. */
function weightOf(holdings: readonly Holding[]): number {
  const findings = holdings.flatMap((holding) => holding.findings);
  const heaviest = Math.min(
    ...findings.map(({ status, severity }) => (status === 'open' ? rank(severity) : EXCEPTED)),
  );
  return heaviest - findings.length / (findings.length + 1);
}

/** Those with findings are kept first; of each kind, those that most people have stand first. */
function columnsOf(
  tallies: readonly EntitlementTally[],
): readonly (readonly [ColumnKind, readonly Entitlement[]])[] {
  const used = tallies.filter(({ held, open, counts }) => held + open + counts.missing > 0);
  const kept = [...used]
    .sort((a, b) => Number(b.open > 0) - Number(a.open > 0) || b.held - a.held)
    .slice(0, ENTITLEMENTS_SHOWN)
    .sort((a, b) => b.held - a.held)
    .map(({ entitlement }) => entitlement);
  return COLUMN_KINDS.map((kind) => [kind, kept.filter((each) => columnKind(each) === kind)] as const).filter(
    ([, columns]) => columns.length > 0,
  );
}

/** 1 for what an entry of the policy is about, 0 for the rest. */
function governed({ entitlement }: EntitlementTally): number {
  return Math.min(1, entitlement.locations.length);
}

/** What the policy is about stands apart from what it leaves alone. */
function columnKind({ type, locations }: Entitlement): ColumnKind {
  if (type === 'group') return locations.length > 0 ? 'group' : 'other-group';
  return type;
}

/** Whoever has the same stands together, so that blocks can be seen. */
function clustered(rows: readonly Row[], columns: readonly Entitlement[]): readonly Row[] {
  const signature = (row: Row) => columns.map((column) => (row.cells.has(column) ? '0' : '1')).join('');
  return rows
    .map((row) => [signature(row), row] as const)
    .sort(([a], [b]) => (a < b ? -1 : Number(a > b)))
    .map(([, row]) => row);
}

function noCounts(): Record<Expectation, number> {
  return Object.fromEntries(EXPECTATIONS.map((each) => [each, 0])) as Record<Expectation, number>;
}

function totalsOf(tallies: readonly EntitlementTally[]): Record<Expectation, number> {
  const totals = noCounts();
  for (const { counts } of tallies) for (const each of EXPECTATIONS) totals[each] += counts[each];
  return totals;
}

class Count implements EntitlementTally {
  readonly entitlement: Entitlement;
  readonly counts = noCounts();
  held = 0;
  open = 0;

  constructor(entitlement: Entitlement) {
    this.entitlement = entitlement;
  }

  add({ expectation, findings }: Holding): void {
    this.counts[expectation]++;
    if (expectation !== 'missing') this.held++;
    for (const { status } of findings) if (status === 'open') this.open++;
  }
}
