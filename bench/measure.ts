import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What one run of a command cost. */
export interface Cost {
  /** Seconds. */
  readonly wall: number;
  /** Seconds of user and system time, children included. */
  readonly cpu: number;
  /** Largest process, in MiB. */
  readonly memory: number;
}

export interface Command {
  readonly name: string;
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly exitCode?: number;
}

/** Runs a command under GNU time, which alone tells the peak memory of a child. @throws Error when it ends otherwise than expected */
export async function measure(command: Command, scratch: string): Promise<Cost> {
  const log = `${scratch}/time.txt`;
  const child = spawn('/usr/bin/time', ['-o', log, '-f', '%e %U %S %M', ...command.argv], {
    env: { ...process.env, ...command.env },
    cwd: scratch,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const started = performance.now();
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', resolve);
  });
  const wall = (performance.now() - started) / 1000;
  if (code !== (command.exitCode ?? 0))
    throw new Error(`${command.name} ended with ${code}: ${stderr.slice(0, 2000)}`);
  const [, user = 0, system = 0, kilobytes = 0] = readFileSync(log, 'utf8')
    .trim()
    .split('\n')
    .at(-1)!
    .split(' ')
    .map(Number);
  return { wall, cpu: user + system, memory: kilobytes / 1024 };
}

/** Runs all commands in turn, several times over, so that a slow moment of the machine hits each of them; gives medians. */
export async function medians(
  commands: readonly Command[],
  runs: number,
  scratch: string,
): Promise<Map<string, Cost>> {
  const costs = new Map<string, Cost[]>(commands.map(({ name }) => [name, []]));
  for (let run = 0; run < runs; run++) {
    for (const command of commands) costs.get(command.name)!.push(await measure(command, scratch));
  }
  return new Map(
    [...costs].map(([name, list]) => [
      name,
      {
        wall: median(list.map((cost) => cost.wall)),
        cpu: median(list.map((cost) => cost.cpu)),
        memory: median(list.map((cost) => cost.memory)),
      },
    ]),
  );
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
