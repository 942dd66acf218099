import { serveRaw } from '../../http/fake-service.ts';
import { COMPLETE, type Expected, from, on, onPeople, type Row, type Setup } from './row.ts';

const tooSlow: Expected = {
  is: 'timed-out',
  says: /had not finished its answer after 1 second/,
  hints: /status page/,
};
/** Real time, since it is the service's own clock that matters here. */
const briefly = { limits: { requestMs: 400 } };

/** Writes something every few milliseconds until nobody listens any more. */
function murmuring(text: string): Setup {
  return {
    ...briefly,
    server: () =>
      serveRaw((socket) => {
        socket.write('HTTP/1.1 200 OK\r\n'.repeat(text.startsWith('HTTP') ? 0 : 1));
        const timer = setInterval(() => socket.write(text), 10);
        socket.on('close', () => clearInterval(timer));
      }),
  };
}

const ENDLESS: readonly Row[] = [
  {
    case: 23,
    name: 'a byte at a time',
    when: (s) => ({ ...briefly, faults: [onPeople(s, { kind: 'drip', everyMs: 20 })] }),
    must: tooSlow,
    asks: { people: 1 },
  },
  {
    case: 23,
    name: 'a byte at a time on the second page',
    when: (s) => ({ ...briefly, pages: 25, faults: [onPeople(s, { kind: 'drip', everyMs: 20 }, from(2))] }),
    must: tooSlow,
  },
  {
    case: 23,
    name: 'without headers',
    when: () => ({ ...briefly, faults: [{ kind: 'never-answer' }] }),
    must: tooSlow,
    asks: { scim: { all: [1, 2] }, content: { all: 1 }, stackone: { all: [1, 3] } },
  },
  {
    case: 23,
    name: 'without headers in the list beside the people',
    when: (s) => ({ ...briefly, faults: [on(s.other, { kind: 'never-answer' })] }),
    must: tooSlow,
    asks: { other: 1 },
  },
  { case: 23, name: 'header after header', when: () => murmuring('X: y\r\n'), must: tooSlow },
  {
    case: 23,
    name: '"wait a moment" again and again',
    when: () => murmuring('HTTP/1.1 103 Early Hints\r\n\r\n'),
    must: tooSlow,
  },
  {
    case: 23,
    name: 'in a run that is shorter still',
    when: (s) => ({ runMs: 400, faults: [onPeople(s, { kind: 'drip', everyMs: 20 })] }),
    must: { is: 'timed-out', says: /time for the whole run was over before/, hints: /`timeout`/ },
    asks: { people: 1 },
  },
  {
    case: 23,
    name: 'but in time',
    when: (s) => ({ faults: [onPeople(s, { kind: 'drip', everyMs: 1, bytes: 8_000 })] }),
    must: COMPLETE,
  },
];

const cancelled: Expected = { is: 'cancelled', says: /The run was cancelled before it was complete/ };

const CANCELLED: readonly Row[] = [
  {
    case: 28,
    name: 'while nobody answers',
    when: () => ({ cancelAt: 1, faults: [{ kind: 'never-answer' }] }),
    must: cancelled,
    asks: { scim: { all: [1, 2] }, content: { all: 1 }, stackone: { all: [1, 3] } },
  },
  {
    case: 28,
    name: 'while the second page is on its way',
    when: (s) => ({
      pages: 25,
      cancelAt: 4,
      faults: [
        onPeople(s, { kind: 'drip', everyMs: 20 }, from(2)),
        on(s.other, { kind: 'drip', everyMs: 20 }),
      ],
    }),
    must: cancelled,
  },
  {
    case: 28,
    name: 'while it waits as it was told',
    // The wait itself is skipped, and what is waited for never comes.
    when: (s) => ({
      cancelAt: 4,
      faults: [
        { kind: 'answer', status: 429, headers: { 'retry-after': '60' }, path: s.people, nth: 1 },
        on(s.people, { kind: 'never-answer' }, from(2)),
      ],
    }),
    must: cancelled,
  },
];

/** Cases 23 and 28: answers that do not come, and runs that do not wait for them. */
export const SLOW: readonly Row[] = [...ENDLESS, ...CANCELLED];
