// node bench/preview.ts [--runs 9] [--only 5000,20000] [--program dist/index.js]: what comparing with the base of a pull
// request adds to a check. The policies differ in a line, so that both are evaluated; GitHub answers after 80 ms.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Command, medians } from './measure.ts';
import { policyFor, population } from './population.ts';
import { serve } from './serve.ts';

const GITHUB_LATENCY_MS = 80;
const SHA = { base: 'b'.repeat(40), head: 'c'.repeat(40) };

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '9' },
    only: { type: 'string', default: '5000,20000' },
    latency: { type: 'string', default: '0,80' },
    program: { type: 'string', default: fileURLToPath(new URL('../dist/index.js', import.meta.url)) },
  },
});
const scratch = mkdtempSync(join(tmpdir(), 'access-bench-'));

try {
  console.log('| people | latency | check | with base | wall ratio | CPU ratio | memory ratio |');
  console.log('| ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
  for (const people of values.only.split(',').map(Number))
    for (const latency of values.latency.split(',').map(Number)) await compare(people, latency);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function compare(people: number, latencyMs: number): Promise<void> {
  const policy = policyFor(population({ people }));
  writeFileSync(join(scratch, 'policy.yml'), policy);
  writeFileSync(join(scratch, 'none.json'), '{}');
  const pullRequest = { base: { sha: SHA.base }, head: { sha: SHA.head, repo: { full_name: 'a/b' } } };
  writeFileSync(
    join(scratch, 'pull.json'),
    JSON.stringify({ repository: { full_name: 'a/b' }, pull_request: pullRequest }),
  );
  const leapsome = await serve(people, latencyMs);
  const github = await serveBase(`${policy}# once there was a line here\n`);
  try {
    const costs = await medians(
      [run('check', 'none.json', leapsome.env, github), run('with base', 'pull.json', leapsome.env, github)],
      Number(values.runs),
      scratch,
    );
    const [one, both] = [costs.get('check')!, costs.get('with base')!];
    const ratio = (key: 'wall' | 'cpu' | 'memory') => (both[key] / one[key]).toFixed(2);
    console.log(
      `| ${people} | ${latencyMs} ms | ${one.wall.toFixed(2)} s | ${both.wall.toFixed(2)} s | ${ratio('wall')} | ${ratio('cpu')} | ${ratio('memory')} |`,
    );
  } finally {
    leapsome.process.kill('SIGTERM');
    github.close();
  }
}

function run(
  name: string,
  event: string,
  leapsome: Readonly<Record<string, string>>,
  github: Server,
): Command {
  return {
    name,
    argv: [process.execPath, resolve(values.program)],
    env: {
      ...leapsome,
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: scratch,
      GITHUB_EVENT_PATH: join(scratch, event),
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_REPOSITORY: 'a/b',
      GITHUB_SHA: SHA.head,
      GITHUB_API_URL: `http://127.0.0.1:${(github.address() as AddressInfo).port}`,
      INPUT_POLICY: 'policy.yml',
      'INPUT_GITHUB-TOKEN': 'token',
    },
  };
}

async function serveBase(policy: string): Promise<Server> {
  const bytes = Buffer.from(policy);
  const whole = { size: bytes.length, encoding: 'base64', content: bytes.toString('base64') };
  const file = JSON.stringify({ type: 'file', sha: 'f', ...whole });
  const server = createServer(async (_request, response) => {
    await sleep(GITHUB_LATENCY_MS);
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
