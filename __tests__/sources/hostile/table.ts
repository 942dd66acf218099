import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { BRIGHTWATER_AGREED, CANARIES, type Company } from '../../../demo/company.ts';
import { populationOf } from '../../../demo/population.ts';
import { type Population, type StandIn, startStandIn } from '../../../demo/stand-in.ts';
import { CheckError, failure } from '../../../src/errors.ts';
import { SOURCE_LABELS } from '../../../src/model/facts.ts';
import { createSources } from '../../../src/sources/index.ts';
import type { Wanted } from '../../../src/sources/types.ts';
import { everythingIn, jumpingTime } from '../../http/fake-service.ts';
import { CASES } from './cases.ts';
import {
  type Asks,
  BODY_CANARY,
  type Expected,
  forSource,
  type Row,
  type Run,
  type Setup,
  type Value,
} from './row.ts';
import { type Place, SUBJECTS, type Subject } from './subjects.ts';
import { inOrder, toldBy, truthOf } from './truth.ts';

/** No row waits in earnest for longer than a fraction of a second, so that this is a hang. */
const HANG_MS = 10_000;

/** One test for each row and source. Rows that do nothing but wait may as well wait together. */
export function hostileTable(rows: readonly Row[], { together = false } = {}): void {
  const tests = together ? test.concurrent : test;
  describe.each(SUBJECTS.map((subject) => [SOURCE_LABELS[subject.name], subject] as const))(
    '%s',
    (_label, subject) => {
      for (const row of rows.filter(({ except }) => except?.[subject.name] === undefined)) {
        for (const value of row.each?.(subject) ?? [undefined])
          tests(titleOf(row, value), () => tryOut(row, subject, value), HANG_MS);
      }
    },
  );
}

function titleOf(row: Row, value: Value): string {
  const title = `${row.case}, ${CASES[row.case]}: ${row.name}`;
  if (row.each === undefined) return title;
  return `${title}: ${value === undefined ? 'missing' : JSON.stringify(value)}`;
}

async function tryOut(row: Row, subject: Subject, value: Value): Promise<void> {
  const setup = await row.when(subject, value);
  try {
    const run = await runOnce(subject, setup);
    judge(row, subject, setup, run);
  } finally {
    await setup.close?.();
  }
}

/** Reads the services once, as they were set up. */
export async function runOnce(subject: Subject, setup: Setup): Promise<Run> {
  const { pages } = setup;
  const standIn = await startStandIn({
    population: populationFor(setup.company ?? BRIGHTWATER_AGREED),
    // The source's own clock jumps, and the service's does not.
    rateLimit: 0,
    ...(pages === undefined ? {} : { clamp: { users: pages, employees: pages, stackone: pages } }),
    ...setup.options,
  });
  const { faults = [] } = setup;
  standIn.setFaults(typeof faults === 'function' ? faults(standIn) : faults);
  const server = await setup.server?.(standIn);
  try {
    return await read(subject, setup, standIn, placeOf(standIn, setup, server?.url));
  } finally {
    await server?.close();
    await standIn.close();
  }
}

const populations = new WeakMap<Company, Population>();

/** What the services serve of a company, made once. */
function populationFor(company: Company): Population {
  const known = populations.get(company) ?? populationOf(company);
  populations.set(company, known);
  return known;
}

function placeOf(standIn: StandIn, setup: Setup, server: URL | undefined): Place {
  const place = server && {
    scimUrl: `${server.origin}/scim/v1`,
    apiUrl: `${server.origin}/v1`,
    stackoneUrl: server.origin,
  };
  const all = { ...standIn, ...place };
  return { ...all, ...setup.place?.(all) };
}

async function read(subject: Subject, setup: Setup, standIn: StandIn, place: Place): Promise<Run> {
  const deps = { ...(setup.realTime ? passingTime() : jumpingTime()), env: setup.env ?? {} };
  const masked: string[] = [];
  const cancel = new AbortController();
  const [source, ...others] = createSources(subject.credentials(place), {
    deps,
    userAgent: 'tests/1',
    signal: cancel.signal,
    deadline: deps.monotonic() + (setup.runMs ?? 300_000),
    onSecret: (secret) => masked.push(secret),
    ...(setup.limits && { limits: setup.limits }),
  });
  expect([source?.name, others]).toEqual([subject.name, []]);
  const watch = setup.cancelAt === undefined ? undefined : cancelAt(setup.cancelAt, standIn, cancel);
  const wanted: Wanted = { customAttributes: [], mayBeEmpty: false, ...setup.wanted };
  const [ended] = await Promise.allSettled([source!.read(wanted, () => {})]);
  clearInterval(watch);
  await source!.close();
  return {
    reading: ended.status === 'fulfilled' ? ended.value : undefined,
    error: ended.status === 'rejected' ? ended.reason : undefined,
    evidence: source!.evidence(),
    requests: standIn.requests,
    slept: deps.slept,
    masked,
    place,
    standIn,
  };
}

/** The clock on the wall. Chance always decides for the shortest wait. */
function passingTime(): ReturnType<typeof jumpingTime> {
  return {
    slept: [],
    now: Date.now,
    monotonic: () => performance.now(),
    random: () => 0,
    sleep: (ms, signal) =>
      pause(ms, undefined, { signal }).catch(() => {
        throw signal.reason;
      }),
    env: {},
  };
}

