import type * as z from 'zod';
import { ATTRIBUTE_NAMES } from '../model/facts.ts';
import type { PolicyError } from './policy-error.ts';
import { type Path, prune } from './prune.ts';
import {
  ClauseSchema,
  ExceptionSchema,
  GroupSchema,
  IncludedSchema,
  IncludeSchema,
  type PolicyInput,
  PolicySchema,
  RequirementSchema,
  ReviewSchema,
  RoleSchema,
  RulesSchema,
  SELECTOR_FORMS,
  SeparationSchema,
  SourcesSchema,
  WhereSchema,
} from './schema.ts';
import { suggest } from './suggest.ts';
import { MAX_DEPTH, type Tree } from './tree.ts';
import type { Place } from './types.ts';

type Issue = z.core.$ZodIssue;
/** More than there are levels in a policy that nests as deep as it may. */
const MAX_ROUNDS = MAX_DEPTH + 1;
/** With more wrong parts than this, the rest of the file is not looked at. */
const MOST_REFUSED = 1000;

/** Texts of a certain form, by the key that they stand at. */
const EXAMPLES: Readonly<Record<string, string>> = {
  'max-drop': '20%',
  'max-growth': '20%',
  grace: '3d',
  within: '14d',
  cadence: '90d',
  max: '365d',
  granted: '2026-12-31',
  expires: '2026-12-31',
  'start-date': '2026-12-31',
  'end-date': '2026-12-31',
  before: '2026-12-31',
  after: '2026-12-31',
};

/** Fields of Leapsome that people may look for and that are never read. */
const NEVER_READ = [
  'birthday',
  'birthdate',
  'gender',
  'salary',
  'compensation',
  'phone',
  'photo',
  'photos',
  'attachments',
  'age',
];

export interface Validated {
  /** What of the file is right by itself: all of it when there are no errors. */
  readonly input?: PolicyInput;
  /** Sets are missing in `input`, so that a set that seems to be unknown may be one of them. */
  readonly lacksSets: boolean;
  readonly errors: readonly PolicyError[];
}

/**
 * Checks a tree against the schema of a root policy or of an included file. Gives every mistake with its place, and the
 * parts without a mistake, so that what shows only when files are put together can be told at the same time.
 */
export function validate(tree: Tree, kind: 'root' | 'included'): Validated {
  const { value } = tree;
  if (value === undefined) return { lacksSets: true, errors: tree.errors };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return whollyWrong(tree, 'wrong-type', 'a policy is a map of keys', 'start with "version: 1"');
  }
  const result = parsed(kind, value);
  if (result === undefined) {
    return whollyWrong(
      tree,
      'too-many-mistakes',
      'the policy has more mistakes than can be counted',
      'is this a policy?',
    );
  }
  if (result.success)
    return { input: value as PolicyInput, lacksSets: lacksSets(tree, value), errors: tree.errors };
  const explainer = new Explainer(tree, kind, value);
  const errors = result.error.issues.flatMap((issue) => explainer.explain(issue, []));
  const { refused } = explainer;
  const input = rightParts(tree, kind, value, refused) as PolicyInput | undefined;
  return {
    ...(input ? { input } : {}),
    lacksSets:
      lacksSets(tree, value) || refused.some(([section, , rest]) => section === 'sets' && rest === undefined),
    errors: [...tree.errors, ...errors],
  };
}

/** True when the file may define sets that were not understood. */
function lacksSets(tree: Tree, value: { readonly sets?: unknown }): boolean {
  return !tree.isComplete(value) || (isMap(value.sets) && !tree.isComplete(value.sets));
}

function whollyWrong(tree: Tree, code: string, message: string, label: string): Validated {
  const place = { file: tree.file.path, start: 0, end: 1 };
  return { lacksSets: true, errors: [...tree.errors, { code, message, label, place }] };
}

