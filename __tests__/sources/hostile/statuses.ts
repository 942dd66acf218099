import type { Canned, Fault } from '../../../demo/faults.ts';
import { status } from './credentials.ts';
import { BODY_CANARY, COMPLETE, type Expected, from, on, onPeople, type Row, type Run } from './row.ts';
import type { Subject } from './subjects.ts';

/** The first requests for people get these statuses, one each. */
function stumbles(s: Subject, codes: readonly number[], headers: Canned['headers'] = {}): Fault {
  return onPeople(s, { kind: 'answers', answers: codes.map((code) => status(code, headers)) });
}

const broken = (code: number): Expected => ({
  is: 'bad-response',
  says: new RegExp(`HTTP ${code}, the last of 6 attempts: the service has a problem of its own`),
  hints: /Run again later/,
});

const STUMBLING: readonly Row[] = [
  {
    case: 18,
    name: '500 once',
    when: (s) => ({ faults: [stumbles(s, [500])], also: waited(50, 30_000) }),
    must: COMPLETE,
    asks: { scim: { all: 5 }, content: { all: 5 }, stackone: { all: 4 } },
  },
  {
    case: 18,
    name: '503 three times',
    when: (s) => ({ faults: [stumbles(s, [503, 503, 503])] }),
    must: COMPLETE,
    asks: { scim: { all: 7 }, content: { all: 7 }, stackone: { all: 6 } },
  },
  {
    case: 18,
    name: 'one passing status after the other',
    when: (s) => ({ faults: [stumbles(s, [408, 500, 502, 503, 504])] }),
    must: COMPLETE,
    asks: { scim: { people: 7 }, content: { people: 7 }, stackone: { people: 6 } },
  },
  {
    case: 18,
    name: '502 in HTML on the second page',
    when: (s) => ({
      pages: 25,
      faults: [
        onPeople(
          s,
          {
            kind: 'answer',
            status: 502,
            headers: { 'content-type': 'text/html' },
            body: `<html>${BODY_CANARY}</html>`,
          },
          [2, 3],
        ),
      ],
    }),
    must: COMPLETE,
  },
  {
    case: 18,
    name: '500 for ever',
    when: (s) => ({ faults: [onPeople(s, status(500))] }),
    must: broken(500),
    asks: { people: 6 },
  },
  {
    case: 18,
    name: '503 for ever on the second page',
    when: (s) => ({ pages: 25, faults: [onPeople(s, status(503), from(2))] }),
    must: broken(503),
  },
  {
    case: 18,
    name: '503 for ever for the list beside the people',
    when: (s) => ({ faults: [on(s.other, status(503))] }),
    must: broken(503),
    asks: { other: 6 },
  },
  {
    case: 18,
    name: '500 for ever in a run that has only a second',
    when: (s) => ({ runMs: 1_000, faults: [onPeople(s, status(500))], also: waited(0, 1_000) }),
    must: { is: 'bad-response', says: /HTTP 500, the last of [2-5] attempts/ },
    asks: { people: [2, 5] },
  },
  {
    case: 18,
    name: '503 that asks for a day',
    when: (s) => ({ faults: [onPeople(s, status(503, { 'retry-after': '86400' }))] }),
    must: { is: 'bad-response', says: /HTTP 503, and asks to come back in 86400 seconds/ },
    asks: { people: 1 },
  },
  {
    case: 18,
    name: 'a status that does not pass',
    each: () => [402, 405, 410, 418, 426, 451, 505, 599],
    when: (s, code) => ({ faults: [onPeople(s, status(Number(code)))] }),
    must: { is: 'bad-response', says: /answered HTTP \d{3}[.:]/ },
    asks: { people: 1 },
  },
  {
    case: 18,
    name: 'a success of another kind than was asked for',
    each: () => [201, 202, 205, 206, 304],
    when: (s, code) => ({ faults: [onPeople(s, status(Number(code)))] }),
    must: { is: 'bad-response', says: /answered HTTP \d{3}[.:]/ },
    asks: { people: 1 },
  },
  {
    case: 18,
    name: '404 for everything',
    when: () => ({ faults: [status(404)] }),
    must: {
      scim: { is: 'bad-response', says: /HTTP 404: there is no SCIM API at the address/, hints: /scim\/v1/ },
      content: {
        is: 'bad-response',
        says: /HTTP 404: there is no Content API at the address/,
        hints: /\/v1/,
      },
      stackone: {
        is: 'bad-response',
        says: /HTTP 404: .*no StackOne API at the address/,
        hints: /api\.stackone\.com/,
      },
    },
    asks: { scim: { all: [1, 2] }, content: { all: 1 }, stackone: { all: [1, 3] } },
  },
];

