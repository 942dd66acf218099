import { createHash } from 'node:crypto';
import type { Company, CompanyPerson } from './company.ts';

/** What StackOne serves: every row as it goes over the wire. */
export interface StackOneRows {
  readonly users: readonly object[];
  readonly groups: readonly object[];
  readonly roles: readonly object[];
}

/** A group or role, as users refer to it. `id` is StackOne's own, `remote_id` is Leapsome's. */
interface Reference {
  readonly id: string;
  readonly remote_id: string;
  readonly name: string;
}

const SYNCED_AT = '2026-10-05T09:30:00.000Z';

/** The company as StackOne's unified IAM API tells it. */
export function stackOneRows({ people, groups, roles }: Company): StackOneRows {
  const groupOf = new Map(groups.map(({ id, name }) => [id, reference('group', id, name)]));
  const rolesOf = (person: CompanyPerson) =>
    roles
      .filter(({ holderIds }) => holderIds.includes(person.id))
      .map(({ id, name }) => reference('role', id, name));
  return {
    users: people.map((person) =>
      user(
        person,
        person.groupIds.flatMap((id) => groupOf.get(id) ?? []),
        rolesOf(person),
      ),
    ),
    groups: groups.map(({ id, name }) => ({
      ...reference('group', id, name),
      description: null,
      type: { value: 'team', source_value: 'team' },
      parent_id: null,
      remote_parent_id: null,
      roles: [],
      created_at: '2020-01-01T08:00:00.000Z',
      updated_at: SYNCED_AT,
    })),
    roles: roles.map(({ id, name }) => ({
      ...reference('role', id, name),
      description: null,
      type: { value: null, source_value: null },
      policies: [],
      created_at: '2020-01-01T08:00:00.000Z',
      updated_at: SYNCED_AT,
    })),
  };
}

/** The id that StackOne gives to a record of Leapsome. */
export function stackOneId(kind: 'user' | 'group' | 'role', remoteId: string): string {
  return createHash('sha256').update(`stackone:${kind}:${remoteId}`).digest('base64url').slice(0, 27);
}

/** The body of an answer that is not a success. */
export function stackOneError(status: number, message: string): object {
  return { statusCode: status, message, timestamp: SYNCED_AT };
}

function user(person: CompanyPerson, groups: readonly Reference[], roles: readonly Reference[]): object {
  return {
    ...reference('user', person.id, `${person.givenName} ${person.familyName}`),
    first_name: person.givenName,
    last_name: person.familyName,
    primary_email_address: person.userName,
    username: person.userName,
    status: status(person),
    is_bot_user: { value: 'false', source_value: null },
    groups,
    roles,
    multi_factor_enabled: [],
    last_active_at: '2026-10-04T16:20:00.000Z',
    last_login_at: '2026-10-04T08:05:00.000Z',
    created_at: `${person.startDate}T08:00:00.000Z`,
    updated_at: SYNCED_AT,
    avatar: { url: person.sensitive.photo },
    // What is left over of the source, which a client gets whether it wants it or not.
    unified_custom_fields: {
      phone: person.sensitive.phone,
      birthday: person.sensitive.birthday,
      gender: person.sensitive.gender,
      salary: person.sensitive.salary,
      salary_class: person.sensitive.salaryClass,
      attachments: [person.sensitive.attachment],
    },
  };
}

function status(person: CompanyPerson): { value: 'enabled' | 'disabled' | 'pending'; source_value: string } {
  if (!person.active) return { value: 'disabled', source_value: person.status };
  return { value: person.status === 'active' ? 'enabled' : 'pending', source_value: person.status };
}

function reference(kind: 'user' | 'group' | 'role', id: string, name: string): Reference {
  return { id: stackOneId(kind, id), remote_id: id, name };
}
