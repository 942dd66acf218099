import { isAlias, isCollection, isMap, isScalar, isSeq, type Node, type YAMLSeq } from 'yaml';
import { yamlQuoted } from '../model/yaml-text.ts';
import { keyOf, type PolicyText } from './document.ts';
import type { Splice } from './splice.ts';

/** Characters that end a plain word between brackets, and do not elsewhere. */
const FLOW_INDICATOR = /[,[\]{}]/;

/** The list of a selector that is `{ all: [ … ] }` and nothing more: to narrow it, a condition is added there. */
export function allOf(node: Node): YAMLSeq | undefined {
  if (!isMap(node) || node.items.length !== 1) return undefined;
  const [pair] = node.items;
  const list = pair!.value;
  return keyOf(pair as never) === 'all' && isSeq(list) ? list : undefined;
}

/** What turns a selector into `{ all: [SELECTOR, …] }`; a text says why that cannot be. */
export function wrap(policy: PolicyText, node: Node, conditions: readonly string[]): Splice[] | string {
  const [start] = node.range!;
  const end = policy.end(node);
  if (isCollection(node) && !node.flow) return wrapBlock(policy, node, conditions);
  const tail = `, ${conditions.join(', ')}] }`;
  const source = policy.source(node);
  if (isScalar(node) && source.includes('\n')) return 'a text of several lines cannot be narrowed';
  const isPlain = isScalar(node) && node.type === 'PLAIN' && FLOW_INDICATOR.test(source);
  if (isPlain) return [{ start, end, text: `{ all: [${yamlQuoted(String(node.value))}${tail}` }];
  if (!isAlias(node) && !isScalar(node) && !isCollection(node))
    return 'nothing that could be narrowed stands there';
  return [
    { start, end: start, text: '{ all: [' },
    { start: end, end, text: tail },
  ];
}

/** The lines of the selector move to the right, below `all:`. */
function wrapBlock(policy: PolicyText, node: Node, conditions: readonly string[]): Splice[] {
  const [start] = node.range!;
  const end = policy.lineEnd(policy.end(node));
  const indent = ' '.repeat(start - policy.lineStart(start) + 2);
  const splices: Splice[] = [{ start, end: start, text: `all:${policy.newline}${indent}- ` }];
  for (let at = policy.nextLine(start); at < end; at = policy.nextLine(at)) {
    if (policy.lineEnd(at) > at) splices.push({ start: at, end: at, text: '    ', isIndent: true });
  }
  const lines = conditions.map((condition) => `${policy.newline}${indent}- ${condition}`);
  return [...splices, { start: end, end, text: lines.join('') }];
}
