import * as z from 'zod';
import { SOURCE_NAMES } from '../model/facts.ts';
import { PROBLEM_CODES } from '../model/problem.ts';
import { SEVERITIES } from '../model/severity.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const position = z.int().min(1);
const amount = z.int().min(0);

const Location = z.strictObject({
  file: z.string().describe('Path of the policy file, as it was given or included'),
  line: position.describe('First line, counted from 1'),
  column: position.describe('First column, counted from 1'),
  endLine: position.describe('Last line'),
  endColumn: position.describe('Column after the last one'),
});

const Named = z.strictObject({
  id: z.string().describe('Id in Leapsome'),
  name: z.string().describe('Name as Leapsome reports it, not escaped'),
});

const Tally = z.strictObject({
  users: amount.describe('Of users'),
  groups: amount.describe('Of groups'),
  roles: z.exactOptional(amount).describe('Of access roles, where the service knows them'),
});

const Source = z.strictObject({
  name: z.enum(SOURCE_NAMES).describe('Which service was read'),
  endpoint: z.string().describe('Base URL without credentials, query or fragment'),
  requests: amount.describe('Requests sent, retries included'),
  retries: amount.describe('Requests that had to be repeated'),
  refusals: amount.describe('Requests that the service refused as too many (HTTP 429)'),
  pages: Tally.describe('Pages that were read'),
  reported: Tally.nullable().describe(
    'How many records the service says there are; null where it announces no totals',
  ),
  received: Tally.describe('How many records arrived, repeats included'),
  unique: Tally.describe('How many different records arrived'),
  complete: z.boolean().describe('Whether all records were read and the counts reconcile'),
  warnings: z.array(z.string()).describe('Odd but harmless things, a sentence each'),
});

const Rule = z.strictObject({
  id: z.string().describe('Id of the rule'),
  severity: z.enum([...SEVERITIES, 'off']).describe('Severity in this run, or "off"'),
  status: z.enum(['pass', 'fail', 'not-evaluated']).describe('How the rule ended'),
  findings: amount.describe('Open findings; excepted ones are not counted'),
  reason: z.exactOptional(z.string()).describe('Why the rule, or a part of it, was not evaluated'),
});

const User = z.strictObject({
  id: z.string().describe('Id in Leapsome'),
  email: z
    .exactOptional(z.string())
    .describe('Address; absent when personal data is masked and the policy does not name the person'),
});

const Excuse = z.strictObject({
  owner: z.string().describe('Who answers for the exception'),
  reason: z.string().describe('Why it was granted'),
  expires: z.string().describe('Last day on which it holds, UTC'),
  ticket: z.exactOptional(z.string()).describe('Where it was discussed'),
});

const at = Location.describe('The element of the policy that changes; of a list, entry or count its key');
const person = z
  .union([
    z.strictObject({ address: z.string().describe('User name or address') }),
    z.strictObject({ id: z.string().describe('Id in Leapsome') }),
  ])
  .describe('Whom the edit names');

const Edit = z
  .discriminatedUnion('action', [
    z.strictObject({
      action: z.literal('add-person').describe('Append somebody to a list of people'),
      at,
      person,
    }),
    z.strictObject({
      action: z
        .literal('leave-out')
        .describe('Narrow a selector, so that it matches everybody but the person'),
      at,
      person,
    }),
    z.strictObject({
      action: z.literal('remove').describe('Take something away'),
      at,
      what: z.enum(['selector', 'name', 'entry', 'exception']).describe('What stands there'),
    }),
    z.strictObject({
      action: z.literal('set-count').describe('Move a bound of a count'),
      at,
      bound: z.enum(['min', 'max']).describe('Which one'),
      to: amount.describe('The new bound'),
    }),
    z.strictObject({
      action: z.literal('set-name').describe('Write another name into an entry with an id'),
      at,
      to: z.string().describe('The new name'),
    }),
    z.strictObject({
      action: z.literal('set-end').describe('Write another last day into an exception'),
      at,
      to: z.exactOptional(z.string()).describe('The new last day; absent where somebody has to choose it'),
    }),
    z.strictObject({
      action: z.literal('add-entry').describe('Add an entry to a list of the root policy'),
      at,
      list: z.enum(['groups', 'roles']).describe('To which list'),
      name: z.string().describe('Name of the group or role'),
      id: z.string().describe('Its id in Leapsome'),
      anybody: z.boolean().describe('Whether the entry says that anybody may be in'),
    }),
  ])
  .describe('The smallest change of the policy that makes it right, for `accept`');

