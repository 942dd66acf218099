import { brotliCompressSync, gzipSync } from 'node:zlib';
import { expect } from '@jest/globals';
import type { Canned, Fault } from '../../demo/faults.ts';
import { DEMO_TOKEN, type LoggedRequest } from '../../demo/stand-in.ts';
import {
  asked,
  BODY_CANARY,
  FINE,
  from,
  type Hostile,
  type HostileRun,
  handled,
  hostileTable,
  listening,
  listOf,
  onGroups,
  onUsers,
  raw,
} from './hostile.ts';

const paged = { clamp: { users: 25 } };

/** An answer that says nothing but a status, with a body that must not be shown. */
function answer(status: number, headers: Readonly<Record<string, string>> = {}): Canned & { kind: 'answer' } {
  return { kind: 'answer', status, headers, body: `{"detail":"${BODY_CANARY} ${DEMO_TOKEN}"}` };
}

function times(count: number, status: number, headers: Readonly<Record<string, string>> = {}): Fault {
  return { kind: 'answers', answers: Array.from({ length: count }, () => answer(status, headers)) };
}

function usersAsked(requests: readonly LoggedRequest[]): LoggedRequest[] {
  return requests.filter(({ path }) => path === '/Users');
}

const rejected = {
  is: 'auth-rejected',
  says: /HTTP 401: the token in `scim-token`.*not sufficiently authorised/,
  hints: /administrator/,
} as const;
const invalid = {
  is: 'token-invalid',
  says: /HTTP 403: the token in `scim-token`.*is not valid/,
  hints: /regenerated/,
} as const;
const jwt = [{ alg: 'HS256' }, { iat: 1_790_000_000, exp: 1_790_018_000 }]
  .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .join('.');

hostileTable('credentials', [
  { name: 'that are refused with 401', faults: [answer(401)], expect: rejected, asks: [1, 2] },
  {
    name: 'that are refused with 401 for groups',
    faults: [onGroups(answer(401))],
    expect: rejected,
    asks: [1, 3],
  },
  {
    name: 'that are refused with 401 on page two',
    options: paged,
    faults: [onUsers(answer(401), 2)],
    expect: rejected,
  },
  { name: 'that are called invalid', faults: [{ kind: 'token-invalid' }], expect: invalid, asks: [1, 2] },
  {
    name: 'that are of somebody else',
    env: { LEAPSOME_SCIM_TOKEN: 'somebody-elses-token-1234' },
    expect: invalid,
    asks: [1, 2],
    secrets: ['somebody-elses-token-1234'],
  },
  {
    name: 'that are an access token of the other API',
    env: { LEAPSOME_SCIM_TOKEN: `${jwt}.c2lnbmF0dXJl` },
    expect: { is: 'token-kind', says: /short-lived access token of another API/ },
    asks: [1, 2],
    secrets: [jwt],
  },
] satisfies Hostile[]);

const broken = (status: number, tries: number) =>
  ({
    is: 'bad-response',
    says: new RegExp(`HTTP ${status}, the last of ${tries} attempts: the service has a problem of its own`),
    hints: /Run again later/,
  }) as const;

hostileTable('statuses', [
  {
    name: '500 once, with real waits',
    faults: [onUsers(times(1, 500))],
    expect: FINE,
    asks: 5,
    realWaits: true,
  },
  { name: '503 three times', faults: [onUsers(times(3, 503))], expect: FINE, asks: 7 },
  {
    name: '502 in HTML in the middle',
    options: paged,
    faults: [
      onUsers(
        {
          kind: 'answer',
          status: 502,
          headers: { 'content-type': 'text/html' },
          body: `<html>${BODY_CANARY}</html>`,
        },
        [2, 3],
      ),
    ],
    expect: FINE,
  },
  { name: '500 for ever', faults: [onUsers(answer(500))], expect: broken(500, 6), asks: [6, 8] },
  {
    name: '503 for ever for groups, with real waits in a short run',
    faults: [onGroups(answer(503))],
    expect: { is: 'bad-response', says: /HTTP 503/ },
    realWaits: true,
    args: ['--timeout', '2s'],
  },
  {
    name: '503 that asks for a day',
    faults: [onUsers(answer(503, { 'retry-after': '86400' }))],
    expect: { is: 'bad-response', says: /HTTP 503.*come back in 86400 seconds/ },
    asks: [1, 4],
  },
  {
    name: '404',
    faults: [answer(404)],
    expect: {
      is: 'bad-response',
      says: /HTTP 404: there is no SCIM API at the address/,
      hints: /https:\/\/api\.leapsome\.com\/scim\/v1/,
    },
    asks: [1, 2],
  },
] satisfies Hostile[]);

