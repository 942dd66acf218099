/** A range of a text and what comes in its place. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Moves a line to the right; without effect on a line that goes. */
  readonly isIndent?: boolean;
}

/** Where two splices meet that cannot both be done. */
export interface Clash {
  readonly at: number;
}

/** The text with all splices done at once; what none of them covers stays as it is. Insertions at one place keep their order. */
export function splice(text: string, splices: readonly Splice[]): string | Clash {
  const sorted = withoutIdle(splices).sort(
    (a, b) => a.start - b.start || Number(deletes(a)) - Number(deletes(b)),
  );
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, text: inserted } of sorted) {
    if (start < at) return { at: start };
    parts.push(text.slice(at, start), inserted);
    at = end;
  }
  return parts.join('') + text.slice(at);
}

function deletes({ start, end }: Splice): boolean {
  return end > start;
}

function withoutIdle(splices: readonly Splice[]): Splice[] {
  const gone = splices.filter(deletes);
  return splices.filter(
    ({ isIndent, start }) => !isIndent || !gone.some((one) => one.start <= start && start < one.end),
  );
}
