import { describe, expect, test } from '@jest/globals';
import type { Fault } from '../../../demo/faults.ts';
import type { LoggedRequest } from '../../../demo/stand-in.ts';
import { SOURCE_LABELS, type SourceName } from '../../../src/model/facts.ts';
import { status } from './credentials.ts';
import { COMPLETE, on, onPeople, type Setup } from './row.ts';
import { SUBJECTS, type Subject } from './subjects.ts';
import { expectComplete, expectHarmless, runOnce } from './table.ts';

interface Pace {
  /** Requests that no second may see. Leapsome's limits are twice that for everybody together. */
  readonly most: number;
  readonly pages: number;
  readonly latencyMs: number;
  /** Pages of people that are under way together, at least. */
  readonly together: number;
}

const PACES: Readonly<Record<SourceName, Pace>> = {
  scim: { most: 15, pages: 4, latencyMs: 250, together: 2 },
  content: { most: 10, pages: 8, latencyMs: 300, together: 2 },
  // A cursor is known only when the page before it is there.
  stackone: { most: 15, pages: 4, latencyMs: 40, together: 1 },
};

/** Whatever makes a source ask again, and quickly. */
function stumbles(subject: Subject): readonly Fault[] {
  return [
    onPeople(subject, { kind: 'redirect', location: `?${subject.firstQuery}` }, 1),
    onPeople(subject, status(503), [4, 7]),
    onPeople(subject, status(429, { 'retry-after': '0' }), [5, 9]),
    onPeople(subject, { kind: 'reset' }, 11),
    on(subject.other, status(500), 1),
  ];
}

/** The most requests that any one second saw, wherever it began. */
function busiestSecond(requests: readonly LoggedRequest[]): number {
  const times = requests.map(({ time }) => time);
  return Math.max(...times.map((from) => times.filter((time) => time >= from && time < from + 1000).length));
}

/** The most requests that had come while one of them was still to be answered. */
function mostTogether(requests: readonly LoggedRequest[], latencyMs: number): number {
  const times = requests.map(({ time }) => time);
  return Math.max(...times.map((at) => times.filter((time) => time <= at && time > at - latencyMs).length));
}

describe('19, too many requests: many small pages', () => {
  test.concurrent.each(SUBJECTS.map((subject) => [SOURCE_LABELS[subject.name], subject] as const))(
    'of %s come no quicker than they should',
    async (_label, subject) => {
      const { most, pages, latencyMs, together } = PACES[subject.name];
      const setup: Setup = { pages, realTime: true, options: { latencyMs }, faults: stumbles(subject) };
      const run = await runOnce(subject, setup);
      expectHarmless(subject, setup, run);
      expectComplete(COMPLETE, subject, setup, run);
      expect(run.evidence.retries).toBe(6);
      expect(run.requests.length).toBeGreaterThan(most + 4);
      expect(busiestSecond(run.requests)).toBeLessThanOrEqual(most);
      const ofPeople = run.requests.filter(({ path }) => path === subject.people);
      expect(mostTogether(ofPeople, latencyMs)).toBeGreaterThanOrEqual(together);
    },
  );
});
