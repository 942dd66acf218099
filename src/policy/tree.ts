import {
  Composer,
  type CST,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  Parser,
  type YAMLMap,
} from 'yaml';
import type { PolicyError, SourceFile } from './policy-error.ts';
import { didYouMean } from './suggest.ts';
import type { Place } from './types.ts';

/** Deepest nesting of lists and maps. */
export const MAX_DEPTH = 64;
/** No honest policy has this many brackets open, not even in its texts: such a file is not handed to the parser. */
const HOPELESS_DEPTH = 1000;
/** Lines, elements, keys and brackets that all files may have: the parser needs about half a kilobyte for each. */
export const MAX_MARKS = 2_000_000;
/** Aliases may add this many nodes to a file. */
const ALIAS_NODES = 1_000_000;

/** A YAML file as plain values, with the way back from a value to its place in the text. */
export interface Tree {
  readonly file: SourceFile;
  /** Plain values: objects without a prototype, arrays, strings, numbers, booleans, null. */
  readonly value: unknown;
  readonly errors: readonly PolicyError[];
  /** Lines, elements, keys and brackets of the file, roughly. */
  readonly marks: number;
  /** The place of a key of an object. */
  keyPlace(container: object, key: string): Place;
  /** The place of an object's or array's element. */
  valuePlace(container: object, key: string | number): Place;
  /** From a key to the end of its value when both stand on one line, else the key alone. */
  entryPlace(container: object, key: string): Place;
  /** The text of an element as it stands in the file. */
  sourceOf(container: object, key: string | number): string;
  placeOf(container: object): Place;
  /** False when keys or elements were refused, so that nobody can say that something is missing. */
  isComplete(container: object): boolean;
  /** Makes `copy` stand for `original` when places are asked for; of a list, with the old index of each element. */
  adopt(copy: object, original: object, indices?: readonly number[]): void;
}

/** What a file is to people, with its first line. */
export interface FileKind {
  readonly noun: string;
  readonly start: string;
}

const POLICY: FileKind = { noun: 'policy', start: 'version: 1' };

/** Reads YAML 1.2 of the kind a policy may use: no directives, tags, merge keys, second documents or alias bombs. */
export function readTree(path: string, source: string, maxMarks = MAX_MARKS, kind = POLICY): Tree {
  const text = source.startsWith('\uFEFF') ? source.slice(1) : source;
  const lineStarts: number[] = [];
  const file: SourceFile = { path, text, lineStarts };
  const tooMuch = hopeless(text, maxMarks);
  const reader = new TreeReader(file, tooMuch.marks, kind);
  if ('at' in tooMuch) {
    lineStarts.push(0);
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1);
    const { code, message, label, at } = tooMuch;
    reader.fail(code, message.replace('policy', kind.noun), label, at, at + 1);
    return reader;
  }
  reader.read([...new Parser((offset) => lineStarts.push(offset)).parse(text)]);
  return reader;
}

/** Stands for a value that was complained of already. */
const REFUSED = Symbol('refused');

class TreeReader implements Tree {
  readonly file: SourceFile;
  readonly errors: PolicyError[] = [];
  readonly marks: number;
  value: unknown;
  readonly #nodes = new WeakMap<object, Node>();
  readonly #pairs = new WeakMap<object, Map<string, { key: Node; value: Node | null }>>();
  readonly #anchors = new Map<string, { node: Node; value: unknown; size: number }>();
  readonly #incomplete = new WeakSet<object>();
  readonly #indices = new WeakMap<object, readonly number[]>();
  readonly #open = new Set<Node>();
  readonly #kind: FileKind;
  #aliasBudget = ALIAS_NODES;

  constructor(file: SourceFile, marks: number, kind: FileKind) {
    this.file = file;
    this.marks = marks;
    this.#kind = kind;
  }