/** Takes out parts until what is left is valid: a map may need a key that went, and then goes itself. */
function rightParts(
  tree: Tree,
  kind: 'root' | 'included',
  value: object,
  refused: readonly Path[],
): object | undefined {
  let rest = value;
  let bad = refused;
  for (let round = 0; round < MAX_ROUNDS && bad.length <= MOST_REFUSED; round++) {
    rest = prune(tree, rest, bad);
    if (!('version' in rest)) Object.assign(rest, { version: 1 });
    const result = parsed(kind, rest);
    if (!result) return undefined;
    if (result.success) return rest;
    const explainer = new Explainer(tree, kind, rest);
    for (const issue of result.error.issues) explainer.explain(issue, []);
    bad = explainer.refused;
  }
  return undefined;
}

/** Undefined for some hundred thousand mistakes, which are more than the library can hand over. */
function parsed(kind: 'root' | 'included', value: unknown) {
  try {
    return (kind === 'root' ? PolicySchema : IncludedSchema).safeParse(value);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

class Explainer {
  /** The parts that were complained of. */
  readonly refused: Path[] = [];
  readonly #tree: Tree;
  readonly #kind: 'root' | 'included';
  readonly #root: object;

  constructor(tree: Tree, kind: 'root' | 'included', root: object) {
    this.#tree = tree;
    this.#kind = kind;
    this.#root = root;
  }

  explain(issue: Issue, prefix: Path): PolicyError[] {
    const path = [...prefix, ...issue.path];
    if (this.#wasRefused(path, issue)) return [];
    switch (issue.code) {
      case 'unrecognized_keys':
        return this.#unknownKeys(path, issue.keys);
      case 'invalid_union':
        return this.#union(issue, path);
      case 'invalid_type':
        return [this.#wrongType(path, issue.expected)];
      case 'invalid_value':
        return [this.#wrongValue(path, issue.values)];
      case 'invalid_key':
        return [this.#at(path, 'wrong-key', issue.issues[0]?.message ?? 'this key is not possible', '')];
      case 'too_small':
        return [this.#tooSmall(path, issue)];
      case 'invalid_format':
      case 'custom':
        return [this.#at(path, 'wrong-value', this.#named(path, issue.message), issue.message)];
      default:
        return [this.#at(path, 'wrong-value', this.#named(path, issue.message), '')];
    }
  }

  #unknownKeys(path: Path, keys: readonly string[]): PolicyError[] {
    // A map with the key of another form of selector is a mistake within that form: the key itself is known.
    const form = selectorForm(path, this.#value(path));
    if (form !== undefined) return this.#ofForm(path, form);
    return keys.map((key) => this.#unknownKey(path, key));
  }

  /** What is wrong with a map as a selector of one form. */
  #ofForm(path: Path, form: SelectorForm | 'multiple' | 'where'): PolicyError[] {
    if (form === 'multiple') return [this.#mixed(path)];
    const schema = form === 'where' ? WhereSchema : SELECTOR_FORMS[form];
    const result = schema.safeParse(this.#value(path));
    return (result.error?.issues ?? []).flatMap((issue) =>
      issue.code === 'unrecognized_keys' && issue.path.length === 0
        ? issue.keys.map((key) => this.#unknownKey(path, key, form))
        : this.explain(issue, path),
    );
  }

  #mixed(path: Path): PolicyError {
    const way = 'combine with { all: [...] } or { any: [...] }';
    return this.#at(path, 'mixed-selector', 'a selector has one form only', way);
  }

  /** Something is missing, or there is too little, where keys or elements were refused: that was told already. */
  #wasRefused(path: Path, issue: Issue): boolean {
    const value = this.#value(path);
    const place = value === undefined ? path.slice(0, -1) : path;
    const owner = this.#value(place);
    const aboutAbsence = value === undefined || ['custom', 'too_small', 'invalid_union'].includes(issue.code);
    if (!aboutAbsence || typeof owner !== 'object' || owner === null || this.#tree.isComplete(owner))
      return false;
    this.refused.push(place);
    return true;
  }

  #unknownKey(path: Path, key: string, form?: SelectorForm | 'where'): PolicyError {
    const container = this.#value(path) as object;
    this.refused.push([...path, key]);
    const place = this.#tree.keyPlace(container, key);
    const where =
      form === undefined || form === 'where'
        ? describeContainer(path, this.#kind)
        : { label: 'this selector', keys: Object.keys(SELECTOR_FORMS[form].shape) };
    if ('attributes' in where && where.attributes && NEVER_READ.includes(key.toLowerCase())) {
      return {
        code: 'never-read',
        message: `"${key}" is personal data that is never read from Leapsome`,
        label: 'remove this condition; no policy can depend on it',
        place,
      };
    }
    const near = suggest(key, where.keys);
    const label = near ? `did you mean "${near}"?` : `possible here: ${where.keys.join(', ')}`;
    if (this.#kind === 'included' && path.length === 0 && Object.hasOwn(PolicySchema.shape, key)) {
      return {
        code: 'not-in-include',
        message: `"${key}" can stand in the root policy only, not in an included file`,
        label: 'move it to the root policy',
        place,
      };
    }
    return { code: 'unknown-key', message: `there is no "${key}" in ${where.label}`, label, place };
  }

  /** Of a union's branches, explains the one that the writer most likely meant. */
  #union(issue: Extract<Issue, { code: 'invalid_union' }>, path: Path): PolicyError[] {
    const value = this.#value(path);
    if (isSelectorPath(path) && isMap(value)) return this.#ofForm(path, selectorForm(path, value) ?? 'where');
    const branches = issue.errors.filter((errors) => errors.length > 0);
    let best: readonly Issue[] | undefined;
    let bestCost = Number.POSITIVE_INFINITY;
    for (const errors of branches) {
      const cost = branchCost(errors);
      if (cost < bestCost) {
        best = errors;
        bestCost = cost;
      }
    }
    if (!best || bestCost >= ROOT_MISMATCH) return [this.#noBranch(path, branches)];
    return best.flatMap((error) => this.explain(error, path));
  }

  #noBranch(path: Path, branches: readonly (readonly Issue[])[]): PolicyError {
    const value = this.#value(path);
    if (typeof value !== 'string' && typeof value !== 'object') return this.#wrongType(path, 'string');
    if (value === null) return this.#wrongType(path, 'string');
    const choices = branches.flatMap((errors) =>
      errors.flatMap((e) => (e.code === 'invalid_value' ? e.values : [])),
    );
    if (choices.length > 0) return this.#wrongValue(path, choices);
    const expected = isSelectorPath(path) ? 'a person, a set or attributes' : 'something else';
    return this.#at(
      path,
      'wrong-type',
      `${this.#label(path)} is ${typeName(value)}, which cannot stand here`,
      `write ${expected}`,
    );
  }

  #wrongType(path: Path, expected: string): PolicyError {
    const value = this.#value(path);
    const last = path.at(-1);
    if (value === undefined) {
      const parent = path.slice(0, -1);
      const where = describeContainer(parent, this.#kind);
      return this.#at(
        parent,
        'missing-key',
        `"${String(last)}" is missing in ${where.label}`,
        `add "${last === 'version' ? 'version: 1' : String(last)}"`,
      );
    }
    if (value === null && isPeoplePath(path))
      return this.#at(
        path,
        'empty-value',
        `${this.#label(path)} is empty`,
        'write [] for nobody, or name people',
      );
    if (expected === 'string' && (typeof value !== 'object' || value === null))
      return this.#notText(path, value);
    return this.#at(
      path,
      'wrong-type',
      `${this.#label(path)} is ${typeName(value)}`,
      `write ${expectedName(expected)}`,
    );
  }

  /** Something that YAML does not read as text, where a text must stand. */
  #notText(path: Path, value: unknown): PolicyError {
    const source = this.#source(path);
    const shown = source === '' ? 'this' : source;
    const message = `YAML reads ${shown} as ${value === null ? 'nothing' : typeName(value)}, not as text`;
    const last = String(path.at(-1));
    const example = EXAMPLES[last];
    if (last === 'id' || (!example && /^[0-9a-f]{8,}$/i.test(source))) {
      return this.#at(path, 'unquoted-id', message, `quote this id: "${source}"`);
    }
    if (value === null) return this.#at(path, 'unquoted', message, 'write a value');
    // What has a form would still be wrong in quotes.
    return this.#at(
      path,
      'unquoted',
      message,
      example ? `write it like ${example}` : `write it in quotes: "${source}"`,
    );
  }

  #wrongValue(path: Path, values: readonly unknown[]): PolicyError {
    const value = this.#value(path);
    if (value === undefined) return this.#wrongType(path, 'value');
    const choices = values.map(String);
    const message = `${this.#label(path)} cannot be ${show(value)}`;
    // Of a number in quotes the only near one is the number.
    if (typeof value === 'string' && choices.includes(value))
      return this.#at(path, 'wrong-value', message, `write ${value}, without quotes`);
    const near = typeof value === 'string' ? suggest(value, choices) : undefined;
    return this.#at(
      path,
      'wrong-value',
      message,
      near ? `did you mean "${near}"?` : `possible: ${choices.join(', ')}`,
    );
  }

  #tooSmall(path: Path, issue: Extract<Issue, { code: 'too_small' }>): PolicyError {
    const value = this.#value(path);
    if (typeof value === 'number') {
      return this.#at(path, 'wrong-value', `${this.#label(path)} cannot be below ${issue.minimum}`, '');
    }
    const least =
      issue.minimum === 1n || issue.minimum === 1 ? '' : ` with at least ${issue.minimum} elements`;
    return this.#at(
      path,
      'empty-value',
      `${this.#label(path)} is ${least ? 'too short' : 'empty'}`,
      `write ${typeof value === 'string' ? 'a value' : `a list${least}`}`,
    );
  }

  #at(path: Path, code: string, message: string, label: string): PolicyError {
    this.refused.push(path);
    return { code, message, label, place: this.#place(path) };
  }

  #named(path: Path, message: string): string {
    return `${this.#label(path)}: ${message}`;
  }

  #label(path: Path): string {
    const names = path.filter((part) => typeof part === 'string');
    const last = names.at(-1);
    return last === undefined
      ? 'the policy'
      : typeof path.at(-1) === 'number'
        ? `an element of "${last}"`
        : `"${last}"`;
  }

  #place(path: Path): Place {
    if (path.length === 0) return { file: this.#tree.file.path, start: 0, end: 1 };
    const parent = this.#value(path.slice(0, -1));
    const last = path.at(-1) as string | number;
    if (typeof parent !== 'object' || parent === null) return this.#place(path.slice(0, -1));
    return this.#tree.valuePlace(parent, last);
  }

  #source(path: Path): string {
    const parent = this.#value(path.slice(0, -1));
    return typeof parent === 'object' && parent !== null
      ? this.#tree.sourceOf(parent, path.at(-1) as string | number)
      : '';
  }

  #value(path: Path): unknown {
    let value: unknown = this.#root;
    for (const part of path) {
      if (typeof value !== 'object' || value === null) return undefined;
      value = (value as Record<PropertyKey, unknown>)[part];
    }
    return value;
  }
}

