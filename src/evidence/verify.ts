import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { readBounded } from '../bounded-file.ts';
import { compare } from '../model/compare.ts';
import { FORMAT_FILES, MANIFEST, SNAPSHOT_FILES } from '../model/formats.ts';
import { MANIFEST_BYTES, MERGED_REPORT_BYTES } from '../model/limits.ts';
import { sha256 } from '../sha256.ts';
import { distHash } from './dist-hash.ts';
import { type Facts, factsOf, isAsWritten, type ListedFile, type Manifest } from './manifest.ts';
import { FactsSchema, ManifestSchema } from './manifest-schema.ts';

export const VERIFY_EXIT_CODES = { intact: 0, changed: 1, 'could-not-check': 2 } as const;
export type VerifyResult = keyof typeof VERIFY_EXIT_CODES;

/** What became of one file of a pack. */
export interface VerifiedFile {
  readonly name: string;
  readonly status: 'ok' | 'changed' | 'missing' | 'added' | 'unreadable';
  /** Sentences for a person, not yet escaped; none when all is well. */
  readonly causes: readonly string[];
}

/** Whether a pack is what a run left. */
export interface Verification {
  readonly result: VerifyResult;
  /** As it was given. */
  readonly directory: string;
  /** Null when there is none that could be read. */
  readonly manifest: {
    readonly sha256: string;
    /** Whether it was held against a hash that is known from elsewhere. Without one, only accidents show for certain. */
    readonly isKnown: boolean;
  } | null;
  /** What the manifest says; null when it cannot be understood. */
  readonly pack: Pick<
    Manifest,
    'tool' | 'result' | 'startedAt' | 'finishedAt' | 'run' | 'policy' | 'snapshot' | 'notWritten'
  > | null;
  /** Whether the program that made the pack is this one; null when that cannot be told. */
  readonly sameProgram: boolean | null;
  /** The manifest first, then what it lists, then what else is there. */
  readonly files: readonly VerifiedFile[];
  /** Why nothing can be said; empty when something can. */
  readonly problems: readonly { readonly message: string; readonly hint: string }[];
  /** What was left out of the comparison, a sentence each. */
  readonly notes: readonly string[];
}

export interface VerifyOptions {
  /** Absolute. */
  readonly path: string;
  readonly shown: string;
  /** SHA-256 of the manifest as it is known from elsewhere, in lower case. */
  readonly knownSha256: string | undefined;
}

/** Holds the files of a directory against its manifest. Throws only for a mistake of this program itself. */
export function verify(options: VerifyOptions): Verification {
  const { path, shown, knownSha256 } = options;
  const empty = { directory: shown, manifest: null, pack: null, sameProgram: null, files: [], notes: [] };
  const cannot = (message: string, hint: string) =>
    ({ ...empty, result: 'could-not-check', problems: [{ message, hint }] }) as const;
  let names: readonly string[];
  let bytes: Buffer;
  try {
    names = readdirSync(path).sort(compare);
  } catch (error) {
    return cannot(`${shown} is no directory that can be read (${codeOf(error)}).`, WHICH_DIRECTORY);
  }
  if (!names.includes(MANIFEST)) return cannot(`There is no ${MANIFEST} in ${shown}.`, WHICH_DIRECTORY);
  try {
    bytes = readBounded(join(path, MANIFEST), MANIFEST_BYTES);
  } catch (error) {
    return cannot(`${MANIFEST} cannot be read: ${whyNot(error)}.`, FETCH_AGAIN);
  }
  const digest = sha256(bytes);
  const unknown = knownSha256 !== undefined && digest !== knownSha256;
  const strange = unknown ? [`Its SHA-256 is ${digest}, and not ${knownSha256}.`] : [];
  const known = { sha256: digest, isKnown: knownSha256 !== undefined };
  const manifest = read(bytes);
  if (typeof manifest === 'string') {
    if (!unknown) return { ...cannot(manifest, FETCH_AGAIN), manifest: known };
    const file = { name: MANIFEST, status: 'changed', causes: [...strange, manifest] } as const;
    return { ...empty, result: 'changed', manifest: known, files: [file], problems: [] };
  }
  return { directory: shown, manifest: known, ...hold(manifest, bytes, names, path, strange) };
}

const WHICH_DIRECTORY =
  'Give the directory that holds the manifest: the "report-dir" of the run, or the artifact once it is unpacked.';
