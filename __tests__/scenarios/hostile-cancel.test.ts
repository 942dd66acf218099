import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { CANARIES, DEMO_AS_OF } from '../../demo/company.ts';
import type { Fault } from '../../demo/faults.ts';
import { DEMO_TOKEN, startStandIn } from '../../demo/stand-in.ts';
import { action, against, cleanUp, cli, type Finished, workspace } from './harness.ts';
import { CLEAN, type Custom, from, onGroups, onUsers, raw } from './hostile.ts';

interface Service extends Custom {
  /** Whether the program has begun to talk to it. */
  readonly busy: () => boolean;
  readonly env?: Readonly<Record<string, string>>;
}

interface Moment {
  readonly name: string;
  readonly signal: NodeJS.Signals;
  readonly server: () => Promise<Service>;
  /** A second signal, for people who lose patience. */
  readonly twice?: boolean;
}

const limited: Fault = { kind: 'answer', status: 429, headers: { 'retry-after': '60' } };

const MOMENTS: readonly Moment[] = [
  { name: 'while nobody answers', signal: 'SIGTERM', server: serving([{ kind: 'never-answer' }]) },
  { name: 'while nobody answers, by Ctrl-C', signal: 'SIGINT', server: serving([{ kind: 'never-answer' }]) },
  {
    name: 'in the middle of an answer',
    signal: 'SIGINT',
    server: serving([onUsers({ kind: 'drip', everyMs: 50 })]),
  },
  { name: 'on the last page', signal: 'SIGTERM', server: serving([onGroups({ kind: 'never-answer' }, 2)]) },
  {
    name: 'in the middle of page two',
    signal: 'SIGTERM',
    server: serving([onUsers({ kind: 'drip', everyMs: 50 }, from(2))]),
  },
  { name: 'while it waits as it was told', signal: 'SIGTERM', server: serving([limited]) },
  { name: 'while it waits for its turn', signal: 'SIGINT', server: serving([], 1) },
  {
    name: 'while it shakes hands',
    signal: 'SIGTERM',
    server: () => silent((port) => ({ scimUrl: `https://127.0.0.1:${port}/scim/v1` })),
  },
  {
    name: 'while a proxy says nothing',
    signal: 'SIGTERM',
    server: () =>
      silent((port) => ({
        scimUrl: 'https://scim.tunnel.example/scim/v1',
        env: { HTTPS_PROXY: `http://127.0.0.1:${port}` },
      })),
  },
  { name: 'twice', signal: 'SIGINT', twice: true, server: serving([{ kind: 'never-answer' }]) },
];

function serving(faults: readonly Fault[], clamp = 25): () => Promise<Service> {
  return async () => {
    const standIn = await startStandIn({ faults, clamp: { users: clamp } });
    return { scimUrl: standIn.scimUrl, close: standIn.close, busy: () => standIn.requests.length > 0 };
  };
}

/** A port where somebody listens and says nothing. */
async function silent(place: (port: string) => Pick<Service, 'scimUrl' | 'env'>): Promise<Service> {
  let busy = false;
  const { scimUrl, close } = await raw(() => {
    busy = true;
  });
  return { ...place(new URL(scimUrl).port), close, busy: () => busy };
}

/** Sends the signal when the program is well into its reading. */
function later({ busy }: Service, signal: NodeJS.Signals, twice = false) {
  return async ({ kill }: { kill: (signal: NodeJS.Signals) => void }): Promise<void> => {
    while (!busy()) await pause(10);
    await pause(150);
    kill(signal);
    if (!twice) return;
    await pause(5);
    kill(signal);
  };
}

function filesBelow(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory) : [];
}

async function cancelled({
  signal,
  server,
  twice,
}: Moment): Promise<Finished & { seconds: number; left: string[] }> {
  const service = await server();
  cleanUp(() => service.close());
  const cwd = workspace({ 'policy.yml': CLEAN });
  mkdirSync(join(cwd, 'leapsome-access-report'));
  writeFileSync(join(cwd, 'leapsome-access-report/report.json'), '{"result":"in-sync"}');
  const start = performance.now();
  const finished = await cli(['check', '--policy', 'policy.yml', '--as-of', DEMO_AS_OF], {
    cwd,
    env: { ...against(service), NODE_DEBUG: 'undici,http,fetch', ACTIONS_STEP_DEBUG: 'true', ...service.env },
    onStart: later(service, signal, twice),
  });
  const seconds = (performance.now() - start) / 1000;
  return { ...finished, seconds, left: filesBelow(join(cwd, 'leapsome-access-report')) };
}

test('a run that is cancelled ends at once, without a verdict and without a report', async () => {
  const ends = await Promise.all(MOMENTS.map(async (moment) => ({ moment, run: await cancelled(moment) })));
  for (const { moment, run } of ends) {
    const seen = { name: moment.name, code: run.code, signal: run.signal, left: run.left };
    expect(seen).toEqual({ name: moment.name, code: 2, signal: null, left: [] });
    expect(`${moment.name}: ${run.seconds < 20}`).toBe(`${moment.name}: true`);
    const everything = `${run.stdout}\n${run.stderr}`;
    for (const text of [DEMO_TOKEN, ...CANARIES]) expect(everything).not.toContain(text);
    expect(everything).not.toMatch(/\n\s+at |In sync|a mistake of its own/);
    if (moment.twice) continue;
    expect(run.stdout).toContain('Could not check: cancelled');
    expect(run.stdout).toContain(`The run was cancelled by ${moment.signal} before it was complete.`);
  }
});

test('an action that is cancelled says so in its outputs', async () => {
  const service = await serving([{ kind: 'never-answer' }])();
  cleanUp(() => service.close());
  const cwd = workspace({ 'policy.yml': CLEAN });
  const run = await action({
    cwd,
    inputs: { policy: 'policy.yml', 'scim-token': DEMO_TOKEN, 'scim-url': service.scimUrl },
    env: { ACTIONS_STEP_DEBUG: 'true', RUNNER_DEBUG: '1' },
    onStart: later(service, 'SIGTERM'),
  });
  expect({
    code: run.code,
    result: run.outputs.result,
    left: filesBelow(join(cwd, 'leapsome-access-report')),
  }).toEqual({
    code: 2,
    result: 'could-not-check',
    left: [],
  });
  // The runner is told to mask the token; nowhere else may it be.
  const said = `${run.stdout.replaceAll(`::add-mask::${DEMO_TOKEN}`, '')}${run.stderr}${run.summary}${JSON.stringify(run.outputs)}`;
  expect(said).not.toContain(DEMO_TOKEN);
  expect(said).toContain('cancelled');
});
