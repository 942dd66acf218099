import type { AttributeName } from '../model/facts.ts';
import { RULES } from '../rules/index.ts';
import { contradictions } from './contradictions.ts';
import { dayStart, days } from './dates.ts';
import { covers, isGlob, literal, normal } from './glob.ts';
import { locate, type PolicyError } from './policy-error.ts';
import type { ClauseInput, EntryInput, ExceptionInput, PolicyInput, SelectorInput } from './schema.ts';
import { suggest } from './suggest.ts';
import type { Tree } from './tree.ts';
import type {
  Accountable,
  Clause,
  Condition,
  Entry,
  Exception,
  PeopleList,
  PeopleSet,
  Place,
  Policy,
  Requirement,
  RuleSetting,
  Selector,
  Separation,
  Test,
} from './types.ts';

/** A policy file that is valid by itself, with the limits that its includes put on it. */
export interface PolicyFile {
  readonly path: string;
  readonly sha256: string;
  readonly tree: Tree;
  readonly input: PolicyInput;
  /** `may-define` of each include on the way here, outermost first. */
  readonly mayDefine: readonly (readonly string[])[];
}

/** Puts the files of a policy together, the root first; gives every mistake that shows only then. */
export function compile(files: readonly PolicyFile[]): { policy?: Policy; errors: PolicyError[] } {
  const compiler = new Compiler(files);
  const policy = compiler.run();
  return compiler.errors.length > 0 ? { errors: compiler.errors } : { policy, errors: [] };
}

interface Scope {
  readonly file: PolicyFile;
  readonly tree: Tree;
  readonly sets: ReadonlyMap<string, SetDraft>;
}

interface SetDraft extends PeopleSet {
  readonly selectors: Selector[];
}

class Compiler {
  readonly errors: PolicyError[] = [];
  readonly #files: readonly PolicyFile[];
  readonly #named = new Set<string>();
  readonly #custom = new Set<string>();
  readonly #setUses = new Map<string, { from: SetDraft; to: SetDraft; place: Place }[]>();
  #rootSets: ReadonlyMap<string, SetDraft> = new Map();

  constructor(files: readonly PolicyFile[]) {
    this.#files = files;
  }

