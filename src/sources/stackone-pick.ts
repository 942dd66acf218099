import type { GroupKind, PendingState, Person } from '../model/snapshot.ts';
import {
  FieldError,
  optionalId,
  optionalObject,
  optionalText,
  own,
  type Raw,
  requiredId,
  requiredObject,
  requiredText,
} from './fields.ts';
import { createIntern } from './intern.ts';

/** A record with StackOne's own id and, where it tells, the id in Leapsome. */
export interface Linked {
  readonly id: string;
  readonly remoteId: string | undefined;
}

export interface StackOneUser extends Linked {
  readonly userName: string;
  readonly addresses: readonly string[];
  readonly active: boolean;
  readonly pending: PendingState | undefined;
  /** Undefined where the record does not say. */
  readonly groups: readonly Linked[] | undefined;
  readonly roles: readonly Named[] | undefined;
}

export interface Named extends Linked {
  readonly name: string | undefined;
}

/** A group or a role. */
export interface StackOneEntry extends Linked {
  readonly name: string;
  /** Only of groups, where StackOne has a word that says so. */
  readonly kind: GroupKind | undefined;
}

export interface StackOnePicker {
  /** @throws FieldError */
  user(row: unknown): StackOneUser;
  /** @throws FieldError */
  entry(row: unknown): StackOneEntry;
}

/** StackOne's words for the state of an account; without one of them nobody knows whether it is in use. */
const STATUSES = new Map<string, { readonly active: boolean; readonly pending: PendingState | undefined }>([
  ['enabled', { active: true, pending: undefined }],
  ['disabled', { active: false, pending: undefined }],
  ['pending', { active: false, pending: 'invited' }],
]);

/** StackOne's other words (`group`, `organization`, `workspace`) tell no kind of Leapsome's. */
const KINDS = new Map<unknown, GroupKind>([
  ['team', 'team'],
  ['department', 'department'],
  ['cost_center', 'cost-center'],
]);

const NOTHING: readonly never[] = Object.freeze([]);

/** Takes from StackOne's records what a policy can name, and nothing else. */
export function createStackOnePicker(): StackOnePicker {
  const intern = createIntern();
  const known = new Map<string, Named>();

  /** Groups and roles come with every one of their people: one object each is enough. */
  function pickReference(entry: unknown, field: string): Named {
    const raw = requiredObject(entry, field);
    const id = optionalId(own(raw, 'id'), field);
    const remoteId = optionalId(own(raw, 'remote_id'), field);
    if (id === undefined && remoteId === undefined) throw new FieldError(field);
    const name = optionalText(own(raw, 'name'), field);
    const key = JSON.stringify([field, id, remoteId, name]);
    const same = known.get(key);
    if (same) return same;
    const reference = { id: intern((id ?? remoteId)!), remoteId: remoteId && intern(remoteId), name };
    known.set(key, reference);
    return reference;
  }

  function pickList(value: unknown, field: string): readonly Named[] | undefined {
    if (value === undefined || value === null) return undefined;
    if (!Array.isArray(value)) throw new FieldError(field);
    return value.length === 0 ? NOTHING : value.map((entry) => pickReference(entry, field));
  }

  return {
    user(row) {
      const raw = requiredObject(row, 'content');
      const userName = optionalText(own(raw, 'username'), 'username');
      const address = optionalText(own(raw, 'primary_email_address'), 'primary_email_address');
      const name = requiredText(userName ?? address, 'username');
      const isOther = address !== undefined && address.toLowerCase() !== name.toLowerCase();
      return {
        ...pickIds(raw),
        userName: name,
        addresses: isOther ? [address.toLowerCase()] : NOTHING,
        ...pickStatus(own(raw, 'status')),
        groups: pickList(own(raw, 'groups'), 'groups'),
        roles: pickList(own(raw, 'roles'), 'roles'),
      };
    },
    entry(row) {
      const raw = requiredObject(row, 'content');
      const type = own(raw, 'type');
      const word = typeof type === 'object' && type !== null ? own(type as Raw, 'value') : undefined;
      return {
        ...pickIds(raw),
        name: requiredText(own(raw, 'name'), 'name'),
        kind: KINDS.get(word),
      };
    },
  };
}

function pickIds(raw: Readonly<Record<string, unknown>>): Linked {
  return { id: requiredId(own(raw, 'id'), 'id'), remoteId: optionalId(own(raw, 'remote_id'), 'remote_id') };
}

function pickStatus(value: unknown): Pick<Person, 'active'> & Pick<StackOneUser, 'pending'> {
  const raw = optionalObject(value, 'status');
  const word = raw && optionalText(own(raw, 'value'), 'status')?.toLowerCase();
  const status = word === undefined ? undefined : STATUSES.get(word);
  if (status === undefined) throw new FieldError('status');
  return status;
}
