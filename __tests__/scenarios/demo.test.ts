import { expect, test } from '@jest/globals';
import { PLANTED } from '../../demo/company.ts';
import { cli, workspace } from './harness.ts';

test('the demo shows every planted drift, says what to try next, and ends well', async () => {
  const { code, stdout, stderr } = await cli(['demo'], { cwd: workspace() });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const { rule } of PLANTED) expect(stdout).toContain(rule);
  expect(stdout).toContain('exit code 1');
  expect(stdout).toContain('What to try next');
});
