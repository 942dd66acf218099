#!/usr/bin/env node
// The entry of both the action and the command line. It holds only what must work on any Node and for any failure.

const MINIMUM = [22, 19] as const;

function tooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < MINIMUM[0] || (major === MINIMUM[0] && minor < MINIMUM[1]);
}

/** The exit code of an error is 2: Node's own would be 1, which means drift. */
function crash(error: unknown): never {
  // Neither message nor stack: both can hold what was being read. The class and code say enough to search for.
  const { name, code } = (error ?? {}) as { name?: unknown; code?: unknown };
  const what = [name, code].filter((part) => typeof part === 'string').join(' ');
  process.stderr.write(
    `Could not check: the program failed by a mistake of its own (${what || 'unknown error'}).\n` +
      'Nothing was decided. Please report it, with the command and the version, but without tokens or personal data.\n',
  );
  process.exit(2);
}

process.on('uncaughtException', crash);
process.on('unhandledRejection', crash);
// A reader that went away, such as `| head`, is no reason to fail.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

if (tooOld(process.versions.node)) {
  process.stderr.write(
    `leapsome-access-policy needs Node ${MINIMUM.join('.')} or later; this is Node ${process.versions.node}.\n`,
  );
  process.exitCode = 2;
} else {
  start().catch(crash);
}

async function start(): Promise<void> {
  // Before anything that brings undici along, Node's own included: it would print addresses in debug modes.
  await import(/* webpackMode: "eager" */ './http/quiet.ts');
  const isAction = process.env.GITHUB_ACTIONS === 'true' && process.argv.length <= 2;
  process.exitCode = isAction
    ? await (await import('./action.ts')).main()
    : await (await import(/* webpackMode: "eager" */ './cli.ts')).main(process.argv.slice(2));
  leave();
}

/**
 * Ends a finished run: nothing that is still under way, such as a name that is being looked up, keeps it from ending, and
 * Node does not take its heap apart first.
 */
function leave(): void {
  if (process.stdout.writableLength + process.stderr.writableLength === 0) process.exit();
  setTimeout(leave, 5);
}
