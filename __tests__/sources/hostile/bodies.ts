import type { Socket } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Fault } from '../../../demo/faults.ts';
import { serveRaw } from '../../http/fake-service.ts';
import { between, sayMore } from './between.ts';
import { status } from './credentials.ts';
import { BODY_CANARY, COMPLETE, type Expected, from, on, onPeople, type Row } from './row.ts';

const html: Expected = {
  is: 'bad-response',
  says: /sent a web page where data was due/,
  hints: /login page.*single sign-on/,
};
const sent = (says: RegExp): Expected => ({ is: 'bad-response', says });
const cutText: Expected = {
  is: 'bad-response',
  says: /sent answers that are cut short or damaged, in 6 attempts/,
  hints: /proxy/,
};
const closed: Expected = {
  is: 'unreachable',
  says: /closed the connection before its answer was complete, in 6 attempts/,
  hints: /proxy or firewall/,
};

const UNREADABLE: readonly Row[] = [
  {
    case: 20,
    name: 'a login page for everything',
    when: () => ({ faults: [{ kind: 'login-page' }] }),
    must: html,
    asks: { scim: { all: [1, 2] }, content: { all: 1 }, stackone: { all: [1, 3] } },
  },
  {
    case: 20,
    name: 'a login page for people',
    when: (s) => ({ faults: [onPeople(s, { kind: 'login-page' })] }),
    must: html,
    asks: { people: 1 },
  },
  {
    case: 20,
    name: 'a login page in the list beside the people',
    when: (s) => ({ faults: [on(s.other, { kind: 'login-page' })] }),
    must: html,
  },
  {
    case: 20,
    name: 'a login page on the second page',
    when: (s) => ({ pages: 25, faults: [onPeople(s, { kind: 'login-page' }, 2)] }),
    must: html,
  },
  {
    case: 20,
    name: 'a page that says it is JSON',
    each: () => [
      `\r\n <!DOCTYPE html><p>${BODY_CANARY}`,
      `<?xml version="1.0"?><x>${BODY_CANARY}</x>`,
      '\uFEFF<p>',
    ],
    when: (s, body) => ({ faults: [onPeople(s, { kind: 'answer', body: String(body) })] }),
    must: html,
  },
  {
    case: 20,
    name: 'nothing',
    each: () => ['', ' \r\n\t', '\uFEFF'],
    when: (s, body) => ({ faults: [onPeople(s, { kind: 'answer', body: String(body) })] }),
    must: sent(/sent an answer without content/),
    asks: { people: 1 },
  },
  {
    case: 20,
    name: 'nothing, and 204 to say so',
    when: (s) => ({ faults: [onPeople(s, status(204))] }),
    must: sent(/sent an answer without content/),
    asks: { people: 1 },
  },
  {
    case: 20,
    name: 'UTF-16',
    when: (s) => ({ faults: [onPeople(s, { kind: 'utf-16' })] }),
    must: sent(/sent text that is not UTF-8/),
    asks: { people: 1 },
  },
  {
    case: 20,
    name: 'Latin-1',
    when: (s) => ({
      faults: [
        onPeople(s, {
          kind: 'answer',
          headers: { 'content-type': 'application/json; charset=iso-8859-1' },
          body: Buffer.from(`{"x":"Jürgen ${BODY_CANARY}"}`, 'latin1'),
        }),
      ],
    }),
    must: sent(/sent text that is not UTF-8/),
  },
  {
    case: 20,
    name: 'text that is no JSON',
    each: () => [`PHP Warning: ${BODY_CANARY}`, `${BODY_CANARY}`, 'undefined', 'NaN', '-', ")]}',\n{}"],
    when: (s, text) => ({ faults: [onPeople(s, { kind: 'prefix', text: String(text) })] }),
    must: sent(/sent an answer that is not JSON/),
    asks: { people: 1 },
  },
  {
    case: 20,
    name: 'JSON with something behind it or wrong within',
    each: () => [`{}{"x":"${BODY_CANARY}"}`, `{x:"${BODY_CANARY}"}`, `{"x":NaN}`, '{"x":1,}', '[1 2]'],
    when: (s, body) => ({ faults: [onPeople(s, { kind: 'answer', body: String(body) })] }),
    must: cutText,
    asks: { people: 6 },
  },
  {
    case: 20,
    name: 'but JSON behind a byte-order mark is read',
    when: () => ({ faults: [{ kind: 'prefix', text: '\uFEFF' }] }),
    must: COMPLETE,
  },
  {
    case: 20,
    name: 'but JSON under another content type is read',
    each: () => [undefined, 'text/html', 'text/plain; charset=utf-16', 'application/octet-stream', ';;'],
    when: (_, type) => ({
      faults: [
        type === undefined
          ? { kind: 'headers', without: ['content-type'] }
          : { kind: 'headers', set: { 'content-type': String(type) } },
      ],
    }),
    must: COMPLETE,
  },
];

