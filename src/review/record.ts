import { dayStart } from '../policy/dates.ts';
import type { PolicyError, SourceFile } from '../policy/policy-error.ts';
import { suggest } from '../policy/suggest.ts';
import { type FileKind, readTree, type Tree } from '../policy/tree.ts';
import type { Place, ReviewEntry, ReviewRecord } from '../policy/types.ts';

/** A record as it was read: its text, and the day that its directory is named after. */
export interface RecordText {
  readonly path: string;
  readonly text: string;
  readonly day: string;
}

/** A record that is right in its form; whether it is what the round began with, its hash tells. */
export interface ParsedRecord extends Omit<ReviewRecord, 'sha256' | 'intact'> {
  readonly claimed: string;
}

export interface RecordReading {
  readonly record?: ParsedRecord;
  readonly errors: readonly PolicyError[];
  readonly file: SourceFile;
  /** Lines, elements, keys and brackets, roughly. */
  readonly marks: number;
}

const RECORD: FileKind = { noun: 'record', start: 'version: 1' };
export const KEYS = ['version', 'group', 'id', 'started', 'owner', 'sha256', 'entitlements'] as const;
export const ENTRY_KEYS = [
  'user',
  'id',
  'state',
  'policy',
  'decision',
  'reviewer',
  'date',
  'comment',
] as const;
/** What people fill in: a blank one says nothing yet. */
const BLANKS: readonly string[] = ['decision', 'reviewer', 'date', 'comment'];
const OPTIONAL: readonly string[] = ['owner', 'user', 'state', 'policy', ...BLANKS];

/**
 * Reads the record of a round, or says everything that is wrong with its form. Whether decisions are valid rules judge.
 * Nothing that was written is repeated: it may name somebody wherever it stands, and messages go to logs.
 */
export function readRecord({ path, text, day }: RecordText, maxMarks: number): RecordReading {
  const tree = readTree(path, text, maxMarks, RECORD);
  const reader = new RecordReader(tree, day);
  const record = tree.value === undefined ? undefined : reader.read(tree.value);
  const errors = [...tree.errors.map(withoutQuotations), ...reader.errors];
  const { file, marks } = tree;
  return { ...(record && errors.length === 0 ? { record } : {}), errors, file, marks };
}

/** What is wrong with a record, where the words for policies would quote it. */
const UNQUOTED: Readonly<Record<string, Partial<Pick<PolicyError, 'message' | 'label'>>>> = {
  'duplicate-key': { message: 'a key stands twice in the same place' },
  'key-not-text': { label: 'write a word here' },
  tag: { message: `a ${RECORD.noun} has no YAML tags` },
  'unknown-alias': { message: 'there is no such anchor above' },
  'alias-loop': { message: 'an alias stands inside of what it refers to' },
};

/** The parser quotes after a colon, or what follows a backslash. */
function withoutQuotations(error: PolicyError): PolicyError {
  const message = error.message.replace(/(?<=\S): [\s\S]*$|(?<= escape sequence) [\s\S]*$/, '');
  return { ...error, message, ...UNQUOTED[error.code] };
}

type Map = Readonly<Record<string, unknown>>;

class RecordReader {
  readonly errors: PolicyError[] = [];
  readonly #tree: Tree;
  readonly #day: string;

  constructor(tree: Tree, day: string) {
    this.#tree = tree;
    this.#day = day;
  }

  read(value: unknown): ParsedRecord | undefined {
    if (!isMap(value)) {
      const place = { file: this.#tree.file.path, start: 0, end: 1 };
      this.#fail('wrong-type', 'a record is a map of keys', 'let "review start" write it', place);
      return undefined;
    }
    this.#refuseUnknown(value, KEYS, 'a record');
    this.#version(value);
    const owner = this.#text(value, 'owner', 'a record');
    const name = this.#text(value, 'group', 'a record', true);
    const record = {
      file: this.#tree.file.path,
      group: { id: this.#text(value, 'id', 'a record') ?? '', name: name ?? '' },
      started: this.#started(value),
      ...(owner === undefined ? {} : { owner }),
      claimed: this.#hash(value),
      entries: this.#entries(value),
      startedPlace: this.#tree.entryPlace(value, 'started'),
      hashPlace: this.#tree.entryPlace(value, 'sha256'),
    };
    return record;
  }

  #version(value: Map): void {
    if (value.version === undefined) this.#missing(value, 'version', 'a record');
    else if (value.version !== 1)
      this.#fail(
        'wrong-value',
        '"version" can only be 1',
        'write 1',
        this.#tree.valuePlace(value, 'version'),
      );
  }