  run(): Policy {
    const root = this.#files[0]!;
    const scopes = this.#files.map((file) => this.#scope(file));
    const groups = scopes.flatMap((scope) => this.#entries(scope, 'group'));
    const speaksOfRoles = this.#files.some((file) => file.input.roles !== undefined);
    const roles = scopes.flatMap((scope) => this.#entries(scope, 'role'));
    const exceptions = scopes.flatMap((scope) => this.#exceptions(scope));
    const rootScope = scopes[0]!;
    const policy: Policy = {
      files: this.#files.map(({ path, sha256 }) => ({ path, sha256 })),
      population: population(root.input),
      accounts: this.#accounts(rootScope),
      groups,
      roles: speaksOfRoles ? roles : undefined,
      separations: this.#separations(rootScope),
      requirements: this.#requirements(rootScope),
      rules: this.#rules(rootScope),
      exceptions,
      customAttributes: [...this.#custom],
      named: this.#named,
      top: topPlace(root),
      groupsPlace: keyOrTop(root, 'groups'),
      rolesPlace: keyOrTop(root, 'roles'),
      locate: this.#locator(),
    };
    this.#checkSetLoops();
    if (this.errors.length === 0) {
      this.#checkDuplicates(groups);
      this.#checkDuplicates(roles);
      this.errors.push(...contradictions(policy));
    }
    return policy;
  }

  #locator(): Policy['locate'] {
    const byPath = new Map(this.#files.map((file) => [file.path, file.tree.file]));
    return (place) => locate(byPath.get(place.file)!, place);
  }

  #fail(code: string, message: string, label: string, place: Place, related?: PolicyError['related']): void {
    this.errors.push({ code, message, label, place, ...(related ? { related } : {}) });
  }

  // ---- sets

  #scope(file: PolicyFile): Scope {
    const isRoot = file === this.#files[0];
    const sets = new Map<string, SetDraft>(this.#rootSets);
    const own = new Map<string, SetDraft>();
    const input = file.input.sets ?? {};
    for (const name of Object.keys(input)) {
      const list = input[name]!;
      const inherited = this.#rootSets.get(name);
      if (inherited) {
        this.#fail(
          'duplicate-set',
          `the set "${name}" is defined in the root policy already`,
          'choose another name',
          file.tree.keyPlace(input, name),
          {
            label: 'it is here first',
            place: inherited.place,
          },
        );
        continue;
      }
      const draft: SetDraft = { name, selectors: [], place: file.tree.placeOf(list) };
      sets.set(name, draft);
      own.set(name, draft);
    }
    if (isRoot) this.#rootSets = sets;
    const scope: Scope = { file, tree: file.tree, sets };
    for (const [name, draft] of own) {
      draft.selectors.push(...this.#selectors(scope, input[name]!, draft));
    }
    return scope;
  }

  #checkSetLoops(): void {
    const state = new Map<SetDraft, 'open' | 'done'>();
    const visit = (set: SetDraft): void => {
      if (state.has(set)) return;
      state.set(set, 'open');
      for (const use of this.#setUses.get(key(set)) ?? []) {
        if (state.get(use.to) === 'open') {
          this.#fail('set-loop', `the set "${use.to.name}" contains itself`, 'remove this use', use.place);
        } else {
          visit(use.to);
        }
      }
      state.set(set, 'done');
    };
    for (const uses of this.#setUses.values()) for (const use of uses) visit(use.from);
  }

  // ---- selectors

  #selectors(scope: Scope, list: readonly SelectorInput[], within?: SetDraft): Selector[] {
    return list.flatMap((element, index) => {
      const selector = this.#selector(scope, element, scope.tree.valuePlace(list, index), within);
      return selector ? [selector] : [];
    });
  }

  #selector(scope: Scope, input: SelectorInput, place: Place, within?: SetDraft): Selector | undefined {
    if (typeof input === 'string') return this.#address(input, place);
    if ('id' in input) {
      this.#named.add(input.id.toLowerCase());
      return { kind: 'id', id: input.id, place };
    }
    if ('set' in input) return this.#setUse(scope, input.set, place, within);
    if ('group' in input) return { kind: 'group', name: normal(input.group), place };
    if ('reports-to' in input) {
      const manager = input['reports-to'].toLowerCase();
      this.#named.add(manager);
      return { kind: 'reports-to', manager, direct: input.depth === 'direct', place };
    }
    if ('any' in input) return { kind: 'any', of: this.#selectors(scope, input.any, within), place };
    if ('all' in input) return { kind: 'all', of: this.#selectors(scope, input.all, within), place };
    if ('not' in input) {
      const of = this.#selector(scope, input.not, scope.tree.valuePlace(input, 'not'), within);
      return of && { kind: 'not', of, place };
    }
    return { kind: 'where', conditions: this.#conditions(scope, input), place };
  }

  #address(text: string, place: Place): Selector | undefined {
    if (text === 'everyone') return { kind: 'everyone', place };
    if (text.includes('*')) {
      this.#fail(
        'glob-address',
        `an address has no "*": "${text}"`,
        'write { domain: … } or an attribute instead',
        place,
      );
      return undefined;
    }
    if (/\s/.test(text)) {
      this.#fail(
        'not-an-address',
        `"${text}" is not a user name or address`,
        'for a group write { group: … }, for a set { set: … }',
        place,
      );
      return undefined;
    }
    const address = normal(text).toLowerCase();
    this.#named.add(address);
    return { kind: 'address', address, place };
  }

  #setUse(scope: Scope, name: string, place: Place, within?: SetDraft): Selector | undefined {
    const set = scope.sets.get(name);
    if (!set) {
      const near = suggest(name, [...scope.sets.keys()]);
      const names = [...scope.sets.keys()];
      const label = near
        ? `did you mean "${near}"?`
        : names.length > 0
          ? `sets here: ${names.slice(0, 12).join(', ')}`
          : 'define it under "sets"';
      this.#fail('unknown-set', `there is no set "${name}"`, label, place);
      return undefined;
    }
    if (within) {
      const uses = this.#setUses.get(key(within)) ?? [];
      uses.push({ from: within, to: set, place });
      this.#setUses.set(key(within), uses);
    }
    return { kind: 'set', set, place };
  }

