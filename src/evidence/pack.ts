import { createHash } from 'node:crypto';
import { CheckError } from '../errors.ts';
import { type Format, MANIFEST, SNAPSHOT_FILES } from '../model/formats.ts';
import type { Problem } from '../model/problem.ts';
import type { Report } from '../model/report.ts';
import type { ReportDirectory, WrittenFile } from '../output.ts';
import { sha256 } from '../sha256.ts';
import { distHash } from './dist-hash.ts';
import type { Encrypt } from './encrypt.ts';
import { manifestText, type NotWritten, type SnapshotDigest } from './manifest.ts';

/** The snapshot as it is to be kept. */
export interface SnapshotWish {
  /** `snapshot.json` in chunks, anew by each call; undefined when nobody was read. */
  readonly chunks: (() => Iterable<string>) | undefined;
  /** False when only its hash is wanted. */
  readonly write: boolean;
  /** Who can open it, and how it is encrypted for them; undefined leaves it in the clear. */
  readonly encryption: { readonly recipients: readonly string[]; readonly encrypt: Encrypt } | undefined;
}

export interface PackWish {
  readonly report: Report;
  readonly formats: readonly Format[];
  /** Of the formats. */
  readonly files: readonly WrittenFile[];
  readonly notWritten: readonly NotWritten[];
  readonly snapshot: SnapshotWish;
}

export interface WrittenPack {
  /** The snapshot, where it was wanted, and `manifest.json` as the last. */
  readonly files: readonly WrittenFile[];
  /** Why the snapshot is missing although it was wanted. */
  readonly warnings: readonly Problem[];
}

/**
 * Writes the snapshot, where it is wanted, and the manifest over all files of a run, which comes last.
 * @throws CheckError `output-failed` when there can be no manifest
 */
export async function writePack(
  wish: PackWish,
  directory: ReportDirectory,
  cancelled: AbortSignal,
): Promise<WrittenPack> {
  const { snapshot, file, problem } = await keepSnapshot(wish.snapshot, directory, cancelled);
  const files = [...wish.files, ...(file ? [file] : [])];
  const missing = missingSnapshot(wish.snapshot, problem);
  const text = manifestText(
    wish.report,
    {
      distSha256: distHash(),
      formats: wish.formats,
      snapshot,
      files,
      notWritten: [...wish.notWritten, ...missing],
    },
    sha256,
  );
  const manifest = await directory.write(MANIFEST, [text]);
  return { files: [...(file ? [file] : []), manifest], warnings: problem ? [problem] : [] };
}

interface Kept {
  readonly snapshot: SnapshotDigest | null;
  readonly file?: WrittenFile;
  readonly problem?: Problem;
}

async function keepSnapshot(
  { chunks, write, encryption }: SnapshotWish,
  directory: ReportDirectory,
  cancelled: AbortSignal,
): Promise<Kept> {
  if (!chunks) return { snapshot: null };
  const digest = new Digest();
  if (!write) return { snapshot: digest.of(chunks()) };
  const name = nameOf(encryption);
  const clear = digest.through(chunks());
  try {
    const file = await directory.write(name, encryption ? encryption.encrypt(clear) : clear, {
      cancelled,
      // In the clear it says of everybody what they have.
      ...(encryption ? {} : { mode: 0o600 }),
    });
    const recipients = encryption ? { encryptedTo: encryption.recipients } : {};
    return { snapshot: { ...digest.result(), file: name, ...recipients }, file };
  } catch (error) {
    return { snapshot: new Digest().of(chunks()), problem: problemOf(error, name) };
  }
}

function nameOf(encryption: SnapshotWish['encryption']): (typeof SNAPSHOT_FILES)[number] {
  return encryption ? SNAPSHOT_FILES[1] : SNAPSHOT_FILES[0];
}

function missingSnapshot({ chunks, write, encryption }: SnapshotWish, problem?: Problem): NotWritten[] {
  if (!write || (chunks && !problem)) return [];
  return [{ name: nameOf(encryption), cause: problem?.message ?? 'Nobody was read.' }];
}

function problemOf(error: unknown, name: string): Problem {
  if (error instanceof CheckError) return error.problems[0]!;
  return {
    code: 'output-failed',
    // Not what went wrong: it could hold what was being written.
    message: `${name} could not be made, by a mistake of this program.`,
    hint: 'Please report it, without tokens or personal data. The other files are not affected.',
  };
}

/** Size and hash of a text that goes by in pieces. */
class Digest {
  readonly #hash = createHash('sha256');
  #size = 0;

  *through(chunks: Iterable<string>): Iterable<string> {
    for (const chunk of chunks) {
      const bytes = Buffer.from(chunk, 'utf8');
      this.#hash.update(bytes);
      this.#size += bytes.length;
      yield chunk;
    }
  }

  of(chunks: Iterable<string>): SnapshotDigest {
    for (const _ of this.through(chunks));
    return this.result();
  }

  result(): SnapshotDigest {
    return { sha256: this.#hash.digest('hex'), size: this.#size };
  }
}
