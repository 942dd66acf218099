import { parseArgs } from 'node:util';
import { DEMO_AS_OF } from './company.ts';
import { DEMO_TOKEN, type StandIn, type StandInOptions, startStandIn } from './stand-in.ts';

export interface ServeOptions extends StandInOptions {
  /** Also say how to run a check against the sample policy. */
  readonly policyHint?: boolean;
  /** Takes one line of text. */
  readonly print: (line: string) => void;
}

/** Starts the stand-in for somebody at a terminal, and prints what to export so that a check finds it. */
export async function serve({ policyHint, print, ...options }: ServeOptions): Promise<StandIn> {
  const standIn = await startStandIn(options);
  print(`export LEAPSOME_SCIM_URL=${standIn.scimUrl}`);
  print(`export LEAPSOME_SCIM_TOKEN=${options.token ?? DEMO_TOKEN}`);
  if (policyHint) {
    print(`# node dist/index.js check --policy demo/policy.yml --as-of ${DEMO_AS_OF}`);
  }
  return standIn;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { port: { type: 'string' }, 'policy-hint': { type: 'boolean', default: false } },
  });
  const standIn = await serve({
    port: Number(values.port ?? 0),
    policyHint: values['policy-hint'],
    print: (line) => console.log(line),
  });
  const stop = () => void standIn.close();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

// Asked by name: inside of the bundle this module is part of the entry, and `import.meta.main` would be true there.
if (/[\\/]serve\.ts$/.test(process.argv[1] ?? '')) void main();