/** What a client can tell of a body that is cut, by how its length is told. */
const FRAMINGS: Readonly<Record<string, Expected>> = {
  'content-length': closed,
  chunked: closed,
  close: cutText,
  none: cutText,
  gzip: cutText,
};
type Framing = Extract<Fault, { kind: 'cut' }>['framing'];

const CUT: readonly Row[] = [
  {
    case: 21,
    name: 'once each',
    each: () => Object.keys(FRAMINGS),
    when: (s, framing) => ({
      pages: 25,
      faults: [
        onPeople(s, { kind: 'cut', after: 300, framing: framing as Framing }, [1, 3]),
        on(s.other, { kind: 'cut', after: 30, framing: framing as Framing }, 1),
      ],
    }),
    must: COMPLETE,
  },
  ...Object.entries(FRAMINGS).map(
    ([framing, must]): Row => ({
      case: 21,
      name: `for ever (${framing})`,
      when: (s) => ({ faults: [onPeople(s, { kind: 'cut', after: 2000, framing: framing as Framing })] }),
      must,
      asks: { people: 6 },
    }),
  ),
  {
    case: 21,
    name: 'before the first byte, for ever',
    when: (s) => ({ faults: [onPeople(s, { kind: 'cut', after: 0, framing: 'content-length' })] }),
    must: closed,
    asks: { people: 6 },
  },
  {
    case: 21,
    name: 'for ever on the second page, where gzip alone can tell',
    when: (s) => ({
      pages: 25,
      faults: [onPeople(s, { kind: 'cut', after: 700, framing: 'gzip' }, from(2))],
    }),
    must: cutText,
  },
  {
    case: 21,
    name: 'by a reset, once each',
    when: (s) => ({
      faults: [
        onPeople(s, { kind: 'reset' }, 1),
        onPeople(s, { kind: 'reset', after: 50 }, 2),
        on(s.other, { kind: 'reset' }, 1),
      ],
    }),
    must: COMPLETE,
  },
  {
    case: 21,
    name: 'by a reset, for ever',
    when: (s) => ({ faults: [onPeople(s, { kind: 'reset' })] }),
    must: closed,
    asks: { people: 6 },
  },
  {
    case: 21,
    name: 'at another length than was announced, once',
    each: () => [1, 100, -1, -100],
    when: (s, by) => ({
      faults: [
        onPeople(s, { kind: 'wrong-length', by: Number(by) }, 1),
        on(s.other, { kind: 'wrong-length', by: Number(by) }, 1),
      ],
    }),
    must: COMPLETE,
  },
  {
    case: 21,
    name: 'too late for their length, for ever',
    when: (s) => ({ faults: [onPeople(s, { kind: 'wrong-length', by: -1 })] }),
    must: cutText,
    asks: { people: 6 },
  },
  {
    case: 21,
    name: 'too early for their length, for ever',
    when: (s) => ({ faults: [onPeople(s, { kind: 'wrong-length', by: 1 })] }),
    must: closed,
    asks: { people: 6 },
  },
  {
    case: 21,
    name: 'and are hardly HTTP',
    each: () => [
      `SSH-2.0-OpenSSH_9.9 ${BODY_CANARY}\r\n`,
      '{"totalResults":0,"Resources":[],"data":[],"token":"x"}',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 33\r\n\r\n{"token":"x","data":[]}',
      'HTTP/1.1 200 OK\r\nContent-Length: 33\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n',
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n${BODY_CANARY}`,
    ],
    when: (_, text) => ({ server: () => serveRaw((socket) => socket.end(String(text))) }),
    must: cutText,
  },
  {
    case: 21,
    name: 'and have a header of a mebibyte',
    when: () => ({
      server: () =>
        serveRaw((socket) => socket.end(`HTTP/1.1 200 OK\r\nX: ${BODY_CANARY.repeat(65_536)}\r\n\r\n{}`)),
    }),
    must: cutText,
  },
  {
    case: 21,
    name: 'because somebody else’s answer came behind them',
    when: () => ({ server: (standIn) => between(standIn, () => sayMore(NOTHING)) }),
    must: COMPLETE,
  },
];

/** What would be an empty list of any service. */
const NOTHING = '{"totalResults":0,"Resources":[],"data":[],"meta":{"totalCount":0},"next":null}';

const packed = (encoding: string, body: Uint8Array): Fault => ({
  kind: 'answer',
  headers: { 'content-encoding': encoding },
  body,
});
const whole = Buffer.from(NOTHING);
const tooLarge: Expected = { is: 'too-large', says: /is larger than 1 MiB/, hints: /base URL/ };
const small = { bodyBytes: 1024 ** 2 };
const blanks = Buffer.concat([Buffer.from('['), Buffer.alloc(4 * 1024 ** 2, ' '), Buffer.from(']')]);

const COMPRESSED: readonly Row[] = [
  { case: 22, name: 'gzip', when: () => ({ options: { gzip: true } }), must: COMPLETE },
  {
    case: 22,
    name: 'another one',
    each: () => ['gzip', 'br', 'deflate'],
    when: (_, as) => ({ pages: 25, faults: [{ kind: 'encode', as: as as 'gzip' | 'br' | 'deflate' }] }),
    must: COMPLETE,
  },
  {
    case: 22,
    name: 'under other names, or none',
    each: () => ['x-gzip', 'GZIP', ' gzip ', 'identity', ''],
    when: (s, name) => {
      const isPacked = /gzip/i.test(String(name));
      return {
        faults: [
          ...(isPacked ? [onPeople(s, { kind: 'encode', as: 'gzip' })] : []),
          onPeople(s, { kind: 'headers', set: { 'content-encoding': String(name) } }),
        ],
      };
    },
    must: COMPLETE,
  },
  {
    case: 22,
    name: 'that nobody asked for',
    each: () => ['zstd', 'compress', 'gzip, br', BODY_CANARY],
    when: (s, name) => ({ faults: [onPeople(s, packed(String(name), whole))] }),
    must: sent(/in a compression that was not asked for/),
    asks: { people: 1 },
  },
  {
    case: 22,
    name: 'that is none',
    each: () => ['gzip', 'br', 'deflate'],
    when: (s, name) => ({ faults: [onPeople(s, packed(String(name), whole))] }),
    must: cutText,
    asks: { people: 6 },
  },
  {
    case: 22,
    name: 'with a wrong checksum',
    when: (s) => ({
      faults: [
        onPeople(s, packed('gzip', Buffer.concat([gzipSync(whole).subarray(0, -8), Buffer.alloc(8)]))),
      ],
    }),
    must: cutText,
  },
  {
    case: 22,
    name: 'of a page that is larger than anything may be',
    when: (s) => ({ limits: small, faults: [onPeople(s, { kind: 'gzip-bomb', mebibytes: 4 })] }),
    must: tooLarge,
    asks: { people: 1 },
  },
  {
    case: 22,
    name: 'of such a page by Brotli',
    when: (s) => ({
      limits: small,
      faults: [onPeople(s, packed('br', brotliCompressSync(blanks, { params: { 1: 1 } })))],
    }),
    must: tooLarge,
  },
  {
    case: 22,
    name: 'of such a page in the list beside the people',
    when: (s) => ({ limits: small, faults: [on(s.other, { kind: 'gzip-bomb', mebibytes: 4 })] }),
    must: tooLarge,
  },
  {
    case: 22,
    name: 'of none, and such a page as it is',
    when: (s) => ({ limits: small, faults: [onPeople(s, { kind: 'answer', body: blanks })] }),
    must: tooLarge,
    asks: { people: 1 },
  },
  {
    case: 22,
    name: 'of none, without a length and without an end',
    when: () => ({ limits: small, server: () => serveRaw((socket) => pour(socket)) }),
    must: tooLarge,
  },
  {
    case: 22,
    name: 'of none, and a length of ten gigabytes',
    when: (s) => ({ faults: [onPeople(s, { kind: 'wrong-length', by: 10_000_000_000 })] }),
    must: { is: 'too-large', says: /is larger than 64 MiB/ },
    asks: { people: 1 },
  },
];

function pour(socket: Socket): void {
  const more = () => {
    while (!socket.destroyed && socket.write(blanks));
  };
  socket.on('drain', more).write('HTTP/1.1 200 OK\r\n\r\n');
  more();
}

/** Cases 20 to 22: answers as bytes. */
export const BODIES: readonly Row[] = [...UNREADABLE, ...CUT, ...COMPRESSED];
