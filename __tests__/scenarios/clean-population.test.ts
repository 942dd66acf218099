import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { DEMO_AS_OF } from '../../demo/company.ts';
import { checkPolicy, leapsome } from './harness.ts';

const CLEAN = readFileSync(new URL('../../demo/clean-policy.yml', import.meta.url), 'utf8');

test('a population that fits its policy is in sync, with proof that all of it was read', async () => {
  const { code, stdout, report } = await checkPolicy(CLEAN, await leapsome(), ['--as-of', DEMO_AS_OF]);
  expect(stdout).toContain('In sync');
  expect(code).toBe(0);
  expect(report?.result).toBe('in-sync');
  const [source] = report!.sources;
  expect(source).toMatchObject({ name: 'scim', complete: true, reported: source!.received });
  expect(source!.unique).toEqual(source!.reported);
});
