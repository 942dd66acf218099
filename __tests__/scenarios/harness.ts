import { spawn } from 'node:child_process';
import {
  existsSync,
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
import { fileURLToPath } from 'node:url';
import { afterEach } from '@jest/globals';
import { DEMO_TOKEN, type StandIn, type StandInOptions, startStandIn } from '../../demo/stand-in.ts';
import type { Report } from '../../src/model/report.ts';

/** The committed bundle: scenarios run what users run. While developing, PROGRAM=src/index.ts runs the sources. */
export const DIST = fileURLToPath(
  new URL(`../../${process.env.PROGRAM ?? 'dist/index.js'}`, import.meta.url),
);

/** What SCIM alone can judge of demo/policy.yml: without roles and kinds, which it knows nothing of. */
export const SCIM_POLICY = readFileSync(new URL('../../demo/policy.yml', import.meta.url), 'utf8')
  .replace(/ {2}# Of the six kinds[\s\S]*?count: \{ min: 3 \}\n\n/, '')
  .replace(/^ +kind: .*\n/gm, '')
  .replace(/# Access roles:[\s\S]*?(?=# Nobody may set)/, '');

const cleanups: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A fresh directory with these files; removed after the test. */
export function workspace(files: Readonly<Record<string, string | Buffer>> = {}): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'access-policy-')));
  cleanups.push(() => rmSync(directory, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  return directory;
}

/** The stand-in of Leapsome on a free port; stopped after the test. */
export async function leapsome(options: StandInOptions = {}): Promise<StandIn> {
  const standIn = await startStandIn(options);
  cleanups.push(() => standIn.close());
  return standIn;
}

/** Does something after the test, whatever its outcome. */
export function cleanUp(work: () => void | Promise<void>): void {
  cleanups.push(work);
}

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** report.json of the report directory; undefined when there is none. */
  readonly report: Report | undefined;
  /** Names in the report directory, temporary ones included. */
  readonly files: readonly string[];
}

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly reportDir?: string;
  /** Called with the process right after it started. */
  readonly onStart?: (process: { kill: (signal: NodeJS.Signals) => void }) => void;
  readonly nodeArgs?: readonly string[];
}

/** Nothing of the surrounding environment reaches the program but what a program needs to start. */
function cleanEnv(extra: Readonly<Record<string, string>>): Record<string, string> {
  const { PATH = '', HOME = '', TMPDIR, SystemRoot } = process.env;
  return { PATH, HOME, ...(TMPDIR ? { TMPDIR } : {}), ...(SystemRoot ? { SystemRoot } : {}), ...extra };
}

/** Runs the bundle as a command line. */
export function cli(args: readonly string[], options: RunOptions): Promise<Finished> {
  return run(args, options);
}

/** Environment for a check of this stand-in. */
export function against(
  standIn: Pick<StandIn, 'scimUrl'>,
  token: string = DEMO_TOKEN,
): Record<string, string> {
  return { LEAPSOME_SCIM_URL: standIn.scimUrl, LEAPSOME_SCIM_TOKEN: token };
}

/** `check` of a policy text against a stand-in, as a process. */
export function checkPolicy(
  policy: string,
  standIn: StandIn,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  const cwd = workspace({ 'policy.yml': policy });
  return cli(['check', '--policy', 'policy.yml', '--personal-data', 'show', ...args], {
    cwd,
    env: { ...against(standIn), ...env },
  });
}

export interface ActionFinished extends Finished {
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

export interface ActionOptions {
  readonly cwd: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** The event payload; none by default. */
  readonly event?: object;
  readonly onStart?: RunOptions['onStart'];
}

/** Runs the bundle the way GitHub's runner does: inputs and files by environment, no arguments. */
export async function action(options: ActionOptions): Promise<ActionFinished> {
  const runner = workspace({ output: '', summary: '', 'event.json': JSON.stringify(options.event ?? {}) });
  const inputs = Object.fromEntries(
    Object.entries(options.inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
  const finished = await run([], {
    cwd: options.cwd,
    ...(options.inputs['report-dir'] ? { reportDir: options.inputs['report-dir'] } : {}),
    ...(options.onStart ? { onStart: options.onStart } : {}),
    env: {
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: options.cwd,
      GITHUB_OUTPUT: join(runner, 'output'),
      GITHUB_STEP_SUMMARY: join(runner, 'summary'),
      GITHUB_EVENT_PATH: join(runner, 'event.json'),
      ...inputs,
      ...options.env,
    },
  });
  return {
    ...finished,
    outputs: parseOutputs(readFileSync(join(runner, 'output'), 'utf8')),
    summary: readFileSync(join(runner, 'summary'), 'utf8'),
  };
}

/** Reads GITHUB_OUTPUT as the runner does: `name=value`, or `name<<DELIMITER`, lines, delimiter. */
export function parseOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split(/\r?\n/);
  for (let i = 0; i < lines.length; i++) {
    const heredoc = /^([^=]+?)<<(.+)$/.exec(lines[i]!);
    if (heredoc) {
      const value: string[] = [];
      while (++i < lines.length && lines[i] !== heredoc[2]) value.push(lines[i]!);
      outputs[heredoc[1]!] = value.join('\n');
    } else if (lines[i]!.includes('=')) {
      const at = lines[i]!.indexOf('=');
      outputs[lines[i]!.slice(0, at)] = lines[i]!.slice(at + 1);
    }
  }
  return outputs;
}

async function run(args: readonly string[], options: RunOptions): Promise<Finished> {
  const child = spawn(process.execPath, [...(options.nodeArgs ?? []), DIST, ...args], {
    cwd: options.cwd,
    env: cleanEnv(options.env ?? {}),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  options.onStart?.({ kill: (signal) => child.kill(signal) });
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (...result) => resolve(result));
  });
  const flag = args.indexOf('--report-dir');
  const reports = join(
    options.cwd,
    options.reportDir ?? (flag >= 0 ? args[flag + 1]! : 'leapsome-access-report'),
  );
  return {
    code,
    signal,
    stdout,
    stderr,
    report: readReport(join(reports, 'report.json')),
    files: list(reports),
  };
}

function readReport(path: string): Report | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Report) : undefined;
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