function cancelAt(requests: number, standIn: StandIn, cancel: AbortController): NodeJS.Timeout {
  const reason = failure(
    'cancelled',
    'The run was cancelled before it was complete.',
    'Start the run again.',
  );
  return setInterval(() => {
    if (standIn.requests.length >= requests) cancel.abort(reason);
  }, 1);
}

/** What this row expects of its reading. */
function judge(row: Row, subject: Subject, setup: Setup, run: Run): void {
  expectHarmless(subject, setup, run);
  const expected = forSource(row.must, subject.name);
  if (expected.is === 'complete') expectComplete(expected, subject, setup, run);
  else expectRefused(expected, run);
  if (row.asks) expectAsked(forSource(row.asks, subject.name), subject, run);
  setup.also?.(run);
}

/** What holds for every reading, whatever came of it. */
export function expectHarmless(subject: Subject, setup: Setup, run: Run): void {
  nothingLeaked(subject, setup, run);
  expect(run.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
}

/** Everything was read, and it is what the company has. */
export function expectComplete(
  { warns, but }: Extract<Expected, { is: 'complete' }>,
  subject: Subject,
  setup: Setup,
  run: Run,
): void {
  // Thrown as it is, a refusal says more than any comparison.
  if (run.error !== undefined) throw run.error;
  const company = setup.company ?? BRIGHTWATER_AGREED;
  const truth = truthOf(company, subject.name, setup.wanted?.customAttributes ?? []);
  but?.(truth, subject);
  const [told, due] = [inOrder(toldBy(run.reading!)), inOrder(truth)];
  // Comparing texts is quick, and only where they differ is there anything to show.
  if (JSON.stringify(told) !== JSON.stringify(due)) expect(told).toEqual(due);
  expect(run.evidence.complete).toBe(true);
  expect(run.evidence.unique.users).toBe(truth.people.length);
  if (setup.server === undefined) expect(run.evidence.requests).toBe(run.requests.length);
  if (warns) expect(run.evidence.warnings.join('\n')).toMatch(warns);
  else expect(run.evidence.warnings).toEqual([]);
}

/** Nothing was read, for one reason that is explained. */
export function expectRefused(
  expected: Exclude<Expected, { is: 'complete' }>,
  { error, evidence, reading, requests }: Run,
): void {
  expect(reading && 'it was read').toBeUndefined();
  if (!(error instanceof CheckError)) throw error;
  expect(error.problems).toMatchObject([{ code: expected.is }]);
  const [{ message, hint }] = error.problems as [CheckError['problems'][number]];
  expect(message).toMatch(expected.says);
  if (expected.hints) expect(hint).toMatch(expected.hints);
  expect(message).toMatch(/^[A-Z`].{25,}[.?]$/s);
  expect(hint).toMatch(/^[A-Z].{15,}[.?]$/s);
  expect(`${message} ${hint}`).not.toMatch(/undefined|\[object|NaN|Error:|UNKNOWN|Unexpected token/);
  expect(evidence.complete).toBe(false);
  // What was under way when the reading ended may not have arrived.
  expect(evidence.requests).toBeGreaterThanOrEqual(requests.length);
}

function expectAsked(asks: Asks, subject: Subject, { requests }: Run): void {
  const paths = { people: subject.people, other: subject.other, token: '/token', all: undefined };
  const seen: Record<string, unknown> = {};
  const wanted: Record<string, unknown> = {};
  for (const [name, count] of Object.entries(asks) as [keyof Asks, number | readonly [number, number]][]) {
    const path = paths[name];
    const actual = path === undefined ? requests.length : requests.filter((one) => one.path === path).length;
    const [least, most] = typeof count === 'number' ? [count, count] : count;
    seen[name] = actual;
    wanted[name] = actual >= least && actual <= most ? actual : `${least} to ${most}`;
  }
  expect(seen).toEqual(wanted);
}

/** No credential, no personal data and no piece of an answer, whatever came of it. */
function nothingLeaked(subject: Subject, setup: Setup, run: Run): void {
  const { reading, error, evidence, standIn, requests, masked } = run;
  const told = JSON.stringify({ reading, evidence }, (_, value) =>
    value instanceof Set ? [...value] : value,
  );
  const everything = `${told}\n${error === undefined ? '' : everythingIn(error)}`;
  const credentials = [...subject.secrets(run.place), ...standIn.issuedJwts, ...(setup.secrets ?? [])];
  const forms = credentials.flatMap((one) => [one, base64(one), base64(`${one}:`)]);
  const forbidden = [...forms, ...CANARIES, BODY_CANARY, '<!doctype', '<html'];
  expect(forbidden.filter((text) => everything.includes(text))).toEqual([]);
  // Credentials stand in headers, but for the one exchange.
  const asked = requests.filter((one) => one.path !== '/token');
  const addresses = asked.map(({ path, query }) => `${path} ${JSON.stringify(query)}`).join('\n');
  expect(credentials.filter((text) => addresses.includes(text))).toEqual([]);
  // What is sent is either known to be a secret, or was masked when it came up.
  const sent = requests.flatMap(({ headers }) => headers.authorization?.split(' ')[1] ?? []);
  const known = new Set([...subject.secrets(run.place), ...masked]);
  expect(sent.filter((text) => !known.has(text))).toEqual([]);
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64').replace(/=+$/, '');
}