const ExceptionNames = z.strictObject({
  user: z.exactOptional(z.string()).describe('User name or id of the person'),
  group: z.exactOptional(z.string()).describe('Name or id of the group'),
  role: z.exactOptional(z.string()).describe('Name or id of the access role'),
  name: z.exactOptional(z.string()).describe('Name of the requirement or separation'),
});

const Finding = z.strictObject({
  fingerprint: sha256.describe(
    'Stable across runs: made of the rule and Leapsome ids, not of names or lines',
  ),
  rule: z.string().describe('Id of the rule that found it'),
  severity: z.enum(SEVERITIES).describe('How much it weighs'),
  status: z.enum(['open', 'excepted']).describe('Whether an exception of the policy excuses it'),
  message: z.string().describe('What was found, one sentence, not escaped'),
  user: z.exactOptional(User).describe('The person concerned'),
  group: z.exactOptional(Named).describe('The group concerned'),
  role: z.exactOptional(Named).describe('The access role concerned'),
  location: Location.describe('The policy entry that it contradicts'),
  remedies: z
    .strictObject({
      policy: z.string().describe('YAML to paste into the policy; may be empty'),
      leapsome: z.string().describe('What to do in Leapsome; may be empty'),
      edits: z
        .exactOptional(z.array(Edit))
        .describe('What the YAML says, to be done together; absent where only an exception could say it'),
      exception: z
        .exactOptional(ExceptionNames)
        .describe('What an exception from it names; absent where none can excuse it'),
    })
    .describe('The two ways to resolve it'),
  controls: z.array(z.string()).describe('Controls of compliance frameworks that the policy entry names'),
  change: z
    .exactOptional(z.enum(['introduced', 'existing']))
    .describe(
      'Whether the pull request brings it about; only of open findings that could be compared with the base',
    ),
  firstSeen: z
    .exactOptional(z.string())
    .describe('The day in UTC on which a run first saw it, as far as earlier reports tell'),
  exception: z.exactOptional(Excuse).describe('The exception that excuses it, when the status is "excepted"'),
});

const Exception = z.strictObject({
  rule: z.string().describe('Id of the rule that it excuses'),
  subject: z.string().describe('Whom and what it concerns'),
  owner: z.string().describe('Who answers for it'),
  reason: z.string().describe('Why it was granted'),
  ticket: z.exactOptional(z.string()).describe('Where it was discussed'),
  expires: z.string().describe('Last day on which it holds, UTC'),
  state: z.enum(['in-force', 'expiring', 'expired']).describe('How it stands at "asOf"'),
  findings: amount.describe('Findings that it excuses now'),
  location: Location.describe('Where the policy grants it'),
});

const Review = z.strictObject({
  file: z.string().describe('Path of the record'),
  sha256: sha256.describe('Digest of the file'),
  group: Named.describe('The group that was reviewed'),
  startedOn: z.string().describe('Day on which the round began, UTC'),
  dueOn: z.string().describe('Last day for decisions, UTC'),
  countsUntil: z.string().describe('Last day on which it counts once it is complete, UTC'),
  state: z
    .enum(['complete', 'running', 'incomplete', 'altered', 'not-yet'])
    .describe(
      'All decided; open and in time; open and late; not what it began with; or beginning after "asOf"',
    ),
  entitlements: amount.describe('People in the group when the round began'),
  decided: amount.describe('Those with a valid decision'),
  kept: amount.describe('Those who keep it'),
  revoked: amount.describe('Those from whom it is taken'),
  joined: z
    .exactOptional(amount)
    .describe('People who have come since and are left to the next round; of the newest round alone'),
});

const Since = z.strictObject({
  startedAt: z.string().describe('When the earlier run began, ISO 8601, UTC'),
  newFindings: amount.describe('Findings that the earlier run did not have'),
  goneFindings: z
    .array(
      z.strictObject({
        fingerprint: sha256.describe('As in the earlier report'),
        rule: z.string().describe('Id of the rule that found it'),
        status: z.enum(['open', 'excepted']).describe('Whether it was excused then'),
        firstSeen: z.string().describe('The day on which a run first saw it'),
        message: z
          .exactOptional(z.string())
          .describe('What was found; absent where it could name somebody who is masked now'),
        user: z.exactOptional(User).describe('The person concerned'),
      }),
    )
    .describe('Findings of the earlier run that are there no longer'),
  people: z
    .exactOptional(
      z.strictObject({
        joined: z.array(User).describe('Accounts that are active now and were not'),
        left: z.array(User).describe('Accounts that were active and are not any more'),
        moved: z
          .array(
            z.strictObject({
              user: User.describe('Who'),
              into: z.array(Named).describe('Groups that the account is in now and was not'),
              outOf: z.array(Named).describe('Groups that it was in and is not any more'),
            }),
          )
          .describe('Active accounts whose groups are others than before'),
      }),
    )
    .describe('Absent when the earlier report kept no roster'),
});

