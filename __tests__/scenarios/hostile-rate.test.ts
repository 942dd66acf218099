import { expect, test } from '@jest/globals';
import { DEMO_AS_OF } from '../../demo/company.ts';
import type { Fault } from '../../demo/faults.ts';
import { checkPolicy, leapsome } from './harness.ts';
import { CLEAN, onGroups, onUsers, USERS } from './hostile.ts';

/** The most requests that any one second saw, wherever it began. */
function busiestSecond(times: readonly number[]): number {
  return Math.max(
    ...times.map((start) => times.filter((time) => time >= start && time < start + 1000).length),
  );
}

/**
 * Attempts follow each other at once, as far as the rate allows, and the program says on its way out when it sent each: a
 * server that is held up by other work would see what was sent before all at once.
 */
const WATCH = [
  "import{subscribe}from'node:diagnostics_channel';",
  'Math.random=()=>0;',
  'const%20sent=[];',
  "subscribe('undici:client:sendHeaders',()=>sent.push(performance.now()));",
  "process.on('exit',()=>process.stderr.write('sent:%20'+JSON.stringify(sent)))",
].join('');
const WATCHED = { NODE_OPTIONS: `--import="data:text/javascript,${WATCH}"` };

function sentAt(stderr: string): number[] {
  return JSON.parse(/sent: (\[.*\])/.exec(stderr)![1]!) as number[];
}

const TENANTS: Readonly<Record<string, readonly Fault[]>> = {
  'many small pages': [],
  'many small pages of which every third stumbles': [
    onUsers({ kind: 'answer', status: 503 }, [3, 6, 9, 12, 15, 18, 21]),
    onUsers({ kind: 'answer', status: 429, headers: { 'retry-after': '0' } }, [4, 8, 13]),
    onGroups({ kind: 'reset' }, [2, 4]),
    onGroups({ kind: 'redirect', location: '/scim/v1/Groups?startIndex=1&count=1000' }, 1),
  ],
};

// Leapsome allows 30 a second to everybody together, and the identity provider needs its half.
test('no second, wherever it begins, sees more than 15 requests', async () => {
  const runs = Object.entries(TENANTS).map(async ([name, faults]) => {
    const standIn = await leapsome({ clamp: { users: 3, groups: 4 }, faults });
    const { code, report, stderr } = await checkPolicy(CLEAN, standIn, ['--as-of', DEMO_AS_OF], WATCHED);
    expect({ name, code, users: report?.population?.users, problems: report?.problems }).toEqual({
      name,
      code: 0,
      users: USERS,
      problems: [],
    });
    const times = sentAt(stderr);
    expect(times.length).toBeGreaterThan(26);
    expect(times).toHaveLength(standIn.requests.length);
    expect(busiestSecond(times)).toBeLessThanOrEqual(15);
  });
  await Promise.all(runs);
});
