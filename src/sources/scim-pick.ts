import type { Group, Person, StoredAttribute } from '../model/snapshot.ts';
import {
  FieldError,
  optionalDate,
  optionalId,
  optionalObject,
  optionalText,
  optionalValue,
  own,
  pickCustom,
  type Raw,
  requiredFlag,
  requiredId,
  requiredObject,
  requiredText,
} from './fields.ts';
import { createIntern, type Intern } from './intern.ts';

/** Takes from SCIM rows what a policy can name, and nothing else; remembers what kinds of fields there were. */
export interface Picker {
  /** @throws FieldError */
  person(row: unknown): Person;
  /** @throws FieldError */
  group(row: unknown): Group;
  /** Some account had the enterprise extension. */
  readonly sawExtension: boolean;
  /** Some account had a field for its manager, if only an empty one. */
  readonly sawManager: boolean;
  /** Some group listed members, which nothing here relies on. */
  readonly sawMembers: boolean;
}

/** The enterprise extension in SCIM 2.0 (RFC 7643 §4.3) and in SCIM 1.1. */
const EXTENSIONS = [
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  'urn:scim:schemas:extension:enterprise:1.0',
  'urn:scim:schemas:extension:enterprise:1.0:User',
];

const TEXT_ATTRIBUTES = [
  ['department', 'department'],
  ['cost-center', 'costCenter'],
  ['division', 'division'],
  ['level', 'level'],
  ['location', 'location'],
  ['employment-type', 'employmentType'],
] as const satisfies readonly (readonly [StoredAttribute, string])[];

const DATE_ATTRIBUTES = [
  ['start-date', 'startDate'],
  ['end-date', 'endDate'],
] as const satisfies readonly (readonly [StoredAttribute, string])[];

/** Attributes that stand in the extension, and are unknown where no account has one. */
export const EXTENSION_ATTRIBUTES = [...TEXT_ATTRIBUTES, ...DATE_ATTRIBUTES].map(([name]) => name);

const NOTHING: readonly never[] = Object.freeze([]);
const NO_EXTENSION: Raw = Object.freeze({});

/** Written by hand and not with a schema library: 100,000 people pass through here while somebody waits. */
export function createPicker(customAttributes: readonly string[]): Picker {
  const intern = createIntern();
  let sawExtension = false;
  let sawManager = false;
  let sawMembers = false;

  return {
    person(row) {
      const raw = requiredObject(row, 'content');
      const found = findExtension(raw);
      const extension = found ?? NO_EXTENSION;
      sawExtension ||= found !== undefined;
      sawManager ||= Object.hasOwn(raw, 'manager') || Object.hasOwn(extension, 'manager');
      const userName = requiredText(own(raw, 'userName'), 'userName');
      return {
        id: requiredId(own(raw, 'id'), 'id'),
        userName,
        addresses: pickAddresses(own(raw, 'emails'), userName),
        active: requiredFlag(own(raw, 'active'), 'active'),
        groups: pickGroups(own(raw, 'groups'), intern),
        managerId: pickManager(raw, extension, intern),
        attributes: pickAttributes(raw, extension, intern),
        custom: pickCustom(extension, customAttributes, intern),
      };
    },
    group(row) {
      const raw = requiredObject(row, 'content');
      const members = own(raw, 'members');
      sawMembers ||= Array.isArray(members) && members.length > 0;
      return {
        id: requiredId(own(raw, 'id'), 'id'),
        name: requiredText(own(raw, 'displayName'), 'displayName'),
      };
    },
    get sawExtension() {
      return sawExtension;
    },
    get sawManager() {
      return sawManager;
    },
    get sawMembers() {
      return sawMembers;
    },
  };
}

function findExtension(raw: Raw): Raw | undefined {
  for (const urn of EXTENSIONS) {
    const extension = optionalObject(own(raw, urn), 'the enterprise extension');
    if (extension !== undefined) return extension;
  }
  return undefined;
}

/** The other addresses of an account. The user name decides who somebody is; these only help to find a person. */
function pickAddresses(value: unknown, userName: string): readonly string[] {
  if (value === undefined || value === null) return NOTHING;
  if (!Array.isArray(value)) throw new FieldError('emails');
  const known = userName.toLowerCase();
  let addresses: string[] | undefined;
  for (const entry of value) {
    const raw = optionalObject(entry, 'emails');
    const address = raw && optionalText(own(raw, 'value'), 'emails')?.toLowerCase();
    if (address === undefined || address === known || addresses?.includes(address)) continue;
    addresses ??= [];
    addresses.push(address);
  }
  return addresses ?? NOTHING;
}

/** `groups` must be there: without it nobody knows what the person is in, and an empty list would say "nothing". */
function pickGroups(value: unknown, intern: Intern): readonly string[] {
  if (!Array.isArray(value)) throw new FieldError('groups');
  if (value.length === 0) return NOTHING;
  const ids = new Set<string>();
  for (const entry of value) {
    const raw = optionalObject(entry, 'groups');
    ids.add(intern(requiredId(raw && own(raw, 'value'), 'groups')));
  }
  return [...ids];
}

/** `manager.value` as in RFC 7643 §4.3, at the top or in the extension, or Leapsome's `managerId` there. */
function pickManager(raw: Raw, extension: Raw, intern: Intern): string | undefined {
  const top = optionalObject(own(raw, 'manager'), 'manager');
  const inner = optionalObject(own(extension, 'manager'), 'manager');
  const id =
    (top && optionalId(own(top, 'value'), 'manager')) ??
    (inner && (optionalId(own(inner, 'managerId'), 'manager') ?? optionalId(own(inner, 'value'), 'manager')));
  return id === undefined ? undefined : intern(id);
}

function pickAttributes(raw: Raw, extension: Raw, intern: Intern): Person['attributes'] {
  const attributes: Partial<Record<StoredAttribute, string>> = {};
  const title = optionalText(own(raw, 'title'), 'title');
  if (title !== undefined) attributes.title = intern(title);
  if (extension === NO_EXTENSION) return attributes;
  for (const [name, field] of TEXT_ATTRIBUTES) {
    const value = optionalValue(own(extension, field), field);
    if (value !== undefined) attributes[name] = intern(value);
  }
  for (const [name, field] of DATE_ATTRIBUTES) {
    const value = optionalDate(own(extension, field), field);
    if (value !== undefined) attributes[name] = intern(value);
  }
  return attributes;
}
