import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { INPUTS } from '../../src/inputs.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const TEXT = read('docs/recipes/evidence.yml');
const { permissions, jobs } = parse(TEXT);
const STEPS: readonly Record<string, unknown>[] = jobs.evidence.steps;
const OUTPUTS = Object.keys(parse(read('action.yml')).outputs);

test('the recipe asks the action for what there is', () => {
  const { with: inputs } = STEPS.find(({ id }) => id === 'policy') as { with: Record<string, unknown> };
  expect(Object.keys(inputs).filter((name) => !(name in INPUTS))).toEqual([]);
  const used = [...TEXT.matchAll(/steps\.policy\.outputs\.([a-z0-9-]+)/g)].map((match) => match[1]!);
  expect(used.length).toBeGreaterThan(0);
  expect(used.filter((name) => !OUTPUTS.includes(name))).toEqual([]);
});

test('it keeps what a run wrote that failed, and everything that the manifest lists', () => {
  const after = STEPS.slice(STEPS.findIndex(({ id }) => id === 'policy') + 1);
  expect(after).toHaveLength(2);
  for (const step of after)
    expect(step.if).toMatch(/^always\(\) && steps\.policy\.outputs\.manifest-path != ''$/);
  expect(after[0]!.with).toMatchObject({ path: `${INPUTS['report-dir'].default}/` });
});

test('it may do no more than it needs, and every action is pinned', () => {
  expect(permissions).toEqual({ contents: 'read' });
  expect(jobs.evidence.permissions).toEqual({
    contents: 'read',
    'id-token': 'write',
    attestations: 'write',
  });
  const uses = STEPS.flatMap((step) => (typeof step.uses === 'string' ? [step.uses] : []));
  const unpinned = uses.filter((name) => !/@[0-9a-f]{40}$/.test(name));
  expect(unpinned).toEqual(['leapsome-access-policy/leapsome-access-policy@v0']);
});
