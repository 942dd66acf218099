import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CheckError } from '../errors.ts';
import { compare } from '../model/compare.ts';
import type { Problem } from '../model/problem.ts';
import { dayStart } from '../policy/dates.ts';
import { locate, type PolicyError, type SourceFile, toProblems } from '../policy/policy-error.ts';
import { decode, type FoundFile, type PolicyLocation, readFile } from '../policy/read.ts';
import { MAX_MARKS } from '../policy/tree.ts';
import type { Policy, ReviewRecord } from '../policy/types.ts';
import { sha256 } from '../sha256.ts';
import { digestText, type RoundContent } from './digest.ts';
import { recordsDirectory } from './directory.ts';
import { ENTRY_KEYS, KEYS, readRecord } from './record.ts';

const MOST_RECORDS = 5000;
const MOST_BYTES = 64 * 1024 * 1024;
/** Files and directories that are looked at below the directory of the records. */
const MOST_FILES = 20_000;
const IS_YAML = /\.ya?ml$/i;

/** Every record of a policy, or every reason why not all of them can be read. */
export interface RoundsReading {
  readonly rounds: readonly ReviewRecord[];
  readonly sources: ReadonlyMap<string, SourceFile>;
  readonly problems: readonly Problem[];
}

/** Reads the records of all rounds. An unreadable one is a problem: a decision that nobody reads is unknown. */
export function readRounds({ review, locate }: Policy, location: PolicyLocation): RoundsReading {
  try {
    const { found } = recordsDirectory(location, review!.records.path);
    return found ? new RecordsReader().read(found) : { rounds: [], sources: new Map(), problems: [] };
  } catch (error) {
    if (!(error instanceof CheckError)) throw error;
    const at = locate(review!.records.place);
    const problems = error.problems.map((problem) => ({ ...problem, location: at }));
    return { rounds: [], sources: new Map(), problems };
  }
}

/** The policy with its records, so that findings can point into them. */
export function withRounds(policy: Policy, { rounds, sources }: Omit<RoundsReading, 'problems'>): Policy {
  return {
    ...policy,
    review: { ...policy.review!, rounds },
    locate(place) {
      const source = sources.get(place.file);
      return source ? locate(source, place) : policy.locate(place);
    },
    textOf(place) {
      const source = sources.get(place.file);
      return source ? source.text.slice(place.start, place.end) : policy.textOf(place);
    },
  };
}

/** SHA-256 over what a round begins with, 64 hexadecimal digits. */
export function digestOf(content: RoundContent): string {
  return sha256(digestText(content));
}

class RecordsReader {
  readonly #rounds: ReviewRecord[] = [];
  readonly #sources = new Map<string, SourceFile>();
  readonly #errors: PolicyError[] = [];
  readonly #problems: Problem[] = [];
  #marksLeft = MAX_MARKS;
  #bytesLeft = MOST_BYTES;
  #filesLeft = MOST_FILES;