/** How long the client waited between two requests for users, in milliseconds. */
function gap({ requests }: HostileRun, first: number): number {
  const all = usersAsked(requests);
  return all[first]!.time - all[first - 1]!.time;
}

const soon = () => new Date(Math.ceil(Date.now() / 1000) * 1000 + 2000).toUTCString();
const limited = (headers: Readonly<Record<string, string>> = {}, count = 1) =>
  onUsers(times(count, 429, headers));
const wait = (seconds: string) =>
  ({
    is: 'rate-limited',
    says: new RegExp(`HTTP 429\\) and asks to wait ${seconds}, longer than this run may last`),
    hints: /`timeout`/,
  }) as const;

hostileTable('too many requests', [
  {
    name: 'with a wait in seconds',
    faults: [limited({ 'retry-after': '1' })],
    expect: FINE,
    asks: 5,
    also: (run) => expect(gap(run, 1)).toBeGreaterThanOrEqual(990),
  },
  {
    name: 'with a wait as a date',
    server: () => {
      const date = soon();
      const times: number[] = [];
      return handled((request, response) => {
        const { kind, rows, startIndex } = asked(request.url);
        if (kind === 'Users' && times.push(Date.now()) === 1)
          return response.writeHead(429, { 'retry-after': date }).end(BODY_CANARY);
        if (kind === 'Users' && times.length === 2 && times[1]! < Date.parse(date) - 50)
          return response.writeHead(418).end();
        return response.end(JSON.stringify(listOf(startIndex === 1 ? rows : [], rows.length)));
      });
    },
    expect: FINE,
  },
  { name: 'without any wait', faults: [limited({ 'retry-after': '0' }, 3)], expect: FINE, asks: 7 },
  ...['soon', '-1', 'Wed, 21 Oct 2015 07:28:00 GMT', '9'.repeat(40)].map(
    (value): Hostile => ({
      name: `with a wait of ${JSON.stringify(value)}`,
      faults: [limited({ 'retry-after': value }, 2)],
      expect: FINE,
      asks: 6,
    }),
  ),
  {
    name: 'without a word about waiting, with real waits',
    faults: [limited({}, 2)],
    expect: FINE,
    asks: 6,
    realWaits: true,
  },
  {
    name: 'for groups on page two',
    options: { clamp: { groups: 5 } },
    faults: [onGroups(answer(429, { 'retry-after': '0' }), [2, 3])],
    expect: FINE,
  },
  {
    name: 'with a wait of a day',
    faults: [limited({ 'retry-after': '86400' })],
    expect: wait('86400 seconds'),
    asks: [1, 2],
  },
  {
    name: 'with a wait as a date in the far future',
    faults: [limited({ 'retry-after': 'Fri, 31 Dec 2100 23:59:59 GMT' })],
    expect: wait('\\d{9,} seconds'),
    asks: [1, 2],
  },
  {
    name: 'with a wait longer than the run',
    faults: [limited({ 'retry-after': '30' })],
    args: ['--timeout', '20s'],
    expect: wait('30 seconds'),
    asks: [1, 2],
    within: 15,
  },
  {
    name: 'for ever',
    faults: [{ ...answer(429, { 'retry-after': '0' }) }],
    expect: { is: 'rate-limited', says: /still refuses requests as too many \(HTTP 429\) after 6 attempts/ },
    asks: [6, 12],
  },
  {
    name: 'from a limit that the client hits',
    options: { clamp: { users: 5 }, rateLimit: 4 },
    expect: FINE,
    realWaits: true,
  },
] satisfies Hostile[]);

const html = {
  is: 'bad-response',
  says: /a web page where data was due/,
  hints: /login page.*single sign-on/,
} as const;
const unclear = (says: RegExp) => ({ is: 'bad-response', says }) as const;
const cutText = { is: 'bad-response', says: /cut short or damaged, in 6 attempts/, hints: /proxy/ } as const;

