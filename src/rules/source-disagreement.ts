import { type Evaluation, isAskedFor, rulePlace } from '../evaluate/evaluation.ts';
import { notRead } from '../evaluate/selectors.ts';
import { compare } from '../model/compare.ts';
import { isGone, SOURCE_LABELS, type SourceName } from '../model/facts.ts';
import { isLive, type Person, type SourceView } from '../model/snapshot.ts';
import { isOver } from '../policy/dates.ts';
import { enumerate } from '../policy/words.ts';
import type { Detected, Gap, Rule } from './rule.ts';
import { exceptionYaml, inLeapsome } from './wording.ts';

interface Statement {
  readonly source: SourceName;
  /** What it says of the account in a word or two; undefined when it does not list it. */
  readonly says: string | undefined;
}

/** A group that the person is in according to some sources, and not according to others that would show it. */
interface Membership {
  readonly group: string;
  readonly inside: readonly SourceName[];
  readonly outside: readonly SourceName[];
}

type Detail =
  | { readonly kind: 'presence' | 'activity'; readonly statements: readonly Statement[] }
  | { readonly kind: 'membership'; readonly memberships: readonly Membership[] };

/** A person's record in each view, in the order of the views. */
type Records = readonly (Person | undefined)[];
/** The groups of a person by each view that tells them, in the order of the views. */
type GroupLists = readonly (readonly string[] | undefined)[];
type IsPast = (day: string) => boolean;

const MOST_GROUPS = 3;
/** Lists of groups beyond this length are looked up in a set, and not walked. */
const LONG_LIST = 32;

/** Needs two sources that know the same people; a single one cannot contradict itself. */
export const sourceDisagreement: Rule<Detail> = {
  id: 'source-disagreement',
  severity: 'error',
  subject: 'user',
  finds: 'Two sources contradict each other about a person.',
  check: (evaluation) => {
    const { views = [] } = evaluation.population.snapshot;
    if (views.length < 2) return { found: [], gaps: [nothingToCompare(evaluation)] };
    return { found: disagreements(views, evaluation), gaps: notHeard(evaluation) };
  },
  describe: ({ user, detail }, evaluation) => {
    const who = evaluation.show(user!);
    const what = detail.kind === 'membership' ? 'teams and other groups' : 'status, lifecycle and end date';
    return {
      message: message(who, detail),
      policy: exceptionYaml('source-disagreement', user!, undefined, evaluation),
      leapsome: inLeapsome(
        `Users & Teams → Users → ${who} → correct ${what}, or what the identity provider or HR system sends`,
      ),
    };
  },
};

function nothingToCompare({ policy, population }: Evaluation): Gap {
  const { sources, failed = [] } = population.snapshot;
  const [only] = sources;
  const read = `only ${only ? SOURCE_LABELS[only] : 'one source'} was read, so that nothing can contradict it`;
  return { reason: `${read}${notRead(failed, '; ')}`, builtIn: !isAskedFor(policy, 'source-disagreement') };
}

/** The sources that were read are compared; what another one would say is open. */
function notHeard({ population, policy }: Evaluation): Gap[] {
  const { failed = [] } = population.snapshot;
  if (failed.length === 0) return [];
  return [{ reason: notRead(failed, ''), builtIn: !isAskedFor(policy, 'source-disagreement') }];
}

/** Hundreds of thousands of records pass through here: nothing is made for a person of whom all say the same. */
function disagreements(views: readonly SourceView[], evaluation: Evaluation): Detected<Detail>[] {
  const { population, policy, asOf } = evaluation;
  const place = rulePlace(policy, 'source-disagreement');
  const isPast = pastDays(asOf);
  const tellsGroups = views.map(({ facts }) => facts.has('membership'));
  const knowsDates = views.map(({ facts }) => facts.has('end-date'));
  const records: (Person | undefined)[] = [];
  const lists: (readonly string[] | undefined)[] = [];
  const found: Detected<Detail>[] = [];
  const add = (user: Person, detail: Detail): void => {
    found.push({ user, key: detail.kind, place, detail });
  };
  for (const person of population.people) {
    let isAnywhereLive = isLive(person);
    for (let index = 0; index < views.length; index++) {
      const record = views[index]!.people.get(person.id);
      records[index] = record;
      lists[index] = tellsGroups[index] ? record?.groups : undefined;
      isAnywhereLive ||= record !== undefined && isLive(record);
    }
    if (differsInPresence(records))
      add(person, { kind: 'presence', statements: statements(views, records, isPast) });
    if (differsInActivity(records, knowsDates, isPast))
      add(person, {
        kind: 'activity',
        statements: statements(views, records, isPast).filter(({ says }) => says !== undefined),
      });
    const groups = isAnywhereLive ? differingGroups(views, lists) : undefined;
    if (groups)
      add(person, { kind: 'membership', memberships: memberships(groups, views, lists, evaluation) });
  }
  return found;
}

/** An account that is gone wherever it is listed lacks nowhere: services differ in how long they keep such records. */
function differsInPresence(records: Records): boolean {
  let isLacking = false;
  let isThere = false;
  for (const record of records) {
    if (!record) isLacking = true;
    else if (isLive(record)) isThere = true;
  }
  return isLacking && isThere;
}

/**
 * An account that is not in use yet contradicts nobody. Nor does a source that knows no end dates, where two others agree
 * that the date has passed and the account is still active: that is one finding of `leaver-active`, and no dispute.
 */
