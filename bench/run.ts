// npm run bench [-- --runs 5 --only 500,5000]: one table of what a check costs, beside what a user would do instead.
// Needs bash, curl, jq and GNU time. Figures are ratios within one run: machines differ, and change from day to day.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compareInProcess } from './in-process.ts';
import { type Command, type Cost, medians } from './measure.ts';
import { groupPages, longPolicyFor, policyFor, population, userPages } from './population.ts';
import { serve } from './serve.ts';

const DIST = fileURLToPath(new URL('../dist/index.js', import.meta.url));
const HERE = fileURLToPath(new URL('.', import.meta.url));
const SIZES = [
  { people: 500, latencyMs: 0 },
  { people: 500, latencyMs: 80 },
  { people: 5000, latencyMs: 0 },
  { people: 5000, latencyMs: 80 },
  { people: 100_000, latencyMs: 0 },
  { people: 100_000, latencyMs: 80 },
] as const;

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '5' }, only: { type: 'string' } },
});
const runs = Number(values.runs);
const only = values.only?.split(',').map(Number);
const scratch = mkdtempSync(join(tmpdir(), 'access-bench-'));

try {
  console.log(
    `Medians of ${runs} runs; wall and CPU in seconds, peak memory in MiB; ratios to the script of curl, jq and diff.\n`,
  );
  row('tenant', 'command', 'wall', 'CPU', 'memory', 'wall ratio');
  row('---', '---', '---:', '---:', '---:', '---:');
  await startUp();
  for (const size of SIZES)
    if (!only || only.includes(size.people)) await tenant(size.people, size.latencyMs);
  for (const people of [500, 5000, 100_000]) if (!only || only.includes(people)) await threeSources(people);
  console.log('');
  await compareInProcess(only ?? [5000, 100_000, 1_000_000]);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function startUp(): Promise<void> {
  const bare: Command = { name: 'node -e 0', argv: [process.execPath, '-e', '0'] };
  const missing: Command = {
    name: 'check, policy missing',
    argv: [process.execPath, DIST, 'check', '--policy', 'none.yml'],
    exitCode: 2,
  };
  writeFileSync(join(scratch, 'long.yml'), longPolicyFor(population({ people: 5000 }), 2000));
  const validate: Command = {
    name: 'validate, 2,000 lines',
    argv: [process.execPath, DIST, 'validate', '--policy', 'long.yml'],
  };
  const costs = await medians([bare, missing, validate], Math.max(runs, 11), scratch);
  table('start-up', costs, bare.name);
}

async function tenant(people: number, latencyMs: number): Promise<void> {
  const layout = population({ people });
  writeFileSync(join(scratch, 'policy.yml'), policyFor(layout));
  writeFileSync(join(scratch, 'expected.txt'), expected(layout));
  const server = await serve(people, latencyMs);
  try {
    const { LEAPSOME_SCIM_URL, LEAPSOME_SCIM_TOKEN } = server.env;
    const shell = { URL: LEAPSOME_SCIM_URL!, TOKEN: LEAPSOME_SCIM_TOKEN! };
    const script: Command = {
      name: 'curl + jq + diff',
      argv: ['bash', join(HERE, 'curl-jq-diff.sh'), 'expected.txt'],
      env: shell,
    };
    const costs = await medians(
      [
        {
          name: 'leapsome-access-policy',
          argv: [process.execPath, DIST, 'check', '--policy', 'policy.yml'],
          env: { LEAPSOME_SCIM_URL: LEAPSOME_SCIM_URL!, LEAPSOME_SCIM_TOKEN: LEAPSOME_SCIM_TOKEN! },
        },
        script,
        {
          name: 'curl --parallel',
          argv: ['bash', join(HERE, 'curl-parallel.sh'), String(people), String(layout.groups)],
          env: shell,
        },
        { name: 'node -e 0', argv: [process.execPath, '-e', '0'] },
      ],
      runs,
      scratch,
    );
    table(`${people.toLocaleString('en-US')} people, ${latencyMs} ms`, costs, script.name);
  } finally {
    server.process.kill('SIGTERM');
  }
}

/** Each source by itself, and all of them at the same time: the sum should cost what the slowest of them does. */
async function threeSources(people: number): Promise<void> {
  writeFileSync(join(scratch, 'policy.yml'), policyFor(population({ people })));
  const server = await serve(people, 0, 'all');
  const only = (prefix: string) =>
    Object.fromEntries(Object.entries(server.env).filter(([name]) => name.startsWith(prefix)));
  const check = (name: string, env: Readonly<Record<string, string>>, exitCode = 0): Command => ({
    name,
    argv: [process.execPath, DIST, 'check', '--policy', 'policy.yml'],
    env,
    exitCode,
  });
  try {
    const costs = await medians(
      [
        check('SCIM', only('LEAPSOME_SCIM')),
        check('Content API', only('LEAPSOME_API')),
        // StackOne alone knows no departments, so that nearly nothing of this policy can be judged.
        check('StackOne', only('STACKONE'), 2),
        check('all three', server.env),
      ],
      Math.min(runs, 3),
      scratch,
    );
    const slowest = [...costs]
      .filter(([name]) => name !== 'all three')
      .sort(([, a], [, b]) => b.wall - a.wall)[0]!;
    table(`${people.toLocaleString('en-US')} people, three sources`, costs, slowest[0]);
  } finally {
    server.process.kill('SIGTERM');
  }
}

/** The list that the script compares with: what a person would keep beside it, one membership a line. */
function expected(layout: ReturnType<typeof population>): string {
  const names = new Map<string, string>();
  for (const { body } of groupPages(layout)) {
    for (const { id, displayName } of JSON.parse(`[${body}]`) as { id: string; displayName: string }[])
      names.set(id, displayName);
  }
  const lines: Buffer[] = [];
  for (const { body } of userPages(layout)) {
    for (const user of JSON.parse(`[${body}]`) as {
      active: boolean;
      userName: string;
      groups: { value: string }[];
    }[]) {
      if (user.active)
        for (const { value } of user.groups)
          lines.push(Buffer.from(`${names.get(value)}\t${user.userName}\n`));
    }
  }
  return Buffer.concat(lines.sort(Buffer.compare)).toString();
}

function table(title: string, costs: ReadonlyMap<string, Cost>, yardstick: string): void {
  const { wall: unit } = costs.get(yardstick)!;
  for (const [name, { wall, cpu, memory }] of costs) {
    row(title, name, wall.toFixed(3), cpu.toFixed(2), memory.toFixed(0), (wall / unit).toFixed(2));
  }
}

function row(...cells: readonly string[]): void {
  console.log(`| ${cells.join(' | ')} |`);
}
