/** The commands of the action and the command line, each with a line of help. */
export const COMMANDS = {
  check: 'compare Leapsome with the policy',
  validate: 'look at the policy alone; no credentials, no network',
  demo: 'run a check against an embedded stand-in of Leapsome',
} as const;
export type Command = keyof typeof COMMANDS;

/** The commands that make sense inside of a workflow. */
export const ACTION_COMMANDS = ['check', 'validate'] as const satisfies readonly Command[];
