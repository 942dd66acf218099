import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Report } from '../../src/model/report.ts';
import { jsonChunks, jsonLogChunks } from '../../src/reporters/json.ts';
import { commandsOf } from './runner.ts';
import { anyReport, drift, finding, nasty } from './sample.ts';

describe('report.json', () => {
  test('has the bytes of JSON.stringify', () => {
    fc.assert(
      fc.property(anyReport, (any) => {
        expect([...jsonChunks(any)].join('')).toBe(`${JSON.stringify(any, null, 2)}\n`);
      }),
    );
  });

  test('leaves out what JSON leaves out', () => {
    const odd = { ...drift([]), run: undefined, warnings: [undefined, 'x'], policy: { files: [] } };
    expect([...jsonChunks(odd as unknown as Report)].join('')).toBe(`${JSON.stringify(odd, null, 2)}\n`);
  });

  test('comes in chunks of bounded size', () => {
    const large = drift(Array.from({ length: 5000 }, () => finding()));
    const chunks = [...jsonChunks(large)];
    expect(chunks.length).toBeGreaterThan(10);
    expect(Math.max(...chunks.map((chunk) => chunk.length))).toBeLessThan(70_000);
    expect(chunks.join('')).toBe(`${JSON.stringify(large, null, 2)}\n`);
  });
});

describe('report.json on standard output', () => {
  test('is the same value and holds no command', () => {
    fc.assert(
      fc.property(anyReport, nasty, (any, name) => {
        const text = [...jsonLogChunks({ ...any, warnings: [name, `#${name}`, `${name}#`, '[x'] })].join('');
        expect(JSON.parse(text)).toEqual(
          JSON.parse(JSON.stringify({ ...any, warnings: [name, `#${name}`, `${name}#`, '[x'] })),
        );
        expect(commandsOf(text)).toEqual([]);
      }),
    );
  });
});
