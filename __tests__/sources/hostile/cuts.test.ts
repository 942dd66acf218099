import { describe, test } from '@jest/globals';
import fc from 'fast-check';
import type { Fault } from '../../../demo/faults.ts';
import { SOURCE_LABELS } from '../../../src/model/facts.ts';
import { between, cutAfter } from './between.ts';
import { COMPLETE, type Expected, on, type Run, type Setup } from './row.ts';
import { SUBJECTS, type Subject } from './subjects.ts';
import { expectComplete, expectHarmless, expectRefused, runOnce } from './table.ts';
import { companyOf } from './truth.ts';

const company = companyOf(8);
const paged: Setup = { company, pages: 5 };
const REFUSALS: readonly Exclude<Expected, { is: 'complete' }>[] = [
  { is: 'unreachable', says: /closed the connection before its answer was complete/ },
  { is: 'bad-response', says: /sent answers that are cut short or damaged/ },
  // All that there is of an answer of which only the head arrived, where nothing tells its length.
  { is: 'bad-response', says: /sent an answer without content/ },
];

/** Short lists and tokens as well as pages, and now and then more than there is. */
const BYTES = fc.oneof(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 10_000 }));

/** Everybody, or an explanation; after a few stumbles there is no need for one. */
function expectAllOrNothing(subject: Subject, setup: Setup, run: Run, passes: boolean): void {
  expectHarmless(subject, setup, run);
  if (passes || run.error === undefined) {
    expectComplete(COMPLETE, subject, setup, run);
    return;
  }
  const text = String(run.error);
  expectRefused(REFUSALS.find(({ says }) => says.test(text)) ?? REFUSALS[0]!, run);
}

describe.each(SUBJECTS.map((subject) => [SOURCE_LABELS[subject.name], subject] as const))(
  '21, answers that break off: %s, cut at any byte',
  (_label, subject) => {
    test('of a connection, in heads and in bodies', async () => {
      const cuts = fc.record({
        connection: fc.integer({ min: 1, max: 4 }),
        after: BYTES,
        forEver: fc.boolean(),
        reset: fc.boolean(),
        gzip: fc.boolean(),
      });
      await fc.assert(
        fc.asyncProperty(cuts, async ({ connection, after, forEver, reset, gzip }) => {
          const isCut = (number: number) => number === connection || (forEver && number > connection);
          const setup: Setup = {
            ...paged,
            options: { gzip },
            server: (standIn) =>
              between(standIn, (number) => cutAfter(isCut(number) ? after : Number.POSITIVE_INFINITY, reset)),
          };
          expectAllOrNothing(subject, setup, await runOnce(subject, setup), !forEver);
        }),
        { numRuns: 60 },
      );
    });

    test('of a body, however its length is told', async () => {
      const paths = [subject.people, subject.other, ...(subject.name === 'content' ? ['/token'] : [])];
      const cuts = fc.record({
        path: fc.constantFrom(...paths),
        after: BYTES,
        framing: fc.constantFrom(...(['content-length', 'chunked', 'close', 'none', 'gzip'] as const)),
        nth: fc.constantFrom(undefined, 1, 2, [1, 2, 3]),
      });
      await fc.assert(
        fc.asyncProperty(cuts, async ({ path, after, framing, nth }) => {
          const cut: Fault = { kind: 'cut', after, framing };
          const setup: Setup = { ...paged, faults: [on(path, cut, nth)] };
          // An empty body is not asked for again: nobody can tell that there should have been more.
          const isEmpty = after === 0 && framing !== 'content-length' && framing !== 'chunked';
          const passes = nth !== undefined && !isEmpty;
          expectAllOrNothing(subject, setup, await runOnce(subject, setup), passes);
        }),
        { numRuns: 60 },
      );
    });
  },
);
