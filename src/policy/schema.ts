import * as z from 'zod';
import { ATTRIBUTE_NAMES, ATTRIBUTE_WORDS, type AttributeName, SOURCE_NAMES } from '../model/facts.ts';
import { SEVERITIES } from '../model/severity.ts';
import { GROUP_KINDS } from '../model/snapshot.ts';
import { RULES } from '../rules/index.ts';

const text = z.string().min(1);
/** Tells editors what a refinement tells the parser. */
const NOT_EMPTY = { minProperties: 1 };
const severity = z.enum(SEVERITIES).describe('How much a finding weighs: error, warning or notice.');
const id = text.describe('A Leapsome id, in quotes.').meta({ examples: ['5ecba01fb567a5d046582027'] });
const date = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, { error: 'a date is written YYYY-MM-DD' })
  .describe('A day in UTC, YYYY-MM-DD.')
  .meta({ examples: ['2026-12-31'] });
const duration = z
  .string()
  .regex(/^\d{1,5}[dw]$/, { error: 'a duration is written like 3d or 2w' })
  .describe('Days or weeks, such as 3d or 2w.')
  .meta({ examples: ['3d', '2w'] });
const percentage = z
  .string()
  .regex(/^(100|\d{1,2})(\.\d+)?%$/, { error: 'a share is written like 20%' })
  .describe('A share, such as 20%.')
  .meta({ examples: ['20%'] });

const valuesOf = (value: typeof text) =>
  z
    .union([value, z.array(value).min(1)])
    .describe('A value, a list of which one must hold, `present` or `absent`; `*` stands for any text.');
const values = valuesOf(text);
/** Tells editors the words of an attribute; the parser says of a wrong one which was meant. */
const wordsOf = (words: readonly string[]) =>
  valuesOf(text.meta({ anyOf: [{ enum: [...words, 'present', 'absent'] }, { pattern: '\\*' }] }));
const dates = z
  .union([
    text,
    z.array(text).min(1),
    z
      .strictObject({
        before: date.optional().describe('Earlier than this day.'),
        after: date.optional().describe('Later than this day.'),
      })
      .refine((range) => range.before !== undefined || range.after !== undefined, {
        error: 'name a day: before, after, or both',
        when: ({ issues }) => issues.length === 0,
      }),
  ])
  .describe('A day, `present`, `absent`, or `{ before: …, after: … }`.');

const DATE_ATTRIBUTES: ReadonlySet<AttributeName> = new Set(['start-date', 'end-date']);
const attributes = Object.fromEntries(
  ATTRIBUTE_NAMES.map((name) => {
    const words = ATTRIBUTE_WORDS[name];
    const written = DATE_ATTRIBUTES.has(name) ? dates : words ? wordsOf(words) : values;
    return [name, written.optional()];
  }),
) as Record<AttributeName, z.ZodOptional<typeof values | typeof dates>>;

export const WhereSchema = z
  .strictObject({
    ...attributes,
    custom: z
      .record(
        z.string().regex(/^[0-9a-fA-F]{24}$/, {
          error: 'a custom attribute is named by its id of 24 hexadecimal digits',
        }),
        values,
      )
      .refine((custom) => Object.keys(custom).length > 0, { error: 'name at least one custom attribute' })
      .meta(NOT_EMPTY)
      .optional()
      .describe('Custom attributes by their id of 24 hexadecimal digits, in quotes.'),
  })
  .refine((where) => Object.keys(where).length > 0, {
    error: 'name at least one attribute',
    // An unknown key is complaint enough.
    when: ({ issues }) => issues.length === 0,
  })
  .meta(NOT_EMPTY)
  .describe('Everyone whose attributes match all of these conditions.');

const IdSelector = z.strictObject({ id }).describe('The account with this Leapsome id.');
const SetSelector = z
  .strictObject({ set: text.describe('Name of the set.') })
  .describe('The people of a set of this policy.');
const GroupSelector = z
  .strictObject({ group: text.describe('Name of the group, or its id where two groups share the name.') })
  .describe('The live members of another Leapsome group.');
const ReportsToSelector = z
  .strictObject({
    'reports-to': text.describe('User name, address or id of a manager.'),
    depth: z
      .enum(['all', 'direct'])
      .optional()
      .describe('direct: only direct reports; all (default): everyone below.'),
  })
  .describe('Everyone below a manager.');
const AnySelector = z
  .strictObject({
    get any() {
      return z.array(SelectorSchema).min(1).describe('Whoever matches at least one of these.');
    },
  })
  .describe('Whoever matches at least one of these.');
const AllSelector = z
  .strictObject({
    get all() {
      return z.array(SelectorSchema).min(1).describe('Whoever matches every one of these.');
    },
  })
  .describe('Whoever matches every one of these.');