  read(tokens: CST.Token[]): void {
    if (!this.#acceptTokens(tokens)) return;
    const composer = new Composer({
      uniqueKeys: false,
      strict: true,
      version: '1.2',
      merge: false,
      logLevel: 'silent',
    });
    // Only what is taken is composed: of a million documents, two.
    const accepted = tokens.filter((token) => token.type !== 'directive');
    const [document, second] = composer.compose(accepted, true, this.file.text.length);
    if (second) {
      const [start] = second.range;
      this.fail(
        'second-document',
        'the file holds more than one YAML document',
        'remove the "---" and what follows, or move it to a file of its own',
        start,
        start + 1,
      );
    }
    if (!document) {
      this.#empty();
      return;
    }
    // Tags were refused one by one before.
    const mistakes = document.errors.filter((error) => error.code !== 'TAG_RESOLVE_FAILED');
    for (const error of mistakes) {
      this.fail(
        yamlCode(error.code),
        plain(error.message),
        '',
        error.pos[0],
        Math.max(error.pos[1], error.pos[0] + 1),
      );
    }
    if (mistakes.length > 0) return;
    if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) {
      this.#empty();
      return;
    }
    this.value = this.#convert(document.contents as Node).value;
  }

  fail(code: string, message: string, label: string, start: number, end: number): void {
    this.errors.push({ code, message, label, place: this.#place(start, end) });
  }

  keyPlace(container: object, key: string): Place {
    const pair = this.#pair(container, key);
    return pair ? this.#nodePlace(pair.key) : this.placeOf(container);
  }

  valuePlace(container: object, key: string | number): Place {
    const node = this.#child(container, key);
    if (node) return this.#nodePlace(node);
    return typeof key === 'string' ? this.keyPlace(container, key) : this.placeOf(container);
  }

  entryPlace(container: object, key: string): Place {
    const at = this.keyPlace(container, key);
    const { end } = this.valuePlace(container, key);
    const oneLine = end > at.end && !this.file.text.slice(at.start, end).includes('\n');
    return oneLine ? { ...at, end } : at;
  }

  sourceOf(container: object, key: string | number): string {
    const place = this.valuePlace(container, key);
    return this.file.text.slice(place.start, place.end);
  }

  placeOf(container: object): Place {
    const node = this.#nodes.get(container);
    return node ? this.#nodePlace(node) : this.#place(0, 1);
  }

  /** Refuses what no policy has; false when there is no use in going on. */
  #acceptTokens(tokens: readonly CST.Token[]): boolean {
    const stack: { token: CST.Token; depth: number }[] = tokens.map((token) => ({ token, depth: 0 }));
    let tooDeep: number | undefined;
    while (stack.length > 0) {
      const { token, depth } = stack.pop()!;
      if (token.type === 'directive') {
        this.fail(
          'directive',
          `a ${this.#kind.noun} has no YAML directives`,
          'remove this line',
          token.offset,
          token.offset + token.source.length,
        );
      }
      if (token.type === 'tag') {
        this.fail(
          'tag',
          `a ${this.#kind.noun} has no YAML tags, such as ${token.source}`,
          'remove the tag',
          token.offset,
          token.offset + token.source.length,
        );
      }
      if (depth > MAX_DEPTH) {
        tooDeep = Math.min(tooDeep ?? token.offset, token.offset);
        continue;
      }
      for (const child of children(token)) {
        stack.push({ token: child, depth: depth + ('items' in child ? 1 : 0) });
      }
    }
    if (tooDeep !== undefined) this.fail('too-deep', TOO_DEEP.message, TOO_DEEP.label, tooDeep, tooDeep + 1);
    return tooDeep === undefined;
  }

  #empty(): void {
    const { noun, start } = this.#kind;
    this.fail('empty', `the ${noun} is empty`, `start with "${start}"`, 0, 1);
  }

