import {
  type CST,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Location } from '../model/problem.ts';

type KeyedPair = Pair<Node, Node | null>;

/** Where a node hangs. */
export type Parent =
  | { readonly kind: 'item'; readonly list: YAMLSeq; readonly index: number }
  | { readonly kind: 'value'; readonly map: YAMLMap; readonly pair: KeyedPair };

/** A policy file as text and as tree, with the way from a line and column to the element that stands there. */
export class PolicyText {
  /** Without the byte order mark, if there is one: lines and columns of reports do not count it. */
  readonly text: string;
  readonly mark: string;
  /** How lines end here. */
  readonly newline: string;
  readonly root: Node | null;
  readonly #document: Document.Parsed;
  readonly #lineStarts: number[] = [0];
  readonly #parents = new Map<Node, Parent>();
  readonly #items = new Map<number, Node>();
  readonly #values = new Map<number, Node>();
  readonly #pairs = new Map<number, { map: YAMLMap; pair: KeyedPair }>();
  readonly #aliases = new Map<string, number>();

  constructor(source: string) {
    this.mark = source.startsWith('\uFEFF') ? '\uFEFF' : '';
    this.text = source.slice(this.mark.length);
    this.newline = /\r?\n/.exec(this.text)?.[0] ?? '\n';
    for (let at = this.text.indexOf('\n'); at >= 0; at = this.text.indexOf('\n', at + 1))
      this.#lineStarts.push(at + 1);
    const document = parseDocument(this.text, {
      keepSourceTokens: true,
      uniqueKeys: false,
      merge: false,
      version: '1.2',
      logLevel: 'silent',
    });
    this.#document = document;
    this.root = document.contents;
    visit(document, {
      Node: (_key, node) => {
        if (isSeq(node)) this.#addItems(node);
        else if (isMap(node)) this.#addPairs(node);
        else if (isAlias(node) && !this.#aliases.has(node.source))
          this.#aliases.set(node.source, node.range![0]);
      },
    });
  }

  #addItems(list: YAMLSeq): void {
    for (const [index, item] of (list.items as (Node | null)[]).entries()) {
      if (!item?.range) continue;
      this.#parents.set(item, { kind: 'item', list, index });
      this.#items.set(item.range[0], item);
    }
  }

  #addPairs(map: YAMLMap): void {
    for (const pair of map.items as KeyedPair[]) {
      if (!isPair(pair) || !pair.key?.range) continue;
      this.#pairs.set(pair.key.range[0], { map, pair });
      if (!pair.value?.range) continue;
      this.#parents.set(pair.value, { kind: 'value', map, pair });
      this.#values.set(pair.value.range[0], pair.value);
    }
  }

  /** What an alias stands for. */
  resolved(node: Node): Node | undefined {
    return isAlias(node) ? node.resolve(this.#document) : node;
  }

  parent(node: Node): Parent | undefined {
    return this.#parents.get(node);
  }

  /** The nodes around a node, the nearest first. */
  *around(node: Node): Iterable<Node> {
    for (let parent = this.parent(node); parent; ) {
      const outer: Node = parent.kind === 'item' ? parent.list : parent.map;
      yield outer;
      parent = this.parent(outer);
    }
  }

  /** The element of a list that starts there. */
  itemAt(location: Location): Node | undefined {
    return this.#items.get(this.#offset(location));
  }

  /** The element of a list, or else the value of a key, that starts there. */
  nodeAt(location: Location): Node | undefined {
    return this.itemAt(location) ?? this.#values.get(this.#offset(location));
  }

  /** The key that starts there, with its value. */
  pairAt(location: Location): { readonly map: YAMLMap; readonly pair: KeyedPair } | undefined {
    return this.#pairs.get(this.#offset(location));
  }

  #offset({ line, column }: Location): number {
    return (this.#lineStarts[line - 1] ?? Number.NaN) + column - 1;
  }

  line(offset: number): number {
    let line = 1;
    while (line < this.#lineStarts.length && this.#lineStarts[line]! <= offset) line++;
    return line;
  }

  /** The first line on which an alias repeats this node or one around it, so that a change would reach further than meant. */
  repeatedAt(node: Node): number | undefined {
    for (const one of [node, ...this.around(node)]) {
      const anchor = (one as { anchor?: string }).anchor;
      const alias = anchor === undefined ? undefined : this.#aliases.get(anchor);
      if (alias !== undefined) return this.line(alias);
    }
    return undefined;
  }

  /** The same of anything within the node. */
  repeatedWithin(node: Node): number | undefined {
    let found: number | undefined;
    visit(node, {
      Node: (_key, one) => {
        const anchor = (one as { anchor?: string }).anchor;
        const alias = anchor === undefined ? undefined : this.#aliases.get(anchor);
        if (alias === undefined) return undefined;
        found = this.line(alias);
        return visit.BREAK;
      },
    });
    return found;
  }

  source(node: Node): string {
    return this.text.slice(node.range![0], this.end(node));
  }

  /** Where a node ends, without the white space and comments that follow it. */
  end(node: Node): number {
    const [start] = node.range!;
    let at = node.range![1];
    if (isCollection(node) && !node.flow) {
      const last = lastOf(node);
      if (last?.range) return Math.max(this.end(last), start);
    }
    while (at > start && /\s/.test(this.text[at - 1]!)) at--;
    return at;
  }

  lineStart(offset: number): number {
    return this.text.lastIndexOf('\n', offset - 1) + 1;
  }

  /** The end of a line, before its line break. */
  lineEnd(offset: number): number {
    const at = this.text.indexOf('\n', offset);
    if (at < 0) return this.text.length;
    return at > offset && this.text[at - 1] === '\r' ? at - 1 : at;
  }

  /** The start of the next line, or the end of the text. */
  nextLine(offset: number): number {
    const at = this.text.indexOf('\n', offset);
    return at < 0 ? this.text.length : at + 1;
  }

  /** True for what stands between brackets or braces. */
  isInFlow(node: Node): boolean {
    for (const outer of this.around(node)) if (isCollection(outer) && outer.flow) return true;
    return false;
  }
}

/** The key of a pair as text. */
export function keyOf({ key }: KeyedPair): unknown {
  return isScalar(key) ? key.value : undefined;
}

/** The tokens that a list was made of, one for each element. */
export function itemTokens(list: YAMLSeq): readonly CST.CollectionItem[] {
  const token = list.srcToken as CST.BlockSequence | CST.FlowCollection;
  if (token.type === 'block-seq')
    return token.items.filter(({ start }) => start.some(({ type }) => type === 'seq-item-ind'));
  return (token.items as CST.CollectionItem[]).filter(
    ({ start, key, sep, value }) =>
      key || sep || value || start.some(({ type }) => type === 'anchor' || type === 'tag'),
  );
}

function lastOf(node: YAMLMap | YAMLSeq): Node | undefined {
  const last = node.items.at(-1);
  if (!isPair(last)) return (last as Node | null) ?? undefined;
  return (last.value as Node | null) ?? (last.key as Node);
}
