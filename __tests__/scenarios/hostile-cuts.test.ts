import { connect, createServer, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { DEMO_AS_OF } from '../../demo/company.ts';
import { DEMO_TOKEN, startStandIn } from '../../demo/stand-in.ts';
import { CheckError } from '../../src/errors.ts';
import { createScimSource } from '../../src/sources/scim.ts';
import { checkPolicy, cleanUp } from './harness.ts';
import { asked, CLEAN, type Custom, GROUPS, listening, listOf, raw, USERS } from './hostile.ts';

const BRIEFLY = { NODE_OPTIONS: '--import="data:text/javascript,Math.random=()=>0"' };

/** Passes everything on to a service, until the nth connection has brought so many bytes of answers. */
async function cutting(port: number, nth: number, after: number, everyTime: boolean): Promise<Custom> {
  let connections = 0;
  const server = createServer((client) => {
    connections += 1;
    const cuts = connections === nth || (everyTime && connections > nth);
    const target: Socket = connect(port, '127.0.0.1');
    let left = after;
    target.on('data', (bytes) => {
      client.write(cuts ? bytes.subarray(0, left) : bytes);
      left -= bytes.length;
      if (cuts && left <= 0) {
        client.end();
        target.destroy();
      }
    });
    client.on('data', (bytes) => target.write(bytes));
    client.on('close', () => target.destroy());
    target.on('error', () => {}).on('close', () => client.end());
  });
  return listening(server);
}

// Offsets in heads, in bodies and around their ends; a seed would say less than the numbers themselves.
test.each([
  [1, 1, false],
  [1, 150, true],
  [1, 40_000, false],
  [1, 40_001, true],
  [2, 3_000, false],
  [2, 3_001, true],
])(
  'a connection %i that is cut after %i bytes (every time: %p) brings the right verdict or none',
  async (nth, after, everyTime) => {
    const standIn = await startStandIn({ clamp: { users: 30 }, gzip: after % 2 === 1 });
    cleanUp(() => standIn.close());
    const cutter = await cutting(standIn.port, nth, after, everyTime);
    cleanUp(() => cutter.close());
    const run = await checkPolicy(
      CLEAN,
      { ...standIn, scimUrl: cutter.scimUrl },
      ['--as-of', DEMO_AS_OF],
      BRIEFLY,
    );
    expect(run.stderr).not.toContain('a mistake of its own');
    if (run.code === 0) expect(run.report!.population).toMatchObject({ users: USERS, groups: GROUPS });
    else
      expect({ code: run.code, result: run.report?.result }).toEqual({ code: 2, result: 'could-not-check' });
    if (!everyTime) expect(run.code).toBe(0);
  },
);

/** A fixed row of numbers in [0, 1) that look like chance. */
function* chance(): Generator<number, never> {
  for (let state = 20261122; ; ) {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    yield state / 2 ** 31;
  }
}

test('60 compressed answers, each cut at another byte, lead to the right population or to none', async () => {
  const numbers = chance();
  const outcomes = new Set<string>();
  for (let turn = 0; turn < 60; turn += 1) {
    const [share, which, fault] = [numbers.next().value, numbers.next().value, numbers.next().value];
    let count = 0;
    const service = await raw((socket, request) => {
      const { rows, startIndex } = asked(request.split(' ')[1]);
      const plain = JSON.stringify(
        listOf(rows.slice(startIndex - 1, startIndex + 39), rows.length, startIndex),
      );
      const body = gzipSync(plain);
      // Without a length, the end of the connection is the end of the body: only gzip itself can tell.
      const head = 'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n';
      const whole = Buffer.concat([Buffer.from(head), body]);
      count += 1;
      const first = 1 + Math.floor(which * 4);
      const cut = count === first || (fault < 0.3 && count > first);
      socket.end(cut ? whole.subarray(0, Math.floor(whole.length * share)) : whole);
    });
    const signal = new AbortController().signal;
    const source = createScimSource(
      { baseUrl: new URL(service.scimUrl), token: DEMO_TOKEN },
      {
        deps: {
          now: Date.now,
          monotonic: () => performance.now() * 1000,
          random: () => 0,
          sleep: () => new Promise((resolve) => setImmediate(resolve)),
          env: {},
        },
        userAgent: 'tests/1',
        signal,
        deadline: Number.POSITIVE_INFINITY,
        onSecret: () => {},
      },
    );
    try {
      const { people, groups } = await source.read({ customAttributes: [], mayBeEmpty: true }, () => {});
      expect([turn, people.length, groups.length]).toEqual([turn, USERS, GROUPS]);
      outcomes.add('read');
    } catch (error) {
      if (!(error instanceof CheckError)) throw error;
      for (const { code } of error.problems) outcomes.add(code);
    } finally {
      await source.close();
      await service.close();
    }
  }
  expect(outcomes).toContain('read');
  expect(outcomes).toContain('bad-response');
});
