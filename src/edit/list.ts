import type { CST, Node, YAMLSeq } from 'yaml';
import { itemTokens, type PolicyText } from './document.ts';
import type { Splice } from './splice.ts';

/** One element to add, in both of YAML's styles: on one line between brackets, or after a dash on lines of its own. */
export interface Element {
  readonly flow: string;
  readonly block: readonly string[];
}

/** An element that reads the same in both styles. */
export function oneLine(text: string): Element {
  return { flow: text, block: [text] };
}

export interface ListChange {
  readonly removed: ReadonlySet<number>;
  readonly added: readonly Element[];
}

/** What takes elements out of a list and appends others, in the style that the list has. */
export function changeList(policy: PolicyText, list: YAMLSeq, change: ListChange): Splice[] {
  if (!list.flow) return changeBlock(policy, list, change);
  return standOnOwnLines(policy, list)
    ? changeLines(policy, list, change)
    : changeInline(policy, list, change);
}

// ---- with dashes

function changeBlock(policy: PolicyText, list: YAMLSeq, { removed, added }: ListChange): Splice[] {
  const items = blockItems(policy, list);
  const isEmptied = removed.size === items.length && added.length === 0;
  const last = items.at(-1)!;
  const lines = added.flatMap(({ block }) => withDash(last.indent, block));
  const separator = hasBlankBetween(policy, items) && added.some(({ block }) => block.length > 1);
  const text = lines.map((line) => `${policy.newline}${line}`).join('');
  const inserted = separator ? policy.newline + text : text;
  const splices = items.flatMap((item, index) =>
    removed.has(index) ? [takeLines(policy, item.dash, item.end)] : [],
  );
  if (isEmptied) return [{ ...insertion(afterColon(policy, list)), text: ' []' }, ...splices];
  if (added.length === 0) return splices;
  if (!removed.has(items.length - 1))
    return [...splices, { ...insertion(policy.lineEnd(last.end)), text: inserted }];
  // In place of the last one.
  const start = policy.lineStart(last.dash);
  const replaced = lines.join(policy.newline);
  return [...splices.slice(0, -1), { start, end: policy.lineEnd(last.end), text: replaced }];
}

interface BlockItem {
  readonly dash: number;
  readonly indent: string;
  readonly end: number;
}

function blockItems(policy: PolicyText, list: YAMLSeq): BlockItem[] {
  return itemTokens(list).map(({ start }, index) => {
    const dash = start.find(({ type }) => type === 'seq-item-ind')!.offset;
    const node = list.items[index] as Node | null;
    const indent = policy.text.slice(policy.lineStart(dash), dash);
    return { dash, indent, end: node ? policy.end(node) : dash + 1 };
  });
}

function withDash(indent: string, [first, ...rest]: readonly string[]): string[] {
  return [`${indent}- ${first}`, ...rest.map((line) => `${indent}  ${line}`)];
}

/** True where a blank line stands before the last element. */
function hasBlankBetween(policy: PolicyText, items: readonly BlockItem[]): boolean {
  const [before, last] = items.slice(-2);
  return last !== undefined && /\n[ \t]*\r?\n/.test(policy.text.slice(before!.end, last.dash));
}

/** Whole lines with the line break before them, and one of two blank lines that would meet. */
function takeLines(policy: PolicyText, from: number, to: number): Splice {
  const first = policy.lineStart(from);
  const end = policy.lineEnd(to);
  if (first === 0) return { start: 0, end: policy.nextLine(to), text: '' };
  const above = policy.lineStart(first - 1);
  const isBlank = (start: number): boolean => policy.text.slice(start, policy.lineEnd(start)).trim() === '';
  const takesBlank = above > 0 && isBlank(above) && isBlank(policy.nextLine(to));
  return { start: policy.lineEnd(policy.lineStart(takesBlank ? above - 1 : above)), end, text: '' };
}

