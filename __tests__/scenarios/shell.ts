import { spawn } from 'node:child_process';
import { DIST } from './harness.ts';

export interface ShellOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly uid?: number;
}

/** Runs a line of bash in which `$program` is the bundle: for pipes, limits and other users. */
export function shell(
  line: string,
  { cwd, env, uid }: ShellOptions,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(
    'bash',
    ['--norc', '-c', line.replaceAll('$program', '"$0" "$1"'), process.execPath, DIST],
    {
      cwd,
      env: { PATH: process.env.PATH, ...env },
      // A socket as standard input makes bash believe that it was started remotely.
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(uid === undefined ? {} : { uid, gid: uid }),
    },
  );
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
