import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createRawServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { BRIGHTWATER, CANARIES, DEMO_AS_OF } from '../../demo/company.ts';
import type { Fault, Json } from '../../demo/faults.ts';
import { scimRows } from '../../demo/scim-wire.ts';
import { DEMO_TOKEN, type LoggedRequest, type StandInOptions, startStandIn } from '../../demo/stand-in.ts';
import type { ProblemCode } from '../../src/model/problem.ts';
import { against, cli, type Finished } from './harness.ts';

export const CLEAN = readFileSync(new URL('../../demo/clean-policy.yml', import.meta.url), 'utf8');

/** Stands in bodies that no surface may quote. */
export const BODY_CANARY = 'BODY-CANARY-4711';

const { people, groups } = BRIGHTWATER;
export const USERS = people.length;
export const GROUPS = groups.length;
const TRUTH = {
  users: USERS,
  activeUsers: people.filter((person) => person.active).length,
  groups: GROUPS,
  memberships: people.reduce((sum, person) => sum + person.groupIds.length, 0),
};

/** Where somebody stands in the list of users, from 0. */
export function rowOf(name: string): number {
  const row = people.findIndex((person) => person.userName.startsWith(name));
  if (row < 0) throw new Error(`nobody is called ${name}`);
  return row;
}

/** What the service really has, for servers that a test writes itself. */
export const WIRE = scimRows(BRIGHTWATER);

/** What a run must come to. */
export type Expected =
  /** The right verdict about the whole population; with `warns` it also says what was odd. */
  | { readonly is: 'in-sync'; readonly warns?: RegExp }
  | { readonly is: 'drift'; readonly finds: readonly string[] }
  /** No verdict: the cause and the way out, in words. */
  | { readonly is: ProblemCode; readonly says: RegExp; readonly hints?: RegExp }
  /** Everybody was read, but some entries cannot be judged: these codes, the first of them with this message. */
  | { readonly is: 'partly'; readonly codes: readonly ProblemCode[]; readonly says: RegExp };

export const FINE = { is: 'in-sync' } as const;

/** A server that the test wrote because the stand-in is too well-behaved. */
export interface Custom {
  readonly scimUrl: string;
  close(): Promise<void>;
}

export interface Hostile {
  readonly name: string;
  readonly faults?: readonly Fault[];
  readonly options?: StandInOptions;
  readonly server?: () => Promise<Custom>;
  readonly expect: Expected;
  /** Requests that the stand-in saw: exactly so many, or a range. */
  readonly asks?: number | readonly [number, number];
  readonly policy?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The population that a tolerated answer must lead to, where it is not Brightwater's. */
  readonly population?: object | false;
  /** More texts that must not appear anywhere. */
  readonly secrets?: readonly string[];
  /** Waits between attempts are skipped unless a test is about them. */
  readonly realWaits?: boolean;
  /** Seconds in which the run must have ended; many, because the machine may be busy (25). */
  readonly within?: number;
  /** Anything more to look at. */
  readonly also?: (run: HostileRun) => void;
}

export interface HostileRun extends Finished {
  readonly requests: readonly LoggedRequest[];
  readonly seconds: number;
  /** Every file below the working directory but the policy, name and content. */
  readonly written: string;
}

/** Debug modes in which a library or a runner may say more than it should. */
const NOISY = {
  ACTIONS_STEP_DEBUG: 'true',
  RUNNER_DEBUG: '1',
  NODE_DEBUG: 'undici,http,fetch',
  DEBUG: '*',
};
/** No waiting between attempts: a table with many retries would take minutes. */
const NO_WAITS = ['--import', 'data:text/javascript,Math.random=()=>0'];
/** Processes at a time; most of them wait for something. */
const LANES = 5;

/** Work of all tables of a file, in the order in which it was added. */
const waiting: (() => Promise<void>)[] = [];

async function lane(): Promise<void> {
  for (let work = waiting.shift(); work !== undefined; work = waiting.shift()) await work();
}

/** One test for each row; the processes run a few at a time. Rows alternate between quiet and debug modes. */
export function hostileTable(title: string, rows: readonly Hostile[]): void {
  describe(title, () => {
    const runs = rows.map((row, index) => {
      const { promise, resolve } = Promise.withResolvers<HostileRun | Error>();
      waiting.push(() => runHostile(row, index % 2 === 1).then(resolve, resolve));
      return { row, name: row.name, done: promise };
    });
    beforeAll(() => {
      // The first table finds work for every lane, and the others none.
      for (let free = LANES; free > 0 && waiting.length > 0; free -= 1) void lane();
    });
    test.each(runs)('$name', async ({ row, done }) => {
      const run = await done;
      if (run instanceof Error) throw run;
      judge(row, run);
    });
  });
}