/** How long the source waited in all, in milliseconds. */
function waited(least: number, most: number): (run: Run) => void {
  return ({ slept }) => {
    const sum = slept.reduce((all, one) => all + one, 0);
    if (sum < least || sum > most) throw new Error(`waited ${sum} ms, not ${least} to ${most}: ${slept}`);
  };
}

/** As many refusals as the evidence must tell of. */
function refusals(count: number): (run: Run) => void {
  return ({ evidence }) => {
    if (evidence.refusals !== count)
      throw new Error(`${evidence.refusals} refusals are told of, not ${count}`);
  };
}

function both(...checks: readonly ((run: Run) => void)[]): (run: Run) => void {
  return (run) => {
    for (const check of checks) check(run);
  };
}

const wait = (seconds: string): Expected => ({
  is: 'rate-limited',
  says: new RegExp(`HTTP 429\\) and asks to wait ${seconds}, longer than this run may last`),
  hints: /`timeout`/,
});
/** The clock of the table begins on this day. */
const SEVEN_SECONDS_LATER = 'Wed, 15 Jan 2025 00:00:07 GMT';

const LIMITED: readonly Row[] = [
  {
    case: 19,
    name: 'with a wait of seven seconds',
    each: () => [
      '7',
      ' 7 ',
      '007',
      SEVEN_SECONDS_LATER,
      'Wednesday, 15-Jan-25 00:00:07 GMT',
      'Wed Jan 15 00:00:07 2025',
    ],
    when: (s, value) => ({
      faults: [stumbles(s, [429], { 'retry-after': String(value) })],
      also: both(waited(6_900, 9_000), refusals(1)),
    }),
    must: COMPLETE,
    asks: { scim: { people: 3 }, content: { people: 3 }, stackone: { people: 2 } },
  },
  {
    case: 19,
    name: 'without any wait',
    when: (s) => ({
      faults: [stumbles(s, [429, 429, 429], { 'retry-after': '0' })],
      also: both(waited(0, 2_000), refusals(3)),
    }),
    must: COMPLETE,
    asks: { scim: { people: 5 }, content: { people: 5 }, stackone: { people: 4 } },
  },
  {
    case: 19,
    name: 'without a word about waiting, or with one that means nothing',
    each: () => [
      undefined,
      '',
      'soon',
      '-1',
      '1.5',
      '7 seconds',
      'in 2099',
      'Wed, 21 Oct 2015 07:28:00 GMT',
      '9'.repeat(40),
    ],
    when: (s, value) => ({
      faults: [stumbles(s, [429, 429], value === undefined ? {} : { 'retry-after': String(value) })],
      // A quarter and half a second, of which chance takes the half; the rate adds a little.
      also: both(waited(300, 5_000), refusals(2)),
    }),
    must: COMPLETE,
    asks: { scim: { people: 4 }, content: { people: 4 }, stackone: { people: 3 } },
  },
  {
    case: 19,
    name: 'with a wait of a day',
    when: (s) => ({
      faults: [onPeople(s, status(429, { 'retry-after': '86400' }))],
      also: both(waited(0, 1_000), refusals(1)),
    }),
    must: wait('86400 seconds'),
    asks: { people: 1 },
  },
  {
    case: 19,
    name: 'with a wait until the end of the century',
    when: (s) => ({ faults: [onPeople(s, status(429, { 'retry-after': 'Fri, 31 Dec 2100 23:59:59 GMT' }))] }),
    must: wait('\\d{10} seconds'),
    asks: { people: 1 },
  },
  {
    case: 19,
    name: 'with a wait longer than the run',
    when: (s) => ({ runMs: 20_000, faults: [onPeople(s, status(429, { 'retry-after': '30' }))] }),
    must: wait('30 seconds'),
    asks: { people: 1 },
  },
  {
    case: 19,
    name: 'for ever',
    when: (s) => ({ faults: [onPeople(s, status(429, { 'retry-after': '1' }))], also: refusals(6) }),
    must: { is: 'rate-limited', says: /still refuses requests as too many \(HTTP 429\) after 6 attempts/ },
    asks: { people: 6 },
  },
  {
    case: 19,
    name: 'for ever, for everything',
    when: () => ({ faults: [status(429)] }),
    must: { is: 'rate-limited', says: /after 6 attempts/ },
    asks: { scim: { all: [6, 12] }, content: { all: 6 }, stackone: { all: [6, 18] } },
  },
  {
    case: 19,
    name: 'on the second page and in the list beside the people',
    when: (s) => ({
      pages: 25,
      faults: [
        onPeople(s, status(429, { 'retry-after': '1' }), [2, 3]),
        on(s.other, status(429, { 'retry-after': '2' }), 1),
      ],
      also: refusals(3),
    }),
    must: COMPLETE,
  },
];

/** Cases 18 and 19: services that stumble, and that say "too many requests". */
export const STATUSES: readonly Row[] = [...STUMBLING, ...LIMITED];
