import { createHash } from 'node:crypto';

/*
 * Brightwater, a company that does not exist: what the demo, the tests and the sample policies talk about.
 * It is told in two tables below, people and groups, and belongs to no API; `scim-wire.ts` gives it Leapsome's shape.
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

export interface CompanyPerson {
  readonly id: string;
  readonly userName: string;
  /** The number in the payroll system; people from outside have none. */
  readonly externalId: string | null;
  readonly givenName: string;
  readonly familyName: string;
  readonly active: boolean;
  readonly title: string;
  readonly department: string;
  readonly costCenter: string;
  readonly division: string;
  readonly level: string;
  readonly location: string;
  readonly employmentType: 'internal' | 'external';
  readonly startDate: string;
  readonly endDate: string | null;
  readonly managerId: string | null;
  readonly additionalManagerIds: readonly string[];
  readonly groupIds: readonly string[];
  /** Custom attributes by their opaque id, without the sensitive one. */
  readonly custom: Readonly<Record<string, string>>;
  readonly sensitive: Sensitive;
}

export interface CompanyGroup {
  readonly id: string;
  readonly name: string;
}

/** An access role and who holds it: Leapsome's SCIM API reports neither, its other two doors do. */
export interface CompanyRole {
  readonly id: string;
  readonly name: string;
  readonly active: boolean;
  readonly holderIds: readonly string[];
}

export interface Company {
  readonly name: string;
  readonly domain: string;
  readonly people: readonly CompanyPerson[];
  readonly groups: readonly CompanyGroup[];
  readonly roles: readonly CompanyRole[];
}

/** A difference between the company and `demo/policy.yml` that a check must find: no more, no less. */
export interface PlantedDrift {
  readonly rule: string;
  /** User name, when the finding is about a person. */
  readonly user?: string;
  /** Name of the group as Leapsome has it, when the finding is about one group. */
  readonly group?: string;
}

/** The day on which the sample policies are judged, so that the demo reads the same in every year. */
export const DEMO_AS_OF = '2026-11-22';

/** Custom attribute that says who sits on the works council. The sample policy names it. */
export const WORKS_COUNCIL_ID = '6140868326541a4da5c0ffee';
/** Custom attribute with the salary class: a canary, and no policy names it. */
export const SALARY_CLASS_ID = '6140868326541a4da5ca9a12';

/** Texts of sensitive fields, over all APIs: SCIM reports neither phone (`+00-`) nor salary (`1903` twice). None of them may ever be in a log, a report, an error or a cache. */
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

/** Groups by the short key that the table of people uses. */
const GROUPS = {
  everyone: 'Everyone at Brightwater',
  executive: 'Executive Team',
  managers: 'People Managers',
  'people-ops': 'People Ops',
  payroll: 'Payroll Admins',
  compensation: 'Compensation Reviewers',
  calibration: 'Calibration Panel',
  // The policy still knows it as "Survey Owners".
  survey: 'Engagement Survey Owners',
  engineering: 'Engineering',
  'on-call': 'Platform | On-call',
  design: 'Design Guild',
  finance: 'Finance',
  sales: 'Sales',
  contractors: 'Contractors',
  council: 'Works Council',
  berlin: 'Office Berlin',
  lisbon: 'Office Lisbon',
  // Nobody wrote this one into the policy.
  cycling: 'Weekend Cycling Club',
} as const;
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

const DEPARTMENTS: Record<string, { costCenter: string; division: string }> = {
  Executive: { costCenter: 'CC-100', division: 'Corporate' },
  People: { costCenter: 'CC-110', division: 'Corporate' },
  Finance: { costCenter: 'CC-120', division: 'Corporate' },
  Legal: { costCenter: 'CC-130', division: 'Corporate' },
  Engineering: { costCenter: 'CC-200', division: 'Technology' },
  Product: { costCenter: 'CC-210', division: 'Technology' },
  Design: { costCenter: 'CC-220', division: 'Technology' },
  Sales: { costCenter: 'CC-300', division: 'Market' },
  Marketing: { costCenter: 'CC-310', division: 'Market' },
  'Customer Success': { costCenter: 'CC-320', division: 'Market' },
};

