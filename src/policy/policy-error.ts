import { compare } from '../model/compare.ts';
import { oneLine } from '../model/one-line.ts';
import type { Location, Problem } from '../model/problem.ts';
import type { Place } from './types.ts';

/** One mistake in a policy: found with its range, turned into lines, columns and a code frame at the very end. */
export interface PolicyError {
  /** Kebab-case name of the mistake, such as `unknown-key`. */
  readonly code: string;
  readonly message: string;
  /** What stands behind the caret: the way out. */
  readonly label: string;
  readonly place: Place;
  /** A second place that the mistake is about. */
  readonly related?: { readonly label: string; readonly place: Place };
}

/** A policy file's text with a way from offsets to lines. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** Offsets at which lines start, ascending, the first being 0. */
  readonly lineStarts: readonly number[];
}

const FRAME_WIDTH = 120;
/** More mistakes than anybody will read; the rest is counted. */
const MOST_PROBLEMS = 1000;

/** Where a place is, in 1-based lines and columns; columns count UTF-16 units, as editors and GitHub do. */
export function locate(file: SourceFile, place: Place): Location {
  const start = position(file, place.start);
  const end = position(file, Math.max(place.end, place.start));
  return {
    file: file.path,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
  };
}

/** Turns mistakes into problems that a person can read, sorted by file and place, each once. */
export function toProblems(errors: readonly PolicyError[], fileOf: (path: string) => SourceFile): Problem[] {
  const seen = new Set<string>();
  const problems: Problem[] = [];
  const sorted = [...errors].sort(
    (a, b) =>
      compare(a.place.file, b.place.file) || a.place.start - b.place.start || a.place.end - b.place.end,
  );
  for (const error of sorted) {
    const key = `${error.code} ${error.place.file} ${error.place.start} ${error.message}`;
    if (seen.has(key)) continue;
    seen.add(key);
    if (seen.size > MOST_PROBLEMS) continue;
    const file = fileOf(error.place.file);
    problems.push({
      code: 'policy-invalid',
      message: describe(error, fileOf),
      hint: error.label || 'Correct the policy at the marked place.',
      location: locate(file, error.place),
    });
  }
  if (seen.size > MOST_PROBLEMS) {
    problems.push({
      code: 'policy-invalid',
      message: `There are ${seen.size - MOST_PROBLEMS} more mistakes in the policy.`,
      hint: 'Correct the first ones; the others may have the same cause.',
    });
  }
  return problems;
}

function describe(error: PolicyError, fileOf: (path: string) => SourceFile): string {
  const frames = [frame(fileOf(error.place.file), error.place, error.label)];
  if (error.related) {
    frames.push(frame(fileOf(error.related.place.file), error.related.place, error.related.label));
  }
  return `error[${error.code}]: ${oneLine(error.message)}\n${frames.join('\n')}`;
}

function frame(file: SourceFile, place: Place, label: string): string {
  const at = locate(file, place);
  const number = String(at.line);
  const gutter = ' '.repeat(number.length);
  const line = lineText(file, at.line);
  // A long line is shown around the place only, so that a minified policy does not fill the screen.
  const from = at.column > FRAME_WIDTH - 20 ? at.column - 40 : 0;
  const shown = line.slice(from, from + FRAME_WIDTH).replace(/\t/g, ' ');
  const width = at.endLine === at.line ? at.endColumn - at.column : line.length - at.column + 1;
  const carets = '^'.repeat(Math.max(1, Math.min(width, FRAME_WIDTH - (at.column - 1 - from))));
  return [
    `${gutter}--> ${oneLine(file.path)}:${at.line}:${at.column}`,
    `${gutter} |`,
    `${number} | ${shown}`,
    `${gutter} | ${' '.repeat(at.column - 1 - from)}${carets}${label ? ` ${oneLine(label)}` : ''}`,
  ].join('\n');
}

function lineText(file: SourceFile, line: number): string {
  const start = file.lineStarts[line - 1] ?? file.text.length;
  let end = file.lineStarts[line] ?? file.text.length;
  while (end > start && /[\r\n]/.test(file.text[end - 1]!)) end--;
  return file.text.slice(start, end);
}

function position(file: SourceFile, offset: number): { line: number; column: number } {
  let low = 0;
  let high = file.lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (file.lineStarts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (file.lineStarts[low] ?? 0) + 1 };
}
