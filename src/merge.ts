import { type Dirent, lstatSync, readdirSync, realpathSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import type * as z from 'zod';
import { readBounded } from './bounded-file.ts';
import { isAsWritten, type ListedFile } from './evidence/manifest.ts';
import { ManifestSchema } from './evidence/manifest-schema.ts';
import { reportProblem, type TenantView, tenantOf, unusable } from './merge/tenant.ts';
import { unite } from './merge/unite.ts';
import { FORMAT_FILES, MANIFEST } from './model/formats.ts';
import { MANIFEST_BYTES, MERGED_REPORT_BYTES } from './model/limits.ts';
import type { Merged, MergedProblem, MergedTenant } from './model/merged.ts';
import { isOutside } from './paths.ts';
import { MergeableSchema } from './reporters/report-schema.ts';
import { sha256 } from './sha256.ts';
import { NAME, VERSION } from './version.ts';

export interface MergeOptions extends TenantView {
  /** Directories, as they were given: each holds a report, or directories that do. */
  readonly directories: readonly string[];
  readonly workspace: string;
  /** Names of the tenants that there have to be; undefined when nobody said. */
  readonly expected?: readonly string[] | undefined;
  /** Directories may lie outside of the workspace. */
  readonly allowOutside: boolean;
}

const REPORT = FORMAT_FILES.json;
/** An artifact is a directory, and within it a report may have one of its own. */
const LEVELS = 2;

/**
 * Unites the reports below these directories, one read at a time and only its essence kept. Whatever is wrong with a
 * report is an outcome of its tenant; throws only for a mistake of this program itself.
 */
export function merge(options: MergeOptions): Merged {
  const seen = new Set<string>();
  const tenants = options.directories.flatMap((directory) =>
    placesIn(directory, options)
      .filter((place) => isNew(place, seen, options.workspace))
      .map((place) => read(place, options)),
  );
  return unite(tenants, {
    tool: { name: NAME, version: VERSION },
    mergedAt: new Date(options.now).toISOString(),
    expected: options.expected,
  });
}

// ---- where reports are

/** A directory that holds a report, or of which one had to be expected. */
interface Place {
  readonly name: string;
  /** As it was given, and below that. */
  readonly path: string;
  readonly problem?: MergedProblem;
}

function placesIn(given: string, { workspace, allowOutside }: MergeOptions): Place[] {
  const place = resolve(workspace, given);
  const name = basename(place) || given;
  try {
    // Before anything else is asked of it: nothing is learnt of what lies outside.
    if (!allowOutside && leadsOut(place, workspace))
      return [{ name, path: given, problem: missing(given, 'leads out of the workspace') }];
    if (!lstatSync(realpathSync(place)).isDirectory())
      return [{ name, path: given, problem: missing(given, 'is no directory') }];
    const found = search(place, given, LEVELS);
    if (found.some(({ problem }) => problem === undefined)) return found;
    return [{ name, path: given, problem: missing(given, `holds no ${REPORT}`) }];
  } catch (error) {
    return [{ name, path: given, problem: unreadable(given, error) }];
  }
}

function leadsOut(place: string, workspace: string): boolean {
  if (isOutside(relative(workspace, place))) return true;
  return isOutside(relative(realpathSync(workspace), realpathSync(place)));
}

/**
 * The reports in a directory and below it. Where there is one, each directory below has to have one, too: an artifact
 * without a report is a tenant that nobody checked. Links are not followed.
 */
function search(directory: string, shown: string, levels: number): Place[] {
  const entries = readdirSync(directory, { withFileTypes: true });
  const own: Place[] = entries.some(({ name }) => name === REPORT)
    ? [{ name: basename(directory), path: shown }]
    : [];
  const below = entries.flatMap((entry) => searchEntry(entry, directory, shown, levels - 1));
  if ([...own, ...below].some(({ problem }) => problem === undefined)) return [...own, ...below];
  return [{ name: basename(directory), path: shown, problem: missing(shown, `holds no ${REPORT}`) }];
}

function searchEntry(entry: Dirent, directory: string, shown: string, levels: number): Place[] {
  const { name } = entry;
  const path = join(shown, name);
  // Whatever stands in the place of these two is refused when they are read.
  if (name === REPORT || name === MANIFEST) return [];
  if (entry.isSymbolicLink())
    return [{ name, path, problem: missing(path, 'is a symbolic link, which is not followed') }];
  if (!entry.isDirectory()) return [];
  if (levels < 0) return [{ name, path, problem: tooDeep(path) }];
  try {
    return search(join(directory, name), path, levels);
  } catch (error) {
    return [{ name, path, problem: unreadable(path, error) }];
  }
}

/** One directory may be given twice, or lie within another that is given, too. */
function isNew({ path }: Place, seen: Set<string>, workspace: string): boolean {
  const place = resolve(workspace, path);
  let real = place;
  try {
    real = realpathSync(place);
  } catch {
    // There is none, and its problem says so.
  }
  if (seen.has(real)) return false;
  seen.add(real);
  return true;
}

function missing(path: string, why: string): MergedProblem {
  return reportProblem(
    'report-missing',
    `${path} ${why}.`,
    `Look at the job that should have written it. Reports are merged from ${REPORT}, so "formats" has to name json.`,
  );
}

function tooDeep(path: string): MergedProblem {
  return reportProblem(
    'report-missing',
    `${path} lies too deep: nobody looks into it.`,
    `Name a directory that is at most ${LEVELS} levels above the report, or take out what holds none.`,
  );
}

function unreadable(path: string, error: unknown): MergedProblem {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return missing(path, 'is not there');
  return reportProblem(
    'report-unreadable',
    `${path} cannot be read (${code ?? 'unknown error'}).`,
    'Look at the place and its permissions.',
  );
}

// ---- a report

function read(place: Place, options: MergeOptions): MergedTenant {
  if (place.problem) return unusable(place, place.problem);
  try {
    const { text, ...file } = verifiedReport(resolve(options.workspace, place.path), place.path);
    return tenantOf(mergeable(text, place.path), { ...place, ...file }, options);
  } catch (error) {
    if (error instanceof Refused) return unusable(place, error.problem);
    throw error;
  }
}

/** Why a report is not used. */
class Refused extends Error {
  readonly problem: MergedProblem;

  constructor(problem: MergedProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

interface VerifiedReport {
  readonly text: string;
  /** In bytes. */
  readonly size: number;
  readonly sha256: string;
  /** The manifest names this hash: without that no report is used. */
  readonly inManifest: true;
}

/** The text of a report.json that is what the manifest.json beside it says. */
function verifiedReport(directory: string, shown: string): VerifiedReport {
  const bytes = readBytes(join(directory, REPORT), join(shown, REPORT), MERGED_REPORT_BYTES);
  const digest = sha256(bytes);
  const size = bytes.length;
  const listed = listedIn(directory, shown);
  if (listed.sha256 !== digest || listed.size !== size)
    throw altered(shown, `${REPORT} is not the file that ${MANIFEST} lists`);
  return { text: decoded(bytes, join(shown, REPORT)), size, sha256: digest, inManifest: true };
}

/** What a merge goes by in a manifest; what a later version adds is passed over, as in the report. */
const ListingSchema = ManifestSchema.pick({ schemaVersion: true, files: true }).strip();

/** What the manifest beside a report says of it. */
function listedIn(directory: string, shown: string): ListedFile {
  // A run writes it last. One that was killed before that has no evidence, whatever its report says.
  if (!lstatSync(join(directory, MANIFEST), { throwIfNoEntry: false }))
    throw altered(shown, `there is no ${MANIFEST} beside ${REPORT}`);
  const path = join(shown, MANIFEST);
  const text = decoded(readBytes(join(directory, MANIFEST), path, MANIFEST_BYTES), path);
  const manifest = ListingSchema.safeParse(parsed(text, path));
  if (!manifest.success) throw damaged(path);
  if (!isAsWritten(text, sha256)) throw altered(shown, `${MANIFEST} was changed after the run`);
  const listed = manifest.data.files.find(({ name }) => name === REPORT);
  if (!listed) throw altered(shown, `${MANIFEST} lists no ${REPORT}`);
  return listed;
}

function readBytes(path: string, shown: string, limit: number): Buffer {
  try {
    return readBounded(path, limit);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new Refused(missing(shown, 'is not there'));
    if (code === 'ETOOLARGE')
      throw new Refused(
        reportProblem(
          'report-unreadable',
          `${shown} is larger than ${limit / 1024 / 1024} MiB.`,
          'A report of a check is smaller. Look at what wrote it.',
        ),
      );
    if (code === 'ENOTAFILE' || code === 'ELOOP')
      throw new Refused(
        reportProblem('report-unreadable', `${shown} is no regular file.`, 'Put the report itself there.'),
      );
    throw new Refused(unreadable(shown, error));
  }
}

function decoded(bytes: Buffer, shown: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw damaged(shown);
  }
}

/** The value of a file that this program wrote, in a form that this version knows. */
function parsed(text: string, shown: string): object {
  let value: { tool?: { name?: unknown }; schemaVersion?: unknown } | null;
  try {
    value = JSON.parse(text);
  } catch {
    throw damaged(shown);
  }
  if (value?.tool?.name !== NAME) throw damaged(shown, 'is no file of this program');
  if (value.schemaVersion !== 1) throw damaged(shown, 'has a schema that this version does not know');
  return value;
}

function mergeable(text: string, directory: string): z.infer<typeof MergeableSchema> {
  const shown = join(directory, REPORT);
  const report = MergeableSchema.safeParse(parsed(text, shown));
  if (!report.success) throw damaged(shown);
  return report.data;
}

function damaged(shown: string, why = 'is damaged'): Refused {
  return new Refused(
    reportProblem(
      'report-damaged',
      `${shown} ${why}.`,
      'Check that tenant again, with the same version of this program as the others.',
    ),
  );
}

function altered(shown: string, what: string): Refused {
  return new Refused(
    reportProblem(
      'report-altered',
      `In ${shown}, ${what}.`,
      `The files are not those of one run that came to its end, or somebody changed them. Check that tenant again, and keep ${REPORT} and ${MANIFEST} together.`,
    ),
  );
}