const Preview = z.strictObject({
  base: z.string().describe('Commit whose policy was compared with'),
  addsPolicy: z.boolean().describe('Whether the base has no policy yet'),
  introduced: amount.describe('Open findings that are there because of the pull request'),
  existing: amount.describe('Open findings that are there without it, too'),
  notCompared: amount.describe('Open findings of which the policy of the base does not tell'),
  failOnExisting: z.boolean().describe('Whether existing findings count for the verdict'),
  resolved: z
    .array(
      z.strictObject({
        fingerprint: sha256.describe('As in a report of the base'),
        rule: z.string().describe('Id of the rule that found it'),
        severity: z.enum(SEVERITIES).describe('How much it weighs by the policy of the base'),
        message: z.string().describe('What was found, one sentence, not escaped'),
        user: z.exactOptional(User).describe('The person concerned'),
        group: z.exactOptional(Named).describe('The group concerned'),
        role: z.exactOptional(Named).describe('The access role concerned'),
        by: z
          .enum(['policy', 'exception', 'rule-off'])
          .describe('A change of the policy, a new exception, or the rule is switched off'),
      }),
    )
    .describe('Findings by the policy of the base that merging does away with'),
});

const Problem = z.strictObject({
  code: z.enum(PROBLEM_CODES).describe('What kind of problem'),
  message: z.string().describe('What happened, one sentence or a code frame, not escaped'),
  hint: z.string().describe('What to do about it'),
  location: z.exactOptional(Location).describe('Where in the policy, if it lies there'),
});

const Run = z.strictObject({
  repository: z.exactOptional(z.string()).describe('owner/name'),
  sha: z.exactOptional(z.string()).describe('Commit that was checked'),
  ref: z.exactOptional(z.string()).describe('Branch, tag or pull request reference'),
  runUrl: z.exactOptional(z.string()).describe('Page of the workflow run'),
  actor: z.exactOptional(z.string()).describe('Who or what started it'),
  event: z.exactOptional(z.string()).describe('The event that started it'),
  policyRoot: z
    .exactOptional(z.string().nullable())
    .describe(
      'Directory of the workspace that is the root of the repository, where it is not the workspace itself; null where the policy is of another repository',
    ),
});

/** The part of a report that `accept` works from; what a later version adds is passed over. */
export const AcceptableSchema = z.object({
  schemaVersion: z.literal(1),
  tool: z.object({ name: z.literal('leapsome-access-policy') }),
  asOf: z.iso.datetime(),
  policy: z.object({ files: z.array(z.object({ path: z.string(), sha256 })) }),
  findings: z.array(
    z.object({
      fingerprint: sha256,
      rule: z.string(),
      status: z.enum(['open', 'excepted']),
      message: z.string(),
      group: z.exactOptional(Named),
      role: z.exactOptional(Named),
      location: Location,
      remedies: z.object({
        edits: z.exactOptional(z.array(Edit)),
        exception: z.exactOptional(ExceptionNames),
      }),
    }),
  ),
  roster: z.exactOptional(z.object({ groups: z.array(Named) })),
});

