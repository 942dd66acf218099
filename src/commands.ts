/** The commands of the action and the command line, each with a line of help. */
export const COMMANDS = {
  check: 'compare Leapsome with the policy',
  validate: 'look at the policy alone; no credentials, no network',
  init: 'write a first policy that says what is so in Leapsome today',
  doctor: 'try the credentials: what works, what is missing, what can be read',
  explain: 'say what one person, group, role or rule is to the policy, and why',
  accept: 'change the policy so that it says what findings of a report are about',
  verify: 'say whether the files of a run are as it left them; no network',
  merge: 'unite the reports of many tenants into one summary and one exit code',
  review: 'begin a round of review: who is in which group, to be kept or revoked',
  demo: 'run a check against an embedded stand-in of Leapsome',
} as const;
export type Command = keyof typeof COMMANDS;

/** The commands that make sense inside of a workflow. */
export const ACTION_COMMANDS = [
  'check',
  'validate',
  'init',
  'doctor',
  'merge',
  'review',
] as const satisfies readonly Command[];