const ROOT_MISMATCH = 1000;

/** How far a union's branch is from what was written: 1000 when it is of another type altogether. */
function branchCost(errors: readonly Issue[]): number {
  let cost = 0;
  for (const error of errors) {
    const atRoot = error.path.length === 0;
    if (atRoot && (error.code === 'invalid_type' || error.code === 'invalid_value')) cost += ROOT_MISMATCH;
    else if (atRoot && error.code === 'unrecognized_keys') cost += 10 * error.keys.length;
    else cost += 1;
  }
  return cost;
}

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

type SelectorForm = keyof typeof SELECTOR_FORMS;

/** The key that decides the form of a selector; `multiple` when two forms are mixed. */
function selectorForm(path: Path, value: unknown): SelectorForm | 'multiple' | undefined {
  if (!isSelectorPath(path) || !isMap(value)) return undefined;
  const keys = Object.keys(value);
  const forms = keys.filter((key): key is SelectorForm => Object.hasOwn(SELECTOR_FORMS, key));
  if (forms.length === 0) return undefined;
  const others = keys.filter((key) => !Object.hasOwn(SELECTOR_FORMS, key) && key !== 'depth');
  const mixed = forms.length > 1 || others.some((key) => (ATTRIBUTE_NAMES as string[]).includes(key));
  return mixed ? 'multiple' : forms[0];
}

