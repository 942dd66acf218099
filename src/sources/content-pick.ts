import type { AttributeName, Fact } from '../model/facts.ts';
import type { Group, GroupAttribute, GroupKind, PendingState, Person, Role } from '../model/snapshot.ts';
import {
  FieldError,
  optionalDate,
  optionalFlag,
  optionalId,
  optionalObject,
  optionalText,
  optionalValue,
  own,
  pickCustom,
  type Raw,
  requiredId,
  requiredObject,
  requiredText,
} from './fields.ts';
import { createIntern, type Intern } from './intern.ts';

/** The lists of an employee that name groups, each of one kind. */
const GROUP_LISTS = [
  { field: 'teams', kind: 'team', attribute: undefined },
  { field: 'departments', kind: 'department', attribute: 'department' },
  { field: 'businessUnits', kind: 'business-unit', attribute: 'business-unit' },
  { field: 'costCenters', kind: 'cost-center', attribute: 'cost-center' },
  { field: 'divisions', kind: 'division', attribute: 'division' },
  { field: 'otherGroups', kind: 'other', attribute: undefined },
] as const satisfies readonly {
  field: string;
  kind: GroupKind;
  attribute: GroupAttribute | undefined;
}[];
type GroupList = (typeof GROUP_LISTS)[number]['field'];

/** What each status says of the account; Leapsome documents no others. */
const STATUSES = new Map<string, { readonly active: boolean; readonly pending?: PendingState }>([
  ['active', { active: true }],
  ['created', { active: false, pending: 'created' }],
  ['invited', { active: false, pending: 'invited' }],
  ['preBoardingInvited', { active: false, pending: 'pre-boarding' }],
  ['preBoardingActive', { active: false, pending: 'pre-boarding' }],
  ['deactivated', { active: false }],
  ['removed', { active: false }],
]);

const TEXTS = [
  ['lifecycle', 'lifecycleStatus'],
  ['level', 'level'],
  ['title', 'title'],
] as const;
const DATES = [
  ['start-date', 'startDate'],
  ['end-date', 'endDate'],
] as const;

/** What is told only where some record has the field. */
const FIELD_FACTS = [
  ...[...TEXTS, ...DATES].map(([name]) => name),
  'location',
  'manager',
  'custom',
] as const satisfies readonly Fact[];

/** A list that not all records have. */
export interface Patch {
  readonly field: string;
  readonly kind: GroupKind;
  readonly attribute: GroupAttribute | undefined;
  readonly missing: number;
  readonly records: number;
}

/** Takes from the Content API's records what a policy can name, and nothing else. */
export interface EmployeePicker {
  /** @throws FieldError */
  person(row: unknown): Person;
  /** Every group that somebody was in so far. */
  groups(): readonly Group[];
  /** What the records tell; a field that not one of them has is not told. */
  facts(): ReadonlySet<Fact>;
  /** Why the records do not fit together. */
  doubt(): string | undefined;
  /** Kinds of group whose list some records have and others lack, so that nobody knows what the others are in. */
  patchy(): readonly Patch[];
}

