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
  const [keep, attest] = after as [Record<string, unknown>, Record<string, unknown>];
  expect(keep.if).toBe("always() && steps.policy.outputs.manifest-path != ''");
  expect(keep.with).toMatchObject({ path: `${INPUTS['report-dir'].default}/` });
  // A manifest whose files were not stored is not attested.
  expect(attest.if).toBe(`always() && steps.${keep.id}.outputs.artifact-id != ''`);
});

test('each attempt of a run keeps a pack of its own', () => {
  const keep = STEPS.find(({ id }) => id === 'keep') as { with: Record<string, unknown> };
  expect(keep.with.name).toBe(`leapsome-access-evidence-\${{ github.run_attempt }}`);
  expect(keep.with).not.toHaveProperty('overwrite');
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
