import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { applyChanges, type Objection } from './edit/apply.ts';
import { type AcceptableFinding, changesFor, type Lack, type PlacedChange } from './edit/changes.ts';
import { type EditedFile, unifiedDiff } from './edit/diff.ts';
import { type Refusal, type Selection, select } from './edit/select.ts';
import type { Terms } from './edit/texts.ts';
import { CheckError, failure } from './errors.ts';
import { REPORT_BYTES } from './model/limits.ts';
import type { Problem } from './model/problem.ts';
import { shellWord } from './model/shell-word.ts';
import { REASONS, temporaryName } from './output.ts';
import { dayOf, dayStart } from './policy/dates.ts';
import {
  localFiles,
  type PolicyFiles,
  type PolicyLocation,
  type PolicyReading,
  type ReadableFile,
  readPolicyFiles,
} from './policy/read.ts';
import type { Policy } from './policy/types.ts';
import { PolicyFile } from './policy-file.ts';
import { AcceptableSchema } from './reporters/report-schema.ts';
import { exceptionTooLong, latestDay } from './rules/exception-too-long.ts';
import { RULES } from './rules/index.ts';
import { sha256 } from './sha256.ts';
import { NAME } from './version.ts';

export interface AcceptOptions {
  readonly policy: string;
  readonly report: string;
  readonly workspace: string;
  readonly selection: Selection;
  /** For exceptions; each as it was given. */
  readonly until?: string;
  readonly reason?: string;
  readonly owner?: string;
  readonly ticket?: string;
  /** Where a diff goes, in place of the change itself: a path, or `-` for standard output. */
  readonly diff?: string;
  /** How this program was started, for the commands that a refusal offers. */
  readonly program: string;
}

/** What `accept` did. Its JSON output has this shape. */
export interface Acceptance {
  /** `proposed`: the change is in a diff, and the policy is as it was. */
  readonly result: 'changed' | 'proposed' | 'unchanged' | 'refused';
  readonly accepted: readonly {
    readonly fingerprint: string;
    readonly rule: string;
    readonly message: string;
    readonly by: 'edit' | 'exception';
  }[];
  /** The files that changed, or would with the diff, each with the hash that it then has. */
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
  /** Present when it was asked for on standard output. */
  readonly diff?: string;
  readonly problems: readonly Problem[];
}

/** The exit code of each result. */
export const ACCEPT_EXIT_CODES = {
  changed: 0,
  proposed: 0,
  unchanged: 0,
  refused: 2,
} as const satisfies Record<Acceptance['result'], number>;

type AcceptableReport = Omit<ReturnType<typeof AcceptableSchema.parse>, 'findings'> & {
  readonly findings: readonly AcceptableFinding[];
};

/**
 * Changes the policy so that it says what the chosen findings of a report are about, everything or nothing; with a diff,
 * shows how it would. Asks nobody: the report and the files are all that it looks at. Throws only for a mistake of this program itself.
 */
export async function accept(options: AcceptOptions): Promise<Acceptance> {
  try {
    return await change(options);
  } catch (error) {
    if (!(error instanceof CheckError)) throw error;
    return { result: 'refused', accepted: [], files: [], problems: error.problems };
  }
}

async function change(options: AcceptOptions): Promise<Acceptance> {
  const report = readReport(resolve(options.workspace, options.report), options.report);
  const location = { path: options.policy, workspace: options.workspace, allowOutside: true };
  const originals = new Map<string, Uint8Array>();
  const reading = await readPolicyFiles(() => remembering(localFiles(location), originals));
  const paths = unchangedPaths(report, reading);
  const chosen = chosenFindings(options.selection, report);
  if (chosen.length === 0) return { result: 'unchanged', accepted: [], files: [], problems: [] };
  const terms = termsOf(options, chosen, report, reading.policy!);
  const edited = edit(chosen, { options, paths, originals, ...(terms ? { terms } : {}) });
  await refuseInvalid(location, edited);
  const targets = targetsOf(edited, options);
  const diff = options.diff === undefined ? undefined : unifiedDiff(edited);
  return {
    result: diff === undefined ? 'changed' : 'proposed',
    accepted: chosen.map(({ fingerprint, rule, message, remedies }) => ({
      fingerprint,
      rule,
      message,
      by: terms && remedies.exception ? 'exception' : 'edit',
    })),
    files:
      diff === undefined
        ? write(targets, originals)
        : propose(targets, diff, options, [...originals.keys(), options.report]),
    ...(diff !== undefined && options.diff === '-' ? { diff } : {}),
    problems: [],
  };
}

