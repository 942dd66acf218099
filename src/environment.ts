import type { Environment } from './model/diagnosis.ts';

/** As in `engines` of package.json; a test compares them. */
export const NODE_NEEDED = '22.19';

/** What is needed of Node's `process`. */
export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly versions: { readonly node: string };
  readonly platform: string;
  readonly arch: string;
}

/** Where the program runs, without anything that a log should not hold. */
export function environmentOf({ env, versions, platform, arch }: Machine): Environment {
  return {
    node: versions.node,
    nodeNeeded: NODE_NEEDED,
    platform,
    arch,
    runner: runnerOf(env),
    extraCertificates: Boolean(env.NODE_EXTRA_CA_CERTS),
  };
}

function runnerOf(env: Machine['env']): Environment['runner'] {
  if (env.GITHUB_ACTIONS !== 'true') return null;
  return {
    os: env.RUNNER_OS || null,
    arch: env.RUNNER_ARCH || null,
    kind: env.RUNNER_ENVIRONMENT || null,
    act: env.ACT === 'true',
  };
}
