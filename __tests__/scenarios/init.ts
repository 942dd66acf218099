import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEMO_AS_OF } from '../../demo/company.ts';
import { cli, type Finished, workspace } from './harness.ts';

type Env = Readonly<Record<string, string>>;

export interface Initiated extends Finished {
  readonly cwd: string;
  /** The text of the policy; undefined when there is none. */
  readonly policy: string | undefined;
}

/** `init --policy policy.yml` in a directory of its own, on the day of the demo. */
export async function init(
  env: Env,
  args: readonly string[] = [],
  cwd: string = workspace(),
): Promise<Initiated> {
  const run = await cli(['init', '--policy', 'policy.yml', '--as-of', DEMO_AS_OF, ...args], { cwd, env });
  return { ...run, cwd, policy: read(join(cwd, 'policy.yml')) };
}

/** A check of that policy, by the same credentials and on the same day. */
export function check(env: Env, cwd: string): Promise<Finished> {
  return cli(['check', '--policy', 'policy.yml', '--as-of', DEMO_AS_OF, '--personal-data', 'show'], {
    cwd,
    env,
  });
}

export function read(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** Every file below a directory. */
export function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort();
}
