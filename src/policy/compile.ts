import { ATTRIBUTE_WORDS, type AttributeName, type SourceName } from '../model/facts.ts';
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
  Review,
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
  /** Some sets had mistakes, and are not in `input`. */
  readonly lacksSets: boolean;
  /** `may-define` of each include on the way here, outermost first. */
  readonly mayDefine: readonly (readonly string[])[];
}

/** Puts the files of a policy together, the root first; gives every mistake that shows only then. */
export function compile(files: readonly PolicyFile[]): { policy?: Policy; errors: PolicyError[] } {
  const compiler = new Compiler(files);
  const policy = compiler.run();
  return compiler.errors.length > 0 ? { errors: compiler.errors } : { policy, errors: [] };
}

/** Longest chain of sets that refer to sets. */
const MAX_SET_DEPTH = 64;
/** Beyond so many mistakes nobody needs a nearest word, which takes time to find. */
const SUGGESTIONS = 100;

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
  readonly #lacksSets: boolean;
  readonly #named = new Set<string>();
  readonly #custom = new Set<string>();
  readonly #setUses = new Map<string, { from: SetDraft; to: SetDraft; place: Place }[]>();
  #rootSets: ReadonlyMap<string, SetDraft> = new Map();

  constructor(files: readonly PolicyFile[]) {
    this.#files = files;
    this.#lacksSets = files.some((file) => file.lacksSets);
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
      sources: this.#sources(root),
      accounts: this.#accounts(rootScope),
      groups,
      roles: speaksOfRoles ? roles : undefined,
      separations: this.#separations(rootScope),
      requirements: this.#requirements(rootScope),
      review: this.#review(rootScope),
      rules: this.#rules(rootScope),
      exceptions,
      customAttributes: [...this.#custom],
      named: this.#named,
      top: topPlace(root),
      groupsPlace: keyOrTop(root, 'groups'),
      rolesPlace: keyOrTop(root, 'roles'),
      ...this.#texts(),
    };
    this.#checkSetLoops();
    this.#checkDuplicates(groups);
    this.#checkDuplicates(roles);
    for (const error of contradictions(policy)) this.errors.push(error);
    return policy;
  }

  #texts(): Pick<Policy, 'locate' | 'textOf'> {
    const byPath = new Map(this.#files.map((file) => [file.path, file.tree.file]));
    return {
      locate: (place) => locate(byPath.get(place.file)!, place),
      textOf: ({ file, start, end }) => byPath.get(file)!.text.slice(start, end),
    };
  }

  #fail(code: string, message: string, label: string, place: Place, related?: PolicyError['related']): void {
    this.errors.push({ code, message, label, place, ...(related ? { related } : {}) });
  }

  /** What must be read, and what may fail: nothing can be both. */
  #sources(root: PolicyFile): Policy['sources'] {
    const place = keyOrTop(root, 'sources');
    const { required = [], optional = [] } = root.input.sources ?? {};
    const placeIn = (list: readonly SourceName[], name: SourceName): Place =>
      root.tree.valuePlace(list, list.indexOf(name));
    for (const name of new Set(optional)) {
      if (!required.includes(name)) continue;
      const message = `the source "${name}" is both required and optional`;
      const related = { label: 'required here', place: placeIn(required, name) };
      this.#fail('contradiction', message, 'remove it from one of the two', placeIn(optional, name), related);
    }
    return { required: [...new Set(required)], optional: [...new Set(optional)], place };
  }

  // ---- sets

  #scope(file: PolicyFile): Scope {
    const isRoot = file === this.#files[0];
    const sets = new Map<string, SetDraft>(this.#rootSets);
    const own = new Map<string, SetDraft>();
    const lists = new Map<string, SelectorInput[]>();
    const input = file.input.sets ?? {};
    for (const written of Object.keys(input)) {
      const list = input[written]!;
      const name = normal(written);
      const inherited = this.#rootSets.get(name) ?? own.get(name);
      if (inherited) {
        this.#fail(
          'duplicate-set',
          `the set "${name}" is defined already`,
          'choose another name',
          file.tree.keyPlace(input, written),
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
      lists.set(name, list);
    }
    if (isRoot) this.#rootSets = sets;
    const scope: Scope = { file, tree: file.tree, sets };
    for (const [name, draft] of own) {
      for (const selector of this.#selectors(scope, lists.get(name)!, draft)) draft.selectors.push(selector);
    }
    return scope;
  }

  #checkSetLoops(): void {
    const heights = new Map<SetDraft, number | 'open'>();
    let tooDeep: Place | undefined;
    const visit = (set: SetDraft, depth: number): number => {
      const known = heights.get(set);
      if (typeof known === 'number') return known;
      heights.set(set, 'open');
      let height = 0;
      for (const use of this.#setUses.get(key(set)) ?? []) {
        if (heights.get(use.to) === 'open') {
          this.#fail('set-loop', `the set "${use.to.name}" contains itself`, 'remove this use', use.place);
          continue;
        }
        const below = depth < MAX_SET_DEPTH ? visit(use.to, depth + 1) + 1 : MAX_SET_DEPTH;
        if (below >= MAX_SET_DEPTH) tooDeep ??= use.place;
        height = Math.max(height, below);
      }
      heights.set(set, height);
      return height;
    };
    for (const uses of this.#setUses.values()) for (const use of uses) visit(use.from, 0);
    if (tooDeep) {
      const message = `sets refer to sets that refer to sets, ${MAX_SET_DEPTH} levels deep`;
      this.#fail('sets-too-deep', message, 'name the people here', tooDeep);
    }
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
    if ('set' in input) return this.#setUse(scope, input, place, within);
    if ('group' in input) return { kind: 'group', name: normal(input.group), place };
    if ('reports-to' in input) {
      // As written: it may be an id, in which case matters.
      const manager = normal(input['reports-to']);
      this.#named.add(manager.toLowerCase());
      return { kind: 'reports-to', manager, direct: input.depth === 'direct', place };
    }
    if ('any' in input) return { kind: 'any', of: this.#selectors(scope, input.any, within), place };
    if ('all' in input) return { kind: 'all', of: this.#selectors(scope, input.all, within), place };
    if ('not' in input) {
      const of = this.#selector(scope, input.not, scope.tree.valuePlace(input, 'not'), within);
      return of && { kind: 'not', of, place };
    }
    return this.#where(scope, input, place);
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
    if (address === 'everyone') {
      this.#fail(
        'not-an-address',
        `"${text}" is not a user name or address`,
        'did you mean "everyone"?',
        place,
      );
      return undefined;
    }
    this.#named.add(address);
    return { kind: 'address', address, place };
  }

  #setUse(scope: Scope, input: { set: string }, place: Place, within?: SetDraft): Selector | undefined {
    const name = input.set;
    const set = scope.sets.get(normal(name));
    if (!set) {
      // It may be one of the sets that are left out because of a mistake of their own.
      if (this.#lacksSets) return undefined;
      const names = this.errors.length < SUGGESTIONS ? [...scope.sets.keys()] : [];
      const near = suggest(name, names);
      const label = near
        ? `did you mean "${near}"?`
        : names.length > 0
          ? `sets here: ${names.slice(0, 12).join(', ')}`
          : 'define it under "sets"';
      this.#fail('unknown-set', `there is no set "${name}"`, label, scope.tree.valuePlace(input, 'set'));
      return undefined;
    }
    if (within) {
      const uses = this.#setUses.get(key(within)) ?? [];
      uses.push({ from: within, to: set, place });
      this.#setUses.set(key(within), uses);
    }
    return { kind: 'set', set, place };
  }

  /** Conditions on attributes; a list that mixes values with `absent` is a choice of its own. */
  #where(scope: Scope, input: Readonly<Record<string, unknown>>, place: Place): Selector {
    const simple: Condition[] = [];
    const choices: Selector[] = [];
    for (const { tests, ...condition } of this.#attributes(scope, input)) {
      const conditions = tests.map((test): Condition => ({ ...condition, test }));
      if (conditions.length === 1) simple.push(conditions[0]!);
      else if (conditions.length > 1) choices.push(anyOf(conditions, condition.place));
    }
    const where: Selector = { kind: 'where', conditions: simple, place };
    if (choices.length === 0) return where;
    return { kind: 'all', of: simple.length === 0 ? choices : [where, ...choices], place };
  }

  #attributes(scope: Scope, input: Readonly<Record<string, unknown>>): Attribute[] {
    return Object.keys(input).flatMap((name): Attribute[] => {
      const place = scope.tree.keyPlace(input, name);
      if (name !== 'custom') {
        const attribute = { name: name as AttributeName };
        return [{ attribute, tests: this.#tests(scope, attribute.name, input, place), place }];
      }
      return this.#customAttributes(scope, input.custom as Record<string, string | string[]>);
    });
  }

  /** Leapsome writes the letters of an id small. */
  #customAttributes(scope: Scope, custom: Readonly<Record<string, string | string[]>>): Attribute[] {
    const first = new Map<string, Place>();
    return Object.keys(custom).map((written): Attribute => {
      const id = written.toLowerCase();
      const place = scope.tree.keyPlace(custom, written);
      const known = first.get(id);
      if (known) {
        const related = { label: 'it is here first', place: known };
        this.#fail(
          'duplicate-key',
          `"${id}" stands twice in the same place`,
          'keep one of the two',
          place,
          related,
        );
      }
      first.set(id, known ?? place);
      this.#custom.add(id);
      return { attribute: { custom: id }, tests: valueTests(custom[written]!), place };
    });
  }

  #tests(scope: Scope, name: AttributeName, input: Readonly<Record<string, unknown>>, place: Place): Test[] {
    const value = input[name] as string | string[] | { before?: string; after?: string };
    if (name !== 'start-date' && name !== 'end-date') {
      this.#words(scope, name, input);
      return valueTests(value as string | string[], name === 'domain');
    }
    if (typeof value === 'object' && !Array.isArray(value)) {
      for (const side of ['before', 'after'] as const) {
        if (value[side] !== undefined) this.#day(value[side], scope.tree.valuePlace(value, side));
      }
      return [{ kind: 'dates', ...value }];
    }
    const tests = valueTests(value);
    for (const test of tests)
      if (test.kind === 'one-of') for (const day of test.patterns) this.#day(day, place);
    return tests;
  }

  /** A word that an attribute does not know would match nobody, and make a `never` pass. */
  #words(scope: Scope, name: AttributeName, input: Readonly<Record<string, unknown>>): void {
    const words = ATTRIBUTE_WORDS[name];
    if (!words) return;
    const value = input[name] as string | string[];
    const written = Array.isArray(value)
      ? value.map((text, index) => [text, scope.tree.valuePlace(value, index)] as const)
      : [[value, scope.tree.valuePlace(input, name)] as const];
    for (const [text, place] of written) {
      if (text === 'present' || text === 'absent' || isGlob(text) || words.includes(literal(text))) continue;
      const near = suggest(text, words);
      this.#fail(
        'unknown-value',
        `${name} is never "${text}"`,
        near ? `did you mean "${near}"?` : `Leapsome knows: ${words.join(', ')}`,
        place,
      );
    }
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
    if (Object.keys(input).length === 0 && scope.tree.isComplete(input)) {
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
      ...(input.kind === undefined ? {} : { ofKind: input.kind }),
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

  /**
   * Two exact entries for one group. Only two pinned ones, or ones of two kinds, may have one name: Leapsome may have two
   * such groups.
   */
  #checkDuplicates(entries: readonly Entry[]): void {
    const exact = entries.filter((entry) => !entry.glob);
    const byId = new Map<string, Entry>();
    const byName = new Map<string, Entry>();
    for (const entry of exact) {
      if (entry.id !== undefined) this.#checkFirst(byId, entry.id, `with id ${entry.id}`, entry);
      else this.#checkFirst(byName, nameOf(entry), `"${entry.name}"`, entry);
    }
    for (const entry of [...byId.values(), ...byName.values()]) {
      // An entry by name alone is about a group of any kind.
      const other = byName.get(nameOf({ name: entry.name })) ?? byName.get(nameOf(entry));
      if (other && other !== entry) this.#failTwice(`"${entry.name}"`, entry, other);
    }
  }

  #checkFirst(known: Map<string, Entry>, key: string, what: string, entry: Entry): void {
    const first = known.get(key);
    if (first) this.#failTwice(what, entry, first);
    else known.set(key, entry);
  }

  #failTwice(what: string, entry: Entry, other: Entry): void {
    const message = `two entries are about the ${entry.kind} ${what}`;
    const related = { label: 'the other one is here', place: other.place };
    this.#fail('duplicate-entry', message, 'put both into one entry', entry.place, related);
  }

  // ---- the rest

  #separations(scope: Scope): Separation[] {
    const list = scope.file.input['separation-of-duties'] ?? [];
    this.#checkNames(scope, list, 'separation');
    return list.map((input) => {
      const groups = input['never-together'];
      this.#checkTogether(scope, groups);
      return {
        name: normal(input.name),
        groups: groups.map((name, index) => ({
          name: normal(name),
          place: scope.tree.valuePlace(groups, index),
        })),
        ...accountable(input),
        place: scope.tree.valuePlace(input, 'name'),
      };
    });
  }

  /** Nobody can be kept from being in a group and in the same group. A pattern is about several. */
  #checkTogether(scope: Scope, groups: readonly string[]): void {
    const first = new Map<string, Place>();
    for (const [index, written] of groups.entries()) {
      if (isGlob(written)) continue;
      const name = literal(normal(written));
      const place = scope.tree.valuePlace(groups, index);
      const known = first.get(name);
      if (known) {
        const related = { label: 'it is here first', place: known };
        this.#fail(
          'duplicate-name',
          `"${name}" stands twice in "never-together"`,
          'remove one',
          place,
          related,
        );
      } else first.set(name, place);
    }
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
          name: normal(input.name),
          when,
          require,
          ...accountable(input),
          place: scope.tree.valuePlace(input, 'name'),
        },
      ];
    });
  }

  #review({ file, tree }: Scope): Review | undefined {
    const input = file.input.review;
    if (!input) return undefined;
    const { cadence, records, groups } = input;
    const length = days(cadence);
    if (length === 0) {
      const message = 'a review that counts for no day is never done';
      this.#fail('wrong-value', message, 'write at least 1d', tree.valuePlace(input, 'cadence'));
    }
    return {
      cadence: length ?? 0,
      records: { path: records, place: tree.valuePlace(input, 'records') },
      groups: groups?.map((name, index) => ({ name: normal(name), place: tree.valuePlace(groups, index) })),
      ...accountable(input),
      place: tree.keyPlace(file.input, 'review'),
    };
  }

  #checkNames(scope: Scope, list: readonly { name: string }[], what: string): void {
    const seen = new Map<string, Place>();
    for (const element of list) {
      const place = scope.tree.valuePlace(element, 'name');
      const name = normal(element.name);
      const first = seen.get(name);
      if (first) {
        this.#fail(
          'duplicate-name',
          `two ${what}s are named "${element.name}"`,
          'choose another name',
          place,
          { label: 'the other one is here', place: first },
        );
      }
      seen.set(name, place);
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
    if (input.user !== undefined) this.#named.add(normal(input.user).toLowerCase());
    const name = input.name === undefined ? {} : { name: normal(input.name) };
    return { ...withoutUndefined(input), ...name, place: { ...at, start: place.start } };
  }

  #checkSubject(scope: Scope, input: ExceptionInput, place: Place): void {
    const rule = RULES.find((candidate) => candidate.id === input.rule)!;
    const needs = SUBJECT_KEYS[rule.subject];
    for (const name of ['user', 'group', 'role', 'name'] as const) {
      const given = input[name] !== undefined;
      if (needs.required.includes(name) && !given && scope.tree.isComplete(input)) {
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

/** What tells exact entries by name apart. */
function nameOf({ name, ofKind }: Pick<Entry, 'name' | 'ofKind'>): string {
  return `${ofKind ?? ''} ${name}`;
}

type SubjectKey = 'user' | 'group' | 'role' | 'name';

/** Which keys an exception has, by what the findings of its rule are about. */
const SUBJECT_KEYS: Record<
  (typeof RULES)[number]['subject'],
  { required: SubjectKey[]; optional: SubjectKey[] }
> = {
  user: { required: ['user'], optional: [] },
  group: { required: ['group'], optional: [] },
  'group+user': { required: ['group'], optional: ['user'] },
  'user+group': { required: ['user', 'group'], optional: [] },
  role: { required: ['role'], optional: [] },
  'user+role': { required: ['user', 'role'], optional: [] },
  'user+name': { required: ['user'], optional: ['name'] },
  accounts: { required: [], optional: [] },
  none: { required: [], optional: [] },
};

/** One attribute of a selector with its tests, of which one must hold. */
interface Attribute extends Omit<Condition, 'test'> {
  readonly tests: readonly Test[];
}

function anyOf(conditions: readonly Condition[], place: Place): Selector {
  return {
    kind: 'any',
    of: conditions.map((condition) => ({ kind: 'where', conditions: [condition], place })),
    place,
  };
}

/** `present` and `absent` are words of the language wherever they stand; all else is a value. */
function valueTests(value: string | readonly string[], foldCase = false): Test[] {
  const texts = typeof value === 'string' ? [value] : value;
  const words = (['present', 'absent'] as const).filter((word) => texts.includes(word));
  const values = texts.filter((text) => text !== 'present' && text !== 'absent');
  const patterns = foldCase ? values.map((text) => normal(text).toLowerCase().replace(/^@/, '')) : values;
  return [
    ...words.map((kind) => ({ kind })),
    ...(patterns.length > 0 ? [{ kind: 'one-of' as const, patterns }] : []),
  ];
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
    text === undefined ? undefined : Number(`${text.slice(0, -1)}e-2`);
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
