import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEMO_AS_OF } from '../demo/company.ts';
import { environmentOf, serve } from '../demo/serve.ts';
import { type StandIn, startStandIn } from '../demo/stand-in.ts';

export interface DemoOptions {
  /** Keep the stand-in running until the user ends it, and check nothing. */
  readonly serveOnly: boolean;
  readonly cancelled: AbortSignal;
}

/** Shows the main job without any credential: a check of a small company with planted drift. Ends with 0 when it could be shown. */
export async function demo(options: DemoOptions): Promise<number> {
  return options.serveOnly ? serveUntilCancelled(options.cancelled) : showCheck(options.cancelled);
}

async function showCheck(cancelled: AbortSignal): Promise<number> {
  const standIn = await startStandIn();
  const reports = mkdtempSync(join(tmpdir(), 'leapsome-access-demo-'));
  try {
    say('A stand-in of Leapsome is running with the people of Brightwater, a company that does not exist.');
    say('It speaks SCIM, the Content API and StackOne, which contradict each other in three places.');
    say(`It is checked against demo/policy.yml, as of ${DEMO_AS_OF}:\n`);
    const code = await runCheck(standIn, reports, cancelled);
    say(nextSteps(code));
    // Drift is what the demo is there to show.
    return code === 1 ? 0 : 2;
  } finally {
    rmSync(reports, { recursive: true, force: true });
    await standIn.close();
  }
}

function runCheck(standIn: StandIn, reportDir: string, cancelled: AbortSignal): Promise<number> {
  const here = fileURLToPath(import.meta.url);
  const entry = join(dirname(here), here.endsWith('.ts') ? 'index.ts' : 'index.js');
  const args = [
    entry,
    'check',
    '--policy',
    join('demo', 'policy.yml'),
    '--as-of',
    DEMO_AS_OF,
    '--report-dir',
    reportDir,
    '--personal-data',
    'show',
  ];
  // The stand-in is on this machine, and the demo is no workflow, wherever it runs.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:https?_proxy|GITHUB_ACTIONS)$/i.test(name)),
  );
  const child = spawn(process.execPath, args, {
    // Where demo/ lies beside dist/.
    cwd: join(dirname(entry), '..'),
    env: { ...env, ...environmentOf(standIn) },
    stdio: ['ignore', 'inherit', 'ignore'],
  });
  cancelled.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 2));
  });
}

async function serveUntilCancelled(cancelled: AbortSignal): Promise<number> {
  const standIn = await serve({ print: say, policyHint: true });
  say('# Ctrl-C ends it.');
  await new Promise<void>((resolve) => {
    if (cancelled.aborted) resolve();
    cancelled.addEventListener('abort', () => resolve(), { once: true });
  });
  await standIn.close();
  return 0;
}

function nextSteps(code: number): string {
  if (code !== 1) return `\nThe check ended with exit code ${code}; the demo expected drift (1).`;
  return [
    '',
    'In a workflow this check would have failed with exit code 1. What to try next:',
    '  1. Look at demo/policy.yml beside the findings above, change a line, and run it again.',
    '  2. node dist/index.js demo --serve keeps the stand-in running; it prints what to export for your own checks.',
    '  3. node dist/index.js check --help, then README.md: from here to your own tenant in five minutes.',
    '',
  ].join('\n');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