const LISTS = new Set(['exactly', 'at-least', 'at-most', 'never', 'members', 'accounts', 'any', 'all']);

function isSelectorPath(path: Path): boolean {
  const last = path.at(-1);
  if (last === 'when' || last === 'require' || last === 'not') return true;
  const list = path.at(-2);
  return typeof last === 'number' && (LISTS.has(String(list)) || path.at(-3) === 'sets');
}

/** The keys of a clause that hold people, and sets: there an empty list means nobody. */
const PEOPLE = new Set(['exactly', 'at-least', 'at-most', 'never', 'members', 'accounts']);

function isPeoplePath(path: Path): boolean {
  return PEOPLE.has(String(path.at(-1))) || (path.length === 2 && path[0] === 'sets');
}

interface Container {
  readonly label: string;
  readonly keys: readonly string[];
  /** It is a selector, in which attributes are named. */
  readonly attributes?: boolean;
}

/** What the map at `path` is called, and which keys it may have. */
function describeContainer(path: Path, kind: 'root' | 'included'): Container {
  if (path.length === 0) {
    const shape = kind === 'root' ? PolicySchema.shape : IncludedSchema.shape;
    return { label: 'a policy', keys: Object.keys(shape) };
  }
  if (isSelectorPath(path)) {
    return {
      label: 'a selector',
      keys: [...ATTRIBUTE_NAMES, 'custom', ...Object.keys(SELECTOR_FORMS)],
      attributes: true,
    };
  }
  const last = path.at(-1);
  const list = path.at(-2);
  if (last === 'custom') return { label: '"custom"', keys: [] };
  if (last === 'members' || last === 'accounts')
    return { label: `"${last}"`, keys: Object.keys(ClauseSchema.shape) };
  if (last === 'count') return { label: '"count"', keys: ['min', 'max'] };
  if (last === 'start-date' || last === 'end-date') return { label: `"${last}"`, keys: ['before', 'after'] };
  if (path.length === 1) return topLevel(String(last));
  if (path.length === 2) return element(String(list), String(last));
  return { label: `"${String(last)}"`, keys: [] };
}