// ---- the report

function readReport(path: string, shown: string): AcceptableReport {
  let parsed: unknown;
  try {
    const stat = statSync(path);
    if (!stat.isFile() || stat.size > REPORT_BYTES)
      throw refused(`${shown} is no report file.`, FROM_A_CHECK);
    parsed = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof CheckError) throw error;
    if (error instanceof SyntaxError) throw refused(`The report ${shown} is damaged.`, FROM_A_CHECK);
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw refused(`There is no report ${shown}.`, FROM_A_CHECK);
    throw refused(`The report ${shown} cannot be read (${code ?? 'unknown error'}).`, FROM_A_CHECK);
  }
  const { schemaVersion, tool } = (parsed ?? {}) as { schemaVersion?: unknown; tool?: { name?: unknown } };
  if (tool?.name !== NAME) throw refused(`${shown} is no report of this tool.`, FROM_A_CHECK);
  if (schemaVersion !== 1)
    throw refused(`The report ${shown} has a schema that this version does not know.`, FROM_A_CHECK);
  const report = AcceptableSchema.safeParse(parsed);
  if (!report.success) throw refused(`The report ${shown} is damaged.`, FROM_A_CHECK);
  return report.data as AcceptableReport;
}

const FROM_A_CHECK = 'Name the report.json of a check of this policy with --report.';

// ---- the policy

/** Keeps the bytes of every file that is read, by its path. */
function remembering(files: PolicyFiles, bytes: Map<string, Uint8Array>): PolicyFiles {
  return withBytes(files, (file) => {
    const read = file.read();
    bytes.set(file.shown, read);
    return read;
  });
}

function withBytes(files: PolicyFiles, read: (file: ReadableFile) => Uint8Array): PolicyFiles {
  const wrapped = (file: ReadableFile): ReadableFile => ({ ...file, read: () => read(file) });
  return {
    first: async () => wrapped(await files.first()),
    included: async (path, from) => wrapped(await files.included(path, from)),
  };
}

/** Today's paths of the report's files; refuses files that are not the ones that were checked. */
function unchangedPaths(report: AcceptableReport, reading: PolicyReading): ReadonlyMap<string, string> {
  const before = report.policy.files;
  if (before.length === 0)
    throw refused('The run that made the report could not read the policy.', 'Run "check" again.');
  if (reading.files.length === 0) throw new CheckError(reading.problems);
  const changed = reading.files.filter(({ sha256 }, index) => sha256 !== before[index]?.sha256);
  if (changed.length > 0 || before.length !== reading.files.length) {
    const names =
      changed.length > 0 ? changed.map(({ path }) => path).join(', ') : 'The list of included files';
    throw refused(
      `${names} ${changed.length > 1 ? 'have' : 'has'} changed since the report was made.`,
      'Run "check" again, and accept from its report: lines and findings may be others now.',
    );
  }
  if (!reading.policy) throw new CheckError(reading.problems);
  return new Map(before.map(({ path }, index) => [path, reading.files[index]!.path]));
}

function chosenFindings(selection: Selection, report: AcceptableReport): readonly AcceptableFinding[] {
  const groups = [...(report.roster?.groups ?? []), ...report.findings.flatMap(({ group }) => group ?? [])];
  const rules = RULES.map(({ id }) => id);
  const selected = select(selection, { findings: report.findings, rules, groups });
  if ('refusals' in selected) throw refusedAll(selected.refusals);
  return selected.chosen;
}

// ---- the terms of exceptions

/** Undefined when policy edits are wanted; refuses terms that are not whole, or that the policy would complain of. */
function termsOf(
  { until, reason, owner, ticket }: AcceptOptions,
  chosen: readonly AcceptableFinding[],
  report: AcceptableReport,
  policy: Policy,
): Terms | undefined {
  const given = [until, reason, owner, ticket].some((text) => text !== undefined);
  if (!given) return undefined;
  const isAboutExceptions = chosen.every(({ remedies }) => remedies.exception === undefined);
  const missing = [
    ...(until ? [] : ['--until']),
    ...(reason || isAboutExceptions ? [] : ['--reason']),
    ...(owner || isAboutExceptions ? [] : ['--owner']),
  ];
  if (missing.length > 0)
    throw refused(
      `An exception needs an end, a reason and an owner: ${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} missing.`,
      'Write --until YYYY-MM-DD --reason "…" --owner "…".',
    );
  const granted = dayOf(Date.parse(report.asOf));
  refuseDay(until!, granted, policy);
  if (isAboutExceptions) return undefined;
  return { until: until!, reason: reason!, owner: owner!, granted, ...(ticket ? { ticket } : {}) };
}