hostileTable('bodies', [
  { name: 'that are a login page', faults: [{ kind: 'login-page' }], expect: html, asks: [1, 2] },
  { name: 'that are a login page for groups only', faults: [onGroups({ kind: 'login-page' })], expect: html },
  {
    name: 'that are a login page on page two',
    options: paged,
    faults: [onUsers({ kind: 'login-page' }, 2)],
    expect: html,
  },
  {
    name: 'that are a login page, said to be JSON',
    faults: [onUsers({ kind: 'answer', body: `\n <!DOCTYPE html><p>${BODY_CANARY}` })],
    expect: html,
  },
  { name: 'with 204', faults: [onUsers(answer(204))], expect: unclear(/an answer without content/) },
  {
    name: 'that are empty',
    faults: [onUsers({ kind: 'answer' })],
    expect: unclear(/an answer without content/),
  },
  { name: 'in UTF-16', faults: [onUsers({ kind: 'utf-16' })], expect: unclear(/text that is not UTF-8/) },
  {
    name: 'in Latin-1',
    faults: [
      onUsers({
        kind: 'answer',
        headers: { 'content-type': 'application/json; charset=iso-8859-1' },
        body: Buffer.from(`{"x":"Jürgen ${BODY_CANARY}"}`, 'latin1'),
      }),
    ],
    expect: unclear(/text that is not UTF-8/),
  },
  {
    name: 'with a byte-order mark, another content type or none',
    faults: [
      { kind: 'prefix', text: '\uFEFF' },
      onUsers({ kind: 'headers', set: { 'content-type': 'text/html' } }),
      onGroups({ kind: 'headers', without: ['content-type'] }),
    ],
    expect: FINE,
  },
  {
    name: 'behind a warning of PHP',
    faults: [onUsers({ kind: 'prefix', text: `PHP Warning: ${BODY_CANARY}` })],
    expect: unclear(/an answer that is not JSON/),
  },
  {
    name: 'with something behind the JSON',
    faults: [onUsers({ kind: 'answer', body: `{"totalResults":0,"Resources":[]}{"x":"${BODY_CANARY}"}` })],
    expect: cutText,
  },
] satisfies Hostile[]);

const whole = Buffer.from(JSON.stringify(listOf([])));
const packed = (encoding: string, body: Uint8Array): Fault =>
  onUsers({ kind: 'answer', headers: { 'content-encoding': encoding }, body });
/** A page of blanks that compresses to next to nothing. */
const bomb = Buffer.concat([
  Buffer.from('{"totalResults":1,"Resources":['),
  Buffer.alloc(96 * 1024 ** 2, ' '),
  Buffer.from(']}'),
]);
const gzipBomb = gzipSync(bomb, { level: 1 });
const tooLarge = { is: 'too-large', says: /larger than 64 MiB/, hints: /base URL/ } as const;

function littleMemory({ stderr }: HostileRun): void {
  const kibibytes = Number(/most memory: (\d+)/.exec(stderr)![1]);
  expect(kibibytes).toBeLessThan(250 * 1024);
}
/**
 * Says on the way out how much memory there ever was. What the system counts for a process begins with that of the
 * process that started it, which is a large one here; Linux knows the figure for the program alone.
 */
const WATCH = [
  "import{readFileSync}from'node:fs';",
  "const%20own=()=>parseInt(readFileSync('/proc/self/status','utf8').split('VmHWM:')[1]);",
  "const%20most=()=>process.platform==='linux'?own():process.resourceUsage().maxRSS;",
  "process.on('exit',()=>process.stderr.write('most%20memory:%20'+most()))",
].join('');
const WATCHED = { NODE_OPTIONS: `--import="data:text/javascript,${WATCH}"` };