function differsInActivity(records: Records, knowsDates: readonly boolean[], isPast: IsPast): boolean {
  let inUse = 0;
  let inUseKnowingDates = 0;
  let gone = 0;
  let onlyByDate = 0;
  for (const [index, record] of records.entries()) {
    if (!record) continue;
    if (departure(record, isPast) !== undefined) {
      gone += 1;
      if (record.active && !isGone(record.attributes.lifecycle)) onlyByDate += 1;
    } else if (record.active) {
      inUse += 1;
      if (knowsDates[index]) inUseKnowingDates += 1;
    }
  }
  if (inUse === 0 || gone === 0) return false;
  return inUseKnowingDates > 0 || onlyByDate < gone || onlyByDate < 2;
}

/** What a record shows of a departure, in a word or two. */
function departure(record: Person, isPast: IsPast): string | undefined {
  const { lifecycle, status, 'end-date': ended } = record.attributes;
  if (isGone(lifecycle)) return lifecycle;
  if (!isLive(record)) return status === 'removed' ? status : 'deactivated';
  return ended !== undefined && isPast(ended) ? `end date ${ended}` : undefined;
}

/** There are far fewer days than people. */
function pastDays(asOf: number): IsPast {
  const known = new Map<string, boolean>();
  return (day) => {
    const told = known.get(day);
    if (told !== undefined) return told;
    const past = isOver(day, asOf);
    known.set(day, past);
    return past;
  };
}

/** Ids of the groups about which the sources differ; undefined where there are none. */
function differingGroups(views: readonly SourceView[], lists: GroupLists): ReadonlySet<string> | undefined {
  if (areAlike(lists)) return undefined;
  let found: Set<string> | undefined;
  for (let one = 0; one < views.length; one++) {
    const groups = lists[one];
    if (!groups) continue;
    for (let other = 0; other < views.length; other++) {
      const others = lists[other];
      if (others && other !== one) found = lacking(groups, others, views[other]!, found);
    }
  }
  return found;
}

/** True when all lists hold the same groups, as they nearly always do; none of them holds a group twice. */
function areAlike(lists: GroupLists): boolean {
  let first: readonly string[] | undefined;
  for (const list of lists) {
    if (!list) continue;
    first ??= list;
    if (list !== first && (list.length !== first.length || !isWithin(list, first))) return false;
  }
  return true;
}

function isWithin(groups: readonly string[], others: readonly string[]): boolean {
  const known = others.length > LONG_LIST ? new Set(others) : undefined;
  for (let index = 0; index < groups.length; index++) {
    const id = groups[index]!;
    // Sources often list groups in the same order.
    if (id !== others[index] && !(known ? known.has(id) : others.includes(id))) return false;
  }
  return true;
}

/** Adds the groups that are not among the ones of another view, which would show them. */
function lacking(
  groups: readonly string[],
  others: readonly string[],
  view: SourceView,
  found: Set<string> | undefined,
): Set<string> | undefined {
  const known = others.length > LONG_LIST ? new Set(others) : undefined;
  let all = found;
  for (const id of groups) {
    if (known ? known.has(id) : others.includes(id)) continue;
    if (view.groups && !view.groups.has(id)) continue;
    all ??= new Set();
    all.add(id);
  }
  return all;
}

function memberships(
  ids: ReadonlySet<string>,
  views: readonly SourceView[],
  lists: GroupLists,
  { population }: Evaluation,
): Membership[] {
  const named = [...ids].map((id) => ({ id, group: population.group(id)?.name ?? id }));
  named.sort((a, b) => compare(a.group, b.group) || compare(a.id, b.id));
  return named.map(({ id, group }) => {
    const inside: SourceName[] = [];
    const outside: SourceName[] = [];
    for (const [index, { source, groups }] of views.entries()) {
      const own = lists[index];
      if (own?.includes(id)) inside.push(source);
      else if (own && (!groups || groups.has(id))) outside.push(source);
    }
    return { group, inside, outside };
  });
}

function statements(views: readonly SourceView[], records: Records, isPast: IsPast): Statement[] {
  return views.map(({ source }, index) => {
    const record = records[index];
    return { source, says: record && (departure(record, isPast) ?? record.pending ?? 'active') };
  });
}

function message(who: string, detail: Detail): string {
  if (detail.kind !== 'membership') {
    const said = detail.statements.map(
      ({ source, says }) =>
        `${SOURCE_LABELS[source]} ${says === undefined ? 'does not list the account' : `says ${says}`}`,
    );
    return `sources disagree about ${who}: ${said.join(', ')}`;
  }
  const shown = detail.memberships.slice(0, MOST_GROUPS).map(membershipInWords);
  const more = detail.memberships.length - shown.length;
  return `sources disagree about the groups of ${who}: ${shown.join(', ')}${more > 0 ? `, and ${more} more` : ''}`;
}

function membershipInWords({ group, inside, outside }: Membership): string {
  return `${group} (${speakers(inside)} in, ${speakers(outside)} not in)`;
}

/** "Leapsome's SCIM API says", "Leapsome's SCIM API and StackOne's IAM API say". */
function speakers(sources: readonly SourceName[]): string {
  const names = sources.map((source) => SOURCE_LABELS[source]);
  return `${enumerate(names, 'and')} ${names.length === 1 ? 'says' : 'say'}`;
}
