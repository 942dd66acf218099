import { createHash } from 'node:crypto';
import { DEPARTMENTS, GROUPS, PEOPLE, ROLES } from './brightwater.ts';

/*
 * Brightwater, a company that does not exist: what the demo, the tests and the sample policies talk about.
 * It is told in the tables of `brightwater.ts` and belongs to no API: `scim-wire.ts`, `content-wire.ts` and
 * `stackone-wire.ts` give it the shape of each service.
 */

/** What Leapsome also knows of people and what must never come out of the action: every value is a canary. */
export interface Sensitive {
  readonly birthday: string;
  readonly gender: string;
  readonly phone: string;
  readonly photo: string;
  readonly attachment: string;
  readonly salary: number;
  readonly salaryClass: string;
}

/** What Leapsome's Content API calls the state of an account. */
export type EmployeeStatus = 'active' | 'invited' | 'preBoardingInvited' | 'deactivated';
/** What it calls the state of the employment. */
export type Lifecycle = 'active' | 'leave' | 'terminated' | 'deactivated' | 'preBoarding';

export interface CompanyPerson {
  readonly id: string;
  readonly userName: string;
  /** The number in the payroll system; people from outside have none. */
  readonly externalId: string | null;
  readonly givenName: string;
  readonly familyName: string;
  /** As SCIM has it: also true for those who are about to begin. */
  readonly active: boolean;
  readonly status: EmployeeStatus;
  readonly lifecycle: Lifecycle;
  readonly title: string;
  readonly department: string;
  readonly costCenter: string;
  readonly division: string;
  readonly businessUnit: string;
  readonly level: string;
  readonly location: string;
  readonly employmentType: 'internal' | 'external';
  readonly startDate: string;
  readonly endDate: string | null;
  readonly managerId: string | null;
  readonly additionalManagerIds: readonly string[];
  readonly groupIds: readonly string[];
  /** Names of the groups that are neither a team nor one of the attributes above. */
  readonly otherGroups: readonly string[];
  /** Custom attributes by their opaque id, without the sensitive one. */
  readonly custom: Readonly<Record<string, string>>;
  readonly sensitive: Sensitive;
}

export interface CompanyGroup {
  readonly id: string;
  readonly name: string;
}

/** An access role and who holds it. SCIM reports neither, the Content API the role alone, StackOne both. */
export interface CompanyRole {
  readonly id: string;
  readonly name: string;
  readonly scope: 'none' | 'roleSpecific' | 'userSpecific';
  /** Leapsome's name for a role that every tenant has; null for one that this tenant made. */
  readonly systemType: string | null;
  readonly active: boolean;
  readonly holderIds: readonly string[];
}

/**
 * Something that the Content API tells otherwise than SCIM and StackOne. `activity`: it calls an active person
 * terminated; `presence`: it does not know the person; `membership`: it does not know that the person is in the group.
 */
export interface Contradiction {
  readonly kind: 'activity' | 'presence' | 'membership';
  /** User name. */
  readonly user: string;
  /** Name of the group, for `membership`. */
  readonly group?: string;
}

export interface Company {
  readonly name: string;
  readonly domain: string;
  readonly people: readonly CompanyPerson[];
  readonly groups: readonly CompanyGroup[];
  readonly roles: readonly CompanyRole[];
  readonly contradictions: readonly Contradiction[];
}

/** A difference between the company and `demo/policy.yml` that a check must find: no more, no less. */
export interface PlantedDrift {
  readonly rule: string;
  /** User name, when the finding is about a person. */
  readonly user?: string;
  /** Name of the group as Leapsome has it, when the finding is about one group. */
  readonly group?: string;
  /** Name of the access role, when the finding is about one. */
  readonly role?: string;
}

/** The day on which the sample policies are judged, so that the demo reads the same in every year. */
export const DEMO_AS_OF = '2026-11-22';

/** Custom attribute that says who sits on the works council. The sample policy names it. */
export const WORKS_COUNCIL_ID = '6140868326541a4da5c0ffee';
/** Custom attribute with the salary class: a canary, and no policy names it. */
export const SALARY_CLASS_ID = '6140868326541a4da5ca9a12';

/**
 * Texts of sensitive fields. The Content API and StackOne report all of them, SCIM neither phone (`+00-`) nor salary
 * (`1903` twice). None of them may ever be in a log, a report, an error or a cache.
 */