const FETCH_AGAIN =
  'Fetch the pack again from where it is kept, and keep this one for whoever looks into it.';

/** The manifest, or the sentence that says why it is none. */
function read(bytes: Buffer): Manifest | string {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return `${MANIFEST} is damaged: it is no JSON.`;
  }
  const parsed = ManifestSchema.safeParse(value);
  if (parsed.success) return parsed.data as Manifest;
  const { tool } = (value ?? {}) as { tool?: { version?: unknown } };
  const by = typeof tool?.version === 'string' ? ` It says that version ${tool.version} made it.` : '';
  const where = parsed.error.issues[0]?.path.join('.') ?? '';
  return `${MANIFEST} is not of the form that this version knows${where ? `, at "${where}"` : ''}.${by}`;
}

function hold(
  manifest: Manifest,
  bytes: Buffer,
  names: readonly string[],
  path: string,
  strange: readonly string[],
): Omit<Verification, 'directory' | 'manifest'> {
  const present = new Set(names);
  const listed = manifest.files.map((file) => verifyFile(file, present, path));
  const report = listed.find(({ name }) => name === FORMAT_FILES.json);
  const { contradictions, notes } =
    report?.status === 'ok' ? holdAgainstReport(manifest, path) : { contradictions: [], notes: [] };
  const wrong = [
    ...strange,
    ...(isAsWritten(bytes.toString('utf8'), sha256) ? [] : [NOT_AS_WRITTEN]),
    ...contradictions,
    ...inconsistencies(manifest),
  ];
  const expected = new Set([MANIFEST, ...manifest.files.map(({ name }) => name)]);
  const added = names.filter((name) => !expected.has(name));
  const files: VerifiedFile[] = [
    { name: MANIFEST, status: wrong.length > 0 ? 'changed' : 'ok', causes: wrong },
    ...listed,
    ...added.map((name) => ({ name, status: 'added' as const, causes: [NOT_LISTED] })),
  ];
  const { tool, result, startedAt, finishedAt, run, policy, snapshot, notWritten } = manifest;
  const own = distHash();
  return {
    result: resultOf(files),
    pack: { tool, result, startedAt, finishedAt, run, policy, snapshot, notWritten },
    sameProgram: own === null || tool.distSha256 === null ? null : own === tool.distSha256,
    files,
    problems: manifest.files.length > 0 ? [] : [LISTS_NOTHING],
    notes,
  };
}

const NOT_AS_WRITTEN = 'Its checksum does not fit: it was changed after the run.';
const NOT_LISTED = 'The manifest does not list it: it is no part of what the run wrote.';
const LISTS_NOTHING = {
  message: 'The manifest lists no file: the run could write none, so there is nothing to verify.',
  hint: 'The manifest says why under "notWritten"; run the check again.',
};

function resultOf(files: readonly VerifiedFile[]): VerifyResult {
  const statuses = new Set(files.map(({ status }) => status));
  if (statuses.has('changed') || statuses.has('missing') || statuses.has('added')) return 'changed';
  // The manifest alone is no pack.
  return statuses.has('unreadable') || files.length === 1 ? 'could-not-check' : 'intact';
}

// ---- the files

function verifyFile(listed: ListedFile, present: ReadonlySet<string>, path: string): VerifiedFile {
  const { name } = listed;
  // Nothing outside of the directory is opened, whatever the manifest says.
  if (!isPlainName(name))
    return {
      name,
      status: 'changed',
      causes: ['The manifest lists it by a name that no run gives to a file.'],
    };
  if (!present.has(name))
    return { name, status: 'missing', causes: ['The manifest lists it, and it is not there.'] };
  try {
    const found = measure(join(path, name), listed.size);
    if (found.size !== listed.size)
      return changed(name, `It has ${found.size} bytes, and not ${listed.size}.`);
    if (found.sha256 !== listed.sha256)
      return changed(name, `Its SHA-256 is ${found.sha256}, and not ${listed.sha256}.`);
    return { name, status: 'ok', causes: [] };
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOTAFILE' || code === 'ELOOP')
      return changed(name, `In its place is ${IN_ITS_PLACE[code]}.`);
    return { name, status: 'unreadable', causes: [`It cannot be read: ${whyNot(error)}.`] };
  }
}

function changed(name: string, cause: string): VerifiedFile {
  return { name, status: 'changed', causes: [cause] };
}

