import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A stand-in in a process of its own, which is to be ended with SIGTERM. */
export interface Served {
  /** What a check needs to find it. */
  readonly env: Readonly<Record<string, string>>;
  readonly process: ChildProcess;
}

/** Serves a generated tenant by SCIM alone, or by all three sources. */
export async function serve(
  people: number,
  latencyMs: number,
  which: 'scim' | 'all' = 'scim',
): Promise<Served> {
  const program = fileURLToPath(new URL('server.ts', import.meta.url));
  const child = spawn(process.execPath, [program, String(people), String(latencyMs), which], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout!.once('data', (data: Buffer) => resolve(data.toString()));
    child.once('exit', (code) => reject(new Error(`the stand-in ended with ${code}`)));
  });
  const env = JSON.parse(line) as Record<string, string>;
  const { LEAPSOME_SCIM_URL, LEAPSOME_SCIM_TOKEN } = env;
  return {
    env:
      which === 'all'
        ? env
        : { LEAPSOME_SCIM_URL: LEAPSOME_SCIM_URL!, LEAPSOME_SCIM_TOKEN: LEAPSOME_SCIM_TOKEN! },
    process: child,
  };
}