export const CANARIES = [
  '1903-',
  'canary-gender',
  'Salary Class CANARY-7',
  'CANARY-attachment',
  'canary-photo',
  '+00-555-CANARY',
  '19031903',
] as const;

const DOMAIN = 'brightwater.example';

type GroupKey = keyof typeof GROUPS;

/** Groups that the HR system fills by itself, for everybody whose account is active. */
const AUTOMATIC: Partial<Record<GroupKey, (person: Row) => boolean>> = {
  everyone: () => true,
  executive: (person) => person.level === 'Chief',
  managers: (person) => person.level === 'Chief' || person.level === 'Head',
  'people-ops': (person) => person.department === 'People',
  engineering: (person) => person.department === 'Engineering',
  design: (person) => person.department === 'Design',
  finance: (person) => person.department === 'Finance',
  sales: (person) => person.department === 'Sales',
  contractors: (person) => person.notes.includes('external'),
  council: (person) => person.notes.includes('council'),
  berlin: (person) => person.location === 'Berlin',
  lisbon: (person) => person.location === 'Lisbon',
};

interface Row {
  readonly address: string;
  readonly name: string;
  readonly department: string;
  readonly level: string;
  readonly title: string;
  readonly manager: string;
  readonly location: string;
  readonly start: string;
  readonly groups: readonly string[];
  readonly notes: readonly string[];
}

/** Where the sources of Brightwater contradict each other. Whoever reads SCIM alone sees none of it. */
export const CONTRADICTIONS: readonly Contradiction[] = [
  { kind: 'activity', user: address('giulia.ferri') },
  { kind: 'presence', user: address('quynh.tran') },
  { kind: 'membership', user: address('agnieszka.nowak'), group: GROUPS['on-call'] },
];

/** The company, the same in every run. */
export const BRIGHTWATER: Company = {
  name: 'Brightwater',
  domain: DOMAIN,
  people: table(PEOPLE).map(person),
  groups: Object.entries(GROUPS).map(([key, name]) => ({ id: groupId(key), name })),
  roles: cellsByColumn(ROLES).map(role),
  contradictions: CONTRADICTIONS,
};

/** The same company, of which all three services tell the same. */
export const BRIGHTWATER_AGREED: Company = { ...BRIGHTWATER, contradictions: [] };

/** What `demo/policy.yml` disagrees with. Findings that an exception of that policy excuses are in `EXCUSED`. */
export const PLANTED: readonly PlantedDrift[] = [
  { rule: 'unexpected-member', user: address('rafael.ortiz'), group: GROUPS.payroll },
  { rule: 'missing-member', user: address('ines.carvalho'), group: GROUPS['people-ops'] },
  { rule: 'forbidden-member', user: 'kai.lang@kestrel.example', group: GROUPS.compensation },
  { rule: 'inactive-member', user: address('viktor.hansen'), group: GROUPS.finance },
  { rule: 'leaver-active', user: address('silvia.moretti') },
  { rule: 'inactive-manager', user: address('tom.becker') },
  { rule: 'unmanaged-group', group: GROUPS.cycling },
  { rule: 'renamed-group', group: GROUPS.survey },
  { rule: 'separation-of-duties', user: address('yuki.tanaka') },
  { rule: 'requirement', user: 'lena.vogt@kestrel.example' },
  // About the exception for the first one in this list, which nobody renewed: its finding names no person.
  { rule: 'exception-expired' },
];

/**
 * Everything that is found when all three services are read and the policy also speaks of roles (all but `Review Admin`,
 * and `Survey Admin` for the survey team alone): `PLANTED`, role drift, and the contradictions.
 */
export const PLANTED_WITH_ALL: readonly PlantedDrift[] = [
  ...PLANTED,
  { rule: 'unexpected-role-holder', user: address('rafael.ortiz'), role: 'Survey Admin' },
  { rule: 'unmanaged-role', role: 'Review Admin' },
  { rule: 'inactive-role', role: 'Import Admin' },
  ...CONTRADICTIONS.map(({ user, group }) => ({
    rule: 'source-disagreement',
    user,
    ...(group === undefined ? {} : { group }),
  })),
  // Whom the Content API calls terminated, and who can still log in.
  ...CONTRADICTIONS.filter(({ kind }) => kind === 'activity').map(({ user }) => ({
    rule: 'leaver-active',
    user,
  })),
];