  #conditions(scope: Scope, input: Record<string, unknown>): Condition[] {
    const conditions: Condition[] = [];
    for (const name of Object.keys(input)) {
      const place = scope.tree.keyPlace(input, name);
      if (name === 'custom') {
        const custom = input.custom as Record<string, string | string[]>;
        for (const id of Object.keys(custom)) {
          this.#custom.add(id);
          conditions.push({
            attribute: { custom: id },
            test: valueTest(custom[id]!),
            place: scope.tree.keyPlace(custom, id),
          });
        }
      } else {
        const test = this.#test(scope, name as AttributeName, input, place);
        if (test) conditions.push({ attribute: { name: name as AttributeName }, test, place });
      }
    }
    return conditions;
  }

  #test(scope: Scope, name: AttributeName, input: Record<string, unknown>, place: Place): Test | undefined {
    const value = input[name] as string | string[] | { before?: string; after?: string };
    if (name !== 'start-date' && name !== 'end-date')
      return valueTest(value as string | string[], name === 'domain');
    if (typeof value === 'object' && !Array.isArray(value)) {
      for (const side of ['before', 'after'] as const) {
        if (value[side] !== undefined) this.#day(value[side], scope.tree.valuePlace(value, side));
      }
      return {
        kind: 'dates',
        ...(value.before ? { before: value.before } : {}),
        ...(value.after ? { after: value.after } : {}),
      };
    }
    const texts = Array.isArray(value) ? value : [value];
    if (texts.length === 1 && (texts[0] === 'present' || texts[0] === 'absent')) return { kind: texts[0] };
    for (const text of texts) this.#day(text, place);
    return { kind: 'one-of', patterns: texts };
  }

  #day(text: string, place: Place): void {
    if (dayStart(text) === undefined) {
      this.#fail('no-such-day', `"${text}" is not a day`, 'write YYYY-MM-DD, a day that exists', place);
    }
  }

  // ---- clauses and entries

  #accounts(scope: Scope): Clause | undefined {
    const input = scope.file.input.accounts;
    return input === undefined
      ? undefined
      : this.#clause(scope, input, scope.tree.entryPlace(scope.file.input, 'accounts'));
  }

  #clause(scope: Scope, input: ClauseInput | SelectorInput[], place: Place): Clause {
    if (Array.isArray(input)) return { exactly: { selectors: this.#selectors(scope, input), place }, place };
    if (input.exactly && (input['at-least'] || input['at-most'])) {
      const other = input['at-least'] ? 'at-least' : 'at-most';
      this.#fail(
        'exactly-and-more',
        `"exactly" says it all: "${other}" cannot stand beside it`,
        'keep one of the two',
        scope.tree.keyPlace(input, other),
        {
          label: '"exactly" is here',
          place: scope.tree.keyPlace(input, 'exactly'),
        },
      );
    }
    if (Object.keys(input).length === 0) {
      this.#fail(
        'empty-clause',
        'this clause says nothing',
        'write exactly, at-least, at-most, never or count',
        place,
      );
    }
    const list = (name: 'exactly' | 'at-least' | 'at-most' | 'never'): PeopleList | undefined => {
      const people = input[name];
      return (
        people && { selectors: this.#selectors(scope, people), place: scope.tree.entryPlace(input, name) }
      );
    };
    const [exactly, atLeast, atMost, never] = [
      list('exactly'),
      list('at-least'),
      list('at-most'),
      list('never'),
    ];
    return {
      ...(exactly ? { exactly } : {}),
      ...(atLeast ? { atLeast } : {}),
      ...(atMost ? { atMost } : {}),
      ...(never ? { never } : {}),
      ...(input.count ? { count: this.#count(scope, input) } : {}),
      place,
    };
  }

  #count(scope: Scope, input: ClauseInput): NonNullable<Clause['count']> {
    const { min, max } = input.count!;
    const place = scope.tree.entryPlace(input, 'count');
    if (min === undefined && max === undefined) {
      this.#fail(
        'empty-clause',
        '"count" says nothing',
        'write min, max, or both',
        scope.tree.keyPlace(input, 'count'),
      );
    }
    if (min !== undefined && max !== undefined && min > max) {
      this.#fail(
        'contradiction',
        `no group can have at least ${min} and at most ${max} members`,
        'correct min or max',
        place,
      );
    }
    return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }), place };
  }

  #entries(scope: Scope, kind: 'group' | 'role'): Entry[] {
    const list = scope.file.input[kind === 'group' ? 'groups' : 'roles'] ?? [];
    return list.map((input) => this.#entry(scope, kind, input));
  }

  #entry(scope: Scope, kind: 'group' | 'role', input: EntryInput): Entry {
    const name = normal(input.name);
    const namePlace = scope.tree.entryPlace(input, 'name');
    this.#checkMayDefine(
      scope,
      kind,
      input.id === undefined ? name : name.replace(/[\\*]/g, '\\$&'),
      namePlace,
    );
    const isPattern = input.id === undefined && isGlob(name);
    return {
      kind,
      name: isPattern || input.id !== undefined ? name : literal(name),
      glob: isPattern,
      ...(input.id === undefined ? {} : { id: input.id }),
      ...(input.members === undefined
        ? {}
        : {
            clause: this.#clause(
              scope,
              input.members as ClauseInput | SelectorInput[],
              scope.tree.entryPlace(input, 'members'),
            ),
          }),
      ...accountable(input),
      place: namePlace,
      mayDefine: scope.file.mayDefine,
    };
  }

  #checkMayDefine(scope: Scope, kind: string, name: string, place: Place): void {
    for (const globs of scope.file.mayDefine) {
      if (globs.some((outer) => covers(outer, name))) continue;
      this.#fail(
        'may-not-define',
        `${scope.file.path} may not govern the ${kind} "${name}"`,
        `it may define: ${globs.join(', ')}`,
        place,
      );
    }
  }

  #checkDuplicates(entries: readonly Entry[]): void {
    const ids = new Map<string, Entry>();
    const names = new Map<string, Entry>();
    for (const entry of entries) {
      if (entry.glob) continue;
      const known = entry.id === undefined ? names : ids;
      const name = entry.id ?? entry.name;
      const first = known.get(name);
      if (first) {
        this.#fail(
          'duplicate-entry',
          `two entries are about the ${entry.kind} ${entry.id ? `with id ${name}` : `"${name}"`}`,
          'put both into one entry',
          entry.place,
          {
            label: 'the other one is here',
            place: first.place,
          },
        );
      } else {
        known.set(name, entry);
      }
    }
  }

  // ---- the rest

  #separations(scope: Scope): Separation[] {
    const list = scope.file.input['separation-of-duties'] ?? [];
    this.#checkNames(scope, list, 'separation');
    return list.map((input) => {
      const groups = input['never-together'];
      return {
        name: input.name,
        groups: groups.map((name, index) => ({
          name: normal(name),
          place: scope.tree.valuePlace(groups, index),
        })),
        ...accountable(input),
        place: scope.tree.valuePlace(input, 'name'),
      };
    });
  }

  #requirements(scope: Scope): Requirement[] {
    const list = scope.file.input.requirements ?? [];
    this.#checkNames(scope, list, 'requirement');
    return list.flatMap((input) => {
      const when = this.#selector(scope, input.when, scope.tree.valuePlace(input, 'when'));
      const require = this.#selector(scope, input.require, scope.tree.valuePlace(input, 'require'));
      if (!when || !require) return [];
      return [
        {
          name: input.name,
          when,
          require,
          ...accountable(input),
          place: scope.tree.valuePlace(input, 'name'),
        },
      ];
    });
  }

  #checkNames(scope: Scope, list: readonly { name: string }[], what: string): void {
    const seen = new Map<string, Place>();
    for (const element of list) {
      const place = scope.tree.valuePlace(element, 'name');
      const first = seen.get(element.name);
      if (first) {
        this.#fail(
          'duplicate-name',
          `two ${what}s are named "${element.name}"`,
          'choose another name',
          place,
          { label: 'the other one is here', place: first },
        );
      }
      seen.set(element.name, place);
    }
  }

  #rules(scope: Scope): Record<string, RuleSetting> {
    const input = (scope.file.input.rules ?? {}) as Record<
      string,
      string | Record<string, string> | undefined
    >;
    const rules: Record<string, RuleSetting> = {};
    for (const id of Object.keys(input)) {
      const setting = input[id]!;
      const place = scope.tree.keyPlace(input, id);
      if (typeof setting === 'string') {
        rules[id] = { severity: setting as NonNullable<RuleSetting['severity']>, days: {}, place };
        continue;
      }
      const { severity, ...options } = setting;
      rules[id] = {
        ...(severity === undefined ? {} : { severity: severity as NonNullable<RuleSetting['severity']> }),
        days: Object.fromEntries(Object.keys(options).map((option) => [option, days(options[option]!) ?? 0])),
        place,
      };
    }
    return rules;
  }

  #exceptions(scope: Scope): Exception[] {
    const list = scope.file.input.exceptions ?? [];
    return list.map((input, index) => this.#exception(scope, input, scope.tree.valuePlace(list, index)));
  }

  #exception(scope: Scope, input: ExceptionInput, place: Place): Exception {
    const at = scope.tree.valuePlace(input, 'rule');
    this.#checkSubject(scope, input, at);
    this.#day(input.expires, scope.tree.valuePlace(input, 'expires'));
    if (input.granted !== undefined) this.#day(input.granted, scope.tree.valuePlace(input, 'granted'));
    if (input.granted !== undefined && input.granted > input.expires) {
      this.#fail(
        'contradiction',
        'the exception ends before it was granted',
        'correct one of the two days',
        scope.tree.valuePlace(input, 'expires'),
        {
          label: 'granted here',
          place: scope.tree.valuePlace(input, 'granted'),
        },
      );
    }
    for (const kind of ['group', 'role'] as const) {
      const name = input[kind];
      if (name !== undefined)
        this.#checkMayDefine(
          scope,
          kind,
          normal(name).replace(/[\\*]/g, '\\$&'),
          scope.tree.valuePlace(input, kind),
        );
    }
    if (input.user !== undefined) this.#named.add(input.user.toLowerCase());
    return { ...withoutUndefined(input), place: { ...at, start: place.start } };
  }

  #checkSubject(scope: Scope, input: ExceptionInput, place: Place): void {
    const rule = RULES.find((candidate) => candidate.id === input.rule)!;
    const needs = SUBJECT_KEYS[rule.subject];
    for (const name of ['user', 'group', 'role', 'name'] as const) {
      const given = input[name] !== undefined;
      if (needs.required.includes(name) && !given) {
        this.#fail(
          'exception-subject',
          `an exception from ${input.rule} names a ${name}`,
          `add "${name}"`,
          place,
        );
      }
      if (given && !needs.required.includes(name) && !needs.optional.includes(name)) {
        this.#fail(
          'exception-subject',
          `findings of ${input.rule} have no ${name}`,
          `remove "${name}"`,
          scope.tree.keyPlace(input, name),
        );
      }
    }
    if (scope.file.mayDefine.length > 0 && input.group === undefined && input.role === undefined) {
      this.#fail(
        'may-not-define',
        `${scope.file.path} may make exceptions for its own groups and roles only`,
        'move this exception to the root policy',
        place,
      );
    }
  }
}