/** Behind the colon of the key whose value the list is, and behind its anchor. */
function afterColon(policy: PolicyText, list: YAMLSeq): number {
  const parent = policy.parent(list);
  const tokens = parent?.kind === 'value' ? ((parent.pair.srcToken as CST.CollectionItem).sep ?? []) : [];
  const last = tokens.findLast(({ type }) => type === 'map-value-ind' || type === 'anchor');
  return last ? last.offset + last.source.length : list.range![0];
}

// ---- between brackets

interface FlowItem {
  readonly start: number;
  readonly end: number;
}

function flowItems(policy: PolicyText, list: YAMLSeq): FlowItem[] {
  return itemTokens(list).map((token, index) => {
    const node = list.items[index] as Node;
    const props = token.start.find(({ type }) => type === 'anchor' || type === 'tag');
    return { start: props?.offset ?? node.range![0], end: policy.end(node) };
  });
}

function inner(policy: PolicyText, list: YAMLSeq): FlowItem {
  const token = list.srcToken as CST.FlowCollection;
  const close = token.end.find(({ type }) => type === 'flow-seq-end');
  return { start: token.start.offset + 1, end: close?.offset ?? policy.end(list) - 1 };
}

function changeInline(policy: PolicyText, list: YAMLSeq, { removed, added }: ListChange): Splice[] {
  const items = flowItems(policy, list);
  const text = added.map(({ flow }) => flow).join(', ');
  const lastKept = items.findLastIndex((_item, index) => !removed.has(index));
  if (lastKept < 0) return [{ ...inner(policy, list), text }];
  const splices: Splice[] = [];
  for (let index = 0; index < lastKept; index++) {
    if (removed.has(index))
      splices.push({ start: items[index]!.start, end: items[index + 1]!.start, text: '' });
  }
  const { end } = items[lastKept]!;
  if (added.length > 0) splices.push({ ...insertion(end), text: `, ${text}` });
  if (lastKept < items.length - 1) splices.push({ start: end, end: items.at(-1)!.end, text: '' });
  return splices;
}

function standOnOwnLines(policy: PolicyText, list: YAMLSeq): boolean {
  const items = flowItems(policy, list);
  return (
    items.length > 0 &&
    items.every(({ start, end }) => {
      const before = policy.text.slice(policy.lineStart(start), start);
      return before.trim() === '' && /^\s*,?\s*(?:#.*)?$/.test(policy.text.slice(end, policy.lineEnd(end)));
    })
  );
}

function changeLines(policy: PolicyText, list: YAMLSeq, change: ListChange): Splice[] {
  const { removed, added } = change;
  const items = flowItems(policy, list);
  const lastKept = items.findLastIndex((_item, index) => !removed.has(index));
  if (lastKept < 0) return changeInline(policy, list, change);
  const splices = items.flatMap(({ start, end }, index) =>
    removed.has(index) ? [takeLines(policy, start, end)] : [],
  );
  const isLast = lastKept === items.length - 1;
  const { start, end } = items[lastKept]!;
  const rest = policy.text.slice(end, policy.lineEnd(end));
  const trailing = /^\s*,/.test(policy.text.slice(items.at(-1)!.end, policy.lineEnd(items.at(-1)!.end)));
  if (added.length === 0) {
    // The last element of a list without a trailing comma keeps none.
    const comma = end + rest.indexOf(',');
    return isLast || trailing ? splices : [...splices, { start: comma, end: comma + 1, text: '' }];
  }
  const indent = policy.text.slice(policy.lineStart(start), start);
  const text = added.map(({ flow }) => `${policy.newline}${indent}${flow}`).join(',') + (trailing ? ',' : '');
  const hasComma = /^\s*,/.test(rest);
  return [
    ...splices,
    ...(hasComma ? [] : [{ ...insertion(end), text: ',' }]),
    { ...insertion(policy.lineEnd(end)), text },
  ];
}

function insertion(at: number): Omit<Splice, 'text'> {
  return { start: at, end: at };
}
