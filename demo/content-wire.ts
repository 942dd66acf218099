import { type Company, type CompanyPerson, type CompanyRole, SALARY_CLASS_ID, stableId } from './company.ts';

/** What the Content API serves: every row as it goes over the wire. */
export interface ContentRows {
  readonly employees: readonly object[];
  readonly accessRoles: readonly object[];
}

/** An employee, a group or a place, as other records refer to it. */
interface Reference {
  readonly id: string;
  readonly name: string;
}

/** The company as Leapsome's Content API tells it, contradictions included. */
export function contentRows(company: Company): ContentRows {
  const people = new Map(company.people.map((person) => [person.id, person]));
  const teams = new Map(company.groups.map(({ id, name }) => [id, { id, name }]));
  return {
    employees: company.people
      .filter((person) => !contradicted(company, 'presence', person))
      .map((person) => employee(company, person, people, teams)),
    accessRoles: company.roles.map(accessRole),
  };
}

/** One access role. Who holds it is told nowhere. */
export function accessRole(role: CompanyRole): object {
  return {
    id: role.id,
    name: role.name,
    userScopeType: role.scope,
    isSystemDefault: role.systemType !== null,
    ...(role.systemType === null ? {} : { systemDefaultType: role.systemType }),
    active: role.active,
  };
}

/** The body of an answer that is not a success. */
export function contentError(status: number, message: string): object {
  return { statusCode: status, message };
}

function employee(
  company: Company,
  person: CompanyPerson,
  people: ReadonlyMap<string, CompanyPerson>,
  teams: ReadonlyMap<string, Reference>,
): object {
  const [manager, ...indirect] = managers(person, people);
  const known = (found: Reference | undefined) => (found === undefined ? [] : [found]);
  return {
    id: person.id,
    email: person.userName,
    firstname: person.givenName,
    lastname: person.familyName,
    fullname: fullName(person),
    displayedName: fullName(person),
    status: person.status,
    lifecycleStatus: contradicted(company, 'activity', person) ? 'terminated' : person.lifecycle,
    ...(manager === undefined ? {} : { manager }),
    additionalManagers: person.additionalManagerIds.flatMap((id) => known(reference(people.get(id)))),
    indirectManagers: indirect,
    startDate: `${person.startDate}T00:00:00.000Z`,
    ...(person.endDate === null ? {} : { endDate: `${person.endDate}T00:00:00.000Z` }),
    teams: person.groupIds
      .flatMap((id) => known(teams.get(id)))
      .filter(({ name }) => !contradicted(company, 'membership', person, name)),
    departments: [named('department', person.department)],
    businessUnits: [named('business-unit', person.businessUnit)],
    costCenters: [named('cost-center', person.costCenter)],
    divisions: [named('division', person.division)],
    otherGroups: person.otherGroups.map((name) => named('other', name)),
    level: person.level,
    title: person.title,
    workLocation: named('location', person.location),
    ...sensitive(person),
  };
}

/** What a policy can never name, documented fields and others. */
function sensitive({ id, custom, sensitive }: CompanyPerson): object {
  return {
    phone: sensitive.phone,
    picture: sensitive.photo,
    birthday: sensitive.birthday,
    gender: sensitive.gender,
    attachments: [{ fileName: sensitive.attachment }],
    compensation: { salary: sensitive.salary, currency: 'EUR', frequency: 'year' },
    additionalCompensations: [
      {
        id: stableId(`bonus:${id}`),
        name: 'Annual Bonus',
        amount: sensitive.salary,
        amountType: 'fixed',
        recurrence: 'every12Months',
        comment: sensitive.salaryClass,
        effectiveAt: '2026-01-01T00:00:00.000Z',
        validUntil: null,
      },
    ],
    customAttributes: { ...custom, [SALARY_CLASS_ID]: sensitive.salaryClass },
  };
}

/** The reporting line above a person, the direct manager first. It ends where somebody would come twice. */
function managers(person: CompanyPerson, people: ReadonlyMap<string, CompanyPerson>): Reference[] {
  const line: Reference[] = [];
  const seen = new Set([person.id]);
  for (let at = person.managerId; at !== null && !seen.has(at); at = people.get(at)?.managerId ?? null) {
    seen.add(at);
    const manager = reference(people.get(at));
    if (manager !== undefined) line.push(manager);
  }
  return line;
}

function contradicted(
  { contradictions }: Company,
  kind: 'activity' | 'presence' | 'membership',
  person: CompanyPerson,
  group?: string,
): boolean {
  return contradictions.some(
    (one) => one.kind === kind && one.user === person.userName && one.group === group,
  );
}

function named(kind: string, name: string): Reference {
  return { id: stableId(`${kind}:${name}`), name };
}

function reference(person: CompanyPerson | undefined): Reference | undefined {
  return person === undefined ? undefined : { id: person.id, name: fullName(person) };
}

function fullName(person: CompanyPerson): string {
  return `${person.givenName} ${person.familyName}`;
}
