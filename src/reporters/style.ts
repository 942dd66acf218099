import type { Result } from '../model/report.ts';
import type { Severity } from '../model/severity.ts';

/** Decorates one line of text that is already escaped. */
export type Paint = (text: string) => string;

/** The colours of a terminal. The edge decides what they are, from `NO_COLOR` and whether anyone is looking. */
export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly yellow: Paint;
  readonly green: Paint;
  readonly cyan: Paint;
}

const same: Paint = (text) => text;

/** No decoration at all. */
export const PLAIN: Style = { bold: same, dim: same, red: same, yellow: same, green: same, cyan: same };

/** What stands before a verdict in a terminal, and its colour. */
export const RESULT_SYMBOLS = {
  'in-sync': '✔',
  drift: '✖',
  'could-not-check': '?',
} as const satisfies Record<Result, string>;
export const RESULT_PAINTS = {
  'in-sync': 'green',
  drift: 'red',
  'could-not-check': 'yellow',
} as const satisfies Record<Result, keyof Style>;
/** The colour of a severity. */
export const SEVERITY_PAINTS = { error: 'red', warning: 'yellow', notice: 'cyan' } as const satisfies Record<
  Severity,
  keyof Style
>;