  read(directory: FoundFile): RoundsReading {
    try {
      this.#walk(directory, []);
    } catch (error) {
      if (!(error instanceof TooMuch)) throw error;
      this.#problems.push(tooMuch(directory.shown));
    }
    this.#refuseTwice();
    const files = new Map<string, SourceFile>();
    const fileOf = (path: string): SourceFile => {
      const file = files.get(path) ?? formAlone(this.#sources.get(path)!);
      files.set(path, file);
      return file;
    };
    const problems = [...this.#problems, ...toProblems(this.#errors, fileOf)];
    return { rounds: this.#rounds, sources: this.#sources, problems };
  }

  #walk(directory: FoundFile, parts: readonly string[]): void {
    for (const entry of listed(directory)) {
      if (--this.#filesLeft < 0) throw new TooMuch();
      const { name } = entry;
      const file = { real: join(directory.real, name), shown: `${directory.shown}/${name}` };
      if (entry.isSymbolicLink())
        this.#refuse(`${file.shown} is a symbolic link.`, 'Put the file itself there.');
      else if (entry.isDirectory()) this.#walk(file, [...parts, name]);
      else if (IS_YAML.test(name)) this.#take(file, entry, parts);
    }
  }

  #take(file: FoundFile, entry: Dirent, parts: readonly string[]): void {
    const [day = '', ...deeper] = parts;
    if (dayStart(day) === undefined || deeper.length > 0) {
      const hint = 'Records lie in a directory for each round, named after its first day: 2026-12-31.';
      this.#refuse(`${file.shown} does not lie in the directory of a round.`, hint);
      return;
    }
    if (!entry.isFile()) {
      this.#refuse(`${file.shown} is not a regular file.`, 'Put the record itself there.');
      return;
    }
    try {
      this.#parse(file, day);
    } catch (error) {
      if (!(error instanceof CheckError)) throw error;
      this.#problems.push(...error.problems);
    }
  }

  #parse(file: FoundFile, day: string): void {
    const bytes = readFile(file);
    this.#bytesLeft -= bytes.length;
    if (this.#bytesLeft < 0 || this.#rounds.length >= MOST_RECORDS) throw new TooMuch();
    const text = decode(bytes, file.shown);
    const {
      record,
      errors,
      file: source,
      marks,
    } = readRecord({ path: file.shown, text, day }, this.#marksLeft);
    // All records together share one budget, so that no single one is to blame.
    if (errors.some(({ code }) => code === 'too-many')) throw new TooMuch();
    this.#marksLeft -= marks;
    this.#sources.set(file.shown, source);
    this.#errors.push(...errors);
    if (!record) return;
    const { claimed, ...rest } = record;
    const content = {
      groupId: record.group.id,
      started: record.started,
      people: record.entries.map(({ id }) => id),
    };
    this.#rounds.push({
      ...rest,
      sha256: sha256(bytes),
      intact: digestOf(content) === claimed,
    });
  }

  /** Two records of one group in one round: nobody could say which of them counts. */
  #refuseTwice(): void {
    const first = new Map<string, ReviewRecord>();
    for (const record of this.#rounds) {
      const key = JSON.stringify([record.started, record.group.id]);
      const other = first.get(key);
      if (!other) {
        first.set(key, record);
        continue;
      }
      this.#errors.push({
        code: 'duplicate-record',
        message: `the round of ${record.started} has two records of the same group`,
        label: 'keep one of the two files',
        place: record.startedPlace,
        related: { label: 'the other one is here', place: other.startedPlace },
      });
    }
  }

  #refuse(message: string, hint: string): void {
    this.#problems.push({ code: 'policy-invalid', message, hint });
  }
}

const KNOWN_KEY = `(?:(?:${[...new Set([...KEYS, ...ENTRY_KEYS])].join('|')}):(?!\\S)[ \\t]*)?`;
/** What of a line is the form of a record: everything else may name somebody, whatever was meant by it. */
const FORM = new RegExp(`^[ \\t]*(?:- +)?${KNOWN_KEY}`);

/** A record for code frames: they go to logs, where nobody is to be named. Of the same length, so that places fit. */
function formAlone(file: SourceFile): SourceFile {
  const lines = file.text.split('\n').map((line) => {
    const [form] = FORM.exec(line)!;
    return form + line.slice(form.length).replace(/[^\r]/g, '…');
  });
  return { ...file, text: lines.join('\n') };
}

class TooMuch extends Error {}

function tooMuch(directory: string): Problem {
  return {
    code: 'policy-invalid',
    message: `${directory} holds more records than are read: ${MOST_RECORDS} files, ${MOST_BYTES / 1024 / 1024} MiB, or about 100,000 entitlements.`,
    hint: 'Move rounds that a later one has taken over out of this directory; the history of the repository keeps them, too.',
  };
}

/** In one order on every machine. */
function listed({ real, shown }: FoundFile): Dirent[] {
  try {
    return readdirSync(real, { withFileTypes: true }).sort((a, b) => compare(a.name, b.name));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CheckError([
      {
        code: 'policy-invalid',
        message: `${shown} cannot be read (${code ?? 'unknown error'}).`,
        hint: 'Check the permissions of the directory.',
      },
    ]);
  }
}
