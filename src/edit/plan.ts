import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import type { NamedPerson, PolicyEdit } from '../model/policy-edit.ts';
import { yamlText } from '../model/yaml-text.ts';
import { keyOf, type PolicyText } from './document.ts';
import { changeList, type Element, oneLine } from './list.ts';
import { allOf, wrap } from './narrow.ts';
import { addSection } from './section.ts';
import type { Splice } from './splice.ts';
import { entryElement, NOBODY, notPerson, personText } from './texts.ts';

/** An edit, or an exception to add, on behalf of a finding. */
export type Change = { readonly finding: string } & (
  | { readonly edit: PolicyEdit; readonly until?: string }
  | { readonly exception: Element }
);

/** Why a change cannot be made; `findings` are the ones on whose behalf it was asked for. */
export interface Objection {
  readonly findings: readonly string[];
  readonly reason: string;
}

type Section = 'groups' | 'roles' | 'exceptions';

/** Lists that may not have fewer elements than this. */
const LEAST: Readonly<Record<string, number>> = { any: 1, all: 1, 'never-together': 2 };

interface Written {
  readonly text: string;
  readonly finding: string;
}

/** Collects the changes of one file, puts together what belongs together, and tells which texts change. */
export class Plan {
  readonly objections: Objection[] = [];
  readonly #policy: PolicyText;
  readonly #removed = new Map<YAMLSeq, Set<number>>();
  readonly #added = new Map<YAMLSeq, Map<string, Element>>();
  readonly #sections = new Map<Section, Map<string, Element>>();
  readonly #narrowed = new Map<Node, Set<string>>();
  readonly #nobody = new Set<Node>();
  readonly #besides = new Map<Node, Set<string>>();
  readonly #scalars = new Map<Node, Written>();
  readonly #counts = new Map<Node, { readonly bound: 'min' | 'max'; to: number }>();

  constructor(policy: PolicyText) {
    this.#policy = policy;
  }

  take(change: Change): void {
    const reason = 'edit' in change ? this.#take(change) : this.#addTo('exceptions', change.exception);
    if (reason !== undefined) this.objections.push({ findings: [change.finding], reason });
  }

