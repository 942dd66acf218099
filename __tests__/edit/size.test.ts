import { expect, test } from '@jest/globals';
import { judge, parse } from '../evaluate/builders.ts';
import { accept, editable } from './accepting.ts';

test('thousands of findings are accepted in one go', () => {
  const people = Array.from({ length: 6000 }, (_, index) => `p${index}${index % 2 ? ': A' : ''}`);
  const named = people.filter((_, index) => index % 2 === 0).map((name) => `      - ${name}@example.com\n`);
  const text = `version: 1\ngroups:\n  - name: A\n    members:\n${named.join('')}`;
  const { findings } = judge(text, { people });
  const outcome = accept(text, findings.filter(editable));
  if ('objections' in outcome) throw new Error(JSON.stringify(outcome.objections));
  expect(findings).toHaveLength(6000);
  expect(judge(parse(outcome.text).policy!, { people }).findings).toEqual([]);
});