function isPlainName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) && name !== MANIFEST;
}

const BUFFER_BYTES = 1024 * 1024;

/** Size and hash of a regular file; of one that is larger than it should be, the size alone. */
function measure(path: string, expected: number): { readonly size: number; readonly sha256?: string } {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const status = fstatSync(file);
    if (!status.isFile()) throw Object.assign(new Error('no file'), { code: 'ENOTAFILE' });
    if (status.size !== expected) return { size: status.size };
    const hash = createHash('sha256');
    const buffer = Buffer.allocUnsafe(Math.min(BUFFER_BYTES, expected + 1));
    let size = 0;
    for (let read = -1; read !== 0 && size <= expected; size += read) {
      read = readSync(file, buffer, 0, buffer.length, null);
      hash.update(buffer.subarray(0, read));
    }
    return { size, sha256: hash.digest('hex') };
  } finally {
    closeSync(file);
  }
}

const IN_ITS_PLACE = {
  ELOOP: 'a symbolic link',
  ENOTAFILE: 'something that is no file',
} as const;

function whyNot(error: unknown): string {
  const code = codeOf(error);
  const why: Readonly<Record<string, string>> = {
    ...IN_ITS_PLACE,
    ETOOLARGE: 'it is far too large for a manifest',
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EISDIR: 'a directory is in its place',
  };
  return why[code] ?? code;
}

function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : 'unknown error';
}

// ---- the manifest against the report, and against itself

/** Whoever edits the one has to edit the other in the same way. */
function holdAgainstReport(
  manifest: Manifest,
  path: string,
): { readonly contradictions: readonly string[]; readonly notes: readonly string[] } {
  const report = factsOfReport(join(path, FORMAT_FILES.json));
  if (typeof report === 'string')
    return {
      contradictions: [],
      notes: [`${FORMAT_FILES.json} was not compared with what the manifest says of it: ${report}.`],
    };
  const { distSha256: _, ...tool } = manifest.tool;
  const facts: Facts = { ...manifest, tool };
  const contradictions = (Object.keys(report) as (keyof Facts)[])
    .filter((fact) => !isDeepStrictEqual(asJson(report[fact]), asJson(facts[fact])))
    .map((fact) => `What it says under "${fact}" is not what ${FORMAT_FILES.json} says.`);
  return { contradictions, notes: [] };
}

const OTHER_FORM = 'it is not of the form that this version knows';

/** What the report says of itself, or why that cannot be told. */
function factsOfReport(path: string): Facts | string {
  try {
    const text = readBounded(path, MERGED_REPORT_BYTES).toString('utf8');
    const { success, data } = FactsSchema.safeParse(JSON.parse(text));
    return success ? factsOf(data as Parameters<typeof factsOf>[0]) : OTHER_FORM;
  } catch (error) {
    if (error instanceof SyntaxError) return OTHER_FORM;
    return codeOf(error) === 'ETOOLARGE' ? 'it is too large' : whyNot(error);
  }
}

function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null));
}

/** What no run writes: somebody took an entry out, or put one in. */
function inconsistencies({ files, notWritten, formats, snapshot, population }: Manifest): string[] {
  const names = files.map(({ name }) => name);
  const once = new Set<string>();
  const repeated = new Set(names.filter((name) => once.size === once.add(name).size));
  const accounted = new Set([...names, ...notWritten.map(({ name }) => name)]);
  const kept = SNAPSHOT_FILES.filter((name) => names.includes(name));
  const own = files.find(({ name }) => name === SNAPSHOT_FILES[0]);
  return [
    ...[...repeated].map((name) => `It lists ${name} more than once.`),
    ...formats
      .map((format) => FORMAT_FILES[format])
      .filter((name) => !accounted.has(name))
      .map((name) => `${name} was asked for, and it neither lists it nor says why it is missing.`),
    ...(isDeepStrictEqual(kept, snapshot?.file === undefined ? [] : [snapshot.file])
      ? []
      : ['What it says under "snapshot" does not fit the files that it lists.']),
    ...(own && (own.sha256 !== snapshot?.sha256 || own.size !== snapshot.size)
      ? [`It gives ${own.name} two hashes.`]
      : []),
    ...((snapshot === null) === (population === null)
      ? []
      : ['It has a population without a snapshot, or a snapshot without a population.']),
  ];
}
