import { FORMAT_FILES } from '../model/formats.ts';
import type { Reporter } from '../model/material.ts';
import type { Report } from '../model/report.ts';
import { inChunks } from './chunks.ts';
import { forJsonLog } from './escape.ts';

const INDENT = 2;

/** JSON at some depth; undefined for what JSON leaves out. Strings hold no raw line ends, so every one is ours to indent. */
function nested(value: unknown, depth: number): string | undefined {
  return JSON.stringify(value, null, INDENT)?.replaceAll('\n', `\n${' '.repeat(INDENT * depth)}`);
}

/** The pieces of one value of the report: whole, or element by element when it is a list. */
function* pieces(value: unknown): Iterable<string> {
  if (!Array.isArray(value) || value.length === 0) {
    yield nested(value, 1) ?? 'null';
    return;
  }
  let before = '[\n    ';
  for (const element of value) {
    yield `${before}${nested(element, 2) ?? 'null'}`;
    before = ',\n    ';
  }
  yield '\n  ]';
}

function* keysAndPieces(report: Report): Iterable<string> {
  let before = '{\n  ';
  for (const [key, value] of Object.entries(report)) {
    if (value === undefined) continue;
    yield `${before}${JSON.stringify(key)}: `;
    yield* pieces(value);
    before = ',\n  ';
  }
  yield '\n}\n';
}

/**
 * `report.json` in chunks of bounded size, so that half a million findings never become one string.
 * Together the same bytes as `JSON.stringify(report, null, 2)` and a line end.
 */
export function jsonChunks(report: Report): Iterable<string> {
  return inChunks(keysAndPieces(report));
}

/** The same value for standard output: nothing in it hides, and no workflow command arises when a step prints it. */
export function* jsonLogChunks(report: Report): Iterable<string> {
  for (const chunk of jsonChunks(report)) yield forJsonLog(chunk);
}

export const json: Reporter = ({ report }) => [{ name: FORMAT_FILES.json, chunks: jsonChunks(report) }];