  #started(value: Map): string {
    const started = this.#text(value, 'started', 'a record');
    if (started === undefined) return this.#day;
    const place = this.#tree.valuePlace(value, 'started');
    if (dayStart(started) === undefined)
      this.#fail('no-such-day', '"started" is not a day', 'write YYYY-MM-DD, a day that exists', place);
    else if (started !== this.#day) {
      const message = `the record says that the round began on ${started}, and lies in the directory ${this.#day}`;
      this.#fail('wrong-round', message, 'put the file back, or the day', place);
    }
    return started;
  }

  #hash(value: Map): string {
    const hash = this.#text(value, 'sha256', 'a record') ?? '';
    if (hash !== '' && !/^[0-9a-f]{64}$/.test(hash)) {
      const place = this.#tree.valuePlace(value, 'sha256');
      this.#fail('wrong-value', '"sha256" has 64 hexadecimal digits', 'put back what was here', place);
    }
    return hash;
  }

  #entries(value: Map): ReviewEntry[] {
    const list = value.entitlements;
    if (list === undefined) {
      this.#missing(value, 'entitlements', 'a record');
      return [];
    }
    if (!Array.isArray(list)) {
      const place = this.#tree.valuePlace(value, 'entitlements');
      this.#fail('wrong-type', '"entitlements" is no list', 'write a list, also of nobody: []', place);
      return [];
    }
    const seen = new Map<string, Place>();
    return list.flatMap((element: unknown, index) => {
      const place = this.#tree.valuePlace(list, index);
      if (!isMap(element)) {
        this.#fail('wrong-type', 'an entitlement is a map of keys', 'put back what was here', place);
        return [];
      }
      const entry = this.#entry(element);
      const first = seen.get(entry.id);
      if (first)
        this.#fail('duplicate-entry', 'an id stands here twice', 'keep one of the two', entry.places.id, {
          label: 'it is here first',
          place: first,
        });
      seen.set(entry.id, entry.places.id);
      return [entry];
    });
  }

  #entry(element: Map): ReviewEntry {
    this.#refuseUnknown(element, ENTRY_KEYS, 'an entitlement');
    const text = (key: (typeof ENTRY_KEYS)[number]): string | undefined =>
      this.#text(element, key, 'an entitlement');
    const given = (['user', 'decision', 'reviewer', 'date'] as const).flatMap((key) => {
      const value = text(key);
      return value === undefined ? [] : [[key, value]];
    });
    for (const key of ['state', 'policy', 'comment'] as const) text(key);
    const place = (key: string): Place => this.#tree.entryPlace(element, key in element ? key : 'id');
    return {
      id: text('id') ?? '',
      ...Object.fromEntries(given),
      places: {
        id: place('id'),
        decision: place('decision'),
        reviewer: place('reviewer'),
        date: place('date'),
      },
    };
  }

  /** The text at a key; undefined where there is none, which is a mistake unless the key may be missing or blank. */
  #text(container: Map, key: string, where: string, mayBeEmpty = false): string | undefined {
    const value = container[key];
    if (value === undefined && !OPTIONAL.includes(key)) this.#missing(container, key, where);
    if (value === undefined || (value === null && BLANKS.includes(key))) return undefined;
    const place = this.#tree.valuePlace(container, key);
    if (typeof value !== 'string') {
      const isPlain = typeof value !== 'object' && this.#tree.sourceOf(container, key) !== '';
      const label = isPlain ? 'write it in quotes' : 'write text';
      this.#fail('wrong-type', `"${key}" is not text`, label, place);
      return undefined;
    }
    // Names and ids are what the service wrote, white space included.
    if (mayBeEmpty || (key === 'id' && value !== '')) return value;
    const text = value.trim();
    if (text !== '') return text;
    if (!OPTIONAL.includes(key))
      this.#fail('empty-value', `"${key}" is empty`, 'put back what was here', place);
    return undefined;
  }

  #refuseUnknown(container: Map, keys: readonly string[], where: string): void {
    for (const key of Object.keys(container)) {
      if (keys.includes(key)) continue;
      const near = suggest(key, keys);
      const label = near ? `did you mean "${near}"?` : `possible here: ${keys.join(', ')}`;
      const place = this.#tree.keyPlace(container, key);
      this.#fail('unknown-key', `${where} has no key of this name`, label, place);
    }
  }

  /** What was refused already is not missing. */
  #missing(container: Map, key: string, where: string): void {
    if (!this.#tree.isComplete(container)) return;
    const place = firstLine(this.#tree.placeOf(container), this.#tree.file.text);
    this.#fail('missing-key', `"${key}" is missing in ${where}`, 'put back what was here', place);
  }

  #fail(code: string, message: string, label: string, place: Place, related?: PolicyError['related']): void {
    this.errors.push({ code, message, label, place, ...(related ? { related } : {}) });
  }
}

function firstLine(place: Place, text: string): Place {
  const end = text.indexOf('\n', place.start);
  return end < 0 || end > place.end ? place : { ...place, end };
}

function isMap(value: unknown): value is Map {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