const NotSelector = z
  .strictObject({
    get not() {
      return SelectorSchema.describe('Whoever does not match this.');
    },
  })
  .describe('Whoever does not match this.');

/** The forms of a selector by the key that tells them apart. */
export const SELECTOR_FORMS = {
  id: IdSelector,
  set: SetSelector,
  group: GroupSelector,
  'reports-to': ReportsToSelector,
  any: AnySelector,
  all: AllSelector,
  not: NotSelector,
} as const;

export type SelectorInput =
  | string
  | { id: string }
  | { set: string }
  | { group: string }
  | { 'reports-to': string; depth?: 'all' | 'direct' | undefined }
  | { any: SelectorInput[] }
  | { all: SelectorInput[] }
  | { not: SelectorInput }
  | z.input<typeof WhereSchema>;

export const SelectorSchema: z.ZodType<SelectorInput, SelectorInput> = z
  .union([
    text.describe(
      'The user name or address of an account, or `everyone` for every account that is active or about to be.',
    ),
    IdSelector,
    SetSelector,
    GroupSelector,
    ReportsToSelector,
    AnySelector,
    AllSelector,
    NotSelector,
    WhereSchema,
  ])
  .describe('One or more people.')
  .meta({
    id: 'selector',
    examples: ['jo@example.com', 'everyone', { department: 'Finance', level: ['Lead', 'Head'] }],
  });

const people = z
  .array(SelectorSchema)
  .meta({ id: 'people' })
  .describe('Whoever matches one of these selectors.');

export const ClauseSchema = z
  .strictObject({
    exactly: people.optional().describe('These people and nobody else.'),
    'at-least': people.optional().describe('These people must be in.'),
    'at-most': people.optional().describe('Nobody but these people may be in.'),
    never: people.optional().describe('These people must not be in, whatever else is said.'),
    count: z
      .strictObject({
        min: z.int().min(0).optional().describe('At least this many active people.'),
        max: z.int().min(0).optional().describe('At most this many active people.'),
      })
      .optional()
      .describe('How many active people there may be.'),
  })
  .meta({ id: 'clause' })
  .describe('Which people there must be, may be, and must not be.');

const clause = z
  .union([people, ClauseSchema])
  .describe(
    'A plain list means exactly these people; otherwise exactly, at-least, at-most, never and count.',
  );

const owner = text
  .describe('Who answers for this: a person, team or address.')
  .meta({ examples: ['@acme/finance'] });
const controls = z
  .array(text)
  .describe('Controls of a framework that this serves; shown with each finding.')
  .meta({ examples: [['SOC2:CC6.3']] });
const accountable = {
  owner: owner.optional(),
  severity: severity.optional(),
  controls: controls.optional(),
  description: z.string().optional().describe('A note for readers.'),
};

const identity = {
  name: text.describe('The name, exactly; `*` stands for any text, unless an id is given.'),
  id: id
    .optional()
    .describe('Pins the entry to this Leapsome id, so that a rename is reported and not lost.'),
};

export const GroupSchema = z
  .strictObject({
    ...identity,
    kind: z
      .enum(GROUP_KINDS)
      .optional()
      .describe(
        "Only groups of this kind are meant. Leapsome's Content API alone tells the kind of a group.",
      ),
    members: clause.optional(),
    ...accountable,
  })
  .meta({ id: 'group' });

export const RoleSchema = z
  .strictObject({ ...identity, members: clause.optional(), ...accountable })
  .meta({ id: 'role' });

export const SeparationSchema = z.strictObject({
  name: text.describe('A name for this pair, used in findings and exceptions.'),
  'never-together': z
    .array(text)
    .min(2)
    .describe('Groups of which one person may be in at most one, by name or id; `*` works.'),
  ...accountable,
});

export const RequirementSchema = z.strictObject({
  name: text.describe('A name for this requirement, used in findings and exceptions.'),
  when: SelectorSchema.describe('Whom it is about.'),
  require: SelectorSchema.describe('What must then hold.'),
  ...accountable,
});

const ruleSeverity = z
  .enum([...SEVERITIES, 'off'])
  .describe('How much a finding of the rule weighs; off switches it off.');
export const RulesSchema = z.strictObject(
  Object.fromEntries(
    RULES.map((rule) => [
      rule.id,
      z
        .union([
          ruleSeverity,
          z.strictObject({
            severity: ruleSeverity.optional(),
            ...Object.fromEntries(
              Object.keys(rule.options ?? {}).map((option) => [option, duration.optional()]),
            ),
          }),
        ])
        .optional()
        .describe(`${rule.finds} Default: ${rule.severity}.`),
    ]),
  ),
);