  #convert(node: Node | null): { value: unknown; size: number } {
    if (node === null) return { value: null, size: 1 };
    if (isAlias(node)) return this.#alias(node);
    const converted = isMap(node)
      ? this.#map(node)
      : isSeq(node)
        ? this.#seq(node)
        : { value: (node as { value?: unknown }).value, size: 1 };
    const anchor = (node as { anchor?: string }).anchor;
    if (anchor) this.#anchors.set(anchor, { node, ...converted });
    return converted;
  }

  #map(node: YAMLMap): { value: unknown; size: number } {
    const value: Record<string, unknown> = Object.create(null);
    const pairs = new Map<string, { key: Node; value: Node | null }>();
    let size = 1;
    this.#nodes.set(value, node);
    this.#pairs.set(value, pairs);
    this.#open.add(node);
    for (const pair of node.items as { key: Node; value: Node | null }[]) {
      const key = this.#key(pair.key);
      if (key === undefined) {
        this.#incomplete.add(value);
        continue;
      }
      const first = pairs.get(key);
      if (first) {
        this.errors.push({
          code: 'duplicate-key',
          message: `"${key}" stands twice in the same place`,
          label: 'keep one of the two',
          place: this.#nodePlace(pair.key),
          related: { label: 'it is here first', place: this.#nodePlace(first.key) },
        });
        continue;
      }
      pairs.set(key, pair);
      const child = this.#convert(pair.value);
      size += 1 + child.size;
      if (child.value === REFUSED) this.#incomplete.add(value);
      else value[key] = child.value;
    }
    this.#open.delete(node);
    return { value, size };
  }

  #seq(node: { items: unknown[] } & Node): { value: unknown; size: number } {
    const value: unknown[] = [];
    let size = 1;
    this.#nodes.set(value, node);
    this.#open.add(node);
    const indices: number[] = [];
    for (const [index, item] of (node.items as (Node | null)[]).entries()) {
      const child = this.#convert(item);
      size += child.size;
      if (child.value === REFUSED) {
        this.#incomplete.add(value);
        continue;
      }
      value.push(child.value);
      indices.push(index);
    }
    if (!this.isComplete(value)) this.#indices.set(value, indices);
    this.#open.delete(node);
    return { value, size };
  }

  #key(node: Node): string | undefined {
    const place = this.#nodePlace(node);
    const source = this.file.text.slice(place.start, place.end);
    const value = isScalar(node) ? node.value : undefined;
    if (value === '<<') {
      this.errors.push({
        code: 'merge-key',
        message: `a ${this.#kind.noun} has no "<<" merge keys`,
        label: 'write the keys out, or use a set',
        place,
      });
      return undefined;
    }
    if (value === '__proto__') {
      this.errors.push({
        code: 'unknown-key',
        message: '"__proto__" is never a key',
        label: 'choose another name',
        place,
      });
      return undefined;
    }
    if (typeof value === 'string') return value;
    this.errors.push({
      code: 'key-not-text',
      message: 'a key must be text',
      label: isScalar(node) ? `write "${source}" in quotes` : 'write a word here',
      place,
    });
    return undefined;
  }

  #alias(node: Node & { source: string }): { value: unknown; size: number } {
    const anchor = this.#anchors.get(node.source);
    const place = this.#nodePlace(node);
    if (!anchor) {
      const open = [...this.#open].some((parent) => (parent as { anchor?: string }).anchor === node.source);
      this.errors.push(
        open
          ? {
              code: 'alias-loop',
              message: `*${node.source} stands inside of what it refers to`,
              label: 'remove this alias',
              place,
            }
          : {
              code: 'unknown-alias',
              message: `there is no anchor &${node.source} above.${didYouMean(node.source, [...this.#anchors.keys()])}`,
              label: 'an alias must follow its anchor',
              place,
            },
      );
      return { value: REFUSED, size: 1 };
    }
    this.#aliasBudget -= anchor.size;
    if (this.#aliasBudget < 0) {
      if (!this.errors.some((error) => error.code === 'alias-bomb')) {
        this.errors.push({
          code: 'alias-bomb',
          message: 'the aliases of this file multiply into too much',
          label: 'use a set instead of nested aliases',
          place,
        });
      }
      return { value: REFUSED, size: 1 };
    }
    return { value: anchor.value, size: anchor.size };
  }

  isComplete(container: object): boolean {
    return !this.#incomplete.has(container);
  }

  adopt(copy: object, original: object, indices?: readonly number[]): void {
    const node = this.#nodes.get(original);
    const pairs = this.#pairs.get(original);
    if (node) this.#nodes.set(copy, node);
    if (pairs) this.#pairs.set(copy, pairs);
    if (!this.isComplete(original)) this.#incomplete.add(copy);
    const before = this.#indices.get(original);
    if (indices)
      this.#indices.set(
        copy,
        indices.map((index) => before?.[index] ?? index),
      );
  }

  #pair(container: object, key: string): { key: Node; value: Node | null } | undefined {
    return this.#pairs.get(container)?.get(key);
  }

  #child(container: object, key: string | number): Node | null | undefined {
    if (typeof key === 'string') return this.#pair(container, key)?.value;
    const node = this.#nodes.get(container);
    const index = this.#indices.get(container)?.[key] ?? key;
    return isSeq(node) ? (node.items[index] as Node | null | undefined) : undefined;
  }

  #nodePlace(node: Node): Place {
    const range = node.range;
    if (!range) return this.#place(0, 1);
    // range[1] of a block collection is the end of its last line: the first line says enough.
    const end = isCollection(node) && !node.flow ? this.#trimmedEnd(range[0], range[1]) : range[1];
    return this.#place(range[0], end);
  }

  #trimmedEnd(start: number, end: number): number {
    let at = end;
    while (at > start && /\s/.test(this.file.text[at - 1]!)) at--;
    return at;
  }

  #place(start: number, end: number): Place {
    return { file: this.file.path, start, end };
  }
}

