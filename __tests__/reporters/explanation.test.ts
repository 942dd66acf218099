import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { explanationJson, explanationText } from '../../src/reporters/explanation.ts';
import { explanationOf } from './explanation-schema.ts';

const DOCS = readFileSync(new URL('../../docs/explain.md', import.meta.url), 'utf8');
const EXAMPLES = [...DOCS.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, json]) => json!);

test('every example of docs/explain.md is of the shape that is promised, and can be shown', () => {
  expect(EXAMPLES.map((json) => explanationOf(json).about?.kind)).toEqual(['person', 'group', 'rule']);
  for (const json of EXAMPLES) {
    const explanation = explanationOf(json);
    expect(JSON.parse(explanationJson(explanation))).toEqual(JSON.parse(json));
    expect(explanationText(explanation)).toMatch(/\n\n✔ Explained\. .*\(exit code 0\)\n$/);
  }
});
