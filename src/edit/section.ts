import { type CST, isMap, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import { keyOf, type PolicyText } from './document.ts';
import type { Element } from './list.ts';
import type { Splice } from './splice.ts';

/** Adds elements to a top-level list that is not there yet, or is empty. */
export function addSection(policy: PolicyText, name: string, elements: readonly Element[]): Splice[] {
  const { root } = policy;
  if (!isMap(root)) return [];
  if (root.flow) return addToBraces(policy, root, name, elements);
  const indent = ' '.repeat(Math.max(0, root.range![0] - policy.lineStart(root.range![0])));
  const lines = elements.flatMap(({ block: [first, ...rest] }) => [
    `${indent}  - ${first}`,
    ...rest.map((line) => `${indent}    ${line}`),
  ]);
  const text = lines.map((line) => `${policy.newline}${line}`).join('');
  const empty = emptyList(root, name);
  if (empty) return fill(policy, empty, text);
  return append(policy, `${indent}${name}:${text}`);
}

function emptyList(root: YAMLMap, name: string): Node | undefined {
  const pair = root.items.find((one) => keyOf(one as Pair<Node, Node>) === name);
  return isSeq(pair?.value) ? pair.value : undefined;
}

/** `[]` makes room for lines below its key. */
function fill(policy: PolicyText, list: Node, text: string): Splice[] {
  const end = policy.end(list);
  let start = list.range![0];
  while (policy.text[start - 1] === ' ') start--;
  const at = policy.lineEnd(end);
  return [
    { start, end, text: '' },
    { start: at, end: at, text },
  ];
}

/** Behind all that is there, comments included, but before the mark that ends a document. */
function append(policy: PolicyText, section: string): Splice[] {
  const { text, newline } = policy;
  const end = /^\.\.\.(?=\s|$)/m.exec(text)?.index ?? text.length;
  const before = text.slice(0, end);
  const opening = before.endsWith('\n') ? '' : newline;
  const blank = /\n[ \t]*\r?\n/.test(text) && !/\n[ \t]*\r?\n$/.test(before) ? newline : '';
  // A file without a line break at its end keeps none.
  const closing = before.endsWith('\n') ? newline : '';
  return [{ start: end, end, text: `${opening}${blank}${section}${closing}` }];
}

function addToBraces(
  policy: PolicyText,
  root: YAMLMap,
  name: string,
  elements: readonly Element[],
): Splice[] {
  const text = `[${elements.map(({ flow }) => flow).join(', ')}]`;
  const last = root.items.at(-1);
  const node = (last?.value ?? last?.key) as Node | null | undefined;
  const token = root.srcToken as CST.FlowCollection;
  const at = node ? policy.end(node) : token.start.offset + 1;
  return [{ start: at, end: at, text: `${node ? ', ' : ''}${name}: ${text}` }];
}