type SubjectKey = 'user' | 'group' | 'role' | 'name';

/** Which keys an exception has, by what the findings of its rule are about. */
const SUBJECT_KEYS: Record<
  (typeof RULES)[number]['subject'],
  { required: SubjectKey[]; optional: SubjectKey[] }
> = {
  user: { required: ['user'], optional: [] },
  group: { required: ['group'], optional: [] },
  'user+group': { required: ['user', 'group'], optional: [] },
  role: { required: ['role'], optional: [] },
  'user+role': { required: ['user', 'role'], optional: [] },
  'user+name': { required: ['user'], optional: ['name'] },
  accounts: { required: [], optional: [] },
  none: { required: [], optional: [] },
};

function valueTest(value: string | string[], foldCase = false): Test {
  const texts = Array.isArray(value) ? value : [value];
  if (texts.length === 1 && (texts[0] === 'present' || texts[0] === 'absent')) return { kind: texts[0] };
  return {
    kind: 'one-of',
    patterns: foldCase ? texts.map((text) => text.toLowerCase().replace(/^@/, '')) : texts,
  };
}

function accountable(input: {
  owner?: string | undefined;
  severity?: Accountable['severity'] | undefined;
  controls?: string[] | undefined;
}): Omit<Accountable, 'place'> {
  return {
    ...(input.owner === undefined ? {} : { owner: input.owner }),
    ...(input.severity === undefined ? {} : { severity: input.severity }),
    controls: input.controls ?? [],
  };
}

function population(input: PolicyInput): Policy['population'] {
  const share = (text: string | undefined): number | undefined =>
    text === undefined ? undefined : Number.parseFloat(text) / 100;
  return {
    minUsers: input.population?.['min-users'],
    maxDrop: share(input.population?.['max-drop']),
    maxGrowth: share(input.population?.['max-growth']),
  };
}

function topPlace(root: PolicyFile): Place {
  return root.tree.keyPlace(root.input, 'version');
}

function keyOrTop(root: PolicyFile, name: string): Place {
  return name in root.input ? root.tree.keyPlace(root.input, name) : topPlace(root);
}

/** Sets of two files may have the same name; their place tells them apart. */
function key(set: SetDraft): string {
  return `${set.place.file}:${set.place.start}:${set.name}`;
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as never;
}
