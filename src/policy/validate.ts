import type * as z from 'zod';
import { ATTRIBUTE_NAMES } from '../model/facts.ts';
import type { PolicyError } from './policy-error.ts';
import {
  ClauseSchema,
  EntrySchema,
  ExceptionSchema,
  IncludedSchema,
  IncludeSchema,
  type PolicyInput,
  PolicySchema,
  RequirementSchema,
  RulesSchema,
  SELECTOR_FORMS,
  SeparationSchema,
} from './schema.ts';
import { suggest } from './suggest.ts';
import type { Tree } from './tree.ts';
import type { Place } from './types.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

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

/**
 * Checks a tree against the schema of a root policy or of an included file.
 * Gives the typed input when all is well, else every mistake with its place.
 */
export function validate(
  tree: Tree,
  kind: 'root' | 'included',
): { input?: PolicyInput; errors: PolicyError[] } {
  if (tree.errors.length > 0 || tree.value === undefined) return { errors: [...tree.errors] };
  if (typeof tree.value !== 'object' || tree.value === null || Array.isArray(tree.value)) {
    const place = { file: tree.file.path, start: 0, end: 1 };
    return {
      errors: [
        { code: 'wrong-type', message: 'a policy is a map of keys', label: 'start with "version: 1"', place },
      ],
    };
  }
  const schema = kind === 'root' ? PolicySchema : IncludedSchema;
  const result = schema.safeParse(tree.value);
  if (result.success) return { input: tree.value as PolicyInput, errors: [] };
  const explainer = new Explainer(tree, kind);
  return { errors: result.error.issues.flatMap((issue) => explainer.explain(issue, [])) };
}

class Explainer {
  readonly #tree: Tree;
  readonly #kind: 'root' | 'included';

  constructor(tree: Tree, kind: 'root' | 'included') {
    this.#tree = tree;
    this.#kind = kind;
  }

  explain(issue: Issue, prefix: Path): PolicyError[] {
    const path = [...prefix, ...issue.path];
    switch (issue.code) {
      case 'unrecognized_keys':
        return issue.keys.map((key) => this.#unknownKey(path, key));
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

  #unknownKey(path: Path, key: string): PolicyError {
    const container = this.#value(path) as object;
    const place = this.#tree.keyPlace(container, key);
    const where = describeContainer(path, this.#kind);
    if (where.attributes && NEVER_READ.includes(key.toLowerCase())) {
      return {
        code: 'never-read',
        message: `"${key}" is personal data that is never read from Leapsome`,
        label: 'remove this condition; no policy can depend on it',
        place,
      };
    }
    const near = suggest(key, where.keys);
    const label = near ? `did you mean "${near}"?` : `possible here: ${where.keys.join(', ')}`;
    if (this.#kind === 'included' && path.length === 0 && key in PolicySchema.shape) {
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
    const form = selectorForm(path, value);
    const branches = issue.errors.filter((errors) => errors.length > 0);
    if (form === 'multiple') {
      return [
        this.#at(
          path,
          'mixed-selector',
          'a selector has one form only',
          'combine with { all: [...] } or { any: [...] }',
        ),
      ];
    }
    let best: readonly Issue[] | undefined;
    let bestCost = Number.POSITIVE_INFINITY;
    for (const errors of branches) {
      const cost = branchCost(errors, form);
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
    if (typeof value === 'number' || typeof value === 'boolean' || value === null)
      return this.#wrongType(path, 'string');
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
        `add "${String(last)}"`,
      );
    }
    if (
      expected === 'string' &&
      (typeof value === 'number' || typeof value === 'boolean' || value === null)
    ) {
      const source = this.#source(path);
      const what = value === null ? 'nothing' : typeof value === 'number' ? 'a number' : 'true or false';
      const idLike = last === 'id' || /^[0-9a-f]{8,}$/i.test(source);
      return this.#at(
        path,
        idLike ? 'unquoted-id' : 'unquoted',
        `YAML reads ${source === '' ? 'this' : source} as ${what}, not as text`,
        idLike
          ? `quote this id: "${source}"`
          : source === ''
            ? 'write a value'
            : `write it in quotes: "${source}"`,
      );
    }
    return this.#at(
      path,
      'wrong-type',
      `${this.#label(path)} is ${typeName(value)}`,
      `write ${expectedName(expected)}`,
    );
  }

  #wrongValue(path: Path, values: readonly unknown[]): PolicyError {
    const value = this.#value(path);
    if (value === undefined) return this.#wrongType(path, 'value');
    const choices = values.map(String);
    const near = typeof value === 'string' ? suggest(value, choices) : undefined;
    return this.#at(
      path,
      'wrong-value',
      `${this.#label(path)} cannot be ${show(value)}`,
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
    let value: unknown = this.#tree.value;
    for (const part of path) {
      if (typeof value !== 'object' || value === null) return undefined;
      value = (value as Record<PropertyKey, unknown>)[part];
    }
    return value;
  }
}

const ROOT_MISMATCH = 1000;

/** How far a union's branch is from what was written: 1000 when it is of another type altogether. */
function branchCost(errors: readonly Issue[], form: string | undefined): number {
  let cost = 0;
  for (const error of errors) {
    const atRoot = error.path.length === 0;
    if (error.code === 'invalid_type' && atRoot) cost += ROOT_MISMATCH;
    else if (error.code === 'invalid_value' && atRoot) cost += ROOT_MISMATCH;
    else if (error.code === 'unrecognized_keys' && atRoot) {
      cost += (form === undefined ? 10 : 100) * error.keys.length;
    } else if (error.code === 'invalid_type' && error.path.length === 1) cost += 20;
    else cost += 1;
  }
  return cost;
}

/** The key that decides the form of a selector; `multiple` when two forms are mixed. */
function selectorForm(path: Path, value: unknown): string | undefined {
  if (!isSelectorPath(path) || typeof value !== 'object' || value === null || Array.isArray(value))
    return undefined;
  const keys = Object.keys(value);
  const forms = keys.filter((key) => key in SELECTOR_FORMS);
  if (forms.length === 0) return undefined;
  const others = keys.filter((key) => !(key in SELECTOR_FORMS) && key !== 'depth');
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
  if (key === 'rules') return { label: '"rules"', keys: Object.keys(RulesSchema.shape) };
  return { label: `"${key}"`, keys: [] };
}

const ELEMENTS: Record<string, { label: string; shape: object }> = {
  groups: { label: 'a group', shape: EntrySchema.shape },
  roles: { label: 'a role', shape: EntrySchema.shape },
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
