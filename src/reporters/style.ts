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
