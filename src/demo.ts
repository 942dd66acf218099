import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEMO_AS_OF } from '../demo/company.ts';
import { environmentOf, serve } from '../demo/serve.ts';
import { type StandIn, startStandIn } from '../demo/stand-in.ts';
import { FORMAT_FILES } from './model/formats.ts';

export interface DemoOptions {
  /** Keep the stand-in running until the user ends it, and check nothing. */
  readonly serveOnly: boolean;
  /** How this program was started. */
  readonly program: string;
  readonly cancelled: AbortSignal;
}

/** Shows the main job without any credential: a check of a small company with planted drift. Ends with 0 when it could be shown. */
export async function demo(options: DemoOptions): Promise<number> {
  return options.serveOnly ? serveUntilCancelled(options.cancelled) : showCheck(options);
}

async function showCheck({ cancelled, program }: DemoOptions): Promise<number> {
  const standIn = await startStandIn();
  const reports = mkdtempSync(join(tmpdir(), 'leapsome-access-demo-'));
  try {
    say('A stand-in of Leapsome is running with the people of Brightwater, a company that does not exist.');
    say('It speaks SCIM, the Content API and StackOne, which contradict each other in three places.');
    say(`It is checked against demo/policy.yml, as of ${DEMO_AS_OF}:\n`);
    const code = await runCheck(standIn, reports, cancelled);
    const said = VERDICTS[code];
    // Whatever the verdict over a policy that somebody has changed, there is a report of it.
    if (said === undefined || !existsSync(join(reports, FORMAT_FILES.json))) {
      say(`\n${FAILED}`);
      return 2;
    }
    say(nextSteps(said, program));
    return 0;
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

const FAILED =
  'The demo failed: its check came to no end. Try again; if that does not help, please report it, with this output.';

/** What each exit code of the check means, and what to try with the policy then. */
const VERDICTS: Readonly<Record<number, { readonly meaning: string; readonly change: string }>> = {
  0: {
    meaning: 'In a workflow this check would have passed, with exit code 0.',
    change: 'Take a name or a condition out of a list in demo/policy.yml, and run it again: that is drift.',
  },
  1: {
    meaning: 'In a workflow this check would have failed with exit code 1.',
    change: 'Look at demo/policy.yml beside the findings above, change a line, and run it again.',
  },
  2: {
    meaning: 'In a workflow this check would have failed with exit code 2: it came to no verdict.',
    change:
      'Correct in demo/policy.yml what is said above, and run it again; "git checkout demo/policy.yml" brings back the policy as it was.',
  },
};

function nextSteps({ meaning, change }: { meaning: string; change: string }, program: string): string {
  return [
    '',
    `${meaning} What to try next:`,
    `  1. ${change}`,
    `  2. ${program} demo --serve keeps the stand-in running; it prints what to export for your own checks.`,
    `  3. ${program} check --help, then README.md: with a credential at hand, your own tenant takes about five minutes.`,
    '',
  ].join('\n');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
