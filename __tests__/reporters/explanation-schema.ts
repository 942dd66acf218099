import * as z from 'zod';
import {
  type Explanation,
  JUDGEMENTS,
  LIST_WORDS,
  type ListReason,
  type Reason,
  SAYINGS,
} from '../../src/model/explanation.ts';
import { SOURCE_NAMES } from '../../src/model/facts.ts';
import { PROBLEM_CODES } from '../../src/model/problem.ts';
import { SEVERITIES } from '../../src/model/severity.ts';
import { GROUP_KINDS, PENDING_STATES } from '../../src/model/snapshot.ts';
import { ReportSchema } from '../../src/reporters/report-schema.ts';
import { RULES } from '../../src/rules/index.ts';

const amount = z.int().min(0);
const text = z.string().min(1);
const lines = z.array(text);
const ruleId = z.enum(RULES.map(({ id }) => id));
const severity = z.enum([...SEVERITIES, 'off']);
const state = z.enum(['active', 'deactivated', ...PENDING_STATES]);
const location = z.strictObject({
  file: text,
  line: z.int().min(1),
  column: z.int().min(1),
  endLine: z.int().min(1),
  endColumn: z.int().min(1),
});
const group = z.strictObject({ id: text, name: z.string() });
const user = z.strictObject({ id: text, email: text.optional() });
const entry = z.strictObject({
  name: z.string(),
  location,
  owner: text.optional(),
  controls: lines,
});
const rule = z.strictObject({ id: ruleId, severity }).nullable();
const answer = z.enum(['yes', 'no', 'unknown']);

const reason: z.ZodType<Reason> = z.lazy(() =>
  z.strictObject({ text, location, answer, unknown: lines, parts: z.array(reason), more: amount }),
);
const listReason: z.ZodType<ListReason> = z.strictObject({
  word: z.enum(LIST_WORDS),
  text,
  location,
  answer,
  parts: z.array(reason),
  more: amount,
});

const statement = z.discriminatedUnion('about', [
  z.strictObject({
    about: z.enum(['accounts', 'group', 'role']),
    entry,
    target: group.nullable(),
    has: z.boolean(),
    says: z.enum(SAYINGS),
    judgement: z.enum(JUDGEMENTS),
    rule,
    lists: z.array(listReason),
    unknown: lines,
  }),
  z.strictObject({
    about: z.literal('requirement'),
    entry,
    judgement: z.enum(['fine', 'broken', 'unknown', 'not-judged']),
    rule,
    when: reason,
    require: reason,
  }),
  z.strictObject({
    about: z.literal('separation'),
    entry,
    judgement: z.enum(['fine', 'broken', 'not-judged']),
    rule,
    elements: z.array(z.strictObject({ name: text, location, groups: z.array(group).min(1) })).min(1),
  }),
]);

const findings = ReportSchema.shape.findings;
const exceptions = z.array(
  ReportSchema.shape.exceptions.element.extend({
    state: z.enum(['not-yet', 'in-force', 'expiring', 'expired']),
  }),
);
const people = z.strictObject({ count: amount, names: lines });

const person = z.strictObject({
  kind: z.literal('person'),
  user,
  state,
  sources: z.array(
    z.strictObject({ source: z.enum(SOURCE_NAMES), state: z.enum([...state.options, 'not-listed']) }),
  ),
  manager: user.nullable(),
  attributes: z.array(z.strictObject({ name: text, values: lines.min(1) })),
  unknown: z.array(z.strictObject({ name: text, why: text })),
  groups: z
    .array(
      group.extend({
        kind: z.enum(GROUP_KINDS).optional(),
        isManaged: z.boolean(),
        isAttribute: z.boolean(),
      }),
    )
    .nullable(),
  roles: z.array(group.extend({ isManaged: z.boolean() })).nullable(),
  statements: z.array(statement),
  others: amount,
  findings,
  exceptions,
});

const target = z.strictObject({
  kind: z.enum(['group', 'role']),
  target: group.extend({ kind: z.enum(GROUP_KINDS).optional(), active: z.boolean().optional() }),
  isManaged: z.boolean(),
  isAttribute: z.boolean(),
  members: z
    .strictObject({ active: people, pending: people, deactivated: people, unlisted: amount })
    .nullable(),
  why: lines,
  entries: z.array(
    z.strictObject({
      entry,
      severity: z.enum(SEVERITIES).nullable(),
      lists: z
        .array(
          z.strictObject({
            word: z.enum(LIST_WORDS),
            text,
            location,
            selects: people,
            unknown: amount,
            why: lines,
          }),
        )
        .nullable(),
      bounds: z.strictObject({ min: amount.optional(), max: amount.optional(), location }).nullable(),
      unknown: lines,
    }),
  ),
  separations: z.array(entry),
  findings,
  exceptions,
});

const ruleAbout = z.strictObject({
  kind: z.literal('rule'),
  id: ruleId,
  finds: text,
  severity: z.enum(SEVERITIES),
  inPolicy: z.strictObject({ severity, location: location.nullable() }).nullable(),
  options: z.array(z.strictObject({ name: text, default: amount, set: amount })),
  needs: z.string(),
  resolve: text,
  exception: z.strictObject({ names: lines, mayName: lines }).nullable(),
  docs: text,
});

/** What docs/explain.md promises of `explain --format json`: no key more, and none less. */
const ExplanationSchema = z.strictObject({
  schemaVersion: z.literal(1),
  tool: z.strictObject({ name: z.literal('leapsome-access-policy'), version: text }),
  result: z.enum(['explained', 'could-not-check']),
  subject: text,
  asOf: z.iso.datetime(),
  personalData: z.enum(['show', 'mask']),
  policy: z.strictObject({ path: text, sha256: z.hash('sha256').nullable() }),
  about: z.discriminatedUnion('kind', [person, target, ruleAbout]).nullable(),
  problems: z.array(
    z.strictObject({ code: z.enum(PROBLEM_CODES), message: text, hint: text, location: location.optional() }),
  ),
  warnings: lines,
});

/** The JSON of an explanation, after it was held against what is documented. */
export function explanationOf(json: string): Explanation {
  return ExplanationSchema.parse(JSON.parse(json)) as Explanation;
}