function refuseDay(until: string, granted: string, policy: Policy): void {
  if (dayStart(until) === undefined)
    throw refused(`"${until}" is not a day.`, 'Write --until YYYY-MM-DD, a day that exists.');
  if (until < granted) throw refused(`${until} is over.`, `Name a day that is not before ${granted}.`);
  const setting = policy.rules[exceptionTooLong.id];
  const max = setting?.days.max ?? exceptionTooLong.options!.max!;
  const latest = latestDay({ granted }, max, dayStart(granted)!);
  if (setting?.severity === 'off' || until <= latest) return;
  throw refused(
    `An exception until ${until} is too long: the policy allows ${max} days.`,
    `Name a day that is not after ${latest}.`,
  );
}

// ---- the edit

interface EditContext {
  readonly options: AcceptOptions;
  readonly terms?: Terms;
  /** Today's path by the path in the report. */
  readonly paths: ReadonlyMap<string, string>;
  readonly originals: ReadonlyMap<string, Uint8Array>;
}

function edit(chosen: readonly AcceptableFinding[], context: EditContext): EditedFile[] {
  const { options, terms, paths, originals } = context;
  const [root] = paths.keys();
  const { until } = options;
  const outcomes = chosen.map((finding) => ({
    finding,
    changes: changesFor(finding, {
      root: root!,
      files: new Set(paths.keys()),
      ...(terms ? { terms } : {}),
      ...(until === undefined ? {} : { until }),
    }),
  }));
  const lacking = outcomes.flatMap(({ finding, changes }) =>
    typeof changes === 'string' ? [{ finding, lack: changes }] : [],
  );
  if (lacking.length > 0) throw lacks(lacking, chosen, options);
  const changes = outcomes.flatMap((outcome) => outcome.changes as readonly PlacedChange[]);
  const refusals: Refusal[] = [];
  const edited: EditedFile[] = [];
  for (const [file, own] of Map.groupBy(changes, (change) => change.file)) {
    const path = paths.get(file);
    const bytes = path === undefined ? undefined : originals.get(path);
    if (path === undefined || bytes === undefined) {
      refusals.push({ message: `${file} is no file of the policy.`, hint: FROM_A_CHECK });
      continue;
    }
    const before = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    const applied = applyChanges(before, own);
    if ('text' in applied) edited.push({ path, before, after: applied.text });
    else refusals.push(...applied.objections.map((objection) => objectionIn(path, objection, chosen)));
  }
  if (refusals.length > 0) throw refusedAll(refusals);
  return edited;
}

function objectionIn(
  path: string,
  { findings, reason }: Objection,
  chosen: readonly AcceptableFinding[],
): Refusal {
  const named = findings.map((fingerprint) => {
    const finding = chosen.find((one) => one.fingerprint === fingerprint);
    return `${fingerprint.slice(0, 12)} (${finding?.message ?? 'unknown'})`;
  });
  const who = named.length === 0 ? '' : `, for ${named.join(' and ')}`;
  return {
    message: `${path}: ${reason}${who}.`,
    hint: 'Edit this place by hand, or leave the finding out, or write an exception with --until, --reason and --owner.',
  };
}

const MOST_NAMED = 5;

/** What cannot be accepted as it was asked for, with the commands that can do it. */
function lacks(
  lacking: readonly { readonly finding: AcceptableFinding; readonly lack: Lack }[],
  chosen: readonly AcceptableFinding[],
  options: AcceptOptions,
): CheckError {
  const by = Map.groupBy(lacking, ({ lack }) => lack);
  const without = new Set(lacking.map(({ finding }) => finding));
  const others = chosen.filter((finding) => !without.has(finding));
  const rest = others.length === 0 ? '' : ` For the others: ${command(options, others)}`;
  const WORDS = {
    terms: ['only an exception could say so', ' --until YYYY-MM-DD --reason "…" --owner "…"'],
    until: ['the new last day is for you to choose', ' --until YYYY-MM-DD'],
    anything: ['no change of the policy could say so', undefined],
  } as const satisfies Record<Lack, readonly [string, string | undefined]>;
  return refusedAll(
    [...by].map(([lack, all]) => {
      const [why, terms] = WORDS[lack];
      const findings = all.map(({ finding }) => finding);
      const shown = findings.slice(0, MOST_NAMED).map(({ message }) => message);
      const more = findings.length > shown.length ? `; and ${findings.length - shown.length} more` : '';
      const how =
        terms === undefined
          ? 'Change what is so in Leapsome.'
          : `Write ${command(options, findings)}${terms}.`;
      return { message: `Of these findings, ${why}: ${shown.join('; ')}${more}.`, hint: `${how}${rest}` };
    }),
  );
}

