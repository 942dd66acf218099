import { parseArgs } from 'node:util';
import { DEMO_AS_OF } from './company.ts';
import { type StandIn, type StandInOptions, startStandIn } from './stand-in.ts';

export interface ServeOptions extends StandInOptions {
  /** Also say how to run a check against the sample policy. */
  readonly policyHint?: boolean;
  /** Takes one line of text. */
  readonly print: (line: string) => void;
}

/** Starts the stand-in for somebody at a terminal, and prints what to export so that a check finds it. */
export async function serve({ policyHint, print, ...options }: ServeOptions): Promise<StandIn> {
  const standIn = await startStandIn(options);
  for (const [name, value] of Object.entries(environmentOf(standIn))) print(`export ${name}=${value}`);
  if (policyHint) {
    print(`# node dist/index.js check --policy demo/policy.yml --as-of ${DEMO_AS_OF}`);
  }
  return standIn;
}

/** What the environment of a check must hold so that it reads all three services of a stand-in. */
export function environmentOf(standIn: StandIn): Record<string, string> {
  return {
    LEAPSOME_SCIM_URL: standIn.scimUrl,
    LEAPSOME_SCIM_TOKEN: standIn.token,
    LEAPSOME_API_URL: standIn.apiUrl,
    LEAPSOME_API_SECRET: standIn.apiSecret,
    STACKONE_URL: standIn.stackoneUrl,
    STACKONE_API_KEY: standIn.stackoneKey,
    STACKONE_ACCOUNT_ID: standIn.stackoneAccountId,
  };
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