/*
 * Groups: what somebody has by hand on top of the automatic ones; `-key` takes an automatic one away.
 * Notes: external · council (works council) · until DATE (end date) · left DATE (end date, account deactivated) ·
 * also NAME (a further manager).
 */
const PEOPLE = `
address                 | name                 | department       | level        | title                      | manager            | location | start      | groups              | notes
adaeze.okonkwo          | Adaeze Okonkwo       | Executive        | Chief        | Chief Executive Officer    |                    | Berlin   | 2014-03-01 |                     |

henrik.solberg          | Henrik Solberg       | Engineering      | Chief        | Chief Technology Officer   | adaeze.okonkwo     | Berlin   | 2014-03-01 |                     |
mei.chen                | Mei Chen             | Engineering      | Head         | Head of Platform           | henrik.solberg     | Berlin   | 2016-09-01 | calibration         |
lukas.brandt            | Lukas Brandt         | Engineering      | Head         | Head of Applications       | henrik.solberg     | Lisbon   | 2017-01-15 | calibration         |
samir.patel             | Samir Patel          | Engineering      | Lead         | Lead Platform Engineer     | mei.chen           | Berlin   | 2018-04-01 | managers on-call    |
elif.yildiz             | Elif Yıldız          | Engineering      | Lead         | Lead Mobile Engineer       | lukas.brandt       | Berlin   | 2019-02-01 | managers            |
juergen.mueller         | Jürgen Müller        | Engineering      | Senior       | Site Reliability Engineer  | samir.patel        | Berlin   | 2018-11-01 | on-call             | council
chris.null              | Christopher Null     | Engineering      | Senior       | Database Engineer          | samir.patel        | Remote   | 2020-06-15 | on-call             |
agnieszka.nowak         | Agnieszka Nowak      | Engineering      | Senior       | Security Engineer          | mei.chen           | Berlin   | 2020-10-01 | on-call             |
daniel.weiss            | Daniel Weiß          | Engineering      | Senior       | Backend Engineer           | lukas.brandt       | Berlin   | 2019-05-01 | cycling             |
fatima.zahra            | Fatima-Zahra Idrissi | Engineering      | Professional | Backend Engineer           | lukas.brandt       | Lisbon   | 2021-03-01 |                     |
goncalo.pires           | Gonçalo Pires        | Engineering      | Professional | Frontend Engineer          | lukas.brandt       | Lisbon   | 2021-08-16 | cycling             |
hannah.schulz           | Hannah Schulz        | Engineering      | Professional | Android Engineer           | elif.yildiz        | Berlin   | 2022-01-10 |                     |
isaac.mensah            | Isaac Mensah         | Engineering      | Professional | iOS Engineer               | elif.yildiz        | Remote   | 2022-05-01 |                     |
jakub.svoboda           | Jakub Svoboda        | Engineering      | Junior       | Frontend Engineer          | lukas.brandt       | Berlin   | 2024-09-01 |                     |
kiri.tamihana           | Kiri Tamihana        | Engineering      | Junior       | Data Engineer              | samir.patel        | Berlin   | 2025-02-01 |                     |
lena.vogt@kestrel.example  | Lena Vogt         | Engineering      | Senior       | Cloud Consultant           | mei.chen           | Remote   | 2025-10-01 |                     | external
omar.farouk@kestrel.example | Omar Farouk      | Engineering      | Senior       | Test Consultant            | elif.yildiz        | Remote   | 2025-06-01 |                     | external, until 2031-05-31

priya.raman             | Priya Raman          | Product          | Chief        | Chief Product Officer      | adaeze.okonkwo     | Berlin   | 2016-02-01 |                     |
noah.lindgren           | Noah Lindgren        | Product          | Head         | Head of Product            | priya.raman        | Berlin   | 2018-08-01 | calibration design  |
zoe.laurent             | Zoë Laurent          | Product          | Senior       | Product Manager            | noah.lindgren      | Lisbon   | 2020-03-01 | design              |
patrick.byrne           | Patrick Byrne        | Product          | Professional | Product Manager            | noah.lindgren      | Remote   | 2022-11-01 |                     |
quynh.tran              | Quỳnh Trần           | Product          | Professional | Product Analyst            | noah.lindgren      | Berlin   | 2023-04-01 |                     |

ruth.abara              | Ruth Abara           | Design           | Head         | Head of Design             | priya.raman        | Berlin   | 2017-10-01 |                     |
stefan.kraus            | Stefan Kraus         | Design           | Senior       | Product Designer           | ruth.abara         | Berlin   | 2019-09-01 |                     | council
teresa.gomes            | Teresa Gomes         | Design           | Professional | Product Designer           | ruth.abara         | Lisbon   | 2021-05-03 |                     | also zoe.laurent
umar.siddiqui           | Umar Siddiqui        | Design           | Junior       | UX Writer                  | ruth.abara         | Lisbon   | 2024-03-01 |                     |

joana.teixeira          | Joana Teixeira       | People           | Chief        | Chief People Officer       | adaeze.okonkwo     | Lisbon   | 2015-06-01 | compensation survey |
bjoern.angstroem        | Björn Ångström       | People           | Head         | Head of People Operations  | joana.teixeira     | Berlin   | 2017-03-01 | compensation survey |
vera.costa              | Vera Costa           | People           | Lead         | Lead Talent Partner        | bjoern.angstroem   | Lisbon   | 2019-01-07 | managers            |
wanjiru.kamau           | Wanjiru Kamau        | People           | Senior       | People Partner             | bjoern.angstroem   | Berlin   | 2020-07-01 | survey              |
xenia.petrova           | Xenia Petrova        | People           | Professional | Recruiter                  | vera.costa         | Berlin   | 2022-02-01 | cycling             |
ines.carvalho           | Inês Carvalho        | People           | Junior       | People Coordinator         | bjoern.angstroem   | Lisbon   | 2026-10-01 | -people-ops         |
kai.lang@kestrel.example | Kai Lang            | People           | Senior       | Compensation Consultant    | joana.teixeira     | Remote   | 2026-02-01 | compensation        | external, until 2031-01-31

marta.kowalczyk         | Marta Kowalczyk      | Finance          | Chief        | Chief Financial Officer    | adaeze.okonkwo     | Berlin   | 2015-01-05 | payroll             |
paolo.ricci             | Paolo Ricci          | Finance          | Lead         | Lead Payroll Accountant    | marta.kowalczyk    | Berlin   | 2018-02-01 | payroll managers    |
yuki.tanaka             | Yuki Tanaka          | Finance          | Senior       | Compensation Analyst       | marta.kowalczyk    | Berlin   | 2020-01-13 | payroll compensation |
amelie.roux             | Amélie Roux          | Finance          | Professional | Accountant                 | paolo.ricci        | Lisbon   | 2021-11-01 |                     |
bruno.salgado           | Bruno Salgado        | Finance          | Junior       | Accounts Payable Clerk     | paolo.ricci        | Lisbon   | 2024-06-01 |                     |
viktor.hansen           | Viktor Hansen        | Finance          | Senior       | Controller                 | marta.kowalczyk    | Berlin   | 2017-05-01 | finance             | left 2026-06-30

cecilia.holm            | Cecilia Holm         | Legal            | Head         | Head of Legal              | adaeze.okonkwo     | Berlin   | 2018-05-01 |                     |
dmitri.volkov           | Dmitri Volkov        | Legal            | Senior       | Data Protection Officer    | cecilia.holm       | Berlin   | 2019-11-04 |                     | also joana.teixeira

declan.o'neill          | Declan O'Neill       | Sales            | Chief        | Chief Revenue Officer      | adaeze.okonkwo     | Lisbon   | 2016-07-01 |                     |
esperanza.diaz          | Esperanza Díaz       | Sales            | Head         | Head of Sales EMEA         | declan.o'neill     | Lisbon   | 2018-10-01 | calibration         |
rafael.ortiz            | Rafael Ortiz         | Sales            | Senior       | Sales Operations Manager   | esperanza.diaz     | Lisbon   | 2019-06-01 | payroll             |
florian.d'arcy          | Florian D'Arcy       | Sales            | Senior       | Account Executive          | esperanza.diaz     | Berlin   | 2020-09-01 |                     |
giulia.ferri            | Giulia Ferri         | Sales            | Professional | Account Executive          | esperanza.diaz     | Remote   | 2021-04-01 |                     |
silvia.moretti          | Silvia Moretti       | Sales            | Professional | Account Executive          | esperanza.diaz     | Lisbon   | 2021-09-01 |                     | until 2026-01-31
hugo.almeida            | Hugo Almeida         | Sales            | Junior       | Sales Development          | rafael.ortiz       | Lisbon   | 2024-01-08 | cycling             |
ilse.vandamme           | Ilse Van Damme       | Sales            | Junior       | Sales Development          | rafael.ortiz       | Berlin   | 2025-03-01 |                     |
mateus.rocha            | Mateus Rocha         | Sales            | Professional | Account Executive          | esperanza.diaz     | Lisbon   | 2020-02-01 |                     | left 2025-03-31

oluwaseun.adeyemi       | Oluwaseun Adeyemi    | Marketing        | Head         | Head of Marketing          | declan.o'neill     | Berlin   | 2026-09-01 |                     |
greta.lindholm          | Greta Lindholm       | Marketing        | Head         | Head of Marketing          | declan.o'neill     | Berlin   | 2017-08-01 |                     | left 2026-08-31
nadia.haddad            | Nadia Haddad         | Marketing        | Senior       | Employer Brand Manager     | oluwaseun.adeyemi  | Berlin   | 2020-05-01 | calibration         |
tom.becker              | Tom Becker           | Marketing        | Junior       | Content Marketer           | greta.lindholm     | Berlin   | 2024-10-01 |                     |
rosa.jimenez            | Rosa Jiménez         | Marketing        | Professional | @Home Campaign Manager     | oluwaseun.adeyemi  | Lisbon   | 2022-08-01 |                     |

astrid.nygaard          | Astrid Nygaard       | Customer Success | Head         | Head of Customer Success   | declan.o'neill     | Berlin   | 2018-12-01 | calibration         |
ben.carter              | Ben Carter           | Customer Success | Lead         | Lead Onboarding Manager    | astrid.nygaard     | Berlin   | 2020-08-01 | managers            |
clara.meyer             | Clara Meyer          | Customer Success | Professional | Customer Success Manager   | astrid.nygaard     | Berlin   | 2021-07-01 |                     | council
emre.aydin              | Emre Aydın           | Customer Success | Professional | Support Engineer           | ben.carter         | Remote   | 2023-01-09 |                     |
farah.nasser            | Farah Nasser         | Customer Success | Junior       | Support Agent              | ben.carter         | Lisbon   | 2025-05-01 |                     |
piet.visser@kestrel.example | Piet Visser      | Customer Success | Professional | Support Agent              | ben.carter         | Remote   | 2024-04-01 |                     | external, left 2025-09-30
`;