/** A command that accepts these findings: one by one while they are few, else by their rules. */
function command({ program, policy, report }: AcceptOptions, findings: readonly AcceptableFinding[]): string {
  const rules = [...new Set(findings.map(({ rule }) => rule))];
  const which =
    findings.length <= MOST_NAMED
      ? `--finding ${findings.map(({ fingerprint }) => fingerprint.slice(0, 12)).join(',')}`
      : `--rule ${rules.join(',')}`;
  return `${program} accept --policy ${shellWord(policy)} --report ${shellWord(report)} ${which}`;
}

/** Nothing is written that the next run could not read. */
async function refuseInvalid(location: PolicyLocation, edited: readonly EditedFile[]): Promise<void> {
  const after = new Map(edited.map((file) => [file.path, Buffer.from(file.after, 'utf8')]));
  const { problems } = await readPolicyFiles(() =>
    withBytes(localFiles(location), (file) => after.get(file.shown) ?? file.read()),
  );
  if (problems.length === 0) return;
  throw new CheckError([
    {
      code: 'policy-invalid',
      message: 'With these changes the policy would have a mistake, so that nothing was written.',
      hint: 'Leave out the finding that it comes from, or edit the policy by hand. The line is that of the changed file.',
    },
    ...problems,
  ]);
}

// ---- the files

interface Target extends Pick<EditedFile, 'path' | 'after'> {
  readonly file: PolicyFile;
}

/** @throws CheckError for a file that may not be written */
function targetsOf(edited: readonly EditedFile[], { workspace }: AcceptOptions): readonly Target[] {
  return edited.map(({ path, after }) => ({
    path,
    after,
    file: PolicyFile.at({ path, workspace, allowOutside: true, overwrite: true }),
  }));
}

/** The diff alone: it is there to be looked at, and applied to the policy as it was. */
function propose(
  targets: readonly Target[],
  diff: string,
  { workspace, diff: target = '-' }: AcceptOptions,
  read: readonly string[],
): Acceptance['files'] {
  if (target !== '-') {
    refuseFilesRead(target, workspace, read);
    writeDiff(resolve(workspace, target), target, diff);
  }
  return targets.map(({ path, after }) => ({ path, sha256: sha256(after) }));
}

function write(targets: readonly Target[], originals: ReadonlyMap<string, Uint8Array>): Acceptance['files'] {
  for (const { path, file } of targets) {
    if (readFileSync(file.path).equals(originals.get(path)!)) continue;
    throw refused(`${path} has been changed in this very moment.`, 'Run "check" again.');
  }
  const written: Target[] = [];
  try {
    return targets.map((one) => {
      const { sha256: digest } = one.file.write(one.after);
      written.push(one);
      return { path: one.path, sha256: digest };
    });
  } catch (error) {
    // All files or none.
    for (const { path, file } of written) file.write(Buffer.from(originals.get(path)!).toString('utf8'));
    throw error;
  }
}

/** By what the names lead to: there may be links, and file systems to which upper and lower case are the same. */
function refuseFilesRead(target: string, workspace: string, read: readonly string[]): void {
  const place = statSync(resolve(workspace, target), { throwIfNoEntry: false });
  const same = read.find((path) => {
    const { dev, ino } = statSync(resolve(workspace, path));
    return dev === place?.dev && ino === place.ino;
  });
  if (same !== undefined) throw refused(`--diff would overwrite ${same}.`, 'Name another file.');
}

function writeDiff(path: string, shown: string, diff: string): void {
  const temporary = join(dirname(path), temporaryName(basename(path)));
  try {
    writeFileSync(temporary, diff, { flag: 'wx' });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    const { code = '' } = error as NodeJS.ErrnoException;
    throw failure(
      'output-failed',
      `The diff cannot be written to ${shown}: ${REASONS[code] ?? code}.`,
      'Free the place, or name another file with --diff.',
      error,
    );
  }
}

function refused(message: string, hint: string): CheckError {
  return failure('input-invalid', message, hint);
}

function refusedAll(refusals: readonly Refusal[]): CheckError {
  return new CheckError(refusals.map((refusal) => ({ code: 'input-invalid', ...refusal })));
}
