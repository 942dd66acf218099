import { stringify } from 'csv-stringify/sync';
import { ACCESS_REVIEW_EVIDENCE, ACCESS_REVIEW_FINDINGS, FORMAT_FILES } from '../model/formats.ts';
import { SHEET_ROWS } from '../model/limits.ts';
import type { Material, Reporter, ReportFile } from '../model/material.ts';
import {
  EVIDENCE_HEADERS,
  type EvidenceValue,
  evidenceRows,
  HEADERS,
  ID_HEADERS,
  OTHER_HEADERS,
  otherRows,
  partName,
  reviewed,
  reviewRows,
  type Surface,
} from './access-review.ts';
import { visible } from './escape.ts';

/** Rows that are turned into text at once. */
const BATCH = 500;

/** RFC 4180, with the mark by which spreadsheets know UTF-8. */
const DIALECT = { record_delimiter: 'windows', escape_formulas: true } as const;
const FIRST = { ...DIALECT, bom: true, header: true } as const;

const FORMULA = '[=+\\-@\\uff1d\\uff0b\\uff0d\\uff20]';
/** The library sees to what starts with a formula; a spreadsheet may drop spaces before it. What has our mark gets another. */
const MARKED = new RegExp(`^(?:'| +${FORMULA})`);
/** Where a semicolon separates fields, as in many countries, a formula may start behind one. */
const SEMICOLON = new RegExp(`;(?=["' ]*${FORMULA})`, 'g');

/**
 * Text that no spreadsheet takes for a formula. One leading apostrophe is ours, or the library's, and is to be taken off
 * again; `\u003b` is a semicolon.
 */
export function forCsv(value: string): string {
  const shown = visible(value);
  const inert = shown.includes(';') ? shown.replace(SEMICOLON, '\\u003b') : shown;
  return MARKED.test(inert) ? `'${inert}` : inert;
}

type Row = readonly string[];

const SURFACE: Surface<string> = {
  text: forCsv,
  lines: (values) => forCsv(values.map(visible).join('; ')),
  day: forCsv,
  nothing: '',
  ids: true,
};

/** The access review for programs: who has what, findings about no single person, and the evidence, a file each. */
export const csv: Reporter = (material) => tables(material, SHEET_ROWS - 1);

/** @param most rows of one file, without the header */
export function* tables({ report, access }: Material, most: number): Generator<ReportFile> {
  const review = reviewed(report, access);
  const rows = review ? reviewRows(review, report, SURFACE) : none();
  const written = yield* parts(FORMAT_FILES.csv, [...HEADERS, ...ID_HEADERS], rows, most);
  const others = review ? otherRows(review, report, SURFACE) : none();
  const listed = yield* parts(ACCESS_REVIEW_FINDINGS, OTHER_HEADERS, others, most);
  const evidence = evidenceRows(report, { ...written, others: listed.rows, untold: review?.untold });
  const shown = Array.from(evidence, ([section, item, value]) => [section, forCsv(item), inOneCell(value)]);
  yield { name: ACCESS_REVIEW_EVIDENCE, chunks: table(EVIDENCE_HEADERS, shown) };
}

function* none(): Generator<Row> {}

function inOneCell(value: EvidenceValue): string {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? forCsv(value) : SURFACE.lines(value);
}

/** One file, or as many as it takes; returns what was written once all of it was read. */
function* parts(
  name: string,
  headers: readonly string[],
  all: Iterator<Row>,
  most: number,
): Generator<ReportFile, { rows: number; files: number }> {
  let rows = 0;
  let files = 0;
  let next = all.next();
  function* some(): Generator<Row> {
    for (let left = most; left > 0 && !next.done; left--, next = all.next()) {
      rows++;
      yield next.value;
    }
  }
  do yield { name: partName(name, ++files), chunks: table(headers, some()) };
  while (!next.done);
  return { rows, files };
}

function* table(headers: readonly string[], rows: Iterable<Row>): Generator<string> {
  yield stringify([], { ...FIRST, columns: [...headers] });
  let batch: Row[] = [];
  for (const row of rows) {
    if (batch.push(row) < BATCH) continue;
    yield stringify(batch, DIALECT);
    batch = [];
  }
  if (batch.length > 0) yield stringify(batch, DIALECT);
}