/** Checks the policy as a process, against the server that the row describes. */
export async function runHostile(row: Hostile, noisy: boolean): Promise<HostileRun> {
  const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'hostile-')));
  const standIn = row.server ? undefined : await startStandIn({ ...row.options, faults: row.faults ?? [] });
  const server = standIn ?? (await row.server!());
  try {
    for (const [name, text] of Object.entries({ ...row.files, 'policy.yml': row.policy ?? CLEAN })) {
      writeFileSync(join(cwd, name), text);
    }
    mkdirSync(join(cwd, 'out'));
    // What an earlier run left must not be taken for the outcome of this one.
    writeFileSync(join(cwd, 'out/report.json'), '{"result":"in-sync"}');
    const start = performance.now();
    const finished = await cli(
      ['check', '--policy', 'policy.yml', '--as-of', DEMO_AS_OF, '--report-dir', 'out', ...(row.args ?? [])],
      {
        cwd,
        env: { ...against(server), ...(noisy ? NOISY : {}), ...row.env },
        ...(row.realWaits ? {} : { nodeArgs: NO_WAITS }),
      },
    );
    const seconds = (performance.now() - start) / 1000;
    return {
      ...finished,
      seconds,
      requests: standIn?.requests ?? [],
      written: contents(cwd, ['policy.yml']),
    };
  } finally {
    await server.close();
    rmSync(cwd, { recursive: true, force: true });
  }
}

function contents(directory: string, except: readonly string[]): string {
  return readdirSync(directory)
    .filter((name) => !except.includes(name))
    .map((name) => join(directory, name))
    .map(
      (path) => `${path}\n${statSync(path).isDirectory() ? contents(path, []) : readFileSync(path, 'utf8')}`,
    )
    .join('\n');
}

/** Everything that holds for every run, and what this row expects of its own. */
export function judge(row: Hostile, run: HostileRun): void {
  nothingLeaked(row, run);
  expect(run.signal).toBeNull();
  expect(run.seconds).toBeLessThan(row.within ?? 25);
  expect([...run.files].sort()).toEqual(['manifest.json', 'report.json']);
  const { report } = run;
  const outcome = {
    code: run.code,
    result: report?.result,
    problems: report?.problems.map(({ code }) => code),
  };
  if (row.expect.is === 'in-sync') {
    expect({ ...outcome, text: report?.problems }).toEqual({
      code: 0,
      result: 'in-sync',
      problems: [],
      text: [],
    });
    expectWhole(row, run);
    if (row.expect.warns) {
      expect(
        [...report!.warnings, ...report!.sources.flatMap((source) => source.warnings)].join('\n'),
      ).toMatch(row.expect.warns);
      expect(run.stdout.replaceAll(/\s+/g, ' ')).toMatch(row.expect.warns);
    }
  } else if (row.expect.is === 'drift') {
    expect(outcome).toEqual({ code: 1, result: 'drift', problems: [] });
    const rules = report!.findings.filter(({ severity }) => severity !== 'notice').map(({ rule }) => rule);
    expect(rules.toSorted()).toEqual(row.expect.finds.toSorted());
    expectWhole(row, run);
  } else if (row.expect.is === 'partly') {
    const { codes, says } = row.expect;
    expect({ ...outcome, problems: [...new Set(outcome.problems)] }).toEqual({
      code: 2,
      result: 'could-not-check',
      problems: codes,
    });
    expectExplained(says, undefined, run);
    expectWhole(row, run);
  } else {
    const { is, says, hints } = row.expect;
    expect(outcome).toEqual({ code: 2, result: 'could-not-check', problems: [is] });
    expectExplained(says, hints, run);
    expect(report!.findings).toEqual([]);
    expect(report!.rules).toEqual([]);
  }
  if (row.asks !== undefined && !row.server) {
    const [least, most] = typeof row.asks === 'number' ? [row.asks, row.asks] : row.asks;
    expect(run.requests.length).toBeGreaterThanOrEqual(least);
    expect(run.requests.length).toBeLessThanOrEqual(most);
  }
  for (const { method } of run.requests) expect(method).toBe('GET');
  row.also?.(run);
}

/** A verdict is only worth something with proof that everybody was looked at. */
function expectWhole(row: Hostile, { report, requests }: HostileRun): void {
  if (row.population !== false) expect(report!.population).toEqual(row.population ?? TRUTH);
  const [source] = report!.sources;
  expect(source!.complete).toBe(true);
  expect(source!.unique).toEqual({ users: report!.population!.users, groups: report!.population!.groups });
  if (!row.server) expect(source!.requests).toBe(requests.length);
}

