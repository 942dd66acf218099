/**
 * The policy language once more, straight from its description: every question is answered by walking through everybody.
 * It knows nothing of how the action does it, reads the policy as the plain values that its YAML stands for, and is slow.
 */
import type { Group, GroupKind, Person, Snapshot } from '../../src/model/snapshot.ts';

export type Sel = string | { [key: string]: unknown };
export interface RefClause {
  exactly?: Sel[];
  'at-least'?: Sel[];
  'at-most'?: Sel[];
  never?: Sel[];
  count?: { min?: number; max?: number };
}
export interface RefEntry {
  name: string;
  id?: string;
  kind?: GroupKind;
  members?: Sel[] | RefClause;
}
export interface RefPolicy {
  version: 1;
  sets?: Record<string, Sel[]>;
  accounts?: Sel[] | RefClause;
  groups?: RefEntry[];
  'separation-of-duties'?: { name: string; 'never-together': string[] }[];
  requirements?: { name: string; when: Sel; require: Sel }[];
}

type Truth = 'no' | 'unknown' | 'yes';
const RANK: Record<Truth, number> = { no: 0, unknown: 1, yes: 2 };
const greatest = (truths: Truth[]): Truth => truths.reduce((a, b) => (RANK[b] > RANK[a] ? b : a), 'no');
const least = (truths: Truth[]): Truth => truths.reduce((a, b) => (RANK[b] < RANK[a] ? b : a), 'yes');

/** `*` stands for any run of characters, `\*` for a star; by brute force. */
export function matchesGlob(pattern: string, text: string): boolean {
  const p = pattern.normalize('NFC');
  const t = text.normalize('NFC');
  const walk = (i: number, j: number): boolean => {
    if (i === p.length) return j === t.length;
    if (p[i] === '*') {
      for (let k = j; k <= t.length; k++) if (walk(i + 1, k)) return true;
      return false;
    }
    const escaped = p[i] === '\\' && (p[i + 1] === '*' || p[i + 1] === '\\');
    const wanted = escaped ? p[i + 1] : p[i];
    return t[j] === wanted && walk(i + (escaped ? 2 : 1), j + 1);
  };
  return walk(0, 0);
}

const fold = (text: string): string => text.normalize('NFC').toLowerCase();
const isLive = (person: Person): boolean => person.active || person.pending !== undefined;
const hasStar = (pattern: string): boolean => pattern.replace(/\\[*\\]/g, '').includes('*');

export class Reference {
  readonly findings = new Set<string>();
  /** Rules of which some part has no answer. */
  readonly unanswered = new Set<string>();
  /** User names of people who are required and not active yet. */
  readonly awaited = new Map<string, string>();
  contradiction = false;
  ambiguousGroup = false;
  readonly #missingAccounts = new Set<string>();
  readonly #policy: RefPolicy;
  readonly #all: Snapshot;

  constructor(policy: RefPolicy, all: Snapshot) {
    this.#policy = policy;
    this.#all = all;
    this.#accounts();
    this.#groups();
    this.#separations();
    this.#requirements();
    this.#builtIn();
    for (const name of this.#missingAccounts) this.#find('missing-account', undefined, undefined, name);
  }

  // ---- selectors

  /** User name decides; a further address counts only when nobody has it as the user name. */
  #named(address: string): Person[] {
    const byName = this.#all.people.filter((person) => fold(person.userName) === fold(address));
    if (byName.length > 0) return byName;
    return this.#all.people.filter((person) => person.addresses.some((one) => fold(one) === fold(address)));
  }

