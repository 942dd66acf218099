import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { serve } from '../../demo/serve.ts';

test('prints what a check needs', async () => {
  const lines: string[] = [];
  const standIn = await serve({ policyHint: true, print: (line) => lines.push(line) });
  await standIn.close();
  expect(lines).toEqual([
    `export LEAPSOME_SCIM_URL=${standIn.scimUrl}`,
    `export LEAPSOME_SCIM_TOKEN=${standIn.token}`,
    `export LEAPSOME_API_URL=${standIn.apiUrl}`,
    `export LEAPSOME_API_SECRET=${standIn.apiSecret}`,
    `export STACKONE_URL=${standIn.stackoneUrl}`,
    `export STACKONE_API_KEY=${standIn.stackoneKey}`,
    `export STACKONE_ACCOUNT_ID=${standIn.stackoneAccountId}`,
    '# node dist/index.js check --policy demo/policy.yml --as-of 2026-11-22',
  ]);
});

test('runs in the foreground until it is told to stop', async () => {
  const child: ChildProcess = spawn(process.execPath, [
    fileURLToPath(new URL('../../demo/serve.ts', import.meta.url)),
  ]);
  const [first] = await once(child.stdout!, 'data');
  const url = /LEAPSOME_SCIM_URL=(\S+)/.exec(String(first))![1]!;
  expect((await fetch(`${url}/Users`)).status).toBe(401);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});
