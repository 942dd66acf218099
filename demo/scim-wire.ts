import { type Company, type CompanyPerson, SALARY_CLASS_ID } from './company.ts';

/** The extension in which Leapsome keeps most of what it knows of a person. */
export const ENTERPRISE_USER = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const LIST_RESPONSE = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
const ERROR_RESPONSE = 'urn:ietf:params:scim:api:messages:2.0:Error';

// Records carry the address of the real service: rows are serialised before the stand-in knows its port.
const HOME = 'https://api.leapsome.com/scim/v1';
const CORE = 'urn:ietf:params:scim:schemas:core:2.0';

/** What SCIM can tell of a person. */
export type ScimPerson = Omit<CompanyPerson, 'status' | 'lifecycle' | 'businessUnit' | 'otherGroups'>;

/** What one source serves: every row as it goes over the wire. */
export interface ScimRows {
  readonly users: readonly object[];
  readonly groups: readonly object[];
}

/** The company as Leapsome's SCIM API tells it. */
export function scimRows(company: Company): ScimRows {
  const names = new Map(company.people.map((person) => [person.id, displayName(person)]));
  return {
    users: company.people.map((person) => scimUser(person, (id) => names.get(id) ?? '')),
    groups: company.groups.map((group) => scimGroup(group)),
  };
}

/** One person. Memberships are here, and nowhere else. */
export function scimUser(person: ScimPerson, nameOf: (id: string) => string): object {
  return {
    schemas: [`${CORE}:User`, ENTERPRISE_USER],
    id: person.id,
    externalId: person.externalId,
    userName: person.userName,
    name: {
      givenName: person.givenName,
      familyName: person.familyName,
      formatted: displayName(person),
    },
    displayName: displayName(person),
    title: person.title,
    active: person.active,
    emails: [{ primary: true, type: 'work', value: person.userName }],
    photos: [{ value: person.sensitive.photo, type: 'photo' }],
    groups: person.groupIds.map((value) => ({ value })),
    ...(person.managerId === null ? {} : { manager: { value: person.managerId } }),
    [ENTERPRISE_USER]: extension(person, nameOf),
    meta: meta('Users', person.id, person.startDate),
  };
}

/** One group. `members` is there and always empty, as Leapsome documents it. */
export function scimGroup(group: { readonly id: string; readonly name: string }): object {
  return {
    schemas: [`${CORE}:Group`],
    id: group.id,
    displayName: group.name,
    members: [],
    meta: meta('Groups', group.id, '2020-01-01'),
  };
}

/** The fields around a page of rows, in the order in which they are written. */
export function envelope(total: number, startIndex: number, rows: number): Record<string, unknown> {
  return { schemas: [LIST_RESPONSE], totalResults: total, itemsPerPage: rows, startIndex };
}

/** The body of an answer that is not a success. */
export function scimError(status: number, detail: string): object {
  return { schemas: [ERROR_RESPONSE], detail, status: String(status) };
}

/** What the service says of itself: the cheap question that proves a token. */
export function serviceProviderConfig(): object {
  const no = { supported: false };
  return {
    schemas: [`${CORE}:ServiceProviderConfig`],
    documentationUrl: 'https://api.leapsome.com/scim/v1/api-docs/',
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults: 5000 },
    changePassword: no,
    sort: no,
    etag: no,
    authenticationSchemes: [
      { type: 'oauthbearertoken', name: 'OAuth Bearer Token', description: 'SCIM Authentication Token' },
    ],
  };
}

function extension(person: ScimPerson, nameOf: (id: string) => string): object {
  const manager = (id: string) => ({ managerId: id, displayName: nameOf(id) });
  return {
    ...(person.managerId === null ? {} : { manager: manager(person.managerId) }),
    additionalManagers: person.additionalManagerIds.map(manager),
    department: person.department,
    costCenter: person.costCenter,
    division: person.division,
    level: person.level,
    location: person.location,
    employmentType: person.employmentType,
    startDate: person.startDate,
    ...(person.endDate === null ? {} : { endDate: person.endDate }),
    birthday: person.sensitive.birthday,
    gender: person.sensitive.gender,
    attachments: [{ fileName: person.sensitive.attachment, access: ['MANAGER', 'ADMIN'] }],
    ...person.custom,
    [SALARY_CLASS_ID]: person.sensitive.salaryClass,
  };
}

function meta(kind: 'Users' | 'Groups', id: string, created: string): object {
  return {
    resourceType: kind === 'Users' ? 'User' : 'Group',
    created: `${created}T08:00:00.000Z`,
    lastModified: '2026-10-05T09:30:00.000Z',
    version: 'W/"3"',
    location: `${HOME}/${kind}/${id}`,
  };
}

function displayName(person: ScimPerson): string {
  return `${person.givenName} ${person.familyName}`;
}