function children(token: CST.Token): CST.Token[] {
  const out: CST.Token[] = [];
  // Lists of tokens can be longer than a call may have arguments.
  const take = (tokens: readonly CST.Token[] | undefined): void => {
    for (const each of tokens ?? []) out.push(each);
  };
  if ('start' in token && Array.isArray(token.start)) take(token.start);
  if ('props' in token) take(token.props);
  if ('value' in token && token.value) out.push(token.value as CST.Token);
  if ('items' in token) {
    for (const item of token.items) {
      take(item.start);
      if (item.key) out.push(item.key);
      take(item.sep);
      if (item.value) out.push(item.value);
    }
  }
  return out;
}

const TOO_DEEP = {
  code: 'too-deep',
  message: `the file nests deeper than ${MAX_DEPTH} levels`,
  label: 'a policy needs fewer than ten',
};
const TOO_MANY = {
  code: 'too-many',
  message: `the policy has more than ${MAX_MARKS} lines and elements`,
  label: 'write conditions, such as { department: … }, in place of so many names',
};

/** Counts marks without the parser, and tells why and where a text is beyond what it can take, if it is. */
function hopeless(
  text: string,
  maxMarks: number,
): { marks: number } | (typeof TOO_DEEP & { marks: number; at: number }) {
  let open = 0;
  let dashes = 0;
  let marks = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x5b || unit === 0x7b) open++;
    else if (unit === 0x5d || unit === 0x7d) open = Math.max(0, open - 1);
    else if (unit === 0x0a) dashes = 0;
    else if ((unit === 0x2d || unit === 0x3f) && text.charCodeAt(i + 1) === 0x20) dashes++;
    else if (unit !== 0x2c && unit !== 0x3a) continue;
    marks++;
    if (open > HOPELESS_DEPTH || dashes > HOPELESS_DEPTH) return { ...TOO_DEEP, marks, at: i };
    if (marks > maxMarks) return { ...TOO_MANY, marks, at: i };
  }
  return { marks };
}

function yamlCode(code: string): string {
  return `yaml-${code.toLowerCase().replaceAll('_', '-')}`;
}

/** The parser's sentence without its own line and column, which count in its own way. */
function plain(message: string): string {
  return message.replace(/ at line \d+, column \d+:?[\s\S]*$/, '').replace(/\.$/, '');
}
