import { SaxesParser } from 'saxes';

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
}

/** Reads XML 1.0 with a strict parser. @throws when it is not well-formed */
export function parseXml(xml: string): Element {
  type Open = { name: string; attributes: Record<string, string>; children: Open[]; text: string };
  const root: Open = { name: '', attributes: {}, children: [], text: '' };
  const stack = [root];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const element: Open = { name, attributes: attributes as Record<string, string>, children: [], text: '' };
    stack.at(-1)!.children.push(element);
    stack.push(element);
  });
  parser.on('text', (text) => {
    stack.at(-1)!.text += text;
  });
  parser.on('closetag', () => stack.pop());
  parser.write(xml).close();
  return root.children[0]!;
}

/** All elements of that name below. */
export function elements(of: Element, name: string): Element[] {
  return of.children.flatMap((child) => [...(child.name === name ? [child] : []), ...elements(child, name)]);
}

/** How tests ended, counted one by one, under the names of JUnit's own totals. */
export function countedTests(of: Element): Readonly<Record<string, string>> {
  const ended = (name: string) => String(elements(of, name).length);
  return {
    tests: ended('testcase'),
    failures: ended('failure'),
    errors: ended('error'),
    // By the schema of Jenkins, only a suite tells how many were skipped.
    ...(of.name === 'testsuites' ? {} : { skipped: ended('skipped') }),
  };
}

/** The totals that an element claims. */
export function claimedTests({ attributes }: Element): Readonly<Record<string, string>> {
  const names = ['tests', 'failures', 'errors', 'skipped'];
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => names.includes(name)));
}
