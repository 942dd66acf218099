import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CheckError } from '../../src/errors.ts';
import { type Service, serveRaw } from '../http/fake-service.ts';
import { EVERYTHING, GROUPS, sourceOf, users } from './fake-scim.ts';

const FRAMINGS = ['length', 'chunked', 'close'] as const;
type Framing = (typeof FRAMINGS)[number];

/** What the service does with its answers: where it cuts which of them, and how they are framed. */
interface Mood {
  framing: Framing;
  list: 'Users' | 'Groups';
  /** The answer is cut after this share of its bytes. */
  share: number;
  /** How many answers about the list are cut. */
  times: number;
  reset: boolean;
}

const mood: Mood = { framing: 'length', list: 'Users', share: 1, times: 0, reset: false };
let service: Service;

beforeEach(async () => {
  service = await serveRaw((socket, _number, request) => {
    const [, list = '', start = '1'] = /\/(Users|Groups)\?startIndex=(\d+)/.exec(request) ?? [];
    const rows = list === 'Users' ? users(4) : GROUPS;
    const Resources = rows.slice(Number(start) - 1, Number(start) + 1);
    const answer = frame(JSON.stringify({ totalResults: rows.length, Resources }), mood.framing);
    if (list !== mood.list || mood.times <= 0) return void socket.end(answer);
    mood.times -= 1;
    const part = answer.subarray(0, Math.floor(answer.length * mood.share));
    if (mood.reset) socket.write(part, () => socket.resetAndDestroy());
    else socket.end(part);
  });
});

afterEach(() => service.close());

function frame(body: string, framing: Framing): Buffer {
  const bytes = Buffer.from(body);
  const head = 'HTTP/1.1 200 OK\r\nConnection: close\r\n';
  if (framing === 'close') return Buffer.from(`${head}\r\n${body}`);
  if (framing === 'length') return Buffer.from(`${head}Content-Length: ${bytes.length}\r\n\r\n${body}`);
  return Buffer.from(
    `${head}Transfer-Encoding: chunked\r\n\r\n${bytes.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
  );
}

describe('an answer that is cut at any byte', () => {
  it('leads to the right population or to none', async () => {
    const moods = fc.record({
      framing: fc.constantFrom(...FRAMINGS),
      list: fc.constantFrom('Users' as const, 'Groups' as const),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      times: fc.constantFrom(1, 3, 1000),
      reset: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(moods, async (next) => {
        Object.assign(mood, next);
        const source = sourceOf(service);
        try {
          const { people, groups } = await source.read(EVERYTHING, () => {});
          expect([people.length, groups.length]).toEqual([4, 3]);
        } catch (error) {
          expect(error).toBeInstanceOf(CheckError);
        } finally {
          await source.close();
        }
      }),
      { numRuns: 150 },
    );
  });
});
