import { ANNOTATION_LENGTH, ANNOTATIONS_PER_KIND } from '../model/limits.ts';
import type { Location, Problem } from '../model/problem.ts';
import type { Change, Report, ReportedFinding, RunInfo } from '../model/report.ts';
import { SEVERITIES, type Severity } from '../model/severity.ts';
import { forCommandData, forCommandProperty, visible } from './escape.ts';
import { isInRepository, pathInRepository } from './links.ts';
import { count, cut, linesOf, ownHint, placeOf, policyRemedyTitle } from './wording.ts';

/** One mark beside a line of the policy. Texts are visible already; line ends in `message` are meant. */
export interface Annotation extends Partial<Location> {
  readonly level: Severity;
  readonly title: string;
  readonly message: string;
}

/** Lines that this pull request changes, by file, as the repository calls them. */
export type ChangedLines = ReadonlyMap<string, ReadonlySet<number>>;

const NAMED_PER_KIND = ANNOTATIONS_PER_KIND - 1;
const NO_CHANGES: ChangedLines = new Map();

/** By what name GitHub finds the file: it takes a path for one of the repository, and the runner does not look. */
function fileOf(location: Location, run: RunInfo): string | undefined {
  // Of an absolute path the runner takes off the workspace.
  return pathInRepository(location.file, run) ?? (isInRepository(location.file) ? undefined : location.file);
}

function touches(changed: ChangedLines, location: Location | undefined, run: RunInfo): boolean {
  if (location === undefined) return false;
  const lines = changed.get(fileOf(location, run) ?? '');
  if (lines === undefined) return false;
  const { line, endLine } = location;
  // The shorter of both: a finding usually covers a line or two, a pull request may change thousands.
  if (endLine - line > lines.size) return [...lines].some((each) => each >= line && each <= endLine);
  for (let each = line; each <= endLine; each += 1) if (lines.has(each)) return true;
  return false;
}

function shownLines(text: string): string {
  return linesOf(text).map(visible).join('\n');
}

/** What is beside its line where GitHub knows it; a file of another repository has no lines here, and is named in words. */
function placed(
  text: string,
  location: Location | undefined,
  run: RunInfo,
): Omit<Annotation, 'level' | 'title'> {
  const file = location && fileOf(location, run);
  const isElsewhere = location !== undefined && file === undefined;
  const message = isElsewhere ? `${visible(placeOf(location))}: ${text}` : text;
  return {
    message: cut(message, ANNOTATION_LENGTH),
    ...(file === undefined ? {} : { ...location, file }),
  };
}

function ofProblem(problem: Problem, run: RunInfo): Annotation {
  const parts = [problem.message, ownHint(problem)].filter((text) => text !== '');
  const message = parts.map(shownLines).join('\n');
  return {
    level: 'error',
    title: `Could not check: ${problem.code}`,
    ...placed(message, problem.location, run),
  };
}

function ofFinding(finding: ReportedFinding, run: RunInfo): Annotation {
  const { policy, leapsome } = finding.remedies;
  const parts = [visible(finding.message)];
  if (leapsome !== '') parts.push(`To resolve: ${visible(leapsome)}`);
  if (policy !== '') parts.push(`${policyRemedyTitle(finding.remedies)}\n${shownLines(policy)}`);
  return {
    level: finding.severity,
    title: `Access drift: ${visible(finding.rule)}${finding.change === 'existing' ? ' (existing)' : ''}`,
    ...placed(parts.join('\n'), finding.location, run),
  };
}

interface Marked {
  readonly location?: Location;
  readonly change?: Change;
}

/**
 * Keeps the first few of each kind, and counts the rest: what the pull request introduces comes before what exists
 * without it, and among these what is on changed lines before what is not.
 */
class Shelf<T extends Marked> {
  readonly #boards: readonly T[][] = [[], [], [], []];
  readonly #isTouched: (location: Location | undefined) => boolean;
  total = 0;

  constructor(isTouched: (location: Location | undefined) => boolean) {
    this.#isTouched = isTouched;
  }

  add(item: T): void {
    this.total += 1;
    // Once enough are on the first board, nothing that follows can be shown: do not look for its line.
    if (this.#boards[0]!.length === NAMED_PER_KIND) return;
    const isFar = this.#isTouched(item.location) ? 0 : 1;
    const board = this.#boards[(item.change === 'existing' ? 2 : 0) + isFar]!;
    if (board.length < NAMED_PER_KIND) board.push(item);
  }

  first(length: number): T[] {
    return this.#boards.flat().slice(0, length);
  }
}

function rest(level: Severity, left: number): Annotation {
  const message = `${count(left)} more ${level}${left === 1 ? '' : 's'}, see the summary`;
  return { level, title: 'There is more', message };
}

/**
 * What to mark, in the order in which to write it: problems, errors, warnings, notices, each with what this pull request
 * introduces and touches first. GitHub drops the eleventh of a kind, so the tenth says how many are left; where the step
 * has other warnings, too, an earlier one does.
 */
export function annotate(
  report: Pick<Report, 'problems' | 'findings'> & Partial<Pick<Report, 'run'>>,
  changed: ChangedLines = NO_CHANGES,
  otherWarnings = 0,
): Annotation[] {
  const { run = {} } = report;
  const isTouched = (location: Location | undefined): boolean => touches(changed, location, run);
  const problems = new Shelf<Problem>(isTouched);
  for (const problem of report.problems) problems.add(problem);
  const shelves = {
    error: new Shelf<ReportedFinding>(isTouched),
    warning: new Shelf<ReportedFinding>(isTouched),
    notice: new Shelf<ReportedFinding>(isTouched),
  } satisfies Record<Severity, unknown>;
  for (const finding of report.findings) {
    if (finding.status === 'open') shelves[finding.severity].add(finding);
  }
  return SEVERITIES.flatMap((level) => {
    const room = Math.max(0, NAMED_PER_KIND - (level === 'warning' ? otherWarnings : 0));
    const first = level === 'error' ? problems.first(room).map((problem) => ofProblem(problem, run)) : [];
    const findings = shelves[level].first(room - first.length);
    const named = [...first, ...findings.map((finding) => ofFinding(finding, run))];
    const left = shelves[level].total + (level === 'error' ? problems.total : 0) - named.length;
    return left > 0 ? [...named, rest(level, left)] : named;
  });
}

/** The line that makes the runner show an annotation. */
export function toWorkflowCommand(annotation: Annotation): string {
  const { level, title, message, file, line, column, endLine, endColumn } = annotation;
  // The runner discards both columns of a range that ends on another line.
  const oneLine = line === endLine;
  const properties = {
    file,
    line,
    col: oneLine ? column : undefined,
    endLine,
    endColumn: oneLine ? endColumn : undefined,
    title,
  };
  const written = Object.entries(properties)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${forCommandProperty(String(value))}`);
  return `::${level} ${written.join(',')}::${message.split('\n').map(forCommandData).join('%0A')}`;
}