const ROLES: Record<string, string> = {
  'Super Admin': 'joana.teixeira bjoern.angstroem',
  'HR Admin': 'bjoern.angstroem wanjiru.kamau',
  'Compensation Admin': 'joana.teixeira yuki.tanaka',
  'Survey Admin': 'joana.teixeira wanjiru.kamau rafael.ortiz',
  'Review Admin': 'bjoern.angstroem vera.costa',
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

/** The company, the same in every run. */
export const BRIGHTWATER: Company = {
  name: 'Brightwater',
  domain: DOMAIN,
  people: table(PEOPLE).map(person),
  groups: Object.entries(GROUPS).map(([key, name]) => ({ id: groupId(key), name })),
  roles: Object.entries(ROLES).map(([name, holders]) => ({
    id: stableId(`role:${name}`),
    name,
    active: true,
    holderIds: words(holders).map((holder) => personId(address(holder))),
  })),
};

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

/** What an exception of `demo/policy.yml` excuses on the day of the demo. */
export const EXCUSED: readonly PlantedDrift[] = [
  { rule: 'unexpected-member', user: address('nadia.haddad'), group: GROUPS.calibration },
];

function table(text: string): Row[] {
  const [head, ...lines] = text.split('\n').filter((line) => line.trim() !== '');
  const columns = cells(head!);
  return lines.map((line) => {
    const row = Object.fromEntries(cells(line).map((cell, column) => [columns[column], cell]));
    return {
      ...row,
      groups: words(row.groups ?? ''),
      notes: (row.notes ?? '').split(', ').filter(Boolean),
    } as unknown as Row;
  });
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
    custom: row.notes.includes('council') ? { [WORKS_COUNCIL_ID]: 'Member' } : {},
    sensitive: sensitive(index),
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
function stableId(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 24);
}
