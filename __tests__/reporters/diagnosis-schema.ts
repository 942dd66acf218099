import * as z from 'zod';
import { FACT_SOURCES, SOURCE_NAMES } from '../../src/model/facts.ts';
import { PROBLEM_CODES } from '../../src/model/problem.ts';
import { RULES } from '../../src/rules/index.ts';

const amount = z.int().min(0);
const text = z.string().min(1);
const fact = z.enum(Object.keys(FACT_SOURCES));
const rule = z.enum(RULES.map(({ id }) => id));

/** What docs/doctor.md promises of `doctor --format json`: no key more, and no text that is not one of these. */
export const DiagnosisSchema = z.strictObject({
  schemaVersion: z.literal(1),
  tool: z.strictObject({ name: z.literal('leapsome-access-policy'), version: text }),
  result: z.enum(['ready', 'could-not-check']),
  environment: z.strictObject({
    node: text,
    nodeNeeded: text,
    platform: text,
    arch: text,
    runner: z
      .strictObject({
        os: text.nullable(),
        arch: text.nullable(),
        kind: text.nullable(),
        act: z.boolean(),
      })
      .nullable(),
    extraCertificates: z.boolean(),
  }),
  sources: z
    .array(
      z.strictObject({
        name: z.enum(SOURCE_NAMES),
        state: z.enum(['works', 'fails', 'not-given']),
        endpoint: z.url().nullable(),
        proxy: text.nullable(),
        traffic: z
          .strictObject({
            requests: amount,
            retries: amount,
            refusals: amount,
            busiestSecond: amount,
            ceiling: amount,
            limit: amount.nullable(),
          })
          .nullable(),
        reading: z
          .strictObject({
            counts: z.strictObject({
              users: amount,
              active: amount,
              pending: amount.optional(),
              deactivated: amount,
              groups: amount,
              memberships: amount,
              roles: amount.optional(),
            }),
            tells: z.array(fact),
            silent: z.array(
              z.strictObject({
                fact,
                why: z.enum([
                  'reported for nobody',
                  'not shown to this key',
                  'not offered for this linked account',
                ]),
              }),
            ),
            onlyTells: z.array(fact),
            enables: z.array(rule),
          })
          .nullable(),
        wouldTell: z.array(fact),
        warnings: z.array(text),
      }),
    )
    .length(SOURCE_NAMES.length),
  policy: z.strictObject({
    path: text,
    state: z.enum(['none', 'valid', 'invalid']),
    sha256: z.hash('sha256').nullable(),
    rules: z
      .array(
        z.strictObject({
          id: rule,
          severity: z.enum(['error', 'warning', 'notice', 'off']),
          state: z.enum(['evaluated', 'not-evaluated', 'off']),
          reasons: z.array(text),
        }),
      )
      .length(RULES.length)
      .nullable(),
  }),
  problems: z.array(
    z.strictObject({
      code: z.enum(PROBLEM_CODES),
      message: text,
      hint: text,
      source: z.enum(SOURCE_NAMES).optional(),
      location: z
        .strictObject({
          file: text,
          line: z.int(),
          column: z.int(),
          endLine: z.int(),
          endColumn: z.int(),
        })
        .optional(),
    }),
  ),
});