function topLevel(key: string): Container {
  if (key === 'population') return { label: '"population"', keys: ['min-users', 'max-drop', 'max-growth'] };
  if (key === 'sources') return { label: '"sources"', keys: Object.keys(SourcesSchema.shape) };
  if (key === 'review') return { label: '"review"', keys: Object.keys(ReviewSchema.shape) };
  if (key === 'rules') return { label: '"rules"', keys: Object.keys(RulesSchema.shape) };
  return { label: `"${key}"`, keys: [] };
}

const ELEMENTS: Record<string, { label: string; shape: object }> = {
  groups: { label: 'a group', shape: GroupSchema.shape },
  roles: { label: 'a role', shape: RoleSchema.shape },
  'separation-of-duties': { label: 'a separation', shape: SeparationSchema.shape },
  requirements: { label: 'a requirement', shape: RequirementSchema.shape },
  exceptions: { label: 'an exception', shape: ExceptionSchema.shape },
  include: { label: 'an include', shape: IncludeSchema.shape },
};

function element(list: string, key: string): Container {
  const known = ELEMENTS[list];
  if (known) return { label: known.label, keys: Object.keys(known.shape) };
  if (list === 'rules') return { label: `the rule "${key}"`, keys: ['severity', ...optionsOf(key)] };
  return { label: `"${key}"`, keys: [] };
}

function optionsOf(rule: string): string[] {
  const known = ['grace', 'within', 'max'];
  const schema = RulesSchema.shape[rule];
  return known.filter((option) => schema?.safeParse({ [option]: '1d' }).success);
}

function typeName(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'string') return 'text';
  return typeof value === 'number' ? 'a number' : 'true or false';
}

function expectedName(expected: string): string {
  const names: Record<string, string> = {
    string: 'text',
    array: 'a list',
    object: 'a map of keys',
    record: 'a map of names',
    int: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
  };
  return names[expected] ?? expected;
}

function show(value: unknown): string {
  return typeof value === 'string'
    ? `"${value}"`
    : typeof value === 'object'
      ? typeName(value)
      : String(value);
}