/** The cause and the way out, in the report and on the screen, and nothing that looks like a verdict. */
function expectExplained(says: RegExp, hints: RegExp | undefined, { report, stdout }: HostileRun): void {
  const [problem] = report!.problems;
  expect(problem!.message).toMatch(says);
  expect(problem!.message).toMatch(/^.{30,}[.?]$/s);
  expect(problem!.hint).toMatch(/^[A-Z].{20,}[.?]$/s);
  if (hints) expect(problem!.hint).toMatch(hints);
  expect(`${problem!.message} ${problem!.hint}`).not.toMatch(/undefined|\[object|NaN|Error:|UNKNOWN/);
  const screen = stdout.replaceAll(/\s+/g, ' ');
  expect(screen).toContain(problem!.message.replaceAll(/\s+/g, ' '));
  expect(screen).toContain(problem!.hint.replaceAll(/\s+/g, ' '));
  expect(screen).toContain('Could not check');
  expect(screen).not.toMatch(/✔|exit code [01]/);
}

function nothingLeaked(row: Hostile, { stdout, stderr, written }: HostileRun): void {
  const everything = `${stdout}\n${stderr}\n${written}`;
  for (const text of [DEMO_TOKEN, BODY_CANARY, ...CANARIES, ...(row.secrets ?? [])]) {
    expect(everything).not.toContain(text);
    expect(everything).not.toContain(Buffer.from(text).toString('base64').replace(/=+$/, ''));
  }
  // No stack trace, and no piece of an answer.
  expect(everything).not.toMatch(/\n\s+at /);
  expect(everything).not.toMatch(/urn:ietf:params:scim|<!doctype|<html|Unexpected token/i);
  expect(everything).not.toContain('a mistake of its own');
}

// ---- faults, in few words

/** A fault for one of the lists, perhaps only for some of the requests. */
export const onUsers = (fault: Fault, nth?: number | readonly number[]): Fault => on('/Users', fault, nth);
export const onGroups = (fault: Fault, nth?: number | readonly number[]): Fault => on('/Groups', fault, nth);

function on(path: string, fault: Fault, nth?: number | readonly number[]): Fault {
  return { ...fault, path, ...(nth === undefined ? {} : { nth }) };
}

/** From the nth request to the end of all days. */
export function from(nth: number): readonly number[] {
  return Array.from({ length: 200 }, (_, index) => nth + index);
}

/** Changes one field of one row; `without` when there is no value. */
export function patch(row: number, field: string, ...value: [] | [Json]): Fault {
  return value.length === 0
    ? { kind: 'patch-row', row, without: [field] }
    : { kind: 'patch-row', row, set: { [field]: value[0] } };
}

/** Changes the envelope around the rows. */
export function envelope(set: Readonly<Record<string, Json>>, without: readonly string[] = []): Fault {
  return { kind: 'envelope', set, without };
}

// ---- servers that the stand-in cannot imitate

/** A list answer as Leapsome gives it. */
export function listOf(rows: readonly unknown[], total: number = rows.length, startIndex = 1): object {
  return { schemas: [], totalResults: total, itemsPerPage: rows.length, startIndex, Resources: rows };
}

/** What a request asks for. */
export function asked(url: string | undefined): {
  kind: 'Users' | 'Groups';
  rows: readonly object[];
  startIndex: number;
  count: number;
} {
  const { pathname, searchParams } = new URL(url ?? '/', 'http://x');
  const kind = pathname.endsWith('/Users') ? 'Users' : 'Groups';
  return {
    kind,
    rows: kind === 'Users' ? WIRE.users : WIRE.groups,
    startIndex: Number(searchParams.get('startIndex')),
    count: Number(searchParams.get('count')),
  };
}

/** A server of node:http with a handler of one's own. */
export async function handled(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Custom> {
  return listening(createServer(handler));
}

/** A server that writes whatever bytes it likes, once for each request that it has read. */
export async function raw(handler: (socket: Socket, request: string) => void): Promise<Custom> {
  const server = createRawServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (request) => handler(socket, String(request)));
  });
  return listening(server);
}

/** Serves on a free port of this machine, and ends at once when told so. */
export async function listening(
  server: Server,
  scheme = 'http',
): Promise<Custom & { readonly port: number }> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    scimUrl: `${scheme}://127.0.0.1:${port}/scim/v1`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
