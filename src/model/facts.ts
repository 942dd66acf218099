/** The services that can be read, in the order in which they are named to people. */
export const SOURCE_NAMES = ['scim', 'content', 'stackone'] as const;
export type SourceName = (typeof SOURCE_NAMES)[number];

export const SOURCE_LABELS = {
  scim: "Leapsome's SCIM API",
  content: "Leapsome's Content API",
  stackone: "StackOne's IAM API",
} satisfies Record<SourceName, string>;

/** The inputs that open each source, with the environment variables that stand in for them. */
export const SOURCE_CREDENTIALS = {
  scim: '`scim-token` (LEAPSOME_SCIM_TOKEN)',
  content: '`api-secret` (LEAPSOME_API_SECRET)',
  stackone: '`stackone-api-key` (STACKONE_API_KEY) and `stackone-account-id` (STACKONE_ACCOUNT_ID)',
} as const satisfies Record<SourceName, string>;

/**
 * The sources that see what SCIM does not, the authority first: accounts that are not in use yet, and groups of every
 * kind. To SCIM alone everybody who has not left looks active.
 */
export const BEYOND_SCIM = ['content', 'stackone'] as const satisfies readonly SourceName[];

/**
 * Attributes of a person that a selector may name, and the sources that report each of them. The first of them that
 * was read and has the attribute is the authority; the others are only held against it.
 */
export const ATTRIBUTE_SOURCES = {
  department: ['scim', 'content'],
  'cost-center': ['scim', 'content'],
  division: ['scim', 'content'],
  'business-unit': ['content'],
  team: ['scim', 'content', 'stackone'],
  location: ['scim', 'content'],
  level: ['scim', 'content'],
  title: ['scim', 'content'],
  'employment-type': ['scim'],
  status: ['content'],
  lifecycle: ['content'],
  'start-date': ['scim', 'content'],
  'end-date': ['scim', 'content'],
  domain: ['scim', 'content', 'stackone'],
} as const satisfies Record<string, readonly SourceName[]>;

export type AttributeName = keyof typeof ATTRIBUTE_SOURCES;
export const ATTRIBUTE_NAMES = Object.keys(ATTRIBUTE_SOURCES) as AttributeName[];

/** The words of a lifecycle in Leapsome's API, with what each says of a departure. */
const LIFECYCLES = {
  hired: undefined,
  active: undefined,
  leave: undefined,
  offboarding: 'going',
  terminated: 'gone',
  deactivated: 'gone',
  preBoarding: undefined,
  notSet: undefined,
} as const;

const DEPARTURES = new Map<string, 'going' | 'gone' | undefined>(Object.entries(LIFECYCLES));

/** The words that an attribute knows, where Leapsome's API documents all of them. No other can ever match. */
export const ATTRIBUTE_WORDS: Partial<Record<AttributeName, readonly string[]>> = {
  'employment-type': ['internal', 'external'],
  status: [
    'created',
    'active',
    'invited',
    'deactivated',
    'preBoardingInvited',
    'preBoardingActive',
    'removed',
  ],
  lifecycle: Object.keys(LIFECYCLES),
};

/** True where the lifecycle says that somebody has left. */
export function isGone(lifecycle: string | undefined): boolean {
  return lifecycle !== undefined && DEPARTURES.get(lifecycle) === 'gone';
}

/** True where it says that somebody has left, or is about to. */
export function isLeaving(lifecycle: string | undefined): boolean {
  return lifecycle !== undefined && DEPARTURES.get(lifecycle) !== undefined;
}

/** Something that a source either reports about the population or does not. */
export type Fact =
  | AttributeName
  | 'manager'
  | 'membership'
  /** Every group, also those that nobody is in. */
  | 'group-catalogue'
  /** Which of the six kinds a group is of. */
  | 'group-kind'
  | 'role-catalogue'
  | 'role-holders'
  | 'custom';

/** The sources that tell a fact, the authority first. */
export const FACT_SOURCES: Record<Fact, readonly SourceName[]> = {
  ...ATTRIBUTE_SOURCES,
  manager: ['scim', 'content'],
  membership: ['scim', 'content', 'stackone'],
  'group-catalogue': ['scim', 'stackone'],
  'group-kind': ['content'],
  'role-catalogue': ['content', 'stackone'],
  'role-holders': ['stackone'],
  custom: ['scim', 'content'],
};
