import type { Tree } from './tree.ts';

/** Keys and indices from the root of a file to a value in it. */
export type Path = readonly PropertyKey[];

/** Elements that say something else when a part of them is missing: they go as a whole. */
const INDIVISIBLE = new Set(['exceptions', 'include', 'requirements', 'separation-of-duties']);
/** Without these keys, an element is about something else. */
const IDENTITY: ReadonlyMap<unknown, readonly unknown[]> = new Map([
  ['groups', ['name', 'id', 'kind']],
  ['roles', ['name', 'id']],
]);

/**
 * What is left of `value` without the parts at `paths`, so that the rest can be looked at for mistakes of other kinds.
 * Places stay as they are. What only becomes empty by this goes as well, for it must not be complained of.
 */
export function prune(tree: Tree, value: object, paths: readonly Path[]): object {
  const root = emptyTrie();
  for (const path of paths) insert(root, whole(path));
  return without(tree, value, root) ?? Object.create(null);
}

interface Trie {
  drop: boolean;
  readonly children: Map<PropertyKey, Trie>;
}

function emptyTrie(): Trie {
  return { drop: false, children: new Map() };
}

function insert(root: Trie, path: Path): void {
  let node = root;
  for (const part of path) {
    const child = node.children.get(part) ?? emptyTrie();
    node.children.set(part, child);
    node = child;
  }
  // The root itself stays: it is a map, and that is all that is asked of it.
  if (node !== root) node.drop = true;
}

function whole(path: Path): Path {
  const [section, , part] = path;
  const isIdentity = IDENTITY.get(section)?.includes(part);
  return isIdentity || INDIVISIBLE.has(String(section)) ? path.slice(0, 2) : path;
}

function without(tree: Tree, value: unknown, trie: Trie): object | undefined {
  return Array.isArray(value) ? list(tree, value, trie) : map(tree, value as Record<string, unknown>, trie);
}

function list(tree: Tree, value: readonly unknown[], trie: Trie): object {
  const kept: unknown[] = [];
  const indices: number[] = [];
  for (const [index, element] of value.entries()) {
    const rest = remainder(tree, element, trie.children.get(index));
    if (rest === undefined) continue;
    kept.push(rest);
    indices.push(index);
  }
  tree.adopt(kept, value, indices);
  return kept;
}

function map(tree: Tree, value: Readonly<Record<string, unknown>>, trie: Trie): object | undefined {
  const kept: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(value)) {
    const rest = remainder(tree, value[key], trie.children.get(key));
    if (rest !== undefined) kept[key] = rest;
  }
  if (Object.keys(kept).length === 0) return undefined;
  tree.adopt(kept, value);
  return kept;
}

function remainder(tree: Tree, value: unknown, trie: Trie | undefined): unknown {
  if (!trie) return value;
  if (trie.drop || typeof value !== 'object' || value === null) return undefined;
  return without(tree, value, trie);
}
