import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { RULE_TEXTS } from '../../src/explain/rule-texts.ts';
import { RULES } from '../../src/rules/index.ts';

const DOCS = readFileSync(new URL('../../docs/rules.md', import.meta.url), 'utf8');

/** One line, links as their text. */
function plain(text: string): string {
  return text
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .split(/\s+/)
    .join(' ')
    .trim();
}

/** The paragraph "To resolve" of each section. */
const RESOLUTIONS = new Map(
  DOCS.split(/^### /m)
    .slice(1)
    .map((section) => {
      const [, text = ''] = /\*\*To resolve:\*\* ([\s\S]*?)(?:\n\n|$)/.exec(section) ?? [];
      return [/^\S+/.exec(section)![0], plain(text)];
    }),
);

/** The column "Needs" of the table. */
const NEEDS = new Map(
  DOCS.split('\n').flatMap((line) => {
    const [, id, , , needs] = line.split('|').map((cell) => cell.trim());
    return id?.startsWith('`') ? [[id.replaceAll('`', ''), needs === '–' ? '' : needs!]] : [];
  }),
);

test('there are texts for every rule, and for no other', () => {
  expect(Object.keys(RULE_TEXTS).sort()).toEqual(RULES.map(({ id }) => id).sort());
});

describe('what explain says of a rule is what docs/rules.md says', () => {
  test.each(Object.entries(RULE_TEXTS))('%s', (id, { needs, resolve }) => {
    expect({ needs, resolve }).toEqual({ needs: NEEDS.get(id), resolve: RESOLUTIONS.get(id) });
  });
});