/** What an exception of `demo/policy.yml` excuses on the day of the demo. */
export const EXCUSED: readonly PlantedDrift[] = [
  { rule: 'unexpected-member', user: address('nadia.haddad'), group: GROUPS.calibration },
];

function table(text: string): Row[] {
  return cellsByColumn(text).map(
    (row) =>
      ({
        ...row,
        groups: words(row.groups ?? ''),
        notes: (row.notes ?? '').split(', ').filter(Boolean),
      }) as unknown as Row,
  );
}

function cellsByColumn(text: string): Record<string, string>[] {
  const [head, ...lines] = text.split('\n').filter((line) => line.trim() !== '');
  const columns = cells(head!);
  return lines.map((line) => Object.fromEntries(cells(line).map((cell, column) => [columns[column], cell])));
}

function cells(line: string): string[] {
  return line.split('|').map((cell) => cell.trim());
}

function words(text: string): string[] {
  return text.split(' ').filter(Boolean);
}

function person(row: Row, index: number): CompanyPerson {
  const external = row.notes.includes('external');
  const [givenName = '', ...rest] = row.name.split(' ');
  const left = note(row, 'left');
  const also = note(row, 'also');
  return {
    id: personId(address(row.address)),
    userName: address(row.address),
    externalId: external ? null : `BW-${1001 + index}`,
    givenName,
    familyName: rest.join(' '),
    active: left === undefined,
    ...state(row),
    title: row.title,
    department: row.department,
    ...DEPARTMENTS[row.department]!,
    level: row.level,
    location: row.location,
    employmentType: external ? 'external' : 'internal',
    startDate: row.start,
    endDate: left ?? note(row, 'until') ?? null,
    managerId: row.manager === '' ? null : personId(address(row.manager)),
    additionalManagerIds: also === undefined ? [] : [personId(address(also))],
    groupIds: groupKeys(row, left === undefined).map(groupId),
    otherGroups: row.notes.includes('mentor') ? ['Mentors'] : [],
    custom: row.notes.includes('council') ? { [WORKS_COUNCIL_ID]: 'Member' } : {},
    sensitive: sensitive(index),
  };
}

function state({ notes }: Row): { status: EmployeeStatus; lifecycle: Lifecycle } {
  if (notes.some((text) => text.startsWith('left ')))
    return { status: 'deactivated', lifecycle: 'deactivated' };
  if (notes.includes('invited')) return { status: 'invited', lifecycle: 'active' };
  if (notes.includes('pre-boarding')) return { status: 'preBoardingInvited', lifecycle: 'preBoarding' };
  return { status: 'active', lifecycle: notes.includes('on leave') ? 'leave' : 'active' };
}

function role(row: Record<string, string>): CompanyRole {
  return {
    id: stableId(`role:${row.name}`),
    name: row.name!,
    scope: row.scope as CompanyRole['scope'],
    systemType: row.system || null,
    active: row.active === 'yes',
    holderIds: words(row.holders ?? '').map((holder) => personId(address(holder))),
  };
}

/** The keys of the groups in which a person is, in the order of the table of groups. */
function groupKeys(row: Row, active: boolean): string[] {
  return (Object.keys(GROUPS) as GroupKey[]).filter((key) => {
    const byHand = row.groups.includes(key);
    const automatic = active && AUTOMATIC[key]?.(row) === true && !row.groups.includes(`-${key}`);
    return byHand || automatic;
  });
}

/** The rest of the note that begins with `word`. */
function note(row: Row, word: string): string | undefined {
  return row.notes.find((text) => text.startsWith(`${word} `))?.slice(word.length + 1);
}

function sensitive(index: number): Sensitive {
  const two = (value: number) => String(value).padStart(2, '0');
  return {
    birthday: `1903-${two((index % 12) + 1)}-${two((index % 28) + 1)}`,
    gender: 'canary-gender',
    phone: `+00-555-CANARY-${two(index)}`,
    photo: `https://photos.${DOMAIN}/canary-photo/${index}.png`,
    attachment: `CANARY-attachment-${index}.pdf`,
    salary: 19031903,
    salaryClass: 'Salary Class CANARY-7',
  };
}

function address(local: string): string {
  return local.includes('@') ? local : `${local}@${DOMAIN}`;
}

function personId(userName: string): string {
  return stableId(`person:${userName}`);
}

function groupId(key: string): string {
  return stableId(`group:${key}`);
}

/** 24 hexadecimal digits, like Leapsome's ids, that depend on nothing but the name. */
export function stableId(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 24);
}