  #take(change: Extract<Change, { edit: PolicyEdit }>): string | undefined {
    const { edit } = change;
    switch (edit.action) {
      case 'add-person':
        return this.#addPerson(edit);
      case 'leave-out':
        return this.#leaveOut(edit);
      case 'remove':
        return this.#remove(edit);
      case 'set-count':
        return this.#setCount(edit);
      case 'set-name':
        return this.#setValue(edit, 'name', yamlText(edit.to), change.finding);
      case 'set-end':
        return this.#setEnd(edit, change);
      case 'add-entry':
        return this.#addTo(edit.list, entryElement(edit));
    }
  }

  // ---- people

  #addPerson({ at, person }: Extract<PolicyEdit, { action: 'add-person' }>): string | undefined {
    const list = this.#policy.pairAt(at)?.pair.value;
    const repeated = list ? this.#policy.repeatedAt(list) : undefined;
    const text = personText(person);
    if (isAlias(list) || (isSeq(list) && repeated !== undefined && this.#canStandBeside(list))) {
      add(this.#besides, list, text);
      return undefined;
    }
    if (!isSeq(list)) return nothingThere('a list of people', at);
    if (repeated !== undefined) return shared(at.line, repeated);
    this.#append(list, oneLine(text));
    return undefined;
  }

  /** A list that is repeated elsewhere by an alias can be put into a new one beside others, if it stands on one line. */
  #canStandBeside(list: YAMLSeq): boolean {
    const parent = this.#policy.parent(list);
    const isRepeatedItself = parent?.kind === 'value' && this.#policy.repeatedAt(parent.map) === undefined;
    return isRepeatedItself && list.flow === true && list.items.length > 0;
  }

  #leaveOut({ at, person }: { at: PolicyEdit['at']; person: NamedPerson }): string | undefined {
    const node = this.#policy.itemAt(at);
    if (!node) return nothingThere('a selector', at);
    const repeated = this.#policy.repeatedAt(node);
    if (repeated !== undefined) return shared(at.line, repeated);
    add(this.#narrowed, node, notPerson(person));
    return undefined;
  }

  // ---- taking away

  #remove({ at, what }: Extract<PolicyEdit, { action: 'remove' }>): string | undefined {
    const policy = this.#policy;
    const node =
      what === 'entry' ? policy.pairAt(at)?.map : what === 'selector' ? policy.nodeAt(at) : policy.itemAt(at);
    if (!node) return nothingThere(what === 'selector' ? 'a selector' : `an element to remove (${what})`, at);
    const repeated = policy.repeatedAt(node) ?? policy.repeatedWithin(node);
    if (repeated !== undefined) return shared(at.line, repeated);
    return what === 'selector' ? this.#removeSelector(node) : this.#removeItem(node, at.line);
  }

  /** In a list of alternatives it may go; elsewhere nobody comes in its place. */
  #removeSelector(node: Node): undefined {
    const parent = this.#policy.parent(node);
    if (parent?.kind !== 'item' || keyAbove(this.#policy, parent.list) === 'all') this.#nobody.add(node);
    else add(this.#removed, parent.list, parent.index);
  }

  #removeItem(node: Node, line: number): string | undefined {
    const parent = this.#policy.parent(node);
    if (parent?.kind !== 'item') return `what stands in line ${line} is no element of a list`;
    add(this.#removed, parent.list, parent.index);
    return undefined;
  }

  /** A list that has become too short takes what it belongs to with it, which may make another one too short. */
  #shorten(): void {
    const done = new Set<YAMLSeq>();
    for (let list = this.#tooShort(done); list; list = this.#tooShort(done)) {
      done.add(list);
      const parent = this.#policy.parent(list);
      if (parent?.kind !== 'value') continue;
      if (keyOf(parent.pair) === 'never-together') this.#removeItem(parent.map, 0);
      else this.#removeSelector(parent.map);
    }
  }

  #tooShort(done: ReadonlySet<YAMLSeq>): YAMLSeq | undefined {
    return [...this.#removed].find(([list, indices]) => {
      const least = LEAST[String(keyAbove(this.#policy, list))] ?? 0;
      return !done.has(list) && list.items.length - indices.size < least;
    })?.[0];
  }

  // ---- values

  #setCount({ at, bound, to }: Extract<PolicyEdit, { action: 'set-count' }>): string | undefined {
    const count = this.#policy.pairAt(at)?.pair.value;
    const node = isMap(count) ? valueAt(count, bound) : undefined;
    if (isAlias(count)) return shared(at.line, at.line);
    if (!node) return nothingThere('a count', at);
    const repeated = this.#policy.repeatedAt(node);
    if (repeated !== undefined) return shared(at.line, repeated);
    const other = this.#counts.get(node);
    const widest = bound === 'min' ? Math.min : Math.max;
    this.#counts.set(node, { bound, to: other ? widest(other.to, to) : to });
    return undefined;
  }

  #setEnd(
    { at, to }: Extract<PolicyEdit, { action: 'set-end' }>,
    { until, finding }: { until?: string; finding: string },
  ): string | undefined {
    const day = to ?? until;
    const exception = this.#policy.itemAt(at);
    const expires = isMap(exception)
      ? exception.items.find((pair) => keyOf(pair as Pair<Node, Node>) === 'expires')
      : undefined;
    if (!expires) return nothingThere('an exception', at);
    if (day === undefined) return 'the new last day is not said';
    return this.#write(expires.value as Node, day, finding);
  }

  #setValue(edit: PolicyEdit, key: string, text: string, finding: string): string | undefined {
    const found = this.#policy.pairAt(edit.at)?.pair;
    if (!found?.value || keyOf(found) !== key) return nothingThere(`the key "${key}"`, edit.at);
    return this.#write(found.value, text, finding);
  }

  #write(node: Node, text: string, finding: string): string | undefined {
    const line = this.#policy.line(node.range![0]);
    const repeated = this.#policy.repeatedAt(node);
    if (repeated !== undefined) return shared(line, repeated);
    const other = this.#scalars.get(node);
    if (other && other.text !== text) {
      const reason = `line ${line} would have to be both ${other.text} and ${text}`;
      this.objections.push({ findings: [other.finding, finding], reason });
      return undefined;
    }
    this.#scalars.set(node, { text, finding });
    return undefined;
  }

  // ---- entries and exceptions

  #addTo(section: Section, element: Element): string | undefined {
    const { root } = this.#policy;
    const list = isMap(root) ? valueAt(root, section) : undefined;
    const repeated = isSeq(list) ? this.#policy.repeatedAt(list) : undefined;
    if (repeated !== undefined) return shared(this.#policy.line(list!.range![0]), repeated);
    if (isSeq(list) && (list.items.length > 0 || (isMap(root) && root.flow))) {
      this.#append(list, element);
      return undefined;
    }
    if (isAlias(list)) return `"${section}" is an alias`;
    const elements = this.#sections.get(section) ?? new Map<string, Element>();
    this.#sections.set(section, elements.set(element.flow, element));
    return undefined;
  }

  #append(list: YAMLSeq, element: Element): void {
    const elements = this.#added.get(list) ?? new Map<string, Element>();
    this.#added.set(list, elements.set(element.flow, element));
  }

  // ---- the outcome

  /** What changes in the text. Empty when there are objections. */
  splices(): Splice[] {
    this.#shorten();
    const policy = this.#policy;
    const splices: Splice[] = [];
    for (const [node, { text }] of this.#scalars)
      if (!this.#isGone(node)) splices.push(replace(policy, node, text));
    for (const [node, { to }] of this.#counts)
      if (!this.#isGone(node)) splices.push(replace(policy, node, String(to)));
    for (const node of this.#nobody) if (!this.#isGone(node)) splices.push(replace(policy, node, NOBODY));
    for (const [node, conditions] of this.#narrowed) {
      if (this.#isGone(node)) continue;
      const list = allOf(node);
      if (list && this.#policy.repeatedAt(list) === undefined)
        for (const condition of conditions) this.#append(list, oneLine(condition));
      else splices.push(...this.#wrapped(node, [...conditions]));
    }
    for (const [node, people] of this.#besides)
      if (!this.#isGone(node)) splices.push(...beside(policy, node, people));
    // Lists may end where the ones around them end: what is added to the inner one stands first.
    const lists = [...new Set([...this.#removed.keys(), ...this.#added.keys()])];
    for (const list of lists.sort((a, b) => b.range![0] - a.range![0])) {
      if (this.#isGone(list)) continue;
      const added = [...(this.#added.get(list)?.values() ?? [])];
      splices.push(...changeList(policy, list, { removed: this.#removed.get(list) ?? new Set(), added }));
    }
    const sections = [...this.#sections].map(([name, elements]) => ({
      name,
      elements: [...elements.values()],
    }));
    for (const section of sections) splices.push(...addSection(policy, section.name, section.elements));
    return this.objections.length > 0 ? [] : splices;
  }

  #wrapped(node: Node, conditions: readonly string[]): Splice[] {
    const splices = wrap(this.#policy, node, conditions);
    if (typeof splices !== 'string') return splices;
    this.objections.push({ findings: [], reason: `line ${this.#policy.line(node.range![0])}: ${splices}` });
    return [];
  }

  /** True for what stands within something that is taken away as a whole. */
  #isGone(node: Node): boolean {
    for (const one of [node, ...this.#policy.around(node)]) {
      if (one !== node && this.#nobody.has(one)) return true;
      const parent = this.#policy.parent(one);
      if (parent?.kind === 'item' && this.#removed.get(parent.list)?.has(parent.index)) return true;
    }
    return false;
  }
}

function add<K, V>(map: Map<K, Set<V>>, key: K, value: V): void {
  map.set(key, (map.get(key) ?? new Set<V>()).add(value));
}

function valueAt(map: YAMLMap, key: string): Node | undefined {
  const pair = map.items.find((one) => keyOf(one as Pair<Node, Node>) === key);
  const value = pair?.value as Node | null | undefined;
  return value && (isScalar(value) || isMap(value) || isSeq(value) || isAlias(value)) ? value : undefined;
}

function keyAbove(policy: PolicyText, list: YAMLSeq): unknown {
  const parent = policy.parent(list);
  return parent?.kind === 'value' ? keyOf(parent.pair) : undefined;
}

function replace(policy: PolicyText, node: Node, text: string): Splice {
  return { start: node.range![0], end: policy.end(node), text };
}

/** A list that stays as it is, with others beside it. */
function beside(policy: PolicyText, node: Node, people: ReadonlySet<string>): Splice[] {
  const parent = policy.parent(node);
  const anchor = (node as { anchor?: string }).anchor;
  const start = anchor === undefined ? node.range![0] : policy.text.lastIndexOf(`&${anchor}`, node.range![0]);
  const end = policy.end(node);
  if (parent?.kind !== 'value') return [];
  const list = policy.resolved(node);
  // "Any of nobody" is no selector.
  if (isSeq(list) && list.items.length === 0) return [{ start, end, text: `[${[...people].join(', ')}]` }];
  return [
    { start, end: start, text: '[{ any: ' },
    { start: end, end, text: ` }, ${[...people].join(', ')}]` },
  ];
}

function nothingThere(what: string, { line, column }: PolicyEdit['at']): string {
  return `line ${line}, column ${column} of the policy does not hold ${what}`;
}

function shared(line: number, alias: number): string {
  return `what stands in line ${line} is repeated by an alias in line ${alias}, so that more would change than this finding is about`;
}