export const ExceptionSchema = z.strictObject({
  rule: z
    .enum(RULES.filter((rule) => rule.subject !== 'none').map((rule) => rule.id))
    .describe('The rule whose finding is excused.'),
  user: text.optional().describe('User name, address or id of the person.'),
  group: text.optional().describe('Name or id of the group.'),
  role: text.optional().describe('Name or id of the access role.'),
  name: text.optional().describe('Name of the requirement or separation.'),
  reason: text.describe('Why this is right for now.'),
  owner,
  ticket: text.optional().describe('Where it was decided.'),
  granted: date.optional().describe('Since when.'),
  expires: date.describe('The last day on which the exception is valid, in UTC.'),
});

export const IncludeSchema = z.strictObject({
  path: text.describe('A policy file, relative to this one.').meta({ examples: ['access/finance.yml'] }),
  'may-define': z
    .array(text)
    .min(1)
    .optional()
    .describe(
      'Names that the file may govern; `*` works. Without it the file may govern any group and role.',
    ),
});

const shared = {
  version: z.literal(1).describe('Version of the policy language.'),
  sets: z.record(text, people).optional().describe('Names for people, used with `{ set: NAME }`.'),
  groups: z.array(GroupSchema).optional().describe('Who may be in which group.'),
  roles: z.array(RoleSchema).optional().describe('Who may hold which access role.'),
  exceptions: z
    .array(ExceptionSchema)
    .optional()
    .describe('Findings that are excused for a while, with reason and owner.'),
  include: z
    .array(IncludeSchema)
    .optional()
    .describe('Further files, owned by the teams that they are about.'),
};

const sourceNames = z.array(z.enum(SOURCE_NAMES));
export const SourcesSchema = z
  .strictObject({
    required: sourceNames
      .optional()
      .describe('Sources without which there is no answer, also where nobody gave a credential for them.'),
    optional: sourceNames
      .optional()
      .describe('Sources that may fail: then only what such a source is the authority for is not evaluated.'),
  })
  .describe(
    'What must be read, and what may fail. A source with a credential is read, and required by default.',
  );

export const ReviewSchema = z
  .strictObject({
    cadence: duration
      .describe('How long a completed review counts: days or weeks from its start, such as 90d.')
      .meta({
        examples: ['90d', '26w'],
      }),
    records: text
      .describe('The directory in which decisions are kept, relative to this file or to the repository.')
      .meta({ examples: ['access/reviews'] }),
    groups: z
      .array(text)
      .min(1)
      .optional()
      .describe(
        'Groups under review, by name or id; `*` works. Without it, every group that an entry with `members` governs.',
      )
      .meta({ examples: [['Payroll*', 'People Ops']] }),
    owner: owner.optional().describe('Who decides about groups whose entry names no owner.'),
    controls: controls.optional(),
    description: z.string().optional().describe('A note for readers.'),
  })
  .describe(
    'Recertification: who decides, how often, whether people still need the groups that they are in.',
  );

/** A file that another policy includes: it speaks of its own groups and roles, not of the whole tenant. */
export const IncludedSchema = z.strictObject({ ...shared, version: shared.version.optional() });

export const PolicySchema = z
  .strictObject({
    version: shared.version,
    population: z
      .strictObject({
        'min-users': z.int().min(0).optional().describe('Fewer active users than this are not believed.'),
        'max-drop': percentage
          .optional()
          .describe('Largest believable loss of users since the previous report. Default 20%.'),
        'max-growth': percentage.optional().describe('Largest believable growth since the previous report.'),
      })
      .optional()
      .describe('What a plausible population looks like; any other one is not judged.'),
    sources: SourcesSchema.optional(),
    sets: shared.sets,
    accounts: clause.optional().describe('Who may have an active account at all.'),
    groups: shared.groups,
    roles: shared.roles,
    'separation-of-duties': z
      .array(SeparationSchema)
      .optional()
      .describe('Groups that no person may combine.'),
    requirements: z.array(RequirementSchema).optional().describe('What must hold for certain people.'),
    review: ReviewSchema.optional(),
    rules: RulesSchema.optional().describe("A rule's severity or options."),
    exceptions: shared.exceptions,
    include: shared.include,
  })
  .meta({
    title: 'Leapsome access policy',
    description: 'Who may have what in Leapsome, compared with reality on each run.',
  });

export type PolicyInput = z.input<typeof PolicySchema>;
export type ClauseInput = z.input<typeof ClauseSchema>;
export type EntryInput = z.input<typeof GroupSchema>;
export type ExceptionInput = z.input<typeof ExceptionSchema>;