hostileTable('compression', [
  { name: 'by gzip', options: { gzip: true }, expect: FINE },
  { name: 'by Brotli', faults: [{ kind: 'encode', as: 'br' }], expect: FINE },
  { name: 'that is none', faults: [packed('gzip', whole)], expect: cutText },
  {
    name: 'that nobody asked for',
    faults: [packed('zstd', whole)],
    expect: unclear(/a compression that was not asked for/),
  },
  {
    name: 'by gzip with a wrong checksum',
    faults: [
      packed('gzip', Buffer.concat([gzipSync(bomb.subarray(0, 100)).subarray(0, -8), Buffer.alloc(8)])),
    ],
    expect: cutText,
  },
  {
    name: 'of 96 MiB by gzip',
    faults: [packed('gzip', gzipBomb)],
    expect: tooLarge,
    env: WATCHED,
    also: littleMemory,
    asks: [1, 4],
  },
  {
    name: 'of 96 MiB by gzip for groups',
    faults: [onGroups({ kind: 'answer', headers: { 'content-encoding': 'gzip' }, body: gzipBomb })],
    expect: tooLarge,
  },
  {
    name: 'of 96 MiB by Brotli',
    faults: [packed('br', brotliCompressSync(bomb, { params: { 1: 1 } }))],
    expect: tooLarge,
    env: WATCHED,
    also: littleMemory,
  },
  {
    name: 'of none and without an end',
    server: () =>
      handled((_request, response) => {
        const blanks = Buffer.alloc(1024 ** 2, ' ');
        const pour = () => {
          while (!response.destroyed && response.write(blanks));
        };
        response.on('drain', pour);
        pour();
      }),
    expect: tooLarge,
    env: WATCHED,
    also: littleMemory,
  },
  {
    name: 'of none, with a length of 10 GB',
    server: () => raw((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n{')),
    expect: tooLarge,
  },
] satisfies Hostile[]);

const closed = {
  is: 'unreachable',
  says: /closed the connection before its answer was complete, in 6 attempts/,
  hints: /proxy or firewall/,
} as const;

hostileTable('answers that break off', [
  ...(['content-length', 'chunked', 'close', 'none', 'gzip'] as const).flatMap((framing): Hostile[] => [
    {
      name: `once (${framing})`,
      faults: [
        onUsers({ kind: 'cut', after: 300, framing }, 1),
        onGroups({ kind: 'cut', after: 300, framing }, 2),
      ],
      expect: FINE,
    },
    {
      name: `for ever (${framing})`,
      faults: [onUsers({ kind: 'cut', after: 2000, framing })],
      expect:
        framing === 'content-length' || framing === 'chunked'
          ? { is: 'unreachable', says: /closed the connection before/ }
          : cutText,
      asks: [6, 8],
    },
  ]),
  {
    name: 'before the first byte, for ever',
    faults: [onUsers({ kind: 'cut', after: 0, framing: 'content-length' })],
    expect: closed,
  },
  {
    name: 'one byte before the end of gzip, on page two',
    options: paged,
    faults: [onUsers({ kind: 'cut', after: 2500, framing: 'gzip' }, from(2))],
    expect: cutText,
  },
  {
    name: 'by a reset, once',
    faults: [onUsers({ kind: 'reset' }, 1), onGroups({ kind: 'reset', after: 50 }, 1)],
    expect: FINE,
  },
  {
    name: 'by a reset in the middle, for ever',
    faults: [onUsers({ kind: 'reset', after: 5000 })],
    expect: closed,
  },
  {
    name: 'by a reset on page two, for ever',
    options: paged,
    faults: [onUsers({ kind: 'reset' }, from(2))],
    expect: closed,
  },
  {
    name: 'too early for their length',
    faults: [onUsers({ kind: 'wrong-length', by: 1 }, 1), onGroups({ kind: 'wrong-length', by: 100 }, 1)],
    expect: FINE,
  },
  {
    name: 'too late for their length',
    faults: [onUsers({ kind: 'wrong-length', by: -1 }, 1), onGroups({ kind: 'wrong-length', by: -100 }, 1)],
    expect: FINE,
  },
  {
    name: 'too late for their length, for ever',
    faults: [onUsers({ kind: 'wrong-length', by: -1 })],
    expect: cutText,
  },
] satisfies Hostile[]);

const runOver = {
  is: 'timed-out',
  says: /took longer than 2 seconds|time for the whole run was over/,
  hints: /[Rr]aise.*timeout/,
} as const;
const inTwoSeconds = { args: ['--timeout', '2s'], expect: runOver };

hostileTable('answers that take for ever', [
  { name: 'a byte each 100 ms', faults: [onUsers({ kind: 'drip', everyMs: 100 })], ...inTwoSeconds },
  {
    name: 'quickly, but slowly enough',
    faults: [onUsers({ kind: 'drip', everyMs: 10, bytes: 4000 })],
    expect: FINE,
  },
  { name: 'no headers', faults: [{ kind: 'never-answer' }], ...inTwoSeconds },
  {
    name: 'headers without an end',
    server: () =>
      raw((socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        const timer = setInterval(() => socket.write('X: y\r\n'), 50);
        socket.on('close', () => clearInterval(timer));
      }),
    ...inTwoSeconds,
  },
  {
    name: '"wait a moment" without an end',
    server: () =>
      raw((socket) => {
        const timer = setInterval(() => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'), 50);
        socket.on('close', () => clearInterval(timer));
      }),
    ...inTwoSeconds,
  },
] satisfies Hostile[]);

const away = (to: string) =>
  ({
    is: 'redirected',
    says: new RegExp(`redirects ${to}; credentials are not sent there`),
    hints: /base URL/,
  }) as const;
const there = '/scim/v1/Users?startIndex=1&count=5000';

hostileTable('redirects', [
  ...[301, 308].map(
    (status): Hostile => ({
      name: `to the same service (${status})`,
      faults: [onUsers({ kind: 'redirect', status, location: there }, 1)],
      expect: FINE,
      asks: 5,
    }),
  ),
  {
    name: 'to the same service, relative',
    faults: [onUsers({ kind: 'redirect', location: '?startIndex=1&count=5000' }, [1, 2])],
    expect: FINE,
    asks: 6,
  },
  {
    name: 'to the same service, for ever',
    faults: [onUsers({ kind: 'redirect', location: there })],
    expect: { is: 'redirected', says: /redirects again and again/ },
    asks: [4, 6],
  },
  {
    name: 'to another host',
    faults: [{ kind: 'redirect', location: 'https://evil.example/scim/v1/Users' }],
    expect: away('to evil\\.example'),
    asks: [1, 2],
  },
  {
    name: 'to another host, for groups on page two',
    options: { clamp: { groups: 5 } },
    faults: [onGroups({ kind: 'redirect', location: '//evil.example/x' }, from(2))],
    expect: away('to evil\\.example'),
  },
  {
    name: 'to another port',
    server: async () => {
      const other = await handled((_request, response) => {
        throw new Error(`the credentials followed: ${response.req.headers.authorization !== undefined}`);
      });
      const service = await handled((_request, response) =>
        response.writeHead(302, { location: other.scimUrl }).end(),
      );
      return {
        scimUrl: service.scimUrl,
        close: async () => {
          await other.close();
          await service.close();
        },
      };
    },
    expect: away('to 127\\.0\\.0\\.1:\\d+'),
  },
  {
    name: 'to another scheme',
    server: async () => {
      const service = await listening(
        (await import('node:http')).createServer((request, response) =>
          response.writeHead(302, { location: `https://${request.headers.host}/scim/v1/Users` }).end(),
        ),
      );
      return service;
    },
    expect: away('to 127\\.0\\.0\\.1:\\d+ over another scheme'),
  },
  {
    name: 'to nowhere',
    faults: [{ kind: 'answer', status: 302, headers: {} }],
    expect: away('to no usable address'),
  },
  {
    name: 'to a script',
    faults: [{ kind: 'redirect', location: `javascript:alert('${BODY_CANARY}')` }],
    expect: away('to no usable address'),
  },
  {
    name: 'to an address with the token in it',
    faults: [
      {
        kind: 'redirect',
        location: `https://user:${DEMO_TOKEN}@${DEMO_TOKEN}.example/${BODY_CANARY}?t=${DEMO_TOKEN}`,
      },
    ],
    expect: away('to \\*\\*\\*\\.example'),
  },
  {
    name: 'to a log-in of the same service',
    faults: [onUsers({ kind: 'redirect', location: '/login' }, 1), { kind: 'login-page', path: '/login' }],
    expect: html,
  },
] satisfies Hostile[]);

const notHttp = (text: string) => () => raw((socket) => socket.end(text));

hostileTable('answers that are hardly HTTP', [
  {
    name: 'a greeting of SSH',
    server: notHttp(`SSH-2.0-OpenSSH_9.9 ${BODY_CANARY}\r\n`),
    expect: cutText,
  },
  {
    name: 'nothing but a body',
    server: notHttp(`{"totalResults":0,"Resources":[]}`),
    expect: cutText,
  },
  {
    name: 'a header of a mebibyte',
    server: notHttp(`HTTP/1.1 200 OK\r\nX: ${BODY_CANARY.repeat(65536)}\r\n\r\n{}`),
    expect: cutText,
  },
  {
    name: 'two lengths',
    server: notHttp(
      `HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 33\r\n\r\n{"totalResults":0,"Resources":[]}`,
    ),
    expect: cutText,
  },
  {
    name: 'a length and chunks',
    server: notHttp(
      `HTTP/1.1 200 OK\r\nContent-Length: 33\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    ),
    expect: cutText,
  },
  {
    name: 'a chunk without a length',
    server: notHttp(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n${BODY_CANARY}`),
    expect: cutText,
  },
  {
    name: 'somebody else’s answer behind ours',
    server: () =>
      raw((socket, request) => {
        const { rows, startIndex } = asked(request.split(' ')[1]);
        const body = JSON.stringify(listOf(startIndex === 1 ? rows : [], rows.length));
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
        // Nobody asked for this: it must not be taken for the answer to the next request.
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 33\r\n\r\n{"totalResults":0,"Resources":[]}`);
      }),
    expect: FINE,
  },
] satisfies Hostile[]);