/** The part of a report that `merge` works from; what a later version adds is passed over. */
export const MergeableSchema = z.object({
  schemaVersion: z.literal(1),
  tool: z.object({ name: z.literal('leapsome-access-policy'), version: z.string() }),
  result: z.enum(['in-sync', 'drift', 'could-not-check']),
  asOf: z.iso.datetime(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  run: z.object({
    repository: z.exactOptional(z.string()),
    sha: z.exactOptional(z.string()),
    runUrl: z.exactOptional(z.string()),
  }),
  policy: z.object({ sha256: sha256.nullable() }),
  sources: z.array(z.object({ name: z.string(), complete: z.boolean() })),
  population: z.object({ users: amount, groups: amount }).nullable(),
  preview: z.exactOptional(z.object({ failOnExisting: z.boolean() })),
  personalData: z.enum(['show', 'mask']),
  failOn: z.enum([...SEVERITIES, 'never']),
  counts: z.object({ error: amount, warning: amount, notice: amount, excepted: amount }),
  rules: z.array(z.object({ id: z.string(), severity: z.string(), status: z.string(), findings: amount })),
  findings: z.array(
    z.object({
      fingerprint: sha256,
      rule: z.string(),
      severity: z.enum(SEVERITIES),
      status: z.enum(['open', 'excepted']),
      message: z.string(),
      change: z.exactOptional(z.enum(['introduced', 'existing'])),
      location: z.object({ file: z.string(), line: position }),
    }),
  ),
  problems: z.array(z.object({ code: z.string(), message: z.string(), hint: z.string() })),
});

/** The format of `report.json`. Every key is described: the published JSON Schema is made from this. */
export const ReportSchema = z
  .strictObject({
    schemaVersion: z.literal(1).describe('Version of this format'),
    tool: z
      .strictObject({
        name: z.literal('leapsome-access-policy').describe('Always this name'),
        version: z.string().describe('Version of the tool'),
      })
      .describe('What made the report'),
    result: z
      .enum(['in-sync', 'drift', 'could-not-check'])
      .describe('The verdict; "could-not-check" is neither a pass nor drift'),
    asOf: z.iso.datetime().describe('The clock for exceptions and end dates, UTC'),
    startedAt: z.iso.datetime().describe('When the run started, UTC'),
    finishedAt: z.iso.datetime().describe('When the run ended, UTC'),
    run: Run.describe('The workflow run, as far as it is known'),
    policy: z
      .strictObject({
        sha256: sha256
          .nullable()
          .describe('Digest over all files of the policy; null when it could not be read'),
        files: z
          .array(
            z.strictObject({
              path: z.string().describe('Path as it was given or included'),
              sha256: sha256.describe('Digest of the file'),
            }),
          )
          .describe('The policy file and what it includes'),
      })
      .describe('The policy that was applied'),
    sources: z.array(Source).describe('What was read, and proof that it was all of it'),
    population: z
      .strictObject({
        users: amount.describe('Accounts'),
        activeUsers: amount.describe('Active accounts'),
        pendingUsers: z
          .exactOptional(amount)
          .describe(
            'Accounts that are not in use yet: created, invited or in pre-boarding; missing when none is known',
          ),
        groups: amount.describe('Groups'),
        memberships: amount.describe('Pairs of a person and a group'),
      })
      .nullable()
      .describe('The population that was judged; null when none was read'),
    baseline: z
      .exactOptional(z.strictObject({ activeUsers: amount.describe('Active accounts') }))
      .describe('The earlier population that this one is compared with; missing without a previous report'),
    since: z
      .exactOptional(Since)
      .describe('What has changed since the previous report; absent without one that can be compared with'),
    preview: z
      .exactOptional(Preview)
      .describe('What merging the pull request changes; absent where its base was not compared with'),
    personalData: z
      .enum(['show', 'mask'])
      .describe('Whether people whom the policy does not name are masked'),
    failOn: z.string().describe('The lightest severity that counts as drift, or "never"'),
    rules: z.array(Rule).describe('How each rule ended'),
    counts: z
      .strictObject({
        error: amount.describe('Open findings of severity error'),
        warning: amount.describe('Open findings of severity warning'),
        notice: amount.describe('Open findings of severity notice'),
        excepted: amount.describe('Findings that an exception excuses'),
      })
      .describe('Findings by severity'),
    findings: z.array(Finding).describe('Heaviest first, then by place in the policy'),
    exceptions: z.array(Exception).describe('The exceptions of the policy as they stand'),
    reviews: z
      .exactOptional(z.array(Review))
      .describe('Rounds of review, the newest first; absent where the policy asks for none'),
    problems: z.array(Problem).describe('Why there is no honest answer; empty when there is one'),
    warnings: z.array(z.string()).describe('Odd things that do not change the verdict'),
    roster: z
      .exactOptional(
        z.strictObject({
          groups: z.array(Named).describe('Sorted by id'),
          people: z
            .array(z.string())
            .describe(
              'Each "ID STATE GROUPS": id percent-encoded; a(ctive), p(ending), i(nactive); places in groups',
            ),
        }),
      )
      .describe('Everybody who was read, by id alone, for a later run to compare with'),
  })
  .describe('Report of leapsome-access-policy');