export function createEmployeePicker(customAttributes: readonly string[]): EmployeePicker {
  const intern = createIntern();
  const groups = new Map<string, Group>();
  const seen = new Set<Fact>();
  const lists = new Map<GroupList, number>();
  let records = 0;
  let doubt: string | undefined;

  function enterGroup(id: string, name: string, kind: GroupKind): void {
    const known = groups.get(id);
    if (known === undefined) groups.set(id, { id, name, kind });
    else if (known.name !== name) doubt ??= `the group ${id} came under two names`;
    else if (known.kind !== kind) doubt ??= `the group ${id} came as two kinds, ${known.kind} and ${kind}`;
  }

  function see(raw: Raw, field: string, fact: AttributeName | 'manager'): void {
    if (!seen.has(fact) && Object.hasOwn(raw, field)) seen.add(fact);
  }

  function pickGroups(raw: Raw): { ids: string[]; named: Partial<Record<GroupAttribute, string[]>> } {
    const ids = new Set<string>();
    const named: Partial<Record<GroupAttribute, string[]>> = {};
    for (const { field, kind, attribute } of GROUP_LISTS) {
      const value = own(raw, field);
      // Teams are what access hangs on: a record without them says nothing about somebody's access.
      if (!Array.isArray(value) && (field === 'teams' || (value !== undefined && value !== null)))
        throw new FieldError(field);
      if (!Array.isArray(value)) continue;
      lists.set(field, (lists.get(field) ?? 0) + 1);
      for (const entry of value) {
        const group = requiredObject(entry, field);
        const id = intern(requiredId(own(group, 'id'), field));
        const name = intern(requiredText(own(group, 'name'), field));
        enterGroup(id, name, kind);
        ids.add(id);
        if (attribute) named[attribute] = withName(named[attribute], name);
      }
    }
    return { ids: [...ids], named };
  }

  return {
    person(row) {
      const raw = requiredObject(row, 'content');
      const id = requiredId(own(raw, 'id'), 'id');
      const status = requiredText(own(raw, 'status'), 'status');
      const userName = pickEmail(raw, id, status);
      const account = STATUSES.get(status);
      if (account === undefined) throw new FieldError('status');
      for (const [name, field] of TEXTS) see(raw, field, name);
      // Nobody may have an end date; then the start dates show that dates are told.
      for (const [name] of DATES) for (const [, field] of DATES) see(raw, field, name);
      see(raw, 'workLocation', 'location');
      see(raw, 'manager', 'manager');
      const { ids, named } = pickGroups(raw);
      const custom = pickCustom(
        optionalObject(own(raw, 'customAttributes'), 'customAttributes') ?? {},
        customAttributes,
        intern,
      );
      if (custom && Object.keys(custom).length > 0) seen.add('custom');
      records += 1;
      return {
        id,
        userName,
        addresses: NOTHING,
        ...account,
        groups: ids.length === 0 ? NOTHING : ids,
        managerId: pickManager(raw, intern),
        attributes: { status: intern(status), ...pickTexts(raw, intern), ...asAttributes(named) },
        custom,
      };
    },
    groups: () => [...groups.values()],
    facts() {
      const facts = new Set<Fact>(['membership', 'group-kind', 'team', 'domain', 'status', ...seen]);
      // Where there is nobody, nothing about anybody is left untold.
      if (records === 0) for (const fact of FIELD_FACTS) facts.add(fact);
      for (const { field, attribute } of GROUP_LISTS)
        if (attribute && (records === 0 || lists.has(field))) facts.add(attribute);
      return facts;
    },
    doubt: () => doubt,
    patchy() {
      return GROUP_LISTS.flatMap(({ field, kind, attribute }) => {
        const missing = records - (lists.get(field) ?? 0);
        return missing > 0 && missing < records ? [{ field, kind, attribute, missing, records }] : [];
      });
    },
  };
}

const NOTHING: readonly never[] = Object.freeze([]);

/** An account that was removed may have lost its address with it; nobody else may. */
function pickEmail(raw: Raw, id: string, status: string): string {
  const email = own(raw, 'email');
  return status === 'removed' ? (optionalText(email, 'email') ?? id) : requiredText(email, 'email');
}

function pickManager(raw: Raw, intern: Intern): string | undefined {
  const manager = optionalObject(own(raw, 'manager'), 'manager');
  const id = manager && optionalId(own(manager, 'id'), 'manager');
  return id === undefined ? undefined : intern(id);
}

function pickTexts(raw: Raw, intern: Intern): Person['attributes'] {
  const attributes: Partial<Record<(typeof TEXTS | typeof DATES)[number][0] | 'location', string>> = {};
  for (const [name, field] of TEXTS) {
    const value = optionalValue(own(raw, field), field);
    if (value !== undefined) attributes[name] = intern(value);
  }
  for (const [name, field] of DATES) {
    const value = optionalDate(own(raw, field), field);
    if (value !== undefined) attributes[name] = intern(value);
  }
  const workLocation = optionalObject(own(raw, 'workLocation'), 'workLocation');
  const location = workLocation && optionalText(own(workLocation, 'name'), 'workLocation');
  if (location !== undefined) attributes.location = intern(location);
  return attributes;
}

function withName(names: readonly string[] = NOTHING, name: string): string[] {
  return names.includes(name) ? [...names] : [...names, name];
}

/** Nearly everybody is in one department. */
function asAttributes(named: Partial<Record<GroupAttribute, string[]>>): Person['attributes'] {
  const attributes: Partial<Record<GroupAttribute, string | readonly string[]>> = {};
  for (const [attribute, names] of Object.entries(named) as [GroupAttribute, string[]][])
    attributes[attribute] = names.length === 1 ? names[0]! : names;
  return attributes;
}

/**
 * One access role of the catalogue. Who holds it cannot be read here.
 * @throws FieldError
 */
export function pickAccessRole(row: unknown): Role {
  const raw = requiredObject(row, 'content');
  return {
    id: requiredId(own(raw, 'id'), 'id'),
    name: requiredText(own(raw, 'name'), 'name'),
    active: optionalFlag(own(raw, 'active'), 'active'),
    holders: undefined,
  };
}