  #groupsCalled(name: string): Group[] {
    const byId = this.#all.groups.filter(({ id }) => id === name);
    if (byId.length > 0) return byId;
    return this.#all.groups.filter((group) => group.name.normalize('NFC') === name.normalize('NFC'));
  }

  #is(selector: Sel, person: Person): Truth {
    if (selector === 'everyone') return isLive(person) ? 'yes' : 'no';
    if (typeof selector === 'string') return this.#isNamed(this.#named(selector), person);
    if ('id' in selector) return person.id === selector.id ? 'yes' : 'no';
    if ('set' in selector) return this.#isIn(this.#policy.sets![selector.set as string]!, person);
    if ('any' in selector) return this.#isIn(selector.any as Sel[], person);
    if ('all' in selector) return least((selector.all as Sel[]).map((one) => this.#is(one, person)));
    if ('not' in selector) {
      const inner = this.#is(selector.not as Sel, person);
      return inner === 'yes' ? 'no' : inner === 'no' ? 'yes' : 'unknown';
    }
    if ('group' in selector) {
      const groups = this.#groupsCalled(selector.group as string);
      if (groups.length > 1) return 'unknown';
      return groups.some((group) => person.groups.includes(group.id)) ? 'yes' : 'no';
    }
    if ('reports-to' in selector) return this.#reports(selector, person);
    return least(Object.entries(selector).map(([name, wanted]) => this.#attribute(name, wanted, person)));
  }

  #isNamed(accounts: Person[], person: Person): Truth {
    if (!accounts.includes(person)) return 'no';
    return accounts.length === 1 ? 'yes' : 'unknown';
  }

  #isIn(list: Sel[], person: Person): Truth {
    return greatest(list.map((selector) => this.#is(selector, person)));
  }

  #reports(selector: { [key: string]: unknown }, person: Person): Truth {
    if (!this.#all.facts.has('manager')) return 'unknown';
    const name = selector['reports-to'] as string;
    const byId = this.#all.people.filter(({ id }) => id === name);
    const managers = byId.length > 0 ? byId : this.#named(name);
    if (managers.length === 0) return 'no';
    if (managers.length > 1) return 'unknown';
    const [manager] = managers;
    if (person === manager) return 'no';
    const seen = new Set<Person>();
    let at: Person | undefined = person;
    while (at && !seen.has(at)) {
      seen.add(at);
      const boss: string | undefined = at.managerId;
      if (boss === manager!.id) return 'yes';
      if (selector.depth === 'direct') return 'no';
      at = this.#all.people.find(({ id }) => id === boss);
    }
    return 'no';
  }

  #attribute(name: string, wanted: unknown, person: Person): Truth {
    if (!this.#all.facts.has(name as never)) return 'unknown';
    const values = this.#valuesOf(name, person);
    const alternatives = Array.isArray(wanted) ? wanted : [wanted];
    return alternatives.some((one) => this.#fits(one, values, name)) ? 'yes' : 'no';
  }

  #fits(wanted: unknown, values: string[], name: string): boolean {
    if (wanted === 'present') return values.length > 0;
    if (wanted === 'absent') return values.length === 0;
    if (typeof wanted === 'string') {
      const pattern = name === 'domain' ? wanted.toLowerCase() : wanted;
      return values.some((value) => matchesGlob(pattern, value));
    }
    const { before, after } = wanted as { before?: string; after?: string };
    // Days are written so that the order of the texts is the order of the days.
    return values.some(
      (day) => (before === undefined || day < before) && (after === undefined || day > after),
    );
  }

  #valuesOf(name: string, person: Person): string[] {
    if (name === 'team')
      return person.groups.flatMap((id) => {
        const group = this.#all.groups.find((one) => one.id === id);
        // What nobody lists may be a team, of a name that nobody knows.
        if (!group) return ['\u0000'];
        return group.kind === undefined || group.kind === 'team' ? [group.name] : [];
      });
    if (name === 'domain') {
      const addresses = [person.userName, ...person.addresses].filter((one) => one.includes('@'));
      return addresses.map((one) => fold(one.slice(one.lastIndexOf('@') + 1)));
    }
    const value = (person.attributes as Record<string, string | readonly string[] | undefined>)[name];
    return [value ?? []].flat().map((one) => one.normalize('NFC'));
  }

  // ---- clauses

  /** Addresses and ids that a list names itself, through sets and `any`. */
  #namesIn(list: Sel[]): { name: string; accounts: Person[] }[] {
    return list.flatMap((selector) => {
      if (selector === 'everyone') return [];
      if (typeof selector === 'string') return [{ name: fold(selector), accounts: this.#named(selector) }];
      if ('id' in selector) {
        return [
          { name: selector.id as string, accounts: this.#all.people.filter(({ id }) => id === selector.id) },
        ];
      }
      if ('set' in selector) return this.#namesIn(this.#policy.sets![selector.set as string]!);
      return 'any' in selector ? this.#namesIn(selector.any as Sel[]) : [];
    });
  }

  /** Looks for names that two accounts or groups have, and for names that nothing has, anywhere below a list. */
  #odd(list: Sel[]): boolean {
    let ambiguous = false;
    const look = (selector: Sel): void => {
      if (selector === 'everyone') return;
      if (typeof selector === 'string') {
        if (this.#named(selector).length > 1) ambiguous = true;
        return;
      }
      if ('set' in selector) for (const one of this.#policy.sets![selector.set as string]!) look(one);
      if ('any' in selector) for (const one of selector.any as Sel[]) look(one);
      if ('all' in selector) for (const one of selector.all as Sel[]) look(one);
      if ('not' in selector) look(selector.not as Sel);
      if ('group' in selector) {
        const groups = this.#groupsCalled(selector.group as string);
        if (groups.length > 1) ambiguous = this.ambiguousGroup = true;
        if (groups.length === 0) this.#missGroup((selector.group as string).normalize('NFC'));
      }
      if ('reports-to' in selector && this.#all.facts.has('manager')) {
        const name = selector['reports-to'] as string;
        const managers = this.#all.people.some(({ id }) => id === name) ? [null] : this.#named(name);
        if (managers.length > 1) ambiguous = true;
        if (managers.length === 0) this.#missingAccounts.add(fold(name));
      }
    };
    for (const selector of list) look(selector);
    return ambiguous;
  }

  #hold(
    kind: { unexpected: string; missing: string; forbidden: string; count: string },
    written: Sel[] | RefClause,
    isIn: (person: Person) => boolean,
    nevers: Sel[][],
    group: Group | undefined,
  ): void {
    const clause: RefClause = Array.isArray(written) ? { exactly: written } : written;
    const permitted = clause.exactly ?? clause['at-most'];
    const needed = clause.exactly ?? clause['at-least'];
    const { never, count } = clause;
    const members = this.#all.people.filter((person) => isLive(person) && isIn(person));
    const active = members.filter((person) => person.active).length;
    for (const person of members) {
      const prohibited = never ? this.#isIn(never, person) : 'no';
      if (prohibited === 'unknown') this.unanswered.add(kind.forbidden);
      if (prohibited === 'yes') {
        this.#find(kind.forbidden, person, group);
        continue;
      }
      if (!permitted) continue;
      const allowed = greatest([this.#isIn(permitted, person), needed ? this.#isIn(needed, person) : 'no']);
      if (allowed === 'unknown') this.unanswered.add(kind.unexpected);
      if (allowed === 'no') this.#find(kind.unexpected, person, group);
    }
    if (needed) {
      for (const person of this.#all.people.filter(isLive)) {
        const required = this.#isIn(needed, person);
        // Nobody who is not active yet can be missing, so nothing is open about such a person.
        const couldBeMissing = person.active && !isIn(person);
        if (required === 'unknown' && couldBeMissing) this.unanswered.add(kind.missing);
        if (required !== 'yes') continue;
        if (clause.exactly && never) {
          const prohibited = this.#isIn(never, person);
          if (prohibited === 'unknown' && couldBeMissing) this.unanswered.add(kind.missing);
          if (prohibited === 'yes' || (prohibited === 'unknown' && (couldBeMissing || !person.active)))
            continue;
        }
        if (nevers.some((list) => this.#isIn(list, person) === 'yes')) this.contradiction = true;
        else if (!person.active) this.awaited.set(person.id, person.userName);
        else if (couldBeMissing) this.#find(kind.missing, person, group);
      }
      for (const { name, accounts } of this.#namesIn(needed)) {
        if (accounts.length === 0) this.#missingAccounts.add(name);
        if (accounts.length === 1 && !isLive(accounts[0]!)) this.#find(kind.missing, accounts[0], group);
      }
    }
    if (permitted && this.#odd(permitted)) this.unanswered.add(kind.unexpected);
    if (needed && this.#odd(needed)) this.unanswered.add(kind.missing);
    if (never && this.#odd(never)) this.unanswered.add(kind.forbidden);
    if (count?.min !== undefined && active < count.min) this.#find(kind.count, undefined, group, 'min');
    if (count?.max !== undefined && active > count.max) this.#find(kind.count, undefined, group, 'max');
  }

  #accounts(): void {
    const { accounts } = this.#policy;
    if (!accounts) return;
    const kind = {
      unexpected: 'unexpected-account',
      missing: 'missing-account',
      forbidden: 'forbidden-account',
      count: 'account-count',
    };
    const never = Array.isArray(accounts) ? undefined : accounts.never;
    this.#hold(kind, accounts, isLive, never ? [never] : [], undefined);
  }

  #lacksKinds({ kind }: RefEntry): boolean {
    return kind !== undefined && !this.#all.facts.has('group-kind');
  }

  /** Groups that nobody is in are not in the list of groups, so there may be more than it shows. */
  #mayBeUnseen(entry: RefEntry, targets: Group[], others: Group[]): boolean {
    if (this.#all.facts.has('group-catalogue')) return false;
    if (entry.id === undefined && hasStar(entry.name)) return true;
    return targets.length === 0 && (entry.id === undefined || others.length === 0);
  }

  #missGroup(name: string): void {
    if (this.#all.facts.has('group-catalogue')) this.#find('missing-group', undefined, undefined, name);
    else this.unanswered.add('missing-group');
  }

  #bind(entry: RefEntry) {
    const named = this.#targets(entry);
    const right = named.filter(({ kind }) => entry.kind === undefined || kind === entry.kind);
    const others = named.filter(({ kind }) => entry.kind && kind && kind !== entry.kind);
    const unknown = named.filter(({ kind }) => entry.kind && !kind);
    const unclear =
      right.length === 0
        ? unknown
        : unknown.filter(({ id }) =>
            this.#all.people.some((person) => isLive(person) && person.groups.includes(id)),
          );
    const ambiguous = entry.id === undefined && !hasStar(entry.name) && right.length > 1;
    return {
      entry,
      targets: ambiguous ? [] : right,
      ambiguous,
      unclear,
      others,
      managed: [...right, ...unclear],
    };
  }

  #targets(entry: RefEntry): Group[] {
    if (entry.id !== undefined) return this.#all.groups.filter(({ id }) => id === entry.id);
    return this.#all.groups.filter((group) => matchesGlob(entry.name, group.name));
  }

  #groups(): void {
    const kind = {
      unexpected: 'unexpected-member',
      missing: 'missing-member',
      forbidden: 'forbidden-member',
      count: 'member-count',
    };
    const bound = (this.#policy.groups ?? []).map((entry) => this.#bind(entry));
    for (const { entry, targets, ambiguous, unclear, others } of bound) {
      const clause = Array.isArray(entry.members) ? { exactly: entry.members } : (entry.members ?? {});
      if (ambiguous || unclear.length > 0 || this.#lacksKinds(entry)) {
        if (ambiguous) this.ambiguousGroup = true;
        if (clause.exactly || clause['at-most']) this.unanswered.add(kind.unexpected);
        if (clause.exactly || clause['at-least']) this.unanswered.add(kind.missing);
        if (clause.never) this.unanswered.add(kind.forbidden);
        if (clause.count) this.unanswered.add(kind.count);
        if (!ambiguous && targets.length === 0) this.unanswered.add('missing-group');
      } else if (this.#mayBeUnseen(entry, targets, others)) {
        if ((clause.exactly ?? clause['at-least'] ?? []).length > 0) this.unanswered.add(kind.missing);
        if ((clause.count?.min ?? 0) > 0) this.unanswered.add(kind.count);
        if (targets.length === 0) this.unanswered.add('missing-group');
      } else if (targets.length === 0) {
        const name = hasStar(entry.name) ? entry.name : entry.name.replace(/\\([\\*])/g, '$1');
        const named = `${entry.kind ? `${entry.kind} ` : ''}${name.normalize('NFC')}`;
        this.#find('missing-group', undefined, undefined, entry.id ?? named);
      }
      if (!entry.members || ambiguous) continue;
      for (const group of targets) {
        const nevers = bound.flatMap((other) => {
          const { members } = other.entry;
          return other.targets.includes(group) && members && !Array.isArray(members) && members.never
            ? [members.never]
            : [];
        });
        this.#hold(kind, entry.members, (person) => person.groups.includes(group.id), nevers, group);
      }
    }
    for (const group of this.#all.groups) {
      if (!bound.some(({ managed }) => managed.includes(group)) && !this.#isAttribute(group))
        this.#find('unmanaged-group', undefined, group);
    }
  }

  /** Departments and their like, until an entry is about their kind or about the very one. */
  #isAttribute(group: Group): boolean {
    const { kind } = group;
    if (kind === undefined || kind === 'team' || kind === 'other') return false;
    const entries = this.#policy.groups ?? [];
    const isNamed = entries.some((entry) => {
      const { targets } = this.#bind(entry);
      return (entry.id !== undefined || !hasStar(entry.name)) && targets.includes(group);
    });
    return !isNamed && !entries.some((entry) => entry.kind === kind);
  }

  // ---- the rest

  #separations(): void {
    for (const { name, 'never-together': names } of this.#policy['separation-of-duties'] ?? []) {
      const elements = names.map((one) =>
        hasStar(one)
          ? this.#all.groups.filter((group) => matchesGlob(one, group.name))
          : this.#groupsCalled(one.replace(/\\([\\*])/g, '$1')),
      );
      for (const [index, groups] of elements.entries()) {
        if (groups.length === 0) this.#missGroup(names[index]!.normalize('NFC'));
        if (groups.length > 1 && !hasStar(names[index]!)) {
          this.unanswered.add('separation-of-duties');
          elements[index] = [];
        }
      }
      const exact = names.flatMap((one, index) => (hasStar(one) ? [] : elements[index]!));
      if (new Set(exact).size < exact.length) this.unanswered.add('separation-of-duties');
      for (const person of this.#all.people.filter(isLive)) {
        const held = elements.map((groups) => groups.filter(({ id }) => person.groups.includes(id)));
        const different = new Set(held.flat());
        if (held.filter(({ length }) => length > 0).length >= 2 && different.size >= 2) {
          this.#find('separation-of-duties', person, undefined, name);
        }
      }
    }
  }

  #requirements(): void {
    for (const { name, when, require } of this.#policy.requirements ?? []) {
      for (const person of this.#all.people.filter(isLive)) {
        const concerned = this.#is(when, person);
        const fulfilled = this.#is(require, person);
        // "when implies require" in three values.
        const holds = greatest([
          concerned === 'yes' ? 'no' : concerned === 'no' ? 'yes' : 'unknown',
          fulfilled,
        ]);
        if (holds === 'unknown') this.unanswered.add('requirement');
        if (holds === 'no') this.#find('requirement', person, undefined, name);
      }
      if (this.#odd([when])) this.unanswered.add('requirement');
      if (this.#odd([require])) this.unanswered.add('requirement');
    }
  }

  #builtIn(): void {
    for (const person of this.#all.people) {
      const manager = this.#all.people.find(({ id }) => id === person.managerId);
      if (
        this.#all.facts.has('manager') &&
        person.active &&
        person.managerId !== undefined &&
        !(manager && isLive(manager))
      ) {
        this.#find('inactive-manager', person);
      }
      if (isLive(person)) continue;
      for (const group of this.#all.groups.filter(({ id }) => person.groups.includes(id))) {
        if (!this.#isAttribute(group)) this.#find('inactive-member', person, group);
      }
    }
  }

  #find(rule: string, person?: Person, group?: Group, key?: string): void {
    this.findings.add([rule, person?.id ?? '', group?.id ?? '', key ?? ''].join('|'));
  }
}
